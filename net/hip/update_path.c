// SPDX-License-Identifier: GPL-2.0-only
/* Paths, as UPDATEs choose, move and drop them. */
#include <crypto/algapi.h>
#include <linux/jiffies.h>

#include "deprecation.h"
#include "exchange.h"
#include "netlink.h"
#include "rekey.h"
#include "update.h"
#include "uplink.h"

/* Where one host has left, the other may come back to, for so long. */
#define HIP_UPDATE_FORGET	(600 * HZ)

void hip_update_forget_path(struct hip_assoc *assoc, struct hip_path *path)
{
	if (assoc->update_out.path == path) {
		hip_sent_clear(&assoc->update_out.sent);
		assoc->update_out.kind = HIP_UPDATE_NONE;
		assoc->update_out.path = NULL;
	}
	if (assoc->update_in.path == path) {
		hip_sent_clear(&assoc->update_in.sent);
		assoc->update_in.path = NULL;
		assoc->update_in.acked = true;
	}
}

void hip_update_rebuild(struct hip_assoc *assoc)
{
	/* Better no path than one that may be gone. See hip_update_run(). */
	if (hip_table_rebuild(assoc))
		hip_assoc_drop_table(assoc);
}

/* The table must not name it any more when its memory is given back. */
void hip_update_drop_path(struct hip_assoc *assoc, struct hip_path *path)
{
	hip_path_deprecate(path);
	hip_deprecation_note(assoc, path);
	hip_rekey_dropped(assoc, path);
	hip_update_forget_path(assoc, path);
	hip_update_rebuild(assoc);
	hip_netlink_event_path(path);
	hip_path_del(path);
}

int hip_update_add_sas(struct hip_assoc *assoc, struct hip_path *path,
		       unsigned int index)
{
	struct hip_esp_keys keys[2] = {};
	int err;

	err = hip_exchange_esp_keys(assoc, index, keys);
	if (!err)
		err = hip_sa_add_in(path, assoc->esp_suite, &keys[1]);
	if (!err)
		err = hip_sa_add_out(path, assoc->esp_suite, &keys[0]);
	memzero_explicit(keys, sizeof(keys));
	hip_rekey_drawn(assoc, path);
	return err;
}

bool hip_update_echoes(const struct hip_packet *p, const struct hip_path *path)
{
	const struct hip_param *echo;

	echo = hip_packet_param(p, HIP_PARAM_ECHO_RESPONSE_SIGNED) ?:
	       hip_packet_param(p, HIP_PARAM_ECHO_RESPONSE_UNSIGNED);
	return echo && echo->len == sizeof(path->echo) &&
	       !crypto_memneq(echo->data, path->echo, sizeof(path->echo));
}

int hip_update_agreed_index(const struct hip_assoc *assoc,
			    const struct hip_esp_info *info)
{
	unsigned int index = max_t(unsigned int, assoc->update_out.keymat_index,
				   ntohs(info->keymat_index));

	return index < assoc->keymat_index ? -EPROTO : index;
}

int hip_update_readdress_sas(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_update_in *in = &assoc->update_in;
	int err;

	err = hip_sa_readdress(path) ?: hip_rekey_moved(path);
	if (!err && in->path && in->sent && !in->acked &&
	    (in->path == path ||
	     (in->path->rekey && in->path->rekey->old == path))) {
		in->sent->src = path->local;
		in->sent->dst = path->peer;
		in->sent->ifindex = path->ifindex;
	}
	return err;
}

struct hip_path *hip_update_usable(struct hip_assoc *assoc)
{
	struct hip_path *path, *any = NULL, *silent = NULL;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!hip_path_usable(path))
			continue;
		if (path->silent) {
			if (!silent)
				silent = path;
			continue;
		}
		if (hip_uplink_is(assoc->hn, &path->local, path->ifindex))
			return path;
		if (!any)
			any = path;
	}
	return any ?: silent;
}

struct hip_path *hip_update_path_back(struct hip_assoc *assoc,
				      const struct hip_skb_cb *cb)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (path->x_out && !path->rekey &&
		    ipv6_addr_equal(&path->local, &cb->dst) &&
		    ipv6_addr_equal(&path->peer, &cb->src))
			return path;
	return hip_update_usable(assoc);
}

/* Those beside another one, for new keys, have a limit of their own (rekey.c). */
static unsigned int hip_update_count_paths(struct hip_assoc *assoc)
{
	struct hip_path *path;
	unsigned int n = 0;

	list_for_each_entry(path, &assoc->paths, list)
		n += !path->replaced && !path->rekey;
	return n;
}

/* Is there a rekey of its SAs? */
static bool hip_update_is_rekeyed(const struct hip_path *old)
{
	const struct hip_path *path;

	list_for_each_entry(path, &old->assoc->paths, list)
		if (path->rekey && path->rekey->old == old)
			return true;
	return false;
}

/* When it was last of use. */
static unsigned long hip_update_last_use(const struct hip_path *path)
{
	unsigned long rx = READ_ONCE(path->last_rx);

	return time_after(rx, path->ended) ? rx : path->ended;
}

/* Of those that lead nowhere: that which was of no use for longest. Or NULL. */
static struct hip_path *hip_update_idlest(struct hip_assoc *assoc)
{
	struct hip_path *path, *idlest = NULL;

	list_for_each_entry(path, &assoc->paths, list) {
		if (path->replaced || path->rekey ||
		    path == assoc->update_out.path ||
		    hip_update_is_rekeyed(path) ||
		    (path->local_state != HIP_LOCATOR_DEPRECATED &&
		     path->peer_state != HIP_LOCATOR_DEPRECATED))
			continue;
		if (!idlest || time_before(hip_update_last_use(path),
					   hip_update_last_use(idlest)))
			idlest = path;
	}
	return idlest;
}

bool hip_update_make_room(struct hip_assoc *assoc)
{
	struct hip_path *path;

	if (hip_update_count_paths(assoc) < HIP_MAX_PATHS)
		return true;
	path = hip_update_idlest(assoc);
	if (!path)
		return false;
	hip_update_drop_path(assoc, path);
	return true;
}

void hip_update_reap(struct hip_assoc *assoc)
{
	struct hip_path *path = hip_update_usable(assoc);

	/*
	 * Without any that can be used, one of them may have to. The peer is told
	 * of each: not if it may be asleep, and one after the other.
	 */
	if (!path || path->silent || hip_deprecation_due(assoc) ||
	    !hip_update_peer_alive(assoc))
		return;
	path = hip_update_idlest(assoc);
	if (path && time_after_eq(jiffies, hip_update_last_use(path) +
				  HIP_UPDATE_FORGET))
		hip_update_drop_path(assoc, path);
}

/* --- where a path of ours may go --------------------------------------- */

struct hip_path *hip_update_path_of(struct hip_assoc *assoc,
				    const struct in6_addr *local)
{
	struct hip_path *path, *any = NULL;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!ipv6_addr_equal(&path->local, local) || path->replaced)
			continue;
		if (hip_path_usable(path) && !path->silent)
			return path;
		if (!any)
			any = path;
	}
	return any;
}

bool hip_update_is_served(struct hip_assoc *assoc, const struct in6_addr *local)
{
	const struct hip_path *path = hip_update_path_of(assoc, local);

	return path && path->peer_state != HIP_LOCATOR_DEPRECATED;
}

bool hip_update_has_pair(struct hip_assoc *assoc,
			 const struct in6_addr *local,
			 const struct in6_addr *peer)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (ipv6_addr_equal(&path->local, local) &&
		    ipv6_addr_equal(&path->peer, peer))
			return true;
	return false;
}

bool hip_update_peer_addr(struct hip_assoc *assoc,
			  const struct in6_addr *local,
			  struct in6_addr *peer)
{
	bool v4 = hip_addr_is_v4(local);
	struct hip_path *path;
	unsigned int i;

	list_for_each_entry(path, &assoc->paths, list)
		if (hip_addr_is_v4(&path->peer) == v4 &&
		    path->peer_state == HIP_LOCATOR_ACTIVE) {
			*peer = path->peer;
			return true;
		}
	for (i = 0; i < assoc->n_peer_locators; i++)
		if (hip_addr_is_v4(&assoc->peer_locators[i]) == v4) {
			*peer = assoc->peer_locators[i];
			return true;
		}
	return false;
}

bool hip_update_new_home(struct hip_assoc *assoc,
			 const struct hip_path *path,
			 const struct hip_local *local,
			 struct in6_addr *peer)
{
	*peer = path->peer;
	if (hip_addr_is_v4(peer) == hip_addr_is_v4(&local->addr))
		return !hip_update_has_pair(assoc, &local->addr, peer);
	/* To the other family only if nothing serves that address. */
	return !hip_update_is_served(assoc, &local->addr) &&
	       hip_update_peer_addr(assoc, &local->addr, peer);
}

const struct hip_local *hip_update_find_home(struct hip_assoc *assoc,
					     const struct hip_path *path,
					     const struct hip_local *local,
					     unsigned int n,
					     struct in6_addr *peer)
{
	bool v4 = hip_addr_is_v4(&path->peer);
	unsigned int i;

	for (i = 0; i < n; i++)
		if (hip_addr_is_v4(&local[i].addr) == v4 &&
		    hip_update_new_home(assoc, path, &local[i], peer))
			return &local[i];
	for (i = 0; i < n; i++)
		if (hip_addr_is_v4(&local[i].addr) != v4 &&
		    hip_update_new_home(assoc, path, &local[i], peer))
			return &local[i];
	return NULL;
}

bool hip_update_verified(const struct hip_assoc *assoc,
			 const struct in6_addr *peer)
{
	const struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (path->peer_state == HIP_LOCATOR_ACTIVE &&
		    ipv6_addr_equal(&path->peer, peer))
			return true;
	return false;
}
