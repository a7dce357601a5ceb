// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: dumps of registrations, ours and others'. */
#include "dump.h"
#include "registration.h"

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
