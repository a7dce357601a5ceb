#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Packets with every field that RFC 6088 selects by, just inside and just outside
of what fields.sh has bound to the second link, one by one, and the link that each
of them takes. Runs in P; the links are looked at in R. A line for each group of
packets: "ok NAME" or "bad NAME: why".

usage: fields.py ADDRESS-OF-P ADDRESS-OF-H
"""
import ctypes
import os
import select
import socket
import struct
import sys
import time

UDP, TCP, DCCP, ESP, AH, NONE, DEST, SCTP, UDPLITE = \
    17, 6, 33, 50, 51, 59, 60, 132, 136
HOP, ROUTING, FRAGMENT = 0, 43, 44
FIRST, SECOND = 0, 1
HITS = [socket.inet_pton(socket.AF_INET6, text) for text in sys.argv[1:3]]


def links():
    """A socket for each of R's links to H."""
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.open('/proc/self/ns/net', os.O_RDONLY)
    there = os.open('/run/netns/R', os.O_RDONLY)
    if libc.setns(there, 0):
        sys.exit('fields.py: no namespace R')
    socks = []
    for name in 'r0', 'r1':
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        sock.bind((name, 3))
        socks.append(sock)
    libc.setns(here, 0)
    return socks


LINKS = links()
# Right into the device: no socket of IP's would send all of this as it stands.
DEVICE = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)


def taken(seconds):
    """Links by which ESP left within that time, or until the first."""
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        ready = select.select(LINKS, [], [], max(left, 0))[0]
        for sock in ready:
            data, (_, kind, outgoing, *_) = sock.recvfrom(2048)
            # Only what goes to H.
            if outgoing == 4 and (kind == 0x800 and data[9] == ESP or
                                  kind == 0x86dd and data[6] == ESP):
                return LINKS.index(sock)
        if not ready and left <= 0:
            return None


def send(packet):
    DEVICE.sendto(packet, ('hip0', 0x86dd))


# --- packets -------------------------------------------------------------------

def ip6(proto, payload=bytes(16), tclass=0, label=0):
    return struct.pack('!IHBB', 6 << 28 | tclass << 20 | label, len(payload), proto,
                       64) + HITS[0] + HITS[1] + payload


def ports(sport=9, dport=9):
    """Wrong checksums all along: nobody is to answer."""
    return struct.pack('!HHHH', sport, dport, 16, 0xbad) + bytes(8)


def udp(sport=9, dport=9, **more):
    return ip6(UDP, ports(sport, dport), **more)


def spi_of(proto, spi, then=200, payload=b''):
    if proto == ESP:
        return struct.pack('!II', spi, 1) + bytes(24)
    return struct.pack('!BBHII', then, 4, 0, spi, 1) + bytes(12) + payload


def option(then, words=0):
    """Hop-by-hop or destination options that are padding."""
    size = 8 * words + 4
    return struct.pack('!BBBB', then, words, 1, size) + bytes(size)


def routing(then):
    return struct.pack('!BBBB', then, 2, 2, 0) + bytes(20)


def fragment(then, offset, more, ident):
    return struct.pack('!BBHI', then, 0, offset | more, ident)


def chain(*kinds, last=UDP, payload=ports(dport=3000)):
    """Extension headers, then something that is bound to the second link."""
    data = payload
    for kind in reversed(kinds):
        data = {HOP: option, DEST: option, ROUTING: routing,
                FRAGMENT: lambda n: fragment(n, 0, 0, 7),
                AH: lambda n: spi_of(AH, 77, n)[:24]}[kind](last) + data
        last = kind
    return ip6(last, data)


def split(ident, proto, first, rest, headers=b'', before=FRAGMENT):
    """A first fragment and a second one."""
    return (ip6(before, headers + fragment(proto, 0, 1, ident) + first),
            ip6(before, headers + fragment(proto, len(first), 0, ident) + rest))


def fragments():
    """(name, [(packet, link)])"""
    load = bytes(64)
    bound = split(100, UDP, ports(dport=3000) + load, load)
    other = split(101, UDP, ports(dport=3001) + load, load)
    yield 'fragments: the others go the way of the first', [
        (bound[0], SECOND), (other[0], FIRST), (bound[1], SECOND),
        (other[1], FIRST), (bound[1], SECOND)]
    late = split(102, UDP, ports(dport=3000) + load, load)
    yield 'fragments: one that overtakes the first has no ports', [
        (late[1], FIRST), (late[0], SECOND), (late[1], SECOND)]
    late = split(103, 201, load, load)
    yield 'fragments: each has the protocol', [(late[1], SECOND), (late[0], SECOND)]
    deep = split(104, DEST, option(UDP) + ports(dport=3000) + load, load)
    yield 'fragments: options in the first', [(deep[0], SECOND), (deep[1], SECOND)]
    deep = split(105, AH, spi_of(AH, 0x1000, UDP) + ports() + load, load)
    yield 'fragments: AH in the first', [(deep[0], SECOND), (deep[1], SECOND)]
    deep = split(106, ESP, spi_of(ESP, 0x1000) + load, load)
    yield 'fragments: ESP in the first', [(deep[0], SECOND), (deep[1], SECOND)]
    deep = split(107, UDP, ports(dport=3000) + load, load, option(FRAGMENT), DEST)
    yield 'fragments: options before it', [(deep[0], SECOND), (deep[1], SECOND)]
    # All that is known of them is that they have options.
    torn = split(108, DEST, option(DEST)[:8], load)
    yield 'fragments: headers longer than the first', [(torn[0], FIRST), (torn[1], FIRST)]
    yield 'fragments: one in another', [
        (ip6(FRAGMENT, fragment(FRAGMENT, 0, 1, 109) +
             fragment(UDP, 0, 1, 110) + ports(dport=3000) + load), FIRST)]


def around(low, high, make, step=1):
    """Both ends are in it, their neighbours are not."""
    return [(make(low), SECOND), (make(high), SECOND),
            (make((low + high) // 2 // step * step), SECOND),
            (make(low - step), FIRST), (make(high + step), FIRST)]


def fields():
    yield 'nothing that is bound', [(udp(), FIRST)]
    yield 'next header', around(201, 201, ip6)
    yield 'next headers', around(210, 215, ip6)
    yield 'no next header', [(ip6(NONE, b''), SECOND)]
    for name, number in ('UDP', UDP), ('TCP', TCP), ('SCTP', SCTP), ('DCCP', DCCP), \
            ('UDP-Lite', UDPLITE):
        yield f'{name} source port', around(
            1000, 1000, lambda n: ip6(number, ports(sport=n)))
        yield f'{name} source ports', around(
            2000, 2010, lambda n: ip6(number, ports(sport=n)))
        yield f'{name} destination port', around(
            3000, 3000, lambda n: ip6(number, ports(dport=n)))
        yield f'{name} destination ports', around(
            4000, 4010, lambda n: ip6(number, ports(dport=n)))
    yield 'ports are not looked for elsewhere', [(ip6(200, ports(1000, 3000)), FIRST)]
    yield 'the highest port', [(udp(sport=65535), SECOND), (udp(sport=65534), FIRST)]
    yield 'DS field', around(0x20, 0x20, lambda n: udp(tclass=n), 4)
    yield 'DS fields', around(0x80, 0x9c, lambda n: udp(tclass=n), 4)
    yield 'ECN is not looked at', \
        [(udp(tclass=0x20 | ecn), SECOND) for ecn in range(4)] + \
        [(udp(tclass=0x9c | ecn), SECOND) for ecn in range(4)] + \
        [(udp(tclass=0x7c | ecn), FIRST) for ecn in range(4)]
    yield 'ECN in the ends of a range is not looked at', around(
        0xe0, 0xe4, lambda n: udp(tclass=n), 4) + [(udp(tclass=0xe7), SECOND)]
    yield 'flow label', around(0x12345, 0x12345, lambda n: udp(label=n))
    yield 'flow labels', around(0x20000, 0x2ffff, lambda n: udp(label=n))
    for name, number in ('ESP', ESP), ('AH', AH):
        yield f'SPI of {name}', around(
            0x1000, 0x1000, lambda n: ip6(number, spi_of(number, n)))
        yield f'SPIs of {name}', around(
            0x80000000, 0x80000fff, lambda n: ip6(number, spi_of(number, n)))
    yield 'SPI is not looked for elsewhere', [(ip6(200, spi_of(ESP, 0x1000)), FIRST)]
    # P's and H's own HITs and their neighbours, told apart by the protocol.
    for name, number in ('source', 220), ('destination', 230):
        yield f'{name} address', [(ip6(number), SECOND)]
        yield f'{name} address, another one', [(ip6(number + 1), FIRST)]
        yield f'{name} addresses, in the middle', [(ip6(number + 2), SECOND)]
        yield f'{name} addresses, the first', [(ip6(number + 3), SECOND)]
        yield f'{name} addresses, the last', [(ip6(number + 4), SECOND)]
        yield f'{name} addresses, behind the last', [(ip6(number + 5), FIRST)]
        yield f'{name} addresses, before the first', [(ip6(number + 6), FIRST)]
        yield f'{name} prefix', [(ip6(number + 7), SECOND)]
    whole = {'tclass': 0x40, 'label': 7}
    yield 'all fields at once', [
        (udp(7000, 7001, **whole), SECOND), (udp(7002, 7001, **whole), FIRST),
        (udp(7000, 7002, **whole), FIRST), (udp(7000, 7001, tclass=0x44, label=7), FIRST),
        (udp(7000, 7001, tclass=0x40, label=8), FIRST),
        (ip6(TCP, ports(7000, 7001), **whole), FIRST)]


def headers():
    for name, kinds in ('destination options', (DEST,)), ('routing', (ROUTING,)), \
            ('AH', (AH,)), ('a fragment that is whole', (FRAGMENT,)), \
            ('hop-by-hop options', (HOP,)), \
            ('all of them', (HOP, DEST, ROUTING, FRAGMENT, AH, DEST)):
        yield f'behind {name}: UDP', [
            (chain(*kinds), SECOND), (chain(*kinds, payload=ports(dport=3001)), FIRST)]
    yield 'behind options: a protocol', [
        (chain(DEST, last=201), SECOND), (chain(DEST, last=202), FIRST)]
    yield 'behind options: SPI', [
        (chain(DEST, last=ESP, payload=spi_of(ESP, 0x1000)), SECOND),
        (chain(DEST, last=AH, payload=spi_of(AH, 0x1000)), SECOND),
        (chain(DEST, last=ESP, payload=spi_of(ESP, 0x1001)), FIRST)]
    yield 'AH, and what it protects', [
        (ip6(AH, spi_of(AH, 0x1000, UDP, ports())), SECOND),
        (ip6(AH, spi_of(AH, 77, 201, ports())), SECOND)]
    yield 'eight in a row', [(chain(*[DEST] * 8), SECOND)]
    # What is cut off matches nothing but its addresses, DS field and label.
    yield 'options longer than the packet', [
        (ip6(DEST, struct.pack('!BB', UDP, 255) + ports(dport=3000)), FIRST),
        (ip6(HOP, struct.pack('!BB', UDP, 2) + bytes(6) + ports(dport=3000)[:8]), FIRST)]
    yield 'AH longer than the packet', [
        (ip6(AH, struct.pack('!BBHI', UDP, 255, 0, 77) + ports(dport=3000)), FIRST)]
    yield 'headers cut off', [
        (ip6(DEST, bytes([UDP])), FIRST), (ip6(FRAGMENT, bytes([UDP, 0, 0])), FIRST),
        (ip6(ROUTING, b''), FIRST), (ip6(AH, bytes([UDP, 4, 0, 0, 0])), FIRST)]
    yield 'a DS field of one cut off', [(ip6(DEST, bytes([UDP]), tclass=0x20), SECOND)]
    yield 'UDP cut off behind its ports', [(ip6(UDP, ports(dport=3000)[:4]), SECOND)]
    yield 'UDP cut off before', [
        (ip6(UDP, ports(dport=3000)[:3]), FIRST), (ip6(UDP, b''), FIRST)]
    yield 'ESP cut off before', [(ip6(ESP, spi_of(ESP, 0x1000)[:3]), FIRST)]
    yield 'AH cut off before', [(ip6(AH, spi_of(AH, 0x1000)[:7]), FIRST)]
    yield 'options of options', [
        (ip6(DEST, option(DEST) * 150), FIRST), (ip6(HOP, option(HOP) * 150), FIRST)]
    yield 'a chain longer than anybody has use for', [(chain(*[DEST] * 100), FIRST)]


def main():
    n = 0
    for group in fields, headers, fragments:
        for name, packets in group():
            wrong = []
            for at, (packet, link) in enumerate(packets, 1):
                send(packet)
                went = taken(10)
                n += 1
                if went != link:
                    wrong.append(f'packet {at} by {went}, not {link}')
            print(f'bad {name}: {", ".join(wrong)}' if wrong else f'ok {name}')
    # One packet each, and nothing else.
    extra = taken(0.2)
    print('ok nothing else came' if extra is None else f'bad nothing else came: {extra}')
    print(f'# {n} packets')


main()
