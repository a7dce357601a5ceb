/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rank: a place in a tree by a number, so that a list can be kept in order, or
 * what comes next be found, without going through all of it.
 */
#ifndef _NET_HIP_RANK_H
#define _NET_HIP_RANK_H

#include <linux/rbtree.h>

struct hip_rank {
	struct rb_node	node;
	u64		order;
};

/* Behind those of the same order. Return: the one before it, or NULL. */
static inline struct hip_rank *hip_rank_add(struct rb_root *root,
					    struct hip_rank *rank)
{
	struct rb_node **link = &root->rb_node, *parent = NULL, *prev;

	while (*link) {
		parent = *link;
		if (rank->order <
		    rb_entry(parent, struct hip_rank, node)->order)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&rank->node, parent, link);
	rb_insert_color(&rank->node, root);
	prev = rb_prev(&rank->node);
	return prev ? rb_entry(prev, struct hip_rank, node) : NULL;
}

/* The first that is behind @order, or NULL. */
static inline struct hip_rank *hip_rank_after(const struct rb_root *root,
					      u64 order)
{
	struct hip_rank *rank, *found = NULL;
	struct rb_node *node = root->rb_node;

	while (node) {
		rank = rb_entry(node, struct hip_rank, node);
		if (rank->order > order) {
			found = rank;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

#endif /* _NET_HIP_RANK_H */
