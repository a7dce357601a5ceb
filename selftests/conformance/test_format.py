# SPDX-License-Identifier: GPL-2.0-only
"""RFC 7401 sections 5.1 and 5.2.1: header, checksum, TLV format. That what the
host sends is well-formed, decode() sees in each packet of all tests; here are
the ways to ask for packets of each kind, and what the host has to take."""
import time

import wire
from net import V4, V6, address
from registry import test
from speaker import need
from wire import (DH_GROUP_LIST, I1, I2, NOTIFY, R1, R2, SEQ, UNKNOWN,
                  UNKNOWN_CRITICAL, UPDATE)

FAMILIES = ((V4, 'IPv4'), (V6, 'IPv6'))


def of_families(section, level, requirement):
    """A test for each family."""
    def add(function):
        for family, name in FAMILIES:
            test(section, level, '%s, %s' % (requirement, name))(
                lambda lab, family=family: function(lab, family))
        return function
    return add


@of_families('5.1', 'MUST', 'packets sent have Next Header 59, their length, '
             'version 2, fixed bits as shown, reserved bits zero')
def header_sent(lab, family):
    speaker = lab.speaker(family=family)
    speaker.exchange()
    speaker.send(speaker.seal(speaker.update()))
    speaker.acked(0)
    speaker.send(speaker.seal(speaker.close()))
    speaker.check(speaker.expect(wire.CLOSE_ACK))


@of_families('5.1', 'MUST', 'packets sent as Initiator have Next Header 59, '
             'their length, version 2, fixed bits as shown, reserved bits zero')
def header_sent_initiator(lab, family):
    speaker = lab.speaker(family=family)
    speaker.answer()
    speaker.works()


@test('5.1', 'MUST', 'reserved bits are ignored when received')
def reserved_bits(lab):
    speaker = lab.speaker()
    i1 = speaker.i1()
    i1.reserved = 7
    speaker.initiator = True
    speaker.send(i1)
    i2 = speaker.draft_i2(speaker.check_r1(speaker.expect(R1)))
    i2.reserved = 5
    speaker.finish_i(speaker.seal(i2), 'I2 with reserved bits')
    update = speaker.update()
    update.reserved = 2
    speaker.send(speaker.seal(update))
    speaker.acked(0)


@test('5.1', 'MUST', 'the fixed bits are ignored when received')
def fixed_bits(lab):
    speaker = lab.speaker()
    for bits in ((1, 1), (0, 0), (1, 0)):
        i1 = speaker.i1()
        i1.type_bit, i1.fixed_bit = bits
        speaker.send(i1)
        speaker.expect(R1, 'I1 with fixed bits %d and %d' % bits)


@test('5.1', 'MUST', 'trailing data is ignored if Next Header is not known')
def trailing_data(lab):
    speaker = lab.speaker()
    i1 = speaker.i1()
    i1.next_header, i1.trailer = 17, bytes(range(40))
    speaker.send(i1)
    speaker.expect(R1, 'I1 with data behind it')


@test('5.1', 'MUST', 'unrecognized packet types are dropped')
def unknown_type(lab):
    speaker = lab.speaker()
    speaker.exchange()
    for kind in (0, 5, 15, 20, 64, 127):
        packet = speaker.update()
        packet.kind = kind
        speaker.send(speaker.seal(packet))
    speaker.none(UPDATE, NOTIFY, R1, R2)
    speaker.works()


@test('5.1', 'MUST', 'Header Length below 4 or beyond the packet is dropped')
def header_length(lab):
    speaker = lab.speaker()
    good = wire.encode(speaker.i1(), *addresses(lab))
    for units in (0, 3, 5, 7, 255):
        data = good[:1] + bytes([units]) + good[2:4] + b'\0\0' + good[6:]
        value = wire.checksum(data[:(units + 1) * 8], *addresses(lab))
        lab.net.send_raw(V4, wire.PROTO_HIP, data[:4] +
                         value.to_bytes(2, 'big') + data[6:])
    speaker.none(R1)


def addresses(lab):
    return address(lab.net.usual(V4)), address(lab.net.host[V4])


@test('5.1', 'MUST', 'packets of another version are not processed')
def other_version(lab):
    speaker = lab.speaker()
    for version in (0, 1, 3, 15):
        i1 = speaker.i1()
        i1.version = version
        speaker.send(i1)
    speaker.none(R1)


@test('5.1', 'MUST', 'the largest packet, 2008 octets of parameters, is taken')
def largest(lab):
    speaker = lab.speaker()
    i1 = speaker.i1()
    i1.put(UNKNOWN, bytes(2008 - len(i1.body()) - 4))
    need(len(i1.octets()) == 2048, 'the test is wrong')
    speaker.send(i1)
    speaker.expect(R1)


@of_families('5.1.1', 'MUST', 'a wrong checksum is dropped')
def wrong_checksum(lab, family):
    speaker = lab.speaker(family=family)
    speaker.send(speaker.i1(), wrong=0x0100)
    speaker.none(R1)
    speaker.send(speaker.i1())
    speaker.expect(R1)


@test('5.1.1', 'MUST', 'the pseudo header counts what Header Length counts')
def pseudo_length(lab):
    speaker = lab.speaker(family=V6)
    i1 = speaker.i1()
    i1.trailer = bytes(13)
    speaker.send(i1)
    speaker.expect(R1)


@test('5.1.2', 'MUST', 'unknown controls are ignored when received')
def unknown_controls(lab):
    speaker = lab.speaker()
    i1 = speaker.i1()
    i1.controls = 0xfffe
    speaker.initiator = True
    speaker.send(i1)
    i2 = speaker.draft_i2(speaker.check_r1(speaker.expect(R1)))
    i2.controls = 0x8000
    speaker.finish_i(speaker.seal(i2), 'I2 with unknown controls')
    speaker.works()


@test('5.1.2', 'MUST', 'controls sent are zero for an identity that is public')
def controls_sent(lab):
    speaker = lab.speaker()
    r1 = speaker.r1()
    need(not r1.controls, 'controls of R1 are %04x' % r1.controls)
    r2 = speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
    need(not r2.controls, 'controls of R2 are %04x' % r2.controls)


@of_families('5.1.3', 'MUST', 'packets in fragments are put together')
def reassembly(lab, family):
    speaker = lab.speaker(family=family)
    i2 = speaker.draft_i2(speaker.r1())
    i2.put(UNKNOWN, bytes(2008 - len(i2.body()) - 4 - 160))
    speaker.finish_i(speaker.seal(i2), 'I2 in fragments')
    speaker.works()


@of_families('5.1.3', 'MUST', 'packets larger than the link takes are sent in '
             'fragments')
def fragmentation(lab, family):
    # An RSA identity and a MODP group make an R1 of more than 1280 octets.
    speaker = lab.speaker(local='rsa-3072', family=family)
    lab.host.ip('link', 'set', lab.host.device, 'mtu', '1280')
    try:
        time.sleep(0.1)
        r1 = speaker.r1((4,))
    finally:
        lab.host.ip('link', 'set', lab.host.device, 'mtu', '1500')
    need(len(r1.raw) > 1280, 'R1 is not that large')


@test('5.2.1', 'MUST', 'parameters out of order make a packet malformed: I1')
def order_i1(lab):
    speaker = lab.speaker()
    i1 = speaker.i1()
    i1.params.insert(0, wire.Param(UNKNOWN, b''))
    speaker.send(i1)
    speaker.none(R1)


@test('5.2.1', 'MUST', 'parameters out of order make a packet malformed: I2')
def order_i2(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.params[0], i2.params[1] = i2.params[1], i2.params[0]
    speaker.send(speaker.seal(i2))
    speaker.none(R2)


@test('5.2.1', 'MUST', 'parameters out of order make a packet malformed: '
      'UPDATE')
def order_update(lab):
    speaker = lab.speaker()
    speaker.exchange()
    update = speaker.update()
    update.params.insert(0, wire.Param(wire.ECHO_REQUEST_SIGNED, b'order'))
    # Sealed as it is: only the order is wrong.
    speaker.send(speaker.seal(update))
    speaker.none(UPDATE)


@test('5.2.1', 'MUST', 'parameters of one type that are not together make a '
      'packet malformed')
def apart(lab):
    speaker = lab.speaker()
    i1 = speaker.i1().put(UNKNOWN, b'one').put(UNKNOWN + 2, b'two')
    i1.params.append(wire.Param(UNKNOWN, b'one'))
    speaker.send(i1)
    speaker.none(R1)


@test('5.2.1', 'MUST', 'a parameter longer than the packet makes it malformed')
def too_long(lab):
    speaker = lab.speaker()
    for length in (5, 100, 65535):
        i1 = speaker.packet(I1)
        param = wire.Param(DH_GROUP_LIST, b'\x08\x07\x04\x03')
        octets = param.octets()
        param.octets = lambda octets=octets, length=length: \
            octets[:2] + length.to_bytes(2, 'big') + octets[4:]
        i1.params.append(param)
        speaker.send(i1)
    speaker.none(R1)


@test('5.2.1', 'SHOULD', 'padding is not checked by the receiver')
def padding_received(lab):
    speaker = lab.speaker()
    speaker.initiator = True
    speaker.send(speaker.i1((8, 7, 4)).fill_padding(0xff))
    r1 = speaker.check_r1(speaker.expect(R1))
    i2 = speaker.draft_i2(r1)
    i2.put(UNKNOWN, b'odd').fill_padding(0xa5)
    need(any(param.pad for param in i2.params), 'the test is wrong')
    speaker.finish_i(speaker.seal(i2), 'I2 with padding that is not zero')


@test('5.2.1', 'MUST', 'an unknown critical parameter ends the processing: I1')
def critical_i1(lab):
    speaker = lab.speaker()
    speaker.send(speaker.i1().put(UNKNOWN_CRITICAL, b'what'))
    speaker.none(R1)


@test('5.2.1', 'MUST', 'an unknown critical parameter ends the processing: I2')
def critical_i2(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    speaker.send(speaker.seal(i2.put(UNKNOWN_CRITICAL, b'what')))
    speaker.none(R2)


@test('5.2.1', 'MUST', 'an unknown critical parameter ends the processing: R1')
def critical_r1(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1()
    speaker.send(speaker.seal_r1(r1.put(UNKNOWN_CRITICAL, b'what')))
    speaker.none(I2)


@test('5.2.1', 'MUST', 'an unknown critical parameter ends the processing: '
      'UPDATE')
def critical_update(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.send(speaker.seal(
        speaker.update().put(UNKNOWN_CRITICAL, b'what')))
    speaker.none(UPDATE)


@test('5.2.1', 'SHOULD', 'unknown parameters that are not critical are '
      'ignored: I1 and I2')
def ignored_responder(lab):
    speaker = lab.speaker()
    speaker.initiator = True
    speaker.send(speaker.i1().put(UNKNOWN, b'what').put(2, b'ever'))
    i2 = speaker.draft_i2(speaker.check_r1(speaker.expect(R1)))
    i2.put(388, b'between').put(UNKNOWN, b'x').put(UNKNOWN, b'y')
    i2.put(62466, b'behind')
    speaker.finish_i(speaker.seal(i2), 'I2 with unknown parameters')
    speaker.works()


@test('5.2.1', 'SHOULD', 'unknown parameters that are not critical are '
      'ignored: R1 and R2')
def ignored_initiator(lab):
    speaker = lab.speaker()
    speaker.called()
    r1 = speaker.draft_r1().put(4, b'first').put(UNKNOWN, bytes(90))
    speaker.send(speaker.seal_r1(r1).put(62466, b'behind'))
    speaker.take_i2(speaker.expect(I2, 'R1 with unknown parameters'))
    speaker.send(speaker.seal_r2(speaker.draft_r2().put(UNKNOWN, b'r2')))
    speaker.works('R2 with an unknown parameter was not taken')


@test('5.2.1', 'SHOULD', 'unknown parameters that are not critical are '
      'ignored: UPDATE and CLOSE')
def ignored_update(lab):
    speaker = lab.speaker()
    speaker.exchange()
    speaker.send(speaker.seal(speaker.update().put(UNKNOWN, b'update')))
    speaker.acked(0)
    speaker.send(speaker.seal(speaker.close().put(UNKNOWN, b'close')))
    speaker.check(speaker.expect(wire.CLOSE_ACK))


@test('5.2.16', 'MUST', 'SEQ is four octets: another length is malformed')
def seq_length(lab):
    speaker = lab.speaker()
    speaker.exchange()
    for length in (0, 3, 5, 8):
        update = speaker.packet(UPDATE).put(SEQ, bytes(length))
        speaker.send(speaker.seal(update))
    speaker.none(UPDATE)
