/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Diffie-Hellman in the groups of RFC 7401 section 5.2.7.
 *
 * On the wire, MODP values are as long as the prime; points are x | y
 * (RFC 5903), and 04 | x | y is taken as well.
 */
#ifndef HIPFLOWD_DH_H
#define HIPFLOWD_DH_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#define DH_PUBLIC_MAX	384	/* MODP 3072 */
#define DH_SECRET_MAX	384

/* A new key pair: 0, -EOPNOTSUPP for a group we do not have, or -EIO. */
int dh_generate(uint8_t group, EVP_PKEY **key);

/* Writes the public value: octets or -errno. */
int dh_public(const EVP_PKEY *key, uint8_t group, uint8_t *out, size_t size);

/*
 * Writes the shared secret with the public value of a peer, which is checked:
 * octets; -EINVAL if the value is not of the group; -EIO. The caller wipes.
 */
int dh_derive(EVP_PKEY *key, uint8_t group, const uint8_t *peer,
	      size_t peer_len, uint8_t *out, size_t size);

#endif /* HIPFLOWD_DH_H */
