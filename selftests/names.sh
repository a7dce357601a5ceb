#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Names (RFC 8005): HIP records of signed and unsigned zones, the hosts file, the
# command and the NSS module. H looks up, P is looked up, and R, between them, has
# the DNS: "signed.example", of which H has the key, and "plain.example". S is a
# rendezvous server, and all that the DNS knows of "roaming".
. "$(dirname "$0")/lib.sh"

dns=10.0.1.254
server=10.0.9.1
zones=$hip_tmp/zones

# wire_name NAME: its octets
wire_name()
{
	local label IFS=.

	for label in $1; do
		printf '%02x' ${#label}
		printf '%s' "$label" | od -An -v -tx1 | tr -d ' \n'
	done
	echo 00
}

# hit_hex NS: its HIT, 32 digits
hit_hex()
{
	local group out='' IFS=:

	# HITs have no group that is left out, unless one is zero.
	for group in $(hit "$1"); do
		out+=$(printf '%04x' "0x${group:-0}")
	done
	echo "$out"
}

# key_hex NS: x | y of its key, as in RFC 6605
key_hex()
{
	openssl pkey -in "$hip_tmp/$1/state/host-identity.pem" -pubout -outform DER |
		tail -c 64 | od -An -v -tx1 | tr -d ' \n'
}

# record NAME HIT KEY [SERVER...]: a HIP record of ECDSA, in the form of RFC 3597
record()
{
	local name=$1 key=$3 data server

	data=1003$(printf '%04x' $((${#key} / 2)))$2$key
	shift 3
	for server; do
		data+=$(wire_name "$server")
	done
	echo "$name TYPE55 \\# $((${#data} / 2)) $data"
}

# zone NAME: head of a zone
zone()
{
	cat <<-END
	\$ORIGIN $1.
	\$TTL 300
	@ SOA ns hostmaster 1 3600 600 86400 5
	@ NS ns
	ns A $dns
	END
}

# records ZONE: what both zones have
records()
{
	local hit key bad

	hit=$(hit_hex P)
	key=$(key_hex P)
	record p "$hit" "$key"
	echo "p A $w0_4"
	echo "p AAAA $w0_6"
	record mobile "$hit" "$key" "rvs.$1" "none.$1"
	echo "rvs A 10.0.3.99"
	record roaming "$hit" "$key" "home.$1"
	echo "home A $server"
	echo "home AAAA fd00:9::1"
	# The key is another one: its last octet
	bad=$(printf '%02x' $((0x${key: -2} ^ 1)))
	record liar "$hit" "${key:0:-2}$bad"
	echo "liar A $w0_4"
	record nowhere "$hit" "$key"
	echo "nohip A $w0_4"
	# Loops are nobody's business but the resolver's.
	echo "loop CNAME loop2"
	echo "loop2 CNAME loop"
	record loops "$hit" "$key" "loop.$1"
	echo "alias CNAME p"
}

zones_make()
{
	local ds

	mkdir -p "$zones"
	{
		zone plain.example
		records plain.example
		echo "broken TYPE55 \\# 6 100300400000"
	} > "$zones/plain.example"
	{
		zone signed.example
		records signed.example
		record forged "$(hit_hex P)" "$(key_hex P)"
		echo "forged A $w0_4"
		record half "$(hit_hex P)" "$(key_hex P)" rvs.signed.example
		echo "half A 10.0.3.77"
	} > "$zones/signed.example"
	(
		cd "$zones" || exit
		ds=$(ldns-keygen -a ECDSAP256SHA256 -k signed.example) &&
			ldns-signzone -f signed.signed signed.example "$ds" &&
			cp "$ds.key" anchor
	) || abort "the zone cannot be signed"
	# The server reads HIP records in the form of RFC 3597 only. And somebody
	# changes what was signed.
	{
		sed -E '/\tIN\tHIP\t/d; s/\bHIP\b/TYPE55/g; s/10\.0\.3\.77/10.0.3.78/' \
			"$zones/signed.signed"
		printf '%s\n' "\$ORIGIN signed.example." "\$TTL 300"
		grep TYPE55 "$zones/signed.example" |
			sed '/^forged /s/ 84 \(.*\)/ 89 \10372767300/'
	} > "$zones/served"
}

nsd_start()
{
	cat > "$zones/nsd.conf" <<-END
	server:
	    ip-address: $dns
	    username: ""
	    chroot: ""
	    zonesdir: "$zones"
	    database: ""
	    pidfile: "$zones/pid"
	    zonelistfile: "$zones/list"
	    xfrdfile: "$zones/xfrd"
	    xfrdir: "$zones"
	    server-count: 1
	remote-control:
	    control-enable: no
	zone:
	    name: plain.example
	    zonefile: plain.example
	zone:
	    name: signed.example
	    zonefile: served
	END
	nsd-checkzone signed.example "$zones/served" > "$zones/log" 2>&1 ||
		abort "the zone is not as expected: $(cat "$zones/log")"
	ip netns exec R nsd -d -c "$zones/nsd.conf" >> "$zones/log" 2>&1 &
	wait_for 30 grep -q 'nsd started' "$zones/log" ||
		abort "no DNS server: $(cat "$zones/log")"
}

# config [LINES]: of H's hipflowd
config()
{
	printf '%s\n' "[identity]" "type = ecdsa-p256" "[names]" "server = $dns" \
		"hosts = $hip_tmp/hosts" "trust_anchor = $zones/anchor" "$@"
}

# reconfigure [LINES]
reconfigure()
{
	local before

	before=$(grep -c 'read .* again' "$hip_tmp/H/log")
	config "$@" > "$hip_tmp/H/conf"
	kill -HUP "${hip_pids[H]}"
	wait_for 10 reread "$before"
}

reread()
{
	[ "$(grep -c 'read .* again' "$hip_tmp/H/log")" -gt "$1" ]
}

# name JQ NAME: of what H finds
name()
{
	hf H -j name show "$2" 2> /dev/null | jq -r ".[0] | $1"
}

# says PATTERN COMMAND...: fails, and tells why
says()
{
	local pattern=$1 output

	shift
	if output=$("$@" 2>&1); then
		echo "succeeded: $output"
		return 1
	fi
	grep -q -- "$pattern" <<< "$output" || {
		echo "$output"
		return 1
	}
}

# by_name COMMAND...: in H, with "hip" in nsswitch.conf, as nobody
by_name()
{
	# shellcheck disable=SC2016
	ns H unshare -m sh -c 'mount --bind "$0" /etc/nsswitch.conf && exec "$@"' \
		"$hip_tmp/nsswitch.conf" env LD_LIBRARY_PATH="$hip_tmp/lib" "$@"
}

# nobody COMMAND...: the same, as somebody who may do nothing
nobody()
{
	by_name setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# peer_addrs: where H's kernel meets P
peer_addrs()
{
	hf H -j peer show "$(hit P)" | jq -r '.[0].addrs // [] | join(" ")'
}

nss_setup()
{
	echo "hosts: files hip" > "$hip_tmp/nsswitch.conf"
	mkdir "$hip_tmp/lib"
	cp "$hip_top/build/tools/bin/libnss_hip.so.2" "$hip_tmp/lib" ||
		abort "no libnss_hip.so.2: run 'make'"
	# Others than root come by here.
	chmod 711 "$hip_tmp"
	chmod 755 "$hip_tmp/lib"
	chmod 644 "$hip_tmp/nsswitch.conf" "$hip_tmp/lib/libnss_hip.so.2"
}

lookups()
{
	local note

	check_equal "signed name" "$(hit P) true $w0_6,$w0_4 ecdsa" \
		"$(name '"\(.hit) \(.secure) \(.addrs | join(",")) \(.algorithm)"' p.signed.example)"
	check_equal "its host identity" "000104$(key_hex P)" \
		"$(name .host_identity p.signed.example)"
	check_equal "unsigned name" "$(hit P) false" \
		"$(name '"\(.hit) \(.secure)"' p.plain.example)"
	note=$(hf H name show p.plain.example 2>&1 > /dev/null)
	check "unsigned: said so" grep -q 'note: .* not signed' <<< "$note"
	check "bogus record" says 'forged.signed.example is bogus' \
		hf H name show forged.signed.example
	check_equal "bogus address left out, server's taken" "[] [\"10.0.3.99\"]" \
		"$(name '"\(.addrs // []) \(.rvs_addrs)"' half.signed.example)"
	check "HIT of another key" says 'not the hash of the host identity' \
		hf H name show liar.signed.example
	check "malformed record" says 'is malformed' hf H name show broken.plain.example
	check "no such name" says 'there is no name' hf H name show absent.signed.example
	check "no HIP record" says 'has no HIP record' hf H name show nohip.signed.example
	check "no address" says 'neither it nor a rendezvous server' \
		hf H name show nowhere.signed.example
	check_equal "rendezvous server" "rvs.signed.example,none.signed.example 10.0.3.99" \
		"$(name '"\(.rvs | join(",")) \(.rvs_addrs | join(","))"' mobile.signed.example)"
	check "server that is a loop" says 'no DNS server answers\|no address\|neither' \
		hf H name show loops.signed.example
	check_equal "alias" "$(hit P)" "$(name .hit alias.signed.example)"
}

command_peer()
{
	check "peer add name" hf H peer add name p.signed.example
	check_equal "the kernel knows" "$w0_6 $w0_4" "$(peer_addrs)"
	check "peer add name, known" says "replace its addresses" \
		hf H peer add name p.signed.example
	check "peer set name" hf H peer set name mobile.signed.example
	check_equal "the kernel knows the server" "10.0.3.99" "$(peer_addrs)"
	check "peer del" hf H peer del "$(hit P)"
}

# server_knows ADDRESS: P is registered, and there alone
server_knows()
{
	hf S -j registration show "$(hit P)" |
		jq -e --arg addr "$1" '.[0].state == "registered" and
		(.[0].addrs | index($addr)) and (.[0].addrs | length) == 1'
}

# One ping by name, from nothing: H knows no address of P's
meets()
{
	forget H P
	hf H peer del "$(hit P)" 2> /dev/null
	by_name ping -c 1 -W 60 roaming.signed.example.hip
}

path_is()
{
	[ "$(hf H -j path show peer "$(hit P)" | jq -r '.[0].peer')" = "$1" ]
}

# A name with a rendezvous server and no address (RFC 8005 section 3.2)
roaming()
{
	link_add S s0 "$server/24 fd00:9::1/64" R r9 "10.0.9.254/24 fd00:9::fe/64"
	route_add S s0 9 100
	hip0_add S
	hipflowd_start S
	check_equal "no address, but a server" "[] [\"fd00:9::1\",\"$server\"]" \
		"$(name '"\(.addrs // []) \(.rvs_addrs)"' roaming.signed.example)"
	check_not "P is not registered: not reached" meets
	hf S server set rvs on
	ip -n P addr del "$w0_6/64" dev w0
	hf P registration add "$(hit S)" addr "$server"
	check "P is registered with S" wait_for 30 server_knows "$w0_4"
	count S relayed
	check "ping by the name" meets
	check "S has relayed the I1" counted
	check_equal "S is all that H was told of" "fd00:9::1 $server" "$(peer_addrs)"
	check "the path goes to P itself" path_is "$w0_4"
	# The DNS stays as it is.
	ip -n P -batch - <<-END
	addr del $w0_4/24 dev w0
	addr add 10.0.3.55/24 dev w0
	route add default via 10.0.3.254 dev w0 metric 100
	END
	check "P moves, and S knows it" wait_for 30 server_knows 10.0.3.55
	check "ping by the same name" meets
	check "S has relayed that, too" counted 2
	check "there P is met" path_is 10.0.3.55
}

hosts_file()
{
	echo "office $(hit P) $w0_4 rvs 10.0.3.98 # P" > "$hip_tmp/hosts"
	check_equal "hosts file" "hosts $w0_4 10.0.3.98" \
		"$(name '"\(.source) \(.addrs[0]) \(.rvs_addrs[0])"' office)"
	echo "office 2001:db8::1 $w0_4" > "$hip_tmp/hosts"
	check "mistake in the hosts file" grep -q 'hosts:1: .* is not a HIT' \
		<(hf H name show office > /dev/null 2>&1; cat "$hip_tmp/H/log")
	printf 'office %s %s\n' "$(hit P)" "$w0_4" > "$hip_tmp/hosts"
}

switch()
{
	check_equal "getent, name of the hosts file" "$(hit P)" \
		"$(nobody getent ahosts office | awk '{ print $1; exit }')"
	check_equal "the kernel knows, before it is asked" "$w0_4" "$(peer_addrs)"
	hf H peer del "$(hit P)"
	check_equal "getent, NAME.hip" "$(hit P)" \
		"$(nobody getent ahosts p.signed.example.hip | awk '{ print $1; exit }')"
	check "plain names of the DNS are not ours" \
		says '' nobody getent ahosts p.signed.example
	check "ping NAME.hip" by_name ping -c 2 -W 60 p.signed.example.hip
	check "association" assoc_is H P ESTABLISHED
	check_equal "name of a HIT" p.signed.example \
		"$(nobody getent hosts "$(hit P)" | awk '{ print $2; exit }')"
	check "bogus names are not found" says '' nobody getent ahosts forged.signed.example.hip
}

administration()
{
	hf H peer set "$(hit P)" addr 10.0.3.97
	nobody getent ahosts p.signed.example.hip > /dev/null
	check_equal "users do not change what root has set" 10.0.3.97 "$(peer_addrs)"
	reconfigure "dnssec = require"
	check "unsigned where signatures are required" \
		says 'not signed, and hipflowd.conf has dnssec = require' \
		hf H name show p.plain.example
	check_equal "signed where that is required" true \
		"$(name .secure p.signed.example)"
	reconfigure "listen = no"
	check "not listening" says 'does not run .* or does not listen' \
		hf H name show p.signed.example
	reconfigure
	# shellcheck disable=SC2046
	kill -STOP $(ip netns pids R)
	check "DNS server does not answer" says 'no DNS server answers' \
		hf H name show later.plain.example
	# shellcheck disable=SC2046
	kill -CONT $(ip netns pids R)
}

crash()
{
	hipflowd_stop H KILL
	check "hipflowd is dead, data is not" ns H ping -6 -c 2 -W 60 "$(hit P)"
	check "names fail at once" says '' nobody timeout 4 getent ahosts office
	hipflowd_start H
	check_equal "a new one takes over the socket" "$(hit P)" "$(name .hit p.signed.example)"
}

plan 49
hip_load
topology_links
ns_add S
hip0_add H P
hipflowd_start P
zones_make
nsd_start
nss_setup
hipflowd_start H "$(config)"
lookups
command_peer
hosts_file
switch
administration
crash
roaming
finish
