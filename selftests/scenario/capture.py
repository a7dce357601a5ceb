# SPDX-License-Identifier: GPL-2.0-only
"""What crosses the links of hosts: captures, and what is in the packets. Knows
as much of HIP as can be seen without keys."""
import socket
import struct

SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
ETH_P_ALL = 3
OUTGOING = 4

ESP, HIP = 50, 139
# What else a link has: ICMP, ICMPv6 and, before it, hop-by-hop options (MLD).
UNDERLAY = (1, 58, 0)

PACKETS = {1: 'I1', 2: 'R1', 3: 'I2', 4: 'R2', 16: 'UPDATE', 17: 'NOTIFY',
           18: 'CLOSE', 19: 'CLOSE_ACK'}
ESP_INFO, SEQ, ACK, DIFFIE_HELLMAN, NOTIFICATION = 65, 385, 449, 513, 832
ECHO_REQUEST, ECHO_RESPONSE, E_LOCATOR, LOCATOR_SET = 897, 961, 40026, 193
ECHO_RESPONSE_UNSIGNED, ECHO_REQUEST_UNSIGNED = 63425, 63661
PARAMETERS = {
    ESP_INFO: 'ESP_INFO', LOCATOR_SET: 'LOCATOR_SET', SEQ: 'SEQ', ACK: 'ACK',
    DIFFIE_HELLMAN: 'DIFFIE_HELLMAN', NOTIFICATION: 'NOTIFICATION',
    ECHO_REQUEST: 'ECHO_REQUEST', ECHO_RESPONSE: 'ECHO_RESPONSE',
    E_LOCATOR: 'E-LOCATOR', 61505: 'HIP_MAC', 61569: 'HIP_MAC_2',
    61633: 'HIP_SIGNATURE_2', 61697: 'HIP_SIGNATURE',
    ECHO_REQUEST_UNSIGNED: 'ECHO_REQUEST_UNSIGNED',
    ECHO_RESPONSE_UNSIGNED: 'ECHO_RESPONSE_UNSIGNED',
}
# Every packet has them.
ENDINGS = (61505, 61569, 61633, 61697)
MAPPED = bytes(10) + b'\xff\xff'


def text(addr):
    """An address as octets, an IPv4 one mapped or not, as people write it."""
    if len(addr) == 16 and addr.startswith(MAPPED):
        addr = addr[12:]
    return socket.inet_ntop(socket.AF_INET if len(addr) == 4 else
                            socket.AF_INET6, addr)


class Packet:
    """An ESP or HIP packet on a link of a host, on its way out or in."""

    def __init__(self, when, link, out, proto, src, dst, data, size):
        self.when, self.link, self.out, self.proto = when, link, out, proto
        self.src, self.dst, self.size = src, dst, size
        self.kind, self.params = None, []
        if proto == ESP:
            self.spi, self.seq = struct.unpack_from('!II', data)
            self.length = len(data)
        elif len(data) >= 40:
            self.kind = PACKETS.get(data[2] & 0x7f, str(data[2] & 0x7f))
            self.params = list(parameters(data))

    def get(self, kind):
        for number, value in self.params:
            if number == kind:
                return value
        return None

    def names(self):
        return [PARAMETERS.get(kind, str(kind)) for kind, _ in self.params]

    def sequence(self):
        """Number of an UPDATE, or None."""
        value = self.get(SEQ)
        return struct.unpack('!I', value[:4])[0] if value else None

    def spis(self):
        """OLD and NEW SPI, or None."""
        value = self.get(ESP_INFO)
        return struct.unpack('!II', value[4:12]) if value else None

    def told(self, kind, value):
        """A parameter as people want to see it."""
        name = PARAMETERS.get(kind, str(kind))
        if kind == SEQ:
            return '%s=%d' % (name, self.sequence())
        if kind == ACK:
            return '%s=%s' % (name, '+'.join(map(str, struct.unpack(
                '!%dI' % (len(value) // 4), value[:len(value) // 4 * 4]))))
        if kind == ESP_INFO:
            return '%s=%08x>%08x' % (name, *self.spis())
        if kind == E_LOCATOR:
            return '%s=%s' % (name, '+'.join(
                text(addr) + ('' if fid is None else '/%d' % fid)
                for addr, fid, _ in locators(value)))
        return name

    def __str__(self):
        return '%.6f %s %s %s %s %s %s' % (
            self.when, self.link.name, '->' if self.out else '<-', text(self.src),
            text(self.dst), self.kind or 'ESP %08x %d' % (self.spi, self.seq),
            ' '.join(self.told(*param) for param in self.params
                     if param[0] not in ENDINGS))


def parameters(data):
    at, end = 40, min(len(data), (data[1] + 1) * 8)
    while at + 4 <= end:
        kind, length = struct.unpack_from('!HH', data, at)
        yield kind, data[at + 4:at + 4 + length]
        at += (4 + length + 7) // 8 * 8


def locators(data):
    """Of an E-LOCATOR: address, FID or None, preferred; in their order."""
    at, result = 0, []
    while at + 8 <= len(data):
        _, kind, words, flags = struct.unpack_from('!BBBB', data, at)
        addr = data[at + 8:at + 8 + words * 4][4 if kind == 1 else 0:]
        at += 8 + words * 4
        fid = None
        if flags & 2:
            fid = struct.unpack_from('!H', data, at + 2)[0]
            at += 2 + data[at + 1]
        result.append((addr[12:] if addr.startswith(MAPPED) else addr, fid,
                       bool(flags & 1)))
    return result


class Capture:
    """All that crosses one link of a host, given to a function: the packet, or
    a text if there was what should not be."""

    def __init__(self, link, marker, give):
        self.link, self.marker, self.give = link, marker, give
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                  socket.htons(ETH_P_ALL))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.bind((link.name, ETH_P_ALL))
        self.sock.setblocking(False)

    def read(self):
        """What is there now."""
        for _ in range(64):
            try:
                frame, info, _, sender = self.sock.recvmsg(4096, 64)
            except BlockingIOError:
                return
            except OSError:
                # The link went down; it may come back.
                continue
            sec, nsec = struct.unpack('@qq', info[0][2][:16])
            self.take(sec + nsec / 1e9, sender[2] == OUTGOING, frame)

    def take(self, when, out, frame):
        kind = frame[12:14]
        if self.marker in frame:
            self.give('plaintext on %s: %s' % (self.link.name, frame.hex()))
        if kind == b'\x08\x00':
            head, proto = 14 + (frame[14] & 15) * 4, frame[23]
            src, dst = frame[26:30], frame[30:34]
            end = 14 + struct.unpack_from('!H', frame, 16)[0]
        elif kind == b'\x86\xdd':
            head, proto = 54, frame[20]
            src, dst = frame[22:38], frame[38:54]
            end = 54 + struct.unpack_from('!H', frame, 18)[0]
            for addr in (src, dst):
                if addr.startswith(b'\x20\x01\x00') and addr[3] >> 4 == 2:
                    self.give('a HIT in clear on %s: %s' %
                              (self.link.name, frame.hex()))
        else:
            return
        if proto in (ESP, HIP):
            self.give(Packet(when, self.link, out, proto, src, dst,
                             frame[head:end], end - 14))
        elif proto not in UNDERLAY:
            self.give('protocol %d on %s: %s' %
                      (proto, self.link.name, frame.hex()))

    def dropped(self):
        """Frames that there was no room for since the last call."""
        stats = self.sock.getsockopt(263, 6, 8)		# PACKET_STATISTICS
        return struct.unpack('@II', stats)[1]
