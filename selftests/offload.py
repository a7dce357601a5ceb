#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sockets for offload.sh: what is sent in one network namespace and what of it
arrives in another one, as JSON.

usage: offload.py udp NS ADDRESS NS ADDRESS SIZE COUNT [WORD=VALUE...]
       offload.py tcp NS ADDRESS NS ADDRESS OCTETS
       offload.py sum NS ADDRESS NS ADDRESS
       offload.py owner NS ADDRESS NS ADDRESS

udp sends COUNT messages of SIZE. Words: segment=OCTETS (the kernel makes datagrams
of that size of each message), gro=1 (the receiver takes several at once),
tclass=N, lost=1 (nothing is to come), flows=N (sockets), mark=N with watch=DEVICE (how many ESP packets leave
by it with that mark). tcp sends in writes of 64 KB. sum sends a datagram with a
wrong checksum and one with the right one. owner tells how much of what was sent
still counts for the socket.
"""
import array
import ctypes
import fcntl
import hashlib
import json
import os
import socket
import struct
import sys
import threading

PORT = 9000
UDP_SEGMENT = 103
UDP_GRO = 104
SIOCOUTQ = 0x5411
SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33

libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    fd = os.open(f'/run/netns/{name}', os.O_RDONLY | os.O_CLOEXEC)
    if libc.setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), name)
    os.close(fd)


def udp_socket(addr, port):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind((addr, port))
    return sock


def watch_mark(device, mark):
    """A socket that sees what leaves by a device as ESP over IPv4, with a mark."""
    code = [(0x20, 0, 0, 0xfffff014),       # A = mark
            (0x15, 0, 3, mark),
            (0x30, 0, 0, 0xfff00000 + 9),   # A = protocol, behind the link header
            (0x15, 0, 1, socket.IPPROTO_ESP),
            (0x06, 0, 0, 0x40000),
            (0x06, 0, 0, 0)]
    insns = b''.join(struct.pack('HBBI', *insn) for insn in code)
    room = ctypes.create_string_buffer(insns)
    prog = struct.pack('HP', len(code), ctypes.addressof(room))
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, prog)
    sock.bind((device, 3))
    sock.settimeout(1)
    return sock


def drain(sock, expected=0, last=None):
    """What comes, until all is there that is expected, octets or a last datagram,
    and nothing more comes; or until it is no more to be expected."""
    n = 0
    try:
        while True:
            message = sock.recvmsg(1 << 16, 1024)
            yield message
            n += len(message[0])
            if expected and n >= expected or last and message[0] == last:
                sock.settimeout(0.5)
    except socket.timeout:
        pass


def udp(ns, addr, peer_ns, peer, size, count, **words):
    segment = int(words.get('segment', 0))
    tclass = int(words.get('tclass', '0'), 0)
    mark = int(words.get('mark', 0))

    enter(peer_ns)
    rx = udp_socket(peer, PORT)
    rx.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
    rx.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVTCLASS, 1)
    if words.get('gro'):
        rx.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    # What is to be lost, and so does not come.
    rx.settimeout(3 if words.get('lost') else 30)

    enter(ns)
    watch = watch_mark(words['watch'], mark) if mark else None
    txs = []
    for flow in range(int(words.get('flows', 1))):
        tx = udp_socket(addr, 20000 + flow)
        tx.connect((peer, PORT))
        if segment:
            tx.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, segment)
        tx.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, tclass)
        if mark:
            tx.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
        txs.append(tx)
    sent = hashlib.sha256()
    for i in range(int(count)):
        for tx in txs:
            data = os.urandom(16) * (int(size) // 16 + 1)
            data = data[:int(size)]
            sent.update(data)
            tx.send(data)

    got = hashlib.sha256()
    reads = []
    tclasses = set()
    for data, control, _, _ in drain(rx, int(size) * int(count) * len(txs)):
        reads.append(len(data))
        got.update(data)
        for level, kind, value in control:
            if (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_TCLASS):
                tclasses.add(struct.unpack('i', value)[0])
    return {'octets': sum(reads), 'same': sent.digest() == got.digest(),
            'reads': len(reads), 'largest': max(reads, default=0),
            'smallest': min(reads, default=0), 'tclass': sorted(tclasses),
            'marked': len(list(drain(watch))) if watch else None}


def tcp(ns, addr, peer_ns, peer, octets):
    enter(peer_ns)
    listener = socket.create_server((peer, PORT), family=socket.AF_INET6)
    listener.settimeout(60)
    enter(ns)
    tx = socket.create_connection((peer, PORT), 60, (addr, 0))
    rx, _ = listener.accept()
    rx.settimeout(60)
    data = os.urandom(65536)
    writes = int(octets) // len(data)

    def send():
        for _ in range(writes):
            tx.sendall(data)
        tx.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=send)
    thread.start()
    got = hashlib.sha256()
    n = 0
    while chunk := rx.recv(1 << 20):
        got.update(chunk)
        n += len(chunk)
    thread.join()
    sent = hashlib.sha256(data * writes)
    return {'octets': n, 'same': sent.digest() == got.digest(),
            'mss': tx.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)}


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff or 0xffff


def wrong_sum(ns, addr, peer_ns, peer):
    enter(peer_ns)
    rx = udp_socket(peer, PORT)
    rx.settimeout(30)
    enter(ns)
    raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
    ends = b''.join(socket.inet_pton(socket.AF_INET6, end) for end in (addr, peer))
    for payload, error in ((b'wrong', 1), (b'right', 0)):
        length = 8 + len(payload)
        header = struct.pack('!HHH', 20000, PORT, length)
        value = checksum(ends + struct.pack('!II', length, 17) + header + b'\0\0' +
                         payload)
        value ^= error
        raw.sendto(struct.pack('!IHBB', 6 << 28, length, 17, 64) + ends + header +
                   struct.pack('!H', value) + payload, (peer, 0))
    return {'received': sorted(data.decode() for data, *_ in drain(rx, last=b'right'))}


def owner(ns, addr, _, peer):
    enter(ns)
    tx = udp_socket(addr, 20000)
    for _ in range(5):
        tx.sendto(b'x' * 1000, (peer, PORT))
    room = array.array('i', [0])
    fcntl.ioctl(tx, SIOCOUTQ, room)
    return {'queued': room[0]}


def main():
    words = dict(arg.split('=') for arg in sys.argv[2:] if '=' in arg)
    args = [arg for arg in sys.argv[2:] if '=' not in arg]
    command = {'udp': udp, 'tcp': tcp, 'sum': wrong_sum, 'owner': owner}[sys.argv[1]]
    print(json.dumps(command(*args, **words)))


main()
