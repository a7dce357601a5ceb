# SPDX-License-Identifier: GPL-2.0-only
"""UPDATE (RFC 7401 sections 5.3.5, 6.11, 6.12), and what RFC 8046 and RFC 7402
do with it."""
import struct
import time

import wire
from esp import ECHO
from net import V4, V6, address, text
from registry import test
from speaker import need
from wire import (ACK, ECHO_REQUEST_SIGNED, ECHO_REQUEST_UNSIGNED,
                  ECHO_RESPONSE_SIGNED, ECHO_RESPONSE_UNSIGNED, ESP_INFO,
                  HIP_MAC, HIP_SIGNATURE, LOCATOR_SET, NOTIFY, SEQ, UPDATE)

OWN_LOCATORS = 40026    # E-LOCATOR, which is laid out like LOCATOR_SET


def established(lab, **options):
    speaker = lab.speaker(**options)
    speaker.exchange()
    speaker.works()
    return speaker


# --- what it receives --------------------------------------------------------------

def acknowledged(family, name):
    @test('5.3.5', 'MUST', 'an UPDATE with SEQ is acknowledged, %s' % name)
    def run(lab):
        speaker = established(lab, family=family)
        speaker.send(speaker.seal(speaker.update()))
        ack = speaker.acked(0)
        need(ack.get(HIP_MAC) and ack.get(HIP_SIGNATURE), 'no MAC or signature')


acknowledged(V4, 'IPv4')
acknowledged(V6, 'IPv6')


@test('6.9', 'MUST', 'an UPDATE right behind R2 is taken')
def at_once(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.send(speaker.seal(speaker.update()))
    speaker.acked(0)


@test('5.3.5', 'MUST', 'an UPDATE with ACK and no SEQ is not acknowledged')
def ack_only(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.update(seq=False, acks=(0,))))
    speaker.none(UPDATE, NOTIFY)
    speaker.works()


@test('6.12', 'MUST', 'Update IDs wrap around')
def wrap_around(lab):
    speaker = established(lab)
    speaker.update_id = 0xfffffffe
    for number in (0xfffffffe, 0xffffffff, 0, 1):
        data = number.to_bytes(4, 'big')
        speaker.send(speaker.seal(speaker.update(echo_request=data)))
        need(speaker.acked(number).get(ECHO_RESPONSE_SIGNED) == data,
             '%08x is taken for an old one' % number)


@test('4.3', 'SHOULD', 'an invalid UPDATE of an association is answered by '
      'NOTIFY: INVALID_SYNTAX')
def reports_syntax(lab):
    reported(lab, lambda update: update.drop(SEQ).put(ECHO_REQUEST_SIGNED, b'x'),
             wire.INVALID_SYNTAX)


@test('4.3', 'SHOULD', 'an invalid UPDATE of an association is answered by '
      'NOTIFY: UNSUPPORTED_CRITICAL_PARAMETER_TYPE')
def reports_critical(lab):
    reported(lab, lambda update: update.put(wire.UNKNOWN_CRITICAL, b'what'),
             wire.UNSUPPORTED_CRITICAL_PARAMETER_TYPE)


def reported(lab, change, code):
    speaker = established(lab)
    speaker.send(speaker.seal(change(speaker.update())))
    packet = speaker.expect(NOTIFY, patience=3)
    speaker.check_signature(packet)
    kind = wire.u16s(packet.get(wire.NOTIFICATION)[:4])[1]
    need(kind == code, 'NOTIFY %d' % kind)
    speaker.works()


@test('5.3.5', 'MUST', 'an UPDATE with neither SEQ nor ACK is invalid')
def neither(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.update(seq=False, echo_request=b'echo')))
    speaker.none(UPDATE)


@test('6.12', 'MUST', 'an UPDATE that comes again is acknowledged again')
def again(lab):
    speaker = established(lab)
    update = speaker.seal(speaker.update())
    for n in range(3):
        speaker.send(update)
        speaker.acked(0, 'the UPDATE for time %d' % (n + 1))


@test('6.12', 'MUST', 'an UPDATE before the last one that comes again is '
      'acknowledged')
def older_again(lab):
    speaker = established(lab)
    first = speaker.seal(speaker.update())
    second = speaker.seal(speaker.update())
    speaker.send(first)
    speaker.acked(0)
    speaker.send(second)
    speaker.acked(1)
    speaker.send(first)
    speaker.acked(0, 'the first of two again')


@test('6.12', 'MUST', 'several UPDATEs outstanding are each acknowledged')
def outstanding(lab):
    speaker = established(lab)
    for _ in range(4):
        speaker.send(speaker.seal(speaker.update()))
    for n in range(4):
        speaker.acked(n)


@test('6.12', 'MUST', 'UPDATEs that arrive in another order are acknowledged')
def disorder(lab):
    speaker = established(lab)
    updates = [speaker.seal(speaker.update()) for _ in range(3)]
    for n in (2, 0, 1):
        speaker.send(updates[n])
        speaker.acked(n)


@test('6.12', 'MUST', 'an UPDATE with a wrong HIP_MAC is dropped')
def wrong_mac(lab):
    speaker = established(lab)
    update = speaker.seal(speaker.update()).flip(HIP_MAC)
    speaker.send(speaker.seal(update, mac=False))
    speaker.none(UPDATE)


@test('6.12', 'MUST', 'an UPDATE that comes again with a wrong HIP_MAC is '
      'dropped')
def again_wrong_mac(lab):
    speaker = established(lab)
    update = speaker.seal(speaker.update())
    speaker.send(update)
    speaker.acked(0)
    speaker.send(speaker.seal(update.flip(HIP_MAC), mac=False))
    speaker.none(UPDATE)


@test('6.12', 'MUST', 'an UPDATE with the MAC of the other direction is dropped')
def reflected(lab):
    speaker = established(lab)
    speaker.mac_out, speaker.mac_in = speaker.mac_in, speaker.mac_out
    speaker.send(speaker.seal(speaker.update()))
    speaker.none(UPDATE)


@test('5.3.5', 'MUST', 'an UPDATE without HIP_MAC is dropped')
def no_mac(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.update(), mac=False))
    speaker.none(UPDATE)


@test('5.3.5', 'MUST', 'an UPDATE without HIP_SIGNATURE is dropped')
def no_signature(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.update(), sign=False))
    speaker.none(UPDATE)


@test('6.12', 'MAY', 'an UPDATE without association is answered by ICMP '
      'Parameter Problem, and not by HIP')
def stranger(lab):
    speaker = established(lab)
    other = lab.speaker()
    other.keymat, other.mac_out = speaker.keymat, speaker.mac_out
    other.send(other.seal(other.update()))
    icmp = lab.net.icmp_about(other.hit)
    need(icmp and icmp[0][1][0] == 12 and icmp[0][1][4] == 20 + 8,
         'no Pointer to the Sender HIT')
    other.none(UPDATE, NOTIFY, seconds=0)


@test('5.2.20', 'MUST', 'ECHO_REQUEST_SIGNED in an UPDATE is answered')
def echo_signed(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.update(echo_request=b'in the UPDATE')))
    ack = speaker.acked(0)
    need(ack.get(ECHO_RESPONSE_SIGNED) == b'in the UPDATE', 'no echo')


@test('5.2.21', 'MUST', 'ECHO_REQUEST_UNSIGNED in an UPDATE is answered')
def echo_unsigned(lab):
    speaker = established(lab)
    update = speaker.seal(speaker.update())
    speaker.send(update.put(ECHO_REQUEST_UNSIGNED, b'unsigned'))
    ack = speaker.acked(0)
    need(ack.get(ECHO_RESPONSE_UNSIGNED) == b'unsigned', 'no echo')


# --- what it sends -----------------------------------------------------------------

class Moving:
    """While it lasts, the host has another address, of which it tells."""

    def __init__(self, lab, extra='10.0.1.77'):
        self.lab, self.extra = lab, extra

    def __enter__(self):
        lab = self.lab
        lab.net.extra = address(self.extra)
        lab.host.ip('addr', 'add', self.extra + '/24', 'dev', lab.host.device)

    def __exit__(self, *_):
        self.lab.host.ip('addr', 'del', self.extra + '/24', 'dev',
                         self.lab.host.device)
        self.lab.net.extra = None
        # Until its R1s tell of it no more, a new association begins by an
        # UPDATE about it.
        for _ in range(50):
            told = self.lab.speaker().r1().get(OWN_LOCATORS)
            if told and address(self.extra) not in told:
                return
            self.lab.net.drain(0.1)
        need(False, 'R1s go on telling of an address that is gone')


def numbered(packet):
    return packet.get(SEQ) is not None


def seq_of(packet):
    return wire.u32s(packet.get(SEQ))[0]


@test('6.11', 'MUST', 'the first UPDATE has Update ID 0, each new one the next')
def update_ids(lab):
    speaker = established(lab)
    with Moving(lab):
        update = speaker.check(speaker.expect(UPDATE, '', numbered))
        need(seq_of(update) == 0, 'Update ID %d' % seq_of(update))
        answer(speaker, update)
        lab.net.drain(0.3)
    last = 0
    for _ in range(2):
        update = speaker.check(speaker.expect(
            UPDATE, '', lambda p: numbered(p) and seq_of(p) != last))
        need(seq_of(update) == last + 1, 'Update ID %d, not %d' %
             (seq_of(update), last + 1))
        last += 1
        answer(speaker, update)
        if not is_new_path(update):
            break


def echoed(speaker, answer):
    """The speaker is where it was asked."""
    confirm = speaker.update(seq=False, acks=(seq_of(answer),))
    speaker.send(speaker.seal(confirm.put(
        ECHO_RESPONSE_SIGNED, answer.get(ECHO_REQUEST_SIGNED))))


def is_new_path(update):
    info = update.get(ESP_INFO)
    return info and not wire.u32s(info)[1]


def draft_answer(speaker, update):
    """To a host that tells of its addresses or, with OLD SPI zero, brings up
    another path (RFC 8047 section 4.2): it gets a new SA pair, and is asked
    whether it is there."""
    reply = speaker.update(acks=(seq_of(update),), echo_request=b'are you?')
    _, index, old, _ = struct.unpack('!HHII', update.get(ESP_INFO))
    spi = speaker.sa_in.spi + (not old)
    return reply.put(ESP_INFO, wire.esp_info(
        0 if old else index, spi if old else 0, spi))


def confirmed(speaker):
    confirm = speaker.acked(speaker.update_id - 1)
    need(confirm.get(ECHO_RESPONSE_SIGNED) == b'are you?', 'no echo')


def answer(speaker, update):
    """As a peer should. Return: NEW SPI of the host's."""
    speaker.send(speaker.seal(draft_answer(speaker, update)))
    confirmed(speaker)
    return wire.u32s(update.get(ESP_INFO))[2]


@test('RFC 8047 4.2', 'MAY', 'another address of its own is brought up as a path '
      'with SAs of its own')
def another_path(lab):
    speaker = established(lab)
    with Moving(lab):
        update = speaker.check(speaker.expect(UPDATE, '', numbered))
        if not is_new_path(update):
            answer(speaker, update)
            update = speaker.check(speaker.expect(UPDATE, '', is_new_path))
        need(update.source == address('10.0.1.77'), 'it is not sent from there')
        need(answer(speaker, update) != speaker.sa_out.spi,
             'the SPI is the same')
        speaker.works()


@test('RFC 8047 5.2', 'MUST', 'a path that it has begun, and gives up before the '
      'answer, is told to the peer, which may have made its SAs')
def path_given_up(lab):
    speaker = established(lab)
    hello = speaker.update()
    hello.put(ESP_INFO, wire.esp_info(0, speaker.sa_in.spi, speaker.sa_in.spi))
    hello.put(OWN_LOCATORS, wire.locator_set(address(lab.net.usual(V4)),
                                             spi=speaker.sa_in.spi))
    speaker.send(speaker.seal(hello))
    echoed(speaker, speaker.acked(0))
    with Moving(lab):
        update = speaker.check(speaker.expect(UPDATE, '', numbered))
        if not is_new_path(update):
            answer(speaker, update)
            update = speaker.check(speaker.expect(UPDATE, '', is_new_path))
        begun = wire.u32s(update.get(ESP_INFO))[2]
    for _ in range(5):
        update = speaker.check(speaker.expect(UPDATE, 'it is not told', numbered))
        if wire.u32s(update.get(ESP_INFO))[1:] == [begun, 0]:
            return
        speaker.send(speaker.seal(speaker.update(seq=False,
                                                 acks=(seq_of(update),))))
    need(False, 'it is not told')


def answer_beside(speaker, locators):
    """Answer the host's UPDATE, and tell of the speaker's own locators in the
    same packet. Return: what was answered."""
    update = speaker.check(speaker.expect(UPDATE, '', numbered))
    speaker.send(speaker.seal(draft_answer(speaker, update).put(LOCATOR_SET,
                                                                locators)))
    return update


@test('6.12.1 5', 'MUST', 'what comes with SEQ beside the answer to its own UPDATE '
      'is processed: locators')
def locators_beside(lab):
    speaker = established(lab)
    with Moving(lab):
        answer_beside(speaker, wire.locator_set(
            address(lab.net.here[1]), spi=speaker.sa_in.spi + 2))
        confirmed(speaker)
        speaker.at(lab.net.usual(V4), 'deprecated', 'not announced any more: ')


@test('6.12.1 5', 'MUST', 'malformed locators beside the answer to its own UPDATE: '
      'it is none')
def bad_locators_beside(lab):
    speaker = established(lab)
    with Moving(lab):
        update = answer_beside(speaker, wire.locator_set(
            address(lab.net.here[1]), spi=speaker.sa_in.spi + 2)[:-1])
        speaker.expect(NOTIFY)
        speaker.expect(UPDATE, 'it is not sent again',
                       lambda p: numbered(p) and seq_of(p) == seq_of(update))


@test('RFC 8046 4', 'MUST', 'LOCATOR_SET of an UPDATE is well-formed: lengths, '
      'lifetimes, one preferred, none twice')
def locators_sent(lab):
    speaker = established(lab)
    mapped = bytes(10) + b'\xff\xff'
    moved = mapped + address('10.0.1.77')
    with Moving(lab):
        update = speaker.check(speaker.expect(UPDATE, '', numbered))
        if moved not in (update.get(LOCATOR_SET) or b''):
            # Begun before the address came: one at a time.
            answer(speaker, update)
            update = speaker.check(speaker.expect(UPDATE, '', numbered))
    data, seen, preferred = update.get(LOCATOR_SET), [], 0
    need(data, 'no LOCATOR_SET')
    while data:
        _, kind, words, flags, lifetime = struct.unpack_from('!BBBBI', data)
        need(kind in (0, 1) and words == 4 + kind, 'type %d of %d words' %
             (kind, words))
        need(not flags & 0xfe, 'reserved bits are set')
        need(lifetime, 'a lifetime of zero')
        preferred += flags & 1
        locator, data = data[8 + 4 * kind:8 + 4 * words], data[8 + 4 * words:]
        need(locator not in seen, 'one is there twice')
        seen.append(locator)
    need(moved in seen, 'the new one is not')
    need(mapped + address(lab.net.host[V4]) in seen, 'the old one is not')
    need(preferred == 1, '%d are preferred' % preferred)


@test('6.11', 'SHOULD', 'an UPDATE without ACK is sent again, later each time')
def again_later(lab):
    speaker = established(lab)
    with Moving(lab):
        times = {}
        for _ in range(8):
            packet = speaker.check(speaker.expect(UPDATE, '', numbered))
            sent = times.setdefault(seq_of(packet), [])
            sent.append(time.monotonic())
            if len(sent) == 3:
                break
        need(len(sent) == 3, 'not three times the same')
        first, second = sent[1] - sent[0], sent[2] - sent[1]
        need(second > first * 1.3, 'after %.2f s and %.2f s' % (first, second))


@test('6.12.2', 'MUST', 'an UPDATE that is acknowledged is not sent again')
def acked_once(lab):
    speaker = established(lab)
    with Moving(lab):
        update = speaker.check(speaker.expect(UPDATE, '', numbered))
        speaker.send(speaker.seal(speaker.update(
            seq=False, acks=(seq_of(update),))))
        lab.net.drain(0.2)
        speaker.inbox.clear()
        lab.net.drain(1.5)
        need(not any(seq_of(p) == seq_of(update) for p in speaker.inbox
                     if p.kind == UPDATE and numbered(p)), 'it is')


@test('5.3.5', 'MUST', 'an ACK with several Update IDs is understood')
def many_acks(lab):
    speaker = established(lab)
    with Moving(lab):
        update = speaker.check(speaker.expect(UPDATE, '', numbered))
        number = seq_of(update)
        speaker.send(speaker.seal(speaker.update(
            seq=False, acks=(number + 70, number, number + 71))))
        lab.net.drain(0.2)
        speaker.inbox.clear()
        lab.net.drain(1.5)
        need(not any(seq_of(p) == number for p in speaker.inbox
                     if p.kind == UPDATE and numbered(p)), 'it is sent again')


@test('6.12.2', 'MUST', 'an ACK with a wrong HIP_MAC acknowledges nothing')
def ack_wrong_mac(lab):
    speaker = established(lab)
    with Moving(lab):
        update = speaker.check(speaker.expect(UPDATE, '', numbered))
        ack = speaker.seal(speaker.update(seq=False, acks=(seq_of(update),)))
        speaker.send(speaker.seal(ack.flip(HIP_MAC), mac=False))
        speaker.expect(UPDATE, 'it is not sent again',
                       lambda p: numbered(p) and seq_of(p) == seq_of(update))


@test('5.3.5', 'MUST', 'UPDATEs that it sends have HIP_MAC and HIP_SIGNATURE')
def sealed(lab):
    speaker = established(lab)
    with Moving(lab):
        speaker.check(speaker.expect(UPDATE, '', numbered))


# --- readdress (RFC 8046) ----------------------------------------------------------

def readdress(speaker, new, rekey_index=0):
    """The UPDATE of a host that moved, from its new address. Return: what the
    peer asks to be echoed."""
    speaker.source = new
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(rekey_index, speaker.sa_in.spi,
                                       speaker.sa_in.spi))
    update.put(LOCATOR_SET, wire.locator_set(address(new),
                                             spi=speaker.sa_in.spi))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(update))
    return speaker.acked(number)


def moves(family, name):
    @test('RFC 8046 3.2.1', 'MUST', 'a peer that moves is verified by '
          'ECHO_REQUEST to its new address, and found there, %s' % name)
    def run(lab):
        speaker = established(lab, family=family)
        new = [a for a in lab.net.here if (':' in a) == (family == V6)][1]
        answer = readdress(speaker, new)
        need(answer.destination == address(new), 'not to the new address')
        request = answer.get(ECHO_REQUEST_SIGNED)
        need(request, 'no ECHO_REQUEST_SIGNED')
        need(numbered(answer), 'no SEQ, and so not sent again when lost')
        echoed(speaker, answer)
        # Answers of before may have been late.
        lab.net.drain(0.2)
        lab.net.esp.clear()
        speaker.works()
        need(speaker.esp_to == address(new), 'data goes elsewhere')


moves(V4, 'IPv4')
moves(V6, 'IPv6')


@test('RFC 8046 3.2', 'SHOULD', 'an UPDATE that arrives behind a later one is '
      'acknowledged, and moves nothing')
def outdated(lab):
    speaker = established(lab)
    usual, other = lab.net.here[:2]
    updates = []
    for place in (other, usual):
        update = speaker.update()
        update.put(ESP_INFO, wire.esp_info(0, speaker.sa_in.spi,
                                           speaker.sa_in.spi))
        update.put(LOCATOR_SET, wire.locator_set(address(place),
                                                 spi=speaker.sa_in.spi))
        updates.append((speaker.update_id - 1, speaker.seal(update)))
    number, update = updates[1]
    speaker.send(update)
    answer = speaker.acked(number)
    echoed(speaker, answer)
    number, update = updates[0]
    speaker.source = other
    speaker.send(update)
    need(not speaker.acked(number).get(ECHO_REQUEST_SIGNED),
         'it is asked if it is there')
    speaker.source = None
    lab.net.drain(0.2)
    lab.net.esp.clear()
    speaker.works()
    need(speaker.esp_to == address(usual), 'data goes elsewhere')


@test('RFC 8046 5.4', 'MUST', 'an address whose ECHO_RESPONSE is wrong gets no '
      'data')
def wrong_echo(lab):
    speaker = established(lab)
    new = lab.net.here[1]
    answer = readdress(speaker, new)
    request = answer.get(ECHO_REQUEST_SIGNED)
    confirm = speaker.update(seq=False, acks=(seq_of(answer),))
    wrong = request[:-1] + bytes([request[-1] ^ 1])
    speaker.send(speaker.seal(confirm.put(ECHO_RESPONSE_SIGNED, wrong)))
    # What we sent before is credit (section 5.6), for answers that are late on a
    # slow machine too. It does not reach for a packet of this size.
    need(not speaker.floods(address(new)), 'it gets data')


@test('RFC 8046 5.4', 'MUST', 'an address gets no data if the UPDATE of a new path '
      'to it is acknowledged, but nothing of it is echoed')
def blind_ack(lab):
    # A peer that lives elsewhere, and guesses what was sent to a victim.
    speaker = established(lab, family=V4)
    usual = address(lab.net.usual(V4))
    victim = [address(a) for a in lab.net.here if ':' in a][1]
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(0, speaker.sa_in.spi, speaker.sa_in.spi))
    update.put(LOCATOR_SET, wire.locator_set(victim, usual))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(update))
    answer = speaker.acked(number)
    echoed(speaker, answer)
    begun = speaker.check(speaker.expect(
        UPDATE, '', lambda p: is_new_path(p) and p.destination == victim))
    blind = speaker.update(acks=range(seq_of(answer) + 1, seq_of(answer) + 9))
    blind.put(ESP_INFO, wire.esp_info(0, 0, speaker.sa_in.spi + 1))
    number = speaker.update_id - 1
    need(seq_of(begun) - seq_of(answer) in range(1, 9), 'no Update ID to guess')
    speaker.send(speaker.seal(blind))
    speaker.acked(number)
    need(not speaker.floods(victim), 'it gets data')
    need(speaker.floods(usual), 'no data at all')


def tells_other(lab, speaker, place):
    """It is at another address as well, and has the host begin a path there.
    Return: the UPDATE that does."""
    update = speaker.update()
    spi = speaker.sa_in.spi
    update.put(ESP_INFO, wire.esp_info(0, spi, spi))
    update.put(LOCATOR_SET, wire.locator_set(
        address(lab.net.usual(V4)), address(place)))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(update))
    echoed(speaker, speaker.acked(number))
    update = speaker.check(speaker.expect(UPDATE, '', is_new_path))
    need(update.destination == address(place), 'it is not sent there')
    return update


def takes_path(speaker, update, echo=None):
    """The answer of a peer that has a new path as well, from its usual address."""
    _, index, _, spi = struct.unpack('!HHII', update.get(ESP_INFO))
    reply = speaker.update(acks=(seq_of(update),))
    reply.put(ESP_INFO, wire.esp_info(index, 0, speaker.sa_in.spi + 1))
    if echo:
        reply.put(ECHO_RESPONSE_SIGNED, echo)
    number = speaker.update_id - 1
    speaker.send(speaker.seal(reply))
    speaker.acked(number)
    return spi


@test('RFC 8046 5.4', 'MUST', 'another address, at which a path is begun, is '
      'verified by ECHO_REQUEST, and not by an ACK alone')
def new_path_checked(lab):
    place = [a for a in lab.net.here if ':' in a][1]
    speaker = established(lab)
    takes_path(speaker, tells_other(lab, speaker, place))
    speaker.at(place, 'unverified', 'without ECHO_RESPONSE ')
    speaker = established(lab)
    update = tells_other(lab, speaker, place)
    takes_path(speaker, update, update.get(ECHO_REQUEST_SIGNED) or b'none')
    speaker.at(place, 'active', 'with ECHO_RESPONSE ')


@test('RFC 8046 5.4', 'MUST', 'an ECHO_RESPONSE verifies the address that was '
      'asked, not one to which the peer moves before it comes')
def late_echo(lab):
    speaker = established(lab)
    rekey = speaker.rekeyed()
    victim, other = lab.net.here[:2]
    answer = readdress(speaker, other)
    # With the acknowledgment of the rekey it seems to be elsewhere.
    speaker.source = victim
    speaker.send(speaker.seal(speaker.update(seq=False, acks=(seq_of(rekey),))))
    lab.net.drain(0.2)
    echoed(speaker, answer)
    speaker.at(victim, 'unverified')


@test('RFC 8046 3.2.1', 'MUST', 'the answer to a readdress is sent again until '
      'it is acknowledged')
def answer_again(lab):
    speaker = established(lab)
    first = readdress(speaker, lab.net.here[1])
    second = speaker.check(speaker.expect(UPDATE, '', numbered))
    need(seq_of(first) == seq_of(second), 'another Update ID')


@test('RFC 8046 5.3', 'SHOULD', 'a preferred locator of an unknown type is '
      'answered by NOTIFY LOCATOR_TYPE_UNSUPPORTED')
def locator_type(lab):
    speaker = established(lab)
    locator = struct.pack('!BBBBI', 0, 77, 4, 1, 120) + bytes(16)
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(0, speaker.sa_in.spi, speaker.sa_in.spi))
    update.put(LOCATOR_SET, wire.locator_set(
        address(lab.net.usual(V4)), spi=speaker.sa_in.spi) + locator)
    speaker.send(speaker.seal(update))
    packet = speaker.expect(NOTIFY)
    kind = wire.u16s(packet.get(wire.NOTIFICATION)[:4])[1]
    need(kind == 46, 'NOTIFY %d' % kind)


# --- the end of an SA (RFC 8047) ---------------------------------------------------

def deprecate(speaker, spi):
    """It is told that there is no SA of this SPI any more."""
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(0, spi, 0))
    update.put(LOCATOR_SET, wire.locator_set(
        address(speaker.net.usual(speaker.family))))
    speaker.send(speaker.seal(update))
    speaker.acked(speaker.update_id - 1)


@test('RFC 8047 5.2', 'MUST', 'an ESP_INFO with NEW SPI 0 ends the use of the SA')
def end_of_sa(lab):
    speaker = established(lab)
    speaker.works()
    deprecate(speaker, speaker.sa_in.spi)
    lab.net.drain(0.2)
    lab.net.esp.clear()
    with lab.host.ping(speaker.hit) as ping:
        lab.net.drain(1)
        ping.kill()
    need(not lab.net.esp, 'data goes on by it')


@test('RFC 8047 5.2', 'MUST', 'an ESP_INFO with NEW SPI 0 and an OLD SPI that does '
      'not exist changes nothing')
def end_of_nothing(lab):
    speaker = established(lab)
    deprecate(speaker, speaker.sa_in.spi ^ 0xff00)
    lab.net.drain(0.2)
    speaker.works()
