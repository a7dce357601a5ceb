#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What differs between two runs of run.sh, by their JSON files: there should be nothing.

usage: twice.py FILE FILE [PER-MILLE]

Prints each figure that differs, and ends with 1 if one does by more than so many
thousandths, 10 by default, or if one is missing. Those of LOOSE may.
"""
import json
import sys

# What a row is about; the rest of it are figures, and what they are held against.
KEYS = ('name', 'rules', 'size', 'flows', 'move', 'system', 'host', 'event', 'pairs', 'what')
# Threads of WireGuard's run when they run; while hipflow works, so does all else.
LOOSE = ('wireguard', 'hip-batch')
LIMITS = ('limit', 'limit_ms', 'missed', 'reached')


def figures(value, path=()):
    """(path, number or text) of all that is in it."""
    if isinstance(value, dict):
        name = ' '.join(f'{value[key]}' for key in KEYS if key in value)
        for key, inner in value.items():
            if key not in KEYS and key not in LIMITS:
                yield from figures(inner, path + ((name,) if name else ()) + (key,))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            named = isinstance(inner, dict) and any(key in inner for key in KEYS)
            yield from figures(inner, path if named else path + (str(n),))
    else:
        yield ', '.join(path), value


def thousandths(one, other):
    """How far they are apart, or None where that is no number."""
    numbers = (int, float)
    if not isinstance(one, numbers) or not isinstance(other, numbers) or not one:
        return None
    return abs(other - one) / abs(one) * 1000


def main():
    first, second, *most = sys.argv[1:]
    most = float(most[0]) if most else 10
    one, other = (dict(figures(json.load(open(name)))) for name in (first, second))
    if not one:
        sys.exit('twice: nothing was measured')
    far = differ = 0
    for path in dict.fromkeys([*one, *other]):
        if path in one and path in other and one[path] == other[path]:
            continue
        apart = thousandths(one.get(path), other.get(path))
        beyond = apart is None or (apart > most and not any(name in path for name in LOOSE))
        far += beyond
        differ += 1
        print(f'{path:52}{one.get(path, "missing")!s:>12}{other.get(path, "missing")!s:>12}'
              f'{"" if apart is None else f"{apart:.1f} per mille":>18}'
              f'{"  too far" if beyond else ""}')
    print(f'{len(one)} figures: {len(one) - differ} the same, {differ - far} within '
          f'{most:g} per mille, {far} further apart')
    sys.exit(far > 0)


main()
