#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A capture of packets made by hand, to be shown by hip.lua:
E-LOCATORs and other parameters, good and malformed, each cut off at every octet,
and with octets at random. Nothing in it was ever sent.

usage: capture.py FILE.pcap

Prints a line for each packet, with tabs between: its number in the capture; ok,
malformed, unsupported, truncated, or any; what it is; and the text that is to be
shown for it, if there is one.
"""
import random
import socket
import struct
import sys

E_LOCATOR = 40026
H = socket.inet_pton(socket.AF_INET6, '2001:22::1')
P = socket.inet_pton(socket.AF_INET6, '2001:22::2')


def mapped(text):
    return bytes(10) + b'\xff\xff' + socket.inet_aton(text)


def parameter(kind, data, length=None):
    data = struct.pack('!HH', kind, len(data) if length is None else length) + data
    return data + bytes(-len(data) % 8)


def locator(data, kind=1, traffic=0, words=None, flags=0, lifetime=600, option=b''):
    words = len(data) // 4 if words is None else words
    return struct.pack('!BBBBI', traffic, kind, words, flags, lifetime) + data + option


def with_spi(text='10.0.1.1', spi=0x1234abcd):
    return struct.pack('!I', spi) + mapped(text)


def option(subs=b'', fid=10, priority=20, kind=45, length=None):
    data = struct.pack('!HHBB', fid, priority, 0, 0) + subs
    return struct.pack('!BB', kind, len(data) if length is None else length) + data


def sub(kind, data, length=None):
    return struct.pack('!BB', kind, len(data) if length is None else length) + data


def pad(data, to=4):
    """A whole option is a multiple of 4."""
    n = -len(data) % to
    return data + (b'' if n == 0 else b'\0' if n == 1 else sub(1, bytes(n - 2)))


def selector(flags, fields, kind=2):
    return sub(3, struct.pack('!BBI', kind, 0, flags) + fields)


def flow(subs=b'', **kwargs):
    return locator(with_spi(), flags=2, option=option(subs, **kwargs))


UDP_5001 = selector(0x00220000, struct.pack('!HB', 5001, 17))


def all6():
    """An IPv6 selector with each of its 16 fields, on 8 octets."""
    return pad(bytes([1, 2, 0, 0]) + selector(0xffff0000, P + P[:-1] + b'\7' + H + H[:-1] + b'\7' +
               struct.pack('!IIIIHHHHBBBB', 0x100, 0x1ff, 0xfff00001, 0x000abcde,
                           1, 2, 3, 4, 0x20, 0xb8, 6, 17)))


def all4():
    return pad(selector(0xfffc0000, bytes([1, 0, 0, 1, 1, 0, 0, 9, 1, 0, 0, 2, 1, 0, 0, 8]) +
               struct.pack('!IIHHHHBBBB', 0x100, 0x1ff, 1, 2, 3, 4, 0x20, 0xb8, 6, 17), kind=1))


def one(flags, fields, kind=2):
    return flow(pad(selector(flags, fields, kind)))


# Kind, name, what is to be shown, contents of an E-LOCATOR
ELOCATORS = [
    ('ok', 'an address', '10.0.1.1, every flow', locator(mapped('10.0.1.1'), kind=0)),
    ('ok', 'an SPI, preferred', '10.0.1.1, preferred, every flow', locator(with_spi(), flags=1)),
    ('ok', 'a flow', 'FID 10 priority 20 dport 5001 proto 17', flow(pad(UDP_5001))),
    ('ok', 'a redirect', 'an update of these flows only', flow()),
    ('ok', 'complete', 'what is not listed is gone', locator(with_spi()) + flow(pad(UDP_5001))),
    ('ok', 'every field of IPv6', 'src 2001:22::2-2001:22::7 dst 2001:22::1-2001:22::7 spi '
     '0x00000100-0x000001ff flowlabel 1-703710 sport 1-2 dport 3-4 tclass 0x20-0xb8 proto 6-17',
     flow(all6())),
    ('ok', 'every field of IPv4', 'src 1.0.0.1-1.0.0.9 dst 1.0.0.2-1.0.0.8 spi '
     '0x00000100-0x000001ff sport 1-2 dport 3-4 tclass 0x20-0xb8 proto 6-17', flow(all4())),
    ('ok', 'a selector of everything', 'FID 10 priority 20 any', one(0, b'')),
    ('ok', 'ends that differ in ECN only', 'tclass 0x03-0x00', one(0x000c0000, b'\3\0')),
    ('ok', 'a binding reference', 'BID: 7', flow(pad(sub(2, b'\0\7')))),
    ('ok', 'a sub-option of a kind to come', 'Unknown (99)', flow(pad(sub(99, b'xyz')))),
    ('ok', 'PadN of nothing, and Pad1', 'PadN', flow(sub(1, b'') + b'\0\0')),
    ('ok', 'a locator of a type to come', 'of type 7', locator(b'12345678', kind=7)),
    ('ok', 'and one without octets', 'of type 7', locator(b'', kind=7)),
    ('ok', 'nothing', 'E-LOCATOR (0 octets)', b''),
    ('unsupported', 'a selector of format 9', 'format 9 is not known', one(0, b'', 9)),
    ('malformed', 'seven octets', 'at least 8 octets', locator(with_spi())[:7]),
    ('malformed', 'a second one of 3 octets', 'at least 8 octets', locator(with_spi()) + b'\0\1\5'),
    ('malformed', 'lifetime 0', 'The lifetime is 0', locator(with_spi(), lifetime=0)),
    ('malformed', 'traffic type 3', 'no such traffic type', locator(with_spi(), traffic=3)),
    ('malformed', 'length 6', 'The locator runs over', locator(with_spi(), words=6)),
    ('malformed', 'length 255', 'The locator runs over', locator(with_spi(), words=255)),
    ('malformed', 'length 4 of type 1', 'of type 1 is 20', locator(mapped('10.0.1.1'))),
    ('malformed', 'length 5 of type 0', 'of type 0 is 16', locator(with_spi(), kind=0)),
    ('malformed', 'length 0 of type 1', 'of type 1 is 20', locator(b'')),
    ('malformed', 'F without an option', 'option is at least 8', locator(with_spi(), flags=2)),
    ('malformed', 'F with half an option', 'option is at least 8',
     locator(with_spi(), flags=2, option=option()[:7])),
    ('malformed', 'another option', 'A flow option (45) has to follow', flow(kind=44)),
    ('malformed', 'an option of length 5', 'The option is too short', flow(length=5)),
    ('malformed', 'an option of length 255', 'The option runs over', flow(length=255)),
    ('malformed', 'an option that is not whole words', 'boundary of 4 octets', flow(b'\0')),
    ('malformed', 'FID 0', 'FID and FID-PRI are not 0', flow(fid=0)),
    ('malformed', 'FID-PRI 0', 'FID and FID-PRI are not 0', flow(priority=0)),
    ('malformed', 'a sub-option that is too long', 'The sub-option runs over', flow(sub(3, b'\2\0', 9))),
    ('malformed', 'a sub-option without its length', 'The sub-option runs over', flow(b'\0\0\0\3')),
    ('malformed', 'a selector without octets', 'is at least 6 octets', flow(pad(sub(3, b'')))),
    ('malformed', 'a selector of 5 octets', 'is at least 6 octets', flow(pad(sub(3, b'\2\0\0\0\0')))),
    ('malformed', 'two selectors', 'has one traffic selector', flow(pad(UDP_5001 + UDP_5001))),
    ('malformed', 'an end without a start', 'Destination port has an end, but no start',
     one(0x00100000, b'\0\1')),
    ('malformed', 'an address that ends without a start', 'Source address has an end, but no start',
     one(0x40000000, H)),
    ('malformed', 'a port that is cut off', 'Destination port is cut off', one(0x00200000, b'\1')),
    ('malformed', 'an address that is cut off', 'Source address is cut off', one(0x80000000, H[:15])),
    ('malformed', 'an end that is cut off', 'Destination port is cut off', one(0x00300000, b'\1\1')),
    ('malformed', 'ports that end before they start', 'Destination port ends before',
     one(0x00300000, b'\0\2\0\1')),
    ('malformed', 'addresses that end before they start', 'Source address ends before',
     one(0xc0000000, P + H)),
    ('malformed', 'octets behind the selector', '2 octets behind the last field', one(0, b'\0\0')),
    ('malformed', 'a flag of IPv6 in a selector of IPv4', '1 octets behind the last field',
     one(0x00020000, b'\21', 1)),
    ('malformed', 'half a binding reference', 'octets are left over', flow(pad(sub(2, b'\0\7\0')))),
]

# Kind, name, what is to be shown, number, contents
OTHERS = [
    ('ok', 'R1_COUNTER', 'Generation counter: 4294967298', 129, struct.pack('!IQ', 0, 2 ** 32 + 2)),
    ('malformed', 'R1_COUNTER', 'is 12 octets long', 129, bytes(8)),
    ('ok', 'DH_GROUP_LIST', 'NIST P-256 (7)', 511, b'\x08\x07\x04'),
    ('malformed', 'DH_GROUP_LIST', 'The list is empty', 511, b''),
    ('ok', 'HIT_SUITE_LIST', 'ECDSA/SHA-384 (2)', 715, b'\x20\x10'),
    ('ok', 'HIT_SUITE_LIST of EdDSA', 'EdDSA/cSHAKE128 (5)', 715, b'\x50\x10'),
    ('malformed', 'HIT_SUITE_LIST', 'lower bits of a HIT suite', 715, b'\x21'),
    ('ok', 'TRANSPORT_FORMAT_LIST', 'ESP (4095)', 2049, b'\x0f\xff'),
    ('malformed', 'TRANSPORT_FORMAT_LIST', '1 octets are left over', 2049, b'\x0f\xff\x0f'),
    ('ok', 'HIP_SIGNATURE', 'Algorithm: ECDSA (7)', 61697, b'\0\7' + bytes(64)),
    ('ok', 'HIP_SIGNATURE_2', 'Algorithm: RSA (5)', 61633, b'\0\5' + bytes(64)),
    ('ok', 'HIP_SIGNATURE of EdDSA', 'Algorithm: EdDSA (13)', 61697, b'\0\x0d' + bytes(64)),
    ('malformed', 'HIP_SIGNATURE', 'There is no signature', 61697, b'\0\7'),
    ('ok', 'NOTIFICATION', 'FID 10: Administratively prohibited', 832,
     struct.pack('!HHHBB', 0, 8237, 10, 128, 0)),
    ('malformed', 'NOTIFICATION', 'in 4 octets each', 832, struct.pack('!HHHB', 0, 8237, 10, 128)),
    ('malformed', 'NOTIFICATION', 'at least 4 octets', 832, b'\0\0'),
    ('ok', 'NOTIFICATION of something else', 'Notify message type: Unknown (16384)', 832,
     struct.pack('!HH', 0, 16384)),
    ('ok', 'a parameter that nobody knows', 'Unknown (40024)', 40024, b'frog'),
]


# Kind, name, what is to be shown, HIP_CIPHER or none, contents of ENCRYPTED
ZERO = bytes(4)
IV = bytes(range(0xa0, 0xb0))
ENCRYPTEDS = [
    ('ok', 'AES-128-CBC', 'Initialization vector: a0a1a2a3', b'\0\2', ZERO + IV + b'\x77' * 32),
    ('ok', 'AES-256-CBC', 'Encrypted data: 7777', b'\0\4', ZERO + IV + b'\x77' * 16),
    ('ok', 'NULL-ENCRYPT', 'Generation counter: 4294967298', b'\0\1',
     ZERO + parameter(129, struct.pack('!IQ', 0, 2 ** 32 + 2))),
    ('ok', 'NULL-ENCRYPT of nothing', 'NULL-ENCRYPT', b'\0\1', ZERO),
    ('ok', 'itself in NULL-ENCRYPT', 'ENCRYPTED (4 octets)', b'\0\1', ZERO + parameter(641, ZERO)),
    ('ok', 'a cipher that nobody knows', 'Encrypted data: 1234', b'\0\x63', ZERO + b'\x12\x34'),
    ('ok', 'no cipher', 'Encrypted data: 1234', None, ZERO + b'\x12\x34'),
    ('ok', 'a choice of ciphers', 'Encrypted data: 1234', b'\0\1\0\2', ZERO + b'\x12\x34'),
    ('malformed', 'nothing', 'at least 4 octets', b'\0\2', b'\0\0\0'),
    ('malformed', 'an IV alone', 'An IV and whole blocks', b'\0\2', ZERO + IV),
    ('malformed', 'half a block', 'An IV and whole blocks', b'\0\2', ZERO + IV + bytes(24)),
    ('malformed', 'a malformed parameter within', 'is 12 octets long', b'\0\1',
     ZERO + parameter(129, bytes(8))),
    ('malformed', 'a parameter within that is too long', 'runs over the end', b'\0\1',
     ZERO + parameter(129, bytes(12), 40)),
]


def hip(parameters, length=None, version=2, packet=16):
    length = (32 + len(parameters)) // 8 if length is None else length
    return struct.pack('!BBBBHH', 59, length, packet, version << 4 | 1, 0, 0) + H + P + parameters


def ipv4(payload, protocol=139):
    return struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0) + \
        socket.inet_aton('10.0.1.1') + socket.inet_aton('10.0.3.1') + payload


def ipv6(payload):
    return struct.pack('!IHBB', 6 << 28, len(payload), 139, 64) + \
        socket.inet_pton(socket.AF_INET6, 'fd00:1::1') + \
        socket.inet_pton(socket.AF_INET6, 'fd00:3::1') + payload


def packets():
    """Kind, name, text and packet of IP."""
    update = parameter(385, struct.pack('!I', 7))
    good = locator(with_spi(), flags=1) + flow(all6()) + flow(all4(), fid=11, priority=21)
    for kind, name, text, data in ELOCATORS:
        yield kind, name, text, ipv4(hip(update + parameter(E_LOCATOR, data)))
    for kind, name, text, number, data in OTHERS:
        yield kind, name, text, ipv4(hip(parameter(number, data)))
    for kind, name, text, cipher, data in ENCRYPTEDS:
        yield kind, 'ENCRYPTED, ' + name, text, ipv4(hip(
            (parameter(579, cipher) if cipher else b'') + parameter(641, data), packet=3))
    yield 'ok', 'over IPv6', '10.0.1.1', ipv6(hip(parameter(E_LOCATOR, good)))
    yield 'ok', 'without parameters', '', ipv4(hip(b''))
    yield 'malformed', 'a parameter that is too long', 'runs over the end of the packet', \
        ipv4(hip(parameter(E_LOCATOR, good, 8000)))
    yield 'malformed', 'padding that is not there', 'The parameter runs over the end', \
        ipv4(hip(parameter(E_LOCATOR, good)[:-4], length=4 + len(good) // 8))
    quoted = ipv4(hip(parameter(E_LOCATOR, good)))
    yield 'ok', 'quoted by ICMP', '10.0.1.1', \
        ipv4(struct.pack('!BBHI', 3, 2, 0, 0) + quoted, 1)
    yield 'truncated', 'quoted by ICMP in part', 'ends before this parameter', \
        ipv4(struct.pack('!BBHI', 3, 2, 0, 0) + quoted[:100], 1)
    yield 'ok', 'version 1 is not for us', '', ipv4(hip(parameter(E_LOCATOR, b'x'), version=1))
    # Nothing that can be cut off, or come, is to break it.
    for n in range(len(good)):
        yield 'any', 'E-LOCATOR, %d octets of it' % n, '', \
            ipv4(hip(parameter(E_LOCATOR, good[:n])))
    null = parameter(579, b'\0\1') + parameter(641, ZERO + parameter(641, ZERO) + update)
    whole = hip(update + null + parameter(E_LOCATOR, good) + parameter(511, b'\7\3'))
    for n in range(len(whole)):
        yield 'any', 'a packet, %d octets of it' % n, '', ipv4(whole[:n])
    rng = random.Random(7401)
    for n in range(400):
        noise = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            noise[rng.randrange(len(noise))] = rng.choice((0, 1, 2, 3, 4, 45, 255, rng.randrange(256)))
        yield 'any', 'noise %d' % n, '', ipv4(hip(parameter(E_LOCATOR, bytes(noise))))
    for n in range(200):
        number = rng.choice((129, 511, 715, 832, 2049, 61633, 61697, E_LOCATOR))
        yield 'any', 'noise %d of %d' % (n, number), '', \
            ipv4(hip(parameter(number, rng.randbytes(rng.randrange(40)))))


def main():
    with open(sys.argv[1], 'wb') as file:
        # Packets of IP, without a header of a link.
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        for n, (kind, name, text, data) in enumerate(packets(), 1):
            file.write(struct.pack('<IIII', n, 0, len(data), len(data)) + data)
            print(n, kind, name, text, sep='\t')


main()
