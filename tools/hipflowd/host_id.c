// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdbool.h>
#include <string.h>

#include "host_id.h"

#define HEADER_LEN	6

/* Curve labels of algorithm ECDSA */
#define CURVE_P256	1
#define CURVE_P384	2

/* Of ECDSA_LOW */
#define CURVE_SECP160R1	1

/* Of EdDSA; what signs a hash (2 and 4) is not in OpenSSL 3.0 */
#define CURVE_25519	1
#define CURVE_448	3

/* In front of an EdDSA key: the curve, and a field called NULL */
#define EDDSA_HEAD_LEN	4

#define POINT_UNCOMPRESSED	4

/*
 * Larger exponents are of no use and make verification slow, which is what
 * somebody who floods us with them would want.
 */
#define RSA_EXPONENT_MAX	8

/* RFC 7401 section 3.2: Context ID of HITs */
static const uint8_t context_id[16] = {
	0xf0, 0xef, 0xf0, 0x2f, 0xbf, 0xf4, 0x3d, 0x0f,
	0xe7, 0x93, 0x0c, 0x3c, 0x6e, 0x61, 0x74, 0xea,
};

/* Of it, in a HIT */
#define HASH_LEN	12

static uint16_t get_u16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static void put_u16(uint8_t *p, unsigned int value)
{
	p[0] = value >> 8;
	p[1] = value;
}

int host_id_parse(struct host_id *id, const uint8_t *data, size_t len)
{
	if (len < HEADER_LEN)
		return -EINVAL;
	id->hi_len = get_u16(data);
	id->di_type = data[2] >> 4;
	id->di_len = get_u16(data + 2) & 0x0fff;
	id->algorithm = get_u16(data + 4);
	id->hi = data + HEADER_LEN;
	id->di = id->hi + id->hi_len;
	if (!id->hi_len || len != HEADER_LEN + id->hi_len + id->di_len)
		return -EINVAL;
	if (!id->di_type && id->di_len)
		return -EINVAL;
	return 0;
}

/*
 * ORCHIDv2, RFC 7343 section 2: prefix, suite, and the middle of the hash. Of
 * cSHAKE128 just these 96 bits are asked for (RFC 9374 section 3.5.2.1); without
 * a name and customization it is SHAKE128.
 */
int host_id_hit(const struct host_id *id, struct in6_addr *hit)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	const EVP_MD *md;
	EVP_MD_CTX *ctx;
	uint8_t suite;
	size_t skip;
	bool ok;

	switch (id->algorithm) {
	case HOST_ID_RSA:
		suite = 1;
		md = EVP_sha256();
		break;
	case HOST_ID_ECDSA:
		suite = 2;
		md = EVP_sha384();
		break;
	case HOST_ID_ECDSA_LOW:
		suite = 3;
		md = EVP_sha1();
		break;
	case HOST_ID_EDDSA:
		suite = 5;
		md = EVP_shake128();
		break;
	default:
		return -EOPNOTSUPP;
	}

	ctx = EVP_MD_CTX_new();
	ok = ctx && EVP_DigestInit_ex(ctx, md, NULL) &&
	     EVP_DigestUpdate(ctx, context_id, sizeof(context_id)) &&
	     EVP_DigestUpdate(ctx, id->hi, id->hi_len) &&
	     (id->algorithm == HOST_ID_EDDSA ?
	      EVP_DigestFinalXOF(ctx, hash, HASH_LEN) :
	      EVP_DigestFinal_ex(ctx, hash, NULL));
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return -EIO;

	hit->s6_addr[0] = 0x20;
	hit->s6_addr[1] = 0x01;
	hit->s6_addr[2] = 0x00;
	hit->s6_addr[3] = 0x20 | suite;
	skip = id->algorithm == HOST_ID_EDDSA ? 0 :
		(EVP_MD_get_size(md) - HASH_LEN) / 2;
	memcpy(hit->s6_addr + 4, hash + skip, HASH_LEN);
	return 0;
}

static int key_from_params(const char *algorithm, OSSL_PARAM_BLD *build,
			   EVP_PKEY **key)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	int err = -EINVAL;

	*key = NULL;
	if (!params || !ctx)
		err = -ENOMEM;
	else if (EVP_PKEY_fromdata_init(ctx) == 1 &&
		 EVP_PKEY_fromdata(ctx, key, EVP_PKEY_PUBLIC_KEY, params) == 1)
		err = 0;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return err;
}

/* Key in DNSKEY format, RFC 3110 section 2: exponent length, exponent, n */
static int rsa_public(const struct host_id *id, EVP_PKEY **key)
{
	const uint8_t *p = id->hi;
	const uint8_t *end = p + id->hi_len;
	OSSL_PARAM_BLD *build;
	size_t exponent_len;
	BIGNUM *e = NULL;
	BIGNUM *n = NULL;
	int err = -EINVAL;
	int bits;

	exponent_len = *p++;
	if (!exponent_len) {
		if (end - p < 2)
			return -EINVAL;
		exponent_len = get_u16(p);
		p += 2;
	}
	if (!exponent_len || exponent_len >= (size_t)(end - p))
		return -EINVAL;
	if (exponent_len > RSA_EXPONENT_MAX)
		return -EOPNOTSUPP;

	build = OSSL_PARAM_BLD_new();
	e = BN_bin2bn(p, exponent_len, NULL);
	p += exponent_len;
	n = BN_bin2bn(p, end - p, NULL);
	if (!build || !e || !n) {
		err = -ENOMEM;
		goto out;
	}
	bits = BN_num_bits(n);
	if (bits < KEY_RSA_MIN_BITS || bits > KEY_RSA_MAX_BITS) {
		err = -EOPNOTSUPP;
		goto out;
	}
	if (!BN_is_odd(n) || !BN_is_odd(e) || BN_is_one(e))
		goto out;
	if (!OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) ||
	    !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e)) {
		err = -ENOMEM;
		goto out;
	}
	err = key_from_params("RSA", build, key);
out:
	BN_free(e);
	BN_free(n);
	OSSL_PARAM_BLD_free(build);
	return err;
}

/*
 * Curve and point. The RFC's "octet-string format" of RFC 6090 is x | y; what
 * other implementations send is 04 | x | y: take both.
 */
static int ecdsa_public(const struct host_id *id, EVP_PKEY **key,
			enum key_type *type)
{
	uint8_t point[KEY_POINT_MAX];
	OSSL_PARAM_BLD *build;
	size_t point_len;
	size_t len;
	int err;

	if (id->hi_len < 2)
		return -EINVAL;
	if (id->algorithm == HOST_ID_ECDSA_LOW) {
		if (get_u16(id->hi) != CURVE_SECP160R1)
			return -EOPNOTSUPP;
		*type = KEY_ECDSA_LOW;
	} else {
		switch (get_u16(id->hi)) {
		case CURVE_P256:
			*type = KEY_ECDSA_P256;
			break;
		case CURVE_P384:
			*type = KEY_ECDSA_P384;
			break;
		default:
			return -EOPNOTSUPP;
		}
	}

	point_len = 1 + 2 * key_field_len(*type);
	len = id->hi_len - 2;
	point[0] = POINT_UNCOMPRESSED;
	if (len == point_len && id->hi[2] == POINT_UNCOMPRESSED)
		memcpy(point, id->hi + 2, len);
	else if (len == point_len - 1)
		memcpy(point + 1, id->hi + 2, len);
	else
		return -EINVAL;

	build = OSSL_PARAM_BLD_new();
	if (!build)
		return -ENOMEM;
	err = -ENOMEM;
	if (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
					    key_curve(*type), 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
					     point, point_len))
		err = key_from_params("EC", build, key);
	OSSL_PARAM_BLD_free(build);
	return err;
}

/* RFC 9374 section 3.4.1.1: curve, a field called NULL, key of RFC 8032. */
static int eddsa_public(const struct host_id *id, EVP_PKEY **key,
			enum key_type *type)
{
	if (id->hi_len < EDDSA_HEAD_LEN)
		return -EINVAL;
	switch (get_u16(id->hi)) {
	case CURVE_25519:
		*type = KEY_ED25519;
		break;
	case CURVE_448:
		*type = KEY_ED448;
		break;
	default:
		return -EOPNOTSUPP;
	}
	if (id->hi_len != EDDSA_HEAD_LEN + key_field_len(*type))
		return -EINVAL;
	*key = EVP_PKEY_new_raw_public_key(*type == KEY_ED25519 ?
					   EVP_PKEY_ED25519 : EVP_PKEY_ED448,
					   NULL, id->hi + EDDSA_HEAD_LEN,
					   key_field_len(*type));
	return *key ? 0 : -EINVAL;
}

int host_id_public(const struct host_id *id, EVP_PKEY **key,
		   enum key_type *type)
{
	switch (id->algorithm) {
	case HOST_ID_RSA:
		*type = KEY_RSA;
		return rsa_public(id, key);
	case HOST_ID_ECDSA:
	case HOST_ID_ECDSA_LOW:
		return ecdsa_public(id, key, type);
	case HOST_ID_EDDSA:
		return eddsa_public(id, key, type);
	default:
		return -EOPNOTSUPP;
	}
}

/* Writes the DNSKEY format of RFC 3110; octets or -errno. */
static int rsa_hi(const EVP_PKEY *key, uint8_t *buf, size_t size)
{
	BIGNUM *e = NULL;
	BIGNUM *n = NULL;
	int err = -EIO;
	size_t e_len;
	size_t n_len;

	if (!EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n))
		goto out;
	e_len = BN_num_bytes(e);
	n_len = BN_num_bytes(n);
	if (e_len > RSA_EXPONENT_MAX) {
		err = -EOPNOTSUPP;
		goto out;
	}
	if (1 + e_len + n_len > size) {
		err = -ENOSPC;
		goto out;
	}
	buf[0] = e_len;
	BN_bn2bin(e, buf + 1);
	BN_bn2bin(n, buf + 1 + e_len);
	err = 1 + e_len + n_len;
out:
	BN_free(e);
	BN_free(n);
	return err;
}

static int ecdsa_hi(const EVP_PKEY *key, enum key_type type, uint8_t *buf,
		    size_t size)
{
	size_t field_len = key_field_len(type);
	BIGNUM *x = NULL;
	BIGNUM *y = NULL;
	int err = -EIO;

	if (2 + 1 + 2 * field_len > size)
		return -ENOSPC;
	put_u16(buf, type == KEY_ECDSA_P256 ? CURVE_P256 : CURVE_P384);
	buf[2] = POINT_UNCOMPRESSED;
	/* The coordinates, as a key file may say that points are compressed. */
	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) &&
	    BN_bn2binpad(x, buf + 3, field_len) > 0 &&
	    BN_bn2binpad(y, buf + 3 + field_len, field_len) > 0)
		err = 2 + 1 + 2 * field_len;
	BN_free(x);
	BN_free(y);
	return err;
}

static int eddsa_hi(const EVP_PKEY *key, enum key_type type, uint8_t *buf,
		    size_t size)
{
	size_t len = key_field_len(type);

	if (EDDSA_HEAD_LEN + len > size)
		return -ENOSPC;
	put_u16(buf, type == KEY_ED25519 ? CURVE_25519 : CURVE_448);
	put_u16(buf + 2, 0);
	if (EVP_PKEY_get_raw_public_key(key, buf + EDDSA_HEAD_LEN, &len) != 1)
		return -EIO;
	return EDDSA_HEAD_LEN + len;
}

static unsigned int algorithm_of(enum key_type type)
{
	if (type == KEY_RSA)
		return HOST_ID_RSA;
	return key_is_eddsa(type) ? HOST_ID_EDDSA : HOST_ID_ECDSA;
}

int host_id_make(const EVP_PKEY *key, uint8_t *buf, size_t size)
{
	enum key_type type;
	int len;

	if (size < HEADER_LEN)
		return -ENOSPC;
	len = key_type_of(key, &type);
	if (len)
		return len;
	if (type == KEY_RSA)
		len = rsa_hi(key, buf + HEADER_LEN, size - HEADER_LEN);
	else if (key_is_eddsa(type))
		len = eddsa_hi(key, type, buf + HEADER_LEN, size - HEADER_LEN);
	else
		len = ecdsa_hi(key, type, buf + HEADER_LEN, size - HEADER_LEN);
	if (len < 0)
		return len;
	put_u16(buf, len);
	put_u16(buf + 2, 0);
	put_u16(buf + 4, algorithm_of(type));
	return HEADER_LEN + len;
}

int host_id_add_domain(uint8_t *buf, size_t len, size_t size,
		       const struct domain *domain)
{
	if (domain->len > size - len)
		return -ENOSPC;
	put_u16(buf + 2, domain->type << 12 | domain->len);
	memcpy(buf + len, domain->data, domain->len);
	return len + domain->len;
}
