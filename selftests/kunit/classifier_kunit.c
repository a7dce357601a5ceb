// SPDX-License-Identifier: GPL-2.0-only
/* The classifier against a slow oracle that knows nothing of its layout. */
#include <kunit/test.h>

#include "../../net/hip/classifier.h"

#define MAX_RULES	400
#ifdef __KERNEL__
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#define CHANGES		400
#define LOOKUPS		25
#define RACES		100
static bool user_pauses;	/* here others get in between by themselves */
#else
#include "../user/user_threads.h"
#define CHANGES		10000
#define LOOKUPS		100
#define RACES		5000
#endif
#define READERS		3
#define RACE_RULES	250

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

/* Rules of which some are in the classifier, and what does with them all. */
struct rules {
	struct hip_classifier		*c;
	u32				state;
	struct hip_classifier_rule	rule[MAX_RULES];
	bool				in[MAX_RULES];
	bool				before[MAX_RULES];
};

static const struct hip_classifier_rule *oracle(const struct rules *r,
						const struct hip_flow_key *key)
{
	const struct hip_classifier_rule *best = NULL;
	unsigned int i;

	for (i = 0; i < MAX_RULES; i++)
		if (r->in[i] && oracle_match(&r->rule[i].sel, key) &&
		    (!best || r->rule[i].order < best->order))
			best = &r->rule[i];
	return best;
}

/* Nobody reads the old one here. */
static void commit(struct rules *r, struct hip_classifier_edit *edit)
{
	struct hip_classifier *old = r->c;

	r->c = hip_classifier_commit(edit);
	hip_classifier_retire(old);
}

/* The share of rules that come rather than go is @grow of 16. */
static void change(struct kunit *test, struct rules *r,
		   struct hip_classifier_edit *edit, unsigned int grow)
{
	unsigned int i = below(&r->state, MAX_RULES);
	int err;

	if (r->in[i] && below(&r->state, 16) >= grow) {
		err = hip_classifier_remove(edit, &r->rule[i]);
		KUNIT_ASSERT_EQ(test, err, 0);
		r->in[i] = false;
	} else if (!r->in[i] && !r->before[i] &&
		   below(&r->state, 16) < grow) {
		/* Readers of the old one may still see what was in it. */
		random_selector(&r->rule[i].sel, &r->state);
		r->rule[i].order =
			hip_classifier_order(1 + below(&r->state, 50), i);
		err = hip_classifier_add(edit, &r->rule[i]);
		KUNIT_ASSERT_EQ(test, err, 0);
		r->in[i] = true;
	}
}

/*
 * Changes of all sizes, some of them given up, and packets between them; many
 * packets come again, so that what was remembered of them is seen.
 */
static void classifier_random(struct kunit *test)
{
	unsigned int round, n, i, grow, met = 0, most = 0, many = 0;
	struct hip_classifier_edit edit;
	struct hip_flow_key keys[16];
	struct hip_flow_key *key;
	struct rules *r;

	r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, r);
	r->state = 0x5eed;
	for (round = 0; round < CHANGES; round++) {
		/* Rules become more, then less again. */
		grow = round % 100 < 50 ? 13 : 3;
		n = below(&r->state, 4) ? 1 : below(&r->state, 60);
		KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, r->c), 0);
		memcpy(r->before, r->in, sizeof(r->in));
		for (i = 0; i < n; i++)
			change(test, r, &edit, grow);
		if (below(&r->state, 8)) {
			commit(r, &edit);
		} else {
			hip_classifier_abort(&edit);
			memcpy(r->in, r->before, sizeof(r->in));
		}
		for (i = 0; i < ARRAY_SIZE(keys); i++)
			random_key(&keys[i], &r->state);
		for (i = 0; i < LOOKUPS; i++) {
			key = &keys[below(&r->state, ARRAY_SIZE(keys))];
			KUNIT_EXPECT_PTR_EQ(test,
					    hip_classifier_lookup(r->c, key),
					    oracle(r, key));
			met += !!oracle(r, key);
		}
		for (i = n = 0; i < MAX_RULES; i++)
			n += r->in[i];
		most = max(most, n);
		many += n > MAX_RULES / 2;
	}
	hip_classifier_free(r->c);
	/* It is no test if nothing matches, or all does, or there are no rules. */
	KUNIT_EXPECT_GT(test, met, (unsigned int)(CHANGES * LOOKUPS / 10));
	KUNIT_EXPECT_LT(test, met, (unsigned int)(CHANGES * LOOKUPS));
	KUNIT_EXPECT_GT(test, most, (unsigned int)(MAX_RULES / 2));
	KUNIT_EXPECT_GT(test, many, (unsigned int)(CHANGES / 10));
}

static void classifier_empty(struct kunit *test)
{
	struct hip_flow_key key = { .format = HIP_TS_FORMAT_IPV6 };
	struct hip_classifier_rule rule = { .sel.format = HIP_TS_FORMAT_IPV6 };
	struct hip_classifier_edit edit;
	struct hip_classifier *c, *none;

	KUNIT_EXPECT_NULL(test, hip_classifier_lookup(NULL, &key));
	hip_classifier_free(NULL);
	hip_classifier_retire(NULL);
	KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, NULL), 0);
	KUNIT_EXPECT_EQ(test, hip_classifier_remove(&edit, &rule), -ENOENT);
	none = hip_classifier_commit(&edit);
	KUNIT_EXPECT_NULL(test, hip_classifier_lookup(none, &key));
	/* One comes and goes; who reads the old one sees nothing of it. */
	KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, none), 0);
	KUNIT_ASSERT_EQ(test, hip_classifier_add(&edit, &rule), 0);
	c = hip_classifier_commit(&edit);
	KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key),
			    (const struct hip_classifier_rule *)&rule);
	KUNIT_EXPECT_NULL(test, hip_classifier_lookup(none, &key));
	hip_classifier_retire(none);
	KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, c), 0);
	KUNIT_ASSERT_EQ(test, hip_classifier_remove(&edit, &rule), 0);
	none = hip_classifier_commit(&edit);
	KUNIT_EXPECT_NULL(test, hip_classifier_lookup(none, &key));
	KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key),
			    (const struct hip_classifier_rule *)&rule);
	hip_classifier_retire(c);
	hip_classifier_free(none);
}

/* Lower order first: by priority, then by the number behind it. */
static void classifier_priority(struct kunit *test)
{
	struct hip_flow_key key = {
		.format = HIP_TS_FORMAT_IPV6,
		.fields = HIP_SELECT_PROTO,
		.proto = 17,
	};
	struct hip_classifier_rule rule[5] = {
		{ .order = hip_classifier_order(0xffff, 0) },
		{ .order = hip_classifier_order(7, 0xfffffffe) },
		{ .order = hip_classifier_order(3, 9),
		  .sel.fields = HIP_SELECT_PROTO,
		  .sel.proto_min = 6, .sel.proto_max = 6 },
		{ .order = hip_classifier_order(7, 0xffffffff) },
		{ .order = hip_classifier_order(100, 1) },
	};
	const struct hip_classifier_rule *r = rule;
	struct hip_classifier_edit edit;
	struct hip_classifier *c;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(rule); i++) {
		rule[i].sel.format = HIP_TS_FORMAT_IPV6;
		KUNIT_ASSERT_EQ(test, hip_classifier_add(&edit, &r[i]), 0);
	}
	c = hip_classifier_commit(&edit);
	KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key), &r[1]);
	key.proto = 6;
	KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key), &r[2]);
	key.fields = 0;
	key.proto = 0;
	KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key), &r[1]);
	key.format = HIP_TS_FORMAT_IPV4;
	KUNIT_EXPECT_NULL(test, hip_classifier_lookup(c, &key));
	hip_classifier_free(c);
}

/*
 * Thousands of rules of few priorities, four for each port: the first of them
 * is found, and when it is gone the second. One change at a time, as bindings
 * come.
 */
static void classifier_many(struct kunit *test)
{
	const unsigned int n = 5000, ports = 1250;
	struct hip_flow_key key = {
		.format = HIP_TS_FORMAT_IPV6,
		.fields = HIP_SELECT_DPORT,
	};
	struct hip_classifier_rule *rule;
	struct hip_classifier_edit edit;
	struct hip_classifier *c = NULL, *old;
	unsigned int i;

	rule = kunit_kzalloc(test, n * sizeof(*rule), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rule);
	for (i = 0; i < n; i++) {
		rule[i].sel.format = HIP_TS_FORMAT_IPV6;
		rule[i].sel.fields = HIP_SELECT_DPORT;
		rule[i].sel.dport_min = i % ports;
		rule[i].sel.dport_max = i % ports;
		/* Those of the second 1250 go first, then the fourth. */
		rule[i].order = hip_classifier_order(i / ports % 2 ? 5 : 500,
						     i);
		KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, c), 0);
		KUNIT_ASSERT_EQ(test, hip_classifier_add(&edit, &rule[i]), 0);
		old = c;
		c = hip_classifier_commit(&edit);
		hip_classifier_retire(old);
	}
	for (i = 0; i < ports; i++) {
		key.dport = i;
		KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key),
				    (const struct hip_classifier_rule *)
				    &rule[ports + i]);
	}
	key.dport = ports;
	KUNIT_EXPECT_NULL(test, hip_classifier_lookup(c, &key));
	KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, c), 0);
	for (i = 0; i < ports; i++)
		KUNIT_ASSERT_EQ(test,
				hip_classifier_remove(&edit, &rule[ports + i]),
				0);
	old = c;
	c = hip_classifier_commit(&edit);
	hip_classifier_retire(old);
	for (i = 0; i < ports; i++) {
		key.dport = i;
		KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key),
				    (const struct hip_classifier_rule *)
				    &rule[3 * ports + i]);
	}
	hip_classifier_free(c);
}

/* A snapshot that knows what is in it, and what readers have seen of it. */
struct race_snapshot {
	struct hip_classifier			*c;
	const struct hip_classifier_rule	*rule[RACE_RULES];
};

struct race {
	struct race_snapshot __rcu	*now;
	struct hip_flow_key		keys[64];
	unsigned long			looked[READERS];
	unsigned long			wrong[READERS];
	atomic_t			readers;
};

static const struct hip_classifier_rule *
race_oracle(const struct race_snapshot *s, const struct hip_flow_key *key)
{
	const struct hip_classifier_rule *best = NULL;
	unsigned int i;

	for (i = 0; i < RACE_RULES; i++)
		if (s->rule[i] && oracle_match(&s->rule[i]->sel, key) &&
		    (!best || s->rule[i]->order < best->order))
			best = s->rule[i];
	return best;
}

static int race_reader(void *arg)
{
	const struct hip_flow_key *key;
	const struct race_snapshot *s;
	struct race *race = arg;
	unsigned int me, i = 0;

	me = atomic_fetch_inc(&race->readers);
	while (!kthread_should_stop()) {
		rcu_read_lock();
		s = rcu_dereference(race->now);
		key = &race->keys[i++ % ARRAY_SIZE(race->keys)];
		if (s && hip_classifier_lookup(s->c, key) !=
			 race_oracle(s, key))
			WRITE_ONCE(race->wrong[me], race->wrong[me] + 1);
		rcu_read_unlock();
		WRITE_ONCE(race->looked[me], race->looked[me] + 1);
		cond_resched();
	}
	return 0;
}

/*
 * A rule comes or goes; readers never see anything but one snapshot or another.
 * What went is freed and its memory written over.
 */
static int race_change(struct race *race, struct race_snapshot **now,
		       unsigned int i, u32 *state)
{
	struct hip_classifier_rule *rule = NULL, *gone = NULL;
	struct race_snapshot *old = *now, *next;
	struct hip_classifier_edit edit;

	next = kmemdup(old, sizeof(*old), GFP_KERNEL);
	if (!next || hip_classifier_begin(&edit, old->c))
		return -ENOMEM;
	if (old->rule[i]) {
		gone = (struct hip_classifier_rule *)old->rule[i];
		if (hip_classifier_remove(&edit, gone))
			return -ENOENT;
	}
	if (!gone || below(state, 3)) {
		rule = kzalloc(sizeof(*rule), GFP_KERNEL);
		if (!rule)
			return -ENOMEM;
		random_selector(&rule->sel, state);
		rule->order = hip_classifier_order(1 + below(state, 20), i);
		if (hip_classifier_add(&edit, rule))
			return -ENOMEM;
	}
	next->rule[i] = rule;
	next->c = hip_classifier_commit(&edit);
	rcu_assign_pointer(race->now, next);
	*now = next;
	synchronize_rcu();
	hip_classifier_retire(old->c);
	kfree(old);
	if (gone)
		memset(gone, 0xff, sizeof(*gone));
	kfree(gone);
	return 0;
}

static void classifier_race(struct kunit *test)
{
	struct task_struct *reader[READERS];
	struct race_snapshot *now;
	u32 seed = 0xace, *state = &seed;
	struct race *race;
	unsigned int i;
	int err = 0;

	race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	now = kzalloc(sizeof(*now), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, race);
	KUNIT_ASSERT_NOT_NULL(test, now);
	for (i = 0; i < ARRAY_SIZE(race->keys); i++)
		random_key(&race->keys[i], state);
	RCU_INIT_POINTER(race->now, now);
	for (i = 0; i < RACE_RULES && !err; i++)
		err = race_change(race, &now, i, state);
	user_pauses = true;
	for (i = 0; i < READERS; i++) {
		reader[i] = kthread_run(race_reader, race, "hip_race/%u", i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(reader[i]));
	}
	for (i = 0; i < RACES && !err; i++) {
		err = race_change(race, &now, below(state, RACE_RULES), state);
		cond_resched();
	}
	/* On one CPU they may not have had their turn yet. */
	for (i = 0; i < READERS; i++)
		while (!IS_ERR(reader[i]) && READ_ONCE(race->looked[i]) < 100)
			cond_resched();
	for (i = 0; i < READERS; i++)
		if (!IS_ERR(reader[i]))
			kthread_stop(reader[i]);
	user_pauses = false;
	KUNIT_EXPECT_EQ(test, err, 0);
	for (i = 0; i < READERS; i++)
		KUNIT_EXPECT_EQ(test, race->wrong[i], 0UL);
	hip_classifier_free(now->c);
	for (i = 0; i < RACE_RULES; i++)
		kfree(now->rule[i]);
	kfree(now);
}

#ifndef __KERNEL__
/*
 * A change for which there is no memory, at each place where it takes some, leaves
 * everything as it was and nothing behind. The sanitizer looks at the latter.
 */
static int memory_change(struct hip_classifier *c, const struct rules *r,
			 long allocs)
{
	struct hip_classifier_edit edit;
	unsigned int i;
	int err = 0;

	if (hip_classifier_begin(&edit, c))
		return -EINVAL;
	user_allocs = allocs;
	for (i = 0; i < MAX_RULES && !err; i++)
		err = r->in[i] ? hip_classifier_remove(&edit, &r->rule[i]) :
				 hip_classifier_add(&edit, &r->rule[i]);
	user_allocs = -1;
	hip_classifier_abort(&edit);
	return err;
}

static void classifier_memory(struct kunit *test)
{
	struct hip_classifier_edit edit;
	u32 seed = 0xace, *state = &seed;
	struct hip_classifier *c;
	struct hip_flow_key key;
	struct rules *r;
	unsigned int i;
	long allocs;
	int err;

	r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_ASSERT_EQ(test, hip_classifier_begin(&edit, NULL), 0);
	for (i = 0; i < MAX_RULES; i++) {
		random_selector(&r->rule[i].sel, state);
		r->rule[i].order = hip_classifier_order(1 + below(state, 20), i);
		r->in[i] = i < MAX_RULES / 4;
		if (r->in[i])
			KUNIT_ASSERT_EQ(test,
					hip_classifier_add(&edit, &r->rule[i]), 0);
	}
	c = hip_classifier_commit(&edit);
	for (allocs = 0, err = -ENOMEM; err == -ENOMEM; allocs++) {
		err = memory_change(c, r, allocs);
		random_key(&key, state);
		KUNIT_EXPECT_PTR_EQ(test, hip_classifier_lookup(c, &key),
				    oracle(r, &key));
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_GT(test, allocs, 20L);
	hip_classifier_free(c);
}
#endif

static struct kunit_case classifier_cases[] = {
	KUNIT_CASE(classifier_random),
	KUNIT_CASE(classifier_empty),
	KUNIT_CASE(classifier_priority),
	KUNIT_CASE(classifier_many),
	KUNIT_CASE(classifier_race),
#ifndef __KERNEL__
	KUNIT_CASE(classifier_memory),
#endif
	{}
};

static struct kunit_suite classifier_suite = {
	.name = "hip_classifier",
	.test_cases = classifier_cases,
};

kunit_test_suites(&classifier_suite);
