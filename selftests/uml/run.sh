#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boot the debug kernel, run a command in the repository's directory with the
# host's root under a tmpfs, and end with its status. What the guest does not
# say did not happen: silence is failure, and so is anything the kernel
# complains of, and memory that leaked.
# Usage: run.sh [-nr] [-t SECONDS] [-m MB] [-l LOG] [-a ARGUMENT] COMMAND...
#   -a  of the kernel's command line
#   -n  do not build the modules before
#   -r  real time. Without it the clock stands still while the guest works, and
#       jumps to the next timer when it waits: waiting costs nothing, and how fast
#       the machine is changes nothing
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
timeout=600
mem=768
log=
argument=
build=-m
travel=1

while getopts nrt:m:l:a: opt; do
	case $opt in
	n) build= ;;
	r) travel= ;;
	t) timeout=$OPTARG ;;
	m) mem=$OPTARG ;;
	l) log=$OPTARG ;;
	a) argument=$OPTARG ;;
	*) echo "usage: $0 [-nr] [-t SECONDS] [-m MB] [-l LOG] [-a ARGUMENT] COMMAND..." >&2
		exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [ $# -eq 0 ]; then
	echo "$0: no command" >&2
	exit 2
fi

# shellcheck disable=SC2086
kernel=$("$top/selftests/uml/build.sh" $build) || exit 1
time=()
if [ -n "$travel" ]; then
	# Entropy from jitter has to wait for some, which there is not. The kernel
	# finds no names for its initcalls here, so the address serves.
	jitter=$(nm "$kernel/linux" | sed -n 's/^0*\([0-9a-f]*\) t jent_mod_init$/\1/p')
	time=(time-travel=inf-cpu "initcall_blacklist=0x$jitter")
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
console=${log:-$work/console}
# One word is a command for the shell, several are a command and its arguments.
if [ $# -eq 1 ]; then
	printf '%s\n' "$1"
else
	printf '%q ' "$@"
fi > "$work/command"

# In a session of its own: the guest's processes are the host's, and none of
# them is to outlive it.
stop_guest()
{
	[ ! -s "$work/pid" ] || kill -KILL -- "-$(cat "$work/pid")" 2> /dev/null
}
trap 'stop_guest; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# shellcheck disable=SC2016
setsid -w sh -c 'echo $$ > "$0"; exec "$@"' "$work/pid" \
	timeout -k 5 "$timeout" "$kernel/linux" "mem=${mem}M" umid="hip-$$" \
	uml_dir="$work" rootfstype=hostfs rootflags=/ ro \
	init="$top/selftests/uml/init" con=null con0=null,fd:1 \
	"${time[@]}" ${argument:+"$argument"} quiet loglevel=5 log_buf_len=1M panic=-1 oops=panic hip_command="$work/command" \
	< /dev/null 2>&1 | tee "$console" | sed -u -e 's/\r//g' -e '/^hip-guest: status /d'
ended=${PIPESTATUS[0]}
stop_guest

status=$(tr -d '\r' < "$console" | sed -n 's/^hip-guest: status \([0-9]*\)$/\1/p' | tail -n 1)
if [ "$ended" -eq 124 ] || [ "$ended" -eq 137 ]; then
	echo "$0: no end after $timeout s" >&2
	status=124
elif [ -z "$status" ]; then
	echo "$0: the guest went without a word" >&2
	status=125
fi
if ! "$top/selftests/vm/splats.sh" "$console"; then
	echo "$0: the kernel complained (above)" >&2
	[ "$status" -ne 0 ] || status=126
fi
exit "$status"
