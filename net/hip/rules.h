/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules of an association: the flows of the peer or bindings of ours as data
 * finds them, and the changes from one snapshot of them to the next.
 */
#ifndef _NET_HIP_RULES_H
#define _NET_HIP_RULES_H

#include <linux/idr.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "classifier.h"
#include "netns.h"

#define HIP_RULES_NONE		0xff

/**
 * struct hip_rule - one FID
 * @match: what the classifier knows of it
 * @fid: FID
 * @slot: where the choice of a locator for it stands
 * @count: the owner's counters
 * @owner: flow or binding, referenced; the writer's
 * @next: of those that go with the same snapshot, when @owner was put
 */
struct hip_rule {
	struct hip_classifier_rule	match;
	u16				fid;
	u16				slot;
	struct hip_count __percpu	*count;
	union {
		void			*owner;
		struct hip_rule		*next;
	};
};

/**
 * struct hip_rules - a snapshot; not changed once it is published
 * @rwork: frees it after a grace period
 * @classifier: finds a rule; shared with the next snapshot where only locators
 *	differ
 * @dead: rules that the next one has not; the writer's
 * @retire: the next one has a classifier of its own; the writer's
 * @last: there is no next one; the writer's
 * @n: slots
 * @locator: by slot: index of a row or column, HIP_RULES_NONE if none is usable
 */
struct hip_rules {
	struct rcu_work		rwork;
	struct hip_classifier	*classifier;
	struct hip_rule		*dead;
	bool			retire;
	bool			last;
	unsigned int		n;
	u8			locator[];
};

/**
 * struct hip_ruleset - rules as the writer has them; the association's lock
 * @now: the snapshot that is published, NULL if there are no rules
 * @by_fid: of struct hip_rule; RCU to read
 * @n: entries
 * @slots: in use
 * @n_slots: one more than the highest that was
 * @hold: takes a reference to an owner
 * @put: gives it back
 */
struct hip_ruleset {
	struct hip_rules	*now;
	struct xarray		by_fid;
	unsigned int		n;
	struct ida		slots;
	unsigned int		n_slots;
	void			(*hold)(void *owner);
	void			(*put)(void *owner);
};

/* What a FID is to become; without @owner, it goes. */
struct hip_rule_want {
	u16				fid;
	u16				priority;
	u32				serial;
	const struct hip_selector	*sel;
	struct hip_count __percpu	*count;
	void				*owner;
};

struct hip_rule_change;

/**
 * struct hip_rules_edit - a change under way
 * @set: of this
 * @classifier: the same for its classifier, if @match
 * @match: @classifier was begun
 * @change: FIDs that change
 * @n: how many of @change
 * @max: room in @change
 * @next: the next snapshot, or NULL if nothing changes
 * @old: the one before, when it was replaced
 */
struct hip_rules_edit {
	struct hip_ruleset		*set;
	struct hip_classifier_edit	classifier;
	bool				match;
	struct hip_rule_change		*change;
	unsigned int			n;
	unsigned int			max;
	struct hip_rules		*next;
	struct hip_rules		*old;
};

void hip_ruleset_init(struct hip_ruleset *set, void (*hold)(void *owner),
		      void (*put)(void *owner));
/* All go. What was published is not any more. */
void hip_ruleset_drop(struct hip_ruleset *set, struct workqueue_struct *wq);

/*
 * A change: begin, any number of FIDs, each once, prepare, commit, and finish when
 * the next snapshot is published; or, until the commit, abort. A commit takes a
 * reference of each owner, and cannot fail.
 */
void hip_rules_begin(struct hip_rules_edit *edit, struct hip_ruleset *set);
int hip_rules_change(struct hip_rules_edit *edit,
		     const struct hip_rule_want *want);
/* Index of a row or column for @owner, HIP_RULES_NONE if none is usable. */
typedef u8 (*hip_rules_choose_t)(const void *arg, void *owner);

/* @all: every locator is chosen anew; otherwise those of what changed. */
int hip_rules_prepare(struct hip_rules_edit *edit, bool all,
		      hip_rules_choose_t choose, const void *arg);
/* The next snapshot takes its place, but for who finds the old one still. */
void hip_rules_commit(struct hip_rules_edit *edit);
/* When nobody does: what is not in the next one goes after a grace period. */
void hip_rules_finish(struct hip_rules_edit *edit, struct workqueue_struct *wq);
void hip_rules_abort(struct hip_rules_edit *edit);
/* Under RCU. Return: the rule of a packet, or NULL. @rules may be NULL. */
static inline const struct hip_rule *
hip_rules_lookup(const struct hip_rules *rules, const struct hip_flow_key *key)
{
	const struct hip_classifier_rule *match;

	if (!rules)
		return NULL;
	match = hip_classifier_lookup(rules->classifier, key);
	return match ? container_of(match, struct hip_rule, match) : NULL;
}

/* Under RCU. The rule may be of another snapshot than @rules. */
static inline u8 hip_rules_locator(const struct hip_rules *rules,
				   const struct hip_rule *rule)
{
	return rules && rule->slot < rules->n ? rules->locator[rule->slot] :
						HIP_RULES_NONE;
}

#endif /* _NET_HIP_RULES_H */
