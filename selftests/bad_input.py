#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Control packets that a host has to refuse.

usage: bad_input.py send ADDRESS SENDER_HIT RECEIVER_HIT KIND [COUNT]
       bad_input.py garbage ADDRESS SEED COUNT
       bad_input.py clear DEVICE MAC SOURCE DESTINATION
       bad_input.py break TYPE PARAMETER
       bad_input.py replay FILE.pcap ADDRESS TYPE COUNT [PARAMETER [break]]
       bad_input.py print KIND
       bad_input.py identities COUNT

send: one of make()'s kinds, as a stranger may send it. garbage: random octets.
clear: a UDP packet to port 9000 that ESP did not carry. break: on the router,
where the real IPv4 packets of TYPE are not forwarded: send each of them on with
one octet of PARAMETER wrong and the checksum right again. replay: the last
packet of TYPE to an IPv4 ADDRESS in a capture, that has PARAMETER; as it was, or
broken so. print: in hexadecimal. identities: as a daemon of its namespace would,
give the module so many host identities, until it refuses one.
"""
import errno
import random
import socket
import struct
import sys
import time

HIP = 139
I1, R1, I2, R2, UPDATE, NOTIFY, CLOSE, CLOSE_ACK = 1, 2, 3, 4, 16, 17, 18, 19
NAMES = {'I1': I1, 'R1': R1, 'I2': I2, 'R2': R2, 'UPDATE': UPDATE,
         'NOTIFY': NOTIFY, 'CLOSE': CLOSE, 'CLOSE_ACK': CLOSE_ACK}
ESP_INFO, SOLUTION, SEQ, ACK, DH_GROUP_LIST = 65, 321, 385, 449, 511
NOTIFICATION, ECHO_REQUEST, HIP_MAC, SIGNATURE = 832, 897, 61505, 61697

# What to break: the parameter, and the octet of its contents. "critical" adds
# one that nobody knows.
BREAK = {'SEQ': (SEQ, -1), 'SOLUTION': (SOLUTION, -1), 'HOST_ID': (705, 10),
         'E-LOCATOR': (40026, 2), 'HIP_MAC': (HIP_MAC, -1),
         'HIP_MAC_2': (61569, -1), 'SIGNATURE_2': (61633, -1),
         'SIGNATURE': (SIGNATURE, -1)}


def param(kind, data):
    tlv = struct.pack('!HH', kind, len(data)) + data
    return tlv + bytes(-len(tlv) % 8)


def packet(kind, hits, *params, version=2, units=None):
    body = b''.join(params)
    if units is None:
        units = (40 + len(body)) // 8 - 1
    return struct.pack('!BBBBHH', 59, units, kind, version << 4 | 1, 0, 0) + \
        hits[0] + hits[1] + body


def fold(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def with_checksum(data, src, dst, wrong=0):
    if len(data) < 6:
        return data
    data = data[:4] + b'\0\0' + data[6:]
    value = fold(src + dst + struct.pack('!II', len(data), HIP) + data)
    return data[:4] + struct.pack('!H', ~value & 0xffff ^ wrong) + data[6:]


def make(kind, hits):
    """The packets of a kind, and what to add to their checksum."""
    groups = param(DH_GROUP_LIST, b'\x07')
    seq, ack = param(SEQ, bytes(4)), param(ACK, bytes(4))
    mac, sig = param(HIP_MAC, bytes(32)), param(SIGNATURE, b'\0\x07' + bytes(64))
    note = param(NOTIFICATION, b'\0\0\0\x1c')
    info = param(ESP_INFO, struct.pack('!HHII', 0, 0, 0, 0x1000))
    # A HIT that nobody has, and an address that is none.
    stranger = bytes.fromhex('20010022') + b'\x55' * 12
    address = b'\xfd' + bytes(15)
    good = packet(I1, hits, groups)
    long = bytearray(packet(UPDATE, hits, seq, mac, sig))
    kinds = {
        'good': [good],
        'checksum': [good],
        # Octets that the IP packet lacks, and that Header Length lacks.
        'truncated': [good[:n] for n in range(len(good))] +
                     [bytes(long[:n]) for n in range(40, len(long), 8)],
        'short-header': [packet(I1, hits, groups, units=n) for n in range(4)],
        'version': [packet(I1, hits, groups, version=n)
                    for n in range(16) if n != 2],
        'type': [packet(n, hits, groups) for n in range(128)
                 if n not in NAMES.values()],
        'order': [packet(UPDATE, hits, ack, seq),
                  packet(UPDATE, hits, seq, info),
                  packet(I1, hits, groups, param(2, b''))],
        'twice': [packet(UPDATE, hits, seq, seq)],
        'critical': [packet(UPDATE, hits, seq, param(387, b'odd!')),
                     packet(I1, hits, groups, param(32769, b'')),
                     packet(I1, hits, groups, param(65535, bytes(20)))],
        'overrun': [packet(I1, hits, struct.pack('!HHI', DH_GROUP_LIST, n, 0))
                    for n in (5, 8, 200, 65528, 65535)],
        'length': [packet(UPDATE, hits, param(SEQ, bytes(n)))
                   for n in (0, 3, 5)] +
                  [packet(UPDATE, hits, param(ACK, bytes(n))) for n in (0, 6)] +
                  [packet(UPDATE, hits, param(ESP_INFO, bytes(11))),
                   packet(UPDATE, hits, seq, param(HIP_MAC, bytes(31))),
                   packet(I1, hits, param(DH_GROUP_LIST, b''))],
        'no-groups': [packet(I1, hits)],
        'many': [packet(UPDATE, hits, *[param(832, bytes(4))] * 150)],
        'not-a-hit': [packet(I1, (sender, hits[1]), groups)
                      for sender in (address, bytes(16))],
        'not-ours': [packet(n, (hits[0], stranger), seq, mac, sig)
                     for n in NAMES.values() if n not in (I1, I2)],
        'stranger': [packet(n, (stranger, hits[1]), seq, mac, sig)
                     for n in NAMES.values() if n not in (I1, I2)],
        'no-solution': [packet(I2, (stranger, hits[1]), info)],
        'solution': [packet(I2, (stranger, hits[1]), info,
                            param(SOLUTION, bytes(4 + 96)))],
        'unasked': [packet(R1, hits, groups), packet(R2, hits, info, sig)],
        'no-mac': [packet(UPDATE, hits, seq), packet(CLOSE, hits),
                   packet(CLOSE_ACK, hits, sig)],
        'mac': [packet(UPDATE, hits, seq, mac, sig),
                packet(CLOSE, hits, param(ECHO_REQUEST, bytes(8)), mac, sig),
                packet(CLOSE_ACK, hits, mac, sig)],
        'unsigned': [packet(NOTIFY, hits, note)],
        'signature': [packet(NOTIFY, hits, note, sig)],
        # Longer than a link takes: IP cuts it. The unknown parameter is even.
        'fragments': [packet(I1, hits, groups, param(50000, bytes(1700)))],
    }
    return kinds[kind], 0x0101 if kind == 'checksum' else 0


def send(address, sender, receiver, kind, count='1'):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    hits = [socket.inet_pton(socket.AF_INET6, hit) for hit in (sender, receiver)]
    packets, wrong = make(kind, hits)
    with socket.socket(family, socket.SOCK_RAW, HIP) as sock:
        sock.connect((address, 0))
        src = socket.inet_pton(family, sock.getsockname()[0])
        dst = socket.inet_pton(family, address)
        for _ in range(int(count)):
            for data in packets:
                sock.send(with_checksum(data, src, dst, wrong))
    print(len(packets) * int(count))


def garbage(address, seed, count):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    rand = random.Random(int(seed))
    with socket.socket(family, socket.SOCK_RAW, HIP) as sock:
        sock.connect((address, 0))
        for n in range(int(count)):
            data = bytearray(rand.randbytes(rand.randrange(1, 600)))
            # Every other one gets past the first look.
            if n % 2 and len(data) > 40:
                data[1] = rand.randrange(4, len(data) // 8)
                data[2] = rand.choice(list(NAMES.values()))
                data[3] = 0x21
            sock.send(data)
            if n % 50 == 49:
                time.sleep(0.02)
    print(int(count))


def clear(device, mac, source, destination):
    src, dst = (socket.inet_pton(socket.AF_INET6, a)
                for a in (source, destination))
    udp = struct.pack('!HHHH', 9000, 9000, 13, 0) + b'clear'
    value = ~fold(src + dst + struct.pack('!II', len(udp), 17) + udp) & 0xffff
    udp = udp[:6] + struct.pack('!H', value or 0xffff) + udp[8:]
    data = struct.pack('!IHBB', 6 << 28, len(udp), 17, 64) + src + dst + udp
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM) as sock:
        sock.sendto(data, (device, 0x86dd, 0, 0,
                           bytes.fromhex(mac.replace(':', ''))))
    print(1)


def find(data, what):
    """Offset and length of a parameter's contents."""
    if what not in BREAK:
        return 40, 0
    at = 40
    while at + 4 <= len(data):
        found, length = struct.unpack_from('!HH', data, at)
        if found == BREAK[what][0]:
            return at + 4, length
        at += (4 + length + 7) // 8 * 8
    return None


def broken(data, what):
    if what == 'critical':
        data += param(65499, b'?')
        return data[:1] + bytes([len(data) // 8 - 1]) + data[2:]
    place = find(data, what)
    if not place:
        return None
    data = bytearray(data)
    data[place[0] + BREAK[what][1] % place[1]] ^= 0x40
    return bytes(data)


def hip_of(ip):
    return ip[(ip[0] & 15) * 4:struct.unpack_from('!H', ip, 2)[0]]


def on(out, ip, what=None):
    """Send an IPv4 packet to where it was going; False if it has no @what."""
    head, data = (ip[0] & 15) * 4, hip_of(ip)
    if what:
        data = broken(data, what)
        if not data:
            return False
        data = with_checksum(data, ip[12:16], ip[16:20])
    out.sendto(ip[:head] + data, (socket.inet_ntoa(ip[16:20]), 0))
    return True


def is_hip(ip, kind):
    return len(ip) > 60 and ip[0] >> 4 == 4 and ip[9] == HIP and \
        ip[(ip[0] & 15) * 4 + 2] & 0x7f == NAMES[kind]


def intercept(kind, what):
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                        socket.htons(0x0800))
    print('ready', flush=True)
    while True:
        ip = tap.recv(4096)
        if is_hip(ip, kind):
            print('sent' if on(out, ip, what) else 'no ' + what, flush=True)


def replay(path, address, kind, count, what=None, how=None):
    with open(path, 'rb') as file:
        data = file.read()
    order = '<' if data[0] in (0xd4, 0x4d) else '>'
    last, at = None, 24
    while at + 16 <= len(data):
        length = struct.unpack_from(order + 'I', data, at + 8)[0]
        ip = data[at + 30:at + 16 + length]
        if is_hip(ip, kind) and ip[16:20] == socket.inet_aton(address) and \
                (not what or find(hip_of(ip), what)):
            last = ip
        at += 16 + length
    if not last:
        sys.exit('no such %s in %s' % (kind, path))
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for _ in range(int(count)):
        on(out, last, what if how else None)
    print(int(count))


class Module:
    """Just enough of generic netlink to be a daemon."""
    REGISTER, IDENTITY_NEW = 1, 4
    IDENTITY_HOST_ID = 2

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  16)			# NETLINK_GENERIC
        self.sock.bind((0, 0))
        self.seq = 0
        # CTRL_CMD_GETFAMILY, by CTRL_ATTR_FAMILY_NAME
        family = self.ask(0x10, 3, 2, b'hip\0')
        self.family = struct.unpack_from('=H', family, family.index(
            struct.pack('=HH', 6, 1)) + 4)[0]

    def ask(self, family, command, kind=None, data=b''):
        """What it answers, or how it refuses: a negative errno."""
        body = struct.pack('=BBH', command, 1, 0)
        if kind:
            body += struct.pack('=HH', 4 + len(data), kind) + data + \
                bytes(-len(data) % 4)
        self.seq += 1
        # NLM_F_REQUEST and NLM_F_ACK
        self.sock.send(struct.pack('=IHHII', 16 + len(body), family, 5,
                                   self.seq, 0) + body)
        answer = b''
        while True:
            message = self.sock.recv(65536)
            _, kind, _, seq, _ = struct.unpack_from('=IHHII', message)
            if seq != self.seq:			# it asks us something
                continue
            if kind != 2:			# NLMSG_ERROR
                answer = message[20:]
                continue
            return struct.unpack_from('=i', message, 16)[0] or answer

    def add(self, number):
        """An Ed25519 key is any 32 octets."""
        identity = struct.pack('!HH28xI', 1, 0, number)
        host_id = struct.pack('!HHH', len(identity), 0, 13) + identity
        return self.ask(self.family, self.IDENTITY_NEW, self.IDENTITY_HOST_ID,
                        host_id)


def identities(count):
    module = Module()
    module.ask(module.family, module.REGISTER)
    for number in range(int(count)):
        err = module.add(number)
        if isinstance(err, int):
            print(number, errno.errorcode[-err])
            return
    print(count)


def show(kind):
    hits = (bytes.fromhex('2001002f') + b'\x11' * 12,
            bytes.fromhex('2001002f') + b'\x22' * 12)
    for data in make(kind, hits)[0]:
        print(data.hex())


{'send': send, 'garbage': garbage, 'clear': clear, 'break': intercept,
 'replay': replay, 'print': show,
 'identities': identities}[sys.argv[1]](*sys.argv[2:])
