#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A machine without IPv6: asking for the family loads the module, which any user
# may do, and all that it does is to say why it does not work.
. "$(dirname "$0")/lib.sh"

grep -qw ipv6.disable=1 /proc/cmdline ||
	skip_all "the kernel was not booted with ipv6.disable=1"

module=$hip_top/build/$(uname -r)/hip.ko
plan 2
check_not "the module does not load" insmod "$module"
check "and says why" grep -q "hip: .* boot without ipv6.disable=1" <(dmesg)
finish
