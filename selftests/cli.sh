#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command hipflow, with the module, with hipflowd and without them: each verb
# does what it says; each mistake is told in one line, with a status that is not
# 0, and changes nothing; JSON, batches, the monitor, ordinary users; and what the
# manual, the help and the completion of bash say is what the command takes.
. "$(dirname "$0")/lib.sh"

OBJECTS="identity peer name assoc path locator binding stats config server registration monitor"
completion=$hip_top/tools/hipflow/hipflow.bash-completion
manual=$hip_top/Documentation/man/hipflow.8

# As whom, and where, commands are run.
as=(hf H)

# --- what is to fail ----------------------------------------------------------

# snapshot NS: what commands can change there, without what passes by itself
snapshot()
{
	printf '%s\n' identity peer config binding assoc locator |
		hf "$1" -batch - 2>&1 |
		sed -e '/^    /d' -e 's/ \(initiator\|responder\) .*//'
}

# ends STATUS COMMAND...: with it, and what it said is in out and err
ends()
{
	local expected=$1 status

	shift
	"$@" > "$hip_tmp/out" 2> "$hip_tmp/err" < /dev/null
	status=$?
	cat "$hip_tmp/out" "$hip_tmp/err"
	[ $status -eq "$expected" ] || { echo "status $status"; return 1; }
}

# complains STATUS PATTERN COMMAND...: one line that says why, and nothing else
complains()
{
	local expected=$1 pattern=$2

	shift 2
	ends "$expected" "$@" && [ ! -s "$hip_tmp/out" ] &&
		[ "$(wc -l < "$hip_tmp/err")" -eq 1 ] &&
		grep -q -- "^hipflow: .*$pattern" "$hip_tmp/err"
}

# refused STATUS PATTERN WORDS...: and H is as it was
refused()
{
	local now

	complains "$1" "$2" "${as[@]}" "${@:3}" || return 1
	now=$(snapshot H)
	[ "$now" = "$before" ] || { diff <(echo "$before") <(echo "$now"); return 1; }
}

# filled TEXT: with P's HIT for HIT_P, and one that nobody has for NOBODY. Names
# of results have these, as HITs are other ones each time.
filled()
{
	local text=${1//HIT_P/${hip_hits[P]:-$nobody}}

	echo "${text//NOBODY/$nobody}"
}

# refusals [WHO]: of lines STATUS|PATTERN|WORDS
refusals()
{
	local status pattern words before

	before=$(snapshot H)
	while IFS='|' read -r status pattern words; do
		# shellcheck disable=SC2046
		check "${1:+$1: }$words: $pattern" \
			refused "$status" "$(filled "$pattern")" $(filled "$words")
	done
}

# --- what is to succeed -------------------------------------------------------

# quiet WORDS...: status 0 and nothing to say
quiet()
{
	ends 0 "${as[@]}" "$@" && [ ! -s "$hip_tmp/out" ] && [ ! -s "$hip_tmp/err" ]
}

# one "OBJECT..." EXPRESSION: of jq, true of H
one()
{
	# shellcheck disable=SC2086
	"${as[@]}" -j $1 | tee /dev/stderr | jq -e "$2" > /dev/null
}

# done_then "WORDS" "OBJECT" EXPRESSION: and this is what came of it
done_then()
{
	# shellcheck disable=SC2086
	quiet $1 && one "$2" "$3"
}

# array WORDS...: one document, an array of objects, however it is printed, and
# nothing beside it
array()
{
	local options

	for options in -j "-j -p" "-j -s -d"; do
		# shellcheck disable=SC2086
		ends 0 "${as[@]}" $options "$@" && [ ! -s "$hip_tmp/err" ] &&
			jq -es 'length == 1 and (.[0] |
				type == "array" and all(type == "object"))' \
				"$hip_tmp/out" > /dev/null || return 1
	done
}

# arrays NAME: everything that can be shown, with what it can be asked for
arrays()
{
	local words

	while read -r words; do
		# shellcheck disable=SC2046
		check "$1: ${words:-overview} -j" array $(filled "$words")
	done <<-END

	identity show
	peer show
	peer show HIT_P
	assoc show
	assoc show peer HIT_P
	path show
	path show peer HIT_P
	locator show
	locator show peer HIT_P
	binding show
	binding show fid 10
	binding show peer HIT_P
	stats show
	stats show all
	config show
	server show
	registration show
	END
}

# text WORDS...: without a verb, with it, with every option: no error
text()
{
	local options object

	for object in "" identity peer assoc path locator binding stats config server registration; do
		for options in "" "-s -d" "-c=always"; do
			# shellcheck disable=SC2086
			ends 0 "${as[@]}" $options $object &&
				[ ! -s "$hip_tmp/err" ] || return 1
		done
	done
}

# --- batches ------------------------------------------------------------------

# lines LINE...: a batch of them
lines()
{
	printf '%s\n' "$@" > "$hip_tmp/batch"
}

# batch STATUS "PATTERN..." FIDS [OPTIONS...]: the complaints, in their order,
# and our bindings after it
batch()
{
	local expected=$1 patterns=$2 fids=$3 n=0 pattern

	shift 3
	ends "$expected" hf H "$@" -batch "$hip_tmp/batch" || return 1
	while read -r pattern; do
		[ -n "$pattern" ] || continue
		n=$((n + 1))
		sed -n "${n}p" "$hip_tmp/err" | grep -q "^hipflow: $pattern" || return 1
	done <<< "$patterns"
	[ "$(wc -l < "$hip_tmp/err")" -eq $n ] && one binding "map(.fid) == $fids"
}

# --- the monitor --------------------------------------------------------------

declare -A monitors=()

# watch FILE OPTIONS...: and see that it listens
watch()
{
	local file=$hip_tmp/$1

	shift
	ip netns exec H hipflow "$@" monitor > "$file" 2> "$file.err" &
	monitors[$file]=$!
	wait_for 10 listens "${monitors[$file]}"
}

unwatch()
{
	kill "${monitors[@]}" 2> /dev/null
	wait "${monitors[@]}" 2> /dev/null
}

# assoc_over: nothing more comes of it
assoc_over()
{
	jq -es 'map(select(.event == "assoc"))[-1].state |
		IN("CLOSED", "UNASSOCIATED")' "$hip_tmp/json"
}

# in_step: both have shown as many events
in_step()
{
	[ "$(wc -l < "$hip_tmp/json")" = "$(wc -l < "$hip_tmp/text")" ]
}

# event EXPRESSION: has come
event()
{
	jq -es "any($1)" "$hip_tmp/json"
}

# --- documents ----------------------------------------------------------------

# grammar: "OBJECT VERB" of each line "hipflow OBJECT ..." in usage texts
grammar()
{
	awk '{
		sub(/^Usage:/, "")
		if ($1 != "hipflow")
			next
		i = 2
		while ($i == "[" && $(i + 1) ~ /^-/)
			i += 3
		object = $i
		if (object !~ /^[a-z]+$/ || NF == i)
			next
		i++
		if ($i == "[") {
			print object, $(i + 1)
		} else if ($i == "{") {
			while ($++i != "}")
				if ($i != "|")
					print object, $i
		} else {
			print object, $i
		}
	}' | sort -u
}

of_manual()
{
	groff -man -Tascii -P-cbou -rLL=200n "$manual" |
		sed '/^EXAMPLES/,$d; /^DESCRIPTION/,/^[A-Z]/d' | grammar
}

of_help()
{
	local object

	for object in $OBJECTS; do
		hipflow "$object" help | sed '/^$/,$d'
	done | grammar
}

# What the command itself takes, by what it offers instead of nonsense.
of_command()
{
	local object verb

	for object in $OBJECTS; do
		for verb in $(hipflow "$object" nonsense 2>&1 |
			sed -n 's/.*choose from \(.*\), help$/\1/p' | tr -d ','); do
			echo "$object $verb"
		done
	done | sort -u
}

# typed WORDS...: what bash offers for the last one
typed()
{
	# shellcheck disable=SC2016
	ns H bash -c '
		. "$1"
		shift
		COMP_WORDS=(hipflow "$@") COMP_CWORD=$# COMPREPLY=()
		_hipflow
		printf "%s\n" "${COMPREPLY[@]}"' - "$completion" "$@" | sed '/^$/d' | sort -u
}

of_completion()
{
	local object verb

	for object in $OBJECTS; do
		for verb in $(typed "$object" "" | grep -vx help); do
			echo "$object $verb"
		done
	done | sort -u
}

# objects: behind the first OBJECT :=
objects()
{
	tr '\n' ' ' | grep -o 'OBJECT := {[^}]*}' | head -n 1 | grep -oE '\b[a-z]+\b' | sort
}

objects_of_help()
{
	hipflow help | objects
}

objects_of_manual()
{
	groff -man -Tascii -P-cbou -rLL=200n "$manual" | objects
}

# same NAME A B: lists
same()
{
	[ -n "$2" ] || diag "nothing to compare"
	check_equal "$1" "${2:-something}" "$3"
}

# keywords: those of the grammar that help shows
keywords()
{
	local object

	for object in $OBJECTS; do
		hipflow "$object" help | sed '/^$/q'
		hipflow "$object" help | sed -n '/:=/,/^$/p'
	done | grep -oE '\b[a-z][a-z0-9_]+\b' | grep -vx hipflow | sort -u
}

keywords_in_manual()
{
	local word missing=0

	groff -man -Tascii -P-cbou -rLL=200n "$manual" > "$hip_tmp/manual"
	for word in $(keywords); do
		grep -qw -- "$word" "$hip_tmp/manual" || { echo "$word"; missing=1; }
	done
	return $missing
}

helps()
{
	local object

	for object in "" $OBJECTS id; do
		# shellcheck disable=SC2086
		ends 0 "$@" hipflow $object help && grep -q '^Usage: hipflow' "$hip_tmp/out" &&
			[ ! -s "$hip_tmp/err" ] || return 1
	done
	ends 0 "$@" hipflow -V && grep -qx 'hipflow [0-9.]*' "$hip_tmp/out"
}

nobody=2001:22::7401
# An ordinary user, in H.
user=(ip netns exec H setpriv --reuid 65534 --regid 65534 --clear-groups
	--inh-caps=-all hipflow)
chmod 755 "$hip_tmp"

# --- without the module -------------------------------------------------------

if [ -d /sys/module/hip ]; then
	for _ in {1..24}; do
		skip "without the module" "it is loaded already"
	done
else
	as=(hipflow)
	check "help needs no module" helps env
	before=$(snapshot H)
	while read -r words; do
		# shellcheck disable=SC2046
		check "no module: ${words:-overview}" \
			complains 2 "module is not loaded: run 'modprobe hip'" \
			hipflow $(filled "$words")
	done <<-END

	identity
	peer
	assoc show
	path
	locator
	binding
	stats
	config
	monitor
	-j identity
	peer add NOBODY addr 10.0.3.1
	peer set NOBODY addr 10.0.3.1
	peer del NOBODY
	assoc add peer NOBODY
	assoc add peer NOBODY wait 1
	assoc del peer NOBODY
	binding add fid 1 prio 1 dev lo
	binding set fid 1 dev lo
	binding del fid 1
	config set retries 3
	END
	check "a line is read before the module is asked" \
		complains 1 "'x' is not a number" hipflow binding del fid x
	lines identity
	check "no module: batch" complains 2 "batch:1: .*modprobe hip" \
		hipflow -batch "$hip_tmp/batch"
fi

# --- without hipflowd ---------------------------------------------------------

hip_load
topology_links
hip0_add H P
as=(hf H)
arrays "no hipflowd"
check "no hipflowd: it says where identities come from" \
	eval 'hf H | tee /dev/stderr | grep -q "no identity: hipflowd adds one"'
check "no hipflowd: peer add" done_then "peer add $nobody addr $w0_4" peer 'length == 1'
check "no hipflowd: binding add" done_then "binding add fid 10 prio 20 dev v1" \
	binding '.[0].fid == 10'
refusals "no hipflowd" <<'END'
2|hipflowd is not running in this network namespace: start it|assoc add peer NOBODY
2|hipflowd is not running in this network namespace: start it|assoc add peer NOBODY wait 5
2|No such association: see 'hipflow assoc show'|assoc del peer NOBODY
END
check "no hipflowd: binding del" done_then "binding del fid 10" binding 'length == 0'
check "no hipflowd: peer del" done_then "peer del $nobody" peer 'length == 0'

# --- with both ----------------------------------------------------------------

hipflowd_start H
hipflowd_start P
hit=$(hit P) us=$(hit H)

# The monitors see all that follows.
watch json -j -t
watch text -t

check "identity show" one identity "length == 1 and .[0].hit == \"$us\" and
	.[0].type == \"ecdsa-p256\" and .[0].r1_ready"
check "id show" one "id show" ".[0].hit == \"$us\""
check "peer add" done_then "peer add $hit addr $w0_4" "peer show $hit" \
	".[0] == {\"hit\": \"$hit\", \"addrs\": [\"$w0_4\"]}"
check "peer set replaces" done_then "peer set $hit addr $w0_4,$w0_6" peer \
	".[0].addrs == [\"$w0_4\", \"$w0_6\"]"
check "peer set adds" done_then "peer set $nobody addr 10.0.3.77" "peer show $nobody" \
	'.[0].addrs == ["10.0.3.77"]'
check "peer show, text" eval "hf H peer | grep -qx '$hit addr $w0_4,$w0_6'"
check "config set" done_then "config set retries 3 retransmit_ms 500 max_fids 77" config \
	'.[0] | .retries == 3 and .retransmit_ms == 500 and .max_fids == 77'
check "config set, lists" done_then "config set dh_groups p384,p256 esp_suites aes-128-gcm-16" \
	config '.[0].dh_groups == ["p384", "p256"] and .[0].esp_suites == ["aes-128-gcm-16"]'
check "config set, all there is" done_then \
	"config set puzzle_k 1 path_timeout_ms 700 idle_timeout 600 relay_per_second 20" config \
	'.[0] | .puzzle_k == 1 and .path_timeout_ms == 700 and .idle_timeout == 600 and
	.relay_per_second == 20'
hf H config | sed 's/^/config set /' > "$hip_tmp/batch"
settings=$(hf H config)
settings_again()
{
	hf H config set retries 4 && hf H -batch "$hip_tmp/batch" &&
		[ "$(hf H config)" = "$settings" ]
}
check "config show can be typed again" settings_again
# What is refused takes minutes, in which there is no data.
hf H config set idle_timeout 0
hf P config set idle_timeout 0

# waits STATUS STATES WORDS...: as they are entered
waits()
{
	local expected=$1 states=$2

	shift 2
	ends "$expected" hf H assoc add "$@" &&
		[ "$(sed -n 's/^peer .* state \([^ ]*\) .*/\1/p' "$hip_tmp/out" |
			xargs)" = "$states" ]
}
check "assoc add wait: nobody there" waits 2 I1-SENT peer "$nobody" wait 1
check "and says so" grep -q \
	"^hipflow: no association with $nobody after 1 s: its state is I1-SENT" "$hip_tmp/err"
check "assoc del" quiet assoc del peer "$nobody"
check "assoc add wait" waits 0 "I1-SENT I2-SENT ESTABLISHED" \
	peer "$hit" local "$us" wait $((30 * slow))
check "assoc add wait, when it is there" waits 0 ESTABLISHED peer "$hit" wait 5
check "assoc show" one "assoc show peer $hit" 'length == 1 and
	.[0].state == "ESTABLISHED" and .[0].flows'
check "assoc show of another" one "assoc show peer 2001:22::1" 'length == 0'
wait_for 30 paths_up H 4
check "path show" one "path show peer $hit" 'length >= 4 and
	([.[] | select(.default)] | length) == 1'
check "path show of another" one "path show peer $nobody" 'length == 0'
check "locator show" one locator "any(.addr == \"$v0_4\" and .dev == \"v0\" and (.remote | not)) and
	any(.addr == \"$w0_4\" and .remote)"
check "locator show of a peer" one "locator show peer $hit" \
	"any(.addr == \"$w0_4\") and all(.peer_hit == null or .peer_hit == \"$hit\")"
check "stats show" one stats 'length == 1 and .[0].tx_i1 > 0'
check "stats show, text: only what is not zero" eval \
	'! hf H stats | tee /dev/stderr | grep " 0$"'
check "stats show all, text" eval 'hf H stats show all | grep -q " 0$"'

check "binding add" done_then "binding add fid 10 prio 20 proto udp dport 5001 dev v1,v0" \
	"binding show fid 10" '.[0] | .prio == 20 and .proto == "udp" and .dport == 5001 and
	.locators == [{"dev": "v1"}, {"dev": "v0"}]'
check "binding add for a peer, by address" done_then \
	"binding add fid 10 prio 21 peer $hit src $hit sport 80-443 tclass 0xb8 via $v0_4" \
	"binding show fid 10 peer $hit" \
	".[0] | .peer == \"$hit\" and .sport == 80 and .sport_max == 443 and
	.tclass == 184 and .src == \"$hit\" and .locators == [{\"addr\": \"$v0_4\"}]"
check "binding add, any" done_then "binding add fid 12 prio 30 any dev v0" \
	"binding show fid 12" '.[0].fid == 12 and (.[0] | has("proto") | not)'
check "binding add, LSIs" done_then \
	"binding add fid 13 prio 40 src 1.0.0.0/8 spi 0x100-0x1ff dev v0" \
	"binding show fid 13" '.[0] | .src == "1.0.0.0" and .src_max == "1.255.255.255" and
	.spi == "0x00000100" and .spi_max == "0x000001ff"'
check "the flow is carried by its link" wait_for 20 eval '[ "$(binding_dev H 12)" = v0 ]'
check "binding set moves it" done_then "binding set fid 12 dev v1" "binding show fid 12" \
	'.[0].locators == [{"dev": "v1"}] and .[0].prio == 30'
check "and it goes there" wait_for 20 eval '[ "$(binding_dev H 12)" = v1 ]'
check "binding set, the selector" done_then "binding set fid 12 proto tcp dport 22" \
	"binding show fid 12" '.[0] | .proto == "tcp" and .dport == 22 and .locators == [{"dev": "v1"}]'
check "binding set, the priority" done_then "binding set fid 12 prio 31" \
	"binding show fid 12" '.[0] | .prio == 31 and .dport == 22'
check "binding show, text" eval \
	"hf H binding show fid 12 | tee /dev/stderr | grep -qx 'fid 12 prio 31 proto tcp dport 22 dev v1'"
rules=$(hf H binding | grep '^fid')
again()
{
	hf H binding | sed -n 's/^fid/binding add fid/p' > "$hip_tmp/batch"
	printf 'binding del fid %s\n' 10 "10 peer $hit" 12 13 | hf H -batch - &&
		one binding 'length == 0' && hf H -batch "$hip_tmp/batch" &&
		[ "$(hf H binding | grep '^fid')" = "$rules" ]
}
check "all of binding show can be typed again" again

arrays "all is there"
check "all text" text
check "overview: identity, binding, peer, path" eval 'hf H | tee /dev/stderr |
	awk "/^identity: $us/ { n++ } /^binding: fid 12/ { n++ } /^peer: $hit/ { n++ }
	/^  path: / { n += n < 4 } END { exit n < 4 }"'
check "overview -j: the same objects" one "" \
	'(map(.object) | unique) == ["assoc", "binding", "identity", "path"]'
check "-n takes a path" eval \
	'[ "$(hipflow -n /run/netns/H -j id show)" = "$(hf H -j id show)" ]'

# A namespace has what belongs to it.
check "another namespace has none of it" eval \
	'[ "$(hipflow -n R -j)" = "[]" ] && [ "$(hipflow -n R -j peer)" = "[]" ]'

refusals <<'END'
1|there is no object 'frog': see 'hipflow help'|frog
1|there is no object 'ident'|ident
1|there is no object 'b'|b
1|there is no option '-x'|-x
1|'identity' has no command 'frog': choose from show, help|identity frog
1|'identity' has no command 'sh'|identity sh
1|'identity' has no command 'add'|identity add
1|'frog' is not expected here: see 'hipflow identity help'|identity show frog
1|'peer' has no command 'frog': choose from show, add, set, del, help|peer frog
1|the HIT of the peer is missing|peer add
1|'addr ADDR\[,ADDR...\]' is missing|peer add 2001:22::1
1|'addr' needs a value|peer add 2001:22::1 addr
1|'10.0.3.300' is not an IPv4 or IPv6 address|peer add 2001:22::1 addr 10.0.3.300
1|'2001:22::2' is a HIT: an address is needed|peer add 2001:22::1 addr 2001:22::2
1|'ff02::1' is not an address at which|peer add 2001:22::1 addr ff02::1
1|'2001:db8::1' is an address but not a HIT|peer add 2001:db8::1 addr 10.0.3.1
1|'10.0.3.1' is given twice|peer add 2001:22::1 addr 10.0.3.1,10.0.3.1
1|'port' is not expected here: see 'hipflow peer help'|peer add 2001:22::1 port 1
2|this peer is known: replace its addresses by 'peer set'|peer add HIT_P addr 10.0.3.2
1|the HIT of the peer is missing|peer set
1|'addr ADDR\[,ADDR...\]' is missing|peer set HIT_P
1|the HIT of the peer is missing|peer del
1|'frog' is not a HIT|peer del frog
2|No such peer: see 'hipflow peer show'|peer del 2001:22::1
1|'10.0.3.1' is not a HIT|peer show 10.0.3.1
1|'assoc' has no command 'set': choose from show, add, del, rekey, help|assoc set
1|'peer HIT' is missing|assoc add
1|'peer' needs a value|assoc add peer
1|'HIT_P' is not expected here: see 'hipflow assoc help'|assoc add HIT_P
1|'10.0.3.1' is not a HIT|assoc add peer 10.0.3.1
1|'wait' needs a value|assoc add peer HIT_P wait
1|'0' is out of range: 1 to 86400|assoc add peer HIT_P wait 0
1|'1.5' is not a number|assoc add peer HIT_P wait 1.5
1|'peer' is given twice|assoc add peer HIT_P peer HIT_P
2|No such host identity of ours: see 'hipflow identity show'|assoc add peer HIT_P local NOBODY
2|No address known for this peer: 'hipflow peer add HIT addr ADDRESS'|assoc add peer 2001:22::1
2|No address known for this peer|assoc add peer 2001:22::1 wait 3
1|'peer HIT' is missing|assoc del
1|'wait' is not expected here|assoc del peer HIT_P wait 1
2|No such association: see 'hipflow assoc show'|assoc del peer 2001:22::1
2|No such association|assoc del peer HIT_P local NOBODY
1|'HIT_P' is not expected here|assoc show HIT_P
1|'path' has no command 'add': choose from show, help|path add
1|'dev' is not expected here: see 'hipflow path help'|path show dev v0
1|'peer' needs a value|path show peer
1|'locator' has no command 'del'|locator del
1|'frog' is not a HIT|locator show peer frog
1|'v0' is not expected here: see 'hipflow locator help'|locator show v0
1|'stats' has no command 'all'|stats all
1|'frog' is not expected here: see 'hipflow stats help'|stats show frog
1|'server' has no command 'add'|server add
1|rvs is 'on' or 'off', not 'maybe'|server set rvs maybe
1|'5' is out of range: 10 to|server set lifetime 10 5
1|'registration' has no command 'set'|registration set
1|the HIT of the server is missing|registration add
1|'frog' is not a HIT|registration add frog addr 10.0.3.1
1|addr '127.0.0.1' is not an address at which other networks reach a host|registration add NOBODY addr 127.0.0.1
2|no registration with this server: see 'hipflow registration show'|registration del NOBODY
1|'config' has no command 'add'|config add
1|a setting and its value are missing: see 'hipflow config help'|config set
1|there is no setting 'frog': choose from puzzle_k,|config set frog 1
1|'retries' needs a value|config set retries
1|'0' is out of range: 1 to 15|config set retries 0
1|'21' is out of range: 0 to 20|config set puzzle_k 21
1|'65536' is out of range|config set max_fids 65536
1|'49' is out of range: 50 to 60000|config set retransmit_ms 49
1|'604801' is out of range|config set idle_timeout 604801
1|'1000001' is out of range: 0 to 1000000|config set relay_per_second 1000001
2|path_timeout_ms is 200 to 10000, or 0|config set path_timeout_ms 199
2|path_timeout_ms is 200 to 10000, or 0|config set retries 5 path_timeout_ms 1
1|'p257' is not known: choose from|config set dh_groups p257
1|'p256' is given twice|config set dh_groups p256,p256
1|'des' is not known: choose from|config set esp_suites des
2|suite 7 does not encrypt: give it alone|config set esp_suites aes-128-gcm-16,null-hmac-sha256
2|cipher 1 does not encrypt: give it alone|config set hip_ciphers aes-128-cbc,null
2|whoever is at an address is taken for the peer|assoc add addr 192.0.2.7
1|'addr' is one address|assoc add addr 192.0.2.7,192.0.2.8
1|'retries' is given twice|config set retries 2 retries 2
1|'show' is not expected here: see 'hipflow config help'|config show show
1|'monitor' has no command 'frog'|monitor frog
1|'frog' is not expected here: see 'hipflow monitor help'|monitor show frog
END

refusals <<'END'
1|'binding' has no command 'move': choose from show, add, set, del, help|binding move
1|'binding' has no command 'a'|binding a fid 1 prio 1 dev v0
1|'fid N' is missing|binding add prio 1 dev v0
1|'prio N' is missing|binding add fid 1 dev v0
1|'dev NAME' or 'via ADDR' is missing|binding add fid 1 prio 1 dport 1
1|'fid' needs a value|binding add prio 1 dev v0 fid
1|'0' is out of range: 1 to 65535|binding add fid 0 prio 1 dev v0
1|'65536' is out of range|binding add fid 1 prio 65536 dev v0
1|'ten' is not a number|binding add fid ten prio 1 dev v0
1|'-1' is not a number|binding add fid -1 prio 1 dev v0
1|'010' begins with 0|binding add fid 010 prio 1 dev v0
1|there is no interface 'v7': see 'ip link'|binding add fid 1 prio 1 dev v7
1|there is no interface ''|binding add fid 1 prio 1 dev v0,
1|there is no interface 'w0'|binding add fid 1 prio 1 dev v0,w0
1|'v0' is given twice|binding add fid 1 prio 1 dev v0,v1,v0
1|'fe80::1' is not an address at which|binding add fid 1 prio 1 via fe80::1
1|'frog' is not an IPv4 or IPv6 address|binding add fid 1 prio 1 via frog
1|more than 8 of dev and via|binding add fid 1 prio 1 via 10.0.1.1,10.0.1.2,10.0.1.3,10.0.1.4,10.0.1.5,10.0.1.6,10.0.1.7,10.0.1.8 dev v0
1|'dpor' is not expected here: see 'hipflow binding help'|binding add fid 1 prio 1 dpor 1 dev v0
1|'dport' needs a value|binding add fid 1 prio 1 dev v0 dport
1|'65536' is out of range: 0 to 65535|binding add fid 1 prio 1 dport 65536 dev v0
1|'80-79' ends before it starts|binding add fid 1 prio 1 dport 80-79 dev v0
1|'http' is not a number|binding add fid 1 prio 1 dport http dev v0
1|'frog' is not known: give its number|binding add fid 1 prio 1 proto frog dev v0
1|'256' is out of range|binding add fid 1 prio 1 proto 256 dev v0
1|'0x100000' is out of range|binding add fid 1 prio 1 flowlabel 0x100000 dev v0
1|'0x100000000' is out of range|binding add fid 1 prio 1 spi 0x100000000 dev v0
1|'dsfield' is given twice|binding add fid 1 prio 1 tclass 1 dsfield 1 dev v0
1|'2001:db8::1' is not a HIT|binding add fid 1 prio 1 src 2001:db8::1 dev v0
1|has bits set behind its prefix length|binding add fid 1 prio 1 src 2001:22::1/64 dev v0
1|'src' and 'dst' are of two families|binding add fid 1 prio 1 src 1.0.0.1 dst 2001:22::1 dev v0
1|'flowlabel' is of IPv6|binding add fid 1 prio 1 src 1.0.0.1 flowlabel 1 dev v0
1|'any' stands for all packets|binding add fid 1 prio 1 any dport 1 dev v0
2|A binding with this FID exists: 'hipflow binding set' changes it|binding add fid 12 prio 50 dport 1 dev v0
2|A binding with this FID exists|binding add fid 10 prio 50 peer HIT_P dport 1 dev v0
2|Another binding has this priority: see 'hipflow binding show'|binding add fid 1 prio 20 dport 1 dev v0
1|'fid N' is missing|binding set dev v0
1|nothing to change: give prio, a selector, dev or via|binding set fid 10
2|No binding with this FID: 'hipflow binding add' makes one|binding set fid 99 dev v0
2|No binding with this FID|binding set fid 12 peer HIT_P dev v0
2|Another binding has this priority|binding set fid 12 prio 20
1|there is no interface 'v7'|binding set fid 12 dev v7
1|'80-79' ends before it starts|binding set fid 12 dport 80-79
1|'fid N' is missing|binding del
1|'dev' is not expected here|binding del fid 12 dev v0
2|No binding with this FID: see 'hipflow binding show'|binding del fid 99
2|No binding with this FID|binding del fid 12 peer HIT_P
1|'70000' is out of range|binding show fid 70000
1|'v0' is not expected here|binding show v0
END
check "binding show of no such FID: nothing" one "binding show fid 99" 'length == 0'
check "no such namespace" complains 1 "cannot open network namespace 'nowhere'" hipflow -n nowhere
check "-n without a name" complains 1 "'-netns' needs a value" hipflow -n
check "-color" complains 1 "'always', 'auto' or 'never', not 'blue'" hf H -color=blue id
check "nothing is printed to a full disk in silence" eval \
	'hf H identity > /dev/full 2> "$hip_tmp/err"; [ $? -ne 0 ] && grep -q "cannot write" "$hip_tmp/err"'

# --- an ordinary user ---------------------------------------------------------

as=("${user[@]}")
check "user: help" helps setpriv --reuid 65534 --regid 65534 --clear-groups
arrays "user"
check "user: all text" text
refusals "user" <<'END'
2|needs CAP_NET_ADMIN, try as root|peer add 2001:22::1 addr 10.0.3.1
2|needs CAP_NET_ADMIN, try as root|peer set HIT_P addr 10.0.3.1
2|needs CAP_NET_ADMIN, try as root|peer del HIT_P
2|needs CAP_NET_ADMIN, try as root|assoc add peer HIT_P
2|needs CAP_NET_ADMIN, try as root|assoc add peer HIT_P wait 3
2|needs CAP_NET_ADMIN, try as root|assoc del peer HIT_P
2|needs CAP_NET_ADMIN, try as root|binding add fid 1 prio 1 dev v0
2|needs CAP_NET_ADMIN, try as root|binding set fid 12 dev v0
2|needs CAP_NET_ADMIN, try as root|binding del fid 12
2|needs CAP_NET_ADMIN, try as root|config set retries 5
1|cannot enter network namespace 'H'|-n H peer del HIT_P
END
as=(hf H)

# --- batches ------------------------------------------------------------------

printf 'binding del fid %s\n' 10 "10 peer $hit" 12 13 | hf H -batch -
lines '# a comment' '' 'binding add fid 1 prio 1 dev v0  # and another' \
	'binding add fid 2 prio 2 "dev" '"'v1'"
check "batch" batch 0 "" "[1, 2]"
check "batch: the same from standard input fails at its first line" complains 2 \
	"-:3: A binding with this FID exists" eval 'hf H -batch - < "$hip_tmp/batch"'
lines 'binding add fid 3 prio 3 dev v0' 'binding add fid 3 prio 4 dev v0' \
	'binding add fid 5 prio 5 dev v0'
check "batch: the kernel's refusal ends it" \
	batch 2 "$hip_tmp/batch:2: A binding with this FID exists" "[1, 2, 3]"
lines 'binding del fid 3' 'frog' 'binding del fid 1'
check "batch: a mistake ends it" \
	batch 1 "$hip_tmp/batch:2: there is no object 'frog'" "[1, 2]"
lines 'binding del fid 99' 'binding del fid 1' 'binding del fid x' 'binding del fid 2'
check "batch -force: goes on, and ends with the last error" batch 1 \
	"$hip_tmp/batch:1: No binding with this FID"$'\n'"$hip_tmp/batch:3: fid 'x' is not a number" \
	"[]" -force
lines 'binding del fid x' 'binding add fid 1 prio 1 dev v0' 'binding del fid 99'
check "batch -f: the kernel's refusal last" batch 2 \
	"$hip_tmp/batch:1: fid 'x' is not a number"$'\n'"$hip_tmp/batch:3: No binding with this FID" \
	"[1]" -f
lines 'binding del fid 1' 'binding show "fid'
check "batch: a quotation mark that is not closed" batch 1 \
	"$hip_tmp/batch:2: a quotation mark is not closed" "[]"
lines 'identity show' 'peer show'
check "batch -j: an array for each line" eval \
	'hf H -j -batch "$hip_tmp/batch" | jq -es "length == 2 and all(type == \"array\")"'
check "batch: no such file" complains 1 "cannot open '/no/such': No such file" hf H -batch /no/such
check "batch: a directory" complains 1 "cannot read '$hip_tmp'" hf H -batch "$hip_tmp"
check "batch: no file" complains 1 "'-batch' needs a value" hf H -batch
check "batch: a command beside it" complains 1 "'peer' is not expected here: the commands are in" \
	hf H -batch "$hip_tmp/batch" peer

# --- the monitor --------------------------------------------------------------

# P takes no flows any more, and says so.
hf P config set max_fids 0
hf H binding add fid 77 prio 77 proto udp dport 77 dev v0
check "a refused binding says why" wait_for 20 \
	one "binding show fid 77" 'any(.status_name == "prohibited")'
hf H assoc del peer "$hit" > /dev/null
wait_for 20 eval 'assoc_over && in_step'
unwatch
for state in I1-SENT I2-SENT ESTABLISHED CLOSING; do
	check "monitor: $state" event ".event == \"assoc\" and .state == \"$state\" and
		.peer_hit == \"$hit\" and .local_hit == \"$us\""
done
check "monitor: a path comes" event ".event == \"path\" and .state == \"ACTIVE\" and
	.local == \"$v1_4\" and .dev == \"v1\" and .peer_hit == \"$hit\""
check "monitor: a binding is refused" event ".event == \"binding\" and .fid == 77 and
	.peer == \"$hit\" and .local_hit == \"$us\" and (.remote | not) and
	.status == 128 and .status_name == \"prohibited\""
check "monitor -j: one object a line, with its time" jq -es \
	"length > 0 and all((.timestamp | type) == \"string\" and
	(.event | IN(\"assoc\", \"path\", \"binding\", \"lost\"))) and
	length == $(wc -l < "$hip_tmp/json")" "$hip_tmp/json"
stamp='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}[+-][0-9]{4}'
for line in "assoc peer $hit local $us state ESTABLISHED initiator" \
	"path [0-9]+ peer $hit from $v1_4 dev v1 to $w0_4 state ACTIVE" \
	"binding fid 77 peer $hit .*refused prohibited"; do
	check "monitor, text: ${line%% *}" grep -qE "$stamp $line" "$hip_tmp/text"
done
check "monitor, text: one event a line" eval \
	'! grep -vE "$stamp (assoc|path|binding|lost) " "$hip_tmp/text"'
check_equal "monitor: as many events in text" "$(wc -l < "$hip_tmp/json")" \
	"$(wc -l < "$hip_tmp/text")"
check "monitor: no complaints" eval '! cat "$hip_tmp"/{json,text}.err | grep .'

# --- documents ----------------------------------------------------------------

command=$(of_command)
same "help names the verbs that the command takes" "$command" "$(of_help)"
same "the manual names the verbs that help names" "$(of_help)" "$(of_manual)"
same "completion offers the verbs that the command takes" "$command" "$(of_completion)"
same "completion offers the objects of help" "$(objects_of_help)" "$(typed "" | grep -vx help)"
same "the manual has the objects of help" "$(objects_of_help)" "$(objects_of_manual)"
check "the manual has the keywords of help" keywords_in_manual
check_equal "completion: begun words" "assoc" "$(typed as)"
check_equal "completion: keywords that are left" "local wait" "$(typed assoc add peer "$hit" "" | xargs)"
check_equal "completion: devices" "v0 v1" "$(typed binding add fid 1 dev v | xargs)"
check_equal "completion: HITs of peers" "$(printf '%s\n' "$hit" "$nobody" | sort)" \
	"$(typed peer del "")"
check_equal "completion: our HITs" "$us" "$(typed assoc add peer "$hit" local "")"
check_equal "completion: settings" "path_timeout_ms puzzle_k" "$(typed config set p | xargs)"
check_equal "completion: namespaces" "H" "$(typed -n H | xargs)"
check_equal "completion: options" "-netns" "$(typed -n | xargs)"

finish
