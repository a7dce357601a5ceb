# SPDX-License-Identifier: GPL-2.0-only
"""Documentation/conformance.md, from the log of a run."""
import re

import gaps
from registry import TESTS, full

HEAD = '''<!-- SPDX-License-Identifier: GPL-2.0-only -->
# Conformance to RFC 7401, RFC 7402 and RFC 9374

What the standards ask for and can be seen on the wire, and whether it is met.
Made by `selftests/conformance/run.py --table` from the log of
`selftests/conformance.sh`; do not edit.

Each requirement is a test of the same name: %d are met%s. Known not to be met are
%d, see below.

| section | level | requirement | result |
|---|---|---|---|
'''

GAPS = '''
## Not met

| section | level | requirement | reason |
|---|---|---|---|
'''

RESULT = re.compile(r'^\s*(not ok|ok) \d+ (?:- )?(RFC .*?)(?: # SKIP.*)?$')


def order(section):
    """7401 before 7402, 5.2.9 before 5.2.10."""
    return [int(n) for n in re.findall(r'\d+', full(section))]


def row(section, level, *cells):
    return '| %s |\n' % ' | '.join((full(section), level) + cells)


def write(path, log):
    found = {}
    for line in log:
        match = RESULT.match(line.rstrip())
        if match:
            found[match[2]] = match[1] == 'ok'
    tests = [test for test in TESTS if test.name not in gaps.KNOWN]
    missing = [test.name for test in tests if test.name not in found]
    if missing:
        raise SystemExit('no result in the log: %s' % missing[0])

    failed = sum(not found[test.name] for test in tests)
    known = [(test.section, test.level, test.requirement,
              gaps.KNOWN[test.name])
             for test in TESTS if test.name in gaps.KNOWN] + gaps.UNTESTED
    text = HEAD % (len(tests) - failed,
                   ', %d are not' % failed if failed else '', len(known))
    for test in sorted(tests, key=lambda test: order(test.section)):
        text += row(test.section, test.level, test.requirement,
                    'met' if found[test.name] else '**not met**')
    text += GAPS
    for gap in sorted(known, key=lambda gap: order(gap[0])):
        text += row(*gap)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return 0
