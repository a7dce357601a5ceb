#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Readdress without rekey (draft section 3.3.1): addresses go and come, flows go
# on, and the SAs stay what they are.
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

spis()
{
	hf "$1" -j path show | jq -r --arg addr "$2" \
		'.[] | select(.local == $addr) | .spi_in + " " + .spi_out'
}

rx()
{
	hf H -j path show | jq --arg addr "$1" '[.[] | select(.local == $addr).rx_packets] | add // 0'
}

grows()
{
	[ "$(rx "$1")" -gt "$2" ]
}

path_is()
{
	hf "$1" -j path show | jq -e --arg addr "$2" --arg state "$3" \
		'any((.local == $addr or .peer == $addr) and .state == $state)'
}

no_usable_v1()
{
	! path_is P "$v1_4" ACTIVE && ! path_is P "$v1_6" ACTIVE
}

# goes_on: the stream, by the first link; long enough for what was lost to be less
# than half of it, however long P took to learn where the clock is everybody's
goes_on()
{
	grows "$v0_4" "$((first + rate))" &&
		{ [ -n "$uml" ] || [ "$(data H rx)" -gt $(($(data P tx) * 6 / 10)) ]; }
}

# data NS DIRECTION: packets
data()
{
	hf "$1" -j assoc show | jq ".[0].$2_packets"
}

plan 27
topology_up
hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "the flow is bound to the second link" wait_for 30 flow_on "$v1_4"

# The address that the flow uses disappears while it runs.
ns H "$hip_top/selftests/stream.py" recv "$(hit H)" 5001 "$count" 30 \
	"$hip_tmp/ready" > "$hip_tmp/stream.json" &
receiver=$!
wait_for 10 [ -e "$hip_tmp/ready" ]
ip netns exec P "$hip_top/selftests/stream.py" send "$(hit H)" 5001 "$count" "$rate" &
sender=$!
check "the stream arrives by the second link" wait_for 10 grows "$v1_4" "$rate"
first=$(rx "$v0_4")
ip -n H -batch - <<END
addr del $v1_4/24 dev v1
addr del $v1_6/64 dev v1
END
check "P learns that the addresses are gone" wait_for 20 no_usable_v1
check "P sends the flow to the first link" wait_for 20 flow_on "$v0_4"
check "the stream goes on over the first link" wait_for 20 goes_on
kill "$sender"
wait "$receiver"
diag "stream: $(cat "$hip_tmp/stream.json")"
check_equal "no packet is doubled" 0 "$(jq .doubled "$hip_tmp/stream.json")"
check "most packets arrive" \
	jq -e '.received > .sent / 2' "$hip_tmp/stream.json"
check "the binding is still known to P" hf P binding show fid 10
check "ping" ns H ping -6 -c 2 -W 60 "$(hit P)"

# Another address on the second link: the flow and its SA pair return there.
ip -n H addr add 10.0.2.77/24 dev v1
ip -n H route add default via 10.0.2.254 dev v1 metric 200
check "the new address is taken up" wait_for 20 path_is P 10.0.2.77 ACTIVE
check "and the flow returns" wait_for 20 flow_on 10.0.2.77
# Either of the two paths that lost their address may be the one to move.
check "without rekey: an SA pair of before is there" \
	[ "$(hf H -j path show | jq '[.[].spi_in] | unique | length')" -le 4 ]

# An address that is told to go, as by DHCP or by a router: flows leave it while
# it is still there, and nothing is lost.
rm -f "$hip_tmp/ready"
ns H "$hip_top/selftests/stream.py" recv "$(hit H)" 5001 "$count" 30 \
	"$hip_tmp/ready" > "$hip_tmp/stream.json" &
receiver=$!
wait_for 10 [ -e "$hip_tmp/ready" ]
ip netns exec P "$hip_top/selftests/stream.py" send "$(hit H)" 5001 "$count" "$rate" &
sender=$!
check "the stream arrives by the new address" wait_for 10 grows 10.0.2.77 "$rate"
ip -n H addr change 10.0.2.77/24 dev v1 preferred_lft 0 valid_lft 1000
check "the flow leaves an address that is to go" wait_for 20 flow_on "$v0_4"
first=$(rx "$v0_4")
check "the stream arrives by the first link" \
	wait_for 20 grows "$v0_4" "$((first + rate / 2))"
ip -n H addr del 10.0.2.77/24 dev v1
sleep 1
kill "$sender"
wait "$receiver"
diag "stream: $(cat "$hip_tmp/stream.json")"
check_equal "no packet is lost" 0 "$(jq .lost "$hip_tmp/stream.json")"
check_equal "nor doubled" 0 "$(jq .doubled "$hip_tmp/stream.json")"

# A host with one address that changes it: no other path to speak by.
ip -n H link set v1 down
ip -n H addr flush dev v0 scope global
check "all paths of H are without an address" wait_for 10 sh -c \
	"hipflow -n H -j path show | jq -e 'all(.state != \"ACTIVE\")'"
hf H -j path show | jq -r '.[].spi_in' | sort > "$hip_tmp/spis"
hf H -j path show | jq -r '.[].spi_out' | sort > "$hip_tmp/spis.out"
capture_start r0 R r0
ip -n H addr add 10.0.1.99/24 dev v0
ip -n H route add default via 10.0.1.254 dev v0
check "P verifies the new address" wait_for 20 path_is P 10.0.1.99 ACTIVE
check "ping over it" ns H ping -6 -c 3 -W 60 "$(hit P)"
capture_stop r0
moved=$(spis H 10.0.1.99)
check "the SPI of our side is one of before" grep -qxF "${moved% *}" "$hip_tmp/spis"
check "the SPI of the peer's side, too" grep -qxF "${moved#* }" "$hip_tmp/spis.out"
"$hip_top/selftests/hipdump.py" "$hip_tmp/r0.pcap" UPDATE > "$hip_tmp/updates"
diag "$(cat "$hip_tmp/updates")"
check "from the new address: UPDATE(ESP_INFO, SEQ, E-LOCATOR)" \
	grep -q "^[0-9.]* 10.0.1.99 $w0_4 UPDATE ESP_INFO,SEQ,E-LOCATOR" "$hip_tmp/updates"
check "to the new address: UPDATE(ESP_INFO, SEQ, ACK, ECHO_REQUEST)" \
	grep -q "^[0-9.]* $w0_4 10.0.1.99 UPDATE ESP_INFO,SEQ,ACK,ECHO_REQUEST" "$hip_tmp/updates"
check "UPDATE(ACK, ECHO_RESPONSE)" \
	grep -q "^[0-9.]* 10.0.1.99 $w0_4 UPDATE ACK,ECHO_RESPONSE" "$hip_tmp/updates"
check "the exchange was not made again" [ "$(counter H tx_i1)" -eq 1 ]

finish
