// SPDX-License-Identifier: GPL-2.0-only
/* Where a peer is met before there is an association with it. */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "locator.h"
#include "peer.h"

static const struct rhashtable_params hip_peer_params = {
	.key_len = sizeof(struct in6_addr),
	.key_offset = offsetof(struct hip_peer, hit),
	.head_offset = offsetof(struct hip_peer, node),
	.automatic_shrinking = true,
};

struct hip_peer *hip_peer_lookup(struct hip_net *hn, const struct in6_addr *hit)
{
	return rhashtable_lookup(&hn->peers, hit, hip_peer_params);
}

static int hip_peer_check(const struct in6_addr *hit,
			  const struct in6_addr *addr, unsigned int n,
			  struct netlink_ext_ack *extack)
{
	unsigned int i;

	if (!hip_hit_is_valid(hit)) {
		NL_SET_ERR_MSG(extack, "Not a HIT: it must be inside 2001:20::/28");
		return -EINVAL;
	}
	if (!n || n > HIP_MAX_PEER_LOCATORS) {
		NL_SET_ERR_MSG(extack, "A peer has 1 to 32 addresses");
		return -EINVAL;
	}
	for (i = 0; i < n; i++)
		if (!hip_addr_is_locator(&addr[i])) {
			NL_SET_ERR_MSG(extack, "A peer's address must be unicast, not link-local and not a HIT");
			return -EINVAL;
		}
	return 0;
}

int hip_peer_set(struct hip_net *hn, const struct in6_addr *hit,
		 const struct in6_addr *addr, unsigned int n,
		 struct netlink_ext_ack *extack)
{
	struct hip_peer *new, *old;
	int err;

	err = hip_peer_check(hit, addr, n, extack);
	if (err)
		return err;
	new = kmalloc(struct_size(new, addr, n), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	new->hit = *hit;
	new->n = n;
	memcpy(new->addr, addr, n * sizeof(addr[0]));

	mutex_lock(&hn->lock);
	old = rhashtable_lookup_fast(&hn->peers, hit, hip_peer_params);
	if (old) {
		err = rhashtable_replace_fast(&hn->peers, &old->node,
					      &new->node, hip_peer_params);
	} else if (hn->n_peers >= HIP_MAX_PEERS) {
		NL_SET_ERR_MSG(extack, "Too many peers");
		err = -ENOSPC;
	} else {
		err = rhashtable_insert_fast(&hn->peers, &new->node,
					     hip_peer_params);
		if (!err)
			hn->n_peers++;
	}
	mutex_unlock(&hn->lock);
	if (err)
		kfree(new);
	else if (old)
		kfree_rcu(old, rcu);
	return err;
}

int hip_peer_del(struct hip_net *hn, const struct in6_addr *hit,
		 struct netlink_ext_ack *extack)
{
	struct hip_peer *peer;

	mutex_lock(&hn->lock);
	peer = rhashtable_lookup_fast(&hn->peers, hit, hip_peer_params);
	if (peer) {
		rhashtable_remove_fast(&hn->peers, &peer->node,
				       hip_peer_params);
		hn->n_peers--;
	}
	mutex_unlock(&hn->lock);
	if (!peer) {
		NL_SET_ERR_MSG(extack, "No such peer: see 'hipflow peer show'");
		return -ENOENT;
	}
	kfree_rcu(peer, rcu);
	return 0;
}

int hip_peer_net_init(struct hip_net *hn)
{
	return rhashtable_init(&hn->peers, &hip_peer_params);
}

static void hip_peer_free(void *ptr, void *arg)
{
	kfree(ptr);
}

/* Nobody looks any more, and a grace period has passed. */
void hip_peer_net_exit(struct hip_net *hn)
{
	rhashtable_free_and_destroy(&hn->peers, hip_peer_free, NULL);
}
