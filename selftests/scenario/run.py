#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios, or random events: one line a result, "ok" or "not ok".

usage: run.py DIRECTORY SLOW [FILE.scenario...] [random SEED SECONDS]

Files go below DIRECTORY; times to wait are multiplied by SLOW. language.py has
the statements, chaos.py the random events. As root, with hip.ko loaded."""
import os
import sys
import time
import traceback

import chaos
import language
import world


class Report:
    def __init__(self, name):
        self.name = name

    def __call__(self, good, text):
        """GOOD is None for what is only told."""
        if good is None:
            print('\n'.join('# ' + line for line in text.splitlines()))
        else:
            print('%s %s: %s' % ('ok' if good else 'not ok', self.name, text))
        sys.stdout.flush()


def main():
    tmp, slow, *words = sys.argv[1:]
    events = []
    if words[-3:-2] == ['random']:
        words, events = words[:-3], words[-2:]
    # Where waiting costs real time, those that wait long are left out.
    virtual = os.environ.get('HIP_VIRTUAL_TIME')
    scenarios = [scenario for scenario in map(language.parse, words)
                 if virtual or not scenario.virtual]
    print('plan %d' % (sum(scenario.results() for scenario in scenarios) +
                       (chaos.RESULTS if events else 0)), flush=True)
    if virtual and scenarios:
        # Programs, modules and libraries are read once; time runs away meanwhile.
        world.install()
        language.warm_up(os.path.join(tmp, 'warm-up'))
    for scenario in scenarios:
        start = time.monotonic()
        report = Report(scenario.name)
        try:
            scenario.run(os.path.join(tmp, scenario.name), float(slow), report)
        except Exception:
            report(None, traceback.format_exc())
            report(False, 'the scenario itself')
        report(None, '%s: %.1f s' % (scenario.name, time.monotonic() - start))
    if events:
        chaos.run(tmp, float(slow), int(events[0]), float(events[1]),
                  Report('random, seed %s' % events[0]))


main()
