// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classifier: which rule does a packet belong to?
 *
 * The rules are sorted by priority once, and a look-up walks them until the
 * first that matches. What most rules ask for (which fields at all, protocol,
 * ports) stands in an array of its own, 16 octets a rule, so that a walk over
 * rules that do not match touches one cache line for four of them:
 *
 *   hot[]   fields, protocol, ports   of rule 0, 1, 2 ... by priority
 *   cold[]  the whole selector        looked at when the hot part matches
 *
 * The cost of a look-up is linear in the number of rules. That is the price of
 * ranges in every field with arbitrary overlaps and priorities, and it is low
 * for the dozens of bindings that a host has.
 */
#include "classifier.h"

/* Fields beyond the hot ones. */
#define HIP_CLASSIFIER_COLD	(HIP_SELECT_SRC | HIP_SELECT_DST | \
				 HIP_SELECT_SPI | HIP_SELECT_FLOW_LABEL | \
				 HIP_SELECT_TCLASS)

struct hip_classifier_hot {
	u8	fields;
	u8	format;
	u8	proto_min, proto_max;
	u16	sport_min, sport_max;
	u16	dport_min, dport_max;
	u32	index;		/* in the array of the owner */
};

struct hip_classifier {
	unsigned int			n;
	struct hip_selector		*cold;
	struct hip_classifier_hot	hot[];
};

/* Fields that are not compared match everything. */
static void hip_classifier_heat(struct hip_classifier_hot *hot,
				const struct hip_selector *sel, u32 index)
{
	hot->fields = sel->fields;
	hot->format = sel->format;
	hot->index = index;
	hot->proto_min = sel->proto_min;
	hot->proto_max = sel->fields & HIP_SELECT_PROTO ? sel->proto_max : 0xff;
	hot->sport_min = sel->sport_min;
	hot->sport_max = sel->fields & HIP_SELECT_SPORT ? sel->sport_max :
							  0xffff;
	hot->dport_min = sel->dport_min;
	hot->dport_max = sel->fields & HIP_SELECT_DPORT ? sel->dport_max :
							  0xffff;
}

/*
 * A priority with the place of its rule below it: sorting these numbers is
 * stable, which sort() by itself is not.
 */
static u64 hip_classifier_key(u16 priority, u32 index)
{
	return (u64)priority << 32 | index;
}

static int hip_classifier_cmp(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

struct hip_classifier *
hip_classifier_build(const struct hip_classifier_rule *rules, unsigned int n)
{
	struct hip_classifier *c;
	unsigned int i;
	u32 index;
	u64 *order;

	c = kvzalloc(struct_size(c, hot, n), GFP_KERNEL);
	order = kvcalloc(n + 1, sizeof(*order), GFP_KERNEL);
	if (!c || !order)
		goto err;
	c->cold = kvcalloc(n + 1, sizeof(*c->cold), GFP_KERNEL);
	if (!c->cold)
		goto err;
	c->n = n;
	for (i = 0; i < n; i++)
		order[i] = hip_classifier_key(rules[i].priority, i);
	sort(order, n, sizeof(*order), hip_classifier_cmp, NULL);
	for (i = 0; i < n; i++) {
		index = lower_32_bits(order[i]);
		c->cold[i] = rules[index].sel;
		hip_classifier_heat(&c->hot[i], &c->cold[i], index);
	}
	kvfree(order);
	return c;

err:
	kvfree(order);
	kvfree(c);
	return ERR_PTR(-ENOMEM);
}

void hip_classifier_free(struct hip_classifier *c)
{
	if (!c)
		return;
	kvfree(c->cold);
	kvfree(c);
}

int hip_classifier_lookup(const struct hip_classifier *c,
			  const struct hip_flow_key *key)
{
	const struct hip_classifier_hot *hot;
	unsigned int i;

	if (!c)
		return -1;
	for (i = 0; i < c->n; i++) {
		hot = &c->hot[i];
		if ((hot->fields & ~key->fields) || hot->format != key->format)
			continue;
		if (key->proto < hot->proto_min ||
		    key->proto > hot->proto_max ||
		    key->dport < hot->dport_min ||
		    key->dport > hot->dport_max ||
		    key->sport < hot->sport_min ||
		    key->sport > hot->sport_max)
			continue;
		if ((hot->fields & HIP_CLASSIFIER_COLD) &&
		    !hip_selector_match(&c->cold[i], key))
			continue;
		return hot->index;
	}
	return -1;
}
