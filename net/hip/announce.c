// SPDX-License-Identifier: GPL-2.0-only
/*
 * E-LOCATOR as we send and understand it (draft-cao-hiprg-flow-mobility section
 * 4 and our profile of it): our locators and bindings to a parameter, a peer's
 * parameter to its locators and flows.
 *
 * An E-LOCATOR that has a sub-parameter without flow is the complete state:
 * locators and flows that it does not name are gone. One that has none is a
 * flow update: for each FID in it, the locators listed become its whole set.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <net/route.h>

#include "lifetime.h"
#include "netlink.h"
#include "update.h"
#include "uplink.h"

/* Type, length and padding of a parameter. */
#define HIP_ANNOUNCE_OVERHEAD	12

/* --- ours -------------------------------------------------------------- */

static u32 hip_announce_spi(struct hip_assoc *assoc, const struct in6_addr *addr)
{
	struct hip_path *path;

	if (!assoc)
		return 0;
	list_for_each_entry(path, &assoc->paths, list)
		if (path->local_state == HIP_LOCATOR_ACTIVE &&
		    !path->replaced && !path->rekey &&
		    ipv6_addr_equal(&path->local, addr))
			return path->spi_in;
	return 0;
}

static void hip_announce_item(struct hip_elocator_item *item,
			      struct hip_assoc *assoc,
			      const struct hip_path *path,
			      const struct in6_addr *addr,
			      const struct hip_local *local,
			      unsigned int n_local)
{
	unsigned int i;

	memset(item, 0, sizeof(*item));
	item->traffic = HIP_TRAFFIC_BOTH;
	item->lifetime = HIP_LOCATOR_UNBOUNDED;
	for (i = 0; i < n_local; i++)
		if (ipv6_addr_equal(&local[i].addr, addr))
			item->lifetime = hip_lifetime_left(local[i].until);
	item->addr = *addr;
	item->spi = path && ipv6_addr_equal(&path->local, addr) ?
		    path->spi_in : hip_announce_spi(assoc, addr);
	item->type = item->spi ? HIP_LOCATOR_TYPE_SPI : HIP_LOCATOR_TYPE_ADDR;
}

/*
 * One binding: a sub-parameter for each of its locators. With @selector in the
 * first of them. While it has none, its flow is told to be at @fallback, our
 * preferred locator (draft 3.3.1: the same FID with the new locator). Return:
 * octets at @buf, 0 if there is not even that, -ENOSPC.
 */
static int hip_announce_binding(u8 *buf, unsigned int room,
				struct hip_assoc *assoc,
				const struct hip_binding *binding,
				const struct hip_local *local,
				unsigned int n_local,
				const struct in6_addr *fallback, bool selector)
{
	struct in6_addr addr[HIP_MAX_FLOW_LOCATORS];
	struct hip_elocator_item item;
	unsigned int i, n;
	int len = 0, put;

	n = hip_binding_resolve(binding, local, n_local, addr);
	if (!n && fallback) {
		addr[0] = *fallback;
		n = 1;
	}
	for (i = 0; i < n; i++) {
		hip_announce_item(&item, assoc, NULL, &addr[i], local,
				  n_local);
		item.flow = true;
		item.preferred = i == 0;
		item.fid = binding->fid;
		item.priority = binding->priority;
		item.has_selector = selector && i == 0;
		item.sel = binding->sel;
		put = hip_elocator_put(buf + len, room - len, &item);
		if (put < 0)
			return put;
		len += put;
	}
	return len;
}

/* Is this binding to be told to the peer (to anybody, in an R1)? */
static bool hip_announce_for(struct hip_net *hn, struct hip_assoc *assoc,
			     const struct hip_binding *binding)
{
	if (!assoc)
		return binding->any_peer;
	return hip_binding_is_for(hn, binding, &assoc->hits.peer);
}

/* The bindings, as many as fit. Under hip_net->lock. */
static u32 hip_announce_bindings(struct hip_net *hn, struct hip_assoc *assoc,
				 u8 *buf, unsigned int room, unsigned int *len,
				 const struct hip_local *local,
				 unsigned int n_local,
				 const struct in6_addr *fallback)
{
	struct hip_binding *binding;
	u32 gen = hn->bindings_gen;
	int put;

	list_for_each_entry(binding, &hn->bindings, list) {
		if (!hip_announce_for(hn, assoc, binding))
			continue;
		put = hip_announce_binding(buf + *len, room - *len, assoc,
					   binding, local, n_local, fallback,
					   true);
		if (put >= 0)
			*len += put;
		else if ((s32)(binding->gen - 1 - gen) < 0)
			gen = binding->gen - 1;	/* told later, by a flow update */
	}
	return gen;
}

/*
 * Addresses that are told to go, as long as @assoc has nothing else: our flows
 * are there until a path from another one is up. Return: how many there are now.
 */
static unsigned int hip_announce_leaving(struct hip_assoc *assoc,
					 struct hip_local *local,
					 unsigned int n)
{
	struct hip_local leaving[HIP_MAX_LOCALS];
	unsigned int i, n_leaving;
	struct hip_path *path;

	n_leaving = hip_locator_leaving(assoc->hn, leaving);
	for (i = 0; i < n_leaving && n < HIP_MAX_LOCALS; i++)
		list_for_each_entry(path, &assoc->paths, list)
			if (path->local_state == HIP_LOCATOR_ACTIVE &&
			    ipv6_addr_equal(&path->local, &leaving[i].addr)) {
				local[n++] = leaving[i];
				break;
			}
	return n;
}

u32 hip_announce_complete(struct hip_net *hn, struct hip_assoc *assoc,
			  struct hip_builder *b,
			  const struct in6_addr *preferred,
			  const struct hip_path *path)
{
	struct hip_local local[HIP_MAX_LOCALS];
	bool flows = !assoc || assoc->flows ||
		     assoc->state < HIP_STATE_R2_SENT;
	unsigned int i, n, room, len = 0;
	struct hip_elocator_item item;
	u32 gen;
	u8 *buf;
	int put;

	n = hip_locator_locals(hn, local);
	if (assoc)
		n = hip_announce_leaving(assoc, local, n);
	if (!preferred && n)
		preferred = hip_uplink_first(hn, local, n);
	/* The peer may have asked for a long echo in front. */
	room = b->max > b->len ? b->max - b->len : 0;
	buf = room > HIP_ANNOUNCE_OVERHEAD ? kmalloc(room, GFP_KERNEL) : NULL;
	if (!buf) {
		if (!b->err)
			b->err = -ENOMEM;
		return 0;
	}
	room -= HIP_ANNOUNCE_OVERHEAD;

	for (i = 0; i < n; i++) {
		hip_announce_item(&item, assoc, path, &local[i].addr,
				  &local[i], 1);
		item.preferred = ipv6_addr_equal(preferred, &local[i].addr);
		put = hip_elocator_put(buf + len, room - len, &item);
		if (put < 0)
			break;
		len += put;
	}
	mutex_lock(&hn->lock);
	gen = hn->bindings_gen;
	if (flows)
		gen = hip_announce_bindings(hn, assoc, buf, room, &len, local,
					    n, preferred);
	mutex_unlock(&hn->lock);
	if (assoc)
		hip_lifetime_told(assoc);
	hip_build_data(b, flows ? HIP_PARAM_E_LOCATOR : HIP_PARAM_LOCATOR_SET,
		       buf, len);
	kfree(buf);
	return gen;
}

/* The next that is for this peer. Under hip_net->lock. */
static struct hip_binding *hip_announce_next_for(struct hip_assoc *assoc,
						 u32 *gen)
{
	struct hip_net *hn = assoc->hn;
	struct hip_binding *binding;

	while ((binding = hip_binding_changed_after(hn, *gen))) {
		*gen = binding->gen;
		if (hip_binding_is_for(hn, binding, &assoc->hits.peer))
			return binding;
	}
	*gen = hn->bindings_gen;
	return NULL;
}

bool hip_announce_target(struct hip_assoc *assoc, struct in6_addr *target)
{
	struct in6_addr addr[HIP_MAX_FLOW_LOCATORS];
	struct hip_local local[HIP_MAX_LOCALS];
	struct hip_net *hn = assoc->hn;
	struct hip_binding *binding;
	u32 gen = assoc->bindings_gen;
	unsigned int n_local;

	n_local = hip_locator_locals(hn, local);
	mutex_lock(&hn->lock);
	binding = hip_announce_next_for(assoc, &gen);
	if (binding && hip_binding_resolve(binding, local, n_local, addr))
		*target = addr[0];
	mutex_unlock(&hn->lock);
	if (!binding)
		assoc->bindings_gen = gen;
	return binding;
}

u32 hip_announce_flows(struct hip_assoc *assoc, struct hip_builder *b,
		       const struct in6_addr *fallback)
{
	u32 told = assoc->bindings_gen, gen = told;
	struct hip_local local[HIP_MAX_LOCALS];
	struct hip_net *hn = assoc->hn;
	struct hip_binding *binding = NULL;
	unsigned int n_local, room, len = 0, n = 0;
	bool known;
	u8 *buf;
	int put;

	room = b->max - b->len - HIP_ANNOUNCE_OVERHEAD;
	buf = kmalloc(room, GFP_KERNEL);
	if (!buf) {
		b->err = -ENOMEM;
		return gen;
	}
	n_local = hip_locator_locals(hn, local);

	mutex_lock(&hn->lock);
	while (n++ < HIP_MAX_REDIRECT &&
	       (binding = hip_announce_next_for(assoc, &gen))) {
		/* Only its locators changed since: the peer has the rest. */
		known = (s32)(binding->selector_gen - assoc->bindings_gen) <= 0;
		put = hip_announce_binding(buf + len, room - len, assoc,
					   binding, local, n_local, fallback,
					   !known);
		if (put < 0)
			break;
		len += put;
		told = gen;
	}
	if (!binding)
		told = gen;
	mutex_unlock(&hn->lock);
	if (len)
		hip_build_data(b, HIP_PARAM_E_LOCATOR, buf, len);
	kfree(buf);
	return told;
}

/* --- the peer's -------------------------------------------------------- */

/* All parameters of the kind that counts: E-LOCATORs, else LOCATOR_SETs. */
static const struct hip_param *hip_announce_first(const struct hip_packet *p)
{
	const struct hip_param *param;

	param = hip_packet_param(p, HIP_PARAM_E_LOCATOR);
	return param ?: hip_packet_param(p, HIP_PARAM_LOCATOR_SET);
}

bool hip_announce_is_in(const struct hip_packet *p)
{
	return hip_announce_first(p);
}

static void hip_announce_iter(struct hip_elocator_iter *it,
			      const struct hip_param *param)
{
	it->data = param->data;
	it->len = param->len;
	it->set = param->type == HIP_PARAM_LOCATOR_SET;
}

int hip_announce_check(const struct hip_packet *p)
{
	const struct hip_param *param;
	struct hip_elocator_item item;
	struct hip_elocator_iter it;
	int err;

	for (param = hip_announce_first(p); param;
	     param = hip_packet_next(p, param)) {
		hip_announce_iter(&it, param);
		while ((err = hip_elocator_next(&it, &item)) > 0)
			;
		if (err)
			return err;
	}
	return 0;
}

static void hip_announce_note_refused(struct hip_announced *a, u16 fid,
				      u8 status)
{
	unsigned int i;

	for (i = 0; i < a->n_refused; i++)
		if (a->refused[i].fid == fid)
			return;
	if (a->n_refused == ARRAY_SIZE(a->refused))
		return;
	a->refused[a->n_refused].fid = fid;
	a->refused[a->n_refused++].status = status;
}

/* RFC 8046 section 5.3. That of a network of ours would be all hosts there. */
static bool hip_announce_is_locator(struct hip_net *hn,
				    const struct in6_addr *addr)
{
	return hip_addr_is_locator(addr) &&
	       (!hip_addr_is_v4(addr) ||
		inet_addr_type(hn->net, addr->s6_addr32[3]) != RTN_BROADCAST);
}

/*
 * Return: false if there is no room for it. It is refused by the FID that it was
 * for; one for all flows by FID 0, which is none of a flow.
 */
static bool hip_announce_locator(struct hip_net *hn, struct hip_announced *a,
				 const struct hip_elocator_item *item)
{
	unsigned int i;

	if (item->type > HIP_LOCATOR_TYPE_SPI ||
	    !hip_announce_is_locator(hn, &item->addr))
		return true;
	/* It carries no data, and so is none of those with paths. */
	if (item->traffic == HIP_TRAFFIC_SIGNALLING) {
		if (ipv6_addr_any(&a->signal) || item->preferred)
			a->signal = item->addr;
		return true;
	}
	for (i = 0; i < a->n; i++)
		if (ipv6_addr_equal(&a->locator[i].addr, &item->addr))
			break;
	/* What is said of it for all flows counts, wherever that stands. */
	if (i < a->n && (item->flow || !a->locator[i].flow))
		return true;
	if (i == HIP_MAX_PEER_LOCATORS) {
		hip_announce_note_refused(a, item->flow ? item->fid : 0,
					  HIP_FLOW_PROHIBITED);
		return false;
	}
	a->locator[i].addr = item->addr;
	a->locator[i].until = hip_lifetime_until(item->lifetime);
	a->locator[i].spi = item->type == HIP_LOCATOR_TYPE_SPI ?
			    item->spi : 0;
	a->locator[i].traffic = item->traffic;
	a->locator[i].flow = item->flow;
	a->locator[i].preferred = item->preferred && !item->flow;
	if (i == a->n)
		a->n++;
	return true;
}

/* One for control packets alone, else, if others are for data alone, for both. */
static void hip_announce_signal(struct hip_announced *a)
{
	const struct in6_addr *both = NULL;
	bool data = false;
	unsigned int i;

	for (i = 0; i < a->n; i++) {
		if (a->locator[i].traffic == HIP_TRAFFIC_DATA)
			data = true;
		else if (!both || a->locator[i].preferred)
			both = &a->locator[i].addr;
	}
	if (ipv6_addr_any(&a->signal) && data && both)
		a->signal = *both;
}

/* In its place, behind those of the same priority. */
static void hip_announce_insert_flow(struct hip_assoc *assoc,
				     struct hip_flow *flow)
{
	struct hip_rank *before;

	flow->rank.order = (u64)flow->priority << 32 | ++assoc->flow_serial;
	before = hip_rank_add(&assoc->flow_ranks, &flow->rank);
	list_add(&flow->list, before ?
		 &container_of(before, struct hip_flow, rank)->list :
		 &assoc->flow_list);
}

static void hip_announce_erase_flow(struct hip_assoc *assoc,
				    struct hip_flow *flow)
{
	if (list_empty(&flow->list))
		return;
	list_del_init(&flow->list);
	rb_erase(&flow->rank.node, &assoc->flow_ranks);
}

/* One of the same priority as before stays where it is: it is only moved. */
static void hip_announce_place_flow(struct hip_assoc *assoc,
				    struct hip_flow *flow, u16 priority)
{
	if (flow->priority == priority && !list_empty(&flow->list))
		return;
	flow->priority = priority;
	hip_announce_erase_flow(assoc, flow);
	hip_announce_insert_flow(assoc, flow);
}

static void hip_announce_del_flow(struct hip_assoc *assoc,
				  struct hip_flow *flow)
{
	hip_announce_erase_flow(assoc, flow);
	xa_erase(&assoc->flows_by_fid, flow->fid);
	xa_set_mark(&assoc->theirs.by_fid, flow->fid, HIP_FLOW_CHANGED);
	assoc->n_flows--;
	hip_flow_put(flow);
}

static struct hip_flow *hip_announce_new_flow(struct hip_assoc *assoc, u16 fid)
{
	struct hip_flow *flow = kzalloc(sizeof(*flow), GFP_KERNEL);

	if (!flow)
		return NULL;
	flow->count = netdev_alloc_pcpu_stats(struct hip_count);
	if (!flow->count)
		goto err_free;
	if (xa_err(xa_store(&assoc->flows_by_fid, fid, flow, GFP_KERNEL)))
		goto err_count;
	refcount_set(&flow->ref, 1);
	INIT_LIST_HEAD(&flow->list);
	flow->fid = fid;
	flow->seen = assoc->flow_mark - 1;
	assoc->n_flows++;
	return flow;

err_count:
	free_percpu(flow->count);
err_free:
	kfree(flow);
	return NULL;
}

static void hip_announce_flow(struct hip_assoc *assoc, struct hip_announced *a,
			      const struct hip_elocator_item *item)
{
	struct hip_flow *flow;
	unsigned int i;

	if (item->status) {
		hip_announce_note_refused(a, item->fid, item->status);
		return;
	}
	if (item->type > HIP_LOCATOR_TYPE_SPI ||
	    item->traffic == HIP_TRAFFIC_SIGNALLING ||
	    !hip_announce_is_locator(assoc->hn, &item->addr)) {
		hip_announce_note_refused(a, item->fid, HIP_FLOW_MALFORMED);
		return;
	}
	flow = xa_load(&assoc->flows_by_fid, item->fid);
	if (!flow) {
		if (!item->has_selector) {
			hip_announce_note_refused(a, item->fid,
						  HIP_FLOW_FID_NOT_FOUND);
			return;
		}
		if (assoc->n_flows < READ_ONCE(assoc->hn->config.max_fids))
			flow = hip_announce_new_flow(assoc, item->fid);
		if (!flow) {
			hip_announce_note_refused(a, item->fid,
						  HIP_FLOW_PROHIBITED);
			return;
		}
	}

	if (flow->seen != assoc->flow_mark) {
		/* First time in this packet: a new set of locators begins. */
		flow->seen = assoc->flow_mark;
		flow->n = 0;
		flow->n_preferred = 0;
		xa_set_mark(&assoc->flows_by_fid, flow->fid, HIP_FLOW_CHANGED);
		hip_announce_place_flow(assoc, flow, item->priority);
	}
	if (item->has_selector)
		flow->sel = item->sel;
	if (flow->n == HIP_MAX_FLOW_LOCATORS)
		return;
	/* Preferred ones first, in order of appearance. */
	i = item->preferred ? flow->n_preferred++ : flow->n;
	memmove(&flow->addr[i + 1], &flow->addr[i],
		(flow->n - i) * sizeof(flow->addr[0]));
	flow->addr[i] = item->addr;
	flow->n++;
}

/*
 * Preferred first, then in order of appearance (RFC 8046 section 4.1). One that
 * flows are bound to, and that is for no others, is for those only for want of
 * any.
 */
static void hip_announce_take_locators(struct hip_assoc *assoc,
				       const struct hip_announced *a)
{
	unsigned int i, n = 0;
	int pass, rank;

	/* Without memory, as many as there is room for. */
	hip_assoc_locator_room(assoc, a->n);
	for (pass = 2; pass >= 0; pass--)
		for (i = 0; i < a->n && n < assoc->max_peer_locators; i++) {
			rank = a->locator[i].flow ? 0 :
			       1 + a->locator[i].preferred;
			if (rank != pass)
				continue;
			assoc->peer_until[n] = a->locator[i].until;
			assoc->peer_locators[n++] = a->locator[i].addr;
		}
	assoc->n_peer_locators = n;
}

void hip_announce_read(struct hip_assoc *assoc, const struct hip_packet *p,
		       struct hip_announced *a)
{
	const struct hip_param *param = hip_announce_first(p);
	struct hip_flow *flow, *next;
	struct hip_elocator_item item;
	struct hip_elocator_iter it;
	const u8 *sub;
	bool room;

	if (!param)
		return;
	a->present = true;
	a->elocator = param->type == HIP_PARAM_E_LOCATOR;
	a->complete = !a->elocator;
	if (a->elocator)
		assoc->flows = true;
	assoc->flow_mark++;

	for (; param; param = hip_packet_next(p, param)) {
		hip_announce_iter(&it, param);
		while (sub = it.data, hip_elocator_next(&it, &item) > 0) {
			/* RFC 8046 section 5.3 */
			if (item.type > HIP_LOCATOR_TYPE_SPI &&
			    item.preferred && !a->unsupported) {
				a->unsupported = sub;
				a->unsupported_len = it.data - sub;
			}
			/* A flow's locator may be named there only, too. */
			room = hip_announce_locator(assoc->hn, a, &item);
			if (!item.flow)
				a->complete = true;
			else if (room)
				hip_announce_flow(assoc, a, &item);
		}
	}
	if (!a->complete)
		return;
	hip_announce_signal(a);
	assoc->peer_signal = a->signal;
	hip_announce_take_locators(assoc, a);
	list_for_each_entry_safe(flow, next, &assoc->flow_list, list) {
		if (flow->seen != assoc->flow_mark)
			hip_announce_del_flow(assoc, flow);
	}
}

/* --- refusals ---------------------------------------------------------- */

struct hip_refused_flow {
	__be16	fid;
	u8	status;
	u8	zero;
} __packed;

void hip_announce_refuse(struct hip_builder *b, const struct hip_announced *a)
{
	struct hip_refused_flow list[ARRAY_SIZE(a->refused)] = {};
	unsigned int i;

	if (!a->n_refused)
		return;
	for (i = 0; i < a->n_refused; i++) {
		list[i].fid = htons(a->refused[i].fid);
		list[i].status = a->refused[i].status;
	}
	hip_build_notification(b, HIP_NOTIFY_FLOW_REFUSED, list,
			       a->n_refused * sizeof(list[0]));
}

static void hip_announce_mark_refused(struct hip_assoc *assoc, u16 fid,
				      u8 status)
{
	struct hip_net *hn = assoc->hn;
	struct hip_binding *binding;

	mutex_lock(&hn->lock);
	binding = hip_binding_for(hn, fid, &assoc->hits.peer);
	if (binding)
		WRITE_ONCE(binding->status, status);
	mutex_unlock(&hn->lock);
	if (binding)
		hip_netlink_event_flow(assoc, fid, false, status);
}

void hip_announce_refused(struct hip_assoc *assoc, const struct hip_packet *p)
{
	const struct hip_refused_flow *list;
	const struct hip_notification *n;
	const struct hip_param *param;
	unsigned int i;

	for (param = hip_packet_param(p, HIP_PARAM_NOTIFICATION); param;
	     param = hip_packet_next(p, param)) {
		n = (const struct hip_notification *)param->data;
		if (be16_to_cpu(n->type) != HIP_NOTIFY_FLOW_REFUSED)
			continue;
		list = (const struct hip_refused_flow *)n->data;
		for (i = 0; i < (param->len - sizeof(*n)) / sizeof(*list); i++)
			hip_announce_mark_refused(assoc, ntohs(list[i].fid),
						  list[i].status);
	}
}
