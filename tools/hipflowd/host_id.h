/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HOST_ID (RFC 7401 section 5.2.9) and the HIT that is made of it (RFC 7343).
 */
#ifndef HIPFLOWD_HOST_ID_H
#define HIPFLOWD_HOST_ID_H

#include <netinet/in.h>
#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "domain.h"
#include "key.h"

/* HI algorithms */
#define HOST_ID_RSA	5
#define HOST_ID_ECDSA	7
#define HOST_ID_ECDSA_LOW	9
#define HOST_ID_EDDSA	13	/* RFC 9374 section 3.4.1 */

/* Header, RSA-4096 with an exponent of 8 octets, Domain Identifier. */
#define HOST_ID_MAX	(6 + 1 + 8 + 512 + DOMAIN_MAX)

/**
 * struct host_id - parsed contents of a HOST_ID parameter
 * @algorithm: HI algorithm
 * @di_type: 0 none, 1 FQDN, 2 NAI
 * @hi: Host Identity; points into what was parsed
 * @hi_len: octets
 * @di: Domain Identifier
 * @di_len: octets
 */
struct host_id {
	uint16_t algorithm;
	uint8_t di_type;
	const uint8_t *hi;
	size_t hi_len;
	const uint8_t *di;
	size_t di_len;
};

/* 0 or -EINVAL. */
int host_id_parse(struct host_id *id, const uint8_t *data, size_t len);

/*
 * 0; -EOPNOTSUPP for an algorithm that is not RSA, ECDSA, ECDSA_LOW or EdDSA;
 * -EIO if libcrypto fails.
 */
int host_id_hit(const struct host_id *id, struct in6_addr *hit);

/*
 * The public key: 0; -EOPNOTSUPP for an algorithm, curve or size that we do
 * not take; -EINVAL if it is malformed or not a point of the curve.
 */
int host_id_public(const struct host_id *id, EVP_PKEY **key,
		   enum key_type *type);

/* Writes contents for @key, without a Domain Identifier: octets or -errno. */
int host_id_make(const EVP_PKEY *key, uint8_t *buf, size_t size);

/* Appends a Domain Identifier to such contents: octets or -ENOSPC. */
int host_id_add_domain(uint8_t *buf, size_t len, size_t size,
		       const struct domain *domain);

#endif /* HIPFLOWD_HOST_ID_H */
