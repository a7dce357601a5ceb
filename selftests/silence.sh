#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A path that swallows packets without any event: it is found by its silence, in
# either direction, its flow goes on over the other link, and it is used again
# when it answers.
. "$(dirname "$0")/lib.sh"

rate=1000
[ -z "$uml" ] || rate=100
count=$((rate * 100))

flow_on()
{
	hf P -j binding show fid 10 > "$hip_tmp/b.json"
	hf P -j path show | jq -e --arg addr "$1" --slurpfile b "$hip_tmp/b.json" \
		'any(.id == $b[0][0].path and .peer == $addr)'
}

# silent NS ADDRESS: is the path to or from it?
silent()
{
	hf "$1" -j path show | jq -e --arg addr "$2" \
		'any((.local == $addr or .peer == $addr) and .silent)'
}

spoken()
{
	! silent "$@"
}

rx()
{
	hf H -j path show | jq --arg addr "$1" '[.[] | select(.local == $addr).rx_packets] | add // 0'
}

grows()
{
	[ "$(rx "$1")" -gt "$2" ]
}

# swallow DEVICE: what crosses R by this link, in both directions
swallow()
{
	ns R nft -f - <<-END
	table inet hole {
		chain forward {
			type filter hook forward priority 0;
			iifname $1 drop
			oifname $1 drop
		}
	}
	END
}

spare()
{
	ns R nft delete table inet hole
}

# stream_start FROM TO: until stream_end
stream_start()
{
	rm -f "$hip_tmp/ready"
	ip netns exec "$2" "$hip_top/selftests/stream.py" recv "$(hit "$2")" 5001 \
		"$count" 20 "$hip_tmp/ready" > "$hip_tmp/stream.json" &
	receiver=$!
	wait_for 10 [ -e "$hip_tmp/ready" ]
	ip netns exec "$1" "$hip_top/selftests/stream.py" send "$(hit "$2")" 5001 \
		"$count" "$rate" &
	sender=$!
}

stream_end()
{
	kill "$sender"
	wait "$receiver"
	diag "stream: $(cat "$hip_tmp/stream.json")"
}

plan 20
topology_up
for name in H P; do
	hf "$name" config set path_timeout_ms 2000
done
check_not "no shorter than 200 ms" hf H config set path_timeout_ms 199
hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "the flow is bound to the second link" wait_for 30 flow_on "$v1_4"
check "all paths are up" wait_for 20 paths_up H 4

# One direction only: nothing comes back by the path, and that is no failure.
stream_start P H
check "the stream arrives by the second link" wait_for 10 grows "$v1_4" "$rate"
sleep $((3 * slow))
check "a stream in one direction does not make a path silent" spoken P "$v1_4"
check "P asked whether it is there" [ "$(counter H rx_update)" -gt 0 ]

before=$(rx "$v0_4")
swallow r1
check "P finds the path silent" wait_for 10 silent P "$v1_4"
check "P sends the flow to the first link" wait_for 5 flow_on "$v0_4"
check "it arrives there" wait_for 10 grows "$v0_4" "$((before + rate / 10))"
check "the association stands" assoc_is P H ESTABLISHED

spare
check "the path is used again when it answers" wait_for 30 spoken P "$v1_4"
check "and the flow returns" wait_for 10 flow_on "$v1_4"
before=$(rx "$v1_4")
check "it arrives by the second link" wait_for 10 grows "$v1_4" "$((before + rate))"
stream_end
check_equal "no packet is doubled" 0 "$(jq .doubled "$hip_tmp/stream.json")"
check "few are lost: those of the time until it was found" \
	jq -e --argjson rate $((rate * slow)) '.lost < 6 * $rate' "$hip_tmp/stream.json"

# All paths silent: better one that may work than none.
swallow r2
ip netns exec P ping -6 -i 0.2 "$(hit H)" > /dev/null &
pinger=$!
sleep $((5 * slow))
check "with no way at all the association stands" assoc_is P H ESTABLISHED
spare
kill "$pinger"
check "and data passes when there is one again" wait_for 40 ns P ping -6 -c 1 -W 2 "$(hit H)"

# Turned off, nobody asks.
for name in H P; do
	hf "$name" config set path_timeout_ms 0
done
check "no path is silent when nobody listens" wait_for 20 spoken P "$v1_4"
before=$(counter P tx_update)
stream_start P H
sleep $((4 * slow))
stream_end
check_equal "nobody asks" "$before" "$(counter P tx_update)"
finish
