# SPDX-License-Identifier: GPL-2.0-only
# hip_bench.ko, which makes packets, registrations and associations out of thin air,
# for those that measure in namespace S. To be sourced behind lib.sh.
# shellcheck shell=bash disable=SC2154,SC2034

file=/sys/kernel/debug/hip_bench

load()
{
	local dir

	dir=$hip_top/build/bench-module/$(uname -r)
	[ -f "$dir/hip_bench.ko" ] || abort "no $dir/hip_bench.ko: run 'make bench-module'"
	# shellcheck disable=SC2046
	modprobe -a $(modinfo -F depends "$dir/hip.ko" | tr ',' ' ')
	insmod "$dir/hip.ko" && insmod "$dir/hip_bench.ko" || abort "no module"
	hip_loaded=1
}

# command LINE: to hip_bench.ko, from S, whose sysfs has no debugfs yet
command()
{
	ns S sh -c "mount -t debugfs none /sys/kernel/debug && echo '$*' > $file" || abort "hip_bench: $*"
}

# What the last one has cost.
costs()
{
	ns S sh -c "mount -t debugfs none /sys/kernel/debug && cat $file"
}
