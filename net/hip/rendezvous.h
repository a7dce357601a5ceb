/* SPDX-License-Identifier: GPL-2.0-only */
/* Rendezvous server (RFC 8004): hosts that are registered with us. */
#ifndef _NET_HIP_RENDEZVOUS_H
#define _NET_HIP_RENDEZVOUS_H

#include <linux/jiffies.h>
#include <linux/math64.h>

#include "assoc.h"
#include "input.h"
#include "registration_params.h"

/* Where a registered host is met, in one family. */
struct hip_rendezvous_way {
	struct in6_addr	local;		/* ours */
	struct in6_addr	peer;
	int		ifindex;
};

/* How to get there. A percpu dst_cache would take more than all the rest. */
struct hip_rendezvous_route {
	struct dst_entry __rcu	*dst;	/* referenced */
	u32			cookie;	/* of @dst, for dst_check() */
};

/**
 * struct hip_rendezvous - a host that is registered with us
 * @node: in hip_net->rendezvous, by HIT
 * @hit: its HIT
 * @rcu: frees it
 * @route_lock: excludes changes of @route
 * @assoc: with it; no reference: it goes with its association
 * @expires: jiffies
 * @lifetime: as on the wire
 * @n: entries of @way, 0 while none of its addresses is verified
 * @way: its preferred family first
 * @route: to each of them, once it was needed
 * @relayed: packets sent on to it
 * @limit: of what is sent on to it
 *
 * Immutable but for @relayed, @limit, @route and @expires; replaced as a whole under the
 * association's lock, read under RCU.
 */
struct hip_rendezvous {
	struct rhash_head		node;
	struct in6_addr			hit;
	struct rcu_head			rcu;
	spinlock_t			route_lock;
	struct hip_assoc		*assoc;
	unsigned long			expires;
	u8				lifetime;
	u8				n;
	struct hip_rendezvous_way	way[2];
	struct hip_rendezvous_route	route[2];
	atomic64_t			relayed;
	struct hip_limit		limit;
};

/* Of a lifetime on the wire; half a year is more than 32 bits of milliseconds. */
static inline unsigned long hip_reg_lifetime_jiffies(u8 code)
{
	u64 t = div_u64(hip_reg_lifetime_ms(code) * HZ, MSEC_PER_SEC);

	return min_t(u64, t, MAX_JIFFY_OFFSET);
}

int hip_rendezvous_net_init(struct hip_net *hn);
void hip_rendezvous_net_exit(struct hip_net *hn);

/* Under the association's lock. Return: 0, -ENOSPC (table full) or -ENOMEM. */
int hip_rendezvous_add(struct hip_assoc *assoc, u8 lifetime,
		       unsigned int limit);
void hip_rendezvous_del(struct hip_assoc *assoc);
/* Its addresses may have changed. */
void hip_rendezvous_refresh(struct hip_assoc *assoc);

/*
 * softirq, under RCU: a packet for a HIT that is not ours. If it is registered
 * with us, the packet goes on to it. Return: it is known; @skb is consumed.
 */
bool hip_rendezvous_relay(struct hip_net *hn, struct sk_buff *skb,
			  const struct hip_packet *p,
			  const struct hip_skb_cb *cb);

#endif /* _NET_HIP_RENDEZVOUS_H */
