#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run the KUnit suites of the module in the debug kernel, and print their KTAP.
# Usage: kunit.sh [OPTIONS OF run.sh]
if [ "${1:-}" != inside ]; then
	here=$(cd "$(dirname "$0")" && pwd)
	# In real time: threads that read until they are told to stop do not wait.
	exec "$here/run.sh" -r "$@" bash "$here/kunit.sh" inside
fi

# The suites run while the module is loaded, and print into the kernel's log.
dmesg -C
insmod "build/$(uname -r)/hip_kunit.ko" || exit 1
rmmod hip_kunit || exit 1
dmesg -t | sed -n '/^KTAP version/,$p'
dmesg -t | grep -qE '^1\.\.[1-9]' && ! dmesg -t | grep -qE '^ *not ok '
