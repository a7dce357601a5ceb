/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asking the kernel, and reading what it answers.
 */
#ifndef HIPFLOW_QUERY_H
#define HIPFLOW_QUERY_H

#include <netinet/in.h>
#include <stdlib.h>

#include "hipflow.h"

/* Opens the socket unless it is; returns an exit status. */
int query_open(struct hipflow *hf);

/* Sends a request that gives nothing back; returns an exit status. */
int query_send(struct hipflow *hf, struct nlmsghdr *nlh);
/* HIT, of @what, and nothing else: sends @cmd with it as @attr. */
int query_del_hit(struct hipflow *hf, struct args *args, const char *what,
		  uint8_t cmd, uint16_t attr);

/**
 * struct list - objects of one type as a dump gave them
 * @item_size: of one
 * @read: fills one in; 0 or a negative errno
 * @items: array of them
 * @n: how many
 * @room: for how many there is memory
 */
struct list {
	size_t item_size;
	int (*read)(const struct nlmsghdr *nlh, void *item);
	void *items;
	size_t n;
	size_t room;
};

#define LIST(type, read_item) \
	((struct list){ .item_size = sizeof(struct type), .read = (read_item) })

/* Each item of a list. */
#define list_for_each(pos, list)					\
	for ((pos) = (list)->items;					\
	     (pos) < (__typeof__(pos))(list)->items + (list)->n; (pos)++)

/* Dumps with @cmd into @list, in the order of @compare; an exit status. */
int query_list(struct hipflow *hf, uint8_t cmd, struct list *list,
	       int (*compare)(const void *a, const void *b));

static inline void list_free(struct list *list)
{
	free(list->items);
}

/* Values of attributes that may be absent (then 0) or too short (the same). */
uint8_t attr_u8(const struct nlattr *attr);
uint16_t attr_u16(const struct nlattr *attr);
uint32_t attr_u32(const struct nlattr *attr);
uint64_t attr_u64(const struct nlattr *attr);
/* False, and all zeros, if there is none. */
bool attr_addr(const struct nlattr *attr, struct in6_addr *addr);

void put_addr(struct nlmsghdr *nlh, uint16_t type,
	      const struct in6_addr *addr);

#endif /* HIPFLOW_QUERY_H */
