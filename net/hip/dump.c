// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: dumps.
 *
 * A dump is many messages, between which no lock is held. Associations are
 * found again by their serial number: one that lives all along is told exactly
 * once, whatever comes and goes around it. Other lists are resumed by position,
 * and if what stood before that position has changed, the messages say so
 * (NLM_F_DUMP_INTR) and the reader begins anew.
 *
 * Paths, flows and locators are read under their association's lock, of one
 * association at a time and without RCU, as that lock sleeps. hip_net->lock is
 * never held when it is taken.
 */
#include <net/genetlink.h>

#include "binding.h"
#include "identity.h"
#include "lifetime.h"
#include "locator.h"
#include "netlink.h"
#include "registration.h"

/**
 * struct hip_dump - where a dump goes on, in netlink_callback->ctx
 * @serial: hip_assoc->serial: the one under way, of associations the last told
 * @gen: counts what disturbed the dump
 * @index: entries told of the list under way
 * @last: what the last of them was
 * @hit: the same, of identities
 * @peers: our own are told, peers' follow
 */
struct hip_dump {
	u64			serial;
	u32			gen;
	u32			index;
	u32			last;
	struct in6_addr		hit;
	bool			peers;
};

/* What is wanted; zeroes where anything is. */
struct hip_filter {
	bool			has_local;
	bool			has_peer;
	struct hip_hits		hits;
	u16			fid;
};

static struct hip_dump *hip_dump(struct netlink_callback *cb)
{
	struct hip_dump *d = (struct hip_dump *)cb->ctx;

	BUILD_BUG_ON(sizeof(*d) > sizeof(cb->ctx));
	cb->seq = d->gen + 1;
	return d;
}

static struct hip_net *hip_dump_net(struct netlink_callback *cb)
{
	return hip_net(sock_net(cb->skb->sk));
}

static void hip_dump_disturbed(struct netlink_callback *cb)
{
	struct hip_dump *d = (struct hip_dump *)cb->ctx;

	d->gen++;
	cb->seq = d->gen + 1;
}

static void hip_dump_told(struct hip_dump *d, u32 index, u32 last)
{
	d->index = index;
	d->last = last;
}

/* Go on with another list. */
static void hip_dump_list(struct hip_dump *d)
{
	hip_dump_told(d, 0, 0);
}

static void *hip_dump_begin(struct sk_buff *skb, struct netlink_callback *cb,
			    u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &hip_genl_family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static int hip_dump_end(struct sk_buff *skb, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/* What a dumpit returns: more to come if the message is full. */
static int hip_dump_result(const struct sk_buff *skb, int err)
{
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

static int hip_filter_hits(struct hip_filter *f, struct nlattr **attrs,
			   int local, int peer, struct netlink_ext_ack *extack)
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

static bool hip_filter_match(const struct hip_filter *f,
			     const struct hip_assoc *assoc)
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

/**
 * struct hip_assoc_dump - a dump of a list that each association has
 * @any: there may be something to tell; without the lock
 * @one: tell it, from hip_dump->index on; under the lock
 */
struct hip_assoc_dump {
	bool (*any)(const struct hip_assoc *assoc);
	int (*one)(struct sk_buff *skb, struct netlink_callback *cb,
		   struct hip_assoc *assoc, const struct hip_filter *f);
};

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

static int hip_dump_assocs(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct hip_assoc_dump *ops,
			   const struct hip_filter *f)
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

static bool hip_assoc_has_paths(const struct hip_assoc *assoc)
{
	return !list_empty(&assoc->paths);
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

/* --- bindings ------------------------------------------------------------ */

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

/* --- locators ------------------------------------------------------------ */

static int hip_put_lifetime(struct sk_buff *skb, time64_t until)
{
	if (!until)
		return 0;
	return nla_put_u32(skb, HIP_A_LOCATOR_LIFETIME,
			   hip_lifetime_left(until));
}

static int hip_dump_local(struct sk_buff *skb, struct netlink_callback *cb,
			  const struct hip_local *local)
{
	int err = -EMSGSIZE;
	void *hdr;

	hdr = hip_dump_begin(skb, cb, HIP_CMD_LOCATOR_GET);
	if (!hdr)
		return err;
	if (!nla_put_in6_addr(skb, HIP_A_LOCATOR_ADDR, &local->addr) &&
	    !nla_put_u32(skb, HIP_A_LOCATOR_IFINDEX, local->ifindex) &&
	    !nla_put_u8(skb, HIP_A_LOCATOR_STATE, HIP_LOCATOR_ACTIVE) &&
	    !hip_put_lifetime(skb, local->until))
		err = 0;
	return hip_dump_end(skb, hdr, err);
}

static int hip_dump_locals(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_local local[HIP_MAX_LOCALS];
	struct hip_dump *d = hip_dump(cb);
	unsigned int i, n;
	int err;

	n = hip_locator_locals(hip_dump_net(cb), local);
	if (d->index && (d->index > n || d->last !=
			 ipv6_addr_hash(&local[d->index - 1].addr)))
		hip_dump_disturbed(cb);
	for (i = d->index; i < n; i++) {
		err = hip_dump_local(skb, cb, &local[i]);
		if (err)
			return err;
		hip_dump_told(d, i + 1, ipv6_addr_hash(&local[i].addr));
	}
	return 0;
}

static bool hip_assoc_has_locators(const struct hip_assoc *assoc)
{
	return READ_ONCE(assoc->n_peer_locators) || hip_assoc_has_paths(assoc);
}

/* Of a peer's address: the best that any path to it is in. */
static u8 hip_peer_locator_state(const struct hip_assoc *assoc,
				 const struct in6_addr *addr)
{
	u8 state = HIP_LOCATOR_DEPRECATED;
	const struct hip_path *path;
	bool any = false;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!ipv6_addr_equal(&path->peer, addr))
			continue;
		if (path->peer_state == HIP_LOCATOR_ACTIVE)
			return HIP_LOCATOR_ACTIVE;
		if (path->peer_state == HIP_LOCATOR_UNVERIFIED)
			state = HIP_LOCATOR_UNVERIFIED;
		any = true;
	}
	return any ? state : HIP_LOCATOR_UNVERIFIED;
}

/* Is the address of @path told already, for itself or for an earlier path? */
static bool hip_peer_locator_told(const struct hip_assoc *assoc,
				  const struct hip_path *path)
{
	const struct hip_path *other;
	unsigned int i;

	for (i = 0; i < assoc->n_peer_locators; i++)
		if (ipv6_addr_equal(&assoc->peer_locators[i], &path->peer))
			return true;
	list_for_each_entry(other, &assoc->paths, list) {
		if (other == path)
			return false;
		if (ipv6_addr_equal(&other->peer, &path->peer))
			return true;
	}
	return false;
}

/* The @index'th address of a peer's: as announced, then where paths lead. */
static const struct in6_addr *hip_peer_locator(const struct hip_assoc *assoc,
					       unsigned int index)
{
	const struct hip_path *path;

	if (index < assoc->n_peer_locators)
		return &assoc->peer_locators[index];
	index -= assoc->n_peer_locators;
	list_for_each_entry(path, &assoc->paths, list)
		if (!hip_peer_locator_told(assoc, path) && !index--)
			return &path->peer;
	return NULL;
}

static int hip_fill_peer_locator(struct sk_buff *skb,
				 const struct hip_assoc *assoc,
				 unsigned int index,
				 const struct in6_addr *addr)
{
	const struct hip_hits *hits = &assoc->hits;

	if (nla_put_in6_addr(skb, HIP_A_LOCATOR_ADDR, addr) ||
	    nla_put_in6_addr(skb, HIP_A_LOCATOR_PEER_HIT, &hits->peer) ||
	    nla_put_in6_addr(skb, HIP_A_LOCATOR_LOCAL_HIT, &hits->local) ||
	    nla_put_u8(skb, HIP_A_LOCATOR_STATE,
		       hip_peer_locator_state(assoc, addr)) ||
	    (index == 0 && nla_put_flag(skb, HIP_A_LOCATOR_PREFERRED)) ||
	    (index < assoc->n_peer_locators &&
	     hip_put_lifetime(skb, assoc->peer_until[index])))
		return -EMSGSIZE;
	return 0;
}

static int hip_dump_locators(struct sk_buff *skb, struct netlink_callback *cb,
			     struct hip_assoc *assoc,
			     const struct hip_filter *f)
{
	struct hip_dump *d = hip_dump(cb);
	const struct in6_addr *addr;
	void *hdr;
	int err;

	if (d->index) {
		addr = hip_peer_locator(assoc, d->index - 1);
		if (!addr || ipv6_addr_hash(addr) != d->last)
			hip_dump_disturbed(cb);
	}
	while ((addr = hip_peer_locator(assoc, d->index))) {
		hdr = hip_dump_begin(skb, cb, HIP_CMD_LOCATOR_GET);
		if (!hdr)
			return -EMSGSIZE;
		err = hip_fill_peer_locator(skb, assoc, d->index, addr);
		err = hip_dump_end(skb, hdr, err);
		if (err)
			return err;
		hip_dump_told(d, d->index + 1, ipv6_addr_hash(addr));
	}
	return 0;
}

static const struct hip_assoc_dump hip_locator_dump_ops = {
	.any = hip_assoc_has_locators,
	.one = hip_dump_locators,
};

/* Ours, unless one peer's are asked for; then those of peers. */
int hip_netlink_locator_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hip_dump *d = hip_dump(cb);
	struct hip_filter f;
	int err;

	err = hip_filter_hits(&f, hip_dump_attrs(cb), 0, HIP_A_LOCATOR_PEER_HIT,
			      cb->extack);
	if (err)
		return err;
	if (!d->peers && !f.has_peer) {
		err = hip_dump_locals(skb, cb);
		if (err)
			return hip_dump_result(skb, err);
	}
	if (!d->peers) {
		d->peers = true;
		hip_dump_list(d);
	}
	return hip_dump_assocs(skb, cb, &hip_locator_dump_ops, &f);
}

/* --- registrations ------------------------------------------------------ */

static int hip_dump_registrations(struct sk_buff *skb,
				  struct netlink_callback *cb,
				  const struct hip_filter *f)
{
	struct hip_net *hn = hip_dump_net(cb);
	struct hip_dump *d = hip_dump(cb);
	struct hip_registration *reg;
	unsigned int i = 0;
	int err = 0;
	void *hdr;

	mutex_lock(&hn->lock);
	list_for_each_entry(reg, &hn->registrations, list) {
		if (i++ < d->index ||
		    (f->has_peer && !ipv6_addr_equal(&f->hits.peer, &reg->hit)))
			continue;
		err = -EMSGSIZE;
		hdr = hip_dump_begin(skb, cb, HIP_CMD_REGISTRATION_GET);
		if (hdr)
			err = hip_dump_end(skb, hdr,
					   hip_fill_registration(skb, reg));
		if (err)
			break;
		d->index = i;
	}
	mutex_unlock(&hn->lock);
	return err;
}

static bool hip_assoc_has_rendezvous(const struct hip_assoc *assoc)
{
	return READ_ONCE(assoc->rendezvous);
}

static int hip_dump_registered(struct sk_buff *skb, struct netlink_callback *cb,
			       struct hip_assoc *assoc,
			       const struct hip_filter *f)
{
	struct hip_dump *d = hip_dump(cb);
	void *hdr;
	int err;

	if (d->index || !assoc->rendezvous)
		return 0;
	hdr = hip_dump_begin(skb, cb, HIP_CMD_REGISTRATION_GET);
	if (!hdr)
		return -EMSGSIZE;
	err = hip_dump_end(skb, hdr,
			   hip_fill_registered(skb, assoc,
					       HIP_REGISTRATION_REGISTERED));
	if (!err)
		hip_dump_told(d, 1, 0);
	return err;
}

static const struct hip_assoc_dump hip_registered_dump_ops = {
	.any = hip_assoc_has_rendezvous,
	.one = hip_dump_registered,
};

/* Ours with servers, then those that others have with us. */
int hip_netlink_registration_dump(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct hip_dump *d = hip_dump(cb);
	struct hip_filter f;
	int err;

	err = hip_filter_hits(&f, hip_dump_attrs(cb), 0,
			      HIP_A_REGISTRATION_PEER_HIT, cb->extack);
	if (err)
		return err;
	if (!d->peers) {
		err = hip_dump_registrations(skb, cb, &f);
		if (err)
			return hip_dump_result(skb, err);
		d->peers = true;
		hip_dump_list(d);
	}
	return hip_dump_assocs(skb, cb, &hip_registered_dump_ops, &f);
}
