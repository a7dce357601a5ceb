#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Test of hip.lua: tshark has to say of each packet of capture.py what that file
says it is. Prints KTAP."""
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.realpath(__file__))
script = os.path.join(os.path.dirname(here), 'hip.lua')


def tshark(capture, *options):
    done = subprocess.run(['tshark', '-X', 'lua_script:' + script, '-r', capture,
                           *options], capture_output=True, text=True, check=True)
    return done.stdout


def judged(capture):
    """By number: what is said of a packet."""
    result = []
    for line in tshark(capture, '-T', 'fields', '-E', 'separator=|',
                       '-e', 'hip2.malformed', '-e', 'hip2.unsupported',
                       '-e', 'hip2.truncated').splitlines():
        signs = line.split('|')
        result.append(next((name for name, sign in zip(
            ('malformed', 'unsupported', 'truncated'), signs) if sign), 'ok'))
    return result


def shown(capture):
    """By number: the text of a packet."""
    return tshark(capture, '-V').split('\nFrame ')


def main():
    with tempfile.TemporaryDirectory() as room:
        capture = os.path.join(room, 'made.pcap')
        made = subprocess.run([os.path.join(here, 'capture.py'), capture],
                              capture_output=True, text=True, check=True)
        packets = [line.split('\t') for line in made.stdout.splitlines()]
        verdicts, texts = judged(capture), shown(capture)
    results = []
    for packet, verdict, text in zip(packets, verdicts, texts):
        expected, name = packet[1:3]
        if expected == 'any':
            continue
        why = []
        if verdict != expected:
            why.append('is said to be ' + verdict)
        if len(packet) > 3 and packet[3] not in text:
            why.append('without "%s"' % packet[3])
        results.append(('%s: %s' % (expected, name), why))
    results.append(('each packet is shown, cut off and random ones, too',
                    [] if len(packets) == len(verdicts) == len(texts) else
                    ['%d of %d' % (len(texts), len(packets))]))
    results.append(('without an error of the script',
                    [line for text in texts for line in text.splitlines()
                     if 'Lua Error' in line][:3]))
    print('KTAP version 1')
    print('1..%d' % len(results))
    for n, (name, why) in enumerate(results, 1):
        print('%sok %d %s' % ('not ' if why else '', n, name))
        for line in why:
            print('# ' + line)
    return any(why for _, why in results)


if __name__ == '__main__':
    sys.exit(main())
