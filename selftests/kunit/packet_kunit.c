// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: the examples of RFC 7401 appendix C, rules of header and
 * parameters.
 */
#include "packet_kunit.h"

/* --- checksum ------------------------------------------------------------ */

/* Appendix C.1 and C.2: the I1 of the examples. */
static const u8 appendix_c[48] = {
	59, 5, 1, 0x21, 0, 0, 0, 0,
	0x20, 0x01, 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0x01, 0xff, 0x00, 0x03, 3, 4, 8, 0,
};

static void packet_checksum_v6(struct kunit *test)
{
	struct in6_addr src = { }, dst = { };
	__sum16 sum;
	u8 *buf;

	src.s6_addr[0] = 0x20;
	src.s6_addr[1] = 0x01;
	src.s6_addr[2] = 0x0d;
	src.s6_addr[3] = 0xb8;
	dst = src;
	src.s6_addr[15] = 1;
	dst.s6_addr[15] = 2;
	buf = packet_exact(test, appendix_c, sizeof(appendix_c));
	sum = hip_packet_checksum_v6(buf, sizeof(appendix_c), &src, &dst);
	memcpy(buf + 4, &sum, sizeof(sum));
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(buf + 4), 0x1a5e);
	sum = hip_packet_checksum_v6(buf, sizeof(appendix_c), &src, &dst);
	KUNIT_EXPECT_EQ(test, (__force u16)sum, 0);
	dst.s6_addr[15] = 3;
	sum = hip_packet_checksum_v6(buf, sizeof(appendix_c), &src, &dst);
	KUNIT_EXPECT_NE(test, (__force u16)sum, 0);
}

static void packet_checksum_v4(struct kunit *test)
{
	__be32 src = cpu_to_be32(0xc0000201), dst = cpu_to_be32(0xc0000202);
	__sum16 sum;
	u8 *buf;

	buf = packet_exact(test, appendix_c, sizeof(appendix_c));
	sum = hip_packet_checksum_v4(buf, sizeof(appendix_c), src, dst);
	memcpy(buf + 4, &sum, sizeof(sum));
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(buf + 4), 0xf1ce);
	sum = hip_packet_checksum_v4(buf, sizeof(appendix_c), src, dst);
	KUNIT_EXPECT_EQ(test, (__force u16)sum, 0);
	buf[47] ^= 1;
	sum = hip_packet_checksum_v4(buf, sizeof(appendix_c), src, dst);
	KUNIT_EXPECT_NE(test, (__force u16)sum, 0);
}

/* --- header -------------------------------------------------------------- */

static void packet_header_rules(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	struct raw *raw = raw_begin(test, HIP_I1);
	unsigned int type;
	bool known;

	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, p->n, 0);
	KUNIT_EXPECT_EQ(test, p->len, 40);
	KUNIT_EXPECT_MEMEQ(test, &p->hdr->sender, &hit_a, sizeof(hit_a));
	KUNIT_EXPECT_MEMEQ(test, &p->hdr->receiver, &hit_b, sizeof(hit_b));

	for (type = 0; type < 128; type++) {
		known = (type >= 1 && type <= 4) || (type >= 16 && type <= 19);
		raw->data[2] = type;
		KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p),
				known ? 0 : -ENOMSG);
		/* The fixed bit in front is not looked at. */
		raw->data[2] = type | 0x80;
		KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p),
				known ? 0 : -ENOMSG);
		if (known)
			KUNIT_EXPECT_EQ(test, hip_hdr_type(p->hdr), type);
	}
	raw->data[2] = HIP_I1;

	/* Nor are the reserved bits and the other fixed one. */
	raw->data[3] = 0x2e;
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), 0);
	raw->data[3] = 0x11;
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EPROTO);
	raw->data[3] = 0x31;
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EPROTO);
	raw->len = 39;
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EMSGSIZE);
	raw->len = 40;
	raw->data[3] = 0x21;

	raw->data[1] = 3;
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EMSGSIZE);
	raw->data[1] = 5;
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EMSGSIZE);
}

/* Another Next Header, and what is behind Header Length, do not matter. */
static void packet_trailing_data(struct kunit *test)
{
	struct raw *raw = raw_begin(test, HIP_I1);
	struct hip_packet *p = packet_room(test);

	raw_param(raw, HIP_PARAM_SEQ, 4);
	raw->data[0] = 6;
	raw->data[raw->len] = 0xff;
	raw->data[raw->len + 1] = 0xff;
	raw->len += 9;
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, p->len, 48);
	KUNIT_EXPECT_EQ(test, p->n, 1);
}

static void packet_truncation(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	unsigned int len;
	u8 *cut;

	for (len = 0; len < sizeof(vector_update); len++) {
		cut = packet_exact(test, vector_update, len);
		KUNIT_EXPECT_EQ(test, hip_packet_parse(p, cut, len),
				-EMSGSIZE);
	}
	/* The same, with a Header Length that claims less: whole or torn. */
	for (len = 40; len <= sizeof(vector_update); len += 8) {
		cut = packet_exact(test, vector_update, len);
		cut[1] = len / 8 - 1;
		KUNIT_EXPECT_EQ(test, hip_packet_parse(p, cut, len),
				len == 40 || len == 56 || len == 64 ||
				len == 104 || len == 120 || len == 136 ?
				0 : -EINVAL);
	}
}

static void packet_type_names(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, hip_packet_type_name(HIP_I1), "I1");
	KUNIT_EXPECT_STREQ(test, hip_packet_type_name(HIP_R2), "R2");
	KUNIT_EXPECT_STREQ(test, hip_packet_type_name(HIP_UPDATE), "UPDATE");
	KUNIT_EXPECT_STREQ(test, hip_packet_type_name(HIP_CLOSE_ACK),
			   "CLOSE_ACK");
	KUNIT_EXPECT_STREQ(test, hip_packet_type_name(5), "?");
}

/* --- parameters ---------------------------------------------------------- */

/* Which lengths of contents are right, of zeroes but for what is set here. */
static void packet_param_sizes(struct kunit *test)
{
	static const struct {
		u16	type;
		u16	good[6];	/* ended by 0xffff */
		u16	bad[8];
	} v[] = {
		{ 65, { 12, 0xffff }, { 0, 11, 13, 16, 0xffff } },
		{ 129, { 12, 0xffff }, { 0, 8, 11, 13, 0xffff } },
		{ 193, { 0, 24, 28, 0xffff }, { 0xffff } },
		{ 257, { 24, 36, 52, 0xffff },
		  { 0, 3, 4, 12, 35, 37, 53, 0xffff } },
		{ 321, { 44, 68, 100, 0xffff },
		  { 0, 4, 20, 36, 67, 69, 101, 0xffff } },
		{ 385, { 4, 0xffff }, { 0, 3, 5, 8, 0xffff } },
		{ 449, { 4, 8, 400, 0xffff }, { 0, 3, 5, 6, 10, 0xffff } },
		{ 511, { 1, 2, 9, 0xffff }, { 0, 0xffff } },
		{ 579, { 2, 4, 12, 0xffff }, { 0, 1, 3, 5, 0xffff } },
		{ 641, { 4, 5, 20, 36, 0xffff }, { 0, 3, 0xffff } },
		{ 715, { 1, 3, 0xffff }, { 0, 0xffff } },
		{ 768, { 4, 5, 100, 0xffff }, { 0, 3, 0xffff } },
		{ 832, { 4, 5, 6, 0xffff }, { 0, 3, 0xffff } },
		{ 897, { 0, 1, 40, 0xffff }, { 0xffff } },
		{ 930, { 2, 3, 0xffff }, { 0, 1, 0xffff } },
		{ 932, { 1, 2, 0xffff }, { 0, 0xffff } },
		{ 934, { 1, 2, 0xffff }, { 0, 0xffff } },
		{ 936, { 1, 2, 0xffff }, { 0, 0xffff } },
		{ 961, { 0, 1, 40, 0xffff }, { 0xffff } },
		{ 2049, { 2, 4, 0xffff }, { 0, 1, 3, 0xffff } },
		{ 4095, { 4, 6, 14, 0xffff }, { 0, 2, 3, 5, 7, 0xffff } },
		{ 40026, { 0, 24, 60, 0xffff }, { 0xffff } },
		{ 61505, { 20, 32, 48, 0xffff },
		  { 0, 1, 19, 31, 33, 49, 0xffff } },
		{ 61569, { 20, 32, 48, 0xffff },
		  { 0, 1, 19, 31, 33, 49, 0xffff } },
		{ 61633, { 3, 66, 514, 0xffff }, { 0, 2, 515, 0xffff } },
		{ 61697, { 3, 66, 514, 0xffff }, { 0, 2, 515, 0xffff } },
		{ 63425, { 0, 4, 33, 0xffff }, { 0xffff } },
		{ 63661, { 0, 4, 33, 0xffff }, { 0xffff } },
		{ 65498, { 16, 0xffff }, { 0, 4, 15, 17, 32, 0xffff } },
		{ 65500, { 20, 32, 48, 0xffff }, { 0, 16, 33, 0xffff } },
		{ 65502, { 16, 32, 0xffff }, { 0, 4, 15, 17, 0xffff } },
	};
	struct hip_packet *p = packet_room(test);
	struct raw *raw;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		for (k = 0; v[i].good[k] != 0xffff; k++) {
			raw = raw_begin(test, HIP_UPDATE);
			raw_param(raw, v[i].type, v[i].good[k]);
			KUNIT_EXPECT_EQ_MSG(test, raw_parse(test, raw, p), 0,
					    "type %u length %u", v[i].type,
					    v[i].good[k]);
			KUNIT_EXPECT_EQ(test, p->n, 1);
			KUNIT_EXPECT_EQ(test, p->param[0].type, v[i].type);
			KUNIT_EXPECT_EQ(test, p->param[0].len, v[i].good[k]);
		}
		for (k = 0; v[i].bad[k] != 0xffff; k++) {
			raw = raw_begin(test, HIP_UPDATE);
			raw_param(raw, v[i].type, v[i].bad[k]);
			KUNIT_EXPECT_EQ_MSG(test, raw_parse(test, raw, p),
					    -EINVAL, "type %u length %u",
					    v[i].type, v[i].bad[k]);
			KUNIT_EXPECT_EQ(test, p->error_param, v[i].type);
		}
	}
}

/* Lengths within DIFFIE_HELLMAN and HOST_ID have to agree with the outer. */
static void packet_inner_lengths(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	struct raw *raw = raw_begin(test, HIP_R1);
	u8 *dh, *id;

	dh = raw_param(raw, HIP_PARAM_DIFFIE_HELLMAN, 3 + 64);
	id = raw_param(raw, HIP_PARAM_HOST_ID, 6 + 10);
	put_unaligned_be16(64, dh + 1);
	put_unaligned_be16(10, id);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), 0);
	put_unaligned_be16(65, dh + 1);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EINVAL);
	put_unaligned_be16(63, dh + 1);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EINVAL);
	put_unaligned_be16(64, dh + 1);
	put_unaligned_be16(11, id);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EINVAL);
	KUNIT_EXPECT_EQ(test, p->error_param, HIP_PARAM_HOST_ID);
}

/* A parameter may not reach over the end of the packet, by however much. */
static void packet_param_overrun(struct kunit *test)
{
	static const u16 lens[] = { 13, 20, 21, 2008, 0x7fff, 0xfff8, 0xffff };
	struct hip_packet *p = packet_room(test);
	struct raw *raw;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		raw = raw_begin(test, HIP_NOTIFY);
		put_unaligned_be16(lens[i], raw_param(raw, 832, 12) - 2);
		KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EINVAL);
	}
}

static void packet_order(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	struct raw *raw = raw_begin(test, HIP_UPDATE);

	raw_param(raw, HIP_PARAM_ACK, 4);
	raw_param(raw, HIP_PARAM_SEQ, 4);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EBADMSG);
	KUNIT_EXPECT_EQ(test, p->error_param, HIP_PARAM_SEQ);

	/* Unknown ones have to be in order as well. */
	raw = raw_begin(test, HIP_UPDATE);
	raw_param(raw, 1000, 4);
	raw_param(raw, 998, 4);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EBADMSG);
}

static void packet_duplicates(struct kunit *test)
{
	static const u16 repeat[] = {
		768, 832, 936, 40026, 63425, 63661, 65498, 65502, 1000,
	};
	static const struct {
		u16	type;
		u16	len;
	} once[] = {
		{ 65, 12 }, { 129, 12 }, { 193, 0 }, { 257, 36 }, { 321, 68 },
		{ 385, 4 }, { 449, 4 }, { 511, 1 }, { 579, 2 }, { 641, 4 },
		{ 715, 1 }, { 897, 4 }, { 930, 2 }, { 932, 2 }, { 934, 2 },
		{ 961, 4 }, { 2049, 2 }, { 4095, 4 }, { 61505, 32 },
		{ 61569, 32 }, { 61633, 3 }, { 61697, 3 }, { 65500, 32 },
	};
	struct hip_packet *p = packet_room(test);
	const struct hip_param *param;
	struct raw *raw;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(once); i++) {
		raw = raw_begin(test, HIP_UPDATE);
		raw_param(raw, once[i].type, once[i].len);
		raw_param(raw, once[i].type, once[i].len);
		KUNIT_EXPECT_EQ_MSG(test, raw_parse(test, raw, p), -EBADMSG,
				    "type %u", once[i].type);
		KUNIT_EXPECT_FALSE(test, hip_param_repeats(once[i].type));
	}
	for (i = 0; i < ARRAY_SIZE(repeat); i++) {
		raw = raw_begin(test, HIP_UPDATE);
		raw_param(raw, repeat[i], 16);
		raw_param(raw, repeat[i], 16);
		raw_param(raw, repeat[i], 16);
		KUNIT_ASSERT_EQ_MSG(test, raw_parse(test, raw, p), 0,
				    "type %u", repeat[i]);
		KUNIT_EXPECT_EQ(test, p->n, 3);
		param = hip_packet_param(p, repeat[i]);
		KUNIT_EXPECT_PTR_EQ(test, param,
				    (const struct hip_param *)&p->param[0]);
		param = hip_packet_next(p, param);
		KUNIT_ASSERT_NOT_NULL(test, param);
		param = hip_packet_next(p, param);
		KUNIT_ASSERT_NOT_NULL(test, param);
		KUNIT_EXPECT_NULL(test, hip_packet_next(p, param));
	}
}

static void packet_unknown(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	struct raw *raw = raw_begin(test, HIP_UPDATE);
	u8 *ack;

	raw_param(raw, HIP_PARAM_SEQ, 4);
	raw_param(raw, 448, 0);
	ack = raw_param(raw, HIP_PARAM_ACK, 4);
	put_unaligned_be32(77, ack);
	KUNIT_ASSERT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_ASSERT_NOT_NULL(test, hip_packet_param(p, HIP_PARAM_ACK));
	KUNIT_EXPECT_EQ(test, hip_param_u32(hip_packet_param(p, HIP_PARAM_ACK),
					    0), 77);
	KUNIT_EXPECT_NULL(test, hip_packet_param(p, HIP_PARAM_PUZZLE));

	raw_param(raw, 451, 3);
	raw_param(raw, 453, 3);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EPROTONOSUPPORT);
	KUNIT_EXPECT_EQ(test, p->error_param, 451);
	KUNIT_EXPECT_EQ(test, hip_hdr_type(p->hdr), HIP_UPDATE);

	/* Malformed counts for more than unknown: nobody is notified. */
	raw_param(raw, HIP_PARAM_DH_GROUP_LIST, 0);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -EINVAL);
	KUNIT_EXPECT_EQ(test, p->error_param, HIP_PARAM_DH_GROUP_LIST);
}

static void packet_too_many(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	struct raw *raw = raw_begin(test, HIP_NOTIFY);
	unsigned int i;

	for (i = 0; i < HIP_PACKET_MAX_PARAMS; i++)
		raw_param(raw, HIP_PARAM_NOTIFICATION, 4);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, p->n, HIP_PACKET_MAX_PARAMS);
	KUNIT_EXPECT_NULL(test, hip_packet_next(p, &p->param[p->n - 1]));
	raw_param(raw, HIP_PARAM_NOTIFICATION, 4);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), -E2BIG);
}

/* As long as it can be: 2008 octets of parameters (section 5.1). */
static void packet_longest(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	struct raw *raw = raw_begin(test, HIP_NOTIFY);

	raw_param(raw, HIP_PARAM_ECHO_REQUEST_SIGNED, 2004);
	KUNIT_EXPECT_EQ(test, raw->len, HIP_PACKET_MAX_LEN);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, p->len, HIP_PACKET_MAX_LEN);
}

/* Padding is not looked at (section 5.2.1). */
static void packet_padding(struct kunit *test)
{
	struct hip_packet *p = packet_room(test);
	struct raw *raw = raw_begin(test, HIP_I1);

	memset(raw_param(raw, HIP_PARAM_DH_GROUP_LIST, 1), 0xff, 4);
	KUNIT_EXPECT_EQ(test, raw_parse(test, raw, p), 0);
}

/* --- HITs ---------------------------------------------------------------- */

static void packet_hit_prefix(struct kunit *test)
{
	struct in6_addr hit = hit_a;
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, hip_hit_is_valid(&hit));
	KUNIT_EXPECT_EQ(test, hip_hit_suite(&hit), 1);
	for (i = 0; i < 28; i++) {
		hit.s6_addr[i / 8] ^= 0x80 >> i % 8;
		KUNIT_EXPECT_FALSE(test, hip_hit_is_valid(&hit));
		hit.s6_addr[i / 8] ^= 0x80 >> i % 8;
	}
	hit.s6_addr[3] = 0x2f;
	KUNIT_EXPECT_TRUE(test, hip_hit_is_valid(&hit));
	KUNIT_EXPECT_EQ(test, hip_hit_suite(&hit), 15);
	KUNIT_EXPECT_TRUE(test, hip_hit_greater(&hit_b, &hit_a));
	KUNIT_EXPECT_FALSE(test, hip_hit_greater(&hit_a, &hit_b));
	KUNIT_EXPECT_FALSE(test, hip_hit_greater(&hit_a, &hit_a));
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE(packet_checksum_v6),
	KUNIT_CASE(packet_checksum_v4),
	KUNIT_CASE(packet_header_rules),
	KUNIT_CASE(packet_trailing_data),
	KUNIT_CASE(packet_truncation),
	KUNIT_CASE(packet_type_names),
	KUNIT_CASE(packet_param_sizes),
	KUNIT_CASE(packet_inner_lengths),
	KUNIT_CASE(packet_param_overrun),
	KUNIT_CASE(packet_order),
	KUNIT_CASE(packet_duplicates),
	KUNIT_CASE(packet_unknown),
	KUNIT_CASE(packet_too_many),
	KUNIT_CASE(packet_longest),
	KUNIT_CASE(packet_padding),
	KUNIT_CASE(packet_hit_prefix),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "hip_packet",
	.suite_init = packet_suite_init,
	.suite_exit = packet_suite_exit,
	.test_cases = packet_cases,
};

kunit_test_suites(&packet_suite);
