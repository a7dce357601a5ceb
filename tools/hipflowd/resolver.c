// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unbound.h>
#include <unistd.h>

#include "addr.h"
#include "hip_rr.h"
#include "log.h"
#include "resolver.h"

#define CLASS_IN	1
#define TYPE_A		1
#define TYPE_AAAA	28

#define RCODE_SERVFAIL	2

/* A longer or shorter one is of no use, whatever a zone says. */
#define TTL_MIN		5
#define TTL_MAX		86400
/* It costs nothing to look into the file. */
#define HOSTS_TTL	30

/* HIP; A and AAAA of the host and of each server */
#define QUERIES_MAX	(1 + 2 * (1 + HIP_NAME_RVS))

/**
 * struct query - a question to the DNS
 * @lookup: owner
 * @id: of libunbound, to cancel it
 * @type: of the records
 * @waiting: the answer is still to come
 * @rvs: its answer is an address of a rendezvous server
 * @name: for messages
 */
struct query {
	struct lookup *lookup;
	int id;
	int type;
	bool waiting;
	bool rvs;
	const char *name;
};

/**
 * struct lookup - a name that is looked up in the DNS
 * @next: of the resolver's
 * @r: owner
 * @done: told the answer, NULL if it is not wanted any more
 * @data: for @done
 * @deadline: in ms of the loop
 * @waiting: queries without an answer
 * @n_queries: of @queries
 * @queries: all there were
 * @insecure: an answer was not signed
 * @trouble: status if no address is found, because of the first address that
 *	could not be had; what happened is then in the answer's text
 * @answer: what is known up to now
 */
struct lookup {
	struct lookup *next;
	struct resolver *r;
	lookup_done_fn done;
	void *data;
	uint64_t deadline;
	unsigned int waiting;
	unsigned int n_queries;
	struct query queries[QUERIES_MAX];
	bool insecure;
	uint32_t trouble;
	struct hip_name_answer answer;
};

void answer_init(struct hip_name_answer *answer, uint32_t status,
		 const char *name)
{
	memset(answer, 0, sizeof(*answer));
	answer->magic = HIP_NAME_MAGIC;
	answer->status = status;
	snprintf(answer->name, sizeof(answer->name), "%s", name);
}

void answer_text(struct hip_name_answer *answer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(answer->text, sizeof(answer->text), format, args);
	va_end(args);
}

/* Takes it from the list; queries are cancelled, as nobody waits any more. */
static void lookup_free(struct lookup *l)
{
	struct lookup **at = &l->r->lookups;
	unsigned int i;

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	l->r->n_lookups--;
	for (i = 0; i < l->n_queries; i++)
		if (l->queries[i].waiting)
			ub_cancel(l->r->ub, l->queries[i].id);
	free(l);
}

static void lookup_end(struct lookup *l)
{
	lookup_done_fn done = l->done;
	void *data = l->data;
	struct hip_name_answer answer = l->answer;

	/* What is told may begin another lookup. */
	lookup_free(l);
	if (done)
		done(data, &answer);
}

/* What is said may be of the lookup itself. */
__printf(3, 4)
static void lookup_fail(struct lookup *l, uint32_t status, const char *format,
			...)
{
	struct hip_name_answer *a = &l->answer;
	char text[HIP_NAME_TEXT];
	char name[sizeof(a->name)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	memcpy(name, a->name, sizeof(name));
	answer_init(a, status, name);
	memcpy(a->text, text, sizeof(text));
	lookup_end(l);
}

/*
 * The answer to a query cannot be used. Without the HIP record all is lost; an
 * address may be made up for by others.
 */
__printf(3, 4)
static void query_fail(struct query *q, uint32_t status, const char *format,
		       ...)
{
	struct lookup *l = q->lookup;
	char text[HIP_NAME_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (q->type == HIP_RR_TYPE) {
		lookup_fail(l, status, "%s", text);
		return;
	}
	if (!l->trouble) {
		l->trouble = status;
		memcpy(l->answer.text, text, sizeof(text));
	}
}

/* The addresses are there, as far as there are any. */
static void lookup_complete(struct lookup *l)
{
	struct hip_name_answer *a = &l->answer;

	if (!a->n_addrs && !a->n_rvs_addrs) {
		if (l->trouble)
			lookup_fail(l, l->trouble, "%s", a->text);
		else
			lookup_fail(l, HIP_NAME_NO_HIP,
				    "%.120s has a HIP record, but neither it nor a rendezvous server of it has an address",
				    a->name);
		return;
	}
	a->secure = !l->insecure;
	a->status = HIP_NAME_OK;
	if (l->insecure && !l->trouble)
		answer_text(a, "the records of %.120s are not signed: whoever is between here and the DNS can change them",
			    a->name);
	if (a->text[0] && log_allowed())
		log_notice("%s", a->text);
	lookup_end(l);
}

static void on_result(void *data, int err, struct ub_result *result);

/* False after the lookup has failed. */
static bool query_send(struct lookup *l, const char *name, int type, bool rvs)
{
	struct query *q = &l->queries[l->n_queries++];
	int err;

	q->lookup = l;
	q->type = type;
	q->rvs = rvs;
	q->name = name;
	q->waiting = true;
	l->waiting++;
	err = ub_resolve_async(l->r->ub, name, type, CLASS_IN, q, on_result,
			       &q->id);
	if (!err)
		return true;
	q->waiting = false;
	lookup_fail(l, HIP_NAME_AGAIN, "cannot look up %.120s: %s", name,
		    ub_strerror(err));
	return false;
}

static void ask_addresses(struct lookup *l)
{
	struct hip_name_answer *a = &l->answer;
	unsigned int i;

	if (!query_send(l, a->name, TYPE_AAAA, false) ||
	    !query_send(l, a->name, TYPE_A, false))
		return;
	/* Of a server only the addresses are wanted, so there is no loop. */
	for (i = 0; i < a->n_rvs; i++)
		if (!query_send(l, a->rvs[i], TYPE_AAAA, true) ||
		    !query_send(l, a->rvs[i], TYPE_A, true))
			return;
}

/* Takes the record if it is good and, of several, always the same one. */
static int take_hip(struct lookup *l, const uint8_t *data, size_t len)
{
	struct hip_name_answer *a = &l->answer;
	uint8_t hi[HIP_NAME_HI_MAX];
	uint16_t algorithm;
	struct hip_rr rr;
	uint16_t hi_len;
	int err;

	err = hip_rr_parse(&rr, data, len);
	if (!err)
		err = hip_rr_verify(&rr, &algorithm, hi, &hi_len);
	if (err)
		return err;
	if (a->hi_len && memcmp(&rr.hit, &a->hit, sizeof(rr.hit)) >= 0)
		return 0;
	a->hit = rr.hit;
	a->algorithm = algorithm;
	a->hi_len = hi_len;
	memcpy(a->hi, hi, hi_len);
	a->n_rvs = rr.n_rvs > HIP_NAME_RVS ? HIP_NAME_RVS : rr.n_rvs;
	memcpy(a->rvs, rr.rvs, sizeof(a->rvs));
	return 0;
}

static void fail_record(struct lookup *l, int err)
{
	const char *name = l->answer.name;

	switch (err) {
	case -EPERM:
		lookup_fail(l, HIP_NAME_REFUSED,
			    "the HIT in the HIP record of %.120s is not the hash of the host identity there",
			    name);
		break;
	case -EOPNOTSUPP:
		lookup_fail(l, HIP_NAME_REFUSED,
			    "the host identity of %.120s is of a kind that is not known here",
			    name);
		break;
	default:
		lookup_fail(l, HIP_NAME_REFUSED,
			    "the HIP record of %.120s is malformed", name);
	}
}

static void on_hip(struct lookup *l, const struct ub_result *result)
{
	int first = 0;
	int err;
	int i;

	if (!result->havedata) {
		if (result->nxdomain)
			lookup_fail(l, HIP_NAME_ABSENT,
				    "there is no name %.120s", l->answer.name);
		else
			lookup_fail(l, HIP_NAME_NO_HIP,
				    "%.120s has no HIP record",
				    l->answer.name);
		return;
	}
	for (i = 0; result->data[i]; i++) {
		err = take_hip(l, (const uint8_t *)result->data[i],
			       result->len[i]);
		if (err && !first)
			first = err;
	}
	if (l->answer.hi_len)
		ask_addresses(l);
	else
		fail_record(l, first);
}

static void take_addr(struct lookup *l, const struct query *q,
		      const struct in6_addr *addr)
{
	struct hip_name_answer *a = &l->answer;
	struct in6_addr *list = q->rvs ? a->rvs_addrs : a->addrs;
	uint8_t *count = q->rvs ? &a->n_rvs_addrs : &a->n_addrs;
	unsigned int i;

	if (!hip_addr_is_locator(addr))
		return;
	for (i = 0; i < *count; i++)
		if (IN6_ARE_ADDR_EQUAL(&list[i], addr))
			return;
	if (*count < HIP_NAME_ADDRS)
		list[(*count)++] = *addr;
}

static void on_addresses(struct lookup *l, const struct query *q,
			 const struct ub_result *result)
{
	struct in6_addr addr;
	int i;

	for (i = 0; result->havedata && result->data[i]; i++) {
		if (result->qtype == TYPE_AAAA && result->len[i] == 16) {
			memcpy(&addr, result->data[i], 16);
		} else if (result->qtype == TYPE_A && result->len[i] == 4) {
			memset(&addr, 0, sizeof(addr));
			addr.s6_addr[10] = 0xff;
			addr.s6_addr[11] = 0xff;
			memcpy(addr.s6_addr + 12, result->data[i], 4);
		} else {
			continue;
		}
		take_addr(l, q, &addr);
	}
}

static void note_ttl(struct lookup *l, int ttl)
{
	ttl = ttl < TTL_MIN ? TTL_MIN : ttl > TTL_MAX ? TTL_MAX : ttl;
	if (!l->answer.ttl || (uint32_t)ttl < l->answer.ttl)
		l->answer.ttl = ttl;
}

/* False after it was refused. */
static bool is_trusted(struct query *q, const struct ub_result *result)
{
	struct lookup *l = q->lookup;

	if (result->bogus) {
		query_fail(q, HIP_NAME_REFUSED,
			   "the answer for %.80s is bogus: %.100s", q->name,
			   result->why_bogus ? : "DNSSEC validation failed");
		return false;
	}
	if (result->secure)
		return true;
	if (l->r->config->dnssec == NAMES_DNSSEC_REQUIRE) {
		query_fail(q, HIP_NAME_REFUSED,
			   "the answer for %.80s is not signed, and hipflowd.conf has dnssec = require",
			   q->name);
		return false;
	}
	/* That there is nothing need not be signed to be believed. */
	if (result->havedata)
		l->insecure = true;
	return true;
}

/* False after it was refused. */
static bool is_usable(struct query *q, int err, const struct ub_result *result)
{
	if (err) {
		query_fail(q, HIP_NAME_AGAIN, "cannot look up %.120s: %s",
			   q->name, ub_strerror(err));
		return false;
	}
	if (!result->bogus && result->rcode && !result->nxdomain) {
		query_fail(q, HIP_NAME_AGAIN,
			   "no DNS server answers for %.120s (%s)", q->name,
			   result->rcode == RCODE_SERVFAIL ? "SERVFAIL" :
			   "an error");
		return false;
	}
	return is_trusted(q, result);
}

static void on_result(void *data, int err, struct ub_result *result)
{
	struct query *q = data;
	struct lookup *l = q->lookup;
	bool usable;

	q->waiting = false;
	l->waiting--;
	if (q->type == HIP_RR_TYPE) {
		/* This ends the lookup if it is not. */
		if (is_usable(q, err, result)) {
			note_ttl(l, result->ttl);
			on_hip(l, result);
		}
	} else {
		usable = is_usable(q, err, result);
		if (usable && result->havedata) {
			note_ttl(l, result->ttl);
			on_addresses(l, q, result);
		}
		if (!l->waiting)
			lookup_complete(l);
	}
	ub_resolve_free(result);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct resolver *r = poll->data;

	(void)status;
	(void)events;
	if (r->ub)
		ub_process(r->ub);
}

/* What bounds the memory and the sockets of libunbound. */
static const char *const options[][2] = {
	{ "do-not-query-localhost:", "no" },
	{ "msg-cache-size:", "1m" },
	{ "rrset-cache-size:", "2m" },
	{ "key-cache-size:", "1m" },
	{ "neg-cache-size:", "256k" },
	{ "infra-cache-numhosts:", "1000" },
	{ "outgoing-range:", "64" },
	{ "num-queries-per-thread:", "640" },
	{ "outgoing-num-tcp:", "8" },
	{ "rrset-roundrobin:", "no" },
};

/* Where packages put the key of the root */
static const char *const root_anchors[] = {
	"/usr/share/dns/root.key",
	"/var/lib/unbound/root.key",
};

static int add_anchors(struct ub_ctx *ub, const struct config_names *config)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < config->n_anchors; i++)
		err = ub_ctx_add_ta_file(ub, config->anchors[i]);
	if (config->n_anchors)
		return err;
	for (i = 0; i < ARRAY_SIZE(root_anchors); i++)
		if (!access(root_anchors[i], R_OK))
			return ub_ctx_add_ta_file(ub, root_anchors[i]);
	log_warning("DNSSEC signatures cannot be checked: there is no %s, and hipflowd.conf has no trust_anchor in [names]",
		    root_anchors[0]);
	return 0;
}

static int ub_configure(struct ub_ctx *ub, const struct config_names *config)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(options); i++)
		err = ub_ctx_set_option(ub, options[i][0], options[i][1]);
	for (i = 0; !err && i < config->n_servers; i++)
		err = ub_ctx_set_fwd(ub, config->servers[i]);
	/* Without that file, ask the root servers. */
	if (!err && !config->n_servers)
		ub_ctx_resolvconf(ub, NULL);
	if (!err && config->dnssec != NAMES_DNSSEC_NO)
		err = add_anchors(ub, config);
	return err ? : ub_ctx_async(ub, 1);
}

/* NULL, or what is wrong. */
static const char *ub_open(struct resolver *r)
{
	int err;

	if (r->ub)
		return NULL;
	r->ub = ub_ctx_create();
	if (!r->ub)
		return "out of memory";
	err = ub_configure(r->ub, r->config);
	if (err) {
		ub_ctx_delete(r->ub);
		r->ub = NULL;
		return ub_strerror(err);
	}
	r->poll = calloc(1, sizeof(*r->poll));
	if (!r->poll || uv_poll_init(r->loop, r->poll, ub_fd(r->ub))) {
		free(r->poll);
		r->poll = NULL;
		ub_ctx_delete(r->ub);
		r->ub = NULL;
		return "out of memory";
	}
	r->poll->data = r;
	uv_poll_start(r->poll, UV_READABLE, on_poll);
	return NULL;
}

static void poll_closed(uv_handle_t *handle)
{
	free(handle);
}

static void ub_close(struct resolver *r)
{
	if (!r->ub)
		return;
	/* The last one that asks for the file descriptor, then it is closed. */
	uv_close((uv_handle_t *)r->poll, poll_closed);
	r->poll = NULL;
	ub_ctx_delete(r->ub);
	r->ub = NULL;
}

void resolver_init(struct resolver *r, uv_loop_t *loop,
		   const struct config_names *config)
{
	memset(r, 0, sizeof(*r));
	r->loop = loop;
	r->config = config;
}

/* True if the name is in the file, or cannot be looked for there. */
static bool lookup_hosts(struct resolver *r, const char *name,
			 struct hip_name_answer *a)
{
	const struct host *host;
	int err;

	err = hosts_update(&r->hosts, r->config->hosts);
	if (err == 1)
		log_info("read %s: %zu hosts", r->config->hosts,
			 r->hosts.count);
	host = hosts_find(&r->hosts, name);
	if (host) {
		answer_init(a, HIP_NAME_OK, name);
		a->listed = true;
		a->ttl = HOSTS_TTL;
		a->hit = host->hit;
		a->n_addrs = host->n_addrs;
		memcpy(a->addrs, host->addrs, sizeof(a->addrs));
		a->n_rvs_addrs = host->n_rvs;
		memcpy(a->rvs_addrs, host->rvs, sizeof(a->rvs_addrs));
	}
	/* With part of the file unread, the name may be there. */
	if (err < 0) {
		if (log_allowed())
			log_err("%s", r->hosts.error);
		if (!host) {
			answer_init(a, HIP_NAME_AGAIN, name);
			answer_text(a, "%s", r->hosts.error);
		}
		return true;
	}
	return host;
}

static void lookup_dns(struct resolver *r, struct hip_name_answer *a,
		       lookup_done_fn done, void *data)
{
	const char *why = NULL;
	struct lookup *l = NULL;

	if (r->n_lookups >= RESOLVER_LOOKUPS_MAX)
		why = "too many names are being looked up";
	else
		why = ub_open(r);
	if (!why) {
		l = calloc(1, sizeof(*l));
		if (!l)
			why = "out of memory";
	}
	if (why) {
		a->status = HIP_NAME_AGAIN;
		answer_text(a, "cannot look up %.120s: %s", a->name, why);
		done(data, a);
		return;
	}
	l->r = r;
	l->done = done;
	l->data = data;
	l->deadline = uv_now(r->loop) + RESOLVER_TIMEOUT_MS;
	l->answer = *a;
	l->next = r->lookups;
	r->lookups = l;
	r->n_lookups++;
	query_send(l, l->answer.name, HIP_RR_TYPE, false);
}

void resolver_lookup(struct resolver *r, const char *name, bool listed,
		     lookup_done_fn done, void *data)
{
	struct hip_name_answer answer;

	answer_init(&answer, HIP_NAME_ABSENT, name);
	if (lookup_hosts(r, name, &answer)) {
		done(data, &answer);
	} else if (listed) {
		answer_text(&answer, "%.120s is not in %.100s", name,
			    r->config->hosts);
		done(data, &answer);
	} else {
		lookup_dns(r, &answer, done, data);
	}
}

void resolver_forget(struct resolver *r, const void *data)
{
	struct lookup *l;

	for (l = r->lookups; l; l = l->next)
		if (l->data == data)
			l->done = NULL;
}

/* The list may have changed after each. */
static struct lookup *find_late(struct resolver *r, uint64_t now)
{
	struct lookup *l = r->lookups;

	while (l && l->deadline > now)
		l = l->next;
	return l;
}

void resolver_tick(struct resolver *r)
{
	uint64_t now = uv_now(r->loop);
	struct lookup *l;

	while ((l = find_late(r, now))) {
		if (l->answer.n_addrs || l->answer.n_rvs_addrs)
			lookup_complete(l);
		else
			lookup_fail(l, HIP_NAME_AGAIN,
				    "no DNS server answers for %.120s in time",
				    l->answer.name);
	}
}

void resolver_reconfigure(struct resolver *r)
{
	while (r->lookups)
		lookup_fail(r->lookups, HIP_NAME_AGAIN,
			    "hipflowd has read its configuration again meanwhile");
	ub_close(r);
	r->hosts.looked = false;
}

void resolver_stop(struct resolver *r)
{
	while (r->lookups)
		lookup_fail(r->lookups, HIP_NAME_AGAIN, "hipflowd ends");
	ub_close(r);
	hosts_free(&r->hosts);
}
