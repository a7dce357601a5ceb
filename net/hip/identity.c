// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host identities of ours and their R1s. hipflowd brings the public key and
 * signs; the R1s themselves are made here, a generation at a time, so that an
 * I1 costs no more than a copy and one HMAC. A generation is replaced when it
 * gets old, when enough puzzles of it were solved, and when what it says of us
 * (locators, bindings, settings) is no longer true.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "assoc.h"
#include "exchange.h"
#include "identity.h"
#include "locator.h"
#include "registration.h"
#include "update.h"
#include "upcall.h"

/* Changes that come in a burst make one generation. */
#define HIP_R1_SETTLE		(HZ / 50)
/* hipflowd did not sign: try again. */
#define HIP_R1_RETRY		(2 * HZ)

/* --- look-up ----------------------------------------------------------- */

struct hip_identity *hip_identity_lookup(struct hip_net *hn,
					 const struct in6_addr *hit)
{
	struct hip_identity *id;

	list_for_each_entry_rcu(id, &hn->identities, list,
				lockdep_is_held(&hn->lock))
		if (ipv6_addr_equal(&id->hit, hit))
			return id;
	return NULL;
}

struct hip_identity *hip_identity_get(struct hip_net *hn,
				      const struct in6_addr *hit)
{
	struct hip_identity *id;

	rcu_read_lock();
	id = hit ? hip_identity_lookup(hn, hit) :
		   list_first_or_null_rcu(&hn->identities, struct hip_identity,
					  list);
	if (id && !refcount_inc_not_zero(&id->ref))
		id = NULL;
	rcu_read_unlock();
	return id;
}

struct hip_identity *hip_identity_of_suite(struct hip_net *hn, u8 suite)
{
	struct hip_identity *id;

	list_for_each_entry_rcu(id, &hn->identities, list)
		if (hip_hit_suite(&id->hit) == suite)
			return id;
	return list_first_or_null_rcu(&hn->identities, struct hip_identity,
				      list);
}

struct hip_identity *hip_identity_choose(struct hip_net *hn,
					 const struct in6_addr *local,
					 const struct in6_addr *peer)
{
	struct hip_identity *id;

	rcu_read_lock();
	id = local ? hip_identity_lookup(hn, local) :
		     hip_identity_of_suite(hn, hip_hit_suite(peer));
	if (id && !refcount_inc_not_zero(&id->ref))
		id = NULL;
	rcu_read_unlock();
	return id;
}

void hip_identity_put(struct hip_identity *id)
{
	if (!refcount_dec_and_test(&id->ref))
		return;
	/* Pools went when it was taken from the list. */
	WARN_ON_ONCE(rcu_access_pointer(id->pool));
	kfree_rcu(id, rcu);
}

/* --- pools ------------------------------------------------------------- */

static void hip_dh_key_put(struct hip_net *hn, struct hip_dh_key *dh)
{
	if (!refcount_dec_and_test(&dh->ref))
		return;
	if (dh->daemon == READ_ONCE(hn->upcalls.daemon))
		hip_upcall_dh_release(hn, dh->key);
	kfree(dh);
}

static void hip_r1_pool_free(struct hip_r1_pool *pool)
{
	unsigned int i;

	for (i = 0; i < pool->n; i++) {
		hip_dh_key_put(pool->hn, pool->r1[i]->dh);
		kfree(pool->r1[i]);
	}
	hip_hmac_free(pool->secret);
	kfree(pool->solved);
	kfree(pool);
}

static void hip_r1_pool_free_work(struct work_struct *work)
{
	hip_r1_pool_free(container_of(to_rcu_work(work), struct hip_r1_pool,
				      rwork));
}

static void hip_r1_pool_retire(struct hip_r1_pool *pool)
{
	if (!pool)
		return;
	INIT_RCU_WORK(&pool->rwork, hip_r1_pool_free_work);
	queue_rcu_work(pool->hn->wq, &pool->rwork);
}

static struct hip_r1_pool *hip_r1_pool_new(struct hip_net *hn,
					   struct hip_identity *id)
{
	u8 secret[HIP_RHASH_MAX_LEN];
	struct hip_r1_pool *pool;

	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return NULL;
	pool->hn = hn;
	pool->counter = id->counter + 1;
	pool->opaque = cpu_to_be16((u16)pool->counter);
	pool->born = jiffies;
	pool->k = hip_load_next_k(hn);
	spin_lock_init(&pool->solved_lock);
	pool->solved = kcalloc(HIP_R1_MAX_SOLVED, sizeof(*pool->solved),
			       GFP_KERNEL);
	get_random_bytes(secret, sizeof(secret));
	pool->secret = hip_hmac_new(id->rhash, secret,
				    hip_rhash_len(id->rhash));
	memzero_explicit(secret, sizeof(secret));
	if (IS_ERR(pool->secret))
		pool->secret = NULL;
	else
		hip_hmac_prepare(pool->secret);
	if (!pool->solved || !pool->secret) {
		hip_r1_pool_free(pool);
		return NULL;
	}
	return pool;
}

struct hip_r1_pool *hip_identity_pool(struct hip_identity *id,
				      const u8 *opaque)
{
	struct hip_r1_pool *pool = rcu_dereference(id->pool);

	if (pool && !memcmp(&pool->opaque, opaque, sizeof(pool->opaque)))
		return pool;
	pool = rcu_dereference(id->previous);
	if (pool && !memcmp(&pool->opaque, opaque, sizeof(pool->opaque)) &&
	    time_before(jiffies, pool->born + 2 * HIP_R1_LIFETIME))
		return pool;
	return NULL;
}

int hip_identity_terms(struct hip_identity *id, const u8 *opaque, u8 group,
		       struct hip_r1_terms *terms)
{
	struct hip_r1_pool *pool;
	int err = -ENOENT;
	unsigned int i;

	rcu_read_lock();
	pool = hip_identity_pool(id, opaque);
	for (i = 0; pool && i < pool->n; i++) {
		if (pool->r1[i]->dh->group != group)
			continue;
		terms->dh_key = pool->r1[i]->dh->key;
		terms->bindings_gen = pool->bindings_gen;
		terms->locals_gen = pool->locals_gen;
		terms->n_esp_suites = pool->n_esp_suites;
		memcpy(terms->esp_suites, pool->esp_suites,
		       sizeof(terms->esp_suites));
		terms->n_hip_ciphers = pool->n_hip_ciphers;
		memcpy(terms->hip_ciphers, pool->hip_ciphers,
		       sizeof(terms->hip_ciphers));
		err = 0;
		break;
	}
	rcu_read_unlock();
	return err;
}

/* Under solved_lock. */
static int hip_r1_pool_solved(struct hip_r1_pool *pool, u64 hash,
			      enum hip_solved_what what)
{
	struct hip_solved *s = pool->solved;
	unsigned int i;

	for (i = 0; i < pool->n_solved && s[i].hash != hash; i++)
		;
	if (i == HIP_R1_MAX_SOLVED)
		return -ENOENT;
	if (i < pool->n_solved &&
	    (s[i].used || s[i].failed >= HIP_SOLVED_MAX_FAILED))
		return -EEXIST;
	if (what == HIP_SOLVED_CHECK)
		return 0;
	if (i == pool->n_solved)
		s[pool->n_solved++].hash = hash;
	if (what == HIP_SOLVED_USED)
		s[i].used = true;
	else
		s[i].failed++;
	return 0;
}

int hip_identity_solved(struct hip_net *hn, struct hip_identity *id,
			const u8 *opaque, const u8 *j,
			enum hip_solved_what what)
{
	struct hip_r1_pool *pool;
	bool full = false;
	u64 hash;
	int err;

	rcu_read_lock();
	pool = hip_identity_pool(id, opaque);
	if (!pool) {
		rcu_read_unlock();
		return -ENOENT;
	}
	hash = siphash(j, hip_rhash_len(id->rhash), &hn->limit_key);
	spin_lock_bh(&pool->solved_lock);
	err = hip_r1_pool_solved(pool, hash, what);
	full = pool->n_solved >= HIP_R1_MAX_SOLVED / 2;
	spin_unlock_bh(&pool->solved_lock);
	rcu_read_unlock();
	if (full)
		hip_identity_r1_refresh(hn);
	return err;
}

/* --- making R1s, sleeps ------------------------------------------------ */

/* Key pairs are the expensive part: they last longer than a generation. */
static struct hip_dh_key *hip_dh_key_get(struct hip_net *hn,
					 struct hip_identity *id, u8 group)
{
	u32 daemon = READ_ONCE(hn->upcalls.daemon);
	struct hip_r1_pool *pool;
	struct hip_dh_key *dh;
	unsigned int i;
	u8 *pub;
	u32 key;
	int len;

	/* The identity may be removed meanwhile, and its pool with it. */
	rcu_read_lock();
	pool = rcu_dereference(id->pool);
	for (i = 0; pool && i < pool->n; i++) {
		dh = pool->r1[i]->dh;
		if (dh->group == group && dh->daemon == daemon &&
		    time_before(jiffies, dh->born + HIP_R1_LIFETIME) &&
		    refcount_inc_not_zero(&dh->ref)) {
			rcu_read_unlock();
			return dh;
		}
	}
	rcu_read_unlock();

	pub = kmalloc(HIP_DH_MAX_LEN, GFP_KERNEL);
	if (!pub)
		return ERR_PTR(-ENOMEM);
	len = hip_upcall_dh_generate(hn, group, &key, pub);
	dh = ERR_PTR(len);
	if (len > 0)
		dh = kmalloc(struct_size(dh, pub, len), GFP_KERNEL) ?:
		     ERR_PTR(-ENOMEM);
	if (!IS_ERR(dh)) {
		refcount_set(&dh->ref, 1);
		dh->key = key;
		dh->daemon = daemon;
		dh->born = jiffies;
		dh->group = group;
		dh->publen = len;
		memcpy(dh->pub, pub, len);
	}
	kfree(pub);
	return dh;
}

/* Our groups and suites, as they are now. */
struct hip_r1_offer {
	u8	n_groups;
	u8	n_suites;
	u8	n_ciphers;
	u8	groups[HIP_MAX_DH_GROUPS];
	u16	suites[1 + HIP_MAX_ESP_SUITES];	/* behind the reserved word */
	u16	ciphers[HIP_MAX_HIP_CIPHERS];
};

static void hip_r1_offer(struct hip_net *hn, struct hip_r1_offer *offer)
{
	struct hip_config *config = &hn->config;

	mutex_lock(&config->lock);
	offer->n_groups = config->n_dh_groups;
	memcpy(offer->groups, config->dh_groups, sizeof(offer->groups));
	offer->n_suites = config->n_esp_suites;
	offer->suites[0] = 0;
	memcpy(&offer->suites[1], config->esp_suites,
	       sizeof(config->esp_suites));
	offer->n_ciphers = config->n_hip_ciphers;
	memcpy(offer->ciphers, config->hip_ciphers, sizeof(offer->ciphers));
	mutex_unlock(&config->lock);
}

#define HIP_R1_HIT_SUITES	4

/* The suite of our own HIT first, then those that hipflowd knows as well; each in
 * the upper bits (section 5.2.10).
 */
static void hip_r1_hit_suites(const struct hip_identity *id,
			      u8 suites[HIP_R1_HIT_SUITES])
{
	static const u8 known[HIP_R1_HIT_SUITES] = {
		HIP_HIT_SUITE_ECDSA_SHA384 << 4,
		HIP_HIT_SUITE_EDDSA_CSHAKE128 << 4,
		HIP_HIT_SUITE_RSA_SHA256 << 4,
		HIP_HIT_SUITE_ECDSA_LOW_SHA1 << 4,
	};
	unsigned int i;

	memcpy(suites, known, sizeof(known));
	for (i = 1; i < HIP_R1_HIT_SUITES; i++)
		if (suites[i] == hip_hit_suite(&id->hit) << 4)
			swap(suites[0], suites[i]);
}

/* Parameters in ascending order, up to what the signature covers. */
static void hip_r1_build(struct hip_net *hn, struct hip_identity *id,
			 struct hip_r1_pool *pool,
			 const struct hip_r1_offer *offer,
			 const struct hip_dh_key *dh, struct hip_builder *b,
			 u16 *puzzle_offset)
{
	const u16 format = HIP_PARAM_ESP_TRANSFORM;
	u8 suites[HIP_R1_HIT_SUITES];
	struct hip_r1_counter *counter;
	struct hip_puzzle *puzzle;

	hip_r1_hit_suites(id, suites);
	hip_build_begin(b, b->buf, b->max, HIP_R1, 0, &id->hit, &in6addr_any);
	counter = hip_build_param(b, HIP_PARAM_R1_COUNTER, sizeof(*counter));
	if (counter)
		put_unaligned_be64(pool->counter, &counter->generation);
	puzzle = hip_build_param(b, HIP_PARAM_PUZZLE,
				 sizeof(*puzzle) + hip_rhash_len(id->rhash));
	if (puzzle) {
		puzzle->k = pool->k;
		puzzle->lifetime = HIP_PUZZLE_LIFETIME;
		*puzzle_offset = (u8 *)puzzle - b->buf;
	}
	hip_build_data(b, HIP_PARAM_DH_GROUP_LIST, offer->groups,
		       offer->n_groups);
	hip_build_dh(b, dh->group, dh->pub, dh->publen);
	hip_build_u16_list(b, HIP_PARAM_HIP_CIPHER, offer->ciphers,
			   offer->n_ciphers);
	hip_build_data(b, HIP_PARAM_HOST_ID, id->host_id, id->host_id_len);
	hip_build_data(b, HIP_PARAM_HIT_SUITE_LIST, suites, sizeof(suites));
	hip_registration_offer(hn, b);
	hip_build_u16_list(b, HIP_PARAM_TRANSPORT_FORMAT_LIST, &format, 1);
	hip_build_u16_list(b, HIP_PARAM_ESP_TRANSFORM, offer->suites,
			   1 + offer->n_suites);
	pool->bindings_gen = hip_announce_complete(hn, NULL, b, NULL, NULL);
}

static int hip_r1_add(struct hip_net *hn, struct hip_identity *id,
		      struct hip_r1_pool *pool,
		      const struct hip_r1_offer *offer, u8 group)
{
	struct hip_builder b = { .max = HIP_PACKET_MAX_LEN };
	struct hip_dh_key *dh;
	struct hip_r1 *r1;
	u8 *sig = NULL, *cookie;
	u16 puzzle = 0;
	int len;

	dh = hip_dh_key_get(hn, id, group);
	if (IS_ERR(dh))
		return PTR_ERR(dh);
	len = -ENOMEM;
	b.buf = kmalloc(b.max, GFP_KERNEL);
	sig = kmalloc(HIP_SIGNATURE_MAX_LEN, GFP_KERNEL);
	if (!b.buf || !sig)
		goto err;

	b.max -= HIP_PARAM_SPACE(2 + HIP_SIGNATURE_MAX_LEN) +
		 HIP_PARAM_SPACE(HIP_COOKIE_LEN) +
		 HIP_PARAM_SPACE(sizeof(struct in6_addr));	/* VIA_RVS */
	hip_r1_build(hn, id, pool, offer, dh, &b, &puzzle);
	b.max = HIP_PACKET_MAX_LEN - HIP_PARAM_SPACE(sizeof(struct in6_addr));
	len = hip_build_end(&b);
	if (len < 0)
		goto err;
	/* Receiver's HIT, #I and Opaque are still zero: it is what is covered
	 * by HIP_SIGNATURE_2 (section 5.2.15).
	 */
	len = hip_upcall_sign(hn, &id->hit, b.buf, b.len, sig);
	if (len < 0)
		goto err;
	hip_build_signature(&b, HIP_PARAM_HIP_SIGNATURE_2, id->algorithm, sig,
			    len);
	cookie = hip_build_param(&b, HIP_PARAM_ECHO_REQUEST_UNSIGNED,
				 HIP_COOKIE_LEN);
	len = hip_build_end(&b);
	if (len < 0)
		goto err;
	r1 = kmalloc(struct_size(r1, packet, len), GFP_KERNEL);
	if (!r1) {
		len = -ENOMEM;
		goto err;
	}
	r1->dh = dh;
	r1->puzzle = puzzle;
	r1->cookie = cookie - b.buf;
	r1->len = len;
	memcpy(r1->packet, b.buf, len);
	pool->r1[pool->n++] = r1;
	dh = NULL;
	len = 0;
err:
	if (dh)
		hip_dh_key_put(hn, dh);
	kfree(sig);
	kfree(b.buf);
	return len;
}

static void hip_identity_publish(struct hip_net *hn, struct hip_identity *id,
				 struct hip_r1_pool *pool)
{
	struct hip_r1_pool *old = NULL;

	mutex_lock(&hn->lock);
	if (id->gone) {
		mutex_unlock(&hn->lock);
		hip_r1_pool_free(pool);
		return;
	}
	id->counter = pool->counter;
	old = rcu_replace_pointer(id->previous,
				  rcu_dereference_protected(id->pool, true),
				  lockdep_is_held(&hn->lock));
	rcu_assign_pointer(id->pool, pool);
	mutex_unlock(&hn->lock);
	hip_r1_pool_retire(old);
}

static int hip_identity_make_r1s(struct hip_net *hn, struct hip_identity *id)
{
	struct hip_r1_offer offer;
	struct hip_r1_pool *pool;
	unsigned int i;
	int err = 0;

	pool = hip_r1_pool_new(hn, id);
	if (!pool)
		return -ENOMEM;
	hip_r1_offer(hn, &offer);
	pool->locals_gen = READ_ONCE(hn->locals_gen);
	pool->n_esp_suites = offer.n_suites;
	memcpy(pool->esp_suites, &offer.suites[1], sizeof(pool->esp_suites));
	pool->n_hip_ciphers = offer.n_ciphers;
	memcpy(pool->hip_ciphers, offer.ciphers, sizeof(pool->hip_ciphers));
	for (i = 0; i < offer.n_groups; i++) {
		err = hip_r1_add(hn, id, pool, &offer, offer.groups[i]);
		if (err)
			break;
	}
	if (err) {
		net_dbg_ratelimited("hip: no R1 for DH group %u: %d\n",
				    offer.groups[i], err);
		hip_r1_pool_free(pool);
		return err;
	}
	hip_identity_publish(hn, id, pool);
	return 0;
}

/* The next identity behind @prev, with a reference; @prev loses its own. */
static struct hip_identity *hip_identity_next(struct hip_net *hn,
					      struct hip_identity *prev)
{
	struct hip_identity *id, *next = NULL;

	mutex_lock(&hn->lock);
	if (!prev || !prev->gone) {
		id = prev ?: list_entry(&hn->identities, struct hip_identity,
					list);
		if (!list_is_last(&id->list, &hn->identities))
			next = list_next_entry(id, list);
	}
	if (next)
		refcount_inc(&next->ref);
	mutex_unlock(&hn->lock);
	if (prev)
		hip_identity_put(prev);
	return next;
}

void hip_identity_r1_work(struct work_struct *work)
{
	struct hip_net *hn = container_of(to_delayed_work(work),
					  struct hip_net, r1_work);
	unsigned long again = HIP_R1_LIFETIME;
	struct hip_identity *id = NULL;
	bool ready = hip_upcall_ready(hn);

	while (ready && (id = hip_identity_next(hn, id)))
		if (hip_identity_make_r1s(hn, id))
			again = HIP_R1_RETRY;
	/* What waited for the daemon can go on. */
	if (ready)
		hip_assoc_event_all(hn, HIP_EVENT_LOCALS);
	queue_delayed_work(hn->wq, &hn->r1_work, again);
}

void hip_identity_r1_refresh(struct hip_net *hn)
{
	mod_delayed_work(hn->wq, &hn->r1_work, HIP_R1_SETTLE);
}

/* --- changes ----------------------------------------------------------- */

static int hip_identity_parse(const u8 *data, unsigned int len,
			      struct in6_addr *hit, u16 *algorithm,
			      struct netlink_ext_ack *extack)
{
	struct hip_host_id hi;
	int err;

	if (len > HIP_HOST_ID_MAX_LEN || hip_host_id_parse(&hi, data, len)) {
		NL_SET_ERR_MSG(extack, "Malformed HOST_ID");
		return -EINVAL;
	}
	err = hip_host_id_hit(&hi, hit);
	if (err)
		NL_SET_ERR_MSG(extack, "No HIT suite for this algorithm");
	*algorithm = hi.algorithm;
	return err;
}

/* Unless there are too many. Under hip_net->lock. */
static int hip_identity_link(struct hip_net *hn, struct hip_identity *id,
			     struct netlink_ext_ack *extack)
{
	struct list_head *pos;
	unsigned int n = 0;

	list_for_each(pos, &hn->identities)
		n++;
	if (n >= HIP_MAX_IDENTITIES) {
		NL_SET_ERR_MSG(extack, "A network namespace has at most 64 host identities: remove one first");
		return -ENOSPC;
	}
	list_add_tail_rcu(&id->list, &hn->identities);
	return 0;
}

int hip_identity_add(struct hip_net *hn, const u8 *host_id, unsigned int len,
		     u64 r1_counter, struct in6_addr *hit,
		     struct netlink_ext_ack *extack)
{
	struct hip_identity *id, *old;
	u16 algorithm;
	int err;

	err = hip_identity_parse(host_id, len, hit, &algorithm, extack);
	if (err)
		return err;
	id = kzalloc(struct_size(id, host_id, len), GFP_KERNEL_ACCOUNT);
	if (!id)
		return -ENOMEM;
	refcount_set(&id->ref, 1);
	id->hit = *hit;
	id->rhash = hip_rhash_of_suite(hip_hit_suite(hit));
	id->algorithm = algorithm;
	id->counter = r1_counter;
	id->host_id_len = len;
	memcpy(id->host_id, host_id, len);

	mutex_lock(&hn->lock);
	old = hip_identity_lookup(hn, hit);
	if (old)
		/* A daemon that came back: never count downwards. */
		old->counter = max(old->counter, r1_counter);
	else
		err = hip_identity_link(hn, id, extack);
	mutex_unlock(&hn->lock);
	if (old || err)
		kfree(id);
	if (!err)
		hip_identity_r1_refresh(hn);
	return err;
}

/* Under hip_net->lock. */
static void hip_identity_unlink(struct hip_net *hn, struct hip_identity *id)
{
	lockdep_assert_held(&hn->lock);
	list_del_rcu(&id->list);
	id->gone = true;
	hip_r1_pool_retire(rcu_replace_pointer(id->pool, NULL, true));
	hip_r1_pool_retire(rcu_replace_pointer(id->previous, NULL, true));
	hip_identity_put(id);
}

int hip_identity_del(struct hip_net *hn, const struct in6_addr *hit,
		     struct netlink_ext_ack *extack)
{
	struct hip_identity *id;

	mutex_lock(&hn->lock);
	id = hip_identity_lookup(hn, hit);
	if (id)
		hip_identity_unlink(hn, id);
	mutex_unlock(&hn->lock);
	if (!id) {
		NL_SET_ERR_MSG(extack, "No such host identity: see 'hipflow identity show'");
		return -ENOENT;
	}
	return 0;
}

/* Namespace exit; @r1_work is cancelled. */
void hip_identity_flush(struct hip_net *hn)
{
	struct hip_identity *id, *next;

	mutex_lock(&hn->lock);
	list_for_each_entry_safe(id, next, &hn->identities, list)
		hip_identity_unlink(hn, id);
	mutex_unlock(&hn->lock);
}
