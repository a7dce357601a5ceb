/* SPDX-License-Identifier: GPL-2.0-only */
/* Names, which hipflowd looks up. */
#ifndef HIPFLOW_NAME_H
#define HIPFLOW_NAME_H

#include "name_proto.h"
#include "parse.h"

/*
 * Asks hipflowd. An exit status, after a complaint if it is not 0; that records
 * are not signed is told, too.
 */
int name_ask(enum hip_name_op op, const char *name,
	     struct hip_name_answer *answer);

/* Where the host is met: at its rendezvous servers first. */
void name_addrs(const struct hip_name_answer *answer, struct addr_list *list);

/* hipflowd is not to touch that peer any more, if it runs. */
void name_forget(const struct in6_addr *hit);

#endif /* HIPFLOW_NAME_H */
