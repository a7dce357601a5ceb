// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments. Ports and SPIs stand in the first fragment of a packet only; the
 * others belong on the same path all the same. What the first one had is kept
 * for them under its source, destination and identification, in a table of
 * fixed size: a newer packet takes the place of an older one, whose fragments
 * then go the way of a packet without ports, as do those that overtake their
 * first.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "fragment.h"

#define HIP_FRAGMENT_BITS	7
/* No longer than they wait for each other at the receiver (RFC 8200 4.5). */
#define HIP_FRAGMENT_LIFE	(60 * HZ)
/* What a fragment that is not the first cannot know. */
#define HIP_FRAGMENT_FIELDS	(HIP_SELECT_PROTO | HIP_SELECT_SPORT | \
				 HIP_SELECT_DPORT | HIP_SELECT_SPI)

/**
 * struct hip_fragment - what the first fragment of a packet had
 * @lock: excludes all that follows; BH
 * @id: identification
 * @until: jiffies; 0: empty
 * @key: of the first fragment
 */
struct hip_fragment {
	spinlock_t		lock;
	__be32			id;
	unsigned long		until;
	struct hip_flow_key	key;
};

static struct hip_fragment *hip_fragment_slot(struct hip_net *hn, __be32 id,
					      const struct hip_flow_key *key)
{
	u64 hash = siphash_3u64((__force u32)id,
				(u64)ipv6_addr_hash(&key->src) << 32 |
				ipv6_addr_hash(&key->dst),
				0, &hn->limit_key);

	return &hn->fragments[hash & (BIT(HIP_FRAGMENT_BITS) - 1)];
}

static void hip_fragment_follow(const struct hip_fragment *f, __be32 id,
				struct hip_flow_key *key)
{
	if (!f->until || f->id != id || time_after(jiffies, f->until) ||
	    !ipv6_addr_equal(&f->key.src, &key->src) ||
	    !ipv6_addr_equal(&f->key.dst, &key->dst))
		return;
	key->proto = f->key.proto;
	key->sport = f->key.sport;
	key->dport = f->key.dport;
	key->spi = f->key.spi;
	key->fields &= ~HIP_FRAGMENT_FIELDS;
	key->fields |= f->key.fields & HIP_FRAGMENT_FIELDS;
}

void hip_fragment_key(struct hip_net *hn, __be32 id, bool first,
		      struct hip_flow_key *key)
{
	struct hip_fragment *f = hip_fragment_slot(hn, id, key);

	spin_lock_bh(&f->lock);
	if (first) {
		f->id = id;
		f->until = (jiffies + HIP_FRAGMENT_LIFE) ?: 1;
		f->key = *key;
	} else {
		hip_fragment_follow(f, id, key);
	}
	spin_unlock_bh(&f->lock);
}

int hip_fragment_net_init(struct hip_net *hn)
{
	unsigned int i;

	hn->fragments = kcalloc(BIT(HIP_FRAGMENT_BITS),
				sizeof(*hn->fragments), GFP_KERNEL);
	if (!hn->fragments)
		return -ENOMEM;
	for (i = 0; i < BIT(HIP_FRAGMENT_BITS); i++)
		spin_lock_init(&hn->fragments[i].lock);
	return 0;
}

void hip_fragment_net_exit(struct hip_net *hn)
{
	kfree(hn->fragments);
}
