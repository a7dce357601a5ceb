/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signatures of HIP packets (RFC 7401 section 5.2.14): RSA-PSS with SHA-256,
 * ECDSA with SHA-256 on P-256 and SHA-384 on P-384 as r | s (RFC 4754), EdDSA
 * as it is (RFC 8032). Of ECDSA_LOW, SHA-1 on secp160r1, r and s may have 20 octets
 * as a field element has, or 21 as the order of the curve has.
 */
#ifndef HIPFLOWD_SIGNATURE_H
#define HIPFLOWD_SIGNATURE_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "key.h"

#define SIGNATURE_MAX 512	/* RSA-4096 */

/* Octets written to @out, or -EIO, -ENOSPC. */
int signature_make(EVP_PKEY *key, enum key_type type, const uint8_t *data,
		   size_t len, uint8_t *out, size_t size);

/* 0, -EBADMSG if it is not the signature of @key over @data, or -ENOMEM. */
int signature_verify(EVP_PKEY *key, enum key_type type, const uint8_t *data,
		     size_t len, const uint8_t *signature,
		     size_t signature_len);

#endif /* HIPFLOWD_SIGNATURE_H */
