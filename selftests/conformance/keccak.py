# SPDX-License-Identifier: GPL-2.0-only
"""KMAC128 (NIST SP 800-185), which Python has not; and cSHAKE128, which it has
only as SHAKE128."""

RATE = 168
MASK = (1 << 64) - 1


def round_constants():
    """FIPS 202 section 3.2.5."""
    result, bits = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (bits & 1) << ((1 << j) - 1)
            bits <<= 1
            if bits & 0x100:
                bits ^= 0x171
        result.append(constant)
    return result


def steps():
    """Sections 3.2.2 and 3.2.3: where each lane goes, and how far it is turned."""
    x, y, result = 1, 0, [(0, 0, 0)]
    for t in range(24):
        result.append((x + 5 * y, y + 5 * ((2 * x + 3 * y) % 5),
                       (t + 1) * (t + 2) // 2 % 64))
        x, y = y, (2 * x + 3 * y) % 5
    return result


CONSTANTS, STEPS = round_constants(), steps()


def turn(lane, n):
    return (lane << n | lane >> (64 - n)) & MASK


def keccak_f(lanes):
    for constant in CONSTANTS:
        column = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^
                  lanes[x + 20] for x in range(5)]
        change = [column[(x + 4) % 5] ^ turn(column[(x + 1) % 5], 1)
                  for x in range(5)]
        moved = [0] * 25
        for source, to, n in STEPS:
            moved[to] = turn(lanes[source] ^ change[source % 5], n)
        lanes = [moved[n] ^ ~moved[n // 5 * 5 + (n + 1) % 5] &
                 moved[n // 5 * 5 + (n + 2) % 5] for n in range(25)]
        lanes[0] ^= constant
    return lanes


def absorb(data):
    """@data is whole blocks."""
    lanes = [0] * 25
    for at in range(0, len(data), RATE):
        for n in range(RATE // 8):
            lanes[n] ^= int.from_bytes(data[at + 8 * n:at + 8 * n + 8], 'little')
        lanes = keccak_f(lanes)
    return lanes


def encode(number):
    """Octets of a number, and how many they are."""
    octets = number.to_bytes(max(1, (number.bit_length() + 7) // 8), 'big')
    return octets, bytes([len(octets)])


def left(number):
    octets, count = encode(number)
    return count + octets


def string(data):
    return left(8 * len(data)) + data


def bytepad(data):
    data = left(RATE) + data
    return data + bytes(-len(data) % RATE)


def kmac128(key, data, size=32):
    """Without customization; one block of output at most."""
    octets, count = encode(8 * size)
    message = bytepad(string(b'KMAC') + string(b'')) + bytepad(string(key)) + \
        data + octets + count + b'\x04'
    message += bytes(-len(message) % RATE)
    message = message[:-1] + bytes([message[-1] ^ 0x80])
    return b''.join(lane.to_bytes(8, 'little')
                    for lane in absorb(message))[:size]
