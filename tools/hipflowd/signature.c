// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <stdbool.h>
#include <string.h>

#include "signature.h"

/* SEQUENCE of two INTEGERs of 49 octets at most */
#define DER_MAX 112

/* Octets of the order of secp160r1 */
#define LOW_ORDER_LEN 21

static const EVP_MD *hash_of(enum key_type type)
{
	/* Part of EdDSA: it takes the message itself. */
	if (key_is_eddsa(type))
		return NULL;
	if (type == KEY_ECDSA_LOW)
		return EVP_sha1();
	return type == KEY_ECDSA_P384 ? EVP_sha384() : EVP_sha256();
}

/* RFC 7401 5.2.9: PSS; salt as long as the hash, which is what RFC 8017 has */
static int set_padding(EVP_PKEY_CTX *ctx, enum key_type type)
{
	if (type != KEY_RSA)
		return 1;
	if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) <= 0)
		return 0;
	return EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/* OpenSSL has signatures of ECDSA in DER only. */
static bool is_pair(enum key_type type)
{
	return type != KEY_RSA && !key_is_eddsa(type);
}

static int der_to_pair(const uint8_t *der, size_t der_len, size_t field_len,
		       uint8_t *out)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, der_len);
	int len = -EIO;

	if (sig &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, field_len) > 0 &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + field_len, field_len) > 0)
		len = 2 * field_len;
	ECDSA_SIG_free(sig);
	return len;
}

/* Allocates *@der; octets or -ENOMEM. */
static int pair_to_der(const uint8_t *pair, size_t field_len, uint8_t **der)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(pair, field_len, NULL);
	BIGNUM *s = BN_bin2bn(pair + field_len, field_len, NULL);
	int len;

	*der = NULL;
	if (!sig || !r || !s || !ECDSA_SIG_set0(sig, r, s)) {
		BN_free(r);
		BN_free(s);
		ECDSA_SIG_free(sig);
		return -ENOMEM;
	}
	len = i2d_ECDSA_SIG(sig, der);
	ECDSA_SIG_free(sig);
	return len < 0 ? -ENOMEM : len;
}

int signature_make(EVP_PKEY *key, enum key_type type, const uint8_t *data,
		   size_t len, uint8_t *out, size_t size)
{
	size_t field_len = key_field_len(type);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[DER_MAX];
	EVP_PKEY_CTX *pctx;
	size_t done;
	int err = -EIO;

	if (!ctx)
		return -ENOMEM;
	if (size < SIGNATURE_MAX) {
		err = -ENOSPC;
		goto out;
	}
	if (EVP_DigestSignInit(ctx, &pctx, hash_of(type), NULL, key) != 1 ||
	    !set_padding(pctx, type))
		goto out;
	if (!is_pair(type)) {
		done = size;
		if (EVP_DigestSign(ctx, out, &done, data, len) == 1)
			err = done;
	} else {
		done = sizeof(der);
		if (EVP_DigestSign(ctx, der, &done, data, len) == 1)
			err = der_to_pair(der, done, field_len, out);
	}
out:
	EVP_MD_CTX_free(ctx);
	return err;
}

int signature_verify(EVP_PKEY *key, enum key_type type, const uint8_t *data,
		     size_t len, const uint8_t *signature,
		     size_t signature_len)
{
	size_t field_len = key_field_len(type);
	EVP_PKEY_CTX *pctx;
	EVP_MD_CTX *ctx;
	uint8_t *der = NULL;
	int err = -EBADMSG;

	if (type == KEY_ECDSA_LOW && signature_len == 2 * LOW_ORDER_LEN)
		field_len = LOW_ORDER_LEN;
	if (type != KEY_RSA && signature_len != 2 * field_len)
		return -EBADMSG;
	if (is_pair(type)) {
		int der_len;

		der_len = pair_to_der(signature, field_len, &der);
		if (der_len < 0)
			return der_len;
		signature = der;
		signature_len = der_len;
	}
	ctx = EVP_MD_CTX_new();
	if (!ctx)
		err = -ENOMEM;
	else if (EVP_DigestVerifyInit(ctx, &pctx, hash_of(type), NULL,
				      key) == 1 &&
		 set_padding(pctx, type) &&
		 EVP_DigestVerify(ctx, signature, signature_len, data,
				  len) == 1)
		err = 0;
	EVP_MD_CTX_free(ctx);
	OPENSSL_free(der);
	return err;
}
