#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Instructions by function, of a packet or of 1,000 octets of a TCP stream: what
profile.c counted, with names.

usage: profile.py RAW

RAW has blocks (profile.c), kallsyms, and packet (packet.sh) or tcp (tcp.sh), in the
same order. What a stream waited for is in user space.
"""
import bisect
import os
import sys
from collections import Counter


def symbols(path):
    found = []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            addr, kind, name, *module = line.split()
            if kind in "tTwW":
                found.append((int(addr, 16), " ".join([name] + module)))
    return sorted(found)


def profiles(path):
    current = None
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("="):
                if current is not None:
                    yield current
                current = Counter()
            else:
                addr, n = line.split()
                current[int(addr, 16)] += int(n)
    if current is not None:
        yield current


# What packet.sh and tcp.sh count.
PACKETS = 2000
OCTETS = 2 << 20


def measured(raw):
    """(what it was, of how much) of each."""
    if os.path.exists(f"{raw}/tcp"):
        for line in open(f"{raw}/tcp", encoding="ascii"):
            name, mss, cost = line.split()
            yield f"{name}, MSS {mss}, 1,000 octets ({cost})", OCTETS / 1000
        return
    for line in open(f"{raw}/packet", encoding="ascii"):
        name, rules, size, flows, cost = line.split()
        yield (f"{name}, {rules} rules, {size} octets, {flows} flows (median {cost})",
               PACKETS)


def main():
    raw = sys.argv[1]
    names = symbols(f"{raw}/kallsyms")
    addrs = [addr for addr, _ in names]
    blocks_of = profiles(f"{raw}/blocks")
    for (what, count), blocks in zip(measured(raw), blocks_of, strict=True):
        by_name = Counter()
        for addr, n in blocks.items():
            at = bisect.bisect_right(addrs, addr) - 1
            kernel = addr >= 1 << 63 and at >= 0
            by_name[names[at][1] if kernel else "user space"] += n
        total = sum(by_name.values())
        print(f"{what}: {total / count:.0f}")
        for name, n in by_name.most_common():
            if n / count >= 5:
                print(f"{n / count:8.0f}  {name}")


if __name__ == "__main__":
    main()
