// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "addr.h"
#include "hip_rr.h"

#define HEADER_LEN	4
#define HIT_LEN		16
#define LABEL_MAX	63
/* Octets of a name on the wire, RFC 1035 section 2.3.4 */
#define WIRE_NAME_MAX	255

/* ECDSA keys: curves of HOST_ID, and octets of a coordinate */
#define CURVE_P256	1
#define CURVE_P384	2
#define P256_LEN	32
#define P384_LEN	48

/* EdDSA keys: the same, of RFC 9374 */
#define CURVE_25519	1
#define CURVE_448	3
#define ED25519_LEN	32
#define ED448_LEN	57
#define EDDSA_HEAD_LEN	4	/* curve, NULL */

#define POINT_UNCOMPRESSED 4

/*
 * A name of labels, which is not compressed (RFC 8005 section 5): how many
 * octets it has, or -EINVAL. To @to, if that is given and all can be written.
 */
static int take_name(const uint8_t *p, size_t len, char *to)
{
	char name[WIRE_NAME_MAX + 1];
	size_t used = 0;
	size_t n = 0;

	while (used < len && p[used]) {
		size_t label = p[used++];

		if (label > LABEL_MAX || label > len - used ||
		    used + label + 1 > WIRE_NAME_MAX)
			return -EINVAL;
		/* A dot or a zero within a label would be another name. */
		if (memchr(p + used, '.', label) || memchr(p + used, 0, label))
			return -EINVAL;
		if (n)
			name[n++] = '.';
		memcpy(name + n, p + used, label);
		n += label;
		used += label;
	}
	if (used == len)
		return -EINVAL;
	name[n] = '\0';
	/* The root is nobody's server. */
	if (to && !hip_name_copy(to, name))
		return -EINVAL;
	return used + 1;
}

int hip_rr_parse(struct hip_rr *rr, const uint8_t *data, size_t len)
{
	size_t hit_len;
	int n;

	memset(rr, 0, sizeof(*rr));
	if (len < HEADER_LEN)
		return -EINVAL;
	hit_len = data[0];
	rr->algorithm = data[1];
	rr->key_len = data[2] << 8 | data[3];
	data += HEADER_LEN;
	len -= HEADER_LEN;
	if (hit_len != HIT_LEN || rr->key_len > len ||
	    hit_len > len - rr->key_len)
		return -EINVAL;
	memcpy(&rr->hit, data, hit_len);
	rr->key = data + hit_len;
	data = rr->key + rr->key_len;
	len -= hit_len + rr->key_len;
	while (len) {
		n = take_name(data, len, rr->n_rvs < HIP_NAME_RVS ?
			      rr->rvs[rr->n_rvs] : NULL);
		if (n < 0)
			return n;
		rr->n_rvs++;
		data += n;
		len -= n;
	}
	return hip_addr_is_hit(&rr->hit) ? 0 : -ERANGE;
}

/* 0 if @hi makes the HIT, else -EPERM or what is wrong. */
static int compare(const struct hip_rr *rr, uint16_t algorithm,
		   const uint8_t *hi, size_t hi_len)
{
	struct host_id id = {
		.algorithm = algorithm,
		.hi = hi,
		.hi_len = hi_len,
	};
	struct in6_addr hit;
	int err;

	err = host_id_hit(&id, &hit);
	if (err)
		return err;
	return IN6_ARE_ADDR_EQUAL(&hit, &rr->hit) ? 0 : -EPERM;
}

/*
 * The record has x | y (RFC 6605 section 4), HOST_ID the curve in front, and in
 * what implementations send a 4 in between. They are the same key, but not the
 * same HIT: take that which fits. Some write records with what is in HOST_ID.
 */
static int verify_ecdsa(const struct hip_rr *rr, uint8_t *hi, uint16_t *hi_len)
{
	const uint8_t *point = rr->key;
	size_t len = rr->key_len;
	unsigned int curve;
	int err;

	/* Coordinates are a multiple of 32 octets, what may be in front is not. */
	curve = len / 32 * 32 == 2 * P256_LEN ? CURVE_P256 : CURVE_P384;
	if (len % 32 & 2) {
		if (point[0] || point[1] != curve)
			return -EINVAL;
		point += 2;
		len -= 2;
	}
	if (len % 32 & 1) {
		if (point[0] != POINT_UNCOMPRESSED)
			return -EINVAL;
		point++;
		len--;
	}
	if (len != 2 * P256_LEN && len != 2 * P384_LEN)
		return -EOPNOTSUPP;
	hi[0] = 0;
	hi[1] = curve;
	hi[2] = POINT_UNCOMPRESSED;
	memcpy(hi + 3, point, len);
	*hi_len = 3 + len;
	err = compare(rr, HOST_ID_ECDSA, hi, *hi_len);
	if (err != -EPERM)
		return err;
	memcpy(hi + 2, point, len);
	*hi_len = 2 + len;
	return compare(rr, HOST_ID_ECDSA, hi, *hi_len);
}

/* The record has the key only (RFC 8080 section 3): its length tells the curve. */
static int verify_eddsa(const struct hip_rr *rr, uint8_t *hi, uint16_t *hi_len)
{
	const uint8_t *key = rr->key;
	size_t len = rr->key_len;

	memset(hi, 0, EDDSA_HEAD_LEN);
	hi[1] = len == ED25519_LEN || len == EDDSA_HEAD_LEN + ED25519_LEN ?
		CURVE_25519 : CURVE_448;
	/* Or somebody wrote what is in HOST_ID: curve and NULL in front. */
	if (len > EDDSA_HEAD_LEN && !memcmp(key, hi, EDDSA_HEAD_LEN) &&
	    len != ED25519_LEN && len != ED448_LEN) {
		key += EDDSA_HEAD_LEN;
		len -= EDDSA_HEAD_LEN;
	}
	if (len != ED25519_LEN && len != ED448_LEN)
		return -EOPNOTSUPP;
	memcpy(hi + EDDSA_HEAD_LEN, key, len);
	*hi_len = EDDSA_HEAD_LEN + len;
	return compare(rr, HOST_ID_EDDSA, hi, *hi_len);
}

int hip_rr_verify(const struct hip_rr *rr, uint16_t *algorithm,
		  uint8_t hi[HIP_NAME_HI_MAX], uint16_t *hi_len)
{
	*hi_len = 0;
	if (!rr->key_len)
		return -EINVAL;
	switch (rr->algorithm) {
	case HIP_RR_RSA:
		if (rr->key_len > HIP_NAME_HI_MAX)
			return -EOPNOTSUPP;
		*algorithm = HOST_ID_RSA;
		memcpy(hi, rr->key, rr->key_len);
		*hi_len = rr->key_len;
		return compare(rr, HOST_ID_RSA, hi, *hi_len);
	case HIP_RR_ECDSA:
		*algorithm = HOST_ID_ECDSA;
		return verify_ecdsa(rr, hi, hi_len);
	case HIP_RR_EDDSA:
		*algorithm = HOST_ID_EDDSA;
		return verify_eddsa(rr, hi, hi_len);
	default:
		return -EOPNOTSUPP;
	}
}
