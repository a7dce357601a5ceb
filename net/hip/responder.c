// SPDX-License-Identifier: GPL-2.0-only
/*
 * Base exchange, the Responder (RFC 7401 sections 6.7 and 6.9): I1s are
 * answered from signed R1s at hand without keeping anything of them; I2s that
 * solved their puzzle are verified and make an association.
 */
#include <crypto/algapi.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "encrypted.h"
#include "exchange.h"
#include "netlink.h"
#include "notify.h"
#include "opportunistic.h"
#include "puzzle.h"
#include "registration.h"
#include "update.h"
#include "upcall.h"

/* A repeated I2 is answered with the same R2 for so long (6.9 step 21). */
#define HIP_R2_SENT_TIME	(5 * HZ)

/* --- I1 to R1, softirq ------------------------------------------------- */

/* Both began at once: only the one with the smaller HIT goes on (6.7 step 3). */
static bool hip_responder_yields(struct hip_net *hn,
				 const struct hip_identity *id,
				 const struct hip_packet *p)
{
	struct hip_assoc *assoc;

	assoc = hip_assoc_lookup(hn, &id->hit, &p->hdr->sender);
	return assoc && READ_ONCE(assoc->state) == HIP_STATE_I1_SENT &&
	       hip_hit_greater(&p->hdr->sender, &id->hit);
}

/* Our first group that the Initiator has; any, if there is none (step 4). */
static const struct hip_r1 *hip_responder_pick(const struct hip_r1_pool *pool,
					       const struct hip_param *groups)
{
	unsigned int i;

	for (i = 0; i < pool->n; i++)
		if (memchr(groups->data, pool->r1[i]->dh->group, groups->len))
			return pool->r1[i];
	return pool->r1[0];
}

/*
 * That an R1 went to @addr: it comes back in an I2 as ECHO_RESPONSE_UNSIGNED.
 * The puzzle does not say so, as it may be solved for an I2 from elsewhere.
 */
static int hip_responder_cookie(const struct hip_r1_pool *pool,
				const struct in6_addr *hit_i,
				const struct in6_addr *addr,
				u8 cookie[HIP_COOKIE_LEN])
{
	u8 digest[HIP_RHASH_MAX_LEN];
	int err;

	/* An address is never a HIT: no #I is made of the same octets. */
	err = hip_puzzle_make(pool->secret, hit_i, addr,
			      (const u8 *)&pool->opaque, digest);
	memcpy(cookie, digest, HIP_COOKIE_LEN);
	return err;
}

/* A copy of @r1 for the Initiator of @p, who is at @to. Return: octets. */
static int hip_responder_make_r1(const struct hip_r1_pool *pool,
				 const struct hip_r1 *r1,
				 const struct hip_packet *p,
				 const struct hip_skb_cb *cb,
				 const struct in6_addr *to, u8 *room)
{
	struct hip_hdr *hdr = (struct hip_hdr *)room;
	struct hip_puzzle *puzzle;
	int len = r1->len;
	int err;

	memcpy(room, r1->packet, r1->len);
	hdr->receiver = p->hdr->sender;
	puzzle = (struct hip_puzzle *)(room + r1->puzzle);
	memcpy(puzzle->opaque, &pool->opaque, sizeof(puzzle->opaque));
	err = hip_puzzle_make(pool->secret, &hdr->receiver, &hdr->sender,
			      puzzle->opaque, puzzle->i);
	if (!err)
		err = hip_responder_cookie(pool, &hdr->receiver, to,
					   room + r1->cookie);
	/* It came by a server: the Initiator is told which (RFC 8004 4.3.2).
	 * hip_r1_add() left room for it.
	 */
	if (!ipv6_addr_equal(to, &cb->src)) {
		len += hip_tlv_fill(room + len, HIP_PARAM_VIA_RVS, &cb->src,
				    sizeof(cb->src));
		hdr->hdrlen = hip_hdr_units(len);
	}
	return err ?: len;
}

void hip_exchange_rx_i1(struct hip_net *hn, const struct hip_packet *p,
			const struct hip_skb_cb *cb)
{
	const struct in6_addr *src = &cb->dst;
	const struct hip_param *groups;
	struct in6_addr to;
	const struct hip_r1 *r1;
	struct hip_identity *id;
	struct hip_r1_pool *pool;
	enum hip_stat drop;
	u32 bucket;
	u8 *room;
	int len;

	groups = hip_packet_param(p, HIP_PARAM_DH_GROUP_LIST);
	if (!groups || !groups->len) {
		hip_stat_inc(hn, HIP_STAT_DROP_MALFORMED);
		return;
	}
	id = ipv6_addr_any(&p->hdr->receiver) ?
	     hip_opportunistic_identity(hn, &p->hdr->sender) :
	     hip_identity_lookup(hn, &p->hdr->receiver);
	pool = id ? rcu_dereference(id->pool) : NULL;
	if (!pool || !hip_upcall_ready(hn)) {
		hip_stat_inc(hn, HIP_STAT_DROP_NO_DAEMON);
		return;
	}
	hip_load_i1(hn, pool->k);
	if (hip_responder_yields(hn, id, p)) {
		hip_stat_inc(hn, HIP_STAT_DROP_STATE);
		return;
	}
	drop = hip_registration_check_from(hn, p, cb, &to);
	if (drop) {
		hip_stat_inc(hn, drop);
		return;
	}
	bucket = siphash(&to, sizeof(to), &hn->limit_key);
	if (!hip_limit_ok(&hn->r1_limit[bucket % HIP_R1_BUCKETS],
			  HIP_R1_PER_SECOND)) {
		hip_stat_inc(hn, HIP_STAT_DROP_LIMIT);
		return;
	}

	r1 = hip_responder_pick(pool, groups);
	/* The server was in another family, perhaps. */
	if (hip_addr_is_v4(src) != hip_addr_is_v4(&to))
		src = NULL;
	local_bh_disable();
	room = this_cpu_ptr(hn->r1_scratch);
	len = hip_responder_make_r1(pool, r1, p, cb, &to, room);
	if (len > 0 && !hip_control_send(hn, room, len, src, &to, 0))
		hip_stat_inc(hn, HIP_STAT_TX_R1);
	local_bh_enable();
}

/* --- I2, softirq ------------------------------------------------------- */

/*
 * Return: 0; -EINVAL: malformed; -ENOENT: not a puzzle of ours, or not of late;
 * -EBADMSG: one of ours, but not solved.
 */
int hip_exchange_check_puzzle(struct hip_net *hn, const struct hip_packet *p)
{
	const struct hip_param *param, *counter;
	const struct hip_solution *solution;
	u8 i[HIP_RHASH_MAX_LEN];
	struct hip_r1_pool *pool;
	struct hip_identity *id;
	unsigned int rlen;

	param = hip_packet_param(p, HIP_PARAM_SOLUTION);
	id = hip_identity_lookup(hn, &p->hdr->receiver);
	if (!param || !id)
		return -EINVAL;
	rlen = hip_rhash_len(id->rhash);
	if (param->len != sizeof(*solution) + 2 * rlen)
		return -EINVAL;
	solution = (const struct hip_solution *)param->data;

	pool = hip_identity_pool(id, solution->opaque);
	if (!pool || solution->k != pool->k)
		return -ENOENT;
	/* Outdated generations are refused (6.9 step 7). */
	counter = hip_packet_param(p, HIP_PARAM_R1_COUNTER);
	if (counter && get_unaligned_be64(counter->data + 4) != pool->counter)
		return -ENOENT;
	if (hip_puzzle_make(pool->secret, &p->hdr->sender, &p->hdr->receiver,
			    solution->opaque, i) ||
	    crypto_memneq(i, solution->ij, rlen))
		return -ENOENT;
	return hip_puzzle_check(id->rhash, pool->k, i, &p->hdr->sender,
				&p->hdr->receiver, solution->ij + rlen);
}

/* --- I2 to R2 ---------------------------------------------------------- */

/**
 * struct hip_i2 - what was read of an I2; committed only when all is verified
 * @id: ours, referenced
 * @terms: of our R1
 * @solution: in the packet
 * @j: #J in it
 * @dh: in the packet
 * @host_id: in the packet, or @inner
 * @inner: what was in ENCRYPTED
 * @opened: that it points into
 * @cipher: chosen by the Initiator
 * @suite: the same
 * @spi: of the Initiator's incoming SA
 * @proposed: KEYMAT index of the Initiator
 * @index: where the ESP keys start
 * @keymat: new
 * @macs: new, until published
 */
struct hip_i2 {
	struct hip_identity		*id;
	struct hip_r1_terms		terms;
	const struct hip_solution	*solution;
	const u8			*j;
	const struct hip_dh		*dh;
	const struct hip_param		*host_id;
	struct hip_param		inner;
	void				*opened;
	u16				cipher;
	u16				suite;
	u32				spi;
	unsigned int			proposed;
	unsigned int			index;
	struct hip_keymat		keymat;
	struct hip_macs			*macs;
};

/*
 * Our R2 once more, to where the I2 came from this time. If that is elsewhere,
 * whoever is there learns our SPI, too: data by it then says nothing of the
 * address of the path, which has to be asked (RFC 8046 section 5.4).
 */
static void hip_i2_repeat_r2(struct hip_assoc *assoc,
			     const struct hip_skb_cb *cb)
{
	struct hip_path *path;

	path = list_first_entry_or_null(&assoc->paths, struct hip_path, list);
	if (path && !ipv6_addr_equal(&path->peer, &cb->src))
		path->checking = true;
	hip_stat_inc(assoc->hn, HIP_STAT_RETRANSMITS);
	hip_control_send(assoc->hn, assoc->r2, assoc->r2_len, &cb->dst,
			 &cb->src, 0);
}

/* States in which an I2 is not for us (6.9 steps 4 and 5). True: done with. */
static bool hip_i2_answered(struct hip_assoc *assoc, const struct hip_packet *p,
			    const struct hip_skb_cb *cb, const struct hip_i2 *i2)
{
	if (assoc->state == HIP_STATE_I2_SENT &&
	    hip_hit_greater(&assoc->hits.peer, &assoc->hits.local)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_STATE);
		return true;
	}
	if (assoc->state != HIP_STATE_R2_SENT &&
	    assoc->state != HIP_STATE_ESTABLISHED)
		return false;
	if (assoc->initiator ||
	    memcmp(assoc->puzzle_j, i2->j, hip_rhash_len(i2->id->rhash)))
		return false;
	/* The very I2 that made this association: our R2 was lost. */
	if (assoc->r2)
		hip_i2_repeat_r2(assoc, cb);
	else
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_REPLAY);
	return true;
}

/* Return: 0, or the NOTIFICATION type that says what is wrong. */
static int hip_i2_read(const struct hip_packet *p, struct hip_i2 *i2)
{
	const struct hip_param *param;
	const struct hip_esp_info *info;
	int chosen;

	param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	if (!param)
		return HIP_NOTIFY_INVALID_SYNTAX;
	info = (const struct hip_esp_info *)param->data;
	i2->spi = ntohl(info->new_spi);
	i2->proposed = ntohs(info->keymat_index);
	if (info->old_spi || i2->spi < HIP_SPI_MIN)
		return HIP_NOTIFY_INVALID_SYNTAX;

	param = hip_packet_param(p, HIP_PARAM_DIFFIE_HELLMAN);
	if (!param)
		return HIP_NOTIFY_INVALID_SYNTAX;
	i2->dh = (const struct hip_dh *)param->data;

	/* A single value each, from what we offered (6.9 step 9). */
	param = hip_packet_param(p, HIP_PARAM_HIP_CIPHER);
	if (!param)
		return HIP_NOTIFY_INVALID_SYNTAX;
	chosen = param->len == 2 ?
		 hip_exchange_choose(param, 0, i2->terms.hip_ciphers,
				     i2->terms.n_hip_ciphers) : -EINVAL;
	if (chosen < 0)
		return HIP_NOTIFY_INVALID_HIP_CIPHER_CHOSEN;
	i2->cipher = chosen;

	param = hip_packet_param(p, HIP_PARAM_ESP_TRANSFORM);
	chosen = param && param->len == 4 ?
		 hip_exchange_choose(param, 1, i2->terms.esp_suites,
				     i2->terms.n_esp_suites) : -EINVAL;
	if (chosen < 0)
		return HIP_NOTIFY_INVALID_ESP_TRANSFORM_CHOSEN;
	i2->suite = chosen;

	/* A single one, of what we offered (6.9 step 13). */
	if (hip_packet_param(p, HIP_PARAM_TRANSPORT_FORMAT_LIST) &&
	    !hip_exchange_offers_esp(p))
		return HIP_NOTIFY_NO_ESP_PROPOSAL_CHOSEN;

	if (hip_announce_check(p) ||
	    !hip_packet_param(p, HIP_PARAM_HIP_MAC) ||
	    !hip_packet_param(p, HIP_PARAM_HIP_SIGNATURE))
		return HIP_NOTIFY_INVALID_SYNTAX;
	i2->host_id = hip_packet_param(p, HIP_PARAM_HOST_ID);
	if (!i2->host_id && hip_packet_param(p, HIP_PARAM_ENCRYPTED))
		return 0;
	chosen = hip_exchange_host_id(p, i2->host_id);
	if (chosen == -EBADMSG)
		return HIP_NOTIFY_INVALID_HIT;
	return chosen ? HIP_NOTIFY_INVALID_SYNTAX : 0;
}

static int hip_i2_keys(struct hip_assoc *assoc, struct hip_i2 *i2)
{
	unsigned int rlen = hip_rhash_len(i2->id->rhash);
	u8 *secret;
	int err;

	secret = kmalloc(HIP_DH_MAX_LEN, GFP_KERNEL);
	if (!secret)
		return -ENOMEM;
	err = hip_upcall_dh_derive(assoc->hn, i2->dh->group, i2->terms.dh_key,
				   i2->dh->pub, be16_to_cpu(i2->dh->publen),
				   &assoc->hits.peer, secret);
	if (err > 0)
		err = hip_keymat_init(&i2->keymat, i2->id->rhash, secret, err,
				      i2->solution->ij,
				      i2->solution->ij + rlen,
				      &assoc->hits.local, &assoc->hits.peer);
	kfree_sensitive(secret);
	if (err)
		return err;
	i2->macs = hip_exchange_macs(&i2->keymat, &assoc->hits, i2->id->rhash,
				     i2->cipher, &i2->index);
	if (!IS_ERR(i2->macs))
		return 0;
	err = PTR_ERR(i2->macs);
	i2->macs = NULL;
	return err;
}

/*
 * Behind the MAC, though the RFC has it in front (6.9 step 11): nothing that is
 * told of the padding then helps to guess what is encrypted. Return: 0, a NOTIFY
 * type, or < 0 for silence.
 */
static int hip_i2_open(const struct hip_packet *p, struct hip_i2 *i2)
{
	void *opened;
	int err;

	if (i2->host_id)
		return 0;
	opened = hip_encrypted_open(hip_packet_param(p, HIP_PARAM_ENCRYPTED),
				    &i2->keymat, &p->hdr->receiver,
				    &p->hdr->sender, i2->cipher, &i2->inner);
	if (IS_ERR(opened))
		return PTR_ERR(opened);
	i2->opened = opened;
	if (i2->inner.type != HIP_PARAM_HOST_ID)
		return -EINVAL;
	i2->host_id = &i2->inner;
	err = hip_exchange_host_id(p, i2->host_id);
	return err == -EBADMSG ? HIP_NOTIFY_INVALID_HIT : err;
}

/* A solution makes one association, or its keys would serve twice. */
static int hip_i2_solved(struct hip_net *hn, const struct hip_i2 *i2,
			 enum hip_solved_what what)
{
	int err;

	err = hip_identity_solved(hn, i2->id, i2->solution->opaque, i2->j,
				  what);
	if (err)
		hip_stat_inc(hn, err == -EEXIST ? HIP_STAT_DROP_REPLAY :
			     HIP_STAT_DROP_PUZZLE);
	return err;
}

/* The secret parts: DH, MAC, signature. Return: 0, a NOTIFY type, or < 0. */
static int hip_i2_verify(struct hip_assoc *assoc, const struct hip_packet *p,
			 struct hip_i2 *i2)
{
	struct hip_net *hn = assoc->hn;
	int err;

	/* A replay is not worth the daemon's time. */
	err = hip_i2_solved(hn, i2, HIP_SOLVED_CHECK);
	if (err)
		return err;
	err = hip_i2_keys(assoc, i2);
	if (err == -EACCES) {
		hip_stat_inc(hn, HIP_STAT_DROP_POLICY);
		hip_i2_solved(hn, i2, HIP_SOLVED_FAILED);
		return HIP_NOTIFY_BLOCKED_BY_POLICY;
	}
	if (err) {
		if (err == -EBADMSG || err == -EINVAL)
			hip_i2_solved(hn, i2, HIP_SOLVED_FAILED);
		hip_stat_inc(hn, err == -EBADMSG || err == -EINVAL ?
			     HIP_STAT_DROP_PROPOSAL :
			     HIP_STAT_DROP_NO_DAEMON);
		/* A bad public value ends it in silence (5.3.2). */
		return err;
	}
	if (hip_packet_check_mac(p, i2->macs->in)) {
		hip_stat_inc(hn, HIP_STAT_DROP_MAC);
		hip_i2_solved(hn, i2, HIP_SOLVED_FAILED);
		return HIP_NOTIFY_HIP_MAC_FAILED;
	}
	err = hip_i2_open(p, i2);
	if (err) {
		hip_stat_inc(hn, err == HIP_NOTIFY_INVALID_HIT ?
			     HIP_STAT_DROP_HIT : HIP_STAT_DROP_MALFORMED);
		hip_i2_solved(hn, i2, HIP_SOLVED_FAILED);
		return err;
	}
	err = hip_packet_verify(hn, p, i2->host_id->data, i2->host_id->len);
	if (err == -EBADMSG || err == -EACCES)
		hip_i2_solved(hn, i2, HIP_SOLVED_FAILED);
	if (err == -EBADMSG)
		return HIP_NOTIFY_AUTHENTICATION_FAILED;
	if (err == -EACCES)
		return HIP_NOTIFY_BLOCKED_BY_POLICY;
	/* Only now: who copies it with another content may not use it up at
	 * once, and what the daemon had no time for can be sent again.
	 */
	return err ?: hip_i2_solved(hn, i2, HIP_SOLVED_USED);
}

/* Did the R1 that this I2 answers go to where it comes from? */
static bool hip_i2_from_there(const struct hip_packet *p,
			      const struct hip_skb_cb *cb,
			      const struct hip_i2 *i2)
{
	const struct hip_param *echo;
	const struct hip_r1_pool *pool;
	u8 cookie[HIP_COOKIE_LEN];
	bool same = false;

	rcu_read_lock();
	pool = hip_identity_pool(i2->id, i2->solution->opaque);
	for (echo = hip_packet_param(p, HIP_PARAM_ECHO_RESPONSE_UNSIGNED);
	     echo && pool && !same; echo = hip_packet_next(p, echo))
		same = echo->len == sizeof(cookie) &&
		       !hip_responder_cookie(pool, &p->hdr->sender, &cb->src,
					     cookie) &&
		       !crypto_memneq(echo->data, cookie, sizeof(cookie));
	rcu_read_unlock();
	return same;
}

/* From here on the old association, if any, is gone (6.9 step 20). */
static int hip_i2_commit(struct hip_assoc *assoc, const struct hip_packet *p,
			 const struct hip_skb_cb *cb, struct hip_i2 *i2,
			 struct hip_announced *a)
{
	struct hip_esp_keys keys[2] = {};
	struct hip_path *path;
	int err;

	hip_assoc_reset(assoc);
	refcount_inc(&i2->id->ref);
	assoc->identity = i2->id;
	assoc->rhash = i2->id->rhash;
	assoc->cipher = i2->cipher;
	assoc->esp_suite = i2->suite;
	assoc->dh_group = i2->dh->group;
	assoc->keymat = i2->keymat;
	memset(&i2->keymat, 0, sizeof(i2->keymat));
	hip_assoc_set_macs(assoc, i2->macs);
	i2->macs = NULL;
	assoc->keymat_index = max(i2->index, i2->proposed);
	assoc->bindings_gen = i2->terms.bindings_gen;
	assoc->announce = i2->terms.locals_gen !=
			  READ_ONCE(assoc->hn->locals_gen);
	err = hip_exchange_keep_host_id(assoc, i2->host_id);
	if (!err)
		err = hip_exchange_keep_dh(assoc, i2->dh, i2->solution->ij,
					   i2->j, assoc->rhash);
	if (err)
		return err;

	hip_announce_read(assoc, p, a);
	path = hip_path_new(assoc, &cb->dst,
			    hip_locator_ifindex(assoc->hn, &cb->dst),
			    &cb->src);
	if (IS_ERR(path))
		return PTR_ERR(path);
	path->spi_out = i2->spi;
	path->announced = true;
	/* Else the peer has to show by R2's SPI, or when asked, that it is
	 * there (RFC 8046 section 5.4): see hip_exchange_established().
	 */
	if (hip_i2_from_there(p, cb, i2))
		hip_path_verified(path);

	err = hip_sa_policy_get(assoc);
	if (err)
		return err;
	err = hip_exchange_esp_keys(assoc, assoc->keymat_index, keys);
	if (!err)
		err = hip_sa_add_in(path, assoc->esp_suite, &keys[1]);
	if (!err)
		err = hip_sa_add_out(path, assoc->esp_suite, &keys[0]);
	memzero_explicit(keys, sizeof(keys));
	return err ?: hip_table_rebuild(assoc);
}

static int hip_i2_send_r2(struct hip_assoc *assoc, const struct hip_packet *p,
			  const struct hip_skb_cb *cb,
			  const struct hip_announced *a, unsigned int index)
{
	struct hip_identity *id = assoc->identity;
	struct hip_builder b = { .max = HIP_PACKET_MAX_LEN };
	struct hip_path *path;
	struct hip_macs *macs;
	u8 *room;
	int err = -ENOMEM;

	path = list_first_entry(&assoc->paths, struct hip_path, list);
	macs = rcu_dereference_protected(assoc->macs,
					 lockdep_is_held(&assoc->lock));
	b.buf = kmalloc(b.max, GFP_KERNEL);
	room = kmalloc(HIP_PARAM_SPACE(id->host_id_len), GFP_KERNEL);
	if (!b.buf || !room)
		goto out;

	hip_build_begin(&b, b.buf, b.max, HIP_R2, 0, &assoc->hits.local,
			&assoc->hits.peer);
	hip_build_esp_info(&b, index, 0, path->spi_in);
	hip_announce_refuse(&b, a);
	hip_registration_rx_request(assoc, p, 0);
	hip_registration_answer(assoc, p, 0, &b);
	hip_exchange_echo(&b, p, HIP_PARAM_ECHO_REQUEST_SIGNED,
			  HIP_PARAM_ECHO_RESPONSE_SIGNED);
	hip_build_mac2(&b, macs->out, id->host_id, id->host_id_len, room);
	err = hip_packet_sign(assoc->hn, id, &b);
	if (err)
		goto out;
	hip_exchange_echo(&b, p, HIP_PARAM_ECHO_REQUEST_UNSIGNED,
			  HIP_PARAM_ECHO_RESPONSE_UNSIGNED);
	err = hip_build_end(&b);
	if (err < 0)
		goto out;
	assoc->r2_len = err;
	err = -ENOMEM;
	assoc->r2 = kmemdup(b.buf, assoc->r2_len, GFP_KERNEL);
	if (!assoc->r2)
		goto out;
	hip_control_send(assoc->hn, b.buf, assoc->r2_len, &cb->dst, &cb->src,
			 0);
	hip_stat_inc(assoc->hn, HIP_STAT_TX_R2);
	err = 0;
out:
	kfree(room);
	kfree(b.buf);
	return err;
}

static void hip_i2_accept(struct hip_assoc *assoc, const struct hip_packet *p,
			  const struct hip_skb_cb *cb, struct hip_i2 *i2)
{
	struct hip_announced *a;
	unsigned int index;
	int err;

	a = kzalloc(sizeof(*a), GFP_KERNEL);
	if (!a)
		return;
	index = max(i2->index, i2->proposed);
	err = hip_i2_commit(assoc, p, cb, i2, a);
	if (!err)
		err = hip_i2_send_r2(assoc, p, cb, a, index);
	kfree(a);
	if (err) {
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
		return;
	}

	if (!assoc->half_open) {
		assoc->half_open = true;
		atomic_inc(&assoc->hn->half_open);
	}
	assoc->r2_until = jiffies + HIP_R2_SENT_TIME;
	/* The same state again is a new association all the same. */
	assoc->since = get_jiffies_64();
	hip_assoc_set_state(assoc, HIP_STATE_R2_SENT);
	hip_netlink_event_path(list_first_entry(&assoc->paths, struct hip_path,
						list));
}

void hip_exchange_rx_i2(struct hip_assoc *assoc, const struct hip_packet *p,
			const struct hip_skb_cb *cb)
{
	struct hip_net *hn = assoc->hn;
	const struct hip_param *param;
	struct hip_i2 i2 = {};
	u8 group;
	int err;

	param = hip_packet_param(p, HIP_PARAM_SOLUTION);
	i2.id = hip_identity_get(hn, &assoc->hits.local);
	if (!i2.id || !param)
		goto out;
	i2.solution = (const struct hip_solution *)param->data;
	i2.j = i2.solution->ij + hip_rhash_len(i2.id->rhash);
	if (hip_i2_answered(assoc, p, cb, &i2))
		goto out;
	if (p->error_param) {
		hip_notify_critical(hn, i2.id, p, cb);
		goto out;
	}

	param = hip_packet_param(p, HIP_PARAM_DIFFIE_HELLMAN);
	group = param ? ((const struct hip_dh *)param->data)->group : 0;
	err = hip_identity_terms(i2.id, i2.solution->opaque, group, &i2.terms);
	if (err) {
		/* A group that was not offered is dropped (6.9 step 10). */
		hip_stat_inc(hn, HIP_STAT_DROP_PROPOSAL);
		goto out;
	}
	err = hip_i2_read(p, &i2);
	if (err)
		hip_stat_inc(hn, err == HIP_NOTIFY_INVALID_SYNTAX ?
			     HIP_STAT_DROP_MALFORMED :
			     err == HIP_NOTIFY_INVALID_HIT ?
			     HIP_STAT_DROP_HIT : HIP_STAT_DROP_PROPOSAL);
	else
		err = hip_i2_verify(assoc, p, &i2);
	if (err > 0)
		hip_notify_send(hn, i2.id, &assoc->hits.peer, cb, err, NULL, 0);
	if (!err)
		hip_i2_accept(assoc, p, cb, &i2);
out:
	hip_exchange_free_macs(i2.macs);
	hip_keymat_wipe(&i2.keymat);
	kfree(i2.opened);
	if (i2.id)
		hip_identity_put(i2.id);
}
