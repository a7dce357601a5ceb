#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a peer may ask for, and what it is refused: limits on flows and locators,
# traffic types, selectors that are not known, and peers that know no flows at all.
# flow_peer.py is the peer, in T.
#
#	+---+ v0 10.0.1.1 fd00:1::1      t0 10.0.1.2 fd00:1::2 +---+
#	| H |------------------------------------------------- | T |
#	+---+                               10.0.1.3           +---+
. "$(dirname "$0")/lib.sh"

hip_load
ns_add H T
link_add H v0 "10.0.1.1/24 fd00:1::1/64" T t0 "10.0.1.2/24 10.0.1.3/24 fd00:1::2/64"
hip0_add H
hipflowd_start H

while IFS= read -r line; do
	case $line in
	"plan "*) plan "${line#plan }" ;;
	"ok "*) pass "${line#ok }" ;;
	"not ok "*) fail "${line#not ok }" ;;
	*) diag "${line#\# }" ;;
	esac
done < <(ns T "$hip_top/selftests/flow_peer.py" H v0 10.0.1.1,fd00:1::1 \
	10.0.1.2,10.0.1.3,fd00:1::2 2>&1)
finish
