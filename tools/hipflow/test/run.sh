#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests of hipflow that need no kernel: command lines, what they would send,
# and what is printed. Built in $1: test/hipflow_fake, which is hipflow with a
# stand-in for the kernel that shows requests as lines "> ..."; bin/hipflow.
# Prints KTAP.

out=${1:?usage: run.sh BUILD_DIRECTORY}
here=$(cd "$(dirname "$0")" && pwd)
fake=$out/test/hipflow_fake
# shellcheck disable=SC2034 # of the parts
hipflow=$out/bin/hipflow
[ -x "$fake" ] || { echo "run.sh: $fake is not built" >&2; exit 1; }

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
failed=0

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export LC_ALL=C TZ=UTC

# result NAME: of the status that was
result() {
	local status=$?

	n=$((n + 1))
	if [ $status -eq 0 ]; then
		echo "ok $n $1"
	else
		echo "not ok $n $1"
		sed 's/^/# out: /' "$tmp/out"
		sed 's/^/# err: /' "$tmp/err"
		failed=$((failed + 1))
	fi
}

# play WORDS...: runs, keeps the exit status in $status
play() {
	"$fake" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
}

# good LINE REQUEST: sends this, and nothing else
good() {
	play $1
	[ $status -eq 0 ] && [ ! -s "$tmp/err" ] &&
		[ "$(cat "$tmp/out")" = "> $2" ]
	result "good: $1"
}

# bad LINE PATTERN: status 1, one line on stderr that matches, nothing sent
bad() {
	play $1
	[ $status -eq 1 ] && [ ! -s "$tmp/out" ] &&
		[ "$(wc -l <"$tmp/err")" -eq 1 ] &&
		grep -q "^hipflow: .*$2" "$tmp/err"
	result "bad: $1"
}

# shows LINE FILE: prints this
shows() {
	play $1
	[ $status -eq 0 ] && diff "$here/expected/$2" "$tmp/out" >"$tmp/diff"
	local same=$?

	[ $same -eq 0 ] || sed 's/^/# /' "$tmp/diff"
	[ $same -eq 0 ] && [ ! -s "$tmp/err" ]
	result "shows: $1"
}

# json LINE EXPRESSION: of Python, about o, the document
json() {
	play -j $1
	[ $status -eq 0 ] && python3 -c '
import json, sys
o = json.load(open(sys.argv[1]))
assert type(o) is list
assert eval(sys.argv[2]), o
' "$tmp/out" "$2" 2>>"$tmp/err"
	result "json: $1: $2"
}

echo "KTAP version 1"
for part in "$here"/part_*.sh; do
	# shellcheck disable=SC1090
	. "$part"
done
echo "1..$n"
[ $failed -eq 0 ]
