# SPDX-License-Identifier: GPL-2.0-only
"""Raw sockets of the tester, and the command that moves the host under test."""
import json
import select
import socket
import struct
import subprocess
import time

import wire

V4, V6 = socket.AF_INET, socket.AF_INET6
IP_PKTINFO = 8


class Failure(Exception):
    """The host did not do what it had to."""


def address(text):
    return socket.inet_pton(V6 if ':' in text else V4, text)


def text(octets):
    return socket.inet_ntop(V6 if len(octets) == 16 else V4, octets)


class Wire:
    """All that is received goes to those who wait for it, by the HIT that it
    is for; ESP by its SPI, ICMP to everybody."""

    def __init__(self, host, here):
        """Addresses of the host and ours: one or more each, of both families,
        the first of a family is the usual one."""
        self.host = {V4: next(a for a in host if ':' not in a),
                     V6: next(a for a in host if ':' in a)}
        self.here = here
        self.extra = None	# another address that the host has meanwhile
        self.speakers = {}
        self.esp = []
        self.icmp = []
        self.poll = select.poll()
        self.sockets = {}
        for family in (V4, V6):
            for proto in (wire.PROTO_HIP, wire.PROTO_ESP,
                          socket.IPPROTO_ICMP if family == V4
                          else socket.IPPROTO_ICMPV6):
                self._open(family, proto)

    def _open(self, family, proto):
        sock = socket.socket(family, socket.SOCK_RAW, proto)
        if family == V6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        else:
            # Path MTU discovery would forbid fragments.
            sock.setsockopt(socket.IPPROTO_IP, 10, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        self.sockets[family, proto] = sock
        self.poll.register(sock, select.POLLIN)

    def sources(self):
        return [address(a) for a in self.host.values()] + [self.extra]

    def usual(self, family):
        """Our usual address."""
        return next(a for a in self.here if (':' in a) == (family == V6))

    def send_raw(self, family, proto, data, source=None):
        """Octets behind an IP header, from one of our addresses."""
        source = address(source or self.usual(family))
        sock = self.sockets[family, proto]
        if family == V6:
            info = [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO,
                     source + struct.pack('@I', 0))]
        else:
            info = [(socket.IPPROTO_IP, IP_PKTINFO,
                     struct.pack('@I', 0) + source + bytes(4))]
        sock.sendmsg([data], info, 0, (self.host[family], 0))

    def send(self, packet, family=V4, source=None, wrong=0):
        source = source or self.usual(family)
        self.send_raw(family, wire.PROTO_HIP,
                      wire.encode(packet, address(source),
                                  address(self.host[family]), wrong), source)

    def pump(self, timeout):
        """Take what has arrived; wait for something at most so long."""
        for fd, _ in self.poll.poll(max(0, timeout) * 1000):
            for (family, proto), sock in self.sockets.items():
                if sock.fileno() == fd:
                    self._take(family, proto, sock)

    def _take(self, family, proto, sock):
        data, info, _, peer = sock.recvmsg(65536, 256)
        if family == V4:
            head = (data[0] & 15) * 4
            source, destination = data[12:16], data[16:20]
            data = data[head:]
        else:
            source, destination = address(peer[0].split('%')[0]), None
            for _, kind, value in info:
                if kind == socket.IPV6_PKTINFO:
                    destination = value[:16]
        if source not in self.sources():
            return
        if proto == wire.PROTO_ESP:
            self.esp.append((data, source, destination))
        elif proto != wire.PROTO_HIP:
            self.icmp.append((family, data))
        else:
            packet = wire.decode(data, source, destination)
            speaker = packet and self.speakers.get(packet.receiver)
            if speaker:
                speaker.take(packet)

    def drain(self, seconds):
        """All that arrives in this time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.pump(end - time.monotonic())

    def icmp_about(self, hit, seconds=0.5):
        """ICMP errors that quote a packet of ours with this HIT."""
        self.drain(seconds)
        return [(family, data) for family, data in self.icmp
                if hit in data[8:] and (family == V4 or data[0] < 128)]


class Host:
    """The host under test, by its command."""

    def __init__(self, namespace, device):
        self.namespace, self.device = namespace, device
        # By type, as the command calls it: ecdsa-p256 and the like.
        self.identities = {entry['type']: address(entry['hit'])
                           for entry in self.json('identity', 'show')}

    def run(self, *words):
        done = subprocess.run(
            ['hipflow', '-n', self.namespace, *words], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise RuntimeError('hipflow %s: %s' % (' '.join(words),
                                                   done.stdout.strip()))
        return done.stdout

    def json(self, *words):
        return json.loads(self.run('-j', *words))

    def ip(self, *words):
        subprocess.run(['ip', '-n', self.namespace, *words], check=True)

    def count_sas(self):
        """All that it has, of both directions."""
        return subprocess.run(
            ['ip', '-n', self.namespace, 'xfrm', 'state', 'list'], text=True,
            stdout=subprocess.PIPE, check=True).stdout.count('proto esp')

    def initiate(self, hit, addresses, local):
        """Have it begin a base exchange with a HIT of ours."""
        self.run('peer', 'set', text(hit), 'addr', ','.join(addresses))
        self.run('assoc', 'add', 'peer', text(hit), 'local', text(local))

    def ask(self, where, local):
        """Have it begin an exchange with whoever is at an address."""
        self.run('assoc', 'add', 'addr', where, 'local', text(local))

    def met_at(self, where, local):
        """HIT and state of the association that began so."""
        for entry in self.json('assoc', 'show'):
            if entry.get('peer_addr') == where and \
                    entry['local_hit'] == text(local):
                return address(entry['peer_hit']), entry['state']
        return None, None

    def close(self, hit, local):
        self.run('assoc', 'del', 'peer', text(hit), 'local', text(local))

    def state(self, hit, local):
        """Of an association, as the host sees it."""
        for entry in self.json('assoc', 'show', 'peer', text(hit)):
            if entry['local_hit'] == text(local):
                return entry['state']
        return None

    def locator_state(self, hit, where):
        """Of the path to that address of a peer, as the host sees it."""
        for entry in self.json('path', 'show', 'peer', text(hit)):
            if entry['peer'] == where:
                return entry['state'].lower()
        return None

    def ping(self, hit, size=56):
        """A process there that sends an echo of so many octets to a HIT."""
        return subprocess.Popen(
            ['ip', 'netns', 'exec', self.namespace, 'ping', '-6', '-c', '1',
             '-s', str(size), '-W', '10', text(hit)],
            stdout=subprocess.DEVNULL)
