#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run all tests, or the parts named, and sum up the results. Logs are kept in
# build/check/. The last line is "N passed, N failed".
# Usage: check.sh [PART...]
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
logs=$top/build/check
all=(tools user fuzz kunit vm-6.1 vm-6.12 uml)
[ $# -gt 0 ] || set -- "${all[@]}"

passed=0
failed=0
skipped=0
problems=()
kselftest=selftests/run_kselftest.sh

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
	fuzz) make -C selftests/fuzz run ;;
	kunit) selftests/uml/kunit.sh -t 300 ;;
	vm-6.1) selftests/vm/run.sh -k 6.1 -t 1500 $kselftest ;;
	vm-6.12) selftests/vm/run.sh -k 6.12 -t 1500 $kselftest ;;
	uml) selftests/uml/run.sh -t 1800 $kselftest ;;
	static) make static ;;
	*) echo "no part $1; there are: ${all[*]} static" >&2; return 1 ;;
	esac
}

# part NAME: run it, and add what it counted to the sums
part()
{
	local log=$logs/$1.log status counts start=$SECONDS

	printf '\n=== %s\n' "$1"
	run_part "$1" < /dev/null 2>&1 | tee "$log"
	status=${PIPESTATUS[0]}
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
	if [ "$status" -ne 0 ] && [ "${counts[1]}" -eq 0 ]; then
		problem "$1: status $status, although no test failed"
	fi
	echo "=== $1: ${counts[0]} passed, ${counts[1]} failed, ${counts[2]} skipped, $((SECONDS - start)) s"
}

# A test program that nobody runs is no test.
unlisted()
{
	local file

	for file in $(grep -l '^\. .*/lib\.sh"' selftests/*.sh); do
		file=${file##*/}
		make -s -C selftests list | grep -qxF "$file" ||
			[ "$file" = demo.sh ] ||
			problem "selftests/$file is not in TEST_PROGS of selftests/Makefile"
	done
}

mkdir -p "$logs"
unlisted
for name; do
	part "$name"
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
