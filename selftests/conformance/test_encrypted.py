# SPDX-License-Identifier: GPL-2.0-only
"""HOST_ID in ENCRYPTED (RFC 7401 sections 5.2.8, 5.2.18, 5.3.3 and 6.9)."""
import os

import crypto
import wire
from registry import test
from speaker import need
from test_responder import refused, reported
from wire import ENCRYPTED, HIP_CIPHER, HOST_ID, I2, NOTIFY, R2

USUAL = 'aes-128-cbc,aes-256-cbc'


def inner_host_id(speaker, host_id=None):
    return wire.Param(HOST_ID, host_id or speaker.identity.host_id).octets()


def drafted(speaker, cipher=2, inner=None, key=None):
    """An I2 with @inner, or our HOST_ID, in ENCRYPTED."""
    i2 = speaker.draft_i2(speaker.r1(), cipher=cipher).drop(HOST_ID)
    return i2.put(ENCRYPTED, crypto.encrypt(
        cipher, key or speaker.enc_out, inner or inner_host_id(speaker)))


def taken(number, kind):
    @test('5.3.3', 'MUST', 'an I2 with its HOST_ID in ENCRYPTED is taken, '
          'HIP_CIPHER %d%s' % (number, '' if kind == 'p256' else ', ' + kind))
    def run(lab):
        speaker = lab.speaker(identity=lab.identity(kind)
                              if kind != 'p256' else None)
        speaker.finish_i(speaker.seal(drafted(speaker, number)),
                         'I2 with ENCRYPTED HOST_ID')
        speaker.works()


taken(2, 'p256')
taken(4, 'p256')
taken(2, 'rsa2048')


@test('5.2.18', 'MUST', 'Reserved of ENCRYPTED is ignored when received')
def reserved_ignored(lab):
    speaker = lab.speaker()
    i2 = drafted(speaker)
    i2.swap(ENCRYPTED, b'\xff' * 4 + i2.get(ENCRYPTED)[4:])
    speaker.finish_i(speaker.seal(i2), 'I2 with ENCRYPTED HOST_ID')


@test('5.2.18', 'MUST', 'other parameters may follow in ENCRYPTED')
def others_inside(lab):
    speaker = lab.speaker()
    inner = inner_host_id(speaker) + wire.Param(768, b'cert').octets()
    speaker.finish_i(speaker.seal(drafted(speaker, inner=inner)),
                     'I2 with ENCRYPTED HOST_ID and CERT')


def dropped(what, make):
    @test('6.9', 'MUST', 'an I2 whose ENCRYPTED holds no HOST_ID is dropped in '
          'silence: ' + what)
    def run(lab):
        speaker = lab.speaker()
        refused(speaker, make(speaker))
        speaker.forget()
        speaker.exchange()


def replaced(data):
    def make(speaker):
        i2 = drafted(speaker)
        return i2.swap(ENCRYPTED, data(i2.get(ENCRYPTED)))
    return make


dropped('another parameter', lambda speaker: drafted(
    speaker, inner=wire.Param(768, speaker.identity.host_id).octets()))
dropped('another key', lambda speaker: drafted(speaker, key=os.urandom(16)))
dropped('no whole blocks', replaced(lambda data: data[:-3]))
dropped('no IV', replaced(lambda data: data[:8]))
dropped('an IV and nothing else', replaced(lambda data: data[:20]))
dropped('nothing at all', replaced(lambda data: data[:4]))
dropped('a length beyond its end', lambda speaker: drafted(
    speaker, inner=b'\x02\xc1\x07\xff' + inner_host_id(speaker)[4:]))


@test('6.9', 'SHOULD', 'an I2 whose HIT is not that of its encrypted HOST_ID is '
      'refused')
def another_identity(lab):
    speaker = lab.speaker()
    reported(speaker, drafted(speaker, inner=inner_host_id(
        speaker, crypto.Identity().host_id)), wire.INVALID_HIT)


@test('6.9', 'MUST', 'an encrypted HOST_ID is not looked at if HIP_MAC is wrong')
def mac_first(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(drafted(speaker, key=os.urandom(16)))
    reported(speaker, i2.flip(wire.HIP_MAC), wire.HIP_MAC_FAILED, seal=False)


# --- as Initiator --------------------------------------------------------------------

def hidden(number):
    @test('5.3.3', 'MAY', 'as Initiator, HOST_ID is sent in ENCRYPTED if '
          'configured, HIP_CIPHER %d' % number)
    def run(lab):
        lab.config(encrypt_host_id='yes')
        try:
            speaker = lab.speaker()
            i2 = speaker.answer(ciphers=(number,))
        finally:
            lab.config(encrypt_host_id='no')
        need(wire.u16s(i2.get(HIP_CIPHER)) == [number], 'another cipher')
        need(i2.get(HOST_ID) is None, 'HOST_ID in clear')
        need(i2.get(ENCRYPTED) is not None, 'no ENCRYPTED')
        speaker.works()


hidden(2)
hidden(4)


@test('5.3.3', 'MAY', 'as Initiator, HOST_ID is in clear unless configured')
def in_clear(lab):
    i2 = lab.speaker().answer()
    need(i2.get(HOST_ID) and i2.get(ENCRYPTED) is None, 'ENCRYPTED')


# --- NULL-ENCRYPT --------------------------------------------------------------------

@test('5.2.8', 'SHOULD', 'NULL-ENCRYPT in both roles, if configured for tests')
def null_encrypt(lab):
    lab.config(hip_ciphers='null', encrypt_host_id='yes')
    try:
        speaker = lab.speaker()
        r1 = speaker.r1()
        need(wire.u16s(r1.get(HIP_CIPHER)) == [1], 'R1 offers another cipher')
        speaker.finish_i(speaker.seal(drafted(speaker, 1)), 'NULL-ENCRYPT')
        speaker.works('as Responder')
        speaker = lab.speaker()
        i2 = speaker.answer(ciphers=(1,))
        need(i2.get(ENCRYPTED) is not None, 'no ENCRYPTED')
        speaker.works('as Initiator')
        speaker = lab.speaker()
        speaker.called()
        speaker.send(speaker.seal_r1(speaker.draft_r1(ciphers=(2, 4))))
        speaker.none(I2, NOTIFY, why='with a cipher that is not configured')
    finally:
        lab.config(hip_ciphers=USUAL, encrypt_host_id='no')
    speaker = lab.speaker()
    refused(speaker, speaker.draft_i2(speaker.r1(), cipher=1),
            wire.INVALID_HIP_CIPHER_CHOSEN)
    speaker.none(R2)
