#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boot a stock Debian kernel in QEMU with the host's root under a tmpfs, run a
# command there in the repository's directory, and end with its status. What
# the guest does not say did not happen: silence is failure, and so is anything
# the kernel complains of on its console.
# Usage: run.sh [-k KERNEL] [-t SECONDS] [-c CPUS] [-m MB] [-l LOG] COMMAND...
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
kernel=
timeout=600
cpus=2
mem=1536
log=
qemu_extra=${HIP_QEMU_EXTRA:-}
# The guest's processors take turns in one thread. With a thread for each, one was
# once stopped by the int3 of a jump label that another had already patched ("Oops:
# int3", the code at that place whole again), as if translated before the patch.
# HIP_QEMU_ACCEL=tcg,thread=multi looks for races that need both at once.
accel=${HIP_QEMU_ACCEL:-tcg,thread=single}

while getopts k:t:c:m:l: opt; do
	case $opt in
	k) kernel=$OPTARG ;;
	t) timeout=$OPTARG ;;
	c) cpus=$OPTARG ;;
	m) mem=$OPTARG ;;
	l) log=$OPTARG ;;
	*) echo "usage: $0 [-k KERNEL] [-t SECONDS] [-c CPUS] [-m MB] [-l LOG] COMMAND..." >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [ $# -eq 0 ]; then
	echo "$0: no command" >&2
	exit 2
fi

# A short version such as 6.12 means the newest of that series that is there.
match=$(find /boot -name "vmlinuz-${kernel:-6.1}*" -printf '%f\n' |
	sed 's/^vmlinuz-//' | grep -E "^${kernel:-6.1}([.-]|$)" | sort -V | tail -n 1)
if [ -z "$match" ]; then
	echo "$0: no kernel ${kernel:-6.1} in /boot: run 'make deps'" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
console=${log:-$work/console}
# One word is a command for the shell, several are a command and its arguments.
if [ $# -eq 1 ]; then
	printf '%s\n' "$1"
else
	printf '%q ' "$@"
fi > "$work/command"
"$top/selftests/vm/initramfs.sh" "$match" "$work/initramfs" || exit 1

# shellcheck disable=SC2086
timeout --foreground "$timeout" qemu-system-x86_64 \
	-accel "$accel" -cpu max -smp "$cpus" -m "$mem" \
	-nodefaults -no-reboot -display none -serial stdio $qemu_extra \
	-device virtio-rng-pci \
	-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap \
	-kernel "/boot/vmlinuz-$match" -initrd "$work/initramfs" \
	-append "console=ttyS0 quiet loglevel=5 panic=-1 oops=panic hip_guest=$top/selftests/vm/guest.sh hip_command=$work/command" \
	< /dev/null | tee "$console" | sed -u -e 's/\r//g' -e '/^hip-guest: status /d'
qemu=${PIPESTATUS[0]}

status=$(tr -d '\r' < "$console" | sed -n 's/^hip-guest: status \([0-9]*\)$/\1/p' | tail -n 1)
if [ "$qemu" -eq 124 ]; then
	echo "$0: no end after $timeout s" >&2
	status=124
elif [ -z "$status" ]; then
	echo "$0: the guest went without a word" >&2
	status=125
fi
if ! "$top/selftests/vm/splats.sh" "$console"; then
	echo "$0: the kernel complained (above)" >&2
	[ "$status" -ne 0 ] || status=126
fi
exit "$status"
