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
#include "classifier.h"
#include "path.h"

#define HIP_TABLE_NONE	0xff

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
	unsigned int i;

	hip_classifier_free(table->theirs);
	hip_classifier_free(table->ours);
	for (i = 0; i < table->n_theirs; i++)
		hip_flow_put(table->flow[i]);
	for (i = 0; i < table->n_ours; i++)
		hip_binding_put(table->binding[i]);
	kvfree(table->flow);
	kvfree(table->binding);
	kvfree(table->their_entry);
	kvfree(table->our_entry);
	kvfree(table);
}

static void hip_table_free_work(struct work_struct *work)
{
	hip_table_free_now(container_of(to_rcu_work(work), struct hip_table,
					rwork));
}

void hip_table_free(struct hip_table *table)
{
	INIT_RCU_WORK(&table->rwork, hip_table_free_work);
	queue_rcu_work(table->wq, &table->rwork);
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
		if (!table->best[column])
			table->best[column] = path;
	}

	/* By the peer's preference, else the oldest path that works. */
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

static u8 hip_table_column_of(const struct hip_table *table,
			      const struct hip_table_axes *axes,
			      const struct hip_flow *flow)
{
	unsigned int i;
	u8 column;

	for (i = 0; i < flow->n; i++) {
		column = hip_table_find(&axes->peer, &flow->addr[i]);
		if (hip_table_column_usable(table, column))
			return column;
	}
	return HIP_TABLE_NONE;
}

static int hip_table_add_flows(struct hip_table *table, struct hip_assoc *assoc,
			       const struct hip_table_axes *axes)
{
	struct hip_classifier_rule *rules;
	unsigned int n = assoc->n_flows, i = 0;
	struct hip_classifier *c;
	struct hip_flow *flow;

	if (!n)
		return 0;
	rules = kvcalloc(n, sizeof(*rules), GFP_KERNEL);
	table->flow = kvcalloc(n, sizeof(*table->flow), GFP_KERNEL);
	table->their_entry = kvcalloc(n, sizeof(*table->their_entry),
				      GFP_KERNEL);
	if (!rules || !table->flow || !table->their_entry) {
		kvfree(rules);
		return -ENOMEM;
	}
	list_for_each_entry(flow, &assoc->flow_list, list) {
		if (i == n)
			break;
		rules[i].sel = flow->sel;
		rules[i].priority = flow->priority;
		refcount_inc(&flow->ref);
		table->flow[i] = flow;
		table->their_entry[i].locator =
			hip_table_column_of(table, axes, flow);
		table->their_entry[i].count = flow->count;
		table->n_theirs = ++i;
	}
	c = hip_classifier_build(rules, i);
	kvfree(rules);
	if (IS_ERR(c))
		return PTR_ERR(c);
	table->theirs = c;
	return 0;
}

static u8 hip_table_row_of(const struct hip_table *table,
			   const struct hip_table_axes *axes,
			   const struct hip_binding *binding,
			   const struct hip_local *local, unsigned int n_local)
{
	struct in6_addr addr[HIP_MAX_FLOW_LOCATORS];
	unsigned int i, n;
	u8 row;

	n = hip_binding_resolve(binding, local, n_local, addr);
	for (i = 0; i < n; i++) {
		row = hip_table_find(&axes->local, &addr[i]);
		if (hip_table_row_usable(table, row))
			return row;
	}
	return HIP_TABLE_NONE;
}

/* Under hip_net->lock, inside the association's. */
static int hip_table_add_bindings(struct hip_table *table,
				  struct hip_assoc *assoc,
				  const struct hip_table_axes *axes)
{
	struct hip_local local[HIP_MAX_LOCALS];
	struct hip_classifier_rule *rules;
	struct hip_net *hn = assoc->hn;
	struct hip_binding *binding;
	struct hip_classifier *c;
	unsigned int n_local, i = 0, n = hn->n_bindings;

	if (!n)
		return 0;
	n_local = hip_locator_locals(hn, local);
	rules = kvcalloc(n, sizeof(*rules), GFP_KERNEL);
	table->binding = kvcalloc(n, sizeof(*table->binding), GFP_KERNEL);
	table->our_entry = kvcalloc(n, sizeof(*table->our_entry), GFP_KERNEL);
	if (!rules || !table->binding || !table->our_entry) {
		kvfree(rules);
		return -ENOMEM;
	}
	list_for_each_entry(binding, &hn->bindings, list) {
		if (!hip_binding_is_for(hn, binding, &assoc->hits.peer))
			continue;
		rules[i].sel = binding->sel;
		rules[i].priority = binding->priority;
		refcount_inc(&binding->ref);
		table->binding[i] = binding;
		table->our_entry[i].locator =
			hip_table_row_of(table, axes, binding, local, n_local);
		table->our_entry[i].count = binding->count->pcpu;
		table->n_ours = ++i;
	}
	c = hip_classifier_build(rules, i);
	kvfree(rules);
	if (IS_ERR(c))
		return PTR_ERR(c);
	table->ours = c;
	return 0;
}

static struct hip_table *hip_table_new(struct hip_assoc *assoc,
				       struct hip_table_axes *axes)
{
	struct hip_table *table;
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list) {
		hip_table_axis_add(&axes->local, &path->local);
		hip_table_axis_add(&axes->peer, &path->peer);
	}
	table = kvzalloc(struct_size(table, path,
				     axes->local.n * axes->peer.n), GFP_KERNEL);
	if (!table)
		return NULL;
	table->wq = assoc->hn->wq;
	table->n_local = axes->local.n;
	table->n_peer = axes->peer.n;
	hip_table_fill_paths(table, assoc, axes);
	return table;
}

int hip_table_rebuild(struct hip_assoc *assoc)
{
	struct hip_table_axes *axes;
	struct hip_table *table;
	int err = -ENOMEM;

	lockdep_assert_held(&assoc->lock);
	axes = kzalloc(sizeof(*axes), GFP_KERNEL);
	if (!axes)
		return -ENOMEM;
	table = hip_table_new(assoc, axes);
	if (!table)
		goto out;
	err = hip_table_add_flows(table, assoc, axes);
	if (!err) {
		mutex_lock(&assoc->hn->lock);
		err = hip_table_add_bindings(table, assoc, axes);
		mutex_unlock(&assoc->hn->lock);
	}
	if (err) {
		hip_table_free_now(table);
		goto out;
	}
	table = rcu_replace_pointer(assoc->table, table,
				    lockdep_is_held(&assoc->lock));
	if (table)
		hip_table_free(table);
out:
	kfree(axes);
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
	int i;

	count[0] = NULL;
	count[1] = NULL;
	if (table->n_theirs) {
		i = hip_classifier_lookup(table->theirs, key);
		if (i >= 0) {
			peer = table->their_entry[i].locator;
			count[0] = table->their_entry[i].count;
		}
	}
	if (table->n_ours) {
		reverse = *key;
		hip_flow_key_reverse(&reverse);
		i = hip_classifier_lookup(table->ours, &reverse);
		if (i >= 0) {
			local = table->our_entry[i].locator;
			count[1] = table->our_entry[i].count;
		}
	}
	return hip_table_cell(table, local, peer);
}

/* --- for netlink, under RCU -------------------------------------------- */

struct hip_path *hip_table_path_of_binding(struct hip_assoc *assoc,
					   const struct hip_binding *b)
{
	const struct hip_table *table = rcu_dereference(assoc->table);
	unsigned int i;

	for (i = 0; table && i < table->n_ours; i++)
		if (table->binding[i] == b)
			return hip_table_cell(table,
					      table->our_entry[i].locator,
					      HIP_TABLE_NONE);
	return NULL;
}

struct hip_path *hip_table_path_of_flow(struct hip_assoc *assoc,
					const struct hip_flow *flow)
{
	const struct hip_table *table = rcu_dereference(assoc->table);
	unsigned int i;

	for (i = 0; table && i < table->n_theirs; i++)
		if (table->flow[i] == flow)
			return hip_table_cell(table, HIP_TABLE_NONE,
					      table->their_entry[i].locator);
	return NULL;
}
