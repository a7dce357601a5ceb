#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A router is a HIP host, too, and called by the address of another link than the
# one that the peer is on: what it sends leaves by the link that leads there.
. "$(dirname "$0")/lib.sh"

# reaches ADDRESS: of R, from H, in both directions of a base exchange and of data
reaches()
{
	hf H peer set "$(hit R)" addr "$1"
	ns H ping -6 -c 3 -i 0.2 -W 60 "$(hit R)" &&
		wait_for 60 has_path "$1" &&
		hf H assoc del peer "$(hit R)" &&
		wait_for 20 gone
}

# has_path ADDRESS OF R
has_path()
{
	hf H -j path show | jq -e --arg to "$1" 'any(.peer == $to and
		.state == "ACTIVE" and (.silent | not))'
}

gone()
{
	hf H -j assoc show | jq -e 'all(.state == "CLOSED" or
		.state == "UNASSOCIATED")' &&
		hf R -j assoc show | jq -e 'all(.state != "ESTABLISHED")'
}

# usable NS COUNT
usable()
{
	[ "$(hf "$1" -j path show |
		jq '[.[] | select(.state == "ACTIVE" and (.silent | not))] | length')" \
		-ge "$2" ]
}

plan 5
hip_load
topology_links
hip0_add H R
hipflowd_start H
hipflowd_start R
check "IPv4, the address of the link to another host" reaches 10.0.3.254
check "IPv6" reaches fd00:3::fe
hf H peer set "$(hit R)" addr 10.0.1.254
check "by the link that both share" ns H ping -6 -c 1 -W 60 "$(hit R)"
# Two links of H's, three of R's: of each family, six pairs.
check "a path for each pair of addresses, at H" wait_for 60 usable H 12
check "and at R" wait_for 60 usable R 12
finish
