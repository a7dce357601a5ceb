#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest of run.sh: instructions for a UDP packet between two
# namespaces with a veth pair between them: bare, through XFRM in BEET mode,
# WireGuard and hip0, with more and more policies or bindings. Lines of
# OUTPUT/packet: NAME RULES SIZE FLOWS INSTRUCTIONS.
# Usage: packet.sh OUTPUT
. "$(dirname "$0")/../lib.sh"

output=$1/packet
packet=$hip_top/build/bench/packet
count=2000
a=10.0.1.1 b=10.0.1.2
inner_a=fd00:99::1 inner_b=fd00:99::2
flows=1000
rules="1 10 100 1000 10000"

# pair_up A B: two namespaces
pair_up()
{
	ns_add "$1" "$2"
	link_add "$1" v0 $a/24 "$2" v0 $b/24
}

# row NAME RULES A ADDRESS B ADDRESS SIZE FLOWS
row()
{
	local name=$1 n=$2 cost

	shift 2
	cost=$("$packet" "$@" $count) || abort "$name: no packets"
	diag "$name, $n rules, $5 octets, $6 flows: $cost"
	echo "$name $n $5 $6 $cost" >> "$output"
}

# inner_route A B: packets to the inner addresses leave by the link
inner_route()
{
	ip -n "$1" addr add $inner_a/128 dev lo nodad
	ip -n "$2" addr add $inner_b/128 dev lo nodad
	ip -n "$1" route add $inner_b dev v0 src $inner_a
	ip -n "$2" route add $inner_a dev v0 src $inner_b
}

bare()
{
	pair_up bareA bareB
	row veth 0 bareA $a bareB $b 64 1
	row veth 0 bareA $a bareB $b 1300 1
}

xfrm_state()
{
	ip -n "$1" xfrm state add src "$2" dst "$3" proto esp spi "$4" reqid 1 \
		mode beet replay-window 1024 flag esn \
		aead 'rfc4106(gcm(aes))' "0x$(printf '%040d' "$4")" 128 \
		sel src "$5"/128 dst "$6"/128
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

	modprobe -a xfrm_user esp4 esp6 gcm seqiv echainiv || abort "no xfrm"
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
		fi
		row xfrm "$n" xfrmA $inner_a xfrmB $inner_b 64 \
			$((n > 1 && n < flows ? n : flows))
		ip -n xfrmB -s xfrm state | grep -q ' [1-9][0-9]*(packets)' ||
			abort "XFRM has seen no packets"
	done
}

wireguard()
{
	local name

	modprobe wireguard || abort "no wireguard"
	pair_up wgA wgB
	for name in wgA wgB; do
		(umask 077 && wg genkey > "$hip_tmp/$name.key")
		wg pubkey < "$hip_tmp/$name.key" > "$hip_tmp/$name.pub"
		ip -n $name link add wg0 type wireguard
		ns $name wg set wg0 private-key "$hip_tmp/$name.key" listen-port 51820
	done
	ns wgA wg set wg0 peer "$(cat "$hip_tmp/wgB.pub")" endpoint $b:51820 \
		allowed-ips $inner_b/128
	ns wgB wg set wg0 peer "$(cat "$hip_tmp/wgA.pub")" endpoint $a:51820 \
		allowed-ips $inner_a/128
	ip -n wgA addr add $inner_a/64 dev wg0 nodad
	ip -n wgB addr add $inner_b/64 dev wg0 nodad
	ip -n wgA link set wg0 up
	ip -n wgB link set wg0 up
	wait_for 60 ns wgA ping -c 1 -W 2 $inner_b || abort "no answer by WireGuard"
	row wireguard 0 wgA $inner_a wgB $inner_b 64 1
	row wireguard 0 wgA $inner_a wgB $inner_b 1300 1
}

# bindings_are NS NUMBER
bindings_are()
{
	[ "$(hf "$1" -j binding show | jq length)" -eq "$2" ]
}

# Each of B's bindings is for one port of A's.
hip()
{
	local n i port

	hip_load
	pair_up A B
	hip0_add A B
	hipflowd_start A
	hipflowd_start B
	peer_add A B $b
	hf A config set max_fids 65535 || abort "no limit"
	hf B binding add fid 1 prio 60000 proto udp dport 5001 dev v0 || abort "no binding"
	wait_for 100 ns A ping -6 -c 1 -W 2 "$(hit B)" || abort "no answer by HIT"
	wait_for 100 bindings_are A 1 || abort "A has no binding of B's"
	row hip 1 A "$(hit A)" B "$(hit B)" 1300 1
	row hip 1 A "$(hit A)" B "$(hit B)" 64 1
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

rm -f "$output"
bare
xfrm
wireguard
hip
ktap_finished=1
