// SPDX-License-Identifier: GPL-2.0-only
/* Opportunistic mode (RFC 7401 section 4.1.8). */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "locator.h"
#include "netlink.h"
#include "opportunistic.h"
#include "upcall.h"

struct hip_identity *hip_opportunistic_identity(struct hip_net *hn,
						const struct in6_addr *peer)
{
	if (!READ_ONCE(hn->config.opportunistic))
		return NULL;
	/* Its own suite is the one that the Initiator has for certain. */
	return hip_identity_of_suite(hn, hip_hit_suite(peer));
}

struct hip_assoc *hip_opportunistic_get(struct hip_net *hn,
					const struct in6_addr *local,
					const struct in6_addr *addr)
{
	struct hip_assoc *assoc = hip_assoc_get(hn, local, addr);

	if (assoc && READ_ONCE(assoc->state) != HIP_STATE_I1_SENT) {
		hip_assoc_put(assoc);
		assoc = NULL;
	}
	return assoc;
}

/*
 * The exchange goes on in @assoc, as if its own I1 had been answered: it gets the
 * I1, lest nothing is sent again should this R1 be of no use, and the R1. Under
 * the locks of both. Return: may @asked forget it?
 */
static bool hip_opportunistic_hand_over(struct hip_assoc *asked,
					struct hip_assoc *assoc,
					const struct hip_packet *p,
					const struct hip_skb_cb *cb)
{
	struct sk_buff *skb;

	if (assoc->dead || assoc->state == HIP_STATE_CLOSING)
		return false;
	if (assoc->state != HIP_STATE_UNASSOCIATED &&
	    assoc->state != HIP_STATE_E_FAILED &&
	    assoc->state != HIP_STATE_CLOSED) {
		/* We know this peer, and need not meet it once more. */
		assoc->asked = asked->hits.peer;
		hip_netlink_event_assoc(assoc);
		return true;
	}
	skb = alloc_skb(p->len, GFP_KERNEL);
	if (!skb || hip_assoc_locator_room(assoc, 1)) {
		kfree_skb(skb);
		return false;
	}
	skb_put_data(skb, p->hdr, p->len);
	*HIP_SKB_CB(skb) = *cb;

	hip_assoc_reset(assoc);
	refcount_inc(&asked->identity->ref);
	assoc->identity = asked->identity;
	assoc->asked = asked->hits.peer;
	assoc->peer_until[0] = 0;
	assoc->peer_locators[0] = asked->hits.peer;
	assoc->n_peer_locators = 1;
	assoc->initiator = true;
	assoc->sent = asked->sent;
	asked->sent = NULL;
	hip_assoc_set_state(assoc, HIP_STATE_I1_SENT);
	hip_assoc_rx(assoc, skb, false);
	return true;
}

void hip_opportunistic_learned(struct hip_assoc *asked,
			       const struct hip_packet *p,
			       const struct hip_skb_cb *cb)
{
	struct hip_assoc *assoc;
	bool done;

	assoc = hip_assoc_get_or_new(asked->hn, &asked->hits.local,
				     &p->hdr->sender, false);
	if (IS_ERR(assoc))
		return;
	/* Only ever in this order: a HIT never waits for an address. */
	mutex_lock_nested(&assoc->lock, SINGLE_DEPTH_NESTING);
	done = hip_opportunistic_hand_over(asked, assoc, p, cb);
	mutex_unlock(&assoc->lock);
	/* A new one that was of no use goes by itself. */
	hip_assoc_event(assoc, HIP_EVENT_TIMER);
	hip_assoc_put(assoc);
	if (!done)
		return;
	hip_assoc_reset(asked);
	hip_assoc_set_state(asked, HIP_STATE_UNASSOCIATED);
}

int hip_opportunistic_connect(struct hip_net *hn, const struct in6_addr *local,
			      const struct in6_addr *addr,
			      struct netlink_ext_ack *extack)
{
	struct hip_identity *id;
	struct hip_assoc *assoc;

	if (!READ_ONCE(hn->config.opportunistic)) {
		NL_SET_ERR_MSG(extack, "whoever is at an address is taken for the peer: allow it with 'hipflow config set opportunistic yes', or give its HIT");
		return -EPERM;
	}
	if (!hip_addr_is_locator(addr)) {
		NL_SET_ERR_MSG(extack, "the address is not global unicast, or is a HIT itself");
		return -EINVAL;
	}
	if (!hip_upcall_ready(hn)) {
		NL_SET_ERR_MSG(extack, "hipflowd is not running in this network namespace: start it first");
		return -ENOTCONN;
	}
	id = hip_identity_get(hn, local);
	if (!id) {
		NL_SET_ERR_MSG(extack, "No such host identity of ours: see 'hipflow identity show'");
		return -ENOENT;
	}
	assoc = hip_assoc_get_or_new(hn, &id->hit, addr, false);
	hip_identity_put(id);
	if (IS_ERR(assoc))
		return PTR_ERR(assoc);
	hip_assoc_event(assoc, HIP_EVENT_START);
	hip_assoc_put(assoc);
	return 0;
}
