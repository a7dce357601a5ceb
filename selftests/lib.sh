#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# For the test programs that run in a guest: results in KTAP, network
# namespaces, captures, the module, hipflowd, and the topology that most tests
# use. To be sourced by bash. A program looks like this:
#
#	. "$(dirname "$0")/lib.sh"
#	plan 2
#	topology_up
#	check "ping by HIT" ns H ping -6 -c 1 -W 60 "$(hit P)"
#	check "path is up" wait_for 5 path_active H
#	finish
#
# Namespaces and files are gone at the end, whatever happens.

hip_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
hip_tmp=$(mktemp -d /tmp/hip.XXXXXX)
export PATH=$hip_top/build/tools/bin:$PATH LC_ALL=C
uml=
! grep -qs 'User Mode' /proc/cpuinfo || uml=1
# Debug kernels are slow: times that tests take are multiplied by this.
slow=${uml:+4}
slow=${slow:-1}
# Every machine is, now and then, when others have its processors: what is waited
# for may take this many times as long. It costs nothing where it comes in time.
patience=4
# Where the clock stands still while the guest works, asking costs more than waiting.
poll=${uml:+0.5}
poll=${poll:-0.1}

# --- results ----------------------------------------------------------------

ktap_planned=
ktap_n=0
ktap_passed=0
ktap_failed=0
ktap_skipped=0
ktap_finished=

# plan N: how many results there will be
plan()
{
	ktap_planned=$1
	echo "KTAP version 1"
	echo "1..$1"
}

# diag TEXT...: something to know when reading the log
diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass()
{
	ktap_n=$((ktap_n + 1))
	ktap_passed=$((ktap_passed + 1))
	echo "ok $ktap_n $1"
}

# fail NAME [WHY]
fail()
{
	ktap_n=$((ktap_n + 1))
	ktap_failed=$((ktap_failed + 1))
	[ -z "${2:-}" ] || diag "$2"
	echo "not ok $ktap_n $1"
}

# skip NAME WHY
skip()
{
	ktap_n=$((ktap_n + 1))
	ktap_skipped=$((ktap_skipped + 1))
	echo "ok $ktap_n $1 # SKIP $2"
}

# skip_all WHY: this program does not apply here
skip_all()
{
	echo "1..0 # SKIP $*"
	ktap_finished=1
	exit 4
}

# check NAME COMMAND...: a result, and what the command said if it failed
check()
{
	local name=$1 output status

	shift
	output=$("$@" 2>&1)
	status=$?
	if [ $status -eq 0 ]; then
		pass "$name"
	else
		fail "$name" "status $status of: $*${output:+$'\n'}$output"
	fi
	return $status
}

# check_not NAME COMMAND...: the command is to fail
check_not()
{
	local name=$1 output

	shift
	if output=$("$@" 2>&1); then
		fail "$name" "succeeded: $*${output:+$'\n'}$output"
		return 1
	fi
	pass "$name"
}

# check_equal NAME EXPECTED ACTUAL
check_equal()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "expected '$2', got '$3'"
		return 1
	fi
}

# abort WHY: going on makes no sense
abort()
{
	echo "Bail out! $*"
	dump_state
	exit 1
}

# finish: the totals, and the exit status
finish()
{
	[ -n "$ktap_planned" ] || echo "1..$ktap_n"
	echo "# Totals: pass:$ktap_passed fail:$ktap_failed skip:$ktap_skipped"
	ktap_finished=1
	if [ "$ktap_failed" -gt 0 ]; then
		dump_state
		exit 1
	fi
	if [ -n "$ktap_planned" ] && [ "$ktap_n" -ne "$ktap_planned" ]; then
		diag "planned $ktap_planned results, had $ktap_n"
		exit 1
	fi
	[ "$ktap_n" -gt 0 ] || exit 1
	[ "$ktap_passed" -gt 0 ] || exit 4
	exit 0
}

# What helps to understand a failure.
dump_state()
{
	local name what

	for name in "${hip_daemons[@]}"; do
		for what in "-d assoc" "-d path" "-d binding" stats; do
			diag "$name: hipflow $what"
			# shellcheck disable=SC2086
			hf "$name" $what 2>&1 | sed 's/^/#   /'
		done
		diag "$name: hipflowd's log"
		tail -n 10 "$hip_tmp/$name/log" | sed 's/^/#   /'
	done
}

hip_cleanup()
{
	local status=$?

	trap - EXIT
	set +e
	if [ -z "$ktap_finished" ]; then
		[ $status -ne 0 ] || status=1
		echo "# ended early, status $status"
	fi
	for id in "${!hip_captures[@]}"; do
		capture_stop "$id"
	done
	for name in "${hip_daemons[@]}"; do
		hipflowd_stop "$name"
	done
	for name in "${hip_namespaces[@]}"; do
		ns_kill "$name"
		ip netns del "$name"
	done
	[ -n "${hip_keep:-}" ] || hip_unload || status=1
	rm -rf "$hip_tmp"
	exit "$status"
}
trap hip_cleanup EXIT
trap 'exit 130' INT TERM

# --- time and namespaces ----------------------------------------------------

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for()
{
	local end=$((SECONDS + $1 * patience + 1))

	shift
	until "$@" > /dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep "$poll"
	done
}

# receiver_end PROCESS: of stream.py's, to which all was sent that is to be sent: it
# takes what has come, or comes at once, and ends. How long it took to send is no matter.
receiver_end()
{
	local n

	for ((n = 0; n < 20; n++)); do
		kill -0 "$1" 2> /dev/null || break
		sleep "$poll"
	done
	kill "$1" 2> /dev/null
	wait "$1"
}

hip_namespaces=()

# ns NAME COMMAND...: run it there
ns()
{
	ip netns exec "$@"
}

# ns_add NAME...
ns_add()
{
	local name

	for name; do
		ip netns add "$name" || abort "no namespace $name"
		hip_namespaces+=("$name")
		ip -n "$name" link set lo up
	done
}

# ns_kill NAME: what still runs there
ns_kill()
{
	local pids

	pids=$(ip netns pids "$1" 2> /dev/null)
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill -KILL $pids 2> /dev/null
}

# link_add NS DEVICE "ADDRESSES" NS DEVICE "ADDRESSES": a veth pair, up, with
# addresses (ADDR/LEN) that can be used at once
link_add()
{
	ip link add "$2" netns "$1" type veth peer name "$5" netns "$4" ||
		abort "no link $2 - $5"
	end_up "$1" "$2" "$3"
	end_up "$4" "$5" "$6"
}

end_up()
{
	local addr

	{
		echo "link set $2 up"
		for addr in $3; do
			case $addr in
			*:*) echo "addr add $addr dev $2 nodad" ;;
			*) echo "addr add $addr dev $2" ;;
			esac
		done
	} | ip -n "$1" -batch - || abort "no addresses on $2"
}

# --- captures ---------------------------------------------------------------

declare -A hip_captures=()

# capture_start ID NS DEVICE [FILTER]: returns when it sees packets
capture_start()
{
	local id=$1 name=$2 device=$3

	shift 3
	# Room for a burst: a place in the buffer is as long as the snapshot.
	# Not by ns(): the process itself, not a shell around it, is to be known.
	ip netns exec "$name" tcpdump -i "$device" -n -U --immediate-mode -s 4096 -B 8192 \
		-w "$hip_tmp/$id.pcap" "$@" > /dev/null 2> "$hip_tmp/$id.tcpdump" &
	hip_captures[$id]=$!
	wait_for 10 grep -q 'listening on' "$hip_tmp/$id.tcpdump" ||
		abort "no capture on $device: $(cat "$hip_tmp/$id.tcpdump")"
}

capture_stop()
{
	local pid=${hip_captures[$1]:-}

	[ -n "$pid" ] || return 0
	# What was sent before may still be on its way to the device.
	sleep 0.3
	capture_sync "$1"
	unset "hip_captures[$1]"
	kill -TERM "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
	return 0
}

# capture_sync ID: what the device has had is in the file, also if tcpdump stood
# still for a while: asked by SIGUSR1, it says how many packets it has taken, of how
# many. Those from before it had its filter it never takes.
capture_sync()
{
	local file=$hip_tmp/$1.tcpdump pid=${hip_captures[$1]:-} before='' n=0
	local said taken got dropped

	[ -n "$pid" ] || return 0
	while [ $n -lt 5 ]; do
		said=$(grep -c captured "$file")
		kill -USR1 "$pid" 2> /dev/null && wait_for 30 has_said "$file" "$said" ||
			return 1
		read -r taken got dropped < <(awk '/captured/ { n = $2 " " $5 " " $10 }
			END { print n }' "$file")
		[ $((taken + dropped)) -lt "$got" ] || break
		[ "$taken" = "$before" ] || n=0
		before=$taken
		n=$((n + 1))
		sleep "$poll"
	done
}

# has_said FILE N: more than so many times how much was captured
has_said()
{
	[ "$(grep -c captured "$1")" -gt "$2" ]
}

# capture_count ID [FILTER]: packets seen so far that match
capture_count()
{
	local id=$1

	shift
	capture_sync "$id"
	tcpdump -n -r "$hip_tmp/$id.pcap" "$@" 2> /dev/null | grep -c '^[0-9]'
}

# capture_show ID [FILTER]
capture_show()
{
	local id=$1

	shift
	capture_sync "$id"
	tcpdump -n -r "$hip_tmp/$id.pcap" "$@" 2> /dev/null
}

# hipdump NAME [TYPE...]: the control packets of a capture
hipdump()
{
	capture_sync "$1"
	"$hip_top/selftests/hipdump.py" "$hip_tmp/$1.pcap" "${@:2}"
}

# --- the module and hipflowd ------------------------------------------------

hip_loaded=

# hip_load: the module that was built for the kernel that runs
hip_load()
{
	local module depends

	[ ! -d /sys/module/hip ] || return 0
	module=$hip_top/build/$(uname -r)/hip.ko
	[ -f "$module" ] || abort "no $module: run 'make'"
	depends=$(modinfo -F depends "$module" | tr ',' ' ')
	# shellcheck disable=SC2086
	[ -z "$depends" ] || modprobe -a $depends || abort "no $depends"
	insmod "$module" || abort "hip.ko does not load: $(dmesg | tail -n 5)"
	hip_loaded=1
}

# hip_unload: it has to be possible once the namespaces are gone
hip_unload()
{
	[ -n "$hip_loaded" ] || return 0
	if ! wait_for 10 rmmod hip; then
		echo "# hip.ko cannot be removed: $(lsmod | grep '^hip')"
		return 1
	fi
	hip_loaded=
}

hip_daemons=()
declare -A hip_pids=()
declare -A hip_hits=()

# hf NS ARGUMENTS...: hipflow there
hf()
{
	local name=$1

	shift
	hipflow -n "$name" "$@"
}

# hipflowd_start NS [LINES OF CONFIGURATION]: with state and configuration of
# its own, and wait until peers can be answered
hipflowd_start()
{
	local name=$1 dir=$hip_tmp/$1 before

	mkdir -p "$dir"
	before=$(registrations "$name")
	if [ $# -gt 1 ] || [ ! -f "$dir/conf" ]; then
		printf '%s\n' "${2:-[identity]
type = ecdsa-p256}" > "$dir/conf"
	fi
	ip netns exec "$name" hipflowd -v -c "$dir/conf" -d "$dir/state" >> "$dir/log" 2>&1 &
	hip_pids[$name]=$!
	[[ " ${hip_daemons[*]} " = *" $name "* ]] || hip_daemons+=("$name")
	# The kernel may still have what an earlier one told.
	{
		wait_for 60 registered "$name" "$before" &&
			wait_for 30 identity_ready "$name"
	} ||
		abort "hipflowd in $name has no identity: $(tail -n 5 "$dir/log")"
	hip_hits[$name]=$(hf "$name" -j identity show | jq -r '.[0].hit')
}

registrations()
{
	grep -cs 'registered with the kernel' "$hip_tmp/$1/log" || true
}

registered()
{
	[ "$(registrations "$1")" -gt "${2:-0}" ]
}

identity_ready()
{
	hf "$1" -j identity show | jq -e 'length > 0 and all(.r1_ready == true)'
}

r1_counter()
{
	hf "$1" -j identity show | jq '.[0].r1_counter'
}

r1_newer()
{
	[ "$(r1_counter "$1")" -gt "$2" ] && identity_ready "$1"
}

# in_r1 NS COMMAND...: of what it changes NS tells others in its R1s, which hipflowd
# has to make and sign anew
in_r1()
{
	local name=$1 before

	shift
	before=$(r1_counter "$name")
	"$@" && wait_for 20 r1_newer "$name" "$before"
}

# hipflowd_stop NS [SIGNAL]
hipflowd_stop()
{
	local pid=${hip_pids[$1]:-}

	[ -n "$pid" ] || return 0
	unset "hip_pids[$1]"
	kill "-${2:-TERM}" "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
	return 0
}

# hit NS: the HIT there
hit()
{
	echo "${hip_hits[$1]}"
}

# peer_add NS OTHER ADDRESS[,ADDRESS...]: tell NS where OTHER is met
peer_add()
{
	hf "$1" peer set "$(hit "$2")" addr "$3"
}

# assoc_state NS OTHER
assoc_state()
{
	hf "$1" -j assoc show peer "$(hit "$2")" | jq -r '.[0].state // "none"'
}

assoc_is()
{
	[ "$(assoc_state "$1" "$2")" = "$3" ]
}

# forget A B: no association between them
forget()
{
	hf "$1" assoc del peer "$(hit "$2")" 2> /dev/null
	hf "$2" assoc del peer "$(hit "$1")" 2> /dev/null
	wait_for 20 assoc_gone "$1" "$2" && wait_for 20 assoc_gone "$2" "$1"
}

assoc_gone()
{
	case $(assoc_state "$@") in
	none | CLOSED) ;;
	*) return 1 ;;
	esac
}

# reg NS OTHER JQ: of the registration there
reg()
{
	hf "$1" -j registration show "$(hit "$2")" | jq -r ".[0].$3 // \"none\""
}

reg_is()
{
	[ "$(reg "$1" "$2" state)" = "$3" ]
}

# path_count NS [JQ CONDITION]: paths for which it holds
path_count()
{
	hf "$1" -j path show | jq "[.[] | select(${2:-true})] | length"
}

# paths_up NS N: so many paths can be used
paths_up()
{
	[ "$(path_count "$1" '.state == "ACTIVE"')" -ge "$2" ]
}

# sends_by NS FID ADDRESS: it has the path to that address of its peer's for the flow
sends_by()
{
	hf "$1" -j binding show fid "$2" > "$hip_tmp/b.json"
	hf "$1" -j path show | jq -e --arg addr "$3" --slurpfile b "$hip_tmp/b.json" \
		'any(.id == $b[0][0].path and .peer == $addr)'
}

# binding_dev NS FID: device by which our binding goes now
binding_dev()
{
	hf "$1" -j binding show fid "$2" |
		jq -r '[.[] | select(.remote | not)][0].dev // "none"'
}

# counter NS NAME: of hipflow stats
counter()
{
	hf "$1" -j stats show all | jq -r --arg name "$2" '.[0][$name]'
}

# count NS COUNTER, and later: counted [HOW OFTEN, at least]
count()
{
	counted_ns=$1
	counted_name=$2
	counted_before=$(counter "$1" "$2")
}

counted()
{
	[ "$(counter "$counted_ns" "$counted_name")" -ge $((counted_before + ${1:-1})) ]
}

# --- the topology of most tests ---------------------------------------------
#
#            v0 10.0.1.1 fd00:1::1 --- r0 +---+
#	+---+                              | R | r2 --- w0 10.0.3.1 fd00:3::1 +---+
#	| H |  v1 10.0.2.1 fd00:2::1 --- r1 +---+                              | P |
#	+---+                                                                  +---+
#
# R's end has .254 or ::fe. Each link of H has a default route: v0's is the
# better one. With "topology_up ADDRESS" H meets P there.

v0_4=10.0.1.1 v0_6=fd00:1::1
v1_4=10.0.2.1 v1_6=fd00:2::1
w0_4=10.0.3.1 w0_6=fd00:3::1

# route_add NS DEVICE NET METRIC: no rules by source are needed, what belongs to
# a path leaves by its link
route_add()
{
	ip -n "$1" -batch - <<-END
	route add default via 10.0.$3.254 dev $2 metric $4
	route add ::/0 via fd00:$3::fe dev $2 metric $4
	END
}

# forwards NS: it is a router
forwards()
{
	ns "$1" sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward
		echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
}

# ns_crash NS ROUTER DEVICE: it is gone without a word, and with it the other end
# of its link
ns_crash()
{
	hipflowd_stop "$1" KILL
	ns_kill "$1"
	ip netns del "$1"
	wait_for 20 no_link "$2" "$3"
}

no_link()
{
	! ip -n "$1" link show "$2" > /dev/null 2>&1
}

topology_links()
{
	ns_add H P R
	link_add H v0 "$v0_4/24 $v0_6/64" R r0 "10.0.1.254/24 fd00:1::fe/64"
	link_add H v1 "$v1_4/24 $v1_6/64" R r1 "10.0.2.254/24 fd00:2::fe/64"
	link_add P w0 "$w0_4/24 $w0_6/64" R r2 "10.0.3.254/24 fd00:3::fe/64"
	forwards R
	route_add H v0 1 100
	route_add H v1 2 200
	route_add P w0 3 100
}

# listens PROCESS: of "hipflow monitor", whose sockets are two once it has joined
# the events
listens()
{
	[ "$(find "/proc/$1/fd" -lname 'socket:*' | wc -l)" -ge 2 ]
}

# hip0_add NS...
hip0_add()
{
	local name

	for name; do
		ip -n "$name" link add hip0 type hip ||
			abort "no hip0 in $name"
		ip -n "$name" link set hip0 up
	done
}

# topology_up [ADDRESS OF P [CONFIGURATION OF H [CONFIGURATION OF P]]]: links,
# module, devices, daemons, and H knows where P is
topology_up()
{
	hip_load
	topology_links
	hip0_add H P
	hipflowd_start H ${2:+"$2"}
	hipflowd_start P ${3:+"$3"}
	peer_add H P "${1:-$w0_4}" || abort "no peer"
}
