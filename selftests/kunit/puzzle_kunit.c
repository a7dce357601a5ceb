// SPDX-License-Identifier: GPL-2.0-only
/* Puzzles against solutions found by another program (vectors.py). */
#include <kunit/test.h>

#include "../../net/hip/puzzle.h"
#include "puzzle_vectors.h"

struct puzzle_vector {
	enum hip_rhash	rhash;
	const u8	*i;
	const u8	*good;
	const u8	*near;
	const u8	*high;
	unsigned int	first;
};

static const struct puzzle_vector puzzle_vectors[] = {
	{ HIP_RHASH_SHA256, vector_sha256_i, vector_sha256_good,
	  vector_sha256_near, vector_sha256_high, VECTOR_SHA256_FIRST },
	{ HIP_RHASH_SHA384, vector_sha384_i, vector_sha384_good,
	  vector_sha384_near, vector_sha384_high, VECTOR_SHA384_FIRST },
	{ HIP_RHASH_SHA1, vector_sha1_i, vector_sha1_good,
	  vector_sha1_near, vector_sha1_high, VECTOR_SHA1_FIRST },
	{ HIP_RHASH_CSHAKE128, vector_cshake128_i, vector_cshake128_good,
	  vector_cshake128_near, vector_cshake128_high, VECTOR_CSHAKE128_FIRST },
};

static struct in6_addr hit_i, hit_r;

static int puzzle_suite_init(struct kunit_suite *suite)
{
	memcpy(&hit_i, vector_hit_i, sizeof(hit_i));
	memcpy(&hit_r, vector_hit_r, sizeof(hit_r));
	return hip_rhash_init();
}

static void puzzle_suite_exit(struct kunit_suite *suite)
{
	hip_rhash_exit();
}

static int check(const struct puzzle_vector *v, u8 k, const u8 *j)
{
	return hip_puzzle_check(v->rhash, k, v->i, &hit_i, &hit_r, j);
}

/* The solution has just K zero bits at the low end, the near miss one less. */
static void puzzle_known_solutions(struct kunit *test)
{
	const struct puzzle_vector *v;
	unsigned int n, k;

	for (n = 0; n < ARRAY_SIZE(puzzle_vectors); n++) {
		v = &puzzle_vectors[n];
		for (k = 0; k <= VECTOR_PUZZLE_K; k++)
			KUNIT_EXPECT_EQ(test, check(v, k, v->good), 0);
		KUNIT_EXPECT_EQ(test, check(v, VECTOR_PUZZLE_K + 1, v->good),
				-EBADMSG);
		KUNIT_EXPECT_EQ(test, check(v, VECTOR_PUZZLE_K - 1, v->near),
				0);
		KUNIT_EXPECT_EQ(test, check(v, VECTOR_PUZZLE_K, v->near),
				-EBADMSG);
	}
}

static void puzzle_counts_low_order_bits(struct kunit *test)
{
	const struct puzzle_vector *v;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(puzzle_vectors); n++) {
		v = &puzzle_vectors[n];
		KUNIT_EXPECT_EQ(test, check(v, VECTOR_PUZZLE_K, v->high),
				-EBADMSG);
		KUNIT_EXPECT_EQ(test, check(v, 1, v->high), -EBADMSG);
	}
}

/* More bits than the hash has, or all of them, are never zero. */
static void puzzle_too_hard_to_be_true(struct kunit *test)
{
	const struct puzzle_vector *v;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(puzzle_vectors); n++) {
		v = &puzzle_vectors[n];
		KUNIT_EXPECT_EQ(test, check(v, 255, v->good), -EBADMSG);
		KUNIT_EXPECT_EQ(test, check(v, 160, v->good), -EBADMSG);
		KUNIT_EXPECT_EQ(test, check(v, 161, v->good), -EBADMSG);
	}
}

/* The HITs are not exchangeable, nor is #I. */
static void puzzle_binds_its_input(struct kunit *test)
{
	const struct puzzle_vector *v = &puzzle_vectors[0];
	u8 i[HIP_RHASH_MAX_LEN];

	KUNIT_EXPECT_EQ(test, hip_puzzle_check(v->rhash, VECTOR_PUZZLE_K, v->i,
					       &hit_r, &hit_i, v->good),
			-EBADMSG);
	memcpy(i, v->i, hip_rhash_len(v->rhash));
	i[0] ^= 1;
	KUNIT_EXPECT_EQ(test, hip_puzzle_check(v->rhash, VECTOR_PUZZLE_K, i,
					       &hit_i, &hit_r, v->good),
			-EBADMSG);
}

/* The solver tries as often as it may, goes on from there, and finds it. */
static void puzzle_solve_within_tries(struct kunit *test)
{
	u8 j[HIP_RHASH_MAX_LEN], expect[HIP_RHASH_MAX_LEN];
	const struct puzzle_vector *v;
	unsigned int n, len;

	for (n = 0; n < ARRAY_SIZE(puzzle_vectors); n++) {
		v = &puzzle_vectors[n];
		len = hip_rhash_len(v->rhash);
		memset(j, 0, sizeof(j));
		KUNIT_EXPECT_EQ(test, hip_puzzle_solve(v->rhash,
						       VECTOR_PUZZLE_K, v->i,
						       &hit_i, &hit_r, j,
						       v->first), -EAGAIN);
		KUNIT_EXPECT_EQ(test, hip_puzzle_solve(v->rhash,
						       VECTOR_PUZZLE_K, v->i,
						       &hit_i, &hit_r, j, 1),
				0);
		memset(expect, 0, sizeof(expect));
		expect[len - 1] = v->first;
		expect[len - 2] = v->first >> 8;
		KUNIT_EXPECT_MEMEQ(test, j, expect, len);
		KUNIT_EXPECT_EQ(test, check(v, VECTOR_PUZZLE_K, j), 0);
	}
}

static void puzzle_solve_limits(struct kunit *test)
{
	const struct puzzle_vector *v = &puzzle_vectors[0];
	u8 j[HIP_RHASH_MAX_LEN], before[HIP_RHASH_MAX_LEN];

	memset(j, 0xff, sizeof(j));
	memcpy(before, j, sizeof(j));
	KUNIT_EXPECT_EQ(test, hip_puzzle_solve(v->rhash, HIP_PUZZLE_MAX_K + 1,
					       v->i, &hit_i, &hit_r, j, 1),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, hip_puzzle_solve(v->rhash, 0, v->i, &hit_i,
					       &hit_r, j, 1), 0);
	KUNIT_EXPECT_EQ(test, hip_puzzle_solve(v->rhash, HIP_PUZZLE_MAX_K,
					       v->i, &hit_i, &hit_r, j, 0),
			-EAGAIN);
	KUNIT_EXPECT_MEMEQ(test, j, before, sizeof(j));
	/* Behind all ones comes zero; nothing is written behind #J. */
	KUNIT_EXPECT_EQ(test, hip_puzzle_solve(v->rhash, HIP_PUZZLE_MAX_K,
					       v->i, &hit_i, &hit_r, j, 1),
			-EAGAIN);
	memset(before, 0, hip_rhash_len(v->rhash));
	KUNIT_EXPECT_MEMEQ(test, j, before, sizeof(j));
}

/* What a Responder makes, an Initiator solves and the Responder accepts. */
static void puzzle_round_trip(struct kunit *test)
{
	u8 i[HIP_RHASH_MAX_LEN], again[HIP_RHASH_MAX_LEN];
	u8 j[HIP_RHASH_MAX_LEN] = { 0x55 };
	const u8 opaque[2] = { 0x00, 0x2a };
	enum hip_rhash rhash;
	struct hip_hmac *secret;
	unsigned int tries = 0;
	int err;

	for (rhash = 0; rhash < HIP_RHASH_MAX; rhash++) {
		secret = hip_hmac_new(rhash, vector_secret,
				      sizeof(vector_secret));
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, secret);
		KUNIT_EXPECT_EQ(test, hip_puzzle_make(secret, &hit_i, &hit_r,
						      opaque, i), 0);
		KUNIT_EXPECT_EQ(test, hip_puzzle_make(secret, &hit_i, &hit_r,
						      opaque, again), 0);
		KUNIT_EXPECT_MEMEQ(test, i, again, hip_rhash_len(rhash));
		do {
			err = hip_puzzle_solve(rhash, 10, i, &hit_i, &hit_r, j,
					       64);
		} while (err == -EAGAIN && tries++ < 1000);
		KUNIT_EXPECT_EQ(test, err, 0);
		KUNIT_EXPECT_EQ(test, hip_puzzle_check(rhash, 10, i, &hit_i,
						       &hit_r, j), 0);
		hip_hmac_free(secret);
	}
}

static void puzzle_make_vector(struct kunit *test)
{
	const u8 opaque[2] = { 0x00, 0x2a }, other[2] = { 0x00, 0x2b };
	u8 i[HIP_RHASH_MAX_LEN];
	struct hip_hmac *secret;

	secret = hip_hmac_new(HIP_RHASH_SHA256, vector_secret,
			      sizeof(vector_secret));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, secret);
	KUNIT_EXPECT_EQ(test, hip_puzzle_make(secret, &hit_i, &hit_r, opaque,
					      i), 0);
	KUNIT_EXPECT_MEMEQ(test, i, vector_made_i, sizeof(vector_made_i));
	KUNIT_EXPECT_EQ(test, hip_puzzle_make(secret, &hit_i, &hit_r, other,
					      i), 0);
	KUNIT_EXPECT_MEMNEQ(test, i, vector_made_i, sizeof(vector_made_i));
	hip_hmac_free(secret);
}

static struct kunit_case puzzle_cases[] = {
	KUNIT_CASE(puzzle_known_solutions),
	KUNIT_CASE(puzzle_counts_low_order_bits),
	KUNIT_CASE(puzzle_too_hard_to_be_true),
	KUNIT_CASE(puzzle_binds_its_input),
	KUNIT_CASE(puzzle_solve_within_tries),
	KUNIT_CASE(puzzle_solve_limits),
	KUNIT_CASE(puzzle_round_trip),
	KUNIT_CASE(puzzle_make_vector),
	{}
};

static struct kunit_suite puzzle_suite = {
	.name = "hip_puzzle",
	.suite_init = puzzle_suite_init,
	.suite_exit = puzzle_suite_exit,
	.test_cases = puzzle_cases,
};

kunit_test_suites(&puzzle_suite);
