// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow name: what names stand for, as hipflowd finds it in the hosts file or
 * the DNS (RFC 8005).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "name.h"
#include "print.h"

/* hipflowd gives up earlier, and then says why. */
#define TIMEOUT_MS 8000

/* HI algorithms of RFC 7401 section 5.2.9 */
static const char *algorithm_name(uint16_t algorithm)
{
	switch (algorithm) {
	case 5:
		return "rsa";
	case 7:
		return "ecdsa";
	case 9:
		return "ecdsa-low";
	case 13:
		return "eddsa";
	default:
		return "unknown";
	}
}

static int complain_ask(const char *name, int err)
{
	char path[HIP_NAME_PATH];

	if (hip_name_path(path))
		strcpy(path, HIP_NAME_DIR);
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
		complain("cannot look up '%s': hipflowd does not run in this network namespace, or does not listen (%s)",
			 name, path);
		break;
	case -ETIMEDOUT:
		complain("cannot look up '%s': hipflowd does not answer", name);
		break;
	case -ECONNRESET:
		complain("cannot look up '%s': hipflowd is busy, try again",
			 name);
		break;
	case -EBADMSG:
		complain("cannot look up '%s': hipflowd is of another version",
			 name);
		break;
	default:
		complain("cannot look up '%s': %s: %s", name, path,
			 strerror(-err));
	}
	return STATUS_KERNEL;
}

int name_ask(enum hip_name_op op, const char *name,
	     struct hip_name_answer *answer)
{
	struct hip_name_request request = { .op = op };
	int err;

	if (!hip_name_copy(request.name, name))
		return complain("'%s' is not the name of a host", name);
	err = hip_name_ask(&request, answer, TIMEOUT_MS);
	if (err)
		return complain_ask(name, err);
	if (answer->status != HIP_NAME_OK) {
		complain("%s", answer->text[0] ? answer->text :
			 "hipflowd does not say why");
		return STATUS_KERNEL;
	}
	if (answer->text[0] && op == HIP_NAME_SHOW)
		complain("note: %s", answer->text);
	return STATUS_OK;
}

static void add_addrs(struct addr_list *list, const struct in6_addr *addrs,
		      unsigned int n)
{
	unsigned int i, j;

	for (i = 0; i < n && list->n < MAX_ADDRS; i++) {
		for (j = 0; j < list->n; j++)
			if (IN6_ARE_ADDR_EQUAL(&list->addr[j], &addrs[i]))
				break;
		if (j == list->n)
			list->addr[list->n++] = addrs[i];
	}
}

void name_addrs(const struct hip_name_answer *answer, struct addr_list *list)
{
	add_addrs(list, answer->rvs_addrs, answer->n_rvs_addrs);
	add_addrs(list, answer->addrs, answer->n_addrs);
}

void name_forget(const struct in6_addr *hit)
{
	struct hip_name_request request = { .op = HIP_NAME_FORGET };
	struct hip_name_answer answer;

	request.hit = *hit;
	hip_name_ask(&request, &answer, 1000);
}

static void print_addrs(const char *key, const char *before,
			const struct in6_addr *addrs, unsigned int n)
{
	char text[HIP_ADDR_STRLEN];
	unsigned int i;

	if (!n)
		return;
	out_list(key, before);
	for (i = 0; i < n; i++) {
		out_colour(OUT_ADDR);
		out_item(NULL, NULL, hip_addr_print(&addrs[i], text));
	}
	out_list_end();
}

static void print_key(const struct hip_name_answer *a)
{
	char text[2 * HIP_NAME_HI_MAX + 1];
	unsigned int i;

	for (i = 0; i < a->hi_len; i++)
		snprintf(text + 2 * i, 3, "%02x", a->hi[i]);
	out_string("host_identity", "host_identity", text);
}

static void name_print(const struct hipflow *hf,
		       const struct hip_name_answer *a)
{
	unsigned int i;

	out_colour(OUT_NAME);
	out_string("name", "", a->name);
	out_hit("hit", "hit", &a->hit);
	print_addrs("addrs", "addr", a->addrs, a->n_addrs);
	if (a->n_rvs) {
		out_list("rvs", "rvs");
		for (i = 0; i < a->n_rvs; i++)
			out_item(NULL, NULL, a->rvs[i]);
		out_list_end();
	}
	print_addrs("rvs_addrs", "rvs_addr", a->rvs_addrs, a->n_rvs_addrs);
	if (a->listed) {
		out_string("source", "source", "hosts");
		return;
	}
	out_string("source", "source", "dns");
	out_flag("secure", "secure", a->secure);
	out_uint("ttl", "ttl", a->ttl);
	out_string("algorithm", "algorithm", algorithm_name(a->algorithm));
	if (hf->details || hf->json)
		print_key(a);
}

static int name_show(struct hipflow *hf, struct args *args)
{
	struct hip_name_answer answer;
	const char *name = arg_next(args);
	int status;

	if (!name)
		return complain("the name of a host is missing");
	status = arg_end(args);
	if (!status)
		status = name_ask(HIP_NAME_SHOW, name, &answer);
	if (status)
		return status;
	out_begin(hf, OUT_ARRAY);
	out_open();
	name_print(hf, &answer);
	out_close();
	return out_end();
}

static const struct command commands[] = {
	{ "show", name_show },
	{ 0 }
};

const struct object name_object = {
	.name = "name",
	.commands = commands,
	.help =
"Usage: hipflow name show NAME\n"
"\n"
"HIT, addresses and rendezvous servers of a host, as hipflowd finds them in\n"
"/etc/hipflow/hosts or in the DNS. The kernel is not told: see peer add.\n",
};
