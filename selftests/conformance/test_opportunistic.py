# SPDX-License-Identifier: GPL-2.0-only
"""Opportunistic mode (RFC 7401 section 4.1.8), off unless configured; and which
of several identities is used."""
import subprocess

import crypto
from net import V4, V6, text
from registry import test
from speaker import need
from wire import DH_GROUP_LIST, HIP_SIGNATURE_2, HOST_ID, I1, I2, R1

NOBODY = bytes(16)


def opportunistic(function):
    """A test for which it is allowed."""
    def run(lab):
        lab.host.run('config', 'set', 'opportunistic', 'yes')
        try:
            function(lab)
        finally:
            lab.host.run('config', 'set', 'opportunistic', 'no')
    return run


# --- as Responder --------------------------------------------------------------------

def i1_to_nobody(speaker):
    i1 = speaker.i1()
    i1.receiver = NOBODY
    return i1


@test('4.1.8', 'MUST', 'an I1 with a NULL Responder HIT is dropped unless '
      'configured')
def not_configured(lab):
    speaker = lab.speaker()
    speaker.send(i1_to_nobody(speaker))
    speaker.none(R1)


def answered(family, name):
    @test('4.1.8', 'MAY', 'an I1 with a NULL Responder HIT is answered if '
          'configured, ' + name)
    @opportunistic
    def run(lab):
        speaker = lab.speaker(family=family)
        speaker.initiator = True
        speaker.send(i1_to_nobody(speaker))
        r1 = speaker.check_r1(speaker.expect(R1))
        speaker.finish_i(speaker.seal(speaker.draft_i2(r1)))
        speaker.works()


answered(V4, 'IPv4')
answered(V6, 'IPv6')


@test('4.1.8', 'SHOULD', "the Responder's HIT is of the Initiator's HIT suite")
@opportunistic
def same_suite(lab):
    for kind, local in (('rsa2048', 'rsa-2048'), ('p256', 'ecdsa-p256')):
        speaker = lab.speaker(identity=lab.identity(kind), local=local)
        speaker.send(i1_to_nobody(speaker))
        speaker.check_r1(speaker.expect(R1))


@test('4.1.8', 'MUST', 'only an I1 may be to nobody')
@opportunistic
def only_i1(lab):
    speaker = lab.speaker()
    i2 = speaker.draft_i2(speaker.r1())
    i2.receiver = NOBODY
    speaker.send(speaker.seal(i2))
    speaker.none(R1, I2)
    need(speaker.host.state(speaker.hit, speaker.peer) is None, 'it is taken')


# --- as Initiator --------------------------------------------------------------------

def asked(lab, speaker):
    """The I1 to nobody that the host sends to our address."""
    speaker.initiator = False
    lab.net.speakers[NOBODY] = speaker
    lab.host.ask(lab.net.usual(speaker.family), speaker.peer)
    i1 = speaker.expect(I1)
    need(i1.receiver == NOBODY, '4.1.8: I1 to a HIT that nobody knows')
    need(i1.get(DH_GROUP_LIST), '5.3.1: I1 without DH_GROUP_LIST')
    return i1


@test('4.1.8', 'MUST', 'no I1 to nobody is sent unless configured')
def not_asked(lab):
    speaker = lab.speaker()
    lab.net.speakers[NOBODY] = speaker
    try:
        lab.host.ask(lab.net.usual(V4), speaker.peer)
        need(False, 'it was not refused')
    except RuntimeError as error:
        need('opportunistic' in str(error), str(error))
    speaker.none(I1)


def asks(family, name):
    @test('4.1.8', 'MAY', 'as Initiator, an exchange with whoever is at an '
          'address, ' + name)
    @opportunistic
    def run(lab):
        speaker = lab.speaker(family=family)
        asked(lab, speaker)
        i2 = speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))
        need(i2.receiver == speaker.hit, 'I2 is not to the HIT of the R1')
        speaker.works()
        # What asked may be gone a moment after what it found has begun.
        met = lab.host.met_at(lab.net.usual(family), speaker.peer)
        for _ in range(20):
            if met[0] == speaker.hit:
                break
            lab.net.drain(0.1)
            met = lab.host.met_at(lab.net.usual(family), speaker.peer)
        need(met == (speaker.hit, 'ESTABLISHED'), 'it shows HIT %s in state %s' %
             (met[0] and text(met[0]), met[1]))


asks(V4, 'IPv4')
asks(V6, 'IPv6')


@test('6.8', 'MUST', 'opportunistic: an R1 from another address than asked is '
      'dropped')
@opportunistic
def from_elsewhere(lab):
    speaker = lab.speaker()
    asked(lab, speaker)
    speaker.source = next(a for a in lab.net.here
                          if ':' not in a and a != lab.net.usual(V4))
    speaker.send(speaker.seal_r1(speaker.draft_r1()))
    speaker.none(I2)
    speaker.source = None
    speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))
    speaker.works()


@test('6.8', 'MUST', 'opportunistic: the HIT of the Initiator in R1 is that of '
      'the I1')
@opportunistic
def another_initiator(lab):
    speaker = lab.speaker()
    asked(lab, speaker)
    r1 = speaker.draft_r1()
    r1.receiver = lab.host.identities['ecdsa-p384']
    speaker.send(speaker.seal_r1(r1))
    speaker.none(I2)


def untaken(what, make):
    @test('4.1.8', 'MUST', 'opportunistic: an R1 that is not genuine is not '
          'taken, a good one is: ' + what)
    @opportunistic
    def run(lab):
        speaker = lab.speaker()
        asked(lab, speaker)
        speaker.send(make(speaker, speaker.draft_r1()))
        speaker.none(I2)
        speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))
        speaker.works()


untaken('wrong signature', lambda speaker, r1: speaker.seal_r1(r1).flip(HIP_SIGNATURE_2))
untaken('HOST_ID of another', lambda speaker, r1: speaker.seal_r1(
    r1.swap(HOST_ID, crypto.Identity().host_id)))
untaken('no signature', lambda speaker, r1: r1)


@test('4.1.8', 'MUST', 'opportunistic: an R1 that is of no use does not end the '
      'waiting for a better one')
@opportunistic
def useless_first(lab):
    speaker = lab.speaker()
    asked(lab, speaker)
    speaker.send(speaker.seal_r1(speaker.draft_r1(hit_suites=(0x10,))))
    speaker.none(I2)
    speaker.finish_r(speaker.seal_r1(speaker.draft_r1(counter=8)))
    speaker.works()


@test('4.1.8', 'MUST', 'no expectation that the HIT at an address is the one met '
      'there before')
@opportunistic
def another_there(lab):
    for _ in range(2):
        speaker = lab.speaker()
        asked(lab, speaker)
        speaker.finish_r(speaker.seal_r1(speaker.draft_r1()))
        speaker.works()


def told(what, before):
    @test('4.1.8', 'MUST', 'the user is told the HIT that was met' + what)
    @opportunistic
    def run(lab):
        speaker = lab.speaker()
        speaker.initiator = False
        lab.net.speakers[NOBODY] = speaker
        before(speaker)
        with subprocess.Popen(
                ['hipflow', '-n', lab.host.namespace, '-j', 'assoc', 'add',
                 'addr', lab.net.usual(V4), 'local', text(speaker.peer), 'wait',
                 '60'], text=True, stdout=subprocess.PIPE) as command:
            speaker.expect(I1)
            r1 = speaker.seal_r1(speaker.draft_r1())
            if speaker.sa_in:
                speaker.send(r1)
                speaker.none(I2, why='we have an association')
            else:
                speaker.finish_r(r1)
            output, _ = command.communicate(timeout=90)
        need(not command.returncode, 'status %d: %s' % (command.returncode,
                                                        output))
        need(text(speaker.hit) in output, 'it says %s' % output)


told('', lambda speaker: None)
def at_hand(speaker):
    # An R1 for an exchange that has not ended would be one of its own.
    speaker.answer()
    speaker.works()


told(', with an association at hand', at_hand)


@test('6.6', 'SHOULD', 'opportunistic: an I1 without answer is sent again, and '
      'given up')
@opportunistic
def nobody_there(lab):
    lab.host.run('config', 'set', 'retransmit_ms', '50', 'retries', '2')
    try:
        speaker = lab.speaker()
        asked(lab, speaker)
        need(len(speaker.count(I1, 2)) == 2, 'not sent again twice')
        hit, state = lab.host.met_at(lab.net.usual(V4), speaker.peer)
        need(hit == NOBODY and state == 'E-FAILED', 'it is in state %s' % state)
    finally:
        lab.host.run('config', 'set', 'retransmit_ms', '500', 'retries', '5')


# --- which identity ------------------------------------------------------------------

@test('5.2.10', 'SHOULD', "without other wishes, the Initiator's HIT is of the "
      "Responder's HIT suite")
def suite_of_peer(lab):
    for kind, local in (('rsa2048', 'rsa-2048'), ('p256', 'ecdsa-p256')):
        speaker = lab.speaker(identity=lab.identity(kind), local=local)
        lab.host.run('peer', 'set', text(speaker.hit), 'addr',
                     lab.net.usual(V4))
        lab.host.run('assoc', 'add', 'peer', text(speaker.hit))
        speaker.initiator = False
        speaker.expect(I1)
        speaker.finish_r(speaker.seal_r1(speaker.draft_r1(
            hit_suites=(0x10,) if kind == 'rsa2048' else (0x20,))))
        speaker.works()


@test('5.2.10', 'SHOULD', "data to a peer goes out with a HIT of the peer's HIT "
      'suite')
def data_of_suite(lab):
    for kind, local in (('rsa2048', 'rsa-2048'), ('p256', 'ecdsa-p256')):
        speaker = lab.speaker(identity=crypto.Identity(kind), local=local)
        lab.host.run('peer', 'set', text(speaker.hit), 'addr',
                     lab.net.usual(V4))
        with lab.host.ping(speaker.hit):
            speaker.initiator = False
            speaker.expect(I1)
            speaker.finish_r(speaker.seal_r1(speaker.draft_r1(
                hit_suites=(0x10,) if kind == 'rsa2048' else (0x20,))))
            speaker.works()
