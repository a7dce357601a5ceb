#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Data (RFC 7402): the wire shows HIP and ESP, never a packet with a HIT in
# clear; and what claims a HIT in clear is dropped.
. "$(dirname "$0")/lib.sh"

# receive: five packets, until $receiver ends
receive()
{
	rm -f "$hip_tmp/ready"
	ip netns exec H "$hip_top/selftests/stream.py" recv "$(hit H)" 9000 5 60 \
		"$hip_tmp/ready" > "$hip_tmp/forged.json" &
	receiver=$!
	wait_for 10 [ -e "$hip_tmp/ready" ]
}

# forge SOURCE: packets in clear from R to H's HIT, past R's own guard
forge()
{
	local mac

	mac=$(ip -n H -j link show v0 | jq -r '.[0].address')
	for _ in 1 2 3 4 5; do
		ns R "$hip_top/selftests/bad_input.py" clear r0 "$mac" "$1" "$(hit H)"
	done
}

transfer()
{
	ns H python3 - "$(hit H)" <<-END > "$hip_tmp/sum" &
	import hashlib, socket, sys
	s = socket.socket(socket.AF_INET6)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.bind((sys.argv[1], 9001))
	s.listen()
	open('$hip_tmp/listening', 'w').close()
	c, _ = s.accept()
	h = hashlib.sha256()
	while True:
	    data = c.recv(65536)
	    if not data:
	        break
	    h.update(data)
	print(h.hexdigest())
	END
	local receiver=$!

	wait_for 10 [ -e "$hip_tmp/listening" ]
	head -c 2000000 /dev/urandom > "$hip_tmp/file"
	ns P python3 - "$(hit H)" "$hip_tmp/file" <<-END
	import socket, sys
	s = socket.create_connection((sys.argv[1], 9001))
	s.sendall(open(sys.argv[2], 'rb').read())
	s.close()
	END
	wait "$receiver"
	[ "$(cat "$hip_tmp/sum")" = "$(sha256sum < "$hip_tmp/file" | cut -d ' ' -f 1)" ]
}

# XFRM goes through all SAs between two addresses that have the same reqid.
reqids()
{
	ip -n "$1" xfrm state | grep -o 'reqid [0-9]*' | sort | uniq -c |
		awk '{ print $3 && $1 <= 2 ? "own" : "shared" }' | sort -u
}

plan 16
topology_up
capture_start r0 R r0
capture_start r2 R r2
check "ping" ns H ping -6 -c 3 -W 60 "$(hit P)"
check "ping back" ns P ping -6 -c 3 -W 60 "$(hit H)"
check "TCP, two megabytes" transfer
most=$(($(ip -n H -j link show hip0 | jq '.[0].mtu') - 48))
check "a packet as long as hip0 takes" ns H ping -6 -M "do" -c 2 -W 60 -s $most "$(hit P)"
check_not "and no longer" ns H ping -6 -M "do" -c 1 -W 2 -s $((most + 1)) "$(hit P)"
check "a longer one in fragments" ns H ping -6 -c 2 -W 60 -s 4000 "$(hit P)"
check_equal "the SA pair of each path has a reqid of its own" own "$(reqids H)"
check "a host's own HIT" ns H ping -6 -c 1 -W 60 "$(hit H)"
capture_stop r2

# Neighbour discovery and, behind a hop-by-hop header, MLD are the link's own.
clear='not esp and not proto 139 and not ip6 proto 139 and not arp and not (icmp6 and ip6[40] >= 130 and ip6[40] <= 137) and not (ip6 and ip6[6] == 0)'
diag "$(capture_show r2 "$clear" | head -n 5)"
check_equal "nothing but ESP and HIP on the wire" 0 "$(capture_count r2 "$clear")"
check_equal "no IPv6 header with a HIT" 0 \
	"$(capture_count r2 'ip6 net 2001:20::/28')"
check "ESP was seen" [ "$(capture_count r2 esp)" -gt 100 ]

# R forges: it takes P's HIT and sends to H's.
receive
forge "$(hit P)" > /dev/null
receiver_end "$receiver"
capture_stop r0
check "cleartext that claims a HIT was on the wire" \
	[ "$(capture_count r0 "src host $(hit P) and udp port 9000")" -eq 5 ]
check_equal "and was not delivered" 0 "$(jq .received "$hip_tmp/forged.json")"

# From an ordinary address to the HIT: the same.
receive
forge fd00:1::fe > /dev/null
receiver_end "$receiver"
check_equal "cleartext to a HIT is not delivered" 0 "$(jq .received "$hip_tmp/forged.json")"

# The same socket takes what comes by the SA.
receive
ns P "$hip_top/selftests/stream.py" send "$(hit H)" 9000 5 10
wait "$receiver"
check_equal "what P sends by ESP is" 5 "$(jq .received "$hip_tmp/forged.json")"
check "association as it was" assoc_is H P ESTABLISHED

finish
