// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules of an association, compiled for data. A snapshot has a classifier, which
 * finds the rule of a packet, and the locator chosen for each rule, by slot:
 *
 *     packet -> classifier -> rule -> slot -> locator[slot]
 *
 * so that paths may come and go, and flows move, without the classifier. What
 * changes is one FID at a time: its cost does not depend on how many there are,
 * but for the octet of each in @locator, which is copied.
 *
 * All that is here is done under the association's lock. A snapshot that was
 * replaced, and the rules that went with it, are freed after a grace period.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "rules.h"

/* Slots are added so many at a time. */
#define HIP_RULES_GROW	16

/**
 * struct hip_rule_change - one FID
 * @old: its rule, or NULL if it is new
 * @new: its rule, NULL if it goes; the same where it matches as before
 * @owner: of @new, until the commit; then of @old
 */
struct hip_rule_change {
	struct hip_rule	*old;
	struct hip_rule	*new;
	void		*owner;
};

void hip_ruleset_init(struct hip_ruleset *set, void (*hold)(void *owner),
		      void (*put)(void *owner))
{
	xa_init(&set->by_fid);
	ida_init(&set->slots);
	set->now = NULL;
	set->n_slots = 0;
	set->hold = hold;
	set->put = put;
}

/* --- end --------------------------------------------------------------- */

static void hip_rules_free_work(struct work_struct *work)
{
	struct hip_rules *rules = container_of(to_rcu_work(work),
					       struct hip_rules, rwork);
	struct hip_rule *rule;

	if (rules->last)
		hip_classifier_free(rules->classifier);
	else if (rules->retire)
		hip_classifier_retire(rules->classifier);
	while ((rule = rules->dead)) {
		rules->dead = rule->next;
		kfree(rule);
	}
	kvfree(rules);
}

static void hip_rules_free(struct hip_rules *rules, struct workqueue_struct *wq)
{
	if (!rules)
		return;
	INIT_RCU_WORK(&rules->rwork, hip_rules_free_work);
	queue_rcu_work(wq, &rules->rwork);
}

/*
 * Its memory goes with @rules, and its owner, unless others have it, after a grace
 * period, too: nobody finds them any more.
 */
static void hip_rule_bury(struct hip_ruleset *set, struct hip_rules *rules,
			  struct hip_rule *rule)
{
	ida_free(&set->slots, rule->slot);
	set->put(rule->owner);
	rule->next = rules->dead;
	rules->dead = rule;
}

void hip_ruleset_drop(struct hip_ruleset *set, struct workqueue_struct *wq)
{
	struct hip_rules *rules = set->now;
	struct hip_rule *rule;
	unsigned long fid;

	xa_for_each(&set->by_fid, fid, rule)
		hip_rule_bury(set, rules, rule);
	xa_destroy(&set->by_fid);
	ida_destroy(&set->slots);
	set->now = NULL;
	set->n_slots = 0;
	set->n = 0;
	if (rules)
		rules->last = true;
	hip_rules_free(rules, wq);
}

/* --- changes ----------------------------------------------------------- */

void hip_rules_begin(struct hip_rules_edit *edit, struct hip_ruleset *set)
{
	memset(edit, 0, sizeof(*edit));
	edit->set = set;
}

static struct hip_rule_change *hip_rules_room(struct hip_rules_edit *edit)
{
	struct hip_rule_change *change;
	unsigned int max;

	if (edit->n == edit->max) {
		max = max(2 * edit->max, 4U);
		change = kvcalloc(max, sizeof(*change), GFP_KERNEL);
		if (!change)
			return NULL;
		if (edit->n)
			memcpy(change, edit->change,
			       edit->n * sizeof(*change));
		kvfree(edit->change);
		edit->change = change;
		edit->max = max;
	}
	change = &edit->change[edit->n];
	memset(change, 0, sizeof(*change));
	return change;
}

static struct hip_rule *hip_rule_new(struct hip_ruleset *set,
				     const struct hip_rule_want *want)
{
	struct hip_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	int slot;

	if (!rule)
		return NULL;
	slot = ida_alloc_max(&set->slots, U16_MAX, GFP_KERNEL);
	if (slot < 0)
		goto err_free;
	/* Then it can be stored when nothing may fail any more. */
	if (xa_reserve(&set->by_fid, want->fid, GFP_KERNEL))
		goto err_slot;
	rule->match.sel = *want->sel;
	rule->match.order = hip_classifier_order(want->priority, want->serial);
	rule->fid = want->fid;
	rule->slot = slot;
	rule->count = want->count;
	set->n_slots = max_t(unsigned int, set->n_slots, slot + 1);
	return rule;

err_slot:
	ida_free(&set->slots, slot);
err_free:
	kfree(rule);
	return NULL;
}

static bool hip_rule_same(const struct hip_rule *rule,
			  const struct hip_rule_want *want)
{
	return rule->match.order == hip_classifier_order(want->priority,
							 want->serial) &&
	       rule->count == want->count &&
	       hip_selector_equal(&rule->match.sel, want->sel);
}

static int hip_rules_match(struct hip_rules_edit *edit)
{
	struct hip_rules *now = edit->set->now;
	int err;

	if (edit->match)
		return 0;
	err = hip_classifier_begin(&edit->classifier,
				   now ? now->classifier : NULL);
	edit->match = !err;
	return err;
}

int hip_rules_change(struct hip_rules_edit *edit,
		     const struct hip_rule_want *want)
{
	struct hip_rule *old = xa_load(&edit->set->by_fid, want->fid);
	struct hip_rule_change *change;
	int err = 0;

	if (!old && !want->owner)
		return 0;
	change = hip_rules_room(edit);
	if (!change)
		return -ENOMEM;
	change->old = old;
	change->owner = want->owner;
	if (old && want->owner && hip_rule_same(old, want)) {
		change->new = old;
		edit->n++;
		return 0;
	}
	if (want->owner) {
		change->new = hip_rule_new(edit->set, want);
		if (!change->new)
			return -ENOMEM;
	}
	edit->n++;
	err = hip_rules_match(edit);
	if (!err && old)
		err = hip_classifier_remove(&edit->classifier, &old->match);
	if (!err && change->new)
		err = hip_classifier_add(&edit->classifier,
					 &change->new->match);
	return err;
}

int hip_rules_prepare(struct hip_rules_edit *edit, bool all,
		      hip_rules_choose_t choose, const void *arg)
{
	struct hip_rules *now = edit->set->now, *next;
	const struct hip_rule_change *change;
	struct hip_rule *rule;
	unsigned long fid;
	unsigned int n, i;

	if (!edit->n && (!all || !now))
		return 0;
	n = round_up(edit->set->n_slots, HIP_RULES_GROW);
	next = kvmalloc(struct_size(next, locator, n), GFP_KERNEL);
	if (!next)
		return -ENOMEM;
	memset(next, 0, sizeof(*next));
	next->n = n;
	edit->next = next;
	/* What is not chosen below was chosen before. */
	if (now)
		memcpy(next->locator, now->locator, now->n);
	i = now ? now->n : 0;
	memset(next->locator + i, HIP_RULES_NONE, n - i);
	if (all)
		xa_for_each(&edit->set->by_fid, fid, rule)
			next->locator[rule->slot] = choose(arg, rule->owner);
	for (i = 0; i < edit->n; i++) {
		change = &edit->change[i];
		if (change->new)
			next->locator[change->new->slot] =
				choose(arg, change->owner);
	}
	return 0;
}

/* --- commit ------------------------------------------------------------ */

static void hip_rules_store(struct hip_rules_edit *edit,
			    struct hip_rule_change *change)
{
	struct hip_ruleset *set = edit->set;
	void *before = change->old ? change->old->owner : NULL;

	set->n += !!change->new - !!change->old;
	if (change->new) {
		set->hold(change->owner);
		WRITE_ONCE(change->new->owner, change->owner);
	}
	/* From here on, what is to be put. */
	change->owner = before;
	if (!change->new)
		xa_erase(&set->by_fid, change->old->fid);
	else if (change->new != change->old)
		/* There is room: it was reserved, or holds the old one. */
		xa_store(&set->by_fid, change->new->fid, change->new,
			 GFP_KERNEL);
}

void hip_rules_commit(struct hip_rules_edit *edit)
{
	struct hip_rules *old = edit->set->now, *next = edit->next;
	unsigned int i;

	if (!next)
		return;
	for (i = 0; i < edit->n; i++)
		hip_rules_store(edit, &edit->change[i]);
	if (edit->match)
		next->classifier = hip_classifier_commit(&edit->classifier);
	else if (old)
		next->classifier = old->classifier;
	if (old)
		old->retire = edit->match;
	edit->old = old;
	edit->set->now = next;
}

void hip_rules_finish(struct hip_rules_edit *edit, struct workqueue_struct *wq)
{
	struct hip_rules *old = edit->old;
	struct hip_rule_change *change;
	unsigned int i;

	for (i = 0; old && i < edit->n; i++) {
		change = &edit->change[i];
		if (change->old && change->old == change->new)
			edit->set->put(change->owner);
		else if (change->old)
			hip_rule_bury(edit->set, old, change->old);
	}
	kvfree(edit->change);
	hip_rules_free(old, wq);
}

void hip_rules_abort(struct hip_rules_edit *edit)
{
	const struct hip_rule_change *change;
	unsigned int i;

	if (edit->match)
		hip_classifier_abort(&edit->classifier);
	for (i = 0; i < edit->n; i++) {
		change = &edit->change[i];
		if (!change->new || change->new == change->old)
			continue;
		if (!change->old)
			xa_release(&edit->set->by_fid, change->new->fid);
		ida_free(&edit->set->slots, change->new->slot);
		kfree(change->new);
	}
	kvfree(edit->change);
	kvfree(edit->next);
}
