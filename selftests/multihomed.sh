#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Both hosts have two links (RFC 8047): a path for each pair of addresses, each
# host's binding chooses its own end, and paths move with their addresses.
. "$(dirname "$0")/lib.sh"

w1_4=10.0.4.1 w1_6=fd00:4::1

# pairs NS: of addresses that have a path that can be used
pairs()
{
	hf "$1" -j path show | jq -r '.[] | select(.state == "ACTIVE") |
		.local + " " + .peer' | sort
}

all_pairs()
{
	[ "$(pairs H | wc -l)" -eq "$1" ] && [ "$(pairs P | wc -l)" -eq "$1" ] &&
		[ "$(pairs H | uniq | wc -l)" -eq "$1" ]
}

agree()
{
	diff <(pairs H) <(pairs P | awk '{ print $2, $1 }' | sort)
}

spis()
{
	hf "$1" -j path show | jq -r '.[] | .spi_in' | sort
}

knows()
{
	hf "$1" -j binding show fid "$2" | jq -e 'any(.remote)'
}

# via FROM TO [PORT]: ESP packets of P's between two addresses, as R forwards
via()
{
	capture_count r3 "esp and src $1 and dst $2"
}

at_least()
{
	[ "$(via "$1" "$2")" -ge "$3" ]
}

# burst PORT: fifty packets from P's port 6001 to a port of H's
burst()
{
	ns P python3 - "$(hit H)" "$1" <<-END
	import socket, sys
	s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.bind(('::', 6001))
	for i in range(50):
	    s.sendto(b'x', (sys.argv[1], int(sys.argv[2])))
	END
}

plan 13
hip_load
topology_links
link_add P w1 "$w1_4/24 $w1_6/64" R r3 "10.0.4.254/24 fd00:4::fe/64"
route_add P w1 4 200
hip0_add H P
hipflowd_start H
hipflowd_start P
peer_add H P "$w0_4"
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "a path for each pair of addresses" wait_for 60 all_pairs 8
check "both hosts have the same" agree
hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
hf P binding add fid 20 prio 20 proto udp dport 6001 dev w1
check "P knows of H's binding" wait_for 10 knows P 10
check "H knows of P's binding" wait_for 10 knows H 20
wait_for 10 sends_by P 10 "$v1_4"

# Of a flow of both, each chooses its end.
capture_start r3 R r3
burst 5001
check "from P's second link to H's second link" wait_for 10 at_least "$w1_4" "$v1_4" 50
burst 5002
check "a flow of P's alone to H's first link" wait_for 10 at_least "$w1_4" "$v0_4" 50
check_equal "and no more to the second" 50 "$(via "$w1_4" "$v1_4")"

# All paths of an address go with it.
before=$(spis H)
ip -n H addr del "$v1_4/24" dev v1
ip -n H addr add 10.0.2.77/24 dev v1
ip -n H route add default via 10.0.2.254 dev v1 metric 200
check "again a path for each pair" wait_for 60 all_pairs 8
check "both hosts have the same" agree
check "to the new address" grep -q '^10.0.2.77 ' <(pairs H)
check_equal "the SA pairs are those of before" "$before" "$(spis H)"
wait_for 10 sends_by P 10 10.0.2.77
burst 5001
check "and the flow goes there" wait_for 10 at_least "$w1_4" 10.0.2.77 50
finish
