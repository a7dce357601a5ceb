/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel module: it comes and goes, and while it is there this daemon is
 * registered with it, its identities, peers and settings are told, and upcalls
 * are answered.
 */
#ifndef HIPFLOWD_KERNEL_H
#define HIPFLOWD_KERNEL_H

#include <uv.h>

#include "config.h"
#include "identity.h"
#include "upcall.h"

struct kernel_session;

struct kernel_events {
	/* Registered, and all was told. */
	void (*ready)(void *data);
	/* The module was removed. */
	void (*gone)(void *data);
	/* Nothing can be done: end. The log says why. */
	void (*fatal)(void *data);
	/* An identity whose key we do not have was removed. */
	void (*identity_gone)(void *data, const struct in6_addr *hit);
	/*
	 * The kernel has an address of that peer only because a user looked up
	 * a name. May be NULL.
	 */
	bool (*looked_up)(void *data, const struct in6_addr *hit);
};

struct kernel {
	uv_loop_t *loop;
	const struct config *config;
	struct identities *ids;
	const struct kernel_events *events;
	void *data;
	int state_dir;
	uint64_t r1_begin;		/* where the next registration begins */
	uint64_t r1_limit;		/* as in the file */
	struct hip_genl ctrl;		/* hears of families */
	uv_poll_t ctrl_poll;
	uv_timer_t retry;
	uv_timer_t r1_timer;
	bool told_absent;
	struct kernel_session *session;	/* NULL while there is no module */
	struct upcalls upcalls;
};

/* 0, or a negative errno after a message. @config may change, see below. */
int kernel_start(struct kernel *k, uv_loop_t *loop,
		 const struct config *config, struct identities *ids,
		 int state_dir, const struct kernel_events *events,
		 void *data);

/* *@config is not any more what it was: @old. */
void kernel_reconfigure(struct kernel *k, const struct config *old);

/* Have the kernel look at this host's addresses again. */
void kernel_refresh(struct kernel *k);

/*
 * HIP_CMD_PEER_NEW, _SET or, without addresses, _DEL, waiting for the answer: 0
 * or a negative errno, -ENOENT without the kernel module.
 */
int kernel_peer(struct kernel *k, uint8_t cmd, const struct in6_addr *hit,
		const struct in6_addr *addrs, size_t n_addrs);

void kernel_stop(struct kernel *k);

#endif /* HIPFLOWD_KERNEL_H */
