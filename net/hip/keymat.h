/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KEYMAT (RFC 7401 section 6.5): keys drawn from the Diffie-Hellman secret by
 * HKDF (RFC 5869) with RHASH, for HIP and for ESP (RFC 7402 section 7).
 */
#ifndef _NET_HIP_KEYMAT_H
#define _NET_HIP_KEYMAT_H

#include "rhash.h"
#include "types.h"

/* RFC 7402 section 5.1.2 */
enum hip_esp_suite {
	HIP_ESP_AES_128_CBC_HMAC_SHA1	= 1,
	HIP_ESP_NULL_HMAC_SHA256	= 7,
	HIP_ESP_AES_128_CBC_HMAC_SHA256	= 8,
	HIP_ESP_AES_256_CBC_HMAC_SHA256	= 9,
	HIP_ESP_AES_CCM_8		= 10,
	HIP_ESP_AES_CCM_16		= 11,
	HIP_ESP_AES_GCM_8		= 12,
	HIP_ESP_AES_GCM_16		= 13,
	HIP_ESP_AES_CMAC_96		= 14,
	HIP_ESP_AES_GMAC		= 15,
};

/* HIP_CIPHER, RFC 7401 section 5.2.8 */
enum hip_cipher {
	HIP_CIPHER_NULL			= 1,
	HIP_CIPHER_AES_128_CBC		= 2,
	HIP_CIPHER_AES_256_CBC		= 4,
};

#define HIP_KEYMAT_MAX_KEY	48	/* HMAC-SHA-384 */
#define HIP_ESP_MAX_KEY		36	/* AES-256 and a salt of 4 octets */

/**
 * struct hip_keymat - what keys are drawn from; wipe with hip_keymat_wipe()
 * @prk: keyed with the pseudo-random key of HKDF-Extract
 * @info: smaller HIT | larger HIT
 */
struct hip_keymat {
	struct hip_hmac		*prk;
	struct in6_addr		info[2];
};

/* Keys of one direction of an SA. The salt is the tail of @enc. */
struct hip_esp_keys {
	u8		enc[HIP_ESP_MAX_KEY];
	u8		auth[HIP_KEYMAT_MAX_KEY];
};

/**
 * struct hip_esp_suite_info - sizes of an ESP suite, octets
 * @id: of the registry
 * @enc_len: key drawn for encryption, salt included
 * @auth_len: key drawn for authentication; 0 for AEAD
 * @icv_len: on the wire
 * @aead: name for the kernel's crypto, or NULL
 * @ealg: the same
 * @aalg: the same
 */
struct hip_esp_suite_info {
	u16		id;
	u8		enc_len;
	u8		auth_len;
	u8		icv_len;
	const char	*aead;
	const char	*ealg;
	const char	*aalg;
};

/* NULL for a suite that we do not have. */
const struct hip_esp_suite_info *hip_esp_suite_info(u16 id);

/* Key octets of a HIP_CIPHER, or -EOPNOTSUPP. */
int hip_cipher_key_len(u16 cipher);

/**
 * hip_keymat_init - HKDF-Extract(salt = I | J, IKM = Kij)
 * @km: result
 * @rhash: of the Responder's HIT suite
 * @kij: Diffie-Hellman secret; the caller wipes it
 * @kij_len: octets
 * @i: #I of the puzzle, hip_rhash_len() octets
 * @j: #J
 * @hit_a: either HIT
 * @hit_b: the other
 *
 * Context: process; allocates.
 * Return: 0 or an error.
 */
int hip_keymat_init(struct hip_keymat *km, enum hip_rhash rhash, const u8 *kij,
		    unsigned int kij_len, const u8 *i, const u8 *j,
		    const struct in6_addr *hit_a, const struct in6_addr *hit_b);
void hip_keymat_wipe(struct hip_keymat *km);

/* Octets that can be drawn from a KEYMAT. */
unsigned int hip_keymat_max(enum hip_rhash rhash);

/**
 * hip_keymat_draw - HKDF-Expand, octets @index to @index + @len
 * @km: from hip_keymat_init()
 * @index: first octet
 * @out: where
 * @len: octets
 *
 * Return: 0, or -ENODATA when KEYMAT (255 * hash length) is used up.
 */
int hip_keymat_draw(const struct hip_keymat *km, unsigned int index, u8 *out,
		    unsigned int len);

/**
 * hip_keymat_hip_keys - the four HIP keys at the start of KEYMAT
 * @km: from hip_keymat_init()
 * @local: our HIT
 * @peer: the peer's HIT
 * @cipher: HIP_CIPHER
 * @enc_out: encryption key of our packets, 32 octets of room
 * @mac_out: integrity key of our packets, HIP_KEYMAT_MAX_KEY of room
 * @enc_in: of the peer's packets
 * @mac_in: of the peer's packets
 *
 * Return: index behind them, where the ESP keys start, or an error.
 */
int hip_keymat_hip_keys(const struct hip_keymat *km,
			const struct in6_addr *local,
			const struct in6_addr *peer, u16 cipher, u8 *enc_out,
			u8 *mac_out, u8 *enc_in, u8 *mac_in);

/**
 * hip_keymat_esp_keys - keys of an SA pair (RFC 7402 section 7)
 * @km: from hip_keymat_init()
 * @local: our HIT
 * @peer: the peer's HIT
 * @suite: ESP suite
 * @index: KEYMAT index agreed on
 * @out: keys of the outgoing SA; the caller wipes them
 * @in: keys of the incoming SA
 *
 * Return: index behind them, or an error (-ENODATA: new DH is due).
 */
int hip_keymat_esp_keys(const struct hip_keymat *km,
			const struct in6_addr *local,
			const struct in6_addr *peer, u16 suite,
			unsigned int index, struct hip_esp_keys *out,
			struct hip_esp_keys *in);

#endif /* _NET_HIP_KEYMAT_H */
