/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree inside of a classifier: classifier.c reads, classifier_edit.c writes. */
#ifndef _NET_HIP_CLASSIFIER_NODE_H
#define _NET_HIP_CLASSIFIER_NODE_H

#include "classifier.h"

#define HIP_NODE_MAX		8	/* entries */
#define HIP_NODE_MIN		3	/* of each half of one that was split */
#define HIP_CLASSIFIER_DEPTH	16	/* levels: 3^16 rules at the least */

/* Fields that are not in struct hip_box. */
#define HIP_BOX_COLD		(HIP_SELECT_SRC | HIP_SELECT_DST | \
				 HIP_SELECT_SPI | HIP_SELECT_FLOW_LABEL | \
				 HIP_SELECT_TCLASS)

/**
 * struct hip_box - what is looked at first of a selector
 * @refuse: in the lower half HIP_SELECT_* that are compared, in the upper one
 *	HIP_TS_FORMAT_* that it is not for, which are different bits
 * @proto_min: as in the selector
 * @proto_span: from there to the maximum; that of fields which are not compared
 *	is full
 * @sport_min: as above
 * @sport_span: as above
 * @dport_min: as above
 * @dport_span: as above
 */
struct hip_box {
	u16	refuse;
	u8	proto_min, proto_span;
	u16	sport_min, sport_span;
	u16	dport_min, dport_span;
};

/**
 * struct hip_node - not changed once it is published, but for @dead
 * @dead: the next that goes with the same snapshot; the writer's
 * @edit: the change that made it
 * @level: 0 for a leaf, which has rules
 * @n: entries, by @order
 * @order: the lowest of what is below
 * @box: covers what is below
 * @child: what is below: nodes, or in a leaf rules
 * @cover: the whole of it; not in a leaf, where the rule has it
 */
struct hip_node {
	struct hip_node				*dead;
	u64					edit;
	u8					level;
	u8					n;
	u64					order[HIP_NODE_MAX];
	struct hip_box				box[HIP_NODE_MAX];
	union {
		struct hip_node			*node;
		const struct hip_classifier_rule *rule;
	} child[HIP_NODE_MAX];
	struct hip_selector			cover[];
};

/**
 * struct hip_classifier - a snapshot
 * @root: NULL without rules
 * @n: rules
 * @gen: what @cache must have been told with
 * @cache: shared with earlier and later snapshots; NULL for few rules
 * @id: of the change that made it
 * @dead: what its successor has not; NULL as long as there is none
 * @dead_cache: likewise
 */
struct hip_classifier {
	struct hip_node		*root;
	unsigned int		n;
	u32			gen;
	struct hip_flow_cache	*cache;
	u64			id;
	struct hip_node		*dead;
	struct hip_flow_cache	*dead_cache;
};

/* --- classifier_cover.c ------------------------------------------------- */

/* @cover, which was one of several, covers @sel, too. */
void hip_cover_add(struct hip_selector *cover, const struct hip_selector *sel);
/* Is all that @sel matches in @cover? */
bool hip_cover_within(const struct hip_selector *cover,
		      const struct hip_selector *sel);
/* How much of all packets it may match, as a logarithm in eighths. */
unsigned int hip_cover_size(const struct hip_selector *cover);

#endif /* _NET_HIP_CLASSIFIER_NODE_H */
