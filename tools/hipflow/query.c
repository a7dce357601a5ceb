// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking the kernel, and reading what it answers.
 */
#include <errno.h>
#include <string.h>

#include "parse.h"
#include "query.h"

int query_open(struct hipflow *hf)
{
	if (hf->opened)
		return STATUS_OK;
	if (hip_genl_open(&hf->genl))
		return complain_kernel(&hf->genl);
	hf->opened = true;
	return STATUS_OK;
}

int query_send(struct hipflow *hf, struct nlmsghdr *nlh)
{
	if (hip_genl_talk(&hf->genl, nlh, NULL, NULL))
		return complain_kernel(&hf->genl);
	return STATUS_OK;
}

int query_del_hit(struct hipflow *hf, struct args *args, const char *what,
		  uint8_t cmd, uint16_t attr)
{
	struct opt_hit hit = { 0 };
	struct nlmsghdr *nlh;
	int status;

	status = arg_key_hit(args, what, &hit);
	if (!status)
		status = arg_end(args);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	nlh = hip_genl_msg(&hf->genl, cmd);
	put_addr(nlh, attr, &hit.hit);
	return query_send(hf, nlh);
}

static int list_add(const struct nlmsghdr *nlh, void *data)
{
	struct list *list = data;
	char *item;
	int err;

	if (list->n == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		void *more = reallocarray(list->items, room, list->item_size);

		if (!more)
			return -ENOMEM;
		list->items = more;
		list->room = room;
	}
	item = (char *)list->items + list->n * list->item_size;
	memset(item, 0, list->item_size);
	err = list->read(nlh, item);
	if (!err)
		list->n++;
	return err;
}

int query_list(struct hipflow *hf, uint8_t cmd, struct list *list,
	       int (*compare)(const void *a, const void *b))
{
	struct nlmsghdr *nlh;
	bool torn = false;
	int status;

	status = query_open(hf);
	if (status)
		return status;
	nlh = hip_genl_msg(&hf->genl, cmd);
	if (hip_genl_dump(&hf->genl, nlh, list_add, list, &torn))
		return complain_kernel(&hf->genl);
	if (torn)
		complain("this list changed while it was read: lines may be missing or old");
	if (compare && list->n)
		qsort(list->items, list->n, list->item_size, compare);
	return STATUS_OK;
}

static bool has(const struct nlattr *attr, size_t size)
{
	return attr && mnl_attr_get_payload_len(attr) >= size;
}

uint8_t attr_u8(const struct nlattr *attr)
{
	return has(attr, sizeof(uint8_t)) ? mnl_attr_get_u8(attr) : 0;
}

uint16_t attr_u16(const struct nlattr *attr)
{
	return has(attr, sizeof(uint16_t)) ? mnl_attr_get_u16(attr) : 0;
}

uint32_t attr_u32(const struct nlattr *attr)
{
	return has(attr, sizeof(uint32_t)) ? mnl_attr_get_u32(attr) : 0;
}

uint64_t attr_u64(const struct nlattr *attr)
{
	return has(attr, sizeof(uint64_t)) ? mnl_attr_get_u64(attr) : 0;
}

bool attr_addr(const struct nlattr *attr, struct in6_addr *addr)
{
	if (!has(attr, sizeof(*addr))) {
		memset(addr, 0, sizeof(*addr));
		return false;
	}
	memcpy(addr, mnl_attr_get_payload(attr), sizeof(*addr));
	return true;
}

void put_addr(struct nlmsghdr *nlh, uint16_t type, const struct in6_addr *addr)
{
	mnl_attr_put(nlh, type, sizeof(*addr), addr);
}
