// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of a classifier. Nodes from the root to the leaf that changes are
 * copied, all others belong to the old snapshot and the new one alike: readers
 * of the old one see nothing of it. Copies that this change made are written to.
 */
#include "classifier.h"
#include "classifier_node.h"
#include "flow_cache.h"

/* Among so many a rule is found about as fast as in a cache. */
#define HIP_CLASSIFIER_FEW	32
/* Flows for each rule, as a power of two, and flows at the most: 256 KB. */
#define HIP_CLASSIFIER_FLOWS	4
#define HIP_CLASSIFIER_CACHE	4096U

/* --- nodes ------------------------------------------------------------- */

static size_t hip_node_size(unsigned int level)
{
	return sizeof(struct hip_node) +
	       (level ? HIP_NODE_MAX * sizeof(struct hip_selector) : 0);
}

static struct hip_node *hip_node_new(struct hip_classifier_edit *edit,
				     unsigned int level)
{
	struct hip_node *node = kzalloc(hip_node_size(level), GFP_KERNEL);

	if (node) {
		node->edit = edit->id;
		node->level = level;
	}
	return node;
}

/* @node is not part of what this change makes. */
static void hip_node_drop(struct hip_classifier_edit *edit,
			  struct hip_node *node)
{
	if (node->edit == edit->id) {
		kfree(node);
		return;
	}
	node->dead = edit->dead;
	edit->dead = node;
}

/* A copy of *@slot that may be written to takes its place. */
static struct hip_node *hip_node_own(struct hip_classifier_edit *edit,
				     struct hip_node **slot)
{
	struct hip_node *node = *slot, *copy;

	if (node->edit == edit->id)
		return node;
	copy = kmemdup(node, hip_node_size(node->level), GFP_KERNEL);
	if (!copy)
		return NULL;
	copy->edit = edit->id;
	hip_node_drop(edit, node);
	*slot = copy;
	return copy;
}

/* And what is below it that change @edit made; all of it if that is 0. */
static void hip_node_free_below(struct hip_node *node, u64 edit)
{
	unsigned int i;

	/* As deep as the tree. */
	for (i = 0; node->level && i < node->n; i++)
		if (!edit || node->child[i].node->edit == edit)
			hip_node_free_below(node->child[i].node, edit);
	kfree(node);
}

/* --- entries ----------------------------------------------------------- */

/* One entry of a node, on its way. */
struct hip_entry {
	u64			order;
	struct hip_selector	cover;
	union {
		struct hip_node			*node;
		const struct hip_classifier_rule *rule;
	};
};

static const struct hip_selector *hip_node_cover(const struct hip_node *node,
						 unsigned int i)
{
	return node->level ? &node->cover[i] : &node->child[i].rule->sel;
}

static void hip_node_get(const struct hip_node *node, unsigned int i,
			 struct hip_entry *e)
{
	e->order = node->order[i];
	e->cover = *hip_node_cover(node, i);
	if (node->level)
		e->node = node->child[i].node;
	else
		e->rule = node->child[i].rule;
}

static void hip_node_set(struct hip_node *node, unsigned int i,
			 const struct hip_entry *e)
{
	const struct hip_selector *sel = &e->cover;
	struct hip_box *box = &node->box[i];
	u8 f = sel->fields;

	node->order[i] = e->order;
	box->refuse = f | (u8)~sel->format << 8;
	box->proto_min = sel->proto_min;
	box->proto_span = f & HIP_SELECT_PROTO ?
			  sel->proto_max - sel->proto_min : U8_MAX;
	box->sport_min = sel->sport_min;
	box->sport_span = f & HIP_SELECT_SPORT ?
			  sel->sport_max - sel->sport_min : U16_MAX;
	box->dport_min = sel->dport_min;
	box->dport_span = f & HIP_SELECT_DPORT ?
			  sel->dport_max - sel->dport_min : U16_MAX;
	if (node->level) {
		node->child[i].node = e->node;
		node->cover[i] = *sel;
	} else {
		node->child[i].rule = e->rule;
	}
}

/* Entry @from goes to @to, where one is free. */
static void hip_node_shift(struct hip_node *node, unsigned int to,
			   unsigned int from)
{
	node->order[to] = node->order[from];
	node->box[to] = node->box[from];
	node->child[to] = node->child[from];
	if (node->level)
		node->cover[to] = node->cover[from];
}

static void hip_node_take(struct hip_node *node, unsigned int i)
{
	for (node->n--; i < node->n; i++)
		hip_node_shift(node, i, i + 1);
}

/* By order; there is room. Return: where. */
static unsigned int hip_node_put(struct hip_node *node,
				 const struct hip_entry *e)
{
	unsigned int i;

	for (i = node->n++; i && node->order[i - 1] > e->order; i--)
		hip_node_shift(node, i, i - 1);
	hip_node_set(node, i, e);
	return i;
}

/* The entry for @node in the node above it. @node is not empty. */
static void hip_node_entry(struct hip_node *node, struct hip_entry *e)
{
	unsigned int i;

	hip_node_get(node, 0, e);
	for (i = 1; i < node->n; i++)
		hip_cover_add(&e->cover, hip_node_cover(node, i));
	e->node = node;
}

/* --- splitting --------------------------------------------------------- */

#define HIP_SPLIT_N	(HIP_NODE_MAX + 1)

/* Nine entries that are to become two nodes. */
struct hip_split {
	struct hip_entry	e[HIP_SPLIT_N];
	u8			by[HIP_SPLIT_N];	/* being tried */
	u8			best[HIP_SPLIT_N];
	unsigned int		at;	/* so many of @best are the first */
	unsigned int		cost;
	unsigned int		left[HIP_SPLIT_N];
	struct hip_selector	cover;
};

/* Fields by which entries are sorted, and by which end. */
enum {
	HIP_SPLIT_SPORT, HIP_SPLIT_DPORT, HIP_SPLIT_PROTO, HIP_SPLIT_TCLASS,
	HIP_SPLIT_SPI, HIP_SPLIT_FLOW_LABEL, HIP_SPLIT_SRC, HIP_SPLIT_DST,
	HIP_SPLIT_FIELDS
};

/* Entries without the field are all on one side. */
static u64 hip_split_end(bool there, u32 low, u32 high, bool upper)
{
	if (!there)
		return upper ? U64_MAX : 0;
	return 1 + (u64)(upper ? high : low);
}

static u64 hip_split_addr(const struct hip_selector *sel,
			  const struct in6_addr *addr, u8 bit, bool upper)
{
	if (!(sel->fields & bit))
		return upper ? U64_MAX : 0;
	/* IPv4 stands at the end, and a HIT's first half is enough. */
	if (ipv6_addr_v4mapped(addr))
		return get_unaligned_be32(&addr->s6_addr[12]);
	return get_unaligned_be64(&addr->s6_addr[0]);
}

static u64 hip_split_key(const struct hip_selector *sel, unsigned int field,
			 bool upper)
{
	u8 f = sel->fields;

	switch (field) {
	case HIP_SPLIT_SPORT:
		return hip_split_end(f & HIP_SELECT_SPORT, sel->sport_min,
				     sel->sport_max, upper);
	case HIP_SPLIT_DPORT:
		return hip_split_end(f & HIP_SELECT_DPORT, sel->dport_min,
				     sel->dport_max, upper);
	case HIP_SPLIT_PROTO:
		return hip_split_end(f & HIP_SELECT_PROTO, sel->proto_min,
				     sel->proto_max, upper);
	case HIP_SPLIT_TCLASS:
		return hip_split_end(f & HIP_SELECT_TCLASS, sel->tclass_min,
				     sel->tclass_max, upper);
	case HIP_SPLIT_SPI:
		return hip_split_end(f & HIP_SELECT_SPI, sel->spi_min,
				     sel->spi_max, upper);
	case HIP_SPLIT_FLOW_LABEL:
		return hip_split_end(f & HIP_SELECT_FLOW_LABEL,
				     sel->flow_label_min, sel->flow_label_max,
				     upper);
	case HIP_SPLIT_SRC:
		return hip_split_addr(sel, upper ? &sel->src_max :
				      &sel->src_min, HIP_SELECT_SRC, upper);
	case HIP_SPLIT_DST:
		return hip_split_addr(sel, upper ? &sel->dst_max :
				      &sel->dst_min, HIP_SELECT_DST, upper);
	}
	return upper ? sel->format : f;
}

/* Return: false if all are the same by it. */
static bool hip_split_sort(struct hip_split *s, unsigned int field, bool upper)
{
	u64 key[HIP_SPLIT_N], k;
	bool differ = false;
	unsigned int i, j;

	for (i = 0; i < HIP_SPLIT_N; i++) {
		k = hip_split_key(&s->e[i].cover, field, upper);
		differ |= i && k != key[0];
		for (j = i; j && key[j - 1] > k; j--) {
			key[j] = key[j - 1];
			s->by[j] = s->by[j - 1];
		}
		key[j] = k;
		s->by[j] = i;
	}
	return differ;
}

/* Where to cut in this order; the two parts are to be as small as can be. */
static void hip_split_try(struct hip_split *s)
{
	unsigned int i, cost;

	s->cover = s->e[s->by[0]].cover;
	for (i = 1; i <= HIP_SPLIT_N - HIP_NODE_MIN; i++) {
		s->left[i] = i < HIP_NODE_MIN ? 0 : hip_cover_size(&s->cover);
		hip_cover_add(&s->cover, &s->e[s->by[i]].cover);
	}
	s->cover = s->e[s->by[HIP_SPLIT_N - 1]].cover;
	for (i = HIP_SPLIT_N - 1; i >= HIP_NODE_MIN; i--) {
		if (i <= HIP_SPLIT_N - HIP_NODE_MIN) {
			cost = s->left[i] + hip_cover_size(&s->cover);
			/* Of equal ones, that in the middle. */
			cost = cost * 8 + abs((int)(2 * i) - HIP_SPLIT_N);
			if (cost < s->cost) {
				s->cost = cost;
				s->at = i;
				memcpy(s->best, s->by, sizeof(s->by));
			}
		}
		hip_cover_add(&s->cover, &s->e[s->by[i - 1]].cover);
	}
}

/*
 * @node, which is full, and @extra become @node and another one of its level.
 * Return: the other, or NULL without memory.
 */
static struct hip_node *hip_node_split(struct hip_classifier_edit *edit,
				       struct hip_node *node,
				       const struct hip_entry *extra)
{
	unsigned int i, field;
	struct hip_node *other;
	struct hip_split *s;

	s = kmalloc(sizeof(*s), GFP_KERNEL);
	other = hip_node_new(edit, node->level);
	if (!s || !other) {
		kfree(other);
		kfree(s);
		return NULL;
	}
	for (i = 0; i < HIP_NODE_MAX; i++)
		hip_node_get(node, i, &s->e[i]);
	s->e[i] = *extra;
	s->cost = UINT_MAX;
	for (field = 0; field <= HIP_SPLIT_FIELDS; field++) {
		if (hip_split_sort(s, field, false))
			hip_split_try(s);
		if (hip_split_sort(s, field, true))
			hip_split_try(s);
	}
	/* None differs from another. */
	if (s->cost == UINT_MAX)
		hip_split_try(s);
	node->n = 0;
	for (i = 0; i < HIP_SPLIT_N; i++)
		hip_node_put(i < s->at ? node : other, &s->e[s->best[i]]);
	kfree(s);
	return other;
}

/* --- the way down ------------------------------------------------------ */

struct hip_step {
	struct hip_node	*node;
	unsigned int	i;
};

struct hip_way {
	struct hip_step	step[HIP_CLASSIFIER_DEPTH];
	unsigned int	n;
};

/* The entry that grows least by taking @sel; of equal ones, the smallest. */
static unsigned int hip_node_choose(const struct hip_node *node,
				    const struct hip_selector *sel)
{
	unsigned int i, size, grown, best = 0, least = UINT_MAX;
	struct hip_selector cover;

	for (i = 0; i < node->n; i++) {
		cover = node->cover[i];
		size = hip_cover_size(&cover);
		hip_cover_add(&cover, sel);
		grown = (hip_cover_size(&cover) - size) << 16 | size;
		if (grown < least) {
			least = grown;
			best = i;
		}
	}
	return best;
}

/* Entry @i of @node takes @e below it. Return: where it stands then. */
static unsigned int hip_node_grow(struct hip_node *node, unsigned int i,
				  const struct hip_entry *e)
{
	struct hip_entry grown;

	hip_node_get(node, i, &grown);
	hip_cover_add(&grown.cover, &e->cover);
	if (e->order >= grown.order) {
		hip_node_set(node, i, &grown);
		return i;
	}
	grown.order = e->order;
	hip_node_take(node, i);
	return hip_node_put(node, &grown);
}

/* A root above the root and @other. */
static int hip_classifier_raise(struct hip_classifier_edit *edit,
				struct hip_node *other)
{
	struct hip_node *root = edit->new->root, *top;
	struct hip_entry e;

	if (root->level + 1 >= HIP_CLASSIFIER_DEPTH)
		return -ENOMEM;
	top = hip_node_new(edit, root->level + 1);
	if (!top)
		return -ENOMEM;
	hip_node_entry(root, &e);
	hip_node_put(top, &e);
	hip_node_entry(other, &e);
	hip_node_put(top, &e);
	edit->new->root = top;
	return 0;
}

int hip_classifier_add(struct hip_classifier_edit *edit,
		       const struct hip_classifier_rule *rule)
{
	struct hip_node **slot = &edit->new->root, *node, *other;
	struct hip_entry e = {
		.order = rule->order,
		.cover = rule->sel,
		.rule = rule,
	};
	struct hip_way way = {};
	struct hip_step *step;
	unsigned int i;

	if (!*slot)
		*slot = hip_node_new(edit, 0);
	if (!*slot)
		return -ENOMEM;
	for (;;) {
		node = hip_node_own(edit, slot);
		if (!node)
			return -ENOMEM;
		if (!node->level)
			break;
		i = hip_node_choose(node, &e.cover);
		i = hip_node_grow(node, i, &e);
		way.step[way.n].node = node;
		way.step[way.n++].i = i;
		slot = &node->child[i].node;
	}
	edit->new->n++;
	while (node->n == HIP_NODE_MAX) {
		other = hip_node_split(edit, node, &e);
		if (!other) {
			/* Nobody has what was split off below yet. */
			if (node->level)
				hip_node_free_below(e.node, edit->id);
			return -ENOMEM;
		}
		if (!way.n) {
			if (!hip_classifier_raise(edit, other))
				return 0;
			hip_node_free_below(other, edit->id);
			return -ENOMEM;
		}
		/* What is left in @node takes its place above anew. */
		step = &way.step[--way.n];
		hip_node_entry(node, &e);
		hip_node_take(step->node, step->i);
		hip_node_put(step->node, &e);
		hip_node_entry(other, &e);
		node = step->node;
	}
	hip_node_put(node, &e);
	return 0;
}

/* --- removal ----------------------------------------------------------- */

/* The next entry from @i on that is @rule or may lead there; @node->n if none. */
static unsigned int hip_node_towards(const struct hip_node *node,
				     unsigned int i,
				     const struct hip_classifier_rule *rule)
{
	for (; i < node->n && node->order[i] <= rule->order; i++)
		if (node->level ?
		    hip_cover_within(&node->cover[i], &rule->sel) :
		    node->child[i].rule == rule)
			return i;
	return node->n;
}

/* The way to @rule, if @way is the root. Return: false if there is none. */
static bool hip_classifier_find(struct hip_way *way,
				const struct hip_classifier_rule *rule)
{
	struct hip_step *step;
	struct hip_node *node;

	while (way->n) {
		step = &way->step[way->n - 1];
		node = step->node;
		step->i = hip_node_towards(node, step->i, rule);
		if (step->i < node->n) {
			if (!node->level)
				return true;
			way->step[way->n].node = node->child[step->i].node;
			way->step[way->n++].i = 0;
		} else if (--way->n) {
			/* Not here: the next of the one above. */
			way->step[way->n - 1].i++;
		}
	}
	return false;
}

/*
 * Entry @i of @node has few entries of its own: they go to a neighbour's that
 * has room for them, to that which grows least by it. Return: 0 or -ENOMEM.
 */
static int hip_node_merge(struct hip_classifier_edit *edit,
			  struct hip_node *node, unsigned int i)
{
	struct hip_node *few = node->child[i].node, *other;
	unsigned int j, grown, best = 0, least = UINT_MAX;
	struct hip_selector cover;
	struct hip_entry e;

	for (j = 0; j < node->n; j++) {
		if (j == i || node->child[j].node->n + few->n > HIP_NODE_MAX)
			continue;
		cover = node->cover[j];
		hip_cover_add(&cover, &node->cover[i]);
		grown = hip_cover_size(&cover);
		if (grown < least) {
			least = grown;
			best = j;
		}
	}
	if (least == UINT_MAX)
		return 0;
	other = hip_node_own(edit, &node->child[best].node);
	if (!other)
		return -ENOMEM;
	for (j = 0; j < few->n; j++) {
		hip_node_get(few, j, &e);
		hip_node_put(other, &e);
	}
	hip_node_drop(edit, few);
	hip_node_entry(other, &e);
	/* The one behind first. */
	hip_node_take(node, max(i, best));
	hip_node_take(node, min(i, best));
	hip_node_put(node, &e);
	return 0;
}

/* What is below entry @i of @node has shrunk. Return: 0 or -ENOMEM. */
static int hip_node_shrink(struct hip_classifier_edit *edit,
			   struct hip_node *node, unsigned int i)
{
	struct hip_node *child = node->child[i].node;
	struct hip_entry e;

	if (!child->n) {
		hip_node_drop(edit, child);
		hip_node_take(node, i);
		return 0;
	}
	hip_node_entry(child, &e);
	hip_node_take(node, i);
	i = hip_node_put(node, &e);
	return child->n < HIP_NODE_MIN ? hip_node_merge(edit, node, i) : 0;
}

/* A root with one entry is none. */
static void hip_classifier_lower(struct hip_classifier_edit *edit)
{
	struct hip_node *root = edit->new->root, *child;

	while (root && root->level && root->n == 1) {
		child = root->child[0].node;
		hip_node_drop(edit, root);
		root = child;
	}
	if (root && !root->n) {
		hip_node_drop(edit, root);
		root = NULL;
	}
	edit->new->root = root;
}

int hip_classifier_remove(struct hip_classifier_edit *edit,
			  const struct hip_classifier_rule *rule)
{
	struct hip_node **slot = &edit->new->root;
	struct hip_way way = { .n = 1 };
	unsigned int i;
	int err = 0;

	way.step[0].node = edit->new->root;
	if (!edit->new->root || !hip_classifier_find(&way, rule))
		return -ENOENT;
	for (i = 0; i < way.n; i++) {
		way.step[i].node = hip_node_own(edit, slot);
		if (!way.step[i].node)
			return -ENOMEM;
		slot = &way.step[i].node->child[way.step[i].i].node;
	}
	edit->new->n--;
	i = way.n - 1;
	hip_node_take(way.step[i].node, way.step[i].i);
	while (i-- && !err)
		err = hip_node_shrink(edit, way.step[i].node, way.step[i].i);
	if (!err)
		hip_classifier_lower(edit);
	return err;
}

/* --- begin and end ----------------------------------------------------- */

int hip_classifier_begin(struct hip_classifier_edit *edit,
			 struct hip_classifier *old)
{
	struct hip_classifier *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	if (old)
		*c = *old;
	c->id++;
	edit->old = old;
	edit->new = c;
	edit->dead = NULL;
	edit->id = c->id;
	return 0;
}

/* A cache that fits to the rules, or none. Without memory, what there was. */
static void hip_classifier_resize(struct hip_classifier *c)
{
	unsigned int have = hip_flow_cache_size(c->cache), want = 0;
	struct hip_flow_cache *cache = NULL;

	if (c->n > HIP_CLASSIFIER_FEW)
		want = min_t(unsigned int, BIT(fls(c->n) - 1) <<
			     HIP_CLASSIFIER_FLOWS, HIP_CLASSIFIER_CACHE);
	/* Not back and forth where it has just grown. */
	if (want == have || (want && want < have && want > have / 4))
		return;
	if (want) {
		cache = hip_flow_cache_new(want);
		if (!cache)
			return;
	}
	c->cache = cache;
}

struct hip_classifier *hip_classifier_commit(struct hip_classifier_edit *edit)
{
	struct hip_classifier *c = edit->new;

	/* What an earlier snapshot of this generation put would count again. */
	if (!++c->gen) {
		c->gen = 1;
		c->cache = NULL;
	}
	hip_classifier_resize(c);
	if (edit->old) {
		edit->old->dead = edit->dead;
		if (edit->old->cache != c->cache)
			edit->old->dead_cache = edit->old->cache;
	}
	return c;
}

void hip_classifier_abort(struct hip_classifier_edit *edit)
{
	struct hip_node *root = edit->new->root;

	/* Above a node that it made there are only such. */
	if (root && root->edit == edit->id)
		hip_node_free_below(root, edit->id);
	kfree(edit->new);
}

void hip_classifier_retire(struct hip_classifier *c)
{
	struct hip_node *node;

	if (!c)
		return;
	while ((node = c->dead)) {
		c->dead = node->dead;
		kfree(node);
	}
	hip_flow_cache_free(c->dead_cache);
	kfree(c);
}

void hip_classifier_free(struct hip_classifier *c)
{
	if (!c)
		return;
	if (c->root)
		hip_node_free_below(c->root, 0);
	hip_flow_cache_free(c->cache);
	kfree(c);
}
