#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Bindings by every field of RFC 6088, exact and as ranges: what H says, what P
# has understood, and the link by which P sends real packets that are just inside
# and just outside. With extension headers of all kinds, and fragments.
. "$(dirname "$0")/lib.sh"

# beside HIT N: the HIT that is N further on
beside()
{
	python3 -c 'import ipaddress, sys
print(ipaddress.ip_address(sys.argv[1]) + int(sys.argv[2]))' "$1" "$2"
}

prefix()
{
	python3 -c 'import ipaddress, sys
print(ipaddress.ip_network(sys.argv[1] + "/32", strict=False))' "$1"
}

# for_addr NUMBER WORD HIT: bindings that fields.py knows by their protocols
for_addr()
{
	local n=$1 own=$3 near=() i

	for i in -9 -1 1 9; do
		near+=("$(beside "$own" $i)")
	done
	cat <<-END
	proto $n $2 $own
	proto $((n + 1)) $2 ${near[2]}
	proto $((n + 2)) $2 ${near[0]}-${near[3]}
	proto $((n + 3)) $2 $own-${near[3]}
	proto $((n + 4)) $2 ${near[0]}-$own
	proto $((n + 5)) $2 ${near[0]}-${near[1]}
	proto $((n + 6)) $2 ${near[2]}-${near[3]}
	proto $((n + 7)) $2 $(prefix "$own")
	END
}

selectors()
{
	cat <<-END
	proto 201
	proto 210-215
	proto 59
	sport 1000
	sport 2000-2010
	dport 3000
	dport 4000-4010
	sport 65535
	tclass 0x20
	tclass 0x80-0x9c
	flowlabel 0x12345
	flowlabel 0x20000-0x2ffff
	spi 0x1000
	spi 0x80000000-0x80000fff
	src $(hit P) dst $(hit H) proto udp sport 7000 dport 7001 tclass 0x40 flowlabel 7
	tclass 0xe1-0xe7
	END
	for_addr 220 src "$(hit P)"
	for_addr 230 dst "$(hit H)"
}

# bindings NS REMOTE: their selectors, as JSON has them
bindings()
{
	hf "$1" -j binding show | jq -cS --argjson remote "$2" '.[] |
		select((.remote // false) == $remote) | {fid, proto, proto_max, sport,
		sport_max, dport, dport_max, tclass, tclass_max, flowlabel,
		flowlabel_max, spi, spi_max, src, src_max, dst, dst_max} |
		with_entries(select(.value != null))' | sort
}

knows()
{
	[ "$(bindings P true | wc -l)" -ge "$1" ]
}

# has FID JSON: P shows the selector so
has()
{
	check_equal "$1: $3" "$(jq -cS . <<< "$2")" \
		"$(bindings P true | jq -cS "select(.fid == $1) | del(.fid)")"
}

plan 98
topology_up
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "four paths are up" wait_for 40 paths_up P 4
selectors > "$hip_tmp/selectors"
fid=0
while read -r selector; do
	fid=$((fid + 1))
	echo "binding add fid $fid prio $fid $selector dev v1"
done < "$hip_tmp/selectors" > "$hip_tmp/batch"
check "a binding for each field" hf H -batch "$hip_tmp/batch" || abort "no bindings"
check "P learns of them" wait_for 40 knows $fid

# What is typed is what is shown, here and there.
check_equal "P shows what H does" "$(bindings H false)" "$(bindings P true)"
has 1 '{"proto": "201"}' "a next header"
has 2 '{"proto": "210", "proto_max": "215"}' "next headers"
has 7 '{"dport": 4000, "dport_max": 4010}' "ports"
has 10 '{"tclass": 128, "tclass_max": 156}' "DS fields"
has 12 '{"flowlabel": 131072, "flowlabel_max": 196607}' "flow labels"
has 14 '{"spi": "0x80000000", "spi_max": "0x80000fff"}' "SPIs"
has 15 "{\"src\": \"$(hit P)\", \"dst\": \"$(hit H)\", \"proto\": \"udp\", \"sport\": 7000,
	\"dport\": 7001, \"tclass\": 64, \"flowlabel\": 7}" "all"
has 16 '{"tclass": 224, "tclass_max": 228}' "DS fields, without the bits of ECN"
has 19 "{\"proto\": \"222\", \"src\": \"$(beside "$(hit P)" -9)\",
	\"src_max\": \"$(beside "$(hit P)" 9)\"}" "addresses"

ns P "$hip_top/selftests/fields.py" "$(hit P)" "$(hit H)" > "$hip_tmp/fields" 2>&1
while read -r result name; do
	case $result in
	ok) pass "$name" ;;
	bad) fail "${name%%:*}" "$name" ;;
	*) diag "$result $name" ;;
	esac
done < "$hip_tmp/fields"
finish
