#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Conformance to RFC 7401, RFC 7402 and what RFC 9374 adds, seen on the wire.

usage: run.py [--only WORD] [--gaps] NAMESPACE DEVICE HOST HERE
       run.py --keys DIRECTORY
       run.py --list
       run.py --table FILE < LOG

The first, in the tester's network namespace, runs the tests against the host in
NAMESPACE, whose link is DEVICE and whose addresses are HOST; HERE are the
tester's own: lists with commas. One line a test: ok or not ok, and its name.
With --only, those that have WORD in their name; with --gaps, the tests of the
requirements that are known not to be met. --keys makes host identities for the
host, one of each kind, and that of a peer whose HIT it says and which the host is
to refuse: HIP_DENIED_KEY tells the tests of it.
The last writes Documentation/conformance.md from the log of a run.
"""
import importlib
import sys
import time
import traceback

import crypto
import gaps
import table
from net import Failure, Host, Wire
from registry import TESTS
from speaker import Speaker
from wire import CLOSE_ACK, R1, R1_COUNTER

# In the order in which they run.
for MODULE in ('format', 'responder', 'initiator', 'esp', 'update',
               'rekey', 'association', 'foreign', 'encrypted',
               'opportunistic', 'policy', 'eddsa'):
    importlib.import_module('test_' + MODULE)


class Lab:
    """What a test is given: the wire, the host, and speakers for it."""

    def __init__(self, namespace, device, host, here):
        self.net = Wire(host.split(','), here.split(','))
        self.host = Host(namespace, device)
        self.made = []
        self.keys = {}

    def speaker(self, *args, **options):
        self.made.append(Speaker(self.net, self.host, *args, **options))
        return self.made[-1]

    def compared(self, greater):
        """A speaker whose HIT is greater, or smaller, than the host's."""
        host = self.speaker().peer
        for _ in range(10000):
            identity = crypto.Identity('p256')
            if (identity.hit > host) == greater:
                return self.speaker(identity=identity)
        raise Failure('no such HIT')

    def identity(self, kind):
        """One that takes long to make, always the same."""
        if kind not in self.keys:
            self.keys[kind] = crypto.Identity(kind)
        return self.keys[kind]

    def generations(self):
        """R1 generation counters of all host identities."""
        result = {}
        for local in self.host.identities:
            speaker = self.speaker(local=local)
            speaker.send(speaker.i1())
            result[local] = speaker.expect(R1).get(R1_COUNTER)
        return result

    def config(self, **values):
        """Change settings that R1s tell of, and wait for such R1s."""
        before = self.generations()
        self.host.run('config', 'set',
                      *[word for item in values.items() for word in item])
        for _ in range(100):
            time.sleep(0.1)
            now = self.generations()
            if all(now[local] > before[local] for local in before):
                return
        raise RuntimeError('no new R1s after a change of settings')

    def begin(self):
        self.made = []
        self.net.speakers.clear()
        self.net.drain(0.01)
        self.net.esp.clear()
        self.net.icmp.clear()

    def end(self):
        """Old associations would take part in what the host does later."""
        for speaker in self.made:
            if speaker.sa_out and not speaker.find(CLOSE_ACK):
                speaker.send(speaker.seal(speaker.close()))


def comment(text):
    for line in text.splitlines():
        print('# ' + line, flush=True)


def run_one(lab, test):
    """Return: has it passed?"""
    lab.begin()
    start = time.monotonic()
    good = False
    try:
        test.run(lab)
        good = True
    except Failure as failure:
        comment(str(failure))
    except Exception:
        comment(traceback.format_exc())
    if not good:
        for speaker in lab.made[-2:]:
            comment('\n'.join(speaker.log[-20:]))
    took = time.monotonic() - start
    if took > 3:
        comment('%.1f s' % took)
    print('%s %s' % ('ok' if good else 'not ok', test.name), flush=True)
    try:
        lab.end()
    except Failure as failure:
        comment(str(failure))
    return good


def main():
    words = sys.argv[1:]
    only = None
    if words[:1] == ['--list']:
        print('\n'.join(test.name for test in TESTS))
        return 0
    if words[:1] == ['--keys']:
        return crypto.write_host_keys(words[1])
    if words[:1] == ['--table']:
        return table.write(words[1], sys.stdin)
    if words[:1] == ['--only']:
        only, words = words[1], words[2:]
    known = words[:1] == ['--gaps']
    if known:
        words = words[1:]
    if len(words) != 4:
        sys.exit(__doc__)
    tests = [test for test in TESTS
             if (test.name in gaps.KNOWN) == known and
             (not only or only in test.name)]
    print('plan %d' % len(tests), flush=True)
    lab = Lab(*words)
    return 0 if all([run_one(lab, test) for test in tests]) else 1


sys.exit(main())
