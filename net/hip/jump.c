// SPDX-License-Identifier: GPL-2.0-only
/*
 * Double jump: both hosts move at once (RFC 8046 section 3.2.3), and the UPDATE
 * of each goes to where the other is no more. What stays is the rendezvous
 * server of a host. An UPDATE with our locators that is not answered at once is
 * sent again to the peer's address and, beside it, to where the peer may be
 * asked for; the server relays it as it relays an I1 (RFC 8004):
 *
 *   A, now at a2            S, server of B              B, now at b2
 *     UPDATE(SEQ, to b1)        ->  x
 *     UPDATE(SEQ, to S) ->
 *                               UPDATE(FROM:a2, RVS_HMAC)  ->
 *                            <-   UPDATE(ACK, SEQ, ECHO_REQUEST, VIA_RVS:S)
 *     UPDATE(ACK, ECHO_RESPONSE), to b2                    ->
 *
 * That B is at b2, A learns from B's own UPDATE, which turns to a2 as soon as B
 * knows of it; until then the address of the answer is a candidate (section 5.3)
 * and is checked as all others.
 *
 * Where the peer may be asked for: the server by which the R1 was asked for, and
 * the addresses that our configuration has of the peer, be they its own or a
 * server's. Who gets an UPDATE there and should not can do nothing with it but
 * drop it: it is under the association's MAC.
 */
#include <linux/jiffies.h>

#include "jump.h"
#include "locator.h"
#include "peer.h"
#include "probe.h"
#include "rekey.h"
#include "registration.h"
#include "update.h"

/* So many addresses are tried at a time; with more of them in turn. */
#define HIP_JUMP_ASK		4

/* --- our UPDATE by their server ---------------------------------------- */

void hip_jump_learn(struct hip_assoc *assoc, const struct hip_packet *r1,
		    const struct hip_skb_cb *cb)
{
	/*
	 * Anybody can append VIA_RVS, and the server may have relayed from an
	 * address of another family: it counts where our I1 went.
	 */
	if (assoc->state == HIP_STATE_I1_SENT &&
	    hip_sent_pending(assoc->sent) &&
	    hip_packet_param(r1, HIP_PARAM_VIA_RVS) &&
	    !ipv6_addr_equal(&assoc->sent->dst, &cb->src))
		assoc->rvs = assoc->sent->dst;
}

static void hip_jump_add(const struct in6_addr *but, struct in6_addr *addr,
			 unsigned int *n, const struct in6_addr *new)
{
	unsigned int i;

	if (ipv6_addr_any(new) || ipv6_addr_equal(new, but))
		return;
	for (i = 0; i < *n; i++)
		if (ipv6_addr_equal(&addr[i], new))
			return;
	if (*n < HIP_MAX_PEER_LOCATORS)
		addr[(*n)++] = *new;
}

/* Where the peer may be asked for, but for @but, which it was already. */
static unsigned int hip_jump_servers(struct hip_assoc *assoc,
				     const struct in6_addr *but,
				     struct in6_addr addr[HIP_MAX_PEER_LOCATORS])
{
	struct in6_addr server[HIP_MAX_REGISTRATION_ADDRS];
	struct hip_peer *peer;
	unsigned int i, count, n = 0;

	hip_jump_add(but, addr, &n, &assoc->rvs);
	rcu_read_lock();
	peer = hip_peer_lookup(assoc->hn, &assoc->hits.peer);
	for (i = 0; peer && i < peer->n; i++)
		hip_jump_add(but, addr, &n, &peer->addr[i]);
	rcu_read_unlock();
	/* It is a server of ours itself, and has several addresses. */
	count = hip_registration_addrs(assoc->hn, &assoc->hits.peer, server);
	for (i = 0; i < count; i++)
		hip_jump_add(but, addr, &n, &server[i]);
	return n;
}

bool hip_jump_server(struct hip_assoc *assoc, const struct in6_addr *local,
		     struct in6_addr *server)
{
	struct in6_addr addr[HIP_MAX_PEER_LOCATORS];
	unsigned int i, n;

	n = hip_jump_servers(assoc, &in6addr_any, addr);
	for (i = 0; i < n; i++)
		if (hip_addr_is_v4(&addr[i]) == hip_addr_is_v4(local)) {
			*server = addr[i];
			return true;
		}
	return false;
}

void hip_jump_resend(struct hip_assoc *assoc)
{
	struct in6_addr addr[HIP_MAX_PEER_LOCATORS];
	struct hip_update_out *out = &assoc->update_out;
	const struct hip_sent *sent = out->sent;
	unsigned int i, n;
	bool same;

	/* Only of what tells where we are. */
	if (out->kind != HIP_UPDATE_READDRESS &&
	    out->kind != HIP_UPDATE_ANNOUNCE &&
	    (out->kind != HIP_UPDATE_REKEY || !out->path->rekey->moved))
		return;
	n = hip_jump_servers(assoc, &sent->dst, addr);
	for (i = 0; i < min_t(unsigned int, n, HIP_JUMP_ASK); i++) {
		const struct in6_addr *dst =
			&addr[(HIP_JUMP_ASK * (sent->tries - 1) + i) % n];

		/* The path's own address, so that FROM is one that is told. */
		same = hip_addr_is_v4(dst) == hip_addr_is_v4(&sent->src);
		if (hip_control_send(assoc->hn, sent->packet, sent->len,
				     same ? &sent->src : NULL, dst,
				     same ? sent->ifindex : 0))
			continue;
		out->asked = true;
		hip_stat_inc(assoc->hn, HIP_STAT_TX_UPDATE_RVS);
	}
}

/* The path by whose addresses our UPDATE goes. */
static struct hip_path *hip_jump_path(struct hip_assoc *assoc)
{
	struct hip_path *path = assoc->update_out.path;

	return path && path->rekey && path->rekey->old ? path->rekey->old :
							 path;
}

/*
 * Only after the address that we have of the peer did not answer, or if it is
 * none of the peer's. Whoever sends the peer's answer on from somewhere else has
 * us ask there, and no more.
 */
int hip_jump_answered(struct hip_assoc *assoc, const struct hip_skb_cb *cb)
{
	struct hip_path *path = hip_jump_path(assoc);

	if (!path || !path->x_out ||
	    (!assoc->update_out.asked &&
	     path->peer_state != HIP_LOCATOR_UNVERIFIED) ||
	    ipv6_addr_equal(&path->peer, &cb->src) ||
	    !ipv6_addr_equal(&path->local, &cb->dst))
		return 0;
	hip_path_set_peer(path, &cb->src);
	hip_path_doubt(path);
	/* It has them, as it answers for them. */
	path->fresh = false;
	hip_probe_reset(path);
	hip_update_rebuild(assoc);
	return hip_sa_readdress(path);
}

void hip_jump_follow(struct hip_assoc *assoc, const struct hip_path *path)
{
	struct hip_sent *sent = assoc->update_out.sent;

	if (!hip_sent_pending(sent) || hip_jump_path(assoc) != path)
		return;
	sent->src = path->local;
	sent->dst = path->peer;
	sent->ifindex = path->ifindex;
	sent->tries = 0;
	sent->due = jiffies;
}

/* --- their UPDATE by our server ---------------------------------------- */

enum hip_stat hip_jump_check(struct hip_net *hn, const struct hip_packet *p,
			     const struct hip_skb_cb *cb)
{
	struct in6_addr from;

	if (hip_hdr_type(p->hdr) != HIP_UPDATE)
		return 0;
	return hip_registration_check_from(hn, p, cb, &from);
}

int hip_jump_begin(struct hip_assoc *assoc, const struct hip_packet *p,
		   struct hip_skb_cb *cb)
{
	const struct hip_param *from = hip_packet_param(p, HIP_PARAM_FROM);

	if (!from)
		return 0;
	assoc->update_via = cb->src;
	memcpy(&cb->src, from->data, sizeof(cb->src));
	if (hip_addr_is_v4(&cb->src) == hip_addr_is_v4(&cb->dst))
		return 0;
	/* The server was in another family. */
	return hip_control_source(assoc->hn, &cb->src, 0, &cb->dst,
				  &cb->ifindex);
}

void hip_jump_end(struct hip_assoc *assoc)
{
	assoc->update_via = in6addr_any;
}

void hip_jump_build_via(const struct hip_assoc *assoc, struct hip_builder *b)
{
	if (!ipv6_addr_any(&assoc->update_via))
		hip_build_data(b, HIP_PARAM_VIA_RVS, &assoc->update_via,
			       sizeof(assoc->update_via));
}
