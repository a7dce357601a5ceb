# SPDX-License-Identifier: GPL-2.0-only
"""HIP packets on the wire (RFC 7401 section 5): to octets and back."""
import struct

PROTO_HIP, PROTO_ESP = 139, 50
NO_NEXT_HEADER = 59

I1, R1, I2, R2 = 1, 2, 3, 4
UPDATE, NOTIFY, CLOSE, CLOSE_ACK = 16, 17, 18, 19
PACKETS = {I1: 'I1', R1: 'R1', I2: 'I2', R2: 'R2', UPDATE: 'UPDATE',
           NOTIFY: 'NOTIFY', CLOSE: 'CLOSE', CLOSE_ACK: 'CLOSE_ACK'}

ESP_INFO = 65
R1_COUNTER = 129
LOCATOR_SET = 193
PUZZLE = 257
SOLUTION = 321
SEQ = 385
ACK = 449
DH_GROUP_LIST = 511
DIFFIE_HELLMAN = 513
HIP_CIPHER = 579
ENCRYPTED = 641
HOST_ID = 705
HIT_SUITE_LIST = 715
NOTIFICATION = 832
ECHO_REQUEST_SIGNED = 897
ECHO_RESPONSE_SIGNED = 961
TRANSPORT_FORMAT_LIST = 2049
ESP_TRANSFORM = 4095
HIP_MAC = 61505
HIP_MAC_2 = 61569
HIP_SIGNATURE_2 = 61633
HIP_SIGNATURE = 61697
ECHO_RESPONSE_UNSIGNED = 63425
ECHO_REQUEST_UNSIGNED = 63661

# Private use; even, so not critical. Nobody knows this one.
UNKNOWN = 40000
# Of the handshake range, odd, so critical. Nobody knows this one.
UNKNOWN_CRITICAL = 387

NAMES = {value: name for name, value in list(globals().items())
         if name.isupper() and isinstance(value, int) and value > 59 and
         name not in ('PROTO_HIP', 'PROTO_ESP')}

# NOTIFICATION types (section 5.2.19, RFC 7402 section 5.1.3)
UNSUPPORTED_CRITICAL_PARAMETER_TYPE = 1
INVALID_SYNTAX = 7
INVALID_DH_CHOSEN = 15
INVALID_HIP_CIPHER_CHOSEN = 17
INVALID_ESP_TRANSFORM_CHOSEN = 19
AUTHENTICATION_FAILED = 24
HIP_MAC_FAILED = 28
ENCRYPTION_FAILED = 32
INVALID_HIT = 40
BLOCKED_BY_POLICY = 42
RESPONDER_BUSY_PLEASE_RETRY = 44


class Param:
    """One parameter: type, contents, and the padding behind them."""

    def __init__(self, kind, data, pad=None):
        self.kind, self.data = kind, bytes(data)
        self.pad = bytes(-(4 + len(data)) % 8) if pad is None else pad

    def octets(self):
        return struct.pack('!HH', self.kind, len(self.data)) + \
            self.data + self.pad


class Packet:
    """A packet. What the fields are called is what section 5.1 calls them."""

    def __init__(self, kind, sender, receiver):
        self.kind, self.sender, self.receiver = kind, sender, receiver
        self.params = []
        self.next_header = NO_NEXT_HEADER
        self.type_bit = 0
        self.version = 2
        self.reserved = 0
        self.fixed_bit = 1
        self.controls = 0
        self.trailer = b''	# behind what Header Length counts
        self.checksum = 0
        self.faults = []	# of what was received
        self.source = self.destination = None
        self.raw = b''

    def put(self, kind, data, pad=None):
        """Add a parameter at its place, behind those of its type."""
        at = len(self.params)
        while at and self.params[at - 1].kind > kind:
            at -= 1
        self.params.insert(at, Param(kind, data, pad))
        return self

    def all(self, kind):
        return [param.data for param in self.params if param.kind == kind]

    def get(self, kind):
        """Contents of the first parameter of a type, or None."""
        return next(iter(self.all(kind)), None)

    def drop(self, kind):
        self.params = [param for param in self.params if param.kind != kind]
        return self

    def swap(self, kind, data):
        """Other contents for a parameter."""
        return self.drop(kind).put(kind, data)

    def flip(self, kind, at=-1):
        """Break one bit of a parameter's contents."""
        data = bytearray(self.get(kind))
        data[at] ^= 1
        return self.swap(kind, bytes(data))

    def fill_padding(self, octet):
        for param in self.params:
            param.pad = bytes([octet]) * len(param.pad)
        return self

    def types(self):
        return [param.kind for param in self.params]

    def head(self, length, checksum=0, receiver=None):
        return struct.pack(
            '!BBBBHH', self.next_header, length // 8 - 1,
            self.type_bit << 7 | self.kind,
            self.version << 4 | self.reserved << 1 | self.fixed_bit,
            checksum, self.controls) + self.sender + \
            (self.receiver if receiver is None else receiver)

    def body(self, below=65536):
        return b''.join(param.octets() for param in self.params
                        if param.kind < below)

    def octets(self, checksum=0):
        body = self.body()
        return self.head(40 + len(body), checksum) + body

    def covered(self, below, extra=b'', receiver=None):
        """What a MAC or signature of that type covers (section 6.4)."""
        body = self.body(below) + extra
        return self.head(40 + len(body), 0, receiver) + body

    def covered_blank(self):
        """What HIP_SIGNATURE_2 covers (section 5.2.15)."""
        copy = Packet(self.kind, self.sender, bytes(16))
        copy.__dict__.update(self.__dict__, receiver=bytes(16), params=[])
        for param in self.params:
            data = param.data
            if param.kind == PUZZLE:
                data = data[:2] + bytes(len(data) - 2)
            copy.params.append(Param(param.kind, data, param.pad))
        return copy.covered(HIP_SIGNATURE_2)

    def __str__(self):
        return '%s(%s)' % (PACKETS.get(self.kind, self.kind), ' '.join(
            NAMES.get(kind, str(kind)) for kind in self.types()))


def fold(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def checksum(data, source, destination, proto=PROTO_HIP):
    """Section 5.1.1; addresses of 4 or 16 octets."""
    pseudo = source + destination + struct.pack('!II', len(data), proto)
    return ~fold(pseudo + data) & 0xffff


def encode(packet, source, destination, wrong=0):
    """With its checksum, which can be made wrong."""
    value = checksum(packet.octets(), source, destination)
    return packet.octets(value ^ wrong) + packet.trailer


def decode(data, source, destination):
    """A packet received. What a sender must not do is noted in its faults."""
    if len(data) < 40:
        return None
    first, units, kind, version, value, controls = \
        struct.unpack_from('!BBBBHH', data)
    packet = Packet(kind & 0x7f, data[8:24], data[24:40])
    packet.raw = data
    packet.source, packet.destination = source, destination
    packet.next_header, packet.type_bit = first, kind >> 7
    packet.version, packet.reserved = version >> 4, version >> 1 & 7
    packet.fixed_bit, packet.controls = version & 1, controls
    packet.checksum = value

    fault = packet.faults.append
    if checksum(data, source, destination):
        fault('5.1.1: wrong checksum')
    if first != NO_NEXT_HEADER:
        fault('5.1: Next Header is not 59')
    if (units + 1) * 8 != len(data):
        fault('5.1: Header Length is not that of the packet')
    if kind & 0x80 or version & 1 != 1:
        fault('5.1: fixed bits are not as shown')
    if packet.version != 2:
        fault('5.1: version is not 2')
    if packet.reserved:
        fault('5.1: reserved bits are not zero')
    if controls & ~1:
        fault('5.1.2: reserved controls are not zero')
    decode_params(packet, data, fault)
    return packet


def decode_params(packet, data, fault):
    at = 40
    while at + 4 <= len(data):
        kind, length = struct.unpack_from('!HH', data, at)
        end = at + 11 + length - (length + 3) % 8
        if end > len(data):
            fault('5.2.1: parameter %d is longer than the packet' % kind)
            return
        pad = data[at + 4 + length:end]
        if any(pad):
            fault('5.2.1: padding of parameter %d is not zero' % kind)
        if packet.params and kind < packet.params[-1].kind:
            fault('5.2.1: parameter %d is out of order' % kind)
        packet.params.append(Param(kind, data[at + 4:at + 4 + length], pad))
        at = end
    if at != len(data):
        fault('5.2.1: octets behind the last parameter')


def u16s(data):
    """A list of 16-bit numbers, such as HIP_CIPHER."""
    return list(struct.unpack('!%dH' % (len(data) // 2), data))


def u16_list(*values):
    return struct.pack('!%dH' % len(values), *values)


def u32s(data):
    return list(struct.unpack('!%dI' % (len(data) // 4), data))


def u32(value):
    return struct.pack('!I', value & 0xffffffff)


def esp_info(index, old, new, reserved=0):
    return struct.pack('!HHII', reserved, index, old, new)


def new_spi(packet):
    return struct.unpack('!HHII', packet.get(ESP_INFO))[3]


def esp_transform(*suites, reserved=0):
    return u16_list(reserved, *suites)


def dh_param(group, public):
    return struct.pack('!BH', group, len(public)) + public


def dh_split(data):
    """Group, public value; None if the lengths do not fit."""
    group, length = struct.unpack_from('!BH', data)
    return (group, data[3:]) if length == len(data) - 3 else None


def notification(kind, data=b'', reserved=0):
    return u16_list(reserved, kind) + data


def locator_set(*addresses, spi=None, lifetime=120):
    """RFC 8046 section 4.1; the first is preferred."""
    result = b''
    for n, address in enumerate(addresses):
        if len(address) == 4:
            address = bytes(10) + b'\xff\xff' + address
        locator = address if spi is None else u32(spi) + address
        result += struct.pack('!BBBBI', 0, int(spi is not None),
                              len(locator) // 4, int(not n), lifetime) + locator
    return result
