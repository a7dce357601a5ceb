/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Classifier: which of many selectors with priorities a packet belongs to. A
 * snapshot is only read from the moment it is published, by RCU; a change makes
 * the next one, which shares with it all that did not change.
 */
#ifndef _NET_HIP_CLASSIFIER_H
#define _NET_HIP_CLASSIFIER_H

#include "selector.h"
#include "types.h"

struct hip_classifier;
struct hip_flow_cache;
struct hip_node;

/**
 * struct hip_classifier_rule - a selector; the owner's memory
 * @sel: not changed while the rule is in a snapshot
 * @order: the lowest that matches wins; of equal ones, either
 */
struct hip_classifier_rule {
	struct hip_selector	sel;
	u64			order;
};

/* A priority with a number that tells those of the same priority apart. */
static inline u64 hip_classifier_order(u16 priority, u32 serial)
{
	return (u64)priority << 32 | serial;
}

/**
 * struct hip_classifier_edit - a change under way; hip_classifier_begin()
 * @old: what is changed, or NULL
 * @new: what comes of it
 * @dead: nodes of @old that @new has not
 * @id: marks nodes made by this change
 */
struct hip_classifier_edit {
	struct hip_classifier	*old;
	struct hip_classifier	*new;
	struct hip_node		*dead;
	u64			id;
};

/*
 * A change: begin, any number of additions and removals, then commit or abort.
 * Process context, allocates; one change of a classifier at a time. An error of
 * an addition or a removal leaves abort as the only way on.
 */

/* @old may be NULL, for a classifier without rules. Return: 0 or -ENOMEM. */
int hip_classifier_begin(struct hip_classifier_edit *edit,
			 struct hip_classifier *old);
int hip_classifier_add(struct hip_classifier_edit *edit,
		       const struct hip_classifier_rule *rule);
/* Return: 0, -ENOMEM, or -ENOENT if @rule is not in it. */
int hip_classifier_remove(struct hip_classifier_edit *edit,
			  const struct hip_classifier_rule *rule);
/*
 * Return: the next snapshot, to be published. When nobody can read the old one
 * any more, it goes to hip_classifier_retire(), and rules that were removed may
 * be freed.
 */
struct hip_classifier *hip_classifier_commit(struct hip_classifier_edit *edit);
/* As if nothing had been begun. */
void hip_classifier_abort(struct hip_classifier_edit *edit);

/* Free what its successor has not taken over. NULL is fine. Any context. */
void hip_classifier_retire(struct hip_classifier *c);
/* Free the last snapshot and all that it has. NULL is fine. Any context. */
void hip_classifier_free(struct hip_classifier *c);

/**
 * hip_classifier_lookup - which rule a packet belongs to
 * @c: a snapshot, or NULL for one without rules; under RCU
 * @key: of the packet; fields that it has not hold zeroes
 *
 * Return: the rule, or NULL.
 */
const struct hip_classifier_rule *
hip_classifier_lookup(const struct hip_classifier *c,
		      const struct hip_flow_key *key);

#endif /* _NET_HIP_CLASSIFIER_H */
