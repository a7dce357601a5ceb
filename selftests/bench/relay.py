#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What relay.sh measured: a table, and more of the JSON that report.py wrote.

usage: relay.py RAW-DIRECTORY [JSON-FILE]
"""
import json
import os
import sys

NAMES = {
    'forward': 'UDP, forwarded',
    'relay': 'I1, relayed (with the HMAC)',
    'hmac': 'the HMAC alone',
    'answer': 'I1, answered by R1',
    'limited': 'I1, dropped: too many from one address',
    'unknown': 'I1, dropped: HIT unknown',
    'syn': 'TCP SYN, answered by SYN cookie',
    'echo': 'ICMPv6 echo request, answered',
}
# Relaying, without the HMAC, over forwarding; with many registrations over one.
MAX_OF_FORWARD = 1.5
MAX_OF_ONE = 1.1
MAX_BYTES = 512


def read(path):
    try:
        return [line.split() for line in open(path)]
    except FileNotFoundError:
        return []


def judge(rows):
    """The figures that the costs have to reach."""
    cost = {(name, family, n): mean for name, family, n, mean, _ in rows}
    one = 1
    many = max(n for _, _, n, _, _ in rows)
    hmac = cost['hmac', 4, one]
    figures = []
    for family in (4, 6):
        for n in (one, many):
            figures.append({
                'what': f'IPv{family}: relaying without the HMAC, over forwarding, '
                        f'{n:,} registered',
                'value': (cost['relay', family, n] - hmac) / cost['forward', family, n],
                'limit': MAX_OF_FORWARD})
        figures.append({
            'what': f'IPv{family}: relaying with {many:,} registered, over 1',
            'value': cost['relay', family, many] / cost['relay', family, one],
            'limit': MAX_OF_ONE})
    figures.append({'what': 'memory of a registration, octets',
                    'value': cost['memory', 0, many], 'limit': MAX_BYTES})
    return figures


def main():
    raw, *file = sys.argv[1:]
    rows = [[name, *map(int, numbers)] for name, *numbers in read(f'{raw}/relay')]
    if not rows:
        return
    print('\nControl packets: instructions from the device that they come in by to '
          'the device\nthat the answer, or what becomes of them, goes out by; means.\n')
    print(f'{"":42}{"registered":>12}{"IPv4":>10}{"IPv6":>10}')
    both = {}
    for name, family, n, mean, _ in rows:
        if name in NAMES:
            both.setdefault((name, n), {})[family] = mean
    for (name, n), costs in both.items():
        print(f'{NAMES[name]:42}{n:>12,}' +
              ''.join(f'{costs[f]:>10,}' if f in costs else f'{"":10}' for f in (4, 6)))
    figures = judge(rows)
    print()
    for figure in figures:
        figure['reached'] = figure['value'] <= figure['limit']
        value = f'{figure["value"]:.2f}' if isinstance(figure['value'], float) \
            else str(figure['value'])
        print(f'{figure["what"]:66}{value:>7}  ' +
              ('reached' if figure['reached'] else f'> {figure["limit"]}'))
    floods = []
    for name, *numbers in read(f'{raw}/flood'):
        floods.append(dict(zip(('packets', 'memory_kb', 'slab_kb', 'pings', 'answered'),
                               map(int, numbers)), name=name))
    if floods:
        print('\nFloods: what they leave behind, and pings of others meanwhile\n')
        print(f'{"":42}{"packets":>10}{"memory/KB":>11}{"slab/KB":>9}{"answered":>12}')
    for flood in floods:
        print(f'{NAMES[flood["name"]]:42}{flood["packets"]:>10,}{flood["memory_kb"]:>11}'
              f'{flood["slab_kb"]:>9}{flood["answered"]:>6} of {flood["pings"]}')
    if file:
        whole = json.load(open(file[0])) if os.path.exists(file[0]) else {}
        whole['relay'] = {'rows': [dict(zip(('name', 'family', 'registered', 'mean',
                                             'median'), row)) for row in rows],
                          'figures': figures, 'floods': floods}
        with open(file[0], 'w') as out:
            json.dump(whole, out, indent=1)
            out.write('\n')


main()
