#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
# Sum up KTAP: leaves count, and what stands for the results above it does not,
# unless it failed and nothing of it did. A plan that is missing or not met is
# a failure, and so is a log without results.
# Prints "PASSED FAILED SKIPPED", and on standard error what is wrong.

function complain(text)
{
	printf "ktap: %s\n", text > "/dev/stderr"
	failed++
}

# The results of a level are complete: compare with what was planned. KUnit does
# not plan the cases of a test with parameters, but programs plan theirs.
function close_level(level)
{
	if (level in planned) {
		if (planned[level] != results[level])
			complain(sprintf("line %d: %d results, %d planned", NR,
					 results[level], planned[level]))
	} else if (level == 0 && results[level]) {
		complain(sprintf("line %d: no plan", NR))
	}
	delete planned[level]
	results[level] = 0
	bad[level] = 0
}

function close_all(level)
{
	for (i = deepest; i >= level; i--)
		close_level(i)
}

BEGIN { deepest = 0 }

{ sub(/\r$/, "") }

# Another program's results begin.
/^K?TAP version/ { close_all(0); next }

/^ *1\.\.[0-9]+/ {
	match($0, /^ */)
	level = RLENGTH
	skip = $0 ~ /# *SKIP/
	sub(/^ *1\.\./, "")
	planned[level] = $0 + 0
	# A program that was skipped whole; inside of others they say so.
	if (skip && level == 0)
		skipped++
	if (level > deepest)
		deepest = level
	next
}

/^ *Bail out!/ { complain(sprintf("line %d: %s", NR, $0)); next }

/^ *(not )?ok [0-9]/ {
	match($0, /^ */)
	level = RLENGTH
	not_ok = $0 ~ /^ *not ok/
	skip = $0 ~ /# *[Ss][Kk][Ii][Pp]/
	children = broken = 0
	for (i = deepest; i > level; i--) {
		children += results[i]
		broken += bad[i]
		close_level(i)
	}
	results[level]++
	if (not_ok)
		bad[level]++
	if (level > deepest)
		deepest = level
	if (children) {
		if (not_ok && !broken)
			failed++
	} else if (not_ok) {
		failed++
	} else if (skip) {
		skipped++
	} else {
		passed++
	}
	if (not_ok)
		print "ktap: " $0 > "/dev/stderr"
}

END {
	close_all(0)
	if (!passed && !failed && !skipped)
		complain("no result")
	print passed + 0, failed + 0, skipped + 0
}
