// SPDX-License-Identifier: GPL-2.0-only
/*
 * NOTIFY, CLOSE and CLOSE_ACK (RFC 7401 sections 5.3.6 to 5.3.8), and the
 * signature that all packets but I1 carry.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "exchange.h"
#include "notify.h"
#include "update.h"
#include "upcall.h"

/* CLOSED lasts for UAL + 2 MSL in the RFC; ours ends SAs at once (4.4.2). */
#define HIP_CLOSED_TIME		(60 * HZ)
#define HIP_CLOSE_ECHO_LEN	16

int hip_packet_sign(struct hip_net *hn, const struct hip_identity *id,
		    struct hip_builder *b)
{
	u8 *sig;
	int len;

	len = hip_build_end(b);
	if (len < 0)
		return len;
	sig = kmalloc(HIP_SIGNATURE_MAX_LEN, GFP_KERNEL);
	if (!sig)
		return -ENOMEM;
	len = hip_upcall_sign(hn, &id->hit, b->buf, b->len, sig);
	if (len > 0)
		hip_build_signature(b, HIP_PARAM_HIP_SIGNATURE, id->algorithm,
				    sig, len);
	kfree(sig);
	return len > 0 ? 0 : len ?: -EIO;
}

int hip_packet_verify(struct hip_net *hn, const struct hip_packet *p,
		      const u8 *host_id, unsigned int host_id_len)
{
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	const struct hip_param *sig;
	unsigned int len = 0;
	struct hip_hdr head;
	u8 *room;
	int i, n, err;

	sig = hip_packet_param(p, HIP_PARAM_HIP_SIGNATURE);
	n = hip_packet_cover(p, HIP_PARAM_HIP_SIGNATURE, &head, iov);
	if (!sig || n < 0) {
		hip_stat_inc(hn, HIP_STAT_DROP_SIGNATURE);
		return -EBADMSG;
	}
	room = kmalloc(p->len, GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		memcpy(room + len, iov[i].base, iov[i].len);
		len += iov[i].len;
	}
	err = hip_upcall_verify(hn, &p->hdr->sender, host_id, host_id_len, room,
				len, sig->data, sig->len);
	kfree(room);
	if (err == -EBADMSG)
		hip_stat_inc(hn, HIP_STAT_DROP_SIGNATURE);
	else if (err == -EACCES)
		hip_stat_inc(hn, HIP_STAT_DROP_POLICY);
	else if (err)
		hip_stat_inc(hn, HIP_STAT_DROP_NO_DAEMON);
	return err;
}

/* --- NOTIFY ------------------------------------------------------------ */

void hip_notify_send(struct hip_net *hn, struct hip_identity *id,
		     const struct in6_addr *peer, const struct hip_skb_cb *cb,
		     u16 type, const void *data, unsigned int len)
{
	u8 *buf;
	struct hip_builder b;
	int total;

	if (!hip_limit_ok(&hn->notify_limit, HIP_NOTIFY_PER_SECOND))
		return;
	buf = kmalloc(HIP_PACKET_MAX_LEN, GFP_KERNEL);
	if (!buf)
		return;
	hip_build_begin(&b, buf, HIP_PACKET_MAX_LEN, HIP_NOTIFY, 0, &id->hit,
			peer);
	/* The Initiator of a failed exchange may not know our key (5.3.6). */
	hip_build_data(&b, HIP_PARAM_HOST_ID, id->host_id, id->host_id_len);
	hip_build_notification(&b, type, data, len);
	if (hip_packet_sign(hn, id, &b))
		goto out;
	total = hip_build_end(&b);
	if (total > 0 &&
	    !hip_control_send(hn, buf, total, &cb->dst, &cb->src, 0))
		hip_stat_inc(hn, HIP_STAT_TX_NOTIFY);
out:
	kfree(buf);
}

void hip_notify_critical(struct hip_net *hn, struct hip_identity *id,
			 const struct hip_packet *p,
			 const struct hip_skb_cb *cb)
{
	__be16 type = htons(p->error_param);

	hip_notify_send(hn, id, &p->hdr->sender, cb,
			HIP_NOTIFY_UNSUPPORTED_CRITICAL_PARAMETER_TYPE, &type,
			sizeof(type));
}

/*
 * Only informational, and no state changes by it (6.13); but when an exchange
 * ends without an answer, the user is told what the peer complained of.
 */
void hip_notify_rx(struct hip_assoc *assoc, const struct hip_packet *p)
{
	const struct hip_param *param;
	const struct hip_notification *n;

	param = hip_packet_param(p, HIP_PARAM_NOTIFICATION);
	if (!param) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MALFORMED);
		return;
	}
	/* Without the peer's key anybody could have sent it. */
	if (!assoc->peer_host_id) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_STATE);
		return;
	}
	if (hip_packet_verify(assoc->hn, p, assoc->peer_host_id,
			      assoc->peer_host_id_len))
		return;
	n = (const struct hip_notification *)param->data;
	assoc->notify = be16_to_cpu(n->type);
	hip_announce_refused(assoc, p);
}

/* --- CLOSE ------------------------------------------------------------- */

/* @p: the CLOSE that is answered by a CLOSE_ACK, or NULL. */
static int hip_close_build(struct hip_assoc *assoc, u8 type,
			   const struct hip_packet *p, u8 *buf)
{
	u8 echo[HIP_CLOSE_ECHO_LEN];
	struct hip_macs *macs;
	struct hip_builder b;
	int err;

	macs = rcu_dereference_protected(assoc->macs,
					 lockdep_is_held(&assoc->lock));
	if (!macs || !assoc->identity)
		return -ENOENT;
	hip_build_begin(&b, buf, HIP_PACKET_MAX_LEN, type, 0,
			&assoc->hits.local, &assoc->hits.peer);
	get_random_bytes(echo, sizeof(echo));
	if (p)
		hip_exchange_echo(&b, p, HIP_PARAM_ECHO_REQUEST_SIGNED,
				  HIP_PARAM_ECHO_RESPONSE_SIGNED);
	else
		hip_build_data(&b, HIP_PARAM_ECHO_REQUEST_SIGNED, echo,
			       sizeof(echo));
	hip_build_mac(&b, macs->out);
	err = hip_packet_sign(assoc->hn, assoc->identity, &b);
	if (!err && p)
		hip_exchange_echo(&b, p, HIP_PARAM_ECHO_REQUEST_UNSIGNED,
				  HIP_PARAM_ECHO_RESPONSE_UNSIGNED);
	return err ?: hip_build_end(&b);
}

static struct hip_path *hip_close_path(struct hip_assoc *assoc)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (hip_path_usable(path))
			return path;
	return NULL;
}

void hip_close_send(struct hip_assoc *assoc)
{
	struct hip_path *path;
	u8 *buf = NULL;
	int len = -ENOENT;

	path = hip_close_path(assoc);
	if (path && (assoc->state == HIP_STATE_ESTABLISHED ||
		     assoc->state == HIP_STATE_R2_SENT))
		buf = kmalloc(HIP_PACKET_MAX_LEN, GFP_KERNEL);
	if (buf)
		len = hip_close_build(assoc, HIP_CLOSE, NULL, buf);
	if (len > 0) {
		hip_update_reset(assoc);
		len = hip_sent_set(assoc, &assoc->sent, buf, len, &path->local,
				   &path->peer, path->ifindex);
	}
	kfree(buf);
	if (len) {
		/* Nobody to tell, or no way to: it ends here alone. */
		hip_assoc_reset(assoc);
		hip_assoc_set_state(assoc, HIP_STATE_UNASSOCIATED);
		return;
	}
	hip_stat_inc(assoc->hn, HIP_STAT_TX_CLOSE);
	hip_assoc_set_state(assoc, HIP_STATE_CLOSING);
}

/* What was sent meanwhile wants a new association. */
static void hip_close_done(struct hip_assoc *assoc)
{
	hip_assoc_reset(assoc);
	hip_assoc_set_state(assoc, HIP_STATE_UNASSOCIATED);
	if (!skb_queue_empty_lockless(&assoc->dataq))
		hip_exchange_initiate(assoc);
}

void hip_close_timer(struct hip_assoc *assoc)
{
	if (hip_sent_again(assoc, assoc->sent))
		hip_close_done(assoc);
}

/*
 * The MAC was checked in softirq. In CLOSED our CLOSE_ACK was lost, and is made
 * again (section 4.4.3), or somebody repeats a CLOSE of old.
 */
void hip_close_rx(struct hip_assoc *assoc, const struct hip_packet *p,
		  const struct hip_skb_cb *cb)
{
	bool again = assoc->state == HIP_STATE_CLOSED;
	u8 *buf;
	int len;

	if (!hip_packet_param(p, HIP_PARAM_ECHO_REQUEST_SIGNED)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MALFORMED);
		return;
	}
	if (again && !hip_limit_ok(&assoc->hn->notify_limit,
				   HIP_NOTIFY_PER_SECOND)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_LIMIT);
		return;
	}
	if (hip_packet_verify(assoc->hn, p, assoc->peer_host_id,
			      assoc->peer_host_id_len))
		return;
	buf = kmalloc(HIP_PACKET_MAX_LEN, GFP_KERNEL);
	if (!buf)
		return;
	len = hip_close_build(assoc, HIP_CLOSE_ACK, p, buf);
	if (len > 0 && !hip_control_send(assoc->hn, buf, len, &cb->dst,
					 &cb->src, 0))
		hip_stat_inc(assoc->hn, HIP_STAT_TX_CLOSE_ACK);
	kfree(buf);
	if (again)
		return;

	hip_assoc_reset_paths(assoc);
	assoc->retry_at = jiffies + HIP_CLOSED_TIME;
	hip_assoc_set_state(assoc, HIP_STATE_CLOSED);
}

void hip_close_rx_ack(struct hip_assoc *assoc, const struct hip_packet *p)
{
	const struct hip_param *echo;
	struct hip_packet *sent;
	bool ours = false;

	if (assoc->state != HIP_STATE_CLOSING ||
	    !hip_sent_pending(assoc->sent)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_STATE);
		return;
	}
	/* It has to bring back what our CLOSE asked for. */
	echo = hip_packet_param(p, HIP_PARAM_ECHO_RESPONSE_SIGNED);
	sent = kmalloc(sizeof(*sent), GFP_KERNEL);
	if (echo && sent &&
	    !hip_packet_parse(sent, assoc->sent->packet, assoc->sent->len)) {
		const struct hip_param *request;

		request = hip_packet_param(sent, HIP_PARAM_ECHO_REQUEST_SIGNED);
		ours = request && request->len == echo->len &&
		       !memcmp(request->data, echo->data, echo->len);
	}
	kfree(sent);
	if (!ours) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MALFORMED);
		return;
	}
	if (!hip_packet_verify(assoc->hn, p, assoc->peer_host_id,
			       assoc->peer_host_id_len))
		hip_close_done(assoc);
}
