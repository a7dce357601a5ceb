#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Bindings change as fast as netlink takes them, while both processors send and
# receive what they are about: nothing is lost, and nothing comes twice. With
# HIP_QEMU_ACCEL=tcg,thread=multi the processors of a guest run at once.
# Usage: churn.sh [OUTPUT]: how many a second, for the benchmark
. "$(dirname "$0")/lib.sh"

port=9000
packets=${HIP_CHURN_PACKETS:-3000}
rate=${HIP_CHURN_RATE:-200}
[ -z "$uml" ] || rate=50

# changes N: lines for hipflow, of 20 bindings that overlap each other and the
# traffic. They move from link to link, and now and then one goes or comes.
changes()
{
	python3 - "$1" <<-'END'
	import random, sys
	random.seed(1)
	there = set()
	def add(fid):
	    there.add(fid)
	    print(f'binding add fid {fid} prio {fid} proto udp '
	          f'dport {fid * 1000}-{fid * 1000 + 40000} dev v{fid % 2}')
	for fid in range(1, 21):
	    add(fid)
	for n in range(int(sys.argv[1])):
	    fid = random.randint(1, 20)
	    if fid not in there:
	        add(fid)
	    elif random.random() < 0.1:
	        there.remove(fid)
	        print(f'binding del fid {fid}')
	    else:
	        print(f'binding set fid {fid} dev v{random.randint(0, 1)}')
	for fid in there:
	    print(f'binding del fid {fid}')
	END
}

# churn: over and over until the senders are done; prints how many changes a second
churn()
{
	local start lines n=0

	lines=$(wc -l < "$hip_tmp/changes")
	start=$(date +%s%N)
	while [ ! -e "$hip_tmp/sent" ]; do
		hf H -batch "$hip_tmp/changes" || return 1
		n=$((n + lines))
	done
	echo $((n * 1000000000 / ($(date +%s%N) - start)))
}

# stream N CPU FROM TO: in the background
streams=() senders=()
stream()
{
	local ready=$hip_tmp/ready$1

	ip netns exec "$4" taskset -c "$2" "$hip_top/selftests/stream.py" recv \
		"$(hit "$4")" $((port + $1)) "$packets" 60 "$ready" > "$hip_tmp/stream$1" &
	streams+=($!)
	wait_for 20 [ -e "$ready" ] || abort "no receiver"
	ip netns exec "$3" taskset -c "$2" "$hip_top/selftests/stream.py" send \
		"$(hit "$4")" $((port + $1)) "$packets" "$rate" &
	senders+=($!)
}

# paths_used: those of P by which data has come to H since
paths_used()
{
	hf P -j path show | jq '[.[] | select(.tx_packets > 100)] | length'
}

plan 15
topology_up
last=$(($(nproc) - 1))
diag "$(nproc) processors"
check "association" wait_for 60 ns H ping -6 -c 1 -W 2 "$(hit P)"
check "paths by both links" wait_for 60 paths_up H 4
changes 300 > "$hip_tmp/changes"
stream 0 0 H P
stream 1 $last H P
stream 2 0 P H
stream 3 $last P H
(wait_senders() { while kill -0 "${senders[@]}" 2> /dev/null; do sleep 0.5; done; }
	wait_senders; touch "$hip_tmp/sent") &
churn > "$hip_tmp/churned"
check "bindings can be changed all the time" [ -s "$hip_tmp/churned" ]
wait "${streams[@]}"
diag "$(cat "$hip_tmp/churned") changes a second"
[ -z "${1:-}" ] || cp "$hip_tmp/churned" "$1"
check "they did, 100 times a second" [ "$(cat "$hip_tmp/churned")" -ge $((uml ? 1 : 100)) ]
for i in 0 1 2 3; do
	diag "stream $i: $(cat "$hip_tmp/stream$i")"
	check_equal "stream $i: nothing is lost" 0 "$(jq .lost "$hip_tmp/stream$i")"
	check_equal "stream $i: nothing comes twice" 0 "$(jq .doubled "$hip_tmp/stream$i")"
done
check "P's flows have gone both ways" [ "$(paths_used)" -ge 2 ]
check "association as it was" assoc_is H P ESTABLISHED
check_equal "no binding is left" 0 "$(hf H -j binding show | jq length)"
finish
