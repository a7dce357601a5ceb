/* SPDX-License-Identifier: GPL-2.0-only */
/* HIP resource records of the DNS, RFC 8005 section 5. */
#ifndef HIPFLOWD_HIP_RR_H
#define HIPFLOWD_HIP_RR_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "host_id.h"
#include "name_proto.h"

#define HIP_RR_TYPE	55

/* Public key algorithms are those of IPSECKEY records. */
#define HIP_RR_RSA	2	/* key as in RFC 3110 */
#define HIP_RR_ECDSA	3	/* key as in RFC 6605 */
#define HIP_RR_EDDSA	4	/* key as in RFC 8080 (RFC 9373) */

/**
 * struct hip_rr - what a record says
 * @hit: Host Identity Tag
 * @algorithm: of the key
 * @key: points into what was parsed
 * @key_len: octets
 * @n_rvs: rendezvous servers, those left out included
 * @rvs: their names, the first HIP_NAME_RVS of them
 */
struct hip_rr {
	struct in6_addr hit;
	uint8_t algorithm;
	const uint8_t *key;
	size_t key_len;
	unsigned int n_rvs;
	char rvs[HIP_NAME_RVS][HIP_NAME_MAX + 1];
};

/* 0; -EINVAL if it is malformed; -ERANGE if what it has is not a HIT. */
int hip_rr_parse(struct hip_rr *rr, const uint8_t *data, size_t len);

/*
 * Is the HIT the hash of the key? Writes the Host Identity, as it is in
 * HOST_ID, to @hi and its length to @hi_len: 0; -EPERM if not; -EINVAL for a
 * malformed key; -EOPNOTSUPP for an algorithm or a curve that we do not know;
 * -EIO if libcrypto fails.
 */
int hip_rr_verify(const struct hip_rr *rr, uint16_t *algorithm,
		  uint8_t hi[HIP_NAME_HI_MAX], uint16_t *hi_len);

#endif /* HIPFLOWD_HIP_RR_H */
