// SPDX-License-Identifier: GPL-2.0-only
/* HMACs of many keys that take turns, against vectors.py. */
#include <kunit/test.h>

#include "../../net/hip/rhash.h"
#include "rhash_vectors.h"

#define RHASH_KEYS	4
#define RHASH_MAX_KEY	200

/* As vectors.py has them: as many octets as the digest twice, 4 and 200. */
static const u8 * const rhash_vectors[HIP_RHASH_MAX][RHASH_KEYS] = {
	[HIP_RHASH_SHA256] = { vector_sha256_0, vector_sha256_1,
			       vector_sha256_2, vector_sha256_3 },
	[HIP_RHASH_SHA384] = { vector_sha384_0, vector_sha384_1,
			       vector_sha384_2, vector_sha384_3 },
	[HIP_RHASH_SHA1] = { vector_sha1_0, vector_sha1_1,
			     vector_sha1_2, vector_sha1_3 },
	[HIP_RHASH_CSHAKE128] = { vector_cshake128_0, vector_cshake128_1,
				  vector_cshake128_2, vector_cshake128_3 },
};

static int rhash_suite_init(struct kunit_suite *suite)
{
	return hip_rhash_init();
}

static void rhash_suite_exit(struct kunit_suite *suite)
{
	hip_rhash_exit();
}

static struct hip_hmac *rhash_key(struct kunit *test, enum hip_rhash rhash,
				  unsigned int n)
{
	static const unsigned int len[RHASH_KEYS] = { 0, 0, 4, RHASH_MAX_KEY };
	struct hip_hmac *hmac;
	u8 key[RHASH_MAX_KEY];

	memset(key, n + 1, sizeof(key));
	hmac = hip_hmac_new(rhash, key, len[n] ?: hip_rhash_len(rhash));
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(hmac));
	return hmac;
}

static void rhash_check(struct kunit *test, const struct hip_hmac *hmac,
			unsigned int n)
{
	static const char data[] = "what is sent";
	struct hip_iov iov[] = { { data, 5 }, { data + 5, sizeof(data) - 6 } };
	enum hip_rhash rhash = hip_hmac_rhash(hmac);
	u8 out[HIP_RHASH_MAX_LEN];

	KUNIT_EXPECT_EQ(test, hip_hmac_digest(hmac, iov, ARRAY_SIZE(iov), out),
			0);
	KUNIT_EXPECT_MEMEQ(test, out, rhash_vectors[rhash][n],
			   hip_rhash_len(rhash));
}

/* One after the other, twice in a row each, and then one of them is prepared. */
static void rhash_turns(struct kunit *test)
{
	struct hip_hmac *hmac[HIP_RHASH_MAX][RHASH_KEYS];
	unsigned int i, n, rhash;

	for (rhash = 0; rhash < HIP_RHASH_MAX; rhash++)
		for (n = 0; n < RHASH_KEYS; n++)
			hmac[rhash][n] = rhash_key(test, rhash, n);
	for (i = 0; i < 64; i++) {
		n = i / 2 * 7 % RHASH_KEYS;
		for (rhash = 0; rhash < HIP_RHASH_MAX; rhash++) {
			if (i == 32)
				hip_hmac_prepare(hmac[rhash][n]);
			rhash_check(test, hmac[rhash][n], n);
		}
	}
	for (rhash = 0; rhash < HIP_RHASH_MAX; rhash++)
		for (n = 0; n < RHASH_KEYS; n++)
			hip_hmac_free(hmac[rhash][n]);
}

static struct kunit_case rhash_cases[] = {
	KUNIT_CASE(rhash_turns),
	{}
};

static struct kunit_suite rhash_suite = {
	.name = "hip_rhash",
	.suite_init = rhash_suite_init,
	.suite_exit = rhash_suite_exit,
	.test_cases = rhash_cases,
};

kunit_test_suites(&rhash_suite);
