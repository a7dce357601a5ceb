# SPDX-License-Identifier: GPL-2.0-only
# Sourced by run.sh: services that we offer, and registrations

shows 'server' server.txt
json 'server show' 'o == [{"rvs": True, "lifetime_min": 10, "lifetime_max": 3600, "limit": 100000, "allow": "listed", "hits": ["2001:21::1"], "registrations": 1}]'
good 'server set rvs on' 'server-set rvs 1'
good 'server set rvs off limit 7' 'server-set rvs 0 limit 7'
good 'server set lifetime 10 60' 'server-set lifetime-min 10 lifetime-max 60'
good 'server set allow any' 'server-set allow 0'
good 'server set allow none' 'server-set allow 2'
good 'server set allow 2001:21::2,2001:21::1' \
	'server-set allow 1 hits 2001:21::2,2001:21::1'
bad 'server set' 'missing'
bad 'server set frog 1' "'frog'"
bad 'server set rvs' "'rvs' needs a value"
bad 'server set rvs maybe' "rvs is 'on' or 'off', not 'maybe'"
bad 'server set rvs on rvs off' "'rvs' is given twice"
bad 'server set lifetime 10' "'lifetime' needs a value"
bad 'server set lifetime 60 10' 'out of range: 60 to 15384774'
bad 'server set lifetime 0 10' 'out of range: 1 to 15384774'
bad 'server set limit x' 'not a number'
bad 'server set allow some' "'some'"
bad 'server set allow 10.0.0.1' "'10.0.0.1'"
bad 'server set allow 2001:21::1, rvs on' "allow"
bad 'server del' "has no command 'del'"

shows 'registration' registration.txt
shows '-s -d reg' registration_details.txt
json 'registration show' 'len(o) == 3 and [r["role"] for r in o] == ["client", "client", "server"]'
json 'registration show 2001:21::1' 'o == [{"peer_hit": "2001:21::1", "local_hit": "2001:21::a", "type": "rendezvous", "role": "server", "addrs": ["192.0.2.1"], "state": "registered", "lifetime": 600, "expires": 123, "relayed": 5}]'
json 'registration show 2001:21::3' 'o[0]["state"] == "refused" and o[0]["failure"] == "resources" and o[0]["failure_type"] == 2 and "expires" not in o[0]'
json 'registration show 2001:21::9' 'o == []'
good 'registration add 2001:21::1 addr 192.0.2.1' \
	'registration-new peer-hit 2001:21::1 addrs 192.0.2.1'
good 'registration add 2001:21::1 lifetime 60 addr 192.0.2.1,2001:db8::1 local 2001:21::a' \
	'registration-new peer-hit 2001:21::1 local-hit 2001:21::a addrs 192.0.2.1,2001:db8::1 lifetime 60'
good 'reg del 2001:21::1' 'registration-del peer-hit 2001:21::1'
bad 'registration add' 'the HIT of the server is missing'
bad 'registration add 192.0.2.1 addr 192.0.2.1' "'192.0.2.1'"
bad 'registration add 2001:21::1' 'addr'
bad 'registration add 2001:21::1 addr' "'addr' needs a value"
bad 'registration add 2001:21::1 addr frog' "'frog'"
bad 'registration add 2001:21::1 addr 192.0.2.1 addr 192.0.2.2' "'addr' is given twice"
bad 'registration add 2001:21::1 addr 192.0.2.1 lifetime 0' 'out of range: 1 to 15384774'
bad 'registration add 2001:21::1 addr 192.0.2.1 lifetime 15384775' 'out of range'
bad 'registration add 2001:21::1 addr 192.0.2.1 local 10.0.0.1' "'10.0.0.1'"
bad 'registration add 2001:21::1 addr 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5,10.0.0.6,10.0.0.7,10.0.0.8,10.0.0.9' '8'
bad 'registration del' 'the HIT of the server is missing'
bad 'registration del 2001:21::1 now' "'now' is not expected here"
bad 'registration set 2001:21::1' "has no command 'set'"
