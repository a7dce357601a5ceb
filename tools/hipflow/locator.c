// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow locator: addresses of ours and of peers.
 */
#include <errno.h>
#include <string.h>

#include <linux/hip.h>

#include "show.h"

int locator_read(const struct nlmsghdr *nlh, void *item)
{
	const struct nlattr *tb[HIP_A_LOCATOR_MAX + 1];
	struct locator *l = item;

	if (hip_genl_attrs(nlh, tb, HIP_A_LOCATOR_MAX) ||
	    !attr_addr(tb[HIP_A_LOCATOR_ADDR], &l->addr))
		return -EBADMSG;
	l->ifindex = attr_u32(tb[HIP_A_LOCATOR_IFINDEX]);
	l->remote = attr_addr(tb[HIP_A_LOCATOR_PEER_HIT], &l->peer_hit);
	attr_addr(tb[HIP_A_LOCATOR_LOCAL_HIT], &l->local_hit);
	l->state = attr_u8(tb[HIP_A_LOCATOR_STATE]);
	l->preferred = tb[HIP_A_LOCATOR_PREFERRED];
	l->limited = tb[HIP_A_LOCATOR_LIFETIME];
	l->lifetime = attr_u32(tb[HIP_A_LOCATOR_LIFETIME]);
	return 0;
}

/* Ours, in the kernel's order of interfaces, then those of each peer. */
int locator_compare(const void *a, const void *b)
{
	const struct locator *x = a, *y = b;
	int order;

	if (x->remote != y->remote)
		return x->remote - y->remote;
	order = memcmp(&x->peer_hit, &y->peer_hit, sizeof(x->peer_hit));
	if (order)
		return order;
	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return memcmp(&x->addr, &y->addr, sizeof(x->addr));
}

static void locator_print(const struct hipflow *hf, const struct locator *l)
{
	char state[STATE_LEN];

	out_addr("addr", "addr", &l->addr);
	if (l->ifindex)
		out_ifname("dev", "dev", l->ifindex);
	out_flag("remote", NULL, l->remote);
	if (l->remote) {
		out_hit("peer_hit", "peer", &l->peer_hit);
		out_hit("local_hit", hf->details ? "local" : NULL,
			&l->local_hit);
	}
	out_colour(l->state == HIP_LOCATOR_ACTIVE ? OUT_GOOD : OUT_PLAIN);
	out_string("state", "state", locator_state(l->state, state));
	out_flag("preferred", "preferred", l->preferred);
	if (l->limited)
		out_uint("lifetime", "lifetime", l->lifetime);
}

static int locator_show(struct hipflow *hf, struct args *args)
{
	struct list list = LIST(locator, locator_read);
	struct opt_hit peer = { 0 };
	const struct locator *l;
	int status;

	status = parse_peer_filter(args, &peer);
	if (status)
		return status;
	status = query_list(hf, HIP_CMD_LOCATOR_GET, &list, locator_compare);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		list_for_each(l, &list) {
			if (!hit_wanted(&peer, &l->peer_hit))
				continue;
			out_open();
			locator_print(hf, l);
			out_close();
		}
		status = out_end();
	}
	list_free(&list);
	return status;
}

static const struct command commands[] = {
	{ "show", locator_show },
	{ 0 }
};

const struct object locator_object = {
	.name = "locator",
	.commands = commands,
	.help =
"Usage: hipflow locator [ show [ peer HIT ] ]\n"
"\n"
"Addresses of this host, then those that peers told of theirs.\n",
};
