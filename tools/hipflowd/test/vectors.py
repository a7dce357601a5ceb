#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
HITs, Diffie-Hellman and signatures of hipflowd against the same computed here
from the formulas of the RFCs, with nothing but integers and hashes. The
openssl command only makes keys and prints their public half.
"""
import hashlib
import ipaddress
import os
import random
import subprocess
import sys
import tempfile

CONTEXT_ID = bytes.fromhex("f0eff02fbff43d0fe7930c3c6e6174ea")
count = 0
failed = False


def report(good, name):
    global count, failed
    count += 1
    failed = failed or not good
    print(f"{'' if good else 'not '}ok {count} {name}")


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE).stdout


def tool(*arguments):
    return run(TOOL, *arguments).decode().split()


# --- Groups ---------------------------------------------------------------

def floor_pi(bits):
    """floor(2^bits * pi) by Machin's formula, with 64 bits to spare."""
    one = 1 << (bits + 64)

    def arctan_inverse(x):
        term = one // x
        total = term
        n, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // n)
            n, sign = n + 2, -sign
        return total

    return 4 * (4 * arctan_inverse(5) - arctan_inverse(239)) >> 64


def modp_prime(bits, k):
    """RFC 3526 sections 2, 3 and 4."""
    return (2**bits - 2**(bits - 64) - 1
            + 2**64 * (floor_pi(bits - 130) + k))


MODP = {3: (1536, 741804), 11: (2048, 124476), 4: (3072, 1690314)}


class Curve:
    """y^2 = x^3 - 3x + b over the integers modulo p"""

    def __init__(self, p, n, gx, gy):
        self.p, self.n, self.g = p, n, (int(gx, 16), int(gy, 16))
        self.size = (p.bit_length() + 7) // 8

    def add(self, a, b):
        if a is None or b is None:
            return a or b
        p = self.p
        if a[0] == b[0]:
            if (a[1] + b[1]) % p == 0:
                return None
            slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, p) % p
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, p) % p
        x = (slope * slope - a[0] - b[0]) % p
        return x, (slope * (a[0] - x) - a[1]) % p

    def multiply(self, k, point):
        result = None
        while k:
            if k & 1:
                result = self.add(result, point)
            point = self.add(point, point)
            k >>= 1
        return result

    def octets(self, number):
        return number.to_bytes(self.size, "big")

    def point(self, octets):
        return (int.from_bytes(octets[:self.size], "big"),
                int.from_bytes(octets[self.size:], "big"))


# RFC 5903 section 3
P256 = Curve(
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
P384 = Curve(
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    int("ffffffffffffffffffffffffffffffffffffffffffffffff"
        "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16),
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98"
    "59f741e082542a385502f25dbf55296c3a545e3872760ab7",
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c"
    "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f")
P521 = Curve(
    2**521 - 1,
    int("01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "ffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e9138"
        "6409", 16),
    "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d"
    "3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5"
    "bd66",
    "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e"
    "662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd1"
    "6650")
# SEC 2 section 2.4.2
SECP160R1 = Curve(
    2**160 - 2**31 - 1,
    0x0100000000000000000001f4c8f927aed3ca752257,
    "4a96b5688ef573284664698968c38bb913cbfc82",
    "23a628553168947d59dcc912042351377ac5fb32")
CURVES = {7: P256, 8: P384, 9: P521, 10: SECP160R1}


def test_modp(group):
    bits, k = MODP[group]
    p = modp_prime(bits, k)
    size = bits // 8
    ours = random.getrandbits(300) | 1
    own = pow(2, ours, p)
    theirs = random.getrandbits(300)
    peer, shared = pow(2, theirs, p), pow(own, theirs, p)
    # Padding shows only where the secret begins with a zero octet.
    while shared >> (bits - 8):
        peer, shared = peer * 2 % p, shared * own % p
    public, secret = tool("derive", str(group), f"{ours:x}",
                          own.to_bytes(size, "big").hex(),
                          peer.to_bytes(size, "big").hex())
    report(public == own.to_bytes(size, "big").hex(),
           f"public value in group {group}")
    assert shared == pow(peer, ours, p)
    report(secret == shared.to_bytes(size, "big").hex(),
           f"shared secret in group {group}, with a zero in front")


def test_curve(group):
    curve = CURVES[group]
    ours = random.randrange(1, curve.n)
    theirs = random.randrange(1, curve.n)
    own = curve.multiply(ours, curve.g)
    peer, shared = curve.multiply(theirs, curve.g), curve.multiply(theirs, own)
    # As above. P-521 has seven zero bits in front in any case.
    while shared[0] >> (8 * curve.size - 8):
        peer, shared = curve.add(peer, curve.g), curve.add(shared, own)
    own_octets = curve.octets(own[0]) + curve.octets(own[1])
    peer_octets = curve.octets(peer[0]) + curve.octets(peer[1])
    public, secret = tool("derive", str(group), f"{ours:x}",
                          "04" + own_octets.hex(), peer_octets.hex())
    report(public == own_octets.hex(), f"public value in group {group}")
    report(secret == curve.octets(shared[0]).hex(),
           f"shared secret in group {group}, with a zero in front")


# --- Host identities and signatures ------------------------------------------

def hit(suite, algorithm, identity):
    digest = hashlib.new(algorithm, CONTEXT_ID + identity).digest()
    skip = (len(digest) - 12) // 2
    return str(ipaddress.IPv6Address(
        bytes([0x20, 0x01, 0x00, 0x20 | suite]) + digest[skip:skip + 12]))


def host_id(algorithm, identity):
    return (len(identity).to_bytes(2, "big") + bytes(2)
            + algorithm.to_bytes(2, "big") + identity)


def ecdsa_is_good(curve, algorithm, public, data, signature):
    """RFC 6090 section 5.3.3"""
    r, s = curve.point(signature)
    if len(signature) != 2 * curve.size or not 0 < r < curve.n \
            or not 0 < s < curve.n:
        return False
    e = int.from_bytes(hashlib.new(algorithm, data).digest(), "big")
    w = pow(s, -1, curve.n)
    point = curve.add(curve.multiply(e * w % curve.n, curve.g),
                      curve.multiply(r * w % curve.n, public))
    return point[0] % curve.n == r


def pss_is_good(n, e, data, signature):
    """RFC 8017 section 9.1.2, SHA-256, salt of 32 octets"""
    bits = n.bit_length() - 1
    size = (bits + 7) // 8
    encoded = pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big")
    masked, digest = encoded[:-33], encoded[-33:-1]
    if encoded[-1] != 0xbc or masked[0] >> (8 - (8 * size - bits)):
        return False
    mask = b"".join(hashlib.sha256(digest + i.to_bytes(4, "big")).digest()
                    for i in range(len(masked) // 32 + 1))
    block = bytearray(a ^ b for a, b in zip(masked, mask))
    block[0] &= 0xff >> (8 * size - bits)
    if any(block[:-33]) or block[-33] != 1:
        return False
    return hashlib.sha256(bytes(8) + hashlib.sha256(data).digest()
                          + bytes(block[-32:])).digest() == digest


def test_ecdsa(directory, name, label, curve, algorithm):
    path = os.path.join(directory, name)
    run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
        f"ec_paramgen_curve:{name}", "-out", path)
    der = run("openssl", "pkey", "-in", path, "-pubout", "-outform", "DER")
    point = der[-2 * curve.size:]
    identity = label.to_bytes(2, "big") + b"\x04" + point
    contents, address = tool("host-id", path)
    report(contents == host_id(7, identity).hex(), f"HOST_ID with {name}")
    report(address == hit(2, "sha384", identity), f"HIT with {name}")
    data = random.randbytes(1500)
    signature = bytes.fromhex(tool("sign", path, data.hex())[0])
    report(ecdsa_is_good(curve, algorithm, curve.point(point), data, signature)
           and not ecdsa_is_good(curve, algorithm, curve.point(point),
                                 data + b"x", signature),
           f"signature with {name} and {algorithm}")


ED25519_P = 2**255 - 19
ED25519_L = 2**252 + 27742317777372353535851937790883648493
ED25519_D = -121665 * pow(121666, -1, ED25519_P) % ED25519_P


def ed25519_add(a, b):
    """RFC 8032 section 5.1.4, in affine coordinates"""
    p = ED25519_P
    both = ED25519_D * a[0] * b[0] * a[1] * b[1] % p
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + both, -1, p) % p,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - both, -1, p) % p)


def ed25519_multiply(k, point):
    result = (0, 1)
    while k:
        if k & 1:
            result = ed25519_add(result, point)
        point = ed25519_add(point, point)
        k >>= 1
    return result


def ed25519_point(octets):
    """RFC 8032 section 5.1.3, or None"""
    p = ED25519_P
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y % 2**255
    square = (y * y - 1) * pow(ED25519_D * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    if (x * x - square) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    if (x * x - square) % p or y >= p:
        return None
    return (p - x if x & 1 != sign else x), y


ED25519_B = ed25519_point((4 * pow(5, -1, ED25519_P) % ED25519_P)
                          .to_bytes(32, "little"))


def ed25519_is_good(public, data, signature):
    """RFC 8032 section 5.1.7"""
    a, r = ed25519_point(public), ed25519_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= ED25519_L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + data).digest(),
                       "little") % ED25519_L
    return ed25519_multiply(s, ED25519_B) == \
        ed25519_add(r, ed25519_multiply(k, a))


def ed448_is_good(path, directory, data, signature):
    """By the openssl command, from files."""
    for name, octets in (("data", data), ("signature", signature)):
        with open(os.path.join(directory, name), "wb") as file:
            file.write(octets)
    return subprocess.run(
        ("openssl", "pkeyutl", "-verify", "-rawin", "-inkey", path, "-in",
         os.path.join(directory, "data"), "-sigfile",
         os.path.join(directory, "signature")), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False).returncode == 0


def test_eddsa(directory, name, label, size):
    """RFC 9374 section 3.4.1.1: curve, NULL, key; and 3.5.2.1"""
    path = os.path.join(directory, name)
    run("openssl", "genpkey", "-algorithm", name, "-out", path)
    public = run("openssl", "pkey", "-in", path, "-pubout", "-outform",
                 "DER")[-size:]
    identity = label.to_bytes(2, "big") + bytes(2) + public
    contents, address = tool("host-id", path)
    report(contents == host_id(13, identity).hex(), f"HOST_ID with {name}")
    digest = hashlib.shake_128(CONTEXT_ID + identity).digest(12)
    report(address == str(ipaddress.IPv6Address(
        bytes.fromhex("20010025") + digest)), f"HIT with {name}")
    data = random.randbytes(1500)
    signature = bytes.fromhex(tool("sign", path, data.hex())[0])

    def good(message):
        if name == "ED25519":
            return ed25519_is_good(public, message, signature)
        return ed448_is_good(path, directory, message, signature)

    report(good(data) and not good(data + b"x"), f"signature with {name}")


def test_rsa(directory, bits, exponent):
    path = os.path.join(directory, f"rsa{bits}")
    run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt",
        f"rsa_keygen_bits:{bits}", "-pkeyopt",
        f"rsa_keygen_pubexp:{exponent}", "-out", path)
    text = run("openssl", "rsa", "-in", path, "-noout", "-modulus").decode()
    n = int(text.strip().partition("=")[2], 16)
    e = exponent.to_bytes((exponent.bit_length() + 7) // 8, "big")
    identity = bytes([len(e)]) + e + n.to_bytes(bits // 8, "big")
    contents, address = tool("host-id", path)
    report(contents == host_id(5, identity).hex(), f"HOST_ID with RSA-{bits}")
    report(address == hit(1, "sha256", identity), f"HIT with RSA-{bits}")
    data = random.randbytes(1500)
    signature = bytes.fromhex(tool("sign", path, data.hex())[0])
    report(pss_is_good(n, exponent, data, signature)
           and not pss_is_good(n, exponent, data + b"x", signature),
           f"signature with RSA-{bits}, PSS and sha256")


def main():
    random.seed(7401)
    print("KTAP version 1")
    print("1..32")
    for group in MODP:
        test_modp(group)
    for group in CURVES:
        test_curve(group)
    with tempfile.TemporaryDirectory() as directory:
        test_ecdsa(directory, "P-256", 1, P256, "sha256")
        test_ecdsa(directory, "P-384", 2, P384, "sha384")
        test_eddsa(directory, "ED25519", 1, 32)
        test_eddsa(directory, "ED448", 3, 57)
        test_rsa(directory, 3072, 65537)
        test_rsa(directory, 2048, 3)
    sys.exit(1 if failed else 0)


TOOL = os.path.join(sys.argv[1], "test", "hipflowd_vectors")
main()
