# SPDX-License-Identifier: GPL-2.0-only
"""Random events at two hosts with two links each, by both families, and what has
to hold: at any time what invariants.py tells; and whenever nothing has happened
for a while, both hosts have the same paths, and each flow goes where the binding
of its receiver wants it. The same seed makes the same events.

The first link of P always keeps its addresses, or both hosts could move at once
and never meet again without a rendezvous server."""
import itertools
import random
import time

from capture import text
from invariants import Checker, ends, mirrored
from world import Error, V4, V6, World, install

RESULTS = 5
# How long both hosts may need to agree: UPDATEs are sent again and again, and
# a silent path is asked after up to 30 s.
QUIET = 120
# A link that was silent is not trusted at once.
DISTRUST = 180
NEWEST = 5
# Paths of which an end is gone are kept for ten minutes.
FORGOTTEN = 660
# Parameters that UPDATEs of nothing else have, too.
PROBE = {'SEQ', 'ACK', 'ECHO_REQUEST', 'ECHO_RESPONSE', 'HIP_MAC',
         'HIP_SIGNATURE'}


class Bound:
    """A flow that its receiver binds to its own links."""

    def __init__(self, flow, fid, links):
        self.flow, self.fid, self.links = flow, fid, links
        self.there = True


class Chaos:
    def __init__(self, tmp, slow, seed, report):
        self.random = random.Random(seed)
        self.report = report
        self.checker = Checker()
        self.world = self.checker.world = World(tmp, slow, self.checker)
        self.start = time.monotonic()
        self.events = 0
        self.troubled = {}
        self.bound = []

    def say(self, what):
        self.report(None, '%8.3f %s' % (time.monotonic() - self.start, what))

    # --- before ---------------------------------------------------------------

    def setup(self):
        world = self.world
        self.m = world.add_host('M', ['m0', 'm1'], key=0)
        self.p = world.add_host('P', ['p0', 'p1'], key=1)
        self.links = self.m.links + self.p.links
        # Modules of the kernel's come from the host's disk: before the begin.
        world.set_netem(self.links[0], 'delay 1ms')
        world.set_netem(self.links[0], '')
        for host in (self.m, self.p):
            host.hipflow('config', 'set', 'path_timeout_ms', '500')
        self.m.hipflow('peer', 'set', self.p.hit, 'addr',
                       ','.join(self.p.links[0].addr.values()))
        self.bind(self.m, 10, 5001, self.m.links[::-1])
        self.bind(self.m, 11, 5002, self.m.links)
        self.bind(self.p, 20, 6001, self.p.links[::-1])
        # What hipflowd needs comes from that disk, too, whatever time it takes.
        self.m.hipflow('assoc', 'add', 'peer', self.p.hit)
        if not world.wait(3600, lambda: not mirrored(self.m, self.p)):
            raise Error('no association')
        self.start = time.monotonic()
        world.add_flow('free', self.m, self.p, 40000, 7001, 20)
        for bound, src, dport in ((self.bound[0], self.p, 5001),
                                  (self.bound[1], self.p, 5002),
                                  (self.bound[2], self.m, 6001)):
            dst = self.m if src is self.p else self.p
            bound.flow = world.add_flow('fid%d' % bound.fid, src, dst,
                                        41000 + bound.fid, dport, 20)

    def bind(self, host, fid, dport, links):
        host.hipflow('binding', 'add', 'fid', str(fid), 'prio', str(fid),
                     'proto', 'udp', 'dport', str(dport), 'dev',
                     ','.join(link.name for link in links))
        self.bound.append(Bound(None, fid, links))

    # --- events ---------------------------------------------------------------

    def choose_links(self):
        """What may lose its addresses."""
        return self.random.choice([link for link in self.links
                                   if link.name != 'p0'])

    def event_link(self):
        link = self.choose_links()
        self.say('%s %s' % ('down' if link.up else 'up', link.name))
        self.world.set_up(link, not link.up)

    def event_address(self):
        link, family = self.choose_links(), self.random.choice((V4, V6))
        if not link.addr[family]:
            self.say('add %s %d' % (link.name, family))
            self.world.add_addr(link, family)
        elif not link.up or self.random.random() < 0.5:
            self.say('del %s %d' % (link.name, family))
            self.world.del_addr(link, family)
        else:
            self.say('renumber %s %d' % (link.name, family))
            self.world.renumber(link, family)

    def event_both_addresses(self):
        """Another network: both families at once."""
        link = self.choose_links()
        self.say('move %s' % link.name)
        for family in (V4, V6):
            if link.addr[family]:
                self.world.del_addr(link, family)
            self.world.add_addr(link, family)

    def event_binding(self):
        bound = self.random.choice(self.bound)
        host = self.m if bound.fid < 20 else self.p
        if bound.fid == 11 and self.random.random() < 0.4:
            self.say('binding %s fid 11' % ('del' if bound.there else 'add'))
            if bound.there:
                host.hipflow('binding', 'del', 'fid', '11')
            else:
                self.bound.remove(bound)
                self.bind(host, 11, 5002, bound.links)
                self.bound[-1].flow = bound.flow
                return
            bound.there = False
            return
        if not bound.there:
            return
        orders = list(itertools.permutations(host.links)) + \
            [(link,) for link in host.links]
        bound.links = self.random.choice(orders)
        names = ','.join(link.name for link in bound.links)
        self.say('binding set fid %d dev %s' % (bound.fid, names))
        host.hipflow('binding', 'set', 'fid', str(bound.fid), 'dev', names)

    def event_netem(self):
        link = self.random.choice(self.links)
        if link.netem and self.random.random() < 0.7:
            words = ''
        else:
            delay = self.random.randint(1, 60)
            words = 'delay %dms %dms loss %d%% reorder %d%%' % (
                delay, self.random.randint(0, delay // 2),
                self.random.choice((0, 0, self.random.randint(1, 30))),
                self.random.choice((0, self.random.randint(1, 30))))
        self.say('netem %s %s' % (link.name, words or 'off'))
        self.world.set_netem(link, words)

    def event_swallow(self):
        link = self.random.choice(self.links)
        self.say('%s %s' % ('spare' if link.swallows else 'swallow', link.name))
        self.world.swallow(link, not link.swallows)

    def event_route(self):
        link = self.random.choice(self.links)
        self.say('route %s' % link.name)
        self.world.prefer(link)

    def event_rekey(self):
        host = self.random.choice((self.m, self.p))
        words = self.random.choice(((), ('dh',)))
        self.say('%s: assoc rekey %s' % (host.name, ' '.join(words)))
        # Without a daemon, or while keys are being changed, it is refused.
        host.hipflow('assoc', 'rekey', 'peer',
                     (self.p if host is self.m else self.m).hit, *words,
                     check=False)

    def event_rekey_on_move(self):
        host = self.random.choice((self.m, self.p))
        how = self.random.choice(('no', 'yes', 'dh'))
        self.say('%s: config set rekey_on_move %s' % (host.name, how))
        host.hipflow('config', 'set', 'rekey_on_move', how)

    def event_daemon(self):
        host = self.random.choice((self.m, self.p))
        self.say('%s hipflowd at %s' % ('kill' if host.daemon else 'start',
                                        host.name))
        if host.daemon:
            host.stop(9)
        else:
            host.start()

    EVENTS = ((event_link, 5), (event_address, 6), (event_both_addresses, 3),
              (event_binding, 6), (event_netem, 5), (event_swallow, 3),
              (event_route, 2), (event_rekey, 1), (event_rekey_on_move, 1),
              (event_daemon, 1))

    def step(self):
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            kinds, weights = zip(*self.EVENTS)
            self.random.choices(kinds, weights)[0](self)
            self.events += 1
        now = time.monotonic()
        for link in self.links:
            if link.swallows or lossy(link):
                self.troubled[link] = now
        time.sleep(self.random.uniform(0.05, 3))

    def calm_down(self):
        """Nothing in the way of an agreement: addresses and links stay."""
        for host in (self.m, self.p):
            if not host.daemon:
                self.say('start hipflowd at %s' % host.name)
                host.start()
        for link in self.links:
            if lossy(link):
                self.say('netem %s off' % link.name)
                self.world.set_netem(link, '')
        for link in (self.p.links[0], self.random.choice(self.m.links)):
            if link.swallows:
                self.say('spare %s' % link.name)
                self.world.swallow(link, False)
            if not link.up:
                self.say('up %s' % link.name)
                self.world.set_up(link, True)

    # --- what has to hold -----------------------------------------------------

    def safe(self):
        with self.world.lock:
            wrong = list(self.world.violations)
        if self.world.dropped():
            wrong.append('captures are not complete')
        return '\n'.join(wrong[:5]) or None

    def reachable(self, link):
        """Is there a way to and from it?"""
        others = self.p.links if link.host is self.m else self.m.links
        return link.usable() and any(
            other.usable() and other.families() & link.families()
            for other in others)

    def calm(self):
        """Can hosts agree? They need a way without losses, and hipflowd
        should they have to begin anew."""
        return any(self.reachable(link) for link in self.m.links) and \
            self.reachable(self.p.links[0]) and \
            all(host.daemon for host in (self.m, self.p)) and \
            not any(lossy(link) for link in self.links)

    def good(self, path):
        """Do both links of a path pass packets?"""
        return all(self.world.find(path[end]).usable() if
                   self.world.find(path[end]) else True
                   for end in ('local', 'peer'))

    def disagreement(self):
        wrong = mirrored(self.m, self.p, self.good)
        if wrong:
            return wrong
        for bound in self.bound:
            if bound.there:
                wrong = self.misplaced(bound)
                if wrong:
                    return 'fid %d: %s' % (bound.fid, wrong)
        for flow in self.world.flows.values():
            wrong = self.stuck(flow)
            if wrong:
                return '%s: %s' % (flow.name, wrong)
        return None

    def stuck(self, flow):
        with self.world.lock:
            out, into = list(flow.out)[-NEWEST:], list(flow.into)[-NEWEST:]
        now = time.time()
        if len(into) < NEWEST or now - into[0].when > 2:
            return 'nothing arrives'
        if len(ends(out + into)) > 1:
            return 'it goes by %s' % sorted(ends(out + into))
        return None

    def misplaced(self, bound):
        """By both hosts, and by the links that the binding names?"""
        owner, sender = (self.m, self.p) if bound.fid < 20 else (self.p, self.m)
        here = carrier(owner, bound.fid, False, 'local')
        there = carrier(sender, bound.fid, True, 'peer')
        allowed = self.allowed(bound)
        # Who only receives the flow does not know that a path became silent, and
        # where none of its links can carry it, the sender chooses.
        if not allowed or (self.world.find(here or '') and
                           self.world.find(here).swallows):
            here = there
        if here != there or not here:
            return '%s has it at %s, %s at %s' % (owner.name, here, sender.name,
                                                  there)
        with self.world.lock:
            packets = list(bound.flow.into)[-NEWEST:]
        by = {text(packet.dst) for packet in packets}
        if by != {here}:
            return 'it is at %s but goes to %s' % (here, sorted(by))
        if allowed and self.world.find(here).name not in allowed:
            return 'it goes to %s, not to %s' % (here, ' or '.join(allowed))
        return None

    def allowed(self, bound):
        """Links that may carry it: the first that can, or one behind it as long
        as that is not to be trusted."""
        names = []
        for link in bound.links:
            if self.reachable(link):
                names.append(link.name)
                if self.trusted(link):
                    return names
        return []

    def trusted(self, link):
        since = time.monotonic() - DISTRUST
        return all(self.troubled.get(other, 0) < since for other in
                   [link] + (self.p if link.host is self.m else self.m).links)

    def agree(self):
        last = [None]

        def same():
            last[0] = self.disagreement()
            return last[0] is None
        if not self.world.wait(QUIET, same):
            return last[0]
        return None

    def play(self, seconds):
        """Return: what was wrong, or None."""
        checked = 0
        while time.monotonic() - self.start < seconds:
            self.step()
            wrong = self.safe()
            if wrong:
                return wrong
            if self.random.random() < 0.4:
                self.calm_down()
            if self.calm() and self.random.random() < 0.6:
                begin = time.monotonic()
                wrong = self.agree() or self.safe()
                if wrong:
                    return 'after %d s without events: %s' % (
                        time.monotonic() - begin, wrong)
                checked += 1
                self.say('agreed after %.1f s' % (time.monotonic() - begin))
        self.say('%d events, agreed %d times; %s' % (self.events, checked,
                                                     self.checker.summary()))
        return None

    # --- at the end -----------------------------------------------------------

    def restore(self):
        for host in (self.m, self.p):
            if not host.daemon:
                host.start()
            host.hipflow('config', 'set', 'rekey_on_move', 'no')
        for link in self.links:
            if link.netem:
                self.world.set_netem(link, '')
            if link.swallows:
                self.world.swallow(link, False)
            if not link.up:
                self.world.set_up(link, True)
            for family in (V4, V6):
                if not link.addr[family]:
                    self.world.add_addr(link, family)

    def all_paths(self):
        """A path for each pair of addresses of a family."""
        if len([path for path in self.m.paths(self.p)
                if path['state'] == 'ACTIVE']) != 8:
            return False
        return self.disagreement() is None

    def lossless(self):
        before = [(flow, flow.sent - flow.received)
                  for flow in self.world.flows.values()]
        sent = sum(flow.sent for flow, _ in before)
        time.sleep(3)
        with self.world.lock:
            for flow, _ in before:
                flow.running = False
        good = self.world.wait(2, lambda: all(
            flow.sent - flow.received <= lost for flow, lost in before)) and \
            sum(flow.sent for flow, _ in before) > sent
        for flow, lost in before:
            self.say('%s: %d sent, %d received, %d lost before, %d twice' % (
                flow.name, flow.sent, flow.received, lost, flow.doubled))
        return good

    def forgets(self):
        """When something happens, that is, after all that time, and the other host
        is heard."""
        time.sleep(FORGOTTEN)
        for flow in self.world.flows.values():
            flow.due = time.monotonic()
            flow.running = True
        self.world.wake()
        time.sleep(1)
        self.m.hipflow('binding', 'add', 'fid', '30', 'prio', '30', 'proto', 'udp',
                       'dport', '7000', 'dev', 'm1')
        good = self.world.wait(QUIET, lambda: all(
            path['state'] != 'DEPRECATED' for path in
            self.m.paths() + self.p.paths()))
        for flow in self.world.flows.values():
            flow.running = False
        return good

    def no_more_sas(self):
        return all(host.count_sas() == 2 * len(host.paths())
                   for host in (self.m, self.p))

    def none_left(self):
        return all(host.count_sas() == 0 for host in (self.m, self.p))


def lossy(link):
    return 'loss' in link.netem and 'loss 0%' not in link.netem


def carrier(host, fid, remote, end):
    """Address by which a host sends or receives the flow of a binding."""
    for binding in host.json('binding', 'show', 'fid', str(fid)):
        if bool(binding.get('remote')) == remote:
            for path in host.paths():
                if path['id'] == binding.get('path'):
                    return path[end]
    return None


def run(tmp, slow, seed, seconds, report):
    install()
    chaos = Chaos(tmp, slow, seed, report)
    names = ['always safe, and agreed when quiet',
             'all paths when everything is back',
             'nothing lost then, and never one twice',
             'what leads nowhere is forgotten', 'no SA is left']
    try:
        chaos.setup()
        wrong = chaos.play(seconds)
        if wrong:
            report(None, wrong)
        report(not wrong, names.pop(0))
        if wrong:
            raise Error('it ends here')
        chaos.say('restore')
        chaos.restore()
        good = chaos.world.wait(2 * QUIET, chaos.all_paths)
        if not good:
            dump(chaos, report)
        report(good, names.pop(0))
        good = chaos.lossless() and \
            not any(flow.doubled for flow in chaos.world.flows.values())
        if not good:
            dump(chaos, report)
        report(good, names.pop(0))
        good = chaos.forgets()
        if not good:
            dump(chaos, report)
        report(good, names.pop(0))
        good = chaos.world.wait(QUIET, chaos.no_more_sas)
        if not good:
            dump(chaos, report)
        chaos.m.hipflow('assoc', 'del', 'peer', chaos.p.hit)
        good &= chaos.world.wait(QUIET, chaos.none_left)
        report(good and not chaos.safe(), names.pop(0))
    except Error as error:
        report(None, str(error))
    finally:
        if names:
            dump(chaos, report)
        for name in names:
            report(False, name)
        chaos.world.close()


def dump(chaos, report):
    with chaos.world.lock:
        report(None, '\n'.join(
            [str(packet) for packet in chaos.world.control
             if packet.out and set(packet.names()) - PROBE][-120:]))
    for host in chaos.world.hosts.values():
        for what in ('assoc', 'path', 'locator', 'binding', 'stats'):
            report(None, '%s: hipflow %s\n%s' % (
                host.name, what, host.hipflow('-d', what, check=False)))
        report(None, host.addresses())
