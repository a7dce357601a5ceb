# SPDX-License-Identifier: GPL-2.0-only
"""Host identities, Diffie-Hellman, KEYMAT, MACs, signatures and puzzles of
RFC 7401, from the standard's text."""
import hashlib
import hmac
import os
import socket
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import (ec, ed448, ed25519,
                                                       padding, rsa, utils)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from keccak import kmac128

RSA, ECDSA, ECDSA_LOW = 5, 7, 9		# HI algorithms (section 5.2.9)
EDDSA = 13				# RFC 9374 section 3.4.1
SUITE_RSA, SUITE_ECDSA, SUITE_LOW = 1, 2, 3	# HIT suites (section 5.2.10)
SUITE_EDDSA = 5				# RFC 9374 section 3.4.2

# ECC curve labels: curve, hash of the signature (RFC 4754), octets of a field
CURVES = {1: (ec.SECP256R1, hashes.SHA256, 32),
          2: (ec.SECP384R1, hashes.SHA384, 48)}

# EdDSA curve labels (RFC 9374 table 5), the key and its octets
EDDSA_CURVES = {1: (ed25519.Ed25519PublicKey, 32),
                3: (ed448.Ed448PublicKey, 57)}
EDDSA_KINDS = {'ed25519': (1, ed25519.Ed25519PrivateKey),
               'ed448': (3, ed448.Ed448PrivateKey)}

ORCHID_CONTEXT = bytes.fromhex('F0EFF02FBFF43D0FE7930C3C6E6174EA')


# cSHAKE128 without a name and customization is this; its length is that of
# SP 800-185 section 8.1 for 128 bits of strength.
CSHAKE = 'shake_128'
CSHAKE_LEN = 32


def rhash_of(hit):
    """The hash of a Responder with this HIT (table 10)."""
    return {1: 'sha256', 2: 'sha384', 3: 'sha1', 5: CSHAKE}[hit[3] & 15]


def rhash_len(name):
    return CSHAKE_LEN if name == CSHAKE else hashlib.new(name).digest_size


def finish(state):
    return state.digest(CSHAKE_LEN) if state.name == CSHAKE else state.digest()


def digest(name, *pieces):
    return finish(hashlib.new(name, b''.join(pieces)))


def mac_of(name, key, data):
    return kmac128(key, data, CSHAKE_LEN) if name == CSHAKE else \
        hmac.new(key, data, name).digest()


def hit_of(algorithm, identity):
    """ORCHIDv2 (RFC 7343 section 2): the middle 96 bits of the hash; of cSHAKE
    all, as it is asked for no more (RFC 9374 section 3.5.2.1)."""
    if algorithm == EDDSA:
        return bytes.fromhex('20010025') + hashlib.shake_128(
            ORCHID_CONTEXT + identity).digest(12)
    suite = {RSA: SUITE_RSA, ECDSA: SUITE_ECDSA, ECDSA_LOW: SUITE_LOW}[algorithm]
    name = {SUITE_RSA: 'sha256', SUITE_ECDSA: 'sha384',
            SUITE_LOW: 'sha1'}[suite]
    value = digest(name, ORCHID_CONTEXT, identity)
    skip = (len(value) - 12) // 2
    return bytes([0x20, 0x01, 0x00, 0x20 | suite]) + value[skip:skip + 12]


def number(data):
    return int.from_bytes(data, 'big')


class HostId:
    """Contents of a HOST_ID parameter, taken apart."""

    def __init__(self, data):
        length, self.di, self.algorithm = struct.unpack_from('!HHH', data)
        self.identity = data[6:6 + length]
        self.domain = data[6 + length:]
        self.di_type = self.di >> 12
        if len(self.domain) != self.di & 0x0fff:
            raise ValueError('HOST_ID: lengths do not fit')
        self.hit = hit_of(self.algorithm, self.identity)
        self.key = {RSA: self._rsa, ECDSA: self._ecc,
                    EDDSA: self._eddsa}[self.algorithm]()

    def _rsa(self):
        """RFC 3110 section 2: length of the exponent, exponent, modulus."""
        length, at = self.identity[0], 1
        if not length:
            length, at = number(self.identity[1:3]), 3
        return rsa.RSAPublicNumbers(
            number(self.identity[at:at + length]),
            number(self.identity[at + length:])).public_key()

    def _ecc(self):
        curve, self.hash, self.field = CURVES[number(self.identity[:2])]
        point = self.identity[2:]
        if len(point) == 2 * self.field:
            point = b'\x04' + point
        return ec.EllipticCurvePublicKey.from_encoded_point(curve(), point)

    def _eddsa(self):
        """RFC 9374 section 3.4.1.1: curve, NULL, key of RFC 8032."""
        kind, size = EDDSA_CURVES[number(self.identity[:2])]
        if self.identity[2:4] != bytes(2) or len(self.identity) != 4 + size:
            raise ValueError('HOST_ID: NULL or length of the EdDSA key')
        return kind.from_public_bytes(self.identity[4:])

    def verify(self, signature, data):
        """Contents of HIP_SIGNATURE or HIP_SIGNATURE_2, and what they cover."""
        if number(signature[:2]) != self.algorithm:
            return False
        signature = signature[2:]
        try:
            if self.algorithm == RSA:
                self.key.verify(signature, data, pss(), hashes.SHA256())
                return True
            if self.algorithm == EDDSA:
                self.key.verify(signature, data)
                return True
            if len(signature) != 2 * self.field:
                return False
            pair = (number(signature[:self.field]),
                    number(signature[self.field:]))
            self.key.verify(utils.encode_dss_signature(*pair), data,
                            ec.ECDSA(self.hash()))
            return True
        except InvalidSignature:
            return False


def pss():
    return padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)


# RSA keys take minutes on a slow machine. Those of tests need not be secret: their
# primes are what a hash says plus an even number, one for each prime.
RSA_KEYS = {
    'host-2048': (2048, 1118, 186), 'host-3072': (3072, 772, 3994),
    'peer-2048': (2048, 708, 236), 'peer-3072': (3072, 544, 300),
    'peer-4096': (4096, 46, 90),
}


def hashed_number(name, bits):
    """An odd number of so many bits; the product of two has twice as many."""
    value = b''.join(digest('sha256', name.encode(), bytes([n]))
                     for n in range(bits // 256))
    return number(value) | 3 << (bits - 2) | 1


def rsa_key(name):
    bits, *offsets = RSA_KEYS[name]
    p, q = (hashed_number('%s-%d' % (name, n), bits // 2) + offset
            for n, offset in enumerate(offsets))
    d = pow(65537, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(65537, p * q)).private_key()


def write_host_keys(directory):
    """One of each kind, for the host under test."""
    keys = {'p256': ec.generate_private_key(ec.SECP256R1()),
            'p384': ec.generate_private_key(ec.SECP384R1()),
            'rsa2048': rsa_key('host-2048'), 'rsa3072': rsa_key('host-3072'),
            'ed25519': ed25519.Ed25519PrivateKey.generate(),
            'ed448': ed448.Ed448PrivateKey.generate(),
            # Not the host's: that of a peer which it refuses.
            'denied': ec.generate_private_key(ec.SECP256R1())}
    for name, key in keys.items():
        path = os.path.join(directory, name + '.pem')
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as file:
            file.write(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption()))
    denied = Identity('p256', key=keys['denied'])
    print(socket.inet_ntop(socket.AF_INET6, denied.hit))


def read_key(path):
    with open(path, 'rb') as file:
        return serialization.load_pem_private_key(file.read(), None)


class Identity:
    """A key pair of ours. Kinds: p256, p384, rsa2048 and the like, ed25519,
    ed448, low."""

    def __init__(self, kind='p256', prefixed=True, di_type=0, domain=b'',
                 key=None):
        if kind.startswith('rsa'):
            self.key = rsa_key('peer-' + kind[3:])
            public = self.key.public_key().public_numbers()
            exponent = public.e.to_bytes(3, 'big')
            self.algorithm = RSA
            self.identity = bytes([3]) + exponent + \
                public.n.to_bytes((public.n.bit_length() + 7) // 8, 'big')
        elif kind in EDDSA_KINDS:
            label, make = EDDSA_KINDS[kind]
            self.key = key or make.generate()
            self.algorithm = EDDSA
            self.identity = struct.pack('!HH', label, 0) + \
                self.key.public_key().public_bytes(
                    serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        elif kind == 'low':
            self.key, self.algorithm = Weak(), ECDSA_LOW
            self.identity = b'\0\1' + b'\x04' * prefixed + self.key.public
        else:
            label = {'p256': 1, 'p384': 2}[kind]
            curve, self.hash, self.field = CURVES[label]
            self.key = key or ec.generate_private_key(curve())
            public = self.key.public_key().public_numbers()
            self.algorithm = ECDSA
            self.identity = struct.pack('!H', label) + b'\x04' * prefixed + \
                public.x.to_bytes(self.field, 'big') + \
                public.y.to_bytes(self.field, 'big')
        self.hit = hit_of(self.algorithm, self.identity)
        self.host_id = struct.pack(
            '!HHH', len(self.identity), di_type << 12 | len(domain),
            self.algorithm) + self.identity + domain

    def sign(self, data):
        """Contents of a signature parameter."""
        head = struct.pack('!H', self.algorithm)
        if self.algorithm == RSA:
            return head + self.key.sign(data, pss(), hashes.SHA256())
        if self.algorithm == EDDSA:
            return head + self.key.sign(data)
        if self.algorithm == ECDSA_LOW:
            return head + self.key.sign(digest('sha1', data))
        pair = utils.decode_dss_signature(
            self.key.sign(data, ec.ECDSA(self.hash())))
        return head + b''.join(n.to_bytes(self.field, 'big') for n in pair)


# --- Diffie-Hellman (section 5.2.7) -------------------------------------------

def pi_bits(bits):
    """floor(2^bits * pi), by Machin's formula with some bits to spare."""
    one = 1 << (bits + 64)

    def arctan(x):
        term = total = one // x
        n, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // n)
            n, sign = n + 2, -sign
        return total

    return (4 * (4 * arctan(5) - arctan(239))) >> 64


def modp_prime(bits, offset):
    """The primes of RFC 3526, by the formulas given there."""
    return (1 << bits) - (1 << (bits - 64)) - 1 + \
        ((pi_bits(bits - 130) + offset) << 64)


MODP = {3: (1536, 741804), 11: (2048, 124476), 4: (3072, 1690314)}
CURVE_GROUPS = {7: (ec.SECP256R1, 32), 8: (ec.SECP384R1, 48),
                9: (ec.SECP521R1, 66)}
WEAK = 10
GROUPS = {3: '1536-bit MODP', 4: '3072-bit MODP', 7: 'NIST P-256',
          8: 'NIST P-384', 9: 'NIST P-521', 10: 'SECP160R1',
          11: '2048-bit MODP'}
PRIMES = {}


def prime_of(group):
    if group not in PRIMES:
        PRIMES[group] = modp_prime(*MODP[group])
    return PRIMES[group]


class Weak:
    """A key pair on SECP160R1 (SEC 2 section 2.4.2), y^2 = x^3 - 3x + b, for DH
    group 10 and ECDSA_LOW. No library of Python has it."""

    LEN = 20
    P = 2 ** 160 - 2 ** 31 - 1
    B = 0x1c97befc54bd7a8b65acf89f81d4d4adc565fa45
    ORDER = 0x0100000000000000000001f4c8f927aed3ca752257
    BASE = (0x4a96b5688ef573284664698968c38bb913cbfc82,
            0x23a628553168947d59dcc912042351377ac5fb32)

    def __init__(self):
        self.exponent = number(os.urandom(19)) + 2
        self.public = b''.join(n.to_bytes(self.LEN, 'big') for n in
                               self.multiply(self.exponent, self.BASE))

    def add(self, a, b):
        if a is None or b is None:
            return a or b
        if a[0] == b[0] and a[1] != b[1]:
            return None
        over, under = (3 * a[0] * a[0] - 3, 2 * a[1]) if a == b else \
            (b[1] - a[1], b[0] - a[0])
        slope = over * pow(under, -1, self.P) % self.P
        x = (slope * slope - a[0] - b[0]) % self.P
        return x, (slope * (a[0] - x) - a[1]) % self.P

    def multiply(self, factor, point):
        result = None
        for bit in bin(factor)[2:]:
            result = self.add(result, result)
            if bit == '1':
                result = self.add(result, point)
        return result

    def secret(self, public):
        x, y = number(public[:self.LEN]), number(public[self.LEN:])
        if (y * y - x ** 3 + 3 * x - self.B) % self.P:
            raise ValueError('not a point of SECP160R1')
        return self.multiply(self.exponent, (x, y))[0].to_bytes(self.LEN, 'big')

    def sign(self, hashed):
        """ECDSA (SEC 1 section 4.1.3): r and s, as long as the order."""
        once = number(os.urandom(19)) + 2
        r = self.multiply(once, self.BASE)[0] % self.ORDER
        s = pow(once, -1, self.ORDER) * \
            (number(hashed) + r * self.exponent) % self.ORDER
        return b''.join(n.to_bytes(self.LEN + 1, 'big') for n in (r, s))


class DH:
    """A key pair in a group, and its public value as it goes on the wire."""

    def __init__(self, group):
        self.group = group
        if group in MODP:
            self.len = MODP[group][0] // 8
            self.secret_exponent = number(os.urandom(40))
            self.public = pow(2, self.secret_exponent, prime_of(group)) \
                .to_bytes(self.len, 'big')
        elif group == WEAK:
            self.weak, self.len = Weak(), Weak.LEN
            self.public = self.weak.public
        else:
            curve, self.len = CURVE_GROUPS[group]
            self.key = ec.generate_private_key(curve())
            point = self.key.public_key().public_numbers()
            self.public = point.x.to_bytes(self.len, 'big') + \
                point.y.to_bytes(self.len, 'big')

    def secret(self, public):
        """Kij, with all its octets. Of a point, x (RFC 5903 section 9)."""
        if self.group in MODP:
            return pow(number(public), self.secret_exponent,
                       prime_of(self.group)).to_bytes(self.len, 'big')
        if len(public) == 2 * self.len:
            public = b'\x04' + public
        if self.group == WEAK:
            return self.weak.secret(public[1:])
        point = ec.EllipticCurvePublicKey.from_encoded_point(
            CURVE_GROUPS[self.group][0](), public)
        return self.key.exchange(ec.ECDH(), point)


def public_len(group):
    if group in MODP:
        return MODP[group][0] // 8
    return 2 * (Weak.LEN if group == WEAK else CURVE_GROUPS[group][1])


# --- puzzle (section 6.3) -------------------------------------------------------

def puzzle_ok(name, bits, i, hit_i, hit_r, j):
    value = number(digest(name, i, hit_i, hit_r, j))
    return not value & ((1 << bits) - 1)


def puzzle_solve(name, bits, i, hit_i, hit_r, wanted=True):
    """A #J that solves it; or, if not @wanted, one that does not."""
    head = hashlib.new(name, i + hit_i + hit_r)
    size, mask = rhash_len(name), (1 << bits) - 1
    j = number(os.urandom(size))
    while True:
        octets = j.to_bytes(size, 'big')
        attempt = head.copy()
        attempt.update(octets)
        if (not number(finish(attempt)) & mask) == wanted:
            return octets
        j = (j + 1) % (1 << 8 * size)


# --- KEYMAT (section 6.5) -------------------------------------------------------

CIPHER_KEY_LEN = {1: 0, 2: 16, 4: 32}


class Keymat:
    """HKDF (RFC 5869) with RHASH; keys of HIP, then those of ESP. With HIT suite
    5, KMAC128 stands where HKDF has HMAC."""

    def __init__(self, name, kij, i, j, hit_a, hit_b):
        self.name = name
        self.size = rhash_len(name)
        self.prk = mac_of(name, i + j, kij)
        self.info = min(hit_a, hit_b) + max(hit_a, hit_b)
        self.octets = b''
        self.block = b''

    def draw(self, at, length):
        while len(self.octets) < at + length:
            n = len(self.octets) // self.size + 1
            self.block = mac_of(self.name, self.prk,
                                self.block + self.info + bytes([n]))
            self.octets += self.block
        return self.octets[at:at + length]

    def pairs(self, at, *lengths):
        """Keys of the greater HIT's packets, those of the other's, and where
        the next ones start."""
        result = []
        for _ in range(2):
            keys = []
            for length in lengths:
                keys.append(self.draw(at, length))
                at += length
            result.append(keys)
        return result[0], result[1], at

    def mac(self, key, data):
        return mac_of(self.name, key, data)


def encrypt(cipher, key, data):
    """Contents of ENCRYPTED (section 5.2.18)."""
    if cipher == 1:
        return bytes(4) + data
    iv = os.urandom(16)
    fill = 16 - len(data) % 16
    aes = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return bytes(4) + iv + aes.update(data + bytes([fill]) * fill) + \
        aes.finalize()


def decrypt(cipher, key, data):
    """What is in ENCRYPTED, or None if its form is wrong."""
    if data[:4] != bytes(4):
        return None
    if cipher == 1:
        return data[4:]
    if len(data) < 36 or len(data) % 16 != 4:
        return None
    aes = Cipher(algorithms.AES(key), modes.CBC(data[4:20])).decryptor()
    text = aes.update(data[20:]) + aes.finalize()
    fill = text[-1]
    if not 1 <= fill <= 16 or text[-fill:] != bytes([fill]) * fill:
        return None
    return text[:-fill]
