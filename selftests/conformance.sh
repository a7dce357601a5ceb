#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Conformance to RFC 7401, 7402 and 9374: a small HIP speaker that shares nothing
# with this implementation talks to it, in both roles, and says what is wrong.
# conformance/run.py tells what arguments there are.
#
#	+---+ v0 10.0.1.1 fd00:1::1      t0 10.0.1.2 fd00:1::2 +---+
#	| H |------------------------------------------------- | T |
#	+---+                               10.0.1.3 fd00:1::3 +---+
. "$(dirname "$0")/lib.sh"

conformance=$(dirname "$(realpath "$0")")/conformance
state=$hip_tmp/H/state

hip_load
ns_add H T
link_add H v0 "10.0.1.1/24 fd00:1::1/64" \
	T t0 "10.0.1.2/24 10.0.1.3/24 fd00:1::2/64 fd00:1::3/64"
hip0_add H
mkdir -p "$state"
chmod 700 "$state"
denied=$("$conformance/run.py" --keys "$state") || abort "no keys"
export HIP_DENIED_KEY=$state/denied.pem
hipflowd_start H "[identity]
file = p256.pem, p384.pem, rsa2048.pem, rsa3072.pem, ed25519.pem, ed448.pem
domain = none, host.example, none, user@example.org, none, none
[kernel]
dh_groups = p384, p256, p521, modp3072, modp2048, modp1536,
 secp160r1
esp_suites = aes-128-gcm-16, aes-256-cbc-hmac-sha256, aes-128-cbc-hmac-sha256,
 aes-128-gcm-8, aes-128-ccm-16, aes-128-ccm-8
[policy]
deny = $denied"

while IFS= read -r line; do
	case $line in
	"plan "*) plan "${line#plan }" ;;
	"ok "*) pass "${line#ok }" ;;
	"not ok "*) fail "${line#not ok }" ;;
	"# "*) diag "${line#\# }" ;;
	*) diag "$line" ;;
	esac
done < <(ns T "$conformance/run.py" "$@" H v0 10.0.1.1,fd00:1::1 \
	10.0.1.2,10.0.1.3,fd00:1::2,fd00:1::3 2>&1)
finish
