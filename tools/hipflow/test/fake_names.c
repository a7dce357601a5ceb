// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stand-in for hipflowd: what is asked for is shown as a line "> name ...",
 * and the answer depends on the name.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "name_proto.h"

int __wrap_hip_name_ask(struct hip_name_request *request,
			struct hip_name_answer *answer, int timeout_ms);

static void add(struct in6_addr *list, uint8_t *n, const char *text)
{
	hip_addr_parse(text, &list[(*n)++]);
}

static void fill(struct hip_name_answer *a)
{
	hip_addr_parse("2001:22::1", &a->hit);
	add(a->addrs, &a->n_addrs, "192.0.2.1");
	add(a->addrs, &a->n_addrs, "2001:db8::1");
	a->ttl = 300;
	a->algorithm = 7;
	a->hi_len = 3;
	memcpy(a->hi, "\x00\x01\x04", 3);
}

int __wrap_hip_name_ask(struct hip_name_request *request,
			struct hip_name_answer *answer, int timeout_ms)
{
	const char *name = request->name;
	char hit[HIP_ADDR_STRLEN];

	(void)timeout_ms;
	if (!strcmp(name, "absent"))
		return -ENOENT;
	if (!strcmp(name, "slow"))
		return -ETIMEDOUT;
	if (!strcmp(name, "busy"))
		return -ECONNRESET;
	memset(answer, 0, sizeof(*answer));
	strcpy(answer->name, name);
	if (request->op == HIP_NAME_FORGET) {
		/* Only of this HIT, so that other tests see nothing of it. */
		if (!strcmp(hip_addr_print(&request->hit, hit), "2001:22::1"))
			printf("> forget %s\n", hit);
		return 0;
	}
	if (request->op == HIP_NAME_FOLLOW)
		printf("> follow %s\n", name);
	fill(answer);
	if (!strcmp(name, "bogus")) {
		answer->status = HIP_NAME_REFUSED;
		strcpy(answer->text, "the answer for bogus is bogus");
	} else if (!strcmp(name, "listed")) {
		answer->listed = 1;
	} else if (!strcmp(name, "plain")) {
		strcpy(answer->text, "the records of plain are not signed");
	} else {
		answer->secure = 1;
		answer->n_rvs = 1;
		strcpy(answer->rvs[0], "rvs.example");
		add(answer->rvs_addrs, &answer->n_rvs_addrs, "192.0.2.9");
		add(answer->rvs_addrs, &answer->n_rvs_addrs, "192.0.2.1");
	}
	return 0;
}
