#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run all tests, or the parts named, and sum up the results. All that they say is
# in build/check/. The last line is "N passed, N failed".
# Usage: check.sh [PART...]
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
logs=$top/build/check
# Those that take long first.
all=(vm-6.1 kunit uml vm-6.12 scenario no-ipv6 fuzz tools user)
[ $# -gt 0 ] || set -- "${all[@]}"

passed=0
failed=0
skipped=0
problems=()
kselftest=selftests/run_kselftest.sh
each=$(make -s --no-print-directory -C selftests list-each)
most=$(make -s --no-print-directory -C selftests list-most)

problem()
{
	failed=$((failed + 1))
	problems+=("$*")
	echo "check: $*" >&2
}

run_part()
{
	case $1 in
	tools) make -C tools O="$top/build/tools" check ;;
	user) make -C selftests/user O="$top/build/user" check ;;
	fuzz) make -C selftests/fuzz FUZZ_SECONDS=30 run ;;
	kunit) selftests/uml/kunit.sh -t 900 ;;
	# With those that last too long where waiting costs time.
	scenario) selftests/uml/run.sh -t 3600 env HIP_VIRTUAL_TIME=1 $kselftest \
		scenario.sh ;;
	vm-6.1) selftests/vm/run.sh -k 6.1 -t 5400 $kselftest $most offload.sh \
		names.sh rendezvous.sh ;;
	# Not among those that run without being asked for: what UML runs as well.
	vm-6.1-all) selftests/vm/run.sh -k 6.1 -t 7200 $kselftest ;;
	# cli.sh first: it begins without the module.
	vm-6.12) selftests/vm/run.sh -k 6.12 -t 5400 $kselftest cli.sh $most ;;
	# What strange packets do to memory is seen here.
	uml) selftests/uml/run.sh -t 5400 $kselftest $each conformance.sh \
		double_jump.sh registrants.sh ;;
	no-ipv6) selftests/uml/run.sh -t 300 -a ipv6.disable=1 $kselftest \
		no_ipv6.sh ;;
	static) make static ;;
	*) echo "no part $1; there are: ${all[*]} vm-6.1-all static" >&2; return 1 ;;
	esac
}

# lane: run the parts that are left, one after the other; there may be several
lane()
{
	local name log start

	while name=$(next_part); do
		log=$logs/$name.log
		start=$SECONDS
		run_part "$name" < /dev/null > "$log" 2>&1
		echo $? > "$log.status"
		echo "=== $name has run for $((SECONDS - start)) s"
	done
}

# next_part: take one of the queue and print it
next_part()
{
	(
		flock 9
		head -n 1 "$logs/queue" | grep . && sed -i 1d "$logs/queue"
	) 9> "$logs/queue.lock"
}

# count NAME: add what the part counted to the sums; all that it said if there
# is anything wrong, else how each program went
count()
{
	local log=$logs/$1.log status counts

	status=$(cat "$log.status")
	# Fuzzers and checkers speak no KTAP: they are one test.
	if ! grep -qE '^ *(1\.\.|(not )?ok )[0-9]' "$log"; then
		case $1 in
		fuzz|static) printf '1..1\n%sok 1 %s\n' \
			"$([ "$status" -eq 0 ] || echo 'not ')" "$1" >> "$log" ;;
		esac
	fi
	counts=$(selftests/ktap.awk < "$log" 2> "$log.problems")
	read -ra counts <<< "$counts"
	passed=$((passed + counts[0]))
	failed=$((failed + counts[1]))
	skipped=$((skipped + counts[2]))
	while read -r line; do
		problems+=("$1: $line")
	done < "$log.problems"
	printf '\n=== %s\n' "$1"
	if [ "$status" -ne 0 ] || [ "${counts[1]}" -gt 0 ]; then
		cat "$log"
	else
		grep -E '^ok |^# stream|^# .* has run for|^.*: [0-9]+ runs in' "$log"
	fi
	if [ "$status" -ne 0 ] && [ "${counts[1]}" -eq 0 ]; then
		problem "$1: status $status, although no test failed"
	fi
	echo "=== $1: ${counts[0]} passed, ${counts[1]} failed, ${counts[2]} skipped"
}

# A test program that nobody runs is no test.
unlisted()
{
	local file list

	list=$(make -s --no-print-directory -C selftests list)
	for file in $(grep -l '^\. .*/lib\.sh"' selftests/*.sh); do
		file=${file##*/}
		grep -qxF "$file" <<< "$list" ||
			[ "$file" = demo.sh ] ||
			problem "selftests/$file is not in TEST_PROGS of selftests/Makefile"
	done
}

mkdir -p "$logs"
unlisted
# Two at a time, where there are two processors.
for name; do
	rm -f "$logs/$name.log"*
	echo "$name"
done > "$logs/queue"
[ "$(nproc)" -eq 1 ] || lane &
lane
wait
for name; do
	count "$name"
done

echo
if [ $((passed + failed)) -eq 0 ]; then
	problem "no test was run"
fi
if [ ${#problems[@]} -gt 0 ]; then
	echo "What is wrong:"
	printf '  %s\n' "${problems[@]}"
fi
echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ]
