// SPDX-License-Identifier: GPL-2.0-only
/*
 * Base exchange, the Initiator: between which addresses the I2 goes, by the flow
 * that waits (draft 3.2 step 5).
 */
#include <linux/slab.h>

#include "device.h"
#include "exchange.h"
#include "locator.h"
#include "update.h"

/*
 * Where the I2 goes (draft 3.2 step 5): the locator of the flow that waits;
 * the only one; or the preferred one. What has no route from here is no
 * choice. Without an E-LOCATOR it is where the R1 came from.
 */
static void hip_exchange_r1_locator(struct hip_assoc *assoc,
				    const struct hip_packet *p,
				    const struct hip_skb_cb *cb,
				    struct in6_addr *src, struct in6_addr *dst,
				    int *ifindex)
{
	struct hip_announced *a;
	struct hip_flow_key key;
	struct hip_flow *flow;
	struct sk_buff *skb;
	bool waits = false;
	unsigned int i;

	*dst = cb->src;
	*src = cb->dst;
	*ifindex = 0;
	a = kzalloc(sizeof(*a), GFP_KERNEL);
	if (!a)
		return;
	hip_announce_read(assoc, p, a);
	spin_lock_bh(&assoc->dataq.lock);
	skb = skb_peek(&assoc->dataq);
	if (skb)
		waits = hip_output_flow_key(assoc->hn, skb, &key);
	spin_unlock_bh(&assoc->dataq.lock);

	list_for_each_entry(flow, &assoc->flow_list, list) {
		if (!waits || !hip_selector_match(&flow->sel, &key))
			continue;
		for (i = 0; i < flow->n; i++)
			if (!hip_control_source(assoc->hn, &flow->addr[i], 0,
						src, ifindex)) {
				*dst = flow->addr[i];
				goto out;
			}
		break;
	}
	for (i = 0; i < assoc->n_peer_locators && a->n; i++)
		if (!hip_control_source(assoc->hn, &assoc->peer_locators[i], 0,
					src, ifindex)) {
			*dst = assoc->peer_locators[i];
			goto out;
		}
	*src = cb->dst;
out:
	kfree(a);
}

/* Source of ours for the waiting flow, by our own bindings (draft 3.2). */
static void hip_exchange_r1_source(struct hip_assoc *assoc,
				   const struct in6_addr *dst,
				   struct in6_addr *src, int *ifindex)
{
	struct hip_local local[HIP_MAX_LOCALS];
	struct in6_addr addr[HIP_MAX_FLOW_LOCATORS];
	struct hip_net *hn = assoc->hn;
	struct hip_binding *binding;
	struct hip_flow_key key;
	struct sk_buff *skb;
	unsigned int i, n, n_local;
	bool waits = false;

	spin_lock_bh(&assoc->dataq.lock);
	skb = skb_peek(&assoc->dataq);
	if (skb)
		waits = hip_output_flow_key(assoc->hn, skb, &key);
	spin_unlock_bh(&assoc->dataq.lock);
	if (!waits)
		return;
	hip_flow_key_reverse(&key);

	n_local = hip_locator_locals(hn, local);
	mutex_lock(&hn->lock);
	list_for_each_entry(binding, &hn->bindings, list) {
		if (!hip_binding_is_for(hn, binding, &assoc->hits.peer) ||
		    !hip_selector_match(&binding->sel, &key))
			continue;
		n = hip_binding_resolve(binding, local, n_local, addr);
		for (i = 0; i < n; i++) {
			if (hip_addr_is_v4(&addr[i]) != hip_addr_is_v4(dst))
				continue;
			*src = addr[i];
			*ifindex = hip_locator_ifindex(hn, src);
			break;
		}
		break;
	}
	mutex_unlock(&hn->lock);
}

struct hip_path *hip_exchange_r1_path(struct hip_assoc *assoc,
				      const struct hip_packet *p,
				      const struct hip_skb_cb *cb)
{
	struct in6_addr src, dst;
	struct hip_path *path;
	int ifindex, err;

	hip_exchange_r1_locator(assoc, p, cb, &src, &dst, &ifindex);
	hip_exchange_r1_source(assoc, &dst, &src, &ifindex);
	if (!ifindex)
		ifindex = hip_locator_ifindex(assoc->hn, &src);
	path = hip_path_new(assoc, &src, ifindex, &dst);
	if (IS_ERR(path))
		return path;
	path->local_state = HIP_LOCATOR_ACTIVE;
	path->announced = true;
	assoc->other_local = cb->dst;
	assoc->other_peer = cb->src;

	err = hip_sa_policy_get(assoc);
	return err ? ERR_PTR(err) : path;
}

/* The path that our I2 is for goes by the other pair of addresses. */
static int hip_exchange_i2_swap(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_sent *sent = assoc->sent;

	swap(path->local, assoc->other_local);
	swap(path->peer, assoc->other_peer);
	WRITE_ONCE(path->ifindex,
		   hip_locator_ifindex(assoc->hn, &path->local));
	if (hip_sent_pending(sent)) {
		sent->src = path->local;
		sent->dst = path->peer;
		sent->ifindex = path->ifindex;
	}
	return hip_sa_readdress(path);
}

int hip_exchange_i2_again(struct hip_assoc *assoc)
{
	struct hip_path *path;

	path = list_first_entry_or_null(&assoc->paths, struct hip_path, list);
	if (!path || ipv6_addr_any(&assoc->other_local) ||
	    (ipv6_addr_equal(&path->local, &assoc->other_local) &&
	     ipv6_addr_equal(&path->peer, &assoc->other_peer)))
		return 0;
	return hip_exchange_i2_swap(assoc, path);
}

/*
 * That the I2 was received is known by the R2, but not at which of two addresses,
 * whatever the source of the R2 says: then the path's has to be asked (RFC 8046
 * section 5.4). Until it is sent again a second time it goes by the path alone.
 */
int hip_exchange_r2_path(struct hip_assoc *assoc, struct hip_path *path,
			 const struct hip_skb_cb *cb)
{
	bool other = ipv6_addr_equal(&cb->dst, &assoc->other_local) &&
		     ipv6_addr_equal(&cb->src, &assoc->other_peer);

	if (ipv6_addr_equal(&path->peer, &assoc->other_peer) ||
	    (!other && hip_sent_pending(assoc->sent) && assoc->sent->tries < 2))
		hip_path_verified(path);
	return other ? hip_exchange_i2_swap(assoc, path) : 0;
}
