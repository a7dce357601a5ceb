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
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "compat.h"
#include "locator.h"
#include "rendezvous.h"

/*
 * Once for each I1 that anybody sends. A HIT is a hash itself, and hosts with 8
 * octets in common are not to be found by trying.
 */
static u32 hip_rendezvous_hash(const void *data, u32 len, u32 seed)
{
	const struct in6_addr *hit = data;

	return jhash_2words((__force u32)hit->s6_addr32[2],
			    (__force u32)hit->s6_addr32[3], seed);
}

static int hip_rendezvous_differs(struct rhashtable_compare_arg *arg,
				  const void *obj)
{
	const struct hip_rendezvous *r = obj;

	return !ipv6_addr_equal(&r->hit, arg->key);
}

static const struct rhashtable_params hip_rendezvous_params = {
	.key_len = sizeof(struct in6_addr),
	.key_offset = offsetof(struct hip_rendezvous, hit),
	.head_offset = offsetof(struct hip_rendezvous, node),
	.hashfn = hip_rendezvous_hash,
	.obj_cmpfn = hip_rendezvous_differs,
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

static void hip_rendezvous_free(struct rcu_head *head)
{
	struct hip_rendezvous *r;
	unsigned int i;

	r = container_of(head, struct hip_rendezvous, rcu);
	for (i = 0; i < ARRAY_SIZE(r->route); i++)
		dst_release(rcu_dereference_protected(r->route[i].dst, 1));
	kfree(r);
}

/*
 * The route there, looked up anew when it is no longer what it was; a look-up
 * costs as much as all that is done with an I1 but its HMAC. Valid for as long as
 * RCU is held. Who reads the cookie of another route looks it up once more, or
 * sends one packet by the route of before.
 */
static struct dst_entry *hip_rendezvous_route(struct hip_rendezvous *r,
					      unsigned int i)
{
	struct hip_rendezvous_route *route = &r->route[i];
	const struct hip_rendezvous_way *way = &r->way[i];
	struct dst_entry *dst, *old;
	u32 cookie = 0;

	dst = rcu_dereference(route->dst);
	if (dst && dst_check(dst, READ_ONCE(route->cookie)))
		return dst;
	dst = hip_control_route(r->assoc->hn, &way->local, &way->peer, way->ifindex);
	if (IS_ERR(dst))
		return dst;
	if (!hip_addr_is_v4(&way->peer))
		cookie = rt6_get_cookie(dst_rt6_info(dst));
	spin_lock(&r->route_lock);
	old = rcu_dereference_protected(route->dst,
					lockdep_is_held(&r->route_lock));
	WRITE_ONCE(route->cookie, cookie);
	rcu_assign_pointer(route->dst, dst);
	spin_unlock(&r->route_lock);
	dst_release(old);
	return dst;
}

/*
 * Routes are known before they are needed: with many hosts registered, most of
 * the packets that come are the first for theirs.
 */
static void hip_rendezvous_routes(struct hip_rendezvous *r)
{
	unsigned int i;

	local_bh_disable();
	rcu_read_lock();
	for (i = 0; i < r->n; i++)
		hip_rendezvous_route(r, i);
	rcu_read_unlock();
	local_bh_enable();
}

static struct hip_rendezvous *hip_rendezvous_new(struct hip_assoc *assoc)
{
	struct hip_rendezvous *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return NULL;
	r->hit = assoc->hits.peer;
	r->assoc = assoc;
	spin_lock_init(&r->route_lock);
	hip_rendezvous_ways(r, assoc);
	return r;
}

/* What was relayed to it counts on. */
static void hip_rendezvous_take_over(struct hip_rendezvous *r,
				     const struct hip_rendezvous *old)
{
	atomic64_set(&r->relayed, atomic64_read(&old->relayed));
	r->limit.second = READ_ONCE(old->limit.second);
	r->limit.n = READ_ONCE(old->limit.n);
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

/* I1s for others come in between. */
static void hip_rendezvous_prepare(struct hip_assoc *assoc)
{
	struct hip_macs *macs;

	macs = rcu_dereference_protected(assoc->macs,
					 lockdep_is_held(&assoc->lock));
	if (macs)
		hip_hmac_prepare(macs->out);
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
		hip_rendezvous_take_over(r, old);
	hip_rendezvous_routes(r);
	hip_rendezvous_prepare(assoc);
	err = hip_rendezvous_insert(assoc->hn, r, limit);
	if (err) {
		hip_rendezvous_free(&r->rcu);
		return err == -ENOSPC ? err : -ENOMEM;
	}
	assoc->rendezvous = r;
	if (old)
		call_rcu(&old->rcu, hip_rendezvous_free);
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
	call_rcu(&r->rcu, hip_rendezvous_free);
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
	hip_rendezvous_take_over(r, old);
	hip_rendezvous_routes(r);
	mutex_lock(&assoc->hn->lock);
	err = rhashtable_replace_fast(&assoc->hn->rendezvous, &old->node,
				      &r->node, hip_rendezvous_params);
	mutex_unlock(&assoc->hn->lock);
	if (err) {
		/* It is registered by another HIT of ours. */
		hip_rendezvous_free(&r->rcu);
		r = NULL;
	}
	assoc->rendezvous = r;
	call_rcu(&old->rcu, hip_rendezvous_free);
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
static unsigned int hip_rendezvous_way(const struct hip_rendezvous *r,
				       const struct in6_addr *from)
{
	return r->n > 1 &&
	       hip_addr_is_v4(&r->way[1].peer) == hip_addr_is_v4(from);
}

/*
 * Room behind the packet, which is short: rather than to new memory it is moved
 * towards the headers that it came with, as far as those to come let it. Whoever
 * listens on a socket may have the same octets.
 */
static int hip_rendezvous_room(struct sk_buff *skb, unsigned int room,
			       const struct net_device *dev)
{
	unsigned int head = LL_RESERVED_SPACE(dev) + sizeof(struct ipv6hdr);
	unsigned int len = skb->len, tail = skb_tailroom(skb), by;

	if (skb_cloned(skb))
		return pskb_expand_head(skb, 0, room, GFP_ATOMIC);
	if (tail >= room)
		return 0;
	by = ALIGN(room - tail, 8);
	if (skb_headroom(skb) < head + by)
		return pskb_expand_head(skb, 0, room, GFP_ATOMIC);
	skb_push(skb, by);
	memmove(skb->data, skb->data + by, len);
	__skb_trim(skb, len);
	return 0;
}

/* Make it what goes on, in its place. Return: 0, or how to count the drop. */
static enum hip_stat hip_rendezvous_append(struct sk_buff *skb,
					   const struct hip_packet *p,
					   const struct in6_addr *from,
					   const struct hip_hmac *hmac,
					   const struct net_device *dev)
{
	unsigned int room = HIP_PARAM_SPACE(sizeof(*from)) +
			    HIP_PARAM_SPACE(hip_rhash_len(hip_hmac_rhash(hmac)));
	int len;

	if (hip_rendezvous_room(skb, room, dev))
		return HIP_STAT_DATA_TX_ERROR;
	len = hip_build_relayed(skb->data, p->len, p->len + room, from, hmac);
	if (len < 0)
		return HIP_STAT_DROP_MALFORMED;
	skb_put(skb, len - p->len);
	return 0;
}

/*
 * Who relayed it before us is not known here, and may have made up its FROM: our
 * RVS_HMAC would vouch for it (chains are out of the scope of RFC 8004). And
 * nothing may be appended behind what sorts after it.
 */
static enum hip_stat hip_rendezvous_check(const struct hip_packet *p)
{
	if (!p->n || p->param[p->n - 1].type < HIP_PARAM_FROM)
		return 0;
	return hip_packet_param(p, HIP_PARAM_FROM) ||
	       hip_packet_param(p, HIP_PARAM_RVS_HMAC) ?
	       HIP_STAT_DROP_POLICY : HIP_STAT_DROP_MALFORMED;
}

/* Who floods one host through us keeps nobody from meeting the others. */
static bool hip_rendezvous_admits(struct hip_net *hn, struct hip_rendezvous *r)
{
	u32 most = READ_ONCE(hn->config.relay_per_second);

	return !most || hip_limit_ok(&r->limit, most);
}

/* Consumes @skb if it returns 0; else that is how to count the drop. */
static enum hip_stat hip_rendezvous_send(struct hip_net *hn,
					 struct hip_rendezvous *r,
					 struct sk_buff *skb,
					 const struct hip_packet *p,
					 const struct hip_skb_cb *cb)
{
	struct hip_macs *macs = rcu_dereference(r->assoc->macs);
	unsigned int i = hip_rendezvous_way(r, &cb->src);
	struct dst_entry *dst;
	enum hip_stat drop;

	drop = hip_rendezvous_check(p);
	if (drop)
		return drop;
	if (!r->n || !macs || time_after(jiffies, READ_ONCE(r->expires)))
		return HIP_STAT_DROP_STATE;

	if (!hip_rendezvous_admits(hn, r))
		return HIP_STAT_DROP_LIMIT;
	dst = hip_rendezvous_route(r, i);
	if (IS_ERR(dst))
		return HIP_STAT_DATA_TX_ERROR;
	drop = hip_rendezvous_append(skb, p, &cb->src, macs->out, dst->dev);
	if (drop)
		return drop;
	if (hip_control_forward(hn, skb, dst, &r->way[i].local,
				&r->way[i].peer)) {
		__hip_stat_inc(hn, HIP_STAT_DATA_TX_ERROR);
		return 0;
	}
	atomic64_inc(&r->relayed);
	__hip_stat_inc(hn, HIP_STAT_RELAYED);
	return 0;
}

bool hip_rendezvous_relay(struct hip_net *hn, struct sk_buff *skb,
			  const struct hip_packet *p,
			  const struct hip_skb_cb *cb)
{
	struct hip_rendezvous *r;
	enum hip_stat drop;

	r = rhashtable_lookup(&hn->rendezvous, &p->hdr->receiver,
			      hip_rendezvous_params);
	if (!r)
		return false;
	drop = hip_rendezvous_send(hn, r, skb, p, cb);
	if (drop) {
		hip_stat_inc(hn, drop);
		kfree_skb(skb);
	}
	return true;
}
