#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a peer may ask for by E-LOCATOR and LOCATOR_SET, and how it is told of what
it does not get. The peer is the speaker of conformance/, which says on the wire what
it is told to, and knows nothing of what is under test.

usage: flow_peer.py NAMESPACE DEVICE HOST HERE     as conformance/run.py has them
"""
import os
import struct
import sys
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                'conformance'))
# pylint: disable=wrong-import-position
import wire
from net import V4, Failure, Host, Wire, address, text
from speaker import Speaker, need
from wire import (ACK, ECHO_REQUEST_SIGNED, ECHO_RESPONSE_SIGNED, ESP_INFO,
                  LOCATOR_SET, NOTIFICATION, SEQ, UPDATE)

E_LOCATOR = 40026
REFUSED = 8192 + 45
PROHIBITED, MALFORMED, FID_NOT_FOUND, TS_UNSUPPORTED = 128, 130, 132, 133
BOTH, SIGNALLING, DATA = 0, 1, 2
FLOW, PREFERRED = 2, 1
EXTRA = '10.0.1.77'
TESTS = []


def test(name):
    def add(function):
        TESTS.append((name, function))
        return function
    return add


# --- E-LOCATOR ------------------------------------------------------------------

def sub(addr, traffic=BOTH, spi=None, preferred=False, flow=None):
    """One sub-parameter."""
    locator = addr if len(addr) == 16 else bytes(10) + b'\xff\xff' + addr
    if spi is not None:
        locator = struct.pack('!I', spi) + locator
    flags = (FLOW if flow else 0) | (PREFERRED if preferred else 0)
    return struct.pack('!BBBBI', traffic, int(spi is not None), len(locator) // 4,
                       flags, 120) + locator + (flow or b'')


def flow(fid, dport=None, form=2, priority=None):
    """A Flow Identification Mobility option: with a selector for a port, or
    without one."""
    body = struct.pack('!HHBB', fid, priority or fid, 0, 0)
    if dport is not None:
        # Destination port alone: flag K of RFC 6088, the 11th.
        selector = struct.pack('!BBI', form, 0, 1 << 21) + struct.pack('!H', dport)
        body += bytes([3, len(selector)]) + selector
    pad = -(2 + len(body)) % 4
    body += b'' if not pad else b'\0' if pad == 1 else bytes([1, pad - 2]) + bytes(pad - 2)
    return bytes([45, len(body)]) + body


def here(lab, n=0):
    return address([a for a in lab.net.here if ':' not in a][n])


def tell(speaker, data, kind=E_LOCATOR, move=False):
    """An UPDATE with it, and all that belongs to one. Return: what the host
    refused, as {FID: status}."""
    update = speaker.update()
    number = speaker.update_id - 1
    if move:
        update.put(ESP_INFO, wire.esp_info(0, speaker.sa_in.spi, speaker.sa_in.spi))
    speaker.send(speaker.seal(update.put(kind, data)))
    answer = speaker.acked(number)
    request = answer.get(ECHO_REQUEST_SIGNED)
    if answer.get(SEQ):
        confirm = speaker.update(seq=False, acks=wire.u32s(answer.get(SEQ)))
        if request:
            confirm.put(ECHO_RESPONSE_SIGNED, request)
        speaker.send(speaker.seal(confirm))
    refused = {}
    for data in answer.all(NOTIFICATION):
        if struct.unpack('!H', data[2:4])[0] != REFUSED:
            continue
        for at in range(4, len(data), 4):
            fid, status, zero = struct.unpack_from('!HBB', data, at)
            need(not zero, 'refused: the last octet is not zero')
            refused[fid] = status
    return refused


def established(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    return speaker


def complete(lab, speaker, *more):
    return sub(here(lab), spi=speaker.sa_in.spi, preferred=True) + b''.join(more)


def bound(lab, speaker):
    """FIDs that the host has of us."""
    return sorted(b['fid'] for b in
                  lab.host.json('binding', 'show', 'peer', text(speaker.hit))
                  if b.get('remote'))


def known(lab, speaker):
    """Addresses that the host has of us."""
    return [entry['addr'] for entry in
            lab.host.json('locator', 'show', 'peer', text(speaker.hit))
            if entry.get('remote')]


def preferred(lab, speaker):
    """That of them where what is bound to none goes."""
    return [entry['addr'] for entry in
            lab.host.json('locator', 'show', 'peer', text(speaker.hit))
            if entry.get('remote') and entry.get('preferred')]


# --- flows ----------------------------------------------------------------------

@test('1024 flows are taken, and one more is refused with status 128')
def flows(lab):
    speaker = established(lab)
    need(not tell(speaker, complete(lab, speaker), move=True), 'refused at once')
    for first in range(1, 1025, 32):
        refused = tell(speaker, b''.join(
            sub(here(lab), flow=flow(fid, fid)) for fid in range(first, first + 32)))
        need(not refused, 'refused: %s' % refused)
    need(bound(lab, speaker) == list(range(1, 1025)), 'it does not have them')
    refused = tell(speaker, sub(here(lab), flow=flow(2000, 7)) +
                   sub(here(lab), flow=flow(1, 8)))
    need(refused == {2000: PROHIBITED}, 'refused: %s' % refused)
    need(bound(lab, speaker) == list(range(1, 1025)), 'others than those before')
    need(not tell(speaker, complete(lab, speaker), move=True), 'refused at the end')
    need(not bound(lab, speaker), 'some are left')
    need(not tell(speaker, sub(here(lab), flow=flow(2000, 7))), 'there is room again')


@test('a FID that is not known is refused, if no selector comes with it')
def unknown(lab):
    speaker = established(lab)
    refused = tell(speaker, complete(lab, speaker, sub(here(lab), flow=flow(10, 7)),
                                     sub(here(lab), flow=flow(11))), move=True)
    need(refused == {11: FID_NOT_FOUND}, 'refused: %s' % refused)
    need(bound(lab, speaker) == [10], 'it has %s' % bound(lab, speaker))
    need(not tell(speaker, sub(here(lab), flow=flow(10))), 'a known one is refused')


@test('selectors of a format that is not known are refused, and no others')
def formats(lab):
    speaker = established(lab)
    refused = tell(speaker, complete(
        lab, speaker, sub(here(lab), flow=flow(10, 7)),
        sub(here(lab), flow=flow(11, 7, form=77)),
        sub(here(lab), flow=flow(12, 8))), move=True)
    need(refused == {11: TS_UNSUPPORTED}, 'refused: %s' % refused)
    need(bound(lab, speaker) == [10, 12], 'it has %s' % bound(lab, speaker))


# --- locators -------------------------------------------------------------------

def others(n):
    return [bytes([10, 0, 9, i]) for i in range(1, n + 1)]


@test('32 locators are taken, and one more is refused with status 128')
def locators(lab):
    speaker = established(lab)
    refused = tell(speaker, complete(lab, speaker, *map(sub, others(31))), move=True)
    need(not refused, '32 are refused: %s' % refused)
    need(len(known(lab, speaker)) == 32, 'it has %d' % len(known(lab, speaker)))
    refused = tell(speaker, complete(lab, speaker, *map(sub, others(32))), move=True)
    need(refused == {0: PROHIBITED}, 'refused: %s' % refused)
    need(len(known(lab, speaker)) == 32, 'it has %d' % len(known(lab, speaker)))
    speaker.works('they are in the way of data')


@test('a flow for one locator too many is refused with status 128')
def locator_of_flow(lab):
    speaker = established(lab)
    refused = tell(speaker, complete(
        lab, speaker, *map(sub, others(31)), sub(here(lab), flow=flow(10, 7)),
        sub(bytes([10, 0, 9, 99]), flow=flow(11, 8))), move=True)
    need(refused == {11: PROHIBITED}, 'refused: %s' % refused)
    need(bound(lab, speaker) == [10], 'it has %s' % bound(lab, speaker))


@test('a broadcast address is no locator (RFC 8046 section 5.3), nor one of a flow')
def broadcast(lab):
    speaker = established(lab)
    everybody = here(lab)[:3] + b'\xff'
    refused = tell(speaker, complete(lab, speaker, sub(everybody, preferred=True),
                                     sub(everybody, flow=flow(10, 7))), move=True)
    need(refused == {10: MALFORMED}, 'refused: %s' % refused)
    need(known(lab, speaker) == [text(here(lab))], 'it has %s' % known(lab, speaker))
    tell(speaker, sub(everybody, spi=speaker.sa_in.spi, preferred=True) +
         sub(here(lab)), move=True)
    need(data_to(lab, speaker) == text(here(lab)), 'data goes elsewhere')


@test('a locator of a flow is preferred for that flow alone, wherever it stands')
def preferred_of_flow(lab):
    speaker = established(lab)
    one, two, spi = here(lab), here(lab, 1), speaker.sa_in.spi
    flow_at_two = sub(two, flow=flow(10, 7), preferred=True)
    for others, best in ((sub(one, spi=spi), one),
                         (sub(one, spi=spi, preferred=True), one),
                         (sub(one, spi=spi) + sub(two, preferred=True), two)):
        refused = tell(speaker, flow_at_two + others, move=True)
        need(not refused, 'refused: %s' % refused)
        need(preferred(lab, speaker) == [text(best)], 'it prefers %s to %s' %
             (preferred(lab, speaker), text(best)))


# --- traffic types (RFC 8046 section 4.1) -----------------------------------------

class Moving:
    """While it lasts, the host has another address, and tells of it."""

    def __init__(self, lab):
        self.lab = lab

    def __enter__(self):
        self.lab.net.extra = address(EXTRA)
        self.lab.host.ip('addr', 'add', EXTRA + '/24', 'dev', self.lab.host.device)

    def __exit__(self, *_):
        self.lab.host.ip('addr', 'del', EXTRA + '/24', 'dev', self.lab.host.device)
        self.lab.net.drain(0.5)
        self.lab.net.extra = None


def begun(lab, speaker):
    """An UPDATE that the host begins."""
    with Moving(lab):
        update = speaker.check(speaker.expect(
            UPDATE, 'it does not tell of its address',
            lambda p: p.get(SEQ) and not p.get(ACK)))
        speaker.send(speaker.seal(speaker.update(
            seq=False, acks=wire.u32s(update.get(SEQ)))))
    return update


def told(lab, speaker):
    """The UPDATEs by which the host tells of a binding, and that it is gone. What
    tells of a new address is about a new path, and checks that."""
    updates = []
    for words in ('add', 'fid', '900', 'prio', '900', 'proto', 'udp', 'dport', '9',
                  'dev', lab.host.device), ('del', 'fid', '900'):
        lab.host.run('binding', *words)
        updates.append(speaker.check(speaker.expect(
            UPDATE, 'it does not tell: binding %s' % words[0],
            lambda p: p.get(SEQ) and not p.get(ACK))))
        speaker.send(speaker.seal(speaker.update(
            seq=False, acks=wire.u32s(updates[-1].get(SEQ)))))
    return updates


def data_to(lab, speaker):
    """Where data goes."""
    lab.net.drain(0.3)
    lab.net.esp.clear()
    speaker.works()
    return text(speaker.esp_to)


def traffic(name, make, data, control):
    @test(name)
    def run(lab):
        speaker = established(lab)
        spi = speaker.sa_in.spi
        tell(speaker, make(here(lab), here(lab, 1), spi), move=True)
        need(data_to(lab, speaker) == text(here(lab, data)), 'data goes elsewhere')
        for update in told(lab, speaker):
            need(update.destination == here(lab, control),
                 'its UPDATE goes to %s' % text(update.destination))
        need(data_to(lab, speaker) == text(here(lab, data)), 'data goes elsewhere now')


traffic('traffic type 0: data and control packets go to a locator for both',
        lambda one, two, spi: sub(one) + sub(two, BOTH, spi, True), 1, 1)
traffic('traffic type 1: no data goes to a locator for signalling, control packets do',
        lambda one, two, spi: sub(one, BOTH, spi) + sub(two, SIGNALLING, None, True), 0, 1)
traffic('traffic type 2: data goes to a locator for data, control packets do not',
        lambda one, two, spi: sub(one) + sub(two, DATA, spi, True), 1, 0)
traffic('traffic types 1 and 2: each to its own',
        lambda one, two, spi: sub(two, DATA, spi, True) + sub(one, SIGNALLING, None, True),
        1, 0)


@test('traffic type 2 in a LOCATOR_SET')
def data_in_set(lab):
    speaker = established(lab)
    tell(speaker, sub(here(lab)) + sub(here(lab, 1), DATA, speaker.sa_in.spi, True),
         LOCATOR_SET, True)
    need(data_to(lab, speaker) == text(here(lab, 1)), 'data goes elsewhere')


@test('traffic type 3 is malformed')
def no_such_type(lab):
    speaker = established(lab)
    update = speaker.update().put(E_LOCATOR, complete(lab, speaker, sub(here(lab, 1), 3)))
    speaker.send(speaker.seal(update))
    packet = speaker.expect(wire.NOTIFY, patience=5)
    need(wire.u16s(packet.get(NOTIFICATION)[:4])[1] == wire.INVALID_SYNTAX,
         'not INVALID_SYNTAX')
    speaker.works()


@test('a flow is not bound to a locator for signalling')
def flow_signalling(lab):
    speaker = established(lab)
    refused = tell(speaker, complete(lab, speaker, sub(
        here(lab, 1), SIGNALLING, flow=flow(10, 7))), move=True)
    need(refused == {10: MALFORMED}, 'refused: %s' % refused)
    need(not bound(lab, speaker), 'it has it')


# --- those who know no flows ------------------------------------------------------

@test('a host that has sent no E-LOCATOR is told by LOCATOR_SET, one that has by '
      'E-LOCATOR')
def fallback(lab):
    speaker = established(lab)
    update = begun(lab, speaker)
    need(update.get(LOCATOR_SET) and not update.get(E_LOCATOR), 'no LOCATOR_SET')
    need(address(EXTRA) in update.get(LOCATOR_SET), 'without the address')
    tell(speaker, complete(lab, speaker), move=True)
    # What was under way by then is as it was begun.
    for _ in range(3):
        update = begun(lab, speaker)
        if update.get(E_LOCATOR):
            break
    need(update.get(E_LOCATOR) and not update.get(LOCATOR_SET), 'no E-LOCATOR')
    need(address(EXTRA) in update.get(E_LOCATOR), 'without the address')


# --- the run --------------------------------------------------------------------

class Lab:
    def __init__(self, namespace, device, host, addresses):
        self.net = Wire(host.split(','), addresses.split(','))
        self.host = Host(namespace, device)
        self.made = []

    def speaker(self):
        self.made.append(Speaker(self.net, self.host, family=V4))
        return self.made[-1]

    def begin(self):
        self.made = []
        self.net.speakers.clear()
        self.net.drain(0.01)
        self.net.esp.clear()

    def end(self):
        for speaker in self.made:
            if speaker.sa_out:
                speaker.send(speaker.seal(speaker.close()))


def comment(what):
    for line in what.splitlines():
        print('# ' + line, flush=True)


def run_one(lab, name, function):
    good = False
    lab.begin()
    start = time.monotonic()
    try:
        function(lab)
        good = True
    except Failure as failure:
        comment(str(failure))
    except Exception:
        comment(traceback.format_exc())
    if not good:
        for speaker in lab.made:
            comment('\n'.join(speaker.log[-20:]))
    comment('%.1f s' % (time.monotonic() - start))
    print('%s %s' % ('ok' if good else 'not ok', name), flush=True)
    lab.end()


def main():
    lab = Lab(*sys.argv[1:])
    print('plan %d' % len(TESTS), flush=True)
    for name, function in TESTS:
        run_one(lab, name, function)


main()
