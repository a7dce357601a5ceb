/* SPDX-License-Identifier: GPL-2.0-only */
/* Our own locators: the addresses of this namespace that a peer can reach. */
#ifndef _NET_HIP_LOCATOR_H
#define _NET_HIP_LOCATOR_H

#include "netns.h"

struct hip_local {
	struct in6_addr	addr;		/* IPv4 is v4-mapped */
	int		ifindex;
	time64_t	until;		/* see lifetime.c; 0: unbounded */
};

/**
 * struct hip_locals - snapshot, in order of interface and address
 * @rcu: freed so
 * @gen: hip_net->locals_gen of it
 * @n: how many
 * @local: usable now: interface up and running, address global and not
 *	tentative, never a HIT; one whose preferred lifetime is over only for
 *	want of others
 * @n_leaving: how many
 * @leaving: those whose preferred lifetime is over, where there are others
 */
struct hip_locals {
	struct rcu_head		rcu;
	u32			gen;
	unsigned int		n;
	struct hip_local	local[HIP_MAX_LOCALS];
	unsigned int		n_leaving;
	struct hip_local	leaving[HIP_MAX_LOCALS];
};

int hip_locator_init(void);		/* notifiers */
void hip_locator_exit(void);
int hip_locator_net_init(struct hip_net *hn);
void hip_locator_net_exit(struct hip_net *hn);

/* Look again: something changed that nobody tells us of. Any context. */
void hip_locator_refresh(struct hip_net *hn);

/* Copy of the snapshot. Return: how many. */
unsigned int hip_locator_locals(struct hip_net *hn,
				struct hip_local local[HIP_MAX_LOCALS]);
/* Which snapshot it is: hip_locals->gen. */
u32 hip_locator_gen(struct hip_net *hn);
/* Those that are still here, but told to go. Return: how many. */
unsigned int hip_locator_leaving(struct hip_net *hn,
				 struct hip_local leaving[HIP_MAX_LOCALS]);
/* Interface that has @addr now, or 0. */
int hip_locator_ifindex(struct hip_net *hn, const struct in6_addr *addr);

static inline bool hip_addr_is_v4(const struct in6_addr *addr)
{
	return ipv6_addr_v4mapped(addr);
}

/* Global unicast, of either family, and no HIT: fit to be a locator. */
bool hip_addr_is_locator(const struct in6_addr *addr);

#endif /* _NET_HIP_LOCATOR_H */
