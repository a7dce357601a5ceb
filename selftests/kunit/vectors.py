#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Test vectors of the KUnit suites, made without a line of the code they test.

Writes packet_vectors.h, puzzle_vectors.h, keymat_vectors.h, host_id_vectors.h,
keccak_vectors.h and rhash_vectors.h beside itself: run it again after changing
something here.
"""

import hashlib
import hmac
import ipaddress
import os
import struct


# --- cSHAKE128 and KMAC128 -------------------------------------------------

def keccak_f(state):
    """FIPS 202 section 3, lanes as state[x][y]."""
    def rol(value, n):
        n %= 64
        return (value << n | value >> (64 - n)) & (1 << 64) - 1

    lfsr = 1
    for _ in range(24):
        parity = [s[0] ^ s[1] ^ s[2] ^ s[3] ^ s[4] for s in state]
        state = [[state[x][y] ^ parity[x - 1] ^ rol(parity[(x + 1) % 5], 1)
                  for y in range(5)] for x in range(5)]
        moved = [[0] * 5 for _ in range(5)]
        moved[0][0] = state[0][0]
        x, y = 1, 0
        for t in range(24):
            to = y, (2 * x + 3 * y) % 5
            moved[to[0]][to[1]] = rol(state[x][y], (t + 1) * (t + 2) // 2)
            x, y = to
        state = [[moved[x][y] ^ (~moved[(x + 1) % 5][y] & moved[(x + 2) % 5][y])
                  for y in range(5)] for x in range(5)]
        for j in range(7):
            state[0][0] ^= (lfsr & 1) << (1 << j) - 1
            lfsr = lfsr << 1 ^ (lfsr >> 7) * 0x171
    return state


def sponge(message, size, rate=168):
    """@message ends with its suffix and the first bit of the padding."""
    message = bytearray(message) + bytes(-len(message) % rate)
    message[-1] ^= 0x80
    state = [[0] * 5 for _ in range(5)]
    for at in range(0, len(message), rate):
        for n in range(rate // 8):
            state[n % 5][n // 5] ^= int.from_bytes(
                message[at + 8 * n:at + 8 * n + 8], "little")
        state = keccak_f(state)
    out = b""
    while True:
        for n in range(rate // 8):
            out += state[n % 5][n // 5].to_bytes(8, "little")
        if len(out) >= size:
            return out[:size]
        state = keccak_f(state)


def number(n):
    return n.to_bytes((n.bit_length() + 7) // 8 or 1, "big")


def left_encode(n):
    return bytes([len(number(n))]) + number(n)


def encode_string(data):
    return left_encode(8 * len(data)) + data


def bytepad(data):
    data = left_encode(168) + data
    return data + bytes(-len(data) % 168)


def cshake128(data, size, name, custom):
    if not name and not custom:
        return hashlib.shake_128(data).digest(size)
    return sponge(bytepad(encode_string(name) + encode_string(custom)) + data +
                  b"\x04", size)


def kmac128(key, data, size, custom=b""):
    return cshake128(bytepad(encode_string(key)) + data + number(8 * size) +
                     bytes([len(number(8 * size))]), size, b"KMAC", custom)


def keccak_vectors():
    # The samples of NIST for SP 800-185: cSHAKE 1 and 2, KMAC 1 to 3.
    short, long = bytes(range(4)), bytes(range(200))
    key = bytes(range(0x40, 0x60))
    mail, tag = b"Email Signature", b"My Tagged Application"
    samples = (
        ("cshake_1", cshake128(short, 32, b"", mail),
         "c1c36925b6409a04f1b504fcbca9d82b4017277cb5ed2b2065fc1d3814d5aaf5"),
        ("cshake_2", cshake128(long, 32, b"", mail),
         "c5221d50e4f822d96a2e8881a961420f294b7b24fe3d2094baed2c6524cc166b"),
        ("kmac_1", kmac128(key, short, 32),
         "e5780b0d3ea6f7d3a429c5706aa43a00fadbd7d49628839e3187243f456ee14e"),
        ("kmac_2", kmac128(key, short, 32, tag),
         "3b1fba963cd8b0b59e8c1a6d71888b7143651af8ba0a7070c0979e2811324aa5"),
        ("kmac_3", kmac128(key, long, 32, tag),
         "1f5b4e6cca02209e0dcb5ca635b89a15e271ecc760071dfd805faa38f9729230"),
    )
    out = [array("vector_kmac_key", key)]
    for name, value, nist in samples:
        assert value.hex() == nist
        out.append(array("vector_" + name, value))
    # Lengths around a block, of input and output, 0 to 340 octets of n * 7.
    data = bytes(7 * n & 0xff for n in range(340))
    shake = b"".join(hashlib.shake_128(data[:n]).digest(1 + n % 5)
                     for n in range(341))
    assert all(sponge(data[:n] + b"\x1f", 400) ==
               hashlib.shake_128(data[:n]).digest(400) for n in range(0, 341, 17))
    out += [array("vector_shake_each", shake),
            array("vector_shake_long", hashlib.shake_128(data).digest(400)),
            # Keys whose length takes one octet and two, and fills a block.
            array("vector_kmac_empty", kmac128(b"", b"", 32)),
            array("vector_kmac_31", kmac128(data[:31], data, 32)),
            array("vector_kmac_32", kmac128(data[:32], data, 32)),
            array("vector_kmac_163", kmac128(data[:163], data, 32)),
            array("vector_kmac_164", kmac128(data[:164], data, 32)),
            array("vector_kmac_165", kmac128(data[:165], data, 200))]
    write("keccak_vectors.h", out)


class Cshake128:
    """As hashlib has it, with the length that HIT suite 5 has here."""
    digest_size = 32

    def __init__(self, data=b""):
        self.data = data

    def digest(self):
        return cshake128(self.data, self.digest_size, b"", b"")


HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384,
          "sha1": hashlib.sha1, "cshake128": Cshake128}


def mac(make, key, data):
    if make is Cshake128:
        return kmac128(key, data, make.digest_size)
    return hmac.new(key, data, make).digest()

HIT_A = ipaddress.ip_address("2001:21:dead:beef:1:2:3:4").packed
HIT_B = ipaddress.ip_address("2001:21:f00d:cafe:5:6:7:8").packed


def array(name, data):
    """One C array of octets."""
    lines = []
    for i in range(0, len(data), 12):
        lines.append("\t" + " ".join("0x%02x," % b for b in data[i:i + 12]))
    return "static const u8 __maybe_unused %s[%d] = {\n%s\n};\n" % (
        name, len(data), "\n".join(lines))


def write(name, parts):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    guard = "_HIP_KUNIT_" + name.upper().replace(".", "_")
    with open(path, "w", encoding="ascii") as f:
        f.write("/* SPDX-License-Identifier: GPL-2.0-only */\n"
                "/* Made by vectors.py: change it there. */\n"
                "#ifndef %s\n#define %s\n\n%s\n#endif /* %s */\n" % (
                    guard, guard, "\n".join(parts), guard))


# --- packets, laid out by hand --------------------------------------------

def header(kind, units, sender, receiver, checksum=0, controls=0):
    return struct.pack(">BBBBHH", 59, units, kind, 0x21, checksum,
                       controls) + sender + receiver


def tlv(kind, contents):
    data = struct.pack(">HH", kind, len(contents)) + contents
    return data + bytes(-len(data) % 8)


def units(length):
    assert length % 8 == 0
    return length // 8 - 1


def packet_vectors():
    key = bytes(range(32))
    sig = tlv(61697, struct.pack(">H", 7) + b"\xa5" * 5)
    out = [array("vector_hit_a", HIT_A), array("vector_hit_b", HIT_B),
           array("vector_mac_key", key)]

    # UPDATE: MAC and signature, and something behind that neither covers.
    body = (tlv(65, struct.pack(">HHII", 0, 0x60, 0x11111111, 0x22222222)) +
            tlv(385, struct.pack(">I", 7)))
    covered = header(16, units(40 + len(body)), HIT_A, HIT_B) + body
    mac = tlv(61505, hmac.new(key, covered, hashlib.sha256).digest())
    signed = header(16, units(40 + len(body) + len(mac)), HIT_A,
                    HIT_B) + body + mac
    tail = mac + sig + tlv(63661, b"nonce")
    packet = header(16, units(40 + len(body) + len(tail)), HIT_A, HIT_B,
                    0xabcd) + body + tail
    out += [array("vector_update", packet),
            array("vector_update_mac_sha256", hashlib.sha256(covered).digest()),
            array("vector_update_sig_sha256", hashlib.sha256(signed).digest())]

    # R2: HIP_MAC_2 has the HOST_ID of the R1 at its end.
    host_id = struct.pack(">HHH", 3, 1 << 12 | 4, 5) + b"key" + b"\x02hi\x00"
    body = tlv(65, struct.pack(">HHII", 0, 0x60, 0, 0x33333333))
    pseudo = tlv(705, host_id)
    covered = header(4, units(40 + len(body) + len(pseudo)), HIT_B,
                     HIT_A) + body + pseudo
    mac = tlv(61569, hmac.new(key, covered, hashlib.sha256).digest())
    packet = header(4, units(40 + len(body) + len(mac + sig)), HIT_B, HIT_A,
                    0x1234) + body + mac + sig
    out += [array("vector_host_id", host_id), array("vector_r2", packet),
            array("vector_r2_mac2_sha256", hashlib.sha256(covered).digest())]

    # R1: SIGNATURE_2 leaves out what is filled in for each I1.
    counter = tlv(129, b"\x01\x02\x03\x04" + struct.pack(">Q", 99))
    groups = tlv(511, bytes([4, 3, 8]))
    body = counter + tlv(257, bytes([10, 37]) + b"\xee\xee" +
                         b"\xdd" * 32) + groups
    zeroed = counter + tlv(257, bytes([10, 37]) + bytes(2 + 32)) + groups
    covered = header(2, units(40 + len(body)), HIT_B, bytes(16),
                     controls=1) + zeroed
    sig2 = tlv(61633, struct.pack(">H", 5) + b"\x5a" * 6)
    packet = header(2, units(40 + len(body) + len(sig2)), HIT_B, HIT_A,
                    0x4321, 1) + body + sig2
    out += [array("vector_r1", packet), array("vector_r1_covered", covered)]

    # I1, and what a rendezvous server makes of it: FROM and RVS_HMAC.
    body = tlv(511, bytes([4, 3, 8]))
    packet = header(1, units(40 + len(body)), HIT_A, HIT_B, 0x5678) + body
    out.append(array("vector_i1", packet))
    source = ipaddress.ip_address("::ffff:10.0.4.1").packed
    body += tlv(65498, source)
    covered = header(1, units(40 + len(body)), HIT_A, HIT_B) + body
    body += tlv(65500, hmac.new(key, covered, hashlib.sha256).digest())
    packet = header(1, units(40 + len(body)), HIT_A, HIT_B) + body
    out += [array("vector_i1_source", source),
            array("vector_i1_relayed", packet)]
    write("packet_vectors.h", out)


# --- puzzle ----------------------------------------------------------------

K = 9


def zero_bits(digest):
    """How many low-order bits of the number are zero."""
    value = int.from_bytes(digest, "big")
    return (value & -value).bit_length() - 1


def puzzle_vectors():
    out = ["#define VECTOR_PUZZLE_K\t%d\n" % K,
           array("vector_hit_i", HIT_A), array("vector_hit_r", HIT_B)]
    for name, make in HASHES.items():
        size = make().digest_size
        i = bytes((7 * n + 1) & 0xff for n in range(size))

        def digest(j, i=i, make=make, size=size):
            return make(i + HIT_A + HIT_B + j.to_bytes(size, "big")).digest()

        good = next(j for j in range(1 << 24) if zero_bits(digest(j)) == K)
        near = next(j for j in range(1 << 24) if zero_bits(digest(j)) == K - 1)
        # The wrong end of the number: high-order bits zero, low ones not.
        high = next(j for j in range(1 << 24)
                    if int.from_bytes(digest(j)[:2], "big") >> (16 - K) == 0
                    and digest(j)[-1] & 1)
        first = next(j for j in range(1 << 24) if zero_bits(digest(j)) >= K)
        out += [array("vector_%s_i" % name, i),
                array("vector_%s_good" % name, good.to_bytes(size, "big")),
                array("vector_%s_near" % name, near.to_bytes(size, "big")),
                array("vector_%s_high" % name, high.to_bytes(size, "big")),
                "/* Counting from zero. */\n"
                "#define VECTOR_%s_FIRST\t%d\n" % (name.upper(), first)]
    secret = b"a secret of the Responder"
    out += [array("vector_secret", secret),
            array("vector_made_i", hmac.new(
                secret, HIT_A + HIT_B + b"\x00\x2a",
                hashlib.sha256).digest())]
    write("puzzle_vectors.h", out)


# --- KEYMAT ----------------------------------------------------------------

def expand(make, prk, info, length):
    out, block, n = b"", b"", 0
    while len(out) < length:
        n += 1
        block = mac(make, prk, block + info + bytes([n]))
        out += block
    return out[:length]


def keymat_vectors():
    out = []
    small, large = sorted((HIT_A, HIT_B))
    out += [array("vector_hit_small", small), array("vector_hit_large", large)]
    for name, make in HASHES.items():
        size = make().digest_size
        i = bytes((3 * n + 5) & 0xff for n in range(size))
        j = bytes((5 * n + 3) & 0xff for n in range(size))
        kij = bytes((11 * n) & 0xff for n in range(192))
        prk = mac(make, i + j, kij)
        keymat = expand(make, prk, small + large, 255 * size)
        out += [array("vector_%s_i" % name, i), array("vector_%s_j" % name, j),
                array("vector_%s_keymat" % name, keymat[:320]),
                array("vector_%s_keymat_tail" % name, keymat[-40:])]

    # RFC 5869 appendix A. A salt is padded with zeroes to the hash's block, or
    # hashed if it is longer, so that each of these can be told as 64 octets.
    rfc = (
        (bytes(range(13)), b"\x0b" * 22, bytes(range(0xf0, 0xfa)),
         "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"),
        (bytes(range(0x60, 0xb0)), bytes(range(0x50)),
         bytes(range(0xb0, 0x100)),
         "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"),
        (b"", b"\x0b" * 22, b"",
         "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"),
    )
    for n, (salt, ikm, info, okm) in enumerate(rfc, 1):
        okm = bytes.fromhex(okm)
        prk = hmac.new(salt, ikm, hashlib.sha256).digest()
        assert expand(hashlib.sha256, prk, info, 32) == okm
        if len(salt) > 64:
            salt = hashlib.sha256(salt).digest()
        out += [array("vector_rfc5869_%d_salt" % n, salt.ljust(64, b"\0")),
                array("vector_rfc5869_%d_ikm" % n, ikm)]
        if info:
            out.append(array("vector_rfc5869_%d_info" % n, info))
        out.append(array("vector_rfc5869_%d_okm" % n, okm))
    write("keymat_vectors.h", out)


# --- HITs ------------------------------------------------------------------

CONTEXT = bytes.fromhex("f0eff02fbff43d0fe7930c3c6e6174ea")


def hit(make, suite, hi):
    digest = make(CONTEXT + hi).digest()
    if make is Cshake128:
        # Asked for 96 bits (RFC 9374 section 3.5.2.1).
        digest = cshake128(CONTEXT + hi, 12, b"", b"")
    value = int.from_bytes(digest, "big")
    spare = (len(digest) * 8 - 96) // 2
    middle = (value >> spare) & ((1 << 96) - 1)
    return ((0x2001002 << 100) | (suite << 96) | middle).to_bytes(16, "big")


def host_id_vectors():
    out = []
    for name, algorithm, make, suite, hi in (
            ("rsa", 5, hashlib.sha256, 1,
             b"\x03\x01\x00\x01" + bytes(n & 0xff for n in range(1, 257))),
            ("dsa", 3, hashlib.sha256, 1,
             b"\x08" + bytes((3 * n) & 0xff for n in range(404))),
            ("ecdsa", 7, hashlib.sha384, 2,
             b"\x00\x01" + bytes((5 * n + 1) & 0xff for n in range(64))),
            ("ecdsa_low", 9, hashlib.sha1, 3,
             b"\x00\x01" + bytes((7 * n + 2) & 0xff for n in range(40))),
            ("eddsa", 13, Cshake128, 5,
             b"\x00\x01\x00\x00" +
             bytes((9 * n + 4) & 0xff for n in range(32)))):
        host_id = struct.pack(">HHH", len(hi), 0, algorithm) + hi
        out += [array("vector_%s" % name, host_id),
                array("vector_%s_hit" % name, hit(make, suite, hi))]
    write("host_id_vectors.h", out)


# --- HMACs -----------------------------------------------------------------

def rhash_vectors():
    """Keys of as many octets as the digest, of few, and of more than a block."""
    out = []
    for name, make, size in (("sha256", hashlib.sha256, 32),
                             ("sha384", hashlib.sha384, 48),
                             ("sha1", hashlib.sha1, 20),
                             ("cshake128", Cshake128, 32)):
        for n, length in enumerate((size, size, 4, 200)):
            key = bytes([n + 1]) * length
            out.append(array("vector_%s_%d" % (name, n),
                             mac(make, key, b"what is sent")))
    write("rhash_vectors.h", out)


if __name__ == "__main__":
    keccak_vectors()
    packet_vectors()
    puzzle_vectors()
    keymat_vectors()
    host_id_vectors()
    rhash_vectors()
