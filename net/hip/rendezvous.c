// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rendezvous server (RFC 8004 sections 3.3 and 4.3): who is registered with us,
 * and what is sent on to it. Nothing is kept of a packet that is relayed, and
 * hipflowd does not hear of it.
 *
 *    Initiator                 we                        registered host
 *      I1(src I, dst we)  ->
 *                              I1(src we, dst R, FROM:I, RVS_HMAC)  ->
 *      R1(src R, VIA_RVS: we)                                       <-
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "locator.h"
#include "rendezvous.h"

static const struct rhashtable_params hip_rendezvous_params = {
	.key_len = sizeof(struct in6_addr),
	.key_offset = offsetof(struct hip_rendezvous, hit),
	.head_offset = offsetof(struct hip_rendezvous, node),
	.automatic_shrinking = true,
};

/* --- table ------------------------------------------------------------- */

static void hip_rendezvous_add_way(struct hip_rendezvous *r,
				   const struct hip_path *path)
{
	struct hip_rendezvous_way *way = &r->way[r->n];

	if (r->n == ARRAY_SIZE(r->way) ||
	    (r->n && hip_addr_is_v4(&r->way[0].peer) ==
		     hip_addr_is_v4(&path->peer)))
		return;
	way->local = path->local;
	way->peer = path->peer;
	way->ifindex = path->ifindex;
	r->n++;
}

/* Verified addresses alone: who registers may not have I1s sent to others. */
static void hip_rendezvous_ways(struct hip_rendezvous *r,
				struct hip_assoc *assoc)
{
	struct hip_table *table;
	struct hip_path *path;

	table = rcu_dereference_protected(assoc->table,
					  lockdep_is_held(&assoc->lock));
	r->n = 0;
	memset(r->way, 0, sizeof(r->way));
	if (table && table->def)
		hip_rendezvous_add_way(r, table->def);
	list_for_each_entry(path, &assoc->paths, list)
		if (hip_path_usable(path) && !path->silent)
			hip_rendezvous_add_way(r, path);
}

static struct hip_rendezvous *hip_rendezvous_new(struct hip_assoc *assoc)
{
	struct hip_rendezvous *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return NULL;
	r->hit = assoc->hits.peer;
	r->assoc = assoc;
	hip_rendezvous_ways(r, assoc);
	return r;
}

/*
 * A host that comes by another HIT of ours moves its registration there.
 * Changes of one HIT's entry by two associations are excluded by hn->lock.
 */
static int hip_rendezvous_insert(struct hip_net *hn, struct hip_rendezvous *r,
				 unsigned int limit)
{
	struct hip_rendezvous *old;
	int err;

	mutex_lock(&hn->lock);
	rcu_read_lock();
	old = rhashtable_lookup(&hn->rendezvous, &r->hit,
				hip_rendezvous_params);
	if (!old && atomic_read(&hn->rendezvous.nelems) >= limit)
		err = -ENOSPC;
	else if (old)
		err = rhashtable_replace_fast(&hn->rendezvous, &old->node,
					      &r->node, hip_rendezvous_params);
	else
		err = rhashtable_insert_fast(&hn->rendezvous, &r->node,
					     hip_rendezvous_params);
	rcu_read_unlock();
	mutex_unlock(&hn->lock);
	return err;
}

int hip_rendezvous_add(struct hip_assoc *assoc, u8 lifetime,
		       unsigned int limit)
{
	struct hip_rendezvous *r, *old = assoc->rendezvous;
	int err;

	lockdep_assert_held(&assoc->lock);
	r = hip_rendezvous_new(assoc);
	if (!r)
		return -ENOMEM;
	r->lifetime = lifetime;
	r->expires = jiffies + hip_reg_lifetime_jiffies(lifetime);
	if (old)
		atomic64_set(&r->relayed, atomic64_read(&old->relayed));
	err = hip_rendezvous_insert(assoc->hn, r, limit);
	if (err) {
		kfree(r);
		return err == -ENOSPC ? err : -ENOMEM;
	}
	assoc->rendezvous = r;
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

void hip_rendezvous_del(struct hip_assoc *assoc)
{
	struct hip_rendezvous *r = assoc->rendezvous;
	struct hip_net *hn = assoc->hn;

	lockdep_assert_held(&assoc->lock);
	if (!r)
		return;
	assoc->rendezvous = NULL;
	mutex_lock(&hn->lock);
	/* Not if another association's has taken its place. */
	rhashtable_remove_fast(&hn->rendezvous, &r->node,
			       hip_rendezvous_params);
	mutex_unlock(&hn->lock);
	kfree_rcu(r, rcu);
}

void hip_rendezvous_refresh(struct hip_assoc *assoc)
{
	struct hip_rendezvous *r, *old = assoc->rendezvous;
	int err;

	if (!old)
		return;
	r = hip_rendezvous_new(assoc);
	if (!r) {
		/* Better unknown than at an address that may be gone. */
		hip_rendezvous_del(assoc);
		return;
	}
	if (r->n == old->n && !memcmp(r->way, old->way, sizeof(r->way))) {
		kfree(r);
		return;
	}
	r->lifetime = old->lifetime;
	r->expires = old->expires;
	atomic64_set(&r->relayed, atomic64_read(&old->relayed));
	mutex_lock(&assoc->hn->lock);
	err = rhashtable_replace_fast(&assoc->hn->rendezvous, &old->node,
				      &r->node, hip_rendezvous_params);
	mutex_unlock(&assoc->hn->lock);
	if (err) {
		/* It is registered by another HIT of ours. */
		kfree(r);
		r = NULL;
	}
	assoc->rendezvous = r;
	kfree_rcu(old, rcu);
}

int hip_rendezvous_net_init(struct hip_net *hn)
{
	return rhashtable_init(&hn->rendezvous, &hip_rendezvous_params);
}

/* Associations are gone, and their registrations with them. */
void hip_rendezvous_net_exit(struct hip_net *hn)
{
	WARN_ON_ONCE(atomic_read(&hn->rendezvous.nelems));
	rhashtable_destroy(&hn->rendezvous);
}

/* --- relay, softirq ---------------------------------------------------- */

/* Where the host can answer: in the family of the Initiator, if it has it. */
static const struct hip_rendezvous_way *
hip_rendezvous_way(const struct hip_rendezvous *r, const struct in6_addr *from)
{
	if (r->n > 1 &&
	    hip_addr_is_v4(&r->way[1].peer) == hip_addr_is_v4(from))
		return &r->way[1];
	return r->n ? &r->way[0] : NULL;
}

/* Return: 0, or how to count the drop. */
static enum hip_stat hip_rendezvous_send(struct hip_net *hn,
					 struct hip_rendezvous *r,
					 const struct hip_packet *p,
					 const struct hip_skb_cb *cb)
{
	const struct hip_rendezvous_way *way = hip_rendezvous_way(r, &cb->src);
	struct hip_macs *macs = rcu_dereference(r->assoc->macs);
	struct hip_builder b;
	int len;
	u8 *room;

	/*
	 * Who relayed it before us is not known here, and may have made up its
	 * FROM: our RVS_HMAC would vouch for it (chains are out of the scope of
	 * RFC 8004).
	 */
	if (hip_packet_param(p, HIP_PARAM_FROM) ||
	    hip_packet_param(p, HIP_PARAM_RVS_HMAC))
		return HIP_STAT_DROP_POLICY;
	if (!way || !macs || time_after(jiffies, READ_ONCE(r->expires)))
		return HIP_STAT_DROP_STATE;

	room = this_cpu_ptr(hn->r1_scratch);
	memcpy(room, p->hdr, p->len);
	hip_build_continue(&b, room, HIP_PACKET_MAX_LEN, p);
	hip_build_data(&b, HIP_PARAM_FROM, &cb->src, sizeof(cb->src));
	hip_build_rvs_hmac(&b, macs->out);
	len = hip_build_end(&b);
	if (len < 0)
		return HIP_STAT_DROP_MALFORMED;
	if (hip_control_send(hn, room, len, &way->local, &way->peer,
			     way->ifindex))
		return HIP_STAT_DATA_TX_ERROR;
	atomic64_inc(&r->relayed);
	hip_stat_inc(hn, HIP_STAT_RELAYED);
	return 0;
}

bool hip_rendezvous_relay(struct hip_net *hn, const struct hip_packet *p,
			  const struct hip_skb_cb *cb)
{
	struct hip_rendezvous *r;
	enum hip_stat drop;

	r = rhashtable_lookup(&hn->rendezvous, &p->hdr->receiver,
			      hip_rendezvous_params);
	if (!r)
		return false;
	local_bh_disable();
	drop = hip_rendezvous_send(hn, r, p, cb);
	local_bh_enable();
	if (drop)
		hip_stat_inc(hn, drop);
	return true;
}
