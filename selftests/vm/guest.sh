#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs as process 1 on the overlay: sets up what a booted system has, runs the
# command that the kernel's command line tells the place of, and powers off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root TERM=dumb LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
ln -sf /proc/self/fd /dev/fd
ln -sf /proc/self/fd/0 /dev/stdin
ln -sf /proc/self/fd/1 /dev/stdout
ln -sf /proc/self/fd/2 /dev/stderr
# The command is in a file of the host's.
command=$(cat "$(sed -n 's/.*hip_command=\([^ ]*\).*/\1/p' /proc/cmdline)")
mount -t tmpfs tmpfs /run
# A repository below /tmp is to be seen.
case $0 in
/tmp/*) ;;
*) mount -t tmpfs tmpfs /tmp ;;
esac
mkdir -p /run/netns /run/lock /var/run 2>/dev/null
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
hostname hip-guest
ip link set lo up
for module in aesni_intel ghash_clmulni_intel sha256_ssse3 sha512_ssse3; do
	modprobe -q "$module" 2>/dev/null
done
cd "${0%/selftests/vm/guest.sh}" || echo "no repository" >&2

setsid -w bash -c "$command" < /dev/null
# What it said may have had no end of line.
printf '\nhip-guest: status %s\n' $?
sync
# There is no init to ask for it; and no file can be read once it is on its way.
echo o > /proc/sysrq-trigger
while :; do :; done
