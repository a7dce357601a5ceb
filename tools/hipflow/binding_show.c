// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bindings as the kernel tells them, and how they are printed.
 */
#include <errno.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "names.h"
#include "show.h"

static void read_locators(struct binding *b, const struct nlattr *nest)
{
	const struct nlattr *tb[HIP_A_BINDING_LOCATOR_MAX + 1];
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		struct flow_locator *l = &b->locator[b->n];

		if (b->n == MAX_FLOW_LOCATORS)
			return;
		if (mnl_attr_get_type(attr) != HIP_A_BINDING_LOCATOR)
			continue;
		hip_genl_nest(attr, tb, HIP_A_BINDING_LOCATOR_MAX);
		l->ifindex = attr_u32(tb[HIP_A_BINDING_LOCATOR_IFINDEX]);
		attr_addr(tb[HIP_A_BINDING_LOCATOR_ADDR], &l->addr);
		b->n++;
	}
}

int binding_read(const struct nlmsghdr *nlh, void *item)
{
	const struct nlattr *tb[HIP_A_BINDING_MAX + 1];
	struct binding *b = item;

	if (hip_genl_attrs(nlh, tb, HIP_A_BINDING_MAX) ||
	    !tb[HIP_A_BINDING_FID])
		return -EBADMSG;
	b->fid = attr_u16(tb[HIP_A_BINDING_FID]);
	b->whole = tb[HIP_A_BINDING_LOCATORS];
	b->priority = attr_u16(tb[HIP_A_BINDING_PRIORITY]);
	b->remote = tb[HIP_A_BINDING_REMOTE];
	b->for_peer = attr_addr(tb[HIP_A_BINDING_PEER_HIT], &b->peer_hit);
	b->has_local = attr_addr(tb[HIP_A_BINDING_LOCAL_HIT], &b->local_hit);
	selector_read(tb[HIP_A_BINDING_SELECTOR], &b->selector);
	if (b->whole)
		read_locators(b, tb[HIP_A_BINDING_LOCATORS]);
	b->has_path = tb[HIP_A_BINDING_PATH];
	b->path = attr_u32(tb[HIP_A_BINDING_PATH]);
	b->status = attr_u8(tb[HIP_A_BINDING_STATUS]);
	b->count.tx_packets = attr_u64(tb[HIP_A_BINDING_TX_PACKETS]);
	b->count.tx_bytes = attr_u64(tb[HIP_A_BINDING_TX_BYTES]);
	b->count.rx_packets = attr_u64(tb[HIP_A_BINDING_RX_PACKETS]);
	b->count.rx_bytes = attr_u64(tb[HIP_A_BINDING_RX_BYTES]);
	return 0;
}

/* Ours first, then those of each peer, in the order in which they match. */
int binding_compare(const void *a, const void *b)
{
	const struct binding *x = a, *y = b;
	int order;

	if (x->remote != y->remote)
		return x->remote - y->remote;
	if (x->remote) {
		order = memcmp(&x->peer_hit, &y->peer_hit,
			       sizeof(x->peer_hit));
		if (order)
			return order;
	}
	if (x->priority != y->priority)
		return x->priority - y->priority;
	if (x->fid != y->fid)
		return x->fid - y->fid;
	return memcmp(&x->peer_hit, &y->peer_hit, sizeof(x->peer_hit));
}

static void print_locators(const struct binding *b)
{
	char addr[HIP_ADDR_STRLEN];
	char name[IFNAME_LEN];
	unsigned int i;

	out_list("locators", NULL);
	for (i = 0; i < b->n; i++) {
		const struct flow_locator *l = &b->locator[i];

		if (l->ifindex) {
			out_colour(OUT_NAME);
			out_item("dev", "dev", ifname(l->ifindex, name));
		} else {
			out_colour(OUT_ADDR);
			out_item("via", "addr", hip_addr_print(&l->addr, addr));
		}
	}
	out_list_end();
}

void binding_print_rule(const struct binding *b)
{
	selector_print(&b->selector);
	print_locators(b);
}

static void print_path(const struct binding *b, const struct list *paths)
{
	const struct path *p;

	if (!b->has_path) {
		/* Of several peers, each may have one. */
		if (b->for_peer)
			out_word("path none");
		return;
	}
	out_uint("path", "path", b->path);
	list_for_each(p, paths) {
		if (p->id != b->path)
			continue;
		if (p->ifindex)
			out_ifname("dev", "dev", p->ifindex);
		out_addr(NULL, "from", &p->local);
		out_addr(NULL, "to", &p->peer);
	}
}

static void print_status(const struct binding *b)
{
	const char *text = hip_name_text(hip_fid_status_names, b->status);
	char number[HIP_NAME_LEN];

	out_uint("status", NULL, b->status);
	if (!b->status)
		return;
	out_colour(OUT_BAD);
	out_string("status_name", "refused",
		   hip_name(hip_fid_status_names, b->status, number));
	if (text) {
		out_word("-");
		out_word(text);
	}
}

/* The first line of a binding of ours is what 'binding add' takes. */
void binding_print(const struct hipflow *hf, const struct binding *b,
		   const struct list *paths)
{
	out_flag("remote", "remote", b->remote);
	out_uint("fid", "fid", b->fid);
	if (b->whole)
		out_uint("prio", "prio", b->priority);
	if (b->for_peer)
		out_hit("peer", "peer", &b->peer_hit);
	/* An event is about one association. */
	if (b->remote || (b->has_local && !b->whole))
		out_hit("local_hit", hf->details ? "local" : NULL,
			&b->local_hit);
	if (b->whole)
		binding_print_rule(b);
	out_line("    ");
	print_path(b, paths);
	print_status(b);
	if (!b->whole)
		return;
	out_line("    ");
	out_counters(&b->count, true);
}
