#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compares the netlink specification with the uapi header: spec.py SPEC HEADER

Both are written by hand; here they are held to the same names and numbers.
Exit 4: PyYAML is not there to read the specification with.
"""
import re
import sys

try:
    import yaml
except ImportError:
    sys.exit(4)


def c_name(text):
    return text.upper().replace('-', '_')


def header_enums(text):
    """enum name -> [constants], without those that only mark an end"""
    enums = {}
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    for name, body in re.findall(r'enum (\w+) \{(.*?)\};', text, re.S):
        names = [n.strip() for n in body.split(',') if n.strip()]
        enums[name] = [n for n in names if not n.startswith('__')]
        if any('=' in n for n in names):
            sys.exit(f'enum {name} gives numbers, which this test cannot read')
    return enums


def compare(what, spec, header):
    if spec != header:
        print(f'{what}: specification and header differ')
        print(f'  only in the specification: {sorted(set(spec) - set(header))}')
        print(f'  only in the header: {sorted(set(header) - set(spec))}')
        return False
    return True


def main():
    with open(sys.argv[1]) as f:
        spec = yaml.safe_load(f)
    with open(sys.argv[2]) as f:
        header = f.read()
    enums = header_enums(header)
    used = set()
    same = []

    for s in spec['attribute-sets']:
        if 'subset-of' in s:
            continue
        enum = s['enum-name'].replace('-', '_')
        used.add(enum)
        names = [c_name(s['name-prefix'] + a['name'])
                 for a in s['attributes']]
        same.append(compare(enum, names, enums[enum][1:]))

    for d in spec['definitions']:
        prefix = c_name(f'{spec["name"]}-{d["name"]}-')
        enum = next(e for e, names in enums.items()
                    if e not in used and names[0].startswith(prefix))
        used.add(enum)
        names = [prefix + c_name(e['name']) for e in d['entries']]
        same.append(compare(enum, names, enums[enum]))

    o = spec['operations']
    enum = o['enum-name'].replace('-', '_')
    used.add(enum)
    names = [c_name(o['name-prefix'] + op['name']) for op in o['list']]
    same.append(compare(enum, names, enums[enum]))
    same.append(compare('enums', sorted(used), sorted(enums)))

    sets = {s['name']: [a['name'] for a in s['attributes']]
            for s in spec['attribute-sets']}
    for op in o['list']:
        for part in ('do', 'dump', 'event'):
            lists = op.get(part, {})
            lists = [lists] if part == 'event' else lists.values()
            for attributes in lists:
                for a in attributes.get('attributes', []):
                    if a not in sets[op['attribute-set']]:
                        print(f'{op["name"]}: no attribute {a}')
                        same.append(False)
    groups = re.findall(r'#define HIP_GENL_MCGRP_\w+\s+"(\w+)"', header)
    same.append(compare('groups', [g['name'] for g in
                                   spec['mcast-groups']['list']], groups))
    sys.exit(not all(same))


main()
