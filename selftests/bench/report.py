#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What moves.sh, many.sh, churn.sh, packet.sh and tcp.sh measured: a table, JSON and plots.

usage: report.py RAW-DIRECTORY PLOT-DIRECTORY [JSON-FILE]
"""
import bisect
import json
import math
import os
import statistics
import sys

MS = 1e6
MOVES = {
    'redirect': 'a flow is told to use the other of two live paths',
    'removed': 'the address in use is removed, another one is up',
    'announced': 'the address in use is told to go, and goes 500 ms later',
    'silent': 'the path in use swallows everything',
}
NOTES = {
    'silent': 'WireGuard does not look; MOBIKE asks after 1 s of silence, and again '
              'every 200 ms, 4 times,\nand then begins anew from the address that '
              'the routes give, which is the same.',
}
SYSTEMS = {'hip': 'hip', 'hip6': 'hip over IPv6', 'wireguard': 'WireGuard',
           'mobike': 'MOBIKE (strongSwan)'}
# A file of each host has what arrived there.
DIRECTIONS = {'P': 'from the mobile', 'H': 'to the mobile'}
PATHS = ({'10.0.1.1', 'fd00:1::1'}, {'10.0.2.1', 'fd00:2::1'})
# What a move may cost us: (move, direction): {figure: limit}. 'wireguard' is
# what WireGuard's median is in the same run.
LIMITS = {
    ('redirect', 'P'): {'lost': 0, 'doubled': 0, 'disordered': 0, 'switch_ms': 35},
    ('redirect', 'H'): {'lost': 0, 'doubled': 0, 'disordered': 0, 'switch_ms': 35},
    ('removed', 'P'): {'lost': 0, 'gap_ms': 'wireguard'},
    ('removed', 'H'): {'lost': 21, 'gap_ms': 22},
    ('announced', 'P'): {'lost': 0},
    ('announced', 'H'): {'lost': 0},
    ('silent', 'P'): {'gap_ms': 300},
    ('silent', 'H'): {'gap_ms': 300},
}
FIGURES = ('lost', 'doubled', 'disordered', 'gap_ms', 'switch_ms')


class Arrivals:
    """What came to one host in one run; times in ns from the command on."""

    def __init__(self, path, moment, count):
        self.count = count
        self.packets = []
        frames = []
        for line in open(path):
            kind, *rest = line.split()
            if kind == 'r':
                self.packets.append((int(rest[0]), int(rest[1]) - moment,
                                     int(rest[2]) - moment))
            elif kind == 'f':
                for path_id, addrs in enumerate(PATHS):
                    if addrs & set(rest[1:]):
                        frames.append((int(rest[0]) - moment, path_id))
        # A packet came by the path of the frame before it.
        frames.sort()
        times = [at for at, _ in frames]
        self.paths = ([], [])
        for packet in self.packets:
            n = bisect.bisect(times, packet[2]) - 1
            if n >= 0:
                self.paths[frames[n][1]].append(packet)

    def figures(self):
        seen = set()
        doubled = disordered = 0
        highest = -1
        gap = 0
        before = None
        for number, _, at in self.packets:
            doubled += number in seen
            disordered += number < highest and number not in seen
            seen.add(number)
            highest = max(highest, number)
            gap = max(gap, at - before) if before is not None else gap
            before = at
        # A stream that never goes on has a gap without an end.
        never = highest < self.count - 50
        return {'lost': self.count - len(seen), 'doubled': doubled,
                'disordered': disordered, 'gap_ms': None if never else gap / MS,
                'switch_ms': self.switch()}

    def switch(self):
        """When the first packet left that came by the second path."""
        return next((sent / MS for _, sent, at in self.paths[1] if at > 0), None)


def median(values):
    """None is longer than anything."""
    middle = statistics.median_low(float('inf') if v is None else v for v in values)
    return None if middle == float('inf') else round(middle, 2)


def read_run(path):
    start, count, moment, begin, end, _ = map(int, open(f'{path}/run').read().split())
    # A host that was slow to give a file makes the clock of the guest run away.
    if begin - moment > MS:
        print(f'{path}: {(begin - moment) / MS:.0f} ms late, left out', file=sys.stderr)
        return None
    return {'command_ms': (end - begin) / MS,
            **{host: Arrivals(f'{path}/{host}', begin - start, count)
               for host in DIRECTIONS}}


def read_moves(raw):
    """{(move, system): [run]}"""
    runs = {}
    for system in SYSTEMS:
        for name in sorted(os.listdir(f'{raw}/{system}') if
                           os.path.isdir(f'{raw}/{system}') else []):
            move = name.split('.')[0]
            if move in MOVES and os.path.exists(f'{raw}/{system}/{name}/run'):
                run = read_run(f'{raw}/{system}/{name}')
                if run:
                    runs.setdefault((move, system), []).append(run)
    return runs


def judge(row, rows):
    """[figure] that are beyond the limit, or None where there is no limit."""
    if not row['system'].startswith('hip'):
        return None
    missed = []
    for figure, limit in LIMITS.get((row['move'], row['host']), {}).items():
        if limit == 'wireguard':
            limit = next((r[figure] for r in rows if r['system'] == 'wireguard' and
                          (r['move'], r['host']) == (row['move'], row['host'])), None)
            if limit is None:
                continue
        value = row[figure]
        if value is None or value > limit:
            missed.append(f'{figure.removesuffix("_ms")} > {limit:g}')
    return missed


def move_rows(runs):
    rows = []
    for move in MOVES:
        for system in SYSTEMS:
            if (move, system) not in runs:
                continue
            for host in DIRECTIONS:
                figures = [run[host].figures() for run in runs[move, system]]
                rows.append({'move': move, 'system': system, 'host': host,
                             'direction': DIRECTIONS[host], 'runs': len(figures),
                             **{key: median([f[key] for f in figures])
                                for key in FIGURES}})
    for row in rows:
        row['missed'] = judge(row, rows)
    return rows


def shown(value, unit=''):
    if value is None:
        return 'never'
    return f'{value:.1f}{unit}' if isinstance(value, float) else str(value)


def print_moves(rows):
    print('Moves: UDP, 1,000 packets a second both ways, RTT 20 ms, virtual time; '
          'medians.\n"new path": from the command until the first packet is sent '
          'that arrives by the new\npath; the command itself takes some milliseconds of it.')
    move = None
    for row in rows:
        if row['move'] != move:
            move = row['move']
            print(f'\n{move}: {MOVES[move]} ({row["runs"]} runs)')
            print(f'{"":22}{"":17}{"lost":>6}{"doubled":>9}{"disorder":>10}'
                  f'{"gap/ms":>9}{"new path/ms":>13}  aim')
        aim = '' if row['missed'] is None else ', '.join(row['missed']) or 'reached'
        print(f'{SYSTEMS[row["system"]]:22}{row["direction"]:17}{row["lost"]:>6}'
              f'{row["doubled"]:>9}{row["disordered"]:>10}{shown(row["gap_ms"]):>9}'
              f'{shown(row["switch_ms"]):>13}  {aim}'.rstrip())
        if row is rows[-1] and row['system'] == 'mobike' and move in NOTES:
            print(NOTES[move])


# --- many associations --------------------------------------------------------

EVENTS = {
    'removed': 'an address is removed, another one is up',
    'renumbered': 'the last address is replaced by another',
}
MANY_LIMIT_MS = 2000


def read_many(raw):
    """What many.sh measured."""
    try:
        rows = [json.loads(line) for line in open(f'{raw}/many')]
    except FileNotFoundError:
        return []
    for row in rows:
        row['limit_ms'] = MANY_LIMIT_MS
        row['reached'] = row['moved'] == row['pairs'] and \
            row['last_ms'] <= MANY_LIMIT_MS
    return rows


def print_many(rows):
    print('\nAssociations moved by one event, both hosts on one processor; ms from the '
          'event until\nthe new address is confirmed.\n')
    print(f'{"":42}{"moved":>12}{"first":>9}{"median":>9}{"last":>9}  aim')
    for row in rows:
        print(f'{EVENTS[row["event"]]:42}{row["moved"]:>6} of {row["pairs"]:<5}'
              f'{shown(row["first_ms"]):>7}{shown(row["median_ms"]):>9}'
              f'{shown(row["last_ms"]):>9}  '
              + ('reached' if row['reached'] else f'> {MANY_LIMIT_MS}'))


# --- bindings that change -------------------------------------------------------

CHURN_LIMIT = 1000


def read_churn(raw):
    """Changes a second, as churn.sh counted them; nothing if it was not run."""
    try:
        changes = int(open(f'{raw}/churn').read())
    except FileNotFoundError:
        return {}
    return {'changes_per_second': changes, 'limit': CHURN_LIMIT,
            'reached': changes >= CHURN_LIMIT}


def print_churn(churn):
    print('\nBindings changed in a second (of 10^9 instructions), both hosts and four '
          'streams of 500\npackets a second on one processor, nothing lost:'
          f'{churn["changes_per_second"]:>8,}  '
          + ('reached' if churn['reached'] else f'< {CHURN_LIMIT}'))


# --- packets ------------------------------------------------------------------

def read_packets(raw):
    """Lines of packet.sh."""
    try:
        lines = open(f'{raw}/packet').read().splitlines()
    except FileNotFoundError:
        return []
    rows = []
    for line in lines:
        name, *numbers = line.split()
        rows.append({'name': name, **dict(zip(('rules', 'size', 'flows', 'instructions'),
                                              map(int, numbers)))})
    for row in rows:
        row['limit'] = judge_packet(row, rows)
    return rows


def of_xfrm(row):
    """The row of XFRM's that one of ours is beside."""
    for kind in ('-receive', '-unconnected'):
        if row['name'].endswith(kind):
            return 'xfrm' + kind
    return 'xfrm'


def cost(rows, name, rules, size, flows):
    return next((r['instructions'] for r in rows if
                 (r['name'], r['rules'], r['size'], r['flows']) ==
                 (name, rules, size, flows)), None)


def judge_packet(row, rows):
    """What a row of ours may cost, or None."""
    if row['name'] == 'hip-add':
        return 200_000
    if row['name'] == 'hip-first':
        # Two hosts look it up, the set of nftables is asked once.
        pipapo = next((r['instructions'] for r in rows if r['name'] == 'nft' and
                       r['rules'] == row['rules']), None)
        return pipapo and 2 * pipapo
    if row['name'] == 'hip-receive':
        return cost(rows, 'xfrm-receive', 1, row['size'], row['flows'])
    if row['name'] not in ('hip', 'hip-unconnected'):
        return None
    base, share = cost(rows, of_xfrm(row), 1, row['size'], row['flows']), 0.93
    if row['rules'] > 1:
        base, share = cost(rows, 'hip', 1, row['size'], row['flows']), 1.03
    return base and int(base * share)


# What is not the cost of a packet.
EXTRA = {
    'nft': 'nftables: a set of them (pipapo), each packet, one look-up',
    'nft-one': 'nftables: a set of ranges of one port (rbtree), likewise',
    'tc': 'tc flower: each packet, one look-up',
    'hip-first': 'hip: first packet of a flow, over the next; two look-ups',
    'hip-batch': 'hip: each of many by hipflow -batch, with all that runs meanwhile',
    'hip-add': 'hip: one more, until data finds it',
}


def aim_of(value, limit):
    """What to say of a value that has a limit, or None."""
    if not limit:
        return ''
    return 'reached' if value <= limit else f'> {limit:,}'


def print_packets(rows):
    print('\nPackets: instructions for one UDP packet, sent and received through '
          'a veth pair; medians.\nRules are policies, bindings, or what nftables and tc '
          'flower have of the kind, with no cipher.\n"unconnected": by sendto(), as '
          'servers do; each packet is routed by itself.\n"nogro": hip0 without GRO, '
          'which XFRM has not on veth either.\n"receive": what the receiving host '
          'has of it, from its network layer on.\n')
    print(f'{"":18}{"rules":>8}{"octets":>8}{"flows":>8}{"instructions":>14}'
          f'{"of XFRM, 1 rule":>18}  aim')
    for row in rows:
        if row['name'] in EXTRA:
            continue
        base = cost(rows, of_xfrm(row), 1, row['size'], row['flows']) or \
            cost(rows, of_xfrm(row), 1, row['size'], 1)
        share = f'{row["instructions"] / base:.2f}' if base else ''
        aim = aim_of(row['instructions'], row['limit'])
        print(f'{row["name"]:18}{row["rules"] or "-":>8}{row["size"]:>8}{row["flows"]:>8}'
              f'{row["instructions"]:>14,}{share:>18}  {aim}'.rstrip())

    extra = [row for row in rows if row['name'] in EXTRA]
    if extra:
        print('\nRules that are ranges of two ports, instructions:\n')
    for row in extra:
        aim = aim_of(row['instructions'], row['limit'])
        print(f'{EXTRA[row["name"]]:64}{row["rules"]:>8}{row["instructions"]:>12,}'
              f'  {aim}'.rstrip())


# --- a stream of TCP ------------------------------------------------------------

TCP_SHARE = 0.95
# "veth" has no cipher.
TCP_OTHERS = ('xfrm', 'xfrmi-beet', 'xfrmi-tunnel', 'wireguard')


def read_tcp(raw):
    """Lines of tcp.sh."""
    try:
        lines = [line.split() for line in open(f'{raw}/tcp')]
    except FileNotFoundError:
        return []
    rows = [{'name': name, 'mss': int(mss), 'per_octet': int(thousandths) / 1000,
             'limit': None} for name, mss, thousandths in lines]
    others = [row['per_octet'] for row in rows if row['name'] in TCP_OTHERS]
    for row in rows:
        if row['name'] == 'hip' and others:
            row['limit'] = round(TCP_SHARE * min(others), 3)
    return rows


def print_tcp(rows):
    best = min((row['per_octet'] for row in rows if row['name'] in TCP_OTHERS),
               default=None)
    print('\nTCP: instructions for each octet of a stream in writes of 64 KB, sent and '
          'received through\na veth pair; medians.\n')
    print(f'{"":18}{"MSS":>6}{"instructions":>14}{"of the best other":>20}  aim')
    for row in rows:
        share = f'{row["per_octet"] / best:.2f}' if best else ''
        aim = aim_of(row['per_octet'], row['limit'])
        print(f'{row["name"]:18}{row["mss"]:>6}{row["per_octet"]:>14.3f}{share:>20}'
              f'  {aim}'.rstrip())


# --- plots --------------------------------------------------------------------

COLOURS = ('#1f6fb4', '#d9601a', '#3a923a', '#8a5db8', '#8c564b')
WIDTH, HEIGHT, LEFT, TOP, APART = 720, 110, 80, 70, 52


def steps(times, begin, end, width, scale):
    """Packets in each bin, as points of a line of steps."""
    bins = [0] * round((end - begin) / width)
    for at in times:
        n = int((at / MS - begin) // width)
        if 0 <= n < len(bins):
            bins[n] += 1
    points = []
    for n, packets in enumerate(bins):
        y = HEIGHT - packets * scale
        for x in (n, n + 1):
            points.append(f'{LEFT + x * WIDTH / len(bins):.1f},{y:.1f}')
    return ' '.join(points)


def plot(path, move, panels):
    begin, end, width, tick = (-1000, 6000, 50, 1000) if move == 'silent' else \
        (-100, 700, 5, 100) if move == 'announced' else (-100, 300, 5, 50)
    top = width * 1.2
    scale = HEIGHT / top
    height = TOP + len(panels) * (HEIGHT + APART)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 20}" '
           f'height="{height}" font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="{LEFT}" y="20" font-size="15">{move}: {MOVES[move]}</text>',
           f'<text x="{LEFT}" y="38">packets that arrive in {width} ms, by path: '
           f'<tspan fill="{COLOURS[0]}">first</tspan>, '
           f'<tspan fill="{COLOURS[1]}">second</tspan>; time in ms from the '
           'command on</text>']
    for n, (title, arrivals) in enumerate(panels):
        out.append(f'<g transform="translate(0,{TOP + n * (HEIGHT + APART)})">')
        out.append(f'<text x="{LEFT}" y="-4">{title}</text>')
        out.append(f'<path d="M{LEFT},0V{HEIGHT}H{LEFT + WIDTH}" fill="none" '
                   'stroke="black"/>')
        for at in range(begin, end + 1, tick):
            x = LEFT + (at - begin) * WIDTH / (end - begin)
            colour = '#888' if at == 0 else '#ddd'
            out.append(f'<path d="M{x:.1f},0V{HEIGHT}" stroke="{colour}"/>')
            out.append(f'<text x="{x:.1f}" y="{HEIGHT + 15}" '
                       f'text-anchor="middle">{at}</text>')
        for packets in (0, width):
            out.append(f'<text x="{LEFT - 6}" y="{HEIGHT - packets * scale + 4:.1f}" '
                       f'text-anchor="end">{packets}</text>')
        for packets, colour in zip(arrivals.paths, COLOURS):
            times = [at for _, _, at in packets]
            out.append(f'<polyline points="{steps(times, begin, end, width, scale)}" '
                       f'fill="none" stroke="{colour}" stroke-width="1.5"/>')
        out.append('</g>')
    out.append('</svg>')
    with open(path, 'w') as file:
        file.write('\n'.join(out) + '\n')


def plots(runs, directory):
    for move in MOVES:
        panels = [(f'{SYSTEMS[system]}, {DIRECTIONS[host]}', runs[move, system][0][host])
                  for system in SYSTEMS if (move, system) in runs for host in DIRECTIONS]
        if panels:
            plot(f'{directory}/{move}.svg', move, panels)


def plot_rules(rows, path):
    """Instructions against the number of rules, both in powers of ten."""
    lines = {}
    for row in rows:
        if row['rules'] and row['size'] == 64 and row['flows'] > 1 and \
                row['name'] not in EXTRA:
            lines.setdefault(row['name'], []).append((row['rules'], row['instructions']))
    lines = {name: sorted(points) for name, points in lines.items() if len(points) > 1}
    if not lines:
        return
    values = [math.log10(y) for points in lines.values() for _, y in points]
    low, high = math.floor(min(values)), math.ceil(max(values))
    most = math.log10(max(x for points in lines.values() for x, _ in points))
    height = 360

    def at(x, y):
        return (LEFT + 20 + math.log10(x) * (WIDTH - 20) / most,
                TOP + height - (math.log10(y) - low) * height / (high - low))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 90}" '
           f'height="{TOP + height + 40}" font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="{LEFT}" y="20" font-size="15">instructions for a packet of 64 '
           'octets against bindings (hip) or policies (XFRM),</text>'
           f'<text x="{LEFT}" y="40" font-size="15">and without a cipher against rules '
           'of nftables and tc flower</text>']
    for n in range(low, high + 1):
        y = at(1, 10 ** n)[1]
        out.append(f'<path d="M{LEFT},{y:.1f}H{LEFT + WIDTH}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10 ** n:,}'
                   '</text>')
    for n in range(round(most) + 1):
        out.append(f'<text x="{at(10 ** n, 10 ** low)[0]:.1f}" y="{TOP + height + 18}" '
                   f'text-anchor="middle">{10 ** n:,}</text>')
    for (name, points), colour in zip(lines.items(), COLOURS):
        line = ' '.join('{:.1f},{:.1f}'.format(*at(*point)) for point in points)
        x, y = at(*points[-1])
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" '
                   'stroke-width="1.5"/>'
                   f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>')
    out.append('</svg>')
    with open(path, 'w') as file:
        file.write('\n'.join(out) + '\n')


def main():
    raw, directory, *file = sys.argv[1:]
    runs = read_moves(raw)
    rows = move_rows(runs)
    packets = read_packets(raw)
    tcp = read_tcp(raw)
    many = read_many(raw)
    churn = read_churn(raw)
    if not any((rows, packets, tcp, many, churn)):
        sys.exit('report: nothing was measured')
    if rows:
        print_moves(rows)
        plots(runs, directory)
    if many:
        print_many(many)
    if churn:
        print_churn(churn)
    if packets:
        print_packets(packets)
        plot_rules(packets, f'{directory}/rules.svg')
    if tcp:
        print_tcp(tcp)
    if file and file[0]:
        with open(file[0], 'w') as out:
            json.dump({'moves': rows, 'many': many, 'churn': churn,
                       'packets': packets, 'tcp': tcp}, out, indent=1)
            out.write('\n')


main()
