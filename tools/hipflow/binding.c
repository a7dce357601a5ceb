// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow binding: which flow is to come by which of our addresses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "show.h"

/**
 * struct request - a binding as typed
 * @fid: FID
 * @priority: FID-PRI
 * @peer: for this peer only
 * @selector: which packets
 * @n: how many of @locator
 * @locator: where they are to come, preferred first
 */
struct request {
	struct range fid;
	struct range priority;
	struct opt_hit peer;
	struct selector selector;
	unsigned int n;
	struct flow_locator locator[MAX_FLOW_LOCATORS];
};

static int add_locator(struct request *r, const struct flow_locator *new,
		       const char *text)
{
	unsigned int i;

	for (i = 0; i < r->n; i++)
		if (new->ifindex == r->locator[i].ifindex &&
		    IN6_ARE_ADDR_EQUAL(&new->addr, &r->locator[i].addr))
			return complain("'%s' is given twice", text);
	if (r->n == MAX_FLOW_LOCATORS)
		return complain("more than %d of dev and via: a binding holds no more",
				MAX_FLOW_LOCATORS);
	r->locator[r->n++] = *new;
	return 0;
}

static int add_device(struct request *r, const char *name)
{
	struct flow_locator l = { .ifindex = if_nametoindex(name) };

	if (!l.ifindex)
		return complain("there is no interface '%s': see 'ip link'",
				name);
	return add_locator(r, &l, name);
}

static int dev_word(struct request *r, struct args *args)
{
	const char *text, *name;
	char *copy, *rest;
	int err;

	err = arg_value(args, "dev", &text);
	if (err)
		return err;
	copy = strdup(text);
	if (!copy)
		return complain("out of memory");
	rest = copy;
	while (!err && (name = strsep(&rest, ",")))
		err = add_device(r, name);
	free(copy);
	return err;
}

static int via_word(struct request *r, struct args *args)
{
	char buf[HIP_ADDR_STRLEN];
	struct addr_list list;
	const char *text;
	unsigned int i;
	int err;

	err = arg_value(args, "via", &text);
	if (!err)
		err = parse_addrs("via", text, &list);
	for (i = 0; !err && i < list.n; i++) {
		struct flow_locator l = { .addr = list.addr[i] };

		err = add_locator(r, &l, hip_addr_print(&l.addr, buf));
	}
	return err;
}

static int request_word(struct request *r, struct args *args)
{
	bool mine;
	int err;

	if (arg_is(args, "fid"))
		return arg_number(args, "fid", 1, UINT16_MAX, &r->fid);
	if (arg_is(args, "prio"))
		return arg_number(args, "prio", 1, UINT16_MAX, &r->priority);
	if (arg_is(args, "peer"))
		return arg_hit(args, "peer", &r->peer);
	if (arg_is(args, "dev"))
		return dev_word(r, args);
	if (arg_is(args, "via"))
		return via_word(r, args);
	err = selector_word(&r->selector, args, &mine);
	return mine ? err : arg_end(args);
}

static int request_words(struct request *r, struct args *args)
{
	int err = 0;

	while (!err && args->left)
		err = request_word(r, args);
	if (!err)
		err = selector_check(&r->selector);
	if (!err && !r->fid.set)
		err = complain("'fid N' is missing");
	return err;
}

static void put_locators(struct nlmsghdr *nlh, const struct request *r)
{
	struct nlattr *nest, *locator;
	unsigned int i;

	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_LOCATORS);
	for (i = 0; i < r->n; i++) {
		const struct flow_locator *l = &r->locator[i];

		locator = mnl_attr_nest_start(nlh, HIP_A_BINDING_LOCATOR);
		if (l->ifindex)
			mnl_attr_put_u32(nlh, HIP_A_BINDING_LOCATOR_IFINDEX,
					 l->ifindex);
		else
			put_addr(nlh, HIP_A_BINDING_LOCATOR_ADDR, &l->addr);
		mnl_attr_nest_end(nlh, locator);
	}
	mnl_attr_nest_end(nlh, nest);
}

static int request_send(struct hipflow *hf, const struct request *r,
			uint8_t cmd, bool selector)
{
	struct nlmsghdr *nlh;
	int status;

	status = query_open(hf);
	if (status)
		return status;
	nlh = hip_genl_msg(&hf->genl, cmd);
	mnl_attr_put_u16(nlh, HIP_A_BINDING_FID, r->fid.min);
	if (r->priority.set)
		mnl_attr_put_u16(nlh, HIP_A_BINDING_PRIORITY,
				 r->priority.min);
	if (r->peer.set)
		put_addr(nlh, HIP_A_BINDING_PEER_HIT, &r->peer.hit);
	if (selector)
		selector_put(nlh, &r->selector);
	if (r->n)
		put_locators(nlh, r);
	return query_send(hf, nlh);
}

static int binding_add(struct hipflow *hf, struct args *args)
{
	struct request r = { 0 };
	int err;

	err = request_words(&r, args);
	if (err)
		return err;
	if (!r.priority.set)
		return complain("'prio N' is missing: the binding with the lowest one counts");
	if (!r.n)
		return complain("'dev NAME' or 'via ADDR' is missing: where is the flow to come?");
	return request_send(hf, &r, HIP_CMD_BINDING_NEW, true);
}

static int binding_set(struct hipflow *hf, struct args *args)
{
	struct request r = { 0 };
	int err;

	err = request_words(&r, args);
	if (err)
		return err;
	if (!r.priority.set && !r.selector.given && !r.n)
		return complain("nothing to change: give prio, a selector, dev or via");
	return request_send(hf, &r, HIP_CMD_BINDING_SET, r.selector.given);
}

/* [fid N] [peer HIT] */
static int key_words(struct request *r, struct args *args)
{
	int err = 0;

	while (!err && args->left) {
		if (arg_is(args, "fid"))
			err = arg_number(args, "fid", 1, UINT16_MAX, &r->fid);
		else if (arg_is(args, "peer"))
			err = arg_hit(args, "peer", &r->peer);
		else
			err = arg_end(args);
	}
	return err;
}

static int binding_del(struct hipflow *hf, struct args *args)
{
	struct request r = { 0 };
	int err;

	err = key_words(&r, args);
	if (!err && !r.fid.set)
		err = complain("'fid N' is missing");
	return err ? err : request_send(hf, &r, HIP_CMD_BINDING_DEL, false);
}

static bool binding_wanted(const struct request *r, const struct binding *b)
{
	return (!r->fid.set || r->fid.min == b->fid) &&
	       hit_wanted(&r->peer, &b->peer_hit);
}

static int binding_show(struct hipflow *hf, struct args *args)
{
	struct list list = LIST(binding, binding_read);
	struct list paths = LIST(path, path_read);
	struct request r = { 0 };
	const struct binding *b;
	int status;

	status = key_words(&r, args);
	if (status)
		return status;
	status = query_list(hf, HIP_CMD_BINDING_GET, &list, binding_compare);
	if (!status)
		status = query_list(hf, HIP_CMD_PATH_GET, &paths, path_compare);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		list_for_each(b, &list) {
			if (!binding_wanted(&r, b))
				continue;
			out_open();
			binding_print(hf, b, &paths);
			out_close();
		}
		status = out_end();
	}
	list_free(&list);
	list_free(&paths);
	return status;
}

static const struct command commands[] = {
	{ "show", binding_show },
	{ "add", binding_add },
	{ "set", binding_set },
	{ "del", binding_del },
	{ 0 }
};

const struct object binding_object = {
	.name = "binding",
	.commands = commands,
	.help =
"Usage: hipflow binding [ show [ fid N ] [ peer HIT ] ]\n"
"       hipflow binding add fid N prio N [ peer HIT ] SELECTOR LOCATOR...\n"
"       hipflow binding set fid N [ peer HIT ] [ prio N ] [ SELECTOR ]\n"
"                           [ LOCATOR... ]\n"
"       hipflow binding del fid N [ peer HIT ]\n"
"\n"
"LOCATOR := { dev NAME[,NAME...] | via ADDR[,ADDR...] }\n"
"SELECTOR := { any | [ src HIT[/LEN] | src HIT-HIT ]\n"
"                    [ dst HIT[/LEN] | dst HIT-HIT ]\n"
"                    [ proto { NAME | RANGE } ] [ sport RANGE ] [ dport RANGE ]\n"
"                    [ { tclass | dsfield } RANGE ] [ flowlabel RANGE ]\n"
"                    [ spi RANGE ] }\n"
"RANGE := { N | MIN-MAX }\n"
"\n"
"A selector describes packets on their way to this host: dport is a port of\n"
"this host, sport one of the peer's. The first locator that can be used carries\n"
"the flow. set replaces what is given and keeps the rest, so that\n"
"  hipflow binding set fid 10 dev eth1\n"
"moves a flow to eth1 while it runs.\n",
};
