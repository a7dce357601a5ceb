#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# hip0 takes and gives large packets, and what a packet has beside its data gets
# through: checksums, path MTU, DSCP, ECN, flow labels, fragments, marks, and whose
# it is.
. "$(dirname "$0")/lib.sh"

offload=$hip_top/selftests/offload.py

# from_h COMMAND [ARGUMENTS...]: from H to P; $hip_tmp/result is what became of it
from_h()
{
	local command=$1

	shift
	"$offload" "$command" H "$(hit H)" P "$(hit P)" "$@" > "$hip_tmp/result" || return 1
	diag "$command $*: $(cat "$hip_tmp/result")" >&2
}

# result CONDITION, of jq
result()
{
	jq -es ".[0] | $1" "$hip_tmp/result"
}

arrives()
{
	from_h "$@" && result .same
}

# mtu_to NS: of NS's route to P, or to H
mtu_to()
{
	local to=P

	[ "$1" = H ] || to=H
	ip -n "$1" -6 route get "$(hit $to)" | grep -o 'mtu [0-9]*' | cut -d ' ' -f 2
}

# link_mtu N: of the link between R and P
link_mtu()
{
	ip -n R link set r2 mtu "$1"
	ip -n P link set w0 mtu "$1"
}

# meet FAMILY ADDRESS: P has no other address than that
meet()
{
	hf H assoc del peer "$(hit P)"
	ip -n P "-$1" addr add "$2/$([ "$1" = 4 ] && echo 24 || echo "64 nodad")" dev w0
	ip -n P "-$((10 - $1))" addr flush dev w0 scope global
	route_add P w0 3 100
	wait_for 20 assoc_is P H none
	peer_add H P "$2"
	wait_for 60 ns H ping -6 -c 1 -W 2 "$(hit P)"
}

# pings OCTETS [SECONDS]: packets of that length, and how long to wait for the last
pings()
{
	ns H ping -6 -q -M "do" -c 2 -i 0.2 -W "${2:-60}" -s "$(($1 - 48))" "$(hit P)"
}

too_big()
{
	ns H ping -6 -M "do" -c 1 -W 2 -s "$(($1 - 48))" "$(hit P)" 2>&1 |
		grep -E "too big|too long|mtu"
}

tx_packets()
{
	ip -n H -s -j link show hip0 | jq '.[0].stats64.tx.packets'
}

# labels ID: flow labels of ESP in a capture, each once
labels()
{
	capture_show "$1" -v 'esp and src host '"$v0_6" |
		grep -o 'flowlabel 0x[0-9a-f]*' | sort -u
}

large_packets()
{
	local before segments

	hf P binding add fid 9 prio 9 proto tcp dev w0
	wait_for 10 eval '[ "$(binding_dev P 9)" = w0 ]'
	capture_start h0 H hip0
	capture_start p0 P hip0
	capture_start wire R r0
	before=$(tx_packets)
	check "TCP, a megabyte in writes of 64 KB" arrives tcp 1048576
	segments=$(($(tx_packets) - before))
	check "a binding counts segments, though it sees large packets" \
		[ "$(hf P -j binding show fid 9 | jq '.[0].rx_packets')" -ge 728 ]
	hf P binding del fid 9
	check "UDP, a message of 60,000 octets in segments" \
		arrives udp 60000 1 segment=1200
	check "50 datagrams are received of it" result '.reads == 50 and .largest == 1200'
	check "a receiver that can takes several at once" \
		arrives udp 60000 1 segment=1200 gro=1
	check "it does" result '.largest > 1200 and .reads < 50'
	for id in h0 p0 wire; do
		capture_stop $id
	done
	check "TCP enters hip0 in large packets" \
		[ "$(capture_count h0 'ip6 proto 6 and greater 10000')" -ge 10 ]
	check_equal "a message enters it as one" 2 \
		"$(capture_count h0 'ip6 proto 17 and greater 60000')"
	check "hip0 counts segments, not those" [ "$segments" -ge 728 ]
	check "hip0 gives large packets" \
		[ "$(capture_count p0 'ip6 proto 6 and greater 3000')" -ge 10 ]
	check_equal "the wire sees none" 0 "$(capture_count wire 'greater 1515')"
	check "but one for each segment" \
		[ "$(capture_count wire 'esp and greater 1200')" -ge 828 ]
	check_equal "and no fragments" 0 "$(capture_count wire 'ip[6:2] & 0x3fff != 0')"
}

checksums()
{
	check "datagrams with right and wrong checksums" from_h sum
	check_equal "the wrong one is not delivered" '["right"]' \
		"$(jq -c .received "$hip_tmp/result")"
}

# known STATE: R does, or need not, ask for P's link address, which is lost as well
known()
{
	local addr mac

	mac=$(ip -n P -j link show w0 | jq -r '.[0].address')
	for addr in "$w0_4" "$w0_6"; do
		ip -n R neigh replace "$addr" lladdr "$mac" dev r2 nud "$1" ||
			abort "no neighbour"
	done
}

# Both in the outer header, and what is marked there in the inner one.
traffic_class()
{
	capture_start wire R r0
	check "DSCP and ECN" arrives udp 100 5 tclass=0xba
	check_equal "arrive as they were sent" '[186]' "$(jq -c .tclass "$hip_tmp/result")"
	check "also in segments of large messages" arrives udp 12000 1 segment=1000 tclass=0xba
	capture_stop wire
	check_equal "each outer packet has them" 17 "$(capture_count wire "$1")"

	known permanent
	ns R tc qdisc add dev r2 root netem loss 100% ecn || abort "no netem"
	check "what is marked on its way" arrives udp 100 5 tclass=0xb9
	check_equal "is received as marked" '[187]' "$(jq -c .tclass "$hip_tmp/result")"
	check "also what is received as one" arrives udp 12000 1 segment=1000 tclass=0xba gro=1
	check_equal "has the mark" '[187]' "$(jq -c .tclass "$hip_tmp/result")"
	check "what is not of ECN is not marked, but lost" from_h udp 100 5 tclass=0xb8 lost=1
	check_equal "so nothing comes" 0 "$(jq .octets "$hip_tmp/result")"
	ns R tc qdisc del dev r2 root
	known stale
	# Meanwhile the paths have been silent for long.
	wait_for 30 ns H ping -6 -c 1 -W 2 "$(hit P)"
}

# whole_packets FRAME FRAGMENTS: hip0's are as long as an Ethernet takes, but for four
# octets, over IPv6
whole_packets()
{
	local host

	# What was learned of other paths.
	for host in H P; do
		ip -n $host -6 route flush cache
	done
	capture_start wire R r0
	check "a packet as long as hip0 takes" pings "$hip0_mtu"
	capture_stop wire
	check_equal "is as long on the wire" 4 \
		"$(capture_count wire "esp and greater $1 and less $1")"
	check_equal "and whole" 0 "$(capture_count wire "$2")"
}

# user_routes FAMILY ADDRESS: P keeps the route of what comes to it, and asks anew when
# its routes change, or rules tell packets apart
user_routes()
{
	local route host

	# No other path is to help meanwhile.
	for host in H P; do
		hf $host config set path_timeout_ms 0
	done
	read -ra route < <(ip -n P "-$1" route show table local "$2")
	check "what comes in is routed" pings 100
	ip -n P "-$1" route del table local "${route[@]}" || abort "no local route"
	check_not "not if the address is nobody's" pings 100 2
	ip -n P "-$1" route add table local "${route[@]}" || abort "no local route"
	check "and if it is P's again" pings 100
	# Before the one for local addresses, or it would not be asked.
	ip -n P "-$1" rule add pref 20 table local &&
		ip -n P "-$1" rule del pref 0 &&
		ip -n P "-$1" rule add fwmark 7 pref 10 blackhole || abort "no rule"
	check "what a rule is not about" pings 100
	ns P nft -f - <<-END || abort "no marks"
	table inet marks {
		chain in {
			type filter hook prerouting priority mangle;
			meta l4proto esp meta mark set 7
		}
	}
	END
	check_not "what it is about" pings 100 2
	ns P nft delete table inet marks
	ip -n P "-$1" rule del pref 10
	ip -n P "-$1" rule add pref 0 table local
	ip -n P "-$1" rule del pref 20
	check "without it" pings 100
	for host in H P; do
		hf $host config set path_timeout_ms 5000
	done
}

# path_mtu LINK: H learns of a link that takes no more than that
path_mtu()
{
	local mtu

	link_mtu "$1"
	capture_start wire R r2
	check "a packet that was fine is too big" wait_for 10 too_big 1440
	mtu=$(mtu_to H)
	diag "a link of $1 takes $mtu"
	check "its route knows by how much" \
		[ "${mtu:-0}" -gt $(($1 - 80)) ] && [ "${mtu:-0}" -le $(($1 - 14)) ]
	check "as long as that" pings "${mtu:-1280}"
	check "one octet more is too big" too_big $((${mtu:-1280} + 1))
	check "TCP" arrives tcp 524288
	check "with segments that are as long" \
		result ".mss <= ${mtu:-0} - 60 and .mss >= ${mtu:-0} - 100"
	check "a datagram in fragments" arrives udp 20000 1
	capture_stop wire
	check_equal "nothing longer was on the link" 0 \
		"$(capture_count wire "greater $(($1 + 15))")"
	check_equal "and no outer fragments" 0 "$(capture_count wire "$2")"
	link_mtu 1500
}

# IPv6 gives 1280 octets everywhere: where the underlay has less, outer packets are
# fragmented. A device with less has no IPv6, of which XFRM makes a condition: it is
# further on.
small_link()
{
	[ "$1" -ge 1280 ] && link_mtu "$1"
	[ "$1" -ge 1280 ] || ip -n R route add "$w0_4" dev r2 mtu lock "$1"
	capture_start wire R r2
	ns H ping -6 -q -c 2 -W 1 -s 1300 "$(hit P)" > /dev/null
	check "over a link of $1, 1280 octets" pings 1280
	check "TCP over it" arrives tcp 262144
	capture_stop wire
	check "outer packets are in fragments" [ "$(capture_count wire "$2")" -gt 100 ]
	# They are once it is known that they need them.
	check "which have identifications" \
		[ "$(capture_count wire "$2 and ip and ip[4:2] = 0")" -le 10 ]
	ip -n R route del "$w0_4" dev r2 2> /dev/null
	link_mtu 1500
}

device_mtu()
{
	ip -n H link set hip0 mtu 1300
	check "hip0 itself with an MTU of 1300" pings 1300
	check "takes no more" too_big 1301
	check "TCP by that" arrives tcp 131072
	check "has short segments" result '.mss <= 1240'
	ip -n H link set hip0 mtu "$hip0_mtu"
}

# The socket's mark, for rules and queues of the user's; and its memory, by which
# senders are slowed down.
sender()
{
	check "packets with a mark" arrives udp 100 5 mark=7 watch=v0
	check_equal "leave as ESP with it" 5 "$(jq .marked "$hip_tmp/result")"
	check "also segments" arrives udp 12000 1 segment=1000 mark=7 watch=v0
	check_equal "have it" 12 "$(jq .marked "$hip_tmp/result")"
	# The first at once, the others after 10 s each.
	ns H tc qdisc add dev v0 root tbf rate 800bit burst 1600 limit 100000 ||
		abort "no tbf"
	check "what waits in a queue" from_h owner
	check "is still the sender's" result '.queued >= 5000'
	ns H tc qdisc del dev v0 root
}

flow_labels()
{
	capture_start wire R r0
	check "eight flows" from_h udp 100 4 flows=8
	capture_stop wire
	diag "$(labels wire | xargs)"
	check "have outer flow labels of their own" [ "$(labels wire | wc -l)" -ge 7 ]
	check "each has one only" [ "$(labels wire | wc -l)" -le 8 ]
}

# Rules about a link see what leaves by it, not what is inside.
link_rules()
{
	ns H nft -f - <<-END || abort "no rule"
	table inet rules {
		counter inside { }
		counter outside { }
		chain out {
			type filter hook postrouting priority 0;
			oifname "v0" ip6 saddr $(hit H) counter name "inside"
			oifname "v0" meta l4proto esp counter name "outside"
		}
	}
	END
	check "behind rules about the link" arrives udp 100 5
	check_equal "which have seen no HIT" 0 "$(rule_count inside)"
	check "but ESP" [ "$(rule_count outside)" -ge 5 ]
	ns H nft delete table inet rules
}

# rule_count NAME: packets
rule_count()
{
	ns H nft -j list counter inet rules "$1" |
		jq '.nftables[] | select(.counter).counter.packets'
}

plan 98
topology_up
hip0_mtu=$(ip -n H -j link show hip0 | jq '.[0].mtu')
check "association over IPv4" wait_for 60 ns H ping -6 -c 1 -W 2 "$(hit P)"
whole_packets 1490 'ip[6:2] & 0x3fff != 0'
user_routes 4 "$w0_4"
large_packets
checksums
traffic_class 'ip and esp and ip[1] = 0xba'
device_mtu
sender
link_rules
path_mtu 1400 'ip[6:2] & 0x3fff != 0'
check "association over IPv6" meet 6 "$w0_6"
whole_packets 1510 'ip6 proto 44'
user_routes 6 "$w0_6"
traffic_class 'ip6 proto 50 and ip6[0:2] & 0x0ff0 = 0x0ba0'
flow_labels
path_mtu 1400 'ip6 proto 44'
small_link 1280 'ip6 proto 44'
check "association over IPv4 again" meet 4 "$w0_4"
small_link 1000 'ip[6:2] & 0x3fff != 0'
finish
