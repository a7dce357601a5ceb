// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: dumps of bindings, with what became of them. */
#include "binding.h"
#include "dump.h"

static bool hip_assoc_has_flows(const struct hip_assoc *assoc)
{
	return READ_ONCE(assoc->n_flows);
}

static int hip_dump_flow(struct sk_buff *skb, struct netlink_callback *cb,
			 struct hip_assoc *assoc, const struct hip_flow *flow)
{
	void *hdr;
	int err;

	hdr = hip_dump_begin(skb, cb, HIP_CMD_BINDING_GET);
	if (!hdr)
		return -EMSGSIZE;
	rcu_read_lock();
	err = hip_fill_flow(skb, assoc, flow,
			    hip_table_path_of(assoc, flow->fid, true, flow));
	rcu_read_unlock();
	return hip_dump_end(skb, hdr, err);
}

static int hip_dump_flows(struct sk_buff *skb, struct netlink_callback *cb,
			  struct hip_assoc *assoc, const struct hip_filter *f)
{
	struct hip_dump *d = hip_dump(cb);
	struct hip_flow *flow;
	unsigned int i = 0;
	int err;

	list_for_each_entry(flow, &assoc->flow_list, list) {
		if (i++ < d->index) {
			if (i == d->index && flow->fid != d->last)
				hip_dump_disturbed(cb);
			continue;
		}
		if (!f->fid || flow->fid == f->fid) {
			err = hip_dump_flow(skb, cb, assoc, flow);
			if (err)
				return err;
		}
		hip_dump_told(d, i, flow->fid);
	}
	if (i < d->index)
		hip_dump_disturbed(cb);
	return 0;
}

static const struct hip_assoc_dump hip_flow_dump_ops = {
	.any = hip_assoc_has_flows,
	.one = hip_dump_flows,
};

/* The oldest that is wanted. Under RCU. */
static struct hip_assoc *hip_assoc_first(struct hip_net *hn,
					 const struct hip_filter *f)
{
	struct hip_assoc *assoc;

	list_for_each_entry_rcu(assoc, &hn->assoc_list, list)
		if (hip_filter_match(f, assoc))
			return assoc;
	return NULL;
}

/*
 * The association whose paths are told with our bindings: that with the peer
 * asked for, or the only one there is. Under RCU.
 */
static struct hip_assoc *hip_binding_assoc(struct hip_net *hn,
					   const struct hip_filter *f)
{
	struct hip_assoc *assoc = hip_assoc_first(hn, f);

	if (!assoc || f->has_peer ||
	    rcu_access_pointer(list_next_rcu(&assoc->list)) == &hn->assoc_list)
		return assoc;
	return NULL;
}

static int hip_dump_binding(struct sk_buff *skb, struct netlink_callback *cb,
			    struct hip_assoc *assoc,
			    const struct hip_binding *b)
{
	struct hip_path *path = NULL;
	void *hdr;

	hdr = hip_dump_begin(skb, cb, HIP_CMD_BINDING_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (assoc)
		path = hip_table_path_of(assoc, b->fid, false, b);
	return hip_dump_end(skb, hdr, hip_fill_binding(skb, b, path));
}

static int hip_dump_bindings(struct sk_buff *skb, struct netlink_callback *cb,
			     const struct hip_filter *f)
{
	struct hip_net *hn = hip_dump_net(cb);
	struct hip_dump *d = hip_dump(cb);
	struct hip_assoc *assoc;
	struct hip_binding *b;
	unsigned int i = 0;
	int err = 0;

	mutex_lock(&hn->lock);
	rcu_read_lock();
	if (d->index && d->last != hn->bindings_gen)
		hip_dump_disturbed(cb);
	assoc = hip_binding_assoc(hn, f);
	list_for_each_entry(b, &hn->bindings, list) {
		if (i++ < d->index)
			continue;
		if ((!f->fid || b->fid == f->fid) &&
		    (!f->has_peer || hip_binding_is_for(hn, b, &f->hits.peer)))
			err = hip_dump_binding(skb, cb, assoc, b);
		if (err)
			break;
		hip_dump_told(d, i, hn->bindings_gen);
	}
	rcu_read_unlock();
	mutex_unlock(&hn->lock);
	return err;
}

/* Ours first, then those that peers asked of us. */
int hip_netlink_binding_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = hip_dump_attrs(cb);
	struct hip_dump *d = hip_dump(cb);
	struct hip_filter f;
	int err;

	err = hip_filter_hits(&f, attrs, 0, HIP_A_BINDING_PEER_HIT, cb->extack);
	if (err)
		return err;
	if (attrs && attrs[HIP_A_BINDING_FID])
		f.fid = nla_get_u16(attrs[HIP_A_BINDING_FID]);
	if (!d->peers) {
		err = hip_dump_bindings(skb, cb, &f);
		if (err)
			return hip_dump_result(skb, err);
		d->peers = true;
		hip_dump_list(d);
	}
	return hip_dump_assocs(skb, cb, &hip_flow_dump_ops, &f);
}
