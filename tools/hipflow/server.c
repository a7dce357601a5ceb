// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow server: services that this host offers to others.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "names.h"
#include "show.h"

#define MAX_LIFETIME 15384774
#define MAX_HITS 1024

/**
 * struct server - as typed or as the kernel has it
 * @has_rvs: @rvs was given
 * @rvs: rendezvous is offered
 * @lifetime: of registrations, shortest and longest
 * @limit: of registrations
 * @has_allow: @allow was given
 * @allow: who may register
 * @count: registrations there are
 * @n: entries of @hits
 * @hits: who may register, if they are listed
 */
struct server {
	bool has_rvs;
	bool rvs;
	struct range lifetime;
	struct range limit;
	bool has_allow;
	uint8_t allow;
	uint32_t count;
	unsigned int n;
	struct in6_addr hits[MAX_HITS];
};

static int server_read(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[HIP_A_SERVER_MAX + 1];
	struct server *s = data;
	size_t n;

	hip_genl_attrs(nlh, tb, HIP_A_SERVER_MAX);
	s->rvs = attr_u8(tb[HIP_A_SERVER_RVS]);
	s->lifetime.min = attr_u32(tb[HIP_A_SERVER_LIFETIME_MIN]);
	s->lifetime.max = attr_u32(tb[HIP_A_SERVER_LIFETIME_MAX]);
	s->limit.min = attr_u32(tb[HIP_A_SERVER_LIMIT]);
	s->allow = attr_u8(tb[HIP_A_SERVER_ALLOW]);
	s->count = attr_u32(tb[HIP_A_SERVER_COUNT]);
	if (!tb[HIP_A_SERVER_HITS])
		return 0;
	n = mnl_attr_get_payload_len(tb[HIP_A_SERVER_HITS]) /
	    sizeof(s->hits[0]);
	s->n = n > MAX_HITS ? MAX_HITS : n;
	memcpy(s->hits, mnl_attr_get_payload(tb[HIP_A_SERVER_HITS]),
	       s->n * sizeof(s->hits[0]));
	return 0;
}

static void server_print(const struct server *s)
{
	char text[HIP_ADDR_STRLEN];
	char number[HIP_NAME_LEN];
	unsigned int i;

	out_flag("rvs", s->rvs ? "rvs on" : NULL, s->rvs);
	if (!s->rvs)
		out_word("rvs off");
	out_uint("lifetime_min", "lifetime", s->lifetime.min);
	out_uint("lifetime_max", "", s->lifetime.max);
	out_uint("limit", "limit", s->limit.min);
	out_string("allow",
		   s->allow == HIP_SERVER_ALLOW_LISTED ? NULL : "allow",
		   hip_name(hip_server_allow_names, s->allow, number));
	if (s->allow == HIP_SERVER_ALLOW_LISTED) {
		out_list("hits", "allow");
		for (i = 0; i < s->n; i++) {
			out_colour(OUT_HIT);
			out_item(NULL, NULL, hip_addr_print(&s->hits[i], text));
		}
		out_list_end();
	}
	out_uint("registrations", "registrations", s->count);
}

static int server_show(struct hipflow *hf, struct args *args)
{
	struct server *s = calloc(1, sizeof(*s));
	int status;

	if (!s)
		return complain("out of memory");
	status = arg_end(args);
	if (!status)
		status = query_open(hf);
	if (!status && hip_genl_talk(&hf->genl,
				     hip_genl_msg(&hf->genl,
						  HIP_CMD_SERVER_GET),
				     server_read, s))
		status = complain_kernel(&hf->genl);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		out_open();
		server_print(s);
		out_close();
		status = out_end();
	}
	free(s);
	return status;
}

static int parse_rvs(struct args *args, struct server *s)
{
	const char *text;
	int err;

	if (s->has_rvs)
		return complain("'rvs' is given twice");
	err = arg_value(args, "rvs", &text);
	if (err)
		return err;
	s->has_rvs = true;
	s->rvs = !strcmp(text, "on");
	if (!s->rvs && strcmp(text, "off"))
		return complain("rvs is 'on' or 'off', not '%s'", text);
	return 0;
}

static int parse_lifetime(struct args *args, struct server *s)
{
	struct range max = { 0 };
	int err;

	err = arg_number(args, "lifetime", 1, MAX_LIFETIME, &s->lifetime);
	if (!err)
		err = arg_number(args, "lifetime", s->lifetime.min,
				 MAX_LIFETIME, &max);
	s->lifetime.max = max.min;
	return err;
}

/* any, none or HIT[,HIT...] */
static int parse_allow(struct args *args, struct server *s)
{
	const char *text, *word;
	char *copy, *rest;
	int err;

	if (s->has_allow)
		return complain("'allow' is given twice: separate HITs by commas");
	err = arg_value(args, "allow", &text);
	if (err)
		return err;
	s->has_allow = true;
	s->allow = HIP_SERVER_ALLOW_LISTED;
	if (!strcmp(text, "any") || !strcmp(text, "none")) {
		s->allow = hip_name_number(hip_server_allow_names, text);
		return 0;
	}
	copy = strdup(text);
	if (!copy)
		return complain("out of memory");
	rest = copy;
	while (!err && (word = strsep(&rest, ","))) {
		if (s->n == MAX_HITS)
			err = complain("more than %d HITs", MAX_HITS);
		else
			err = parse_hit("allow", word, &s->hits[s->n++]);
	}
	free(copy);
	return err;
}

static int server_words(struct args *args, struct server *s)
{
	int err = 0;

	if (!args->left)
		return complain("what is to be set is missing: see 'hipflow server help'");
	while (!err && args->left) {
		if (arg_is(args, "rvs"))
			err = parse_rvs(args, s);
		else if (arg_is(args, "lifetime"))
			err = parse_lifetime(args, s);
		else if (arg_is(args, "limit"))
			err = arg_number(args, "limit", 0, UINT32_MAX,
					 &s->limit);
		else if (arg_is(args, "allow"))
			err = parse_allow(args, s);
		else
			err = arg_end(args);
	}
	return err;
}

static int server_send(struct hipflow *hf, const struct server *s)
{
	struct nlmsghdr *nlh = hip_genl_msg(&hf->genl, HIP_CMD_SERVER_SET);

	if (s->has_rvs)
		mnl_attr_put_u8(nlh, HIP_A_SERVER_RVS, s->rvs);
	if (s->lifetime.set) {
		mnl_attr_put_u32(nlh, HIP_A_SERVER_LIFETIME_MIN,
				 s->lifetime.min);
		mnl_attr_put_u32(nlh, HIP_A_SERVER_LIFETIME_MAX,
				 s->lifetime.max);
	}
	if (s->limit.set)
		mnl_attr_put_u32(nlh, HIP_A_SERVER_LIMIT, s->limit.min);
	if (s->has_allow)
		mnl_attr_put_u8(nlh, HIP_A_SERVER_ALLOW, s->allow);
	if (s->n)
		mnl_attr_put(nlh, HIP_A_SERVER_HITS,
			     s->n * sizeof(s->hits[0]), s->hits);
	return query_send(hf, nlh);
}

static int server_set(struct hipflow *hf, struct args *args)
{
	struct server *s = calloc(1, sizeof(*s));
	int status;

	if (!s)
		return complain("out of memory");
	status = server_words(args, s);
	if (!status)
		status = query_open(hf);
	if (!status)
		status = server_send(hf, s);
	free(s);
	return status;
}

static const struct command commands[] = {
	{ "show", server_show },
	{ "set", server_set },
	{ 0 }
};

const struct object server_object = {
	.name = "server",
	.commands = commands,
	.help =
"Usage: hipflow server [ show ]\n"
"       hipflow server set [ rvs { on | off } ] [ lifetime MIN MAX ] [ limit N ]\n"
"                          [ allow { any | none | HIT[,HIT...] } ]\n"
"\n"
"Services that this host offers to others: rvs is rendezvous (RFC 8004). Those\n"
"who may register do so for MIN to MAX seconds, N hosts at a time.\n",
};
