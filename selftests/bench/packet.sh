#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest of run.sh: instructions for a UDP packet between two
# namespaces with a veth pair between them: bare, through XFRM in BEET mode,
# WireGuard and hip0, with more and more policies or bindings; and what the receiver
# has of it. Then what the first packet of a flow costs more than the next, where all
# rules are ranges; and what it costs to add one rule to those. Lines of OUTPUT/packet:
# NAME RULES SIZE FLOWS INSTRUCTIONS.
# With "classify" the same rules in nftables and tc flower are measured, bare; and with
# "pipapo" sets of 10,000 pairs of ranges in nftables, which take long to make.
# Usage: packet.sh OUTPUT [profile | classify | pipapo]
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/pairs.sh"
. "$(dirname "$0")/classify.sh"

output=$1/packet
packet=$hip_top/build/bench/packet
count=2000
flows=1000
rules="1 10 100 1000 10000"

# row NAME RULES A ADDRESS B ADDRESS SIZE FLOWS
row()
{
	local name=$1 n=$2 cost

	shift 2
	cost=$("$packet" "$@" $count) || abort "$name: no packets"
	diag "$name, $n rules, $5 octets, $6 flows: $cost"
	echo "$name $n $5 $6 $cost" >> "$output"
}

# unconnected NAME RULES A ADDRESS B ADDRESS: each packet is routed by itself
unconnected()
{
	local name=$1 n=$2 size cost

	shift 2
	for size in 1300 64; do
		cost=$("$packet" "$@" $size unconnected $count) ||
			abort "$name: no packets"
		diag "$name, $n rules, $size octets, unconnected: $cost"
		echo "$name-unconnected $n $size 1 $cost" >> "$output"
	done
}

# receive NAME A ADDRESS B ADDRESS: what the receiver has of it (packet.c); ESP that
# leaves A goes to the device "held" instead
receive()
{
	local name=$1 size cost

	shift
	ip -n "$1" link add held type dummy &&
		ip -n "$1" link set held up &&
		tc -n "$1" qdisc add dev v0 clsact &&
		tc -n "$1" filter add dev v0 egress protocol ip u32 \
			match ip protocol 50 0xff action mirred egress redirect dev held ||
		abort "$name: nothing to hold packets"
	for size in 64 1300; do
		cost=$("$packet" "$@" $size receive $count) || abort "$name: no packets"
		diag "$name, $size octets, received alone: $cost"
		echo "$name-receive 1 $size 1 $cost" >> "$output"
	done
	tc -n "$1" qdisc del dev v0 clsact
	ip -n "$1" link del held
}

bare()
{
	pair_up bareA bareB
	row veth 0 bareA $a bareB $b 64 1
	row veth 0 bareA $a bareB $b 1300 1
}

# rule_port I N: the port of rule I of N; those for flows are spread among the others
rule_port()
{
	local apart=$(($2 > flows ? $2 / flows : 1))

	port=$(($1 % apart == 0 ? 20000 + $1 / apart : 30000 + $1))
}

# xfrm_policies DIRECTION NUMBER: one for any port, or for the ports of the flows
xfrm_policies()
{
	local policy="xfrm policy add src $inner_a dst $inner_b"
	local template="dir $1 tmpl src $a dst $b proto esp reqid 1 mode beet"
	local i port

	if [ "$2" -eq 1 ]; then
		echo "$policy $template"
		return
	fi
	for ((i = 0; i < $2; i++)); do
		rule_port $i "$2"
		echo "$policy proto udp sport $port $template"
	done
}

xfrm()
{
	local n

	xfrm_load
	pair_up xfrmA xfrmB
	inner_route xfrmA xfrmB
	xfrm_state xfrmA $a $b 1 $inner_a $inner_b
	xfrm_state xfrmB $a $b 1 $inner_a $inner_b
	for n in $rules; do
		ip -n xfrmA xfrm policy flush
		ip -n xfrmB xfrm policy flush
		xfrm_policies out "$n" | ip -n xfrmA -batch - &&
			xfrm_policies in "$n" | ip -n xfrmB -batch - ||
			abort "no $n policies"
		if [ "$n" -eq 1 ]; then
			row xfrm 1 xfrmA $inner_a xfrmB $inner_b 1300 1
			row xfrm 1 xfrmA $inner_a xfrmB $inner_b 64 1
			unconnected xfrm 1 xfrmA $inner_a xfrmB $inner_b
			receive xfrm xfrmA $inner_a xfrmB $inner_b
		fi
		row xfrm "$n" xfrmA $inner_a xfrmB $inner_b 64 \
			$((n > 1 && n < flows ? n : flows))
		ip -n xfrmB -s xfrm state | grep -q ' [1-9][0-9]*(packets)' ||
			abort "XFRM has seen no packets"
	done
}

wireguard()
{
	wireguard_up wgA wgB
	row wireguard 0 wgA $inner_a wgB $inner_b 64 1
	row wireguard 0 wgA $inner_a wgB $inner_b 1300 1
}

# As XFRM in BEET mode has it, where GRO is what the link can do: nothing for veth.
without_gro()
{
	local size

	ns B ethtool -K hip0 gro off || abort "GRO stays on"
	for size in 1300 64; do
		row hip-nogro 1 A "$(hit A)" B "$(hit B)" $size 1
	done
	receive hip-nogro A "$(hit A)" B "$(hit B)"
	ns B ethtool -K hip0 gro on || abort "GRO stays off"
}

# Each of B's bindings is for one port of A's.
hip()
{
	local n i port

	hip_up A B udp
	row hip 1 A "$(hit A)" B "$(hit B)" 1300 1
	row hip 1 A "$(hit A)" B "$(hit B)" 64 1
	unconnected hip 1 A "$(hit A)" B "$(hit B)"
	receive hip A "$(hit A)" B "$(hit B)"
	without_gro
	for n in $rules; do
		for ((i = 1; i < n; i++)); do
			rule_port $i "$n"
			echo "binding add fid $((i + 1)) prio $((i + 20)) proto udp" \
				"sport $port dport 5001-5002 dev v0"
		done > "$hip_tmp/batch"
		hf B -batch "$hip_tmp/batch" || abort "no $n bindings"
		wait_for 300 bindings_are A "$n" ||
			diag "A knows $(hf A -j binding show | jq length) of $n bindings"
		row hip "$n" A "$(hit A)" B "$(hit B)" 64 $flows
		sed 's/^binding add \(fid [0-9]*\) .*/binding del \1/' "$hip_tmp/batch" |
			hf B -batch - || abort "bindings stay"
	done
}

# first NAME RULES A ADDRESS B ADDRESS: what the first packet of a flow costs more
first()
{
	local name=$1 n=$2 costs

	shift 2
	mapfile -t costs < <("$packet" "$@" 64 first 500)
	[ "${#costs[@]}" -eq 2 ] || abort "$name: no packets"
	diag "$name, $n ranges, first packet ${costs[0]}, next ${costs[1]}"
	echo "$name $n 64 500 $((costs[0] - costs[1]))" >> "$output"
}

# next_packet NAME RULES A ADDRESS B ADDRESS: the cost of the next
next_packet()
{
	local name=$1 n=$2 costs

	shift 2
	mapfile -t costs < <("$packet" "$@" 64 first 500)
	[ "${#costs[@]}" -eq 2 ] || abort "$name: no packets"
	cost=${costs[1]}
}

# ranges NUMBER: a square of rectangles side by side, of uneven borders, as lines
# SPORT-SPORT DPORT-DPORT
ranges()
{
	awk -v n="$1" 'BEGIN {
		side = int(sqrt(n))
		step = int(65536 / side)
		for (i = 0; i <= side; i++)
			edge[i] = i == side ? 65536 : i * step + (i * 7919) % (step - 1)
		edge[0] = 0
		for (i = 0; i < side; i++)
			for (j = 0; j < side; j++)
				print edge[i] "-" edge[i + 1] - 1, edge[j] "-" edge[j + 1] - 1
	}'
}

# traced: instructions of each call of the function since trace_on
trace_on()
{
	local dir=/sys/kernel/tracing

	mountpoint -q $dir || mount -t tracefs tracefs $dir || return 1
	echo nop > $dir/current_tracer
	echo mono > $dir/trace_clock
	echo "$1" > $dir/set_graph_function || return 1
	echo 1 > $dir/max_graph_depth
	echo function_graph > $dir/current_tracer
	echo > $dir/trace
}

traced()
{
	sed -n 's/^.*[ |)+!#*@$] *\([0-9.]*\) us  *|.*$/\1/p' /sys/kernel/tracing/trace |
		awk '{ print int($1 * 1000) }'
}

# batch FILE N: B adds these bindings, N are there then
batch()
{
	local lines start

	lines=$(wc -l < "$1")
	start=$(date +%s%N)
	hf B -batch "$1" || abort "no $2 ranges"
	echo "hip-batch $2 0 0 $((($(date +%s%N) - start) / lines))" >> "$output"
}

# Bindings that are ranges: the first packet, and one more of them.
hip_ranges()
{
	local n=$1 i=0 sport dport cost

	while read -r sport dport; do
		i=$((i + 1))
		echo "binding add fid $((i + 1)) prio $((i + 20))" \
			"sport $sport dport $dport dev v0"
	done < <(ranges "$n") > "$hip_tmp/batch"
	# The first thousand, and the rest: each costs as much.
	sed '1000q' "$hip_tmp/batch" > "$hip_tmp/batch1"
	batch "$hip_tmp/batch1" 1000
	sed '1,1000d' "$hip_tmp/batch" > "$hip_tmp/batch2"
	batch "$hip_tmp/batch2" "$n"
	wait_for 300 bindings_are A $((i + 1)) || abort "A does not know $n ranges"
	first hip-first "$i" A "$(hit A)" B "$(hit B)"
	trace_on hip_table_rebuild || { diag "no tracer"; return; }
	for ((i = 1; i <= 9; i++)); do
		hf B binding add fid $((60000 + i)) prio $i proto 17 \
			sport $((1000 * i))-$((1000 * i + 5000)) dport 7-$((i * 100)) dev v0 ||
			abort "no binding"
		wait_for 100 bindings_are A $(("$(wc -l < "$hip_tmp/batch")" + 1 + i)) ||
			abort "A does not know it"
	done
	diag "calls: $(traced | xargs)"
	# Tables are made for other reasons, too; one on each host changes rules.
	cost=$(traced | sort -rn | sed -n 9p)
	echo nop > /sys/kernel/tracing/current_tracer
	[ -n "$cost" ] || abort "no call was seen"
	echo "hip-add $n 0 0 $cost" >> "$output"
}

case ${2:-} in
profile)
	rules=1
	xfrm
	hip
	cat /proc/kallsyms > "$1/kallsyms"
	;;
classify)
	pair_up bareA bareB
	classifiers
	classifier_sets 1 10 100 1000
	one_range 10000
	two_ranges 1000 nft
	two_ranges 10000
	;;
pipapo)
	pair_up bareA bareB
	classifier_sets 10000
	two_ranges 10000 nft
	;;
*)
	rm -f "$output"
	bare
	xfrm
	hip
	hip_ranges 10000
	# Last: where there is a socket of a tunnel, GRO looks for one for all of UDP.
	wireguard
	;;
esac
ktap_finished=1
