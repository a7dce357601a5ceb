// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stream of numbered UDP packets both ways, and by which address of the mobile
 * host each of them came.
 *
 * usage: flow now
 *	  flow stream NAMESPACE LOCAL PEER PORT START COUNT GAP SIZE LINGER OUTPUT
 *	  flow at NAMESPACE TIME OUTPUT ROOT COMMAND...
 *
 * Times are nanoseconds of CLOCK_MONOTONIC, which all namespaces of a host share.
 * "stream" runs once on each host: from START on it sends COUNT packets of SIZE
 * octets, one every GAP, and takes what comes until LINGER after the last. Then
 * it writes lines to OUTPUT, with times from START on:
 *
 *	r NUMBER SENT RECEIVED		a packet, in the order of arrival
 *	f TIME ADDRESS ADDRESS		a frame large enough to carry one: outer
 *					source and destination
 *	e NUMBER			a packet that could not be sent
 *
 * "at" runs the command at TIME, with ROOT as its root directory, and writes when
 * it began and ended, and its status.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/types.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define NSEC 1000000000LL

struct packet {
	__u32 number;
	__s64 sent;
} __attribute__((packed));

struct event {
	char kind;
	__u32 number;
	__s64 sent;
	__s64 at;
	int family;
	__u8 saddr[16];
	__u8 daddr[16];
};

static struct event *events;
static size_t n_events, max_events;

static void sleep_until(__s64 at)
{
	struct timespec ts = { .tv_sec = at / NSEC, .tv_nsec = at % NSEC };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/* What is measured is not to wait for a signature that is being made. */
static void be_first(void)
{
	struct sched_param param = { .sched_priority = 50 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die("sched_setscheduler");
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");
}

static void add_event(const struct event *event)
{
	if (n_events < max_events)
		events[n_events++] = *event;
}

/* An address of either family; return: its length. */
static socklen_t parse(const char *name, int port, struct sockaddr_storage *addr)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)addr;
	struct sockaddr_in *in = (struct sockaddr_in *)addr;

	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, name, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		return sizeof(*in);
	}
	if (inet_pton(AF_INET6, name, &in6->sin6_addr) != 1)
		die(name);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	return sizeof(*in6);
}

static int open_udp(const char *local, const char *peer, int port)
{
	struct sockaddr_storage src, dst;
	socklen_t len = parse(local, port, &src);
	int size = 4 << 20;
	int fd;

	fd = socket(src.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&src, len))
		die(local);
	len = parse(peer, port, &dst);
	if (connect(fd, (struct sockaddr *)&dst, len))
		die(peer);
	return fd;
}

static int open_frames(void)
{
	int size = 16 << 20, on = 1;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK, htons(ETH_P_ALL));

	if (fd < 0)
		die("AF_PACKET");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	return fd;
}

static void frame_addresses(struct event *event, const char *buf)
{
	struct ip6_hdr ip6;
	struct iphdr ip;

	if (event->family == AF_INET) {
		memcpy(&ip, buf, sizeof(ip));
		memcpy(event->saddr, &ip.saddr, sizeof(ip.saddr));
		memcpy(event->daddr, &ip.daddr, sizeof(ip.daddr));
	} else {
		memcpy(&ip6, buf, sizeof(ip6));
		memcpy(event->saddr, &ip6.ip6_src, sizeof(ip6.ip6_src));
		memcpy(event->daddr, &ip6.ip6_dst, sizeof(ip6.ip6_dst));
	}
}

/*
 * Frames that come in by a link, not by lo or a tunnel; the stamp is the
 * kernel's, of CLOCK_REALTIME.
 */
static void take_frames(int fd, size_t size, __s64 offset)
{
	struct sockaddr_ll sll;
	char control[128];
	char buf[64];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = {
		.msg_name = &sll, .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control,
	};
	struct event event = { .kind = 'f' };
	struct cmsghdr *cmsg;
	struct timespec ts;
	ssize_t len;

	for (;;) {
		msg.msg_namelen = sizeof(sll);
		msg.msg_controllen = sizeof(control);
		len = recvmsg(fd, &msg, MSG_TRUNC);
		if (len < 0)
			return;
		if (sll.sll_pkttype == PACKET_OUTGOING ||
		    sll.sll_hatype != ARPHRD_ETHER || len < (ssize_t)size)
			continue;
		if (sll.sll_protocol == htons(ETH_P_IP))
			event.family = AF_INET;
		else if (sll.sll_protocol == htons(ETH_P_IPV6))
			event.family = AF_INET6;
		else
			continue;
		frame_addresses(&event, buf);
		for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg))
			if (cmsg->cmsg_type == SCM_TIMESTAMPNS) {
				memcpy(&ts, CMSG_DATA(cmsg), sizeof(ts));
				event.at = ts.tv_sec * NSEC + ts.tv_nsec - offset;
			}
		add_event(&event);
	}
}

static void take_packets(int fd)
{
	struct event event = { .kind = 'r' };
	struct packet packet;
	ssize_t len;

	for (;;) {
		len = recv(fd, &packet, sizeof(packet), MSG_TRUNC);
		if (len < 0) {
			/* An ICMP error is none of ours. */
			if (errno == EAGAIN)
				return;
			continue;
		}
		if (len < (ssize_t)sizeof(packet))
			continue;
		event.number = packet.number;
		event.sent = packet.sent;
		event.at = clock_at(CLOCK_MONOTONIC);
		add_event(&event);
	}
}

static void send_one(int fd, __u32 number, char *buf, size_t size)
{
	struct event event = { .kind = 'e', .number = number };
	struct packet packet = {
		.number = number, .sent = clock_at(CLOCK_MONOTONIC),
	};
	int try;

	memcpy(buf, &packet, sizeof(packet));
	/* The first may be told an error of an earlier packet. */
	for (try = 0; try < 2; try++)
		if (send(fd, buf, size, 0) == (ssize_t)size)
			return;
	add_event(&event);
}

static int stream(char **argv)
{
	__s64 start = atoll(argv[3]), gap = atoll(argv[5]), linger = atoll(argv[7]);
	__u32 count = atol(argv[4]), sent = 0;
	size_t size = atol(argv[6]);
	struct pollfd fds[2];
	struct timespec wait;
	__s64 offset, end, next, now;
	char name[2][INET6_ADDRSTRLEN];
	size_t i;
	char *buf;
	FILE *out;

	if (size < sizeof(struct packet))
		size = sizeof(struct packet);
	buf = calloc(1, size);
	max_events = 8 * (size_t)count + 100;
	events = calloc(max_events, sizeof(*events));
	out = fopen(argv[8], "w");
	if (!buf || !events || !out)
		die(argv[8]);
	fds[0].fd = open_udp(argv[0], argv[1], atoi(argv[2]));
	fds[1].fd = open_frames();
	fds[0].events = POLLIN;
	fds[1].events = POLLIN;
	be_first();
	offset = clock_at(CLOCK_REALTIME) - clock_at(CLOCK_MONOTONIC);
	end = start + count * gap + linger;
	for (;;) {
		now = clock_at(CLOCK_MONOTONIC);
		next = sent < count ? start + sent * gap : end;
		if (now >= end)
			break;
		if (now >= next) {
			send_one(fds[0].fd, sent++, buf, size);
			continue;
		}
		wait.tv_sec = (next - now) / NSEC;
		wait.tv_nsec = (next - now) % NSEC;
		if (ppoll(fds, 2, &wait, NULL) <= 0)
			continue;
		take_frames(fds[1].fd, size, offset);
		take_packets(fds[0].fd);
	}
	for (i = 0; i < n_events; i++) {
		const struct event *event = &events[i];

		if (event->kind == 'r') {
			fprintf(out, "r %u %lld %lld\n", event->number,
				event->sent - start, event->at - start);
		} else if (event->kind == 'e') {
			fprintf(out, "e %u\n", event->number);
		} else {
			inet_ntop(event->family, event->saddr, name[0], sizeof(name[0]));
			inet_ntop(event->family, event->daddr, name[1], sizeof(name[1]));
			fprintf(out, "f %lld %s %s\n", event->at - start,
				name[0], name[1]);
		}
	}
	return fclose(out) || n_events == max_events;
}

static int at(char **argv)
{
	__s64 begin, end;
	int status;
	FILE *out;
	pid_t pid;

	out = fopen(argv[1], "w");
	if (!out)
		die(argv[1]);
	if (chroot(argv[2]) || chdir("/"))
		die(argv[2]);
	if (setenv("PATH", "/bin", 1))
		die("setenv");
	sleep_until(atoll(argv[0]));
	begin = clock_at(CLOCK_MONOTONIC);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	end = clock_at(CLOCK_MONOTONIC);
	fprintf(out, "%lld %lld %d\n", begin, end, status);
	return fclose(out) || status;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "now")) {
		printf("%lld\n", clock_at(CLOCK_MONOTONIC));
		return 0;
	}
	if (argc == 12 && !strcmp(argv[1], "stream")) {
		enter(argv[2]);
		return stream(argv + 3);
	}
	if (argc >= 7 && !strcmp(argv[1], "at")) {
		enter(argv[2]);
		return at(argv + 3);
	}
	fprintf(stderr, "flow: usage: flow now | stream ... | at ...\n");
	return 2;
}
