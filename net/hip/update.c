// SPDX-License-Identifier: GPL-2.0-only
/*
 * UPDATE: the three packets by which a host moves itself or its flows
 * (draft-cao-hiprg-flow-mobility section 3.3, RFC 8046 section 3.2):
 *
 *   host that moves                                  peer
 *     UPDATE(ESP_INFO, E-LOCATOR, SEQ)           ->
 *                                 <-  UPDATE(ESP_INFO, SEQ, ACK, ECHO_REQUEST)
 *     UPDATE(ACK, ECHO_RESPONSE)                 ->
 *
 * ESP_INFO tells which path it is about: OLD SPI == NEW SPI one that both know,
 * OLD SPI == 0 one that is new, with an SA pair of its own; both, and different,
 * one whose SAs are to be replaced (rekey.c).
 *
 * We have one UPDATE of our own under way at a time (update_out). The peer's
 * are answered meanwhile (update_in). Keys of two new paths must never come
 * from the same place of KEYMAT: when both hosts begin a new path at once, the
 * host with the greater HIT leaves the other's unanswered until its own is
 * done; retransmission brings it back.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "deprecation.h"
#include "exchange.h"
#include "jump.h"
#include "lifetime.h"
#include "netlink.h"
#include "notify.h"
#include "probe.h"
#include "rekey.h"
#include "registration.h"
#include "update.h"
#include "upcall.h"
#include "uplink.h"

static struct hip_macs *hip_update_macs(struct hip_assoc *assoc)
{
	return rcu_dereference_protected(assoc->macs,
					 lockdep_is_held(&assoc->lock));
}

int hip_update_begin(struct hip_assoc *assoc, struct hip_builder *b)
{
	b->max = HIP_PACKET_MAX_LEN;
	b->buf = kmalloc(b->max, GFP_KERNEL);
	if (!b->buf)
		return -ENOMEM;
	hip_build_begin(b, b->buf, b->max, HIP_UPDATE, 0, &assoc->hits.local,
			&assoc->hits.peer);
	/* Room for what ends it. */
	b->max -= HIP_RELAY_ROOM + HIP_PARAM_SPACE(HIP_RHASH_MAX_LEN) +
		  HIP_PARAM_SPACE(2 + HIP_SIGNATURE_MAX_LEN);
	return 0;
}

/*
 * What we begin goes where the peer wants control packets (RFC 8046 section 4.1,
 * Traffic Type); what checks an address or answers goes by its path.
 */
static const struct in6_addr *hip_update_to(const struct hip_assoc *assoc,
					    struct hip_sent **sent,
					    const struct hip_path *path)
{
	if (sent != &assoc->update_out.sent ||
	    path->peer_state != HIP_LOCATOR_ACTIVE ||
	    ipv6_addr_any(&assoc->peer_signal) ||
	    hip_addr_is_v4(&assoc->peer_signal) != hip_addr_is_v4(&path->peer))
		return &path->peer;
	return &assoc->peer_signal;
}

int hip_update_send(struct hip_assoc *assoc, struct hip_builder *b,
		    const struct hip_packet *p, struct hip_sent **sent,
		    const struct hip_path *path)
{
	int err;

	b->max = HIP_PACKET_MAX_LEN - HIP_RELAY_ROOM;
	hip_build_mac(b, hip_update_macs(assoc)->out);
	err = hip_packet_sign(assoc->hn, assoc->identity, b);
	if (!err && p)
		hip_exchange_echo(b, p, HIP_PARAM_ECHO_REQUEST_UNSIGNED,
				  HIP_PARAM_ECHO_RESPONSE_UNSIGNED);
	b->max = HIP_PACKET_MAX_LEN;
	if (!err && p)
		hip_jump_build_via(assoc, b);
	if (!err)
		err = hip_build_end(b);
	if (err >= 0)
		err = hip_sent_set(assoc, sent, b->buf, err, &path->local,
				   hip_update_to(assoc, sent, path),
				   path->ifindex);
	if (!err)
		hip_stat_inc(assoc->hn, HIP_STAT_TX_UPDATE);
	return err;
}

/* --- what comes: answers to it ------------------------------------------ */

/* UPDATE(ACK[, ECHO_RESPONSE]) for @peer_id. */
static void hip_update_send_ack(struct hip_assoc *assoc,
				const struct hip_packet *p,
				const struct hip_path *path, u32 peer_id)
{
	struct hip_update_in *ack = &assoc->update_ack;
	struct hip_builder b = {};
	__be32 *id;

	if (hip_update_begin(assoc, &b))
		return;
	id = hip_build_param(&b, HIP_PARAM_ACK, sizeof(*id));
	if (id)
		*id = htonl(peer_id);
	hip_registration_answer(assoc, p, peer_id, &b);
	hip_exchange_echo(&b, p, HIP_PARAM_ECHO_REQUEST_SIGNED,
			  HIP_PARAM_ECHO_RESPONSE_SIGNED);
	if (!hip_update_send(assoc, &b, p, &ack->sent, path)) {
		ack->peer_id = peer_id;
		ack->valid = true;
		ack->acked = true;	/* nobody acknowledges it */
	}
	kfree(b.buf);
}

/* Where it came by, for what nothing else is done about. */
static void hip_update_ack_back(struct hip_assoc *assoc,
				const struct hip_packet *p,
				const struct hip_skb_cb *cb, u32 id)
{
	struct hip_path *path = hip_update_path_back(assoc, cb);

	if (path)
		hip_update_send_ack(assoc, p, path, id);
}

/* The same answer again: ours was lost. */
static void hip_update_repeat(struct hip_assoc *assoc,
			      const struct hip_packet *p,
			      const struct hip_skb_cb *cb, u32 id)
{
	struct hip_update_in *in = &assoc->update_in;

	if (!in->valid || in->peer_id != id || !hip_sent_pending(in->sent))
		in = &assoc->update_ack;
	if (in->valid && in->peer_id == id && hip_sent_pending(in->sent)) {
		hip_stat_inc(assoc->hn, HIP_STAT_RETRANSMITS);
		hip_control_send(assoc->hn, in->sent->packet, in->sent->len,
				 &in->sent->src, &in->sent->dst,
				 in->sent->ifindex);
		return;
	}
	/* An older one may be a replay, and its answer costs a signature. */
	if (!hip_limit_ok(&assoc->hn->notify_limit, HIP_NOTIFY_PER_SECOND)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_LIMIT);
		return;
	}
	hip_update_ack_back(assoc, p, cb, id);
}

/* --- what comes: the peer begins --------------------------------------- */

/**
 * struct hip_update_rx - an UPDATE that the peer began
 * @seq: its Update ID
 * @info: its ESP_INFO, or NULL
 * @spi: NEW SPI: of the peer's incoming SA, our outgoing one
 * @is_new: a new SA pair
 * @is_rekey: one that replaces @path's
 * @is_unknown: of a path that we do not have any more
 * @is_end: of a path that the peer does not have any more
 * @path: that it is about
 * @a: what its E-LOCATOR said
 */
struct hip_update_rx {
	u32				seq;
	const struct hip_esp_info	*info;
	u32				spi;
	bool				is_new;
	bool				is_rekey;
	bool				is_unknown;
	bool				is_end;
	struct hip_path			*path;
	struct hip_announced		a;
};

/* ESP_INFO (RFC 8046 section 5.3). Return: 0, or how to count the drop. */
static enum hip_stat hip_update_classify(struct hip_assoc *assoc,
					 const struct hip_packet *p,
					 const struct hip_skb_cb *cb,
					 struct hip_update_rx *rx)
{
	const struct hip_param *param;
	u32 old;

	param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	if (!param) {
		rx->path = hip_update_path_back(assoc, cb);
		return 0;
	}
	rx->info = (const struct hip_esp_info *)param->data;
	old = ntohl(rx->info->old_spi);
	rx->spi = ntohl(rx->info->new_spi);
	if (old && !rx->spi) {
		rx->path = hip_path_by_spi_out(assoc, old);
		rx->is_end = true;
		return 0;
	}
	if (rx->spi < HIP_SPI_MIN)
		return HIP_STAT_DROP_MALFORMED;
	rx->is_new = !old;
	rx->is_rekey = old && old != rx->spi;
	if (rx->is_rekey && hip_update_is_next(assoc, rx->seq))
		hip_rekey_forsaken(assoc, old);
	if ((rx->is_new || rx->is_rekey) && hip_rekey_unsettled(assoc))
		return HIP_STAT_DROP_STATE;
	if (!old) {
		/* Both began one: see the head of this file. */
		if ((assoc->update_out.kind == HIP_UPDATE_NEW_PATH ||
		     assoc->update_out.kind == HIP_UPDATE_REKEY) &&
		    hip_hit_greater(&assoc->hits.local, &assoc->hits.peer))
			return HIP_STAT_DROP_STATE;
		return 0;
	}
	rx->path = hip_path_by_spi_out(assoc, old);
	if (!rx->path) {
		rx->is_unknown = true;
		return 0;
	}
	return rx->is_rekey ? hip_rekey_check(assoc, p, rx->path) : 0;
}

/*
 * Of an answer, after it was taken: ESP_INFO belongs to what we asked, unless the
 * peer tells in the same packet where that path of its has gone.
 */
static void hip_update_classify_answer(struct hip_assoc *assoc,
				       const struct hip_packet *p,
				       struct hip_update_rx *rx)
{
	const struct hip_esp_info *info;
	const struct hip_param *param;
	struct hip_path *path;

	param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	if (!param || !hip_announce_is_in(p))
		return;
	info = (const struct hip_esp_info *)param->data;
	path = hip_path_by_spi_out(assoc, ntohl(info->new_spi));
	if (!path || info->old_spi != info->new_spi)
		return;
	rx->info = info;
	rx->spi = ntohl(info->new_spi);
	rx->path = path;
}

/*
 * The locator with the SPI that ESP_INFO names; else where it came from. Without
 * ESP_INFO no path is meant, and none moves.
 */
static void hip_update_target(const struct hip_update_rx *rx,
			      const struct hip_skb_cb *cb,
			      struct in6_addr *addr)
{
	unsigned int i;

	*addr = rx->path ? rx->path->peer : cb->src;
	for (i = 0; rx->info && i < rx->a.n; i++)
		if (rx->a.locator[i].spi == rx->spi) {
			*addr = rx->a.locator[i].addr;
			return;
		}
}

/*
 * Our end of it: where the UPDATE came to. A copy that came by the other family,
 * as both hosts have moved, says nothing of it.
 */
static bool hip_update_here(const struct hip_update_rx *rx,
			    const struct hip_skb_cb *cb,
			    const struct in6_addr *addr, struct in6_addr *here)
{
	*here = cb->dst;
	if (hip_addr_is_v4(here) == hip_addr_is_v4(addr))
		return true;
	if (!rx->path || hip_addr_is_v4(&rx->path->local) !=
			 hip_addr_is_v4(addr))
		return false;
	*here = rx->path->local;
	return true;
}

/* A path that the peer brings up; it replaces what was not finished. */
static int hip_update_take_new_path(struct hip_assoc *assoc,
				    struct hip_update_rx *rx,
				    const struct in6_addr *here,
				    const struct in6_addr *addr)
{
	struct hip_path *path, *next;
	unsigned int index;
	int err;

	list_for_each_entry_safe(path, next, &assoc->paths, list)
		if (ipv6_addr_equal(&path->peer, addr) &&
		    ipv6_addr_equal(&path->local, here) &&
		    path->peer_state == HIP_LOCATOR_UNVERIFIED)
			hip_update_drop_path(assoc, path);
	if (!hip_update_make_room(assoc))
		return -ENOSPC;
	path = hip_path_new(assoc, here, hip_locator_ifindex(assoc->hn, here),
			    addr);
	if (IS_ERR(path))
		return PTR_ERR(path);
	path->spi_out = rx->spi;
	path->fresh = true;
	path->announced = true;
	index = max_t(unsigned int, assoc->keymat_index,
		      ntohs(rx->info->keymat_index));
	err = hip_update_add_sas(assoc, path, index);
	if (err) {
		hip_update_drop_path(assoc, path);
		return err;
	}
	/* Where the keys came from, for the answer. */
	assoc->update_in.keymat_index = index;
	rx->path = path;
	return 0;
}

/* Of the UPDATE of ours that @path has under way: it goes to where nobody is. */
static void hip_update_again(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_update_out *out = &assoc->update_out;

	if (out->path != path || out->kind == HIP_UPDATE_NEW_PATH ||
	    out->kind == HIP_UPDATE_REKEY)
		return;
	if (out->kind == HIP_UPDATE_READDRESS)
		path->announced = false;
	assoc->announce = true;
	hip_sent_clear(&out->sent);
	out->kind = HIP_UPDATE_NONE;
	out->path = NULL;
}

/* The SA pair goes with the peer to where it is now (draft 3.3.1). */
static int hip_update_take_address(struct hip_assoc *assoc,
				   const struct hip_update_rx *rx,
				   const struct in6_addr *here,
				   const struct in6_addr *addr)
{
	struct hip_path *path = rx->path;
	bool late = path->answered &&
		    (s32)(rx->seq - path->answer) < 0;
	bool other = hip_addr_is_v4(&path->local) != hip_addr_is_v4(addr);

	/* The peer began it before it followed us to the other family. */
	if (late && other && path->local_state == HIP_LOCATOR_ACTIVE)
		return 0;
	if (path->peer_state == HIP_LOCATOR_DEPRECATED)
		hip_path_doubt(path);
	if (ipv6_addr_equal(&path->peer, addr))
		return 0;
	path->strayed = path->fresh;
	hip_path_set_peer(path, addr);
	hip_path_doubt(path);
	hip_update_again(assoc, path);
	hip_probe_reset(path);
	/* What a server relayed says nothing of the way from us to the peer. */
	if (!ipv6_addr_equal(&path->local, here) &&
	    (ipv6_addr_any(&assoc->update_via) ||
	     path->local_state != HIP_LOCATOR_ACTIVE || other)) {
		path->local = *here;
		WRITE_ONCE(path->ifindex,
			   hip_locator_ifindex(assoc->hn, here));
		path->local_state = HIP_LOCATOR_ACTIVE;
	}
	hip_jump_follow(assoc, path);
	/* Data finds it again once the address is verified. */
	hip_update_rebuild(assoc);
	return hip_update_readdress_sas(assoc, path);
}

/* New SAs beside those of @rx->path, which becomes the path that has them. */
static int hip_update_take_rekey(struct hip_assoc *assoc,
				 const struct hip_packet *p,
				 struct hip_update_rx *rx)
{
	struct hip_path *path;
	unsigned int index;

	path = hip_rekey_take(assoc, p, rx->path, rx->spi,
			      ntohs(rx->info->keymat_index), &index);
	if (IS_ERR(path))
		return PTR_ERR(path);
	assoc->update_in.keymat_index = index;
	rx->path = path;
	return 0;
}

/* The UPDATE of ours that is under way goes to where the peer is not any more. */
static void hip_update_nobody_there(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;

	if (out->kind == HIP_UPDATE_NONE ||
	    out->path->peer_state != HIP_LOCATOR_DEPRECATED)
		return;
	if (out->kind == HIP_UPDATE_NEW_PATH)
		hip_update_drop_path(assoc, out->path);
	else if (out->kind == HIP_UPDATE_REKEY)
		hip_rekey_cancel(assoc);
	else
		hip_update_again(assoc, out->path);
}

/* What the complete state does not name is deprecated, what it names again is not
 * any more (RFC 8046 5.2).
 */
static void hip_update_deprecate(struct hip_assoc *assoc,
				 const struct hip_announced *a)
{
	struct hip_path *path;
	unsigned int i;

	list_for_each_entry(path, &assoc->paths, list) {
		for (i = 0; i < a->n; i++)
			if (ipv6_addr_equal(&path->peer, &a->locator[i].addr))
				break;
		if (i < a->n) {
			hip_lifetime_renewed(path);
			/* It is back, and to be checked. */
			if (path->peer_state == HIP_LOCATOR_DEPRECATED &&
			    !path->replaced)
				hip_path_doubt(path);
			continue;
		}
		if (path->peer_state == HIP_LOCATOR_DEPRECATED)
			continue;
		hip_path_deprecate(path);
		hip_netlink_event_path(path);
	}
	hip_update_nobody_there(assoc);
}

/* UPDATE(ESP_INFO, SEQ, ACK, ECHO_REQUEST), to the address under check. */
static void hip_update_answer(struct hip_assoc *assoc,
			      const struct hip_packet *p,
			      struct hip_update_rx *rx)
{
	struct hip_update_in *in = &assoc->update_in;
	struct hip_path *path = rx->path;
	struct hip_builder b = {};
	u32 old = path->spi_in;
	__be32 *id;

	if (hip_update_begin(assoc, &b))
		return;
	path->checking = true;
	if (rx->is_new) {
		old = 0;
	} else if (rx->is_rekey) {
		old = path->rekey->old->spi_in;
		/* It is where it was, and need not be asked. */
		path->checking = path->rekey->old->peer_state !=
				 HIP_LOCATOR_ACTIVE;
	}
	hip_build_esp_info(&b, rx->is_new || rx->is_rekey ?
			   in->keymat_index : 0, old, path->spi_in);
	id = hip_build_param(&b, HIP_PARAM_SEQ, sizeof(*id));
	if (id)
		*id = htonl(assoc->next_update_id);
	id = hip_build_param(&b, HIP_PARAM_ACK, sizeof(*id));
	if (id)
		*id = htonl(rx->seq);
	if (rx->is_rekey)
		hip_rekey_build_dh(assoc, &b, path);
	hip_announce_refuse(&b, &rx->a);
	get_random_bytes(path->echo, sizeof(path->echo));
	if (path->checking)
		hip_build_data(&b, HIP_PARAM_ECHO_REQUEST_SIGNED, path->echo,
			       sizeof(path->echo));
	hip_registration_answer(assoc, p, rx->seq, &b);
	hip_exchange_echo(&b, p, HIP_PARAM_ECHO_REQUEST_SIGNED,
			  HIP_PARAM_ECHO_RESPONSE_SIGNED);
	if (!hip_update_send(assoc, &b, p, &in->sent, path)) {
		hip_rekey_leave(assoc, path);
		if (rx->is_rekey)
			hip_rekey_answered(path);
		in->peer_id = rx->seq;
		in->valid = true;
		in->acked = false;
		in->id = assoc->next_update_id++;
		in->path = path;
	} else if (rx->is_rekey) {
		hip_update_drop_path(assoc, path);
	}
	kfree(b.buf);
}

/* Both began: ours and this one make one rekey. */
static void hip_update_rx_crossing(struct hip_assoc *assoc,
				   const struct hip_packet *p,
				   struct hip_update_rx *rx)
{
	struct hip_path *path = assoc->update_out.path;

	if (hip_rekey_cross(assoc, p)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_LIMIT);
		hip_update_unmark(assoc, rx->seq);
		return;
	}
	if (assoc->state != HIP_STATE_ESTABLISHED)
		return;
	hip_update_send_ack(assoc, p, path, rx->seq);
	/* What both have begun may go to where the peer is not any more. */
	if (rx->a.complete)
		hip_update_deprecate(assoc, &rx->a);
	hip_update_rebuild(assoc);
}

/* What failed for want of memory, of a path or of the daemon. */
static bool hip_update_may_pass(int err)
{
	switch (err) {
	case 0:
	case -ENOMEM:
	case -ENOTCONN:
	case -ESHUTDOWN:
	case -ETIMEDOUT:
	case -EBUSY:
	case -ESTALE:
		return true;
	default:
		return false;
	}
}

static void hip_update_rx_request(struct hip_assoc *assoc,
				  const struct hip_packet *p,
				  const struct hip_skb_cb *cb,
				  struct hip_update_rx *rx)
{
	struct in6_addr addr, here;
	int err = 0;

	hip_registration_rx_request(assoc, p, rx->seq);
	if (!rx->info && !hip_announce_is_in(p)) {
		/* Nothing that we act upon: it is acknowledged all the same. */
		if (rx->path)
			hip_update_send_ack(assoc, p, rx->path, rx->seq);
		return;
	}

	if (hip_update_is_outdated(assoc, rx->seq)) {
		hip_update_ack_back(assoc, p, cb, rx->seq);
		return;
	}
	hip_announce_read(assoc, p, &rx->a);
	if (rx->is_end && rx->path)
		hip_deprecation_rx(assoc, rx->path);
	if (rx->is_unknown || rx->is_end) {
		/* It is told all the same, or the peer would repeat it. */
		if (rx->a.complete)
			hip_update_deprecate(assoc, &rx->a);
		if (assoc->state != HIP_STATE_ESTABLISHED)
			return;
		hip_update_rebuild(assoc);
		hip_update_ack_back(assoc, p, cb, rx->seq);
		return;
	}
	if (rx->a.unsupported)
		hip_notify_send(assoc->hn, assoc->identity, &assoc->hits.peer,
				cb, HIP_NOTIFY_LOCATOR_TYPE_UNSUPPORTED,
				rx->a.unsupported, rx->a.unsupported_len);
	hip_update_target(rx, cb, &addr);
	if (!hip_addr_is_locator(&addr) ||
	    !hip_update_here(rx, cb, &addr, &here)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MALFORMED);
		hip_update_unmark(assoc, rx->seq);
		return;
	}
	if (rx->info && rx->path) {
		hip_path_recall(rx->path);
		hip_rekey_named(assoc, rx->path);
		if (assoc->state != HIP_STATE_ESTABLISHED)
			return;
	}
	if (rx->is_new)
		err = hip_update_take_new_path(assoc, rx, &here, &addr);
	else if (rx->path && hip_update_take_address(assoc, rx, &here, &addr))
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
	if (assoc->state != HIP_STATE_ESTABLISHED)
		return;
	if (!err && rx->is_rekey) {
		if (hip_rekey_crosses(assoc, p, rx->path)) {
			hip_update_rx_crossing(assoc, p, rx);
			return;
		}
		err = hip_update_take_rekey(assoc, p, rx);
	}
	if (err || !rx->path) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_LIMIT);
		/* It may do when it is repeated. */
		if (hip_update_may_pass(err))
			hip_update_unmark(assoc, rx->seq);
		/* KEYMAT is used up: a base exchange makes a new one. */
		if (err == -ENODATA && hip_upcall_ready(assoc->hn))
			hip_exchange_initiate(assoc);
		return;
	}
	if (rx->a.complete)
		hip_update_deprecate(assoc, &rx->a);
	if (assoc->state != HIP_STATE_ESTABLISHED)
		return;
	assoc->settled = jiffies + HIP_UPDATE_SETTLE;
	hip_update_rebuild(assoc);
	hip_netlink_event_path(rx->path);
	hip_update_answer(assoc, p, rx);
}

/*
 * The MAC was checked in softirq, and suffices (section 6.12.1 step 4: the
 * signature MAY be verified). Only the peer has its key, by a base exchange in
 * which it proved to own its HIT; flows do not wait for hipflowd to say so again.
 */
static void hip_update_rx_from(struct hip_assoc *assoc,
			       const struct hip_packet *p,
			       const struct hip_skb_cb *cb)
{
	const struct hip_param *seq = hip_packet_param(p, HIP_PARAM_SEQ);
	struct hip_net *hn = assoc->hn;
	struct hip_update_rx *rx;
	enum hip_stat drop = 0;
	bool answer;

	if (assoc->state != HIP_STATE_ESTABLISHED &&
	    assoc->state != HIP_STATE_R2_SENT) {
		hip_stat_inc(hn, HIP_STAT_DROP_STATE);
		return;
	}
	if ((!seq && !hip_packet_param(p, HIP_PARAM_ACK)) ||
	    !hip_packet_param(p, HIP_PARAM_HIP_SIGNATURE)) {
		hip_stat_inc(hn, HIP_STAT_DROP_MALFORMED);
		hip_notify_send(hn, assoc->identity, &assoc->hits.peer, cb,
				HIP_NOTIFY_INVALID_SYNTAX, NULL, 0);
		return;
	}
	if (seq && hip_update_is_old(assoc, hip_param_u32(seq, 0))) {
		hip_update_repeat(assoc, p, cb, hip_param_u32(seq, 0));
		return;
	}
	rx = kzalloc(sizeof(*rx), GFP_KERNEL);
	if (!rx)
		return;

	answer = assoc->update_out.kind != HIP_UPDATE_NONE &&
		 hip_update_acks(p, assoc->update_out.id);
	if (seq)
		rx->seq = hip_param_u32(seq, 0);
	if (seq && hip_announce_check(p))
		drop = HIP_STAT_DROP_MALFORMED;
	else if (seq && !answer)
		drop = hip_update_is_stale(assoc, p) ?
		       HIP_STAT_DROP_STATE : hip_update_classify(assoc, p, cb,
								  rx);
	if (drop) {
		hip_stat_inc(hn, drop);
		if (drop == HIP_STAT_DROP_MALFORMED)
			hip_notify_send(hn, assoc->identity,
					&assoc->hits.peer, cb,
					HIP_NOTIFY_INVALID_SYNTAX, NULL, 0);
		goto out;
	}
	hip_exchange_established(assoc);
	if (answer && hip_jump_answered(assoc, cb)) {
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
		goto out;
	}
	if (answer && assoc->update_out.kind == HIP_UPDATE_REKEY &&
	    hip_rekey_read_answer(assoc, p)) {
		hip_stat_inc(hn, HIP_STAT_DROP_PROPOSAL);
		goto out;
	}
	if (seq)
		hip_update_mark(assoc, hip_param_u32(seq, 0));
	if (assoc->update_in.valid && !assoc->update_in.acked &&
	    hip_update_acks(p, assoc->update_in.id)) {
		hip_update_rx_confirm(assoc, p);
		/* It may have failed, and its paths are gone then. */
		if (assoc->state != HIP_STATE_ESTABLISHED)
			goto out;
	}
	if (hip_packet_param(p, HIP_PARAM_ACK)) {
		hip_rekey_rx_ack(assoc, p);
		if (assoc->state != HIP_STATE_ESTABLISHED)
			goto out;
		hip_probe_rx_ack(assoc, p);
	}
	if (answer) {
		rx->path = hip_update_rx_answer(assoc, p);
		hip_update_classify_answer(assoc, p, rx);
	} else if (seq && hip_packet_param(p, HIP_PARAM_REG_RESPONSE)) {
		hip_registration_rx_answer(assoc, p, false);
	}
	if (seq && assoc->state == HIP_STATE_ESTABLISHED)
		hip_update_rx_request(assoc, p, cb, rx);
out:
	kfree(rx);
}

void hip_update_rx(struct hip_assoc *assoc, const struct hip_packet *p,
		   const struct hip_skb_cb *cb)
{
	struct hip_skb_cb from = *cb;

	if (hip_jump_begin(assoc, p, &from))
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_POLICY);
	else
		hip_update_rx_from(assoc, p, &from);
	hip_jump_end(assoc);
}
