#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Many hosts at one rendezvous server, each by a base exchange of its own; I1s for
# some of them are relayed, and what a registration with its association takes of
# memory is told. A hundred by default; with 10,000:
#
#	selftests/uml/run.sh -m 9000 -t 3000 selftests/registrants.sh 10000
#
#	P 10.0.2.2 --- 10.0.2.1 H 10.0.1.1 --- 10.0.1.2 T, all of them
. "$(dirname "$0")/lib.sh"

number=${1:-100}
sample=20
registrants=$(dirname "$(realpath "$0")")/conformance/registrants.py

free_kb()
{
	awk '/^(MemFree|Cached|Buffers):/ { sum += $2 } END { print sum }' /proc/meminfo
}

i1()
{
	ns P "$hip_top/selftests/i1.py" 10.0.2.1 "$1" 1
}

plan 6
hip_load
ns_add H P T
link_add H v0 "10.0.1.1/24 fd00:1::1/64" T t0 "10.0.1.2/24 fd00:1::2/64"
link_add P p0 10.0.2.2/24 H v1 10.0.2.1/24
hip0_add H
hipflowd_start H
in_r1 H hf H server set rvs on lifetime 10 15384774 limit 1000000
in_r1 H hf H config set puzzle_k 1
count H relayed

before=$(free_kb)
coproc ns T "$registrants" H v0 10.0.1.1,fd00:1::1 10.0.1.2,fd00:1::2 "$number"
registered=0
relayed=0
failed=0
while IFS= read -r line; do
	case $line in
	"registered "*)
		registered=${line#* }
		diag "$(((before - $(free_kb)) * 1024 / number)) octets each, with" \
			"the association and the process that plays the host"
		;;
	"HIT "*)
		i1 "${line#* }" || failed=$((failed + 1))
		echo >&"${COPROC[1]}"
		;;
	"relayed "*) relayed=${line#* } ;;
	*) diag "${line#\# }" ;;
	esac
done <&"${COPROC[0]}"
check_equal "$number hosts are registered" "$number" "$registered"
check_equal "each with the server, too" "$number" \
	"$(hf H -j registration show | jq '[.[] | select(.role == "server" and
	.state == "registered")] | length')"
check "I1s were sent" [ $failed -eq 0 ]
check "at least $sample were relayed, each with the right RVS_HMAC" [ "$relayed" -ge $sample ]
check "the server counts them" counted "$relayed"
check "no more associations than hosts" [ "$(hf H -j assoc show | jq length)" -eq "$number" ]
finish
