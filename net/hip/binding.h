/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flow bindings: ours, which we announce in E-LOCATORs and by which we choose
 * our source address; and those that a peer announced, by which we choose
 * where to send.
 */
#ifndef _NET_HIP_BINDING_H
#define _NET_HIP_BINDING_H

#include "elocator.h"
#include "locator.h"
#include "netns.h"
#include "rank.h"
#include "selector.h"

/* One choice of a binding of ours: an interface, or an address if not any. */
struct hip_binding_locator {
	int		ifindex;
	struct in6_addr	addr;
};

/**
 * struct hip_binding - a binding of ours; changed by replacing it
 * @list: in hip_net->bindings, by priority; hip_net->lock
 * @rank: in hip_net->bindings_by_rank
 * @by_fid: in hip_net->bindings_by_fid
 * @by_priority: in hip_net->bindings_by_priority
 * @by_gen: in hip_net->bindings_by_gen
 * @ref: list and each table of an association hold one
 * @rcu: frees it
 * @fid: FID
 * @priority: FID-PRI
 * @any_peer: for all peers; otherwise for @peer only, and instead of a
 *	binding for all peers of the same FID
 * @peer: HIT
 * @status: of a refusal by a peer, RFC 6089; WRITE_ONCE
 * @gen: hip_net->bindings_gen of its last change
 * @selector_gen: of the last change of @sel; a peer that knows it needs only
 *	the locators (a redirect)
 * @sel: selector, packets on their way to us
 * @n: how many of @locator
 * @locator: preferred first
 * @count: per CPU; shared by the successors of this binding
 */
struct hip_binding {
	struct list_head		list;
	struct hip_rank			rank;
	struct rb_node			by_fid;
	struct rb_node			by_priority;
	struct hip_rank			by_gen;
	refcount_t			ref;
	struct rcu_head			rcu;
	u16				fid;
	u16				priority;
	bool				any_peer;
	struct in6_addr			peer;
	u8				status;
	u32				gen;
	u32				selector_gen;
	struct hip_selector		sel;
	unsigned int			n;
	struct hip_binding_locator	locator[HIP_MAX_FLOW_LOCATORS];
	struct hip_binding_count	*count;
};

/* Counters outlive a change of the binding. */
struct hip_binding_count {
	refcount_t			ref;
	struct hip_count __percpu	*pcpu;
};

/* What netlink asks for; HIP_BINDING_HAS_* tell what was given. */
#define HIP_BINDING_HAS_PRIORITY	0x1
#define HIP_BINDING_HAS_SELECTOR	0x2
#define HIP_BINDING_HAS_LOCATORS	0x4

struct hip_binding_request {
	unsigned int			has;
	u16				fid;
	u16				priority;
	bool				any_peer;
	struct in6_addr			peer;
	struct hip_selector		sel;
	unsigned int			n;
	struct hip_binding_locator	locator[HIP_MAX_FLOW_LOCATORS];
};

int hip_binding_add(struct hip_net *hn, const struct hip_binding_request *req,
		    struct netlink_ext_ack *extack);
int hip_binding_set(struct hip_net *hn, const struct hip_binding_request *req,
		    struct netlink_ext_ack *extack);
int hip_binding_del(struct hip_net *hn, u16 fid, const struct in6_addr *peer,
		    struct netlink_ext_ack *extack);
void hip_binding_flush(struct hip_net *hn);
void hip_binding_put(struct hip_binding *b);

/* The binding of this FID that counts for @peer, or NULL; under hip_net->lock. */
struct hip_binding *hip_binding_for(struct hip_net *hn, u16 fid,
				    const struct in6_addr *peer);
/* FID of the change that made @gen, one of the last; under hip_net->lock. */
static inline u16 hip_binding_logged(const struct hip_net *hn, u32 gen)
{
	return hn->bindings_log[gen % HIP_BINDINGS_LOG];
}

/* The binding whose last change came next after @gen; under hip_net->lock. */
struct hip_binding *hip_binding_changed_after(struct hip_net *hn, u32 gen);
/* Is it the one that counts for @peer? Under hip_net->lock. */
bool hip_binding_is_for(struct hip_net *hn, const struct hip_binding *b,
			const struct in6_addr *peer);
/*
 * Addresses that a binding means now, preferred first.
 * Return: how many of @addr were filled in.
 */
unsigned int hip_binding_resolve(const struct hip_binding *b,
				 const struct hip_local *local, unsigned int n,
				 struct in6_addr addr[HIP_MAX_FLOW_LOCATORS]);

/**
 * struct hip_flow - a binding that a peer asked of us (RFC 6089 flow entry)
 * @list: in hip_assoc->flow_list, by priority; the association's lock
 * @rank: in hip_assoc->flow_ranks
 * @ref: list and table hold one each
 * @rcu: frees it
 * @fid: FID, of the peer's choosing
 * @priority: FID-PRI
 * @seen: hip_assoc->flow_mark of the last E-LOCATOR that named it
 * @sel: selector
 * @n: how many of @addr
 * @n_preferred: how many of them are preferred
 * @addr: the peer's locators for it, preferred first
 * @count: per CPU
 */
struct hip_flow {
	struct list_head	list;
	struct hip_rank		rank;
	refcount_t		ref;
	struct rcu_head		rcu;
	u16			fid;
	u16			priority;
	u32			seen;
	struct hip_selector	sel;
	unsigned int		n;
	unsigned int		n_preferred;
	struct in6_addr		addr[HIP_MAX_FLOW_LOCATORS];
	struct hip_count __percpu *count;
};

/* Of struct xarray by FID: what data does not know yet. */
#define HIP_FLOW_CHANGED	XA_MARK_0

void hip_flow_put(struct hip_flow *flow);

#endif /* _NET_HIP_BINDING_H */
