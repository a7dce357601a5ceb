// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: dumps of locators, ours and peers'. */
#include "dump.h"
#include "lifetime.h"
#include "locator.h"

static int hip_put_lifetime(struct sk_buff *skb, time64_t until)
{
	if (!until)
		return 0;
	return nla_put_u32(skb, HIP_A_LOCATOR_LIFETIME,
			   hip_lifetime_left(until));
}

static int hip_dump_local(struct sk_buff *skb, struct netlink_callback *cb,
			  const struct hip_local *local)
{
	int err = -EMSGSIZE;
	void *hdr;

	hdr = hip_dump_begin(skb, cb, HIP_CMD_LOCATOR_GET);
	if (!hdr)
		return err;
	if (!nla_put_in6_addr(skb, HIP_A_LOCATOR_ADDR, &local->addr) &&
	    !nla_put_u32(skb, HIP_A_LOCATOR_IFINDEX, local->ifindex) &&
	    !nla_put_u8(skb, HIP_A_LOCATOR_STATE, HIP_LOCATOR_ACTIVE) &&
	    !hip_put_lifetime(skb, local->until))
		err = 0;
	return hip_dump_end(skb, hdr, err);
}

static int hip_dump_locals(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_local local[HIP_MAX_LOCALS];
	struct hip_dump *d = hip_dump(cb);
	unsigned int i, n;
	int err;

	n = hip_locator_locals(hip_dump_net(cb), local);
	if (d->index && (d->index > n || d->last !=
			 ipv6_addr_hash(&local[d->index - 1].addr)))
		hip_dump_disturbed(cb);
	for (i = d->index; i < n; i++) {
		err = hip_dump_local(skb, cb, &local[i]);
		if (err)
			return err;
		hip_dump_told(d, i + 1, ipv6_addr_hash(&local[i].addr));
	}
	return 0;
}

static bool hip_assoc_has_locators(const struct hip_assoc *assoc)
{
	return READ_ONCE(assoc->n_peer_locators) || hip_assoc_has_paths(assoc);
}

/* Of a peer's address: the best that any path to it is in. */
static u8 hip_peer_locator_state(const struct hip_assoc *assoc,
				 const struct in6_addr *addr)
{
	u8 state = HIP_LOCATOR_DEPRECATED;
	const struct hip_path *path;
	bool any = false;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!ipv6_addr_equal(&path->peer, addr))
			continue;
		if (path->peer_state == HIP_LOCATOR_ACTIVE)
			return HIP_LOCATOR_ACTIVE;
		if (path->peer_state == HIP_LOCATOR_UNVERIFIED)
			state = HIP_LOCATOR_UNVERIFIED;
		any = true;
	}
	return any ? state : HIP_LOCATOR_UNVERIFIED;
}

/* Is the address of @path told already, for itself or for an earlier path? */
static bool hip_peer_locator_told(const struct hip_assoc *assoc,
				  const struct hip_path *path)
{
	const struct hip_path *other;
	unsigned int i;

	for (i = 0; i < assoc->n_peer_locators; i++)
		if (ipv6_addr_equal(&assoc->peer_locators[i], &path->peer))
			return true;
	list_for_each_entry(other, &assoc->paths, list) {
		if (other == path)
			return false;
		if (ipv6_addr_equal(&other->peer, &path->peer))
			return true;
	}
	return false;
}

/* The @index'th address of a peer's: as announced, then where paths lead. */
static const struct in6_addr *hip_peer_locator(const struct hip_assoc *assoc,
					       unsigned int index)
{
	const struct hip_path *path;

	if (index < assoc->n_peer_locators)
		return &assoc->peer_locators[index];
	index -= assoc->n_peer_locators;
	list_for_each_entry(path, &assoc->paths, list)
		if (!hip_peer_locator_told(assoc, path) && !index--)
			return &path->peer;
	return NULL;
}

static int hip_fill_peer_locator(struct sk_buff *skb,
				 const struct hip_assoc *assoc,
				 unsigned int index,
				 const struct in6_addr *addr)
{
	const struct hip_hits *hits = &assoc->hits;

	if (nla_put_in6_addr(skb, HIP_A_LOCATOR_ADDR, addr) ||
	    nla_put_in6_addr(skb, HIP_A_LOCATOR_PEER_HIT, &hits->peer) ||
	    nla_put_in6_addr(skb, HIP_A_LOCATOR_LOCAL_HIT, &hits->local) ||
	    nla_put_u8(skb, HIP_A_LOCATOR_STATE,
		       hip_peer_locator_state(assoc, addr)) ||
	    (index == 0 && nla_put_flag(skb, HIP_A_LOCATOR_PREFERRED)) ||
	    (index < assoc->n_peer_locators &&
	     hip_put_lifetime(skb, assoc->peer_until[index])))
		return -EMSGSIZE;
	return 0;
}

static int hip_dump_locators(struct sk_buff *skb, struct netlink_callback *cb,
			     struct hip_assoc *assoc,
			     const struct hip_filter *f)
{
	struct hip_dump *d = hip_dump(cb);
	const struct in6_addr *addr;
	void *hdr;
	int err;

	if (d->index) {
		addr = hip_peer_locator(assoc, d->index - 1);
		if (!addr || ipv6_addr_hash(addr) != d->last)
			hip_dump_disturbed(cb);
	}
	while ((addr = hip_peer_locator(assoc, d->index))) {
		hdr = hip_dump_begin(skb, cb, HIP_CMD_LOCATOR_GET);
		if (!hdr)
			return -EMSGSIZE;
		err = hip_fill_peer_locator(skb, assoc, d->index, addr);
		err = hip_dump_end(skb, hdr, err);
		if (err)
			return err;
		hip_dump_told(d, d->index + 1, ipv6_addr_hash(addr));
	}
	return 0;
}

static const struct hip_assoc_dump hip_locator_dump_ops = {
	.any = hip_assoc_has_locators,
	.one = hip_dump_locators,
};

/* Ours, unless one peer's are asked for; then those of peers. */
int hip_netlink_locator_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_dump *d = hip_dump(cb);
	struct hip_filter f;
	int err;

	err = hip_filter_hits(&f, hip_dump_attrs(cb), 0, HIP_A_LOCATOR_PEER_HIT,
			      cb->extack);
	if (err)
		return err;
	if (!d->peers && !f.has_peer) {
		err = hip_dump_locals(skb, cb);
		if (err)
			return hip_dump_result(skb, err);
	}
	if (!d->peers) {
		d->peers = true;
		hip_dump_list(d);
	}
	return hip_dump_assocs(skb, cb, &hip_locator_dump_ops, &f);
}
