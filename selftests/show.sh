#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What hipflow shows: associations, paths and bindings, for people and as JSON,
# with counters that are those of a capture.
. "$(dirname "$0")/lib.sh"

N=20

# one NS OBJECT EXPRESSION: of jq, which is to be true of what is shown
one()
{
	local name=$1 object=$2

	# shellcheck disable=SC2086
	hf "$name" -j $object | tee /dev/stderr | jq -e "$3" > /dev/null
}

# says NS "OBJECT" PATTERN...: each is in the text
says()
{
	local name=$1 object=$2 text pattern

	shift 2
	# shellcheck disable=SC2086
	text=$(hf "$name" $object) || return 1
	echo "$text"
	for pattern; do
		grep -qE -- "$pattern" <<< "$text" || return 1
	done
}

# member NS "OBJECT" EXPRESSION
member()
{
	# shellcheck disable=SC2086
	hf "$1" -j $2 | jq -r "$3"
}

# datagrams: from P to the service of H
datagrams()
{
	# shellcheck disable=SC2016
	ns P bash -c 'for ((i = 0; i < $1; i++)); do
		echo datagram > "/dev/udp/$2/5001"; sleep 0.02; done' - "$1" "$(hit H)"
}

# listened: H's service is there
listened()
{
	ns H ss -Hlun 'sport = :5001' | grep -q .
}

# carried NS: the path of the binding
carried()
{
	[ "$(binding_dev H 10)" = v1 ] &&
		[ "$(member P binding '[.[] | select(.remote)][0].path')" != null ]
}

all_json()
{
	local object

	for object in identity peer assoc path locator binding stats config; do
		hf H -j "$object" | jq -e 'type == "array" and length > 0' \
			> /dev/null || { echo "$object"; return 1; }
	done
}

# as_many: text has as many entries as JSON
as_many()
{
	local text json object

	for object in assoc path; do
		text=$(hf H $object | grep -c '^[a-z]')
		json=$(hf H -j $object | jq length)
		[ "$text" -eq "$json" ] || { echo "$object: $text, $json"; return 1; }
	done
}

fed_back()
{
	hf H binding | sed -n 's/^fid/binding add fid/p' > "$hip_tmp/flows"
	hf H binding del fid 10 && hf H -batch "$hip_tmp/flows" &&
		one H binding '.[0].fid == 10 and .[0].proto == "udp"'
}

plan 23
topology_up
hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1 || abort "no binding"
check "an association can be asked for and waited for" \
	hf H assoc add peer "$(hit P)" wait $((20 * slow))
check "assoc show" says H assoc \
	"^peer $(hit P) local $(hit H) state ESTABLISHED initiator flows"
check "assoc show -j" one H assoc "length == 1 and (.[0] |
	.peer_hit == \"$(hit P)\" and .local_hit == \"$(hit H)\" and
	.state == \"ESTABLISHED\" and .role == \"initiator\" and .flows)"
# It knows by the first data.
check "assoc show -j of the responder" wait_for 20 one P assoc \
	'.[0].state == "ESTABLISHED" and .[0].role == "responder"'
check "assoc show -d tells the algorithms" says H "-d assoc" 'esp aes' 'dh_group'
check "the binding's path comes up" wait_for 20 carried
check "path show" says H path "^path [0-9]+ .* from $v0_4 dev v0 to $w0_4 .*default" \
	"dev v1"
check "path show -j" one H path '
	([.[] | select(.default)] | length) == 1 and all(.spi_in != .spi_out) and
	([.[].id] | unique | length) == length'
check "each SPI in is the other's SPI out" test \
	"$(member H path '[.[] | select(.state == "ACTIVE") | .spi_in] | sort | join(",")')" = \
	"$(member P path '[.[] | select(.state == "ACTIVE") | .spi_out] | sort | join(",")')"
check "text and JSON tell of the same objects" as_many
check "binding show" says H binding '^fid 10 prio 20 proto udp dport 5001 dev v1$' \
	'path [0-9]+ dev v1'
check "binding show -j" one H "binding show fid 10" '[.[] | select(.remote | not)][0] |
	.fid == 10 and .prio == 20 and .proto == "udp" and .dport == 5001 and
	.dev == "v1" and .locators[0].dev == "v1"'
check "the peer shows it as remote" says P binding '^remote fid 10 .*dport 5001'
check "every object is JSON" all_json

# Counters, against what a capture saw.
ns H socat -u UDP6-RECV:5001 "CREATE:$hip_tmp/received" &
wait_for 20 listened
path=$(member H "binding show fid 10" '[.[] | select(.remote | not)][0].path')
count()
{
	member "$1" "$2" "[.[] | select($3)][0].$4"
}
rx=$(count H path ".id == $path" rx_packets)
fid_rx=$(count H binding ".fid == 10" rx_packets)
fid_tx=$(count P binding ".remote and .fid == 10" tx_packets)
assoc_rx=$(count H assoc true rx_packets)
capture_start v1 H v1 esp and dst host "$v1_4" or dst host "$v1_6"
datagrams $N
received()
{
	[ "$(wc -l < "$hip_tmp/received")" -eq $N ]
}
check "$N datagrams arrive" wait_for 10 received
capture_stop v1
check_equal "$N ESP packets came by v1" $N "$(capture_count v1 esp)"
check_equal "packets of the path" $N $(($(count H path ".id == $path" rx_packets) - rx))
check_equal "packets of the binding" $N $(($(count H binding ".fid == 10" rx_packets) - fid_rx))
check_equal "packets of the peer's binding" $N \
	$(($(count P binding ".remote and .fid == 10" tx_packets) - fid_tx))
check_equal "packets of the association" $N $(($(count H assoc true rx_packets) - assoc_rx))

check "binding show can be typed again" fed_back
check_not "what is not there cannot be deleted" hf H binding del fid 999
hf H assoc del peer "$(hit P)"
check "a closed association is not shown as established" wait_for 10 \
	one H assoc 'all(.state != "ESTABLISHED")'
finish
