// SPDX-License-Identifier: GPL-2.0-only
/* The classifier against a slow oracle that knows nothing of its layout. */
#include <kunit/test.h>

#include "../../net/hip/classifier.h"

#define MAX_RULES	48
#ifdef __KERNEL__
#define ROUNDS		60
#define LOOKUPS		200
#else
#define ROUNDS		300
#define LOOKUPS		500
#endif

/* The same sequence each time: a failure can be looked at again. */
static u32 next_random(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Small numbers, so that rules overlap and packets meet them. */
static unsigned int below(u32 *state, unsigned int n)
{
	return next_random(state) % n;
}

#define RANDOM_RANGE(sel, field, bit, n, step) do { \
	unsigned int _a = below(state, n), _b = below(state, n); \
	if ((sel)->fields & (bit)) { \
		(sel)->field##_min = min(_a, _b) * (step); \
		(sel)->field##_max = max(_a, _b) * (step); \
	} \
} while (0)

/*
 * A number below 36 as an address: its digits stand far apart, so that what
 * looks at a part of an address only, or begins at its end, is found out.
 */
static void set_addr(struct in6_addr *addr, unsigned int value)
{
	addr->s6_addr[0] = value / 6;
	addr->s6_addr[15] = value % 6;
}

static unsigned int addr_value(const struct in6_addr *addr)
{
	return addr->s6_addr[0] * 6 + addr->s6_addr[15];
}

static void random_addrs(struct in6_addr *low, struct in6_addr *high,
			 u32 *state)
{
	unsigned int a = below(state, 36), b = below(state, 36);

	set_addr(low, min(a, b));
	set_addr(high, max(a, b));
}

static void random_selector(struct hip_selector *sel, u32 *state)
{
	memset(sel, 0, sizeof(*sel));
	sel->format = HIP_TS_FORMAT_IPV6;
	sel->fields = next_random(state) & next_random(state);
	RANDOM_RANGE(sel, tclass, HIP_SELECT_TCLASS, 6, 4);
	RANDOM_RANGE(sel, proto, HIP_SELECT_PROTO, 6, 1);
	RANDOM_RANGE(sel, sport, HIP_SELECT_SPORT, 6, 1);
	RANDOM_RANGE(sel, dport, HIP_SELECT_DPORT, 6, 1);
	RANDOM_RANGE(sel, spi, HIP_SELECT_SPI, 6, 1);
	RANDOM_RANGE(sel, flow_label, HIP_SELECT_FLOW_LABEL, 6, 1);
	if (sel->fields & HIP_SELECT_SRC)
		random_addrs(&sel->src_min, &sel->src_max, state);
	if (sel->fields & HIP_SELECT_DST)
		random_addrs(&sel->dst_min, &sel->dst_max, state);
	if (!below(state, 10)) {
		memset(sel, 0, sizeof(*sel));
		sel->format = HIP_TS_FORMAT_IPV4;
		sel->fields = HIP_SELECT_PROTO;
		sel->proto_max = 3;
	}
}

static void random_key(struct hip_flow_key *key, u32 *state)
{
	memset(key, 0, sizeof(*key));
	key->fields = below(state, 3) ? 0xff : next_random(state);
	key->format = below(state, 10) ? HIP_TS_FORMAT_IPV6 :
					 HIP_TS_FORMAT_IPV4;
	if (key->fields & HIP_SELECT_TCLASS)
		key->tclass = below(state, 24);
	if (key->fields & HIP_SELECT_PROTO)
		key->proto = below(state, 6);
	if (key->fields & HIP_SELECT_SPORT)
		key->sport = below(state, 6);
	if (key->fields & HIP_SELECT_DPORT)
		key->dport = below(state, 6);
	if (key->fields & HIP_SELECT_SPI)
		key->spi = below(state, 6);
	if (key->fields & HIP_SELECT_FLOW_LABEL)
		key->flow_label = below(state, 6);
	if (key->fields & HIP_SELECT_SRC)
		set_addr(&key->src, below(state, 36));
	if (key->fields & HIP_SELECT_DST)
		set_addr(&key->dst, below(state, 36));
}

static bool outside(u8 fields, u8 bit, u32 value, u32 low, u32 high)
{
	return (fields & bit) && (value < low || value > high);
}

static bool oracle_match(const struct hip_selector *s,
			 const struct hip_flow_key *k)
{
	u8 f = s->fields;

	if (s->format != k->format || (f & k->fields) != f)
		return false;
	return !(outside(f, HIP_SELECT_TCLASS, k->tclass / 4,
			 s->tclass_min / 4, s->tclass_max / 4) ||
		 outside(f, HIP_SELECT_PROTO, k->proto, s->proto_min,
			 s->proto_max) ||
		 outside(f, HIP_SELECT_SPORT, k->sport, s->sport_min,
			 s->sport_max) ||
		 outside(f, HIP_SELECT_DPORT, k->dport, s->dport_min,
			 s->dport_max) ||
		 outside(f, HIP_SELECT_SPI, k->spi, s->spi_min, s->spi_max) ||
		 outside(f, HIP_SELECT_FLOW_LABEL, k->flow_label,
			 s->flow_label_min, s->flow_label_max) ||
		 outside(f, HIP_SELECT_SRC, addr_value(&k->src),
			 addr_value(&s->src_min), addr_value(&s->src_max)) ||
		 outside(f, HIP_SELECT_DST, addr_value(&k->dst),
			 addr_value(&s->dst_min), addr_value(&s->dst_max)));
}

static int oracle(const struct hip_classifier_rule *rules, unsigned int n,
		  const struct hip_flow_key *key)
{
	unsigned int i;
	int best = -1;

	for (i = 0; i < n; i++)
		if (oracle_match(&rules[i].sel, key) &&
		    (best < 0 || rules[i].priority < rules[best].priority))
			best = i;
	return best;
}

static void classifier_random(struct kunit *test)
{
	u32 seed = 0x5eed, *state = &seed;
	struct hip_classifier_rule *rules;
	unsigned int round, n, i, met = 0;
	struct hip_classifier *c;
	struct hip_flow_key key;
	int expect;

	rules = kunit_kzalloc(test, MAX_RULES * sizeof(*rules), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rules);
	for (round = 0; round < ROUNDS; round++) {
		n = below(state, MAX_RULES + 1);
		for (i = 0; i < n; i++) {
			random_selector(&rules[i].sel, state);
			rules[i].priority = 1 + below(state, MAX_RULES);
		}
		c = hip_classifier_build(rules, n);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c);
		for (i = 0; i < LOOKUPS; i++) {
			random_key(&key, state);
			expect = oracle(rules, n, &key);
			met += expect >= 0;
			KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key),
					expect);
		}
		hip_classifier_free(c);
	}
	/* It is no test if nothing matches, or all does. */
	KUNIT_EXPECT_GT(test, met, (unsigned int)(ROUNDS * LOOKUPS / 10));
	KUNIT_EXPECT_LT(test, met, (unsigned int)(ROUNDS * LOOKUPS));
}

static void classifier_empty(struct kunit *test)
{
	struct hip_flow_key key = { .format = HIP_TS_FORMAT_IPV6 };
	struct hip_classifier *c;

	KUNIT_EXPECT_EQ(test, hip_classifier_lookup(NULL, &key), -1);
	hip_classifier_free(NULL);
	c = hip_classifier_build(NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c);
	KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key), -1);
	hip_classifier_free(c);
}

/* Lower priority first; of equals, the one that was given first. */
static void classifier_priority(struct kunit *test)
{
	struct hip_flow_key key = {
		.format = HIP_TS_FORMAT_IPV6,
		.fields = HIP_SELECT_PROTO,
		.proto = 17,
	};
	struct hip_classifier_rule rules[5] = {
		{ .priority = 0xffff },
		{ .priority = 7 },
		{ .priority = 3, .sel.fields = HIP_SELECT_PROTO,
		  .sel.proto_min = 6, .sel.proto_max = 6 },
		{ .priority = 7 },
		{ .priority = 100 },
	};
	struct hip_classifier *c;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		rules[i].sel.format = HIP_TS_FORMAT_IPV6;
	c = hip_classifier_build(rules, ARRAY_SIZE(rules));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c);
	/* What it was built of may go. */
	memset(rules, 0xff, sizeof(rules));
	KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key), 1);
	key.proto = 6;
	KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key), 2);
	key.fields = 0;
	KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key), 1);
	key.format = HIP_TS_FORMAT_IPV4;
	KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key), -1);
	hip_classifier_free(c);
}

/* Thousands of rules, of few priorities: each is found, the first of equals. */
static void classifier_many(struct kunit *test)
{
	const unsigned int n = 5000, ports = 1250;
	struct hip_flow_key key = {
		.format = HIP_TS_FORMAT_IPV6,
		.fields = HIP_SELECT_DPORT,
	};
	struct hip_classifier_rule *rules;
	struct hip_classifier *c;
	unsigned int i;

	rules = kunit_kzalloc(test, n * sizeof(*rules), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rules);
	for (i = 0; i < n; i++) {
		rules[i].sel.format = HIP_TS_FORMAT_IPV6;
		rules[i].sel.fields = HIP_SELECT_DPORT;
		rules[i].sel.dport_min = i % ports;
		rules[i].sel.dport_max = i % ports;
		/* Those of the second 1250 go first, then the fourth. */
		rules[i].priority = i / ports % 2 ? 5 : 500;
	}
	c = hip_classifier_build(rules, n);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, c);
	for (i = 0; i < ports; i++) {
		key.dport = i;
		KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key),
				(int)(ports + i));
	}
	key.dport = ports;
	KUNIT_EXPECT_EQ(test, hip_classifier_lookup(c, &key), -1);
	hip_classifier_free(c);
}

static struct kunit_case classifier_cases[] = {
	KUNIT_CASE(classifier_random),
	KUNIT_CASE(classifier_empty),
	KUNIT_CASE(classifier_priority),
	KUNIT_CASE(classifier_many),
	{}
};

static struct kunit_suite classifier_suite = {
	.name = "hip_classifier",
	.test_cases = classifier_cases,
};

kunit_test_suites(&classifier_suite);
