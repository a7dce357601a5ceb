// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a UDP packet costs from send() in one network namespace to recv() in
 * another one. In a guest in virtual time a nanosecond is an instruction.
 *
 * usage: packet NAMESPACE ADDRESS NAMESPACE ADDRESS SIZE FLOWS COUNT
 *
 * FLOWS are sockets with ports of their own from 20000 on, which send to port 5001
 * in an order without order. Prints the median.
 *
 * usage: packet NAMESPACE ADDRESS NAMESPACE ADDRESS SIZE unconnected COUNT
 *
 * One flow of a socket that is not connected, as servers have: each packet names its
 * address, and is routed by itself.
 *
 * usage: packet NAMESPACE ADDRESS NAMESPACE ADDRESS SIZE first COUNT
 *
 * The first packet of COUNT flows and then the second of each. They are of one
 * raw socket, so that a new flow is new to nothing but what looks at ports.
 * Prints the median of the first ones and that of the second ones.
 *
 * usage: packet NAMESPACE ADDRESS NAMESPACE ADDRESS SIZE receive COUNT
 *
 * What the receiver has of it: what is to leave by v0 goes to the device "held"
 * instead (packet.sh sees to that), and from there by this program to v0. Counted is
 * that send() of a frame until recv() has returned, less a send() of the same frame
 * with an EtherType that nobody knows: what remains is all that the receiving host does
 * with it from its network layer on, and recv(). Prints the median.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "guest.h"

#define FIRST_PORT 20000
#define PORT 5001
#define WARM_UP 200
/* That ESP and its outer header add. */
#define ESP_MOST 128

/* A protocol with ports that no kernel here knows: nobody else answers. */
static int open_raw(const char *addr)
{
	struct addrinfo *local = resolve(addr, PORT, SOCK_DGRAM);
	struct sockaddr *sa = local->ai_addr;
	int fd;

	if (sa->sa_family == AF_INET6)
		((struct sockaddr_in6 *)sa)->sin6_port = 0;
	fd = socket(local->ai_family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_SCTP);
	if (fd < 0 || bind(fd, sa, local->ai_addrlen))
		die(addr);
	freeaddrinfo(local);
	return fd;
}

static __s64 one_way(int tx, int rx, char *buf, int size)
{
	__s64 begin = now();

	if (send(tx, buf, size, 0) != size)
		die("send");
	if (recv(rx, buf, 65536, 0) < size)
		die("recv");
	return now() - begin;
}

static int first_packets(char **argv, char *buf)
{
	struct timeval patience = { .tv_sec = 10 };
	int size = atoi(argv[5]), count = atoi(argv[7]), pass, i, tx, rx;
	struct addrinfo *peer;
	__s64 *cost;
	__u32 random;

	cost = calloc(count, sizeof(*cost));
	if (!cost || size < 4)
		die("memory");
	enter(argv[1]);
	peer = resolve(argv[4], PORT, SOCK_DGRAM);
	if (peer->ai_family == AF_INET6)
		((struct sockaddr_in6 *)peer->ai_addr)->sin6_port = 0;
	tx = open_raw(argv[2]);
	if (connect(tx, peer->ai_addr, peer->ai_addrlen))
		die(argv[4]);
	enter(argv[3]);
	rx = open_raw(argv[4]);
	setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	memset(buf, 0, 4);
	for (i = 0; i < WARM_UP; i++)
		one_way(tx, rx, buf, size);
	for (pass = 0; pass < 2; pass++) {
		random = 1;
		for (i = 0; i < count; i++) {
			/* What was received has been written over it. */
			random = random * 1664525 + 1013904223;
			buf[0] = random >> 24;
			buf[1] = random >> 16;
			random = random * 1664525 + 1013904223;
			buf[2] = random >> 24;
			buf[3] = random >> 16;
			cost[i] = one_way(tx, rx, buf, size);
		}
		printf("%lld\n", median(cost, count));
	}
	return 0;
}

static int open_device(const char *name, int protocol)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = if_nametoindex(name),
	};
	struct timeval patience = { .tv_sec = 10 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0 || !addr.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		die(name);
	return fd;
}

/* The frames that @tx sends, one behind the other; returns the length of each. */
static ssize_t hold(int tx, int held, char *frames, int size, int count)
{
	static char buf[65536], frame[65536];
	ssize_t len = 0;
	int i;

	for (i = 0; i < count; i++) {
		if (send(tx, buf, size, 0) != size)
			die("send");
		len = recv(held, frame, sizeof(frame), 0);
		if (len < ETH_HLEN + size || len > ETH_HLEN + size + ESP_MOST) {
			fprintf(stderr, "packet: %zd octets are held\n", len);
			exit(1);
		}
		memcpy(frames + i * len, frame, len);
	}
	return len;
}

static int receive_alone(char **argv)
{
	struct timeval patience = { .tv_sec = 10 };
	int size = atoi(argv[5]), count = atoi(argv[7]), tx, rx, held, out, i;
	struct addrinfo *peer;
	static char buf[65536];
	__s64 *cost, *base;
	char *frames;
	ssize_t len;

	cost = calloc(count, sizeof(*cost));
	base = calloc(count, sizeof(*base));
	frames = calloc(count + WARM_UP, ETH_HLEN + size + ESP_MOST);
	if (!cost || !base || !frames)
		die("memory");
	enter(argv[1]);
	peer = resolve(argv[4], PORT, SOCK_DGRAM);
	tx = open_bound(argv[2], FIRST_PORT, SOCK_DGRAM);
	if (connect(tx, peer->ai_addr, peer->ai_addrlen))
		die(argv[4]);
	held = open_device("held", ETH_P_ALL);
	out = open_device("v0", 0);
	enter(argv[3]);
	rx = open_bound(argv[4], PORT, SOCK_DGRAM);
	setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	len = hold(tx, held, frames, size, count + WARM_UP);
	if (recv(rx, buf, sizeof(buf), MSG_DONTWAIT) >= 0) {
		fprintf(stderr, "packet: what is held was received\n");
		return 1;
	}
	for (i = -WARM_UP; i < count; i++) {
		__s64 begin;

		memcpy(buf, frames + (i + WARM_UP) * len, len);
		((struct ethhdr *)buf)->h_proto = htons(ETH_P_802_EX1);
		begin = now();
		if (send(out, buf, len, 0) != len)
			die("send");
		if (i >= 0)
			base[i] = now() - begin;
	}
	for (i = -WARM_UP; i < count; i++) {
		__s64 begin;

		if (!i)
			mark(1);
		begin = now();
		if (send(out, frames + (i + WARM_UP) * len, len, 0) != len)
			die("send");
		if (recv(rx, buf, sizeof(buf), 0) != size)
			die("recv");
		if (i >= 0)
			cost[i] = now() - begin;
	}
	mark(2);
	printf("%lld\n", median(cost, count) - median(base, count));
	return 0;
}

int main(int argc, char **argv)
{
	struct timeval patience = { .tv_sec = 10 };
	struct rlimit files = { 65536, 65536 };
	int size, flows, count, warm, rx, i;
	struct addrinfo *peer;
	bool connected;
	__u32 random = 1;
	__s64 *cost;
	char *buf;
	int *tx;

	if (argc != 8) {
		fprintf(stderr, "packet: 7 arguments are needed\n");
		return 2;
	}
	size = atoi(argv[5]);
	connected = strcmp(argv[6], "unconnected");
	flows = connected ? atoi(argv[6]) : 1;
	count = atoi(argv[7]);
	setrlimit(RLIMIT_NOFILE, &files);
	buf = calloc(1, 65536);
	cost = calloc(count, sizeof(*cost));
	tx = calloc(flows, sizeof(*tx));
	if (!buf || !cost || !tx || size > 65536)
		die("memory");
	if (!strcmp(argv[6], "first"))
		return first_packets(argv, buf);
	if (!strcmp(argv[6], "receive"))
		return receive_alone(argv);
	enter(argv[1]);
	peer = resolve(argv[4], PORT, SOCK_DGRAM);
	for (i = 0; i < flows; i++) {
		tx[i] = open_bound(argv[2], FIRST_PORT + i, SOCK_DGRAM);
		if (connected && connect(tx[i], peer->ai_addr, peer->ai_addrlen))
			die(argv[4]);
	}
	enter(argv[3]);
	rx = open_bound(argv[4], PORT, SOCK_DGRAM);
	setsockopt(rx, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	/* Each flow is seen once before, in turn. */
	warm = flows + WARM_UP;
	for (i = -warm; i < count; i++) {
		__s64 begin;
		int flow;

		if (!i)
			mark(1);
		random = random * 1664525 + 1013904223;
		flow = i < 0 ? (i + warm) % flows : (int)((random >> 8) % flows);
		begin = now();
		if (sendto(tx[flow], buf, size, 0,
			   connected ? NULL : peer->ai_addr,
			   connected ? 0 : peer->ai_addrlen) != size)
			die("send");
		if (recv(rx, buf, 65536, 0) != size)
			die("recv");
		if (i >= 0)
			cost[i] = now() - begin;
	}
	mark(2);
	printf("%lld\n", median(cost, count));
	return 0;
}
