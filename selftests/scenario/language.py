# SPDX-License-Identifier: GPL-2.0-only
"""The language of *.scenario: a line is a statement, # begins a comment.

Topology, in this order:
  needs virtual time        for what lasts too long otherwise
  family 4|6|both           addresses of all links; 4 if not said
  host NAME LINK...         a host with its links; each has a network of its own
  netem LINK WORDS...|off   as "tc qdisc ... netem" has them, in both directions

Events:
  meet A B LINK...          A knows B by the addresses of these links of B's
  connect A B               A calls B; go on when both are done
  HOST: WORDS...            hipflow at HOST; "peer NAME" is the HIT of a host
  flow NAME A -> B WORDS... numbered packets from A to B, with "sport N",
                            "dport N" and "rate N" (a second)
  stop FLOW
  down LINK, up LINK
  del LINK 4|6              its address is gone
  add LINK 4|6              it gets another one, which it never had
  back LINK 4|6             it gets the one that it had last
  renumber LINK 4|6         as by DHCP: the old one is told to go, another comes
  new HOST LINK             a new interface
  route LINK                the default route by it becomes the best
  swallow LINK, spare LINK  all packets of it vanish without a word, or no more
  kill HOST, start HOST     hipflowd
  wait SECONDS
  mark                      what follows is about packets from now on

Expectations: each is a result, and waits for what it asks. Packets are those that
the captures of both hosts have, the sender's and the receiver's.
  expect FLOW by LINK [LINK]   it goes by these links of the two hosts
  expect FLOW over 4|6         by addresses of this family
  expect FLOW loses at most N  of all its packets, once it was stopped; none twice
  expect KIND A -> B WORDS...  a control packet since the mark, with
     with P[,P...]             these parameters
     without P[,P...]          none of these
     from LINK, to LINK        between addresses of these links
     naming LINK[,LINK...]     E-LOCATOR lists exactly these for all flows, or none
     fid N at LINK[,LINK...]   E-LOCATOR has the flow at exactly these
     spi same|other|new        ESP_INFO: OLD = NEW, OLD and another, 0 and NEW
  expect no KIND A -> B WORDS...  none like that since the mark
  expect paths A B N           so many, and both hosts have the same
  expect spis A B same|other   all SPIs are those of the mark, or none is
  expect ping A -> B
  expect HOST: WORDS...        hipflow succeeds there
  expect refused HOST: WORDS...   or does not

All the time, captures are watched for what invariants.py tells."""
import time

from capture import E_LOCATOR, locators, text
from invariants import Checker, ends, mirrored
from world import Error, V4, V6, World, run

PATIENCE = 20
ENOUGH = 10


class Scenario:
    def __init__(self, name, lines):
        self.name = name
        self.statements = [(n, line.split('#')[0].split()) for n, line in
                           enumerate(lines, 1) if line.split('#')[0].strip()]
        self.virtual = ['needs', 'virtual', 'time'] in \
            [words for _, words in self.statements]
        self.world = None
        self.marked = 0
        self.spis = {}
        self.last = {}

    def results(self):
        return 1 + sum(words[0] == 'expect' for _, words in self.statements)

    def run(self, tmp, slow, report):
        """REPORT is given a result and its name, and if it is bad, why."""
        checker = Checker()
        world = self.world = checker.world = World(tmp, slow, checker)
        world.family = (V4,)
        left = [words for _, words in self.statements if words[0] == 'expect']
        try:
            for number, words in self.statements:
                try:
                    if words[0] == 'expect':
                        self.expect(words[1:])
                        left.pop(0)
                        report(True, ' '.join(words[1:]))
                    else:
                        self.event(words)
                except (Error, ValueError, KeyError, IndexError) as error:
                    why = 'line %d: %s: %s' % (number, ' '.join(words),
                                               error or repr(error))
                    report(None, why + '\n' + self.state())
                    if words[0] != 'expect':
                        break
                    left.pop(0)
                    report(False, ' '.join(words[1:]))
            for words in left:
                report(False, ' '.join(words[1:]))
            time.sleep(0.2)
            with world.lock:
                wrong = list(world.violations)
            if world.dropped():
                wrong.append('captures are not complete')
            if not checker.counts['esp']:
                wrong.append('captures have no data')
            report(None, '\n'.join(wrong[:5] + [checker.summary()]))
            report(not wrong, 'nothing in clear, nor twice, nor unverified')
        finally:
            world.close()

    def state(self):
        """What helps to understand a failure."""
        lines = ['control packets:']
        with self.world.lock:
            lines += [str(packet) for packet in self.world.control
                      if packet.out][-40:]
            for flow in self.world.flows.values():
                lines.append('%s: sent %d, received %d; at %s' % (
                    flow.name, flow.sent, flow.received,
                    ends(list(flow.into)[-ENOUGH:])))
        for host in self.world.hosts.values():
            for what in ('assoc', 'path', 'locator', 'binding'):
                lines.append('%s: hipflow %s' % (host.name, what))
                lines.append(host.hipflow('-d', what, check=False).rstrip())
        return '\n'.join(lines)

    # --- events ---------------------------------------------------------------

    def event(self, words):
        if words[0].endswith(':'):
            host = self.world.hosts[words[0][:-1]]
            host.hipflow(*self.hits(words[1:]))
            return
        getattr(self, 'do_' + words[0], self.unknown)(*words[1:])

    @staticmethod
    def do_needs(*_):
        pass

    @staticmethod
    def unknown(*_):
        raise Error('no such statement')

    def hits(self, words):
        """Names of hosts behind "peer" are their HITs."""
        return [self.world.hosts[word].hit
                if before == 'peer' and word in self.world.hosts else word
                for before, word in zip([''] + words, words)]

    def do_family(self, family):
        self.world.family = {'4': (V4,), '6': (V6,), 'both': (V4, V6)}[family]

    def do_host(self, name, *links):
        self.world.add_host(name, links, key=len(self.world.hosts))

    def do_netem(self, link, *words):
        self.world.set_netem(self.world.find_link(link),
                             '' if words == ('off',) else ' '.join(words))

    def do_meet(self, a, b, *links):
        addrs = [addr for link in links
                 for addr in self.world.find_link(link).addr.values() if addr]
        self.world.hosts[a].hipflow('peer', 'set', self.world.hosts[b].hit,
                                    'addr', ','.join(addrs))

    def do_connect(self, a, b):
        one, other = self.world.hosts[a], self.world.hosts[b]
        one.hipflow('assoc', 'add', 'peer', other.hit, 'wait',
                    str(int(15 * self.world.slow)))
        # Both are done when nothing is on its way any more.
        self.world.wait(PATIENCE, lambda: not mirrored(one, other),
                        'the hosts do not agree')
        self.do_mark()

    def do_flow(self, name, src, _, dst, *words):
        options = dict(zip(words[::2], words[1::2]))
        rate = float(options.get('rate', 200)) / self.world.slow
        flow = self.world.add_flow(
            name, self.world.hosts[src], self.world.hosts[dst],
            int(options.get('sport', 40000 + len(self.world.flows))),
            int(options['dport']), rate)
        self.world.wait(PATIENCE, lambda: flow.received >= ENOUGH,
                        'nothing arrives')

    def do_stop(self, name):
        flow = self.world.flows[name]
        with self.world.lock:
            flow.running = False
        self.world.wait(1, lambda: flow.received == flow.sent)

    def do_down(self, link):
        self.world.set_up(self.world.find_link(link), False)

    def do_up(self, link):
        self.world.set_up(self.world.find_link(link), True)

    def do_del(self, name, family):
        link, family = self.world.find_link(name), int(family)
        self.last[name, family] = link.addr[family]
        self.world.del_addr(link, family)

    def do_add(self, link, family):
        self.world.add_addr(self.world.find_link(link), int(family))

    def do_back(self, link, family):
        self.world.add_addr(self.world.find_link(link), int(family),
                            self.last[link, int(family)])

    def do_renumber(self, link, family):
        self.world.renumber(self.world.find_link(link), int(family))

    def do_new(self, host, link):
        self.world.add_link(self.world.hosts[host], link)

    def do_route(self, link):
        self.world.prefer(self.world.find_link(link))

    def do_swallow(self, link):
        self.world.swallow(self.world.find_link(link), True)

    def do_spare(self, link):
        self.world.swallow(self.world.find_link(link), False)

    def do_kill(self, host):
        self.world.hosts[host].stop(9)

    def do_start(self, host):
        self.world.hosts[host].start()

    @staticmethod
    def do_wait(seconds):
        time.sleep(float(seconds))

    def do_mark(self):
        with self.world.lock:
            self.marked = len(self.world.control)
        self.spis = {host.name: self.spis_of(host)
                     for host in self.world.hosts.values()}

    @staticmethod
    def spis_of(host, peer=None):
        return {path[spi] for path in host.paths(peer)
                if path['state'] == 'ACTIVE' for spi in ('spi_in', 'spi_out')}

    # --- expectations ---------------------------------------------------------

    def until(self, condition):
        """CONDITION returns what is missing, or None."""
        missing = []

        def fulfilled():
            missing[:] = [condition()]
            return missing[0] is None
        if not self.world.wait(PATIENCE, fulfilled):
            raise Error(missing[0])

    def expect(self, words):
        world = self.world
        if words[0] == 'no':
            match = self.matcher(words[1:])
            seen = [packet for packet in self.since_mark() if match(packet)]
            if seen:
                raise Error('there was %s' % seen[0])
        elif words[0] == 'refused':
            try:
                self.event(words[1:])
            except Error:
                return
            raise Error('it was not')
        elif words[0].endswith(':'):
            self.event(words)
        elif words[0] == 'paths':
            self.until(lambda: self.paths(*words[1:]))
        elif words[0] == 'spis':
            self.until(lambda: self.same_spis(*words[1:]))
        elif words[0] == 'ping':
            run('ip', 'netns', 'exec', words[1], 'ping', '-6', '-c', '1', '-W',
                str(int(10 * world.slow)), world.hosts[words[3]].hit)
        elif words[0] in world.flows and words[1] == 'by':
            self.by(world.flows[words[0]], words[2:])
        elif words[0] in world.flows and words[1] == 'over':
            self.until(lambda: self.over(world.flows[words[0]], int(words[2])))
        elif words[0] in world.flows and words[1] == 'loses':
            self.losses(world.flows[words[0]], int(words[4]))
        elif words[2] == '->':
            self.until(lambda: self.packet_seen(words))
        else:
            self.unknown()

    def newest(self, flow, since):
        """Of the flow, as the sender's capture and the receiver's have it."""
        with self.world.lock:
            out = list(flow.out)[-ENOUGH:]
            into = list(flow.into)[-ENOUGH:]
        if min(len(out), len(into)) < ENOUGH or \
                min(out[0].when, into[0].when) < since:
            return None
        return out + into

    def over(self, flow, family):
        packets = self.newest(flow, time.time() - 1)
        if not packets:
            return 'no packets'
        if any(len(packet.src) != (4 if family == V4 else 16)
               for packet in packets):
            return 'it goes by %s' % sorted(ends(packets))
        return None

    def by(self, flow, links):
        """Since now, not by what is still on its way."""
        since = time.time()

        def missing():
            packets = self.newest(flow, since)
            if not packets:
                return 'no packets'
            by = set()
            for packet in packets:
                src, dst = (self.world.owner(addr) for addr in
                            (packet.src, packet.dst))
                by.add((src.name, dst.name))
                if packet.link is not (src if packet.out else dst):
                    return '%s by another link' % packet
            if len(by) == 1 and set(links) <= set(*by):
                return None
            return 'it goes by %s' % sorted(by)
        self.until(missing)

    @staticmethod
    def losses(flow, limit):
        if flow.running:
            raise Error('it was not stopped')
        lost = flow.sent - flow.received
        if lost > limit or flow.doubled or flow.received < ENOUGH:
            raise Error('sent %d, lost %d, doubled %d; packets %d to %d' % (
                flow.sent, lost, flow.doubled, *flow.missing()))

    def paths(self, a, b, count):
        one, other = self.world.hosts[a], self.world.hosts[b]
        active = [path for path in one.paths(other) if path['state'] == 'ACTIVE']
        if len(active) != int(count):
            return '%d paths' % len(active)
        return mirrored(one, other)

    def same_spis(self, a, b, how):
        one, other = self.world.hosts[a], self.world.hosts[b]
        wrong = mirrored(one, other)
        if wrong:
            return wrong
        now = self.spis_of(one, other)
        if how == 'same' and not now <= self.spis[a]:
            return 'new: %s' % sorted(now - self.spis[a])
        if how == 'other' and now & self.spis[a]:
            return 'still: %s' % sorted(now & self.spis[a])
        return None

    def since_mark(self):
        with self.world.lock:
            return self.world.control[self.marked:]

    def packet_seen(self, words):
        match = self.matcher(words)
        seen = [packet for packet in self.since_mark() if match(packet)]
        for out in (True, False):
            if not any(packet.out == out for packet in seen):
                return 'the %s capture has none' % (
                    "sender's" if out else "receiver's")
        return None

    def addresses(self, names):
        return {addr for name in names.split(',')
                for addr in self.world.find_link(name).all_addrs}

    def matcher(self, words):
        """A function that says if a packet is what WORDS ask for."""
        kind, src, _, dst = words[:4]
        conditions, at = [], 4
        while at < len(words):
            word, value = words[at:at + 2]
            at += 2
            if word == 'fid':
                conditions.append(self.flow_at(int(value), words[at + 1]))
                at += 2
            else:
                conditions.append(getattr(self, 'match_' + word)(value))
        hosts = self.world.hosts

        def match(packet):
            here, there = (src, dst) if packet.out else (dst, src)
            other = self.world.owner(packet.dst if packet.out else packet.src)
            return packet.kind == kind and packet.link.host is hosts[here] and \
                other and other.host is hosts[there] and \
                all(condition(packet) for condition in conditions)
        return match

    @staticmethod
    def match_with(value):
        return lambda packet: set(value.split(',')) <= set(packet.names())

    @staticmethod
    def match_without(value):
        return lambda packet: not set(value.split(',')) & set(packet.names())

    def match_from(self, value):
        addrs = self.addresses(value)
        return lambda packet: packet.src in addrs

    def match_to(self, value):
        addrs = self.addresses(value)
        return lambda packet: packet.dst in addrs

    def links_of(self, packet, choose):
        """Names of the links whose addresses E-LOCATOR has."""
        data = packet.get(E_LOCATOR)
        if data is None:
            return None
        return {self.world.owner(addr).name if self.world.owner(addr)
                else text(addr) for addr, fid, _ in locators(data) if choose(fid)}

    def match_naming(self, value):
        links = set(value.split(',')) - {'none'}
        return lambda packet: self.links_of(
            packet, lambda fid: fid is None) == links

    def flow_at(self, number, value):
        links = set(value.split(','))
        return lambda packet: self.links_of(
            packet, lambda fid: fid == number) == links

    @staticmethod
    def match_spi(value):
        def match(packet):
            old, new = packet.spis() or (0, 0)
            if not new:
                return False
            return {'same': old == new, 'other': old not in (0, new),
                    'new': old == 0}[value]
        return match


def parse(name):
    with open(name, encoding='ascii') as file:
        return Scenario(name.split('/')[-1].rsplit('.', 1)[0], file.readlines())


def warm_up(tmp):
    """An association, however long it takes."""
    scenario = Scenario('warm-up', ['host M m0', 'host P p0', 'meet M P p0'])
    world = scenario.world = World(tmp)
    world.family = (V4,)
    try:
        for _, words in scenario.statements:
            scenario.event(words)
        one, other = world.hosts.values()
        one.hipflow('assoc', 'add', 'peer', other.hit)
        world.wait(3600, lambda: not mirrored(one, other), 'no association')
    finally:
        world.close()
