#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module and its device: load, hip0, what is refused, and that everything
# can go at any time, with traffic running: hip0, a namespace, the module.
. "$(dirname "$0")/lib.sh"

kind()
{
	[ "$(ip -n "$1" -d -j link show hip0 | jq -r '.[0].linkinfo.info_kind')" = hip ]
}

addressed()
{
	ip -n "$1" -6 addr show dev hip0 | grep -q "inet6 $(hit "$1")/" &&
		ip -n "$1" -6 route show 2001:20::/28 dev hip0 | grep -q .
}

# refuses PATTERN COMMAND...: it fails, and says why
refuses()
{
	local pattern=$1 output

	shift
	if output=$("$@" 2>&1); then
		echo "done: $*"
		return 1
	fi
	echo "$output"
	grep -q "$pattern" <<< "$output"
}

reach()
{
	ns "$1" ping -6 -q -c 2 -i 0.2 -W 60 "$2"
}

# traffic NS ADDRESS: until it is killed, whatever happens
traffic()
{
	ns "$1" ping -6 -q -i 0.02 "$2" > /dev/null 2>&1 &
}

gone()
{
	! "$@" > /dev/null 2>&1
}

plan 19

check "the module loads" hip_load
topology_links
check "hip0 can be added" ip -n H link add hip0 type hip
check "hip0 is of kind hip" kind H
check "a second device is refused" refuses "one device" \
	ip -n H link add hip1 type hip
check_not "hip0 does not move to another namespace" \
	ip -n H link set hip0 netns R
ip -n H link set hip0 up
hip0_add P
hipflowd_start H
hipflowd_start P
peer_add H P "$w0_4"
check "hip0 has the HIT and the route" wait_for 5 addressed H
check "traffic passes" reach H "$(hit P)"

# raw_packet NS HIT FROM: by a socket that brings its own IPv6 header, whose route
# nobody else has
raw_packet()
{
	ns "$1" python3 - "$2" "$3" <<-'END'
		import socket, sys
		to, by = (socket.inet_pton(socket.AF_INET6, hit) for hit in sys.argv[1:3])
		raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
		raw.sendto(b'\x60\0\0\0\0\0\x3b\x40' + by + to, (sys.argv[1], 0))
	END
}

# hip0 comes and goes while hipflowd runs. The first packet of a path is such a one.
hf H assoc del peer "$(hit P)"
check "a raw packet begins an association" raw_packet H "$(hit P)" "$(hit H)"
check "which is established" wait_for 20 assoc_is H P ESTABLISHED
traffic H "$(hit P)"
check "hip0 can be deleted under traffic" ip -n H link del hip0
hip0_add H
check "a new hip0 gets HIT and route" wait_for 10 addressed H
check "and traffic passes" wait_for 20 reach H "$(hit P)"

# A namespace ends with its association established and packets on their way.
traffic P "$(hit H)"
ns_kill H
wait "${hip_pids[H]}" 2> /dev/null
unset "hip_pids[H]"
ip netns del H
check "a namespace ends under traffic" wait_for 20 gone ip -n R link show r0
check "its peer is not disturbed" hf P assoc show

# The same for the module, with both daemons running.
ns_kill P
wait "${hip_pids[P]}" 2> /dev/null
ip netns del P
wait_for 20 gone ip -n R link show r2
ip netns del R
hip_namespaces=()
topology_links
hip0_add H P
hipflowd_start H
hipflowd_start P
peer_add H P "$w0_4"
reach H "$(hit P)" > /dev/null || diag "no association"
traffic H "$(hit P)"
traffic P "$(hit H)"
capture_start clear R r0 ip6 net 2001:20::/28
check "the module can be removed under traffic" wait_for 10 rmmod hip
check "no hip0 is left" gone ip -n H link show hip0
sleep 1
capture_stop clear
check_equal "no packet to a HIT left in clear" 0 "$(capture_count clear)"

again()
{
	hip_load && hip0_add H P && wait_for 30 identity_ready H &&
		wait_for 30 identity_ready P && peer_add H P "$w0_4" &&
		wait_for 30 reach H "$(hit P)"
}
check "it can be loaded again, and traffic passes" again

reload()
{


	for _ in 1 2 3 4 5; do
		rmmod hip && hip_load && hip0_add H || return 1
	done
}
check "it can be reloaded at once, five times" reload
finish
