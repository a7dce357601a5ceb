#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# New keys for SAs in use (RFC 7402 sections 6.8 to 6.10): by command, by their
# age, by both hosts at once, and when a host moves (draft figure 2). Nothing is
# lost, and both hosts end with the same SPIs.
. "$(dirname "$0")/lib.sh"

# Two links of H to one of P, by IPv4 and by IPv6.
paths=4
rate=1000
[ -z "$uml" ] || rate=100

# spis NS IN OUT: of each path in use, so that those of both can be compared
spis()
{
	hf "$1" -j path show | jq -r ".[] | select(.state == \"ACTIVE\") |
		.$2 + \" \" + .$3" | sort
}

agree()
{
	[ -n "$(spis H spi_in spi_out)" ] &&
		diff <(spis H spi_in spi_out) <(spis P spi_out spi_in)
}

# Each SPI of both hosts is another one than in $old.
all_new()
{
	local now

	agree > /dev/null || return 1
	now=$(spis H spi_in spi_out)
	[ "$(wc -l <<< "$now")" = "$(wc -l <<< "$old")" ] || return 1
	! grep -qwF -f <(tr ' ' '\n' <<< "$old") <<< "$now"
}

# fails TEXT COMMAND: with that in what it says
fails()
{
	local text=$1 said

	shift
	! said=$("$@" 2>&1) && grep -qF "$text" <<< "$said"
}

stream_start()
{
	rm -f "$hip_tmp/ready"
	ns P "$hip_top/selftests/stream.py" recv "$(hit P)" 5001 "$((rate * 300))" 60 \
		"$hip_tmp/ready" > "$hip_tmp/stream.json" &
	receiver=$!
	wait_for 10 [ -e "$hip_tmp/ready" ]
	ip netns exec H "$hip_top/selftests/stream.py" send "$(hit P)" 5001 \
		"$((rate * 300))" "$rate" &
	sender=$!
}

stream_end()
{
	kill "$sender"
	wait "$receiver"
	diag "stream: $(cat "$hip_tmp/stream.json")"
	check "$1: no packet is lost" jq -e '.received == .sent' "$hip_tmp/stream.json"
	check_equal "$1: no packet is doubled" 0 "$(jq .doubled "$hip_tmp/stream.json")"
}

all_paths()
{
	[ "$(path_count H '.state == "ACTIVE"')" -eq $paths ] &&
		[ "$(path_count P '.state == "ACTIVE"')" -eq $paths ]
}

updates()
{
	"$hip_top/selftests/hipdump.py" "$hip_tmp/$1.pcap" UPDATE | tr , ' '
}

old_gone()
{
	[ "$(path_count H true)" -eq $paths ] && [ "$(path_count P true)" -eq $paths ]
}

# states NS N: so many has XFRM
states()
{
	[ "$(ip -n "$1" xfrm state list | grep -c '^src')" -eq "$2" ]
}

plan 65
topology_up
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "a path by each link" wait_for 30 all_paths
tx_is() { [ "$(hf H -j assoc show | jq '.[0].tx_packets')" -ge "$1" ]; }

# By command, while a stream runs.
for how in "" dh; do
	name="rekey${how:+ $how}"
	old=$(spis H spi_in spi_out)
	capture_start "control$how" R r2 "ip proto 139 or ip6 proto 139"
	stream_start
	sent=$(hf H -j assoc show | jq '.[0].tx_packets')
	check "$name: the stream runs" wait_for 10 tx_is "$((sent + rate / 2))"
	before=$(counter P rekeys)
	check "$name: command" hf H assoc rekey peer "$(hit P)" ${how:+"$how"}
	check "$name: other SPIs, the same on both hosts" wait_for 30 all_new
	check_equal "$name: each path" $paths "$(($(counter P rekeys) - before))"
	sent=$(hf H -j assoc show | jq '.[0].tx_packets')
	check "$name: counters go on" [ "$sent" -gt "$((rate / 2))" ]
	check "$name: so does the stream" wait_for 10 tx_is "$((sent + rate / 2))"
	stream_end "$name"
	capture_stop "control$how"
	check "$name: UPDATE(ESP_INFO, SEQ${how:+, DIFFIE_HELLMAN}) is answered by its like" \
		[ "$(updates "control$how" | grep -c "ESP_INFO SEQ.*${how:+DIFFIE_HELLMAN}")" -ge $((2 * paths)) ]
	[ -n "$how" ] || check "$name: no DIFFIE_HELLMAN" \
		[ "$(updates control | grep -c DIFFIE_HELLMAN)" -eq 0 ]
	check "$name: the old SAs go" wait_for 30 old_gone
	check "$name: those of XFRM, too" wait_for 10 states P $((2 * paths))
done
check "ping with the last keys" ns P ping -6 -c 2 -W 60 "$(hit H)"

# Both hosts at once, with time for their UPDATEs to cross.
# both NAME H's WORD P's WORD
both()
{
	old=$(spis H spi_in spi_out)
	ns P tc qdisc add dev w0 root netem delay 200ms
	hf H assoc rekey peer "$(hit P)" ${2:+"$2"} &
	hf P assoc rekey peer "$(hit H)" ${3:+"$3"} &
	wait $!
	check "both at once, $1: other SPIs, the same on both hosts" wait_for 60 all_new
	ns P tc qdisc del dev w0 root
	check "both at once, $1: ping" ns H ping -6 -c 2 -W 60 "$(hit P)"
	check "both at once, $1: the old SAs go" wait_for 60 old_gone
	check "both at once, $1: and ping" ns P ping -6 -c 2 -W 60 "$(hit H)"
}
both "neither with dh"
both "both with dh" dh dh
both "one with dh" "" dh
both "the other with dh" dh

# UPDATEs get lost: of ten that P sends, three. Which, is no matter of luck, and no
# more than two that follow each other: a host gives up in the end.
lossy()
{
	{
		printf '%s\n' "table inet lossy {" "chain forward {"
		echo "type filter hook forward priority 0;"
		echo "iifname != r2 accept"
		echo "meta l4proto != 139 accept"
		for _ in {1..12}; do
			echo "limit rate 1/day burst 2 packets counter drop"
			echo "limit rate 1/day burst 3 packets accept"
			echo "limit rate 1/day burst 1 packets counter drop"
			echo "limit rate 1/day burst 4 packets accept"
		done
		printf '%s\n' "}" "}"
	} | ns R nft -f -
}

lost()
{
	ns R nft list table inet lossy | awk '/counter packets/ {
		for (i = 1; i < NF; i++) if ($i == "packets") n += $(i + 1) }
		END { print n + 0 }'
}

old=$(spis H spi_in spi_out)
lossy || abort "no losses"
hf P assoc rekey peer "$(hit H)" dh
check "with losses: other SPIs, the same on both hosts" wait_for 60 all_new
check "with losses: there were some" [ "$(lost)" -ge 3 ]
ns R nft delete table inet lossy
check "with losses: ping" ns H ping -6 -c 2 -W 60 "$(hit P)"

# By what they have carried.
check "no limit is too small" \
	fails "rekey_packets is 100" hf H config set rekey_packets 99
hf H config set rekey_packets 1000
hf P config set rekey_packets 1000
hf H assoc rekey peer "$(hit P)"
check "limits: new SAs have them" wait_for 30 all_new
sleep 1
old=$(spis H spi_in spi_out)
worn() { agree > /dev/null && [ "$(spis H spi_in spi_out)" != "$old" ]; }
stream_start
check "after 1000 packets: other SPIs" wait_for 60 worn
stream_end "after 1000 packets"
hf H config set rekey_packets 0
hf P config set rekey_packets 0

# With a move (draft 3.3.2).
for how in yes dh; do
	hf H config set rekey_on_move "$how"
	check "move, $how: quiet before" wait_for 60 old_gone
	spi=$(hf H -j path show | jq -r --arg a "${v1_now:-$v1_4}" '.[] | select(.local == $a).spi_in')
	capture_start "move$how" R r2 ip proto 139
	ip -n H addr del "${v1_now:-$v1_4}/24" dev v1
	v1_now=10.0.2.7$((${#how}))
	ip -n H addr add "$v1_now/24" dev v1
	ip -n H route add default via 10.0.2.254 dev v1 metric 200
	moved()
	{
		hf P -j path show | jq -e --arg a "$v1_now" --arg s "$spi" \
			'any(.[]; .peer == $a and .state == "ACTIVE" and .spi_out != $s)'
	}
	check "move, $how: at the new address with another SPI" wait_for 30 moved
	check "move, $how: both agree" wait_for 20 agree
	capture_stop "move$how"
	want="ESP_INFO SEQ E-LOCATOR"
	[ "$how" = yes ] || want="ESP_INFO SEQ DIFFIE_HELLMAN E-LOCATOR"
	check "move, $how: UPDATE($want)" \
		[ "$(updates "move$how" | grep -c "$want")" -ge 1 ]
	check "move, $how: ping" ns P ping -6 -c 2 -W 60 "$(hit H)"
done

# Its half of a Diffie-Hellman exchange goes with the daemon.
check "daemon restarted: quiet before" wait_for 60 old_gone
old=$(spis H spi_in spi_out)
ns R nft -f - <<- END
	table inet deaf {
		chain forward {
			type filter hook forward priority 0;
			iifname r2 meta l4proto 139 counter drop
		}
	}
END
answered() { ns R nft list table inet deaf | grep -q "packets [1-9]"; }
hf H assoc rekey peer "$(hit P)" dh
check "daemon restarted: there was an answer" wait_for 10 answered
hipflowd_stop H
hipflowd_start H
ns R nft delete table inet deaf
check "daemon restarted: other SPIs, the same on both hosts" wait_for 20 all_new

# Who cannot sign cannot rekey; data goes on.
hipflowd_stop H
check "no daemon: the command says so" \
	fails "hipflowd is not running" hf H assoc rekey peer "$(hit P)"
check "no daemon: ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
finish
