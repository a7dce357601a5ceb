#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Control packets of a capture, one a line: time, source, destination, type and
the types of its parameters in their order. Knows no more of HIP than that.

usage: hipdump.py FILE.pcap [TYPE...]
"""
import socket
import struct
import sys

PACKETS = {1: 'I1', 2: 'R1', 3: 'I2', 4: 'R2', 16: 'UPDATE', 17: 'NOTIFY',
           18: 'CLOSE', 19: 'CLOSE_ACK'}
PARAMETERS = {
    65: 'ESP_INFO', 129: 'R1_COUNTER', 193: 'LOCATOR_SET', 257: 'PUZZLE',
    321: 'SOLUTION', 385: 'SEQ', 449: 'ACK', 511: 'DH_GROUP_LIST',
    513: 'DIFFIE_HELLMAN', 579: 'HIP_CIPHER', 705: 'HOST_ID',
    715: 'HIT_SUITE_LIST', 832: 'NOTIFICATION', 897: 'ECHO_REQUEST',
    930: 'REG_INFO', 932: 'REG_REQUEST', 934: 'REG_RESPONSE',
    936: 'REG_FAILED', 65498: 'FROM', 65500: 'RVS_HMAC', 65502: 'VIA_RVS',
    961: 'ECHO_RESPONSE', 2049: 'TRANSPORT_FORMAT_LIST',
    4095: 'ESP_TRANSFORM', 40026: 'E-LOCATOR', 61505: 'HIP_MAC',
    61569: 'HIP_MAC_2', 61633: 'HIP_SIGNATURE_2', 61697: 'HIP_SIGNATURE',
}


def records(data):
    """Time and frame of each record."""
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    at = 24
    while at + 16 <= len(data):
        sec, frac, length, _ = struct.unpack_from(order + 'IIII', data, at)
        yield sec + frac / 1e6, data[at + 16:at + 16 + length]
        at += 16 + length


def hip(frame):
    """Source, destination and octets of a HIP packet, or None."""
    kind = struct.unpack_from('!H', frame, 12)[0]
    packet = frame[14:]
    if kind == 0x0800 and packet[9] == 139:
        return (socket.inet_ntop(socket.AF_INET, packet[12:16]),
                socket.inet_ntop(socket.AF_INET, packet[16:20]),
                packet[(packet[0] & 15) * 4:])
    if kind == 0x86dd and packet[6] == 139:
        return (socket.inet_ntop(socket.AF_INET6, packet[8:24]),
                socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[40:])
    return None


def parameters(data):
    at = 40
    end = min(len(data), (data[1] + 1) * 8) if len(data) > at else 0
    while at + 4 <= end:
        kind, length = struct.unpack_from('!HH', data, at)
        yield PARAMETERS.get(kind, str(kind))
        at += (4 + length + 7) // 8 * 8


def main():
    with open(sys.argv[1], 'rb') as file:
        capture = file.read()
    for time, frame in records(capture):
        packet = hip(frame) if len(frame) > 54 else None
        if not packet:
            continue
        src, dst, data = packet
        kind = PACKETS.get(data[2] & 0x7f, str(data[2]))
        if len(sys.argv) > 2 and kind not in sys.argv[2:]:
            continue
        print('%.6f %s %s %s %s' % (time, src, dst, kind,
                                    ','.join(parameters(data)) or '-'))


main()
