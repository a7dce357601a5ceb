/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cSHAKE128 and KMAC128 (NIST SP 800-185), which HIT suite 5 is made of (RFC 9374
 * section 3.4.2). The kernel has SHA-3, but none that can be customized.
 */
#ifndef _NET_HIP_KECCAK_H
#define _NET_HIP_KECCAK_H

#include "types.h"

#define HIP_KECCAK_LANES	25
#define HIP_CSHAKE128_RATE	168	/* octets taken at a time */

/**
 * struct hip_keccak - a sponge that absorbs
 * @lane: state; a copy of it absorbs on from here, which is what keyed MACs do
 * @pos: octets of @lane's rate that are taken
 * @suffix: what ends the message, first bit of padding included
 */
struct hip_keccak {
	u64		lane[HIP_KECCAK_LANES];
	unsigned int	pos;
	u8		suffix;
};

/* Any context, no allocation. Who gave it secrets wipes the sponge. */

/**
 * hip_cshake128_init - begin
 * @sponge: to be set up
 * @function: name of the function, N; "" and an empty @custom make it SHAKE128
 * @custom: customization string, S
 * @len: octets of @custom
 */
void hip_cshake128_init(struct hip_keccak *sponge, const char *function,
			const void *custom, unsigned int len);
void hip_keccak_update(struct hip_keccak *sponge, const void *data, size_t len);
/* Ends it: @len octets of output. */
void hip_keccak_final(struct hip_keccak *sponge, u8 *out, size_t len);

/* Begin a MAC with a key, and a customization string. */
void hip_kmac128_init(struct hip_keccak *sponge, const void *key,
		      unsigned int keylen, const void *custom,
		      unsigned int len);
/* Ends it; a MAC of another length has nothing in common with this one. */
void hip_kmac128_final(struct hip_keccak *sponge, u8 *out, unsigned int len);

#endif /* _NET_HIP_KECCAK_H */
