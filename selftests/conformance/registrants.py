#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Hosts without number that register for rendezvous, by the whole base exchange.

usage: registrants.py NAMESPACE DEVICE HOST HERE COUNT

The first arguments are those of run.py. When all COUNT hosts are registered, I1s
for some of them come from elsewhere (i1.py, in another namespace, told of by lines
"HIT" on stdout and asked for by a line on stdin), and each has to arrive with the
RVS_HMAC of that host's own key. Lines of stdout: "registered N", "HIT ...",
"relayed N", or "# why".
"""
import sys

from net import Failure, Host, Wire, text
from speaker import Speaker, need
from wire import I1

REG_REQUEST, REG_RESPONSE = 932, 934
FROM, RVS_HMAC = 65498, 65500
RENDEZVOUS = 1
LONGEST = 255
SAMPLE = 20


def register(net, host):
    speaker = Speaker(net, host)
    i2 = speaker.draft_i2(speaker.r1(groups=(7,)))
    i2.put(REG_REQUEST, bytes([LONGEST, RENDEZVOUS]))
    r2 = speaker.finish_i(speaker.seal(i2))
    response = r2.get(REG_RESPONSE)
    need(response and response[0] and response[1:] == bytes([RENDEZVOUS]),
         'RFC 8003 4.3: no REG_RESPONSE')
    speaker.inbox.clear()
    speaker.log.clear()
    return speaker


def take_i1(speaker):
    """From whom it is does not matter here, but that it comes."""
    for _ in range(100):
        for packet in speaker.inbox:
            if packet.kind == I1:
                speaker.inbox.remove(packet)
                return packet
        speaker.net.pump(0.1)
    raise Failure('no I1')


def check_relayed(speaker):
    i1 = take_i1(speaker)
    need(i1.get(FROM)[10:12] == b'\xff\xff', 'RFC 8004 4.2.2: FROM is not IPv4')
    need(i1.get(RVS_HMAC) == speaker.keymat.mac(
        speaker.mac_in, i1.covered(RVS_HMAC)), 'RFC 8004 4.2.1: wrong RVS_HMAC')


def main():
    namespace, device, hosts, here, count = sys.argv[1:]
    net = Wire(hosts.split(','), here.split(','))
    host = Host(namespace, device)
    speakers = []
    try:
        for n in range(int(count)):
            # A hundred R1s a second are what one source gets.
            if n % 90 == 89:
                net.drain(1)
            speakers.append(register(net, host))
            if n % 500 == 499:
                print('# %d' % (n + 1), flush=True)
        print('registered %d' % len(speakers), flush=True)
        done = 0
        for speaker in speakers[::max(1, len(speakers) // SAMPLE)]:
            print('HIT ' + text(speaker.hit), flush=True)
            sys.stdin.readline()
            check_relayed(speaker)
            done += 1
        print('relayed %d' % done, flush=True)
    except Failure as failure:
        print('# %s' % failure, flush=True)
        return 1
    return 0


sys.exit(main())
