// SPDX-License-Identifier: GPL-2.0-only
/*
 * Base exchange, the Initiator (RFC 7401 sections 6.6, 6.8 and 6.10): I1, what
 * is made of an R1, and the R2 that ends it.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "device.h"
#include "encrypted.h"
#include "exchange.h"
#include "jump.h"
#include "netlink.h"
#include "notify.h"
#include "opportunistic.h"
#include "peer.h"
#include "puzzle.h"
#include "registration.h"
#include "update.h"
#include "upcall.h"

/* Hashes between two looks at the clock. */
#define HIP_PUZZLE_SLICE	1024
/* For another R1, after one that is of no use. */
#define HIP_EXCHANGE_R1_WAIT	HZ
/* Addresses kept of an association that is begun again. */
#define HIP_EXCHANGE_KNOWN	8

/* --- I1 ---------------------------------------------------------------- */

static void hip_exchange_send_i1(struct hip_assoc *assoc)
{
	struct hip_config *config = &assoc->hn->config;
	u8 packet[128] __aligned(8);
	struct in6_addr src;
	struct hip_builder b;
	unsigned int i;
	int err, ifindex = 0;

	hip_build_begin(&b, packet, sizeof(packet), HIP_I1, 0,
			&assoc->hits.local, hip_opportunistic_is(assoc) ?
			&in6addr_any : &assoc->hits.peer);
	mutex_lock(&config->lock);
	hip_build_data(&b, HIP_PARAM_DH_GROUP_LIST, config->dh_groups,
		       config->n_dh_groups);
	mutex_unlock(&config->lock);
	err = hip_build_end(&b);
	if (err < 0) {
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
		return;
	}

	/* The first address to which there is a route. */
	for (i = 0; i < assoc->n_peer_locators; i++)
		if (!hip_control_source(assoc->hn, &assoc->peer_locators[i], 0,
					&src, &ifindex))
			break;
	if (i == assoc->n_peer_locators) {
		hip_assoc_fail(assoc, HIP_FAIL_NO_ROUTE);
		return;
	}
	/* The R1 may be here before this returns. */
	hip_assoc_set_state(assoc, HIP_STATE_I1_SENT);
	if (hip_sent_set(assoc, &assoc->sent, packet, err, &src,
			 &assoc->peer_locators[i], 0)) {
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
		return;
	}
	hip_stat_inc(assoc->hn, HIP_STAT_TX_I1);
}

static void hip_exchange_add_address(struct hip_assoc *assoc,
				     const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < assoc->n_peer_locators; i++)
		if (ipv6_addr_equal(&assoc->peer_locators[i], addr))
			return;
	if (hip_assoc_locator_room(assoc, i + 1))
		return;
	assoc->peer_until[i] = 0;
	assoc->peer_locators[assoc->n_peer_locators++] = *addr;
}

/* Where our configuration says that the peer is met. */
static void hip_exchange_configured(struct hip_assoc *assoc)
{
	struct in6_addr addr[HIP_MAX_REGISTRATION_ADDRS];
	struct hip_net *hn = assoc->hn;
	struct hip_peer *peer;
	unsigned int i, n;

	rcu_read_lock();
	peer = hip_peer_lookup(hn, &assoc->hits.peer);
	for (i = 0; peer && i < peer->n; i++)
		hip_exchange_add_address(assoc, &peer->addr[i]);
	rcu_read_unlock();
	n = hip_registration_addrs(hn, &assoc->hits.peer, addr);
	for (i = 0; i < n; i++)
		hip_exchange_add_address(assoc, &addr[i]);
}

/* Where the peer was met last: it may have moved since it was configured. */
static unsigned int hip_exchange_known(struct hip_assoc *assoc,
				       struct in6_addr known[HIP_EXCHANGE_KNOWN])
{
	struct hip_path *path;
	unsigned int n = 0;

	list_for_each_entry(path, &assoc->paths, list)
		if (n < HIP_EXCHANGE_KNOWN &&
		    path->peer_state == HIP_LOCATOR_ACTIVE)
			known[n++] = path->peer;
	return n;
}

void hip_exchange_initiate(struct hip_assoc *assoc)
{
	struct in6_addr known[HIP_EXCHANGE_KNOWN];
	struct hip_net *hn = assoc->hn;
	unsigned int i, n;

	if (!hip_upcall_ready(hn)) {
		hip_assoc_fail(assoc, HIP_FAIL_NO_DAEMON);
		return;
	}
	n = hip_exchange_known(assoc, known);
	hip_assoc_reset(assoc);
	assoc->identity = hip_identity_get(hn, &assoc->hits.local);
	if (!assoc->identity) {
		hip_assoc_fail(assoc, HIP_FAIL_NO_IDENTITY);
		return;
	}

	if (hip_opportunistic_is(assoc))
		hip_exchange_add_address(assoc, &assoc->hits.peer);
	for (i = 0; i < n; i++)
		hip_exchange_add_address(assoc, &known[i]);
	hip_exchange_configured(assoc);
	if (!assoc->n_peer_locators) {
		hip_assoc_fail(assoc, HIP_FAIL_NO_LOCATOR);
		return;
	}
	assoc->initiator = true;
	hip_exchange_send_i1(assoc);
}

/* Another address of the peer's for an I1 that was not answered (6.6.1). */
void hip_exchange_next_address(struct hip_assoc *assoc)
{
	struct hip_sent *sent = assoc->sent;
	unsigned int i, n = assoc->n_peer_locators;
	struct in6_addr src;
	int ifindex;

	for (i = 0; i < n; i++)
		if (ipv6_addr_equal(&assoc->peer_locators[i], &sent->dst))
			break;
	for (; n > 1; n--) {
		i = (i + 1) % assoc->n_peer_locators;
		if (hip_control_source(assoc->hn, &assoc->peer_locators[i], 0,
				       &src, &ifindex))
			continue;
		sent->src = src;
		sent->dst = assoc->peer_locators[i];
		return;
	}
}

/* --- R1 to I2 ---------------------------------------------------------- */

/**
 * struct hip_r1_choice - what the Initiator made of an R1
 * @rhash: of the Responder's HIT suite
 * @group: DH group
 * @cipher: HIP_CIPHER
 * @suite: ESP suite
 * @puzzle: in the packet
 * @dh: in the packet
 * @host_id: in the packet
 * @j: solution
 * @reason: why not, if not
 */
struct hip_r1_choice {
	enum hip_rhash			rhash;
	u8				group;
	u16				cipher;
	u16				suite;
	const struct hip_puzzle		*puzzle;
	const struct hip_dh		*dh;
	const struct hip_param		*host_id;
	u8				j[HIP_RHASH_MAX_LEN];
	u8				reason;
};

/*
 * DH group (6.8 step 7): the first of the Responder's list that is in ours,
 * and nothing else, or somebody changed our list on its way.
 */
static bool hip_exchange_r1_group_ok(struct hip_net *hn,
				     const struct hip_packet *p, u8 group)
{
	struct hip_config *config = &hn->config;
	const struct hip_param *list;
	unsigned int i, j;
	bool ok = false;

	list = hip_packet_param(p, HIP_PARAM_DH_GROUP_LIST);
	if (!list)
		return false;
	mutex_lock(&config->lock);
	for (i = 0; i < list->len; i++) {
		for (j = 0; j < config->n_dh_groups; j++)
			if (list->data[i] == config->dh_groups[j])
				break;
		if (j < config->n_dh_groups) {
			ok = list->data[i] == group;
			break;
		}
	}
	mutex_unlock(&config->lock);
	return ok;
}

static bool hip_exchange_r1_suite_ok(const struct hip_packet *p,
				     const struct in6_addr *local)
{
	const struct hip_param *list;
	unsigned int i;

	list = hip_packet_param(p, HIP_PARAM_HIT_SUITE_LIST);
	for (i = 0; list && i < list->len; i++)
		/* The low bits are to be zero (section 5.2.10). */
		if (list->data[i] == hip_hit_suite(local) << 4)
			return true;
	return false;
}

/* What can be told without the daemon. Return: 0, or an error to drop it. */
static int hip_exchange_r1_read(struct hip_assoc *assoc,
				const struct hip_packet *p,
				struct hip_r1_choice *c)
{
	const struct hip_param *puzzle, *dh;
	int rhash, err;

	puzzle = hip_packet_param(p, HIP_PARAM_PUZZLE);
	dh = hip_packet_param(p, HIP_PARAM_DIFFIE_HELLMAN);
	rhash = hip_rhash_of_suite(hip_hit_suite(&p->hdr->sender));
	if (!puzzle || !dh || rhash < 0 ||
	    !hip_packet_param(p, HIP_PARAM_HIP_CIPHER) ||
	    !hip_packet_param(p, HIP_PARAM_HIP_SIGNATURE_2) ||
	    puzzle->len != sizeof(*c->puzzle) + hip_rhash_len(rhash))
		return -EINVAL;
	c->host_id = hip_packet_param(p, HIP_PARAM_HOST_ID);
	err = hip_exchange_host_id(p, c->host_id);
	if (err)
		return err;
	if (hip_announce_check(p))
		return -EINVAL;

	c->rhash = rhash;
	c->puzzle = (const struct hip_puzzle *)puzzle->data;
	c->dh = (const struct hip_dh *)dh->data;
	c->group = c->dh->group;
	return 0;
}

static int hip_exchange_r1_verify(struct hip_assoc *assoc,
				  const struct hip_packet *p,
				  const struct hip_r1_choice *c)
{
	const struct hip_param *sig;
	u8 *room;
	int err;

	sig = hip_packet_param(p, HIP_PARAM_HIP_SIGNATURE_2);
	room = kmalloc(HIP_PACKET_MAX_LEN, GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	err = hip_packet_cover_signature2(p, room);
	if (err > 0)
		err = hip_upcall_verify(assoc->hn, &p->hdr->sender,
					c->host_id->data, c->host_id->len, room,
					err, sig->data, sig->len);
	kfree(room);
	return err;
}

/* Negotiation, once the R1 is known to be genuine. */
static int hip_exchange_r1_choose(struct hip_assoc *assoc,
				  const struct hip_packet *p,
				  struct hip_r1_choice *c)
{
	struct hip_config *config = &assoc->hn->config;
	const struct hip_param *param;
	int chosen;

	c->reason = HIP_FAIL_HIT_SUITE;
	if (!hip_exchange_r1_suite_ok(p, &assoc->hits.local))
		return -EOPNOTSUPP;
	c->reason = HIP_FAIL_DH_GROUP;
	if (!hip_exchange_r1_group_ok(assoc->hn, p, c->group))
		return -EOPNOTSUPP;

	c->reason = HIP_FAIL_CIPHER;
	param = hip_packet_param(p, HIP_PARAM_HIP_CIPHER);
	mutex_lock(&config->lock);
	chosen = hip_exchange_choose(param, 0, config->hip_ciphers,
				     config->n_hip_ciphers);
	mutex_unlock(&config->lock);
	if (chosen < 0)
		return -EOPNOTSUPP;
	c->cipher = chosen;

	c->reason = HIP_FAIL_ESP_TRANSFORM;
	param = hip_packet_param(p, HIP_PARAM_ESP_TRANSFORM);
	if (!param || !hip_exchange_offers_esp(p))
		return -EOPNOTSUPP;
	mutex_lock(&config->lock);
	chosen = hip_exchange_choose(param, 1, config->esp_suites,
				     config->n_esp_suites);
	mutex_unlock(&config->lock);
	if (chosen < 0)
		return -EOPNOTSUPP;
	c->suite = chosen;
	c->reason = HIP_FAIL_NONE;
	return 0;
}

static int hip_exchange_r1_solve(struct hip_assoc *assoc,
				 struct hip_r1_choice *c)
{
	unsigned long end;
	int shift, err;

	/* 2^(lifetime - 32) seconds; bounded, as the exchange is. */
	shift = clamp(c->puzzle->lifetime - 32, 0, 7);
	end = jiffies + (HZ << shift);
	get_random_bytes(c->j, hip_rhash_len(c->rhash));
	do {
		err = hip_puzzle_solve(c->rhash, c->puzzle->k, c->puzzle->i,
				       &assoc->hits.local, &assoc->hits.peer,
				       c->j, HIP_PUZZLE_SLICE);
		cond_resched();
	} while (err == -EAGAIN && time_before(jiffies, end));
	return err;
}

/* Diffie-Hellman, KEYMAT and the HIP keys. @pub: ours; its length returned. */
static int hip_exchange_r1_keys(struct hip_assoc *assoc,
				const struct hip_r1_choice *c, u8 *pub)
{
	struct hip_net *hn = assoc->hn;
	struct hip_macs *macs;
	u8 *secret;
	int publen, err;

	publen = hip_upcall_dh_generate(hn, c->group, &assoc->dh_key, pub);
	if (publen < 0)
		return publen;
	secret = kmalloc(HIP_DH_MAX_LEN, GFP_KERNEL);
	if (!secret)
		return -ENOMEM;
	err = hip_upcall_dh_derive(hn, c->group, assoc->dh_key, c->dh->pub,
				   be16_to_cpu(c->dh->publen), NULL, secret);
	hip_upcall_dh_release(hn, assoc->dh_key);
	assoc->dh_key = 0;
	if (err > 0) {
		hip_keymat_wipe(&assoc->keymat);
		err = hip_keymat_init(&assoc->keymat, c->rhash, secret, err,
				      c->puzzle->i, c->j, &assoc->hits.local,
				      &assoc->hits.peer);
	}
	kfree_sensitive(secret);
	if (!err)
		err = hip_exchange_keep_dh(assoc, c->dh, c->puzzle->i, c->j,
					   c->rhash);
	if (err)
		return err < 0 ? err : -EBADMSG;

	macs = hip_exchange_macs(&assoc->keymat, &assoc->hits, c->rhash,
				 c->cipher, &assoc->keymat_index);
	if (IS_ERR(macs))
		return PTR_ERR(macs);
	hip_assoc_set_macs(assoc, macs);
	assoc->rhash = c->rhash;
	assoc->cipher = c->cipher;
	assoc->esp_suite = c->suite;
	assoc->dh_group = c->group;
	return publen;
}

/* In clear, as middleboxes want it, or for the Responder only (5.3.3). */
static int hip_exchange_build_host_id(struct hip_assoc *assoc,
				      struct hip_builder *b)
{
	struct hip_identity *id = assoc->identity;

	if (READ_ONCE(assoc->hn->config.encrypt_host_id))
		return hip_encrypted_build(b, &assoc->keymat,
					   &assoc->hits.local,
					   &assoc->hits.peer, assoc->cipher,
					   HIP_PARAM_HOST_ID, id->host_id,
					   id->host_id_len);
	hip_build_data(b, HIP_PARAM_HOST_ID, id->host_id, id->host_id_len);
	return 0;
}

static int hip_exchange_build_i2(struct hip_assoc *assoc,
				 const struct hip_packet *p,
				 const struct hip_r1_choice *c,
				 struct hip_path *path, const u8 *pub,
				 unsigned int publen, struct hip_builder *b)
{
	unsigned int rlen = hip_rhash_len(c->rhash), max = b->max;
	const u16 transform[] = { 0, c->suite };
	const u16 format = HIP_PARAM_ESP_TRANSFORM;
	struct hip_identity *id = assoc->identity;
	const struct hip_param *counter;
	struct hip_solution *solution;
	struct hip_macs *macs;
	int err;

	hip_build_begin(b, b->buf, b->max, HIP_I2, 0, &assoc->hits.local,
			&assoc->hits.peer);
	hip_build_esp_info(b, assoc->keymat_index, 0, path->spi_in);
	counter = hip_packet_param(p, HIP_PARAM_R1_COUNTER);
	if (counter)
		hip_build_data(b, HIP_PARAM_R1_COUNTER, counter->data,
			       counter->len);
	solution = hip_build_param(b, HIP_PARAM_SOLUTION,
				   sizeof(*solution) + 2 * rlen);
	if (solution) {
		solution->k = c->puzzle->k;
		memcpy(solution->opaque, c->puzzle->opaque,
		       sizeof(solution->opaque));
		memcpy(solution->ij, c->puzzle->i, rlen);
		memcpy(solution->ij + rlen, c->j, rlen);
	}
	hip_build_dh(b, c->group, pub, publen);
	hip_build_u16_list(b, HIP_PARAM_HIP_CIPHER, &c->cipher, 1);
	err = hip_exchange_build_host_id(assoc, b);
	if (err)
		return err;
	hip_registration_request(assoc, p, b);
	hip_exchange_echo(b, p, HIP_PARAM_ECHO_REQUEST_SIGNED,
			  HIP_PARAM_ECHO_RESPONSE_SIGNED);
	hip_build_u16_list(b, HIP_PARAM_TRANSPORT_FORMAT_LIST, &format, 1);
	hip_build_u16_list(b, HIP_PARAM_ESP_TRANSFORM, transform, 2);
	/* Bindings that find no room are told by UPDATE afterwards. */
	b->max = max - HIP_PARAM_SPACE(HIP_RHASH_MAX_LEN) -
		 HIP_PARAM_SPACE(2 + HIP_SIGNATURE_MAX_LEN);
	assoc->bindings_gen = hip_announce_complete(assoc->hn, assoc, b,
						    &path->local, path);
	b->max = max;

	macs = rcu_dereference_protected(assoc->macs,
					 lockdep_is_held(&assoc->lock));
	hip_build_mac(b, macs->out);
	if (hip_packet_sign(assoc->hn, id, b))
		return -EIO;
	hip_exchange_echo(b, p, HIP_PARAM_ECHO_REQUEST_UNSIGNED,
			  HIP_PARAM_ECHO_RESPONSE_UNSIGNED);
	return hip_build_end(b);
}

/* Everything after the checks: keys, incoming SA, I2. */
static int hip_exchange_answer_r1(struct hip_assoc *assoc,
				  const struct hip_packet *p,
				  const struct hip_skb_cb *cb,
				  const struct hip_r1_choice *c)
{
	struct hip_esp_keys keys[2] = {};
	struct hip_builder b = {};
	struct hip_path *path;
	unsigned int index;
	u8 *pub = NULL;
	int publen, err = -ENOMEM;

	b.max = HIP_PACKET_MAX_LEN;
	b.buf = kmalloc(b.max, GFP_KERNEL);
	pub = kmalloc(HIP_DH_MAX_LEN, GFP_KERNEL);
	if (!b.buf || !pub)
		goto out;
	publen = hip_exchange_r1_keys(assoc, c, pub);
	if (publen < 0) {
		err = publen;
		goto out;
	}
	err = hip_exchange_keep_host_id(assoc, c->host_id);
	if (err)
		goto out;
	path = hip_exchange_r1_path(assoc, p, cb);
	if (IS_ERR(path)) {
		err = PTR_ERR(path);
		goto out;
	}

	err = hip_exchange_build_i2(assoc, p, c, path, pub, publen, &b);
	if (err < 0)
		goto out;
	publen = err;
	/* It must work before the peer's first data, which may overtake R2. */
	index = assoc->keymat_index;
	err = hip_exchange_esp_keys(assoc, index, keys);
	if (!err)
		err = hip_sa_add_in(path, c->suite, &keys[1]);
	if (err)
		goto out;
	/* The R2, too. */
	hip_assoc_set_state(assoc, HIP_STATE_I2_SENT);
	err = hip_sent_set(assoc, &assoc->sent, b.buf, publen, &path->local,
			   &path->peer, path->ifindex);
	if (err)
		goto out;
	assoc->keymat_index = index;	/* R2 makes the outgoing one of it */
	hip_stat_inc(assoc->hn, HIP_STAT_TX_I2);
out:
	memzero_explicit(keys, sizeof(keys));
	kfree(pub);
	kfree(b.buf);
	return err;
}

/* Counters and reasons of what went wrong with a packet that we asked for. */
static void hip_exchange_count_drop(struct hip_net *hn, int err)
{
	enum hip_stat stat;

	switch (err) {
	case -EBADMSG:
		stat = HIP_STAT_DROP_SIGNATURE;
		break;
	case -EACCES:
		stat = HIP_STAT_DROP_POLICY;
		break;
	case -ENOTCONN:
	case -ETIMEDOUT:
	case -EBUSY:
	case -ESHUTDOWN:
		stat = HIP_STAT_DROP_NO_DAEMON;
		break;
	default:
		stat = HIP_STAT_DROP_MALFORMED;
	}
	hip_stat_inc(hn, stat);
}

/*
 * A better R1 may be behind it (6.8 step 6); if none is, the user is told the
 * reason.
 */
static void hip_exchange_r1_refuse(struct hip_assoc *assoc, u8 reason)
{
	if (assoc->state != HIP_STATE_I1_SENT || assoc->r1_refused ||
	    !hip_sent_pending(assoc->sent))
		return;
	assoc->r1_refused = reason;
	assoc->sent->tries = U8_MAX;
	assoc->sent->due = jiffies + HIP_EXCHANGE_R1_WAIT;
}

/* One of ours of a HIT suite that the Responder takes, by its preference. */
static bool hip_exchange_r1_other_hit(struct hip_assoc *assoc,
				      const struct hip_packet *p,
				      struct in6_addr *hit)
{
	const struct hip_param *list;
	struct hip_identity *id;
	unsigned int i;
	bool found = false;

	list = hip_packet_param(p, HIP_PARAM_HIT_SUITE_LIST);
	rcu_read_lock();
	for (i = 0; list && !found && i < list->len; i++) {
		id = hip_identity_of_suite(assoc->hn, list->data[i] >> 4);
		found = id && hip_hit_suite(&id->hit) << 4 == list->data[i];
		if (found)
			*hit = id->hit;
	}
	rcu_read_unlock();
	return found;
}

/*
 * Our HIT is of a suite that the Responder does not take: begin anew with another
 * (section 6.8). Not if somebody has said which one to use: peers are not to learn
 * what belongs together.
 */
static void hip_exchange_r1_begin_anew(struct hip_assoc *assoc,
				       const struct hip_packet *p)
{
	struct hip_assoc *other;
	struct in6_addr hit;

	if (!READ_ONCE(assoc->any_hit) ||
	    !hip_exchange_r1_other_hit(assoc, p, &hit) ||
	    ipv6_addr_equal(&hit, &assoc->hits.local))
		return;
	other = hip_assoc_get_or_new(assoc->hn, &hit, &assoc->hits.peer, false);
	if (IS_ERR(other))
		return;
	hip_assoc_event(other, HIP_EVENT_START);
	hip_assoc_put(other);
}

void hip_exchange_rx_r1(struct hip_assoc *assoc, const struct hip_packet *p,
			const struct hip_skb_cb *cb)
{
	const struct hip_param *counter;
	struct hip_net *hn = assoc->hn;
	struct hip_r1_choice *c;
	u64 generation = 0;
	int err;

	counter = hip_packet_param(p, HIP_PARAM_R1_COUNTER);
	if (counter)
		generation = get_unaligned_be64(counter->data + 4);
	/* A newer generation starts I2-SENT over (6.8 step 8). */
	if (assoc->state != HIP_STATE_I1_SENT &&
	    (assoc->state != HIP_STATE_I2_SENT ||
	     generation <= assoc->r1_counter)) {
		hip_stat_inc(hn, HIP_STAT_DROP_STATE);
		return;
	}
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return;

	err = hip_exchange_r1_read(assoc, p, c);
	if (err) {
		hip_stat_inc(hn, err == -EBADMSG ? HIP_STAT_DROP_HIT :
			     HIP_STAT_DROP_MALFORMED);
		goto out;
	}
	err = hip_exchange_r1_verify(assoc, p, c);
	if (err) {
		hip_exchange_count_drop(hn, err);
		if (err == -EACCES)
			hip_assoc_fail(assoc, HIP_FAIL_POLICY);
		goto out;
	}
	if (hip_opportunistic_is(assoc)) {
		hip_opportunistic_learned(assoc, p, cb);
		goto out;
	}
	err = hip_exchange_r1_choose(assoc, p, c);
	if (err) {
		hip_stat_inc(hn, HIP_STAT_DROP_PROPOSAL);
		if (c->reason == HIP_FAIL_HIT_SUITE && !assoc->r1_refused)
			hip_exchange_r1_begin_anew(assoc, p);
		hip_exchange_r1_refuse(assoc, c->reason);
		goto out;
	}
	if (hip_exchange_r1_solve(assoc, c)) {
		hip_assoc_fail(assoc, HIP_FAIL_PUZZLE);
		goto out;
	}

	if (assoc->state == HIP_STATE_I2_SENT) {
		/* Start over, with the same two HITs. */
		struct hip_identity *id = assoc->identity;

		refcount_inc(&id->ref);
		hip_assoc_reset(assoc);
		assoc->identity = id;
		assoc->initiator = true;
		hip_assoc_set_state(assoc, HIP_STATE_I1_SENT);
	}
	assoc->r1_counter = generation;
	assoc->r1_refused = HIP_FAIL_NONE;
	hip_jump_learn(assoc, p, cb);
	err = hip_exchange_answer_r1(assoc, p, cb, c);
	if (err == -ENOTCONN)
		hip_assoc_fail(assoc, HIP_FAIL_NO_DAEMON);
	else if (err)
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
out:
	memzero_explicit(c->j, sizeof(c->j));
	kfree(c);
}

/* --- R2 ---------------------------------------------------------------- */

static int hip_exchange_r2_check(struct hip_assoc *assoc,
				 const struct hip_packet *p)
{
	struct hip_macs *macs;
	u8 *room;
	int err;

	macs = rcu_dereference_protected(assoc->macs,
					 lockdep_is_held(&assoc->lock));
	room = kmalloc(HIP_PARAM_SPACE(assoc->peer_host_id_len), GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	err = hip_packet_check_mac2(p, macs->in, assoc->peer_host_id,
				    assoc->peer_host_id_len, room);
	kfree(room);
	if (err) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MAC);
		return err;
	}
	return hip_packet_verify(assoc->hn, p, assoc->peer_host_id,
				 assoc->peer_host_id_len);
}

void hip_exchange_rx_r2(struct hip_assoc *assoc, const struct hip_packet *p,
			const struct hip_skb_cb *cb)
{
	struct hip_esp_keys keys[2] = {};
	const struct hip_param *param;
	const struct hip_esp_info *info;
	struct hip_path *path;
	int err;

	if (assoc->state != HIP_STATE_I2_SENT) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_STATE);
		return;
	}
	param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	if (!param) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MALFORMED);
		return;
	}
	info = (const struct hip_esp_info *)param->data;
	if (info->old_spi || ntohl(info->new_spi) < HIP_SPI_MIN) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MALFORMED);
		return;
	}
	if (hip_exchange_r2_check(assoc, p))
		return;
	if (p->error_param) {
		hip_notify_critical(assoc->hn, assoc->identity, p, cb);
		return;
	}

	path = list_first_entry(&assoc->paths, struct hip_path, list);
	path->spi_out = ntohl(info->new_spi);
	err = hip_exchange_r2_path(assoc, path, cb);
	if (!err)
		err = hip_exchange_esp_keys(assoc, assoc->keymat_index, keys);
	if (!err)
		err = hip_sa_add_out(path, assoc->esp_suite, &keys[0]);
	memzero_explicit(keys, sizeof(keys));
	if (!err)
		err = hip_table_rebuild(assoc);
	if (err) {
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
		return;
	}
	hip_announce_refused(assoc, p);
	hip_registration_rx_answer(assoc, p, false);
	hip_sent_clear(&assoc->sent);
	assoc->settled = jiffies + HIP_UPDATE_SETTLE;
	hip_assoc_set_state(assoc, HIP_STATE_ESTABLISHED);
	hip_netlink_event_path(path);
	/* What waits goes on waiting while the address is asked (probe.c). */
	if (path->peer_state == HIP_LOCATOR_ACTIVE)
		hip_output_flush_queue(assoc);
}
