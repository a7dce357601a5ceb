# SPDX-License-Identifier: GPL-2.0-only
"""What has to hold at any time, judged from captures alone: nothing in clear, no
ESP sequence number twice, and no data to a locator that was not verified beyond
what came from the peer (RFC 8046 section 5.6)."""
import collections
import math

from capture import (ECHO_REQUEST, ECHO_REQUEST_UNSIGNED, ECHO_RESPONSE,
                     ECHO_RESPONSE_UNSIGNED, E_LOCATOR, ESP, LOCATOR_SET,
                     locators, text)

AGING, AGED_EVERY = 7 / 8, 5
# Of the packets that crossed on their way to a capture.
TOLERANCE = 1.05
# What a host has sent may wait at its link before it is seen there.
GRACE = 0.1


class Credit:
    """What a host may send to a peer's unverified locators: what came from the
    peer, less and less of it as time goes by."""

    def __init__(self):
        self.octets, self.aged = 0, None

    def age(self, now):
        if self.aged is None:
            self.aged = now
        while now - self.aged >= AGED_EVERY:
            self.octets *= AGING
            self.aged += AGED_EVERY

    def earn(self, now, octets):
        self.age(now)
        self.octets += octets

    def spend(self, now, octets):
        """Return: is there enough?"""
        self.age(now)
        self.octets -= octets
        return self.octets >= 0


class View:
    """What one host knows of one peer's locators, as its packets tell."""

    def __init__(self):
        self.verified = {}		# address: until when
        self.nonces = collections.defaultdict(set)	# ECHO_REQUEST: sent where
        self.told = collections.defaultdict(set)	# our SPI: told where
        self.i2_to = None
        self.update = -1
        self.credit = Credit()


class Checker:
    def __init__(self):
        self.world = None
        self.views = collections.defaultdict(View)
        self.numbers = collections.defaultdict(set)
        self.counts = collections.Counter()

    def wrong(self, what, packet):
        self.world.violations.append('%s: %s' % (what, packet))

    def packet(self, packet):
        """One of a host's link. Under the world's lock."""
        other = self.world.owner(packet.dst if packet.out else packet.src)
        if not other:
            return
        host, peer = packet.link.host, other.host
        view = self.views[host.name, peer.name]
        if packet.proto != ESP:
            (self.control_out if packet.out else self.control_in)(view, packet)
        elif packet.out:
            self.esp_out(view, packet, (host.name, peer.name, packet.spi))
        else:
            self.esp_in(view, packet)

    def esp_out(self, view, packet, sa):
        if packet.seq in self.numbers[sa]:
            self.wrong('ESP sequence number used twice', packet)
        self.numbers[sa].add(packet.seq)
        self.counts['esp'] += 1
        if packet.when <= view.verified.get(packet.dst, 0):
            return
        self.counts['unverified'] += 1
        if not view.credit.spend(packet.when, packet.size / TOLERANCE):
            self.wrong('data beyond credit to an unverified locator', packet)

    @staticmethod
    def esp_in(view, packet):
        view.credit.earn(packet.when, packet.size)
        # An SPI that was told to an address and is used from there
        # (RFC 8046 section 3.2.6).
        if packet.src in view.told[packet.spi]:
            view.verified[packet.src] = math.inf

    @staticmethod
    def control_out(view, packet):
        for kind in (ECHO_REQUEST, ECHO_REQUEST_UNSIGNED):
            nonce = packet.get(kind)
            if nonce:
                view.nonces[nonce].add(packet.dst)
        spis = packet.spis()
        if spis and spis[1]:
            view.told[spis[1]].add(packet.dst)
        if packet.kind == 'I2':
            view.i2_to = packet.dst

    def control_in(self, view, packet):
        for kind in (ECHO_RESPONSE, ECHO_RESPONSE_UNSIGNED):
            for addr in view.nonces.get(packet.get(kind), ()):
                view.verified[addr] = math.inf
        if packet.kind == 'R2' and view.i2_to:
            view.verified[view.i2_to] = math.inf
        if packet.kind == 'I2':
            view.update = -1
        number = packet.sequence()
        if packet.kind == 'UPDATE' and number is not None:
            if number <= view.update:
                return
            view.update = number
        self.relocate(view, packet)

    @staticmethod
    def relocate(view, packet):
        """What a complete state does not list has to be verified anew."""
        data = packet.get(E_LOCATOR) or packet.get(LOCATOR_SET)
        if data is None or packet.kind == 'R1':
            return
        listed = locators(data)
        if any(fid is None for _, fid, _ in listed):
            for addr in set(view.verified) - {addr for addr, _, _ in listed} - \
                    {packet.src}:
                view.verified[addr] = min(view.verified[addr],
                                          packet.when + GRACE)

    def summary(self):
        return '%d data packets, %d of them to unverified locators' % (
            self.counts['esp'], self.counts['unverified'])


def mirrored(a, b, choose=lambda path: True):
    """Paths that both hosts use, as each of them sees them: the same? Return: a
    text that says what is not, or None."""
    def seen(host, peer, local, remote, spi_in, spi_out):
        return {(path[local], path[remote], path.get(spi_in), path.get(spi_out))
                for path in host.paths(peer)
                if path['state'] == 'ACTIVE' and choose(path)}
    one = seen(a, b, 'local', 'peer', 'spi_in', 'spi_out')
    other = seen(b, a, 'peer', 'local', 'spi_out', 'spi_in')
    if not one and not other:
        return 'no path is up'
    if one != other:
        return 'only %s has %s; only %s has %s' % (
            a.name, sorted(one - other), b.name, sorted(other - one))
    return None


def ends(packets):
    """Pairs of links that packets went by, by their addresses."""
    return {(text(packet.src), text(packet.dst)) for packet in packets}
