# SPDX-License-Identifier: GPL-2.0-only
"""A host that speaks HIP, in both roles, one association with the host under
test. It does what it is told, wrong things too; all that it receives is held
against the standard."""
import itertools
import os
import struct
import time

import crypto
import wire
from esp import ECHO, ECHO_REPLY, ICMPV6, SUITES, Sa, echo, is_echo
from net import V4, V6, Failure, text
from wire import (ACK, CLOSE, CLOSE_ACK, DH_GROUP_LIST, DIFFIE_HELLMAN,
                  ECHO_REQUEST_SIGNED, ECHO_REQUEST_UNSIGNED,
                  ECHO_RESPONSE_SIGNED, ECHO_RESPONSE_UNSIGNED, ESP_INFO,
                  ESP_TRANSFORM, HIP_CIPHER, HIP_MAC, HIP_MAC_2, HIP_SIGNATURE,
                  HIP_SIGNATURE_2, HIT_SUITE_LIST, HOST_ID, I1, I2, NOTIFY,
                  PROTO_ESP, PUZZLE, R1, R1_COUNTER, R2, SEQ, SOLUTION,
                  TRANSPORT_FORMAT_LIST, UPDATE, Packet, u32)

ALL_GROUPS = (8, 7, 9, 4, 11, 3)
PATIENCE = 10	# seconds for an answer; machines are slow, hosts should not be
QUIET = 0.4	# seconds in which what is wrong would have been answered
# Speakers share an address, and so must not share an SPI.
SPIS = itertools.count(crypto.number(os.urandom(3)))


def need(condition, what):
    if not condition:
        raise Failure(what)


def acks(number):
    """For find() and expect(): does a packet acknowledge this Update ID?"""
    return lambda packet: number in wire.u32s(packet.get(ACK) or b'')


class Speaker:
    def __init__(self, net, host, kind='p256', local='ecdsa-p256', family=V4,
                 identity=None):
        """@local: which host identity of the host we talk to."""
        self.net, self.host, self.family = net, host, family
        self.identity = identity or crypto.Identity(kind)
        self.hit = self.identity.hit
        self.peer = host.identities[local]
        self.inbox = []
        self.log = []
        self.initiator = None
        self.source = None
        self.forget()
        net.speakers[self.hit] = self

    def forget(self):
        """State loss: all that an association has."""
        self.keymat = self.mac_out = self.mac_in = None
        self.enc_out = self.enc_in = None
        self.sa_in = self.sa_out = self.host_key = None
        self.update_id = 0

    # --- sending and receiving ---

    def take(self, packet):
        self.log.append('<- %s' % packet)
        self.inbox.append(packet)

    def send(self, packet, wrong=0):
        self.log.append('-> %s' % packet)
        self.net.send(packet, self.family, self.source, wrong)

    def find(self, kind, good=None):
        for packet in self.inbox:
            if packet.kind == kind and (not good or good(packet)):
                self.inbox.remove(packet)
                need(not packet.faults,
                     '%s: %s' % (packet, ', '.join(packet.faults)))
                need(packet.sender == self.peer, '%s: sender is %s' %
                     (packet, packet.sender.hex()))
                return packet
        return None

    def expect(self, kind, why='', good=None, patience=PATIENCE):
        """The next packet of a kind; others stay where they are."""
        end = time.monotonic() + patience
        while True:
            packet = self.find(kind, good)
            if packet:
                return packet
            left = end - time.monotonic()
            need(left > 0, 'no %s%s' % (wire.PACKETS[kind],
                                        ': ' + why if why else ''))
            self.net.pump(left)

    def none(self, *kinds, seconds=QUIET, why=''):
        """Nothing of these kinds comes."""
        self.net.drain(seconds)
        for packet in self.inbox:
            need(packet.kind not in kinds, '%s came%s' %
                 (packet, ': ' + why if why else ''))

    def count(self, kind, seconds=QUIET):
        """Take all of a kind that come in this time."""
        self.net.drain(seconds)
        found = [packet for packet in self.inbox if packet.kind == kind]
        self.inbox = [packet for packet in self.inbox if packet.kind != kind]
        return found

    def packet(self, kind):
        return Packet(kind, self.hit, self.peer)

    # --- MACs and signatures ---

    def seal(self, packet, mac=True, sign=True):
        """HIP_MAC and HIP_SIGNATURE, over what is in it now."""
        if mac:
            packet.drop(HIP_MAC).put(HIP_MAC, self.keymat.mac(
                self.mac_out, packet.covered(HIP_MAC)))
        if sign:
            packet.drop(HIP_SIGNATURE).put(HIP_SIGNATURE, self.identity.sign(
                packet.covered(HIP_SIGNATURE)))
        return packet

    def check(self, packet):
        """HIP_MAC and HIP_SIGNATURE of what came."""
        need(packet.get(HIP_MAC) == self.keymat.mac(
            self.mac_in, packet.covered(HIP_MAC)),
             '5.2.12: wrong HIP_MAC in %s' % packet)
        self.check_signature(packet)
        return packet

    def check_signature(self, packet):
        signature = packet.get(HIP_SIGNATURE)
        need(signature and self.host_key.verify(
            signature, packet.covered(HIP_SIGNATURE)),
             '5.2.14: wrong HIP_SIGNATURE in %s' % packet)

    def derive(self, kij, i, j, cipher, suite):
        """KEYMAT, the keys of HIP, and where those of ESP start."""
        self.puzzle = i, j
        self.renew(kij)
        greater, lesser, self.index = self.keymat.pairs(
            0, crypto.CIPHER_KEY_LEN[cipher], self.keymat.size)
        mine, other = (greater, lesser) if self.hit > self.peer \
            else (lesser, greater)
        (self.enc_out, self.mac_out), (self.enc_in, self.mac_in) = mine, other
        self.cipher, self.suite = cipher, suite

    def renew(self, kij):
        """Another KEYMAT. ESP has it from the start (RFC 7402 section 6.10)."""
        responder = self.peer if self.initiator else self.hit
        self.keymat = crypto.Keymat(crypto.rhash_of(responder), kij,
                                    *self.puzzle, self.hit, self.peer)
        self.index = 0

    def make_sas(self, spi_out):
        """RFC 7402 section 7."""
        suite = SUITES[self.suite]
        greater, lesser, _ = self.keymat.pairs(self.index, suite.enc_len,
                                               suite.auth_len)
        mine, other = (greater, lesser) if self.hit > self.peer \
            else (lesser, greater)
        self.sa_out = Sa(self.suite, spi_out, mine)
        self.sa_in = Sa(self.suite, self.spi_in, other)

    # --- Initiator ---

    def i1(self, groups=ALL_GROUPS):
        return self.packet(I1).put(DH_GROUP_LIST, bytes(groups))

    def r1(self, groups=ALL_GROUPS):
        """Ask for an R1 and check it."""
        self.initiator = True
        self.send(self.i1(groups))
        return self.check_r1(self.expect(R1))

    def check_r1(self, r1):
        host_id = r1.get(HOST_ID)
        need(host_id, '5.3.2: R1 without HOST_ID')
        self.host_id = host_id
        self.host_key = crypto.HostId(host_id)
        need(self.host_key.hit == self.peer, '5.3.2: HIT and HOST_ID differ')
        signature = r1.get(HIP_SIGNATURE_2)
        need(signature and self.host_key.verify(signature, r1.covered_blank()),
             '5.2.15: wrong HIP_SIGNATURE_2')
        return r1

    def solution(self, r1, wanted=True):
        """Contents of SOLUTION, and #J."""
        puzzle = r1.get(PUZZLE)
        i = puzzle[4:]
        j = crypto.puzzle_solve(crypto.rhash_of(self.peer), puzzle[0], i,
                                self.hit, self.peer, wanted)
        return puzzle[:1] + b'\0' + puzzle[2:4] + i + j, j

    def draft_i2(self, r1, cipher=2, suite=None, dh=None):
        """An I2 to be sealed; what is wanted of it can be changed before."""
        group, public = wire.dh_split(r1.get(DIFFIE_HELLMAN))
        dh = dh or crypto.DH(group)
        solution, j = self.solution(r1)
        suite = suite or wire.u16s(r1.get(ESP_TRANSFORM))[1]
        self.derive(dh.secret(public), r1.get(PUZZLE)[4:], j, cipher, suite)
        self.spi_in = 0x10000000 | next(SPIS) & 0xffffff
        packet = self.packet(I2)
        packet.put(ESP_INFO, wire.esp_info(self.index, 0, self.spi_in))
        if r1.get(R1_COUNTER):
            packet.put(R1_COUNTER, r1.get(R1_COUNTER))
        packet.put(SOLUTION, solution)
        packet.put(DIFFIE_HELLMAN, wire.dh_param(group, dh.public))
        packet.put(HIP_CIPHER, wire.u16_list(cipher))
        packet.put(HOST_ID, self.identity.host_id)
        packet.put(TRANSPORT_FORMAT_LIST, wire.u16_list(ESP_TRANSFORM))
        packet.put(ESP_TRANSFORM, wire.esp_transform(suite))
        for data in r1.all(ECHO_REQUEST_SIGNED):
            packet.put(ECHO_RESPONSE_SIGNED, data)
        for data in r1.all(ECHO_REQUEST_UNSIGNED):
            packet.put(ECHO_RESPONSE_UNSIGNED, data)
        return packet

    def check_r2(self, r2):
        tail = wire.Param(HOST_ID, self.host_id).octets()
        need(r2.get(HIP_MAC_2) == self.keymat.mac(
            self.mac_in, r2.covered(HIP_MAC_2, tail)),
             '5.2.13: wrong HIP_MAC_2')
        self.check_signature(r2)
        return r2

    def finish_i(self, i2, why=''):
        """Send an I2, take the R2, and have an association."""
        self.send(i2)
        r2 = self.check_r2(self.expect(R2, why))
        self.take_r2(r2)
        return r2

    def take_r2(self, r2):
        info = r2.get(ESP_INFO)
        need(info, 'RFC 7402 5.1.1: R2 without ESP_INFO')
        _, index, old, spi = struct.unpack('!HHII', info)
        need(not old, 'RFC 7402 5.1.1: OLD SPI in an R2')
        self.index = max(self.index, index)
        self.make_sas(spi)

    def exchange(self, groups=ALL_GROUPS, **choice):
        """A base exchange as it should be, with us as Initiator."""
        return self.finish_i(self.seal(self.draft_i2(self.r1(groups),
                                                     **choice)))

    # --- Responder ---

    def called(self, addresses=None):
        """Have the host send us an I1, and take it."""
        self.initiator = False
        self.host.initiate(self.hit, addresses or
                           [self.net.usual(self.family)], self.peer)
        return self.expect(I1)

    def draft_r1(self, groups=(8,), group=None, bits=4, lifetime=39, suites=(8,),
                 ciphers=(2,), hit_suites=(0x20, 0x10, 0x50),
                 counter=7):
        """An R1 to be sealed by seal_r1()."""
        self.dh = crypto.DH(group or groups[0])
        self.puzzle_i = os.urandom(crypto.rhash_len(crypto.rhash_of(self.hit)))
        packet = self.packet(R1)
        if counter is not None:
            packet.put(R1_COUNTER, bytes(4) + struct.pack('!Q', counter))
        packet.put(PUZZLE, bytes([bits, lifetime]) + b'op' + self.puzzle_i)
        packet.put(DH_GROUP_LIST, bytes(groups))
        packet.put(DIFFIE_HELLMAN, wire.dh_param(self.dh.group, self.dh.public))
        packet.put(HIP_CIPHER, wire.u16_list(*ciphers))
        packet.put(HOST_ID, self.identity.host_id)
        packet.put(HIT_SUITE_LIST, bytes(hit_suites))
        packet.put(TRANSPORT_FORMAT_LIST, wire.u16_list(ESP_TRANSFORM))
        packet.put(ESP_TRANSFORM, wire.esp_transform(*suites))
        return packet

    def seal_r1(self, packet):
        return packet.put(HIP_SIGNATURE_2,
                          self.identity.sign(packet.covered_blank()))

    def take_i2(self, i2):
        """Check all of an I2, and derive the keys."""
        solution = i2.get(SOLUTION)
        need(solution, '5.3.3: I2 without SOLUTION')
        size = crypto.rhash_len(crypto.rhash_of(self.hit))
        need(len(solution) == 4 + 2 * size, '5.2.5: length of SOLUTION')
        i, j = solution[4:4 + size], solution[4 + size:]
        need(i == self.puzzle_i, '5.2.5: #I is not ours')
        need(crypto.puzzle_ok(crypto.rhash_of(self.hit), solution[0], i,
                              self.peer, self.hit, j),
             '6.3: #J solves nothing')
        group, public = wire.dh_split(i2.get(DIFFIE_HELLMAN))
        need(group == self.dh.group, '5.3.3: DH group is not that of the R1')
        need(len(public) == crypto.public_len(group),
             '5.2.7: length of the public value')
        ciphers = wire.u16s(i2.get(HIP_CIPHER))
        suites = wire.u16s(i2.get(ESP_TRANSFORM))[1:]
        need(len(ciphers) == 1, '5.3.3: not one HIP_CIPHER')
        need(len(suites) == 1, 'RFC 7402 5.1.2: not one ESP suite')
        self.derive(self.dh.secret(public), i, j, ciphers[0], suites[0])
        self.host_id = i2.get(HOST_ID) or self.opened(i2)
        need(self.host_id, '5.3.3: I2 without HOST_ID')
        self.host_key = crypto.HostId(self.host_id)
        need(self.host_key.hit == self.peer, '5.3.3: HIT and HOST_ID differ')
        self.check(i2)
        _, index, old, self.spi_out = struct.unpack('!HHII', i2.get(ESP_INFO))
        need(not old, 'RFC 7402 5.1.1: OLD SPI in an I2')
        need(index == self.index, 'RFC 7402 5.1.1: KEYMAT index of the I2 is '
             '%d, not %d' % (index, self.index))
        return i2

    def opened(self, i2):
        """The HOST_ID that is in ENCRYPTED."""
        data = i2.get(wire.ENCRYPTED)
        inner = data and crypto.decrypt(self.cipher, self.enc_in, data)
        need(inner, '5.2.18: no HOST_ID, and no ENCRYPTED that can be opened')
        kind, length = struct.unpack_from('!HH', inner)
        need(kind == HOST_ID, '5.3.3: ENCRYPTED holds parameter %d' % kind)
        need(wire.Param(HOST_ID, inner[4:4 + length]).octets() == inner,
             '5.2.18: length or padding in ENCRYPTED')
        return inner[4:4 + length]

    def draft_r2(self):
        self.spi_in = 0x20000000 | next(SPIS) & 0xffffff
        self.make_sas(self.spi_out)
        return self.packet(R2).put(
            ESP_INFO, wire.esp_info(self.index, 0, self.spi_in))

    def seal_r2(self, packet):
        tail = wire.Param(HOST_ID, self.identity.host_id).octets()
        packet.put(HIP_MAC_2, self.keymat.mac(
            self.mac_out, packet.covered(HIP_MAC_2, tail)))
        return self.seal(packet, mac=False)

    def finish_r(self, r1, why=''):
        """Send an R1, take the I2, send the R2. Return: the I2."""
        self.send(r1)
        i2 = self.take_i2(self.expect(I2, why))
        self.send(self.seal_r2(self.draft_r2()))
        return i2

    def answer(self, **offer):
        """A base exchange as it should be, with us as Responder."""
        self.called()
        return self.finish_r(self.seal_r1(self.draft_r1(**offer)))

    # --- UPDATE, NOTIFY, CLOSE ---

    def update(self, seq=True, acks=(), echo_request=None):
        """An UPDATE to be sealed; takes an Update ID if it has a SEQ."""
        packet = self.packet(UPDATE)
        if seq:
            packet.put(SEQ, u32(self.update_id))
            self.update_id += 1
        if acks:
            packet.put(ACK, b''.join(u32(n) for n in acks))
        if echo_request:
            packet.put(ECHO_REQUEST_SIGNED, echo_request)
        return packet

    def acked(self, number, why='', patience=PATIENCE):
        """An UPDATE that acknowledges this Update ID."""
        return self.check(self.expect(
            UPDATE, why or 'no ACK of Update ID %d' % number,
            acks(number), patience))

    def notify(self, kind, data=b''):
        return self.packet(NOTIFY).put(wire.NOTIFICATION,
                                       wire.notification(kind, data))

    def close(self, data=b'to be echoed'):
        return self.packet(CLOSE).put(ECHO_REQUEST_SIGNED, data)

    def close_ack(self, close):
        return self.packet(CLOSE_ACK).put(ECHO_RESPONSE_SIGNED,
                                          close.get(ECHO_REQUEST_SIGNED))

    # --- data ---

    def send_esp(self, data):
        self.net.send_raw(self.family, PROTO_ESP, data, self.source)

    def take_esp(self, icmp_kind, sequence, patience=PATIENCE):
        """An echo from the host, in ESP of ours; None if there is none."""
        end = time.monotonic() + patience
        spi = u32(self.sa_in.spi)
        while True:
            while self.net.esp:
                data, source, destination = self.net.esp.pop(0)
                if data[:4] != spi:
                    continue
                opened = self.sa_in.open(data)
                need(opened, 'RFC 7402 7: ESP with another key, or without '
                     '64-bit sequence numbers')
                number, proto, icmp = opened
                if proto == ICMPV6 and icmp[6:8] == struct.pack('!H', sequence) \
                        and is_echo(icmp, icmp_kind, self.peer, self.hit):
                    self.esp_from, self.esp_to = source, destination
                    return number
            if time.monotonic() >= end:
                return None
            self.net.pump(end - time.monotonic())

    def ping(self, sequence=1, patience=PATIENCE):
        """An echo through ESP. Return: the sequence number of its answer."""
        self.send_esp(self.sa_out.seal(ICMPV6, echo(
            ECHO, self.hit, self.peer, 7401, sequence)))
        return self.take_esp(ECHO_REPLY, sequence, patience)

    def works(self, why='no data by ESP'):
        """Retried: the host may be about to have its SAs."""
        for sequence in range(1, 6):
            if self.ping(sequence, 1.5):
                return
        raise Failure(why)

    def rekeyed(self):
        """The host is told to make new SAs. Return: its UPDATE."""
        self.host.run('assoc', 'rekey', 'peer', text(self.hit),
                      'local', text(self.peer))
        return self.check(self.expect(
            UPDATE, '', lambda p: p.get(wire.SEQ) is not None))

    def at(self, where, state, why=''):
        """That is what the host takes an address of ours for."""
        self.net.drain(0.3)
        found = self.host.locator_state(self.hit, where)
        need(found == state, '%sit is %s' % (why, found))

    def floods(self, where, size=1000):
        """Does data that is longer than credit goes to an address of ours?"""
        self.net.drain(0.3)
        self.net.esp.clear()
        ping = self.host.ping(self.hit, size)
        try:
            self.net.drain(1)
        finally:
            ping.kill()
            ping.wait()
        return any(destination == where and len(data) > size
                   for data, _, destination in self.net.esp)
