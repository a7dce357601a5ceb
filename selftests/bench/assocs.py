#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What assocs.sh measured: a table, and more of the JSON that report.py wrote.

usage: assocs.py RAW-DIRECTORY [JSON-FILE]
"""
import json
import os
import sys

# With many associations over one; octets of one in all.
MAX_OF_ONE = 1.15
MAX_BYTES = 8192
# Whose objects those caches hold alone; the others are for everybody.
OURS = 'hip_assoc', 'hip_path'
XFRM = 'xfrm_state', 'xfrm_dst_cache'


def caches(path):
    """Octets of an association by slab cache, the most first."""
    rows = [line.split() for line in open(path)]
    return sorted(({'cache': name, 'size': int(size), 'objects': round(float(n), 2),
                    'octets': round(int(size) * float(n))} for name, size, n in rows),
                  key=lambda row: -row['octets'])


def print_caches(rows, octets):
    print('\nMemory of an association, octets by slab cache.\n')
    for row in rows:
        whose = 'ours' if row['cache'] in OURS else 'XFRM' if row['cache'] in XFRM else ''
        print(f'{row["cache"]:>16}{row["objects"]:>8.1f} of{row["size"]:>6}'
              f'{row["octets"]:>8,}  {whose}'.rstrip())
    rest = octets - sum(row['octets'] for row in rows)
    print(f'{"tables, per CPU":>16}{"":>17}{rest:>8,}')


def main():
    raw, *file = sys.argv[1:]
    try:
        rows = [line.split() for line in open(f'{raw}/assocs')]
    except FileNotFoundError:
        return
    mean, received = ({int(n): int(mean) for name, n, mean, _ in rows if name == way}
                      for way in ('data', 'receive'))
    octets = {int(n): int(value) for name, n, value, _ in rows if name == 'memory'}
    many = max(mean)
    slab = caches(f'{raw}/assocs.caches')
    figures = [{'what': f'packets to random peers, {many:,} associations over 1',
                'value': round(mean[many] / mean[1], 3), 'limit': MAX_OF_ONE},
               {'what': f'packets of random peers, {many:,} associations over 1',
                'value': round(received[many] / received[1], 3), 'limit': MAX_OF_ONE},
               {'what': 'memory of an association, octets',
                'value': octets[many], 'limit': MAX_BYTES}]
    print('\nAssociations: instructions for a packet of 64 octets from hip0 to the device '
          'that it\nleaves by, and from there until hip0\'s is let in; means.\n')
    print(f'{"associations":>12}{"sent":>10}{"received":>10}')
    for n, cost in mean.items():
        print(f'{n:>12,}{cost:>10,}{received[n]:>10,}')
    print_caches(slab, octets[many])
    print()
    for figure in figures:
        figure['reached'] = figure['value'] <= figure['limit']
        print(f'{figure["what"]:66}{figure["value"]:>7}  ' +
              ('reached' if figure['reached'] else f'> {figure["limit"]}'))
    if file:
        whole = json.load(open(file[0])) if os.path.exists(file[0]) else {}
        whole['assocs'] = {'mean': mean, 'received': received, 'caches': slab,
                           'figures': figures}
        with open(file[0], 'w') as out:
            json.dump(whole, out, indent=1)
            out.write('\n')


main()
