# SPDX-License-Identifier: GPL-2.0-only
# Sourced by run.sh: names, and peers by name

# refused LINE PATTERN: status 2, that on stderr, and nothing sent
refused() {
	play $1
	[ $status -eq 2 ] && [ ! -s "$tmp/out" ] && grep -q "^hipflow: .*$2" "$tmp/err"
	result "refused: $1"
}

# does LINE REQUEST...: sends these, in this order
does() {
	play $1
	shift
	[ $status -eq 0 ] && [ "$(cat "$tmp/out")" = "$(printf '> %s\n' "$@")" ]
	result "does: $*"
}

bad 'name' 'the name of a host is missing'
bad 'name show' 'the name of a host is missing'
bad 'name show a b' "'b' is not expected here"
bad 'name show a..b' "'a..b' is not the name of a host"
bad 'name add host' "has no command 'add'"
shows 'name show host.example' name.txt
shows '-d name show Host.Example.' name_details.txt
shows 'name show listed' name_listed.txt
json 'name show host.example' \
	'o == [{"name": "host.example", "hit": "2001:22::1", "addrs": ["192.0.2.1", "2001:db8::1"], "rvs": ["rvs.example"], "rvs_addrs": ["192.0.2.9", "192.0.2.1"], "source": "dns", "secure": True, "ttl": 300, "algorithm": "ecdsa", "host_identity": "000104"}]'
json 'name show listed' 'o[0]["source"] == "hosts" and "secure" not in o[0]'
json 'name show plain' 'o[0]["secure"] is False'
grep -q '^hipflow: note: the records of plain are not signed' "$tmp/err"
result "name show plain: a note"
refused 'name show bogus' 'the answer for bogus is bogus'
refused 'name show absent' 'hipflowd does not run in this network namespace'
refused 'name show slow' 'does not answer'
refused 'name show busy' 'busy, try again'

does 'peer add name host.example' \
	'peer-new hit 2001:22::1 addrs 192.0.2.9,192.0.2.1,2001:db8::1' \
	'follow host.example'
does 'peer set name listed' \
	'peer-set hit 2001:22::1 addrs 192.0.2.1,2001:db8::1' 'follow listed'
does 'peer set 2001:22::1 addr 192.0.2.5' \
	'peer-set hit 2001:22::1 addrs 192.0.2.5' 'forget 2001:22::1'
does 'peer del 2001:22::1' 'peer-del hit 2001:22::1' 'forget 2001:22::1'
refused 'peer add name bogus' 'is bogus'
refused 'peer add name absent' 'does not run'
bad 'peer add name' "'name' needs a value"
bad 'peer add name host addr 192.0.2.1' "'addr' is not expected here"
