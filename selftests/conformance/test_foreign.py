# SPDX-License-Identifier: GPL-2.0-only
"""What other implementations are known to send, and has to be taken."""
import crypto
import wire
from net import V4, V6, address
from registry import test
from speaker import need
from wire import (DH_GROUP_LIST, DIFFIE_HELLMAN, HIP_CIPHER, HOST_ID, I1, I2,
                  LOCATOR_SET, R1, R1_COUNTER, SEQ, TRANSPORT_FORMAT_LIST,
                  UPDATE)


@test('5.2.3', 'MUST', 'foreign: no R1_COUNTER in R1 and in I2')
def no_counter(lab):
    speaker = lab.speaker()
    speaker.answer(counter=None)
    speaker.works()
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1()).drop(R1_COUNTER)
    speaker.finish_i(speaker.seal(i2))
    speaker.works()


def domain(role, di_type, name, value):
    @test('5.2.9', 'MUST', 'foreign: HOST_ID with %s as %s' % (name, role))
    def run(lab):
        identity = crypto.Identity('p256', True, di_type, value)
        speaker = lab.speaker(identity=identity)
        if role == 'Initiator':
            speaker.exchange()
        else:
            speaker.answer()
        speaker.works()


for ROLE in ('Initiator', 'Responder'):
    domain(ROLE, 2, 'NAI', b'somebody@example.org')
    domain(ROLE, 1, 'FQDN', b'\x04host\x07example\x00')


def unprefixed(role):
    @test('5.2.9', 'MUST', 'foreign: EC point without 0x04 in HOST_ID, as %s' %
          role)
    def run(lab):
        speaker = lab.speaker(identity=crypto.Identity('p384', prefixed=False))
        if role == 'Initiator':
            speaker.exchange()
        else:
            speaker.answer()
        speaker.works()


unprefixed('Initiator')
unprefixed('Responder')


def prefixed_dh(role):
    @test('5.2.7', 'MAY', 'foreign: EC point with 0x04 in DIFFIE_HELLMAN, as %s'
          % role)
    def run(lab):
        speaker = lab.speaker()
        if role == 'Initiator':
            r1 = speaker.r1((8,))
            dh = crypto.DH(8)
            i2 = speaker.draft_i2(r1, dh=dh)
            i2.swap(DIFFIE_HELLMAN, wire.dh_param(8, b'\x04' + dh.public))
            speaker.finish_i(speaker.seal(i2))
        else:
            speaker.called()
            r1 = speaker.draft_r1()
            r1.swap(DIFFIE_HELLMAN, wire.dh_param(
                8, b'\x04' + speaker.dh.public))
            speaker.finish_r(speaker.seal_r1(r1))
        speaker.works()


prefixed_dh('Initiator')
prefixed_dh('Responder')


@test('5.2.10', 'MUST', 'foreign: HIT_SUITE_LIST with unknown ids')
def suite_ids(lab):
    speaker = lab.speaker()
    speaker.answer(hit_suites=(0xf0, 0x50, 0x20, 0x30, 0x70))
    speaker.works()


@test('5.2.6', 'MUST', 'foreign: DH_GROUP_LIST with unknown groups in I1')
def groups_i1(lab):
    speaker = lab.speaker()
    speaker.exchange(groups=(13, 12, 6, 8, 99))
    speaker.works()


@test('5.2.6', 'MUST', 'foreign: DH_GROUP_LIST with unknown groups in R1')
def groups_r1(lab):
    speaker = lab.speaker()
    speaker.answer(groups=(13, 6, 8, 99), group=8)
    speaker.works()


@test('RFC 7402 5.1.2', 'MUST', 'foreign: ESP suites that it does not have in '
      'R1')
def suites_r1(lab):
    speaker = lab.speaker()
    speaker.answer(suites=(2, 5, 200, 8))
    speaker.works()


@test('5.3.5', 'MUST', 'foreign: UPDATE with only SEQ right behind the exchange')
def seq_only(lab):
    for role in (lab.speaker().exchange, lab.speaker().answer):
        speaker = role.__self__
        lab.net.speakers[speaker.hit] = speaker
        role()
        speaker.send(speaker.seal(speaker.update()))
        speaker.acked(0)
        speaker.works()


@test('5.3.3', 'MUST', 'foreign: I2 with and without TRANSPORT_FORMAT_LIST')
def format_list(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1()).drop(TRANSPORT_FORMAT_LIST)
    speaker.finish_i(speaker.seal(i2))
    speaker.works()


@test('RFC 8046 4', 'MUST', 'foreign: LOCATOR_SET in I2, R1 and UPDATE')
def locator_sets(lab):
    locators = wire.locator_set(address(lab.net.usual(V4)))
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1()).put(LOCATOR_SET, locators)
    speaker.finish_i(speaker.seal(i2))
    speaker.works()
    speaker = lab.speaker()
    speaker.called()
    speaker.finish_r(speaker.seal_r1(
        speaker.draft_r1().put(LOCATOR_SET, locators)))
    speaker.works()
    update = speaker.update()
    update.put(wire.ESP_INFO, wire.esp_info(0, speaker.sa_in.spi,
                                            speaker.sa_in.spi))
    update.put(LOCATOR_SET, wire.locator_set(address(lab.net.usual(V4)),
                                             spi=speaker.sa_in.spi))
    speaker.send(speaker.seal(update))
    speaker.acked(0)
    speaker.works()


@test('5.2.21', 'MAY', 'foreign: an I2 that answers no ECHO_REQUEST_UNSIGNED')
def no_echo(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1()).drop(wire.ECHO_RESPONSE_UNSIGNED)
    speaker.finish_i(speaker.seal(i2))
    speaker.works()


@test('5.3.1', 'MUST', 'foreign: an I1 of the oldest groups only')
def old_group(lab):
    speaker = lab.speaker()
    r1 = speaker.r1((3,))
    need(r1.get(DIFFIE_HELLMAN)[0] == 3, 'not group 3')
    speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
    speaker.works()


@test('5.3.3', 'MUST', 'foreign: CERT, and parameters of registration, relay '
      'and middleboxes in an I2')
def extensions(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    # CERT, REG_REQUEST; NAT traversal mode and RELAY_FROM are even or signed.
    i2.put(768, b'\1\1\1\1cert').put(932, b'\x78\1')
    speaker.finish_i(speaker.seal(i2))
    speaker.works()


@test('4.1', 'MUST', 'foreign: I1 and I2 by IPv6 with a source address of its '
      'own choice')
def other_source(lab):
    speaker = lab.speaker(family=V6)
    speaker.source = [a for a in lab.net.here if ':' in a][1]
    speaker.exchange()
    speaker.works()


def large_key(role):
    @test('5.2.9', 'SHOULD', 'foreign: host identity RSA-4096, as %s' % role)
    def run(lab):
        local = 'ecdsa-p256' if role == 'Initiator' else 'ecdsa-p384'
        speaker = lab.speaker(identity=lab.identity('rsa4096'), local=local)
        if role == 'Initiator':
            speaker.exchange(groups=(8,))
        else:
            speaker.answer()
        speaker.works()


large_key('Initiator')
large_key('Responder')
