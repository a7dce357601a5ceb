#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the unit tests of hipflowd and of tools/lib that are built in $1, as one
# test plan in KTAP: each program is a test, its tests are subtests.

out=${1:?usage: run.sh BUILD_DIRECTORY}
here=$(cd "$(dirname "$0")" && pwd)
status=0
n=0

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

report() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2"
	elif [ "$1" -eq 4 ]; then
		echo "ok $n $2 # SKIP"
	else
		echo "not ok $n $2"
		status=1
	fi
}

set -- "$out"/test/hipflowd_*
[ -x "$1" ] || { echo "run.sh: nothing built in $out" >&2; exit 1; }

programs=
for program; do
	case $program in
	*.d|*_vectors) ;;
	*) programs="$programs $program" ;;
	esac
done
set -- $programs

echo "KTAP version 1"
echo "1..$(($# + 2))"
for program; do
	"$program" >"$log" 2>&1
	result=$?
	sed 's/^hipflowd:/# &/; s/^/  /' "$log"
	report $result "$(basename "$program")"
done
for script in vectors.py command.sh; do
	"$here/$script" "$out" >"$log" 2>&1
	result=$?
	sed 's/^hipflowd:/# &/; s/^/  /' "$log"
	report $result "hipflowd_$script"
done
exit $status
