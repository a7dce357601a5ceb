# SPDX-License-Identifier: GPL-2.0-only
"""The life of an association: NOTIFY, CLOSE, restart (RFC 7401 sections 4.4,
4.5, 5.3.6 to 5.3.8, 6.13 to 6.16)."""
import time

import crypto
import wire
from net import V4, V6
from registry import test
from speaker import need
from test_update import established
from wire import (CLOSE, CLOSE_ACK, ECHO_REQUEST_SIGNED, ECHO_REQUEST_UNSIGNED,
                  ECHO_RESPONSE_SIGNED, ECHO_RESPONSE_UNSIGNED, HIP_MAC,
                  HIP_SIGNATURE, HOST_ID, I1, I2, NOTIFY, R1, R2, UPDATE)


# --- NOTIFY ------------------------------------------------------------------------

@test('6.13', 'SHOULD', 'NOTIFY changes no state')
def notify_state(lab):
    speaker = established(lab)
    for kind in (1, 7, 14, 24, 28, 42, 44, 16384):
        speaker.send(speaker.seal(speaker.notify(kind), mac=False))
    lab.net.drain(0.3)
    speaker.works()


@test('5.2.19', 'MUST', 'NOTIFICATION types that are not known are ignored')
def notify_unknown(lab):
    speaker = established(lab)
    for kind in (0, 999, 16000, 20000, 65535):
        speaker.send(speaker.seal(speaker.notify(kind, bytes(20)), mac=False))
    speaker.none(NOTIFY, UPDATE, CLOSE)
    speaker.works()


@test('5.2.19', 'MUST', 'Reserved of NOTIFICATION is ignored, several in a '
      'packet are taken')
def notify_several(lab):
    speaker = established(lab)
    packet = speaker.notify(7)
    packet.put(wire.NOTIFICATION, wire.notification(28, b'x', reserved=0xffff))
    packet.put(HOST_ID, speaker.identity.host_id)
    speaker.send(speaker.seal(packet, mac=False))
    speaker.none(NOTIFY)
    speaker.works()


@test('5.2.19', 'MUST', 'a NOTIFY is not answered by NOTIFY, a wrong signature '
      'neither')
def notify_unanswered(lab):
    speaker = established(lab)
    packet = speaker.seal(speaker.notify(7), mac=False).flip(HIP_SIGNATURE)
    speaker.send(packet)
    speaker.send(speaker.notify(7))
    stranger = lab.speaker()
    stranger.send(stranger.seal(stranger.notify(7), mac=False))
    speaker.none(NOTIFY)
    need(not stranger.inbox, 'a stranger is answered')


@test('6.13', 'SHOULD', 'NOTIFY does not end the waiting for R1 and R2')
def notify_exchange(lab):
    speaker = lab.speaker()
    speaker.called()
    packet = speaker.notify(wire.RESPONDER_BUSY_PLEASE_RETRY)
    packet.put(HOST_ID, speaker.identity.host_id)
    speaker.send(speaker.seal(packet, mac=False))
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.take_i2(speaker.expect(I2))
    speaker.send(speaker.seal(speaker.notify(16384), mac=False))
    speaker.send(speaker.seal_r2(speaker.draft_r2()))
    speaker.works()


# --- CLOSE -------------------------------------------------------------------------

def closes(family, name):
    @test('6.14', 'MUST', 'CLOSE is answered by CLOSE_ACK with '
          'ECHO_RESPONSE_SIGNED, HIP_MAC and HIP_SIGNATURE, %s' % name)
    def run(lab):
        speaker = established(lab, family=family)
        speaker.send(speaker.seal(speaker.close(b'something odd')))
        ack = speaker.check(speaker.expect(CLOSE_ACK))
        need(ack.get(ECHO_RESPONSE_SIGNED) == b'something odd', 'no echo')


closes(V4, 'IPv4')
closes(V6, 'IPv6')


@test('6.14', 'MUST', 'no data is taken or sent after CLOSE')
def closed_data(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.close()))
    speaker.expect(CLOSE_ACK)
    need(speaker.ping(50, 0.5) is None, 'an answer by the old SAs')


@test('6.14', 'MUST', 'a CLOSE with a wrong HIP_MAC is dropped')
def close_wrong_mac(lab):
    speaker = established(lab)
    close = speaker.seal(speaker.close()).flip(HIP_MAC)
    speaker.send(speaker.seal(close, mac=False))
    speaker.none(CLOSE_ACK)
    speaker.works()


@test('6.14', 'MUST', 'a CLOSE with a wrong HIP_SIGNATURE is dropped')
def close_wrong_signature(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.close()).flip(HIP_SIGNATURE))
    speaker.none(CLOSE_ACK)
    speaker.works()


@test('5.3.7', 'MUST', 'a CLOSE without HIP_MAC or HIP_SIGNATURE is dropped')
def close_unsealed(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.close(), mac=False))
    speaker.send(speaker.seal(speaker.close(), sign=False))
    speaker.none(CLOSE_ACK)
    speaker.works()


@test('5.2.21', 'MUST', 'ECHO_REQUEST_UNSIGNED in a CLOSE is answered')
def close_echo(lab):
    speaker = established(lab)
    close = speaker.seal(speaker.close())
    speaker.send(close.put(ECHO_REQUEST_UNSIGNED, b'middlebox'))
    ack = speaker.expect(CLOSE_ACK)
    need(ack.get(ECHO_RESPONSE_UNSIGNED) == b'middlebox', 'no echo')


@test('6.14', 'MUST', 'state CLOSED: a CLOSE that comes again is answered again')
def close_again(lab):
    speaker = established(lab)
    close = speaker.seal(speaker.close())
    speaker.send(close)
    speaker.expect(CLOSE_ACK)
    speaker.send(close)
    speaker.check(speaker.expect(CLOSE_ACK, 'CLOSE again', patience=2))


@test('6.14', 'MUST', 'state CLOSED: a new exchange is possible')
def closed_anew(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.close()))
    speaker.expect(CLOSE_ACK)
    speaker.forget()
    speaker.exchange()
    speaker.works()


@test('6.14', 'MUST', 'state CLOSED: new data starts a new exchange')
def closed_data_anew(lab):
    speaker = established(lab)
    speaker.send(speaker.seal(speaker.close()))
    speaker.expect(CLOSE_ACK)
    speaker.forget()
    speaker.answer()
    speaker.works()


@test('6.14', 'MUST', 'R2-SENT: CLOSE is answered by CLOSE_ACK')
def close_r2_sent(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.send(speaker.seal(speaker.close()))
    speaker.check(speaker.expect(CLOSE_ACK))


@test('4.4.3', 'SHOULD', 'I2-SENT: CLOSE is answered by CLOSE_ACK')
def close_i2_sent(lab):
    speaker = lab.speaker()
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.take_i2(speaker.expect(I2))
    speaker.send(speaker.seal(speaker.close()))
    speaker.check(speaker.expect(CLOSE_ACK))


@test('6.14', 'MUST', 'a CLOSE without association is dropped')
def close_stranger(lab):
    speaker = established(lab)
    other = lab.speaker()
    other.keymat, other.mac_out = speaker.keymat, speaker.mac_out
    other.send(other.seal(other.close()))
    other.none(CLOSE_ACK, NOTIFY)


def closing(lab):
    """The host closes an association with us."""
    speaker = established(lab)
    lab.host.close(speaker.hit, speaker.peer)
    return speaker, speaker.check(speaker.expect(CLOSE))


@test('5.3.7', 'MUST', 'CLOSE has ECHO_REQUEST_SIGNED, HIP_MAC and '
      'HIP_SIGNATURE')
def close_sent(lab):
    _, close = closing(lab)
    need(close.get(ECHO_REQUEST_SIGNED), 'no ECHO_REQUEST_SIGNED')


@test('4.4.3', 'MUST', 'CLOSING: a CLOSE without answer is sent again')
def close_sent_again(lab):
    speaker, first = closing(lab)
    second = speaker.expect(CLOSE, 'it is not')
    need(second.raw[40:] == first.raw[40:], 'it is another one')


@test('6.15', 'MUST', 'CLOSING: CLOSE_ACK ends it')
def close_acked(lab):
    speaker, close = closing(lab)
    speaker.send(speaker.seal(speaker.close_ack(close)))
    lab.net.drain(0.2)
    speaker.inbox.clear()
    speaker.none(CLOSE, seconds=1.5, why='CLOSE_ACK was not taken')


def not_acked(requirement, change, mac=True, sign=True):
    @test('5.3.8', 'MUST', requirement)
    def run(lab):
        speaker, close = closing(lab)
        ack = change(speaker, speaker.close_ack(close))
        speaker.send(speaker.seal(ack, mac, sign))
        lab.net.drain(0.2)
        speaker.inbox.clear()
        speaker.expect(CLOSE, 'CLOSE_ACK was taken')


def corrupt_mac(speaker, ack):
    return speaker.seal(ack).flip(HIP_MAC)


def corrupt_signature(speaker, ack):
    return speaker.seal(ack).flip(HIP_SIGNATURE)


not_acked('a CLOSE_ACK with another ECHO_RESPONSE_SIGNED is not taken',
          lambda speaker, ack: ack.flip(ECHO_RESPONSE_SIGNED))
not_acked('a CLOSE_ACK without ECHO_RESPONSE_SIGNED is not taken',
          lambda speaker, ack: ack.drop(ECHO_RESPONSE_SIGNED))
not_acked('a CLOSE_ACK with a wrong HIP_MAC is not taken', corrupt_mac,
          mac=False)
not_acked('a CLOSE_ACK with a wrong HIP_SIGNATURE is not taken',
          corrupt_signature, mac=False, sign=False)


@test('6.14', 'MUST', 'CLOSING: a CLOSE that crosses is answered by CLOSE_ACK')
def close_crossing(lab):
    speaker, _ = closing(lab)
    speaker.send(speaker.seal(speaker.close()))
    speaker.check(speaker.expect(CLOSE_ACK))


@test('4.4.3', 'SHOULD', 'CLOSING: an I1 is answered by R1, an I2 by R2')
def closing_anew(lab):
    speaker, _ = closing(lab)
    speaker.forget()
    speaker.exchange()
    speaker.works()


@test('4.4.3', 'MUST', 'an association that carries nothing is closed')
def idle(lab):
    lab.host.run('config', 'set', 'idle_timeout', '2')
    try:
        speaker = established(lab)
        speaker.check(speaker.expect(CLOSE, patience=15))
    finally:
        lab.host.run('config', 'set', 'idle_timeout', '900')


# --- restart -----------------------------------------------------------------------

@test('4.5.4', 'MUST', 'a peer that lost its state gets R1 and R2 with state '
      'ESTABLISHED')
def restart(lab):
    speaker = established(lab)
    speaker.forget()
    speaker.exchange()
    speaker.send(speaker.seal(speaker.update()))
    speaker.acked(0)
    speaker.works()


STRAY_SPI = (0x33445566).to_bytes(4, 'big')


def stray_icmp(lab, seconds=0.5):
    """ICMP Parameter Problem that quotes ESP with the SPI above."""
    lab.net.drain(seconds)
    return [(family, data) for family, data in lab.net.icmp
            if data[0] == (12 if family == V4 else 4) and STRAY_SPI in data[8:]]


def unknown_spi(family, name):
    @test('4.3', 'SHOULD', 'ESP of no association is answered by ICMP Parameter '
          'Problem that points to the SPI, %s' % name)
    def run(lab):
        speaker = lab.speaker(family=family)
        lab.net.icmp.clear()
        speaker.send_esp(STRAY_SPI + bytes(60))
        found = stray_icmp(lab)
        need(len(found) == 1, 'by %d' % len(found))
        family_found, data = found[0]
        need(family_found == family, 'of the other family')
        pointer = data[4] if family == V4 else int.from_bytes(data[4:8], 'big')
        need(pointer == (20 if family == V4 else 40) and not data[1],
             'it points to %d' % pointer)
        need(data[8 + pointer:12 + pointer] == STRAY_SPI, 'to something else')


unknown_spi(V4, 'IPv4')
unknown_spi(V6, 'IPv6')


@test('4.3', 'MUST', 'ICMP about ESP of no association is limited in rate')
def unknown_spi_storm(lab):
    time.sleep(1.5)	# others may have used up what there is
    speaker = lab.speaker()
    lab.net.icmp.clear()
    for _ in range(60):
        speaker.send_esp(STRAY_SPI + bytes(60))
    found = stray_icmp(lab)
    need(1 <= len(found) <= 10, '%d of 60 were answered' % len(found))


@test('RFC 7402 5.4.1', 'MAY', 'ESP of an SA that is not genuine is not answered '
      'by ICMP')
def forged_esp(lab):
    speaker = established(lab)
    lab.net.icmp.clear()
    spi = speaker.sa_out.spi.to_bytes(4, 'big')
    speaker.send_esp(spi + (7).to_bytes(4, 'big') + bytes(60))
    lab.net.drain(0.5)
    need(not [data for _, data in lab.net.icmp if spi in data[8:]], 'it is')
    speaker.works()


@test('4.4.3', 'SHOULD', 'an I1 alone does not end an association')
def i1_alone(lab):
    speaker = established(lab)
    speaker.send(speaker.i1())
    speaker.expect(R1)
    speaker.works()


@test('4.4.3', 'SHOULD', 'R2-SENT: R1 and R2 are dropped, I1 is answered')
def r2_sent(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.send(speaker.seal(speaker.packet(R2), mac=False))
    speaker.send(speaker.i1())
    speaker.expect(R1)
    speaker.none(I2, NOTIFY)
    speaker.works()


@test('5.2.16', 'MUST', 'Update IDs start at zero for a new association')
def update_ids_anew(lab):
    speaker = established(lab)
    for n in range(3):
        speaker.send(speaker.seal(speaker.update()))
        speaker.acked(n)
    speaker.forget()
    speaker.exchange()
    speaker.send(speaker.seal(speaker.update(echo_request=b'new')))
    need(speaker.acked(0).get(ECHO_RESPONSE_SIGNED) == b'new',
         'taken for an old one')


@test('6.6', 'SHOULD', 'after I1_RETRIES_MAX tries the I1s end')
def retries_end(lab):
    lab.host.run('config', 'set', 'retries', '2', 'retransmit_ms', '100')
    try:
        speaker = lab.speaker()
        speaker.called()
        lab.net.drain(1)
        need(len(speaker.count(I1, 0)) == 2, 'not three I1s in all')
        speaker.none(I1, seconds=1)
        need(lab.host.state(speaker.hit, speaker.peer) == 'E-FAILED',
             'the state is not E-FAILED')
    finally:
        lab.host.run('config', 'set', 'retries', '5', 'retransmit_ms', '500')


@test('4.4.3', 'SHOULD', 'E-FAILED: a new exchange is possible, from both sides')
def failed_anew(lab):
    lab.host.run('config', 'set', 'retries', '1', 'retransmit_ms', '100')
    try:
        speaker = lab.speaker()
        speaker.called()
        lab.net.drain(1)
        speaker.inbox.clear()
    finally:
        lab.host.run('config', 'set', 'retries', '5', 'retransmit_ms', '500')
    speaker.exchange()
    speaker.works()
    speaker.send(speaker.seal(speaker.close()))
    speaker.expect(CLOSE_ACK)
    speaker.forget()
    speaker.answer()
    speaker.works()


@test('6.8', 'SHOULD', 'after I2_RETRIES_MAX tries the I2s end')
def i2_retries_end(lab):
    lab.host.run('config', 'set', 'retries', '2', 'retransmit_ms', '200')
    try:
        speaker = lab.speaker()
        speaker.called()
        speaker.send(speaker.seal_r1(speaker.draft_r1()))
        speaker.take_i2(speaker.expect(I2))
        lab.net.drain(2)
        need(len(speaker.count(I2, 0)) == 2, 'not three I2s in all')
        speaker.none(I2, seconds=1)
    finally:
        lab.host.run('config', 'set', 'retries', '5', 'retransmit_ms', '500')


@test('5.4.4', 'MAY', 'a CLOSE without association is answered by ICMP at most')
def close_icmp(lab):
    speaker = lab.speaker()
    speaker.keymat = crypto.Keymat('sha384', b'x', b'i', b'j', speaker.hit,
                                   speaker.peer)
    speaker.mac_out = bytes(48)
    speaker.send(speaker.seal(speaker.close()))
    for _, data in lab.net.icmp_about(speaker.hit):
        need(data[0] == 12 and data[4] == 20 + 8, 'ICMP type %d, pointer %d' %
             (data[0], data[4]))
    need(not speaker.inbox, 'an answer by HIP')
