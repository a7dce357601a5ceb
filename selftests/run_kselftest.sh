#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run the test programs, in a guest, and print their results as one plan in
# KTAP: each program is a test, its results are subtests.
# Usage: run_kselftest.sh [PROGRAM...]
set -u

here=$(cd "$(dirname "$0")" && pwd)
cd "$here" || exit 1

if [ $# -eq 0 ]; then
	mapfile -t programs < <(make -s --no-print-directory list)
else
	programs=("$@")
fi
timeout=$(sed -n 's/^timeout=//p' settings)
# Debug kernels are slow.
! grep -qs 'User Mode' /proc/cpuinfo || timeout=$((timeout * 4))

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0
failed=0
totals=(0 0 0)

# judge STATUS: why this was no success, if it was none
judge()
{
	local counts

	counts=$(./ktap.awk < "$dir/log" 2> "$dir/complaints")
	read -ra counts <<< "$counts"
	case $1 in
	0|4) ;;
	124|137) echo "no end after $timeout s" ;;
	*) echo "status $1" ;;
	esac
	if [ "$1" -ne 4 ] || [ "${counts[1]}" -gt 0 ]; then
		cat "$dir/complaints"
		for i in 0 1 2; do
			totals[i]=$((totals[i] + counts[i]))
		done
	else
		totals[2]=$((totals[2] + 1))
	fi
	dmesg > "$dir/dmesg"
	vm/splats.sh "$dir/dmesg"
	grep -E 'segfault at|traps: ' "$dir/dmesg"
}

echo "KTAP version 1"
echo "1..${#programs[@]}"
for program in "${programs[@]}"; do
	n=$((n + 1))
	name="selftests: hip: $program"
	dmesg -C
	start=$SECONDS
	if [ -x "$program" ]; then
		timeout -k 10 "$timeout" "$(realpath "$program")" < /dev/null 2>&1 |
			tee "$dir/log" | sed -u 's/^/  /'
		status=${PIPESTATUS[0]}
	else
		echo "no such program" > "$dir/log"
		status=127
	fi
	echo "# $program has run for $((SECONDS - start)) s"
	judge "$status" > "$dir/why"
	if [ -s "$dir/why" ]; then
		sed 's/^/# /' "$dir/why"
		echo "not ok $n $name"
		failed=1
	elif [ "$status" -eq 4 ]; then
		echo "ok $n $name # SKIP"
	else
		echo "ok $n $name"
	fi
done

echo "# Totals: pass:${totals[0]} fail:${totals[1]} skip:${totals[2]}"
[ ${#programs[@]} -gt 0 ] || { echo "# no test programs"; failed=1; }
exit $failed
