// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking hipflowd about a name. This is also a part of the NSS module, and so
 * of any process: it keeps no state, allocates nothing, and neither waits
 * longer than it is told nor raises signals.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "name_proto.h"

#define LABEL_MAX	63
#define TRIES		3

bool hip_name_copy(char to[HIP_NAME_MAX + 1], const char *name)
{
	size_t label = 0;
	size_t i;

	for (i = 0; name[i]; i++) {
		unsigned char c = name[i];

		/* On the wire there is one octet more in front, and the root. */
		if (i == HIP_NAME_MAX - 1)
			return false;
		if (c == '.') {
			if (!label)
				return false;
			label = 0;
		} else if (c <= ' ' || c >= 0x7f || c == '\\' ||
			   ++label > LABEL_MAX) {
			return false;
		}
		to[i] = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
	}
	if (i && to[i - 1] == '.')
		i--;
	to[i] = '\0';
	return i;
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

bool hip_name_answer_valid(const struct hip_name_answer *answer)
{
	unsigned int i;

	if (answer->magic != HIP_NAME_MAGIC ||
	    answer->n_addrs > HIP_NAME_ADDRS || answer->n_rvs > HIP_NAME_RVS ||
	    answer->n_rvs_addrs > HIP_NAME_ADDRS ||
	    answer->hi_len > HIP_NAME_HI_MAX ||
	    !ends(answer->name, sizeof(answer->name)) ||
	    !ends(answer->text, sizeof(answer->text)))
		return false;
	for (i = 0; i < answer->n_rvs; i++)
		if (!ends(answer->rvs[i], sizeof(answer->rvs[i])))
			return false;
	return true;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/*
 * A server whose backlog is full takes the next one when it gets to it: the
 * kernel waits for that as long as a socket may take to send.
 */
static int connect_until(int fd, const struct sockaddr_un *addr, int64_t end)
{
	struct timeval timeout;
	int64_t left;

	do {
		left = end - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		timeout.tv_sec = left / 1000;
		timeout.tv_usec = left % 1000 * 1000;
		if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout,
			       sizeof(timeout)))
			return -errno;
		if (!connect(fd, (const struct sockaddr *)addr, sizeof(*addr)))
			return 0;
	} while (errno == EINTR || errno == EAGAIN);
	return -errno;
}

/* 0, or -ETIMEDOUT if nothing comes until @end. */
static int wait_readable(int fd, int64_t end)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int64_t left;
	int n;

	do {
		left = end - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		n = poll(&poll_fd, 1, left);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? 0 : -ETIMEDOUT;
}

static int talk(int fd, const struct hip_name_request *request,
		struct hip_name_answer *answer, int64_t end)
{
	ssize_t n;
	int err;

	/* A busy server answers without reading. */
	if (send(fd, request, sizeof(*request), MSG_NOSIGNAL) < 0 &&
	    errno != EPIPE)
		return -errno;
	err = wait_readable(fd, end);
	if (err)
		return err;
	n = recv(fd, answer, sizeof(*answer), 0);
	if (n < 0)
		return -errno;
	if (!n)
		return -EPIPE;
	if (n != sizeof(*answer) || !hip_name_answer_valid(answer))
		return -EBADMSG;
	return 0;
}

static int ask_once(const struct sockaddr_un *addr,
		    const struct hip_name_request *request,
		    struct hip_name_answer *answer, int64_t end)
{
	int err;
	int fd;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = connect_until(fd, addr, end);
	if (!err)
		err = talk(fd, request, answer, end);
	close(fd);
	return err;
}

int hip_name_ask(struct hip_name_request *request,
		 struct hip_name_answer *answer, int timeout_ms)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int64_t end = now_ms() + timeout_ms;
	int tries = TRIES;
	int err;

	_Static_assert(sizeof(addr.sun_path) > HIP_NAME_PATH, "a path fits");
	request->magic = HIP_NAME_MAGIC;
	err = hip_name_path(addr.sun_path);
	if (err)
		return err;
	/* Who says nothing is dropped, which may be us if we were not run. */
	do {
		err = ask_once(&addr, request, answer, end);
	} while (err == -EPIPE && --tries);
	return err == -EPIPE ? -ECONNRESET : err;
}
