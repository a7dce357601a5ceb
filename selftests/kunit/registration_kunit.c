// SPDX-License-Identifier: GPL-2.0-only
/* Registration (RFC 8003) and what a rendezvous server does to an I1 (RFC 8004). */
#include "packet_kunit.h"

#include "../../net/hip/registration_params.h"

/* --- lifetimes ----------------------------------------------------------- */

static void registration_lifetimes(struct kunit *test)
{
	/* 2^((code - 64) / 8) seconds, worked out by another program */
	static const struct {
		u8	code;
		u64	ms;
	} v[] = {
		{ 0, 0 }, { 1, 4 }, { 63, 917 }, { 64, 1000 }, { 65, 1091 },
		{ 72, 2000 }, { 91, 10375 }, { 92, 11314 }, { 94, 13454 },
		{ 128, 256000 }, { 240, 4194304000ULL },
		{ 254, 14107900792ULL }, { 255, 15384774906ULL },
	};
	unsigned int i;
	u64 ms;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		ms = hip_reg_lifetime_ms(v[i].code);
		/* Roots have 32 bits behind the point. */
		KUNIT_EXPECT_LE(test, ms, v[i].ms + 2);
		KUNIT_EXPECT_GE(test, ms + 2, v[i].ms);
	}
	for (i = 1; i < U8_MAX; i++)
		KUNIT_EXPECT_LE(test, hip_reg_lifetime_ms(i),
				hip_reg_lifetime_ms(i + 1));
}

static void registration_rounding(struct kunit *test)
{
	unsigned int code;
	u32 seconds;

	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_floor(10), 90);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_ceil(10), 91);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_floor(256), 128);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_ceil(256), 128);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_floor(0), 64);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_ceil(0), 64);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_ceil(U32_MAX), 255);
	for (code = 64; code <= U8_MAX; code++) {
		seconds = div_u64(hip_reg_lifetime_ms(code), 1000);
		KUNIT_EXPECT_LE(test, hip_reg_lifetime_floor(seconds), code);
		KUNIT_EXPECT_LE(test, hip_reg_lifetime_ceil(seconds), code);
		KUNIT_EXPECT_GE(test, hip_reg_lifetime_ceil(seconds + 1), code);
	}
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_clamp(70, 80, 90), 80);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_clamp(95, 80, 90), 90);
	KUNIT_EXPECT_EQ(test, hip_reg_lifetime_clamp(85, 80, 90), 85);
}

/* --- lists of types ------------------------------------------------------- */

/* A packet with one parameter. */
static struct hip_packet *registration_packet(struct kunit *test, u16 type,
					      const void *data,
					      unsigned int len)
{
	struct hip_builder b;
	u8 *buf;

	buf = kunit_kmalloc(test, HIP_PACKET_MAX_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, HIP_PACKET_MAX_LEN, HIP_UPDATE, 0, &hit_a,
			&hit_b);
	hip_build_data(&b, type, data, len);
	KUNIT_ASSERT_GT(test, hip_build_end(&b), 0);
	return packet_parsed(test, buf, b.len);
}

static void registration_offer(struct kunit *test)
{
	static const u8 good[] = { 80, 90, 7, HIP_REG_RENDEZVOUS };
	static const u8 other[] = { 80, 90, 7 };
	static const u8 empty[] = { 80, 90 };
	static const u8 turned[] = { 90, 80, HIP_REG_RENDEZVOUS };
	static const u8 never[] = { 0, 0, HIP_REG_RENDEZVOUS };
	static const struct {
		const u8	*data;
		unsigned int	len;
	} bad[] = {
		{ other, sizeof(other) }, { empty, sizeof(empty) },
		{ turned, sizeof(turned) }, { never, sizeof(never) },
	};
	const struct hip_reg_info *info;
	struct hip_packet *p;
	unsigned int i;

	p = registration_packet(test, HIP_PARAM_REG_INFO, good, sizeof(good));
	info = hip_reg_offer(p, HIP_REG_RENDEZVOUS);
	KUNIT_ASSERT_NOT_NULL(test, info);
	KUNIT_EXPECT_EQ(test, info->min, 80);
	KUNIT_EXPECT_EQ(test, info->max, 90);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		p = registration_packet(test, HIP_PARAM_REG_INFO, bad[i].data,
					bad[i].len);
		KUNIT_EXPECT_NULL(test, hip_reg_offer(p, HIP_REG_RENDEZVOUS));
	}
	p = packet_parsed(test, vector_i1, sizeof(vector_i1));
	KUNIT_EXPECT_NULL(test, hip_reg_offer(p, HIP_REG_RENDEZVOUS));
}

/* Types that are not known are refused, each once, with failure type 1. */
static void registration_refuse(struct kunit *test)
{
	static const u8 request[] = { 99, 200, HIP_REG_RENDEZVOUS, 7, 200, 7 };
	static const u8 known[] = { 99, HIP_REG_RENDEZVOUS };
	static const u8 expect[] = { HIP_REG_FAILED_UNAVAILABLE, 200, 7 };
	const struct hip_param *param;
	struct hip_packet *p, *answer;
	struct hip_builder b;
	u8 *buf;

	buf = kunit_kmalloc(test, HIP_PACKET_MAX_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, HIP_PACKET_MAX_LEN, HIP_UPDATE, 0, &hit_b,
			&hit_a);
	p = registration_packet(test, HIP_PARAM_REG_REQUEST, known,
				sizeof(known));
	hip_reg_refuse_others(&b, hip_packet_param(p, HIP_PARAM_REG_REQUEST),
			      HIP_REG_RENDEZVOUS);
	KUNIT_EXPECT_EQ(test, b.len, sizeof(struct hip_hdr));
	p = registration_packet(test, HIP_PARAM_REG_REQUEST, request,
				sizeof(request));
	hip_reg_refuse_others(&b, hip_packet_param(p, HIP_PARAM_REG_REQUEST),
			      HIP_REG_RENDEZVOUS);
	KUNIT_ASSERT_GT(test, hip_build_end(&b), 0);

	answer = packet_parsed(test, buf, b.len);
	param = hip_packet_param(answer, HIP_PARAM_REG_FAILED);
	KUNIT_ASSERT_NOT_NULL(test, param);
	KUNIT_ASSERT_EQ(test, param->len, sizeof(expect));
	KUNIT_EXPECT_MEMEQ(test, param->data, expect, sizeof(expect));
	KUNIT_EXPECT_NOT_NULL(test, hip_reg_refusal(answer, 200));
	KUNIT_EXPECT_NULL(test, hip_reg_refusal(answer, HIP_REG_RENDEZVOUS));
}

/* --- relay ---------------------------------------------------------------- */

static int registration_relay(u8 *buf, unsigned int len, unsigned int max,
			      const struct hip_hmac *hmac)
{
	struct in6_addr from;

	memcpy(&from, vector_i1_source, sizeof(from));
	return hip_build_relayed(buf, len, max, &from, hmac);
}

static void registration_relayed(struct kunit *test)
{
	struct hip_hmac *hmac = packet_hmac(test);
	const int len = sizeof(vector_i1_relayed);
	struct hip_packet *p;
	unsigned int i;
	u8 *buf;

	buf = kunit_kmalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	p = packet_parsed(test, vector_i1, sizeof(vector_i1));
	memset(buf, 0xa5, len);
	memcpy(buf, vector_i1, sizeof(vector_i1));
	KUNIT_ASSERT_EQ(test, registration_relay(buf, sizeof(vector_i1), len,
						 hmac), len);
	KUNIT_EXPECT_MEMEQ(test, buf, vector_i1_relayed,
			   sizeof(vector_i1_relayed));

	KUNIT_EXPECT_EQ(test, hip_packet_parse(p, buf, len), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_check_rvs(p, hmac), 0);
	/* All of FROM and of the MAC counts; what fills up behind it does not. */
	for (i = sizeof(vector_i1); i < len - 4; i++) {
		buf[i] ^= 1;
		if (!hip_packet_parse(p, buf, len))
			KUNIT_EXPECT_NE(test, hip_packet_check_rvs(p, hmac), 0);
		buf[i] ^= 1;
	}
	hip_hmac_free(hmac);
}

/* Without room for both it is not relayed with one. */
static void registration_relay_full(struct kunit *test)
{
	struct hip_hmac *hmac = packet_hmac(test);
	unsigned int max;
	u8 *buf;

	for (max = sizeof(vector_i1); max < sizeof(vector_i1_relayed); max++) {
		buf = packet_exact(test, vector_i1_relayed, max);
		KUNIT_EXPECT_EQ(test, registration_relay(buf, sizeof(vector_i1),
							 max, hmac), -ENOSPC);
	}
	hip_hmac_free(hmac);
}

/* The longest UPDATE that leaves HIP_RELAY_ROOM can be relayed. */
static void registration_relay_room(struct kunit *test)
{
	unsigned int len = HIP_PACKET_MAX_LEN - HIP_RELAY_ROOM;
	struct hip_hmac *hmac = packet_hmac(test);
	struct hip_packet *p;
	struct hip_builder b;
	int total;
	u8 *buf;

	buf = kunit_kzalloc(test, HIP_PACKET_MAX_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, len, HIP_UPDATE, 0, &hit_a,
			&hit_b);
	hip_build_u32(&b, HIP_PARAM_SEQ, 1);
	hip_build_param(&b, HIP_PARAM_ECHO_REQUEST_SIGNED, len - b.len - 4);
	KUNIT_ASSERT_EQ(test, hip_build_end(&b), (int)len);
	p = packet_parsed(test, buf, len);
	total = registration_relay(buf, len, HIP_PACKET_MAX_LEN, hmac);
	KUNIT_ASSERT_GT(test, total, (int)len);
	KUNIT_ASSERT_EQ(test, hip_packet_parse(p, buf, total), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_check_rvs(p, hmac), 0);
	/* One that leaves less cannot, wherever it stands. */
	KUNIT_EXPECT_EQ(test, registration_relay(buf, len + 72, 2 *
						 HIP_PACKET_MAX_LEN, hmac),
			-ENOSPC);
	hip_hmac_free(hmac);
}

static struct kunit_case registration_cases[] = {
	KUNIT_CASE(registration_lifetimes),
	KUNIT_CASE(registration_rounding),
	KUNIT_CASE(registration_offer),
	KUNIT_CASE(registration_refuse),
	KUNIT_CASE(registration_relayed),
	KUNIT_CASE(registration_relay_full),
	KUNIT_CASE(registration_relay_room),
	{}
};

static struct kunit_suite registration_suite = {
	.name = "hip_registration",
	.suite_init = packet_suite_init,
	.suite_exit = packet_suite_exit,
	.test_cases = registration_cases,
};

kunit_test_suites(&registration_suite);
