// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does what vectors.py asks with the code of hipflowd, so that the result can
 * be compared with another way to compute it. Octets are in hexadecimal.
 *
 *   host-id PEM		HOST_ID contents, HIT
 *   sign PEM DATA		signature
 *   derive GROUP PRIVATE PUBLIC PEER
 *				public value, shared secret
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "dh.h"
#include "host_id.h"
#include "key.h"
#include "signature.h"

static void die(const char *what)
{
	fprintf(stderr, "hipflowd_vectors: %s\n", what);
	exit(EXIT_FAILURE);
}

static void print_octets(const uint8_t *data, int len)
{
	int i;

	if (len < 0)
		die("failed");
	for (i = 0; i < len; i++)
		printf("%02x", data[i]);
	putchar('\n');
}

static EVP_PKEY *load(const char *path, enum key_type *type)
{
	FILE *file = fopen(path, "r");
	EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) :
		NULL;

	if (!key || key_type_of(key, type))
		die("cannot use the key");
	fclose(file);
	return key;
}

static void do_host_id(const char *path)
{
	uint8_t buf[HOST_ID_MAX];
	char hit[HIP_ADDR_STRLEN];
	struct in6_addr addr;
	struct host_id id;
	enum key_type type;
	EVP_PKEY *key = load(path, &type);
	int len = host_id_make(key, buf, sizeof(buf));

	print_octets(buf, len);
	if (host_id_parse(&id, buf, len) || host_id_hit(&id, &addr))
		die("HOST_ID");
	puts(hip_addr_print(&addr, hit));
	EVP_PKEY_free(key);
}

static void do_sign(const char *path, const char *hex)
{
	uint8_t sig[SIGNATURE_MAX];
	enum key_type type;
	EVP_PKEY *key = load(path, &type);
	uint8_t *data;
	long len;

	data = OPENSSL_hexstr2buf(hex, &len);
	if (!data)
		die("data");
	print_octets(sig, signature_make(key, type, data, len, sig,
					 sizeof(sig)));
	OPENSSL_free(data);
	EVP_PKEY_free(key);
}

/* A pair of which the private number is given. */
static EVP_PKEY *make_pair(uint8_t group, const char *private_hex,
			   const char *public_hex)
{
	static const char *const names[] = {
		[3] = "modp_1536", [4] = "modp_3072", [7] = "P-256",
		[8] = "P-384", [9] = "P-521", [10] = "secp160r1",
		[11] = "modp_2048",
	};
	bool ec = group >= 7 && group <= 10;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *private = NULL;
	BIGNUM *public = NULL;
	OSSL_PARAM *params;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key = NULL;
	uint8_t *point;
	long len;

	BN_hex2bn(&private, private_hex);
	BN_hex2bn(&public, public_hex);
	point = OPENSSL_hexstr2buf(public_hex, &len);
	OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
					names[group], 0);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, private);
	if (ec)
		OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
						 point, len);
	else
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PUB_KEY, public);
	params = OSSL_PARAM_BLD_to_param(build);
	ctx = EVP_PKEY_CTX_new_from_name(NULL, ec ? "EC" : "DH", NULL);
	if (EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		die("not a key");
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	OPENSSL_free(point);
	BN_free(private);
	BN_free(public);
	return key;
}

static void do_derive(uint8_t group, const char *private_hex,
		      const char *own_hex, const char *peer_hex)
{
	EVP_PKEY *key = make_pair(group, private_hex, own_hex);
	uint8_t out[DH_SECRET_MAX];
	uint8_t *peer;
	long len;

	peer = OPENSSL_hexstr2buf(peer_hex, &len);
	print_octets(out, dh_public(key, group, out, sizeof(out)));
	print_octets(out, dh_derive(key, group, peer, len, out, sizeof(out)));
	OPENSSL_free(peer);
	EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "host-id"))
		do_host_id(argv[2]);
	else if (argc == 4 && !strcmp(argv[1], "sign"))
		do_sign(argv[2], argv[3]);
	else if (argc == 6 && !strcmp(argv[1], "derive"))
		do_derive(atoi(argv[2]), argv[3], argv[4], argv[5]);
	else
		die("what?");
	return EXIT_SUCCESS;
}
