// SPDX-License-Identifier: GPL-2.0-only
/* Signatures, host identities and Diffie-Hellman. */
#include <errno.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

#include "addr.h"
#include "compiler.h"
#include "dh.h"
#include "dh_table.h"
#include "host_id.h"
#include "key.h"
#include "ktap.h"
#include "signature.h"

static const uint8_t message[] = "what is signed";

static const enum key_type key_types[] = {
	KEY_ECDSA_P256, KEY_ECDSA_P384, KEY_ED25519, KEY_ED448,
	KEY_RSA,
};

static const uint8_t groups[] = { 3, 4, 7, 8, 9, 10, 11 };

static void sign_and_verify(enum key_type type)
{
	EVP_PKEY *key = key_generate(type);
	EVP_PKEY *other = key_generate(type);
	uint8_t sig[SIGNATURE_MAX];
	enum key_type found;
	int len;
	int i;

	CHECK(key);
	/* Weak ones cannot be ours. */
	CHECK(type == KEY_ECDSA_LOW ?
	      key_type_of(key, &found) == -EOPNOTSUPP :
	      !key_type_of(key, &found) && found == type);
	len = signature_make(key, type, message, sizeof(message), sig,
			     sizeof(sig));
	CHECK(len == (type == KEY_RSA ? 384 : 2 * (int)key_field_len(type)));
	CHECK(!signature_verify(key, type, message, sizeof(message), sig, len));
	CHECK(signature_verify(other, type, message, sizeof(message), sig,
			       len) == -EBADMSG);
	CHECK(signature_verify(key, type, message, sizeof(message) - 1, sig,
			       len) == -EBADMSG);
	CHECK(signature_verify(key, type, message, sizeof(message), sig,
			       len - 1) == -EBADMSG);
	CHECK(signature_verify(key, type, message, sizeof(message), sig,
			       0) == -EBADMSG);
	for (i = 0; i < len * 8; i += type == KEY_RSA ? 61 : 7) {
		sig[i / 8] ^= 1 << i % 8;
		CHECK(signature_verify(key, type, message, sizeof(message), sig,
				       len) == -EBADMSG);
		sig[i / 8] ^= 1 << i % 8;
	}
	memset(sig, 0, sizeof(sig));
	CHECK(signature_verify(key, type, message, sizeof(message), sig,
			       len) == -EBADMSG);
	memset(sig, 0xff, sizeof(sig));
	CHECK(signature_verify(key, type, message, sizeof(message), sig,
			       len) == -EBADMSG);
	CHECK(signature_make(key, type, message, sizeof(message), sig, 16) ==
	      -ENOSPC);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

static void signatures_p256(void)
{
	sign_and_verify(KEY_ECDSA_P256);
}

static void signatures_p384(void)
{
	sign_and_verify(KEY_ECDSA_P384);
}

static void signatures_ed25519(void)
{
	sign_and_verify(KEY_ED25519);
}

static void signatures_ed448(void)
{
	sign_and_verify(KEY_ED448);
}

/* Of peers; r and s as long as a field element, or as the order */
static void signatures_low(void)
{
	uint8_t long_sig[42] = {};
	uint8_t sig[SIGNATURE_MAX];
	EVP_PKEY *key;

	sign_and_verify(KEY_ECDSA_LOW);
	key = key_generate(KEY_ECDSA_LOW);
	CHECK(signature_make(key, KEY_ECDSA_LOW, message, sizeof(message), sig,
			     sizeof(sig)) == 40);
	memcpy(long_sig + 1, sig, 20);
	memcpy(long_sig + 22, sig + 20, 20);
	CHECK(!signature_verify(key, KEY_ECDSA_LOW, message, sizeof(message),
				long_sig, 42));
	long_sig[0] = 1;
	CHECK(signature_verify(key, KEY_ECDSA_LOW, message, sizeof(message),
			       long_sig, 42) == -EBADMSG);
	EVP_PKEY_free(key);
}

static void signatures_rsa(void)
{
	sign_and_verify(KEY_RSA);
}

/* r and s with zeros in front, and both lengths of DER, come up in a while. */
static void signatures_many(void)
{
	EVP_PKEY *key = key_generate(KEY_ECDSA_P256);
	uint8_t sig[SIGNATURE_MAX];
	uint8_t data[4];
	int i;

	for (i = 0; i < 1000; i++) {
		memcpy(data, &i, sizeof(data));
		CHECK(signature_make(key, KEY_ECDSA_P256, data, sizeof(data),
				     sig, sizeof(sig)) == 64);
		CHECK(!signature_verify(key, KEY_ECDSA_P256, data,
					sizeof(data), sig, 64));
	}
	EVP_PKEY_free(key);
}

static void host_id_round_trip(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(key_types); i++) {
		EVP_PKEY *key = key_generate(key_types[i]);
		uint8_t again[HOST_ID_MAX];
		uint8_t buf[HOST_ID_MAX];
		struct in6_addr hit;
		struct host_id id;
		enum key_type type;
		EVP_PKEY *public;
		int len;

		len = host_id_make(key, buf, sizeof(buf));
		CHECK(len > 0);
		CHECK(!host_id_parse(&id, buf, len));
		CHECK(!host_id_hit(&id, &hit) && hip_addr_is_hit(&hit));
		CHECK((hit.s6_addr[3] & 15) ==
		      (key_types[i] == KEY_RSA ? 1 :
		       key_is_eddsa(key_types[i]) ? 5 : 2));
		CHECK(!host_id_public(&id, &public, &type));
		CHECK(type == key_types[i]);
		CHECK(EVP_PKEY_eq(key, public) == 1);
		CHECK(host_id_make(public, again, sizeof(again)) == len &&
		      !memcmp(buf, again, len));
		CHECK(host_id_make(key, buf, 5) == -ENOSPC);
		CHECK(host_id_make(key, buf, len - 1) == -ENOSPC);
		EVP_PKEY_free(public);
		EVP_PKEY_free(key);
	}
}

/* Exact-size heap copies, so that ASan sees one octet too many. */
static int parse_copy(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	EVP_PKEY *key = NULL;
	struct in6_addr hit;
	enum key_type type;
	struct host_id id;
	int err;

	if (len)
		memcpy(copy, data, len);
	err = host_id_parse(&id, copy, len);
	if (!err) {
		host_id_hit(&id, &hit);
		err = host_id_public(&id, &key, &type);
	}
	if (!err)
		EVP_PKEY_free(key);
	free(copy);
	return err;
}

static void host_id_truncated(void)
{
	size_t i;
	int len;
	int n;

	for (i = 0; i < ARRAY_SIZE(key_types); i++) {
		EVP_PKEY *key = key_generate(key_types[i]);
		uint8_t buf[HOST_ID_MAX];

		len = host_id_make(key, buf, sizeof(buf));
		CHECK(!parse_copy(buf, len));
		for (n = 0; n < len; n++)
			CHECK(parse_copy(buf, n) == -EINVAL);
		/* Shorter, and saying so */
		for (n = 6; n < len; n++) {
			buf[0] = (n - 6) >> 8;
			buf[1] = n - 6;
			/* A long enough number may well be a modulus. */
			CHECK(parse_copy(buf, n) < 0 ||
			      (key_types[i] == KEY_RSA && n >= 6 + 4 + 256));
		}
		EVP_PKEY_free(key);
	}
}

/* Whatever a peer sends must be survived; ASan and UBSan are the judges. */
static void host_id_damaged(void)
{
	size_t i;
	int len;
	int n;

	srandom(7401);
	for (i = 0; i < ARRAY_SIZE(key_types); i++) {
		EVP_PKEY *key = key_generate(key_types[i]);
		uint8_t good[HOST_ID_MAX];
		uint8_t buf[HOST_ID_MAX];

		len = host_id_make(key, good, sizeof(good));
		for (n = 0; n < 3000; n++) {
			int damage = 1 + random() % 4;
			int cut = random() % 4 ? len : 1 + random() % len;

			memcpy(buf, good, sizeof(buf));
			/* Mostly where lengths and labels are */
			while (damage--)
				buf[random() % (random() % 2 ? 12 : len)] =
					random();
			if (cut >= 6 && random() % 2) {
				buf[0] = (cut - 6) >> 8;
				buf[1] = cut - 6;
				buf[2] = 0;
				buf[3] = 0;
			}
			parse_copy(buf, cut);
		}
		EVP_PKEY_free(key);
	}
}

static void host_id_domain(void)
{
	EVP_PKEY *key = key_generate(KEY_ECDSA_P256);
	uint8_t buf[HOST_ID_MAX];
	struct in6_addr without;
	struct in6_addr with;
	struct host_id id;
	int len;

	len = host_id_make(key, buf, sizeof(buf));
	host_id_parse(&id, buf, len);
	host_id_hit(&id, &without);

	memcpy(buf + len, "\x04host\x00", 6);
	buf[2] = 1 << 4;
	buf[3] = 6;
	CHECK(!host_id_parse(&id, buf, len + 6));
	CHECK(id.di_type == 1 && id.di_len == 6 && id.di == buf + len);
	/* The HIT is of the Host Identity alone. */
	CHECK(!host_id_hit(&id, &with) && IN6_ARE_ADDR_EQUAL(&with, &without));
	CHECK(host_id_parse(&id, buf, len + 5) == -EINVAL);
	CHECK(host_id_parse(&id, buf, len) == -EINVAL);
	/* No Domain Identifier, but octets of one */
	buf[2] = 0;
	CHECK(host_id_parse(&id, buf, len + 6) == -EINVAL);
	EVP_PKEY_free(key);
}

/* What others send: x | y without the 04. */
static void host_id_bare_point(void)
{
	EVP_PKEY *key = key_generate(KEY_ECDSA_P384);
	uint8_t buf[HOST_ID_MAX];
	EVP_PKEY *public = NULL;
	enum key_type type;
	struct host_id id;
	int len;

	len = host_id_make(key, buf, sizeof(buf));
	CHECK(buf[8] == 4);
	memmove(buf + 8, buf + 9, len - 9);
	len--;
	buf[1]--;
	CHECK(!host_id_parse(&id, buf, len));
	CHECK(!host_id_public(&id, &public, &type));
	CHECK(public && EVP_PKEY_eq(key, public) == 1);
	EVP_PKEY_free(public);
	/* Not on the curve */
	buf[len - 1] ^= 1;
	CHECK(parse_copy(buf, len) == -EINVAL);
	buf[len - 1] ^= 1;
	/* The other curve; none */
	buf[7] = 1;
	CHECK(parse_copy(buf, len) == -EINVAL);
	buf[7] = 3;
	CHECK(parse_copy(buf, len) == -EOPNOTSUPP);
	/* Algorithms that we do not have */
	buf[5] = 3;
	CHECK(parse_copy(buf, len) == -EOPNOTSUPP);
	EVP_PKEY_free(key);
}

static size_t rsa_host_id(uint8_t *buf, const uint8_t *e, size_t e_len,
			  size_t n_len)
{
	size_t len = 0;

	memset(buf, 0, 6);
	buf[5] = HOST_ID_RSA;
	len = 6;
	if (e_len < 256) {
		buf[len++] = e_len;
	} else {
		buf[len++] = 0;
		buf[len++] = e_len >> 8;
		buf[len++] = e_len;
	}
	memcpy(buf + len, e, e_len);
	len += e_len;
	memset(buf + len, 0xa5, n_len);
	len += n_len;
	buf[0] = (len - 6) >> 8;
	buf[1] = len - 6;
	return len;
}

static void host_id_rsa_limits(void)
{
	static const uint8_t f4[] = { 1, 0, 1 };
	static const uint8_t even[] = { 1, 0, 0 };
	static const uint8_t one[] = { 1 };
	static uint8_t big[300];
	uint8_t buf[2048];
	size_t len;

	CHECK(!parse_copy(buf, rsa_host_id(buf, f4, 3, 256)));
	CHECK(!parse_copy(buf, rsa_host_id(buf, f4, 3, 512)));
	CHECK(parse_copy(buf, rsa_host_id(buf, f4, 3, 128)) == -EOPNOTSUPP);
	CHECK(parse_copy(buf, rsa_host_id(buf, f4, 3, 255)) == -EOPNOTSUPP);
	CHECK(parse_copy(buf, rsa_host_id(buf, f4, 3, 513)) == -EOPNOTSUPP);
	CHECK(parse_copy(buf, rsa_host_id(buf, f4, 3, 0)) == -EINVAL);
	CHECK(parse_copy(buf, rsa_host_id(buf, even, 3, 256)) == -EINVAL);
	CHECK(parse_copy(buf, rsa_host_id(buf, one, 1, 256)) == -EINVAL);
	CHECK(parse_copy(buf, rsa_host_id(buf, f4, 0, 256)) < 0);
	memset(big, 0xff, sizeof(big));
	CHECK(parse_copy(buf, rsa_host_id(buf, big, 9, 256)) == -EOPNOTSUPP);
	CHECK(parse_copy(buf, rsa_host_id(buf, big, 300, 256)) == -EOPNOTSUPP);
	/* The long form of a short exponent */
	len = rsa_host_id(buf, f4, 3, 256);
	memmove(buf + 9, buf + 7, len - 7);
	memcpy(buf + 6, "\0\0\3", 3);
	buf[0] = (len + 2 - 6) >> 8;
	buf[1] = len + 2 - 6;
	CHECK(!parse_copy(buf, len + 2));
}

/* Lengths and curves of EdDSA that are none, or none of ours */
static void host_id_eddsa(void)
{
	EVP_PKEY *key = key_generate(KEY_ED25519);
	uint8_t buf[HOST_ID_MAX] = {};
	int len;
	int i;

	len = host_id_make(key, buf, sizeof(buf));
	EVP_PKEY_free(key);
	CHECK(len == 6 + 4 + 32 && !memcmp(buf, "\0\x24\0\0\0\x0d\0\1\0\0", 10));
	buf[1]++;
	CHECK(parse_copy(buf, len + 1) == -EINVAL);
	buf[1] -= 2;
	CHECK(parse_copy(buf, len - 1) == -EINVAL);
	buf[1]++;
	for (i = 0; i < 8; i++) {
		buf[7] = i;
		CHECK(parse_copy(buf, len) == (i == 1 ? 0 :
					       i == 3 ? -EINVAL : -EOPNOTSUPP));
	}
	buf[7] = 1;
	buf[6] = 1;
	CHECK(parse_copy(buf, len) == -EOPNOTSUPP);
	buf[6] = 0;
	/* Reserved: not looked at */
	buf[9] = 1;
	CHECK(!parse_copy(buf, len));
}

static void keys_that_are_not_host_identities(void)
{
	EVP_PKEY *small = EVP_RSA_gen(1024);
	EVP_PKEY *curve = EVP_EC_gen("P-521");
	EVP_PKEY *modern = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	enum key_type type;

	CHECK(key_type_of(small, &type) == -EOPNOTSUPP);
	CHECK(key_type_of(curve, &type) == -EOPNOTSUPP);
	CHECK(key_type_of(modern, &type) == -EOPNOTSUPP);
	EVP_PKEY_free(small);
	EVP_PKEY_free(curve);
	EVP_PKEY_free(modern);
}

static void dh_agree(void)
{
	static const int lengths[] = { 192, 384, 64, 96, 132, 40, 256 };
	static const int secrets[] = { 192, 384, 32, 48, 66, 20, 256 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		uint8_t pub_a[DH_PUBLIC_MAX], pub_b[DH_PUBLIC_MAX];
		uint8_t sec_a[DH_SECRET_MAX], sec_b[DH_SECRET_MAX];
		uint8_t prefixed[DH_PUBLIC_MAX + 1];
		EVP_PKEY *a, *b;

		CHECK(!dh_generate(groups[i], &a));
		CHECK(!dh_generate(groups[i], &b));
		CHECK(dh_public(a, groups[i], pub_a, sizeof(pub_a)) ==
		      lengths[i]);
		CHECK(dh_public(b, groups[i], pub_b, sizeof(pub_b)) ==
		      lengths[i]);
		CHECK(memcmp(pub_a, pub_b, lengths[i]));
		CHECK(dh_derive(a, groups[i], pub_b, lengths[i], sec_a,
				sizeof(sec_a)) == secrets[i]);
		CHECK(dh_derive(b, groups[i], pub_a, lengths[i], sec_b,
				sizeof(sec_b)) == secrets[i]);
		CHECK(!memcmp(sec_a, sec_b, secrets[i]));
		/* The same pair serves again; points may have the prefix. */
		if (lengths[i] != secrets[i]) {
			prefixed[0] = 4;
			memcpy(prefixed + 1, pub_b, lengths[i]);
			CHECK(dh_derive(a, groups[i], prefixed, lengths[i] + 1,
					sec_b, sizeof(sec_b)) == secrets[i]);
			CHECK(!memcmp(sec_a, sec_b, secrets[i]));
			prefixed[0] = 2;
			CHECK(dh_derive(a, groups[i], prefixed, lengths[i] + 1,
					sec_b, sizeof(sec_b)) == -EINVAL);
		}
		EVP_PKEY_free(a);
		EVP_PKEY_free(b);
	}
}

static void dh_wrong_points(void)
{
	uint8_t secret[DH_SECRET_MAX];
	uint8_t public[DH_PUBLIC_MAX];
	EVP_PKEY *key;
	size_t i;
	int len;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (groups[i] < 7 || groups[i] > 10)
			continue;
		dh_generate(groups[i], &key);
		len = dh_public(key, groups[i], public, sizeof(public));
		public[len - 1] ^= 1;
		CHECK(dh_derive(key, groups[i], public, len, secret,
				sizeof(secret)) == -EINVAL);
		public[len - 1] ^= 1;
		CHECK(dh_derive(key, groups[i], public, len - 1, secret,
				sizeof(secret)) == -EINVAL);
		CHECK(dh_derive(key, groups[i], public, 0, secret,
				sizeof(secret)) == -EINVAL);
		memset(public, 0, sizeof(public));
		CHECK(dh_derive(key, groups[i], public, len, secret,
				sizeof(secret)) == -EINVAL);
		/* One octet: the point at infinity in SEC 1 */
		CHECK(dh_derive(key, groups[i], public, 1, secret,
				sizeof(secret)) == -EINVAL);
		memset(public, 0xff, sizeof(public));
		CHECK(dh_derive(key, groups[i], public, len, secret,
				sizeof(secret)) == -EINVAL);
		EVP_PKEY_free(key);
	}
}

/* 0, 1, p - 1, p and p + 2 are refused; 2 and p - 2 are the ends. */
static void dh_wrong_values(void)
{
	uint8_t value[DH_PUBLIC_MAX + 1];
	uint8_t secret[DH_SECRET_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		static const struct {
			int add;
			bool to_prime;
			bool good;
		} values[] = {
			{ 0, false, false }, { 1, false, false },
			{ -1, true, false }, { 0, true, false },
			{ 2, true, false }, { 4, false, true },
		};
		BIGNUM *p = NULL;
		EVP_PKEY *key;
		size_t v;
		int len;

		if (groups[i] >= 7 && groups[i] <= 10)
			continue;
		dh_generate(groups[i], &key);
		len = dh_public(key, groups[i], value, DH_PUBLIC_MAX);
		CHECK(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &p));
		for (v = 0; v < ARRAY_SIZE(values); v++) {
			BIGNUM *y = values[v].to_prime ? BN_dup(p) : BN_new();
			int got;

			if (values[v].add >= 0)
				BN_add_word(y, values[v].add);
			else
				BN_sub_word(y, -values[v].add);
			BN_bn2binpad(y, value, len);
			got = dh_derive(key, groups[i], value, len, secret,
					sizeof(secret));
			CHECK(got == (values[v].good ? len : -EINVAL));
			BN_free(y);
		}
		/* Longer than the prime */
		memset(value, 0, sizeof(value));
		value[len] = 4;
		CHECK(dh_derive(key, groups[i], value, len + 1, secret,
				sizeof(secret)) == -EINVAL);
		/* Without the zeros in front */
		value[0] = 4;
		CHECK(dh_derive(key, groups[i], value, 1, secret,
				sizeof(secret)) == len);
		CHECK(dh_derive(key, groups[i], value, 0, secret,
				sizeof(secret)) == -EINVAL);
		BN_free(p);
		EVP_PKEY_free(key);
	}
}

static void dh_other_groups(void)
{
	uint8_t buf[DH_SECRET_MAX];
	EVP_PKEY *key;

	CHECK(dh_generate(12, &key) == -EOPNOTSUPP && !key);
	CHECK(dh_generate(0, &key) == -EOPNOTSUPP && !key);
	CHECK(!dh_generate(7, &key));
	CHECK(dh_public(key, 12, buf, sizeof(buf)) == -EOPNOTSUPP);
	CHECK(dh_derive(key, 12, buf, 40, buf, sizeof(buf)) == -EOPNOTSUPP);
	CHECK(dh_public(key, 7, buf, 10) == -ENOSPC);
	EVP_PKEY_free(key);
}

static void dh_handles(void)
{
	static struct dh_table table;
	uint32_t first, handle;
	EVP_PKEY *key;
	int i;

	dh_generate(7, &key);
	dh_table_init(&table);
	/* Count over the end of 32 bits: 0 is no handle. */
	table.last = 0xffffffff - 10;
	EVP_PKEY_up_ref(key);
	first = dh_table_add(&table, key, 7);
	CHECK(dh_table_find(&table, first)->group == 7);
	for (i = 1; i < DH_TABLE_SIZE; i++) {
		EVP_PKEY_up_ref(key);
		handle = dh_table_add(&table, key, 7);
		CHECK(handle && dh_table_find(&table, handle));
	}
	CHECK(table.used == DH_TABLE_SIZE);
	CHECK(dh_table_find(&table, first));
	CHECK(!dh_table_find(&table, 0));
	/* One more: the oldest goes. */
	EVP_PKEY_up_ref(key);
	handle = dh_table_add(&table, key, 8);
	CHECK(table.used == DH_TABLE_SIZE);
	CHECK(!dh_table_find(&table, first));
	CHECK(dh_table_find(&table, handle)->group == 8);
	dh_table_release(&table, handle);
	dh_table_release(&table, handle);
	CHECK(!dh_table_find(&table, handle));
	CHECK(table.used == DH_TABLE_SIZE - 1);
	dh_table_clear(&table);
	CHECK(!table.used);
	EVP_PKEY_free(key);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(signatures_p256),
		TEST(signatures_p384),
		TEST(signatures_ed25519),
		TEST(signatures_ed448),
		TEST(signatures_low),
		TEST(signatures_rsa),
		TEST(signatures_many),
		TEST(host_id_round_trip),
		TEST(host_id_truncated),
		TEST(host_id_damaged),
		TEST(host_id_domain),
		TEST(host_id_bare_point),
		TEST(host_id_rsa_limits),
		TEST(host_id_eddsa),
		TEST(keys_that_are_not_host_identities),
		TEST(dh_agree),
		TEST(dh_wrong_points),
		TEST(dh_wrong_values),
		TEST(dh_other_groups),
		TEST(dh_handles),
	};

	return tests_run(tests, ARRAY_SIZE(tests));
}
