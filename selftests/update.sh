#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# UPDATEs that cross: two addresses come up one after the other while answers
# take long, so that what is under way is given up. It has to end, with both
# hosts of one mind, whichever of them has the greater HIT.
. "$(dirname "$0")/lib.sh"

addresses=(10.0.2.77 10.0.2.78)

# order: H's HIT, compared to P's; both are written in full
order()
{
	python3 - "$(hit H)" "$(hit P)" <<-END
	import ipaddress, sys
	h, p = (ipaddress.IPv6Address(a) for a in sys.argv[1:])
	print("lesser" if h < p else "greater")
	END
}

# identity_new WANT: one for H that stands so to P's
identity_new()
{
	while [ "$(order)" != "$1" ]; do
		hipflowd_stop H
		rm -rf "$hip_tmp/H/state"
		hipflowd_start H
	done
}

established()
{
	assoc_is H P ESTABLISHED && [ "$(path_count H '.state == "ACTIVE"')" = "$1" ] &&
		[ "$(path_count P '.state == "ACTIVE"')" = "$1" ]
}

sent()
{
	echo $(($(counter H tx_update) + $(counter P tx_update) +
		$(counter H retransmits) + $(counter P retransmits)))
}

# quiet: no UPDATE for as long as two retransmissions take
quiet()
{
	local before

	before=$(sent)
	sleep 4
	[ "$before" = "$(sent)" ]
}

# spis NS IN OUT: of each path, so that those of both hosts can be compared
spis()
{
	hf "$1" -j path show | jq -r ".[] | .$2 + \" \" + .$3" | sort
}

agree()
{
	diff <(spis H spi_in spi_out) <(spis P spi_out spi_in)
}

assoc_gone()
{
	case $(assoc_state "$@") in
	none|CLOSED) ;;
	*) return 1 ;;
	esac
}

# play ORDER
play()
{
	local address before

	identity_new "$1"
	peer_add H P "$w0_4"
	check "$1: ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
	check "$1: both links have a path" wait_for 20 established 4
	ns P tc qdisc add dev w0 root netem delay 400ms
	before=$(sent)
	for address in "${addresses[@]}"; do
		ip -n H addr add "$address/24" dev v1
		sleep 0.3
	done
	check "$1: each address has a path" wait_for 40 established 6
	check "$1: then there is quiet" wait_for 20 quiet
	check "$1: few UPDATEs were needed" [ $(($(sent) - before)) -lt 40 ]
	check "$1: each SPI in is the other's SPI out" agree
	ns P tc qdisc del dev w0 root
	for address in "${addresses[@]}"; do
		ip -n H addr del "$address/24" dev v1
	done
	hf H assoc del peer "$(hit P)"
	check "$1: closed" wait_for 20 assoc_gone P H
}

plan 14
hip_load
topology_links
hip0_add H P
hipflowd_start H
hipflowd_start P
play lesser
play greater
finish
