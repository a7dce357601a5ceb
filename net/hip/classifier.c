// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classifier: which rule does a packet belong to? Rules are ranges in up to eight
 * fields (RFC 6088), overlap as they like, and the lowest order wins.
 *
 * They are the leaves of a tree. Each entry of a node has a cover, the smallest
 * selector around all that is below it, and the lowest order there is:
 *
 *	              sport 1-90      sport 80-200
 *	              order 3         order 5          entries by order
 *	             /                       \
 *	 sport 1-20  sport 9-90    sport 80-99  sport 150-200
 *	 order 3     order 7       order 5      order 6
 *
 * A look-up goes down wherever the cover has the packet and the order is below
 * that of what was found so far: for port 85, order 7 and then 5. Nothing is in
 * the tree twice, so memory is linear, whatever overlaps. Covers that overlap
 * cost a look into both; rules that match nearly everything are found first if
 * they come first, and hide what is behind them.
 *
 * A change copies the nodes from one leaf to the root (classifier_edit.c). Most
 * packets need no look-up: a cache has the flows that were seen (flow_cache.c). Up
 * to eight rules are one leaf, which is gone through like a list; up to 32 there
 * is no cache, for it would be hardly faster.
 *
 * Compared with others, by instructions for a packet of a flow that is new, with
 * 10,000 rules, half of the packets random: A one port and a range of two; B two
 * ranges of up to 1,000 ports; C a mix in all fields, a third of them not there.
 *
 *	                        A        B        C   memory and changes
 *	list by order     101,444   80,554   12,740   a copy of all
 *	tuple space           131   10,086   11,606   1, 197, 280 tuples
 *	 of coarser ones      131    7,851    4,529   1, 20, 25 tuples
 *	bit vectors         2,741    2,440    2,088   12, 42, 27 MB; grows with n,
 *	                                              and so does each change
 *	decision tree         310      353   12,129   0.2, 0.3 MB; C has no end:
 *	                                              60 million copies of rules
 *	this tree             443    1,713    5,661   1 MB; 14, 19, 20 thousand
 *
 * Tuples are as many as there are shapes of ranges, and a peer chooses those. A
 * decision tree is fastest until rules overlap. Bit vectors look at a bit of each
 * rule for each packet, as nftables' pipapo does, which has ranges in pieces and no
 * priorities: in the kernel, with 10,000 ranges of two ports that do not overlap, it
 * takes 17,102 instructions for a packet, and this 1,103 for the first one of a flow
 * ("make bench"; selftests/bench/packet.sh).
 *
 * From 100 rules to 60,000 B grows from 413 to 3,013 and C from 792 to 7,228. Worst
 * for it are rules that are wide in every field, so that covers tell nothing, and of
 * which few match: 19,272 among 10,000 of five random ranges each.
 */
#include "classifier.h"
#include "classifier_node.h"
#include "flow_cache.h"

static bool hip_box_match(const struct hip_box *box,
			  const struct hip_flow_key *key)
{
	u16 is = (u8)~key->fields | key->format << 8;

	/* What is below the minimum is, without a sign, far above it. */
	return !(box->refuse & is) &&
	       (u16)(key->sport - box->sport_min) <= box->sport_span &&
	       (u16)(key->dport - box->dport_min) <= box->dport_span &&
	       (u8)(key->proto - box->proto_min) <= box->proto_span;
}

static bool hip_cover_holds(const struct in6_addr *min,
			    const struct in6_addr *addr,
			    const struct in6_addr *max)
{
	return memcmp(addr, min, sizeof(*addr)) >= 0 &&
	       memcmp(addr, max, sizeof(*addr)) <= 0;
}

/* The fields that a box has not. @key has those of @sel. */
static bool hip_cover_match(const struct hip_selector *sel,
			    const struct hip_flow_key *key)
{
	u8 tclass = key->tclass & HIP_SELECTOR_DS_MASK;
	u8 f = sel->fields;

	if ((f & HIP_SELECT_TCLASS) &&
	    (tclass < sel->tclass_min || tclass > sel->tclass_max))
		return false;
	if ((f & HIP_SELECT_FLOW_LABEL) &&
	    (key->flow_label < sel->flow_label_min ||
	     key->flow_label > sel->flow_label_max))
		return false;
	if ((f & HIP_SELECT_SPI) &&
	    (key->spi < sel->spi_min || key->spi > sel->spi_max))
		return false;
	if ((f & HIP_SELECT_SRC) &&
	    !hip_cover_holds(&sel->src_min, &key->src, &sel->src_max))
		return false;
	return !(f & HIP_SELECT_DST) ||
	       hip_cover_holds(&sel->dst_min, &key->dst, &sel->dst_max);
}

static bool hip_node_match(const struct hip_node *node, unsigned int i,
			   const struct hip_flow_key *key)
{
	const struct hip_box *box = &node->box[i];

	if (!hip_box_match(box, key))
		return false;
	return !(box->refuse & HIP_BOX_COLD) ||
	       hip_cover_match(node->level ? &node->cover[i] :
					     &node->child[i].rule->sel, key);
}

/* The next entry from @i on that may have something before @best. */
static unsigned int hip_node_next(const struct hip_node *node, unsigned int i,
				  const struct hip_flow_key *key, u64 best)
{
	for (; i < node->n && node->order[i] < best; i++)
		if (hip_node_match(node, i, key))
			return i;
	return HIP_NODE_MAX;
}

static const struct hip_classifier_rule *
hip_leaf_lookup(const struct hip_node *leaf, const struct hip_flow_key *key)
{
	unsigned int i = hip_node_next(leaf, 0, key, U64_MAX);

	return i < HIP_NODE_MAX ? leaf->child[i].rule : NULL;
}

static const struct hip_classifier_rule *
hip_node_lookup(const struct hip_node *node, const struct hip_flow_key *key)
{
	struct {
		const struct hip_node	*node;
		unsigned int		next;
	} stack[HIP_CLASSIFIER_DEPTH];
	const struct hip_classifier_rule *found = NULL;
	unsigned int depth = 0, i = 0;
	u64 best = U64_MAX;

	for (;;) {
		i = hip_node_next(node, i, key, best);
		if (i < HIP_NODE_MAX && node->level) {
			stack[depth].node = node;
			stack[depth++].next = i + 1;
			node = node->child[i].node;
			i = 0;
			continue;
		}
		if (i < HIP_NODE_MAX) {
			found = node->child[i].rule;
			best = node->order[i];
		}
		if (!depth)
			return found;
		node = stack[--depth].node;
		i = stack[depth].next;
	}
}

const struct hip_classifier_rule *
hip_classifier_lookup(const struct hip_classifier *c,
		      const struct hip_flow_key *key)
{
	const struct hip_classifier_rule *rule;
	const void *known;
	u32 hash;

	if (!c || !c->root)
		return NULL;
	if (!c->root->level)
		return hip_leaf_lookup(c->root, key);
	if (!c->cache)
		return hip_node_lookup(c->root, key);
	hash = hip_flow_cache_hash(c->cache, key);
	if (hip_flow_cache_get(c->cache, c->gen, key, hash, &known))
		return known;
	rule = hip_node_lookup(c->root, key);
	hip_flow_cache_put(c->cache, c->gen, key, hash, rule);
	return rule;
}
