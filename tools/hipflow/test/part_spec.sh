# SPDX-License-Identifier: GPL-2.0-only
# Sourced by run.sh: documents that say the same as the code

top=$here/../../..
"$here/spec.py" "$top/Documentation/netlink/specs/hip.yaml" \
	"$top/include/uapi/linux/hip.h" >"$tmp/out" 2>"$tmp/err"
status=$?
if [ $status -eq 4 ]; then
	n=$((n + 1))
	echo "ok $n netlink specification # SKIP no PyYAML"
else
	[ $status -eq 0 ]
	result "netlink specification: names and numbers of the header"
fi

# Every member of JSON is in the man page.
for words in id peer assoc path locator binding config server reg '-s assoc'; do
	"$fake" -j $words
done | grep -o '"[a-z0-9_]*":' | tr -d '":' | sort -u >"$tmp/members"
for member in $(cat "$tmp/members"); do
	grep -q "\b$member\b" "$top/Documentation/man/hipflow.8" || echo "$member"
done >"$tmp/out" 2>"$tmp/err"
[ ! -s "$tmp/out" ] && [ -s "$tmp/members" ]
result "man page: all members of JSON"
for word in $("$fake" help; for o in assoc binding config identity locator monitor path peer registration server stats; do
	"$fake" $o help; done | grep -oE '\b[a-z_]+\b' | sort -u); do
	case $word in
	prio|dport|sport|spi|tclass|dsfield|flowlabel|proto|via|dev|any|src|dst|wait|local|\
	puzzle_k|dh_groups|esp_suites|max_fids|retransmit_ms|retries|path_timeout_ms|idle_timeout|\
	server|registration|rvs|lifetime|limit|allow|\
	hip_ciphers|encrypt_host_id|opportunistic|rekey|rekey_time|rekey_bytes|rekey_packets|rekey_on_move|relay_per_second)
		grep -q "\b$word\b" "$top/Documentation/man/hipflow.8" || echo "$word" ;;
	esac
done >"$tmp/out" 2>"$tmp/err"
[ ! -s "$tmp/out" ]
result "man page: all keywords"

# Completion offers what help names.
bash -n "$here/../hipflow.bash-completion" >"$tmp/out" 2>"$tmp/err"
result "bash completion: syntax"
complete_line() {
	bash -c '
	. "$1"
	shift
	COMP_WORDS=(hipflow "$@")
	COMP_CWORD=$#
	_hipflow
	printf "%s\n" "${COMPREPLY[@]}"' bash \
		"$here/../hipflow.bash-completion" "$@" 2>"$tmp/err" | xargs >"$tmp/out"
}
# completes EXPECTED WORDS...
completes() {
	local expected=$1

	shift
	complete_line "$@"
	[ "$(cat "$tmp/out")" = "$expected" ]
	result "bash completion: $*"
}
completes 'peer path' p
completes 'show add del rekey help' assoc ''
completes 'peer addr local wait' assoc add ''
completes 'local wait' assoc add peer 2001:21::1 ''
completes 'dport' binding add fid 1 dp
completes 'udp udplite' binding add fid 1 proto u
completes 'lo' binding set fid 1 dev lo
completes 'esp_suites' -j config set esp
completes 'all' stats show ''
completes 'show help' monitor ''
completes 'rvs lifetime limit allow' server set ''
completes 'show add del help' reg ''
