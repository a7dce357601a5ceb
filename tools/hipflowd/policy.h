/* SPDX-License-Identifier: GPL-2.0-only */
/* Which peers may have an association with this host. */
#ifndef HIPFLOWD_POLICY_H
#define HIPFLOWD_POLICY_H

#include "config.h"

/*
 * Tells if the kernel knows where @hit is met. Only called if the answer
 * decides.
 */
typedef bool (*policy_known_fn)(void *data, const struct in6_addr *hit);

/* 0 or -EACCES. Deny goes before allow, and allow before accept. */
int policy_check(const struct config *config, const struct in6_addr *hit,
		 policy_known_fn known, void *data);

#endif /* HIPFLOWD_POLICY_H */
