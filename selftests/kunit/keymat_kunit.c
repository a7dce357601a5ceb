// SPDX-License-Identifier: GPL-2.0-only
/* KEYMAT against RFC 5869 and another program (vectors.py); order of keys. */
#include <kunit/test.h>

#include "../../net/hip/keymat.h"
#include "keymat_vectors.h"

/* Diffie-Hellman secret of vectors.py. */
#define KIJ_LEN		192

struct keymat_vector {
	enum hip_rhash	rhash;
	const u8	*i;
	const u8	*j;
	const u8	*keymat;
	const u8	*tail;		/* last 40 octets */
};

#define KEYMAT_HEAD	320
#define KEYMAT_TAIL	40

static const struct keymat_vector keymat_vectors[] = {
	{ HIP_RHASH_SHA256, vector_sha256_i, vector_sha256_j,
	  vector_sha256_keymat, vector_sha256_keymat_tail },
	{ HIP_RHASH_SHA384, vector_sha384_i, vector_sha384_j,
	  vector_sha384_keymat, vector_sha384_keymat_tail },
	{ HIP_RHASH_SHA1, vector_sha1_i, vector_sha1_j,
	  vector_sha1_keymat, vector_sha1_keymat_tail },
	{ HIP_RHASH_CSHAKE128, vector_cshake128_i, vector_cshake128_j,
	  vector_cshake128_keymat, vector_cshake128_keymat_tail },
};

static struct in6_addr hit_small, hit_large;

static int keymat_suite_init(struct kunit_suite *suite)
{
	memcpy(&hit_small, vector_hit_small, sizeof(hit_small));
	memcpy(&hit_large, vector_hit_large, sizeof(hit_large));
	return hip_rhash_init();
}

static void keymat_suite_exit(struct kunit_suite *suite)
{
	hip_rhash_exit();
}

static int keymat_init(struct hip_keymat *km, const struct keymat_vector *v,
		       const struct in6_addr *a, const struct in6_addr *b)
{
	unsigned int n;
	u8 kij[KIJ_LEN];

	for (n = 0; n < sizeof(kij); n++)
		kij[n] = 11 * n;
	return hip_keymat_init(km, v->rhash, kij, sizeof(kij), v->i, v->j, a,
			       b);
}

/* Extract and the first block of Expand, for as much as RFC 5869 fits. */
static void keymat_rfc5869(struct kunit *test)
{
	static const u8 no_info[1];
	static const struct {
		const u8	*salt;
		const u8	*ikm;
		unsigned int	ikm_len;
		const u8	*info;
		unsigned int	info_len;
		const u8	*okm;
	} v[] = {
		{ vector_rfc5869_1_salt, vector_rfc5869_1_ikm,
		  sizeof(vector_rfc5869_1_ikm), vector_rfc5869_1_info,
		  sizeof(vector_rfc5869_1_info), vector_rfc5869_1_okm },
		{ vector_rfc5869_2_salt, vector_rfc5869_2_ikm,
		  sizeof(vector_rfc5869_2_ikm), vector_rfc5869_2_info,
		  sizeof(vector_rfc5869_2_info), vector_rfc5869_2_okm },
		{ vector_rfc5869_3_salt, vector_rfc5869_3_ikm,
		  sizeof(vector_rfc5869_3_ikm), no_info, 0,
		  vector_rfc5869_3_okm },
	};
	struct hip_keymat km;
	struct hip_iov iov[2];
	u8 block[32], one = 1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		KUNIT_ASSERT_EQ(test, hip_keymat_init(&km, HIP_RHASH_SHA256,
						      v[i].ikm, v[i].ikm_len,
						      v[i].salt,
						      v[i].salt + 32,
						      &hit_small, &hit_large),
				0);
		iov[0].base = v[i].info;
		iov[0].len = v[i].info_len;
		iov[1].base = &one;
		iov[1].len = 1;
		KUNIT_EXPECT_EQ(test, hip_hmac_digest(km.prk, iov, 2, block),
				0);
		KUNIT_EXPECT_MEMEQ(test, block, v[i].okm, sizeof(block));
		hip_keymat_wipe(&km);
	}
}

/* All of the beginning at once, and any piece of it by itself. */
static void keymat_draws(struct kunit *test)
{
	const struct keymat_vector *v;
	unsigned int n, index, len;
	struct hip_keymat km;
	u8 *out;

	out = kunit_kmalloc(test, KEYMAT_HEAD, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out);
	for (n = 0; n < ARRAY_SIZE(keymat_vectors); n++) {
		v = &keymat_vectors[n];
		KUNIT_ASSERT_EQ(test, keymat_init(&km, v, &hit_small,
						  &hit_large), 0);
		KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, 0, out,
						      KEYMAT_HEAD), 0);
		KUNIT_EXPECT_MEMEQ(test, out, v->keymat, KEYMAT_HEAD);
		for (index = 0; index < KEYMAT_HEAD; index += 7) {
			len = min_t(unsigned int, 101, KEYMAT_HEAD - index);
			memset(out, 0, KEYMAT_HEAD);
			KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, index, out,
							      len), 0);
			KUNIT_EXPECT_MEMEQ(test, out, v->keymat + index, len);
		}
		hip_keymat_wipe(&km);
	}
}

static void keymat_sorts_hits(struct kunit *test)
{
	const struct keymat_vector *v = &keymat_vectors[0];
	struct hip_keymat km;
	u8 out[64];

	KUNIT_ASSERT_EQ(test, keymat_init(&km, v, &hit_large, &hit_small), 0);
	KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, 0, out, sizeof(out)), 0);
	KUNIT_EXPECT_MEMEQ(test, out, v->keymat, sizeof(out));
	hip_keymat_wipe(&km);
}

/* 255 blocks are all there is. */
static void keymat_ends(struct kunit *test)
{
	const struct keymat_vector *v;
	struct hip_keymat km;
	u8 out[KEYMAT_TAIL];
	unsigned int n, end;

	for (n = 0; n < ARRAY_SIZE(keymat_vectors); n++) {
		v = &keymat_vectors[n];
		end = 255 * hip_rhash_len(v->rhash);
		KUNIT_ASSERT_EQ(test, keymat_init(&km, v, &hit_small,
						  &hit_large), 0);
		KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, end - KEYMAT_TAIL,
						      out, KEYMAT_TAIL), 0);
		KUNIT_EXPECT_MEMEQ(test, out, v->tail, KEYMAT_TAIL);
		KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, end, out, 0), 0);
		KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, end, out, 1),
				-ENODATA);
		KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, end - 1, out, 2),
				-ENODATA);
		KUNIT_EXPECT_EQ(test, hip_keymat_draw(&km, 0xffffffffu, out,
						      2), -ENODATA);
		hip_keymat_wipe(&km);
	}
}

/* gl encryption, gl MAC, lg encryption, lg MAC; mirrored at the other host. */
static void keymat_hip_key_order(struct kunit *test)
{
	static const struct {
		u16		cipher;
		unsigned int	len;
	} ciphers[] = {
		{ HIP_CIPHER_NULL, 0 },
		{ HIP_CIPHER_AES_128_CBC, 16 },
		{ HIP_CIPHER_AES_256_CBC, 32 },
	};
	u8 enc[2][32], mac[2][HIP_KEYMAT_MAX_KEY];
	const struct keymat_vector *v;
	unsigned int n, c, e, m;
	struct hip_keymat km;
	int index;

	for (n = 0; n < ARRAY_SIZE(keymat_vectors); n++) {
		v = &keymat_vectors[n];
		m = hip_rhash_len(v->rhash);
		KUNIT_ASSERT_EQ(test, keymat_init(&km, v, &hit_small,
						  &hit_large), 0);
		for (c = 0; c < ARRAY_SIZE(ciphers); c++) {
			e = ciphers[c].len;
			index = hip_keymat_hip_keys(&km, &hit_large, &hit_small,
						    ciphers[c].cipher, enc[0],
						    mac[0], enc[1], mac[1]);
			KUNIT_EXPECT_EQ(test, index, (int)(2 * (e + m)));
			KUNIT_EXPECT_MEMEQ(test, enc[0], v->keymat, e);
			KUNIT_EXPECT_MEMEQ(test, mac[0], v->keymat + e, m);
			KUNIT_EXPECT_MEMEQ(test, enc[1], v->keymat + e + m, e);
			KUNIT_EXPECT_MEMEQ(test, mac[1],
					   v->keymat + 2 * e + m, m);
			/* The host with the lesser HIT sends with lg. */
			index = hip_keymat_hip_keys(&km, &hit_small, &hit_large,
						    ciphers[c].cipher, enc[0],
						    mac[0], enc[1], mac[1]);
			KUNIT_EXPECT_EQ(test, index, (int)(2 * (e + m)));
			KUNIT_EXPECT_MEMEQ(test, enc[1], v->keymat, e);
			KUNIT_EXPECT_MEMEQ(test, mac[1], v->keymat + e, m);
			KUNIT_EXPECT_MEMEQ(test, enc[0], v->keymat + e + m, e);
			KUNIT_EXPECT_MEMEQ(test, mac[0],
					   v->keymat + 2 * e + m, m);
		}
		KUNIT_EXPECT_EQ(test, hip_keymat_hip_keys(&km, &hit_small,
							  &hit_large, 3,
							  enc[0], mac[0],
							  enc[1], mac[1]),
				-EOPNOTSUPP);
		hip_keymat_wipe(&km);
	}
}

/* SA-gl encryption, SA-gl authentication, then the same of lg. */
static void keymat_esp_key_order(struct kunit *test)
{
	static const u16 ids[] = { 7, 8, 9, 10, 11, 12, 13, 15 };
	const struct keymat_vector *v = &keymat_vectors[1];
	const struct hip_esp_suite_info *info;
	struct hip_esp_keys out, in;
	unsigned int n, e, a, index = 128;
	struct hip_keymat km;
	const u8 *expect;
	int next;

	KUNIT_ASSERT_EQ(test, keymat_init(&km, v, &hit_small, &hit_large), 0);
	for (n = 0; n < ARRAY_SIZE(ids); n++) {
		info = hip_esp_suite_info(ids[n]);
		KUNIT_ASSERT_NOT_NULL(test, info);
		e = info->enc_len;
		a = info->auth_len;
		expect = v->keymat + index;
		next = hip_keymat_esp_keys(&km, &hit_large, &hit_small, ids[n],
					   index, &out, &in);
		KUNIT_EXPECT_EQ(test, next, (int)(index + 2 * (e + a)));
		KUNIT_EXPECT_MEMEQ(test, out.enc, expect, e);
		KUNIT_EXPECT_MEMEQ(test, out.auth, expect + e, a);
		KUNIT_EXPECT_MEMEQ(test, in.enc, expect + e + a, e);
		KUNIT_EXPECT_MEMEQ(test, in.auth, expect + 2 * e + a, a);
		next = hip_keymat_esp_keys(&km, &hit_small, &hit_large, ids[n],
					   index, &out, &in);
		KUNIT_EXPECT_EQ(test, next, (int)(index + 2 * (e + a)));
		KUNIT_EXPECT_MEMEQ(test, in.enc, expect, e);
		KUNIT_EXPECT_MEMEQ(test, in.auth, expect + e, a);
		KUNIT_EXPECT_MEMEQ(test, out.enc, expect + e + a, e);
		KUNIT_EXPECT_MEMEQ(test, out.auth, expect + 2 * e + a, a);
	}
	KUNIT_EXPECT_EQ(test, hip_keymat_esp_keys(&km, &hit_small, &hit_large,
						  1, 0, &out, &in),
			-EOPNOTSUPP);
	/* Suite 8 takes 96 octets: that fits once before the end. */
	KUNIT_EXPECT_EQ(test, hip_keymat_esp_keys(&km, &hit_small, &hit_large,
						  8, 255 * 48 - 96, &out, &in),
			255 * 48);
	KUNIT_EXPECT_EQ(test, hip_keymat_esp_keys(&km, &hit_small, &hit_large,
						  8, 255 * 48 - 95, &out, &in),
			-ENODATA);
	hip_keymat_wipe(&km);
}

static void keymat_suites(struct kunit *test)
{
	static const struct hip_esp_suite_info expect[] = {
		{ 7, 0, 32, 16, NULL, "ecb(cipher_null)", "hmac(sha256)" },
		{ 8, 16, 32, 16, NULL, "cbc(aes)", "hmac(sha256)" },
		{ 9, 32, 32, 16, NULL, "cbc(aes)", "hmac(sha256)" },
		{ 10, 19, 0, 8, "rfc4309(ccm(aes))", NULL, NULL },
		{ 11, 19, 0, 16, "rfc4309(ccm(aes))", NULL, NULL },
		{ 12, 20, 0, 8, "rfc4106(gcm(aes))", NULL, NULL },
		{ 13, 20, 0, 16, "rfc4106(gcm(aes))", NULL, NULL },
		{ 15, 20, 0, 16, "rfc4543(gcm(aes))", NULL, NULL },
	};
	const struct hip_esp_suite_info *info;
	unsigned int id, i = 0;

	for (id = 0; id <= U16_MAX; id++) {
		info = hip_esp_suite_info(id);
		if (i == ARRAY_SIZE(expect) || id != expect[i].id) {
			KUNIT_EXPECT_NULL(test, info);
			continue;
		}
		KUNIT_ASSERT_NOT_NULL(test, info);
		KUNIT_EXPECT_EQ(test, info->id, expect[i].id);
		KUNIT_EXPECT_EQ(test, info->enc_len, expect[i].enc_len);
		KUNIT_EXPECT_EQ(test, info->auth_len, expect[i].auth_len);
		KUNIT_EXPECT_EQ(test, info->icv_len, expect[i].icv_len);
		KUNIT_EXPECT_LE(test, (size_t)info->enc_len,
				sizeof(((struct hip_esp_keys *)0)->enc));
		KUNIT_EXPECT_STREQ(test, info->aead ?: "",
				   expect[i].aead ?: "");
		KUNIT_EXPECT_STREQ(test, info->ealg ?: "",
				   expect[i].ealg ?: "");
		KUNIT_EXPECT_STREQ(test, info->aalg ?: "",
				   expect[i].aalg ?: "");
		i++;
	}
	KUNIT_EXPECT_EQ(test, i, (unsigned int)ARRAY_SIZE(expect));
}

static void keymat_ciphers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hip_cipher_key_len(HIP_CIPHER_NULL), 0);
	KUNIT_EXPECT_EQ(test, hip_cipher_key_len(HIP_CIPHER_AES_128_CBC), 16);
	KUNIT_EXPECT_EQ(test, hip_cipher_key_len(HIP_CIPHER_AES_256_CBC), 32);
	KUNIT_EXPECT_EQ(test, hip_cipher_key_len(0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, hip_cipher_key_len(3), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, hip_cipher_key_len(5), -EOPNOTSUPP);
}

static void keymat_wipes(struct kunit *test)
{
	static const struct hip_keymat none;
	struct hip_keymat km;

	KUNIT_ASSERT_EQ(test, keymat_init(&km, &keymat_vectors[0], &hit_small,
					  &hit_large), 0);
	hip_keymat_wipe(&km);
	KUNIT_EXPECT_MEMEQ(test, &km, &none, sizeof(km));
	/* Twice does no harm: error paths do it. */
	hip_keymat_wipe(&km);
}

static struct kunit_case keymat_cases[] = {
	KUNIT_CASE(keymat_rfc5869),
	KUNIT_CASE(keymat_draws),
	KUNIT_CASE(keymat_sorts_hits),
	KUNIT_CASE(keymat_ends),
	KUNIT_CASE(keymat_hip_key_order),
	KUNIT_CASE(keymat_esp_key_order),
	KUNIT_CASE(keymat_suites),
	KUNIT_CASE(keymat_ciphers),
	KUNIT_CASE(keymat_wipes),
	{}
};

static struct kunit_suite keymat_suite = {
	.name = "hip_keymat",
	.suite_init = keymat_suite_init,
	.suite_exit = keymat_suite_exit,
	.test_cases = keymat_cases,
};

kunit_test_suites(&keymat_suite);
