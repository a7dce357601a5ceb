/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs have in common that measure in one process between namespaces. */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <netdb.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* For profile.c: what is run between 1 and 2. To the processor it is nothing. */
#define mark(n) \
	({ asm volatile(".byte 0x0f, 0x1f, 0x80, 'H', 'I', 'P', " #n); })

static inline void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* In a guest in virtual time a nanosecond is an instruction. */
static inline __s64 clock_at(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts))
		die("clock");
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static inline __s64 now(void)
{
	return clock_at(CLOCK_MONOTONIC);
}

/* Sockets belong to the namespace in which they were made. */
static inline void enter(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static inline struct addrinfo *resolve(const char *addr, int port, int type)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = type,
	};
	struct addrinfo *res;
	char name[16];

	snprintf(name, sizeof(name), "%d", port);
	if (getaddrinfo(addr, name, &hints, &res)) {
		fprintf(stderr, "bench: no address: %s\n", addr);
		exit(1);
	}
	return res;
}

static inline int open_bound(const char *addr, int port, int type)
{
	struct addrinfo *local = resolve(addr, port, type);
	int fd = socket(local->ai_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, local->ai_addr, local->ai_addrlen))
		die(addr);
	freeaddrinfo(local);
	return fd;
}

static inline int by_size(const void *a, const void *b)
{
	__s64 x = *(const __s64 *)a, y = *(const __s64 *)b;

	return (x > y) - (x < y);
}

static inline __s64 median(__s64 *values, int count)
{
	qsort(values, count, sizeof(*values), by_size);
	return values[count / 2];
}

#endif
