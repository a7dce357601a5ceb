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
    print()
    for figure in figures:
        figure['reached'] = figure['value'] <= figure['limit']
        print(f'{figure["what"]:66}{figure["value"]:>7}  ' +
              ('reached' if figure['reached'] else f'> {figure["limit"]}'))
    if file:
        whole = json.load(open(file[0])) if os.path.exists(file[0]) else {}
        whole['assocs'] = {'mean': mean, 'received': received, 'figures': figures}
        with open(file[0], 'w') as out:
            json.dump(whole, out, indent=1)
            out.write('\n')


main()
