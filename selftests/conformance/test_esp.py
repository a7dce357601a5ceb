# SPDX-License-Identifier: GPL-2.0-only
"""ESP (RFC 7402): suites, keys, SPIs, sequence numbers."""
import os
import struct

import wire
from esp import ECHO, ECHO_REPLY, ICMPV6, SUITE_NAMES, echo
from net import V4, text
from registry import test
from speaker import need
from wire import ESP_INFO, ESP_TRANSFORM, I2, NOTIFY, R2

# Those that are configured from the start.
USUAL = (13, 9, 8, 12, 11, 10)
LEVELS = {8: 'MUST', 9: 'MUST'}


def names(*suites):
    return ','.join(SUITE_NAMES[suite] for suite in suites)


def carries(lab, suite):
    speaker = lab.speaker()
    speaker.exchange(suite=suite)
    speaker.works('as Responder')
    speaker = lab.speaker()
    speaker.answer(suites=(suite,))
    speaker.works('as Initiator')


def suite_test(suite):
    test('RFC 7402 5.1.2', LEVELS.get(suite, 'SHOULD'),
         'ESP suite %d, %s, in both roles' % (suite, SUITE_NAMES[suite]))(
             lambda lab: carries(lab, suite))


for SUITE in USUAL:
    suite_test(SUITE)


def without_encryption(suite):
    @test('RFC 7402 3.3.5', 'MAY', 'suite %d, %s, which does not encrypt, in '
          'both roles, if configured' % (suite, SUITE_NAMES[suite]))
    def run(lab):
        lab.config(esp_suites=names(suite))
        try:
            carries(lab, suite)
        finally:
            lab.config(esp_suites=names(*USUAL))


without_encryption(7)
without_encryption(15)


@test('RFC 7402 5.1.2', 'MUST', 'ESP_TRANSFORM of R1 has suite 8, six at most, '
      'Reserved zero')
def offered(lab):
    reserved, *suites = wire.u16s(lab.speaker().r1().get(ESP_TRANSFORM))
    need(8 in suites, 'it offers %s' % suites)
    need(len(suites) <= 6, 'it offers %d' % len(suites))
    need(not reserved, 'Reserved is not zero')


@test('RFC 7402 5.1.2', 'MUST', 'ESP_TRANSFORM of I2 has one suite that was '
      'offered, Reserved zero')
def chosen(lab):
    i2 = lab.speaker().answer(suites=(9, 8))
    reserved, *suites = wire.u16s(i2.get(ESP_TRANSFORM))
    need(not reserved, 'Reserved is not zero')
    need(len(suites) == 1 and suites[0] in (8, 9), 'it chose %s' % suites)


@test('RFC 7402 5.1.2', 'MUST', 'a list of more than six suites is taken')
def long_list(lab):
    lab.speaker().answer(suites=(100, 8, 101, 102, 103, 104, 105, 106, 107))


@test('RFC 7402 5.1.2', 'MUST', 'Reserved of ESP_TRANSFORM and ESP_INFO is '
      'ignored when received')
def reserved_ignored(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    suite = wire.u16s(i2.get(ESP_TRANSFORM))[1]
    i2.swap(ESP_TRANSFORM, wire.esp_transform(suite, reserved=0xffff))
    i2.swap(ESP_INFO, b'\xff\xff' + i2.get(ESP_INFO)[2:])
    speaker.finish_i(speaker.seal(i2))
    speaker.works()


@test('RFC 7402 5.1.3', 'SHOULD', 'an I2 with a suite that was not offered is '
      'refused, by NOTIFY INVALID_ESP_TRANSFORM_CHOSEN')
def not_offered(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.swap(ESP_TRANSFORM, wire.esp_transform(7))
    speaker.send(speaker.seal(i2))
    packet = speaker.expect(NOTIFY)
    kind = wire.u16s(packet.get(wire.NOTIFICATION)[:4])[1]
    need(kind == wire.INVALID_ESP_TRANSFORM_CHOSEN, 'NOTIFY %d' % kind)
    speaker.none(R2)


@test('RFC 7402 5.1.2', 'MUST', 'an I2 with two suites is refused')
def two_suites(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.swap(ESP_TRANSFORM, wire.esp_transform(8, 9))
    speaker.send(speaker.seal(i2))
    speaker.none(R2)


@test('RFC 7402 5.1.2', 'MUST', 'an R1 with no suite that it has gets no I2')
def none_known(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1(suites=(2, 3, 99))))
    speaker.none(I2)


@test('RFC 7402 5.1.2', 'SHOULD', 'suites without encryption are not offered '
      'unless configured')
def not_null(lab):
    suites = wire.u16s(lab.speaker().r1().get(ESP_TRANSFORM))[1:]
    need(not {7, 14, 15} & set(suites), 'it offers %s' % suites)


@test('RFC 7402 5.1.1', 'MUST', 'ESP_INFO of I2: OLD SPI zero, NEW SPI, KEYMAT '
      'index behind the HIP keys, Reserved zero')
def info_i2(lab):
    speaker = lab.speaker()
    info = speaker.answer().get(ESP_INFO)
    reserved, index, old, new = struct.unpack('!HHII', info)
    need(not reserved, 'Reserved is not zero')
    need(not old and new > 255, 'SPIs %x and %x' % (old, new))
    need(index == speaker.index, 'index is %d' % index)


@test('RFC 7402 5.1.1', 'MUST', 'ESP_INFO of R2: OLD SPI zero, NEW SPI, KEYMAT '
      'index, Reserved zero')
def info_r2(lab):
    speaker = lab.speaker()
    info = speaker.exchange().get(ESP_INFO)
    reserved, index, old, new = struct.unpack('!HHII', info)
    need(not reserved, 'Reserved is not zero')
    need(not old and new > 255, 'SPIs %x and %x' % (old, new))
    need(index == speaker.index, 'index is %d' % index)


@test('RFC 7402 6.9', 'MUST', 'ESP keys come from the greater of both KEYMAT '
      'indexes')
def greater_index(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    speaker.index += 64
    i2.swap(ESP_INFO, wire.esp_info(speaker.index, 0, speaker.spi_in))
    speaker.finish_i(speaker.seal(i2))
    speaker.works()


@test('RFC 7402 6.4', 'MUST', 'NEW SPI of an I2 is not taken from the reserved '
      'ones')
def reserved_spi(lab):
    for spi in (0, 255):
        speaker = lab.speaker()
        i2 = speaker.draft_i2(speaker.r1())
        i2.swap(ESP_INFO, wire.esp_info(speaker.index, 0, spi))
        speaker.send(speaker.seal(i2))
        speaker.none(R2)


@test('RFC 7402 3.2.1', 'SHOULD', 'SPIs are chosen at random')
def random_spis(lab):
    spis = []
    for _ in range(4):
        speaker = lab.speaker()
        speaker.exchange()
        spis.append(speaker.sa_out.spi)
    gaps = {abs(a - b) for a, b in zip(spis, spis[1:])}
    need(len(set(spis)) == 4 and min(gaps) > 64, 'SPIs are %s' %
         ' '.join('%08x' % spi for spi in spis))


@test('RFC 7402 3.3.6', 'MUST', '64-bit sequence numbers are used, from 1')
def sequence(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    first = speaker.ping(20)
    second = speaker.ping(21)
    need(first and second == first + 1, 'numbers %s and %s' % (first, second))


@test('RFC 7402 3.3.6', 'MUST', 'ESP packets that are repeated are dropped')
def replay(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    data = speaker.sa_out.seal(ICMPV6, echo(ECHO, speaker.hit, speaker.peer,
                                            7401, 30))
    speaker.send_esp(data)
    need(speaker.take_esp(ECHO_REPLY, 30), 'no answer')
    speaker.send_esp(data)
    need(not speaker.take_esp(ECHO_REPLY, 30, 0.5), 'a second answer')


@test('RFC 7402 6.2', 'MUST', 'ESP packets with a wrong ICV are dropped')
def wrong_icv(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    data = bytearray(speaker.sa_out.seal(ICMPV6, echo(
        ECHO, speaker.hit, speaker.peer, 7401, 31)))
    data[-1] ^= 1
    speaker.send_esp(bytes(data))
    need(not speaker.take_esp(ECHO_REPLY, 31, 0.5), 'an answer')
    speaker.works()


@test('RFC 7402 6.2', 'MUST', 'ESP packets with an unknown SPI are dropped')
def wrong_spi(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    spi = speaker.sa_out.spi
    speaker.sa_out.spi = spi ^ 0x01000000
    need(not speaker.ping(32, 0.5), 'an answer')
    speaker.sa_out.spi = spi
    speaker.works()


@test('RFC 7402 3.1', 'MUST', 'the addresses in ESP are the HITs of the '
      'association: the checksum is over them')
def other_checksum(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    stranger = speaker.hit[:4] + os.urandom(12)
    speaker.send_esp(speaker.sa_out.seal(ICMPV6, echo(
        ECHO, stranger, speaker.peer, 7401, 33)))
    need(not speaker.take_esp(ECHO_REPLY, 33, 0.5), 'a wrong checksum is answered')


@test('6.1', 'SHOULD', 'the datagram that starts an exchange is sent when it is '
      'done')
def queued(lab):
    speaker = lab.speaker()
    lab.host.run('peer', 'set', text(speaker.hit), 'addr',
                 lab.net.usual(V4))
    ping = lab.host.ping(speaker.hit)
    try:
        speaker.initiator = False
        speaker.expect(wire.I1)
        speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))
        need(speaker.take_esp(ECHO, 1), 'it did not arrive')
    finally:
        ping.kill()
        ping.wait()
