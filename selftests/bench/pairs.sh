# SPDX-License-Identifier: GPL-2.0-only
# Pairs of namespaces with a veth pair between them, and on it XFRM in BEET mode,
# WireGuard or hip0, for those that measure what data costs. To be sourced behind
# lib.sh.
# shellcheck shell=bash disable=SC2154

a=10.0.1.1 b=10.0.1.2
inner_a=fd00:99::1 inner_b=fd00:99::2

# pair_up A B: two namespaces
pair_up()
{
	ns_add "$1" "$2"
	link_add "$1" v0 $a/24 "$2" v0 $b/24
}

# inner_route A B [DEVICE]: packets to the inner addresses leave by the link, or by
# a device of their own
inner_route()
{
	local dev=${3:-v0} at=${3:-lo}

	ip -n "$1" addr add $inner_a/128 dev "$at" nodad &&
		ip -n "$2" addr add $inner_b/128 dev "$at" nodad &&
		ip -n "$1" route add $inner_b dev "$dev" src $inner_a &&
		ip -n "$2" route add $inner_a dev "$dev" src $inner_b ||
		abort "no routes"
}

xfrm_load()
{
	modprobe -a xfrm_user esp4 esp6 gcm seqiv echainiv || abort "no xfrm"
}

# xfrm_state NS SOURCE DESTINATION SPI INNER-SOURCE INNER-DESTINATION [MODE [MORE...]]
xfrm_state()
{
	ip -n "$1" xfrm state add src "$2" dst "$3" proto esp spi "$4" reqid 1 \
		mode "${7:-beet}" replay-window 1024 flag esn \
		aead 'rfc4106(gcm(aes))' "0x$(printf '%040d' "$4")" 128 \
		sel src "$5"/128 dst "$6"/128 "${@:8}" || abort "no state"
}

# wireguard_up A B
wireguard_up()
{
	local name

	modprobe wireguard || abort "no wireguard"
	pair_up "$1" "$2"
	for name; do
		(umask 077 && wg genkey > "$hip_tmp/$name.key")
		wg pubkey < "$hip_tmp/$name.key" > "$hip_tmp/$name.pub"
		ip -n "$name" link add wg0 type wireguard
		ns "$name" wg set wg0 private-key "$hip_tmp/$name.key" listen-port 51820
	done
	ns "$1" wg set wg0 peer "$(cat "$hip_tmp/$2.pub")" endpoint $b:51820 \
		allowed-ips $inner_b/128
	ns "$2" wg set wg0 peer "$(cat "$hip_tmp/$1.pub")" endpoint $a:51820 \
		allowed-ips $inner_a/128
	ip -n "$1" addr add $inner_a/64 dev wg0 nodad
	ip -n "$2" addr add $inner_b/64 dev wg0 nodad
	ip -n "$1" link set wg0 up
	ip -n "$2" link set wg0 up
	wait_for 60 ns "$1" ping -c 1 -W 2 $inner_b || abort "no answer by WireGuard"
}

# bindings_are NS NUMBER
bindings_are()
{
	[ "$(hf "$1" -j binding show | jq length)" -eq "$2" ]
}

# hip_up A B PROTOCOL: and B has asked for a flow of that
hip_up()
{
	hip_load
	pair_up "$1" "$2"
	hip0_add "$1" "$2"
	hipflowd_start "$1"
	hipflowd_start "$2"
	peer_add "$1" "$2" $b
	hf "$1" config set max_fids 65535 || abort "no limit"
	hf "$2" binding add fid 1 prio 60000 proto "$3" dport 5001 dev v0 ||
		abort "no binding"
	wait_for 100 ns "$1" ping -6 -c 1 -W 2 "$(hit "$2")" || abort "no answer by HIT"
	wait_for 100 bindings_are "$1" 1 || abort "$1 has no binding of $2's"
}
