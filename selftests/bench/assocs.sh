#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest of run.sh: with one association and with 100,000, which
# hip_bench.ko makes, instructions for a UDP packet of 64 octets to a random peer
# from hip0 to the device that it leaves by, and for one of a random peer from that
# device until hip0's is let in; and what memory an association takes, XFRM
# included. Lines of OUTPUT/assocs: NAME ASSOCIATIONS MEAN MEDIAN; of
# OUTPUT/assocs.caches: CACHE OCTETS OBJECTS, of the slab that an association takes.
# Usage: assocs.sh OUTPUT [NUMBER]
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/module.sh"

output=$1
many=${2:-100000}
count=${BENCH_COUNT:-10000}

links()
{
	local mac

	ns_add S M
	link_add M m0 "10.0.2.1/24" S s1 "10.0.1.2/32"
	mac=$(ip -n M -j link show m0 | jq -r '.[0].address')
	ip -n S -batch - <<-END || abort "no routes"
	neigh replace 10.0.2.1 lladdr $mac nud permanent dev s1
	route add 10.0.2.1 dev s1
	route add default via 10.0.2.1 dev s1
	route add 10.128.0.0/9 via 10.0.2.1 dev s1
	END
}

# used: octets of everything that is not free, nor a file's
used()
{
	sleep 3
	awk '/^MemTotal:/ { sum += $2 } /^(MemFree|Cached|Buffers):/ { sum -= $2 }
		END { printf "%d\n", sum * 1024 }' /proc/meminfo
}

# caches: active objects of each slab cache, and octets of one
caches()
{
	awk 'NR > 2 { print $1, $2, $4 }' /proc/slabinfo | sort
}

row()
{
	local before after

	before=$(ip -n S -s -j link show s1 | jq '.[0].stats64.tx.packets')
	command "data 4 hip0 $count"
	after=$(ip -n S -s -j link show s1 | jq '.[0].stats64.tx.packets')
	[ $((after - before)) -ge "$count" ] ||
		abort "$((after - before)) of $count packets have left"
	diag "$1 associations: $(costs)"
	echo "data $1 $(costs)" >> "$output/assocs"
	command "receive 4 s1 $count"
	diag "$1 associations, received: $(costs)"
	echo "receive $1 $(costs)" >> "$output/assocs"
}

assocs_cleanup()
{
	local status=$?

	rmmod hip_bench 2> /dev/null
	(exit $status)
	hip_cleanup
}
trap assocs_cleanup EXIT

rm -f "$output/assocs"
links
load
hip0_add S
hipflowd_start S
# Nobody answers here; silence is no reason to look for other paths.
hf S config set path_timeout_ms 0 || abort "no setting"
command "hit $(hit S)"
command "associate 1 s1"
row 1
before=$(used)
caches > "$hip_tmp/caches"
command "associate $many s1"
octets=$((($(used) - before) / (many - 1)))
diag "memory of an association, octets: $octets"
caches | join "$hip_tmp/caches" - | awk -v n="$((many - 1))" '$4 - $2 > n / 2 {
	print $1, $5, ($4 - $2) / n }' > "$output/assocs.caches"
echo "memory $many $octets $octets" >> "$output/assocs"
row "$many"
ktap_finished=1
