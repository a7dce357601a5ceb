// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flow cache: what a classifier said of flows that were seen before, so that a
 * packet of one of them costs the same however many rules there are.
 *
 * A table of fixed size in sets of four, common to all CPUs. A hit writes
 * nothing. What is in it counts for one generation of the rules: a change of
 * them makes all of it stale at once, without touching it.
 *
 * A flood of flows that come once must not drive out those that stay: a flow
 * that finds its set full is only noted, in a word that others may overwrite,
 * and takes a place when it comes again. While it has none, it costs a look-up.
 *
 * Writers of an entry exclude each other by making its sequence number odd; who
 * comes too late does without. Readers see by it that an entry has changed
 * under their eyes, and that is a miss.
 */
#include "flow_cache.h"

#define HIP_FLOW_WAYS	4

struct hip_flow_entry {
	u32			seq;	/* odd: it is written to */
	u32			gen;	/* 0: empty */
	const void		*value;
	struct hip_flow_key	key;
};

struct hip_flow_cache {
	u32			seed;
	u32			n;
	struct hip_flow_entry	*entry;
	u16			*seen;
};

struct hip_flow_cache *hip_flow_cache_new(unsigned int n)
{
	struct hip_flow_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);

	if (!cache)
		return NULL;
	cache->n = n;
	cache->seed = get_random_u32();
	cache->entry = kvcalloc(n, sizeof(*cache->entry), GFP_KERNEL);
	cache->seen = kvcalloc(n, sizeof(*cache->seen), GFP_KERNEL);
	if (!cache->entry || !cache->seen) {
		hip_flow_cache_free(cache);
		return NULL;
	}
	return cache;
}

void hip_flow_cache_free(struct hip_flow_cache *cache)
{
	if (!cache)
		return;
	kvfree(cache->entry);
	kvfree(cache->seen);
	kfree(cache);
}

unsigned int hip_flow_cache_size(const struct hip_flow_cache *cache)
{
	return cache ? cache->n : 0;
}

u32 hip_flow_cache_hash(const struct hip_flow_cache *cache,
			const struct hip_flow_key *key)
{
	BUILD_BUG_ON(sizeof(*key) % sizeof(u64));
	BUILD_BUG_ON(offsetof(struct hip_flow_key, src) != 4 * sizeof(u32));
	/* Behind that are the addresses: flows of an association share them. */
	return jhash2((const u32 *)key, 4, cache->seed);
}

static struct hip_flow_entry *
hip_flow_cache_set(const struct hip_flow_cache *cache, u32 hash)
{
	return cache->entry + (hash & (cache->n - HIP_FLOW_WAYS));
}

/* What tells flows apart comes first, mostly. */
static bool hip_flow_cache_same(const struct hip_flow_key *a,
				const struct hip_flow_key *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;
	unsigned int i;

	for (i = 0; i < sizeof(*a) / sizeof(u64); i++)
		if (READ_ONCE(x[i]) != y[i])
			return false;
	return true;
}

bool hip_flow_cache_get(const struct hip_flow_cache *cache, u32 gen,
			const struct hip_flow_key *key, u32 hash,
			const void **value)
{
	const struct hip_flow_entry *e = hip_flow_cache_set(cache, hash);
	unsigned int way;
	u32 seq;

	for (way = 0; way < HIP_FLOW_WAYS; way++, e++) {
		/* Before what it guards is read. */
		seq = smp_load_acquire(&e->seq);
		if (READ_ONCE(e->gen) != gen || (seq & 1) ||
		    !hip_flow_cache_same(&e->key, key))
			continue;
		*value = READ_ONCE(e->value);
		smp_rmb();	/* all was read before it is found unchanged */
		return READ_ONCE(e->seq) == seq;
	}
	return false;
}

/* Has it been noted before? */
static bool hip_flow_cache_again(struct hip_flow_cache *cache, u32 hash)
{
	u16 *seen = cache->seen + (hash & (cache->n - 1));
	u16 tag = hash >> 16;

	if (READ_ONCE(*seen) == tag)
		return true;
	WRITE_ONCE(*seen, tag);
	return false;
}

/* A free place, or that of the flow that is longest in its set. */
static struct hip_flow_entry *
hip_flow_cache_place(struct hip_flow_cache *cache, u32 gen, u32 hash)
{
	struct hip_flow_entry *e = hip_flow_cache_set(cache, hash);
	unsigned int way;
	u32 writes = 0;

	for (way = 0; way < HIP_FLOW_WAYS; way++) {
		if (READ_ONCE(e[way].gen) != gen)
			return &e[way];
		writes += READ_ONCE(e[way].seq) / 2;
	}
	if (!hip_flow_cache_again(cache, hash))
		return NULL;
	return &e[writes % HIP_FLOW_WAYS];
}

void hip_flow_cache_put(struct hip_flow_cache *cache, u32 gen,
			const struct hip_flow_key *key, u32 hash,
			const void *value)
{
	struct hip_flow_entry *e = hip_flow_cache_place(cache, gen, hash);
	u32 seq;

	if (!e)
		return;
	seq = READ_ONCE(e->seq);
	if ((seq & 1) || cmpxchg(&e->seq, seq, seq + 1) != seq)
		return;
	WRITE_ONCE(e->gen, gen);
	e->key = *key;
	WRITE_ONCE(e->value, value);
	/* After what it guards was written. */
	smp_store_release(&e->seq, seq + 2);
}
