/* SPDX-License-Identifier: GPL-2.0-only */
/* Flow cache: what a classifier said of flows that were seen before. */
#ifndef _NET_HIP_FLOW_CACHE_H
#define _NET_HIP_FLOW_CACHE_H

#include "selector.h"
#include "types.h"

struct hip_flow_cache;

/* @n: flows, a power of two, 4 or more. NULL without memory. */
struct hip_flow_cache *hip_flow_cache_new(unsigned int n);
/* NULL is fine. */
void hip_flow_cache_free(struct hip_flow_cache *cache);
unsigned int hip_flow_cache_size(const struct hip_flow_cache *cache);

/* Of a packet, for the two that follow. */
u32 hip_flow_cache_hash(const struct hip_flow_cache *cache,
			const struct hip_flow_key *key);
/* Return: true with @value as it was put with the same @gen. Any context. */
bool hip_flow_cache_get(const struct hip_flow_cache *cache, u32 gen,
			const struct hip_flow_key *key, u32 hash,
			const void **value);
/* Any context. @gen is not 0. */
void hip_flow_cache_put(struct hip_flow_cache *cache, u32 gen,
			const struct hip_flow_key *key, u32 hash,
			const void *value);

#endif /* _NET_HIP_FLOW_CACHE_H */
