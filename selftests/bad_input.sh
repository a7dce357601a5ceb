#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Packets that must be refused: each is counted by its cause, and by no other,
# and changes no state. Strangers send what they can make up; what only the
# peer can send is real, and broken or repeated by the router.
. "$(dirname "$0")/lib.sh"

bad_input=$(dirname "$0")/bad_input.py

# --- what is counted, what must stay ------------------------------------------

# drops NS: all counters of drops, an object
drops()
{
	hf "$1" -j stats show all |
		jq -cS '.[0] | with_entries(select(.key | startswith("drop_")))'
}

drops_are()
{
	[ "$(drops "$1")" = "$2" ]
}

# state_of NS: associations, paths and bindings
state_of()
{
	hf "$1" -j assoc show | jq -cS 'map([.local_hit, .peer_hit, .state, .role])'
	hf "$1" -j path show |
		jq -cS 'map([.id, .local, .peer, .state, .spi_in, .spi_out])'
	hf "$1" -j binding show | jq -cS 'map([.fid, .peer_hit, .remote])'
}

ping_peer()
{
	ns H ping -6 -c 2 -W 20 "$(hit P)"
}

# unchanged NAME: H, P and what goes between them
unchanged()
{
	check_equal "$1: P is as before" "$state_p" "$(state_of P)"
	check_equal "$1: H is as before" "$state_h" "$(state_of H)"
	check "$1: data goes on" ping_peer
}

# refused KIND COUNTER [ADDRESS]: H sends it to P. COUNTER moves once for each
# packet, and no other.
refused()
{
	local before expected n

	before=$(drops P)
	n=$(ns H "$bad_input" send "${3:-$w0_4}" "$(hit H)" "$(hit P)" "$1")
	expected=$(jq -cS --arg name "$2" --argjson n "${n:-0}" '.[$name] += $n' <<< "$before")
	wait_for 5 drops_are P "$expected"
	check_equal "$1${3:+ over IPv6}: ${n:-0} times $2" "$expected" "$(drops P)"
}

# --- what is broken or repeated on its way ------------------------------------

# intercept NUMBER TYPE PARAMETER: until let_go
intercept()
{
	ns R nft -f - <<-END
	table ip broken {
		chain forward {
			type filter hook forward priority 0;
			ip protocol 139 @th,16,8 $1 drop
		}
	}
	END
	ip netns exec R "$bad_input" break "$2" "$3" > "$hip_tmp/intercept" 2>&1 &
	interceptor=$!
	wait_for 10 grep -q ready "$hip_tmp/intercept" || abort "no interceptor"
}

let_go()
{
	kill "$interceptor" 2> /dev/null
	wait "$interceptor" 2> /dev/null
	ns R nft delete table ip broken
}

gone()
{
	case $(assoc_state H P)$(assoc_state P H) in
	*ESTABLISHED*|*SENT*|*CLOSING*) return 1 ;;
	esac
}

forget()
{
	hf H assoc del peer "$(hit P)" > /dev/null 2>&1
	hf P assoc del peer "$(hit H)" > /dev/null 2>&1
	wait_for 20 gone
}

not_up()
{
	case $(assoc_state "$@") in
	ESTABLISHED|R2-SENT) return 1 ;;
	esac
}

# exchange_broken NUMBER TYPE PARAMETER NS COUNTER: it is dropped; what follows
# unharmed, of the same exchange, is accepted
exchange_broken()
{
	local other=P ping

	[ "$4" = H ] || other=H
	forget
	intercept "$1" "$2" "$3"
	count "$4" "$5"
	ping_peer > "$hip_tmp/ping" 2>&1 &
	ping=$!
	check "$2 with a wrong $3: $5" wait_for 15 counted
	check "$2 with a wrong $3: nothing comes of it" not_up "$4" "$other"
	let_go
	check "$2 as it was sent: established" wait_for 20 assoc_is H P ESTABLISHED
	wait "$ping"
}

notifies()
{
	"$hip_top/selftests/hipdump.py" "$hip_tmp/notify.pcap" NOTIFY | wc -l
}

# repeated NAME COUNTER ARGUMENTS OF REPLAY...: the router sends it to P; the counter moves
# and nothing else happens
repeated()
{
	local name=$1 before

	before=$(state_of P)
	count P "$2"
	shift 2
	ns R "$bad_input" replay "$hip_tmp/real.pcap" "$w0_4" "$@" > /dev/null
	check "$name: $counted_name" wait_for 10 counted
	check_equal "$name: P is as before" "$before" "$(state_of P)"
}

all_paths()
{
	[ "$(path_count H '.state == "ACTIVE"')" -ge 2 ] &&
		[ "$(path_count P '.state == "ACTIVE"')" -ge 2 ]
}

plan 100
topology_up
capture_start real R r2 ip proto 139
check "established" ping_peer
check "P is established" wait_for 10 assoc_is P H ESTABLISHED
hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
check "the second link is in use" wait_for 30 all_paths
sleep $((3 * slow))
capture_stop real
state_h=$(state_of H) state_p=$(state_of P)

# What anybody can send.
refused truncated drop_truncated
refused short-header drop_truncated
refused version drop_version
refused type drop_type
refused checksum drop_checksum
refused order drop_order
refused twice drop_order
refused critical drop_critical
refused overrun drop_malformed
refused length drop_malformed
refused many drop_malformed
refused no-groups drop_malformed
refused not-a-hit drop_hit
refused not-ours drop_hit
refused stranger drop_state
refused unasked drop_state
refused no-solution drop_malformed
refused solution drop_puzzle
refused no-mac drop_mac
refused mac drop_mac
refused unsigned drop_signature
refused signature drop_signature
unchanged "over IPv4"

refused truncated drop_truncated "$w0_6"
refused checksum drop_checksum "$w0_6"
refused order drop_order "$w0_6"
refused critical drop_critical "$w0_6"
refused not-ours drop_hit "$w0_6"
refused mac drop_mac "$w0_6"
unchanged "over IPv6"

# Two thousand times noise, each dropped for one reason or another.
for address in "$w0_4" "$w0_6"; do
	before=$(drops P | jq add)
	ns H "$bad_input" garbage "$address" 7401 1000 > /dev/null
	noise_counted() { [ "$(drops P | jq add)" -eq $((before + 1000)) ]; }
	check "a thousand random packets to $address are dropped and counted" \
		wait_for 10 noise_counted
done
unchanged "noise"

# What a packet says of HITs counts only if ESP carried it.
mac=$(ip -n P -j link show w0 | jq -r '.[0].address')
rm -f "$hip_tmp/ready"
ip netns exec P "$hip_top/selftests/stream.py" recv "$(hit P)" 9000 1 60 "$hip_tmp/ready" \
	> "$hip_tmp/clear.json" &
receiver=$!
wait_for 10 [ -e "$hip_tmp/ready" ]
count P data_rx_error
ns R "$bad_input" clear r2 "$mac" "$(hit H)" "$(hit P)" > /dev/null
ns R "$bad_input" clear r2 "$mac" 2001:20::77 "$(hit P)" > /dev/null
ns R "$bad_input" clear r2 "$mac" fd00:3::fe "$(hit P)" > /dev/null
ns R "$bad_input" clear r2 "$mac" "$(hit H)" "$w0_6" > /dev/null
check "packets in clear with a HIT are dropped" wait_for 5 counted 4
receiver_end "$receiver"
check_equal "and not delivered" 0 "$(jq .received "$hip_tmp/clear.json")"

# Good I1s are answered whatever else is, in fragments too; but so many only,
# and nothing is kept of them.
for address in "$w0_4" "$w0_6"; do
	count P tx_r1
	ns H "$bad_input" send "$address" "$(hit H)" "$(hit P)" good > /dev/null
	check "an I1 to $address is answered" wait_for 5 counted
	count P tx_r1
	ns H "$bad_input" send "$address" "$(hit H)" "$(hit P)" fragments > /dev/null
	check "and one in fragments" wait_for 5 counted
done
count P drop_limit
ns H "$bad_input" send "$w0_4" "$(hit H)" "$(hit P)" good 1000 > /dev/null
check "a flood of I1s is limited" wait_for 10 counted
check_equal "and leaves nothing behind" "$state_p" "$(state_of P)"
count P drop_limit
ns H "$bad_input" send "$w0_4" "$(hit H)" "$(hit P)" signature 500 > /dev/null
check "a flood of NOTIFYs is limited" wait_for 10 counted
wait_for 10 ping_peer
unchanged "floods"

# Real packets, again or broken, to the association that they made.
repeated "the I2 again" drop_replay I2 1
repeated "an UPDATE with a wrong HIP_MAC" drop_mac UPDATE 1 HIP_MAC break
repeated "an UPDATE with a wrong E-LOCATOR" drop_mac UPDATE 1 E-LOCATOR break
told=$(counter P tx_notify)
repeated "an UPDATE with an unknown critical parameter" drop_critical UPDATE 1 critical break
critical_told() { [ "$(counter P tx_notify)" -gt "$told" ]; }
check "which is told by NOTIFY" wait_for 5 critical_told

# Each is answered by what was sent before, or is one too many: what costs a
# signature is bounded.
of_p()
{
	local name sum=0

	for name; do
		sum=$((sum + $(counter P "$name")))
	done
	echo $sum
}

cheap()
{
	[ "$(of_p drop_limit retransmits)" -ge $((cheap + 35)) ]
}
cheap=$(of_p drop_limit retransmits)
dear=$(of_p tx_update)
ns R "$bad_input" replay "$hip_tmp/real.pcap" "$w0_4" UPDATE 50 SEQ > /dev/null
check "an old UPDATE, fifty times: most cost nothing" wait_for 10 cheap
check "nor do others much" [ $(($(of_p tx_update) - dear)) -le 15 ]
forget

# By its puzzle, if that is still known, else by its age.
refused_again()
{
	[ "$(of_p drop_replay drop_puzzle)" -gt "$again" ]
}
again=$(of_p drop_replay drop_puzzle)
ns R "$bad_input" replay "$hip_tmp/real.pcap" "$w0_4" I2 1 > /dev/null
check "the I2 again, after CLOSE, is refused" wait_for 10 refused_again
check "and it makes no association" not_up P H

# What is broken on the way.
capture_start notify R r2 ip proto 139
exchange_broken 2 R1 SIGNATURE_2 H drop_signature
exchange_broken 2 R1 HOST_ID H drop_hit
exchange_broken 3 I2 SOLUTION P drop_puzzle
before=$(notifies)
exchange_broken 3 I2 E-LOCATOR P drop_malformed
exchange_broken 3 I2 HOST_ID P drop_hit
exchange_broken 3 I2 HIP_MAC P drop_mac
exchange_broken 3 I2 SIGNATURE P drop_signature
exchange_broken 3 I2 critical P drop_critical
check "each cause was told by NOTIFY" [ "$(notifies)" -ge $((before + 5)) ]
exchange_broken 4 R2 HIP_MAC_2 H drop_mac
exchange_broken 4 R2 SIGNATURE H drop_signature
capture_stop notify
check "data at the end" ping_peer

# Each packet is held against all host identities, and each has R1s at hand. Any
# user may be the daemon of a namespace of his own.
check_equal "a namespace has 64 host identities at most" "64 ENOSPC" \
	"$(ns R "$bad_input" identities 100)"
finish
