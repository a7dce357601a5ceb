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
		2 "$hip_tmp/ready" > "$hip_tmp/guard.json" &
	wait_for 10 [ -e "$hip_tmp/ready" ]
	"$@"
	wait $!
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

# vpn: a tunnel between R and P that the user made for other ends
vpn()
{
	local name key="0x4343434343434343434343434343434343434343"

	for name in R P; do
		ns "$name" ip xfrm state add src fd00:3::fe dst "$w0_6" proto esp \
			spi 0x1234 mode tunnel aead 'rfc4106(gcm(aes))' $key 128 \
			sel src ::/0 dst ::/0
	done
	ns P ip xfrm policy add src ::/0 dst ::/0 dir in priority 100 \
		tmpl src fd00:3::fe dst "$w0_6" proto esp mode tunnel level use
	ns R ip xfrm policy add src ::/0 dst "$(hit P)" dir out \
		tmpl src fd00:3::fe dst "$w0_6" proto esp mode tunnel
	ns R ip -6 addr add "$stranger/128" dev lo nodad
	ns R ip -6 addr add "$(hit H)/128" dev lo nodad
	ns R ip -6 addr add fd00:9::1/128 dev lo nodad
	ns R ip -6 route add "$(hit P)/128" via "$w0_6" dev r2
	ns P ip -6 route add fd00:9::1/128 via fd00:3::fe dev w0
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
check "ping" ns H ping -6 -c 1 -W 15 "$own"
check_not "nor for one with an association" \
	received P "$own" send_as P "$(hit H)" "$own"
check "H itself does" received P "$own" send_as H "$(hit H)" "$own"

vpn
check "the user's own tunnel works" received P "$w0_6" send_as R fd00:9::1 "$w0_6"
check_not "its other end does not speak for a stranger" \
	received P "$own" send_as R "$stranger" "$own"
check_not "nor for a peer" received P "$own" send_as R "$(hit H)" "$own"
ns R ip xfrm policy flush
ns P ip xfrm policy flush
ns P ip xfrm state deleteall proto esp spi 0x1234
ns R ip -6 addr del "$(hit H)/128" dev lo
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
