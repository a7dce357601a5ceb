// SPDX-License-Identifier: GPL-2.0-only
/* HOST_ID and HITs against vectors of another program (vectors.py). */
#include <kunit/test.h>

#include "../../net/hip/host_id.h"
#include "../../net/hip/packet.h"
#include "host_id_vectors.h"

static int host_id_suite_init(struct kunit_suite *suite)
{
	return hip_rhash_init();
}

static void host_id_suite_exit(struct kunit_suite *suite)
{
	hip_rhash_exit();
}

static void host_id_hits(struct kunit *test)
{
	static const struct {
		const u8	*data;
		unsigned int	len;
		const u8	*hit;
		u16		algorithm;
	} v[] = {
		{ vector_rsa, sizeof(vector_rsa), vector_rsa_hit,
		  HIP_HI_ALGORITHM_RSA },
		{ vector_dsa, sizeof(vector_dsa), vector_dsa_hit,
		  HIP_HI_ALGORITHM_DSA },
		{ vector_ecdsa, sizeof(vector_ecdsa), vector_ecdsa_hit,
		  HIP_HI_ALGORITHM_ECDSA },
		{ vector_ecdsa_low, sizeof(vector_ecdsa_low),
		  vector_ecdsa_low_hit, HIP_HI_ALGORITHM_ECDSA_LOW },
		{ vector_eddsa, sizeof(vector_eddsa), vector_eddsa_hit,
		  HIP_HI_ALGORITHM_EDDSA },
	};
	struct hip_host_id id;
	struct in6_addr hit;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		KUNIT_ASSERT_EQ(test, hip_host_id_parse(&id, v[i].data,
							v[i].len), 0);
		KUNIT_EXPECT_EQ(test, id.algorithm, v[i].algorithm);
		KUNIT_EXPECT_EQ(test, id.hi_len, v[i].len - 6);
		KUNIT_EXPECT_PTR_EQ(test, id.hi, v[i].data + 6);
		KUNIT_EXPECT_EQ(test, id.di_type, 0);
		KUNIT_EXPECT_EQ(test, id.di_len, 0);
		KUNIT_ASSERT_EQ(test, hip_host_id_hit(&id, &hit), 0);
		KUNIT_EXPECT_MEMEQ(test, &hit, v[i].hit, sizeof(hit));
		KUNIT_EXPECT_TRUE(test, hip_hit_is_valid(&hit));
	}
}

static void host_id_unknown_algorithm(struct kunit *test)
{
	struct hip_host_id id;
	struct in6_addr hit;
	u8 data[] = { 0, 1, 0, 0, 0, 11, 0x5a };

	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, data, sizeof(data)), 0);
	KUNIT_EXPECT_EQ(test, hip_host_id_hit(&id, &hit), -EOPNOTSUPP);
}

static void host_id_domain(struct kunit *test)
{
	static const u8 data[] = {
		0, 2, 0x10, 4, 0, 7, 0xaa, 0xbb, 2, 'h', 'i', 0,
	};
	struct hip_host_id id;

	KUNIT_ASSERT_EQ(test, hip_host_id_parse(&id, data, sizeof(data)), 0);
	KUNIT_EXPECT_EQ(test, id.hi_len, 2);
	KUNIT_EXPECT_EQ(test, id.di_type, 1);
	KUNIT_EXPECT_EQ(test, id.di_len, 4);
	KUNIT_EXPECT_PTR_EQ(test, id.di, data + 8);
}

/* Lengths inside have to fill the contents, no more and no less. */
static void host_id_lengths(struct kunit *test)
{
	u8 good[] = { 0, 2, 0x10, 3, 0, 5, 1, 2, 3, 4, 5 };
	u8 no_hi[] = { 0, 0, 0, 0, 0, 5 };
	u8 no_type[] = { 0, 2, 0x00, 3, 0, 5, 1, 2, 3, 4, 5 };
	u8 no_name[] = { 0, 2, 0x10, 0, 0, 5, 1, 2 };
	struct hip_host_id id;
	unsigned int len;
	u8 *exact;

	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, good, sizeof(good)), 0);
	for (len = 0; len < sizeof(good); len++) {
		exact = kunit_kmalloc(test, len ?: 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, exact);
		memcpy(exact, good, len);
		KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, exact, len),
				-EINVAL);
	}
	good[1]--;
	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, good, sizeof(good)),
			-EINVAL);
	good[1] += 2;
	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, good, sizeof(good)),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, no_hi, sizeof(no_hi)),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, no_type, sizeof(no_type)),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, no_name, sizeof(no_name)),
			0);
}

static void host_id_maximum(struct kunit *test)
{
	unsigned int len = HIP_HOST_ID_MAX_LEN;
	struct hip_host_id id;
	u8 *data;

	data = kunit_kzalloc(test, len + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, data);
	put_unaligned_be16(len - 6, data);
	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, data, len), 0);
	put_unaligned_be16(len - 5, data);
	KUNIT_EXPECT_EQ(test, hip_host_id_parse(&id, data, len + 1), -EINVAL);
}

static struct kunit_case host_id_cases[] = {
	KUNIT_CASE(host_id_hits),
	KUNIT_CASE(host_id_unknown_algorithm),
	KUNIT_CASE(host_id_domain),
	KUNIT_CASE(host_id_lengths),
	KUNIT_CASE(host_id_maximum),
	{}
};

static struct kunit_suite host_id_suite = {
	.name = "hip_host_id",
	.suite_init = host_id_suite_init,
	.suite_exit = host_id_suite_exit,
	.test_cases = host_id_cases,
};

kunit_test_suites(&host_id_suite);
