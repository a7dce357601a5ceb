/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HOST_ID: the public key of a host (RFC 7401 section 5.2.9), and the HIT that
 * is made of it (RFC 7343).
 */
#ifndef _NET_HIP_HOST_ID_H
#define _NET_HIP_HOST_ID_H

#include "rhash.h"
#include "types.h"

/* HI algorithms (section 5.2.9) */
#define HIP_HI_ALGORITHM_DSA		3
#define HIP_HI_ALGORITHM_RSA		5
#define HIP_HI_ALGORITHM_ECDSA		7
#define HIP_HI_ALGORITHM_ECDSA_LOW	9
#define HIP_HI_ALGORITHM_EDDSA		13	/* RFC 9374 section 3.4.1 */

#define HIP_HOST_ID_MIN_LEN		6
/* RSA-4096: 3 octets of exponent, 512 of modulus, a domain identifier. */
#define HIP_HOST_ID_MAX_LEN		1100
#define HIP_SIGNATURE_MAX_LEN		512

/**
 * struct hip_host_id - parsed contents of a HOST_ID parameter
 * @algorithm: HI algorithm
 * @di_type: 0 none, 1 FQDN, 2 NAI
 * @hi: Host Identity, points into what was parsed
 * @hi_len: octets
 * @di: Domain Identifier
 * @di_len: octets
 */
struct hip_host_id {
	u16		algorithm;
	u8		di_type;
	const u8	*hi;
	unsigned int	hi_len;
	const u8	*di;
	unsigned int	di_len;
};

/**
 * hip_host_id_parse - check and split the contents of a HOST_ID parameter
 * @id: result, points into @data
 * @data: contents
 * @len: octets
 *
 * Return: 0 or -EINVAL.
 */
int hip_host_id_parse(struct hip_host_id *id, const u8 *data, unsigned int len);

/**
 * hip_host_id_hit - the HIT of a Host Identity (RFC 7343: middle 96 bits)
 * @id: parsed HOST_ID
 * @hit: result
 *
 * Return: 0, -EOPNOTSUPP for an algorithm with no HIT suite here, or an error
 * of the hash.
 */
int hip_host_id_hit(const struct hip_host_id *id, struct in6_addr *hit);

#endif /* _NET_HIP_HOST_ID_H */
