#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Instructions of a packet by function: what profile.c counted, with names.

usage: profile.py RAW COUNT

RAW has blocks (profile.c), kallsyms and packet (packet.sh), in the same order;
COUNT packets were counted each time.
"""
import bisect
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


def main():
    raw, count = sys.argv[1], int(sys.argv[2])
    names = symbols(f"{raw}/kallsyms")
    addrs = [addr for addr, _ in names]
    with open(f"{raw}/packet", encoding="ascii") as lines:
        rows = [line.split() for line in lines]
    for row, blocks in zip(rows, profiles(f"{raw}/blocks"), strict=True):
        by_name = Counter()
        for addr, n in blocks.items():
            at = bisect.bisect_right(addrs, addr) - 1
            kernel = addr >= 1 << 63 and at >= 0
            by_name[names[at][1] if kernel else "user space"] += n
        total = sum(by_name.values())
        print(f"{row[0]}, {row[1]} rules, {row[2]} octets, {row[3]} flows:"
              f" {total / count:.0f} (median {row[4]})")
        for name, n in by_name.most_common():
            if n / count >= 5:
                print(f"{n / count:8.0f}  {name}")


if __name__ == "__main__":
    main()
