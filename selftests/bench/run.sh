#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What moves cost, and what a packet costs, in virtual time: a guest whose clock
# counts instructions. The table goes to stdout; JSON=FILE has it for programs;
# plots go to build/bench/.
# Usage: run.sh [PART...], with parts packet, classify (nftables and tc beside it), tcp,
# hip, hip6, wireguard, mobike, churn (bindings that change under traffic), relay,
# assocs and many; not among those by default:
# pipapo, which is long; and profile or profile-tcp, each alone, instructions by
# function. RUNS=N for each move, 5 by default; MANY=N associations that move at once,
# 1000 by default; REGISTERED=N hosts at a rendezvous server, a million; ASSOCS=N that
# there are, 100,000; TWICE=1 runs it twice and prints what differs; CPU=MODEL, of QEMU's,
# max by default.
#
# -icount shift=N says that an instruction takes 2^N ns. Shift 0, an instruction
# in a nanosecond, is the fastest that QEMU has, and about the processor of a small
# router; then the clock counts instructions. With shift 3 the streams alone would
# take half of the processor (2,000 packets a second of 30,000 instructions, each
# 8 ns), signatures 8 times as long, and gaps would be QEMU's. sleep=off lets the
# clock jump where the guest waits. That it does, too, where the guest waits for a
# file of the host's, so what is measured opens none.
#
# "rep movsb" and "rep stosb" count an instruction for each octet, which no processor
# takes for it: of the 21 that an octet of TCP costs, 5 are that. With
# CPU=max,-erms,-fsrm the kernel copies and clears by eight.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/selftests/bench
out=$top/build/bench
runs=${RUNS:-5}

mkdir -p "$out"
if [ -n "${TWICE:-}" ]; then
	for n in 1 2; do
		rm -f "$out/$n.json"
		TWICE='' JSON=$out/$n.json "$0" "$@" || exit 1
	done
	exec "$here/twice.py" "$out/1.json" "$out/2.json"
fi
rm -rf "$out/raw"
mkdir "$out/raw"
${CC:-gcc} -O2 -Wall -Wextra -static -o "$out/flow" "$here/flow.c" || exit 1
${CC:-gcc} -O2 -Wall -Wextra -o "$out/packet" "$here/packet.c" || exit 1
${CC:-gcc} -O2 -Wall -Wextra -o "$out/tcp" "$here/tcp.c" || exit 1

export HIP_QEMU_ACCEL=tcg,thread=single
export HIP_QEMU_EXTRA="-cpu ${CPU:-max} -icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm -seed 42
	-object rng-builtin,id=rng0 -global virtio-rng-pci.rng=rng0
	-virtfs local,path=$out/raw,mount_tag=bench,security_model=none"

# Instructions by function: the plugin writes to the host what the guest ran.
case " $* " in
*" profile"*)
	${CC:-gcc} -O2 -Wall -Wextra -shared -fPIC -o "$out/profile.so" \
		"$here/profile.c" || exit 1
	HIP_QEMU_EXTRA+=" -plugin $out/profile.so,to=$out/raw/blocks"
	;;
esac

"$top/selftests/vm/run.sh" -c 1 -m "${MEM:-3072}" -t "${TIMEOUT:-5400}" -k 6.1 \
	"mkdir -p /mnt/bench &&
	mount -t 9p -o trans=virtio,version=9p2000.L bench /mnt/bench || exit 1
	status=0
	for part in ${*:-packet classify tcp hip hip6 wireguard mobike churn relay assocs many}; do
		case \$part in
		profile-tcp) selftests/bench/tcp.sh /mnt/bench profile ;;
		packet | tcp) selftests/bench/\$part.sh /mnt/bench ;;
		classify | profile | pipapo) selftests/bench/packet.sh /mnt/bench \$part ;;
		churn) HIP_CHURN_RATE=500 selftests/churn.sh /mnt/bench/churn ;;
		many) selftests/many.sh ${MANY:-1000} /mnt/bench/many ;;
		relay) selftests/bench/relay.sh /mnt/bench ${REGISTERED:-} ;;
		assocs) selftests/bench/assocs.sh /mnt/bench ${ASSOCS:-100000} ;;
		*) selftests/bench/moves.sh \$part /mnt/bench $runs ;;
		esac || status=1
	done
	exit \$status" >&2
status=$?
case " $* " in
*" profile"*) exec "$here/profile.py" "$out/raw" ;;
esac
# Those two have tables of their own.
if [ $# -eq 0 ] || printf '%s\n' "$@" | grep -qvx -e relay -e assocs; then
	"$here/report.py" "$out/raw" "$out" ${JSON:+"$JSON"} || status=1
fi
"$here/relay.py" "$out/raw" ${JSON:+"$JSON"} || status=1
"$here/assocs.py" "$out/raw" ${JSON:+"$JSON"} || status=1
exit $status
