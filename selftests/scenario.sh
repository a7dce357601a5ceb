#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Flow mobility as the draft's figures, RFC 8046 and RFC 8047 have it: each file in
# scenario/ tells hosts, what happens to them and what has to be seen in captures
# of both. scenario/language.py says how to read and write them.
# Usage: scenario.sh [NAME...]             those files, or all
#        scenario.sh random SEED SECONDS   random events
# With HIP_VIRTUAL_TIME=1 time is virtual (uml/run.sh, scenario/virtual.sh); then
# all are also those that take long, and random events for a minute.
. "$(dirname "$0")/lib.sh"

scenario=$(dirname "$(realpath "$0")")/scenario

# The clock stands still while the guest works.
[ -z "${HIP_VIRTUAL_TIME:-}" ] || slow=1
if [ "${1:-}" = random ]; then
	words=("$@")
elif [ $# -gt 0 ]; then
	words=("${@/#/$scenario/}")
	words=("${words[@]/%/.scenario}")
else
	words=("$scenario"/*.scenario)
	[ -z "${HIP_VIRTUAL_TIME:-}" ] || words+=(random 1 60)
fi

hip_load
while IFS= read -r line; do
	case $line in
	"plan "*) plan "${line#plan }" ;;
	"ok "*) pass "${line#ok }" ;;
	"not ok "*) fail "${line#not ok }" ;;
	"# "*) diag "${line#\# }" ;;
	*) diag "$line" ;;
	esac
done < <("$scenario/run.py" "$hip_tmp" "$slow" "${words[@]}" 2>&1)
finish
