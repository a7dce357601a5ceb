// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lifetimes of locators (RFC 8046 sections 4 and 5.2). An address that we have
 * for a time, by DHCP or a router advertisement, is told for that time, and
 * told again when half of it is over. An address of the peer's that it does not
 * name again in time is used no more: who sleeps through the end of his lease
 * has no packets sent to whoever got the address next.
 *
 * In seconds of the boot clock, which goes on while a host sleeps.
 */

#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "lifetime.h"
#include "locator.h"
#include "netlink.h"
#include "update.h"

int hip_assoc_locator_room(struct hip_assoc *assoc, unsigned int n)
{
	unsigned int max = clamp_t(unsigned int, roundup_pow_of_two(n), 2,
				   HIP_MAX_PEER_LOCATORS);
	struct in6_addr *addr;
	time64_t *until;

	if (n <= assoc->max_peer_locators)
		return 0;
	if (n > HIP_MAX_PEER_LOCATORS)
		return -E2BIG;
	/* Both in one piece. Addresses of the configuration are read under RCU. */
	until = kcalloc(max, sizeof(*until) + sizeof(*addr), GFP_ATOMIC);
	if (!until)
		return -ENOMEM;
	addr = (struct in6_addr *)(until + max);
	memcpy(until, assoc->peer_until,
	       assoc->n_peer_locators * sizeof(*until));
	memcpy(addr, assoc->peer_locators,
	       assoc->n_peer_locators * sizeof(*addr));
	kfree(assoc->peer_until);
	assoc->peer_until = until;
	assoc->peer_locators = addr;
	assoc->max_peer_locators = max;
	return 0;
}

/* Not told more often than this, however short a lifetime is. */
#define HIP_LIFETIME_MIN_AGAIN	10
/* Timers look again after so long at the latest. */
#define HIP_LIFETIME_MAX_SLEEP	3600

u32 hip_lifetime_left(time64_t until)
{
	time64_t left;

	if (!until)
		return HIP_LOCATOR_UNBOUNDED;
	left = until - ktime_get_boottime_seconds();
	return clamp_t(time64_t, left, 1, HIP_LOCATOR_UNBOUNDED - 1);
}

time64_t hip_lifetime_until(u32 left)
{
	return left == HIP_LOCATOR_UNBOUNDED ? 0 :
	       ktime_get_boottime_seconds() + left;
}

/* --- ours -------------------------------------------------------------- */

void hip_lifetime_told(struct hip_assoc *assoc)
{
	time64_t now = ktime_get_boottime_seconds(), again;
	struct hip_local local[HIP_MAX_LOCALS];
	unsigned int i, n;

	assoc->tell_again = 0;
	n = hip_locator_locals(assoc->hn, local);
	for (i = 0; i < n; i++) {
		if (!local[i].until)
			continue;
		again = now + max_t(time64_t, (local[i].until - now) / 2,
				    HIP_LIFETIME_MIN_AGAIN);
		if (!assoc->tell_again || again < assoc->tell_again)
			assoc->tell_again = again;
	}
}

/* --- the peer's -------------------------------------------------------- */

/* No data goes there until it is named, and verified, again. */
static void hip_lifetime_expire(struct hip_assoc *assoc,
				const struct in6_addr *addr)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!ipv6_addr_equal(&path->peer, addr) || path->replaced ||
		    path->peer_state == HIP_LOCATOR_DEPRECATED)
			continue;
		hip_path_deprecate(path);
		path->expired = true;
		hip_netlink_event_path(path);
	}
}

void hip_lifetime_renewed(struct hip_path *path)
{
	if (!path->expired)
		return;
	/* It is asked, as it may have changed hands (probe.c). */
	hip_path_doubt(path);
	hip_netlink_event_path(path);
}

/* --- time -------------------------------------------------------------- */

bool hip_lifetime_next(const struct hip_assoc *assoc, unsigned long *due)
{
	time64_t next = assoc->tell_again, left;
	unsigned int i;

	for (i = 0; i < assoc->n_peer_locators; i++)
		if (assoc->peer_until[i] &&
		    (!next || assoc->peer_until[i] < next))
			next = assoc->peer_until[i];
	if (!next)
		return false;
	left = clamp_t(time64_t, next - ktime_get_boottime_seconds(), 0,
		       HIP_LIFETIME_MAX_SLEEP);
	*due = jiffies + left * HZ;
	return true;
}

void hip_lifetime_timer(struct hip_assoc *assoc)
{
	time64_t now = ktime_get_boottime_seconds();
	unsigned int i, n = 0;

	if (assoc->tell_again && now >= assoc->tell_again) {
		assoc->tell_again = 0;
		assoc->announce = true;
	}
	for (i = 0; i < assoc->n_peer_locators; i++) {
		if (assoc->peer_until[i] && now >= assoc->peer_until[i]) {
			hip_lifetime_expire(assoc, &assoc->peer_locators[i]);
			continue;
		}
		assoc->peer_locators[n] = assoc->peer_locators[i];
		assoc->peer_until[n++] = assoc->peer_until[i];
	}
	if (n == assoc->n_peer_locators)
		return;
	assoc->n_peer_locators = n;
	hip_update_rebuild(assoc);
}
