# SPDX-License-Identifier: GPL-2.0-only
"""Hosts in network namespaces, each link a network of its own at one router:

    +---+ m0 10.0.1.1 fd00:1::1 ---- r1 +---+
    | M |                               | R | r3 ---- p0 10.0.3.1 fd00:3::1 +---+
    +---+ m1 10.0.2.1 fd00:2::1 ---- r2 +---+                               | P |
                                                                            +---+
R's ends have .254 and ::fe. All captures and streams run in one thread, so that
what the main thread waits for does not stop them."""
import base64
import collections
import ctypes
import json
import os
import selectors
import shutil
import socket
import subprocess
import threading
import time

from capture import Capture, Packet, ESP, SO_RCVBUFFORCE

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
MARKER = b'in clear'
V4, V6 = 4, 6
DAEMON_START = 60
EXTRA = 8 + 8 + 8 + 2 + 16	# ESP, IV, UDP, trailer, tag


class Error(Exception):
    """The scenario cannot go on."""


PROGRAMS = {}


def install(room='/dev/shm/scenario'):
    """Programs and their libraries into memory. Each file of the guest's host that
    is opened takes as long as the host likes, which virtual time does not know."""
    for name in ('ip', 'tc', 'nft', 'hipflow', 'hipflowd'):
        program = shutil.which(name)
        os.makedirs(room, exist_ok=True)
        shutil.copy(program, room)
        for word in run('ldd', program).split():
            if word.startswith('/'):
                shutil.copy(word, room)
                if 'ld-linux' in word:
                    loader = os.path.join(room, os.path.basename(word))
        PROGRAMS[name] = [loader, '--library-path', room,
                          os.path.join(room, name)]


def command(words):
    return PROGRAMS.get(words[0], [words[0]]) + list(words[1:])


def run(*words, text=None, check=True):
    done = subprocess.run(command(words), input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and done.returncode:
        raise Error('%s: %s' % (' '.join(words), done.stdout.strip()))
    return done.stdout


class Inside:
    """This thread, in a network namespace."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.home = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        there = os.open('/run/netns/' + self.name, os.O_RDONLY)
        done = libc.setns(there, CLONE_NEWNET)
        os.close(there)
        if done:
            raise Error('cannot enter %s' % self.name)

    def __exit__(self, *_):
        libc.setns(self.home, CLONE_NEWNET)
        os.close(self.home)


class Link:
    """A link of a host, and what it should be like at the moment."""

    def __init__(self, host, name, net, metric):
        self.host, self.name, self.net, self.metric = host, name, net, metric
        self.router = 'r%d' % net
        self.addr = {V4: None, V6: None}
        self.numbers = {V4: 0, V6: 0}
        self.up, self.swallows, self.netem = True, False, ''
        self.all_addrs = set()

    def next_addr(self, family):
        """Another address, which it never had before."""
        self.numbers[family] += 1
        if family == V4:
            return '10.0.%d.%d' % (self.net, self.numbers[family])
        return 'fd00:%d::%x' % (self.net, self.numbers[family])

    def usable(self):
        return self.up and not self.swallows and any(self.addr.values())

    def families(self):
        return {family for family, addr in self.addr.items() if addr}


class Host:
    def __init__(self, world, name):
        self.world, self.name = world, name
        self.links, self.daemon, self.hit = [], None, None
        self.dir = os.path.join(world.tmp, name)
        self.log = os.path.join(self.dir, 'log')

    def ip(self, *lines):
        run('ip', '-n', self.name, '-batch', '-', text='\n'.join(lines) + '\n')

    def hipflow(self, *words, check=True):
        return run('hipflow', '-n', self.name, *words, check=check)

    def json(self, *words):
        said = run('hipflow', '-n', self.name, '-j', *words, check=False)
        try:
            return json.loads(said)
        except ValueError as error:
            raise Error('hipflow %s at %s: %s' % (' '.join(words), self.name,
                                                  said)) from error

    def paths(self, peer=None):
        return self.json('path', 'show', *(['peer', peer.hit] if peer else []))

    def start(self, config='', key=None):
        os.makedirs(self.dir + '/state', exist_ok=True)
        os.chmod(self.dir + '/state', 0o700)
        if key is not None:
            write_key(self.dir + '/state/key.pem', key)
            config = '[identity]\nfile = key.pem\n' + config
            with open(self.dir + '/conf', 'w', encoding='ascii') as file:
                file.write(config)
        with open(self.log, 'ab') as log:
            # No process of "ip netns exec" around it: it is to be killed.
            with Inside(self.name):
                self.daemon = subprocess.Popen(
                    command(['hipflowd', '-v', '-c', self.dir + '/conf', '-d',
                             self.dir + '/state']), stdout=log, stderr=log,
                    stdin=subprocess.DEVNULL)
        self.world.wait(DAEMON_START, self.ready, 'no identity in ' + self.name)
        self.hit = self.json('identity', 'show')[0]['hit']

    def ready(self):
        shown = self.json('identity', 'show')
        return shown and all(entry.get('r1_ready') for entry in shown)

    def stop(self, signal=15):
        if self.daemon:
            self.daemon.send_signal(signal)
            self.daemon.wait()
            self.daemon = None

    def count_sas(self):
        return run('ip', '-n', self.name, 'xfrm', 'state', 'list').count(
            'proto esp')

    def addresses(self):
        return run('ip', '-n', self.name, '-br', 'addr')

    def link(self, name):
        return next((link for link in self.links if link.name == name), None)


def write_key(name, seed):
    """A P-256 key in PKCS #8 that is always the same."""
    scalar = b'\x01' + (b'%031d' % (seed + 1))
    der = bytes.fromhex('3041020100301306072a8648ce3d020106082a8648ce3d030107'
                        '042730250201010420') + scalar
    with open(name, 'w', encoding='ascii') as file:
        file.write('-----BEGIN PRIVATE KEY-----\n%s-----END PRIVATE KEY-----\n'
                   % base64.encodebytes(der).decode())
    os.chmod(name, 0o600)


class Flow:
    """A stream of numbered UDP packets from one host to another. Each has a size
    of its own, by which it is known when it is encrypted."""

    def __init__(self, world, name, number, src, dst, sport, dport, rate):
        self.world, self.name, self.src, self.dst = world, name, src, dst
        self.sport, self.dport = sport, dport
        self.size = 102 + 16 * number
        self.length = self.size + EXTRA
        self.interval = 1 / rate
        self.sent, self.received, self.doubled, self.late = 0, 0, 0, 0
        self.seen, self.highest, self.gap = set(), -1, 0
        self.due, self.last, self.running = None, None, False
        # The newest packets on the links of both hosts.
        self.out = collections.deque(maxlen=1000)
        self.into = collections.deque(maxlen=1000)
        self.tx = self.socket(src)
        self.rx = self.socket(dst)
        # Other flows may come to the same port.
        self.rx.connect((src.hit, sport))

    def socket(self, host):
        with Inside(host.name):
            sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host.hit, self.sport if host is self.src else self.dport))
        sock.setblocking(False)
        return sock

    def send(self, now):
        """What is due; not more than a burst after a pause."""
        if now - self.due > 1:
            self.due = now
        while self.due <= now:
            data = b'%s %d ' % (MARKER, self.sent)
            try:
                self.tx.sendto(data.ljust(self.size, b'.'),
                               (self.dst.hit, self.dport))
            except OSError:
                pass
            self.sent += 1
            self.due += self.interval

    def read(self):
        while True:
            try:
                data = self.rx.recv(2048)
            except BlockingIOError:
                return
            number = int(data[len(MARKER):len(MARKER) + 10].split()[0])
            now = time.monotonic()
            if number in self.seen:
                self.doubled += 1
                continue
            self.seen.add(number)
            self.received += 1
            self.late += number < self.highest
            self.highest = max(self.highest, number)
            if self.last is not None:
                self.gap = max(self.gap, now - self.last)
            self.last = now

    def missing(self):
        """The first and the last packet that was lost."""
        lost = set(range(self.sent)) - self.seen or {-1}
        return min(lost), max(lost)

    def close(self):
        self.running = False
        self.tx.close()
        self.rx.close()


class World:
    def __init__(self, tmp, slow=1, checker=None):
        self.tmp, self.slow, self.checker = tmp, slow, checker
        self.hosts, self.nets, self.flows = {}, 0, {}
        self.sizes = {}
        self.family = (V4, V6)
        self.control = []		# HIP packets of all hosts
        self.violations = []
        self.lock = threading.RLock()
        self.captures = []
        self.selector = selectors.DefaultSelector()
        self.waker, self.wake_end = socket.socketpair()
        self.waker.setblocking(False)
        self.selector.register(self.waker, selectors.EVENT_READ, None)
        self.ended = False
        run('ip', '-batch', '-', text='netns add R\n')
        run('ip', '-n', 'R', 'link', 'set', 'lo', 'up')
        self.router('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1',
                    'net.ipv6.conf.all.forwarding=1')
        self.router('nft', '-f', '-', text='table inet hole {\nchain forward {\n'
                    'type filter hook forward priority 0;\n}\n}\n')
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def router(self, *words, text=None):
        with Inside('R'):
            return run(*words, text=text)

    def wait(self, seconds, condition, what=None):
        """Until it is so. Return: is it? If not, with what: an error."""
        begin = now = time.monotonic()
        end = begin + seconds * self.slow
        while True:
            if condition():
                return True
            now = time.monotonic()
            if now >= end:
                break
            # What takes long is looked at less often: each look starts processes.
            time.sleep(min(max(0.05, (now - begin) / 10), 5))
        if what:
            raise Error(what)
        return False

    # --- topology -------------------------------------------------------------

    def add_host(self, name, links, key, config=''):
        host = Host(self, name)
        run('ip', 'netns', 'add', name)
        self.hosts[name] = host
        os.makedirs(host.dir, exist_ok=True)
        host.ip('link set lo up')
        # As every distribution has it: a second address outlives the first.
        with Inside(name):
            run('sysctl', '-q', '-w', 'net.ipv4.conf.all.promote_secondaries=1',
                'net.ipv4.conf.default.promote_secondaries=1')
        for link in links:
            self.add_link(host, link)
        host.ip('link add hip0 type hip', 'link set hip0 up')
        host.start(config, key)
        return host

    def add_link(self, host, name):
        """A new interface of a host, with addresses and a default route."""
        self.nets += 1
        link = Link(host, name, self.nets, 100 * (len(host.links) + 1))
        run('ip', 'link', 'add', name, 'netns', host.name, 'type', 'veth',
            'peer', 'name', link.router, 'netns', 'R')
        run('ip', '-n', 'R', '-batch', '-', text='\n'.join((
            'link set %s up' % link.router,
            'addr add 10.0.%d.254/24 dev %s' % (link.net, link.router),
            'addr add fd00:%d::fe/64 dev %s nodad' % (link.net, link.router),
            '')))
        host.ip('link set %s up' % name)
        with Inside(host.name):
            capture = Capture(link, MARKER, self.give)
        with self.lock:
            self.captures.append(capture)
            self.selector.register(capture.sock, selectors.EVENT_READ, capture)
        host.links.append(link)
        self.wake()
        for family in self.family:
            self.add_addr(link, family)
        return link

    def find_link(self, name):
        for host in self.hosts.values():
            if host.link(name):
                return host.link(name)
        raise Error('no link %s' % name)

    def find(self, addr):
        """Link that has the address now, as people write it."""
        for host in self.hosts.values():
            for link in host.links:
                if addr in link.addr.values():
                    return link
        return None

    def owner(self, addr):
        """Link that has or had the address."""
        for host in self.hosts.values():
            for link in host.links:
                if addr in link.all_addrs:
                    return link
        return None

    def add_addr(self, link, family, addr=None):
        addr = addr or link.next_addr(family)
        self.addr_lines(link, family, ['addr add %s dev %s' % (
            full(addr, family), link.name)], addr)

    def addr_lines(self, link, family, lines, addr):
        link.addr[family] = addr
        link.all_addrs.add(socket.inet_pton(
            socket.AF_INET if family == V4 else socket.AF_INET6, addr))
        link.host.ip(*lines, *([self.route(link, family)] if link.up else []))

    @staticmethod
    def route(link, family):
        return 'route replace %s via %s dev %s metric %d' % (
            'default' if family == V4 else '::/0',
            ('10.0.%d.254' if family == V4 else 'fd00:%d::fe') % link.net,
            link.name, link.metric)

    def del_addr(self, link, family):
        addr, link.addr[family] = link.addr[family], None
        self.drop_addr(link, family, addr)

    @staticmethod
    def drop_addr(link, family, addr):
        # IPv6 addresses may have gone with the link already: those that it had
        # when it went down.
        link.host.ip('addr del %s dev %s' % (full(addr, family), link.name)
                     if link.up or family == V4 else
                     'addr flush dev %s to %s' % (link.name, addr))

    def renumber(self, link, family):
        """As DHCP does it: the old address is told to go, the new one is there,
        the old one goes."""
        old, new = link.addr[family], link.next_addr(family)
        self.addr_lines(link, family, [
            'addr change %s dev %s preferred_lft 0 valid_lft 60' % (
                full(old, family), link.name),
            'addr add %s dev %s' % (full(new, family), link.name)], new)
        time.sleep(0.5 * self.slow)
        self.drop_addr(link, family, old)

    def set_up(self, link, up):
        link.up = up
        lines = ['link set %s %s' % (link.name, 'up' if up else 'down')]
        if up:
            # IPv6 addresses went with the link, IPv4 ones stayed.
            for family, addr in link.addr.items():
                if addr and family == V6:
                    lines.append('addr replace %s dev %s' % (
                        full(addr, family), link.name))
                if addr:
                    lines.append(self.route(link, family))
        link.host.ip(*lines)

    def swallow(self, link, on):
        link.swallows = on
        rules = ['flush chain inet hole forward']
        for host in self.hosts.values():
            for other in host.links:
                rules += ['add rule inet hole forward %s %s drop' % (
                    way, other.router) for way in ('iifname', 'oifname')
                          if other.swallows]
        self.router('nft', '-f', '-', text='\n'.join(rules) + '\n')

    def set_netem(self, link, words):
        """In both directions."""
        for name, dev in ((link.host.name, link.name), ('R', link.router)):
            if words:
                run('tc', '-n', name, 'qdisc', 'replace', 'dev', dev, 'root',
                    'netem', 'limit', '10000', *words.split())
            elif link.netem:
                run('tc', '-n', name, 'qdisc', 'del', 'dev', dev, 'root')
        link.netem = words

    def prefer(self, link):
        """Its default route becomes the best of its host."""
        metric = min(other.metric for other in link.host.links) - 1
        old, link.metric = link.metric, metric
        lines = []
        for family, addr in link.addr.items():
            if addr and link.up:
                lines.append(self.route(link, family))
                lines.append(self.route(link, family).replace(
                    'replace', 'del').replace('metric %d' % metric,
                                              'metric %d' % old))
        if lines:
            link.host.ip(*lines)

    # --- flows and packets ----------------------------------------------------

    def add_flow(self, name, src, dst, sport, dport, rate):
        flow = Flow(self, name, len(self.flows), src, dst, sport, dport, rate)
        with self.lock:
            self.flows[name] = flow
            self.sizes[src.name, dst.name, flow.length] = flow
            flow.due = time.monotonic()
            flow.running = True
            self.selector.register(flow.rx, selectors.EVENT_READ, flow)
        self.wake()
        return flow

    def wake(self):
        self.wake_end.send(b'.')

    def loop(self):
        while not self.ended:
            with self.lock:
                running = [flow for flow in self.flows.values() if flow.running]
            now = time.monotonic()
            due = min((flow.due for flow in running), default=now + 1)
            for key, _ in self.selector.select(max(0, due - now)):
                if key.data is None:
                    self.waker.recv(100)
                else:
                    with self.lock:
                        key.data.read()
            now = time.monotonic()
            with self.lock:
                for flow in running:
                    if flow.running:
                        flow.send(now)

    def give(self, packet):
        """From a capture, in our thread and under our lock."""
        if not isinstance(packet, Packet):
            self.violations.append(packet)
            return
        if packet.proto == ESP:
            host = packet.link.host
            other = self.owner(packet.dst if packet.out else packet.src)
            if other:
                ends = (host.name, other.host.name)
                flow = self.sizes.get(
                    (ends if packet.out else ends[::-1]) + (packet.length,))
                if flow:
                    (flow.out if packet.out else flow.into).append(packet)
        else:
            self.control.append(packet)
        if self.checker:
            self.checker.packet(packet)

    def dropped(self):
        return sum(capture.dropped() for capture in self.captures)

    def close(self):
        self.ended = True
        self.wake()
        self.thread.join()
        for capture in self.captures:
            capture.sock.close()
        for flow in self.flows.values():
            flow.close()
        for host in self.hosts.values():
            host.stop()
        run('ip', '-batch', '-', check=False, text=''.join(
            'netns del %s\n' % name for name in [*self.hosts, 'R']))


def full(addr, family):
    return addr + ('/24' if family == V4 else '/64 nodad')
