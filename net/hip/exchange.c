// SPDX-License-Identifier: GPL-2.0-only
/*
 * Base exchange (RFC 7401 section 4.1): what both roles have in common. The
 * Initiator is in initiator.c, the Responder in responder.c.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "device.h"
#include "exchange.h"
#include "netlink.h"
#include "notify.h"
#include "path.h"
#include "peer.h"
#include "puzzle.h"
#include "update.h"
#include "upcall.h"

/*
 * First of @offer that is in @have: both in their owner's order. Of a longer
 * offer the first six count (RFC 7401 section 5.2.8, RFC 7402 section 5.1.2).
 */
int hip_exchange_choose(const struct hip_param *offer, unsigned int from,
			const u16 *have, unsigned int n)
{
	unsigned int i, j, end;

	end = min(offer->len / 2U, from + HIP_MAX_OFFER);
	for (i = from; i < end; i++)
		for (j = 0; j < n; j++)
			if (hip_param_u16(offer, i) == have[j])
				return have[j];
	return -ENOENT;
}

bool hip_exchange_offers_esp(const struct hip_packet *p)
{
	const struct hip_param *list;
	unsigned int i;

	list = hip_packet_param(p, HIP_PARAM_TRANSPORT_FORMAT_LIST);
	for (i = 0; list && i < list->len / 2; i++)
		if (hip_param_u16(list, i) == HIP_PARAM_ESP_TRANSFORM)
			return true;
	return false;
}

int hip_exchange_host_id(const struct hip_packet *p,
			 const struct hip_param *param)
{
	struct hip_host_id id;
	struct in6_addr hit;
	int err;

	if (!param)
		return -EINVAL;
	err = hip_host_id_parse(&id, param->data, param->len);
	if (!err)
		err = hip_host_id_hit(&id, &hit);
	if (!err && !ipv6_addr_equal(&hit, &p->hdr->sender))
		err = -EBADMSG;
	return err;
}

/* The four HIP keys; the caller publishes or frees them. */
struct hip_macs *hip_exchange_macs(const struct hip_keymat *km,
				   const struct hip_hits *hits,
				   enum hip_rhash rhash, u16 cipher,
				   unsigned int *index)
{
	u8 enc[2][32], mac[2][HIP_KEYMAT_MAX_KEY];
	struct hip_macs *macs;
	int err;

	macs = kzalloc(sizeof(*macs), GFP_KERNEL);
	if (!macs)
		return ERR_PTR(-ENOMEM);
	err = hip_keymat_hip_keys(km, &hits->local, &hits->peer, cipher,
				  enc[0], mac[0], enc[1], mac[1]);
	if (err < 0)
		goto out;
	*index = err;

	macs->out = hip_hmac_new(rhash, mac[0], hip_rhash_len(rhash));
	macs->in = hip_hmac_new(rhash, mac[1], hip_rhash_len(rhash));
	err = 0;
	if (IS_ERR(macs->out)) {
		err = PTR_ERR(macs->out);
		macs->out = NULL;
	}
	if (IS_ERR(macs->in)) {
		err = PTR_ERR(macs->in);
		macs->in = NULL;
	}
out:
	memzero_explicit(enc, sizeof(enc));
	memzero_explicit(mac, sizeof(mac));
	if (err < 0) {
		hip_exchange_free_macs(macs);
		return ERR_PTR(err);
	}
	return macs;
}

void hip_exchange_free_macs(struct hip_macs *macs)
{
	if (IS_ERR_OR_NULL(macs))
		return;
	hip_hmac_free(macs->in);
	hip_hmac_free(macs->out);
	kfree(macs);
}

/* Keep the peer's public key for as long as the association lives. */
int hip_exchange_keep_host_id(struct hip_assoc *assoc,
			      const struct hip_param *param)
{
	u8 *copy = kmemdup(param->data, param->len, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	kfree(assoc->peer_host_id);
	assoc->peer_host_id = copy;
	assoc->peer_host_id_len = param->len;
	return 0;
}

/* What another KEYMAT is made of later (RFC 7402 section 6.10). */
int hip_exchange_keep_dh(struct hip_assoc *assoc, const struct hip_dh *dh,
			 const u8 *i, const u8 *j, enum hip_rhash rhash)
{
	u8 *copy = kmemdup(dh->pub, be16_to_cpu(dh->publen), GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	kfree(assoc->peer_dh);
	assoc->peer_dh = copy;
	assoc->peer_dh_len = be16_to_cpu(dh->publen);
	memcpy(assoc->puzzle_i, i, hip_rhash_len(rhash));
	memcpy(assoc->puzzle_j, j, hip_rhash_len(rhash));
	return 0;
}

/* Keys of an SA pair from the current place in KEYMAT, to a path's SAs. */
int hip_exchange_esp_keys(struct hip_assoc *assoc, unsigned int index,
			  struct hip_esp_keys keys[2])
{
	int next;

	next = hip_keymat_esp_keys(&assoc->keymat, &assoc->hits.local,
				   &assoc->hits.peer, assoc->esp_suite, index,
				   &keys[0], &keys[1]);
	if (next < 0)
		return next;
	assoc->keymat_index = max_t(unsigned int, assoc->keymat_index, next);
	return 0;
}

/* What was asked for by ECHO_REQUEST_*s, given back unchanged; one of those
 * behind the signature that finds no room may be of anybody.
 */
void hip_exchange_echo(struct hip_builder *b, const struct hip_packet *p,
		       u16 request, u16 response)
{
	const struct hip_param *echo;

	for (echo = hip_packet_param(p, request); echo;
	     echo = hip_packet_next(p, echo))
		if (request != HIP_PARAM_ECHO_REQUEST_UNSIGNED ||
		    b->len + HIP_PARAM_SPACE(echo->len) <= b->max)
			hip_build_data(b, response, echo->data, echo->len);
}

/* --- time -------------------------------------------------------------- */

void hip_exchange_timer(struct hip_assoc *assoc)
{
	if (assoc->state == HIP_STATE_R2_SENT) {
		/* By now the peer has our R2 or has given up (6.9 step 21). */
		if (time_after_eq(jiffies, assoc->r2_until))
			hip_exchange_established(assoc);
		return;
	}
	if (assoc->state == HIP_STATE_I1_SENT && assoc->n_peer_locators > 1 &&
	    hip_sent_pending(assoc->sent) &&
	    time_after_eq(jiffies, assoc->sent->due))
		hip_exchange_next_address(assoc);
	if (assoc->state == HIP_STATE_I2_SENT &&
	    hip_sent_pending(assoc->sent) && assoc->sent->tries &&
	    time_after_eq(jiffies, assoc->sent->due) &&
	    hip_exchange_i2_again(assoc))
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
	else if (hip_sent_again(assoc, assoc->sent))
		hip_assoc_fail(assoc, assoc->r1_refused ?: HIP_FAIL_NO_ANSWER);
}

/* Data has come to an SPI that only our R2 told: the peer has got it there. */
static void hip_exchange_heard(struct hip_assoc *assoc)
{
	struct hip_count_sum sum;
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list) {
		hip_count_sum(path->count, &sum);
		if (path->peer_state != HIP_LOCATOR_UNVERIFIED ||
		    path->checking || !sum.rx_packets)
			continue;
		hip_path_verified(path);
		if (hip_table_rebuild(assoc))
			hip_assoc_drop_table(assoc);
		hip_netlink_event_path(path);
	}
}

void hip_exchange_established(struct hip_assoc *assoc)
{
	if (assoc->state != HIP_STATE_R2_SENT)
		return;
	kfree(assoc->r2);
	assoc->r2 = NULL;
	hip_exchange_heard(assoc);
	hip_assoc_set_state(assoc, HIP_STATE_ESTABLISHED);
	hip_output_flush_queue(assoc);
}
