#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A UDP stream with numbered packets.

usage: stream.py recv ADDRESS PORT COUNT SECONDS READY-FILE
       stream.py send ADDRESS PORT COUNT PACKETS-A-SECOND [SOURCE]

The receiver ends with packet COUNT or when nothing came for SECONDS, and says
in JSON what it got: sent, received, lost, doubled, late (behind a higher
number). A sender that gets SIGTERM ends earlier, and tells the receiver so; a
receiver ends earlier, with what has come.
"""
import json
import select
import signal
import socket
import sys
import time


def recv(addr, port, count, seconds, ready):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    # SO_RCVBUFFORCE: what waits for a slow machine's receiver is not lost.
    sock.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)
    sock.bind((addr, port))
    sock.setblocking(False)
    told, tell = socket.socketpair()
    tell.setblocking(False)
    signal.set_wakeup_fd(tell.fileno())
    signal.signal(signal.SIGTERM, lambda *_: None)
    seen = bytearray(count)
    doubled = late = 0
    highest = -1
    open(ready, 'w').close()
    while highest < count - 1 or sum(seen) < count:
        try:
            packet = sock.recv(100)
        except BlockingIOError:
            if sock in select.select([sock, told], [], [], seconds)[0]:
                continue
            break
        if packet.startswith(b'end'):
            count = int(packet[3:])
            seconds = 1
            continue
        n = int(packet)
        doubled += seen[n]
        seen[n] = 1
        late += n < highest
        highest = max(highest, n)
        if highest == count - 1:
            # The last is here: what is late has little time.
            seconds = 1
    print(json.dumps({'sent': count, 'received': sum(seen), 'lost': count - sum(seen),
                      'doubled': doubled, 'late': late}))


def send(addr, port, count, rate, source=None):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    if source:
        sock.bind((source, 0))
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    due = time.monotonic()
    for n in range(count):
        if stop:
            # Once should do; what follows is for a receiver that missed it.
            for _ in range(5):
                sock.sendto(b'end%d' % n, (addr, port))
                time.sleep(0.2)
            return
        try:
            sock.sendto(b'%d' % n, (addr, port))
        except OSError:
            pass
        # What it could not send while it stood still, it does not send at once.
        due = max(due + 1 / rate, time.monotonic() - 0.05)
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)


if sys.argv[1] == 'recv':
    recv(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]),
         sys.argv[6])
else:
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]),
         *sys.argv[6:])
