#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest of run.sh: instructions for an I1, from the device that it
# comes in by until it, or the answer to it, is handed to a device, beside those
# of other packets on the same links; then what a flood of them leaves behind.
# Packets are put in by hip_bench.ko. Lines of OUTPUT/relay: NAME FAMILY
# REGISTRATIONS MEAN MEDIAN, and of OUTPUT/flood: NAME COUNTED MEMORY SLAB (KB more than
# before) PINGS ANSWERED.
#
#	P 10.0.1.1 fd00:1::1 --- s0 S s1 --- 10.0.2.1 fd00:2::1 M
#
# What comes from P is from addresses without number; behind M are the hosts that
# are registered.
# Usage: relay.sh OUTPUT [REGISTRATIONS]
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/module.sh"

output=$1
million=${2:-1000000}
count=${BENCH_COUNT:-5000}

links()
{
	local mac

	ns_add P S M
	link_add P p0 "10.0.1.1/24 fd00:1::1/64" S s0 "10.0.1.2/24 fd00:1::2/64"
	link_add M m0 "10.0.2.1/24 fd00:2::1/64" S s1 "10.0.2.2/24 fd00:2::2/64"
	forwards S
	# Nobody is asked for an address in between.
	mac=$(ip -n P -j link show p0 | jq -r '.[0].address')
	ip -n S -batch - <<-END || abort "no routes"
	neigh replace 10.0.1.1 lladdr $mac nud permanent dev s0
	neigh replace fd00:1::1 lladdr $mac nud permanent dev s0
	route add default via 10.0.1.1 dev s0
	route add ::/0 via fd00:1::1 dev s0
	END
	mac=$(ip -n M -j link show m0 | jq -r '.[0].address')
	ip -n S -batch - <<-END || abort "no routes"
	neigh replace 10.0.2.1 lladdr $mac nud permanent dev s1
	neigh replace fd00:2::1 lladdr $mac nud permanent dev s1
	route add 10.128.0.0/9 via 10.0.2.1 dev s1
	route add fd00:80::/32 via fd00:2::1 dev s1
	END
}

# seen COUNTER: of hipflow, nstat or a link
seen()
{
	case $1 in
	nstat:*) ns S nstat -asz "${1#*:}" | awk 'END { print $2 }' ;;
	link:*) ip -n S -s -j link show "${1#*:}" | jq '.[0].stats64.tx.packets' ;;
	-) echo 0 ;;
	*) counter S "$1" ;;
	esac
}

# row KIND FAMILY REGISTRATIONS COUNTER: COUNTER goes up with each packet; none: -
row()
{
	local before after cost

	# What is let through in a second is let through again.
	sleep 1.1
	[ "$1" != limited ] || command "limited $2 s0 150"
	before=$(seen "$4")
	[ "$4" != - ] || before=-$count
	command "$1 $2 s0 $count"
	after=$(seen "$4")
	cost=$(costs)
	diag "$1, IPv$2, $3 registrations: $cost, $4 $((after - before))"
	# One for IPv6's own among what went by a link.
	[ $((after - before)) -ge $count ] ||
		abort "$1: $((after - before)) of $count packets by $4"
	echo "$1 $2 $3 $cost" >> "$output/relay"
}

free_kb()
{
	sleep 2
	awk '/^(MemFree|Cached|Buffers):/ { sum += $2 } END { print sum }' /proc/meminfo
}

slab_kb()
{
	awk '/^Slab:/ { print $2 }' /proc/meminfo
}

# registered_row NUMBER: so many, and what memory each takes
registered_row()
{
	local before

	before=$(free_kb)
	command "register $1 s1"
	echo "memory 0 $1 $(((before - $(free_kb)) * 1024 / $1)) 0"
}

# Everything that S is asked, with one registration and with many.
relay()
{
	# More than come in a second: the check is made, and lets all pass.
	hf S config set relay_per_second 1000000 || abort "no limit"
	command "register 1 s1"
	for family in 4 6; do
		row forward $family 1 link:s1
		row relay $family 1 relayed
	done
	row hmac 4 1 -
	registered_row "$million" >> "$output/relay"
	tail -n 1 "$output/relay" | sed 's/^/# /'
	for family in 4 6; do
		row forward $family "$million" link:s1
		row relay $family "$million" relayed
	done
}

answers()
{
	hip0_add S
	hipflowd_start S
	command "hit $(hit S)"
	ns S sysctl -qw net.ipv4.tcp_syncookies=2
	ns S python3 -c 'import socket, time
s = socket.create_server(("::", 80), family=socket.AF_INET6, dualstack_ipv6=True)
time.sleep(100000)' &
	wait_for 30 listening
	for family in 4 6; do
		row answer $family "$million" tx_r1
		row limited $family "$million" rx_i1
		row unknown $family "$million" drop_hit
		row syn $family "$million" nstat:TcpExtSyncookiesSent
	done
	row echo 6 "$million" nstat:Icmp6OutEchoReplies
}

listening()
{
	ns S ss -Hltn 'sport = 80' | grep -q LISTEN
}

# flood KIND COUNTER: many times; and what goes on meanwhile
flood()
{
	local before slab counted ping

	before=$(free_kb)
	slab=$(slab_kb)
	counted=$(seen "$2")
	ns P ping -q -i 0.02 -c 10 -W 5 10.0.1.2 > "$hip_tmp/ping" &
	ping=$!
	command "$1 4 s0 $((2 * count))"
	command "$1 6 s0 $((2 * count))"
	wait $ping
	counted=$(($(seen "$2") - counted))
	echo "$1 $counted $((before - $(free_kb))) $(($(slab_kb) - slab))" \
		10 \
		"$(sed -n 's/.* \([0-9]*\) received.*/\1/p' "$hip_tmp/ping")" |
		tee -a "$output/flood" | sed 's/^/# flood: /'
}

# Registrations hold the namespace, and hip_bench.ko holds hip.ko.
bench_cleanup()
{
	local status=$?

	rmmod hip_bench 2> /dev/null
	(exit $status)
	hip_cleanup
}
trap bench_cleanup EXIT

rm -f "$output/relay" "$output/flood"
links
load
relay
answers
for kind in relay:relayed answer:tx_r1 unknown:drop_hit; do
	flood ${kind%:*} ${kind#*:}
done
ktap_finished=1
