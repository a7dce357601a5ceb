#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest of run.sh: a mobile H with two links, a router R, a fixed host
# P, 20 ms from H to P and back. Numbered UDP packets go both ways, 1,000 a second,
# while H moves. What arrived when, and by which path, is left in files for
# report.py; here nothing is judged.
# Usage: moves.sh SYSTEM OUTPUT RUNS, where SYSTEM is hip, hip6 (over IPv6),
# wireguard or mobike
. "$(dirname "$0")/../lib.sh"

system=$1
output=$2/$1
runs=$3
room=/dev/shm/bench
flow=$room/bin/flow
ms=1000000
port=5001
size=200
inner_h='' inner_p=''
# Addresses of the links, in the one family that they have here.
h0=$v0_4 h1=$v1_4 p0=$w0_4 len=24 via=10.0. gate=.254 family=-4
if [ "$system" = hip6 ]; then
	h0=$v0_6 h1=$v1_6 p0=$w0_6 len=64 via=fd00: gate=::fe family=-6
fi

# --- the links ----------------------------------------------------------------

# Without the second family, for HIP would have twice the paths.
links_up()
{
	local dev name other=-6

	[ "$family" = -4 ] || other=-4
	topology_links
	for dev in v0 v1; do
		ip -n H $other addr flush dev $dev scope global
	done
	for name in H P R; do
		ns "$name" sysctl -q -w net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0
	done
	tc -n R qdisc add dev r2 root netem delay 10ms limit 10000 || abort "no netem"
	tc -n P qdisc add dev w0 root netem delay 10ms limit 10000
	ns R nft add table inet bench
	ns R nft "add chain inet bench forward { type filter hook forward priority 0; }"
}

# --- what is compared ---------------------------------------------------------

hip_up()
{
	hip_load
	links_up
	hip0_add H P
	hipflowd_start H
	hipflowd_start P
	hf H config set path_timeout_ms 200 && hf P config set path_timeout_ms 200 ||
		abort "silence is not looked for"
	peer_add H P "$p0" || abort "no peer"
	inner_h=$(hit H)
	inner_p=$(hit P)
	hf H binding add fid 10 prio 20 proto udp dport $port dev v0,v1 ||
		abort "no binding"
	# Crypto modules come from the host meanwhile, and its time runs away.
	wait_for 100 ns H ping -6 -c 1 -W 2 "$inner_p" || abort "no answer"
}

hip_ready()
{
	[ "$(path_count H '.state == "ACTIVE"')" -ge 2 ] &&
		[ "$(path_count P '.state == "ACTIVE"')" -ge 2 ] &&
		[ "$(binding_dev H 10)" = v0 ] && hip_peer_by "$h0"
}

# lib.sh ends hipflowd.
hip_down()
{
	:
}

# hip_peer_by ADDRESS: the peer's choice for the flow
hip_peer_by()
{
	hf P -j binding show fid 10 > "$hip_tmp/b.json"
	hf P -j path show | jq -e --arg addr "$1" --slurpfile b "$hip_tmp/b.json" \
		'any(.id == $b[0][0].path and .peer == $addr)'
}

hip6_up()
{
	hip_up
}

hip6_ready()
{
	hip_ready
}

wireguard_up()
{
	local name

	modprobe wireguard || abort "no wireguard"
	links_up
	inner_h=10.99.0.1
	inner_p=10.99.0.2
	for name in H P; do
		(umask 077 && wg genkey > "$hip_tmp/$name.key")
		wg pubkey < "$hip_tmp/$name.key" > "$hip_tmp/$name.pub"
		ip -n "$name" link add wg0 type wireguard || abort "no wg0"
		ns "$name" wg set wg0 private-key "$hip_tmp/$name.key" listen-port 51820
	done
	ns H wg set wg0 peer "$(cat "$hip_tmp/P.pub")" endpoint "$p0:51820" \
		allowed-ips $inner_p/32
	ns P wg set wg0 peer "$(cat "$hip_tmp/H.pub")" allowed-ips $inner_h/32
	ip -n H addr add $inner_h/24 dev wg0
	ip -n P addr add $inner_p/24 dev wg0
	ip -n H link set wg0 up
	ip -n P link set wg0 up
}

# What H sends tells P where H is.
wireguard_ready()
{
	ns H ping -c 1 -W 2 $inner_p && ns P wg show wg0 endpoints | grep -qF "$h0:"
}

wireguard_down()
{
	:
}

charons=()

# charon_start NS: it keeps its files in places that are fixed, so each has a /run
# of its own; "ip netns exec" has made a mount namespace already
charon_start()
{
	local dir=$hip_tmp/$1

	mkdir -p "$dir"
	cat > "$dir/strongswan.conf" <<-END
	charon {
		load_modular = no
		load = random nonce openssl aes sha2 hmac kdf gcm pem pkcs1 pubkey x509 kernel-netlink socket-default vici
		keep_alive = 0
		retransmit_timeout = 0.2
		retransmit_base = 1
		retransmit_tries = 4
		plugins {
			vici {
				socket = unix://$dir/vici
			}
		}
		filelog {
			log {
				path = $dir/log
				default = 1
				flush_line = yes
			}
		}
	}
	END
	STRONGSWAN_CONF=$dir/strongswan.conf ip netns exec "$1" sh -c \
		'mount -t tmpfs tmpfs /run && exec /usr/lib/ipsec/charon' \
		> "$dir/out" 2>&1 &
	charons+=($!)
	wait_for 20 [ -S "$dir/vici" ] || abort "no charon: $(cat "$dir/out" "$dir/log")"
}

# charon_config NS LOCAL REMOTE INNER-LOCAL INNER-REMOTE
charon_config()
{
	local dir=$hip_tmp/$1

	cat > "$dir/swanctl.conf" <<-END
	connections {
		bench {
			version = 2
			mobike = yes
			${2:+local_addrs = $2}
			${3:+remote_addrs = $3}
			proposals = aes128gcm16-prfsha256-ecp256
			dpd_delay = 1s
			local {
				auth = psk
				id = $1
			}
			remote {
				auth = psk
			}
			children {
				bench {
					local_ts = $4/32
					remote_ts = $5/32
					esp_proposals = aes128gcm16-esn
					replay_window = 1024
					dpd_action = restart
				}
			}
		}
	}
	secrets {
		ike-bench {
			secret = "for a benchmark only"
		}
	}
	END
	swanctl_in "$1" --load-all --file "$dir/swanctl.conf" --noprompt \
		> "$dir/out" 2>&1 ||
		abort "charon takes no configuration"
}

swanctl_in()
{
	local name=$1

	shift
	STRONGSWAN_CONF=$hip_tmp/$name/strongswan.conf \
		swanctl "$@" --uri "unix://$hip_tmp/$name/vici"
}

mobike_up()
{
	modprobe -a xfrm_user esp4 || abort "no xfrm"
	links_up
	inner_h=10.99.0.1
	inner_p=10.99.0.2
	ip -n H addr add $inner_h/32 dev lo
	ip -n P addr add $inner_p/32 dev lo
	charon_start H
	charon_start P
	charon_config P "" "" $inner_p $inner_h
	charon_config H "" "$p0" $inner_h $inner_p
	swanctl_in H --initiate --child bench > "$hip_tmp/out" 2>&1 ||
		abort "no MOBIKE: $(cat "$hip_tmp/H/log")"
}

mobike_down()
{
	kill "${charons[@]}"
	wait "${charons[@]}"
}

# What gave up is begun anew.
mobike_again()
{
	swanctl_in H --terminate --ike bench --force --timeout 5
	swanctl_in P --terminate --ike bench --force --timeout 5
	swanctl_in H --initiate --child bench
} > /dev/null 2>&1

mobike_ready()
{
	ns H ping -c 1 -W 2 -I $inner_h $inner_p &&
		ip -n P xfrm state | grep -q "^src $p0 dst $h0" &&
		ip -n H xfrm state | grep -q "^src $h0 dst $p0"
}

# --- moves --------------------------------------------------------------------

# measure MOVE RUN MILLISECONDS NS COMMAND...: the stream, and the command one
# second after its begin. From run to run the command has another place between
# two packets. Run 0 does not count: hipflowd and charon read what they need of their
# libraries.
measure()
{
	local move=$1 run=$2 length=$3 name=$4 start moment at_h at_p
	local dir=$output/$move.$run

	shift 4
	start=$(($("$flow" now) + 500 * ms))
	moment=$((start + 1000 * ms + run * 370 % 1000 * 1000))
	"$flow" stream H "$inner_h" "$inner_p" $port "$start" \
		"$length" $ms $size $((500 * ms)) "$hip_tmp/H.out" &
	at_h=$!
	"$flow" stream P "$inner_p" "$inner_h" $port "$start" \
		"$length" $ms $size $((500 * ms)) "$hip_tmp/P.out" &
	at_p=$!
	"$flow" at "$name" "$moment" "$hip_tmp/at.out" "$room" "$@" ||
		diag "$system: $*: failed"
	wait $at_h || diag "$system: stream at H: failed"
	wait $at_p || diag "$system: stream at P: failed"
	diag "$system, run $run of $runs: $move"
	[ "$run" -gt 0 ] || return 0
	mkdir -p "$dir"
	echo "$start $length $moment $(cat "$hip_tmp/at.out")" > "$dir/run"
	cp "$hip_tmp/H.out" "$dir/H"
	cp "$hip_tmp/P.out" "$dir/P"
}

# Everything is by v0 again.
ready()
{
	wait_for 60 "${system}_ready" ||
		abort "$system: not back on the first link: $("${system}_ready" 2>&1)"
	sleep 0.5
}

# route_back DEVICE NET METRIC: as lib.sh has it
route_back()
{
	ip -n H $family route replace default via "$via$2$gate" dev "$1" metric "$3"
}

v0_back()
{
	local nodad=

	[ "$family" = -4 ] || nodad=nodad
	# shellcheck disable=SC2086
	ip -n H addr replace "$h0/$len" dev v0 $nodad
	route_back v0 1 100
	case $system in
	hip*)
		return
		;;
	esac
	# The others stay where they are as long as that works.
	ip -n H link set v1 down
	wait_for 10 "${system}_ready"
	ip -n H link set v1 up
	route_back v1 2 200
}

# into_memory PROGRAM...: with its libraries into a tmpfs, to be its own root there:
# each file that is opened below the host's root asks the host, which takes as long
# as the host likes
into_memory()
{
	local program file

	mkdir -p "$room/bin"
	cp "$hip_top/build/bench/flow" "$flow"
	for program; do
		cp "$(command -v "$program")" "$room/bin/"
		ldd "$room/bin/$program" | grep -o '/[^ ]*' | while read -r file; do
			mkdir -p "$room${file%/*}"
			cp "$file" "$room$file"
		done
	done
}

rounds()
{
	local run

	for ((run = 0; run <= runs; run++)); do
		case $system in
		hip*)
			measure redirect "$run" 2500 H hipflow binding set fid 10 dev v1
			wait_for 20 hip_peer_by "$h1"
			hf H binding set fid 10 dev v0,v1
			ready
			;;
		esac
		measure removed "$run" 2500 H ip addr del "$h0/$len" dev v0
		v0_back
		ready
		# As DHCP clients and router advertisements do: the address is told
		# to go, and half a second later it goes.
		measure announced "$run" 3000 H sh -c \
			"ip addr change $h0/$len dev v0 preferred_lft 0 valid_lft 10
			sleep 0.5; ip addr del $h0/$len dev v0"
		v0_back
		ready
	done
	for ((run = 0; run <= runs; run++)); do
		measure silent "$run" 7000 R nft "add rule inet bench forward iifname r0 drop; \
			add rule inet bench forward oifname r0 drop"
		ns R nft flush chain inet bench forward
		[ "$system" != mobike ] || mobike_again
		ready
	done
}

mkdir -p "$output"
into_memory ip hipflow nft sh sleep
"${system}_up"
ready
rounds
"${system%6}_down"
ktap_finished=1
