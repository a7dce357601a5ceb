// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow registration: rendezvous servers that this host is registered with,
 * and hosts that are registered with it.
 */
#include <errno.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "names.h"
#include "show.h"

#define MAX_LIFETIME 15384774
#define MAX_SERVER_ADDRS 8

int registration_read(const struct nlmsghdr *nlh, void *item)
{
	const struct nlattr *tb[HIP_A_REGISTRATION_MAX + 1];
	struct registration *r = item;
	const struct nlattr *addrs;
	size_t size = sizeof(r->addrs.addr[0]);
	size_t n;

	if (hip_genl_attrs(nlh, tb, HIP_A_REGISTRATION_MAX) ||
	    !attr_addr(tb[HIP_A_REGISTRATION_PEER_HIT], &r->peer_hit))
		return -EBADMSG;
	r->has_local = attr_addr(tb[HIP_A_REGISTRATION_LOCAL_HIT],
				 &r->local_hit);
	r->server = tb[HIP_A_REGISTRATION_SERVER];
	r->state = attr_u8(tb[HIP_A_REGISTRATION_STATE]);
	r->failed = tb[HIP_A_REGISTRATION_FAILURE];
	r->failure = attr_u8(tb[HIP_A_REGISTRATION_FAILURE]);
	r->lifetime = attr_u32(tb[HIP_A_REGISTRATION_LIFETIME]);
	r->expires = tb[HIP_A_REGISTRATION_EXPIRES_MS];
	r->expires_ms = attr_u64(tb[HIP_A_REGISTRATION_EXPIRES_MS]);
	r->relayed = attr_u64(tb[HIP_A_REGISTRATION_RELAYED]);
	addrs = tb[HIP_A_REGISTRATION_ADDRS];
	if (!addrs)
		return 0;
	n = mnl_attr_get_payload_len(addrs) / size;
	r->addrs.n = n > MAX_ADDRS ? MAX_ADDRS : n;
	memcpy(r->addrs.addr, mnl_attr_get_payload(addrs), r->addrs.n * size);
	return 0;
}

/* Ours, then those with us. */
int registration_compare(const void *a, const void *b)
{
	const struct registration *x = a, *y = b;

	if (x->server != y->server)
		return x->server - y->server;
	return memcmp(&x->peer_hit, &y->peer_hit, sizeof(x->peer_hit));
}

void registration_print(const struct hipflow *hf, const struct registration *r)
{
	char text[HIP_ADDR_STRLEN];
	char number[HIP_NAME_LEN];
	unsigned int i;

	out_hit("peer_hit", r->server ? "from" : "with", &r->peer_hit);
	if (r->has_local)
		out_hit("local_hit", hf->details ? "local" : NULL,
			&r->local_hit);
	out_string("type", NULL, "rendezvous");
	out_string("role", NULL, r->server ? "server" : "client");
	out_list("addrs", "addr");
	for (i = 0; i < r->addrs.n; i++) {
		out_colour(OUT_ADDR);
		out_item(NULL, NULL, hip_addr_print(&r->addrs.addr[i], text));
	}
	out_list_end();
	out_colour(r->state == HIP_REGISTRATION_REGISTERED ? OUT_GOOD :
		   r->state == HIP_REGISTRATION_REFUSED ? OUT_BAD : OUT_PLAIN);
	out_string("state", "state",
		   hip_name(hip_registration_state_names, r->state, number));
	if (r->failed) {
		const char *why = hip_name_text(hip_reg_failure_names,
						r->failure);

		out_uint("failure_type", NULL, r->failure);
		out_string("failure", "failure",
			   hip_name(hip_reg_failure_names, r->failure,
				    number));
		if (hf->details && why)
			out_string("failure_text", "-", why);
	}
	out_uint("lifetime", "lifetime", r->lifetime);
	if (r->expires)
		out_uint("expires", "expires", r->expires_ms / 1000);
	if (r->server)
		out_uint("relayed", hf->statistics ? "relayed" : NULL,
			 r->relayed);
}

static int registration_show(struct hipflow *hf, struct args *args)
{
	struct list list = LIST(registration, registration_read);
	const struct registration *r;
	struct opt_hit hit = { 0 };
	int status = 0;

	if (args->left)
		status = arg_key_hit(args, "server", &hit);
	if (!status)
		status = arg_end(args);
	if (!status)
		status = query_list(hf, HIP_CMD_REGISTRATION_GET, &list,
				    registration_compare);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		list_for_each(r, &list) {
			if (!hit_wanted(&hit, &r->peer_hit))
				continue;
			out_open();
			registration_print(hf, r);
			out_close();
		}
		status = out_end();
	}
	list_free(&list);
	return status;
}

/**
 * struct request - what was typed behind add
 * @hit: of the server
 * @local: our HIT, if it matters
 * @addrs: of the server
 * @lifetime: seconds, if it matters
 */
struct request {
	struct opt_hit hit;
	struct opt_hit local;
	struct addr_list addrs;
	struct range lifetime;
};

static int request_words(struct args *args, struct request *r)
{
	int err;

	err = arg_key_hit(args, "server", &r->hit);
	while (!err && args->left) {
		if (arg_is(args, "addr")) {
			err = arg_addrs(args, &r->addrs);
		} else if (arg_is(args, "lifetime")) {
			err = arg_number(args, "lifetime", 1, MAX_LIFETIME,
					 &r->lifetime);
		} else if (arg_is(args, "local")) {
			err = arg_hit(args, "local", &r->local);
		} else {
			err = arg_end(args);
		}
	}
	if (!err && !r->addrs.n)
		err = complain("'addr ADDR[,ADDR...]' is missing");
	if (!err && r->addrs.n > MAX_SERVER_ADDRS)
		err = complain("a server has at most %d addresses",
			       MAX_SERVER_ADDRS);
	return err;
}

static int registration_add(struct hipflow *hf, struct args *args)
{
	struct request r = { 0 };
	struct nlmsghdr *nlh;
	int status;

	status = request_words(args, &r);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	nlh = hip_genl_msg(&hf->genl, HIP_CMD_REGISTRATION_NEW);
	put_addr(nlh, HIP_A_REGISTRATION_PEER_HIT, &r.hit.hit);
	if (r.local.set)
		put_addr(nlh, HIP_A_REGISTRATION_LOCAL_HIT, &r.local.hit);
	mnl_attr_put(nlh, HIP_A_REGISTRATION_ADDRS,
		     r.addrs.n * sizeof(r.addrs.addr[0]), r.addrs.addr);
	if (r.lifetime.set)
		mnl_attr_put_u32(nlh, HIP_A_REGISTRATION_LIFETIME,
				 r.lifetime.min);
	return query_send(hf, nlh);
}

static int registration_del(struct hipflow *hf, struct args *args)
{
	return query_del_hit(hf, args, "server", HIP_CMD_REGISTRATION_DEL,
			     HIP_A_REGISTRATION_PEER_HIT);
}

static const struct command commands[] = {
	{ "show", registration_show },
	{ "add", registration_add },
	{ "del", registration_del },
	{ 0 }
};

const struct object registration_object = {
	.name = "registration",
	.alias = "reg",
	.commands = commands,
	.help =
"Usage: hipflow registration [ show [ HIT ] ]\n"
"       hipflow registration add HIT addr ADDR[,ADDR...] [ lifetime SECONDS ]\n"
"                                [ local HIT ]\n"
"       hipflow registration del HIT\n"
"\n"
"Rendezvous servers (RFC 8004) that this host is registered with, and hosts that\n"
"are registered with it. add registers with the server HIT, renews that in time\n"
"and comes back after a failure; del cancels it.\n",
};
