// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "name_proto.h"

/* Since Linux 5.14; unlike an inode's number it is never used again. */
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

int hip_name_path(char path[HIP_NAME_PATH])
{
	uint64_t cookie;
	socklen_t len = sizeof(cookie);
	int err = 0;
	int fd;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len))
		err = -errno;
	close(fd);
	if (!err)
		snprintf(path, HIP_NAME_PATH, HIP_NAME_DIR "/name-%" PRIu64 ".sock",
			 cookie);
	return err;
}
