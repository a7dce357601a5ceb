# SPDX-License-Identifier: GPL-2.0-only
"""New SAs in the place of others (RFC 7402 sections 6.8 to 6.10)."""
import struct

import crypto
import wire
from esp import ECHO
from net import Failure, address, text
from registry import test
from speaker import acks, need
from test_update import (echoed, established, is_new_path, numbered, readdress,
                         seq_of, takes_path, tells_other)
from wire import (DIFFIE_HELLMAN, ECHO_REQUEST_SIGNED, ESP_INFO, LOCATOR_SET,
                  SEQ, UPDATE)


def rekeys(speaker, new, skip=0, confirm=True, meanwhile=None):
    """A rekey by the speaker: new is its SPI, skip octets of KEYMAT not used.
    meanwhile() is called before it uses the new SAs."""
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(speaker.index + skip, speaker.sa_in.spi,
                                       new))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(update))
    answer = speaker.acked(number)
    info = answer.get(ESP_INFO)
    need(info, 'no ESP_INFO in the answer')
    _, index, old, spi = struct.unpack('!HHII', info)
    need(old == speaker.sa_out.spi and spi != old, 'SPIs %x and %x' %
         (old, spi))
    if meanwhile:
        meanwhile()
    speaker.index = max(speaker.index + skip, index)
    speaker.spi_in = new
    speaker.make_sas(spi)
    if confirm and numbered(answer):
        speaker.send(speaker.seal(speaker.update(seq=False,
                                                 acks=(seq_of(answer),))))
    return answer


@test('RFC 7402 6.9', 'MUST', 'a rekey by the peer, without new '
      'DIFFIE_HELLMAN, makes new SAs')
def rekey(lab):
    speaker = established(lab)
    rekeys(speaker, speaker.sa_in.spi ^ 0x00ff00ff, 256)
    speaker.works('no data with the new SAs')


@test('RFC 7402 6.9', 'MUST', 'a peer that rekeys again and again has no more '
      'than 64 old pairs of SAs kept')
def rekey_often(lab):
    speaker = established(lab)
    before = lab.host.count_sas()
    for n in range(80):
        rekeys(speaker, 0x00700000 + n)
    pairs = (lab.host.count_sas() - before) / 2
    need(pairs <= 64, '%d old pairs of SAs' % pairs)
    speaker.works('no data with the last SAs')


def moves_on(lab, speaker):
    answer = readdress(speaker, lab.net.here[1])
    echoed(speaker, answer)


@test('RFC 7402 6.8', 'MAY', 'data by the new SAs confirms a rekey whose '
      'acknowledgment is lost, and another UPDATE followed')
def rekey_by_data(lab):
    speaker = established(lab)
    rekeys(speaker, speaker.sa_in.spi ^ 0x00ff00ff, confirm=False,
           meanwhile=lambda: moves_on(lab, speaker))
    speaker.works('no data with the new SAs')


@test('RFC 7402 6.9', 'MUST', 'an acknowledgment of a rekey that arrives behind the '
      'next UPDATE confirms it')
def rekey_late(lab):
    speaker = established(lab)
    late = rekeys(speaker, speaker.sa_in.spi ^ 0x00ff00ff, confirm=False,
                  meanwhile=lambda: moves_on(lab, speaker))
    speaker.send(speaker.seal(speaker.update(seq=False, acks=(seq_of(late),))))
    lab.net.drain(0.3)
    with lab.host.ping(speaker.hit):
        need(speaker.take_esp(ECHO, 1), 'no data with the new SAs')


@test('RFC 7402 6.8', 'MUST', 'a peer that has rekeyed and moves by its new SPI, '
      'its acknowledgment lost, is found at its new address')
def rekey_and_move(lab):
    speaker = established(lab)
    new = lab.net.here[1]
    rekeys(speaker, speaker.sa_in.spi ^ 0x00ff00ff, confirm=False)
    answer = readdress(speaker, new)
    echoed(speaker, answer)
    # Answers of before may have been late.
    lab.net.drain(0.2)
    lab.net.esp.clear()
    speaker.works('no data with the new SAs')
    need(speaker.esp_to == address(new), 'data goes elsewhere')


@test('RFC 7402 6.9', 'MUST', 'an acknowledgment confirms a rekey, though it echoes '
      'nothing and verifies no address')
def rekey_unechoed(lab):
    speaker = established(lab)
    new = speaker.source = lab.net.here[1]
    spi = speaker.sa_in.spi ^ 0x00ff00ff
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(speaker.index, speaker.sa_in.spi, spi))
    update.put(LOCATOR_SET, wire.locator_set(address(new), spi=spi))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(update))
    answer = speaker.acked(number)
    need(answer.get(ECHO_REQUEST_SIGNED), 'the address is not asked')
    _, speaker.index, _, other = struct.unpack('!HHII', answer.get(ESP_INFO))
    speaker.spi_in = spi
    speaker.make_sas(other)
    speaker.send(speaker.seal(speaker.update(seq=False, acks=(seq_of(answer),))))
    lab.net.drain(0.3)
    need(all(path['peer'] != new or path['state'] != 'ACTIVE' for path in
             lab.host.json('path', 'show', 'peer', text(speaker.hit))),
         'the address is verified')
    speaker.works('no data with the new SAs')


@test('RFC 7402 6.9', 'MUST', 'a peer that gives up a rekey, and begins another one '
      'of the same SAs, gets new SAs')
def rekey_anew(lab):
    speaker = established(lab)
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(speaker.index, speaker.sa_in.spi,
                                       speaker.sa_in.spi ^ 0x000000ff))
    speaker.send(speaker.seal(update))
    speaker.acked(speaker.update_id - 1)
    rekeys(speaker, speaker.sa_in.spi ^ 0x00ff00ff)
    speaker.works('no data with the new SAs')


@test('RFC 7402 6.9', 'MUST', 'an answer to a rekey that is of no use leaves no '
      'trace: its NEW SPI is as unknown as others')
def rekey_of_no_use(lab):
    speaker = established(lab)
    update = speaker.rekeyed()
    spi = speaker.sa_in.spi ^ 0x00ff00ff
    # There is no KEYMAT at this index.
    reply = speaker.update(acks=(seq_of(update),))
    reply.put(ESP_INFO, wire.esp_info(0xffff, speaker.sa_in.spi, spi))
    speaker.send(speaker.seal(reply))
    # Its address is not named any more, so that it goes.
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(0, spi, spi))
    update.put(LOCATOR_SET, wire.locator_set(address(lab.net.here[1])))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(update))
    answer = speaker.acked(number)
    request = answer.get(ECHO_REQUEST_SIGNED)
    if request:
        # The path that is confirmed is gone.
        lab.net.drain(1)
        echoed(speaker, answer)
        lab.net.drain(1)
    need(not request, 'it is taken for that of an SA')


@test('RFC 7402 6.9', 'MUST', 'an ESP_INFO whose OLD SPI does not exist '
      'changes nothing')
def unknown_spi(lab):
    speaker = established(lab)
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(0, speaker.sa_in.spi ^ 0xff00,
                                       speaker.sa_in.spi ^ 0xff01))
    speaker.send(speaker.seal(update))
    lab.net.drain(0.3)
    speaker.works()


def asked_for_path(lab):
    """The speaker, and an UPDATE by which the host has begun a path to it. If the
    host's HIT is the greater one, our requests wait until its own is done."""
    place = [a for a in lab.net.here if ':' in a][1]
    speaker = lab.compared(True)
    speaker.exchange()
    speaker.works()
    return speaker, tells_other(lab, speaker, place)


def makes_none(lab, speaker, spi):
    lab.net.drain(0.3)
    paths = lab.host.json('path', 'show', 'peer', text(speaker.hit))
    need(all(int(str(path.get('spi_out', 0)), 0) != spi for path in paths),
         'it makes SAs')


@test('RFC 7402 6.9', 'MUST', 'no keys are drawn twice: an answer that names a place '
      'in KEYMAT from which others came meanwhile makes no SAs')
def keys_once(lab):
    speaker, begun = asked_for_path(lab)
    index = struct.unpack('!HHII', begun.get(ESP_INFO))[1]
    rekey = speaker.update()
    spi = speaker.sa_in.spi
    rekey.put(ESP_INFO, wire.esp_info(index, spi, spi + 2))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(rekey))
    speaker.acked(number)
    takes_path(speaker, begun, begun.get(ECHO_REQUEST_SIGNED))
    makes_none(lab, speaker, spi + 1)


# --- with new Diffie-Hellman values ------------------------------------------------

def drafts_dh(speaker, old, new, dh, acks=()):
    update = speaker.update(acks=acks)
    update.put(ESP_INFO, wire.esp_info(0, old, new))
    return update.put(DIFFIE_HELLMAN, wire.dh_param(dh.group, dh.public))


def takes_dh(speaker, new, dh, packet):
    """Another KEYMAT, of the value in the host's half, and SAs with its keys."""
    group, public = wire.dh_split(packet.get(DIFFIE_HELLMAN))
    need(group == dh.group, 'group %d' % group)
    speaker.renew(dh.secret(public))
    speaker.spi_in = new
    speaker.make_sas(wire.new_spi(packet))


def rekeys_dh(speaker, new, confirm=True):
    """A rekey with DIFFIE_HELLMAN by the speaker: new is its SPI."""
    dh = crypto.DH(8)
    number = speaker.update_id
    speaker.send(speaker.seal(drafts_dh(speaker, speaker.sa_in.spi, new, dh)))
    answer = speaker.acked(number)
    need(answer.get(DIFFIE_HELLMAN), 'no DIFFIE_HELLMAN in the answer')
    takes_dh(speaker, new, dh, answer)
    if confirm:
        speaker.send(speaker.seal(speaker.update(seq=False,
                                                 acks=(seq_of(answer),))))
    return answer


NONE = 0x70000000    # an Update ID that the host has not used


def busy_until_dh(speaker, seconds):
    """The host's UPDATE with DIFFIE_HELLMAN. Others are acknowledged, and the host
    has something to do all the time."""
    for _ in range(10 * seconds):
        begun = speaker.find(UPDATE, numbered)
        if begun and begun.get(DIFFIE_HELLMAN):
            return speaker.check(begun)
        number = seq_of(begun) if begun else NONE
        speaker.send(speaker.seal(speaker.update(seq=False, acks=(number,))))
        speaker.net.drain(0.1)
    raise Failure('none in %d s' % seconds)


def rekeyed_dh(speaker, new, seconds):
    """The host begins one. It is answered, and the SAs are used."""
    begun = busy_until_dh(speaker, seconds)
    dh = crypto.DH(wire.dh_split(begun.get(DIFFIE_HELLMAN))[0])
    answer = drafts_dh(speaker, speaker.sa_in.spi, new, dh, acks=(seq_of(begun),))
    number = speaker.update_id - 1
    takes_dh(speaker, new, dh, begun)
    speaker.send(speaker.seal(answer))
    speaker.acked(number)


@test('RFC 7402 6.9', 'MUST', 'a rekey by the peer, with new DIFFIE_HELLMAN, makes '
      'SAs with keys of another KEYMAT')
def rekey_dh(lab):
    speaker = established(lab)
    rekeys_dh(speaker, speaker.sa_in.spi ^ 0x00ff00ff)
    speaker.works('no data with the new SAs')
    rekeys(speaker, speaker.sa_in.spi ^ 0x0000ff00)
    speaker.works('no data with keys that come next')


@test('RFC 7402 6.8', 'MUST', 'new DIFFIE_HELLMAN is exchanged again, if a peer that '
      'may have another KEYMAT does not confirm it')
def rekey_dh_unconfirmed(lab):
    speaker = established(lab)
    old = speaker.sa_in, speaker.sa_out, speaker.spi_in
    rekeys_dh(speaker, speaker.sa_in.spi ^ 0x00ff00ff, confirm=False)
    # It has the new SAs, and nothing of the like is seen by the host, which goes
    # on by the old ones.
    speaker.sa_in, speaker.sa_out, speaker.spi_in = old
    moves_on(lab, speaker)
    rekeyed_dh(speaker, speaker.sa_in.spi ^ 0x0000ff00, 15)
    speaker.works('no data with the new SAs')
    rekeys(speaker, speaker.sa_in.spi ^ 0x000000ff)
    speaker.works('no data with keys that come next')


@test('RFC 7402 6.9', 'MUST', 'a new path that was asked for before another KEYMAT '
      'came gets no keys from the wrong one')
def rekey_dh_new_path(lab):
    speaker, begun = asked_for_path(lab)
    spi = speaker.sa_in.spi
    answer = rekeys_dh(speaker, spi ^ 0x00ff00ff, confirm=False)
    reply = speaker.update(acks=(seq_of(begun),))
    reply.put(ESP_INFO, wire.esp_info(speaker.index, 0, spi + 1))
    reply.put(wire.ECHO_RESPONSE_SIGNED, begun.get(ECHO_REQUEST_SIGNED))
    speaker.send(speaker.seal(reply))
    makes_none(lab, speaker, spi + 1)
    speaker.send(speaker.seal(speaker.update(seq=False, acks=(seq_of(answer),))))
    speaker.works('no data with the new SAs')


def crossed(lab, bad=False):
    """Both begin a rekey with DIFFIE_HELLMAN. Return: the speaker, the host's UPDATE,
    the speaker's value and its UPDATE, which the host has."""
    speaker = established(lab)
    lab.host.run('assoc', 'rekey', 'peer', text(speaker.hit), 'local',
                 text(speaker.peer), 'dh')
    begun = speaker.check(speaker.expect(
        UPDATE, '', lambda p: numbered(p) and p.get(DIFFIE_HELLMAN)))
    dh = crypto.DH(wire.dh_split(begun.get(DIFFIE_HELLMAN))[0])
    if bad:
        dh.public = bytes(len(dh.public))
    update = speaker.seal(drafts_dh(speaker, speaker.sa_in.spi,
                                    speaker.sa_in.spi ^ 0x00ff00ff, dh))
    speaker.send(update)
    return speaker, begun, dh, update


@test('RFC 7402 6.8', 'MUST', 'two rekeys with new DIFFIE_HELLMAN that cross are one')
def rekey_dh_crossing(lab):
    speaker, begun, dh, _ = crossed(lab)
    speaker.acked(speaker.update_id - 1)
    takes_dh(speaker, speaker.sa_in.spi ^ 0x00ff00ff, dh, begun)
    speaker.send(speaker.seal(speaker.update(seq=False, acks=(seq_of(begun),))))
    speaker.works('no data with the new SAs')


@test('RFC 7402 6.8', 'MUST', 'a rekey that crosses its own, and is of no use, is not '
      'acknowledged when it comes again')
def rekey_dh_useless(lab):
    speaker, _, _, update = crossed(lab, bad=True)
    number = speaker.update_id - 1
    for _ in range(2):
        lab.net.drain(0.3)
        need(not speaker.find(UPDATE, acks(number)), 'it is')
        speaker.send(update)


@test('RFC 7402 6.8', 'MUST', 'a peer that answers with other DIFFIE_HELLMAN than '
      'that which crossed before is taken at neither')
def rekey_dh_two_halves(lab):
    speaker, begun, _, _ = crossed(lab)
    speaker.acked(speaker.update_id - 1)
    dh = crypto.DH(wire.dh_split(begun.get(DIFFIE_HELLMAN))[0])
    speaker.send(speaker.seal(drafts_dh(
        speaker, speaker.sa_in.spi, speaker.sa_in.spi ^ 0x0000ffff, dh,
        acks=(seq_of(begun),))))
    lab.net.drain(0.2)
    while speaker.find(UPDATE, lambda p: numbered(p) and
                       seq_of(p) == seq_of(begun)):
        pass
    rekeyed_dh(speaker, speaker.sa_in.spi ^ 0x0000ff00, 15)
    speaker.works('no data with the new SAs')


@test('RFC 7402 6.9', 'MUST', 'no keys are drawn as long as it is not known which '
      'KEYMAT is to be used: a rekey that crosses its own')
def rekey_dh_draws(lab):
    place = [a for a in lab.net.here if ':' in a][1]
    speaker, begun, _, _ = crossed(lab)
    speaker.acked(speaker.update_id - 1)
    update = speaker.update()
    update.put(ESP_INFO, wire.esp_info(0, 0, speaker.sa_in.spi ^ 0x00000fff))
    update.put(LOCATOR_SET, wire.locator_set(
        address(lab.net.usual(speaker.family)), address(place)))
    number = speaker.update_id - 1
    speaker.send(speaker.seal(update))
    lab.net.drain(0.3)
    need(not speaker.find(UPDATE, acks(number)), 'a new path is answered')
    speaker.send(speaker.seal(speaker.update(seq=False, acks=(seq_of(begun),))))
    lab.net.drain(0.3)
    speaker.send(speaker.seal(update))
    speaker.acked(number, 'a new path afterwards is not answered')
