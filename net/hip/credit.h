/* SPDX-License-Identifier: GPL-2.0-only */
/* Credit-based authorization (RFC 8046 section 5.6). */
#ifndef _NET_HIP_CREDIT_H
#define _NET_HIP_CREDIT_H

#include <linux/jiffies.h>
#include <linux/spinlock.h>

struct hip_assoc;

/* What was received counts less and less: 7/8 of it after each such time. */
#define HIP_CREDIT_AGE	(5 * HZ)

/**
 * struct hip_credit - octets that may go to an address that is not verified
 * @lock: excludes all below; taken in softirq, too
 * @left: so many
 * @seen: octets received on all paths when they were counted last
 * @at: jiffies of the last ageing; READ_ONCE
 */
struct hip_credit {
	spinlock_t	lock;
	u64		left;
	u64		seen;
	unsigned long	at;
};

void hip_credit_init(struct hip_credit *credit);
/* Another association begins with none. */
void hip_credit_reset(struct hip_assoc *assoc);

/* @bytes are added to the counters of a path, but were not received anew. */
void hip_credit_discount(struct hip_assoc *assoc, u64 bytes);

/* Under RCU, any context. */
void hip_credit_age(struct hip_assoc *assoc);
/* @len octets are to be sent. Return: whether they may. */
bool hip_credit_spend(struct hip_assoc *assoc, unsigned int len);

/* Data was received. Under RCU; next to nothing but every five seconds. */
static inline void hip_credit_rx(struct hip_assoc *assoc,
				 const struct hip_credit *credit)
{
	if (time_after_eq(jiffies, READ_ONCE(credit->at) + HIP_CREDIT_AGE))
		hip_credit_age(assoc);
}

#endif /* _NET_HIP_CREDIT_H */
