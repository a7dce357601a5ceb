// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mobility, our side: what we tell a peer when our addresses or bindings have
 * changed. One UPDATE of ours is under way at a time; the most urgent first:
 * a path that moved, the complete state, flows that were redirected, and a new
 * path for an address that has none.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "deprecation.h"
#include "jump.h"
#include "netlink.h"
#include "probe.h"
#include "rekey.h"
#include "registration.h"
#include "update.h"
#include "upcall.h"

/* Data heard within this time: the peer is there, if slow to answer. */
#define HIP_UPDATE_PEER_ALIVE	(60 * HZ)
/* A path that moved is told so often, if others could be used instead. */
#define HIP_UPDATE_MOVE_TRIES	2
/* And from so many other addresses, one after the other. */
#define HIP_UPDATE_HOMES	4
/* hipflowd did not sign: again after so long. */
#define HIP_UPDATE_RETRY	(2 * HZ)

/* ESP_INFO's OLD SPI: that of the SA that NEW SPI is for. */
static u32 hip_update_old_spi(enum hip_update_kind kind,
			      const struct hip_path *path)
{
	if (kind == HIP_UPDATE_NEW_PATH)
		return 0;
	if (kind == HIP_UPDATE_REKEY)
		return path->rekey->old->spi_in;
	return path->spi_in;
}

/* --- what we begin ----------------------------------------------------- */

/*
 * UPDATE(ESP_INFO, E-LOCATOR, SEQ) along a path; ESP_INFO names its SPI. Return:
 * 0 or an error, with nothing begun.
 */
static int hip_update_request(struct hip_assoc *assoc,
			      enum hip_update_kind kind, struct hip_path *path)
{
	struct hip_update_out *out = &assoc->update_out;
	bool tells = kind != HIP_UPDATE_REKEY || path->rekey->moved;
	bool asks = kind == HIP_UPDATE_NEW_PATH &&
		    !hip_update_verified(assoc, &path->peer);
	u32 gen = assoc->bindings_gen, gone = 0;
	struct hip_builder b = {};
	struct in6_addr first;
	u16 index = 0;
	__be32 *seq;
	int err;

	err = hip_update_begin(assoc, &b);
	if (err)
		return err;
	/* A new path takes flows that are bound to it, and nothing else. */
	first = (hip_update_usable(assoc) ?: path)->local;
	if (kind == HIP_UPDATE_ANNOUNCE)
		gone = hip_deprecation_due(assoc);
	if (kind == HIP_UPDATE_NEW_PATH ||
	    (kind == HIP_UPDATE_REKEY && !path->rekey->publen))
		index = assoc->keymat_index;
	if (gone)
		hip_build_esp_info(&b, 0, gone, 0);
	else
		hip_build_esp_info(&b, index, hip_update_old_spi(kind, path),
				   path->spi_in);
	/* A LOCATOR_SET sorts before SEQ, an E-LOCATOR behind it. */
	if (tells && !assoc->flows)
		gen = hip_announce_complete(assoc->hn, assoc, &b, &first, path);
	seq = hip_build_param(&b, HIP_PARAM_SEQ, sizeof(*seq));
	if (seq)
		*seq = htonl(assoc->next_update_id);
	if (kind == HIP_UPDATE_REKEY)
		hip_rekey_build_dh(assoc, &b, path);
	/* Update IDs can be told in advance, what is to be echoed cannot. */
	if (asks) {
		path->checking = true;
		get_random_bytes(path->echo, sizeof(path->echo));
		hip_build_data(&b, HIP_PARAM_ECHO_REQUEST_SIGNED, path->echo,
			       sizeof(path->echo));
	}
	if (assoc->flows && kind == HIP_UPDATE_REDIRECT)
		gen = hip_announce_flows(assoc, &b, &first);
	else if (tells && assoc->flows)
		gen = hip_announce_complete(assoc->hn, assoc, &b, &first, path);

	err = hip_update_send(assoc, &b, NULL, &out->sent, path);
	kfree(b.buf);
	if (err)
		return err;
	out->kind = kind;
	out->asked = false;
	out->gone = gone;
	out->id = assoc->next_update_id++;
	out->path = path;
	out->keymat_index = assoc->keymat_index;
	out->bindings_gen = gen;
	if (tells && kind != HIP_UPDATE_REDIRECT)
		assoc->announce = false;
	return 0;
}

/* New SAs for @old; @moved: and its new address is told (draft 3.3.2). */
static int hip_update_rekey(struct hip_assoc *assoc, struct hip_path *old,
			    bool dh, bool moved)
{
	struct hip_path *path;
	int err = 0;

	path = hip_rekey_new(assoc, old);
	if (IS_ERR(path))
		return PTR_ERR(path);
	path->rekey->moved = moved;
	if (dh)
		err = hip_rekey_generate(assoc, path);
	if (!err)
		err = hip_update_request(assoc, HIP_UPDATE_REKEY, path);
	if (!err)
		return 0;
	hip_rekey_refused(assoc);
	hip_update_drop_path(assoc, path);
	return err;
}

static int hip_update_readdress(struct hip_assoc *assoc, struct hip_path *path)
{
	u8 rekey = READ_ONCE(assoc->hn->config.rekey_on_move);
	int err = -EAGAIN;

	if (rekey != HIP_REKEY_ON_MOVE_NO && !assoc->rekey_wait &&
	    !hip_rekey_unsettled(assoc))
		err = hip_update_rekey(assoc, path,
				       rekey == HIP_REKEY_ON_MOVE_DH ||
				       assoc->keymat_doubt, true);
	if (err)
		err = hip_update_request(assoc, HIP_UPDATE_READDRESS, path);
	path->announced = !err;
	return err;
}

/*
 * Along the flow's new path, so that its address is checked on the way. Return:
 * -ENOENT if there is nothing to tell.
 */
static int hip_update_redirect(struct hip_assoc *assoc, struct hip_path *path)
{
	struct in6_addr target = path->local;
	struct hip_path *via;

	if (!assoc->flows ||
	    assoc->bindings_gen == READ_ONCE(assoc->hn->bindings_gen) ||
	    !hip_announce_target(assoc, &target))
		return -ENOENT;
	via = hip_update_path_of(assoc, &target);
	if (!via || !hip_path_usable(via))
		via = path;
	return hip_update_request(assoc, HIP_UPDATE_REDIRECT, via);
}

static bool hip_update_has_local(const struct hip_local *local, unsigned int n,
				 const struct in6_addr *addr, int *ifindex)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (ipv6_addr_equal(&local[i].addr, addr)) {
			*ifindex = local[i].ifindex;
			return true;
		}
	*ifindex = 0;
	return false;
}

/* Is the address still there, though told to go? */
static bool hip_update_is_leaving(struct hip_assoc *assoc,
				  const struct in6_addr *addr, int *ifindex)
{
	struct hip_local leaving[HIP_MAX_LOCALS];
	unsigned int n = hip_locator_leaving(assoc->hn, leaving);

	return hip_update_has_local(leaving, n, addr, ifindex);
}

/* Is there a path from an address that stays? One that is told of is not yet. */
static bool hip_update_stays(struct hip_assoc *assoc,
			     const struct hip_local *local, unsigned int n)
{
	struct hip_path *path;
	int ifindex;

	list_for_each_entry(path, &assoc->paths, list)
		if (hip_path_usable(path) && path->announced &&
		    path != assoc->update_out.path &&
		    hip_update_has_local(local, n, &path->local, &ifindex))
			return true;
	return false;
}

static struct hip_path *hip_update_move(struct hip_assoc *assoc,
					struct hip_path *path,
					const struct hip_local *local,
					const struct in6_addr *peer)
{
	hip_probe_reset(path);
	/* Credit decides until it has answered there, as it has the SAs. */
	if (path->peer_state == HIP_LOCATOR_ACTIVE &&
	    !ipv6_addr_equal(&path->peer, peer) &&
	    !hip_update_verified(assoc, peer))
		hip_path_doubt(path);
	hip_path_set_peer(path, peer);
	path->local = local->addr;
	path->local_state = HIP_LOCATOR_ACTIVE;
	WRITE_ONCE(path->ifindex, local->ifindex);
	if (hip_update_readdress_sas(assoc, path)) {
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
		return NULL;
	}
	hip_update_rebuild(assoc);
	return path;
}

/* Its SA pair can go on from another address. */
static bool hip_update_is_homeless(const struct hip_path *path)
{
	return path->x_out && !path->replaced && !path->rekey &&
	       path->local_state == HIP_LOCATOR_DEPRECATED;
}

/*
 * Both hosts went to a family in which neither knows an address of the other:
 * by the server, which alone is asked. No data goes there.
 */
static struct hip_path *hip_update_move_by_server(struct hip_assoc *assoc,
						  const struct hip_local *local,
						  unsigned int n)
{
	struct hip_path *path;
	struct in6_addr peer;
	unsigned int i;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!hip_update_is_homeless(path))
			continue;
		for (i = 0; i < n; i++) {
			if (!hip_jump_server(assoc, &local[i].addr, &peer))
				continue;
			hip_path_doubt(path);
			path->fresh = true;
			return hip_update_move(assoc, path, &local[i], &peer);
		}
	}
	return NULL;
}

/*
 * A path whose address came back, or that lost its address while there is a
 * new one: the SA pair goes there as it is (draft 3.3.1).
 */
static struct hip_path *hip_update_readdress_due(struct hip_assoc *assoc)
{
	bool usable = hip_update_usable(assoc);
	struct hip_local local[HIP_MAX_LOCALS];
	struct hip_path *path, *due = NULL;
	const struct hip_local *home;
	struct in6_addr peer;
	unsigned int n;
	int ifindex;

	list_for_each_entry(path, &assoc->paths, list)
		if (path->x_out && path->local_state == HIP_LOCATOR_ACTIVE &&
		    !path->announced && !path->replaced &&
		    (!usable || path->peer_state != HIP_LOCATOR_DEPRECATED) &&
		    (!due || path->turn < due->turn))
			due = path;
	if (due)
		return due;
	n = hip_locator_locals(assoc->hn, local);
	list_for_each_entry(path, &assoc->paths, list) {
		/* One that the peer has left, too, it may come back to. */
		if (!hip_update_is_homeless(path) ||
		    (usable && path->peer_state == HIP_LOCATOR_DEPRECATED))
			continue;
		/* As long as the address is there, what is on its way is heard. */
		if (hip_update_is_leaving(assoc, &path->local, &ifindex))
			continue;
		home = hip_update_find_home(assoc, path, local, n, &peer);
		if (home)
			return hip_update_move(assoc, path, home, &peer);
	}
	return usable ? NULL : hip_update_move_by_server(assoc, local, n);
}

/*
 * A pair of addresses that wants a path (RFC 8047 section 4.2): first of all
 * each address of ours has one. All other pairs are brought up by the Initiator
 * alone, when nothing else goes on, or both hosts would make them twice. Those
 * that failed are passed over.
 */
static bool hip_update_pair_due(struct hip_assoc *assoc,
				struct hip_local *local, struct in6_addr *peer)
{
	struct hip_local locals[HIP_MAX_LOCALS];
	unsigned int i, j, n, skip = assoc->failed_paths;

	n = hip_locator_locals(assoc->hn, locals);
	for (i = 0; i < n; i++) {
		*local = locals[i];
		if (!hip_update_path_of(assoc, &local->addr) &&
		    hip_update_peer_addr(assoc, &local->addr, peer) && !skip--)
			return true;
	}
	if (!assoc->initiator || !assoc->flows ||
	    time_before(jiffies, assoc->settled))
		return false;
	for (i = 0; i < n; i++) {
		*local = locals[i];
		for (j = 0; j < assoc->n_peer_locators; j++) {
			*peer = assoc->peer_locators[j];
			if (hip_addr_is_v4(peer) ==
			    hip_addr_is_v4(&local->addr) &&
			    !hip_update_has_pair(assoc, &local->addr, peer) &&
			    !skip--)
				return true;
		}
	}
	return false;
}

static struct hip_path *hip_update_new_path(struct hip_assoc *assoc)
{
	struct hip_local local;
	struct in6_addr peer;
	struct hip_path *path;

	if (assoc->retry_paths) {
		if (time_before(jiffies, assoc->retry_paths))
			return NULL;
		assoc->retry_paths = 0;
	}
	if (!hip_update_usable(assoc))
		return NULL;
	if (!hip_update_pair_due(assoc, &local, &peer)) {
		if (assoc->failed_paths)
			assoc->retry_paths = jiffies + HIP_UPDATE_RETRY_PATHS;
		assoc->failed_paths = 0;
		return NULL;
	}
	if (!hip_update_make_room(assoc))
		return NULL;
	path = hip_path_new(assoc, &local.addr, local.ifindex, &peer);
	return IS_ERR(path) ? NULL : path;
}

/* The peer's answer to an earlier one has to be settled first (RFC 7402 6.8). */
static bool hip_update_unsettled(const struct hip_assoc *assoc)
{
	return (hip_sent_pending(assoc->update_in.sent) &&
		!assoc->update_in.acked) || hip_rekey_unsettled(assoc);
}

/* Return: -ENOENT if none is wanted. */
static int hip_update_grow(struct hip_assoc *assoc)
{
	struct hip_path *path = hip_update_new_path(assoc);
	int err;

	if (!path)
		return -ENOENT;
	err = hip_update_request(assoc, HIP_UPDATE_NEW_PATH, path);
	if (err)
		hip_update_drop_path(assoc, path);
	return err;
}

/* The most urgent of what is due. Return: an error if it could not be begun. */
static int hip_update_next(struct hip_assoc *assoc)
{
	struct hip_path *path;
	bool dh;
	int err;

	path = hip_update_readdress_due(assoc);
	if (path)
		return hip_update_readdress(assoc, path);
	path = hip_update_usable(assoc);
	if (!path)
		return 0;
	/* An address without a path, from which the peer may be reached. */
	if (path->silent && !hip_update_unsettled(assoc)) {
		err = hip_update_grow(assoc);
		if (err != -ENOENT)
			return err;
	}
	if (assoc->announce || hip_deprecation_due(assoc))
		return hip_update_request(assoc, HIP_UPDATE_ANNOUNCE, path);
	err = hip_registration_update(assoc, path);
	if (err != -ENOENT)
		return err;
	err = hip_update_redirect(assoc, path);
	if (err != -ENOENT)
		return err;
	if (hip_update_unsettled(assoc))
		return 0;
	path = hip_rekey_due(assoc, &dh);
	if (path)
		return hip_update_rekey(assoc, path, dh, false);
	if (assoc->flows && hip_deprecation_twin(assoc))
		return hip_update_request(assoc, HIP_UPDATE_ANNOUNCE,
					  hip_update_usable(assoc));
	err = hip_update_grow(assoc);
	return err == -ENOENT ? 0 : err;
}

void hip_update_run(struct hip_assoc *assoc)
{
	assoc->retry_at = 0;
	hip_update_reap(assoc);
	/* It was dropped for want of memory. */
	if (!rcu_access_pointer(assoc->table))
		hip_update_rebuild(assoc);
	if (!rcu_access_pointer(assoc->table) ||
	    (assoc->update_out.kind == HIP_UPDATE_NONE &&
	     hip_upcall_ready(assoc->hn) && hip_update_next(assoc)))
		assoc->retry_at = jiffies + HIP_UPDATE_RETRY;
}

/* --- what changes on our side ------------------------------------------ */

bool hip_update_leaves(struct hip_assoc *assoc)
{
	struct hip_path *path;
	int ifindex;

	list_for_each_entry(path, &assoc->paths, list)
		if (path->local_state == HIP_LOCATOR_ACTIVE &&
		    hip_update_is_leaving(assoc, &path->local, &ifindex))
			return true;
	return false;
}

/*
 * Our addresses as they are now. What is under way and would leave from an
 * address that is gone is given up; the next UPDATE tells the complete state.
 */
void hip_update_locals_changed(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_local local[HIP_MAX_LOCALS];
	struct hip_path *path;
	bool moves = false, stays;
	int ifindex;
	unsigned int n;
	u8 state;
	u32 gen;

	gen = READ_ONCE(assoc->hn->uplink_gen);
	swap(gen, assoc->uplink_gen);
	if (list_empty(&assoc->paths))
		return;
	n = hip_locator_locals(assoc->hn, local);
	/* Another address is preferred, though none came or went. */
	if (gen != assoc->uplink_gen && n > 1)
		assoc->announce = true;
	stays = hip_update_stays(assoc, local, n);
	list_for_each_entry(path, &assoc->paths, list) {
		state = HIP_LOCATOR_DEPRECATED;
		if (hip_update_has_local(local, n, &path->local, &ifindex))
			state = HIP_LOCATOR_ACTIVE;
		/* One that is told to go serves until there is another. */
		else if (hip_update_is_leaving(assoc, &path->local, &ifindex) &&
			 !stays)
			state = path->local_state;
		if (path->ifindex != ifindex) {
			WRITE_ONCE(path->ifindex, ifindex);
			dst_cache_reset(&path->dst);
		}
		if (path->local_state == state)
			continue;
		path->local_state = state;
		moves = true;
		if (state == HIP_LOCATOR_DEPRECATED) {
			path->ended = jiffies;
			path->announced = false;
			assoc->announce = true;
		}
		hip_netlink_event_path(path);
	}
	hip_update_rebuild(assoc);

	assoc->retry_paths = 0;
	assoc->failed_paths = 0;
	assoc->homes = 0;
	if (out->kind == HIP_UPDATE_NONE)
		return;
	path = out->path;
	if (out->kind == HIP_UPDATE_NEW_PATH || out->kind == HIP_UPDATE_REKEY) {
		/* Moving comes before growing. */
		if (!moves)
			return;
		if (out->kind == HIP_UPDATE_REKEY)
			hip_rekey_cancel(assoc);
		else
			hip_update_drop_path(assoc, path);
	} else if (path->local_state != HIP_LOCATOR_ACTIVE) {
		hip_update_forget_path(assoc, path);
		assoc->announce = true;
	} else if (path->silent) {
		/* An address that came may do better. */
		hip_update_path_silent(assoc, path);
	}
}

void hip_update_path_silent(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_update_out *out = &assoc->update_out;

	/* That of a path that moved has to go by it. */
	if (out->path != path || (out->kind != HIP_UPDATE_ANNOUNCE &&
				  out->kind != HIP_UPDATE_REDIRECT &&
				  out->kind != HIP_UPDATE_REGISTER))
		return;
	hip_sent_clear(&out->sent);
	out->kind = HIP_UPDATE_NONE;
	out->path = NULL;
	assoc->announce = true;
}

void hip_update_bindings_changed(struct hip_assoc *assoc)
{
	/* A flow update cannot take a FID away; the complete state can. */
	if ((s32)(READ_ONCE(assoc->hn->bindings_del_gen) -
		  assoc->bindings_gen) > 0)
		assoc->announce = true;
	/* Our own choice of source follows at once. */
	if (!list_empty(&assoc->paths))
		hip_update_rebuild(assoc);
}

void hip_update_reset(struct hip_assoc *assoc)
{
	hip_sent_clear(&assoc->update_out.sent);
	memset(&assoc->update_out, 0, sizeof(assoc->update_out));
	hip_sent_clear(&assoc->update_in.sent);
	memset(&assoc->update_in, 0, sizeof(assoc->update_in));
	hip_sent_clear(&assoc->update_ack.sent);
	memset(&assoc->update_ack, 0, sizeof(assoc->update_ack));
	assoc->next_update_id = 0;
	assoc->peer_update_seen = false;
	assoc->peer_request_seen = false;
	assoc->announce = false;
	memset(assoc->gone, 0, sizeof(assoc->gone));
	assoc->retry_paths = 0;
	assoc->failed_paths = 0;
	assoc->homes = 0;
	assoc->rekey_dh = false;
	assoc->rekey_wait = 0;
	assoc->rekey_fails = 0;
	assoc->keymat_doubt = false;
}

/* --- time -------------------------------------------------------------- */

bool hip_update_peer_alive(struct hip_assoc *assoc)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (time_before(jiffies, READ_ONCE(path->last_rx) +
				HIP_UPDATE_PEER_ALIVE))
			return true;
	return false;
}

static bool hip_update_has_path(const struct hip_assoc *assoc, bool announced)
{
	const struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (path != assoc->update_out.path && hip_path_usable(path) &&
		    path->announced == announced && !path->silent &&
		    !path->replaced && !path->rekey)
			return true;
	return false;
}

/* Can it be told by another path than the one that moved? */
static bool hip_update_has_other(const struct hip_assoc *assoc)
{
	return hip_update_has_path(assoc, true);
}

/* Or by another one that has moved? After all of them the peer may be gone. */
static bool hip_update_other_turn(const struct hip_assoc *assoc)
{
	return assoc->homes < HIP_UPDATE_HOMES &&
	       hip_update_has_path(assoc, false);
}

/*
 * Another address of ours, which has no path. They take turns: that from which it
 * was tried before has none any more.
 */
static bool hip_update_other_home(struct hip_assoc *assoc,
				  struct hip_local *home,
				  struct in6_addr *peer)
{
	const struct hip_path *path = assoc->update_out.path;
	struct hip_local local[HIP_MAX_LOCALS];
	unsigned int at = 0, i, n;

	if (path->rekey || assoc->homes >= HIP_UPDATE_HOMES)
		return false;
	n = hip_locator_locals(assoc->hn, local);
	while (at < n && !ipv6_addr_equal(&local[at].addr, &path->local))
		at++;
	for (i = 1; i <= n; i++) {
		*home = local[(at + i) % n];
		if (!hip_update_is_served(assoc, &home->addr) &&
		    hip_update_new_home(assoc, path, home, peer))
			return true;
	}
	return false;
}

/*
 * A path of ours moved, and where its other end was nobody answers: the peer has
 * moved at the same time, or packets vanish there. What can go by another path
 * is not to wait for it; nor for a new path or new keys, if there is something to
 * tell. If there is no other path, it may be better off at another address.
 */
static bool hip_update_astray(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_local home;
	struct in6_addr peer;

	if (!hip_sent_pending(out->sent) ||
	    out->sent->tries < HIP_UPDATE_MOVE_TRIES ||
	    time_before(jiffies, out->sent->due))
		return false;
	switch (out->kind) {
	case HIP_UPDATE_REKEY:
		if (out->path->rekey->moved)
			return hip_update_has_other(assoc);
		fallthrough;
	case HIP_UPDATE_NEW_PATH:
		return assoc->announce ||
		       (assoc->flows && assoc->bindings_gen !=
			READ_ONCE(assoc->hn->bindings_gen));
	case HIP_UPDATE_READDRESS:
		return hip_update_has_other(assoc) ||
		       hip_update_other_turn(assoc) ||
		       hip_update_other_home(assoc, &home, &peer);
	default:
		return false;
	}
}

/* The peer is told by the other path; if the pair is wanted it gets new SAs. */
static void hip_update_give_up(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_path *path = out->path;
	struct hip_local home;
	struct in6_addr peer;

	if (out->kind == HIP_UPDATE_REKEY) {
		/* Without new keys it may be answered. */
		hip_rekey_put_off(assoc);
		return;
	}
	if (out->kind == HIP_UPDATE_READDRESS &&
	    !hip_update_has_other(assoc) && hip_update_other_turn(assoc)) {
		path->turn = ++assoc->homes;
		path->announced = false;
		hip_update_forget_path(assoc, path);
		assoc->announce = true;
		return;
	}
	if (out->kind == HIP_UPDATE_READDRESS &&
	    !hip_update_has_other(assoc) &&
	    hip_update_other_home(assoc, &home, &peer)) {
		assoc->homes++;
		hip_update_forget_path(assoc, path);
		path->announced = false;
		hip_update_move(assoc, path, &home, &peer);
		return;
	}
	if (out->kind == HIP_UPDATE_NEW_PATH)
		assoc->failed_paths++;
	hip_update_drop_path(assoc, path);
	assoc->announce = true;
}

static void hip_update_out_failed(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_path *path = out->path;

	if (out->kind == HIP_UPDATE_NEW_PATH) {
		assoc->failed_paths++;
		hip_update_drop_path(assoc, path);
		return;
	}
	if (out->kind == HIP_UPDATE_REKEY && hip_update_peer_alive(assoc)) {
		hip_rekey_failed(assoc);
		return;
	}
	/* Who does not know of RFC 8047 may refuse to be told so. */
	if (out->gone) {
		hip_deprecation_told(assoc, out->gone);
		hip_update_forget_path(assoc, path);
		assoc->announce = true;
		return;
	}
	/*
	 * RFC 7401 section 6.11 step 4 has the association broken now. If data
	 * still comes, it is only the peer's daemon that does not answer.
	 */
	if (out->sent && hip_update_peer_alive(assoc)) {
		out->sent->tries = 0;
		out->sent->due = jiffies + HZ;
		assoc->homes = 0;
		return;
	}
	hip_assoc_fail(assoc, HIP_FAIL_NO_ANSWER);
}

static void hip_update_in_failed(struct hip_assoc *assoc)
{
	struct hip_path *path = assoc->update_in.path;

	hip_sent_clear(&assoc->update_in.sent);
	assoc->update_in.acked = true;
	assoc->update_in.path = NULL;
	if (!path)
		return;
	/* Our answer came, only what confirms it did not. */
	if (path->rekey && hip_rekey_heard(path))
		hip_rekey_confirmed(assoc, path);
	/* New SAs are of no use; where the address check failed nothing is sent. */
	else if (path->rekey || path->peer_state == HIP_LOCATOR_UNVERIFIED)
		hip_update_drop_path(assoc, path);
}

void hip_update_timer(struct hip_assoc *assoc)
{
	struct hip_sent *sent = assoc->update_out.sent;
	unsigned int tries = sent ? sent->tries : 0;

	if (hip_update_astray(assoc))
		hip_update_give_up(assoc);
	else if (hip_sent_again(assoc, sent))
		hip_update_out_failed(assoc);
	else if (sent && sent->tries != tries)
		hip_jump_resend(assoc);
	if (!assoc->update_in.acked &&
	    hip_sent_again(assoc, assoc->update_in.sent))
		hip_update_in_failed(assoc);
}
