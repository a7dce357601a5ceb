// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an octet of a TCP stream costs from one network namespace to another one,
 * in instructions: a nanosecond is one in a guest in virtual time.
 *
 * usage: tcp NAMESPACE ADDRESS NAMESPACE ADDRESS COUNT
 *
 * Writes of 64 KB, each followed by reads until nothing is left. Of COUNT connections,
 * one after the other, two megabytes are counted of each, after a warm-up, and from
 * where none are on their way to there again: one connection costs the same all the
 * time, and another may cost 1% more. Prints the MSS, and the median in thousandths of
 * an instruction for each octet.
 *
 * At most WINDOW octets are on their way, which is below what both sockets have room
 * for: what limits the stream is neither the window nor a queue. Something lost is the
 * end.
 *
 * Where a kernel thread does part of the work (WireGuard), this process has to wait
 * for it; and the end of what is counted for a delayed acknowledgment. So that no
 * waiting counts, a process that gets what nobody else has need of spins meanwhile, and
 * what it took is taken away.
 */
#define _GNU_SOURCE
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "guest.h"

#define FIRST_PORT 20000
#define PORT	5001
#define WRITE	65536
#define WINDOW	(4 * WRITE)
#define ROOM	(8 * WINDOW)
#define WARM_UP	(4 << 20)
#define COUNTED	(2 << 20)

/* Returns the clock of the time that was nobody else's. */
static clockid_t idle_start(pid_t *pid)
{
	struct sched_param param = { 0 };
	clockid_t clock;

	*pid = fork();
	if (*pid < 0)
		die("fork");
	if (!*pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			;
	}
	if (sched_setscheduler(*pid, SCHED_IDLE, &param))
		die("SCHED_IDLE");
	errno = clock_getcpuclockid(*pid, &clock);
	if (errno)
		die("clock");
	return clock;
}

static void room(int fd)
{
	int octets = ROOM;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &octets, sizeof(octets)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof(octets)))
		die("room");
}

/* A delayed acknowledgment of the last octets is no loss to look for. */
static void no_probes(void)
{
	int fd = open("/proc/sys/net/ipv4/tcp_early_retrans", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		die("tcp_early_retrans");
	close(fd);
}

static int open_listener(const char *name, struct addrinfo *local)
{
	int on = 1, fd;

	enter(name);
	fd = socket(local->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		die("socket");
	room(fd);
	if (bind(fd, local->ai_addr, local->ai_addrlen) || listen(fd, 1))
		die(name);
	return fd;
}

/* Until @end octets in all were sent and read. */
static void stream(int tx, int rx, char *buf, __s64 *sent, __s64 *got, __s64 end)
{
	struct pollfd wait = { .fd = rx, .events = POLLIN };
	ssize_t len;

	while (*got < end) {
		if (*sent < end && *sent - *got < WINDOW) {
			if (send(tx, buf, WRITE, 0) != WRITE)
				die("send");
			*sent += WRITE;
		} else if (poll(&wait, 1, 10000) != 1) {
			errno = ETIMEDOUT;
			die("poll");
		}
		while ((len = recv(rx, buf, WRITE, MSG_DONTWAIT)) > 0)
			*got += len;
		if (len == 0 || errno != EAGAIN)
			die("recv");
	}
}

static void tcp_info(int fd, struct tcp_info *info)
{
	socklen_t len = sizeof(*info);

	memset(info, 0, sizeof(*info));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len))
		die("TCP_INFO");
}

/* The cost of @connection, in thousandths for each octet. */
static __s64 one_connection(char **argv, int listener, struct addrinfo *peer,
			    int connection, clockid_t idle, unsigned int *mss)
{
	int tx = open_bound(argv[2], FIRST_PORT + connection, SOCK_STREAM), rx;
	struct tcp_info before, after;
	__s64 sent = 0, got = 0, begin, cost;
	static char buf[WRITE];

	room(tx);
	if (connect(tx, peer->ai_addr, peer->ai_addrlen))
		die(argv[4]);
	rx = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (rx < 0)
		die("accept");
	stream(tx, rx, buf, &sent, &got, WARM_UP);
	tcp_info(tx, &before);
	mark(1);
	begin = now() - clock_at(idle);
	stream(tx, rx, buf, &sent, &got, WARM_UP + COUNTED);
	mark(2);
	cost = now() - clock_at(idle) - begin;
	tcp_info(tx, &after);
	if (after.tcpi_total_retrans != before.tcpi_total_retrans) {
		fprintf(stderr, "tcp: %u segments were sent again\n",
			after.tcpi_total_retrans - before.tcpi_total_retrans);
		exit(1);
	}
	*mss = after.tcpi_snd_mss;
	close(tx);
	close(rx);
	return cost * 1000 / COUNTED;
}

int main(int argc, char **argv)
{
	int count, listener, i;
	struct addrinfo *peer;
	unsigned int mss = 0;
	clockid_t idle;
	__s64 *cost;
	pid_t pid;

	if (argc != 6) {
		fprintf(stderr, "tcp: 5 arguments are needed\n");
		return 2;
	}
	count = atoi(argv[5]);
	cost = calloc(count, sizeof(*cost));
	if (!cost || count <= 0)
		die("memory");
	peer = resolve(argv[4], PORT, SOCK_STREAM);
	listener = open_listener(argv[3], peer);
	enter(argv[1]);
	no_probes();
	idle = idle_start(&pid);
	for (i = 0; i < count; i++)
		cost[i] = one_connection(argv, listener, peer, i, idle, &mss);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	printf("%u %lld\n", mss, median(cost, count));
	fprintf(stderr, "# tcp: ");
	for (i = 0; i < count; i++)
		fprintf(stderr, "%lld%c", cost[i], i + 1 < count ? ' ' : '\n');
	return 0;
}
