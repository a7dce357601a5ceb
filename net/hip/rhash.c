// SPDX-License-Identifier: GPL-2.0-only
/* RHASH and HMAC on the kernel's synchronous hashes, and on Keccak of our own. */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "keccak.h"
#include "rhash.h"

static const char * const hip_rhash_names[HIP_RHASH_MAX] = {
	[HIP_RHASH_SHA256]	= "sha256",
	[HIP_RHASH_SHA384]	= "sha384",
	[HIP_RHASH_SHA1]	= "sha1",
};

static const char * const hip_hmac_names[HIP_RHASH_MAX] = {
	[HIP_RHASH_SHA256]	= "hmac(sha256)",
	[HIP_RHASH_SHA384]	= "hmac(sha384)",
	[HIP_RHASH_SHA1]	= "hmac(sha1)",
};

/* Without a key nothing of a transform changes: one of each is enough. */
static struct crypto_shash *hip_rhash_tfm[HIP_RHASH_MAX];

/**
 * struct hip_hmac_state - what HMACs with a key begin with
 * @tfm: keyed
 * @kmac: the same for KMAC128
 */
struct hip_hmac_state {
	union {
		struct crypto_shash	*tfm;
		struct hip_keccak	kmac;
	};
};

/**
 * struct hip_hmac - a key for HMACs
 * @state: of its own, or NULL: it is made anew in a slot
 * @rhash: which
 * @len: octets of @key
 * @key: the key
 *
 * Each association has three. With a transform each, and that of the hash inside
 * it, they would take nine times as much memory.
 */
struct hip_hmac {
	struct hip_hmac_state	*state;
	u8			rhash;
	u8			len;
	u8			key[] __aligned(8);
};

/**
 * struct hip_hmac_slot - with what one CPU computes HMACs of one hash
 * @lock: excludes all below; BH
 * @keyed: with whose key; WRITE_ONCE
 * @state: keyed with it
 */
struct hip_hmac_slot {
	spinlock_t		lock;
	const struct hip_hmac	*keyed;
	struct hip_hmac_state	state;
};

static struct hip_hmac_slot __percpu *hip_hmac_slots[HIP_RHASH_MAX];

static int hip_hmac_state_init(struct hip_hmac_state *state,
			       enum hip_rhash rhash)
{
	struct crypto_shash *tfm;

	if (rhash == HIP_RHASH_CSHAKE128)
		return 0;
	tfm = crypto_alloc_shash(hip_hmac_names[rhash], 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	state->tfm = tfm;
	return 0;
}

/* Frees its memory with kfree_sensitive(): the key is in there. */
static void hip_hmac_state_exit(struct hip_hmac_state *state,
				enum hip_rhash rhash)
{
	if (rhash != HIP_RHASH_CSHAKE128 && state->tfm)
		crypto_free_shash(state->tfm);
	memzero_explicit(state, sizeof(*state));
}

static int hip_hmac_slots_init(enum hip_rhash rhash)
{
	struct hip_hmac_slot *slot;
	int cpu, err = 0;

	hip_hmac_slots[rhash] = alloc_percpu(struct hip_hmac_slot);
	if (!hip_hmac_slots[rhash])
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		slot = per_cpu_ptr(hip_hmac_slots[rhash], cpu);
		spin_lock_init(&slot->lock);
		if (!err)
			err = hip_hmac_state_init(&slot->state, rhash);
	}
	return err;
}

static void hip_hmac_slots_exit(enum hip_rhash rhash)
{
	struct hip_hmac_slot *slot;
	int cpu;

	if (!hip_hmac_slots[rhash])
		return;
	for_each_possible_cpu(cpu) {
		slot = per_cpu_ptr(hip_hmac_slots[rhash], cpu);
		hip_hmac_state_exit(&slot->state, rhash);
	}
	free_percpu(hip_hmac_slots[rhash]);
	hip_hmac_slots[rhash] = NULL;
}

int hip_rhash_init(void)
{
	struct crypto_shash *tfm;
	unsigned int i;
	int err = 0;

	for (i = 0; i < HIP_RHASH_MAX && !err; i++) {
		err = hip_hmac_slots_init(i);
		if (err || !hip_rhash_names[i])
			continue;
		tfm = crypto_alloc_shash(hip_rhash_names[i], 0, 0);
		if (IS_ERR(tfm))
			err = PTR_ERR(tfm);
		else
			hip_rhash_tfm[i] = tfm;
	}
	if (err)
		hip_rhash_exit();
	return err;
}

void hip_rhash_exit(void)
{
	unsigned int i;

	for (i = 0; i < HIP_RHASH_MAX; i++) {
		hip_hmac_slots_exit(i);
		if (hip_rhash_tfm[i])
			crypto_free_shash(hip_rhash_tfm[i]);
		hip_rhash_tfm[i] = NULL;
	}
}

static int hip_shash_digest(struct crypto_shash *tfm, const struct hip_iov *iov,
			    unsigned int n, u8 *out)
{
	SHASH_DESC_ON_STACK(desc, tfm);
	unsigned int i;
	int err;

	desc->tfm = tfm;
	err = crypto_shash_init(desc);
	for (i = 0; !err && i < n; i++)
		if (iov[i].len)
			err = crypto_shash_update(desc, iov[i].base,
						  iov[i].len);
	if (!err)
		err = crypto_shash_final(desc, out);
	/* The inner state of an HMAC is as good as its key. */
	shash_desc_zero(desc);
	return err;
}

static void hip_keccak_absorb(struct hip_keccak *sponge,
			      const struct hip_iov *iov, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		hip_keccak_update(sponge, iov[i].base, iov[i].len);
}

int hip_rhash_digest(enum hip_rhash rhash, const struct hip_iov *iov,
		     unsigned int n, u8 *out)
{
	struct hip_keccak sponge;

	if (rhash == HIP_RHASH_CSHAKE128) {
		hip_cshake128_init(&sponge, "", NULL, 0);
		hip_keccak_absorb(&sponge, iov, n);
		hip_keccak_final(&sponge, out, hip_rhash_len(rhash));
		return 0;
	}
	return hip_shash_digest(hip_rhash_tfm[rhash], iov, n, out);
}

struct hip_hmac *hip_hmac_new(enum hip_rhash rhash, const u8 *key,
			      unsigned int keylen)
{
	struct hip_hmac *hmac;

	if (WARN_ON_ONCE(keylen > U8_MAX))
		return ERR_PTR(-EINVAL);
	hmac = kmalloc(struct_size(hmac, key, keylen), GFP_KERNEL);
	if (!hmac)
		return ERR_PTR(-ENOMEM);
	hmac->state = NULL;
	hmac->rhash = rhash;
	hmac->len = keylen;
	memcpy(hmac->key, key, keylen);
	return hmac;
}

static int hip_hmac_set_key(struct hip_hmac_state *state, enum hip_rhash rhash,
			    const u8 *key, unsigned int len)
{
	if (rhash != HIP_RHASH_CSHAKE128)
		return crypto_shash_setkey(state->tfm, key, len);
	hip_kmac128_init(&state->kmac, key, len, NULL, 0);
	return 0;
}

/* Without memory it goes on as before. */
void hip_hmac_prepare(struct hip_hmac *hmac)
{
	struct hip_hmac_state *state;

	if (hmac->state)
		return;
	state = kzalloc(sizeof(*state), GFP_KERNEL);
	if (!state)
		return;
	if (hip_hmac_state_init(state, hmac->rhash) ||
	    hip_hmac_set_key(state, hmac->rhash, hmac->key, hmac->len)) {
		hip_hmac_state_exit(state, hmac->rhash);
		kfree(state);
		return;
	}
	/* Pairs with the acquire in hip_hmac_digest(). */
	smp_store_release(&hmac->state, state);
}

static int hip_hmac_finish(const struct hip_hmac_state *state,
			   enum hip_rhash rhash, const struct hip_iov *iov,
			   unsigned int n, u8 *out)
{
	struct hip_keccak sponge;

	if (rhash != HIP_RHASH_CSHAKE128)
		return hip_shash_digest(state->tfm, iov, n, out);
	sponge = state->kmac;
	hip_keccak_absorb(&sponge, iov, n);
	hip_kmac128_final(&sponge, out, hip_rhash_len(rhash));
	memzero_explicit(&sponge, sizeof(sponge));
	return 0;
}

/* Packets of one association often come after each other. */
static int hip_hmac_take_slot(struct hip_hmac_slot *slot,
			      const struct hip_hmac *hmac)
{
	int err;

	if (slot->keyed == hmac)
		return 0;
	WRITE_ONCE(slot->keyed, NULL);
	err = hip_hmac_set_key(&slot->state, hmac->rhash, hmac->key, hmac->len);
	if (!err)
		WRITE_ONCE(slot->keyed, hmac);
	return err;
}

int hip_hmac_digest(const struct hip_hmac *hmac, const struct hip_iov *iov,
		    unsigned int n, u8 *out)
{
	/* Pairs with the release in hip_hmac_prepare(). */
	const struct hip_hmac_state *state = smp_load_acquire(&hmac->state);
	struct hip_hmac_slot *slot;
	int err;

	if (state)
		return hip_hmac_finish(state, hmac->rhash, iov, n, out);
	/* Should this go on elsewhere, that CPU's is as good. */
	slot = raw_cpu_ptr(hip_hmac_slots[hmac->rhash]);
	spin_lock_bh(&slot->lock);
	err = hip_hmac_take_slot(slot, hmac);
	if (!err)
		err = hip_hmac_finish(&slot->state, hmac->rhash, iov, n, out);
	spin_unlock_bh(&slot->lock);
	return err;
}

enum hip_rhash hip_hmac_rhash(const struct hip_hmac *hmac)
{
	return hmac->rhash;
}

/* Nothing of the key stays, and what has its place next is not taken for it. */
static void hip_hmac_leave_slot(struct hip_hmac_slot *slot,
				const struct hip_hmac *hmac)
{
	static const u8 none[HIP_RHASH_MAX_LEN];

	spin_lock_bh(&slot->lock);
	if (slot->keyed == hmac) {
		WRITE_ONCE(slot->keyed, NULL);
		hip_hmac_set_key(&slot->state, hmac->rhash, none, sizeof(none));
	}
	spin_unlock_bh(&slot->lock);
}

void hip_hmac_free(struct hip_hmac *hmac)
{
	struct hip_hmac_slot *slot;
	int cpu;

	if (!hmac)
		return;
	for_each_possible_cpu(cpu) {
		slot = per_cpu_ptr(hip_hmac_slots[hmac->rhash], cpu);
		/* Nobody computes with it any more, so none becomes it now. */
		if (READ_ONCE(slot->keyed) == hmac)
			hip_hmac_leave_slot(slot, hmac);
	}
	if (hmac->state)
		hip_hmac_state_exit(hmac->state, hmac->rhash);
	kfree(hmac->state);
	kfree_sensitive(hmac);
}
