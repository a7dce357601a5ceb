#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A host that starts anew knows nothing of its associations (RFC 7401 section
# 6.16). The peer's data finds that out, whoever of both speaks first, and goes
# on by another base exchange; nobody else can bring that about.
. "$(dirname "$0")/lib.sh"

# crash: P is gone without a word, and comes back with its identity and addresses
crash()
{
	ns_crash P R r2
	ns_add P
	link_add P w0 "$w0_4/24 $w0_6/64" R r2 "10.0.3.254/24 fd00:3::fe/64"
	route_add P w0 3 100
	hip0_add P
	hipflowd_start P
}

reach()
{
	ns "$1" ping -6 -q -c 1 -W 2 "$(hit "$2")"
}

# quote: the first ICMP error about a HIP packet in a capture, sent once more
quote()
{
	ns P env PYTHONPATH="$hip_top/selftests" python3 -B - "$hip_tmp/$1.pcap" <<-END
	import socket, sys
	from hipdump import records
	for _, frame in records(open(sys.argv[1], 'rb').read()):
	    ip = frame[14:]
	    if frame[12:14] == b'\x08\x00' and ip[9] == 1 and ip[20] == 12:
	        out = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
	        out.sendto(ip[20:], (socket.inet_ntoa(ip[16:20]), 0))
	        sys.exit(0)
	sys.exit('no ICMP parameter problem')
	END
}

plan 14
topology_up
for name in H P; do
	hf "$name" config set path_timeout_ms 2000
done
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "all paths are up" wait_for 20 paths_up H 4

crash
capture_start r2 R r2 icmp
check "P knows no association" assoc_is P H none
check "H believes in it" assoc_is H P ESTABLISHED
check "data of H's finds out, and passes" wait_for 30 reach H P
check_equal "by another base exchange" 2 "$(counter H tx_i1)"
check "P had said so by ICMP" [ "$(capture_count r2 'icmp[0] = 12')" -ge 1 ]
capture_stop r2
check "all paths come up again" wait_for 20 paths_up H 4

# The same ICMP again is about a question that is long closed.
check "an old ICMP is sent again" quote r2
sleep 2
check "and changes nothing" assoc_is H P ESTABLISHED
check_equal "no base exchange" 2 "$(counter H tx_i1)"

# P's own data first: H is told by a new I1.
crash
peer_add P H "$v0_4"
check "data of P's passes" wait_for 30 reach P H
check "and H's, too" wait_for 10 reach H P
check_equal "H did not begin it" 2 "$(counter H tx_i1)"
finish
