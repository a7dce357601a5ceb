/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Peers that the kernel knows because somebody looked up their names.
 *
 * Any user may do so, and must not by that change what the administrator has
 * told the kernel: so there is a note of each peer that is ours, kept in the
 * state directory, too, and no other is touched.
 */
#ifndef HIPFLOWD_NAME_TABLE_H
#define HIPFLOWD_NAME_TABLE_H

#include <sys/queue.h>
#include <sys/types.h>

#include "resolver.h"

#define NAME_ENTRIES_MAX	1024
#define NAME_ENTRIES_USER	128	/* of a user who is not root */
#define NAME_FOLLOWED_MAX	256
#define NAME_ADDRS_MAX		32	/* the kernel's limit */
#define NAME_FILE		"names"

struct name_entry;
TAILQ_HEAD(name_list, name_entry);

/*
 * Tells the kernel: @cmd is HIP_CMD_PEER_NEW, _SET or _DEL. 0, -EEXIST if the
 * peer is the administrator's, or another negative errno.
 */
typedef int (*name_tell_fn)(void *data, uint8_t cmd,
			    const struct in6_addr *hit,
			    const struct in6_addr *addrs, size_t n_addrs);

/**
 * struct name_table - the notes
 * @loop: for the time
 * @resolver: to look up again what is followed
 * @tell: the kernel
 * @data: for @tell
 * @dir: state directory
 * @list: what was asked for last is at the end
 * @count: of @list
 * @dirty: the file is not what the list is
 */
struct name_table {
	uv_loop_t *loop;
	struct resolver *resolver;
	name_tell_fn tell;
	void *data;
	int dir;
	struct name_list list;
	size_t count;
	bool dirty;
};

/* Reads what an earlier hipflowd left. */
void name_table_init(struct name_table *t, uv_loop_t *loop,
		     struct resolver *resolver, int dir, name_tell_fn tell,
		     void *data);

/*
 * @uid has looked up a name, and this was the answer: the kernel is told. With
 * @follow the entry stays, and is kept up to date. 0 or a negative errno, with
 * a sentence in *@why.
 */
int name_table_put(struct name_table *t, const struct hip_name_answer *answer,
		   uid_t uid, bool follow, const char **why);

/* The administrator takes care of that peer. */
void name_table_forget(struct name_table *t, const struct in6_addr *hit);

/* The name by which @uid, or root, looked it up last, or NULL. */
const char *name_table_reverse(const struct name_table *t,
			       const struct in6_addr *hit, uid_t uid);

/* It is only here because some user looked it up. */
bool name_table_unvouched(const struct name_table *t,
			  const struct in6_addr *hit);

/* To be called every second or so. */
void name_table_tick(struct name_table *t);

/* The kernel module is new and knows nothing. */
void name_table_tell_all(struct name_table *t);

void name_table_free(struct name_table *t);

#endif /* HIPFLOWD_NAME_TABLE_H */
