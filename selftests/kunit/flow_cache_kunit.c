// SPDX-License-Identifier: GPL-2.0-only
/* The flow cache: what it remembers, for how long, and what a flood does to it. */
#include <kunit/test.h>

#include "../../net/hip/flow_cache.h"

#ifdef __KERNEL__
#include <linux/kthread.h>
#include <linux/sched.h>
#define RACES	20000
static bool user_pauses;	/* here others get in between by themselves */
#else
#include "../user/user_threads.h"
#define RACES	300000
#endif

#define FLOWS	256
#define RACERS	3
#define RACE_FLOWS	16

static void flow(struct hip_flow_key *key, unsigned int i)
{
	memset(key, 0, sizeof(*key));
	key->format = HIP_TS_FORMAT_IPV6;
	key->fields = HIP_SELECT_SPORT | HIP_SELECT_DPORT |
		      HIP_SELECT_FLOW_LABEL;
	key->sport = i;
	key->flow_label = i >> 16;
}

static bool get(struct hip_flow_cache *cache, u32 gen, unsigned int i,
		const void **value)
{
	struct hip_flow_key key;

	flow(&key, i);
	return hip_flow_cache_get(cache, gen, &key,
				  hip_flow_cache_hash(cache, &key), value);
}

static void put(struct hip_flow_cache *cache, u32 gen, unsigned int i,
		const void *value)
{
	struct hip_flow_key key;

	flow(&key, i);
	hip_flow_cache_put(cache, gen, &key, hip_flow_cache_hash(cache, &key),
			   value);
}

static void flow_cache_remembers(struct kunit *test)
{
	struct hip_flow_cache *cache = hip_flow_cache_new(FLOWS);
	const void *value = test;

	KUNIT_ASSERT_NOT_NULL(test, cache);
	KUNIT_EXPECT_EQ(test, hip_flow_cache_size(cache), (unsigned int)FLOWS);
	KUNIT_EXPECT_FALSE(test, get(cache, 1, 7, &value));
	put(cache, 1, 7, cache);
	KUNIT_EXPECT_TRUE(test, get(cache, 1, 7, &value));
	KUNIT_EXPECT_PTR_EQ(test, value, (const void *)cache);
	KUNIT_EXPECT_FALSE(test, get(cache, 1, 8, &value));
	/* That there is nothing is worth being known, too. */
	put(cache, 1, 8, NULL);
	KUNIT_EXPECT_TRUE(test, get(cache, 1, 8, &value));
	KUNIT_EXPECT_NULL(test, value);
	/* The rules have changed. */
	KUNIT_EXPECT_FALSE(test, get(cache, 2, 7, &value));
	put(cache, 2, 7, test);
	KUNIT_EXPECT_TRUE(test, get(cache, 2, 7, &value));
	KUNIT_EXPECT_PTR_EQ(test, value, (const void *)test);
	KUNIT_EXPECT_FALSE(test, get(cache, 1, 7, &value));
	hip_flow_cache_free(cache);
	hip_flow_cache_free(NULL);
	KUNIT_EXPECT_EQ(test, hip_flow_cache_size(NULL), 0U);
}

/* Every field counts. */
static void flow_cache_fields(struct kunit *test)
{
	struct hip_flow_cache *cache = hip_flow_cache_new(FLOWS);
	struct hip_flow_key key, other;
	const void *value;
	unsigned int i;
	u32 hash;

	KUNIT_ASSERT_NOT_NULL(test, cache);
	flow(&key, 1);
	hash = hip_flow_cache_hash(cache, &key);
	hip_flow_cache_put(cache, 1, &key, hash, test);
	for (i = 0; i < sizeof(key); i++) {
		other = key;
		((u8 *)&other)[i] ^= 1;
		/* Though it had the same hash. */
		KUNIT_EXPECT_FALSE(test, hip_flow_cache_get(cache, 1, &other,
							    hash, &value));
		if (i < offsetof(struct hip_flow_key, src))
			KUNIT_EXPECT_NE(test,
					hip_flow_cache_hash(cache, &other),
					hash);
	}
	hip_flow_cache_free(cache);
}

static unsigned int count(struct hip_flow_cache *cache, unsigned int from,
			  unsigned int n)
{
	unsigned int i, known = 0;
	const void *value;

	for (i = from; i < from + n; i++)
		known += get(cache, 1, i, &value);
	return known;
}

/*
 * A quarter of what fits stays while a hundred times as many come once. When
 * they have gone, flows that come twice find a place.
 */
static void flow_cache_flood(struct kunit *test)
{
	struct hip_flow_cache *cache = hip_flow_cache_new(FLOWS);
	unsigned int i, known, stayed;

	KUNIT_ASSERT_NOT_NULL(test, cache);
	for (i = 0; i < FLOWS / 4; i++)
		put(cache, 1, i, test);
	known = count(cache, 0, FLOWS / 4);
	/* Sets fill unevenly; not one in ten finds its set full. */
	KUNIT_EXPECT_GE(test, known, (unsigned int)(FLOWS / 4 * 9 / 10));
	for (i = 1000; i < 1000 + 100 * FLOWS; i++)
		put(cache, 1, i, NULL);
	stayed = count(cache, 0, FLOWS / 4);
	/* By chance one in 65,536 looks as if it had come before. */
	KUNIT_EXPECT_GE(test, stayed + 4, known);
	/* It is full, but not closed. */
	for (i = 0; i < 100; i++) {
		put(cache, 1, 500, test);
		put(cache, 1, 500, test);
	}
	KUNIT_EXPECT_EQ(test, count(cache, 500, 1), 1U);
	hip_flow_cache_free(cache);
}

/* More flows than places, written and read by all: none is taken for another. */
struct race {
	struct hip_flow_cache	*cache;
	atomic_t		racers;
	atomic_t		done;
	unsigned long		known[RACERS];
	unsigned long		wrong[RACERS];
	char			value[RACE_FLOWS];
};

static int race_run(void *arg)
{
	struct race *race = arg;
	const void *value = NULL;
	u32 i, n, me, state;

	me = atomic_fetch_inc(&race->racers);
	state = me + 1;
	for (n = 0; n < RACES; n++) {
		state = state * 1664525 + 1013904223;
		i = (state >> 16) % RACE_FLOWS;
		if (get(race->cache, 1, i, &value)) {
			race->known[me]++;
			race->wrong[me] += value != &race->value[i];
		} else {
			put(race->cache, 1, i, &race->value[i]);
		}
		if (n % 64 == 0)
			cond_resched();
	}
	atomic_fetch_inc(&race->done);
	while (!kthread_should_stop())
		cond_resched();
	return 0;
}

static void flow_cache_race(struct kunit *test)
{
	struct task_struct *racer[RACERS];
	unsigned int i, n = 0;
	struct race *race;

	race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, race);
	race->cache = hip_flow_cache_new(4);
	KUNIT_ASSERT_NOT_NULL(test, race->cache);
	user_pauses = true;
	for (i = 0; i < RACERS; i++) {
		racer[i] = kthread_run(race_run, race, "hip_race/%u", i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(racer[i]));
		n += !IS_ERR(racer[i]);
	}
	while (atomic_read(&race->done) < n)
		cond_resched();
	user_pauses = false;
	for (i = 0; i < RACERS; i++)
		if (!IS_ERR(racer[i]))
			kthread_stop(racer[i]);
	for (i = 0; i < RACERS; i++) {
		KUNIT_EXPECT_GT(test, race->known[i], 0UL);
		KUNIT_EXPECT_EQ(test, race->wrong[i], 0UL);
	}
	hip_flow_cache_free(race->cache);
}

static struct kunit_case flow_cache_cases[] = {
	KUNIT_CASE(flow_cache_remembers),
	KUNIT_CASE(flow_cache_fields),
	KUNIT_CASE(flow_cache_flood),
	KUNIT_CASE(flow_cache_race),
	{}
};

static struct kunit_suite flow_cache_suite = {
	.name = "hip_flow_cache",
	.test_cases = flow_cache_cases,
};

kunit_test_suites(&flow_cache_suite);
