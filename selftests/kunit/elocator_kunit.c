// SPDX-License-Identifier: GPL-2.0-only
/* E-LOCATOR and LOCATOR_SET: octets laid out by hand. */
#include <kunit/test.h>

#include "../../net/hip/elocator.h"

/* One address, preferred; one behind an SPI; one of a type to come. */
static const u8 three[] = {
	0, 0, 4, 0x01, 0, 0, 0x0e, 0x10,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	2, 1, 5, 0x00, 0xff, 0xff, 0xff, 0xff,
	0x11, 0x22, 0x33, 0x44,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1,
	1, 9, 1, 0x00, 0, 0, 0, 1,
	0xaa, 0xbb, 0xcc, 0xdd,
};

/* A flow: FID 7, priority 5, UDP; one octet of padding closes the option. */
static const u8 flow[] = {
	0, 1, 5, 0x03, 0, 0, 0, 60,
	0, 0, 1, 0,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	45, 18, 0, 7, 0, 5, 0, 0,
	3, 7, 2, 0, 0x00, 0x02, 0, 0, 17,
	1, 1, 0,
};

#define FLOW_OPTION	28	/* where it starts in flow[] */

/* From one HIT to a TCP port: 64 octets, a Pad1 at the end. */
static const u8 flow_v6[] = {
	2, 1, 5, 0x02, 0, 0, 0x02, 0x58,	/* data; F; 600 seconds */
	0x00, 0x00, 0xab, 0xcd,			/* SPI */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 51, 100, 7,
	45, 34, 0x01, 0x02, 0x00, 0xff, 0, 0,	/* FID 258, FID-PRI 255 */
	3, 25, 2, 0,				/* 2 + 23 octets of selector */
	0x80, 0x22, 0, 0,			/* A, K, O */
	0x20, 0x01, 0, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	0x01, 0xbb,				/* destination port 443 */
	6,					/* next header TCP */
	0,					/* Pad1 */
};

/* To some LSIs by UDP: 52 octets, a PadN of three at the end. */
static const u8 flow_v4[] = {
	0, 0, 4, 0x03, 0, 0, 0, 1,
	0xfe, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	45, 26, 0, 1, 0xff, 0xff, 0, 0,
	3, 15, 1, 0,				/* 2 + 13 */
	0x30, 0x08, 0, 0,			/* C, D, M */
	1, 0, 0, 1, 1, 0, 0, 254,
	17,
	1, 1, 0,				/* PadN: N is 3, so 1 */
};

static int read_one(const u8 *data, unsigned int len, bool set,
		    struct hip_elocator_item *item)
{
	struct hip_elocator_iter it = { data, len, set };

	return hip_elocator_next(&it, item);
}

static void elocator_locators(struct kunit *test)
{
	struct hip_elocator_iter it = { three, sizeof(three), true };
	struct hip_elocator_item item;

	KUNIT_ASSERT_EQ(test, hip_elocator_next(&it, &item), 1);
	KUNIT_EXPECT_EQ(test, item.traffic, HIP_TRAFFIC_BOTH);
	KUNIT_EXPECT_EQ(test, item.type, HIP_LOCATOR_TYPE_ADDR);
	KUNIT_EXPECT_TRUE(test, item.preferred);
	KUNIT_EXPECT_FALSE(test, item.flow);
	KUNIT_EXPECT_EQ(test, item.lifetime, 3600);
	KUNIT_EXPECT_MEMEQ(test, &item.addr, three + 8, 16);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_OK);

	KUNIT_ASSERT_EQ(test, hip_elocator_next(&it, &item), 1);
	KUNIT_EXPECT_EQ(test, item.traffic, HIP_TRAFFIC_DATA);
	KUNIT_EXPECT_EQ(test, item.type, HIP_LOCATOR_TYPE_SPI);
	KUNIT_EXPECT_FALSE(test, item.preferred);
	KUNIT_EXPECT_EQ(test, item.lifetime, HIP_LOCATOR_UNBOUNDED);
	KUNIT_EXPECT_EQ(test, item.spi, 0x11223344);
	KUNIT_EXPECT_MEMEQ(test, &item.addr, three + 36, 16);

	KUNIT_ASSERT_EQ(test, hip_elocator_next(&it, &item), 1);
	KUNIT_EXPECT_EQ(test, item.type, 9);
	KUNIT_EXPECT_EQ(test, hip_elocator_next(&it, &item), 0);
}

static void elocator_flow(struct kunit *test)
{
	struct hip_elocator_item item;

	KUNIT_ASSERT_EQ(test, read_one(flow, sizeof(flow), false, &item), 1);
	KUNIT_EXPECT_TRUE(test, item.preferred);
	KUNIT_EXPECT_TRUE(test, item.flow);
	KUNIT_EXPECT_TRUE(test, item.has_selector);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_OK);
	KUNIT_EXPECT_EQ(test, item.fid, 7);
	KUNIT_EXPECT_EQ(test, item.priority, 5);
	KUNIT_EXPECT_EQ(test, item.sel.fields, HIP_SELECT_PROTO);
	KUNIT_EXPECT_EQ(test, item.sel.proto_min, 17);
	KUNIT_EXPECT_EQ(test, item.sel.proto_max, 17);

	/* In a LOCATOR_SET that bit is reserved, and no option follows. */
	KUNIT_ASSERT_EQ(test, read_one(flow, FLOW_OPTION, true, &item), 1);
	KUNIT_EXPECT_FALSE(test, item.flow);
}

static void elocator_flow_v6(struct kunit *test)
{
	struct hip_elocator_item item;

	KUNIT_ASSERT_EQ(test, read_one(flow_v6, sizeof(flow_v6), false, &item),
			1);
	KUNIT_EXPECT_EQ(test, item.traffic, HIP_TRAFFIC_DATA);
	KUNIT_EXPECT_FALSE(test, item.preferred);
	KUNIT_EXPECT_EQ(test, item.lifetime, 600);
	KUNIT_EXPECT_EQ(test, item.spi, 0xabcd);
	KUNIT_EXPECT_MEMEQ(test, &item.addr, flow_v6 + 12, 16);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_OK);
	KUNIT_EXPECT_EQ(test, item.fid, 258);
	KUNIT_EXPECT_EQ(test, item.priority, 255);
	KUNIT_EXPECT_EQ(test, item.sel.format, HIP_TS_FORMAT_IPV6);
	KUNIT_EXPECT_EQ(test, item.sel.fields, HIP_SELECT_SRC |
			HIP_SELECT_DPORT | HIP_SELECT_PROTO);
	KUNIT_EXPECT_MEMEQ(test, &item.sel.src_min, flow_v6 + 44, 16);
	KUNIT_EXPECT_EQ(test, item.sel.dport_max, 443);
	KUNIT_EXPECT_EQ(test, item.sel.proto_min, 6);
}

static void elocator_flow_v4(struct kunit *test)
{
	static const u8 low[16] = { [10] = 0xff, 0xff, 1, 0, 0, 1 };
	static const u8 high[16] = { [10] = 0xff, 0xff, 1, 0, 0, 254 };
	struct hip_elocator_item item;

	KUNIT_ASSERT_EQ(test, read_one(flow_v4, sizeof(flow_v4), false, &item),
			1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_OK);
	KUNIT_EXPECT_EQ(test, item.fid, 1);
	KUNIT_EXPECT_EQ(test, item.priority, 65535);
	KUNIT_EXPECT_EQ(test, item.sel.format, HIP_TS_FORMAT_IPV4);
	KUNIT_EXPECT_EQ(test, item.sel.fields,
			HIP_SELECT_DST | HIP_SELECT_PROTO);
	KUNIT_EXPECT_MEMEQ(test, &item.sel.dst_min, low, 16);
	KUNIT_EXPECT_MEMEQ(test, &item.sel.dst_max, high, 16);
}

/* Every length but the whole, each in memory that ends there. */
static void elocator_cut(struct kunit *test, const u8 *data,
			 unsigned int whole)
{
	struct hip_elocator_item item;
	unsigned int len;
	u8 *exact;

	for (len = 0; len < whole; len++) {
		exact = kunit_kmalloc(test, len ?: 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, exact);
		memcpy(exact, data, len);
		KUNIT_EXPECT_EQ_MSG(test, read_one(exact, len, false, &item),
				    len ? -EINVAL : 0, "length %u", len);
	}
}

static void elocator_truncation(struct kunit *test)
{
	struct hip_elocator_iter it;
	struct hip_elocator_item item;
	unsigned int len, n;
	int ret;

	elocator_cut(test, flow, sizeof(flow));
	elocator_cut(test, flow_v6, sizeof(flow_v6));
	elocator_cut(test, flow_v4, sizeof(flow_v4));

	/* Of three locators: those before the cut, and no end is found. */
	for (len = 0; len < sizeof(three); len++) {
		it = (struct hip_elocator_iter){ three, len, false };
		for (n = 0; (ret = hip_elocator_next(&it, &item)) > 0; n++)
			;
		KUNIT_EXPECT_EQ_MSG(test, n, len < 24 ? 0 : len < 52 ? 1 : 2,
				    "length %u", len);
		KUNIT_EXPECT_EQ_MSG(test, ret,
				    len == 0 || len == 24 || len == 52 ?
				    0 : -EINVAL, "length %u", len);
	}
}

/* F set: exactly one option; not set: none. */
static void elocator_one_option(struct kunit *test)
{
	const unsigned int option = sizeof(flow) - FLOW_OPTION;
	struct hip_elocator_item item;
	struct hip_elocator_iter it;
	u8 buf[2 * sizeof(flow)];

	memcpy(buf, flow, sizeof(flow));
	memcpy(buf + sizeof(flow), flow + FLOW_OPTION, option);
	it = (struct hip_elocator_iter){ buf, sizeof(flow) + option, false };
	KUNIT_EXPECT_EQ(test, hip_elocator_next(&it, &item), 1);
	KUNIT_EXPECT_EQ(test, hip_elocator_next(&it, &item), -EINVAL);

	buf[3] = HIP_LOCATOR_FLAG_P;
	it = (struct hip_elocator_iter){ buf, sizeof(flow), false };
	KUNIT_EXPECT_EQ(test, hip_elocator_next(&it, &item), 1);
	KUNIT_EXPECT_FALSE(test, item.flow);
	KUNIT_EXPECT_EQ(test, hip_elocator_next(&it, &item), -EINVAL);

	/* Another sub-parameter in its place. */
	memcpy(buf, flow, FLOW_OPTION);
	memcpy(buf + FLOW_OPTION, flow, sizeof(flow));
	it = (struct hip_elocator_iter){ buf, FLOW_OPTION + sizeof(flow) };
	KUNIT_EXPECT_EQ(test, hip_elocator_next(&it, &item), -EINVAL);
}

/* One octet of flow[] changed. */
static int read_changed(u8 at, u8 value, struct hip_elocator_item *item)
{
	u8 buf[sizeof(flow)];

	memcpy(buf, flow, sizeof(buf));
	buf[at] = value;
	return read_one(buf, sizeof(buf), false, item);
}

/* What spoils the parameter. */
static void elocator_malformed(struct kunit *test)
{
	static const struct {
		u8	at;
		u8	value;
	} v[] = {
		{ 0, 3 },			/* traffic type */
		{ 1, 0 },			/* address of five words */
		{ 2, 4 }, { 2, 6 }, { 2, 255 },	/* length of the locator */
		{ 7, 0 },			/* lifetime */
		{ FLOW_OPTION, 44 },		/* another option */
		{ FLOW_OPTION + 1, 2 },		/* less than its fixed part */
		{ FLOW_OPTION + 1, 5 },
		{ FLOW_OPTION + 1, 17 },	/* not at four octets */
		{ FLOW_OPTION + 1, 22 },	/* over the end */
		{ FLOW_OPTION + 1, 255 },
		{ FLOW_OPTION + 9, 11 },	/* a sub-option over its end */
		{ FLOW_OPTION + 9, 255 },
		{ FLOW_OPTION + 18, 2 },	/* padding over its end */
	};
	struct hip_elocator_item item;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v); i++)
		KUNIT_EXPECT_EQ_MSG(test, read_changed(v[i].at, v[i].value,
						       &item), -EINVAL,
				    "octet %u is %u", v[i].at, v[i].value);
}

static void elocator_locator_lengths(struct kunit *test)
{
	u8 buf[8 + 7 * 4] = { 0, 0, 0, 0, 0, 0, 0, 9 };
	struct hip_elocator_item item;
	unsigned int type, words;

	for (type = 0; type < 3; type++) {
		for (words = 0; words < 7; words++) {
			buf[1] = type;
			buf[2] = words;
			KUNIT_EXPECT_EQ(test, read_one(buf, 8 + 4 * words, true,
						       &item),
					type == 2 || words == 4 + type ?
					1 : -EINVAL);
		}
	}
}

/* What spoils one flow, and is answered with a status. */
static void elocator_refused(struct kunit *test)
{
	struct hip_elocator_item item;

	KUNIT_EXPECT_EQ(test, read_changed(FLOW_OPTION + 3, 0, &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_MALFORMED);
	KUNIT_EXPECT_EQ(test, read_changed(FLOW_OPTION + 5, 0, &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_MALFORMED);
	KUNIT_EXPECT_EQ(test, item.fid, 7);
	/* TS format, then flags that want more than there is. */
	KUNIT_EXPECT_EQ(test, read_changed(FLOW_OPTION + 10, 3, &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_TS_UNSUPPORTED);
	KUNIT_EXPECT_EQ(test, read_changed(FLOW_OPTION + 12, 0x80, &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_MALFORMED);
	/* The status field of a request is ignored (RFC 6089 section 4.2). */
	KUNIT_EXPECT_EQ(test, read_changed(FLOW_OPTION + 7, 129, &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_OK);
}

/* Option with these sub-options behind the locator of flow[]. */
static int read_suboptions(struct kunit *test, const u8 *sub, unsigned int len,
			   struct hip_elocator_item *item)
{
	u8 *buf;

	buf = kunit_kmalloc(test, FLOW_OPTION + 8 + len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	memcpy(buf, flow, FLOW_OPTION + 8);
	buf[FLOW_OPTION + 1] = 6 + len;
	memcpy(buf + FLOW_OPTION + 8, sub, len);
	return read_one(buf, FLOW_OPTION + 8 + len, false, item);
}

static void elocator_suboptions(struct kunit *test)
{
	static const u8 skip[] = {
		0,				/* Pad1 */
		2, 2, 0, 9,			/* Binding Reference */
		200, 3, 1, 2, 3,		/* unknown */
		1, 0,				/* PadN of two */
		3, 6, 2, 0, 0, 0, 0, 0,		/* any packet */
	};
	static const u8 twice[] = {
		3, 6, 2, 0, 0, 0, 0, 0,
		3, 6, 2, 0, 0, 0, 0, 0,
	};
	static const u8 brief[] = { 3, 2, 2, 0 };
	static const u8 bare[] = { 0, 0, 3, 0 };
	static const u8 format[] = { 0, 3, 1, 2 };
	static const u8 lone[] = { 0, 0, 0, 3 };
	static const u8 odd[] = { 0, 0, 0, 0, 0 };
	struct hip_elocator_item item;

	/* Redirect: none at all. */
	KUNIT_EXPECT_EQ(test, read_suboptions(test, skip, 0, &item), 1);
	KUNIT_EXPECT_FALSE(test, item.has_selector);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_OK);
	KUNIT_EXPECT_EQ(test, read_suboptions(test, skip, sizeof(skip), &item),
			1);
	KUNIT_EXPECT_TRUE(test, item.has_selector);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_OK);
	KUNIT_EXPECT_EQ(test, item.sel.fields, 0);
	KUNIT_EXPECT_EQ(test, read_suboptions(test, twice, sizeof(twice),
					      &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_MALFORMED);
	KUNIT_EXPECT_EQ(test, read_suboptions(test, brief, sizeof(brief),
					      &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_MALFORMED);
	KUNIT_EXPECT_EQ(test, read_suboptions(test, bare, sizeof(bare), &item),
			1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_MALFORMED);
	KUNIT_EXPECT_EQ(test, read_suboptions(test, format, sizeof(format),
					      &item), 1);
	KUNIT_EXPECT_EQ(test, item.status, HIP_FLOW_MALFORMED);
	/* Not at four octets; and a type without a length. */
	KUNIT_EXPECT_EQ(test, read_suboptions(test, odd, sizeof(odd), &item),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, read_suboptions(test, lone, sizeof(lone), &item),
			-EINVAL);
}

static void elocator_write(struct kunit *test)
{
	struct hip_elocator_item item;
	u8 *buf;

	KUNIT_ASSERT_EQ(test, read_one(flow, sizeof(flow), false, &item), 1);
	buf = kunit_kmalloc(test, sizeof(flow), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(flow), &item),
			(int)sizeof(flow));
	KUNIT_EXPECT_MEMEQ(test, buf, flow, sizeof(flow));
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(flow) - 1, &item),
			-ENOSPC);
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, 0, &item), -ENOSPC);

	KUNIT_ASSERT_EQ(test, read_one(three, sizeof(three), true, &item), 1);
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(flow), &item), 24);
	KUNIT_EXPECT_MEMEQ(test, buf, three, 24);
}

static void elocator_write_selectors(struct kunit *test)
{
	struct hip_elocator_item item;
	u8 buf[sizeof(flow_v6)];

	KUNIT_ASSERT_EQ(test, read_one(flow_v6, sizeof(flow_v6), false, &item),
			1);
	memset(buf, 0xa5, sizeof(buf));
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(buf), &item),
			(int)sizeof(flow_v6));
	KUNIT_EXPECT_MEMEQ(test, buf, flow_v6, sizeof(flow_v6));

	KUNIT_ASSERT_EQ(test, read_one(flow_v4, sizeof(flow_v4), false, &item),
			1);
	memset(buf, 0xa5, sizeof(buf));
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(buf), &item),
			(int)sizeof(flow_v4));
	KUNIT_EXPECT_MEMEQ(test, buf, flow_v4, sizeof(flow_v4));

	/* A redirect: the option without a selector. */
	item.has_selector = false;
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(buf), &item), 32);
	KUNIT_EXPECT_EQ(test, buf[25], 6);
	KUNIT_EXPECT_MEMEQ(test, buf + 26, flow_v4 + 26, 6);
}

/* The same sequence each time. */
static u32 next_random(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void random_selector(struct hip_selector *sel, u32 *state)
{
	u8 fields = next_random(state) & (HIP_SELECT_SRC | HIP_SELECT_DPORT |
					  HIP_SELECT_PROTO);
	unsigned int i;

	memset(sel, 0, sizeof(*sel));
	sel->format = next_random(state) & 1 ? HIP_TS_FORMAT_IPV4 :
					       HIP_TS_FORMAT_IPV6;
	sel->fields = fields;
	if (fields & HIP_SELECT_SRC) {
		memset(&sel->src_min.s6_addr[10], 0xff, 2);
		for (i = 12; i < 16; i++)
			sel->src_min.s6_addr[i] = next_random(state);
		sel->src_max = sel->src_min;
		sel->src_min.s6_addr[15] &= next_random(state);
	}
	if (fields & HIP_SELECT_DPORT) {
		sel->dport_max = next_random(state);
		sel->dport_min = sel->dport_max & next_random(state);
	}
	if (fields & HIP_SELECT_PROTO) {
		sel->proto_max = next_random(state);
		sel->proto_min = sel->proto_max & next_random(state);
	}
}

static void random_item(struct hip_elocator_item *item, u32 *state)
{
	unsigned int i;

	memset(item, 0, sizeof(*item));
	item->traffic = next_random(state) % 3;
	item->type = next_random(state) % 2;
	item->preferred = next_random(state) & 1;
	item->lifetime = next_random(state) | 1;
	if (item->type == HIP_LOCATOR_TYPE_SPI)
		item->spi = next_random(state);
	for (i = 0; i < 16; i++)
		item->addr.s6_addr[i] = next_random(state);
	item->flow = next_random(state) & 1;
	if (!item->flow)
		return;
	item->fid = next_random(state) | 1;
	item->priority = next_random(state) | 0x8000;
	item->has_selector = next_random(state) & 1;
	if (item->has_selector)
		random_selector(&item->sel, state);
}

static bool item_equal(const struct hip_elocator_item *a,
		       const struct hip_elocator_item *b)
{
	return a->traffic == b->traffic && a->type == b->type &&
	       a->preferred == b->preferred && a->flow == b->flow &&
	       a->has_selector == b->has_selector && a->status == b->status &&
	       a->lifetime == b->lifetime && a->spi == b->spi &&
	       !memcmp(&a->addr, &b->addr, sizeof(a->addr)) &&
	       a->fid == b->fid && a->priority == b->priority &&
	       hip_selector_equal(&a->sel, &b->sel);
}

/* Parameters of up to eight sub-parameters, written and read again. */
static void elocator_random(struct kunit *test)
{
	const unsigned int room = 8 * 160;
	u32 seed = 0xe10ca, *state = &seed;
	struct hip_elocator_item *item, again;
	struct hip_elocator_iter it;
	unsigned int round, i, n, len;
	u8 *buf;
	int put;

	item = kunit_kzalloc(test, 8 * sizeof(*item), GFP_KERNEL);
	buf = kunit_kzalloc(test, room, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, item);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (round = 0; round < 1000; round++) {
		n = next_random(state) % 9;
		len = 0;
		for (i = 0; i < n; i++) {
			random_item(&item[i], state);
			put = hip_elocator_put(buf + len, room - len, &item[i]);
			KUNIT_ASSERT_GT(test, put, 0);
			KUNIT_ASSERT_EQ(test, put % 4, 0);
			len += put;
		}
		it = (struct hip_elocator_iter){ buf, len, false };
		for (i = 0; i < n; i++) {
			KUNIT_ASSERT_EQ(test, hip_elocator_next(&it, &again),
					1);
			KUNIT_ASSERT_TRUE(test, item_equal(&item[i], &again));
		}
		KUNIT_ASSERT_EQ(test, hip_elocator_next(&it, &again), 0);
	}
}

static void elocator_write_refused(struct kunit *test)
{
	struct hip_elocator_item good, item;
	u8 buf[sizeof(flow)];

	KUNIT_ASSERT_EQ(test, read_one(flow, sizeof(flow), false, &good), 1);
#define EXPECT_REFUSED(change) do { \
	item = good; \
	change; \
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(buf), &item), \
			-EINVAL); \
} while (0)
	EXPECT_REFUSED(item.type = 2);
	EXPECT_REFUSED(item.lifetime = 0);
	EXPECT_REFUSED(item.traffic = 3);
	EXPECT_REFUSED(item.fid = 0);
	EXPECT_REFUSED(item.priority = 0);
	EXPECT_REFUSED(item.sel.format = 0);
	EXPECT_REFUSED(item.sel.proto_min = 18);
#undef EXPECT_REFUSED
}

/* Addresses of an IPv6 selector on eight octets, the whole on four. */
static void elocator_alignment(struct kunit *test)
{
	static const u8 fields[] = {
		0, HIP_SELECT_PROTO, HIP_SELECT_DPORT, HIP_SELECT_SPI,
		HIP_SELECT_SRC, HIP_SELECT_SRC | HIP_SELECT_PROTO, 0xff,
	};
	struct hip_elocator_item item, again;
	unsigned int i, at;
	u8 buf[256];
	int len;

	KUNIT_ASSERT_EQ(test, read_one(flow, sizeof(flow), false, &item), 1);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		memset(&item.sel, 0, sizeof(item.sel));
		item.sel.format = HIP_TS_FORMAT_IPV6;
		item.sel.fields = fields[i];
		len = hip_elocator_put(buf, sizeof(buf), &item);
		KUNIT_ASSERT_GT(test, len, 0);
		KUNIT_EXPECT_EQ(test, len % 4, 0);
		KUNIT_EXPECT_EQ(test, FLOW_OPTION + 2 + buf[FLOW_OPTION + 1],
				len);
		/* Behind padding: the sub-option, counted from the option. */
		for (at = 8; buf[FLOW_OPTION + at] != HIP_FIM_TRAFFIC_SEL;)
			at += buf[FLOW_OPTION + at] == HIP_FIM_PAD1 ?
			      1 : 2 + buf[FLOW_OPTION + at + 1];
		KUNIT_EXPECT_EQ(test, at % hip_selector_align(&item.sel), 0);
		KUNIT_ASSERT_EQ(test, read_one(buf, len, false, &again), 1);
		KUNIT_EXPECT_TRUE(test, hip_selector_equal(&item.sel,
							   &again.sel));
	}
}

static struct kunit_case elocator_cases[] = {
	KUNIT_CASE(elocator_locators),
	KUNIT_CASE(elocator_flow),
	KUNIT_CASE(elocator_flow_v6),
	KUNIT_CASE(elocator_flow_v4),
	KUNIT_CASE(elocator_one_option),
	KUNIT_CASE(elocator_truncation),
	KUNIT_CASE(elocator_malformed),
	KUNIT_CASE(elocator_locator_lengths),
	KUNIT_CASE(elocator_refused),
	KUNIT_CASE(elocator_suboptions),
	KUNIT_CASE(elocator_write),
	KUNIT_CASE(elocator_write_selectors),
	KUNIT_CASE(elocator_random),
	KUNIT_CASE(elocator_write_refused),
	KUNIT_CASE(elocator_alignment),
	{}
};

static struct kunit_suite elocator_suite = {
	.name = "hip_elocator",
	.test_cases = elocator_cases,
};

kunit_test_suites(&elocator_suite);
