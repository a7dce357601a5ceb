// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flow bindings of ours. They belong to the namespace and count for every
 * association, or for those with one peer. A change replaces a binding by a new
 * one with its counters, so that tables which still hold the old one are
 * undisturbed; associations then rebuild their table and tell the peer.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "assoc.h"
#include "binding.h"
#include "identity.h"

static void hip_binding_free(struct rcu_head *rcu)
{
	struct hip_binding *b = container_of(rcu, struct hip_binding, rcu);

	if (refcount_dec_and_test(&b->count->ref)) {
		free_percpu(b->count->pcpu);
		kfree(b->count);
	}
	kfree(b);
}

void hip_binding_put(struct hip_binding *b)
{
	if (refcount_dec_and_test(&b->ref))
		call_rcu(&b->rcu, hip_binding_free);
}

static void hip_flow_free(struct rcu_head *rcu)
{
	struct hip_flow *flow = container_of(rcu, struct hip_flow, rcu);

	free_percpu(flow->count);
	kfree(flow);
}

void hip_flow_put(struct hip_flow *flow)
{
	if (refcount_dec_and_test(&flow->ref))
		call_rcu(&flow->rcu, hip_flow_free);
}

/* --- look-up, under hip_net->lock -------------------------------------- */

/* A number, FID or FID-PRI, which is one binding's for the peer, or for all. */
static int hip_binding_cmp(u16 number, bool any_peer,
			   const struct in6_addr *peer, u16 its_number,
			   const struct hip_binding *b)
{
	if (number != its_number)
		return number < its_number ? -1 : 1;
	if (any_peer || b->any_peer)
		return any_peer ? -!b->any_peer : 1;
	return ipv6_addr_cmp(peer, &b->peer);
}

static struct hip_binding *hip_binding_find(struct hip_net *hn, u16 fid,
					    const struct in6_addr *peer)
{
	struct rb_node *node = hn->bindings_by_fid.rb_node;
	struct hip_binding *b;
	int diff;

	lockdep_assert_held(&hn->lock);
	while (node) {
		b = rb_entry(node, struct hip_binding, by_fid);
		diff = hip_binding_cmp(fid, !peer, peer, b->fid, b);
		if (!diff)
			return b;
		node = diff < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

static struct hip_binding *
hip_binding_find_priority(struct hip_net *hn, u16 priority,
			  const struct in6_addr *peer)
{
	struct rb_node *node = hn->bindings_by_priority.rb_node;
	struct hip_binding *b;
	int diff;

	while (node) {
		b = rb_entry(node, struct hip_binding, by_priority);
		diff = hip_binding_cmp(priority, !peer, peer, b->priority, b);
		if (!diff)
			return b;
		node = diff < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

struct hip_binding *hip_binding_for(struct hip_net *hn, u16 fid,
				    const struct in6_addr *peer)
{
	struct hip_binding *b = NULL;

	/* One for this peer alone goes before one for all. */
	if (hn->n_peer_bindings)
		b = hip_binding_find(hn, fid, peer);
	return b ?: hip_binding_find(hn, fid, NULL);
}

bool hip_binding_is_for(struct hip_net *hn, const struct hip_binding *b,
			const struct in6_addr *peer)
{
	lockdep_assert_held(&hn->lock);
	if (!b->any_peer)
		return ipv6_addr_equal(&b->peer, peer);
	return !hn->n_peer_bindings || !hip_binding_find(hn, b->fid, peer);
}

struct hip_binding *hip_binding_changed_after(struct hip_net *hn, u32 gen)
{
	u32 since = (u32)hn->bindings_changes - gen;
	struct hip_rank *rank;

	lockdep_assert_held(&hn->lock);
	rank = hip_rank_after(&hn->bindings_by_gen,
			      hn->bindings_changes - since);
	return rank ? container_of(rank, struct hip_binding, by_gen) : NULL;
}

unsigned int hip_binding_resolve(const struct hip_binding *b,
				 const struct hip_local *local, unsigned int n,
				 struct in6_addr addr[HIP_MAX_FLOW_LOCATORS])
{
	const struct hip_binding_locator *l;
	unsigned int i, j, k, found = 0;

	for (i = 0; i < b->n; i++) {
		l = &b->locator[i];
		for (j = 0; j < n && found < HIP_MAX_FLOW_LOCATORS; j++) {
			if (l->ifindex ? l->ifindex != local[j].ifindex :
			    !ipv6_addr_equal(&l->addr, &local[j].addr))
				continue;
			for (k = 0; k < found; k++)
				if (ipv6_addr_equal(&addr[k], &local[j].addr))
					break;
			if (k == found)
				addr[found++] = local[j].addr;
		}
	}
	return found;
}

/* --- changes ----------------------------------------------------------- */

static void hip_binding_insert_fid(struct hip_net *hn, struct hip_binding *b)
{
	struct rb_node **link = &hn->bindings_by_fid.rb_node, *parent = NULL;
	struct hip_binding *at;

	while (*link) {
		parent = *link;
		at = rb_entry(parent, struct hip_binding, by_fid);
		link = hip_binding_cmp(b->fid, b->any_peer, &b->peer, at->fid,
				       at) < 0 ?
		       &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&b->by_fid, parent, link);
	rb_insert_color(&b->by_fid, &hn->bindings_by_fid);
}

static void hip_binding_insert_priority(struct hip_net *hn,
					struct hip_binding *b)
{
	struct rb_node **link = &hn->bindings_by_priority.rb_node;
	struct rb_node *parent = NULL;
	struct hip_binding *at;

	while (*link) {
		parent = *link;
		at = rb_entry(parent, struct hip_binding, by_priority);
		link = hip_binding_cmp(b->priority, b->any_peer, &b->peer,
				       at->priority, at) < 0 ?
		       &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&b->by_priority, parent, link);
	rb_insert_color(&b->by_priority, &hn->bindings_by_priority);
}

/* Behind those of the same priority. */
static void hip_binding_place(struct hip_binding *b)
{
	b->rank.order = (u64)b->priority << 32 | b->gen;
}

/* Under hip_net->lock. */
static void hip_binding_insert(struct hip_net *hn, struct hip_binding *b)
{
	struct hip_rank *before;

	before = hip_rank_add(&hn->bindings_by_rank, &b->rank);
	list_add(&b->list, before ?
		 &container_of(before, struct hip_binding, rank)->list :
		 &hn->bindings);
	b->by_gen.order = hn->bindings_changes;
	hip_rank_add(&hn->bindings_by_gen, &b->by_gen);
	hip_binding_insert_fid(hn, b);
	hip_binding_insert_priority(hn, b);
}

static void hip_binding_erase(struct hip_net *hn, struct hip_binding *b)
{
	list_del(&b->list);
	rb_erase(&b->rank.node, &hn->bindings_by_rank);
	rb_erase(&b->by_gen.node, &hn->bindings_by_gen);
	rb_erase(&b->by_fid, &hn->bindings_by_fid);
	rb_erase(&b->by_priority, &hn->bindings_by_priority);
}

/* A change of @fid: its number. Under hip_net->lock. */
static u32 hip_binding_next_gen(struct hip_net *hn, u16 fid)
{
	u32 gen = ++hn->bindings_changes;

	hn->bindings_log[gen % HIP_BINDINGS_LOG] = fid;
	return gen;
}

/* RFC 6089: FID-PRI is unique; among those for one peer, and those for all. */
static int hip_binding_check_priority(struct hip_net *hn, u16 fid, u16 priority,
				      const struct in6_addr *peer,
				      struct netlink_ext_ack *extack)
{
	struct hip_binding *b = hip_binding_find_priority(hn, priority, peer);

	if (!b || b->fid == fid)
		return 0;
	NL_SET_ERR_MSG(extack, "Another binding has this priority: see 'hipflow binding show'");
	return -EEXIST;
}

static void hip_binding_changed(struct hip_net *hn)
{
	hip_assoc_event_all(hn, HIP_EVENT_BINDINGS);
	hip_identity_r1_refresh(hn);
}

static struct hip_binding *hip_binding_alloc(void)
{
	struct hip_binding *b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);

	if (!b)
		return NULL;
	b->count = kzalloc(sizeof(*b->count), GFP_KERNEL_ACCOUNT);
	if (!b->count)
		goto err_free;
	b->count->pcpu = netdev_alloc_pcpu_stats(struct hip_count);
	if (!b->count->pcpu)
		goto err_count;
	refcount_set(&b->count->ref, 1);
	refcount_set(&b->ref, 1);
	return b;

err_count:
	kfree(b->count);
err_free:
	kfree(b);
	return NULL;
}

int hip_binding_add(struct hip_net *hn, const struct hip_binding_request *req,
		    struct netlink_ext_ack *extack)
{
	const struct in6_addr *peer = req->any_peer ? NULL : &req->peer;
	struct hip_binding *b;
	int err;

	b = hip_binding_alloc();
	if (!b)
		return -ENOMEM;
	b->fid = req->fid;
	b->priority = req->priority;
	b->any_peer = req->any_peer;
	b->peer = req->peer;
	b->sel = req->sel;
	b->n = req->n;
	memcpy(b->locator, req->locator, sizeof(b->locator));

	mutex_lock(&hn->lock);
	err = -EEXIST;
	if (hip_binding_find(hn, req->fid, peer)) {
		NL_SET_ERR_MSG(extack, "A binding with this FID exists: 'hipflow binding set' changes it");
		goto err_unlock;
	}
	err = hip_binding_check_priority(hn, b->fid, b->priority, peer,
					 extack);
	if (err)
		goto err_unlock;
	err = -ENOSPC;
	if (hn->n_bindings >= HIP_MAX_BINDINGS) {
		NL_SET_ERR_MSG(extack, "Too many bindings");
		goto err_unlock;
	}
	b->gen = hip_binding_next_gen(hn, b->fid);
	b->selector_gen = b->gen;
	hip_binding_place(b);
	hip_binding_insert(hn, b);
	WRITE_ONCE(hn->n_bindings, hn->n_bindings + 1);
	if (!b->any_peer)
		hn->n_peer_bindings++;
	WRITE_ONCE(hn->bindings_gen, b->gen);
	mutex_unlock(&hn->lock);
	hip_binding_changed(hn);
	return 0;

err_unlock:
	mutex_unlock(&hn->lock);
	hip_binding_put(b);
	return err;
}

/* @b replaces @old; what was not asked for stays. Under hip_net->lock. */
static void hip_binding_replace(struct hip_net *hn, struct hip_binding *b,
				struct hip_binding *old,
				const struct hip_binding_request *req)
{
	struct hip_binding_count *count = b->count;

	*b = *old;
	/* The counters go on; those just made are not needed. */
	free_percpu(count->pcpu);
	kfree(count);
	refcount_inc(&b->count->ref);
	refcount_set(&b->ref, 1);
	b->gen = hip_binding_next_gen(hn, b->fid);
	b->status = 0;
	if ((req->has & HIP_BINDING_HAS_PRIORITY) &&
	    b->priority != req->priority) {
		b->priority = req->priority;
		hip_binding_place(b);
	}
	if (req->has & HIP_BINDING_HAS_SELECTOR)
		b->sel = req->sel;
	if (req->has & HIP_BINDING_HAS_LOCATORS) {
		b->n = req->n;
		memcpy(b->locator, req->locator, sizeof(b->locator));
	}
	/* The selector has to be told again only if it is another one. */
	if (req->has & HIP_BINDING_HAS_SELECTOR)
		b->selector_gen = b->gen;
	hip_binding_erase(hn, old);
	hip_binding_insert(hn, b);
	WRITE_ONCE(hn->bindings_gen, b->gen);
}

int hip_binding_set(struct hip_net *hn, const struct hip_binding_request *req,
		    struct netlink_ext_ack *extack)
{
	const struct in6_addr *peer = req->any_peer ? NULL : &req->peer;
	struct hip_binding *b, *old;
	int err = 0;

	b = hip_binding_alloc();
	if (!b)
		return -ENOMEM;
	mutex_lock(&hn->lock);
	old = hip_binding_find(hn, req->fid, peer);
	if (!old) {
		NL_SET_ERR_MSG(extack, "No binding with this FID: 'hipflow binding add' makes one");
		err = -ENOENT;
	} else if (req->has & HIP_BINDING_HAS_PRIORITY) {
		err = hip_binding_check_priority(hn, req->fid, req->priority,
						 peer, extack);
	}
	if (err) {
		mutex_unlock(&hn->lock);
		hip_binding_put(b);
		return err;
	}
	hip_binding_replace(hn, b, old, req);
	mutex_unlock(&hn->lock);
	hip_binding_put(old);
	hip_binding_changed(hn);
	return 0;
}

/* Under hip_net->lock. */
static void hip_binding_unlink(struct hip_net *hn, struct hip_binding *b)
{
	hip_binding_erase(hn, b);
	WRITE_ONCE(hn->n_bindings, hn->n_bindings - 1);
	if (!b->any_peer)
		hn->n_peer_bindings--;
	WRITE_ONCE(hn->bindings_gen, hip_binding_next_gen(hn, b->fid));
	WRITE_ONCE(hn->bindings_del_gen, hn->bindings_gen);
	hip_binding_put(b);
}

int hip_binding_del(struct hip_net *hn, u16 fid, const struct in6_addr *peer,
		    struct netlink_ext_ack *extack)
{
	struct hip_binding *b;

	mutex_lock(&hn->lock);
	b = hip_binding_find(hn, fid, peer);
	if (b)
		hip_binding_unlink(hn, b);
	mutex_unlock(&hn->lock);
	if (!b) {
		NL_SET_ERR_MSG(extack, "No binding with this FID: see 'hipflow binding show'");
		return -ENOENT;
	}
	hip_binding_changed(hn);
	return 0;
}

/* Namespace exit: associations are gone. */
void hip_binding_flush(struct hip_net *hn)
{
	struct hip_binding *b, *next;

	mutex_lock(&hn->lock);
	list_for_each_entry_safe(b, next, &hn->bindings, list)
		hip_binding_unlink(hn, b);
	mutex_unlock(&hn->lock);
}
