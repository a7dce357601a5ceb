/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network device of kind "hip": our HITs are its addresses, and all HITs
 * are routed to it.
 *
 * An unreachable route of the worst metric stands behind that route, so that
 * packets to HITs never leave in clear by a default route while the device is
 * down. What was added stays when hipflowd ends: associations live on in the
 * kernel.
 */
#ifndef HIPFLOWD_LINK_H
#define HIPFLOWD_LINK_H

#include <libmnl/libmnl.h>
#include <uv.h>

#include "config.h"
#include "identity.h"

struct link {
	uv_loop_t *loop;
	const struct config *config;
	struct identities *ids;
	const char *kind;	/* of device */
	void (*on_address)(void *data);
	void *data;
	struct mnl_socket *events;
	struct mnl_socket *requests;
	uint32_t seq;
	uv_poll_t poll;
	uv_timer_t retry;
	bool told_failure;	/* to make the device, in the log */
	bool up;
	bool bare;		/* came up, and was not yet given its addresses */
	int ifindex;		/* of the device; 0: there is none */
	char name[IFNAMSIZ];
};

#define LINK_KIND "hip"

/*
 * 0, or a negative errno after a message. @kind is LINK_KIND; tests have to do
 * with another one. @on_address, if any, is called with @data after an address
 * of another device changed.
 */
int link_start(struct link *link, uv_loop_t *loop, const struct config *config,
	       struct identities *ids, const char *kind,
	       void (*on_address)(void *data), void *data);

/* The kernel module is there: make the device if configured. */
void link_kernel_ready(struct link *link);

/* It has gone, and the device with it. */
void link_kernel_gone(struct link *link);

void link_remove_hit(struct link *link, const struct in6_addr *hit);

void link_stop(struct link *link);

#endif /* HIPFLOWD_LINK_H */
