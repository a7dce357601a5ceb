/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RHASH: the hash function of the Responder's HIT suite (RFC 7401 section 3),
 * used for puzzles, HIP_MAC and KEYMAT by both hosts.
 *
 * Where others have an HMAC, HIT suite 5 has KMAC128 (RFC 9374 section 3.4.2):
 * what is said here of HMACs is true of it, too. Its hash is cSHAKE128 without a
 * name and customization, as the RFC gives none for HIPv2.
 */
#ifndef _NET_HIP_RHASH_H
#define _NET_HIP_RHASH_H

#include "types.h"

/* HIT suites, which are the ORCHID OGA identifiers (RFC 7401 section 5.2.10). */
enum hip_hit_suite {
	HIP_HIT_SUITE_RSA_SHA256 = 1,
	HIP_HIT_SUITE_ECDSA_SHA384 = 2,
	HIP_HIT_SUITE_ECDSA_LOW_SHA1 = 3,
	HIP_HIT_SUITE_EDDSA_CSHAKE128 = 5,	/* RFC 9374 section 3.4.2 */
};

enum hip_rhash {
	HIP_RHASH_SHA256,
	HIP_RHASH_SHA384,
	HIP_RHASH_SHA1,
	HIP_RHASH_CSHAKE128,

	HIP_RHASH_MAX
};

#define HIP_RHASH_MAX_LEN	48

struct hip_hmac;

/**
 * hip_rhash_len - octets of the digest, which is also the "natural" MAC key
 * @rhash: one of the enum
 *
 * RFC 9374 leaves that of cSHAKE128 open: 256 bits are as strong against
 * collisions as it can be (SP 800-185 section 8.1).
 */
static inline unsigned int hip_rhash_len(enum hip_rhash rhash)
{
	switch (rhash) {
	case HIP_RHASH_SHA384:
		return 48;
	case HIP_RHASH_SHA1:
		return 20;
	default:
		return 32;
	}
}

/**
 * hip_rhash_of_suite - RHASH of a HIT suite (RFC 7401 section 5.2.10)
 * @suite: four-bit HIT suite id
 *
 * Return: enum hip_rhash, or -EOPNOTSUPP for a suite we do not have.
 */
static inline int hip_rhash_of_suite(u8 suite)
{
	switch (suite) {
	case HIP_HIT_SUITE_RSA_SHA256:
		return HIP_RHASH_SHA256;
	case HIP_HIT_SUITE_ECDSA_SHA384:
		return HIP_RHASH_SHA384;
	case HIP_HIT_SUITE_ECDSA_LOW_SHA1:
		return HIP_RHASH_SHA1;
	case HIP_HIT_SUITE_EDDSA_CSHAKE128:
		return HIP_RHASH_CSHAKE128;
	default:
		return -EOPNOTSUPP;
	}
}

/*
 * Implemented by rhash.c on crypto_shash, and by the tests on OpenSSL.
 *
 * Digest and HMAC computation work in any context but hard interrupts and do not
 * allocate; making a keyed HMAC needs process context, freeing it does not. @out has
 * hip_rhash_len() octets. One struct hip_hmac may be used by several CPUs at a time.
 */
int hip_rhash_init(void);
void hip_rhash_exit(void);
int hip_rhash_digest(enum hip_rhash rhash, const struct hip_iov *iov,
		     unsigned int n, u8 *out);
struct hip_hmac *hip_hmac_new(enum hip_rhash rhash, const u8 *key,
			      unsigned int keylen);	/* ERR_PTR */
/*
 * For one that strangers' packets are answered or relayed with: it need not be keyed
 * again after others, for half a KB. Process context.
 */
void hip_hmac_prepare(struct hip_hmac *hmac);
int hip_hmac_digest(const struct hip_hmac *hmac, const struct hip_iov *iov,
		    unsigned int n, u8 *out);
enum hip_rhash hip_hmac_rhash(const struct hip_hmac *hmac);
void hip_hmac_free(struct hip_hmac *hmac);		/* NULL is fine */

#endif /* _NET_HIP_RHASH_H */
