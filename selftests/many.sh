#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A host with many associations loses an address, then has its last one replaced by
# another: all of them move, and none is lost. Peers are cheap: each pair of host
# identities is an association, so a few identities on each side make many.
# Usage: many.sh [COUNT OUTPUT]: so many associations, and results for
# bench/report.py
. "$(dirname "$0")/lib.sh"

count=${1:-36}
output=${2:-}
# Enough packets for one to meet a fault of Debian's 6.1, which does not let go of
# devices then (Documentation/networking/hip.rst); the guest of the benchmark ends.
hip_keep=$output
many=$hip_top/selftests/many.py
v1_new=10.0.2.2
side=1
while [ $((side * side)) -lt "$count" ]; do
	side=$((side + 1))
done

# config: of a daemon with so many identities; base exchanges are not what this is
# about, and cheap
config()
{
	local n files=id1.pem

	for ((n = 2; n <= side; n++)); do
		files=$files,$'\n '"id$n.pem"
	done
	printf '[identity]\ntype = ecdsa-p256\nfile = %s\n[kernel]\npuzzle_k = 0\ndh_groups = p256\n' "$files"
}

hits()
{
	hf "$1" -j identity show | jq -r '.[].hit' > "$hip_tmp/$1.hits"
	[ "$(wc -l < "$hip_tmp/$1.hits")" -eq "$side" ]
}

# all_established NS
all_established()
{
	[ "$(hf "$1" -j assoc show |
		jq '[.[] | select(.state == "ESTABLISHED")] | length')" -ge "$count" ]
}

# pairs_by NS OWN OTHER: associations with a path between two addresses
pairs_by()
{
	hf "$1" -j path show | jq --arg own "$2" --arg other "$3" '[.[] |
		select(.state == "ACTIVE" and .local == $own and .peer == $other) |
		.local_hit + .peer_hit] | unique | length'
}

all_by()
{
	[ "$(pairs_by "$@")" -ge "$count" ]
}

# run WHAT SECONDS ARGUMENTS...: many.py; what it says is in $hip_tmp/WHAT.json
run()
{
	local what=$1 seconds=$2

	shift 2
	"$many" "$what" "$hip_tmp/H.hits" "$hip_tmp/P.hits" "$count" "$seconds" "$@" \
		> "$hip_tmp/$what.json"
	diag "$what $*: $(cat "$hip_tmp/$what.json")"
}

result()
{
	jq -r "$1" "$hip_tmp/$2.json"
}

talk()
{
	run talk $((120 * slow))
	check_equal "$1" "$count" "$(result .answered talk)"
}

# moves NAME ARGUMENTS OF many.py move...
moves()
{
	local name=$1 new=$4

	shift
	run move $((60 * slow)) "$@"
	diag "sent again: H $(counter H retransmits), P $(counter P retransmits)"
	check_equal "$name: all associations move" "$count" "$(result .moved move)"
	check_equal "$name: nothing more with the old address" 0 \
		"$(result .to_old_address move)"
	check "$name: P has all of them at the new address" \
		wait_for 20 all_by P "$w0_4" "$new"
	check "$name: H, too" wait_for 20 all_by H "$new" "$w0_4"
	check_equal "$name: as many associations at P as before" "$count" \
		"$(hf P -j assoc show | jq length)"
	talk "$name: each is answered by each"
	# Moved, and not made anew.
	check_equal "$name: no other base exchange" "$count" "$(counter P tx_r2)"
	[ -z "$output" ] || jq -c --arg event "$name" '. + {event: $event}' \
		"$hip_tmp/move.json" >> "$output"
}

plan 19
hip_load
topology_links
ip -n H -6 addr flush dev v0 scope global
ip -n H -6 addr flush dev v1 scope global
tc -n R qdisc add dev r2 root netem delay 10ms limit 20000 || abort "no netem"
tc -n P qdisc add dev w0 root netem delay 10ms limit 20000
hip0_add H P
hipflowd_start H "$(config)"
hipflowd_start P "$(config)"
check "identities of H" wait_for 60 hits H
check "identities of P" wait_for 60 hits P
sed "s/.*/peer set & addr $w0_4/" "$hip_tmp/P.hits" > "$hip_tmp/batch"
hf H -batch "$hip_tmp/batch" || abort "no peers"
talk "each is answered by each"
check "all are established" wait_for 60 all_established P
check "all have a path for each address" wait_for 120 all_by P "$w0_4" "$v1_4"
moves removed v0 "$v0_4" "$v1_4"
moves renumbered v1 "$v1_4" "$v1_new" 10.0.2.254
finish
