# SPDX-License-Identifier: GPL-2.0-only
"""The host as Responder: I1 and I2 (RFC 7401 sections 4.1, 5.2, 6.7, 6.9)."""
import socket
import struct
import time

import crypto
import wire
from net import V4, V6, address
from registry import test
from speaker import ALL_GROUPS, need
from wire import (DH_GROUP_LIST, DIFFIE_HELLMAN, ECHO_RESPONSE_UNSIGNED,
                  ESP_TRANSFORM, HIP_CIPHER, HIP_MAC, HIP_SIGNATURE,
                  HIT_SUITE_LIST, HOST_ID, I1, I2, NOTIFY, PUZZLE, R1,
                  R1_COUNTER, R2, SOLUTION, TRANSPORT_FORMAT_LIST)

OWN = ('ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'rsa-3072')
PEERS = {'P-256': 'p256', 'P-384': 'p384', 'RSA-2048': 'rsa2048',
         'RSA-3072': 'rsa3072', 'ECDSA_LOW': 'low'}


def generation(r1):
    return struct.unpack('!Q', r1.get(R1_COUNTER)[4:])[0]


def refused(speaker, i2, code=None, seal=True):
    """No R2; with a @code, perhaps that NOTIFY and no other."""
    speaker.send(speaker.seal(i2) if seal else i2)
    speaker.none(R2)
    for packet in speaker.count(NOTIFY, 0.05):
        kind = wire.u16s(packet.get(wire.NOTIFICATION)[:4])[1]
        need(code, 'answered by NOTIFY %d' % kind)
        need(kind == code, 'NOTIFY %d, not %d' % (kind, code))


def reported(speaker, i2, code, seal=True):
    """6.9.1: the puzzle is solved, so a NOTIFY is due."""
    speaker.send(speaker.seal(i2) if seal else i2)
    packet = speaker.expect(NOTIFY)
    need(not packet.faults, packet.faults)
    speaker.check_signature(packet)
    reserved, kind = wire.u16s(packet.get(wire.NOTIFICATION)[:4])
    need(kind == code, 'NOTIFY %d, not %d' % (kind, code))
    need(not reserved, '5.2.19: reserved field is not zero')
    speaker.none(R2, seconds=0.1)


# --- identities and groups ---------------------------------------------------------

def own_identity(name):
    @test('5.2.9', 'MUST', 'as Responder, a host identity of its own: %s' % name)
    def run(lab):
        speaker = lab.speaker(local=name)
        speaker.exchange()
        speaker.works()


def peer_identity(kind, name):
    @test('5.2.9', 'MUST', "as Responder, an Initiator's host identity: %s"
          % name)
    def run(lab):
        identity = lab.identity(kind) if kind.startswith('rsa') else None
        speaker = lab.speaker(kind, identity=identity)
        speaker.exchange()
        speaker.works()


def dh_group(group, name):
    @test('5.2.7', 'MUST' if group == 3 else 'SHOULD',
          'as Responder, DH group %d: %s' % (group, name))
    def run(lab):
        speaker = lab.speaker()
        r1 = speaker.r1((group,))
        chosen, public = wire.dh_split(r1.get(DIFFIE_HELLMAN))
        need(chosen == group, 'R1 has group %d' % chosen)
        need(len(public) == crypto.public_len(group),
             'public value has %d octets' % len(public))
        speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
        speaker.works()


for NAME in OWN:
    own_identity(NAME)
for NAME, KIND in PEERS.items():
    peer_identity(KIND, NAME)
for GROUP, NAME in sorted(crypto.GROUPS.items()):
    dh_group(GROUP, NAME)


# --- R1 ----------------------------------------------------------------------------

@test('3.2', 'MUST', 'HITs are ORCHIDs of the host identities in HOST_ID')
def own_hits(lab):
    for local in OWN:
        speaker = lab.speaker(local=local)
        host_id = crypto.HostId(speaker.r1().get(HOST_ID))
        need(host_id.hit == speaker.peer, 'HIT and HOST_ID differ')


# As conformance.sh has them for its host.
DOMAINS = {'ecdsa-p256': (0, b''), 'ecdsa-p384': (1, b'\4host\7example\0'),
           'rsa-3072': (2, b'user@example.org')}
DI_TYPES = ('none', 'FQDN', 'NAI')


def domain(local):
    kind, name = DOMAINS[local]

    @test('5.2.9', 'MUST', 'Domain Identifier of its own: %s' % DI_TYPES[kind])
    def run(lab):
        speaker = lab.speaker(local=local)
        # R2 has a MAC of it, and so has the I2 of the other role.
        speaker.exchange()
        asked = crypto.HostId(speaker.host_id)
        speaker = lab.speaker(local=local)
        speaker.answer()
        speaker.works()
        for host_id in (asked, crypto.HostId(speaker.host_id)):
            need((host_id.di_type, host_id.domain) == (kind, name),
                 'type %d, %s' % (host_id.di_type, host_id.domain))


for LOCAL in DOMAINS:
    domain(LOCAL)


@test('5.3.2', 'MUST', 'R1 has all parameters that it must have')
def r1_parameters(lab):
    r1 = lab.speaker().r1()
    for kind in (PUZZLE, DIFFIE_HELLMAN, HIP_CIPHER, HOST_ID, HIT_SUITE_LIST,
                 DH_GROUP_LIST, TRANSPORT_FORMAT_LIST, ESP_TRANSFORM,
                 wire.HIP_SIGNATURE_2):
        need(len(r1.all(kind)) == 1, 'R1 has %d of %s' %
             (len(r1.all(kind)), wire.NAMES[kind]))


@test('5.3.2', 'MUST', 'R1 names the HITs of the I1')
def r1_hits(lab):
    for local in OWN[:2]:
        speaker = lab.speaker(local=local)
        r1 = speaker.r1()
        need(r1.receiver == speaker.hit and r1.sender == speaker.peer,
             'other HITs')


@test('5.2.3', 'SHOULD', 'R1 has an R1_COUNTER of 12 octets, reserved zero')
def r1_counter(lab):
    counter = lab.speaker().r1().get(R1_COUNTER)
    need(counter and len(counter) == 12, 'no R1_COUNTER')
    need(counter[:4] == bytes(4), 'reserved is not zero')


@test('4.1.4', 'SHOULD', 'the R1 generation counter never goes back')
def counter_grows(lab):
    last = 0
    for _ in range(3):
        now = generation(lab.speaker().r1())
        need(now >= last, '%d after %d' % (now, last))
        last = now
    lab.config(puzzle_k='9')
    now = generation(lab.speaker().r1())
    lab.config(puzzle_k='10')
    after = generation(lab.speaker().r1())
    need(last < now < after, 'new R1s have no new generation: %d, %d, %d' %
         (last, now, after))


@test('5.2.4', 'MUST', 'PUZZLE is as long as RHASH of the host says')
def puzzle_length(lab):
    for local in OWN:
        speaker = lab.speaker(local=local)
        puzzle = speaker.r1().get(PUZZLE)
        need(len(puzzle) ==
             4 + crypto.rhash_len(crypto.rhash_of(speaker.peer)),
             'PUZZLE has %d octets' % len(puzzle))


@test('4.1.2', 'MUST', 'the same puzzle is not given to two Initiators')
def puzzles_differ(lab):
    puzzles = {lab.speaker().r1().get(PUZZLE)[4:] for _ in range(4)}
    need(len(puzzles) == 4, '#I is the same')


@test('4.1.2', 'SHOULD', 'the same Initiator is not given the same #I with the '
      'same DH key twice')
def same_puzzle(lab):
    speaker = lab.speaker()
    seen = set()
    for _ in range(2):
        r1 = speaker.r1()
        seen.add((r1.get(PUZZLE)[4:], r1.get(DIFFIE_HELLMAN)))
    need(len(seen) == 2, 'it is')


@test('5.3.2', 'SHOULD', 'a DH public value is not offered any more once it was '
      'used')
def used_dh(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
    lab.net.drain(1)
    later = lab.speaker().r1()
    need(later.get(DIFFIE_HELLMAN) != r1.get(DIFFIE_HELLMAN), 'it is')


@test('5.2.4', 'SHOULD', 'the lifetime of a puzzle leaves time to solve it')
def puzzle_lifetime(lab):
    bits, lifetime = lab.speaker().r1().get(PUZZLE)[:2]
    need(lifetime >= 34, 'lifetime 2^%d s' % (lifetime - 32))
    need(bits <= 24, '#K is %d' % bits)


@test('7', 'SHOULD', '#K is 0 for a Responder that is not under load')
def puzzle_idle(lab):
    bits = lab.speaker().r1().get(PUZZLE)[0]
    need(not bits, '#K is %d' % bits)


@test('5.2.6', 'MUST', "the first group of the Responder's list that the "
      'Initiator has too is chosen')
def first_group(lab):
    speaker = lab.speaker()
    for groups in (ALL_GROUPS, tuple(reversed(ALL_GROUPS)), (3, 4), (11, 9, 3),
                   (3, 7), (4, 9)):
        r1 = speaker.r1(groups)
        first = next(n for n in r1.get(DH_GROUP_LIST) if n in groups)
        need(r1.get(DIFFIE_HELLMAN)[0] == first, 'I1 has %s, R1 %s and %d' %
             (groups, tuple(r1.get(DH_GROUP_LIST)), r1.get(DIFFIE_HELLMAN)[0]))


@test('5.2.6', 'MUST', 'unknown groups of an I1 are passed over')
def unknown_groups(lab):
    r1 = lab.speaker().r1((1, 200, 255, 7))
    need(r1.get(DIFFIE_HELLMAN)[0] == 7, 'not the group that both have')


@test('6.7', 'MUST', 'without a common group the R1 has any group of its own')
def no_group(lab):
    r1 = lab.speaker().r1((99,))
    need(r1.get(DIFFIE_HELLMAN)[0] in r1.get(DH_GROUP_LIST), 'a strange group')


@test('5.2.7', 'MUST', 'group 3 is offered')
def group_3(lab):
    need(3 in lab.speaker().r1().get(DH_GROUP_LIST), 'it is not')


@test('5.2.7', 'SHOULD', 'groups 4 and 8 are offered')
def groups_4_8(lab):
    need({4, 8} <= set(lab.speaker().r1().get(DH_GROUP_LIST)), 'they are not')


@test('5.2.8', 'MUST', 'HIP_CIPHER offers AES-128-CBC, and six at most')
def ciphers_offered(lab):
    ciphers = wire.u16s(lab.speaker().r1().get(HIP_CIPHER))
    need(2 in ciphers and len(ciphers) <= 6, 'it offers %s' % ciphers)


@test('5.2.8', 'MUST', 'NULL-ENCRYPT is not offered')
def null_not_offered(lab):
    need(1 not in wire.u16s(lab.speaker().r1().get(HIP_CIPHER)), 'it is')


@test('5.2.10', 'MUST', "HIT_SUITE_LIST has suite 1 and the host's own, low "
      'bits zero')
def hit_suites(lab):
    for local in OWN:
        speaker = lab.speaker(local=local)
        suites = speaker.r1().get(HIT_SUITE_LIST)
        need(0x10 in suites, 'no RSA,DSA/SHA-256')
        need((speaker.peer[3] & 15) << 4 in suites, 'not its own')
        need({0x10, 0x20, 0x30, 0x50} == set(suites), 'they are %s' %
             suites.hex())
        need(not any(n & 15 for n in suites), 'low bits are set')


@test('5.2.11', 'MUST', 'each format of TRANSPORT_FORMAT_LIST has its '
      'parameter in the R1')
def formats(lab):
    r1 = lab.speaker().r1()
    listed = wire.u16s(r1.get(TRANSPORT_FORMAT_LIST))
    need(listed, '6.7: none is provided')
    for kind in listed:
        need(r1.get(kind) is not None, 'no parameter %d' % kind)


@test('6.7', 'SHOULD', 'each I1 is answered by an R1, and nothing is kept of it')
def stateless(lab):
    speaker = lab.speaker()
    first, second = speaker.r1(), speaker.r1()
    speaker.finish_i(speaker.seal(speaker.draft_i2(second)))
    need(first.get(SOLUTION) is None, 'R1 with SOLUTION')


@test('6.7', 'MUST', 'an I1 to a HIT that is not its own is dropped')
def not_its_hit(lab):
    speaker = lab.speaker()
    i1 = speaker.i1()
    i1.receiver = bytes.fromhex('20010022') + b'\x77' * 12
    speaker.send(i1)
    speaker.none(R1)


@test('6.7', 'MUST', 'R1 goes to the source address of the I1')
def r1_address(lab):
    speaker = lab.speaker()
    for source in [a for a in lab.net.here if ':' not in a]:
        speaker.source = source
        need(speaker.r1().destination == address(source), 'elsewhere')


@test('6.7.2', 'SHOULD', 'a malformed I1 is not answered by NOTIFY')
def malformed_i1(lab):
    speaker = lab.speaker()
    speaker.send(speaker.packet(I1))
    speaker.send(speaker.packet(I1).put(DH_GROUP_LIST, b''))
    speaker.none(NOTIFY, R1)


# --- I2: what is good --------------------------------------------------------------

@test('4.1', 'MUST', 'I1, R1, I2, R2 make an association that carries data')
def exchange_v4(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()


@test('4.1', 'MUST', 'I1, R1, I2, R2 make an association that carries data, '
      'IPv6')
def exchange_v6(lab):
    speaker = lab.speaker(family=V6)
    speaker.exchange()
    speaker.works()


@test('5.3.4', 'MUST', 'R2 has HIP_MAC_2 and HIP_SIGNATURE, and no HOST_ID')
def r2_parameters(lab):
    r2 = lab.speaker().exchange()
    for kind in (wire.HIP_MAC_2, HIP_SIGNATURE, wire.ESP_INFO):
        need(len(r2.all(kind)) == 1, 'not one %s' % wire.NAMES[kind])
    need(r2.get(HOST_ID) is None, 'R2 has HOST_ID')


def cipher(number):
    @test('5.2.8', 'MUST', 'as Responder, HIP_CIPHER %d' % number)
    def run(lab):
        speaker = lab.speaker()
        speaker.exchange(cipher=number)
        speaker.works()


cipher(2)
cipher(4)


@test('5.2.3', 'MUST', 'R1_COUNTER may be missing in an I2')
def no_counter(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1()).drop(R1_COUNTER)
    speaker.finish_i(speaker.seal(i2))


@test('5.2.5', 'MUST', 'Reserved of SOLUTION is ignored when received')
def solution_reserved(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.flip(SOLUTION, 1)
    speaker.finish_i(speaker.seal(i2))


@test('6.9', 'MAY', 'an I2 from another address than the I1 is taken')
def i2_elsewhere(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    speaker.source = lab.net.here[1]
    r2 = speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
    need(r2.destination == address(speaker.source), 'R2 went elsewhere')


@test('RFC 8046 5.4', 'MUST', 'data by the SPI of an R2 that went to two addresses '
      'verifies neither')
def r2_twice(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    # Without it the host does not know that its R1 was received there.
    victim, other = lab.net.here[:2]
    i2 = speaker.seal(i2.drop(ECHO_RESPONSE_UNSIGNED))
    speaker.send(i2)
    speaker.expect(R2)
    speaker.source = other
    speaker.finish_i(i2)
    speaker.works()
    speaker.at(victim, 'unverified')


@test('RFC 8046 5.4', 'MUST', 'an address gets no data because of an SPI that R2 told '
      'to another one as well')
def i2_from_two(lab):
    # A peer that lives at the second, and forges the address of a victim.
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
    victim = address(lab.net.here[1])
    speaker.source = lab.net.here[1]
    speaker.finish_i(i2)
    speaker.source = None
    speaker.finish_i(i2)
    speaker.ping()
    need(not speaker.floods(victim), 'it gets data')


@test('6.9', 'MUST', 'puzzles of the current generation are accepted, and '
      'after a change those of the one before')
def previous_generation(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    lab.config(puzzle_k='8')
    try:
        speaker.finish_i(speaker.seal(speaker.draft_i2(r1)),
                         'I2 for an R1 that was just replaced')
    finally:
        lab.config(puzzle_k='10')


@test('6.9', 'MAY', 'a repeated I2 is answered by the same R2')
def repeated_i2(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
    first = speaker.finish_i(i2)
    speaker.send(i2)
    second = speaker.expect(R2, 'I2 again')
    need(first.raw[40:] == second.raw[40:], 'another R2')
    speaker.works()


@test('6.9', 'MUST', 'an I2 with state ESTABLISHED replaces the association')
def replaces(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    old_out, old_in = speaker.sa_out, speaker.sa_in
    speaker.forget()
    speaker.exchange()
    need(speaker.sa_out.spi != old_out.spi, 'the SPI is the same')
    speaker.works()
    new_out, new_in = speaker.sa_out, speaker.sa_in
    speaker.sa_out, speaker.sa_in = old_out, old_in
    need(speaker.ping(99, 0.5) is None, 'the old SA still works')
    speaker.sa_out, speaker.sa_in = new_out, new_in
    speaker.works()


@test('6.5', 'MUST', 'zero octets at the head of Kij count: it is as long as the '
      'prime')
def short_secret(lab):
    speaker = lab.speaker()
    r1 = speaker.r1((3,))
    prime = crypto.prime_of(3)
    theirs = crypto.number(wire.dh_split(r1.get(DIFFIE_HELLMAN))[1])
    dh = crypto.DH(3)
    secret = pow(theirs, dh.secret_exponent, prime)
    while secret.bit_length() > 8 * 191:
        dh.secret_exponent += 1
        secret = secret * theirs % prime
    dh.public = pow(2, dh.secret_exponent, prime).to_bytes(192, 'big')
    speaker.finish_i(speaker.seal(speaker.draft_i2(r1, dh=dh)))
    speaker.works()


@test('5.1.2', 'MAY', 'an I2 of an anonymous host identity is taken')
def anonymous(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.controls = 1
    speaker.finish_i(speaker.seal(i2))
    speaker.works()


# --- I2: what is wrong -------------------------------------------------------------

@test('6.9', 'MUST', 'an I2 whose #J does not solve the puzzle is dropped')
def wrong_j(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    i2 = speaker.draft_i2(r1)
    solution, j = speaker.solution(r1, wanted=False)
    speaker.derive(bytes(48), r1.get(PUZZLE)[4:], j, 2, 8)
    refused(speaker, i2.swap(SOLUTION, solution))


@test('6.9', 'MUST', 'an I2 whose #I was not given is dropped')
def wrong_i(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    i2 = speaker.draft_i2(r1)
    i = bytes(len(r1.get(PUZZLE)) - 4)
    j = crypto.puzzle_solve(crypto.rhash_of(speaker.peer), r1.get(PUZZLE)[0],
                            i, speaker.hit, speaker.peer)
    refused(speaker, i2.swap(SOLUTION, i2.get(SOLUTION)[:4] + i + j))


@test('6.9', 'MUST', 'an I2 with the solution of another Initiator is dropped')
def stolen_solution(lab):
    other = lab.speaker()
    other_r1 = other.r1()
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    refused(speaker, i2.swap(SOLUTION, other.solution(other_r1)[0]))


@test('6.9', 'MUST', 'an I2 with another #K or Opaque than given is dropped')
def wrong_k(lab):
    for at in (0, 2, 3):
        speaker = lab.speaker()
        i2 = speaker.draft_i2(speaker.r1())
        refused(speaker, i2.flip(SOLUTION, at))


@test('6.9', 'SHOULD', 'an I2 with a stale R1_COUNTER is dropped')
def stale_counter(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    i2 = speaker.draft_i2(r1)
    stale = struct.pack('!IQ', 0, max(0, generation(r1) - 100))
    refused(speaker, i2.swap(R1_COUNTER, stale))


@test('6.9', 'MUST', 'an I2 without SOLUTION is dropped')
def no_solution(lab):
    speaker = lab.speaker()
    refused(speaker, speaker.draft_i2(speaker.r1()).drop(SOLUTION))


@test('6.9', 'MUST', 'an I2 to a HIT that is not its own is dropped')
def i2_not_its_hit(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.receiver = bytes.fromhex('20010022') + b'\x77' * 12
    refused(speaker, i2)


@test('6.9', 'SHOULD', 'an I2 with a HIT suite that is not supported is '
      'dropped in silence')
def unknown_suite(lab):
    speaker = lab.speaker()
    speaker.hit = speaker.hit[:3] + b'\x2e' + speaker.hit[4:]
    lab.net.speakers[speaker.hit] = speaker
    i2 = speaker.draft_i2(speaker.r1())
    refused(speaker, i2)


@test('6.9', 'MUST', 'an I2 with more than one HIP_CIPHER is refused')
def two_ciphers(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1()).swap(HIP_CIPHER, wire.u16_list(2, 4))
    refused(speaker, i2, wire.INVALID_HIP_CIPHER_CHOSEN)


@test('6.9', 'MUST', 'an I2 with a HIP_CIPHER that was not offered is refused')
def strange_cipher(lab):
    for number in (0, 3, 77):
        speaker = lab.speaker()
        i2 = speaker.draft_i2(speaker.r1())
        refused(speaker, i2.swap(HIP_CIPHER, wire.u16_list(number)),
                wire.INVALID_HIP_CIPHER_CHOSEN)


@test('5.2.8', 'MUST', 'NULL-ENCRYPT is not accepted')
def null_cipher(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1(), cipher=1)
    refused(speaker, i2, wire.INVALID_HIP_CIPHER_CHOSEN)


@test('6.9', 'MUST', 'an I2 with a DH group that was not offered is dropped in '
      'silence')
def strange_group(lab):
    for group in (1, 10, 250):
        speaker = lab.speaker()
        i2 = speaker.draft_i2(speaker.r1())
        i2.swap(DIFFIE_HELLMAN, wire.dh_param(group, bytes(64)))
        refused(speaker, i2)


def bad_public(group, what, value):
    @test('5.3.2', 'MUST', 'a bad public value ends the exchange in silence: '
          'group %d, %s' % (group, what))
    def run(lab):
        speaker = lab.speaker()
        r1 = speaker.r1((group,))
        i2 = speaker.draft_i2(r1)
        i2.swap(DIFFIE_HELLMAN, wire.dh_param(group, value()))
        refused(speaker, i2)


def modp(value):
    return lambda: value(crypto.prime_of(3)).to_bytes(192, 'big')


bad_public(3, '0', modp(lambda p: 0))
bad_public(3, '1', modp(lambda p: 1))
bad_public(3, 'p - 1', modp(lambda p: p - 1))
bad_public(3, 'greater than p', modp(lambda p: p + 5))
bad_public(8, 'not on the curve', lambda: b'\x07' * 96)
bad_public(8, 'the point at infinity', lambda: bytes(96))
bad_public(7, 'too short', lambda: b'\x07' * 63)


@test('6.9', 'SHOULD', 'an I2 whose HIT is not that of its HOST_ID is refused')
def other_host_id(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.swap(HOST_ID, crypto.Identity().host_id)
    refused(speaker, i2, wire.INVALID_HIT)


@test('6.9', 'MUST', 'an I2 with a wrong HIP_MAC is refused')
def wrong_mac(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1())).flip(HIP_MAC)
    refused(speaker, speaker.seal(i2, mac=False), wire.HIP_MAC_FAILED, False)


@test('6.9', 'MUST', 'an I2 without HIP_MAC is refused')
def no_mac(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()), mac=False)
    refused(speaker, i2, wire.INVALID_SYNTAX, False)


@test('6.9', 'MUST', 'an I2 with a wrong HIP_SIGNATURE is refused')
def wrong_signature(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1())).flip(HIP_SIGNATURE)
    refused(speaker, i2, wire.AUTHENTICATION_FAILED, False)


@test('6.9', 'MUST', 'an I2 signed by another key is refused')
def other_signer(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()), sign=False)
    i2.put(HIP_SIGNATURE, crypto.Identity().sign(i2.covered(HIP_SIGNATURE)))
    refused(speaker, i2, wire.AUTHENTICATION_FAILED, False)


@test('5.2.14', 'MUST', 'an I2 with a signature of ECDSA_LOW that is wrong, or of '
      'another length, is refused')
def wrong_low(lab):
    for change in (lambda data: data[:-1] + bytes([data[-1] ^ 1]),
                   lambda data: data[:-1], lambda data: data + b'\0',
                   lambda data: data[:2] + bytes(42)):
        speaker = lab.speaker('low')
        i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
        i2.swap(HIP_SIGNATURE, change(i2.get(HIP_SIGNATURE)))
        refused(speaker, i2, wire.AUTHENTICATION_FAILED, False)


@test('5.2.14', 'MUST', 'a signature of ECDSA_LOW may have 20 octets for r and s')
def short_low(lab):
    speaker = lab.speaker('low')
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
    data = i2.get(HIP_SIGNATURE)
    i2.swap(HIP_SIGNATURE, data[:2] + data[3:23] + data[24:])
    speaker.finish_i(i2)


@test('5.2.9', 'MUST', 'an I2 with ECDSA_LOW on a curve that is not assigned is '
      'refused')
def low_curve(lab):
    identity = crypto.Identity('low')
    identity.identity = b'\0\2' + identity.identity[2:]
    identity.host_id = identity.host_id[:6] + identity.identity
    identity.hit = crypto.hit_of(crypto.ECDSA_LOW, identity.identity)
    speaker = lab.speaker(identity=identity)
    refused(speaker, speaker.draft_i2(speaker.r1()), wire.AUTHENTICATION_FAILED)


@test('5.2.14', 'MUST', 'an I2 whose SIG alg is not that of its HOST_ID is refused')
def other_algorithm(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
    i2.swap(HIP_SIGNATURE, b'\0\5' + i2.get(HIP_SIGNATURE)[2:])
    refused(speaker, i2, wire.AUTHENTICATION_FAILED, False)


@test('6.9', 'MUST', 'an I2 without HIP_SIGNATURE is refused')
def no_signature(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()), sign=False)
    refused(speaker, i2, wire.INVALID_SYNTAX, False)


@test('6.9', 'MUST', 'TRANSPORT_FORMAT_LIST of an I2 is processed: a format '
      'that was not offered is refused')
def strange_format(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.swap(TRANSPORT_FORMAT_LIST, wire.u16_list(2050))
    speaker.send(speaker.seal(i2))
    speaker.none(R2)


@test('6.9.1', 'SHOULD', 'errors behind the puzzle are reported by NOTIFY: '
      'HIP_MAC_FAILED')
def reports_mac(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1())).flip(HIP_MAC)
    reported(speaker, speaker.seal(i2, mac=False), wire.HIP_MAC_FAILED, False)


@test('6.9.1', 'SHOULD', 'errors behind the puzzle are reported by NOTIFY: '
      'AUTHENTICATION_FAILED')
def reports_signature(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1())).flip(HIP_SIGNATURE)
    reported(speaker, i2, wire.AUTHENTICATION_FAILED, False)


@test('6.9.1', 'SHOULD', 'errors behind the puzzle are reported by NOTIFY: '
      'INVALID_HIP_CIPHER_CHOSEN')
def reports_cipher(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1()).swap(HIP_CIPHER, wire.u16_list(9))
    reported(speaker, i2, wire.INVALID_HIP_CIPHER_CHOSEN)


@test('6.9.1', 'SHOULD', 'errors behind the puzzle are reported by NOTIFY: '
      'INVALID_HIT')
def reports_hit(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    reported(speaker, i2.swap(HOST_ID, crypto.Identity().host_id),
             wire.INVALID_HIT)


@test('6.9.1', 'SHOULD', 'errors behind the puzzle are reported by NOTIFY: '
      'INVALID_SYNTAX')
def reports_syntax(lab):
    speaker = lab.speaker()
    reported(speaker, speaker.draft_i2(speaker.r1()).drop(wire.ESP_INFO),
             wire.INVALID_SYNTAX)


@test('5.2.1', 'MAY', 'an unknown critical parameter in an I2 is told by NOTIFY')
def reports_critical(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    reported(speaker, i2.put(wire.UNKNOWN_CRITICAL, b'what'),
             wire.UNSUPPORTED_CRITICAL_PARAMETER_TYPE)


@test('5.2.19', 'SHOULD', 'a NOTIFY is not sent to a host that has not solved '
      'a puzzle')
def no_notify_unsolved(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    i2 = speaker.draft_i2(r1).swap(HIP_CIPHER, wire.u16_list(9))
    i2.swap(SOLUTION, speaker.solution(r1, wanted=False)[0])
    speaker.send(speaker.seal(i2))
    speaker.none(R2, NOTIFY)


@test('6.9', 'MUST', 'a failed I2 leaves an association as it was')
def failed_i2(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.works()
    impostor = lab.speaker(identity=speaker.identity)
    i2 = impostor.seal(impostor.draft_i2(impostor.r1())).flip(HIP_SIGNATURE)
    impostor.send(i2)
    impostor.none(R2)
    speaker.works('the association is gone')


# --- echo, ICMP, storms ------------------------------------------------------------

@test('5.2.21', 'MUST', 'ECHO_REQUEST_UNSIGNED in an I2 is answered in the R2')
def echo_i2(lab):
    speaker = lab.speaker()
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
    i2.put(wire.ECHO_REQUEST_UNSIGNED, b'from a middlebox')
    r2 = speaker.finish_i(i2)
    need(r2.get(ECHO_RESPONSE_UNSIGNED) == b'from a middlebox', 'no echo')


@test('5.2.20', 'MUST', 'ECHO_REQUEST_SIGNED in an I2 is answered in the R2')
def echo_signed_i2(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.put(wire.ECHO_REQUEST_SIGNED, b'signed')
    r2 = speaker.finish_i(speaker.seal(i2))
    need(r2.get(wire.ECHO_RESPONSE_SIGNED) == b'signed', 'no echo')


def points_at(icmp, offset):
    """A Parameter Problem whose Pointer is there in the HIP packet."""
    for family, data in icmp:
        if family == V4 and data[0] == 12 and data[4] == 20 + offset:
            return True
        if family == V6 and data[0] == 4 and \
                struct.unpack_from('!I', data, 4)[0] == 40 + offset:
            return True
    return False


def version_icmp(family, name):
    @test('5.4.1', 'SHOULD', 'another version is answered by ICMP Parameter '
          'Problem, %s' % name)
    def run(lab):
        speaker = lab.speaker(family=family)
        i1 = speaker.i1()
        i1.version = 9
        speaker.send(i1)
        need(points_at(lab.net.icmp_about(speaker.hit), 3), 'it is not')


version_icmp(V4, 'IPv4')
version_icmp(V6, 'IPv6')


@test('5.4.2', 'MUST', 'a wrong checksum is not answered by ICMP')
def checksum_icmp(lab):
    for family in (V4, V6):
        speaker = lab.speaker(family=family)
        speaker.send(speaker.i1(), wrong=1)
        need(not lab.net.icmp_about(speaker.hit), 'it is')


@test('5.4.3', 'SHOULD', 'a wrong solution is answered by ICMP Parameter '
      'Problem with IPv6')
def solution_icmp(lab):
    speaker = lab.speaker(family=V6)
    r1 = speaker.r1()
    i2 = speaker.draft_i2(r1)
    i2.swap(SOLUTION, speaker.solution(r1, wanted=False)[0])
    i2 = speaker.seal(i2)
    j = i2.get(SOLUTION)
    offset = i2.octets().index(j) + 4 + (len(j) - 4) // 2
    speaker.send(i2)
    need(points_at(lab.net.icmp_about(speaker.hit), offset), 'it is not')


@test('5.4.4', 'MUST', 'I1, R1, I2, R2 and NOTIFY without association are not '
      'answered by ICMP')
def stranger_icmp(lab):
    speaker = lab.speaker()
    speaker.send(speaker.i1())
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    for kind in (I2, R2, NOTIFY):
        speaker.send(speaker.seal(speaker.packet(kind), mac=False))
    need(not lab.net.icmp_about(speaker.hit), 'one is')


@test('6.7', 'MUST', 'R1s to an address are limited in their rate')
def storm(lab):
    speaker = lab.speaker()
    i1 = wire.encode(speaker.i1(), address(lab.net.usual(V4)),
                     address(lab.net.host[V4]))
    sock = lab.net.sockets[V4, wire.PROTO_HIP]
    start = time.monotonic()
    for _ in range(1500):
        sock.sendto(i1, socket.MSG_DONTWAIT, (lab.net.host[V4], 0))
    took = time.monotonic() - start
    answers = len(speaker.count(R1, 1))
    need(answers < 1500 * 0.8, '%d R1s for 1500 I1s in %.1f s' %
         (answers, took))
    time.sleep(1)
    speaker.r1()
