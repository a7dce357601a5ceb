// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: dumps of identities, peers, associations and paths; what all have. */
#include "dump.h"
#include "identity.h"

void hip_dump_disturbed(struct netlink_callback *cb)
{
	struct hip_dump *d = (struct hip_dump *)cb->ctx;

	d->gen++;
	cb->seq = d->gen + 1;
}

void *hip_dump_begin(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &hip_genl_family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

int hip_dump_end(struct sk_buff *skb, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

int hip_dump_result(const struct sk_buff *skb, int err)
{
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

int hip_filter_hits(struct hip_filter *f, struct nlattr **attrs, int local,
		    int peer, struct netlink_ext_ack *extack)
{
	int err;

	memset(f, 0, sizeof(*f));
	if (local) {
		err = hip_netlink_hit(attrs, local, &f->hits.local, extack);
		if (err && err != -ENOENT)
			return err;
		f->has_local = !err;
	}
	err = hip_netlink_hit(attrs, peer, &f->hits.peer, extack);
	if (err && err != -ENOENT)
		return err;
	f->has_peer = !err;
	return 0;
}

bool hip_filter_match(const struct hip_filter *f, const struct hip_assoc *assoc)
{
	if (f->has_local &&
	    !ipv6_addr_equal(&f->hits.local, &assoc->hits.local))
		return false;
	return !f->has_peer ||
	       ipv6_addr_equal(&f->hits.peer, &assoc->hits.peer);
}

/* --- dumps of identities, peers and associations ------------------------- */

int hip_netlink_identity_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_net *hn = hip_dump_net(cb);
	struct hip_dump *d = hip_dump(cb);
	struct hip_identity *id;
	unsigned int i = 0;
	int err = 0;
	void *hdr;

	rcu_read_lock();
	list_for_each_entry_rcu(id, &hn->identities, list) {
		if (i++ < d->index) {
			if (i == d->index && !ipv6_addr_equal(&id->hit, &d->hit))
				hip_dump_disturbed(cb);
			continue;
		}
		err = -EMSGSIZE;
		hdr = hip_dump_begin(skb, cb, HIP_CMD_IDENTITY_GET);
		if (hdr)
			err = hip_dump_end(skb, hdr,
					   hip_fill_identity(skb, id));
		if (err)
			break;
		d->index = i;
		d->hit = id->hit;
	}
	rcu_read_unlock();
	if (i < d->index)
		hip_dump_disturbed(cb);
	return hip_dump_result(skb, err);
}

struct hip_peer_dump {
	struct rhashtable_iter	iter;
	u32			gen;
};

static struct hip_peer_dump **hip_peer_dump(struct netlink_callback *cb)
{
	return (struct hip_peer_dump **)cb->ctx;
}

int hip_netlink_peer_start(struct netlink_callback *cb)
{
	struct hip_peer_dump *d;

	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (!d)
		return -ENOMEM;
	rhashtable_walk_enter(&hip_dump_net(cb)->peers, &d->iter);
	*hip_peer_dump(cb) = d;
	return 0;
}

int hip_netlink_peer_done(struct netlink_callback *cb)
{
	struct hip_peer_dump *d = *hip_peer_dump(cb);

	rhashtable_walk_exit(&d->iter);
	kfree(d);
	return 0;
}

int hip_netlink_peer_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_peer_dump *d = *hip_peer_dump(cb);
	struct hip_peer *peer;
	int err = 0;
	void *hdr;

	/* The table was resized: the walk begins anew, some come twice. */
	if (rhashtable_walk_start_check(&d->iter))
		d->gen++;
	cb->seq = d->gen + 1;
	for (peer = rhashtable_walk_peek(&d->iter); peer;
	     peer = rhashtable_walk_next(&d->iter)) {
		if (IS_ERR(peer)) {
			err = PTR_ERR(peer);
			if (err != -EAGAIN)
				break;
			cb->seq = ++d->gen + 1;
			err = 0;
			continue;
		}
		err = -EMSGSIZE;
		hdr = hip_dump_begin(skb, cb, HIP_CMD_PEER_GET);
		if (hdr)
			err = hip_dump_end(skb, hdr, hip_fill_peer(skb, peer));
		if (err)
			break;
	}
	rhashtable_walk_stop(&d->iter);
	return hip_dump_result(skb, err);
}

int hip_netlink_assoc_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_net *hn = hip_dump_net(cb);
	struct hip_dump *d = hip_dump(cb);
	struct hip_assoc *assoc;
	struct hip_filter f;
	void *hdr;
	int err;

	err = hip_filter_hits(&f, hip_dump_attrs(cb), HIP_A_ASSOC_LOCAL_HIT,
			      HIP_A_ASSOC_PEER_HIT, cb->extack);
	if (err)
		return err;
	rcu_read_lock();
	list_for_each_entry_rcu(assoc, &hn->assoc_list, list) {
		if (assoc->serial <= d->serial || !hip_filter_match(&f, assoc))
			continue;
		err = -EMSGSIZE;
		hdr = hip_dump_begin(skb, cb, HIP_CMD_ASSOC_GET);
		if (hdr)
			err = hip_dump_end(skb, hdr,
					   hip_fill_assoc(skb, assoc));
		if (err)
			break;
		d->serial = assoc->serial;
	}
	rcu_read_unlock();
	return hip_dump_result(skb, err);
}

/* --- what associations have --------------------------------------------- */

static bool hip_assoc_wanted(struct hip_assoc *assoc,
			     const struct hip_assoc_dump *ops,
			     const struct hip_filter *f)
{
	return hip_filter_match(f, assoc) && ops->any(assoc) &&
	       refcount_inc_not_zero(&assoc->ref);
}

/* Return: the first wanted one that is not older than @serial, referenced. */
static struct hip_assoc *hip_assoc_from(struct hip_net *hn, u64 serial,
					const struct hip_assoc_dump *ops,
					const struct hip_filter *f)
{
	struct hip_assoc *assoc;

	rcu_read_lock();
	list_for_each_entry_rcu(assoc, &hn->assoc_list, list)
		if (assoc->serial >= serial && hip_assoc_wanted(assoc, ops, f))
			goto out;
	assoc = NULL;
out:
	rcu_read_unlock();
	return assoc;
}

/*
 * Return: the next wanted one after @prev, referenced. Under @prev's lock,
 * which keeps it in the list; if it left that before, it is searched for.
 */
static struct hip_assoc *hip_assoc_next(struct hip_assoc *prev,
					const struct hip_assoc_dump *ops,
					const struct hip_filter *f)
{
	struct hip_assoc *assoc = prev;
	struct hip_net *hn = prev->hn;

	if (prev->dead)
		return hip_assoc_from(hn, prev->serial + 1, ops, f);
	rcu_read_lock();
	list_for_each_entry_continue_rcu(assoc, &hn->assoc_list, list)
		if (hip_assoc_wanted(assoc, ops, f))
			goto out;
	assoc = NULL;
out:
	rcu_read_unlock();
	return assoc;
}

int hip_dump_assocs(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct hip_assoc_dump *ops, const struct hip_filter *f)
{
	struct hip_dump *d = hip_dump(cb);
	struct hip_assoc *assoc, *next;
	int err = 0;

	assoc = hip_assoc_from(hip_dump_net(cb), d->serial, ops, f);
	/* The one in the midst of which the message was full is gone. */
	if (d->index && (!assoc || assoc->serial != d->serial))
		hip_dump_disturbed(cb);
	while (assoc) {
		if (assoc->serial != d->serial) {
			d->serial = assoc->serial;
			hip_dump_list(d);
		}
		next = NULL;
		/* It may wait for the daemon with the lock held. */
		err = mutex_lock_killable(&assoc->lock);
		if (!err) {
			err = ops->one(skb, cb, assoc, f);
			if (!err)
				next = hip_assoc_next(assoc, ops, f);
			mutex_unlock(&assoc->lock);
		}
		hip_assoc_put(assoc);
		assoc = next;
	}
	return hip_dump_result(skb, err);
}

static int hip_dump_paths(struct sk_buff *skb, struct netlink_callback *cb,
			  struct hip_assoc *assoc, const struct hip_filter *f)
{
	struct hip_dump *d = hip_dump(cb);
	struct hip_path *path;
	unsigned int i = 0;
	void *hdr;
	int err;

	list_for_each_entry(path, &assoc->paths, list) {
		if (i++ < d->index) {
			if (i == d->index && path->id != d->last)
				hip_dump_disturbed(cb);
			continue;
		}
		hdr = hip_dump_begin(skb, cb, HIP_CMD_PATH_GET);
		if (!hdr)
			return -EMSGSIZE;
		err = hip_dump_end(skb, hdr, hip_fill_path(skb, path));
		if (err)
			return err;
		hip_dump_told(d, i, path->id);
	}
	if (i < d->index)
		hip_dump_disturbed(cb);
	return 0;
}

static const struct hip_assoc_dump hip_path_dump_ops = {
	.any = hip_assoc_has_paths,
	.one = hip_dump_paths,
};

int hip_netlink_path_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_filter f;
	int err;

	err = hip_filter_hits(&f, hip_dump_attrs(cb), HIP_A_PATH_LOCAL_HIT,
			      HIP_A_PATH_PEER_HIT, cb->extack);
	if (err)
		return err;
	return hip_dump_assocs(skb, cb, &hip_path_dump_ops, &f);
}
