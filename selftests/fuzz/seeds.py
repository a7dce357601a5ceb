#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Seed corpora of the fuzz targets: seeds.py DIR makes DIR/TARGET/*."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "kunit"))
import vectors  # noqa: E402

ADDR = bytes.fromhex("20010db8000000000000000000000001")
V4 = bytes.fromhex("00000000000000000000ffffc0000201")


def packet(kind, *params):
    body = b"".join(vectors.tlv(t, d) for t, d in params)
    return vectors.header(kind, vectors.units(40 + len(body)), vectors.HIT_A,
                          vectors.HIT_B) + body


def selector6(flags, *fields):
    return struct.pack(">I", flags) + b"".join(fields)


def suboption(fmt, sel):
    return struct.pack(">BBBB", 3, 2 + len(sel), fmt, 0) + sel


def flow(fid, priority, sub=b""):
    data = struct.pack(">HHBB", fid, priority, 0, 0) + sub
    pad = -(2 + len(data)) % 4
    if pad == 1:
        data += b"\0"
    elif pad:
        data += bytes([1, pad - 2]) + bytes(pad - 2)
    return struct.pack(">BB", 45, len(data)) + data


def locator(kind, value, flags=0, option=b"", traffic=0, lifetime=3600):
    return struct.pack(">BBBBI", traffic, kind, len(value) // 4, flags,
                       lifetime) + value + option


PORTS = selector6(0x00200200 | 0x00100000, struct.pack(">HH", 1000, 2000),
                  b"\x06")
SELECTORS = {
    "empty6": (2, selector6(0)),
    "ports6": (2, selector6(0x00f00003, struct.pack(">HHHH", 1, 2, 80, 443),
                            b"\x06\x11")),
    "exact6": (2, selector6(0xa0000000, vectors.HIT_A, vectors.HIT_B)),
    "all6": (2, selector6(
        0xffff0000, vectors.HIT_A, vectors.HIT_B, vectors.HIT_A,
        vectors.HIT_B, struct.pack(">IIII", 1, 9, 2, 0xfffff),
        struct.pack(">HHHH", 1, 65535, 1, 65535), b"\x00\xfc\x06\x11")),
    "all4": (1, selector6(
        0xfffc0000, bytes([10, 0, 0, 1, 10, 0, 0, 9] * 2),
        struct.pack(">II", 1, 9), struct.pack(">HHHH", 1, 2, 3, 4),
        b"\x00\xfc\x06\x11")),
    "proto6": (2, selector6(0x00020000, b"\x11")),
}


def elocators():
    spi = struct.pack(">I", 0x11223344)
    out = {
        "address": locator(0, ADDR, 1),
        "spi": locator(1, spi + V4, 1),
        "two": locator(1, spi + ADDR, 1) + locator(0, V4),
        "redirect": locator(1, spi + ADDR, 2, flow(7, 5)),
        "unknown": locator(9, b"\0" * 8) + locator(0, ADDR),
    }
    for name, (fmt, sel) in SELECTORS.items():
        out["flow_" + name] = locator(1, spi + ADDR, 3,
                                      flow(1, 10, suboption(fmt, sel)))
    out["mixed"] = out["flow_proto6"] + out["two"] + out["flow_ports6"]
    return out


def packets():
    solution = bytes([10, 0, 0, 1]) + bytes(64)
    mac = bytes(32)
    sig = struct.pack(">H", 7) + bytes(64)
    host_id = struct.pack(">HHH", 66, 0, 7) + bytes(66)
    dh = struct.pack(">BH", 7, 64) + bytes(64)
    esp = bytes(12)
    out = {
        "i1": packet(1, (511, b"\x03\x04\x08")),
        "r1": packet(2, (129, bytes(12)), (257, bytes(36)),
                     (511, b"\x07\x03"), (513, dh), (579, b"\0\2\0\4"),
                     (705, host_id), (715, b"\x10\x20"), (897, b"echo"),
                     (2049, b"\x0f\xff"), (4095, b"\0\0\0\x08"),
                     (40026, elocators()["address"]), (61633, sig)),
        "i2": packet(3, (65, esp), (129, bytes(12)), (321, solution),
                     (513, dh), (579, b"\0\2"), (641, bytes(40)),
                     (705, host_id), (2049, b"\x0f\xff"),
                     (4095, b"\0\0\0\x08"), (61505, mac), (61697, sig)),
        "r2": packet(4, (65, esp), (40026, elocators()["mixed"]),
                     (61569, mac), (61697, sig)),
        "update": packet(16, (65, esp), (193, elocators()["address"]),
                         (385, bytes(4)), (449, bytes(8)), (897, b"nonce"),
                         (40026, elocators()["flow_all6"]),
                         (40026, elocators()["spi"]), (61505, mac),
                         (61697, sig)),
        "notify": packet(17, (705, host_id), (832, b"\0\0\0\7"),
                         (832, b"\0\0\0\1ab"), (61697, sig)),
        "close": packet(18, (897, bytes(16)), (61505, mac), (61697, sig)),
        "close_ack": packet(19, (961, bytes(16)), (61505, mac),
                            (61697, sig)),
        "register": packet(16, (385, bytes(4)), (768, bytes(8)),
                           (930, b"\x10\x20\x01"), (932, b"\x10\x01"),
                           (934, b"\x10\x01"), (936, b"\x01\x01"),
                           (61505, mac), (63425, b"a"), (63661, b"b"),
                           (65498, ADDR), (65500, mac), (65502, ADDR)),
        "unknown": packet(17, (1000, b"abc"), (1001, b"abc")),
    }
    return out


def builds():
    def script(room, mac, *params):
        return struct.pack(">HBB", room, mac, 0) + b"".join(
            struct.pack(">HH", t, len(d)) + d for t, d in params)

    return {
        "update": script(2048, 1, (65, bytes(12)), (385, bytes(4)),
                         (40026, elocators()["two"])),
        "full": script(64, 0, (897, bytes(20)), (961, bytes(4))),
        "order": script(2048, 0, (961, bytes(4)), (897, bytes(4))),
        "many": script(2100, 0, *[(832, bytes(4))] * 70),
    }


def main(top):
    corpora = {
        "packet": packets(),
        "elocator": {
            **{n: b"\0" + d for n, d in elocators().items()},
            **{"set_" + n: b"\x80" + d for n, d in elocators().items()},
            **{"ts_" + n: bytes([f]) + d for n, (f, d) in SELECTORS.items()},
        },
        "build": builds(),
    }
    for target, seeds in corpora.items():
        path = os.path.join(top, target)
        os.makedirs(path, exist_ok=True)
        for name, data in seeds.items():
            with open(os.path.join(path, name), "wb") as f:
                f.write(data)


if __name__ == "__main__":
    main(sys.argv[1])
