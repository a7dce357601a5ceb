#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Lifetimes of locators (RFC 8046 sections 4 and 5.2): an address that H has for
# a time is told for that time, told again before it is over, and used no more
# by P when it is.
. "$(dirname "$0")/lib.sh"

lease=10.0.2.77

# told: seconds that P has the leased address for; nothing if without end
told()
{
	hf P -j locator show peer "$(hit H)" |
		jq -r --arg addr "$lease" '.[] | select(.addr == $addr).lifetime // empty'
}

told_within()
{
	local left

	left=$(told)
	[ -n "$left" ] && [ "$left" -ge "$1" ] && [ "$left" -le "$2" ]
}

path_is()
{
	hf P -j path show | jq -e --arg addr "$lease" --arg state "$1" \
		'any(.[]; .peer == $addr and .state == $state)'
}

# lease SECONDS: as a DHCP client does, first and whenever it is renewed
lease()
{
	ip -n H addr replace "$lease/24" dev v1 valid_lft "$1" preferred_lft "$1"
}

plan 16
topology_links
ip -n H addr del "$v1_4/24" dev v1
hip_load
hip0_add H P
hipflowd_start H
hipflowd_start P
peer_add H P "$w0_4"
hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
lease 24
ip -n H route add default via 10.0.2.254 dev v1 metric 200
check "an address with a lifetime is taken up" wait_for 30 path_is ACTIVE
check "P is told of its lifetime" wait_for 5 told_within 1 24
check "H shows it, too" [ "$(hf H -j locator show |
	jq --arg addr "$lease" '.[] | select(.addr == $addr and (.peer_hit | not)).lifetime')" -le 24 ]
check_equal "an address without one is told without" null "$(hf P -j locator show peer "$(hit H)" |
	jq --arg addr "$v0_4" '.[] | select(.addr == $addr).lifetime')"

static_paths()
{
	hf P -j path show | jq -e --arg a "$v0_4" --arg b "$v0_6" \
		'[.[] | select(.peer == $a or .peer == $b) | .state] == ["ACTIVE", "ACTIVE"]'
}
check "and goes on" static_paths

# Renewed, as a matter of routine.
lease 60
check "a renewal is told when half of the old lease is over" \
	wait_for 30 told_within 25 60
check "the path stays" path_is ACTIVE

# H does not come to say so: nothing of HIP that it sends arrives, while data
# shows that it is there. It has its address for longer; P cannot know.
ip netns exec P ping -6 -i 1 -q "$(hit H)" > /dev/null &
pings=$!
ns R nft -f - <<END
table ip mute {
	chain forward {
		type filter hook forward priority 0;
		iifname r0 ip protocol 139 drop
		iifname r1 ip protocol 139 drop
	}
}
table ip6 mute {
	chain forward {
		type filter hook forward priority 0;
		iifname r0 meta l4proto 139 drop
		iifname r1 meta l4proto 139 drop
	}
}
END
lease forever
check "the lifetime ends: P uses the address no more" wait_for 90 path_is DEPRECATED
check_equal "it is not a locator of H's any more" "" \
	"$(hf P -j locator show peer "$(hit H)" |
	jq -r --arg addr "$lease" '.[] | select(.addr == $addr and .state == "ACTIVE").addr')"
capture_start expired P w0 "esp and dst $lease"
echo x | ns P socat -u - "UDP6-SENDTO:[$(hit H)]:5001"
capture_stop expired
check_equal "no data goes there" 0 \
	"$(tcpdump -n -r "$hip_tmp/expired.pcap" 2> /dev/null | wc -l)"
ns R nft delete table ip mute
ns R nft delete table ip6 mute
check "H is heard again: the address is named, checked and used again" wait_for 60 path_is ACTIVE
no_end() { [ -z "$(told)" ] && path_is ACTIVE; }
check "now without end" wait_for 40 no_end
flow_there()
{
	hf P -j binding show fid 10 > "$hip_tmp/b.json"
	hf P -j path show | jq -e --arg addr "$lease" --slurpfile b "$hip_tmp/b.json" \
		'any(.id == $b[0][0].path and .peer == $addr)'
}
check "its flow is there" wait_for 20 flow_there
check "those without end were in use all the time" static_paths
kill "$pings"
check "ping" ns P ping -6 -c 1 -W 60 "$(hit H)"
finish
