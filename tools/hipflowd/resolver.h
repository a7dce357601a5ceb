/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looks up names: in the hosts file, then in the DNS (RFC 8005). libunbound
 * does its work in a thread of its own; all here runs in that of the loop.
 */
#ifndef HIPFLOWD_RESOLVER_H
#define HIPFLOWD_RESOLVER_H

#include <uv.h>

#include "compiler.h"
#include "config_names.h"
#include "hosts.h"
#include "name_proto.h"

#define RESOLVER_LOOKUPS_MAX	64
#define RESOLVER_TIMEOUT_MS	4500

struct ub_ctx;
struct lookup;

/**
 * struct resolver - how names are looked up
 * @loop: event loop
 * @config: of names; may change, see resolver_reconfigure()
 * @hosts: the hosts file
 * @ub: NULL until it is needed
 * @poll: of @ub
 * @lookups: those that wait for the DNS
 * @n_lookups: how many
 */
struct resolver {
	uv_loop_t *loop;
	const struct config_names *config;
	struct hosts hosts;
	struct ub_ctx *ub;
	uv_poll_t *poll;
	struct lookup *lookups;
	unsigned int n_lookups;
};

/*
 * Called once for each lookup, maybe before resolver_lookup() returns. @answer
 * is valid during the call.
 */
typedef void (*lookup_done_fn)(void *data, const struct hip_name_answer *answer);

void resolver_init(struct resolver *r, uv_loop_t *loop,
		   const struct config_names *config);

/* @name is as hip_name_copy() makes it. With @listed not in the DNS. */
void resolver_lookup(struct resolver *r, const char *name, bool listed,
		     lookup_done_fn done, void *data);

/* Whoever asked with @data does not want the answer any more. */
void resolver_forget(struct resolver *r, const void *data);

/* To be called every second or so: ends lookups that take too long. */
void resolver_tick(struct resolver *r);

/* *@config has changed: lookups begun before end, unanswered. */
void resolver_reconfigure(struct resolver *r);

void resolver_stop(struct resolver *r);

/* Starts an answer about @name, and says in it what is to be known. */
void answer_init(struct hip_name_answer *answer, uint32_t status,
		 const char *name);
__printf(2, 3)
void answer_text(struct hip_name_answer *answer, const char *format, ...);

#endif /* HIPFLOWD_RESOLVER_H */
