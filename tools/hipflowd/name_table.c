// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "log.h"
#include "name_table.h"
#include "state.h"

#define RETRY_MS	60000
#define TTL_MIN_S	30
#define REFRESHES_MAX	8

/* HIT, user, followed, name */
#define LINE_MAX_LEN	(HIP_ADDR_STRLEN + 12 + 3 + HIP_NAME_MAX + 2)

/**
 * struct name_entry - a peer that was looked up by name
 * @entry: of the table's list
 * @t: the table
 * @hit: key
 * @name: the name that was looked up last
 * @uid: who did
 * @followed: for root, to be kept up to date
 * @vouched: the hosts file has it
 * @looking: it is being looked up again
 * @refresh: when to, in ms of the loop
 * @n: of @addrs; 0 if it is from the file
 * @addrs: what the kernel was told
 */
struct name_entry {
	TAILQ_ENTRY(name_entry) entry;
	struct name_table *t;
	struct in6_addr hit;
	char name[HIP_NAME_MAX + 1];
	uid_t uid;
	bool followed;
	bool vouched;
	bool looking;
	uint64_t refresh;
	size_t n;
	struct in6_addr addrs[NAME_ADDRS_MAX];
};

static struct name_entry *find(const struct name_table *t,
			       const struct in6_addr *hit)
{
	struct name_entry *e;

	TAILQ_FOREACH(e, &t->list, entry)
		if (IN6_ARE_ADDR_EQUAL(&e->hit, hit))
			return e;
	return NULL;
}

static struct name_entry *add(struct name_table *t, const struct in6_addr *hit)
{
	struct name_entry *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->t = t;
	e->hit = *hit;
	TAILQ_INSERT_TAIL(&t->list, e, entry);
	t->count++;
	t->dirty = true;
	return e;
}

static void drop(struct name_entry *e)
{
	struct name_table *t = e->t;

	if (e->looking)
		resolver_forget(t->resolver, e);
	TAILQ_REMOVE(&t->list, e, entry);
	t->count--;
	t->dirty = true;
	free(e);
}

/* The kernel forgets it, too. */
static void drop_told(struct name_entry *e)
{
	e->t->tell(e->t->data, HIP_CMD_PEER_DEL, &e->hit, NULL, 0);
	drop(e);
}

static size_t add_addrs(struct in6_addr *list, size_t n,
			const struct in6_addr *addrs, size_t n_addrs)
{
	size_t i, j;

	for (i = 0; i < n_addrs && n < NAME_ADDRS_MAX; i++) {
		for (j = 0; j < n; j++)
			if (IN6_ARE_ADDR_EQUAL(&list[j], &addrs[i]))
				break;
		if (j == n)
			list[n++] = addrs[i];
	}
	return n;
}

/*
 * Where the first packet goes: a host that has a rendezvous server is met there
 * (RFC 8004 section 3), and has other addresses only maybe. This is the one
 * place that puts both into one list, as the kernel has one.
 */
static size_t merge_addrs(struct in6_addr list[NAME_ADDRS_MAX],
			  const struct hip_name_answer *answer)
{
	size_t n;

	n = add_addrs(list, 0, answer->rvs_addrs, answer->n_rvs_addrs);
	return add_addrs(list, n, answer->addrs, answer->n_addrs);
}

static size_t count_of(const struct name_table *t, uid_t uid,
		       struct name_entry **oldest)
{
	struct name_entry *e;
	size_t n = 0;

	*oldest = NULL;
	TAILQ_FOREACH(e, &t->list, entry) {
		if (e->followed || e->uid != uid)
			continue;
		if (!*oldest)
			*oldest = e;
		n++;
	}
	return n;
}

/* Room for one more: the one that was not asked for the longest goes. */
static bool make_room(struct name_table *t, uid_t uid)
{
	struct name_entry *e;

	if (uid && count_of(t, uid, &e) >= NAME_ENTRIES_USER) {
		drop_told(e);
		return true;
	}
	if (t->count < NAME_ENTRIES_MAX)
		return true;
	TAILQ_FOREACH(e, &t->list, entry) {
		if (!e->followed) {
			drop_told(e);
			return true;
		}
	}
	return false;
}

static bool may_follow(const struct name_table *t)
{
	struct name_entry *e;
	size_t n = 0;

	TAILQ_FOREACH(e, &t->list, entry)
		n += e->followed;
	return n < NAME_FOLLOWED_MAX;
}

static int say(int err, const char **why)
{
	switch (err) {
	case 0:
		break;
	case -ENOENT:
		*why = "the kernel module hip is not loaded";
		break;
	case -EEXIST:
		*why = "the peer is in hipflowd.conf";
		break;
	default:
		*why = "the kernel does not take this peer: hipflowd's log says why";
	}
	return err;
}

static void set_refresh(struct name_entry *e, uint32_t ttl)
{
	e->refresh = uv_now(e->t->loop) +
		     (ttl < TTL_MIN_S ? TTL_MIN_S : ttl) * 1000ULL;
}

/*
 * Tells the kernel unless it knows. With the kernel's list go addresses that
 * another name of the same host gave, as neither is known to be the better one.
 */
static int update(struct name_entry *e, const struct hip_name_answer *answer)
{
	struct in6_addr list[NAME_ADDRS_MAX];
	size_t n = merge_addrs(list, answer);
	int err;

	if (strcmp(e->name, answer->name) && !e->followed)
		n = add_addrs(list, n, e->addrs, e->n);
	if (n == e->n && !memcmp(list, e->addrs, n * sizeof(list[0])))
		return 0;
	err = e->t->tell(e->t->data, HIP_CMD_PEER_SET, &e->hit, list, n);
	if (err)
		return err;
	memcpy(e->addrs, list, n * sizeof(list[0]));
	e->n = n;
	return 0;
}

/* A peer that has no entry yet. */
static int put_new(struct name_table *t, const struct hip_name_answer *answer,
		   uid_t uid, bool follow, const char **why)
{
	struct name_entry *e;
	int err;

	if (!make_room(t, uid)) {
		*why = "too many names are followed";
		return -ENOSPC;
	}
	e = add(t, &answer->hit);
	if (!e) {
		*why = "out of memory";
		return -ENOMEM;
	}
	e->uid = uid;
	e->followed = follow;
	e->vouched = answer->listed;
	memcpy(e->name, answer->name, sizeof(e->name));
	set_refresh(e, answer->ttl);
	e->n = merge_addrs(e->addrs, answer);
	err = t->tell(t->data, follow ? HIP_CMD_PEER_SET : HIP_CMD_PEER_NEW,
		      &e->hit, e->addrs, e->n);
	if (!err)
		return 0;
	drop(e);
	/* Somebody who can has told the kernel where it is. */
	if (err == -EEXIST && !follow)
		return 0;
	return say(err, why);
}

int name_table_put(struct name_table *t, const struct hip_name_answer *answer,
		   uid_t uid, bool follow, const char **why)
{
	struct name_entry *e = find(t, &answer->hit);
	int err;

	if (follow && (!e || !e->followed) && !may_follow(t)) {
		*why = "too many names are followed";
		return -ENOSPC;
	}
	if (!e)
		return put_new(t, answer, uid, follow, why);
	TAILQ_REMOVE(&t->list, e, entry);
	TAILQ_INSERT_TAIL(&t->list, e, entry);
	/* Users do not change what root asked for. */
	if (e->followed && !follow)
		return 0;
	if (follow && !e->followed) {
		e->followed = true;
		/* hipflow has told the kernel something meanwhile. */
		e->n = 0;
	}
	err = update(e, answer);
	if (err == -EEXIST && !follow) {
		/* It has come into hipflowd.conf since. */
		drop(e);
		return 0;
	}
	if (err)
		return say(err, why);
	if (strcmp(e->name, answer->name) || e->uid != uid)
		t->dirty = true;
	memcpy(e->name, answer->name, sizeof(e->name));
	e->uid = uid;
	e->vouched = answer->listed;
	set_refresh(e, answer->ttl);
	return 0;
}

void name_table_forget(struct name_table *t, const struct in6_addr *hit)
{
	struct name_entry *e = find(t, hit);

	if (e)
		drop(e);
}

const char *name_table_reverse(const struct name_table *t,
			       const struct in6_addr *hit, uid_t uid)
{
	const struct name_entry *e = find(t, hit);

	return e && (!e->uid || e->uid == uid) ? e->name : NULL;
}

bool name_table_unvouched(const struct name_table *t,
			  const struct in6_addr *hit)
{
	const struct name_entry *e = find(t, hit);

	return e && !e->followed && !e->vouched && e->uid;
}

/* The name has another HIT than it had: what follows is the name. */
static void replace(struct name_entry *e, const struct hip_name_answer *answer)
{
	struct name_table *t = e->t;
	char text[HIP_ADDR_STRLEN];
	const char *why = NULL;
	uid_t uid = e->uid;

	log_notice("%s is another host now: %s", answer->name,
		   hip_addr_print(&answer->hit, text));
	drop_told(e);
	if (name_table_put(t, answer, uid, true, &why))
		log_err("cannot follow %s: %s", answer->name, why);
}

static void on_refreshed(void *data, const struct hip_name_answer *answer)
{
	struct name_entry *e = data;

	e->looking = false;
	e->refresh = uv_now(e->t->loop) + RETRY_MS;
	if (answer->status != HIP_NAME_OK) {
		if (log_allowed())
			log_warning("cannot look up %s again, its addresses stay: %s",
				    e->name, answer->text);
		return;
	}
	if (!IN6_ARE_ADDR_EQUAL(&e->hit, &answer->hit)) {
		replace(e, answer);
		return;
	}
	if (!update(e, answer))
		set_refresh(e, answer->ttl);
}

static void refresh(struct name_table *t)
{
	struct name_entry *e, *next;
	uint64_t now = uv_now(t->loop);
	unsigned int looking = 0;

	TAILQ_FOREACH(e, &t->list, entry)
		looking += e->looking;
	/* The answer may be there at once, and drop this entry but no other. */
	for (e = TAILQ_FIRST(&t->list); e && looking < REFRESHES_MAX; e = next) {
		next = TAILQ_NEXT(e, entry);
		if (!e->followed || e->looking || e->refresh > now)
			continue;
		e->looking = true;
		looking++;
		resolver_lookup(t->resolver, e->name, false, on_refreshed, e);
	}
}

static void save(struct name_table *t)
{
	const struct name_entry *e;
	char hit[HIP_ADDR_STRLEN];
	size_t used = 0;
	char *text;
	int err;

	text = malloc(t->count * LINE_MAX_LEN + 1);
	if (!text)
		return;
	TAILQ_FOREACH(e, &t->list, entry)
		used += snprintf(text + used, LINE_MAX_LEN, "%s %u %d %s\n",
				 hip_addr_print(&e->hit, hit), e->uid,
				 e->followed, e->name);
	err = state_write(t->dir, NAME_FILE, text, used, true);
	free(text);
	t->dirty = false;
	if (err && log_allowed())
		log_err("cannot write " NAME_FILE ": %s", strerror(-err));
}

void name_table_tick(struct name_table *t)
{
	refresh(t);
	if (t->dirty)
		save(t);
}

/* A line of the file; false for one that we did not write. */
static bool load_line(struct name_table *t, char *line)
{
	char name[HIP_NAME_MAX + 1];
	char hit_text[HIP_ADDR_STRLEN];
	struct name_entry *e;
	struct in6_addr hit;
	unsigned int uid;
	int followed;

	if (sscanf(line, "%45s %u %d %255s", hit_text, &uid, &followed,
		   name) != 4 ||
	    hip_hit_parse(hit_text, &hit) || find(t, &hit) ||
	    t->count >= NAME_ENTRIES_MAX)
		return false;
	e = add(t, &hit);
	if (!e)
		return false;
	e->uid = uid;
	e->followed = followed;
	if (!hip_name_copy(e->name, name)) {
		drop(e);
		return false;
	}
	return true;
}

static void load(struct name_table *t)
{
	size_t size = NAME_ENTRIES_MAX * LINE_MAX_LEN;
	char *text = malloc(size + 1);
	char *rest = text;
	char *line;
	int len;

	if (!text)
		return;
	len = state_read(t->dir, NAME_FILE, text, size, false);
	if (len < 0 && len != -ENOENT)
		log_err("cannot read " NAME_FILE ": %s", strerror(-len));
	text[len < 0 ? 0 : len] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (*line && !load_line(t, line))
			log_warning("a line of " NAME_FILE " is left out: '%.80s'",
				    line);
	free(text);
	t->dirty = false;
}

void name_table_init(struct name_table *t, uv_loop_t *loop,
		     struct resolver *resolver, int dir, name_tell_fn tell,
		     void *data)
{
	memset(t, 0, sizeof(*t));
	t->loop = loop;
	t->resolver = resolver;
	t->tell = tell;
	t->data = data;
	t->dir = dir;
	TAILQ_INIT(&t->list);
	load(t);
}

void name_table_tell_all(struct name_table *t)
{
	struct name_entry *e, *next;
	int err;

	for (e = TAILQ_FIRST(&t->list); e; e = next) {
		next = TAILQ_NEXT(e, entry);
		/* From the file: it is looked up, sooner or later. */
		if (!e->n) {
			e->refresh = 0;
			continue;
		}
		err = t->tell(t->data, HIP_CMD_PEER_SET, &e->hit, e->addrs,
			      e->n);
		if (err == -EEXIST)
			drop(e);
	}
}

void name_table_free(struct name_table *t)
{
	if (t->dirty)
		save(t);
	while (!TAILQ_EMPTY(&t->list))
		drop(TAILQ_FIRST(&t->list));
}
