#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""I1s of hosts that do not exist, from addresses that are nobody's.

usage: i1.py DESTINATION-ADDRESS RECEIVER-HIT|random COUNT
"""
import os
import socket
import struct
import sys


def checksum(octets):
    total = sum(struct.unpack(f'!{len(octets) // 2}H', octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack('!H', 0xffff ^ total)


def hit():
    return bytes.fromhex('20010022') + os.urandom(12)


def i1(src, dst, receiver):
    packet = bytearray(struct.pack('!BBBBHH', 59, 5, 1, 0x21, 0, 0) + hit() + receiver +
                       struct.pack('!HHB3x', 511, 1, 8))
    packet[4:6] = checksum(src + dst + struct.pack('!HH', 139, len(packet)) +
                           bytes(packet))
    return struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(packet), 0, 0, 64, 139, 0) + \
        src + dst + packet


def main():
    address, receiver, count = sys.argv[1:]
    dst = socket.inet_aton(address)
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    known = None if receiver == 'random' else \
        socket.inet_pton(socket.AF_INET6, receiver)
    for _ in range(int(count)):
        # 198.18.0.0/15 is for benchmarks (RFC 2544).
        src = bytes((198, 18)) + os.urandom(2)
        out.sendto(i1(src, dst, known or hit()), (address, 0))


main()
