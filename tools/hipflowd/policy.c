// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "policy.h"

int policy_check(const struct config *config, const struct in6_addr *hit,
		 policy_known_fn known, void *data)
{
	if (hit_list_has(&config->deny, hit))
		return -EACCES;
	if (hit_list_has(&config->allow, hit))
		return 0;
	switch (config->accept) {
	case POLICY_ANY:
		return 0;
	case POLICY_KNOWN:
		return config_peer_find(config, hit) || known(data, hit) ?
			0 : -EACCES;
	case POLICY_NONE:
		break;
	}
	return -EACCES;
}
