#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the debug kernel (User Mode Linux, 6.12) and print the directory it is
# in. It takes some four minutes, and is kept under a name made of all that goes
# into it, so that later runs find it.
# Usage: build.sh [-m]
#   -m  then build hip.ko and hip_kunit.ko for it, into build/VERSION
# HIP_CACHE: where to keep it, by default build/cache
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/selftests/uml
cache=${HIP_CACHE:-$top/build/cache}
series=6.12
tarball=/usr/src/linux-source-$series.tar.xz
modules=
jobs=${JOBS:-$(nproc)}
[ "${1:-}" != -m ] || modules=1

say() { echo "uml: $*" >&2; }
die() { say "$*"; exit 1; }

[ -f "$tarball" ] || die "no $tarball: run 'make deps'"
version=$(dpkg-query -W -f '${Version}' "linux-source-$series" 2> /dev/null ||
	stat -c %s "$tarball")
hash=$({ echo "$version"; gcc --version | head -n 1; cat "$here/config"; } |
	sha256sum | cut -c 1-12)
src=$cache/linux-${version//[^A-Za-z0-9.]/_}
out=$cache/uml-$hash

unpack()
{
	[ ! -e "$src/.unpacked" ] || return 0
	say "unpacking linux $version"
	rm -rf "$src"
	mkdir -p "$src"
	# Without what is large and of no use here.
	tar -C "$src" --strip-components 1 -xf "$tarball" \
		--exclude='linux-source-*/Documentation/*/*' \
		--exclude='linux-source-*/arch/*/boot/dts/*' \
		--exclude='linux-source-*/drivers/gpu/drm/amd/include/*'
	touch "$src/.unpacked"
}

# Every option of ours is to be there after dependencies were resolved.
check_config()
{
	local line bad=0

	while read -r line; do
		case $line in
		CONFIG_*=n)
			! grep -q "^${line%=n}=" "$out/.config" ;;
		CONFIG_*)
			grep -qxF "$line" "$out/.config" ;;
		'# CONFIG_'*' is not set')
			line=${line#\# }
			! grep -q "^${line%% *}=" "$out/.config" ;;
		*)
			continue ;;
		esac || { say "config: not as asked: $line"; bad=1; }
	done < "$here/config"
	[ $bad -eq 0 ] || die "fix selftests/uml/config"
}

build_kernel()
{
	[ ! -e "$out/.built" ] || return 0
	unpack
	rm -rf "$out"
	mkdir -p "$out"
	say "building the debug kernel in $out"
	make -s -C "$src" ARCH=um O="$out" KCONFIG_ALLCONFIG="$here/config" \
		allnoconfig > "$out.log" 2>&1 || { tail -n 30 "$out.log" >&2; exit 1; }
	check_config
	make -s -C "$src" ARCH=um O="$out" -j"$jobs" >> "$out.log" 2>&1 ||
		{ tail -n 30 "$out.log" >&2; die "no kernel, see $out.log"; }
	touch "$out/.built"
}

build_modules()
{
	local dir

	dir=$top/build/$(cat "$out/include/config/kernel.release")
	"$top/selftests/mirror.sh" "$dir"
	make -s -C "$out" ARCH=um M="$dir" -j"$jobs" modules >&2
}

mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9
build_kernel
[ -z "$modules" ] || build_modules
echo "$out"
