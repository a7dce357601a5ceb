# SPDX-License-Identifier: GPL-2.0-only
# Sourced by run.sh: all objects but bindings

good 'peer add 2001:21::1 addr 192.0.2.1' \
	'peer-new hit 2001:21::1 addrs 192.0.2.1'
good 'peer add 2001:21::1 addr 192.0.2.1,2001:db8::1' \
	'peer-new hit 2001:21::1 addrs 192.0.2.1,2001:db8::1'
good 'peer set 2001:21::1 addr 2001:db8::2' \
	'peer-set hit 2001:21::1 addrs 2001:db8::2'
good 'peer del 2001:21::1' 'peer-del hit 2001:21::1'
bad 'peer add' 'HIT of the peer is missing'
bad 'peer add 2001:21::1' "'addr ADDR\[,ADDR...\]' is missing"
bad 'peer add 2001:21::1 addr' "'addr' needs a value"
bad 'peer add 2001:db8::1 addr 192.0.2.1' 'an address but not a HIT'
bad 'peer add 2001:21::1 addr 2001:21::1' 'is a HIT'
bad 'peer add 2001:21::1 addr host.example' 'not an IPv4 or IPv6 address'
bad 'peer add 2001:21::1 addr 192.0.2.1 addr 192.0.2.2' 'separate addresses by commas'
bad 'peer add 2001:21::1 addr 192.0.2.1,192.0.2.1' 'given twice'
bad "peer add 2001:21::1 addr $(seq -s, -f 192.0.2.%g 33)" 'more than 32 addresses'
bad 'peer del 2001:21::1 addr 192.0.2.1' "'addr' is not expected here"
bad 'peer show 192.0.2.1' 'not a HIT'
shows 'peer' peer.txt
json 'peer' 'o == [{"hit": "2001:21::1", "addrs": ["192.0.2.1", "2001:db8::1"]}]'
json 'peer show 2001:21::2' 'o == []'

good 'assoc add peer 2001:21::1' 'assoc-new peer-hit 2001:21::1'
good 'assoc add local 2001:21::a peer 2001:21::1' \
	'assoc-new peer-hit 2001:21::1 local-hit 2001:21::a'
good 'assoc del peer 2001:21::1' 'assoc-del peer-hit 2001:21::1'
good 'assoc del peer 2001:21::1 local 2001:21::a' \
	'assoc-del peer-hit 2001:21::1 local-hit 2001:21::a'
good 'assoc rekey peer 2001:21::1' 'assoc-rekey peer-hit 2001:21::1'
good 'assoc rekey peer 2001:21::1 dh local 2001:21::a' \
	'assoc-rekey peer-hit 2001:21::1 local-hit 2001:21::a rekey-dh 1'
bad 'assoc rekey' "'peer HIT' is missing"
bad 'assoc rekey peer 2001:21::1 wait 1' "'wait' is not expected here"
good 'assoc add addr 192.0.2.1 local 2001:21::a' \
	'assoc-new local-hit 2001:21::a peer-addr 192.0.2.1'
bad 'assoc add addr 192.0.2.1,192.0.2.2' "'addr' is one address"
bad 'assoc add addr 192.0.2.1 addr 192.0.2.2' "'addr' is one address"
bad 'assoc add addr 192.0.2.1 peer 2001:21::1' 'a peer or an address, not both'
bad 'assoc del addr 192.0.2.1' "'addr' is not expected here"
bad 'assoc add' "'peer HIT' is missing"
bad 'assoc add local 2001:21::a' "'peer HIT' is missing"
bad 'assoc add 2001:21::1' "'2001:21::1' is not expected here"
bad 'assoc add peer 2001:21::1 wait' "'wait' needs a value"
bad 'assoc add peer 2001:21::1 wait 0' 'out of range'
bad 'assoc add peer 2001:21::1 wait 1.5' 'not a number'
bad 'assoc del peer 2001:21::1 wait 1' "'wait' is not expected here"
bad 'assoc show 2001:21::1' "'2001:21::1' is not expected here"
bad 'assoc show peer' "'peer' needs a value"
shows 'assoc' assoc.txt
shows '-s -d assoc' assoc_details.txt
json 'assoc show peer 2001:21::1' \
	'o == [{"peer_hit": "2001:21::1", "local_hit": "2001:21::a", "state": "ESTABLISHED", "role": "initiator", "flows": True, "age_ms": 125500, "esp": "aes-128-gcm-16", "dh_group": "p256", "hip_cipher": "aes-128-cbc", "updates_pending": 0, "tx_packets": 10, "tx_bytes": 2000, "rx_packets": 20, "rx_bytes": 5000000000}]'
json 'assoc show peer 2001:21::2' \
	'o[0]["state"] == "E-FAILED" and o[0]["reason"] == "no-answer" and o[0]["flows"] is False'
json 'assoc show peer 2001:21::99' 'o == []'

# wait HIT-TAIL STATUS STATES PATTERN: how a base exchange is followed
wait_for() {
	play assoc add peer 2001:21::$1 wait ${5:-5}
	[ $status -eq $2 ] &&
		[ "$(sed -n 's/^peer.* state \([^ ]*\) .*/\1/p' "$tmp/out" | xargs)" = "$3" ] &&
		if [ -n "$4" ]; then grep -q "$4" "$tmp/err"; else [ ! -s "$tmp/err" ]; fi
	result "assoc add peer 2001:21::$1 wait: $3"
}
wait_for 1 0 'I1-SENT I2-SENT ESTABLISHED' ''
wait_for 2 2 'I1-SENT I2-SENT E-FAILED' 'no association.*: the peer does not answer'
wait_for 3 0 'I1-SENT ESTABLISHED' ''
wait_for 4 2 'I1-SENT' 'after 1 s: its state is I1-SENT' 1
wait_for 5 2 'I1-SENT I2-SENT CLOSED' 'closed meanwhile'
wait_for 6 2 '' 'no address is known for this peer'

shows 'path' path.txt
shows '-d path' path_details.txt
json 'path' \
	'o[0] == {"id": 1, "peer_hit": "2001:21::1", "local_hit": "2001:21::a", "local": "198.51.100.1", "dev": "eth0", "peer": "192.0.2.1", "state": "ACTIVE", "silent": False, "default": True, "spi_in": "0x00c0ffee", "spi_out": "0xdeadbeef", "tx_packets": 4, "tx_bytes": 256, "rx_packets": 3, "rx_bytes": 192}'
json 'path' 'o[1]["id"] == 2 and o[1]["default"] is False'
json 'path show peer 2001:21::2' 'o == []'
bad 'path add' "has no command 'add'"
bad 'path show dev eth0' "'dev' is not expected here"

shows 'locator' locator.txt
json 'locator' 'o[0] == {"addr": "198.51.100.1", "dev": "eth0", "remote": False, "state": "ACTIVE", "preferred": True}'
json 'locator show peer 2001:21::1' 'len(o) == 1 and o[0]["lifetime"] == 300 and o[0]["remote"]'

shows 'identity' identity.txt
shows 'id show' identity.txt
json 'id' 'o == [{"hit": "2001:21::a", "type": "ecdsa-p256", "domain": "host.example", "r1_counter": 7, "r1_ready": True}]'
bad 'identity add' "has no command 'add'"

shows 'stats' stats.txt
play stats show all
[ $status -eq 0 ] && [ "$(wc -l <"$tmp/out")" -eq 43 ] && grep -qx 'rx_r1 0' "$tmp/out"
result "stats show all"
json 'stats' 'len(o) == 1 and o[0]["drop_mac"] == 5000000000 and o[0]["rx_r1"] == 0 and len(o[0]) == 43'

shows 'config' config.txt
json 'config' 'o == [{"puzzle_k": 10, "dh_groups": ["p384", "p256"], "esp_suites": ["aes-128-gcm-16", "aes-128-cbc-hmac-sha256"], "max_fids": 1024, "retransmit_ms": 1000, "retries": 5}]'
good 'config set puzzle_k 0' 'config-set puzzle-k 0'
good 'config set retries 3 retransmit_ms 250 max_fids 16' \
	'config-set max-fids 16 retransmit-ms 250 retries 3'
good 'config set path_timeout_ms 200' 'config-set path-timeout-ms 200'
good 'config set idle_timeout 60' 'config-set idle-timeout 60'
good 'config set rekey_time 600 rekey_packets 1000' \
	'config-set rekey-time 600 rekey-packets 1000'
good 'config set rekey_bytes 4611686018427387904 rekey_on_move dh' \
	'config-set rekey-bytes 4611686018427387904 rekey-on-move 2'
good 'config set relay_per_second 0' 'config-set relay-per-second 0'
bad 'config set relay_per_second 1000001' 'out of range: 0 to 1000000'
bad 'config set rekey_bytes 4611686018427387905' 'out of range'
bad 'config set rekey_on_move maybe' "'maybe' is not known: choose from no, yes, dh"
bad 'config set path_timeout_ms 10001' 'out of range: 0 to 10000'
good 'config set hip_ciphers aes-256-cbc,null encrypt_host_id yes' \
	'config-set hip-ciphers 4,1 encrypt-host-id 1'
good 'config set opportunistic no' 'config-set opportunistic 0'
bad 'config set opportunistic 1' "'1' is not known: choose from no, yes"
good 'config set esp_suites aes-128-cbc-hmac-sha256,aes-128-gcm-16' \
	'config-set esp-suites 8,13'
good 'config set dh_groups p256,modp3072' 'config-set dh-groups 7,4'
bad 'config set' 'a setting and its value are missing'
bad 'config set frog 1' "no setting 'frog': choose from puzzle_k,"
bad 'config set puzzle_k' "'puzzle_k' needs a value"
bad 'config set puzzle_k 21' 'out of range: 0 to 20'
bad 'config set retries 0' 'out of range: 1 to 15'
bad 'config set retransmit_ms 49' 'out of range: 50 to 60000'
bad 'config set puzzle_k 1 puzzle_k 1' 'given twice'
bad 'config set puzzle_k 1 retries x' 'not a number'
bad 'config set dh_groups p257' "'p257' is not known: choose from"
bad 'config set dh_groups p256,p256' 'given twice'
bad 'config set esp_suites ,' "'' is not known"
"$fake" config | sed 's/^/config set /' >"$tmp/batch"
play -b "$tmp/batch"
[ $status -eq 0 ] && grep -qx '> config-set esp-suites 13,8' "$tmp/out"
result "config show can be fed back to config set"
