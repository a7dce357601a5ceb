#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Make an initramfs for a stock Debian kernel: busybox, what it needs to mount
# the host's root over 9p, and an overlay on top so that nothing of it changes.
# Usage: initramfs.sh KERNEL_VERSION OUTPUT
set -eu

version=$1
output=$2
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mkdir -p "$dir/bin" "$dir/lib" "$dir/proc" "$dir/dev" "$dir/lower" "$dir/tmp" "$dir/root"
cp "$(command -v busybox)" "$dir/bin/busybox"
cp "$here/init" "$dir/init"
chmod 755 "$dir/init"

# Modules in the order in which they have to be loaded.
modprobe -S "$version" --show-depends -a virtio_pci 9pnet_virtio 9p overlay |
	sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' > "$dir/files"
: > "$dir/modules"
while read -r file; do
	cp "$file" "$dir/lib/"
	basename "$file" >> "$dir/modules"
done < "$dir/files"
rm "$dir/files"

(cd "$dir" && find . | cpio --quiet -o -H newc | gzip -1) > "$output"
