#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Credit-based authorization (RFC 8046 section 5.6): an address that is not
# verified gets data, if there is no other, but no more than came from the peer
# lately. The router lets an UPDATE of the mobile host through, and none of what
# would verify its new address.
. "$(dirname "$0")/lib.sh"

rate=1000
[ -z "$uml" ] || rate=100

# Octets of data that P received, and of ESP that left for ADDRESS.
received()
{
	hf P -j path show | jq '[.[].rx_bytes] | add // 0'
}

esp_packets()
{
	capture_count "$1" "esp and dst $2"
}

one_path()
{
	[ "$(path_count H true)" -eq 1 ] && [ "$(path_count P true)" -eq 1 ]
}

path_at()
{
	hf P -j path show | jq -e --arg addr "$1" --arg state "$2" \
		'any(.[]; .peer == $addr and .state == $state)'
}

# silence ADDRESS: one UPDATE of that address passes, and nothing after it
silence()
{
	ns R nft -f - <<-END
	table ip check {
		chain forward {
			type filter hook forward priority 0;
			ip saddr $1 ip protocol 139 limit rate 1/day burst 1 packets accept
			ip saddr $1 ip protocol 139 drop
		}
	}
	END
}

# move OLD NEW: a link that gets another address, as by DHCP
move()
{
	ip -n H -batch - <<-END
	addr del $1/24 dev v0
	addr add $2/24 dev v0
	route add default via 10.0.1.254 dev v0 metric 100
	END
}

stream_to_h()
{
	rm -f "$hip_tmp/ready"
	ns H "$hip_top/selftests/stream.py" recv "$(hit H)" 5001 "$((rate * 300))" 60 \
		"$hip_tmp/ready" > "$hip_tmp/stream.json" &
	receiver=$!
	wait_for 10 [ -e "$hip_tmp/ready" ]
	ip netns exec P "$hip_top/selftests/stream.py" send "$(hit H)" 5001 \
		"$((rate * 300))" "$rate" &
	sender=$!
}

h_gets()
{
	[ "$(hf H -j path show | jq '[.[].rx_packets] | add // 0')" -gt "$1" ]
}

established()
{
	assoc_is H P ESTABLISHED && assoc_is P H ESTABLISHED
}

new_association()
{
	hf H assoc del peer "$(hit P)"
	wait_for 20 assoc_is H P none
	hf H assoc add peer "$(hit P)" wait 20 > /dev/null
	wait_for 20 established
}

plan 18
topology_links
ip -n H link del v1
ip -n H addr flush dev v0 scope global
ip -n H addr add "$v0_4/24" dev v0
ip -n H route add default via 10.0.1.254 dev v0 metric 100
hip_load
hip0_add H P
hipflowd_start H
hipflowd_start P
peer_add H P "$w0_4"
check "established" hf H assoc add peer "$(hit P)" wait 20
check "one path" wait_for 20 one_path

# Who has sent nothing gets nothing.
silence 10.0.1.70
capture_start nothing P w0 ip
stream_to_h
check "the stream arrives" wait_for 20 h_gets "$((rate / 10))"
check_equal "P has received nothing" 0 "$(received)"
count P data_no_credit
move "$v0_4" 10.0.1.70
check "the new address is known to P" wait_for 20 path_at 10.0.1.70 UNVERIFIED
check "data for it is refused" wait_for 20 counted "$((rate / 10))"
check "it is not verified" path_at 10.0.1.70 UNVERIFIED
capture_stop nothing
check_equal "not a packet went there" 0 "$(esp_packets nothing 10.0.1.70)"
ns R nft delete table ip check
check "the check comes through: verified" wait_for 40 path_at 10.0.1.70 ACTIVE
before=$(hf H -j path show | jq '[.[].rx_packets] | add // 0')
check "and the stream goes on" wait_for 20 h_gets "$((before + rate / 5))"
kill "$sender"
wait "$receiver"

# Who has sent something gets no more than that.
new_association
ns P "$hip_top/selftests/stream.py" recv "$(hit P)" 5002 400 30 "$hip_tmp/ready2" > /dev/null &
receiver=$!
wait_for 10 [ -e "$hip_tmp/ready2" ]
ns H "$hip_top/selftests/stream.py" send "$(hit P)" 5002 400 "$rate"
wait "$receiver"
earned=$(received)
check "P has received something" [ "$earned" -ge $((400 * 49)) ]
silence 10.0.1.71
capture_start credit P w0 ip
stream_to_h
wait_for 20 h_gets 0
count P data_no_credit
move 10.0.1.70 10.0.1.71
check "data for another new address is refused in the end" wait_for 20 counted
check "it is not verified" path_at 10.0.1.71 UNVERIFIED
capture_stop credit
n=$(esp_packets credit 10.0.1.71)
diag "$n packets there, $earned octets of credit"
check "some went there before" [ "$n" -gt 0 ]
# 40 octets of IPv6, 8 of UDP, and one digit at least.
check "no more than P has received" [ $((n * 49)) -le "$earned" ]
ns R nft delete table ip check
check "the check comes through: verified" wait_for 40 path_at 10.0.1.71 ACTIVE
before=$(hf H -j path show | jq '[.[].rx_packets] | add // 0')
check "and the stream goes on" wait_for 20 h_gets "$((before + rate / 5))"
kill "$sender"
wait "$receiver"
check_equal "no packet is doubled" 0 "$(jq .doubled "$hip_tmp/stream.json")"
finish
