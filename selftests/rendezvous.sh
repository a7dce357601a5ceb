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

links()
{
	ns_add M S P R
	link_add M v0 "$v0_4/24 $v0_6/64" R r0 "10.0.1.254/24 fd00:1::fe/64"
	link_add M v1 "" R r1 "10.0.2.254/24 fd00:2::fe/64"
	link_add S s0 "$s0_4/24 $s0_6/64" R r2 "10.0.3.254/24 fd00:3::fe/64"
	link_add P p0 "10.0.4.1/24 fd00:4::1/64" R r3 "10.0.4.254/24 fd00:4::fe/64"
	forwards R
	route_add M v0 1 100
	route_add S s0 3 100
	route_add P p0 4 100
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

ping_m()
{
	ns P ping -6 -c "${1:-1}" -W 60 "$(hit M)"
}

# met NAME ADDRESS-OF-S P M FROM-S: P begins there from address P; S relays from
# FROM-S to M; M answers to P from the address of P's family
met()
{
	local answer=$v0_4

	[[ $3 != *:* ]] || answer=$v0_6
	forget P M
	peer_add P M "$2"
	capture_start "$1.S" R r2
	capture_start "$1.M" R r0
	check "$1: the first packet reaches M" ping_m
	capture_stop "$1.S"
	capture_stop "$1.M"
	check_equal "$1: I1 goes to S as it is" "$3 $2 DH_GROUP_LIST" \
		"$(hipdump "$1.S" I1 | awk 'NR == 1 { print $2, $3, $5 }')"
	check_equal "$1: and on to M" "$5 $4 DH_GROUP_LIST,FROM,RVS_HMAC" \
		"$(hipdump "$1.M" I1 | awk 'NR == 1 { print $2, $3, $5 }')"
	check_equal "$1: R1 comes from M itself, with VIA_RVS" "$answer $3 VIA_RVS" \
		"$(hipdump "$1.M" R1 | awk 'NR == 1 { n = split($5, p, ","); print $2, $3, p[n] }')"
}

# lose CONDITION...: R loses the first such packet
lose()
{
	ns R nft -f - <<-END
	table ip lossy {
		chain forward {
			type filter hook forward priority 0;
			ip protocol 139 $* limit rate 1/day burst 1 packets counter drop
		}
	}
	END
}

lost_one()
{
	ns R nft list table ip lossy | grep -qE 'counter packets [1-9]'
}

# lost NAME CONDITION...: while P begins
lost()
{
	local name=$1

	shift
	forget P M
	lose "$@"
	check "$name is lost: P reaches M all the same" ping_m
	check "$name was lost" lost_one
	ns R nft delete table ip lossy
}

# lost_reg NAME CONDITION...: while M registers
lost_reg()
{
	local name=$1

	shift
	unregister
	forget M S
	lose "$@"
	register
	check "$name is lost: M is registered all the same" wait_for 30 registered_at
	check "$name was lost" lost_one
	ns R nft delete table ip lossy
}

none()
{
	reg_is M S none && reg_is S M none
}

unregister()
{
	hf M registration del "$(hit S)" && wait_for 20 none
}

# relayed CHANGE: the I1 that S sent on to M, to M once more: 'same', 'hmac' with
# a wrong RVS_HMAC, 'from' with another FROM, 'bare' without RVS_HMAC, 'two' with
# another FROM in front
relayed()
{
	ns S env PYTHONPATH="$hip_top/selftests" python3 -B - \
		"$hip_tmp/IPv4.M.pcap" "$1" <<-END
	import socket, struct, sys
	from hipdump import records
	for _, frame in records(open(sys.argv[1], 'rb').read()):
	    if frame[12:14] == b'\x08\x00' and frame[23] == 139 and frame[36] == 1:
	        break
	else:
	    sys.exit('no I1')
	ip, hip = frame[14:34], bytearray(frame[34:])
	del hip[(hip[1] + 1) * 8:]
	place = hip.index(struct.pack('!HH', 65498, 16))
	mac = hip.index(struct.pack('!H', 65500), place)
	if sys.argv[2] == 'hmac':
	    hip[mac + 4] ^= 1
	elif sys.argv[2] == 'from':
	    hip[place + 19] ^= 1
	elif sys.argv[2] == 'bare':
	    del hip[mac:]
	elif sys.argv[2] == 'two':
	    hip[place:place] = hip[place:mac]
	hip[1] = len(hip) // 8 - 1
	hip[4:6] = b'\0\0'
	whole = ip[12:20] + struct.pack('!HH', 139, len(hip)) + bytes(hip)
	total = sum(struct.unpack('!%dH' % (len(whole) // 2), whole))
	while total >> 16:
	    total = (total & 0xffff) + (total >> 16)
	hip[4:6] = struct.pack('!H', 0xffff ^ total)
	out = socket.socket(socket.AF_INET, socket.SOCK_RAW, 139)
	out.sendto(bytes(hip), (socket.inet_ntoa(ip[16:20]), 0))
	END
}

# counted NS COUNTER BEFORE
counted()
{
	[ "$(counter "$1" "$2")" -gt "$3" ]
}

# forged CHANGE COUNTER: M drops it, and answers nobody
forged()
{
	local before answers

	before=$(counter M "$2")
	answers=$(counter M tx_r1)
	relayed "$1" || fail "$1: sent"
	check "relayed I1, $1: counted as $2" wait_for 10 counted M "$2" "$before"
	check_equal "relayed I1, $1: no R1" "$answers" "$(counter M tx_r1)"
}

# flood NUMBER HIT: so many I1s from P to S, of strangers
flood()
{
	ns P python3 - "$1" "$2" "$s0_4" <<-END
	import os, socket, struct, sys, time
	out = socket.socket(socket.AF_INET, socket.SOCK_RAW, 139)
	src, dst = socket.inet_aton('10.0.4.1'), socket.inet_aton(sys.argv[3])
	for i in range(int(sys.argv[1])):
	    hip = bytearray(struct.pack('!BBBBHH', 59, 5, 1, 0x21, 0, 0) +
	        bytes.fromhex('20010022') + os.urandom(12) +
	        socket.inet_pton(socket.AF_INET6, sys.argv[2]) +
	        struct.pack('!HHB3x', 511, 1, 8))
	    whole = src + dst + struct.pack('!HH', 139, len(hip)) + bytes(hip)
	    total = sum(struct.unpack('!%dH' % (len(whole) // 2), whole))
	    while total >> 16:
	        total = (total & 0xffff) + (total >> 16)
	    hip[4:6] = struct.pack('!H', 0xffff ^ total)
	    out.sendto(bytes(hip), (sys.argv[3], 0))
	    # What a link gives to a processor that is busy waits in a short queue.
	    if i % 50 == 49:
	        time.sleep(0.002)
	END
}

# counted_by NS COUNTER BEFORE N
counted_by()
{
	[ "$(counter "$1" "$2")" -ge $(($3 + $4)) ]
}

# relayed_to NS N: so many or more, as S has counted them
relayed_to()
{
	[ "$(reg S "$1" relayed)" -ge "$2" ]
}

# judged N: so many I1s for M were relayed or dropped
judged()
{
	[ $(($(reg S M relayed) - before + $(counter S drop_limit) - dropped)) -ge "$1" ]
}

# within N MIN MAX
within()
{
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

refused_for()
{
	reg_is M S refused && [ "$(reg M S failure)" = "$1" ]
}

# crash: S is gone without a word, and comes back
crash()
{
	ns_crash S R r2
	ns_add S
	link_add S s0 "$s0_4/24 $s0_6/64" R r2 "10.0.3.254/24 fd00:3::fe/64"
	route_add S s0 3 100
	hip0_add S
	hipflowd_start S
	hf S server set rvs on lifetime 10 60
}

server_knows()
{
	hf S -j registration show | jq -e --arg addr "$1" \
		'.[0].addrs | index($addr)'
}

plan 86
hip_load
links
hip0_add M S P
for name in M S P; do
	hipflowd_start $name
done

# --- registration, in the base exchange -----------------------------------------

check_equal "no service is offered unasked" false "$(hf S -j server | jq -r '.[0].rvs')"
in_r1 S hf S server set rvs on lifetime 10 60
capture_start reg R r2
register
check "M is registered" wait_for 20 registered_at
capture_stop reg
for seen in R1:REG_INFO I2:REG_REQUEST R2:REG_RESPONSE; do
	check "${seen%:*} carries ${seen#*:}" \
		grep -q "[, ]${seen#*:}," <(hipdump reg "${seen%:*}")
done
check_equal "the lifetime is the longest that S grants" 59 "$(reg M S lifetime)"
check_equal "and S knows it" 59 "$(reg S M lifetime)"
check_not "twice with one server" register

# --- P meets M -------------------------------------------------------------------

check "S knows M's addresses" wait_for 20 server_knows "$v0_6"
met "IPv4" "$s0_4" 10.0.4.1 "$v0_4" "$s0_4"
met "IPv6" "$s0_6" fd00:4::1 "$v0_6" "$s0_6"
before=$(counter S relayed)
check "S counts what it relays" [ "$before" -ge 2 ]

# --- nobody else says who an I1 is from ------------------------------------------

before=$(counter M tx_r1)
check "the relayed I1 is sent again" relayed same
check "and is answered: nothing is kept of it" wait_for 10 counted M tx_r1 "$before"
forged hmac drop_mac
forged from drop_mac
forged bare drop_mac
forged two drop_malformed

# --- losses -----------------------------------------------------------------------

peer_add P M "$s0_4"
lost "I1 to S" @th,16,8 1 iifname r3
lost "I1 to M" @th,16,8 1 iifname r2
lost R1 @th,16,8 2
lost I2 @th,16,8 3
lost R2 @th,16,8 4

# --- the end of a registration -----------------------------------------------------

check "cancelled" unregister
before=$(counter S drop_hit)
flood 1 "$(hit M)"
check "S does not know M any more" wait_for 10 counted S drop_hit "$before"
lost_reg "I1 of a registration" @th,16,8 1
lost_reg "R1 of a registration" @th,16,8 2
lost_reg "I2 of a registration" @th,16,8 3
lost_reg "R2 of a registration" @th,16,8 4

unregister
lose @th,16,8 16
register "$s0_4" 10
check "registered by UPDATE, for 10 s" wait_for 20 registered_at
check "an UPDATE was lost" lost_one
ns R nft delete table ip lossy
check_equal "10 s it is" 10 "$(reg S M lifetime)"
sleep 13
check "it is renewed" registered_at
# Without hipflowd M cannot renew: it signs UPDATEs.
hipflowd_stop M KILL
check "what is not renewed expires" wait_for 20 reg_is S M none
hipflowd_start M
check "M comes back when it can" wait_for 30 registered_at

# --- who may register, and how many -------------------------------------------------

hf S server set allow none
check "nobody may register: it is taken back" wait_for 10 reg_is S M none
check "and M is told why" wait_for 30 refused_for credentials
hf S server set allow "$(hit P)"
check_not "but M is not listed" wait_for 8 reg_is S M registered
hf S server set allow "$(hit P),$(hit M)"
check "listed" wait_for 60 registered_at
hf S server set allow any limit 0
check "a full table keeps what it has" registered_at
unregister
register
check "and refuses others" wait_for 20 refused_for resources
hf S server set limit 1
check "until there is room" wait_for 60 registered_at
hf S server set rvs off
check "no service" wait_for 30 refused_for unavailable
hf S server set rvs on
check "and again" wait_for 120 registered_at

# Each serves the other. That M ends S's registration says nothing of M's own.
hf M server set rvs on lifetime 10 600
hf S registration add "$(hit M)" addr "$v0_4"
check "S is registered with M as well" wait_for 40 reg_is S M registered
ip netns exec M hipflow -j monitor > "$hip_tmp/monitor" &
monitor=$!
wait_for 10 listens "$monitor"
hf M server set allow none
check "M takes it back, and S is told" wait_for 40 reg_is S M refused
check "M's own registration stays" reg_is M S registered
wait_for 10 jq -es 'any(.event == "registration" and .state != "registered")' \
	"$hip_tmp/monitor"
kill "$monitor"
check_equal "all the time: events are of S's alone" server \
	"$(jq -rs 'map(select(.event == "registration" and
	.state != "registered").role) | unique[]' "$hip_tmp/monitor")"
hf S registration del "$(hit M)"
hf M server set rvs off allow any

# --- floods -------------------------------------------------------------------------

hf P peer del "$(hit M)"
known=$(hf S -j assoc show | jq length)
before=$(counter S relayed)
dropped=$(counter S drop_hit)
flood 500 "$(hit M)"
check "500 I1s for M are relayed" wait_for 10 counted_by S relayed "$before" 500
flood 500 2001:22::1
check "500 for a HIT that is unknown are dropped" wait_for 10 counted_by S drop_hit "$dropped" 500
check_equal "S has as many associations as before" "$known" "$(hf S -j assoc show | jq length)"
check "M has none with strangers" [ "$(hf M -j assoc show | jq length)" -le 2 ]

# So many in a second to each host; $most of them in the seconds that sending took,
# of which the first and the last have begun and end otherwise. What M got above is
# to be in an earlier one: where time is virtual none may have gone by.
sleep 2
hf S server set limit 10
hf P registration add "$(hit S)" addr "$s0_4"
check "P is registered, too" wait_for 20 reg_is S P registered
hf S config set relay_per_second 10
before=$(reg S M relayed)
others=$(reg S P relayed)
dropped=$(counter S drop_limit)
begin=$SECONDS
flood 100 "$(hit M)"
most=$((10 * (SECONDS - begin + 2)))
flood 5 "$(hit P)"
wait_for 10 judged 100
check "more than M may get is dropped" counted_by S drop_limit "$dropped" $((100 - most))
check "what it may get is not" within "$(reg S M relayed)" $((before + 10)) $((before + most))
check "nor what is for P" wait_for 10 relayed_to P $((others + 5))
sleep 2
before=$(reg S M relayed)
flood 5 "$(hit M)"
check "later it gets more" wait_for 10 relayed_to M $((before + 5))
hf S config set relay_per_second 0
before=$(reg S M relayed)
flood 2000 "$(hit M)"
check "without a limit all are relayed" wait_for 10 relayed_to M $((before + 2000))
hf S config set relay_per_second 1000
hf P registration del "$(hit S)"

# --- M moves, S starts anew, families ------------------------------------------------

unregister
register "$s0_4" 10
wait_for 20 registered_at
ip -n M addr add 10.0.2.1/24 dev v1
ip -n M route add default via 10.0.2.254 dev v1 metric 50
ip -n M addr del "$v0_4/24" dev v0
check "M moves, and S knows it" wait_for 20 server_knows 10.0.2.1
forget P M
peer_add P M "$s0_4"
check "P meets it there" ping_m
crash
check "S has started anew: M comes back" wait_for 40 registered_at
forget P M
check "and P meets it again" ping_m

# M and S have IPv6 alone between them, P has IPv4 alone to both.
ip -n M addr add "$v0_4/24" dev v0
ip -n M route add default via 10.0.1.254 dev v0 metric 20
ip -n M addr del 10.0.2.1/24 dev v1
unregister
forget M S
# No route is no choice; what is only lost would be waited for.
ip -n M route add unreachable "$s0_4"
ip -n S route add unreachable "$v0_4"
register "$s0_6"
check "M is registered over IPv6" wait_for 20 registered_at
sleep 2
met "between families" "$s0_4" 10.0.4.1 "$v0_6" "$s0_6"
finish
