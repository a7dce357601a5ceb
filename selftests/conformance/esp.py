# SPDX-License-Identifier: GPL-2.0-only
"""ESP (RFC 4303) with the suites of RFC 7402 section 5.1.2 and 64-bit sequence
numbers, and the echo of ICMPv6 in it, as BEET mode carries it."""
import hmac
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.cmac import CMAC

from wire import checksum

ICMPV6 = 58
ECHO, ECHO_REPLY = 128, 129


class Hmac:
    """CBC or no encryption, and a separate MAC."""

    def __init__(self, enc_len, mac, auth_len, icv_len):
        self.enc_len, self.auth_len, self.icv_len = enc_len, auth_len, icv_len
        self.mac = mac
        self.block = 16 if enc_len else 4

    def _icv(self, key, data, high):
        return self.mac(key, data + struct.pack('!I', high))[:self.icv_len]

    def seal(self, keys, head, high, text):
        if self.enc_len:
            iv = os.urandom(16)
            aes = Cipher(algorithms.AES(keys[0]), modes.CBC(iv)).encryptor()
            text = iv + aes.update(text) + aes.finalize()
        return head + text + self._icv(keys[1], head + text, high)

    def open(self, keys, data, high):
        data, icv = data[:-self.icv_len], data[-self.icv_len:]
        if self._icv(keys[1], data, high) != icv:
            return None
        text = data[8:]
        if self.enc_len:
            aes = Cipher(algorithms.AES(keys[0]),
                         modes.CBC(text[:16])).decryptor()
            text = aes.update(text[16:]) + aes.finalize()
        return text


def with_hash(name):
    return lambda key, data: hmac.new(key, data, name).digest()


def with_cmac(key, data):
    mac = CMAC(algorithms.AES(key))
    mac.update(data)
    return mac.finalize()


def long_head(head, high):
    """SPI and the whole sequence number, as AEAD authenticates them."""
    return head[:4] + struct.pack('!I', high) + head[4:8]


class Gcm:
    """RFC 4106; without encryption RFC 4543. The salt ends the key."""
    enc_len, auth_len, block = 20, 0, 4

    def __init__(self, icv_len, encrypts=True):
        self.icv_len, self.encrypts = icv_len, encrypts

    def seal(self, keys, head, high, text):
        iv = os.urandom(8)
        aes = Cipher(algorithms.AES(keys[0][:16]),
                     modes.GCM(keys[0][16:] + iv)).encryptor()
        aes.authenticate_additional_data(long_head(head, high))
        if self.encrypts:
            text = aes.update(text)
        else:
            aes.authenticate_additional_data(iv + text)
        aes.finalize()
        return head + iv + text + aes.tag[:self.icv_len]

    def open(self, keys, data, high):
        iv, text, icv = data[8:16], data[16:-self.icv_len], data[-self.icv_len:]
        aes = Cipher(algorithms.AES(keys[0][:16]),
                     modes.GCM(keys[0][16:] + iv, icv, 8)).decryptor()
        aes.authenticate_additional_data(long_head(data, high))
        if self.encrypts:
            text = aes.update(text)
        else:
            aes.authenticate_additional_data(iv + text)
        try:
            aes.finalize()
        except InvalidTag:
            return None
        return text


class Ccm:
    """RFC 4309; the salt, three octets, ends the key."""
    enc_len, auth_len, block = 19, 0, 4

    def __init__(self, icv_len):
        self.icv_len = icv_len

    def seal(self, keys, head, high, text):
        iv = os.urandom(8)
        ccm = AESCCM(keys[0][:16], self.icv_len)
        return head + iv + ccm.encrypt(keys[0][16:] + iv, text,
                                       long_head(head, high))

    def open(self, keys, data, high):
        ccm = AESCCM(keys[0][:16], self.icv_len)
        try:
            return ccm.decrypt(keys[0][16:] + data[8:16], data[16:],
                               long_head(data, high))
        except InvalidTag:
            return None


SUITES = {
    1: Hmac(16, with_hash('sha1'), 20, 12),
    7: Hmac(0, with_hash('sha256'), 32, 16),
    8: Hmac(16, with_hash('sha256'), 32, 16),
    9: Hmac(32, with_hash('sha256'), 32, 16),
    10: Ccm(8),
    11: Ccm(16),
    12: Gcm(8),
    13: Gcm(16),
    14: Hmac(0, with_cmac, 16, 12),
    15: Gcm(16, encrypts=False),
}
# As the command names them.
SUITE_NAMES = {
    1: 'aes-128-cbc-hmac-sha1', 7: 'null-hmac-sha256',
    8: 'aes-128-cbc-hmac-sha256', 9: 'aes-256-cbc-hmac-sha256',
    10: 'aes-128-ccm-8', 11: 'aes-128-ccm-16', 12: 'aes-128-gcm-8',
    13: 'aes-128-gcm-16', 14: 'aes-128-cmac-96', 15: 'aes-128-gmac',
}


class Sa:
    """One direction."""

    def __init__(self, suite, spi, keys):
        self.suite, self.spi, self.keys = SUITES[suite], spi, keys
        self.sent = 0

    def seal(self, proto, payload, sequence=None):
        if sequence is None:
            self.sent += 1
            sequence = self.sent
        fill = -(len(payload) + 2) % self.suite.block
        text = payload + bytes(range(1, fill + 1)) + bytes([fill, proto])
        head = struct.pack('!II', self.spi, sequence & 0xffffffff)
        return self.suite.seal(self.keys, head, sequence >> 32, text)

    def open(self, data):
        """Sequence number, next header and payload; None if it is not good."""
        text = self.suite.open(self.keys, data, 0)
        if text is None:
            return None
        fill, proto = text[-2], text[-1]
        pad = text[-2 - fill:-2]
        if pad != bytes(range(1, fill + 1)):
            return None
        return struct.unpack_from('!I', data, 4)[0], proto, \
            text[:len(text) - 2 - fill]


def echo(kind, source, destination, ident, sequence, data=b'conformance'):
    """An ICMPv6 echo between two HITs (RFC 7401 section 3.3: the checksum is
    over the HITs)."""
    icmp = struct.pack('!BBHHH', kind, 0, 0, ident, sequence) + data
    value = checksum(icmp, source, destination, ICMPV6)
    return icmp[:2] + struct.pack('!H', value) + icmp[4:]


def is_echo(icmp, kind, source, destination):
    return len(icmp) >= 8 and icmp[0] == kind and \
        not checksum(icmp, source, destination, ICMPV6)
