/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests of the kernel that need a private key or an opinion, answered by
 * exactly one reply each. Cryptography runs in the thread pool of libuv; all
 * else, sockets included, in the thread of the loop.
 */
#ifndef HIPFLOWD_UPCALL_H
#define HIPFLOWD_UPCALL_H

#include <uv.h>

#include "config.h"
#include "dh_table.h"
#include "genl.h"
#include "identity.h"
#include "policy.h"

/* The kernel bounds what it asks; past this we say EBUSY at once. */
#define UPCALL_JOBS_MAX 1024

/**
 * struct upcalls - the upcalls of one namespace
 * @loop: event loop
 * @config: policy; may change between upcalls
 * @ids: host identities that can sign
 * @known: does the kernel know where a HIT is met; see policy_check()
 * @known_data: for @known
 * @genl: where replies are built and sent, NULL while there is no kernel module
 * @send: how they are sent: hip_genl_send(), or a test's
 * @dh: Diffie-Hellman key pairs
 * @jobs: in the thread pool
 * @session: counts registrations: a reply must not reach the next one
 */
struct upcalls {
	uv_loop_t *loop;
	const struct config *config;
	struct identities *ids;
	policy_known_fn known;
	void *known_data;
	struct hip_genl *genl;
	int (*send)(struct hip_genl *genl, struct nlmsghdr *nlh);
	struct dh_table dh;
	unsigned int jobs;
	unsigned int session;
};

void upcalls_init(struct upcalls *u, uv_loop_t *loop,
		  const struct config *config, struct identities *ids);

/* Replies go to @genl from now on. */
void upcalls_begin(struct upcalls *u, struct hip_genl *genl);

/* The kernel module has gone, or we end: forget keys and unsent replies. */
void upcalls_end(struct upcalls *u);

/* Takes a HIP_CMD_UPCALL message. */
void upcall_handle(struct upcalls *u, const struct nlmsghdr *nlh);

/* The kernel refused the message @seq: it does not want the reply any more. */
void upcall_refused(struct upcalls *u, uint32_t seq);

#endif /* HIPFLOWD_UPCALL_H */
