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

static void elocator_truncation(struct kunit *test)
{
	struct hip_elocator_item item;
	unsigned int len;
	u8 *exact;

	for (len = 0; len < sizeof(flow); len++) {
		exact = kunit_kmalloc(test, len ?: 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, exact);
		memcpy(exact, flow, len);
		KUNIT_EXPECT_EQ_MSG(test, read_one(exact, len, false, &item),
				    len ? -EINVAL : 0, "length %u", len);
	}
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

	KUNIT_ASSERT_EQ(test, read_one(three, sizeof(three), true, &item), 1);
	KUNIT_EXPECT_EQ(test, hip_elocator_put(buf, sizeof(flow), &item), 24);
	KUNIT_EXPECT_MEMEQ(test, buf, three, 24);
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
	KUNIT_CASE(elocator_truncation),
	KUNIT_CASE(elocator_malformed),
	KUNIT_CASE(elocator_locator_lengths),
	KUNIT_CASE(elocator_refused),
	KUNIT_CASE(elocator_suboptions),
	KUNIT_CASE(elocator_write),
	KUNIT_CASE(elocator_write_refused),
	KUNIT_CASE(elocator_alignment),
	{}
};

static struct kunit_suite elocator_suite = {
	.name = "hip_elocator",
	.test_cases = elocator_cases,
};

kunit_test_suites(&elocator_suite);
