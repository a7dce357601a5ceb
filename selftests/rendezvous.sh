#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rendezvous (RFC 8004): M is registered with S, and P finds it there, although it
# knows no address of M's. All on real packets, with each of them lost once.
#
#	M 10.0.1.1 fd00:1::1 ---+---+--- 10.0.3.1 fd00:3::1 S
#	                        | R |
#	                        +---+--- 10.0.4.1 fd00:4::1 P
. "$(dirname "$0")/lib.sh"

s0_4=10.0.3.1 s0_6=fd00:3::1

hipdump()
{
	"$hip_top/selftests/hipdump.py" "$hip_tmp/$1.pcap" "${@:2}"
}

links()
{
	ns_add M S P R
	link_add M v0 "$v0_4/24 $v0_6/64" R r0 "10.0.1.254/24 fd00:1::fe/64"
	link_add M v1 "" R r1 "10.0.2.254/24 fd00:2::fe/64"
	link_add S s0 "$s0_4/24 $s0_6/64" R r2 "10.0.3.254/24 fd00:3::fe/64"
	link_add P p0 "10.0.4.1/24 fd00:4::1/64" R r3 "10.0.4.254/24 fd00:4::fe/64"
	ns R sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward
		echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
	route_add M v0 1 100
	route_add S s0 3 100
	route_add P p0 4 100
}

# reg NS OTHER JQ: of the registration there
reg()
{
	hf "$1" -j registration show "$(hit "$2")" | jq -r ".[0].$3 // \"none\""
}

reg_is()
{
	[ "$(reg "$1" "$2" state)" = "$3" ]
}

# register [ADDRESS [LIFETIME]]
register()
{
	hf M registration add "$(hit S)" addr "${1:-$s0_4}" ${2:+lifetime "$2"}
}

registered_at()
{
	reg_is M S registered && reg_is S M registered
}

gone()
{
	case $(assoc_state "$@") in
	none|CLOSED) ;;
	*) return 1 ;;
	esac
}

# forget A B: no association between them
forget()
{
	hf "$1" assoc del peer "$(hit "$2")" 2> /dev/null
	hf "$2" assoc del peer "$(hit "$1")" 2> /dev/null
	wait_for 20 gone "$1" "$2" && wait_for 20 gone "$2" "$1"
}

ping_m()
{
	ns P ping -6 -c "${1:-1}" -W 15 "$(hit M)"
}

# met NAME ADDRESS-OF-S SOURCE-OF-I1 TO FROM: P begins, and what is captured
met()
{
	forget P M
	peer_add P M "$2"
	capture_start "$1" R any
	check "$1: the first packet reaches M" ping_m
	capture_stop "$1"
	check_equal "$1: I1 comes to S as it is" "$4 $2 DH_GROUP_LIST" \
		"$(hipdump "$1" I1 | awk 'NR == 1 { print $2, $3, $5 }')"
	check_equal "$1: and goes on to M" "$3 $5 DH_GROUP_LIST,FROM,RVS_HMAC" \
		"$(hipdump "$1" I1 | grep FROM | awk 'NR == 1 { print $2, $3, $5 }')"
	check_equal "$1: R1 comes from M itself, with VIA_RVS" "$6 $4 VIA_RVS" \
		"$(hipdump "$1" R1 | awk 'NR == 1 { n = split($5, p, ","); print $2, $3, p[n] }')"
}

plan 8
hip_load
links
hip0_add M S P
for name in M S P; do
	hipflowd_start $name
done

hf S server set rvs on lifetime 10 60
wait_for 10 identity_ready S
sleep 1
capture_start reg R any
register
check "M is registered" wait_for 20 registered_at
capture_stop reg
hipdump reg
hf M -d registration
hf S -s -d registration
hf S server
hf S -j server
hf M -j registration
met "IPv4" "$s0_4" "$s0_4" 10.0.4.1 "$v0_4" "$v0_4"
hipdump IPv4
hf S -s -j registration
finish
