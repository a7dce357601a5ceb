#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Make a directory in which the module can be built for one kernel without
# disturbing builds for others: the tree's directories, with links to its files.
# Usage: mirror.sh DIRECTORY
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
out=$1
mkdir -p "$out"
ln -sf "$top/Kbuild" "$out/"
(cd "$top" && find net include selftests/kunit selftests/bench -type d) | while read -r dir; do
	mkdir -p "$out/$dir"
	# Links to files that are no more would only be seen once they break.
	find "$out/$dir" -maxdepth 1 -xtype l -delete
	find "$top/$dir" -maxdepth 1 -name '*.[ch]' -exec ln -sf -t "$out/$dir" {} +
done
