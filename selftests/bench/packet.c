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
 * usage: packet NAMESPACE ADDRESS NAMESPACE ADDRESS SIZE first COUNT
 *
 * The first packet of COUNT flows and then the second of each. They are of one
 * raw socket, so that a new flow is new to nothing but what looks at ports.
 * Prints the median of the first ones and that of the second ones.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sys/resource.h>

#include "guest.h"

#define FIRST_PORT 20000
#define PORT 5001
#define WARM_UP 200

/* For profile.c: what is run between 1 and 2. To the processor it is nothing. */
#define mark(n) \
	({ asm volatile(".byte 0x0f, 0x1f, 0x80, 'H', 'I', 'P', " #n); })

/* A protocol with ports that no kernel here knows: nobody else answers. */
static int open_raw(const char *addr)
{
	struct addrinfo *local = resolve(addr, PORT, SOCK_DGRAM);
	struct sockaddr *sa = local->ai_addr;
	int fd;

	if (sa->sa_family == AF_INET6)
		((struct sockaddr_in6 *)sa)->sin6_port = 0;
	fd = socket(local->ai_family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_DCCP);
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

int main(int argc, char **argv)
{
	struct timeval patience = { .tv_sec = 10 };
	struct rlimit files = { 65536, 65536 };
	int size, flows, count, warm, rx, i;
	struct addrinfo *peer;
	__u32 random = 1;
	__s64 *cost;
	char *buf;
	int *tx;

	if (argc != 8) {
		fprintf(stderr, "packet: 7 arguments are needed\n");
		return 2;
	}
	size = atoi(argv[5]);
	flows = atoi(argv[6]);
	count = atoi(argv[7]);
	setrlimit(RLIMIT_NOFILE, &files);
	buf = calloc(1, 65536);
	cost = calloc(count, sizeof(*cost));
	tx = calloc(flows, sizeof(*tx));
	if (!buf || !cost || !tx || size > 65536)
		die("memory");
	if (!strcmp(argv[6], "first"))
		return first_packets(argv, buf);
	enter(argv[1]);
	peer = resolve(argv[4], PORT, SOCK_DGRAM);
	for (i = 0; i < flows; i++) {
		tx[i] = open_bound(argv[2], FIRST_PORT + i, SOCK_DGRAM);
		if (connect(tx[i], peer->ai_addr, peer->ai_addrlen))
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
		if (send(tx[flow], buf, size, 0) != size)
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
