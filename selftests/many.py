#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Many associations between the identities of H and those of P, and what becomes of
them when an address of H's goes.

usage: many.py talk HITS-OF-H HITS-OF-P COUNT SECONDS
       many.py move HITS-OF-H HITS-OF-P COUNT SECONDS DEVICE OLD NEW [GATEWAY]

Files have a HIT a line; the first COUNT pairs of them count. "talk" has H send to
P, and P answer, for each pair, until all were answered or SECONDS are over. "move"
takes the address OLD from H's DEVICE; NEW is one that H has on another link, or,
with GATEWAY, one that DEVICE gets instead, with a default route. Then it watches
P's link w0 until each pair has had its UPDATE answered and that answer confirmed,
or for SECONDS. Results are in JSON; times are in ms from just before the event.
"""
import ctypes
import json
import os
import select
import socket
import statistics
import struct
import sys
import time

PORT = 7001
HIP, UPDATE, ACK = 139, 16, 449
RTM_NEWADDR, RTM_DELADDR, RTM_NEWROUTE = 20, 21, 24
REQUEST, REPLACE, CREATE, WANT_ACK = 1, 0x100, 0x400, 4
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
LIBC = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """What is opened within belongs there."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.here = os.open('/proc/self/ns/net', os.O_RDONLY)
        there = os.open(f'/run/netns/{self.name}', os.O_RDONLY)
        if LIBC.setns(there, 0):
            sys.exit(f'many.py: no namespace {self.name}')
        os.close(there)

    def __exit__(self, *_):
        LIBC.setns(self.here, 0)
        os.close(self.here)


def read_pairs(files, count):
    ours, theirs = ([line.strip() for line in open(name)] for name in files)
    pairs = [(ours[n % len(ours)], theirs[n // len(ours)])
             for n in range(min(count, len(ours) * len(theirs)))]
    if len(pairs) < count:
        sys.exit(f'many.py: only {len(pairs)} pairs')
    return pairs


def open_hits(name, hits):
    socks = {}
    with Namespace(name):
        for hit in hits:
            sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
            sock.bind((hit, PORT))
            sock.setblocking(False)
            socks[sock] = hit
    return socks


def talk(pairs, seconds):
    """Pairs that had an answer. A few at a time, so that none is lost for want of
    room in a queue."""
    ours = open_hits('H', sorted({a for a, _ in pairs}))
    theirs = open_hits('P', sorted({b for _, b in pairs}))
    by_hit = {hit: sock for sock, hit in ours.items()}
    end = time.monotonic() + seconds
    answered, asked = set(), {}
    while len(answered) < len(pairs) and time.monotonic() < end:
        now = time.monotonic()
        open_now = sum(at > now - 2 for pair, at in asked.items()
                       if pair not in answered)
        for pair in pairs:
            if open_now >= 16:
                break
            if pair in answered or asked.get(pair, 0) > now - 2:
                continue
            by_hit[pair[0]].sendto(b'?', (pair[1], PORT))
            asked[pair] = now
            open_now += 1
        for sock in select.select([*ours, *theirs], [], [], 0.05)[0]:
            data, (source, *_) = sock.recvfrom(16)
            if sock in theirs:
                sock.sendto(b'!', (source, PORT))
            elif data == b'!':
                answered.add((ours[sock], source))
    return {'pairs': len(pairs), 'answered': len(answered)}


# --- the event ------------------------------------------------------------------

def attribute(kind, data):
    return struct.pack('=HH', 4 + len(data), kind) + data + bytes(-len(data) % 4)


class Route:
    """Just enough rtnetlink, so that no program has to be started meanwhile."""

    def __init__(self, device):
        with Namespace('H'):
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            self.index = socket.if_nametoindex(device)

    def ask(self, kind, flags, body):
        self.sock.send(struct.pack('=IHHII', 16 + len(body), kind,
                                   REQUEST | WANT_ACK | flags, 1, 0) + body)
        err = struct.unpack_from('=i', self.sock.recv(4096), 16)[0]
        if err:
            sys.exit(f'many.py: rtnetlink {kind}: {os.strerror(-err)}')

    def address(self, kind, addr):
        data = socket.inet_aton(addr)
        self.ask(kind, CREATE if kind == RTM_NEWADDR else 0,
                 struct.pack('=BBBBI', socket.AF_INET, 24, 0, 0, self.index) +
                 attribute(2, data) + attribute(1, data))

    def default(self, gateway):
        self.ask(RTM_NEWROUTE, CREATE | REPLACE,
                 struct.pack('=BBBBBBBBI', socket.AF_INET, 0, 0, 0, 254, 4, 0, 1, 0) +
                 attribute(5, socket.inet_aton(gateway)) +
                 attribute(4, struct.pack('=I', self.index)))


# --- what the wire has ----------------------------------------------------------

def open_link():
    with Namespace('P'):
        # Of all kinds: only so there is what leaves, too.
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        sock.bind(('w0', 3))
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setblocking(False)
    return sock


def has_ack(packet):
    at = 40
    while at + 4 <= len(packet):
        kind, length = struct.unpack_from('!HH', packet, at)
        if kind == ACK:
            return True
        at += (4 + length + 7) // 8 * 8
    return False


def updates(sock):
    """Time in ns, from and to whom, whether with an ACK, and to which address, of
    what came so far."""
    while True:
        try:
            data, control, _, (_, kind, *_) = sock.recvmsg(4096, 128)
        except BlockingIOError:
            return
        if kind != 0x800 or data[9] != HIP:
            continue
        packet = data[(data[0] & 15) * 4:]
        if packet[2] & 0x7f != UPDATE:
            continue
        sec, nsec = struct.unpack('=qq', control[0][2])
        sender, receiver = (socket.inet_ntop(socket.AF_INET6, packet[n:n + 16])
                            for n in (8, 24))
        yield (sec * 10**9 + nsec, sender, receiver, has_ack(packet),
               socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20]))


def move(pairs, seconds, device, old, new, gateway=None):
    route, link = Route(device), open_link()
    known = set(pairs)
    told, done, strange = {}, {}, 0
    start = time.clock_gettime_ns(time.CLOCK_REALTIME)
    route.address(RTM_DELADDR, old)
    if gateway:
        route.address(RTM_NEWADDR, new)
        route.default(gateway)
    end = time.monotonic() + seconds
    pause = 2.5
    while len(done) < len(pairs) and time.monotonic() < end:
        # To look costs time of the hosts', which have the same processor.
        time.sleep(pause)
        pause = 0.5
        for at, sender, receiver, ack, source, target in updates(link):
            pair, back = (sender, receiver), (receiver, sender)
            at = (at - start) / 1e6
            if back in known and ack and target == new:
                told.setdefault(back, at)
            elif pair in known and ack and source == new and pair in told:
                done.setdefault(pair, at)
            elif old in (source, target) and (pair in done or back in done):
                strange += 1
    times = sorted(done.values())
    first = sorted(told.values())
    return {'pairs': len(pairs), 'moved': len(done), 'to_old_address': strange,
            'told_ms': round(first[-1], 1) if first else None,
            'first_ms': round(times[0], 1) if times else None,
            'median_ms': round(statistics.median(times), 1) if times else None,
            'last_ms': round(times[-1], 1) if times else None}


def main():
    what, ours, theirs, count, seconds, *rest = sys.argv[1:]
    pairs = read_pairs((ours, theirs), int(count))
    print(json.dumps({'talk': talk, 'move': move}[what](pairs, float(seconds), *rest)))


main()
