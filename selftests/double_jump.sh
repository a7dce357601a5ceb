#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Double jump (RFC 8046 section 3.2.3): A and B move at the same time, and find
# each other by the rendezvous server S.
#
#	A a0 10.0.{1,11}.1 fd00:{1,11}::1 ---+---+--- 10.0.3.1 fd00:3::1 s0 S
#	                                     | R |
#	B b0 10.0.{4,14}.1 fd00:{4,14}::1 ---+---+
#
# Each packet of it is lost once, too, which takes half an hour where time is real.
. "$(dirname "$0")/lib.sh"

s0_4=10.0.3.1 s0_6=fd00:3::1
declare -A net=([A]=1 [B]=4) families=([A]="4 6" [B]="4 6")

hipdump()
{
	"$hip_top/selftests/hipdump.py" "$hip_tmp/$1.pcap" "${@:2}"
}

links()
{
	ns_add A B S R
	link_add A a0 "" R r0 "10.0.1.254/24 10.0.11.254/24 fd00:1::fe/64 fd00:11::fe/64"
	link_add B b0 "" R r3 "10.0.4.254/24 10.0.14.254/24 fd00:4::fe/64 fd00:14::fe/64"
	server_link
	forwards R
	arrive A a0
	arrive B b0
}

server_link()
{
	link_add S s0 "$s0_4/24 $s0_6/64" R r2 "10.0.3.254/24 fd00:3::fe/64"
	route_add S s0 3 100
}

# arrive NS DEVICE: it has the addresses of its network
arrive()
{
	local n=${net[$1]}

	{
		if [[ ${families[$1]} = *4* ]]; then
			echo "addr add 10.0.$n.1/24 dev $2"
			echo "route replace default via 10.0.$n.254 dev $2"
		fi
		if [[ ${families[$1]} = *6* ]]; then
			echo "addr add fd00:$n::1/64 dev $2 nodad"
			echo "route replace ::/0 via fd00:$n::fe dev $2"
		fi
	} | ip -n "$1" -batch -
}

leave()
{
	ip -n "$1" addr flush dev "$2" scope global
}

# jump: neither is where the other believes, before either is somewhere else
jump()
{
	leave A a0
	leave B b0
	net[A]=$((12 - net[A]))
	net[B]=$((18 - net[B]))
	arrive A a0
	arrive B b0
}

# addr NS FAMILY
addr()
{
	[ "$2" = 4 ] && echo "10.0.${net[$1]}.1" || echo "fd00:${net[$1]}::1"
}

registered_at_s()
{
	hf "$1" -j registration show "$(hit S)" | jq -e '.[0].state == "registered"'
}

# server_knows NS FAMILY: where it is now
server_knows()
{
	hf S -j registration show "$(hit "$1")" |
		jq -e --arg addr "$(addr "$1" "$2")" '.[0].addrs | index($addr)'
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

ping_b()
{
	ns A ping -6 -c "${1:-1}" -i 0.2 -W "${2:-15}" "$(hit B)"
}

# met NS OTHER FAMILY: there is a path, verified, to where the other one is now
met()
{
	hf "$1" -j path show peer "$(hit "$2")" |
		jq -e --arg local "$(addr "$1" "$3")" --arg peer "$(addr "$2" "$3")" \
		'any(.local == $local and .peer == $peer and .state == "ACTIVE")'
}

both_met()
{
	met A B "$1" && met B A "$1"
}

exchanges()
{
	echo "$(counter A tx_i1) $(counter B tx_i1) $(counter A rx_r2) $(counter B rx_r2)"
}

# settle FAMILY: S knows where both are, and nothing is under way
settle()
{
	wait_for 20 server_knows B "$1"
	[ ! "${both:-}" ] || wait_for 20 server_knows A "$1"
	wait_for 20 quiet A && wait_for 20 quiet B
}

quiet()
{
	hf "$1" -j assoc show | jq -e 'all(.updates_pending == 0 or .state != "ESTABLISHED")'
}

# a_hit NS: as nft takes it
nft_hit()
{
	python3 -c 'import ipaddress, sys; print(hex(int(ipaddress.ip_address(sys.argv[1]))))' \
		"$(hit "$1")"
}

# lose N CONDITION...: R loses the Nth packet of HIP like that
lose()
{
	local n=$1 first=

	shift
	[ "$n" -eq 1 ] || first="$* limit rate 1/day burst $((n - 1)) packets accept"
	ns R nft -f - <<-END
	table inet lossy {
		chain forward {
			type filter hook forward priority 0;
			meta l4proto != 139 accept
			$first
			$* limit rate 1/day burst 1 packets counter drop
		}
	}
	END
}

lost_one()
{
	ns R nft list table inet lossy | grep -qE 'counter packets [1-9]'
}

# lost NAME N CONDITION...: while both jump
lost()
{
	local name=$1 before

	shift
	settle 4
	before=$(exchanges)
	lose "$@"
	jump
	check "$name is lost: A and B meet" wait_for 40 both_met 4
	check "$name was lost" wait_for 10 lost_one
	check_equal "$name: no other base exchange" "$before" "$(exchanges)"
	ns R nft delete table inet lossy
}

# steps FAMILY: of a jump, as R sees them
steps()
{
	local a b s

	capture_start "A.$1" R r0
	capture_start "B.$1" R r3
	before=$(exchanges)
	jump
	check "IPv$1: A and B meet where they are now" wait_for 20 both_met "$1"
	check "IPv$1: nothing more is lost" lossless
	capture_stop "A.$1"
	capture_stop "B.$1"
	check_equal "IPv$1: without another base exchange" "$before" "$(exchanges)"
	a=$(addr A "$1")
	b=$(addr B "$1")
	s=$s0_4
	[ "$1" = 4 ] || s=$s0_6
	check "IPv$1: A's UPDATE goes to S" seen "A.$1" "$a $s UPDATE" \
		ESP_INFO,SEQ,E-LOCATOR,HIP_MAC,HIP_SIGNATURE
	check "IPv$1: S sends it on to B" seen "B.$1" "$s $b UPDATE" \
		ESP_INFO,SEQ,E-LOCATOR,HIP_MAC,HIP_SIGNATURE,FROM,RVS_HMAC
	check "IPv$1: B answers to A, and says which way it came" seen "B.$1" \
		"$b $a UPDATE" ESP_INFO,SEQ,ACK,ECHO_REQUEST,HIP_MAC,HIP_SIGNATURE,VIA_RVS
	check "IPv$1: A answers to where B is" seen "B.$1" "$a $b UPDATE" \
		ACK,ECHO_RESPONSE,HIP_MAC,HIP_SIGNATURE
	# Of a path to where A is not, nothing may be said.
	check "IPv$1: B's own UPDATE turns to A" seen "B.$1" "$b $a UPDATE" \
		ESP_INFO,SEQ,E-LOCATOR,HIP_MAC,HIP_SIGNATURE
}

# seen CAPTURE "SOURCE DESTINATION TYPE" PARAMETERS
seen()
{
	hipdump "$1" | awk '{ print $2, $3, $4, $5 }' | grep -qxF "$2 $3"
}

lossless()
{
	ping_b 10 5 | tee "$hip_tmp/ping" | grep ' 0% packet loss' ||
		{ cat "$hip_tmp/ping"; return 1; }
}

# relayed CHANGE [TO]: the UPDATE that S sent on to B, once more: see the python
relayed()
{
	ns S env PYTHONPATH="$hip_top/selftests" python3 -B - \
		"$hip_tmp/B.4.pcap" "$1" "${2:-$(addr B 4)}" <<-END
	import socket, struct, sys
	from hipdump import records
	for _, frame in records(open(sys.argv[1], 'rb').read()):
	    if frame[12:14] == b'\x08\x00' and frame[23] == 139 and frame[36] == 16 and \\
	            struct.pack('!HH', 65498, 16) in frame:
	        break
	else:
	    sys.exit('no UPDATE')
	hip = bytearray(frame[34:])
	del hip[(hip[1] + 1) * 8:]
	place = hip.index(struct.pack('!HH', 65498, 16))
	mac = hip.index(struct.pack('!H', 65500), place)
	change = sys.argv[2]
	if change == 'RVS_HMAC':
	    hip[mac + 4] ^= 1
	elif change == 'FROM':
	    hip[place + 19] ^= 1
	elif change == 'no RVS_HMAC':
	    del hip[mac:]
	elif change == 'no FROM':
	    del hip[place:mac]
	elif change == 'two FROM':
	    hip[place:place] = hip[place:mac]
	elif change == 'HIP_MAC':
	    hip[hip.index(struct.pack('!HH', 61505, 48)) + 4] ^= 1
	hip[1] = len(hip) // 8 - 1
	hip[4:6] = b'\0\0'
	dst = socket.inet_aton(sys.argv[3])
	src = socket.inet_aton('10.0.3.1')
	whole = src + dst + struct.pack('!HH', 139, len(hip)) + bytes(hip)
	total = sum(struct.unpack('!%dH' % (len(whole) // 2), whole))
	while total >> 16:
	    total = (total & 0xffff) + (total >> 16)
	hip[4:6] = struct.pack('!H', 0xffff ^ total)
	out = socket.socket(socket.AF_INET, socket.SOCK_RAW, 139)
	out.sendto(bytes(hip), (socket.inet_ntoa(dst), 0))
	END
}

# forged CHANGE COUNTER: B drops it
forged()
{
	count B "$2"
	relayed "$1" || fail "$1: sent"
	check "forged, $1: counted as $2" wait_for 10 counted
}

answered()
{
	[ "$(capture_count answers)" -ge 1 ]
}

# crash: S is gone without a word, and comes back
crash()
{
	ns_crash S R r2
	ns_add S
	server_link
	hip0_add S
	hipflowd_start S
	hf S server set rvs on lifetime 10 10
}

hip_load
links
hip0_add A B S
for name in A B S; do
	hipflowd_start $name
done
in_r1 S hf S server set rvs on lifetime 10 60

# --- the steps: B alone is registered, and knows nothing of A ---------------------

hf B registration add "$(hit S)" addr "$s0_4,$s0_6"
check "B is registered" wait_for 20 registered_at_s B

families=([A]=4 [B]=4)
leave A a0
leave B b0
arrive A a0
arrive B b0
settle 4
peer_add A B "$s0_4"
check "A meets B by S" ping_b
settle 4
steps 4
settle 4
check "S counts what it relays" [ "$(counter S relayed)" -ge 2 ]
check "A counts what it asks for" [ "$(counter A tx_update_rvs)" -ge 1 ]
check_equal "B asks nobody" 0 "$(counter B tx_update_rvs)"

# --- nobody else says where an UPDATE is from -------------------------------------

answers=(answers R r3 src "$(addr B 4)" and dst "$(addr A 4)" and ip proto 139)
capture_start "${answers[@]}"
check "the relayed UPDATE comes again" relayed same
check "and is answered again" wait_for 10 answered
capture_stop answers
capture_start "${answers[@]}"
forged RVS_HMAC drop_mac
forged FROM drop_mac
forged "no RVS_HMAC" drop_mac
forged "no FROM" drop_malformed
forged "two FROM" drop_malformed
forged HIP_MAC drop_mac
capture_stop answers
check_equal "forged: none is answered" 0 "$(capture_count answers)"
count S drop_policy
check "S gets what was relayed" relayed same "$s0_4"
check "and does not relay it again" wait_for 10 counted
check "A and B are where they were" both_met 4

# --- a server that does not answer ------------------------------------------------

ns R nft -f - <<END
table inet cut {
	chain forward {
		type filter hook forward priority 0;
		iifname r2 drop
		oifname r2 drop
	}
}
END
before=$(exchanges)
jump
sleep 3
check_not "without S they do not meet" both_met 4
ns R nft delete table inet cut
check "once it is back they do" wait_for 40 both_met 4
check "by the same association" [ "$before" = "$(exchanges)" ]
check "ping" ping_b

# --- each packet lost once --------------------------------------------------------

# Where the sender and the receiver of a packet are told.
a_to_b=("@th,64,128" "$(nft_hit A)" "@th,192,128" "$(nft_hit B)")
b_to_a=("@th,64,128" "$(nft_hit B)" "@th,192,128" "$(nft_hit A)")
for n in 1 2 3; do
	lost "packet $n of A for B" "$n" iifname r0 oifname '!=' r2 "${a_to_b[@]}"
done
lost "A's UPDATE to S" 1 iifname r0 oifname r2 "${a_to_b[@]}"
lost "A's UPDATE from S" 1 iifname r2 "${a_to_b[@]:0:2}"
for n in 1 2 3; do
	lost "packet $n of B for A" "$n" iifname r3 "${b_to_a[@]}"
done

# --- both are registered, and know each other by S --------------------------------

hf A registration add "$(hit S)" addr "$s0_4,$s0_6"
check "A is registered" wait_for 20 registered_at_s A
both=1
settle 4
peer_add B A "$s0_4"
before=$(exchanges)
jump
check "both registered: they meet" wait_for 20 both_met 4
check "and go on" lossless
check_equal "without another base exchange" "$before" "$(exchanges)"

# --- S starts anew while they jump ------------------------------------------------

settle 4
crash
jump
check "S has started anew: B comes back to it" wait_for 60 server_knows B 4
check "and A finds B" wait_for 60 both_met 4
check "ping" ping_b

# --- IPv6, and between families ---------------------------------------------------

# Neither has ever heard of an IPv6 address of the other's.
settle 4
peer_add A B "$s0_4,$s0_6"
before=$(exchanges)
families=([A]=6 [B]=6)
jump
check "from IPv4 to IPv6, both: they meet" wait_for 40 both_met 6
check "and go on" lossless
check_equal "without another base exchange" "$before" "$(exchanges)"
forget A B
hf B peer del "$(hit A)"
peer_add A B "$s0_6"
check "over IPv6 A meets B by S" ping_b
settle 6
steps 6

# B and S have IPv6 alone between them, A has IPv4 alone.
families=([A]=4 [B]="4 6")
ip -n B route add unreachable "$s0_4"
ip -n S -batch - <<END
route add unreachable 10.0.4.1
route add unreachable 10.0.14.1
END
both=
jump
wait_for 60 server_knows B 6
forget A B
peer_add A B "$s0_4"
check "A meets B by S in another family" wait_for 20 ping_b 1 2
settle 6
before=$(exchanges)
capture_start between R r3
jump
check "between families: they meet" wait_for 20 both_met 4
capture_stop between
check "between families: S sends A's UPDATE on over IPv6" seen between \
	"$s0_6 $(addr B 6) UPDATE" \
	ESP_INFO,SEQ,E-LOCATOR,HIP_MAC,HIP_SIGNATURE,FROM,RVS_HMAC
check "between families: B answers to A" seen between \
	"$(addr B 4) $(addr A 4) UPDATE" \
	ESP_INFO,SEQ,ACK,ECHO_REQUEST,HIP_MAC,HIP_SIGNATURE,VIA_RVS
check_equal "between families: without another base exchange" "$before" "$(exchanges)"
finish
