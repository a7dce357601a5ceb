/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Classifier: selectors with priorities, compiled once to a structure that is
 * only read from then on. The owner publishes it by RCU.
 */
#ifndef _NET_HIP_CLASSIFIER_H
#define _NET_HIP_CLASSIFIER_H

#include "selector.h"
#include "types.h"

struct hip_classifier;

/**
 * struct hip_classifier_rule - input of the compiler
 * @sel: copied
 * @priority: lower wins; of equal ones, the first in the array
 */
struct hip_classifier_rule {
	struct hip_selector	sel;
	u16			priority;
};

/**
 * hip_classifier_build - compile rules
 * @rules: in any order
 * @n: how many; 0 is fine
 *
 * Context: process; allocates (kvmalloc).
 * Return: the classifier, or ERR_PTR(-ENOMEM).
 */
struct hip_classifier *
hip_classifier_build(const struct hip_classifier_rule *rules, unsigned int n);
/* NULL is fine. May be called from an RCU callback. */
void hip_classifier_free(struct hip_classifier *c);

/**
 * hip_classifier_lookup - which rule a packet belongs to
 * @c: a classifier, or NULL for one without rules
 * @key: of the packet
 *
 * Return: index of the rule in the array it was built of, or -1.
 */
int hip_classifier_lookup(const struct hip_classifier *c,
			  const struct hip_flow_key *key);

#endif /* _NET_HIP_CLASSIFIER_H */
