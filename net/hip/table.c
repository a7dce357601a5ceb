// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which path a packet takes. All that is known of an association's paths, the
 * peer's flows and our own bindings is compiled into a table that data reads
 * under RCU. It is a matrix: a row for each address of ours, a column for each
 * of the peer's, in each cell the path between them if it can be used now.
 *
 *                     peer A       peer B
 *     ours 1          path 1       path 2
 *     ours 2          path 3         -
 *
 * The peer's flows choose the column, our bindings the row. Both choices are
 * made when the table is built: what is left for a packet is to classify it
 * twice and to look into one cell. Moving a flow is a new table.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "assoc.h"
#include "binding.h"
#include "path.h"
#include "rendezvous.h"
#include "rules.h"
#include "uplink.h"

#define HIP_TABLE_NONE	HIP_RULES_NONE

/* Addresses of the rows or columns while a table is built. */
struct hip_table_axis {
	unsigned int	n;
	struct in6_addr	addr[HIP_MAX_PATHS];
};

struct hip_table_axes {
	struct hip_table_axis	local;
	struct hip_table_axis	peer;
};

static u8 hip_table_find(const struct hip_table_axis *axis,
			 const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < axis->n; i++)
		if (ipv6_addr_equal(&axis->addr[i], addr))
			return i;
	return HIP_TABLE_NONE;
}

static void hip_table_axis_add(struct hip_table_axis *axis,
			       const struct in6_addr *addr)
{
	if (axis->n < HIP_MAX_PATHS && hip_table_find(axis, addr) ==
				       HIP_TABLE_NONE)
		axis->addr[axis->n++] = *addr;
}

/* --- end --------------------------------------------------------------- */

static void hip_table_free_now(struct hip_table *table)
{
	kfree(table->axis);
	kvfree(table);
}

static void hip_table_free_work(struct work_struct *work)
{
	hip_table_free_now(container_of(to_rcu_work(work), struct hip_table,
					rwork));
}

void hip_table_free(struct hip_table *table, struct workqueue_struct *wq)
{
	INIT_RCU_WORK(&table->rwork, hip_table_free_work);
	queue_rcu_work(wq, &table->rwork);
}

/* --- building ---------------------------------------------------------- */

static bool hip_table_column_usable(const struct hip_table *table, u8 peer)
{
	return peer < table->n_peer && table->best[peer];
}

static bool hip_table_row_usable(const struct hip_table *table, u8 local)
{
	unsigned int i;

	for (i = 0; local < table->n_local && i < table->n_peer; i++)
		if (table->path[local * table->n_peer + i])
			return true;
	return false;
}

static bool hip_table_by_uplink(const struct hip_path *path)
{
	return hip_uplink_is(path->assoc->hn, &path->local, path->ifindex);
}

static void hip_table_fill_paths(struct hip_table *table,
				 struct hip_assoc *assoc,
				 const struct hip_table_axes *axes)
{
	struct hip_path *path;
	bool spoken = false;
	unsigned int i;
	u8 row, column;

	/* Silent paths serve only where there are no others. */
	table->credit = true;
	list_for_each_entry(path, &assoc->paths, list) {
		if (!hip_path_usable(path))
			continue;
		table->credit = false;
		spoken |= !path->silent;
	}
	list_for_each_entry(path, &assoc->paths, list) {
		row = hip_table_find(&axes->local, &path->local);
		column = hip_table_find(&axes->peer, &path->peer);
		if (!(table->credit ? hip_path_creditable(path) :
				      hip_path_usable(path)) ||
		    (spoken && path->silent) || row == HIP_TABLE_NONE ||
		    column == HIP_TABLE_NONE)
			continue;
		table->path[row * table->n_peer + column] = path;
		if (!table->best[column] ||
		    (!hip_table_by_uplink(table->best[column]) &&
		     hip_table_by_uplink(path)))
			table->best[column] = path;
	}

	/* By the peer's preference, else the oldest path that works; from our
	 * uplink, where there is such a path.
	 */
	table->def_peer = HIP_TABLE_NONE;
	for (i = 0; i < assoc->n_peer_locators; i++) {
		column = hip_table_find(&axes->peer, &assoc->peer_locators[i]);
		if (hip_table_column_usable(table, column)) {
			table->def_peer = column;
			break;
		}
	}
	for (i = 0; table->def_peer == HIP_TABLE_NONE && i < table->n_peer; i++)
		if (table->best[i])
			table->def_peer = i;
	table->def_local = HIP_TABLE_NONE;
	if (table->def_peer == HIP_TABLE_NONE)
		return;
	table->def = table->best[table->def_peer];
	table->def_local = hip_table_find(&axes->local, &table->def->local);
}

/* --- rules ------------------------------------------------------------- */

static void hip_table_hold_flow(void *owner)
{
	struct hip_flow *flow = owner;

	refcount_inc(&flow->ref);
}

static void hip_table_put_flow(void *owner)
{
	hip_flow_put(owner);
}

static void hip_table_hold_binding(void *owner)
{
	struct hip_binding *binding = owner;

	refcount_inc(&binding->ref);
}

static void hip_table_put_binding(void *owner)
{
	hip_binding_put(owner);
}

void hip_table_init(struct hip_assoc *assoc)
{
	hip_ruleset_init(&assoc->theirs, hip_table_hold_flow,
			 hip_table_put_flow);
	hip_ruleset_init(&assoc->ours, hip_table_hold_binding,
			 hip_table_put_binding);
}

/**
 * struct hip_table_change - from one table to the next
 * @assoc: of this
 * @table: the next
 * @axes: of @table
 * @theirs: change of its rules
 * @ours: likewise
 * @all: other paths than before: all rules choose anew
 * @all_ours: other addresses of ours than before: ours choose anew
 * @gen: hip_net->bindings_gen of @ours
 * @local: our addresses
 * @n_local: how many
 */
struct hip_table_change {
	struct hip_assoc	*assoc;
	struct hip_table	*table;
	struct hip_table_axes	axes;
	struct hip_rules_edit	theirs;
	struct hip_rules_edit	ours;
	bool			all;
	bool			all_ours;
	u32			gen;
	unsigned int		n_local;
	struct hip_local	local[HIP_MAX_LOCALS];
};

static u8 hip_table_column_of(const void *arg, void *owner)
{
	const struct hip_table_change *change = arg;
	const struct hip_flow *flow = owner;
	unsigned int i;
	u8 column;

	for (i = 0; i < flow->n; i++) {
		column = hip_table_find(&change->axes.peer, &flow->addr[i]);
		if (hip_table_column_usable(change->table, column))
			return column;
	}
	return HIP_TABLE_NONE;
}

static u8 hip_table_row_of(const void *arg, void *owner)
{
	const struct hip_table_change *change = arg;
	struct in6_addr addr[HIP_MAX_FLOW_LOCATORS];
	unsigned int i, n;
	u8 row;

	n = hip_binding_resolve(owner, change->local, change->n_local, addr);
	for (i = 0; i < n; i++) {
		row = hip_table_find(&change->axes.local, &addr[i]);
		if (hip_table_row_usable(change->table, row))
			return row;
	}
	return HIP_TABLE_NONE;
}

static int hip_table_change_flow(struct hip_rules_edit *edit, u16 fid,
				 struct hip_flow *flow)
{
	struct hip_rule_want want = { .fid = fid };

	if (flow) {
		want.priority = flow->priority;
		want.serial = lower_32_bits(flow->rank.order);
		want.sel = &flow->sel;
		want.count = flow->count;
		want.owner = flow;
	}
	return hip_rules_change(edit, &want);
}

static int hip_table_change_flows(struct hip_table_change *change)
{
	struct hip_assoc *assoc = change->assoc;
	struct hip_flow *flow;
	struct hip_rule *rule;
	unsigned long fid;
	int err;

	xa_for_each_marked(&assoc->theirs.by_fid, fid, rule,
			   HIP_FLOW_CHANGED) {
		/* One that is there again is found below. */
		if (xa_load(&assoc->flows_by_fid, fid))
			continue;
		err = hip_table_change_flow(&change->theirs, fid, NULL);
		if (err)
			return err;
	}
	xa_for_each_marked(&assoc->flows_by_fid, fid, flow, HIP_FLOW_CHANGED) {
		err = hip_table_change_flow(&change->theirs, fid, flow);
		if (err)
			return err;
	}
	return hip_rules_prepare(&change->theirs, change->all,
				 hip_table_column_of, change);
}

static void hip_table_flows_done(struct hip_assoc *assoc)
{
	unsigned long fid;
	void *entry;

	xa_for_each_marked(&assoc->theirs.by_fid, fid, entry, HIP_FLOW_CHANGED)
		xa_clear_mark(&assoc->theirs.by_fid, fid, HIP_FLOW_CHANGED);
	xa_for_each_marked(&assoc->flows_by_fid, fid, entry, HIP_FLOW_CHANGED)
		xa_clear_mark(&assoc->flows_by_fid, fid, HIP_FLOW_CHANGED);
}

/* @binding is what counts for a FID now, NULL if nothing does. */
static int hip_table_change_binding(struct hip_table_change *change, u16 fid,
				    struct hip_binding *binding)
{
	struct hip_rule *rule = xa_load(&change->assoc->ours.by_fid, fid);
	struct hip_rule_want want = { .fid = fid };

	/* Bindings are not changed but replaced. */
	if (rule && rule->owner == binding)
		return 0;
	if (binding) {
		want.priority = binding->priority;
		want.serial = lower_32_bits(binding->rank.order);
		want.sel = &binding->sel;
		want.count = binding->count->pcpu;
		want.owner = binding;
	}
	return hip_rules_change(&change->ours, &want);
}

/* Those that changed last, by hip_net->bindings_log. */
static int hip_table_changed_bindings(struct hip_table_change *change)
{
	struct hip_assoc *assoc = change->assoc;
	struct hip_net *hn = assoc->hn;
	u32 gen, later, end = hn->bindings_gen + 1;
	struct hip_binding *binding;
	int err = 0;
	u16 fid;

	for (gen = assoc->ours_gen + 1; gen != end && !err; gen++) {
		fid = hip_binding_logged(hn, gen);
		for (later = gen + 1; later != end; later++)
			if (hip_binding_logged(hn, later) == fid)
				break;
		/* The last time is enough. */
		if (later != end)
			continue;
		binding = hip_binding_for(hn, fid, &assoc->hits.peer);
		err = hip_table_change_binding(change, fid, binding);
	}
	return err;
}

static int hip_table_all_bindings(struct hip_table_change *change)
{
	struct hip_assoc *assoc = change->assoc;
	struct hip_binding *binding;
	struct hip_rule *rule;
	unsigned long fid;
	int err;

	xa_for_each(&assoc->ours.by_fid, fid, rule) {
		if (hip_binding_for(assoc->hn, fid, &assoc->hits.peer))
			continue;
		err = hip_table_change_binding(change, fid, NULL);
		if (err)
			return err;
	}
	list_for_each_entry(binding, &assoc->hn->bindings, list) {
		if (!hip_binding_is_for(assoc->hn, binding, &assoc->hits.peer))
			continue;
		err = hip_table_change_binding(change, binding->fid, binding);
		if (err)
			return err;
	}
	return 0;
}

/* Under hip_net->lock, inside the association's. */
static int hip_table_change_bindings(struct hip_table_change *change)
{
	struct hip_assoc *assoc = change->assoc;
	struct hip_net *hn = assoc->hn;
	int err;

	lockdep_assert_held(&hn->lock);
	change->gen = hn->bindings_gen;
	if (assoc->ours.now &&
	    change->gen - assoc->ours_gen <= HIP_BINDINGS_LOG)
		err = hip_table_changed_bindings(change);
	else
		err = hip_table_all_bindings(change);
	if (err)
		return err;
	return hip_rules_prepare(&change->ours,
				 change->all || change->all_ours,
				 hip_table_row_of, change);
}

/* --- building, continued ------------------------------------------------ */

static struct hip_table *hip_table_new(struct hip_assoc *assoc,
				       struct hip_table_axes *axes)
{
	struct hip_table *table;
	struct hip_path *path;
	unsigned int n;

	list_for_each_entry(path, &assoc->paths, list) {
		hip_table_axis_add(&axes->local, &path->local);
		hip_table_axis_add(&axes->peer, &path->peer);
	}
	n = axes->local.n + axes->peer.n;
	table = kvzalloc(struct_size(table, path,
				     axes->local.n * axes->peer.n +
				     axes->peer.n), GFP_KERNEL);
	if (!table)
		return NULL;
	table->axis = kcalloc(n + 1, sizeof(*table->axis), GFP_KERNEL);
	if (!table->axis) {
		kvfree(table);
		return NULL;
	}
	memcpy(table->axis, axes->local.addr,
	       axes->local.n * sizeof(*table->axis));
	memcpy(table->axis + axes->local.n, axes->peer.addr,
	       axes->peer.n * sizeof(*table->axis));
	table->n_local = axes->local.n;
	table->n_peer = axes->peer.n;
	table->best = &table->path[axes->local.n * axes->peer.n];
	hip_table_fill_paths(table, assoc, axes);
	return table;
}

/* Would any rule choose the same by either? */
static bool hip_table_same_paths(const struct hip_table *a,
				 const struct hip_table *b)
{
	return a->n_local == b->n_local && a->n_peer == b->n_peer &&
	       !memcmp(a->axis, b->axis,
		       (a->n_local + a->n_peer) * sizeof(*a->axis)) &&
	       !memcmp(a->path, b->path,
		       a->n_local * a->n_peer * sizeof(a->path[0]));
}

/* What fails comes first: with the bindings, which come last, it is decided. */
static int hip_table_prepare(struct hip_table_change *change)
{
	struct hip_assoc *assoc = change->assoc;
	const struct hip_table *old;
	int err;

	change->table = hip_table_new(assoc, &change->axes);
	if (!change->table)
		return -ENOMEM;
	/* Addresses may be newer than their number, not older. */
	change->table->locals_gen = hip_locator_gen(assoc->hn);
	change->n_local = hip_locator_locals(assoc->hn, change->local);
	old = rcu_dereference_protected(assoc->table,
					lockdep_is_held(&assoc->lock));
	change->all = !old || !hip_table_same_paths(old, change->table);
	change->all_ours = !old ||
			   old->locals_gen != change->table->locals_gen;

	err = hip_table_change_flows(change);
	if (err)
		return err;
	mutex_lock(&assoc->hn->lock);
	err = hip_table_change_bindings(change);
	/* Rules hold bindings before one of them can go. */
	if (!err)
		hip_rules_commit(&change->ours);
	mutex_unlock(&assoc->hn->lock);
	return err;
}

/* Nothing fails from here on. */
static void hip_table_publish(struct hip_table_change *change)
{
	struct hip_assoc *assoc = change->assoc;
	struct hip_table *table = change->table;

	hip_rules_commit(&change->theirs);
	hip_table_flows_done(assoc);
	assoc->ours_gen = change->gen;
	table->theirs = assoc->theirs.n ? assoc->theirs.now : NULL;
	table->ours = assoc->ours.n ? assoc->ours.now : NULL;
	table = rcu_replace_pointer(assoc->table, table,
				    lockdep_is_held(&assoc->lock));
	if (table)
		hip_table_free(table, assoc->hn->wq);
	hip_rules_finish(&change->theirs, assoc->hn->wq);
	hip_rules_finish(&change->ours, assoc->hn->wq);
}

int hip_table_rebuild(struct hip_assoc *assoc)
{
	struct hip_table_change *change;
	int err;

	lockdep_assert_held(&assoc->lock);
	change = kzalloc(sizeof(*change), GFP_KERNEL);
	if (!change)
		return -ENOMEM;
	change->assoc = assoc;
	hip_rules_begin(&change->theirs, &assoc->theirs);
	hip_rules_begin(&change->ours, &assoc->ours);
	err = hip_table_prepare(change);
	if (!err) {
		hip_table_publish(change);
		hip_rendezvous_refresh(assoc);
	} else {
		hip_rules_abort(&change->theirs);
		hip_rules_abort(&change->ours);
		if (change->table)
			hip_table_free_now(change->table);
	}
	kfree(change);
	return err;
}

/* --- look-up ----------------------------------------------------------- */

static struct hip_path *hip_table_cell(const struct hip_table *table, u8 local,
				       u8 peer)
{
	bool chosen = peer < table->n_peer;
	struct hip_path *path = NULL;
	unsigned int i;

	if (!chosen)
		peer = table->def_peer;
	if (peer >= table->n_peer)
		return NULL;
	if (local < table->n_local) {
		path = table->path[local * table->n_peer + peer];
		for (i = 0; !path && !chosen && i < table->n_peer; i++)
			path = table->path[local * table->n_peer + i];
	} else if (table->def_local < table->n_local) {
		path = table->path[table->def_local * table->n_peer + peer];
	}
	return path ?: table->best[peer] ?: table->def;
}

/*
 * The peer's choice comes first: it receives the data. Where it has made none,
 * our own binding counts if there is any path from there, be it of the other
 * family than the default.
 */
struct hip_path *hip_table_select(const struct hip_table *table,
				  const struct hip_flow_key *key,
				  struct hip_count __percpu *count[2])
{
	u8 local = HIP_TABLE_NONE, peer = HIP_TABLE_NONE;
	struct hip_flow_key reverse;
	const struct hip_rule *rule;

	count[0] = NULL;
	count[1] = NULL;
	if (table->theirs) {
		rule = hip_rules_lookup(table->theirs, key);
		if (rule) {
			peer = hip_rules_locator(table->theirs, rule);
			count[0] = rule->count;
		}
	}
	if (table->ours) {
		reverse = *key;
		hip_flow_key_reverse(&reverse);
		rule = hip_rules_lookup(table->ours, &reverse);
		if (rule) {
			local = hip_rules_locator(table->ours, rule);
			count[1] = rule->count;
		}
	}
	return hip_table_cell(table, local, peer);
}

/* --- for netlink, under RCU -------------------------------------------- */

struct hip_path *hip_table_path_of(struct hip_assoc *assoc, u16 fid,
				   bool remote, const void *owner)
{
	const struct hip_table *table = rcu_dereference(assoc->table);
	const struct hip_rule *rule;

	rule = xa_load(remote ? &assoc->theirs.by_fid : &assoc->ours.by_fid,
		       fid);
	if (!table || !rule || (owner && READ_ONCE(rule->owner) != owner))
		return NULL;
	if (remote)
		return hip_table_cell(table, HIP_TABLE_NONE,
				      hip_rules_locator(table->theirs, rule));
	return hip_table_cell(table, hip_rules_locator(table->ours, rule),
			      HIP_TABLE_NONE);
}
