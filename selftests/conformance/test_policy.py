# SPDX-License-Identifier: GPL-2.0-only
"""Policy (RFC 7401 section 7): load and puzzles, and who is let in."""
import os
import socket
import time

import crypto
import wire
from net import V4, address
from registry import test
from speaker import need
from test_responder import refused, reported
from wire import DIFFIE_HELLMAN, I2, NOTIFY, PUZZLE

PATIENCE = 120


def bits(speaker):
    """#K that it asks for now."""
    speaker.inbox.clear()
    return speaker.r1().get(PUZZLE)[0]


def loaded(speaker, usual):
    """#K once it is not the usual one any more."""
    for _ in range(50):
        now = bits(speaker)
        if now != usual:
            break
        time.sleep(0.2)
    return now


def wait_for(speaker, usual):
    """Until #K is the usual one, so that tests do not see those before."""
    end = time.monotonic() + PATIENCE
    while bits(speaker) != usual:
        need(time.monotonic() < end, '#K stays above %d without load' % usual)
        time.sleep(0.5)


def storm(lab, speaker, number):
    """I1s as fast as they go, for two seconds and a bit."""
    i1 = wire.encode(speaker.i1(), address(lab.net.usual(V4)),
                     address(lab.net.host[V4]))
    sock = lab.net.sockets[V4, wire.PROTO_HIP]
    end = time.monotonic() + 2.2
    while time.monotonic() < end:
        for _ in range(number):
            sock.sendto(i1, socket.MSG_DONTWAIT, (lab.net.host[V4], 0))
        lab.net.drain(0.02)
        speaker.inbox.clear()


@test('4.1.1', 'MAY', '#K follows the load, and goes back')
def load(lab):
    speaker = lab.speaker()
    usual = bits(speaker)
    need(usual == 10, '#K is %d to begin with' % usual)
    storm(lab, speaker, 40)
    time.sleep(1.1)
    end = time.monotonic() + PATIENCE
    seen = {usual}
    while time.monotonic() < end:
        now = bits(speaker)
        seen.add(now)
        if now == usual and len(seen) > 1:
            break
        time.sleep(0.5)
    need(max(seen) > usual, '#K stays %d under load' % usual)
    need(now == usual, '#K stays %d without load' % now)


@test('4.1.1', 'MAY', '#K follows the load up to a ceiling of 16')
def ceiling(lab):
    lab.config(puzzle_k='15')
    try:
        speaker = lab.speaker()
        storm(lab, speaker, 40)
        time.sleep(1.1)
        # By so many I1s it would be 18.
        need(loaded(speaker, 15) == 16, '#K is %d' % bits(speaker))
        wait_for(speaker, 15)
    finally:
        lab.config(puzzle_k='10')


@test('4.1.1', 'MAY', '#K follows the associations that are not established')
def half_open(lab):
    lab.speaker().exchange()
    need(bits(lab.speaker()) == 10, '#K is not 10 to begin with')
    # One bit from 64 on, and another one with 128.
    for _ in range(70):
        lab.speaker().exchange()
    time.sleep(1.1)
    need(loaded(lab.speaker(), 10) == 11, '#K is %d' % bits(lab.speaker()))
    for speaker in lab.made:
        if speaker.sa_out:
            speaker.works()
    wait_for(lab.speaker(), 10)


@test('7', 'MUST', 'a puzzle that has got harder is solved, and makes an '
      'association')
def harder_works(lab):
    speaker = lab.speaker()
    storm(lab, speaker, 40)
    time.sleep(1.1)
    need(loaded(speaker, 10) > 10, 'it has not got harder')
    r1 = speaker.r1()
    need(r1.get(PUZZLE)[0] > 10, 'it is easy again')
    speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
    speaker.works()
    wait_for(speaker, 10)


# --- who is let in ---------------------------------------------------------------

def denied(lab):
    """A host whose HIT is in the deny list."""
    return lab.speaker(identity=crypto.Identity(
        'p256', key=crypto.read_key(os.environ['HIP_DENIED_KEY'])))


@test('7', 'SHOULD', 'an Initiator that policy refuses gets NOTIFY '
      'BLOCKED_BY_POLICY, and no R2')
def refused_by_policy(lab):
    speaker = denied(lab)
    reported(speaker, speaker.draft_i2(speaker.r1()), wire.BLOCKED_BY_POLICY)


@test('7', 'SHOULD', 'policy is asked before Diffie-Hellman, MACs and signatures '
      'cost anything')
def refused_early(lab):
    speaker = denied(lab)
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
    # A public value that ends an exchange in silence.
    group, _ = wire.dh_split(i2.get(DIFFIE_HELLMAN))
    i2.swap(DIFFIE_HELLMAN, wire.dh_param(
        group, bytes(crypto.public_len(group))))
    reported(speaker, i2, wire.BLOCKED_BY_POLICY, seal=False)
    other = lab.speaker()
    i2 = other.draft_i2(other.r1())
    refused(other, i2.swap(DIFFIE_HELLMAN, wire.dh_param(
        group, bytes(crypto.public_len(group)))))


@test('7', 'SHOULD', 'a Responder that policy refuses gets no I2')
def no_i2(lab):
    speaker = denied(lab)
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.none(I2, NOTIFY)
    state = lab.host.state(speaker.hit, speaker.peer)
    need(state == 'E-FAILED', 'it is in state %s' % state)
