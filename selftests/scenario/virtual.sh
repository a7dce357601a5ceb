#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scenario.sh in a guest whose time is virtual: its clock counts instructions and
# jumps where nothing happens (bench/run.sh tells more of it).
# Usage: virtual.sh [NAME...], or virtual.sh random SEED SECONDS; KERNEL=6.12
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
export HIP_QEMU_ACCEL=tcg,thread=single
export HIP_QEMU_EXTRA="-icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm -seed 42
	-object rng-builtin,id=rng0 -global virtio-rng-pci.rng=rng0"
exec "$top/selftests/vm/run.sh" -c 1 -t "${TIMEOUT:-3000}" -k "${KERNEL:-6.1}" \
	env HIP_VIRTUAL_TIME=1 selftests/scenario.sh "$@"
