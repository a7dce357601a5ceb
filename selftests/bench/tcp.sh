#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest of run.sh: instructions for an octet of a TCP stream in writes of
# 64 KB between two namespaces with a veth pair between them: bare, through XFRM in
# BEET mode, an XFRM interface in both modes, WireGuard and hip0. Each has the MTU that
# it gives itself, and what a device can do (GSO, GRO) is as it comes. Lines of
# OUTPUT/tcp: NAME MSS THOUSANDTHS.
# With "profile" an XFRM interface and hip0 alone, one connection each.
# Usage: tcp.sh OUTPUT [profile]
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/pairs.sh"

output=$1/tcp
tcp=$hip_top/build/bench/tcp
connections=11

# row NAME A ADDRESS B ADDRESS
row()
{
	local name=$1 cost

	shift
	cost=$("$tcp" "$@" $connections) || abort "$name: no stream"
	diag "$name: $cost"
	echo "$name $cost" >> "$output"
}

# xfrm_end NS OURS THEIRS INNER-OURS INNER-THEIRS SPI-OUT SPI-IN MODE [MORE...]: states
# and policies both ways
xfrm_end()
{
	local ns=$1 ours=$2 theirs=$3 in=$4 out=$5

	xfrm_state "$ns" "$ours" "$theirs" "$6" "$in" "$out" "${@:8}"
	xfrm_state "$ns" "$theirs" "$ours" "$7" "$out" "$in" "${@:8}"
	ip -n "$ns" xfrm policy add src "$in" dst "$out" dir out "${@:9}" \
		tmpl src "$ours" dst "$theirs" proto esp reqid 1 mode "$8" &&
		ip -n "$ns" xfrm policy add src "$out" dst "$in" dir in "${@:9}" \
			tmpl src "$theirs" dst "$ours" proto esp reqid 1 mode "$8" ||
		abort "no policy"
}

# xfrm_ends A B MODE [MORE...]
xfrm_ends()
{
	xfrm_end "$1" $a $b $inner_a $inner_b 1 2 "${@:3}"
	xfrm_end "$2" $b $a $inner_b $inner_a 2 1 "${@:3}"
}

xfrm()
{
	pair_up xfrmA xfrmB
	inner_route xfrmA xfrmB
	xfrm_ends xfrmA xfrmB beet
	row xfrm xfrmA $inner_a xfrmB $inner_b
	ip -n xfrmB -s xfrm state | grep -q ' [1-9][0-9]*(packets)' ||
		abort "XFRM has seen no packets"
}

# xfrm_device MODE
xfrm_device()
{
	local name

	modprobe xfrm_interface || abort "no XFRM interfaces"
	pair_up "$1A" "$1B"
	for name in "$1A" "$1B"; do
		ip -n "$name" link add x0 type xfrm dev v0 if_id 7 &&
			ip -n "$name" link set x0 up || abort "no XFRM interface"
	done
	inner_route "$1A" "$1B" x0
	xfrm_ends "$1A" "$1B" "$1" if_id 7
	row "xfrmi-$1" "$1A" $inner_a "$1B" $inner_b
	ip -n "$1B" -s -j link show x0 | jq -e '.[0].stats64.rx.bytes > 1000000' \
		> /dev/null || abort "the XFRM interface has seen nothing"
}

hip()
{
	hip_up A B tcp
	row hip A "$(hit A)" B "$(hit B)"
}

rm -f "$output"
xfrm_load
if [ "${2:-}" = profile ]; then
	connections=1
	xfrm_device tunnel
	hip
	cat /proc/kallsyms > "$1/kallsyms"
	ktap_finished=1
	exit 0
fi
pair_up bareA bareB
row veth bareA $a bareB $b
xfrm
xfrm_device beet
xfrm_device tunnel
hip
wireguard_up wgA wgB
row wireguard wgA $inner_a wgB $inner_b
ktap_finished=1
