// SPDX-License-Identifier: GPL-2.0-only
/*
 * Credit-based authorization (RFC 8046 section 5.6). A peer that tells of a new
 * address gets data there at once, without waiting for the address check; but
 * no more than it has sent us lately, or it could have us flood a victim with
 * more than it spends itself.
 *
 * Received octets are counted by the paths anyway; the credit is worked out of
 * these counters every five seconds, and when it is needed.
 */
#include "assoc.h"
#include "credit.h"
#include "path.h"

void hip_credit_init(struct hip_credit *credit)
{
	spin_lock_init(&credit->lock);
	credit->at = jiffies;
}

void hip_credit_reset(struct hip_assoc *assoc)
{
	struct hip_credit *credit = &assoc->credit;

	spin_lock_bh(&credit->lock);
	credit->left = 0;
	credit->seen = 0;
	WRITE_ONCE(credit->at, jiffies);
	spin_unlock_bh(&credit->lock);
}

void hip_credit_discount(struct hip_assoc *assoc, u64 bytes)
{
	struct hip_credit *credit = &assoc->credit;

	spin_lock_bh(&credit->lock);
	credit->seen += bytes;
	spin_unlock_bh(&credit->lock);
}

/* Since the last time. A path that went takes its counter along. */
static void hip_credit_collect(struct hip_assoc *assoc)
{
	struct hip_credit *credit = &assoc->credit;
	struct hip_count_sum sum;
	struct hip_path *path;
	u64 received = 0;

	list_for_each_entry_rcu(path, &assoc->paths, list) {
		hip_count_sum(path->count, &sum);
		received += sum.rx_bytes;
	}
	if (received > credit->seen)
		credit->left += received - credit->seen;
	credit->seen = received;
}

/*
 * Under the lock. All that was received since the last ageing came within the
 * first of the intervals that have passed, or it would have been aged then.
 */
static void hip_credit_age_due(struct hip_assoc *assoc)
{
	struct hip_credit *credit = &assoc->credit;
	unsigned long n = (jiffies - credit->at) / HIP_CREDIT_AGE;

	if (!n)
		return;
	hip_credit_collect(assoc);
	WRITE_ONCE(credit->at, credit->at + n * HIP_CREDIT_AGE);
	while (n-- && credit->left)
		credit->left -= DIV_ROUND_UP_ULL(credit->left, 8);
}

void hip_credit_age(struct hip_assoc *assoc)
{
	struct hip_credit *credit = &assoc->credit;

	/* Another CPU is at it. */
	if (!spin_trylock_bh(&credit->lock))
		return;
	hip_credit_age_due(assoc);
	spin_unlock_bh(&credit->lock);
}

bool hip_credit_spend(struct hip_assoc *assoc, unsigned int len)
{
	struct hip_credit *credit = &assoc->credit;
	bool enough;

	spin_lock_bh(&credit->lock);
	hip_credit_age_due(assoc);
	if (credit->left < len)
		hip_credit_collect(assoc);
	enough = credit->left >= len;
	if (enough)
		credit->left -= len;
	spin_unlock_bh(&credit->lock);
	return enough;
}
