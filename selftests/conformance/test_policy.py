# SPDX-License-Identifier: GPL-2.0-only
"""Policy (RFC 7401 section 7): who is let in."""
import os

import crypto
import wire
from registry import test
from speaker import need
from test_responder import refused, reported
from wire import DIFFIE_HELLMAN, I2, NOTIFY

# --- who is let in ---------------------------------------------------------------

def denied(lab):
    """A host whose HIT is in the deny list."""
    return lab.speaker(identity=crypto.Identity(
        'p256', key=crypto.read_key(os.environ['HIP_DENIED_KEY'])))


@test('7', 'SHOULD', 'an Initiator that policy refuses gets NOTIFY '
      'BLOCKED_BY_POLICY, and no R2')
def refused_by_policy(lab):
    speaker = denied(lab)
    reported(speaker, speaker.draft_i2(speaker.r1()), wire.BLOCKED_BY_POLICY)


@test('7', 'SHOULD', 'policy is asked before Diffie-Hellman, MACs and signatures '
      'cost anything')
def refused_early(lab):
    speaker = denied(lab)
    i2 = speaker.seal(speaker.draft_i2(speaker.r1()))
    # A public value that ends an exchange in silence.
    group, _ = wire.dh_split(i2.get(DIFFIE_HELLMAN))
    i2.swap(DIFFIE_HELLMAN, wire.dh_param(
        group, bytes(crypto.public_len(group))))
    reported(speaker, i2, wire.BLOCKED_BY_POLICY, seal=False)
    other = lab.speaker()
    i2 = other.draft_i2(other.r1())
    refused(other, i2.swap(DIFFIE_HELLMAN, wire.dh_param(
        group, bytes(crypto.public_len(group)))))


@test('7', 'SHOULD', 'a Responder that policy refuses gets no I2')
def no_i2(lab):
    speaker = denied(lab)
    speaker.called()
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.none(I2, NOTIFY)
    state = lab.host.state(speaker.hit, speaker.peer)
    need(state == 'E-FAILED', 'it is in state %s' % state)
