// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "addr.h"
#include "compiler.h"
#include "hosts.h"

#define LINE_LEN	2048

struct reader {
	const char *path;
	unsigned int line;
	char *error;		/* HOSTS_ERROR_LEN */
};

__printf(2, 3)
static int refuse(struct reader *r, const char *format, ...)
{
	va_list args;
	int n;

	n = snprintf(r->error, HOSTS_ERROR_LEN, "%.100s:%u: ", r->path,
		     r->line);
	va_start(args, format);
	vsnprintf(r->error + n, HOSTS_ERROR_LEN - n, format, args);
	va_end(args);
	return -EINVAL;
}

static char *next_word(char **rest)
{
	char *word;

	do {
		word = strsep(rest, " \t\n");
	} while (word && !*word);
	return word;
}

static int take_address(struct reader *r, const char *word,
			struct in6_addr *list, unsigned int *count,
			const char *what)
{
	struct in6_addr addr;

	if (hip_addr_parse(word, &addr))
		return refuse(r, "'%.60s' is not an IPv4 or IPv6 address",
			      word);
	if (!hip_addr_is_locator(&addr))
		return refuse(r, "'%.60s' is not an address at which other networks reach a host",
			      word);
	if (*count == HIP_NAME_ADDRS)
		return refuse(r, "more than %d addresses of %s", HIP_NAME_ADDRS,
			      what);
	list[(*count)++] = addr;
	return 0;
}

/* NAME HIT [ADDRESS...] [rvs ADDRESS...] */
static int take_line(struct reader *r, char *line, struct host *host)
{
	bool rvs = false;
	char *word;
	int err;

	memset(host, 0, sizeof(*host));
	line[strcspn(line, "#")] = '\0';
	word = next_word(&line);
	if (!word)
		return 0;
	if (!hip_name_copy(host->name, word))
		return refuse(r, "'%.60s' is not the name of a host", word);
	word = next_word(&line);
	if (!word)
		return refuse(r, "behind '%.60s' its HIT is missing",
			      host->name);
	if (hip_hit_parse(word, &host->hit))
		return refuse(r, "'%.60s' is not a HIT: HITs are IPv6 addresses in 2001:20::/28",
			      word);
	while ((word = next_word(&line))) {
		if (!strcmp(word, "rvs")) {
			if (rvs)
				return refuse(r, "'rvs' stands twice");
			rvs = true;
			continue;
		}
		if (rvs)
			err = take_address(r, word, host->rvs, &host->n_rvs,
					   "rendezvous servers");
		else
			err = take_address(r, word, host->addrs,
					   &host->n_addrs, "a host");
		if (err)
			return err;
	}
	if (rvs && !host->n_rvs)
		return refuse(r, "behind 'rvs' an address is missing");
	if (!host->n_addrs && !host->n_rvs)
		return refuse(r, "'%.60s' has no address", host->name);
	return 0;
}

static int add(struct reader *r, struct hosts *hosts, const struct host *host)
{
	struct host *more;

	if (hosts_find(hosts, host->name))
		return refuse(r, "'%.60s' stands twice", host->name);
	if (hosts->count == HOSTS_MAX)
		return refuse(r, "more than %d hosts", HOSTS_MAX);
	if (!(hosts->count & (hosts->count - 1))) {
		more = reallocarray(hosts->list,
				    hosts->count ? hosts->count * 2 : 1,
				    sizeof(*more));
		if (!more)
			return refuse(r, "out of memory");
		hosts->list = more;
	}
	hosts->list[hosts->count++] = *host;
	return 0;
}

static int read_all(struct reader *r, FILE *file, struct hosts *hosts)
{
	char line[LINE_LEN];
	struct host host;
	size_t len;
	int err;

	while (fgets(line, sizeof(line), file)) {
		r->line++;
		len = strlen(line);
		if (len == sizeof(line) - 1 && line[len - 1] != '\n')
			return refuse(r, "the line is longer than %zu characters",
				      sizeof(line) - 2);
		if (len && line[len - 1] != '\n' && !feof(file))
			return refuse(r, "there is a zero in the line");
		err = take_line(r, line, &host);
		if (!err && host.name[0])
			err = add(r, hosts, &host);
		if (err)
			return err;
	}
	if (ferror(file))
		return refuse(r, "cannot be read");
	return 0;
}

static bool changed(const struct hosts *hosts, const struct stat *st)
{
	return !hosts->looked || hosts->ino != st->st_ino ||
	       hosts->size != st->st_size ||
	       hosts->mtime.tv_sec != st->st_mtim.tv_sec ||
	       hosts->mtime.tv_nsec != st->st_mtim.tv_nsec;
}

/* -errno after the sentence is written. */
static int cannot_open(struct hosts *hosts, const char *path, int err)
{
	snprintf(hosts->error, sizeof(hosts->error), "cannot read %.100s: %s",
		 path, strerror(err));
	hosts->err = -err;
	return -err;
}

int hosts_update(struct hosts *hosts, const char *path)
{
	struct reader r = { .path = path, .error = hosts->error };
	struct hosts new = { 0 };
	struct stat st;
	FILE *file;

	memset(&st, 0, sizeof(st));
	if (stat(path, &st) && errno != ENOENT && errno != ENOTDIR)
		return cannot_open(hosts, path, errno);
	if (!changed(hosts, &st))
		return hosts->err;
	hosts->looked = true;
	hosts->mtime = st.st_mtim;
	hosts->size = st.st_size;
	hosts->ino = st.st_ino;
	hosts->err = 0;
	if (st.st_ino) {
		file = fopen(path, "re");
		if (!file)
			return cannot_open(hosts, path, errno);
		hosts->err = read_all(&r, file, &new);
		fclose(file);
	}
	if (hosts->err) {
		free(new.list);
		return hosts->err;
	}
	free(hosts->list);
	hosts->list = new.list;
	hosts->count = new.count;
	return 1;
}

const struct host *hosts_find(const struct hosts *hosts, const char *name)
{
	size_t i;

	for (i = 0; i < hosts->count; i++)
		if (!strcmp(hosts->list[i].name, name))
			return &hosts->list[i];
	return NULL;
}

const struct host *hosts_find_hit(const struct hosts *hosts,
				  const struct in6_addr *hit)
{
	size_t i;

	for (i = 0; i < hosts->count; i++)
		if (IN6_ARE_ADDR_EQUAL(&hosts->list[i].hit, hit))
			return &hosts->list[i];
	return NULL;
}

void hosts_free(struct hosts *hosts)
{
	free(hosts->list);
	memset(hosts, 0, sizeof(*hosts));
}
