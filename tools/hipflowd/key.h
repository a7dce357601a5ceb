/* SPDX-License-Identifier: GPL-2.0-only */
/* The kinds of host identity keys there are. */
#ifndef HIPFLOWD_KEY_H
#define HIPFLOWD_KEY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

enum key_type {
	KEY_ECDSA_P256,
	KEY_ECDSA_P384,
	KEY_ED25519,
	KEY_ED448,
	KEY_RSA,
	/* Weak: of peers only, never one of ours */
	KEY_ECDSA_LOW,
};

/* RFC 7401 section 5.2.9 asks for 112 bits of security, which is RSA-2048. */
#define KEY_RSA_MIN_BITS	2048
#define KEY_RSA_MAX_BITS	4096
#define KEY_RSA_NEW_BITS	3072

/* RFC 9374 section 3.4: EdDSA, without a hash in front. */
bool key_is_eddsa(enum key_type type);

/* Octets of a field element, half a signature; 0 for RSA. */
size_t key_field_len(enum key_type type);

/* Octets of an uncompressed point: 04 | x | y. */
#define KEY_POINT_MAX (1 + 2 * 48)

/* For OpenSSL; NULL if it is not ECDSA. */
const char *key_curve(enum key_type type);

/* As in the configuration: "ecdsa-p384". */
const char *key_type_name(enum key_type type);

/* 0 or -EINVAL. */
int key_type_parse(const char *name, enum key_type *type);

/* 0, or -EOPNOTSUPP for a key that cannot be a host identity. */
int key_type_of(const EVP_PKEY *key, enum key_type *type);

/* A new key pair, or NULL. */
EVP_PKEY *key_generate(enum key_type type);

/* "" or ": " and what libcrypto says about the last error, for messages. */
const char *key_error(char *buf, size_t size);

#endif /* HIPFLOWD_KEY_H */
