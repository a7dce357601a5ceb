// SPDX-License-Identifier: GPL-2.0-only
/* Traffic selectors: octets laid out by hand after RFC 6088. */
#include <kunit/test.h>

#include "../../net/hip/selector.h"

#define F6	HIP_TS_FORMAT_IPV6
#define F4	HIP_TS_FORMAT_IPV4

/* Section 3.1 with all fourteen fields. */
static const u8 all_v4[] = {
	0xff, 0xfc, 0, 0,
	10, 0, 0, 1, 10, 0, 0, 9,		/* source */
	192, 0, 2, 1, 192, 0, 2, 1,		/* destination */
	0, 0, 1, 0, 0, 0, 1, 1,			/* SPI */
	0x03, 0xe8, 0x07, 0xd0,			/* source port */
	0x00, 0x50, 0x01, 0xbb,			/* destination port */
	0x2b, 0xff,				/* DS, with ECN bits */
	6, 17,					/* protocol */
};

/* Section 3.2 with all sixteen. */
static const u8 all_v6[] = {
	0xff, 0xff, 0, 0,
	0x20, 0x01, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9,
	0x20, 0x01, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0, 0, 1, 0, 0, 0, 1, 1,			/* SPI */
	0xff, 0xf0, 0, 5, 0, 0x0f, 0xff, 0xff,	/* flow label */
	0x03, 0xe8, 0x07, 0xd0, 0x00, 0x50, 0x01, 0xbb,
	0x2b, 0xff, 6, 17,
};

static int decode(struct hip_selector *sel, u8 format, const u8 *data,
		  unsigned int len)
{
	return hip_selector_decode(sel, format, data, len);
}

static void selector_all_v4(struct kunit *test)
{
	static const u8 src[16] = { [10] = 0xff, 0xff, 10, 0, 0, 1 };
	static const u8 dst[16] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
	struct hip_selector sel;

	KUNIT_ASSERT_EQ(test, decode(&sel, F4, all_v4, sizeof(all_v4)), 0);
	KUNIT_EXPECT_EQ(test, sel.format, F4);
	KUNIT_EXPECT_EQ(test, sel.fields, 0xff & ~HIP_SELECT_FLOW_LABEL);
	KUNIT_EXPECT_MEMEQ(test, &sel.src_min, src, 16);
	KUNIT_EXPECT_EQ(test, sel.src_max.s6_addr[15], 9);
	KUNIT_EXPECT_MEMEQ(test, &sel.dst_min, dst, 16);
	KUNIT_EXPECT_MEMEQ(test, &sel.dst_max, dst, 16);
	KUNIT_EXPECT_EQ(test, sel.spi_min, 256);
	KUNIT_EXPECT_EQ(test, sel.spi_max, 257);
	KUNIT_EXPECT_EQ(test, sel.sport_min, 1000);
	KUNIT_EXPECT_EQ(test, sel.sport_max, 2000);
	KUNIT_EXPECT_EQ(test, sel.dport_min, 80);
	KUNIT_EXPECT_EQ(test, sel.dport_max, 443);
	KUNIT_EXPECT_EQ(test, sel.tclass_min, 0x28);
	KUNIT_EXPECT_EQ(test, sel.tclass_max, 0xfc);
	KUNIT_EXPECT_EQ(test, sel.proto_min, 6);
	KUNIT_EXPECT_EQ(test, sel.proto_max, 17);
	KUNIT_EXPECT_EQ(test, hip_selector_valid(&sel), 0);
}

static void selector_all_v6(struct kunit *test)
{
	struct hip_selector sel;

	KUNIT_ASSERT_EQ(test, decode(&sel, F6, all_v6, sizeof(all_v6)), 0);
	KUNIT_EXPECT_EQ(test, sel.fields, 0xff);
	KUNIT_EXPECT_MEMEQ(test, &sel.src_min, all_v6 + 4, 16);
	KUNIT_EXPECT_MEMEQ(test, &sel.src_max, all_v6 + 20, 16);
	KUNIT_EXPECT_MEMEQ(test, &sel.dst_min, all_v6 + 36, 16);
	KUNIT_EXPECT_MEMEQ(test, &sel.dst_max, all_v6 + 52, 16);
	KUNIT_EXPECT_EQ(test, sel.spi_max, 257);
	/* Labels have 20 bits, whatever stands above them. */
	KUNIT_EXPECT_EQ(test, sel.flow_label_min, 5);
	KUNIT_EXPECT_EQ(test, sel.flow_label_max, 0xfffff);
	KUNIT_EXPECT_EQ(test, sel.sport_min, 1000);
	KUNIT_EXPECT_EQ(test, sel.dport_max, 443);
	KUNIT_EXPECT_EQ(test, sel.tclass_min, 0x28);
	KUNIT_EXPECT_EQ(test, sel.proto_max, 17);
	KUNIT_EXPECT_EQ(test, hip_selector_valid(&sel), 0);
}

/* Every length but the whole, each in memory that ends there. */
static void selector_cut(struct kunit *test, u8 format, const u8 *data,
			 unsigned int whole)
{
	struct hip_selector sel;
	unsigned int len;
	u8 *exact;

	for (len = 0; len < whole; len++) {
		exact = kunit_kmalloc(test, len ?: 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, exact);
		memcpy(exact, data, len);
		KUNIT_EXPECT_EQ_MSG(test, decode(&sel, format, exact, len),
				    -EINVAL, "format %u, length %u", format,
				    len);
	}
}

/* Just as long as the flags say; reserved flags say nothing. */
static void selector_lengths(struct kunit *test)
{
	struct hip_selector sel;
	u8 *exact;

	selector_cut(test, F4, all_v4, sizeof(all_v4));
	selector_cut(test, F6, all_v6, sizeof(all_v6));
	exact = kunit_kzalloc(test, sizeof(all_v4) + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, exact);
	memcpy(exact, all_v4, sizeof(all_v4));
	KUNIT_EXPECT_EQ(test, decode(&sel, F4, exact, sizeof(all_v4) + 1),
			-EINVAL);
	exact[1] |= 0x03;
	exact[2] = 0xff;
	exact[3] = 0xff;
	KUNIT_EXPECT_EQ(test, decode(&sel, F4, exact, sizeof(all_v4)), 0);
}

static void selector_formats(struct kunit *test)
{
	static const u8 empty[4];
	struct hip_selector sel;
	unsigned int format;

	for (format = 0; format < 256; format++)
		KUNIT_EXPECT_EQ(test, decode(&sel, format, empty, 4),
				format == 1 || format == 2 ?
				0 : -EPROTONOSUPPORT);
	/* None of the flags: everything. */
	KUNIT_EXPECT_EQ(test, decode(&sel, F6, empty, 4), 0);
	KUNIT_EXPECT_EQ(test, sel.fields, 0);
}

/* An end without its start; an end below it. */
static void selector_ends(struct kunit *test)
{
	static const u8 size_v6[8] = { 16, 16, 4, 4, 2, 2, 1, 1 };
	static const u8 size_v4[7] = { 4, 4, 4, 2, 2, 1, 1 };
	struct hip_selector sel;
	unsigned int i, format, n, size;
	u8 buf[36];

	for (format = F4; format <= F6; format++) {
		n = format == F4 ? sizeof(size_v4) : sizeof(size_v6);
		for (i = 0; i < n; i++) {
			size = format == F4 ? size_v4[i] : size_v6[i];
			memset(buf, 0, sizeof(buf));
			put_unaligned_be32(0x40000000u >> 2 * i, buf);
			KUNIT_EXPECT_EQ(test, decode(&sel, format, buf,
						     4 + size), -EINVAL);
			KUNIT_EXPECT_EQ(test, decode(&sel, format, buf, 4),
					-EINVAL);
			put_unaligned_be32(0xc0000000u >> 2 * i, buf);
			KUNIT_EXPECT_EQ(test, decode(&sel, format, buf,
						     4 + 2 * size), 0);
			/* Above the ECN bits of a traffic class. */
			buf[4 + size - 1] = 8;
			buf[4 + 2 * size - 1] = 4;
			KUNIT_EXPECT_EQ(test, decode(&sel, format, buf,
						     4 + 2 * size), -EINVAL);
			buf[4 + 2 * size - 1] = 8;
			KUNIT_EXPECT_EQ(test, decode(&sel, format, buf,
						     4 + 2 * size), 0);
		}
	}
}

static void selector_round_trip(struct kunit *test)
{
	static const u8 exact[] = {
		0x00, 0x02, 0, 0, 17,		/* O alone: one protocol */
	};
	struct hip_selector sel, again;
	u8 buf[HIP_SELECTOR_MAX_LEN];

	KUNIT_ASSERT_EQ(test, decode(&sel, F6, all_v6, sizeof(all_v6)), 0);
	KUNIT_EXPECT_EQ(test, hip_selector_encode(&sel, buf),
			(int)sizeof(all_v6));
	KUNIT_ASSERT_EQ(test, decode(&again, F6, buf, sizeof(all_v6)), 0);
	KUNIT_EXPECT_TRUE(test, hip_selector_equal(&sel, &again));

	KUNIT_ASSERT_EQ(test, decode(&sel, F6, exact, sizeof(exact)), 0);
	KUNIT_EXPECT_FALSE(test, hip_selector_equal(&sel, &again));
	KUNIT_EXPECT_EQ(test, sel.proto_max, 17);
	KUNIT_EXPECT_EQ(test, hip_selector_encode(&sel, buf),
			(int)sizeof(exact));
	KUNIT_EXPECT_MEMEQ(test, buf, exact, sizeof(exact));

	/* The destination of the v4 one is exact: its end is left out. */
	KUNIT_ASSERT_EQ(test, decode(&sel, F4, all_v4, sizeof(all_v4)), 0);
	KUNIT_EXPECT_EQ(test, hip_selector_encode(&sel, buf),
			(int)sizeof(all_v4) - 4);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(buf), 0xeffc0000u);
	KUNIT_ASSERT_EQ(test, decode(&again, F4, buf, sizeof(all_v4) - 4), 0);
	KUNIT_EXPECT_TRUE(test, hip_selector_equal(&sel, &again));
}

/* Octets of a few fields, from the numbers and not from a decoder. */
static void selector_encoding(struct kunit *test)
{
	/* C D destination, G flow label, I source port, M N class. */
	static const u8 mixed[] = {
		0x32, 0x8c, 0, 0,
		0x20, 0x01, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0x20, 0x01, 0, 0x2f, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x00, 0x0a, 0xbc, 0xde,		/* 12 zero bits, 20 of label */
		0x13, 0x89,			/* 5001 */
		0xb8, 0xc0,			/* EF to the next class */
	};
	/* A source, E F SPI, I J destination port, M protocol. */
	static const u8 v4[] = {
		0x8c, 0xc8, 0, 0,
		1, 0, 0, 7,			/* an LSI */
		0, 0, 0x01, 0x00, 0xff, 0xff, 0xff, 0xff,
		0x00, 0x35, 0x00, 0x36,
		17,
	};
	struct hip_selector sel = {
		.fields = HIP_SELECT_DST | HIP_SELECT_FLOW_LABEL |
			  HIP_SELECT_SPORT | HIP_SELECT_TCLASS,
		.format = F6,
		.tclass_min = 0xb8, .tclass_max = 0xc0,
		.sport_min = 5001, .sport_max = 5001,
		.flow_label_min = 0xabcde, .flow_label_max = 0xabcde,
	};
	u8 buf[HIP_SELECTOR_MAX_LEN];

	memcpy(&sel.dst_min, mixed + 4, 16);
	memcpy(&sel.dst_max, mixed + 20, 16);
	KUNIT_EXPECT_EQ(test, hip_selector_valid(&sel), 0);
	KUNIT_ASSERT_EQ(test, hip_selector_encode(&sel, buf),
			(int)sizeof(mixed));
	KUNIT_EXPECT_MEMEQ(test, buf, mixed, sizeof(mixed));

	memset(&sel, 0, sizeof(sel));
	sel.fields = HIP_SELECT_SRC | HIP_SELECT_SPI | HIP_SELECT_DPORT |
		     HIP_SELECT_PROTO;
	sel.format = F4;
	sel.spi_min = 256;
	sel.spi_max = 0xffffffff;
	sel.dport_min = 53;
	sel.dport_max = 54;
	sel.proto_min = 17;
	sel.proto_max = 17;
	memset(&sel.src_min.s6_addr[10], 0xff, 2);
	memcpy(&sel.src_min.s6_addr[12], v4 + 4, 4);
	sel.src_max = sel.src_min;
	KUNIT_EXPECT_EQ(test, hip_selector_valid(&sel), 0);
	KUNIT_ASSERT_EQ(test, hip_selector_encode(&sel, buf), (int)sizeof(v4));
	KUNIT_EXPECT_MEMEQ(test, buf, v4, sizeof(v4));
}

/* The same sequence each time. */
static u32 next_random(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#define RANDOM_RANGE(sel, field, bit, mask) do { \
	u32 _a = next_random(state) & (mask); \
	u32 _b = next_random(state) & 3 ? next_random(state) & (mask) : _a; \
	if ((sel)->fields & (bit)) { \
		(sel)->field##_min = min(_a, _b); \
		(sel)->field##_max = max(_a, _b); \
	} \
} while (0)

static void random_addrs(struct in6_addr *low, struct in6_addr *high,
			 u8 format, u32 *state)
{
	unsigned int i = 0;

	memset(low, 0, sizeof(*low));
	if (format == F4) {
		memset(&low->s6_addr[10], 0xff, 2);
		i = 12;
	}
	for (; i < 16; i++)
		low->s6_addr[i] = next_random(state);
	*high = *low;
	/* The high one is the greater one, by its end or in its middle. */
	low->s6_addr[15] &= next_random(state);
	if (high->s6_addr[13] < 0xff && next_random(state) & 1)
		high->s6_addr[13]++;
}

static void random_selector(struct hip_selector *sel, u32 *state)
{
	memset(sel, 0, sizeof(*sel));
	sel->format = next_random(state) & 1 ? F4 : F6;
	sel->fields = next_random(state);
	if (sel->format == F4)
		sel->fields &= ~HIP_SELECT_FLOW_LABEL;
	if (sel->fields & HIP_SELECT_SRC)
		random_addrs(&sel->src_min, &sel->src_max, sel->format, state);
	if (sel->fields & HIP_SELECT_DST)
		random_addrs(&sel->dst_min, &sel->dst_max, sel->format, state);
	RANDOM_RANGE(sel, spi, HIP_SELECT_SPI, 0xffffffff);
	RANDOM_RANGE(sel, flow_label, HIP_SELECT_FLOW_LABEL, 0xfffff);
	RANDOM_RANGE(sel, sport, HIP_SELECT_SPORT, 0xffff);
	RANDOM_RANGE(sel, dport, HIP_SELECT_DPORT, 0xffff);
	RANDOM_RANGE(sel, tclass, HIP_SELECT_TCLASS, 0xfc);
	RANDOM_RANGE(sel, proto, HIP_SELECT_PROTO, 0xff);
}

static void selector_random(struct kunit *test)
{
	u32 seed = 0x5e1ec7, *state = &seed;
	struct hip_selector sel, again;
	u8 buf[HIP_SELECTOR_MAX_LEN];
	unsigned int i;
	int len;

	for (i = 0; i < 5000; i++) {
		random_selector(&sel, state);
		KUNIT_ASSERT_EQ(test, hip_selector_valid(&sel), 0);
		len = hip_selector_encode(&sel, buf);
		KUNIT_ASSERT_LE(test, len, HIP_SELECTOR_MAX_LEN);
		/* What was there before does not matter. */
		memset(&again, 0xa5, sizeof(again));
		KUNIT_ASSERT_EQ(test, decode(&again, sel.format, buf, len), 0);
		KUNIT_ASSERT_TRUE(test, hip_selector_equal(&sel, &again));
		KUNIT_ASSERT_EQ(test, decode(&again, sel.format, buf, len - 1),
				-EINVAL);
	}
}

/* Every member counts, what lies between them does not. */
static void selector_equality(struct kunit *test)
{
	const size_t gap = offsetof(struct hip_selector, dport_max) + 2;
	struct hip_selector sel, other;
	size_t i;

	for (i = 0; i < sizeof(sel); i++) {
		memset(&sel, 0, sizeof(sel));
		memset(&other, 0, sizeof(other));
		((u8 *)&other)[i] = 1;
		KUNIT_EXPECT_EQ_MSG(test, hip_selector_equal(&sel, &other),
				    i >= gap && i < offsetof(struct hip_selector,
							     spi_min),
				    "octet %zu", i);
	}
}

static void selector_alignment(struct kunit *test)
{
	struct hip_selector sel = { .format = F6 };

	KUNIT_EXPECT_EQ(test, hip_selector_align(&sel), 1);
	sel.fields = HIP_SELECT_PROTO | HIP_SELECT_TCLASS;
	KUNIT_EXPECT_EQ(test, hip_selector_align(&sel), 1);
	sel.fields |= HIP_SELECT_DPORT;
	KUNIT_EXPECT_EQ(test, hip_selector_align(&sel), 2);
	sel.fields |= HIP_SELECT_SPI;
	KUNIT_EXPECT_EQ(test, hip_selector_align(&sel), 4);
	sel.fields |= HIP_SELECT_DST;
	KUNIT_EXPECT_EQ(test, hip_selector_align(&sel), 8);
	sel.format = F4;
	KUNIT_EXPECT_EQ(test, hip_selector_align(&sel), 4);
}

/* A packet in the middle of all_v6. */
static struct hip_flow_key selector_key(const struct hip_selector *sel)
{
	struct hip_flow_key key = {
		.fields = 0xff,
		.format = F6,
		.tclass = 0x2a,
		.proto = 7,
		.sport = 1500,
		.dport = 100,
		.spi = 256,
		.flow_label = 77,
		.src = sel->src_min,
		.dst = sel->dst_max,
	};

	return key;
}

#define EXPECT_RANGE(test, sel, key, field, lo, hi) do { \
	typeof((key).field) _was = (key).field; \
	(key).field = (lo); \
	KUNIT_EXPECT_TRUE(test, hip_selector_match(sel, &(key))); \
	(key).field = (hi); \
	KUNIT_EXPECT_TRUE(test, hip_selector_match(sel, &(key))); \
	(key).field = (lo) - 1; \
	KUNIT_EXPECT_FALSE(test, hip_selector_match(sel, &(key))); \
	(key).field = (hi) + 1; \
	KUNIT_EXPECT_FALSE(test, hip_selector_match(sel, &(key))); \
	(key).field = _was; \
} while (0)

static void selector_matching(struct kunit *test)
{
	struct hip_selector sel;
	struct hip_flow_key key;
	unsigned int bit;

	KUNIT_ASSERT_EQ(test, decode(&sel, F6, all_v6, sizeof(all_v6)), 0);
	key = selector_key(&sel);
	KUNIT_EXPECT_TRUE(test, hip_selector_match(&sel, &key));
	EXPECT_RANGE(test, &sel, key, proto, 6, 17);
	EXPECT_RANGE(test, &sel, key, sport, 1000, 2000);
	EXPECT_RANGE(test, &sel, key, dport, 80, 443);
	EXPECT_RANGE(test, &sel, key, spi, 256, 257);
	EXPECT_RANGE(test, &sel, key, flow_label, 5, 0xfffff);
	EXPECT_RANGE(test, &sel, key, src.s6_addr[15], 1, 9);
	EXPECT_RANGE(test, &sel, key, dst.s6_addr[15], 1, 2);
	EXPECT_RANGE(test, &sel, key, src.s6_addr[3], 0x20, 0x20);

	/* ECN does not count: 0x28 to 0x2b are one class. */
	key.tclass = 0x2b;
	KUNIT_EXPECT_TRUE(test, hip_selector_match(&sel, &key));
	key.tclass = 0x27;
	KUNIT_EXPECT_FALSE(test, hip_selector_match(&sel, &key));
	key.tclass = 0xff;
	KUNIT_EXPECT_TRUE(test, hip_selector_match(&sel, &key));

	/* What a packet does not have cannot match. */
	for (bit = 0; bit < 8; bit++) {
		key.fields = 0xff & ~(1 << bit);
		KUNIT_EXPECT_FALSE(test, hip_selector_match(&sel, &key));
	}
	key.fields = 0xff;
	key.format = F4;
	KUNIT_EXPECT_FALSE(test, hip_selector_match(&sel, &key));

	memset(&sel, 0, sizeof(sel));
	sel.format = F4;
	key.fields = 0;
	KUNIT_EXPECT_TRUE(test, hip_selector_match(&sel, &key));
}

static void selector_validity(struct kunit *test)
{
	struct hip_selector good, sel;

	KUNIT_ASSERT_EQ(test, decode(&good, F6, all_v6, sizeof(all_v6)), 0);
#define EXPECT_INVALID(change) do { \
	sel = good; \
	change; \
	KUNIT_EXPECT_EQ(test, hip_selector_valid(&sel), -EINVAL); \
} while (0)
	EXPECT_INVALID(sel.format = 0);
	EXPECT_INVALID(sel.format = 3);
	EXPECT_INVALID(sel.proto_min = 18);
	EXPECT_INVALID(sel.sport_min = 2001);
	EXPECT_INVALID(sel.dport_min = 444);
	EXPECT_INVALID(sel.spi_min = 258);
	EXPECT_INVALID(sel.tclass_max = 0);
	EXPECT_INVALID(sel.tclass_min |= 1);
	EXPECT_INVALID(sel.flow_label_max = 0x100000);
	EXPECT_INVALID(sel.flow_label_max = 4);
	EXPECT_INVALID(sel.src_min.s6_addr[15] = 10);
	EXPECT_INVALID(sel.dst_max.s6_addr[15] = 0);
	/* HITs and flow labels are not of IPv4. */
	EXPECT_INVALID(sel.format = F4);
	KUNIT_ASSERT_EQ(test, decode(&good, F4, all_v4, sizeof(all_v4)), 0);
	EXPECT_INVALID(sel.fields |= HIP_SELECT_FLOW_LABEL);
	EXPECT_INVALID(sel.src_min.s6_addr[10] = 0);
	EXPECT_INVALID(sel.dst_max.s6_addr[11] = 0);
#undef EXPECT_INVALID
}

static void selector_reverse(struct kunit *test)
{
	struct hip_selector sel;
	struct hip_flow_key key, back;

	KUNIT_ASSERT_EQ(test, decode(&sel, F6, all_v6, sizeof(all_v6)), 0);
	key = selector_key(&sel);
	back = key;
	hip_flow_key_reverse(&back);
	KUNIT_EXPECT_MEMEQ(test, &back.src, &key.dst, 16);
	KUNIT_EXPECT_MEMEQ(test, &back.dst, &key.src, 16);
	KUNIT_EXPECT_EQ(test, back.sport, 100);
	KUNIT_EXPECT_EQ(test, back.dport, 1500);
	KUNIT_EXPECT_EQ(test, back.spi, 256);
	hip_flow_key_reverse(&back);
	KUNIT_EXPECT_MEMEQ(test, &back, &key, sizeof(key));

	/* What it does not have, it does not get. */
	key.fields = HIP_SELECT_SRC | HIP_SELECT_SPORT | HIP_SELECT_PROTO;
	hip_flow_key_reverse(&key);
	KUNIT_EXPECT_EQ(test, key.fields, HIP_SELECT_DST | HIP_SELECT_DPORT |
					  HIP_SELECT_PROTO);
	key.fields = HIP_SELECT_DST | HIP_SELECT_DPORT | HIP_SELECT_SPI;
	hip_flow_key_reverse(&key);
	KUNIT_EXPECT_EQ(test, key.fields, HIP_SELECT_SRC | HIP_SELECT_SPORT |
					  HIP_SELECT_SPI);
}

static struct kunit_case selector_cases[] = {
	KUNIT_CASE(selector_all_v4),
	KUNIT_CASE(selector_all_v6),
	KUNIT_CASE(selector_lengths),
	KUNIT_CASE(selector_formats),
	KUNIT_CASE(selector_ends),
	KUNIT_CASE(selector_round_trip),
	KUNIT_CASE(selector_encoding),
	KUNIT_CASE(selector_random),
	KUNIT_CASE(selector_equality),
	KUNIT_CASE(selector_alignment),
	KUNIT_CASE(selector_matching),
	KUNIT_CASE(selector_validity),
	KUNIT_CASE(selector_reverse),
	{}
};

static struct kunit_suite selector_suite = {
	.name = "hip_selector",
	.test_cases = selector_cases,
};

kunit_test_suites(&selector_suite);
