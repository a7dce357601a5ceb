// SPDX-License-Identifier: GPL-2.0-only
/* Associations, as users ask for them, their end and new keys by netlink. */
#include <linux/netlink.h>
#include <linux/rculist.h>

#include "assoc.h"
#include "identity.h"
#include "peer.h"
#include "upcall.h"

int hip_assoc_connect(struct hip_net *hn, const struct in6_addr *local,
		      const struct in6_addr *peer,
		      struct netlink_ext_ack *extack)
{
	struct hip_identity *id;
	struct hip_assoc *assoc;
	bool known;

	if (!hip_upcall_ready(hn)) {
		NL_SET_ERR_MSG(extack, "hipflowd is not running in this network namespace: start it first");
		return -ENOTCONN;
	}
	id = hip_identity_choose(hn, local, peer);
	if (!id) {
		NL_SET_ERR_MSG(extack, "No such host identity of ours: see 'hipflow identity show'");
		return -ENOENT;
	}
	rcu_read_lock();
	known = hip_peer_lookup(hn, peer);
	rcu_read_unlock();
	if (!known) {
		hip_identity_put(id);
		NL_SET_ERR_MSG(extack, "No address known for this peer: 'hipflow peer add HIT addr ADDRESS'");
		return -EHOSTUNREACH;
	}
	assoc = hip_assoc_get_or_new(hn, &id->hit, peer, false);
	hip_identity_put(id);
	if (IS_ERR(assoc))
		return PTR_ERR(assoc);
	WRITE_ONCE(assoc->any_hit, !local);
	hip_assoc_event(assoc, HIP_EVENT_START);
	hip_assoc_put(assoc);
	return 0;
}

/* One event for all associations with a peer. */
static int hip_assoc_tell(struct hip_net *hn, const struct in6_addr *local,
			  const struct in6_addr *peer,
			  enum hip_assoc_event event,
			  struct netlink_ext_ack *extack)
{
	struct hip_assoc *assoc;
	bool found = false;

	rcu_read_lock();
	list_for_each_entry_rcu(assoc, &hn->assoc_list, list) {
		if (!ipv6_addr_equal(&assoc->hits.peer, peer) ||
		    (local && !ipv6_addr_equal(&assoc->hits.local, local)) ||
		    !refcount_inc_not_zero(&assoc->ref))
			continue;
		hip_assoc_event(assoc, event);
		hip_assoc_put(assoc);
		found = true;
	}
	rcu_read_unlock();
	if (!found) {
		NL_SET_ERR_MSG(extack, "No such association: see 'hipflow assoc show'");
		return -ENOENT;
	}
	return 0;
}

int hip_assoc_close(struct hip_net *hn, const struct in6_addr *local,
		    const struct in6_addr *peer,
		    struct netlink_ext_ack *extack)
{
	return hip_assoc_tell(hn, local, peer, HIP_EVENT_CLOSE, extack);
}

int hip_assoc_rekey(struct hip_net *hn, const struct in6_addr *local,
		    const struct in6_addr *peer, bool dh,
		    struct netlink_ext_ack *extack)
{
	if (!hip_upcall_ready(hn)) {
		NL_SET_ERR_MSG(extack, "hipflowd is not running in this network namespace: start it first");
		return -ENOTCONN;
	}
	return hip_assoc_tell(hn, local, peer, dh ? HIP_EVENT_REKEY_DH :
			      HIP_EVENT_REKEY, extack);
}
