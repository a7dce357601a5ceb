#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Base exchange (RFC 7401 section 4.1): I1, R1, I2, R2 on real packets, with
# each of them lost once, with both hosts beginning, and without hipflowd.
. "$(dirname "$0")/lib.sh"

hipdump()
{
	"$hip_top/selftests/hipdump.py" "$hip_tmp/$1.pcap" "${@:2}"
}

# The first four packets of the exchange, as types
exchange_seen()
{
	hipdump "$1" I1 R1 I2 R2 | awk '{ printf "%s ", $4 }'
}

# forget: both hosts, so that the next packet starts anew
forget()
{
	hf H assoc del peer "$(hit P)" 2> /dev/null
	hf P assoc del peer "$(hit H)" 2> /dev/null
	wait_for 20 assoc_gone
}

assoc_gone()
{
	case $(assoc_state H P) in
	none|CLOSED) ;;
	*) return 1 ;;
	esac
	case $(assoc_state P H) in
	none|CLOSED) ;;
	*) return 1 ;;
	esac
}

# shellcheck disable=SC2120
ping_peer()
{
	ns H ping -6 -c "${1:-1}" -W 60 "$(hit P)"
}

# over NAME ADDRESS SUITE: an exchange there, seen on P's link. However slow a host
# is with its answer, nothing is sent twice.
over()
{
	forget
	hf H config set esp_suites "$3" retransmit_ms 20000
	in_r1 P hf P config set esp_suites "$3" retransmit_ms 20000
	peer_add H P "$2"
	capture_start "$1" R r2
	check "$1: the first packet starts the exchange and is delivered" ping_peer
	capture_stop "$1"
	check_equal "$1: I1 R1 I2 R2, once each" "I1 R1 I2 R2 " "$(exchange_seen "$1")"
	check_equal "$1: ESP suite" "$3" \
		"$(hf H -j assoc show | jq -r '.[0].esp')"
	check "$1: ESP on the wire" [ "$(capture_count "$1" esp)" -ge 2 ]
}

# lost NUMBER NAME: R loses one such packet, and retransmission repairs it
lost()
{
	forget
	ns R nft -f - <<-END
	table ip lossy {
		chain forward {
			type filter hook forward priority 0;
			ip protocol 139 @th,16,8 $1 limit rate 1/day burst 1 packets counter drop
		}
	}
	END
	check "$2 lost: the packet that began it gets there" ping_peer
	check "$2 is lost once" wait_for 20 lost_one
	ns R nft delete table ip lossy
	check "$2 lost: the association comes up all the same" \
		wait_for 20 assoc_is H P ESTABLISHED
	check "$2 lost: and carries data" ping_peer
}

lost_one()
{
	ns R nft list table ip lossy | grep -qE 'counter packets [1-9]'
}

# policies HOST NUMBER: so many are in XFRM's tables
policies()
{
	[ "$(ip -n "$1" xfrm policy list | grep -c '^src')" -eq "$2" ]
}

plan 59
topology_up

over "IPv4, GCM" "$w0_4" aes-128-gcm-16
over "IPv4, CBC and HMAC" "$w0_4" aes-128-cbc-hmac-sha256
over "IPv4, AES-256-CBC" "$w0_4" aes-256-cbc-hmac-sha256
# P's locators have IPv6 alone, or its R1 would name the other.
in_r1 P ip -n P addr del "$w0_4/24" dev w0
over "IPv6, GCM" "$w0_6" aes-128-gcm-16
over "IPv6, CBC and HMAC" "$w0_6" aes-128-cbc-hmac-sha256
in_r1 P ip -n P addr add "$w0_4/24" dev w0
ip -n P route add default via 10.0.3.254 dev w0 metric 100
hf H config set retransmit_ms 500
hf P config set retransmit_ms 500
peer_add H P "$w0_4"

lost 1 I1
lost 2 R1
lost 3 I2
lost 4 R2

# Both begin at once (section 4.4.2): one exchange is left.
forget
peer_add P H "$v0_4"
hf H assoc add peer "$(hit P)" &
hf P assoc add peer "$(hit H)"
wait $!
check "both begin: H is established" wait_for 20 assoc_is H P ESTABLISHED
check "both begin: P is established" wait_for 20 assoc_is P H ESTABLISHED
check "both begin: data" ping_peer 3
hf P peer del "$(hit H)"

# One policy, for what comes in; a user may take it away.
check "one policy of XFRM's is enough" policies H 1
was=$(hf H -j path show | jq -c 'map(.spi_in)')
ns H ip xfrm policy flush
check "H's policy is put back" wait_for 10 policies H 1
check "and data goes on" ping_peer 3
check_equal "by the same SAs" "$was" "$(hf H -j path show | jq -c 'map(.spi_in)')"

# H loses its SAs, as after a crash; P still has the old association.
ns H ip xfrm state flush
check "H lost its state" wait_for 10 assoc_is H P E-FAILED
check "a new exchange replaces the old association" wait_for 30 ping_peer
check "P has taken it" assoc_is P H ESTABLISHED

# Daemons may go: what is established goes on, what is new does not start.
hipflowd_stop H KILL
hipflowd_stop P KILL
check "data goes on without hipflowd" ping_peer 3
check_not "a new association needs hipflowd" hf H assoc add peer "$(hit P)"
hf H assoc add peer "$(hit P)" 2> "$hip_tmp/error"
check "and the error says so" grep -q hipflowd "$hip_tmp/error"
hipflowd_start H
hipflowd_start P
check "hipflowd comes back: data still goes" ping_peer
check "the host identity is the same" [ "$(hf H -j assoc show | jq -r '.[0].local_hit')" = "$(hit H)" ]
forget
check "and a new association can be made" ping_peer

# Without data an association is closed (section 4.4.4), and made anew for data.
closed()
{
	case $(assoc_state "$@") in
	none|CLOSED) ;;
	*) return 1 ;;
	esac
}
count H rx_close
hf P config set idle_timeout 3
check "an idle association is closed" wait_for 15 closed H P
check "by CLOSE" counted
hf P config set idle_timeout 0
check "data makes another one" ping_peer

# Host identities of the other kinds, and so HIT suites 1 and 2, meet.
hf H assoc del peer "$(hit P)"
hf P assoc del peer "$(hit H)" 2> /dev/null
wait_for 20 assoc_gone
for name in H P; do
	hipflowd_stop $name
	rm -rf "${hip_tmp:?}/$name/state"
done
hipflowd_start H "[identity]
type = rsa-3072"
hipflowd_start P "[identity]
type = ecdsa-p384"
peer_add H P "$w0_4"
check "RSA-3072 speaks to ECDSA P-384" ping_peer
check_equal "its HIT is of suite 1" 2001:21 "$(hit H | cut -d : -f 1,2)"

# A link behind the router takes less than H's, and IPv6 has no fragments made there.
forget
in_r1 P hf P config set dh_groups modp3072
in_r1 P ip -n P addr del "$w0_4/24" dev w0
ip -n P link set w0 mtu 1280
ip -n R link set r2 mtu 1280
peer_add H P "$w0_6"
capture_start narrow H v0
check "an I2 that is too big for the path is sent again in fragments" ping_peer
capture_stop narrow
check "and was too big" [ "$(capture_count narrow 'icmp6 and ip6[40] == 2')" -ge 1 ]

finish
