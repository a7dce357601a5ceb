# SPDX-License-Identifier: GPL-2.0-only
# Sourced by run.sh: options, help, batches, the monitor and the overview

for object in '' assoc binding config identity locator monitor path peer registration server stats; do
	play $object help
	[ $status -eq 0 ] && grep -q '^Usage: hipflow' "$tmp/out" &&
		[ ! -s "$tmp/err" ]
	result "help: ${object:-hipflow}"
	# The real one: no module and no privileges are needed for it.
	"$hipflow" $object help >"$tmp/real" 2>"$tmp/err" &&
		cmp -s "$tmp/out" "$tmp/real"
	result "help without a kernel: ${object:-hipflow}"
done
for words in -h --help -help 'assoc -h'; do
	play $words
	[ $status -eq 0 ] && grep -q '^Usage: hipflow' "$tmp/out"
	result "help: $words"
done
for word in -V -Version --version; do
	play $word
	[ $status -eq 0 ] && grep -qx 'hipflow [0-9.]*' "$tmp/out"
	result "version: $word"
done

bad 'frog' "no object 'frog'"
bad 'ass' "no object 'ass'"
bad 'binding sh' "has no command 'sh'"
bad '-x' "no option '-x'"
bad '-js' "no option '-js'"
bad '-' "no option '-'"
bad '-c=blue assoc' "not 'blue'"
bad '-n' "'-netns' needs a value"
bad '-n no-such-netns assoc' "cannot open network namespace 'no-such-netns'"
bad '-b' "'-batch' needs a value"
bad '-b /nonexistent' "cannot open '/nonexistent'"
bad '-b /dev/null assoc' "'assoc' is not expected here"
bad 'monitor frog' "'monitor' has no command 'frog'"
bad 'monitor show frog' "'frog' is not expected here: see 'hipflow monitor help'"

shows '' overview.txt
shows '-s -d' overview_details.txt
json '' '[x["object"] for x in o] == ["identity", "assoc", "assoc", "path", "path", "binding", "binding", "binding", "binding"]'
play -c=always path
grep -q $'\033\[35m198.51.100.1\033\[0m' "$tmp/out"
result "-c=always: colours"
play -c=auto path
! grep -q $'\033' "$tmp/out"
result "-c=auto: no colours in a file"
play -j -c path
! grep -q $'\033' "$tmp/out"
result "-j -c: no colours in JSON"
play -j -p path
[ $status -eq 0 ] && [ "$(wc -l <"$tmp/out")" -gt 20 ] &&
	python3 -m json.tool "$tmp/out" >/dev/null
result "-j -p: lines"
for words in '-json' '--json'; do
	play $words path
	grep -q '^\[{"id":1,' "$tmp/out"
	result "long option: $words"
done

play monitor
[ $status -eq 2 ] && diff "$here/expected/monitor.txt" "$tmp/out" >>"$tmp/err"
result "monitor"
play -t monitor
[ "$(grep -Ec '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\+0000 (still )?(assoc|path|binding|lost) ' "$tmp/out")" -eq 12 ]
result "monitor: timestamps"
play -j -t monitor
python3 -c '
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
assert [e["event"] for e in events][:5] == ["assoc", "path", "binding", "lost", "assoc"], events
assert "resync" not in events[0] and events[4]["resync"] is True
assert all("timestamp" in e for e in events)
assert events[0]["state"] == "ESTABLISHED" and events[1]["id"] == 1 and events[2]["fid"] == 10 and events[2]["dev"] == "eth1" and "prio" not in events[2]
' "$tmp/out" 2>>"$tmp/err"
result "monitor: one JSON object in a line, losses are told and made good"

# batch LINES STATUS OUT ERR
batch() {
	printf "$1" >"$tmp/batch"
	play $5 -batch "$tmp/batch"
	sed -i "s|$tmp/batch|FILE|" "$tmp/err"
	[ $status -eq $2 ] && [ "$(cat "$tmp/out")" = "$3" ] &&
		[ "$(cat "$tmp/err")" = "$4" ]
	result "batch: ${1//\\n/; }"
}
batch '' 0 '' ''
batch '# a comment\n\n  \npeer del 2001:21::1 # and another\n' 0 \
	'> peer-del hit 2001:21::1' ''
batch 'peer del "2001:21::1"\npeer del 2001\\:21::2' 0 \
	$'> peer-del hit 2001:21::1\n> peer-del hit 2001:21::2' ''
batch 'peer del 2001:21::1\npeer del frog\npeer del 2001:21::2\n' 1 \
	'> peer-del hit 2001:21::1' \
	"hipflow: FILE:2: peer 'frog' is not a HIT: write it as an IPv6 address in 2001:20::/28"
batch 'peer del frog\npeer del 2001:21::2\n' 1 '> peer-del hit 2001:21::2' \
	"hipflow: FILE:1: peer 'frog' is not a HIT: write it as an IPv6 address in 2001:20::/28" -force
batch 'binding add fid 666 prio 1 dev eth0\npeer del 2001:21::2\n' 2 \
	'> binding-new fid 666 priority 1 selector { family 10 } locators { ifindex 2 }' \
	"hipflow: FILE:1: this FID is taken: use 'set' to change it"
batch 'peer del "2001:21::1\n' 1 '' \
	"hipflow: FILE:1: a quotation mark is not closed"
batch "$(seq -s ' ' 300)"'\n' 1 '' "hipflow: FILE:1: the line has more than 256 words"
printf 'peer del 2001:21::1\n' | "$fake" -b - >"$tmp/out" 2>"$tmp/err"
[ "$(cat "$tmp/out")" = '> peer-del hit 2001:21::1' ]
result "batch: from stdin"

"$fake" path >/dev/full 2>"$tmp/err"
[ $? -eq 1 ] && grep -q 'cannot write' "$tmp/err"
result "a full disk is told"

# Where there is no module, good lines get as far as asking for it.
if ! grep -qw '^hip' /proc/modules 2>/dev/null; then
	"$hipflow" peer del 2001:21::1 >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 2 ] && grep -q "modprobe hip" "$tmp/err"
	result "without the module: says what to do"
fi
