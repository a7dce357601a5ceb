// SPDX-License-Identifier: GPL-2.0-only
/* RHASH and HMAC on the kernel's synchronous hashes, and on Keccak of our own. */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/slab.h>

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
 * struct hip_hmac - a keyed HMAC; its state while it runs is on the stack
 * @tfm: keyed once, then only read
 * @kmac: the same for KMAC128
 * @rhash: which
 */
struct hip_hmac {
	union {
		struct crypto_shash	*tfm;
		struct hip_keccak	kmac;
	};
	enum hip_rhash		rhash;
};

int hip_rhash_init(void)
{
	struct crypto_shash *tfm;
	unsigned int i;

	for (i = 0; i < HIP_RHASH_MAX; i++) {
		if (!hip_rhash_names[i])
			continue;
		tfm = crypto_alloc_shash(hip_rhash_names[i], 0, 0);
		if (IS_ERR(tfm)) {
			hip_rhash_exit();
			return PTR_ERR(tfm);
		}
		hip_rhash_tfm[i] = tfm;
	}
	return 0;
}

void hip_rhash_exit(void)
{
	unsigned int i;

	for (i = 0; i < HIP_RHASH_MAX; i++) {
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
	int err;

	hmac = kzalloc(sizeof(*hmac), GFP_KERNEL);
	if (!hmac)
		return ERR_PTR(-ENOMEM);
	hmac->rhash = rhash;
	if (rhash == HIP_RHASH_CSHAKE128) {
		hip_kmac128_init(&hmac->kmac, key, keylen, NULL, 0);
		return hmac;
	}
	hmac->tfm = crypto_alloc_shash(hip_hmac_names[rhash], 0, 0);
	if (IS_ERR(hmac->tfm)) {
		err = PTR_ERR(hmac->tfm);
		goto err_free;
	}
	err = crypto_shash_setkey(hmac->tfm, key, keylen);
	if (err)
		goto err_tfm;
	return hmac;

err_tfm:
	crypto_free_shash(hmac->tfm);
err_free:
	kfree(hmac);
	return ERR_PTR(err);
}

int hip_hmac_digest(const struct hip_hmac *hmac, const struct hip_iov *iov,
		    unsigned int n, u8 *out)
{
	struct hip_keccak sponge;

	if (hmac->rhash != HIP_RHASH_CSHAKE128)
		return hip_shash_digest(hmac->tfm, iov, n, out);
	sponge = hmac->kmac;
	hip_keccak_absorb(&sponge, iov, n);
	hip_kmac128_final(&sponge, out, hip_rhash_len(hmac->rhash));
	memzero_explicit(&sponge, sizeof(sponge));
	return 0;
}

enum hip_rhash hip_hmac_rhash(const struct hip_hmac *hmac)
{
	return hmac->rhash;
}

void hip_hmac_free(struct hip_hmac *hmac)
{
	if (!hmac)
		return;
	/* Frees its memory with kfree_sensitive(): the key is in there. */
	if (hmac->rhash != HIP_RHASH_CSHAKE128)
		crypto_free_shash(hmac->tfm);
	kfree_sensitive(hmac);
}
