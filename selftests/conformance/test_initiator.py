# SPDX-License-Identifier: GPL-2.0-only
"""The host as Initiator: I1, R1, I2, R2 (RFC 7401 sections 6.6, 6.8, 6.10), and
both roles at once."""
import struct
import time

import crypto
import wire
from net import V4, V6, address, text
from registry import test
from speaker import need
from test_responder import OWN, PEERS
from wire import (DH_GROUP_LIST, DIFFIE_HELLMAN, ECHO_REQUEST_SIGNED,
                  ECHO_REQUEST_UNSIGNED, ECHO_RESPONSE_SIGNED,
                  ECHO_RESPONSE_UNSIGNED, ESP_TRANSFORM, HIP_CIPHER, HIP_MAC_2,
                  HIP_SIGNATURE, HIP_SIGNATURE_2, HIT_SUITE_LIST, HOST_ID, I1,
                  I2, LOCATOR_SET, NOTIFY, PUZZLE, R1, R1_COUNTER, R2,
                  SOLUTION, TRANSPORT_FORMAT_LIST)


# --- identities and groups ---------------------------------------------------------

def own_identity(name):
    @test('5.2.9', 'MUST', 'as Initiator, a host identity of its own: %s' % name)
    def run(lab):
        speaker = lab.speaker(local=name)
        speaker.answer()
        speaker.works()


def peer_identity(kind, name):
    @test('5.2.9', 'MUST', "as Initiator, a Responder's host identity: %s"
          % name)
    def run(lab):
        identity = lab.identity(kind) if kind.startswith('rsa') else None
        # One association for each pair of HITs: not those of the other role.
        speaker = lab.speaker(kind, identity=identity,
                              local='ecdsa-p384')
        speaker.answer()
        speaker.works()


def dh_group(group, name):
    @test('5.2.7', 'MUST' if group == 3 else 'SHOULD',
          'as Initiator, DH group %d: %s' % (group, name))
    def run(lab):
        speaker = lab.speaker()
        speaker.answer(groups=(group,))
        speaker.works()


def cipher(number):
    @test('5.2.8', 'MUST', 'as Initiator, HIP_CIPHER %d' % number)
    def run(lab):
        speaker = lab.speaker()
        speaker.answer(ciphers=(number,))
        need(speaker.cipher == number, 'it chose %d' % speaker.cipher)
        speaker.works()


def puzzle(bits):
    @test('6.3', 'MUST', 'a puzzle of %d bits is solved' % bits)
    def run(lab):
        speaker = lab.speaker()
        speaker.answer(bits=bits)


for NAME in OWN:
    own_identity(NAME)
for NAME, KIND in PEERS.items():
    peer_identity(KIND, NAME)
for GROUP, NAME in sorted(crypto.GROUPS.items()):
    dh_group(GROUP, NAME)
cipher(2)
cipher(4)
puzzle(0)
puzzle(1)
puzzle(12)


# --- I1 ----------------------------------------------------------------------------

@test('5.3.1', 'MUST', 'I1 has a DH_GROUP_LIST and the HIT that was asked for')
def i1_contents(lab):
    speaker = lab.speaker()
    i1 = speaker.called()
    need(i1.get(DH_GROUP_LIST), 'no DH_GROUP_LIST')
    need(not i1.controls, 'controls are set')


@test('6.6', 'SHOULD', 'an I1 without answer is sent again, later each time')
def i1_again(lab):
    speaker = lab.speaker()
    speaker.called()
    times = [time.monotonic()]
    for _ in range(2):
        speaker.expect(I1)
        times.append(time.monotonic())
    first, second = times[1] - times[0], times[2] - times[1]
    need(second > first * 1.3, 'after %.2f s and %.2f s' % (first, second))


@test('6.6.1', 'MUST', 'an I1 goes to three addresses at most, and to one when '
      'it is sent again')
def i1_parallel(lab):
    speaker = lab.speaker()
    here = [a for a in lab.net.here if ':' not in a]
    start = time.monotonic()
    speaker.called(here)
    again = speaker.expect(I1)
    took = time.monotonic() - start
    more = speaker.count(I1, 0.2)
    need(not more, '%d I1s within %.1f s' % (2 + len(more), took + 0.2))
    need(again.destination in [address(a) for a in here], 'somewhere else')


def unreachable(family, name):
    @test('6.6.2', 'MUST', 'ICMP Protocol Unreachable does not end the waiting '
          'for R1, %s' % name)
    def run(lab):
        speaker = lab.speaker(family=family)
        i1 = speaker.called()
        if family == V4:
            ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(i1.raw), 1, 0, 64,
                             wire.PROTO_HIP, 0) + i1.source + i1.destination
            icmp = struct.pack('!BBHI', 3, 2, 0, 0) + ip + i1.raw
            value = ~wire.fold(icmp) & 0xffff
            proto = 1
        else:
            ip = struct.pack('!IHBB', 6 << 28, len(i1.raw), wire.PROTO_HIP,
                             64) + i1.source + i1.destination
            icmp = struct.pack('!BBHI', 4, 1, 0, 6) + ip + i1.raw
            value = wire.checksum(icmp, i1.destination, i1.source, 58)
            proto = 58
        lab.net.send_raw(family, proto, icmp[:2] + struct.pack('!H', value) +
                         icmp[4:])
        lab.net.drain(0.2)
        speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))


unreachable(V4, 'IPv4')
unreachable(V6, 'IPv6')


# --- R1 to I2: what is copied and chosen -------------------------------------------

@test('5.2.3', 'MUST', 'R1_COUNTER is echoed in I2')
def counter_echoed(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1(counter=0x1122334455667788)
    i2 = speaker.finish_r(speaker.seal_r1(r1))
    need(i2.get(R1_COUNTER) == r1.get(R1_COUNTER), 'it is not')


@test('5.2.3', 'MUST', 'R1_COUNTER is echoed in I2, Reserved verbatim')
def counter_reserved(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1()
    r1.swap(R1_COUNTER, b'keep' + bytes(7) + b'\x05')
    i2 = speaker.finish_r(speaker.seal_r1(r1))
    need(i2.get(R1_COUNTER) == r1.get(R1_COUNTER), 'it is not')


@test('5.2.3', 'MUST', 'R1_COUNTER is optional in an R1')
def counter_missing(lab):
    speaker = lab.speaker()
    i2 = speaker.answer(counter=None)
    need(i2.get(R1_COUNTER) is None, 'I2 has one that the R1 had not')


@test('5.2.5', 'MUST', 'SOLUTION echoes #K, Opaque and #I; Reserved is zero')
def solution_fields(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1()
    solution = speaker.finish_r(speaker.seal_r1(r1)).get(SOLUTION)
    given = r1.get(PUZZLE)
    need(solution[0] == given[0], '#K')
    need(not solution[1], 'Reserved')
    need(solution[2:4] == given[2:4], 'Opaque')
    need(solution[4:].startswith(given[4:]), '#I')


@test('5.3.3', 'MUST', 'I2 has all parameters that it must have')
def i2_parameters(lab):
    i2 = lab.speaker().answer()
    for kind in (wire.ESP_INFO, SOLUTION, DIFFIE_HELLMAN, HIP_CIPHER, HOST_ID,
                 TRANSPORT_FORMAT_LIST, ESP_TRANSFORM, wire.HIP_MAC,
                 HIP_SIGNATURE):
        need(len(i2.all(kind)) == 1, 'not one %s' % wire.NAMES[kind])


@test('5.3.3', 'MUST', 'TRANSPORT_FORMAT_LIST of I2 has the one format chosen')
def i2_format(lab):
    i2 = lab.speaker().answer()
    need(wire.u16s(i2.get(TRANSPORT_FORMAT_LIST)) == [ESP_TRANSFORM],
         'it has not')


@test('5.2.11', 'MUST', 'a format that has no parameter is passed over')
def formats_passed_over(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1()
    r1.swap(TRANSPORT_FORMAT_LIST, wire.u16_list(2052, 3000, ESP_TRANSFORM))
    i2 = speaker.finish_r(speaker.seal_r1(r1))
    need(wire.u16s(i2.get(TRANSPORT_FORMAT_LIST)) == [ESP_TRANSFORM],
         'it chose another')


def no_answer(section, level, requirement, change, sealed=False, **offer):
    """An R1 made wrong gets no I2."""
    @test(section, level, requirement)
    def run(lab):
        speaker = lab.speaker()
        speaker.called()
        r1 = speaker.draft_r1(**offer)
        if sealed:
            r1 = change(speaker.seal_r1(r1), speaker)
        else:
            r1 = speaker.seal_r1(change(r1, speaker))
        speaker.send(r1)
        speaker.none(I2, NOTIFY)


no_answer('5.2.11', 'MUST', 'ESP listed without ESP_TRANSFORM is ignored: no I2',
          lambda r1, s: r1.drop(ESP_TRANSFORM))
no_answer('5.2.11', 'MUST', 'an R1 without ESP in TRANSPORT_FORMAT_LIST gets no '
          'I2', lambda r1, s: r1.swap(TRANSPORT_FORMAT_LIST,
                                      wire.u16_list(2052)))
no_answer('6.8', 'MUST', 'an R1 of which DIFFIE_HELLMAN is not the best common '
          'group gets no I2', lambda r1, s: r1, groups=(8, 7, 4), group=7)
no_answer('6.8', 'MUST', 'an R1 with a group that was not in the I1 gets no I2',
          lambda r1, s: r1.swap(DIFFIE_HELLMAN, wire.dh_param(
              10, bytes(40))).swap(DH_GROUP_LIST, b'\x0a'))
no_answer('6.8', 'MUST', 'an R1 whose group is not in its DH_GROUP_LIST gets no '
          'I2', lambda r1, s: r1, groups=(7, 4), group=8)
no_answer('6.8', 'MUST', 'an R1 without DH_GROUP_LIST gets no I2',
          lambda r1, s: r1.drop(DH_GROUP_LIST))
no_answer('6.8', 'MUST', "an R1 whose HIT_SUITE_LIST lacks the Initiator's suite "
          'gets no I2', lambda r1, s: r1, hit_suites=(0x10, 0x30))
no_answer('6.8', 'MUST', 'an R1 without HIT_SUITE_LIST gets no I2',
          lambda r1, s: r1.drop(HIT_SUITE_LIST))
no_answer('6.8', 'SHOULD', 'an R1 with a wrong signature gets no I2',
          lambda r1, s: r1.flip(HIP_SIGNATURE_2), sealed=True)
no_answer('6.8', 'SHOULD', 'an R1 without signature gets no I2',
          lambda r1, s: r1.drop(HIP_SIGNATURE_2), sealed=True)
no_answer('6.8', 'SHOULD', 'an R1 signed by another key gets no I2',
          lambda r1, s: r1.swap(HIP_SIGNATURE_2, crypto.Identity().sign(
              r1.covered_blank())), sealed=True)
no_answer('5.2.15', 'MUST', 'an R1 whose SIG alg is not that of its HOST_ID gets no '
          'I2', lambda r1, s: r1.swap(HIP_SIGNATURE_2, b'\0\5' +
                                      r1.get(HIP_SIGNATURE_2)[2:]), sealed=True)
no_answer('4.1.3', 'MUST', 'an R1 whose DH_GROUP_LIST was changed on the way '
          'gets no I2', lambda r1, s: r1.swap(DH_GROUP_LIST, b'\x08\x03'),
          sealed=True)
no_answer('6.8', 'SHOULD', 'an R1 whose HIT is not that of its HOST_ID gets no '
          'I2', lambda r1, s: r1.swap(HOST_ID, crypto.Identity().host_id))
no_answer('6.8.1', 'MUST', 'a malformed R1 is dropped in silence: no PUZZLE',
          lambda r1, s: r1.drop(PUZZLE))
no_answer('6.8.1', 'MUST', 'a malformed R1 is dropped in silence: PUZZLE of '
          'another hash', lambda r1, s: r1.swap(PUZZLE, r1.get(PUZZLE)[:36]))
no_answer('6.8.1', 'MUST', 'a malformed R1 is dropped in silence: no '
          'DIFFIE_HELLMAN', lambda r1, s: r1.drop(DIFFIE_HELLMAN))
no_answer('6.8.1', 'MUST', 'a malformed R1 is dropped in silence: no HOST_ID',
          lambda r1, s: r1.drop(HOST_ID))
no_answer('6.8.1', 'MUST', 'a malformed R1 is dropped in silence: no HIP_CIPHER',
          lambda r1, s: r1.drop(HIP_CIPHER))
no_answer('5.2.8', 'MUST', 'NULL-ENCRYPT alone is not accepted',
          lambda r1, s: r1, ciphers=(1,))
no_answer('5.2.8', 'MUST', 'of a longer HIP_CIPHER the first six count',
          lambda r1, s: r1, ciphers=(60, 61, 62, 63, 64, 65, 2))
no_answer('6.8', 'MUST', 'a puzzle beyond its lifetime is given up',
          lambda r1, s: r1, bits=64, lifetime=31)
no_answer('5.3.2', 'SHOULD', 'an R1 with a public value that is not on the curve '
          'gets no I2', lambda r1, s: r1.swap(DIFFIE_HELLMAN, wire.dh_param(
              8, b'\x07' * 96)))
no_answer('5.3.2', 'SHOULD', 'an R1 with the public value 1 gets no I2',
          lambda r1, s: r1.swap(DIFFIE_HELLMAN, wire.dh_param(
              3, bytes(191) + b'\x01')), groups=(3,))
no_answer('5.2.10', 'SHOULD', 'low bits in HIT_SUITE_LIST are an error: no I2',
          lambda r1, s: r1, hit_suites=(0x21,))


@test('6.8', 'MAY', "an exchange starts over with another HIT of its own if the "
      "Responder's HIT_SUITE_LIST asks for it")
def other_hit(lab):
    speaker = lab.speaker()
    speaker.initiator = False
    lab.host.run('peer', 'set', text(speaker.hit), 'addr',
                 lab.net.usual(speaker.family))
    lab.host.run('assoc', 'add', 'peer', text(speaker.hit))
    speaker.expect(I1)
    r1 = speaker.seal_r1(speaker.draft_r1(hit_suites=(0x10,)))
    # The first of HIT suite 1.
    speaker.peer = lab.host.identities['rsa-2048']
    speaker.send(r1)
    speaker.expect(I1, 'with another HIT',
                   lambda i1: i1.sender == speaker.peer)
    speaker.finish_r(speaker.seal_r1(speaker.draft_r1(hit_suites=(0x10,))))
    speaker.works()


@test('6.8', 'SHOULD', 'an exchange for one HIT of its own does not start over with '
      'another')
def no_other_hit(lab):
    speaker = lab.speaker()
    first = speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1(hit_suites=(0x10,))))
    lab.net.drain(1)
    need(not speaker.find(I1, lambda i1: i1.sender != first.sender),
         'it does')


@test('6.8.1', 'SHOULD', 'a malformed R1 does not end the waiting for a good one')
def malformed_then_good(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1().drop(PUZZLE)))
    speaker.send(speaker.seal_r1(speaker.draft_r1()).flip(HIP_SIGNATURE_2))
    speaker.send(speaker.seal_r1(speaker.draft_r1()), wrong=3)
    speaker.none(I2, seconds=0.2)
    speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))
    speaker.works()


@test('6.8', 'SHOULD', 'an R1 without a suite for us does not end the waiting '
      'for one with a greater counter')
def later_r1(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1(hit_suites=(0x10,))))
    lab.net.drain(0.3)
    speaker.finish_r(speaker.seal_r1(speaker.draft_r1(counter=8)))


@test('6.8', 'SHOULD', 'an R1 is matched by its HITs, not by its address')
def r1_elsewhere(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.source = lab.net.here[1]
    speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))


@test('RFC 8046 5.4', 'MUST', 'an R2 verifies no address, if the I2 went to two')
def i2_twice(lab):
    victim, other = lab.net.here[:2]
    speaker = lab.speaker()
    speaker.source = other
    speaker.called([other])
    r1 = speaker.draft_r1()
    r1.put(LOCATOR_SET, wire.locator_set(address(victim)))
    speaker.send(speaker.seal_r1(r1))
    i2 = speaker.take_i2(speaker.expect(I2))
    need(i2.destination == address(victim), 'it does not go to the locator')
    speaker.expect(I2, 'it is not tried at the address of the R1',
                   lambda p: p.destination == address(other))
    # As if it came from where the first one went.
    speaker.source = victim
    speaker.send(speaker.seal_r2(speaker.draft_r2()))
    speaker.at(victim, 'unverified')


def r2_forged(name, asked, locator):
    @test('RFC 8046 5.4', 'MUST', 'an address gets no data because an R2 comes from '
          'there: ' + name)
    def run(lab):
        # A peer that lives at one address, and forges that of a victim.
        speaker = lab.speaker()
        usual, victim = lab.net.here[:2]
        speaker.called()
        r1 = speaker.draft_r1()
        r1.put(wire.LOCATOR_SET, wire.locator_set(address(locator(usual, victim))))
        speaker.source = asked(usual, victim)
        speaker.send(speaker.seal_r1(r1))
        i2 = speaker.expect(I2, '', lambda p: p.destination == address(usual))
        speaker.take_i2(i2)
        speaker.source = victim
        speaker.send(speaker.seal_r2(speaker.draft_r2()))
        speaker.source = None
        lab.net.drain(0.5)
        need(lab.host.state(speaker.hit, speaker.peer) == 'ESTABLISHED',
             'the R2 is not taken')
        need(not speaker.floods(address(victim)), 'it gets data')


r2_forged('the I2 went to a locator of the peer as well',
          lambda usual, victim: usual, lambda usual, victim: victim)
r2_forged('the R1 came from there', lambda usual, victim: victim,
          lambda usual, victim: usual)


@test('6.8', 'MUST', 'an R1 that was not asked for is dropped')
def r1_unasked(lab):
    speaker = lab.speaker()
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.none(I2, NOTIFY)


@test('6.8', 'SHOULD', 'an R1 with state ESTABLISHED is dropped')
def r1_established(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    speaker.send(speaker.seal_r1(speaker.draft_r1(counter=1 << 40)))
    speaker.none(I2, NOTIFY)
    speaker.works()


@test('6.8', 'SHOULD', 'an R1 to another HIT than that of the I1 is dropped')
def r1_other_hit(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.peer = lab.host.identities['ecdsa-p384']
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.peer = lab.host.identities['ecdsa-p256']
    speaker.none(I2)


@test('6.8', 'MAY', 'an R1 with a greater counter starts I2-SENT over')
def r1_newer(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1(counter=5)))
    speaker.take_i2(speaker.expect(I2))
    speaker.count(I2, 0)
    r1 = speaker.seal_r1(speaker.draft_r1(counter=6))
    speaker.send(r1)
    i2 = speaker.expect(I2, '', lambda p: p.get(SOLUTION)[4:].startswith(
        speaker.puzzle_i))
    speaker.take_i2(i2)
    speaker.send(speaker.seal_r2(speaker.draft_r2()))
    speaker.works()


@test('6.8', 'SHOULD', 'an I2 without answer is sent again')
def i2_again(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    first = speaker.take_i2(speaker.expect(I2))
    second = speaker.expect(I2, 'not again')
    need(first.raw[40:] == second.raw[40:], 'it is another one')
    speaker.send(speaker.seal_r2(speaker.draft_r2()))
    speaker.works()


@test('5.2.8', 'MUST', 'NULL-ENCRYPT is passed over')
def null_passed_over(lab):
    speaker = lab.speaker()
    speaker.answer(ciphers=(1, 4))
    need(speaker.cipher == 4, 'it chose %d' % speaker.cipher)


@test('5.2.8', 'MUST', 'a HIP_CIPHER with more than six is taken')
def many_ciphers(lab):
    lab.speaker().answer(ciphers=(60, 2, 61, 62, 63, 64, 65, 66))


@test('5.2.4', 'MUST', 'Opaque and #I are not covered by HIP_SIGNATURE_2')
def puzzle_uncovered(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.seal_r1(speaker.draft_r1())
    data = bytearray(r1.get(PUZZLE))
    data[2:] = bytes(n ^ 0xff for n in data[2:])
    r1.swap(PUZZLE, bytes(data))
    speaker.puzzle_i = bytes(data[4:])
    speaker.finish_r(r1, 'R1 with another puzzle')


@test('5.2.4', 'MUST', '#K is covered by HIP_SIGNATURE_2')
def k_covered(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1()).flip(PUZZLE, 0))
    speaker.none(I2)


# --- echo --------------------------------------------------------------------------

@test('5.2.20', 'MUST', 'ECHO_REQUEST_SIGNED in an R1 is answered in the I2')
def echo_signed(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1().put(ECHO_REQUEST_SIGNED, b'signed')
    i2 = speaker.finish_r(speaker.seal_r1(r1))
    need(i2.all(ECHO_RESPONSE_SIGNED) == [b'signed'], 'no echo')


@test('5.2.21', 'MUST', 'ECHO_REQUEST_UNSIGNED in an R1 is answered in the I2')
def echo_unsigned(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.seal_r1(speaker.draft_r1())
    r1.put(ECHO_REQUEST_UNSIGNED, b'unsigned')
    i2 = speaker.finish_r(r1)
    need(i2.all(ECHO_RESPONSE_UNSIGNED) == [b'unsigned'], 'no echo')


@test('5.2.20', 'MAY', 'an R1 whose ECHO_REQUEST_SIGNED leaves no room for the rest of '
      'an I2 gets none')
def echo_no_room(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1().put(ECHO_REQUEST_SIGNED, bytes(1200))
    speaker.send(speaker.seal_r1(r1))
    speaker.none(I2)
    state = lab.host.state(speaker.hit, speaker.peer)
    need(state == 'E-FAILED', 'the association is %s' % state)


@test('5.2.21', 'MUST', 'each of several ECHO_REQUEST_UNSIGNED is answered')
def echo_several(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.seal_r1(speaker.draft_r1())
    r1.put(ECHO_REQUEST_UNSIGNED, b'host').put(ECHO_REQUEST_UNSIGNED, b'box')
    i2 = speaker.finish_r(r1)
    need(sorted(i2.all(ECHO_RESPONSE_UNSIGNED)) == [b'box', b'host'],
         'the I2 has %s' % i2.all(ECHO_RESPONSE_UNSIGNED))


# --- R2 ----------------------------------------------------------------------------

def bad_r2(section, requirement, change):
    @test(section, 'MUST', requirement)
    def run(lab):
        speaker = lab.speaker()
        speaker.called()
        speaker.send(speaker.seal_r1(speaker.draft_r1()))
        speaker.take_i2(speaker.expect(I2))
        r2 = speaker.seal_r2(speaker.draft_r2())
        octets = r2.octets()
        broken = speaker.packet(R2)
        broken.params = [wire.Param(p.kind, p.data) for p in r2.params]
        speaker.send(change(broken))
        # It goes on asking, and takes the good one.
        speaker.count(I2, 0)
        speaker.expect(I2, 'it was taken')
        need(r2.octets() == octets, 'the test is wrong')
        speaker.send(r2)
        speaker.works('the good R2 was not taken')


bad_r2('6.10', 'an R2 with a wrong HIP_MAC_2 is not taken, a good one is',
       lambda r2: r2.flip(HIP_MAC_2))
bad_r2('6.10', 'an R2 with a wrong HIP_SIGNATURE is not taken, a good one is',
       lambda r2: r2.flip(HIP_SIGNATURE))
bad_r2('6.10', 'an R2 without HIP_MAC_2 is not taken, a good one is',
       lambda r2: r2.drop(HIP_MAC_2))
bad_r2('6.10', 'an R2 without HIP_SIGNATURE is not taken, a good one is',
       lambda r2: r2.drop(HIP_SIGNATURE))
bad_r2('6.10', 'an R2 with another ESP_INFO than signed is not taken, a good '
       'one is', lambda r2: r2.flip(wire.ESP_INFO))


@test('6.10', 'MUST', 'an R2 with state ESTABLISHED is dropped')
def r2_established(lab):
    speaker = lab.speaker()
    speaker.answer()
    speaker.works()
    sas = speaker.sa_in, speaker.sa_out
    speaker.send(speaker.seal_r2(speaker.draft_r2()))
    speaker.none(NOTIFY)
    speaker.sa_in, speaker.sa_out = sas
    speaker.works()


# --- both at once ------------------------------------------------------------------

@test('6.7', 'SHOULD', 'simultaneous I1: one from a greater HIT is dropped')
def both_i1_greater(lab):
    speaker = lab.compared(True)
    speaker.called()
    speaker.send(speaker.i1())
    speaker.none(R1)


@test('6.7', 'SHOULD', 'simultaneous I1: one from a smaller HIT is answered')
def both_i1_smaller(lab):
    speaker = lab.compared(False)
    speaker.called()
    speaker.initiator = True
    speaker.exchange()
    speaker.works()
    speaker.count(I1, 0)
    speaker.none(I1, seconds=1.2, why='it has an association')


def crossing(lab, greater):
    """The host is in state I2-SENT and gets a good I2."""
    speaker = lab.compared(greater)
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.take_i2(speaker.expect(I2))
    other = lab.speaker(identity=speaker.identity)
    r1 = other.r1()
    i2 = other.seal(other.draft_i2(r1))
    return speaker, other, i2


@test('4.4.3', 'SHOULD', 'I2-SENT: an I2 from a greater HIT is dropped, R2 is '
      'waited for')
def both_i2_greater(lab):
    speaker, other, i2 = crossing(lab, True)
    other.send(i2)
    other.none(R2)
    speaker.inbox += other.inbox
    lab.net.speakers[speaker.hit] = speaker
    speaker.send(speaker.seal_r2(speaker.draft_r2()))
    speaker.works('the R2 was not taken')


@test('4.4.3', 'SHOULD', 'I2-SENT: an I2 from a smaller HIT is answered by R2')
def both_i2_smaller(lab):
    _, other, i2 = crossing(lab, False)
    other.finish_i(i2)
    other.works()


@test('6.9', 'SHOULD', 'I1-SENT: an I2 makes the association, I1s end')
def i1_sent_i2(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    speaker.called()
    speaker.initiator = True
    speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
    speaker.works()
    speaker.count(I1, 0)
    speaker.none(I1, seconds=1.2, why='it has an association')
