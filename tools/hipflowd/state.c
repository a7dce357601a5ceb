// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "state.h"

int state_open(const char *path)
{
	struct stat st;
	int dir;

	if (mkdir(path, 0700) && errno != EEXIST) {
		int err = -errno;

		log_err("cannot make the state directory %s: %s", path,
			strerror(-err));
		return err;
	}
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st)) {
		int err = -errno;

		log_err("cannot open the state directory %s: %s", path,
			strerror(-err));
		if (dir >= 0)
			close(dir);
		return err;
	}
	if ((st.st_uid != geteuid() && st.st_uid != 0) ||
	    st.st_mode & 0022) {
		log_err("others may write to the state directory %s: run 'chown root %s; chmod 700 %s'",
			path, path, path);
		close(dir);
		return -EPERM;
	}
	return dir;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= n;
	}
	return 0;
}

int state_write(int dir, const char *name, const void *data, size_t len,
		bool replace)
{
	char temp[NAME_MAX + 1];
	int err;
	int fd;

	snprintf(temp, sizeof(temp), ".%.200s.%ld", name, (long)getpid());
	/* One of a run that crashed under the same process id. */
	unlinkat(dir, temp, 0);
	fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = write_all(fd, data, len);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && replace && renameat(dir, temp, dir, name))
		err = -errno;
	/* A link, unlike a rename, never replaces. */
	if (!err && !replace && linkat(dir, temp, dir, name, 0))
		err = -errno;
	if (err || !replace)
		unlinkat(dir, temp, 0);
	/* The name must last, too. */
	if (!err && fsync(dir))
		err = -errno;
	return err;
}

int state_read(int dir, const char *name, void *data, size_t size,
	       bool secret)
{
	struct stat st;
	size_t len = 0;
	int err = 0;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if (secret && (st.st_mode & 077 ||
			    (st.st_uid != geteuid() && st.st_uid != 0)))
		err = -EPERM;
	while (!err && len < size) {
		ssize_t n = read(fd, (char *)data + len, size - len);

		if (n < 0 && errno != EINTR)
			err = -errno;
		if (!n)
			break;
		if (n > 0)
			len += n;
	}
	if (!err && (size_t)st.st_size > size)
		err = -EFBIG;
	close(fd);
	return err ? err : (int)len;
}

int state_r1_read(int dir, uint64_t *counter)
{
	char text[32];
	char *end;
	int len;

	len = state_read(dir, STATE_R1_FILE, text, sizeof(text) - 1, false);
	if (len == -ENOENT) {
		*counter = 1;
		return 0;
	}
	if (len < 0) {
		log_err("cannot read " STATE_R1_FILE ": %s", strerror(-len));
		return len;
	}
	text[len] = '\0';
	errno = 0;
	*counter = strtoull(text, &end, 10);
	if (end == text || *end != '\n' || end[1] || errno || text[0] == '-') {
		log_err(STATE_R1_FILE " in the state directory does not hold a number: write one there that is higher than any before");
		return -EINVAL;
	}
	return 0;
}

int state_r1_write(int dir, uint64_t limit)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%" PRIu64 "\n", limit);

	return state_write(dir, STATE_R1_FILE, text, len, true);
}
