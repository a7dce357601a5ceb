/* SPDX-License-Identifier: GPL-2.0-only */
/* Names for those who have no DNS: hipflow-hosts(5). */
#ifndef HIPFLOWD_HOSTS_H
#define HIPFLOWD_HOSTS_H

#include <netinet/in.h>
#include <stddef.h>
#include <time.h>

#include "name_proto.h"

#define HOSTS_MAX	4096
#define HOSTS_ERROR_LEN	256

/* One line of the file. */
struct host {
	char name[HIP_NAME_MAX + 1];
	struct in6_addr hit;
	unsigned int n_addrs;
	unsigned int n_rvs;
	struct in6_addr addrs[HIP_NAME_ADDRS];
	struct in6_addr rvs[HIP_NAME_ADDRS];
};

/**
 * struct hosts - what the file says
 * @list: its lines, in its order
 * @count: of @list
 * @mtime: of the file when it was read; with the two below it tells a change
 * @size: the same
 * @ino: the same
 * @looked: it was looked for at least once
 * @err: of the last time that it was read; then @list is that of before
 * @error: what is wrong with it, with file and line
 */
struct hosts {
	struct host *list;
	size_t count;
	struct timespec mtime;
	off_t size;
	ino_t ino;
	bool looked;
	int err;
	char error[HOSTS_ERROR_LEN];
};

/*
 * Reads the file if it has changed since the last time. 0, also if there is no
 * such file: then the list is empty; 1 if it was read; or a negative errno, with
 * @error saying why, once for each change of the file.
 */
int hosts_update(struct hosts *hosts, const char *path);

/* The line, or NULL. */
const struct host *hosts_find(const struct hosts *hosts, const char *name);
const struct host *hosts_find_hit(const struct hosts *hosts,
				  const struct in6_addr *hit);

void hosts_free(struct hosts *hosts);

#endif /* HIPFLOWD_HOSTS_H */
