#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Install what building and testing need, on Debian 12, as root: the stock
# kernels 6.1 and 6.12 with headers, the sources of 6.12 for User Mode Linux,
# QEMU, libraries and tools. A second run changes nothing and needs no network.
set -eu

export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
series=6.12

packages=(
	# building
	gcc make libc6-dev pkg-config bc bison flex cpio gzip xz-utils kmod
	libelf-dev libssl-dev libmnl-dev libuv1-dev libinih-dev libjson-c-dev
	libunbound-dev
	# the kernel that Debian 12 comes with
	linux-image-amd64 linux-headers-amd64
	# tests
	qemu-system-x86 busybox-static iproute2 iputils-ping tcpdump jq python3
	python3-yaml python3-jsonschema python3-cryptography clang llvm
	libclang-rt-dev procps psmisc coreutils util-linux socat nftables
	ethtool iperf3 tshark sparse shellcheck perl-modules-5.36 man-db
	openssl nsd ldnsutils
	# what the benchmark compares with
	wireguard-tools strongswan-charon strongswan-swanctl
	libstrongswan-standard-plugins
)

# Debian 12 calls clang's run-time libraries after their version.
packages=("${packages[@]/libclang-rt-dev/libclang-rt-14-dev}")

installed()
{
	dpkg-query -W -f '${db:Status-Status}\n' "$1" 2> /dev/null | grep -qx installed
}

fetch()
{
	local try

	for try in 1 2 3; do
		apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" && return
		echo "deps: apt-get $1: try $try failed" >&2
		sleep 5
	done
	return 1
}

# The newest kernel of the series of which both image and headers can be had.
newest()
{
	apt-cache search --names-only "^linux-image-${series/./\\.}\\.[0-9]+.*-amd64\$" |
		sed -nE "s/^linux-image-($series\.[0-9]+(\+[a-z0-9~.]+)?-amd64) .*/\1/p" |
		sort -Vr | while read -r version; do
			if apt-cache show "linux-headers-$version" > /dev/null 2>&1; then
				echo "$version"
				break
			fi
		done
}

# Backports are on the mirror that this machine has its Debian from.
add_backports()
{
	local codename mirror

	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(LABEL)' \
		'Created-By: Packages' |
		awk -v name="$codename" '$2 == name && $3 == "Debian" { print $1; exit }')
	if [ -z "$mirror" ]; then
		echo "deps: no mirror of Debian $codename in apt's sources" >&2
		return 1
	fi
	echo "deps: adding $codename-backports from this machine's mirror"
	cat > "/etc/apt/sources.list.d/$codename-backports.sources" <<-END
	Types: deb
	URIs: $mirror
	Suites: $codename-backports
	Components: main
	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	END
}

missing=()
for package in "${packages[@]}" "linux-source-$series"; do
	installed "$package" || missing+=("$package")
done
kernels=("/lib/modules/$series".*/build)
if [ ! -e "${kernels[0]}" ] || ! compgen -G "/boot/vmlinuz-$series.*" > /dev/null; then
	missing+=(kernel)
fi
if [ ${#missing[@]} -eq 0 ]; then
	echo "deps: everything is there"
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "deps: as root, please; missing: ${missing[*]}" >&2
	exit 1
fi
echo "deps: missing: ${missing[*]}"

fetch update
version=$(newest)
if [ -z "$version" ] || ! apt-cache show "linux-source-$series" > /dev/null 2>&1; then
	add_backports
	fetch update
	version=$(newest)
fi
if [ -z "$version" ]; then
	echo "deps: no kernel $series in bookworm, its updates or backports" >&2
	exit 1
fi

fetch install -y --no-install-recommends "${packages[@]}" \
	"linux-image-$version" "linux-headers-$version" "linux-source-$series" < /dev/null
echo "deps: done, kernels: $(find /boot -name 'vmlinuz-*' -printf '%f ' )"
