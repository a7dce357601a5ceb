// SPDX-License-Identifier: GPL-2.0-only
/* cSHAKE128 and KMAC128 against the samples of NIST and vectors.py. */
#include <kunit/test.h>

#include "../../net/hip/keccak.h"
#include "../../net/hip/rhash.h"
#include "keccak_vectors.h"

#define DATA_LEN	340	/* two blocks, and some octets */
#define OUT_MAX		400

/* What vectors.py hashes: octets of n, or of 7 * n. */
static u8 counted[200], data[DATA_LEN];

static const char keccak_mail[] = "Email Signature";
static const char keccak_tag[] = "My Tagged Application";

static int keccak_suite_init(struct kunit_suite *suite)
{
	unsigned int n;

	for (n = 0; n < sizeof(counted); n++)
		counted[n] = n;
	for (n = 0; n < sizeof(data); n++)
		data[n] = 7 * n;
	return hip_rhash_init();
}

static void keccak_suite_exit(struct kunit_suite *suite)
{
	hip_rhash_exit();
}

static void keccak_cshake(struct kunit *test, const char *custom,
			  unsigned int len, const u8 *expect)
{
	struct hip_keccak sponge;
	u8 out[32];

	hip_cshake128_init(&sponge, "", custom, strlen(custom));
	hip_keccak_update(&sponge, counted, len);
	hip_keccak_final(&sponge, out, sizeof(out));
	KUNIT_EXPECT_MEMEQ(test, out, expect, sizeof(out));
}

static void keccak_kmac(struct kunit *test, const void *key,
			unsigned int keylen, const char *custom,
			const void *message, unsigned int len,
			const u8 *expect, unsigned int size)
{
	struct hip_keccak sponge;
	u8 out[OUT_MAX];

	hip_kmac128_init(&sponge, key, keylen, custom, strlen(custom));
	hip_keccak_update(&sponge, message, len);
	hip_kmac128_final(&sponge, out, size);
	KUNIT_EXPECT_MEMEQ(test, out, expect, size);
}

static void keccak_nist_samples(struct kunit *test)
{
	const unsigned int keylen = sizeof(vector_kmac_key);

	keccak_cshake(test, keccak_mail, 4, vector_cshake_1);
	keccak_cshake(test, keccak_mail, 200, vector_cshake_2);
	keccak_kmac(test, vector_kmac_key, keylen, "", counted, 4,
		    vector_kmac_1, 32);
	keccak_kmac(test, vector_kmac_key, keylen, keccak_tag, counted, 4,
		    vector_kmac_2, 32);
	keccak_kmac(test, vector_kmac_key, keylen, keccak_tag, counted, 200,
		    vector_kmac_3, 32);
}

/* Messages of each length up to two blocks and more. */
static void keccak_lengths(struct kunit *test)
{
	const u8 *expect = vector_shake_each;
	struct hip_keccak sponge;
	unsigned int n, size;
	u8 out[5];

	for (n = 0; n <= DATA_LEN; n++) {
		size = 1 + n % 5;
		hip_cshake128_init(&sponge, "", NULL, 0);
		hip_keccak_update(&sponge, data, n);
		hip_keccak_final(&sponge, out, size);
		KUNIT_EXPECT_MEMEQ(test, out, expect, size);
		expect += size;
	}
	KUNIT_EXPECT_PTR_EQ(test, expect,
			    vector_shake_each + sizeof(vector_shake_each));
}

/* However it is cut into pieces, and wherever these lie in memory. */
static void keccak_pieces(struct kunit *test)
{
	struct hip_keccak sponge;
	unsigned int step, at;
	u8 out[OUT_MAX];

	for (step = 1; step < 180; step++) {
		hip_cshake128_init(&sponge, "", NULL, 0);
		for (at = 0; at < DATA_LEN; at += step)
			hip_keccak_update(&sponge, data + at,
					  min(step, DATA_LEN - at));
		hip_keccak_final(&sponge, out, sizeof(out));
		KUNIT_EXPECT_MEMEQ(test, out, vector_shake_long, sizeof(out));
	}
}

static void keccak_kmac_keys(struct kunit *test)
{
	keccak_kmac(test, "", 0, "", "", 0, vector_kmac_empty, 32);
	keccak_kmac(test, data, 31, "", data, DATA_LEN, vector_kmac_31, 32);
	keccak_kmac(test, data, 32, "", data, DATA_LEN, vector_kmac_32, 32);
	keccak_kmac(test, data, 163, "", data, DATA_LEN, vector_kmac_163, 32);
	keccak_kmac(test, data, 164, "", data, DATA_LEN, vector_kmac_164, 32);
	keccak_kmac(test, data, 165, "", data, DATA_LEN, vector_kmac_165, 200);
}

/* RHASH and its MAC are these, of 256 bits; a key serves more than once. */
static void keccak_rhash(struct kunit *test)
{
	struct hip_iov iov[] = {
		{ data, 100 }, { NULL, 0 }, { data + 100, DATA_LEN - 100 },
	};
	struct hip_hmac *hmac;
	unsigned int i;
	u8 out[HIP_RHASH_MAX_LEN];

	KUNIT_EXPECT_EQ(test, hip_rhash_len(HIP_RHASH_CSHAKE128), 32);
	KUNIT_EXPECT_EQ(test, hip_rhash_digest(HIP_RHASH_CSHAKE128, iov,
					       ARRAY_SIZE(iov), out), 0);
	KUNIT_EXPECT_MEMEQ(test, out, vector_shake_long, 32);

	hmac = hip_hmac_new(HIP_RHASH_CSHAKE128, data, 32);
	KUNIT_ASSERT_FALSE(test, IS_ERR(hmac));
	KUNIT_EXPECT_EQ(test, hip_hmac_rhash(hmac), HIP_RHASH_CSHAKE128);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, hip_hmac_digest(hmac, iov,
						      ARRAY_SIZE(iov), out), 0);
		KUNIT_EXPECT_MEMEQ(test, out, vector_kmac_32, 32);
	}
	hip_hmac_free(hmac);
}

static struct kunit_case keccak_cases[] = {
	KUNIT_CASE(keccak_nist_samples),
	KUNIT_CASE(keccak_lengths),
	KUNIT_CASE(keccak_pieces),
	KUNIT_CASE(keccak_kmac_keys),
	KUNIT_CASE(keccak_rhash),
	{}
};

static struct kunit_suite keccak_suite = {
	.name = "hip_keccak",
	.suite_init = keccak_suite_init,
	.suite_exit = keccak_suite_exit,
	.test_cases = keccak_cases,
};

kunit_test_suites(&keccak_suite);
