#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What this project is for, played in namespaces of a guest and told in words: a
# phone with two links talks to a server; one flow moves between the links while
# it runs; then a link loses its address. Status 0 if all went as told.
. "$(dirname "$0")/lib.sh"

rate=1000
count=$((rate * 100))
wrong=0

say()
{
	printf '\n\033[1m%s\033[0m\n' "$*"
}

# told WHAT COMMAND...: what has to be so
told()
{
	local what=$1

	shift
	if "$@" > /dev/null 2>&1; then
		printf '   [yes] %s\n' "$what"
	else
		printf '   [NO]  %s\n' "$what"
		wrong=$((wrong + 1))
	fi
}

who()
{
	sed -e "s/ $v0_4 / phone:link1 /g; s/ $v1_4 / phone:link2 /g" \
	    -e "s/ $v0_6 / phone:link1 /g; s/ $v1_6 / phone:link2 /g" \
	    -e "s/ $w0_4 / server /g; s/ $w0_6 / server /g"
}

# packets ID TYPES...: control packets of a capture, in words
packets()
{
	"$hip_top/selftests/hipdump.py" "$hip_tmp/$1.pcap" "${@:2}" | who |
		while read -r _ src dst type parameters; do
			printf '   %-11s -> %-11s %-6s %s\n' "$src" "$dst" \
				"$type" "$(echo "$parameters" | tr ',' ' ' |
				sed 's/HIP_MAC.*HIP_SIGNATURE.*/(MAC, signature)/; s/HIP_SIGNATURE.*/(signature)/')"
		done
}

rx()
{
	hf H -j path show | jq --arg dev "$1" '[.[] | select(.dev == $dev).rx_packets] | add // 0'
}

grows()
{
	[ "$(rx "$1")" -gt "$2" ]
}

links()
{
	printf '   packets so far: link 1 %s, link 2 %s\n' "$(rx v0)" "$(rx v1)"
}

four_paths()
{
	[ "$(path_count H '.state == "ACTIVE"')" -ge 4 ]
}

# moved CAPTURE: the last UPDATE about locators, and what followed; others only
# ask whether a path is there
moved()
{
	packets "$1" UPDATE | grep -A 2 E-LOCATOR | tail -n 3
}

# stream_start: until stream_end
stream_start()
{
	rm -f "$hip_tmp/ready"
	ip netns exec H "$hip_top/selftests/stream.py" recv "$(hit H)" 5001 "$count" \
		30 "$hip_tmp/ready" > "$hip_tmp/stream.json" &
	receiver=$!
	wait_for 10 [ -e "$hip_tmp/ready" ]
	ip netns exec P "$hip_top/selftests/stream.py" send "$(hit H)" 5001 "$count" "$rate" &
	sender=$!
}

stream_end()
{
	kill "$sender"
	wait "$receiver"
	printf '   of %s packets: received %s, lost %s, doubled %s\n' \
		"$(jq .sent "$hip_tmp/stream.json")" \
		"$(jq .received "$hip_tmp/stream.json")" \
		"$(jq .lost "$hip_tmp/stream.json")" \
		"$(jq .doubled "$hip_tmp/stream.json")"
}

cat <<'END'

              +--- link 1 (v0) ---+
   phone (H) -+                   +- the net (R) --- server (P)
              +--- link 2 (v1) ---+

END
say "1. Both hosts get a name: the hash of a public key (host identity tag)"
topology_up
echo "   phone   $(hit H)"
echo "   server  $(hit P)"
echo "   hip0 takes what is sent to such a name."

say "2. The phone pings the server's name. The first packet starts the base exchange:"
capture_start exchange P w0
told "the ping is answered" ns H ping -6 -c 3 -W 15 "$(hit P)"
wait_for 30 four_paths
capture_stop exchange
packets exchange I1 R1 I2 R2
echo "   I2 and R1 carry the E-LOCATOR: at which addresses a host is, for which flow."
echo "   On the wire: $(capture_count exchange esp) encrypted packets," \
	"$(capture_count exchange 'ip6 net 2001:20::/28') in clear."
told "nothing is in clear" [ "$(capture_count exchange 'ip6 net 2001:20::/28')" -eq 0 ]
told "every address of the phone has a path" four_paths

say "3. The phone wants UDP port 5001 on its second link:"
echo "   # hipflow binding add fid 10 prio 20 proto udp dport 5001 dev v1"
told "the binding is taken" hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
told "the server knows it" wait_for 10 sh -c "hipflow -n P -j binding show fid 10 | jq -e 'length == 1'"
wait_for 10 sends_by P 10 "$v1_4"
before0=$(rx v0)
before1=$(rx v1)
capture_start move P w0
stream_start
wait_for 10 grows v1 $((before1 + 1000))
links
told "the stream of $rate packets a second comes over link 2" grows v1 $((before1 + 500))
told "and not over link 1" [ "$(rx v0)" -le $((before0 + 50)) ]

say "4. The flow moves to link 1 while it runs:"
echo "   # hipflow binding set fid 10 dev v0"
before0=$(rx v0)
hf H binding set fid 10 dev v0
wait_for 30 grows v0 $((before0 + 1000))
links
told "it comes over link 1 now" grows v0 $((before0 + 500))
stream_end
told "lost 0" [ "$(jq .lost "$hip_tmp/stream.json")" -eq 0 ]
told "doubled 0" [ "$(jq .doubled "$hip_tmp/stream.json")" -eq 0 ]
capture_stop move
echo "   What was said about it:"
moved move

say "5. It goes back to link 2, and link 2 loses its addresses:"
hf H binding set fid 10 dev v1
wait_for 10 sends_by P 10 "$v1_4"
capture_start lost P w0
before0=$(rx v0)
before1=$(rx v1)
stream_start
wait_for 10 grows v1 $((before1 + 500))
links
echo "   # ip addr del $v1_4/24 dev v1; ip addr del $v1_6/64 dev v1"
ip -n H -batch - <<-END
addr del $v1_4/24 dev v1
addr del $v1_6/64 dev v1
END
told "the stream goes on over link 1" wait_for 10 grows v0 $((before0 + 500))
stream_end
links
capture_stop lost
echo "   What was said about it:"
moved lost
echo "   (What is lost was on its way to an address that was gone already.)"
told "no packet is doubled" [ "$(jq .doubled "$hip_tmp/stream.json")" -eq 0 ]

say "What hipflow shows on the phone:"
hf H binding show | sed 's/^/   /'
hf H path show | sed 's/^/   /'

ktap_finished=1
if [ $wrong -gt 0 ]; then
	say "$wrong of what was told is not so."
	exit 1
fi
say "All as told."
exit 0
