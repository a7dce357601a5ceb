# SPDX-License-Identifier: GPL-2.0-only
"""EdDSA host identities and HIT suite 5, in both roles (RFC 9374 section 3.4)."""
import hashlib
import struct

import crypto
import wire
from registry import test
from speaker import need
from test_responder import refused, reported
from wire import (HIP_SIGNATURE, HIP_SIGNATURE_2, HIT_SUITE_LIST, HOST_ID, I2,
                  PUZZLE, R2)

SUITE = 0x50		# in HIT_SUITE_LIST
HOST_ID_HEAD = 6
NAMES = {'ed25519': 'EdDSA25519', 'ed448': 'EdDSA448'}


def host_id(identity):
    return struct.pack('!HHH', len(identity), 0, crypto.EDDSA) + identity


class Odd(crypto.Identity):
    """With octets of its own as Host Identity, and the HIT that they make."""

    def __init__(self, change):
        super().__init__('ed25519')
        self.identity = change(self.identity)
        self.host_id = host_id(self.identity)
        self.hit = crypto.hit_of(crypto.EDDSA, self.identity)


# --- what is good ------------------------------------------------------------------

def roles(kind):
    """RHASH is that of the Responder's HIT, so all four are of their own."""
    name = NAMES[kind]

    @test('RFC 9374 3.4.1', 'MUST', 'as Responder, a host identity of its own: %s'
          % name)
    def responder(lab):
        speaker = lab.speaker(local=kind)
        speaker.exchange()
        speaker.works()

    @test('RFC 9374 3.4.1', 'MUST', "as Responder, an Initiator's host identity: "
          '%s' % name)
    def from_initiator(lab):
        speaker = lab.speaker(kind)
        speaker.exchange()
        speaker.works()

    @test('RFC 9374 3.4.1', 'MUST', 'as Initiator, a host identity of its own: %s'
          % name)
    def initiator(lab):
        speaker = lab.speaker(local=kind)
        speaker.answer()
        speaker.works()

    @test('RFC 9374 3.4.1', 'MUST', "as Initiator, a Responder's host identity: "
          '%s' % name)
    def from_responder(lab):
        speaker = lab.speaker(kind)
        speaker.answer()
        speaker.works()

    @test('RFC 9374 3.4.1.1', 'MUST', 'HOST_ID with %s: algorithm 13, curve, '
          'NULL, key' % name)
    def contents(lab):
        data = lab.speaker(local=kind).r1().get(HOST_ID)
        label, size = {'ed25519': (1, 32), 'ed448': (3, 57)}[kind]
        need(data[:10] == struct.pack('!HHHHH', 4 + size, 0, 13, label, 0) and
             len(data) == 10 + size, 'it is %s' % data.hex())


for KIND in NAMES:
    roles(KIND)


@test('RFC 9374 3.4.2', 'MUST', 'HIT_SUITE_LIST has suite 5, and first if it is '
      "the host's own")
def listed(lab):
    need(SUITE in lab.speaker().r1().get(HIT_SUITE_LIST), 'not with ECDSA')
    suites = lab.speaker(local='ed25519').r1().get(HIT_SUITE_LIST)
    need(suites[0] == SUITE, 'it is %s' % suites.hex())


@test('RFC 9374 3.4.2', 'MUST', 'RHASH of 256 bits: #I, #J and HIP_MAC')
def lengths(lab):
    speaker = lab.speaker('ed25519', local='ed25519')
    r1 = speaker.r1()
    need(len(r1.get(PUZZLE)) == 4 + 32, 'PUZZLE of %d octets' %
         len(r1.get(PUZZLE)))
    r2 = speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
    need(len(r2.get(wire.HIP_MAC_2)) == 32, 'HIP_MAC_2')


@test('RFC 9374 3.4.2', 'MUST', 'KMAC128 of UPDATE and CLOSE')
def later(lab):
    speaker = lab.speaker(local='ed25519')
    speaker.exchange()
    speaker.works()
    number = speaker.update_id
    speaker.send(speaker.seal(speaker.update()))
    speaker.acked(number)
    speaker.send(speaker.seal(speaker.update()).flip(wire.HIP_MAC))
    speaker.none(wire.UPDATE, why='HIP_MAC was wrong')
    close = speaker.seal(speaker.close())
    speaker.send(close)
    speaker.check(speaker.expect(wire.CLOSE_ACK))


# --- what is not -------------------------------------------------------------------

@test('RFC 9374 3.4.2', 'MUST', 'an I2 whose #J does not solve the puzzle by '
      'cSHAKE128 is refused')
def unsolved(lab):
    lab.config(puzzle_k='6')
    try:
        speaker = lab.speaker(local='ed25519')
        r1 = speaker.r1()
        solution, j = speaker.solution(r1, wanted=False)
        i2 = speaker.draft_i2(r1).swap(wire.SOLUTION, solution)
        group, public = wire.dh_split(r1.get(wire.DIFFIE_HELLMAN))
        dh = crypto.DH(group)
        speaker.derive(dh.secret(public), r1.get(PUZZLE)[4:], j, 2,
                       speaker.suite)
        i2.swap(wire.DIFFIE_HELLMAN, wire.dh_param(group, dh.public))
        refused(speaker, i2)
    finally:
        lab.config(puzzle_k='10')


def i2_with(requirement, change, code=wire.AUTHENTICATION_FAILED):
    @test('RFC 9374 3.4.1.1', 'MUST', 'an I2 is refused: ' + requirement)
    def run(lab):
        identity = Odd(change)
        speaker = lab.speaker(identity=identity)
        refused(speaker, speaker.draft_i2(speaker.r1()), code)


def r1_with(requirement, change):
    @test('RFC 9374 3.4.1.1', 'MUST', 'an R1 gets no I2: ' + requirement)
    def run(lab):
        speaker = lab.speaker(identity=Odd(change))
        speaker.called()
        speaker.send(speaker.seal_r1(speaker.draft_r1()))
        speaker.none(I2)


def curve(label):
    return lambda identity: struct.pack('!H', label) + identity[2:]


for LABEL, NAME in ((0, 'RESERVED'), (2, 'EdDSA25519ph'), (3, 'EdDSA448'),
                    (5, 'unassigned')):
    i2_with('an EdDSA25519 key called curve %d, %s' % (LABEL, NAME),
            curve(LABEL))
for WITH in (i2_with, r1_with):
    WITH('an EdDSA25519 key that is an octet short', lambda data: data[:-1])
    WITH('an EdDSA25519 key that is an octet long', lambda data: data + b'\0')
    WITH('a Host Identity without a key', lambda data: data[:4])
    WITH('a Host Identity without NULL', lambda data: data[:2] + data[4:])
r1_with('a curve that is not assigned', curve(5))


@test('RFC 9374 3.4.1.1', 'MAY', 'what is in NULL is not looked at')
def null_ignored(lab):
    speaker = lab.speaker(
        identity=Odd(lambda data: data[:2] + b'\xa5\x5a' + data[4:]))
    speaker.exchange()
    speaker.works()


@test('RFC 9374 3.4.1', 'MUST', 'an I2 with a wrong EdDSA signature is refused')
def wrong_signature(lab):
    for kind in NAMES:
        speaker = lab.speaker(kind)
        i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
        reported(speaker, i2.flip(HIP_SIGNATURE), wire.AUTHENTICATION_FAILED,
                 False)


def signature_with(requirement, change):
    @test('RFC 9374 3.4.1', 'MUST', 'an I2 is refused: ' + requirement)
    def run(lab):
        speaker = lab.speaker('ed25519')
        i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
        i2.swap(HIP_SIGNATURE, change(i2.get(HIP_SIGNATURE), i2))
        refused(speaker, i2, wire.AUTHENTICATION_FAILED, False)


signature_with('an EdDSA signature that is an octet short',
               lambda data, i2: data[:-1])
signature_with('an EdDSA signature that is an octet long',
               lambda data, i2: data + b'\0')
signature_with('an EdDSA signature that says ECDSA',
               lambda data, i2: struct.pack('!H', crypto.ECDSA) + data[2:])
signature_with('an EdDSA signature of another key',
               lambda data, i2: crypto.Identity('ed25519').sign(
                   i2.covered(HIP_SIGNATURE)))


@test('RFC 9374 3.4.1', 'MUST', 'an R1 with a wrong EdDSA signature gets no I2')
def wrong_signature_2(lab):
    speaker = lab.speaker('ed25519', local='ed25519')
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1()).flip(HIP_SIGNATURE_2))
    speaker.none(I2)
    speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))
    speaker.works()


def hit_of_another(requirement, make):
    @test('RFC 9374 3.5.2.1', 'MUST', 'an I2 is refused whose HIT is ' +
          requirement)
    def run(lab):
        identity = crypto.Identity('ed25519')
        identity.hit = bytes.fromhex('20010025') + make(identity.identity)
        speaker = lab.speaker(identity=identity)
        refused(speaker, speaker.draft_i2(speaker.r1()), wire.INVALID_HIT)


hit_of_another('the middle of a longer hash', lambda data: hashlib.shake_128(
    crypto.ORCHID_CONTEXT + data).digest(32)[10:22])
hit_of_another('a hash with the prefix in it', lambda data: hashlib.shake_128(
    crypto.ORCHID_CONTEXT + bytes.fromhex('20010025') + data).digest(12))
hit_of_another('a hash without the Context ID',
               lambda data: hashlib.shake_128(data).digest(12))


@test('RFC 9374 3.4.2', 'MUST', 'an R1 whose HIT_SUITE_LIST lacks suite 5 gets no '
      'I2 from an EdDSA host identity')
def suite_missing(lab):
    speaker = lab.speaker(local='ed25519')
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1(hit_suites=(0x20, 0x10))))
    speaker.none(I2, R2)
