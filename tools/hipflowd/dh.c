// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/dh.h>
#include <openssl/param_build.h>
#include <stdbool.h>
#include <string.h>

#include "compiler.h"
#include "dh.h"

#define POINT_UNCOMPRESSED	4
#define POINT_MAX		(1 + 2 * 66)

struct group {
	uint8_t id;
	const char *algorithm;
	const char *name;	/* for OpenSSL */
	size_t len;		/* of the prime or of a field element */
};

static const struct group groups[] = {
	{ 3, "DH", "modp_1536", 192 },
	{ 4, "DH", "modp_3072", 384 },
	{ 7, "EC", "P-256", 32 },
	{ 8, "EC", "P-384", 48 },
	{ 9, "EC", "P-521", 66 },
	{ 10, "EC", "secp160r1", 20 },
	{ 11, "DH", "modp_2048", 256 },
};

static const struct group *group_find(uint8_t id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i].id == id)
			return &groups[i];
	return NULL;
}

static bool is_ec(const struct group *group)
{
	return group->algorithm[0] == 'E';
}

int dh_generate(uint8_t id, EVP_PKEY **key)
{
	const struct group *group = group_find(id);
	EVP_PKEY_CTX *ctx;
	int err = -EIO;

	*key = NULL;
	if (!group)
		return -EOPNOTSUPP;
	ctx = EVP_PKEY_CTX_new_from_name(NULL, group->algorithm, NULL);
	if (ctx && EVP_PKEY_keygen_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_group_name(ctx, group->name) == 1 &&
	    EVP_PKEY_generate(ctx, key) == 1)
		err = 0;
	EVP_PKEY_CTX_free(ctx);
	return err;
}

int dh_public(const EVP_PKEY *key, uint8_t id, uint8_t *out, size_t size)
{
	const struct group *group = group_find(id);
	uint8_t point[POINT_MAX];
	BIGNUM *value = NULL;
	int err = -EIO;
	size_t len;

	if (!group)
		return -EOPNOTSUPP;
	if (size < DH_PUBLIC_MAX)
		return -ENOSPC;
	if (is_ec(group)) {
		if (!EVP_PKEY_get_octet_string_param(key,
						     OSSL_PKEY_PARAM_PUB_KEY,
						     point, sizeof(point),
						     &len) ||
		    len != 1 + 2 * group->len ||
		    point[0] != POINT_UNCOMPRESSED)
			return -EIO;
		memcpy(out, point + 1, len - 1);
		return len - 1;
	}
	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PUB_KEY, &value) &&
	    BN_bn2binpad(value, out, group->len) > 0)
		err = group->len;
	BN_free(value);
	return err;
}

static bool push_modp(OSSL_PARAM_BLD *build, const struct group *group,
		      const uint8_t *value, size_t len, BIGNUM **number)
{
	/* Zeros in front may be missing: the value counts, not its length. */
	if (!len || len > group->len)
		return false;
	*number = BN_bin2bn(value, len, NULL);
	return *number &&
	       OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PUB_KEY, *number);
}

static bool push_point(OSSL_PARAM_BLD *build, const struct group *group,
		       const uint8_t *value, size_t len,
		       uint8_t point[POINT_MAX])
{
	size_t point_len = 1 + 2 * group->len;

	point[0] = POINT_UNCOMPRESSED;
	if (len == point_len - 1)
		memcpy(point + 1, value, len);
	else if (len == point_len && value[0] == POINT_UNCOMPRESSED)
		memcpy(point, value, len);
	else
		return false;
	return OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
						point, point_len);
}

/*
 * The peer's public value as a key, checked: a point lies on the curve; a MODP
 * value y has 2 <= y <= p - 2, which is all it takes as the primes are safe.
 */
static EVP_PKEY *peer_key(const struct group *group, const uint8_t *value,
			  size_t len)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *check = NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *ctx = NULL;
	uint8_t point[POINT_MAX];
	BIGNUM *number = NULL;
	EVP_PKEY *key = NULL;
	bool ok;

	ok = build &&
	     OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
					     group->name, 0) &&
	     (is_ec(group) ? push_point(build, group, value, len, point) :
			     push_modp(build, group, value, len, &number));
	if (!ok)
		goto out;
	params = OSSL_PARAM_BLD_to_param(build);
	ctx = EVP_PKEY_CTX_new_from_name(NULL, group->algorithm, NULL);
	ok = params && ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
	     EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1;
	if (!ok)
		goto out;
	check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	ok = check && (is_ec(group) ? EVP_PKEY_public_check(check) :
				      EVP_PKEY_public_check_quick(check)) == 1;
out:
	if (!ok) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	EVP_PKEY_CTX_free(check);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(number);
	return key;
}

int dh_derive(EVP_PKEY *key, uint8_t id, const uint8_t *value,
	      size_t value_len, uint8_t *out, size_t size)
{
	const struct group *group = group_find(id);
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *peer;
	int err = -EIO;
	size_t len;

	if (!group)
		return -EOPNOTSUPP;
	if (size < DH_SECRET_MAX)
		return -ENOSPC;
	peer = peer_key(group, value, value_len);
	if (!peer)
		return -EINVAL;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	len = size;
	/* peer_key() has checked: not twice. */
	if (ctx && EVP_PKEY_derive_init(ctx) == 1 &&
	    (is_ec(group) || EVP_PKEY_CTX_set_dh_pad(ctx, 1) == 1) &&
	    EVP_PKEY_derive_set_peer_ex(ctx, peer, 0) == 1 &&
	    EVP_PKEY_derive(ctx, out, &len) == 1 && len == group->len)
		err = len;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return err;
}
