// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow peer: where HITs are met before there is an association.
 */
#include <errno.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "name.h"
#include "show.h"

int peer_read(const struct nlmsghdr *nlh, void *item)
{
	const struct nlattr *tb[HIP_A_PEER_MAX + 1];
	struct peer *p = item;
	const struct nlattr *addrs;
	size_t size = sizeof(p->addrs.addr[0]);
	size_t n;

	if (hip_genl_attrs(nlh, tb, HIP_A_PEER_MAX) ||
	    !attr_addr(tb[HIP_A_PEER_HIT], &p->hit))
		return -EBADMSG;
	addrs = tb[HIP_A_PEER_ADDRS];
	if (!addrs)
		return 0;
	n = mnl_attr_get_payload_len(addrs) / size;
	p->addrs.n = n > MAX_ADDRS ? MAX_ADDRS : n;
	memcpy(p->addrs.addr, mnl_attr_get_payload(addrs), p->addrs.n * size);
	return 0;
}

int peer_compare(const void *a, const void *b)
{
	const struct peer *x = a, *y = b;

	return memcmp(&x->hit, &y->hit, sizeof(x->hit));
}

static void peer_print(const struct peer *p)
{
	char text[HIP_ADDR_STRLEN];
	unsigned int i;

	out_hit("hit", "", &p->hit);
	out_list("addrs", "addr");
	for (i = 0; i < p->addrs.n; i++) {
		out_colour(OUT_ADDR);
		out_item(NULL, NULL, hip_addr_print(&p->addrs.addr[i], text));
	}
	out_list_end();
}

static int peer_show(struct hipflow *hf, struct args *args)
{
	struct list list = LIST(peer, peer_read);
	struct opt_hit hit = { 0 };
	const struct peer *p;
	int status = 0;

	if (args->left)
		status = arg_key_hit(args, "peer", &hit);
	if (!status)
		status = arg_end(args);
	if (!status)
		status = query_list(hf, HIP_CMD_PEER_GET, &list, peer_compare);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		list_for_each(p, &list) {
			if (!hit_wanted(&hit, &p->hit))
				continue;
			out_open();
			peer_print(p);
			out_close();
		}
		status = out_end();
	}
	list_free(&list);
	return status;
}

static int peer_send(struct hipflow *hf, uint8_t cmd,
		     const struct in6_addr *hit, const struct addr_list *addrs)
{
	struct nlmsghdr *nlh = hip_genl_msg(&hf->genl, cmd);

	put_addr(nlh, HIP_A_PEER_HIT, hit);
	mnl_attr_put(nlh, HIP_A_PEER_ADDRS,
		     addrs->n * sizeof(addrs->addr[0]), addrs->addr);
	return query_send(hf, nlh);
}

/* name NAME: the kernel is told what hipflowd finds, and is kept up to date. */
static int peer_new_name(struct hipflow *hf, struct args *args, uint8_t cmd)
{
	struct hip_name_answer answer;
	struct addr_list addrs = { 0 };
	const char *name;
	int status;

	status = arg_value(args, "name", &name);
	if (!status)
		status = arg_end(args);
	if (!status)
		status = query_open(hf);
	if (!status)
		status = name_ask(HIP_NAME_SHOW, name, &answer);
	if (status)
		return status;
	name_addrs(&answer, &addrs);
	status = peer_send(hf, cmd, &answer.hit, &addrs);
	if (!status)
		status = name_ask(HIP_NAME_FOLLOW, name, &answer);
	return status;
}

static int peer_new(struct hipflow *hf, struct args *args, uint8_t cmd)
{
	struct addr_list addrs = { 0 };
	struct opt_hit hit = { 0 };
	int status;

	if (arg_is(args, "name"))
		return peer_new_name(hf, args, cmd);
	status = arg_key_hit(args, "peer", &hit);
	while (!status && arg_is(args, "addr"))
		status = arg_addrs(args, &addrs);
	if (!status)
		status = arg_end(args);
	if (!status && !addrs.n)
		status = complain("'addr ADDR[,ADDR...]' is missing");
	if (!status)
		status = query_open(hf);
	if (!status)
		status = peer_send(hf, cmd, &hit.hit, &addrs);
	/* From now on it is not hipflowd that knows best. */
	if (!status)
		name_forget(&hit.hit);
	return status;
}

static int peer_add(struct hipflow *hf, struct args *args)
{
	return peer_new(hf, args, HIP_CMD_PEER_NEW);
}

static int peer_set(struct hipflow *hf, struct args *args)
{
	return peer_new(hf, args, HIP_CMD_PEER_SET);
}

static int peer_del(struct hipflow *hf, struct args *args)
{
	struct opt_hit hit = { 0 };
	struct args copy = *args;
	int status;

	status = query_del_hit(hf, args, "peer", HIP_CMD_PEER_DEL,
			       HIP_A_PEER_HIT);
	if (!status && !arg_key_hit(&copy, "peer", &hit))
		name_forget(&hit.hit);
	return status;
}

static const struct command commands[] = {
	{ "show", peer_show },
	{ "add", peer_add },
	{ "set", peer_set },
	{ "del", peer_del },
	{ 0 }
};

const struct object peer_object = {
	.name = "peer",
	.commands = commands,
	.help =
"Usage: hipflow peer [ show [ HIT ] ]\n"
"       hipflow peer { add | set } HIT addr ADDR[,ADDR...]\n"
"       hipflow peer { add | set } name NAME\n"
"       hipflow peer del HIT\n"
"\n"
"Where a HIT is met, in the order in which the addresses are tried. set\n"
"replaces them, or adds the peer. With name, hipflowd looks up HIT and\n"
"addresses, and keeps these up to date.\n",
};
