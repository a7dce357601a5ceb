#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Flow redirection (draft section 3.3.3): a flow moves between two links while it
# runs, by three UPDATEs, and no packet is lost or doubled.
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

rx()
{
	hf H -j path show | jq --arg addr "$1" '[.[] | select(.local == $addr).rx_packets] | add'
}

grows()
{
	[ "$(rx "$1")" -gt "$2" ]
}

# move DEVICE ADDRESS: and see the stream arrive there
move()
{
	local before

	before=$(rx "$2")
	check "binding set dev $1" hf H binding set fid 10 dev "$1"
	check "P sends it to $1" wait_for 10 flow_on "$2"
	check "it arrives by $1" wait_for 10 grows "$2" "$((before + 20))"
}

plan 19
topology_up
hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "the flow is bound to the second link" wait_for 30 flow_on "$v1_4"
wait_for 30 paths_up H 4
capture_start r2 R r2

ns H "$hip_top/selftests/stream.py" recv "$(hit H)" 5001 "$count" 30 \
	"$hip_tmp/ready" > "$hip_tmp/stream.json" &
receiver=$!
wait_for 10 [ -e "$hip_tmp/ready" ]
before=$(rx "$v1_4")
ip netns exec P "$hip_top/selftests/stream.py" send "$(hit H)" 5001 "$count" "$rate" &
sender=$!
check "the stream arrives by the second link" wait_for 10 grows "$v1_4" "$((before + 50))"
move v0 "$v0_4"
move v1 "$v1_4"
move v0 "$v0_4"
kill "$sender"
wait "$receiver"
diag "stream: $(cat "$hip_tmp/stream.json")"
check "packets enough to tell" [ "$(jq .received "$hip_tmp/stream.json")" -ge $rate ]
check_equal "lost" 0 "$(jq .lost "$hip_tmp/stream.json")"
check_equal "doubled" 0 "$(jq .doubled "$hip_tmp/stream.json")"
capture_stop r2

# The three packets of figure 4, as the wire has them.
"$hip_top/selftests/hipdump.py" "$hip_tmp/r2.pcap" UPDATE > "$hip_tmp/updates"
diag "$(cat "$hip_tmp/updates")"
check "UPDATE(ESP_INFO, SEQ, E-LOCATOR), three times" \
	[ "$(grep -c 'ESP_INFO,SEQ,E-LOCATOR,HIP_MAC,HIP_SIGNATURE$' "$hip_tmp/updates")" -ge 3 ]
check "UPDATE(ESP_INFO, SEQ, ACK, ECHO_REQUEST)" \
	[ "$(grep -c 'ESP_INFO,SEQ,ACK,ECHO_REQUEST,HIP_MAC,HIP_SIGNATURE$' "$hip_tmp/updates")" -ge 3 ]
check "UPDATE(ACK, ECHO_RESPONSE)" \
	[ "$(grep -c 'ACK,ECHO_RESPONSE,HIP_MAC,HIP_SIGNATURE$' "$hip_tmp/updates")" -ge 3 ]
check "the address check goes to the new address" \
	grep -q " $w0_4 $v0_4 UPDATE ESP_INFO,SEQ,ACK,ECHO_REQUEST" "$hip_tmp/updates"

finish
