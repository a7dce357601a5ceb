# SPDX-License-Identifier: GPL-2.0-only
# Sourced by run.sh: hipflow binding

any='selector { family 10 }'
eth1='locators { ifindex 3 }'
good 'binding add fid 10 prio 20 proto udp dport 5001 dev eth1' \
	"binding-new fid 10 priority 20 selector { family 10 dport-min 5001 proto-min 17 } $eth1"
good 'binding add dev eth1 dport 5001 prio 20 proto udp fid 10' \
	"binding-new fid 10 priority 20 selector { family 10 dport-min 5001 proto-min 17 } $eth1"
good 'binding add fid 65535 prio 65535 any dev eth1' \
	"binding-new fid 65535 priority 65535 $any $eth1"
good 'binding add fid 0x10 prio 1 dev eth1' \
	"binding-new fid 16 priority 1 $any $eth1"
good 'binding add fid 1 prio 1 peer 2001:21::1 dev eth1' \
	"binding-new fid 1 priority 1 peer-hit 2001:21::1 $any $eth1"
good 'binding add fid 1 prio 1 sport 0-65535 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 sport-min 0 sport-max 65535 } $eth1"
good 'binding add fid 1 prio 1 sport 80-80 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 sport-min 80 } $eth1"
good 'binding add fid 1 prio 1 spi 0x100-0xffffffff flowlabel 0xfffff dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 spi-min 256 spi-max 4294967295 flow-label-min 1048575 } $eth1"
good 'binding add fid 1 prio 1 tclass 0xb8 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 tclass-min 184 } $eth1"
good 'binding add fid 1 prio 1 dsfield 0-255 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 tclass-min 0 tclass-max 255 } $eth1"
good 'binding add fid 1 prio 1 proto ipv6-icmp dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 proto-min 58 } $eth1"
good 'binding add fid 1 prio 1 proto 6-17 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 proto-min 6 proto-max 17 } $eth1"
good 'binding add fid 1 prio 1 src 2001:21::1 dst 2001:20::/28 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 src-min 2001:21::1 dst-min 2001:20:: dst-max 2001:2f:ffff:ffff:ffff:ffff:ffff:ffff } $eth1"
good 'binding add fid 1 prio 1 src 2001:21::1-2001:21::f dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 src-min 2001:21::1 src-max 2001:21::f } $eth1"
good 'binding add fid 1 prio 1 src 2001:21::1/128 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 10 src-min 2001:21::1 } $eth1"
good 'binding add fid 1 prio 1 src 1.0.0.0/8 dst 1.2.3.4 dev eth1' \
	"binding-new fid 1 priority 1 selector { family 2 src-min 1.0.0.0 src-max 1.255.255.255 dst-min 1.2.3.4 } $eth1"
good 'binding add fid 1 prio 1 dev eth0,eth1' \
	"binding-new fid 1 priority 1 $any locators { ifindex 2 ifindex 3 }"
good 'binding add fid 1 prio 1 dev eth1 via 192.0.2.1,2001:db8::1 dev eth0' \
	"binding-new fid 1 priority 1 $any locators { ifindex 3 addr 192.0.2.1 addr 2001:db8::1 ifindex 2 }"
good 'binding set fid 10 dev eth0' \
	'binding-set fid 10 locators { ifindex 2 }'
good 'binding set fid 10 prio 3' 'binding-set fid 10 priority 3'
good 'binding set fid 10 peer 2001:21::1 dport 80' \
	'binding-set fid 10 peer-hit 2001:21::1 selector { family 10 dport-min 80 }'
good 'binding set fid 10 any' "binding-set fid 10 $any"
good 'binding del fid 10' 'binding-del fid 10'
good 'binding del peer 2001:21::1 fid 10' \
	'binding-del fid 10 peer-hit 2001:21::1'

bad 'binding add' "'fid N' is missing"
bad 'binding add prio 1 dev eth1' "'fid N' is missing"
bad 'binding add fid 1 dev eth1' "'prio N' is missing"
bad 'binding add fid 1 prio 1' "'dev NAME' or 'via ADDR' is missing"
bad 'binding add fid 0 prio 1 dev eth1' "fid '0' is out of range: 1 to 65535"
bad 'binding add fid 65536 prio 1 dev eth1' 'out of range'
bad 'binding add fid 99999999999999999999 prio 1 dev eth1' 'out of range'
bad 'binding add fid -1 prio 1 dev eth1' 'not a number'
bad 'binding add fid +1 prio 1 dev eth1' 'not a number'
bad 'binding add fid 1x prio 1 dev eth1' 'not a number'
bad 'binding add fid 0x prio 1 dev eth1' 'not a number'
bad 'binding add fid 0x0x1 prio 1 dev eth1' 'not a number'
bad 'binding add fid 010 prio 1 dev eth1' 'begins with 0: octal'
bad 'binding add fid 1-2 prio 1 dev eth1' 'not a number'
bad 'binding add fid 1 prio 0 dev eth1' 'out of range'
bad 'binding add fid 1 fid 2 prio 1 dev eth1' "'fid' is given twice"
bad 'binding add fid 1 prio 1 prio 1 dev eth1' "'prio' is given twice"
bad 'binding add fid 1 prio 1 dport 1 dport 2 dev eth1' "'dport' is given twice"
bad 'binding add fid 1 prio 1 tclass 1 dsfield 2 dev eth1' "'dsfield' is given twice"
bad 'binding add fid 1 prio 1 src 2001:21::1 src 2001:21::2 dev eth1' "'src' is given twice"
bad 'binding add fid 1 prio 1 peer 2001:21::1 peer 2001:21::1 dev eth1' "'peer' is given twice"
bad 'binding add fid 1 prio 1 dport 80-79 dev eth1' 'ends before it starts'
bad 'binding add fid 1 prio 1 dport 65536 dev eth1' 'out of range: 0 to 65535'
bad 'binding add fid 1 prio 1 dport 1- dev eth1' 'not a number'
bad 'binding add fid 1 prio 1 dport -1 dev eth1' 'not a number'
bad 'binding add fid 1 prio 1 dport 1-2-3 dev eth1' 'not a number'
bad 'binding add fid 1 prio 1 dport http dev eth1' 'not a number'
bad 'binding add fid 1 prio 1 flowlabel 0x100000 dev eth1' 'out of range: 0 to 1048575'
bad 'binding add fid 1 prio 1 spi 0x100000000 dev eth1' 'out of range'
bad 'binding add fid 1 prio 1 tclass 256 dev eth1' 'out of range: 0 to 255'
bad 'binding add fid 1 prio 1 proto 256 dev eth1' 'out of range'
bad 'binding add fid 1 prio 1 proto nosuch dev eth1' 'is not known'
bad 'binding add fid 1 prio 1 proto 17-6 dev eth1' 'ends before it starts'
bad 'binding add fid 1 prio 1 src 2001:db8::1 dev eth1' 'not a HIT'
bad 'binding add fid 1 prio 1 src frog dev eth1' 'not a HIT or an LSI'
bad 'binding add fid 1 prio 1 src 2001:21::2-2001:21::1 dev eth1' 'ends before it starts'
bad 'binding add fid 1 prio 1 src 1.0.0.1-2001:21::1 dev eth1' 'one family'
bad 'binding add fid 1 prio 1 src 2001:20::/27 dev eth1' 'out of range: 28 to 128'
bad 'binding add fid 1 prio 1 src 2001:20::/129 dev eth1' 'out of range'
bad 'binding add fid 1 prio 1 src 2001:21::1/64 dev eth1' 'bits set behind its prefix length'
bad 'binding add fid 1 prio 1 src 1.0.0.0/33 dev eth1' 'out of range: 0 to 32'
bad 'binding add fid 1 prio 1 src 2001:21::/ dev eth1' 'not a number'
bad 'binding add fid 1 prio 1 src 1.0.0.1 dst 2001:21::1 dev eth1' 'two families'
bad 'binding add fid 1 prio 1 src 1.0.0.1 flowlabel 1 dev eth1' "'flowlabel' is of IPv6"
bad 'binding add fid 1 prio 1 any dport 1 dev eth1' "'any' stands for all"
bad 'binding add fid 1 prio 1 dev nosuch0' "no interface 'nosuch0'"
bad 'binding add fid 1 prio 1 dev eth0,' "no interface ''"
bad 'binding add fid 1 prio 1 dev eth0,eth0' "'eth0' is given twice"
bad 'binding add fid 1 prio 1 dev eth0 dev eth0' "'eth0' is given twice"
bad 'binding add fid 1 prio 1 via 192.0.2.1 via 192.0.2.1' "'192.0.2.1' is given twice"
bad 'binding add fid 1 prio 1 via 2001:21::1' 'is a HIT'
bad 'binding add fid 1 prio 1 via ::' 'not an address at which'
bad 'binding add fid 1 prio 1 via 0.0.0.0' 'not an address at which'
bad 'binding add fid 1 prio 1 via fe80::1' 'not an address at which'
bad 'binding add fid 1 prio 1 via ::1' 'not an address at which'
bad 'binding add fid 1 prio 1 via 127.0.0.1' 'not an address at which'
bad 'binding add fid 1 prio 1 via 169.254.1.1' 'not an address at which'
bad 'binding add fid 1 prio 1 via ff02::1' 'not an address at which'
bad 'binding add fid 1 prio 1 via 224.0.0.1' 'not an address at which'
bad 'binding add fid 1 prio 1 via 192.0.2.256' 'not an IPv4 or IPv6 address'
bad 'binding add fid 1 prio 1 via 192.0.2.1,' 'not an IPv4 or IPv6 address'
bad 'binding add fid 1 prio 1 via 192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7,192.0.2.8,192.0.2.9' \
	'more than 8 of dev and via'
bad 'binding add fid 1 prio 1 dev' "'dev' needs a value"
bad 'binding add fid 1 prio 1 dev eth1 frog' "'frog' is not expected here: see 'hipflow binding help'"
bad 'binding add fid 1 prio 1 dev eth1 dpor 1' "'dpor' is not expected here"
bad 'binding add fid 1 prio 1 peer 192.0.2.1 dev eth1' 'not a HIT'
bad 'binding add fid 1 prio 1 peer 2001:db8::1 dev eth1' 'an address but not a HIT'
bad 'binding set' "'fid N' is missing"
bad 'binding set fid 10' 'nothing to change'
bad 'binding set fid 10 peer 2001:21::1' 'nothing to change'
bad 'binding del' "'fid N' is missing"
bad 'binding del fid 1 dev eth0' "'dev' is not expected here"
bad 'binding sho' "has no command 'sho'"
bad 'binding show fid 70000' 'out of range'

play binding add fid 666 prio 1 dev eth1
[ $status -eq 2 ] && grep -q "^hipflow: this FID is taken: use 'set'" "$tmp/err"
result "the kernel's refusal: its sentence, and status 2"

shows 'binding' binding.txt
shows 'binding show fid 10' binding_fid10.txt
json 'binding' '[b["fid"] for b in o] == [11, 10, 99, 10]'
json 'binding show fid 10' \
	'o[0] == {"remote": False, "fid": 10, "prio": 20, "proto": "udp", "dport": 5001, "locators": [{"dev": "eth1"}], "path": 2, "dev": "eth1", "status": 0, "tx_packets": 1, "tx_bytes": 64, "rx_packets": 2, "rx_bytes": 128}'
json 'binding show fid 10' \
	'o[1]["remote"] and o[1]["peer"] == "2001:21::1" and o[1]["local_hit"] == "2001:21::a" and o[1]["locators"] == [{"addr": "192.0.2.1"}]'
json 'binding show fid 11' \
	'(lambda b: (b["src"], b["src_max"], b["dst"], b["proto"], b["proto_max"], b["sport"], b["sport_max"], b["dport"], b["dport_max"], b["tclass"], b["flowlabel"], b["spi"], b["spi_max"]))(o[0]) == ("2001:21::", "2001:21::ffff", "2001:21::a", "6", "17", 0, 1023, 80, 443, 0xb8, 0xfffff, "0x00000100", "0xffffffff")'
json 'binding show fid 11' \
	'o[0]["status"] == 128 and o[0]["status_name"] == "prohibited" and "path" not in o[0]'
json 'binding show fid 11' \
	'o[0]["locators"] == [{"dev": "eth1"}, {"dev": "eth0"}, {"addr": "198.51.100.1"}, {"addr": "2001:db8:1::1"}]'
json 'binding show peer 2001:21::1' 'len(o) == 2'
json 'binding show fid 12345' 'o == []'

# What is shown reads back as what was there.
"$fake" binding | sed -n 's/^fid/binding add fid/p' >"$tmp/batch"
play -b "$tmp/batch"
[ $status -eq 0 ] && diff "$here/expected/binding_readd.txt" "$tmp/out" >>"$tmp/err"
result "binding show can be fed back to binding add"
