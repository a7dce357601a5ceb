// SPDX-License-Identifier: GPL-2.0-only
/* RHASH and HMAC of net/hip/rhash.h on OpenSSL, for tests and fuzzers. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "rhash.h"

static const char * const rhash_names[HIP_RHASH_MAX] = {
	[HIP_RHASH_SHA256]	= "SHA256",
	[HIP_RHASH_SHA384]	= "SHA384",
	[HIP_RHASH_SHA1]	= "SHA1",
	/* cSHAKE128 without name and customization is this. */
	[HIP_RHASH_CSHAKE128]	= "SHAKE128",
};

static EVP_MD *rhash_md[HIP_RHASH_MAX];
static EVP_MAC *rhash_mac;
static EVP_MAC *rhash_kmac;

struct hip_hmac {
	EVP_MAC_CTX	*ctx;
	enum hip_rhash	rhash;
};

int hip_rhash_init(void)
{
	unsigned int i;

	rhash_mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	rhash_kmac = EVP_MAC_fetch(NULL, "KMAC128", NULL);
	if (!rhash_mac || !rhash_kmac) {
		hip_rhash_exit();
		return -ENOENT;
	}
	for (i = 0; i < HIP_RHASH_MAX; i++) {
		rhash_md[i] = EVP_MD_fetch(NULL, rhash_names[i], NULL);
		if (!rhash_md[i]) {
			hip_rhash_exit();
			return -ENOENT;
		}
	}
	return 0;
}

void hip_rhash_exit(void)
{
	unsigned int i;

	for (i = 0; i < HIP_RHASH_MAX; i++) {
		EVP_MD_free(rhash_md[i]);
		rhash_md[i] = NULL;
	}
	EVP_MAC_free(rhash_mac);
	EVP_MAC_free(rhash_kmac);
	rhash_mac = NULL;
	rhash_kmac = NULL;
}

int hip_rhash_digest(enum hip_rhash rhash, const struct hip_iov *iov,
		     unsigned int n, u8 *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned int i;
	int ok;

	ok = ctx && EVP_DigestInit_ex(ctx, rhash_md[rhash], NULL);
	for (i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(ctx, iov[i].base, iov[i].len);
	if (rhash == HIP_RHASH_CSHAKE128)
		ok = ok && EVP_DigestFinalXOF(ctx, out, hip_rhash_len(rhash));
	else
		ok = ok && EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : -EIO;
}

/* It has a context of its own anyway. */
void hip_hmac_prepare(struct hip_hmac *hmac)
{
}

struct hip_hmac *hip_hmac_new(enum hip_rhash rhash, const u8 *key,
			      unsigned int keylen)
{
	char *name = (char *)(uintptr_t)rhash_names[rhash];
	size_t size = hip_rhash_len(rhash);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name,
						 0),
		OSSL_PARAM_construct_end(),
	};
	OSSL_PARAM kmac_params[] = {
		OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
		OSSL_PARAM_construct_end(),
	};
	bool kmac = rhash == HIP_RHASH_CSHAKE128;
	struct hip_hmac *hmac;

	hmac = calloc(1, sizeof(*hmac));
	if (!hmac)
		return ERR_PTR(-ENOMEM);
	hmac->rhash = rhash;
	hmac->ctx = EVP_MAC_CTX_new(kmac ? rhash_kmac : rhash_mac);
	if (!hmac->ctx || !EVP_MAC_init(hmac->ctx, key, keylen,
					kmac ? kmac_params : params)) {
		hip_hmac_free(hmac);
		return ERR_PTR(-ENOMEM);
	}
	return hmac;
}

int hip_hmac_digest(const struct hip_hmac *hmac, const struct hip_iov *iov,
		    unsigned int n, u8 *out)
{
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(hmac->ctx);
	unsigned int i;
	size_t len;
	int ok;

	ok = !!ctx;
	for (i = 0; ok && i < n; i++)
		ok = !iov[i].len ||
		     EVP_MAC_update(ctx, iov[i].base, iov[i].len);
	ok = ok && EVP_MAC_final(ctx, out, &len, hip_rhash_len(hmac->rhash));
	EVP_MAC_CTX_free(ctx);
	return ok ? 0 : -EIO;
}

enum hip_rhash hip_hmac_rhash(const struct hip_hmac *hmac)
{
	return hmac->rhash;
}

void hip_hmac_free(struct hip_hmac *hmac)
{
	if (!hmac)
		return;
	EVP_MAC_CTX_free(hmac->ctx);
	free(hmac);
}
