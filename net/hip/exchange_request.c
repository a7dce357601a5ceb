// SPDX-License-Identifier: GPL-2.0-only
/* Netlink requests about base exchanges: their attributes checked. */
#include <net/genetlink.h>

#include "keymat.h"
#include "netlink.h"
#include "opportunistic.h"

/* In opportunistic mode. */
int hip_netlink_assoc_ask(struct genl_info *info)
{
	struct nlattr *addr = info->attrs[HIP_A_ASSOC_PEER_ADDR];
	struct in6_addr local;
	int err;

	if (info->attrs[HIP_A_ASSOC_PEER_HIT]) {
		NL_SET_ERR_MSG_ATTR(info->extack, addr,
				    "give the HIT of the peer or an address");
		return -EINVAL;
	}
	err = hip_netlink_hit(info->attrs, HIP_A_ASSOC_LOCAL_HIT, &local,
			      info->extack);
	if (err && err != -ENOENT)
		return err;
	return hip_opportunistic_connect(hip_info_net(info),
					 err ? NULL : &local, nla_data(addr),
					 info->extack);
}

int hip_netlink_hip_ciphers(struct genl_info *info, struct hip_config *config)
{
	struct nlattr *attr = info->attrs[HIP_A_CONFIG_HIP_CIPHERS];
	unsigned int i, j, n = nla_len(attr) / sizeof(u16);

	if (nla_len(attr) % sizeof(u16)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "not an array of 16-bit cipher numbers");
		return -EINVAL;
	}
	memcpy(config->hip_ciphers, nla_data(attr), nla_len(attr));
	for (i = 0; i < n; i++) {
		u16 cipher = config->hip_ciphers[i];

		if (hip_cipher_key_len(cipher) < 0) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "unknown HIP cipher: 1, 2 and 4 are known");
			return -EOPNOTSUPP;
		}
		if (cipher == HIP_CIPHER_NULL && n > 1) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "cipher 1 does not encrypt: give it alone or not at all");
			return -EINVAL;
		}
		for (j = 0; j < i; j++) {
			if (config->hip_ciphers[j] != cipher)
				continue;
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "a HIP cipher is given twice");
			return -EINVAL;
		}
	}
	config->n_hip_ciphers = n;
	return 0;
}
