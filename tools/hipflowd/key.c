// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "compiler.h"
#include "key.h"

static const struct {
	const char *name;
	const char *algorithm;	/* for OpenSSL */
	const char *curve;	/* of ECDSA */
	const char *alias;	/* what OpenSSL calls it when asked */
	size_t field_len;
} types[] = {
	[KEY_ECDSA_P256] = { "ecdsa-p256", "EC", "P-256", "prime256v1", 32 },
	[KEY_ECDSA_P384] = { "ecdsa-p384", "EC", "P-384", "secp384r1", 48 },
	[KEY_ED25519] = { "ed25519", "ED25519", NULL, NULL, 32 },
	[KEY_ED448] = { "ed448", "ED448", NULL, NULL, 57 },
	[KEY_RSA] = { "rsa-3072", "RSA", NULL, NULL, 0 },
	[KEY_ECDSA_LOW] = { "ecdsa-low", "EC", "secp160r1", "secp160r1", 20 },
};

bool key_is_eddsa(enum key_type type)
{
	return type == KEY_ED25519 || type == KEY_ED448;
}

size_t key_field_len(enum key_type type)
{
	return types[type].field_len;
}

const char *key_curve(enum key_type type)
{
	return types[type].curve;
}

const char *key_type_name(enum key_type type)
{
	return types[type].name;
}

int key_type_parse(const char *name, enum key_type *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (i != KEY_ECDSA_LOW && !strcmp(types[i].name, name)) {
			*type = i;
			return 0;
		}
	}
	return -EINVAL;
}

int key_type_of(const EVP_PKEY *key, enum key_type *type)
{
	char curve[64];
	size_t len;
	size_t i;

	if (EVP_PKEY_is_a(key, "RSA")) {
		int bits = EVP_PKEY_get_bits(key);

		*type = KEY_RSA;
		return bits >= KEY_RSA_MIN_BITS && bits <= KEY_RSA_MAX_BITS ?
			0 : -EOPNOTSUPP;
	}
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (key_is_eddsa(i) && EVP_PKEY_is_a(key, types[i].algorithm)) {
			*type = i;
			return 0;
		}
	}
	if (!EVP_PKEY_is_a(key, "EC") ||
	    !EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME,
					    curve, sizeof(curve), &len))
		return -EOPNOTSUPP;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (i != KEY_ECDSA_LOW && types[i].curve &&
		    (!strcasecmp(curve, types[i].curve) ||
		     !strcasecmp(curve, types[i].alias))) {
			*type = i;
			return 0;
		}
	}
	return -EOPNOTSUPP;
}

EVP_PKEY *key_generate(enum key_type type)
{
	if (type == KEY_RSA)
		return EVP_RSA_gen(KEY_RSA_NEW_BITS);
	if (key_is_eddsa(type))
		return EVP_PKEY_Q_keygen(NULL, NULL, types[type].algorithm);
	return EVP_EC_gen(types[type].curve);
}

const char *key_error(char *buf, size_t size)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	if (size)
		buf[0] = '\0';
	if (reason)
		snprintf(buf, size, ": %s", reason);
	ERR_clear_error();
	return buf;
}
