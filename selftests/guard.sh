#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A HIT is the name of a host only where our ESP carried it, and no HIT leaves in
# clear: not by the loopback, not by another tunnel of the user's, not by a
# socket that is bound to another device. Strangers' HITs cost no memory.
. "$(dirname "$0")/lib.sh"

stranger=2001:22:1111:2222:3333:4444:5555:6666
nobody=65534

# received NS ADDRESS COMMAND...: does what the command sends to port 9000 arrive?
received()
{
	local name=$1 address=$2

	shift 2
	rm -f "$hip_tmp/ready"
	ip netns exec "$name" "$hip_top/selftests/stream.py" recv "$address" 9000 1 \
		60 "$hip_tmp/ready" > "$hip_tmp/guard.json" &
	wait_for 10 [ -e "$hip_tmp/ready" ]
	"$@"
	receiver_end $!
	[ "$(jq .received "$hip_tmp/guard.json")" -gt 0 ]
}

# send_as NS SOURCE DESTINATION: by an ordinary user, who may choose any source
# that is not checked
send_as()
{
	ns "$1" setpriv --reuid $nobody --regid $nobody --clear-groups \
		python3 - "$2" "$3" <<-END
	import socket, sys
	IPV6_FREEBIND = 78
	s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	s.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
	s.bind((sys.argv[1], 0))
	s.sendto(b'0', (sys.argv[2], 9000))
	END
}

# vpn: a tunnel from R to P that the user made for other ends. Null ciphers, so
# that R's end of it needs no kernel, which would refuse to send for a HIT.
vpn()
{
	ns P ip xfrm state add src fd00:3::fe dst "$w0_6" proto esp spi 0x1234 \
		mode tunnel auth digest_null "" enc 'ecb(cipher_null)' "" \
		sel src ::/0 dst ::/0
	ns P ip xfrm policy add src ::/0 dst ::/0 dir in priority 100 \
		tmpl src fd00:3::fe dst "$w0_6" proto esp mode tunnel level use
}

# tunnel SOURCE DESTINATION: a packet to port 9000 from the tunnel's other end
sequence=0
tunnel()
{
	sequence=$((sequence + 1))
	ns R python3 - "$1" "$2" "$w0_6" $sequence <<-END
	import socket, struct, sys
	source, destination = (socket.inet_pton(socket.AF_INET6, a)
	                       for a in sys.argv[1:3])
	udp = struct.pack('!HHHH', 9000, 9000, 9, 0) + b'0'
	data = source + destination + struct.pack('!II', len(udp), 17) + udp + b'\0'
	value = sum(struct.unpack('!%dH' % (len(data) // 2), data))
	while value >> 16:
	    value = (value & 0xffff) + (value >> 16)
	udp = udp[:6] + struct.pack('!H', ~value & 0xffff or 0xffff) + udp[8:]
	inner = struct.pack('!IHBB', 6 << 28, len(udp), 17, 64) + source + \
	        destination + udp
	pad = -(len(inner) + 2) % 4
	esp = struct.pack('!II', 0x1234, int(sys.argv[4])) + inner + \
	      bytes(range(1, pad + 1)) + bytes((pad, 41))
	sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 50)
	sock.bind(('fd00:3::fe', 0))
	sock.sendto(esp, (sys.argv[3], 0))
	END
}

clear_packets()
{
	capture_count clear 'ip6 dst net 2001:20::/28 or ip6 src net 2001:20::/28'
}

strangers()
{
	ns P setpriv --reuid $nobody --regid $nobody --clear-groups python3 - <<-END
	import socket
	s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	for i in range(2000):
	    try:
	        s.sendto(b'x', ('2001:22:7::%x' % i, 9000))
	    except OSError:
	        pass
	END
}

plan 16
topology_up
peer_add P H "$v0_4"
own=$(hit P)
check "what a host tells itself arrives" received P "$own" send_as P "$own" "$own"
check_not "a user does not speak for a stranger" \
	received P "$own" send_as P "$stranger" "$own"
check_not "nor for a peer" received P "$own" send_as P "$(hit H)" "$own"
check "ping" ns H ping -6 -c 1 -W 60 "$own"
check_not "nor for one with an association" \
	received P "$own" send_as P "$(hit H)" "$own"
check "H itself does" received P "$own" send_as H "$(hit H)" "$own"

vpn
check "the user's own tunnel works" received P "$w0_6" tunnel fd00:9::1 "$w0_6"
check_not "its other end does not speak for a stranger" \
	received P "$own" tunnel "$stranger" "$own"
check_not "nor for a peer" received P "$own" tunnel "$(hit H)" "$own"
ns P ip xfrm policy del src ::/0 dst ::/0 dir in
ns P ip xfrm state deleteall proto esp spi 0x1234
check "H still does" wait_for 20 ns H ping -6 -c 1 -W 2 "$own"

capture_start clear R r0
count=$(counter H data_tx_error)
check_not "a socket that is bound to another device sends in vain" \
	ns H ping -6 -c 2 -W 1 -I v0 "$own"
check_equal "nothing left in clear" 0 "$(clear_packets)"
check "it was counted" [ "$(counter H data_tx_error)" -gt "$count" ]
ip -n H link set hip0 down
hipflowd_stop H
ns H ip -6 route del unreachable 2001:20::/28 2> /dev/null
check_not "without hip0 and hipflowd nothing arrives" \
	ns H ping -6 -c 2 -W 1 "$own"
check_equal "nor leaves in clear" 0 "$(clear_packets)"
capture_stop clear

before=$(hf P -j assoc show | jq length)
strangers
check_equal "strangers' HITs leave nothing behind" "$before" \
	"$(hf P -j assoc show | jq length)"
finish
