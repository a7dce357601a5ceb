#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run.sh DIR TARGET...: fuzz the first target, which strangers reach first, for
# FUZZ_SECONDS, and each other for a third of that; one line of KTAP for each. New inputs are kept in DIR/corpus, crashes in DIR/crashes.

dir=$1
shift
share=${FUZZ_SECONDS:-60}
status=0
n=0

echo "KTAP version 1"
echo "1..$#"
for target in "$@"; do
	n=$((n + 1))
	mkdir -p "$dir/corpus/$target" "$dir/crashes/$target"
	log=$dir/$target.log
	if "$dir/${target}_fuzz" -max_total_time=$share -max_len=2112 \
		-timeout=60 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="$dir/crashes/$target/" \
		"$dir/corpus/$target" "$dir/seeds/$target" >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "# $target: $runs runs in $share s"
		echo "ok $n fuzz_$target"
	else
		tail -n 40 "$log" | sed 's/^/# /'
		echo "not ok $n fuzz_$target"
		status=1
	fi
	[ "$n" -gt 1 ] || share=$(((share + 2) / 3))
done
exit $status
