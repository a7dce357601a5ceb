# SPDX-License-Identifier: GPL-2.0-only
"""Requirements that are known not to be met. They are in the table with their
reason, and not among the results."""

# By the name of a test that would fail: the reason. "run.py --gaps" runs them.
KNOWN = {
    'RFC 7401 7: #K is 0 for a Responder that is not under load':
        'each I2 has to have cost something; puzzle_k = 0 is a setting',
    'RFC 7401 4.1.2: the same Initiator is not given the same #I with the same '
    'DH key twice':
        'a #J makes one association only, so keys differ all the same',
    'RFC 7401 5.3.2: a DH public value is not offered any more once it was '
    'used': 'it serves for some minutes, as the section allows',
}

# Without a test: section, level, requirement, reason.
UNTESTED = [
    ('5.2.9', 'SHOULD', 'HI algorithm DSA',
     'too weak; nobody is known to use it'),
    ('5.2.9', 'SHOULD', 'a host identity of its own: ECDSA_LOW',
     'too weak; those of peers are taken'),
    ('6.11', 'SHOULD', 'an UPDATE that is not acknowledged after '
     'UPDATE_RETRY_MAX times ends the association by CLOSE',
     'not while data comes from the peer: only its daemon may be away; and by '
     'E-FAILED, as CLOSE would not be answered either'),
    ('6.12.1', 'MAY', 'the SIGNATURE of an UPDATE is verified',
     'HIP_MAC suffices, as the section allows'),
    ('RFC 9374 3.4.1.1', 'MAY', 'EdDSA curves EdDSA25519ph and EdDSA448ph',
     'not recommended by the RFC, and not in OpenSSL 3.0'),
    ('RFC 9374 3', 'MAY', 'hierarchical HITs of 2001:30::/28',
     'for drones; peers are HITs of 2001:20::/28'),
]
