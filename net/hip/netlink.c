// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink family "hip": policies, and all that changes something.
 *
 * Operations run in parallel. It must be so: a dump may wait for an
 * association that waits for an answer of the daemon, and that answer is an
 * operation of this family.
 *
 * Whoever may open a netlink socket may read, as with addresses and routes:
 * no key is ever told. Changes need CAP_NET_ADMIN over the namespace.
 */
#include <linux/netlink.h>
#include <net/genetlink.h>

#include "identity.h"
#include "keymat.h"
#include "locator.h"
#include "netlink.h"
#include "peer.h"
#include "probe.h"
#include "puzzle.h"
#include "upcall.h"

static struct netlink_range_validation hip_range_retransmit_ms = {
	.min = 50,
	.max = 60000,
};

/* And rekey_time. */
static struct netlink_range_validation hip_range_idle_timeout = {
	.max = 604800,
};

static struct netlink_range_validation hip_range_relay_per_second = {
	.max = 1000000,
};

static const struct nla_policy
hip_policy_upcall_reply[HIP_A_UPCALL_DH_SECRET + 1] = {
	[HIP_A_UPCALL_COOKIE]	= { .type = NLA_U64 },
	[HIP_A_UPCALL_STATUS]	= NLA_POLICY_MAX(NLA_U32, MAX_ERRNO),
	[HIP_A_UPCALL_SIGNATURE] = NLA_POLICY_RANGE(NLA_BINARY, 1,
						    HIP_SIGNATURE_MAX_LEN),
	[HIP_A_UPCALL_DH_KEY]	= NLA_POLICY_MIN(NLA_U32, 1),
	[HIP_A_UPCALL_DH_PUBLIC] = NLA_POLICY_RANGE(NLA_BINARY, 1,
						    HIP_DH_MAX_LEN),
	[HIP_A_UPCALL_DH_SECRET] = NLA_POLICY_RANGE(NLA_BINARY, 1,
						    HIP_DH_MAX_LEN),
};

static const struct nla_policy
hip_policy_identity_new[HIP_A_IDENTITY_R1_COUNTER + 1] = {
	[HIP_A_IDENTITY_HOST_ID] = NLA_POLICY_RANGE(NLA_BINARY,
						    HIP_HOST_ID_MIN_LEN,
						    HIP_HOST_ID_MAX_LEN),
	[HIP_A_IDENTITY_R1_COUNTER] = { .type = NLA_U64 },
};

static const struct nla_policy
hip_policy_identity_hit[HIP_A_IDENTITY_HIT + 1] = {
	[HIP_A_IDENTITY_HIT]	= HIP_POLICY_ADDR,
};

static const struct nla_policy hip_policy_peer_new[HIP_A_PEER_ADDRS + 1] = {
	[HIP_A_PEER_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_PEER_ADDRS]	= NLA_POLICY_RANGE(NLA_BINARY,
				sizeof(struct in6_addr),
				HIP_MAX_PEER_LOCATORS * sizeof(struct in6_addr)),
};

static const struct nla_policy hip_policy_peer_hit[HIP_A_PEER_HIT + 1] = {
	[HIP_A_PEER_HIT]	= HIP_POLICY_ADDR,
};

static const struct nla_policy
hip_policy_assoc_hits[HIP_A_ASSOC_PEER_HIT + 1] = {
	[HIP_A_ASSOC_LOCAL_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_ASSOC_PEER_HIT]	= HIP_POLICY_ADDR,
};

static const struct nla_policy
hip_policy_assoc_new[HIP_A_ASSOC_PEER_ADDR + 1] = {
	[HIP_A_ASSOC_LOCAL_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_ASSOC_PEER_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_ASSOC_PEER_ADDR]	= HIP_POLICY_ADDR,
};

static const struct nla_policy
hip_policy_assoc_rekey[HIP_A_ASSOC_REKEY_DH + 1] = {
	[HIP_A_ASSOC_LOCAL_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_ASSOC_PEER_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_ASSOC_REKEY_DH]	= { .type = NLA_FLAG },
};

static const struct nla_policy hip_policy_path_get[HIP_A_PATH_PEER_HIT + 1] = {
	[HIP_A_PATH_LOCAL_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_PATH_PEER_HIT]	= HIP_POLICY_ADDR,
};

static const struct nla_policy
hip_policy_locator_get[HIP_A_LOCATOR_PEER_HIT + 1] = {
	[HIP_A_LOCATOR_PEER_HIT] = HIP_POLICY_ADDR,
};

static const struct nla_policy hip_policy_config[HIP_A_CONFIG_MAX + 1] = {
	[HIP_A_CONFIG_PUZZLE_K]	= NLA_POLICY_MAX(NLA_U8, HIP_PUZZLE_MAX_K),
	[HIP_A_CONFIG_DH_GROUPS] = NLA_POLICY_RANGE(NLA_BINARY, 1,
						    HIP_MAX_DH_GROUPS),
	[HIP_A_CONFIG_ESP_SUITES] = NLA_POLICY_RANGE(NLA_BINARY, sizeof(u16),
					HIP_MAX_ESP_SUITES * sizeof(u16)),
	[HIP_A_CONFIG_MAX_FIDS]	= { .type = NLA_U16 },
	[HIP_A_CONFIG_RETRANSMIT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32,
						&hip_range_retransmit_ms),
	[HIP_A_CONFIG_RETRIES]	= NLA_POLICY_RANGE(NLA_U8, 1, 15),
	[HIP_A_CONFIG_PATH_TIMEOUT_MS] = NLA_POLICY_MAX(NLA_U32,
							HIP_PATH_TIMEOUT_MAX_MS),
	[HIP_A_CONFIG_IDLE_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32,
						&hip_range_idle_timeout),
	[HIP_A_CONFIG_REKEY_TIME] = NLA_POLICY_FULL_RANGE(NLA_U32,
						&hip_range_idle_timeout),
	[HIP_A_CONFIG_REKEY_BYTES] = { .type = NLA_U64 },
	[HIP_A_CONFIG_REKEY_PACKETS] = { .type = NLA_U64 },
	[HIP_A_CONFIG_REKEY_ON_MOVE] = NLA_POLICY_MAX(NLA_U8,
						      HIP_REKEY_ON_MOVE_DH),
	[HIP_A_CONFIG_HIP_CIPHERS] = NLA_POLICY_RANGE(NLA_BINARY, sizeof(u16),
					HIP_MAX_HIP_CIPHERS * sizeof(u16)),
	[HIP_A_CONFIG_ENCRYPT_HOST_ID] = NLA_POLICY_MAX(NLA_U8, 1),
	[HIP_A_CONFIG_OPPORTUNISTIC] = NLA_POLICY_MAX(NLA_U8, 1),
	[HIP_A_CONFIG_RELAY_PER_SECOND] = NLA_POLICY_FULL_RANGE(NLA_U32,
						&hip_range_relay_per_second),
};

int hip_netlink_hit(struct nlattr **attrs, int type, struct in6_addr *hit,
		    struct netlink_ext_ack *extack)
{
	if (!attrs || !attrs[type])
		return -ENOENT;
	*hit = nla_get_in6_addr(attrs[type]);
	if (hip_hit_is_valid(hit))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attrs[type],
			    "not a HIT: HITs are addresses in 2001:20::/28");
	return -EINVAL;
}

/* --- daemon ------------------------------------------------------------ */

static int hip_netlink_register(struct sk_buff *skb, struct genl_info *info)
{
	return hip_upcall_register(hip_info_net(info), info->snd_portid,
				   info->extack);
}

static int hip_netlink_reply(struct sk_buff *skb, struct genl_info *info)
{
	return hip_upcall_reply(hip_info_net(info), info);
}

/* A netlink socket closed; if it was the daemon's, nobody answers any more. */
static int hip_netlink_notify(struct notifier_block *nb, unsigned long event,
			      void *ptr)
{
	struct netlink_notify *notify = ptr;

	if (event == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC)
		hip_upcall_port_closed(hip_net(notify->net), notify->portid);
	return NOTIFY_DONE;
}

static struct notifier_block hip_netlink_notifier = {
	.notifier_call = hip_netlink_notify,
};

/* --- identities and peers ---------------------------------------------- */

static int hip_netlink_identity_new(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_net *hn = hip_info_net(info);
	struct in6_addr hit;
	struct sk_buff *msg;
	struct nlattr *attr;
	u64 counter = 0;
	void *hdr;
	int err;

	if (!hip_upcall_is_daemon(hn, info->snd_portid)) {
		GENL_SET_ERR_MSG(info,
				 "only the registered daemon adds identities: it holds their keys");
		return -EPERM;
	}
	if (HIP_REQUIRE(info, HIP_A_IDENTITY_HOST_ID,
			"an identity needs its HOST_ID"))
		return -EINVAL;
	attr = info->attrs[HIP_A_IDENTITY_R1_COUNTER];
	if (attr)
		counter = nla_get_u64(attr);

	/* Whatever can fail before the change does so before it. */
	msg = genlmsg_new(nla_total_size(sizeof(hit)), GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	attr = info->attrs[HIP_A_IDENTITY_HOST_ID];
	err = hip_identity_add(hn, nla_data(attr), nla_len(attr), counter,
			       &hit, info->extack);
	if (err)
		goto free;
	err = -EMSGSIZE;
	hdr = genlmsg_put_reply(msg, info, &hip_genl_family, 0,
				HIP_CMD_IDENTITY_NEW);
	if (!hdr || nla_put_in6_addr(msg, HIP_A_IDENTITY_HIT, &hit))
		goto free;
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
free:
	nlmsg_free(msg);
	return err;
}

static int hip_netlink_identity_del(struct sk_buff *skb, struct genl_info *info)
{
	struct in6_addr hit;
	int err;

	if (HIP_REQUIRE(info, HIP_A_IDENTITY_HIT,
			"give the HIT of the identity to remove"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_IDENTITY_HIT, &hit,
			      info->extack);
	if (err)
		return err;
	return hip_identity_del(hip_info_net(info), &hit, info->extack);
}

/* The sender wants a new peer, but it is there. */
static bool hip_netlink_peer_exists(struct genl_info *info,
				    const struct in6_addr *hit)
{
	bool exists;

	if (info->genlhdr->cmd != HIP_CMD_PEER_NEW)
		return false;
	rcu_read_lock();
	exists = hip_peer_lookup(hip_info_net(info), hit);
	rcu_read_unlock();
	if (exists)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[HIP_A_PEER_HIT],
				    "this peer is known: replace its addresses by 'peer set'");
	return exists;
}

static int hip_netlink_peer_new(struct sk_buff *skb, struct genl_info *info)
{
	const struct in6_addr *addr;
	struct in6_addr hit;
	struct nlattr *attr;
	unsigned int i, n;
	int err;

	if (HIP_REQUIRE(info, HIP_A_PEER_HIT, "give the HIT of the peer") ||
	    HIP_REQUIRE(info, HIP_A_PEER_ADDRS,
			"give the addresses at which the peer is met"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_PEER_HIT, &hit, info->extack);
	if (err)
		return err;

	attr = info->attrs[HIP_A_PEER_ADDRS];
	if (nla_len(attr) % sizeof(*addr)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "not an array of addresses of 16 octets");
		return -EINVAL;
	}
	addr = nla_data(attr);
	n = nla_len(attr) / sizeof(*addr);
	for (i = 0; i < n; i++) {
		if (hip_addr_is_locator(&addr[i]))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "an address is not global unicast, or is a HIT itself");
		return -EINVAL;
	}
	if (hip_netlink_peer_exists(info, &hit))
		return -EEXIST;
	return hip_peer_set(hip_info_net(info), &hit, addr, n, info->extack);
}

static int hip_netlink_peer_del(struct sk_buff *skb, struct genl_info *info)
{
	struct in6_addr hit;
	int err;

	if (HIP_REQUIRE(info, HIP_A_PEER_HIT, "give the HIT of the peer"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_PEER_HIT, &hit, info->extack);
	if (err)
		return err;
	return hip_peer_del(hip_info_net(info), &hit, info->extack);
}

/* --- associations ------------------------------------------------------ */

int hip_netlink_hits(struct genl_info *info, struct hip_hits *hits,
		     const struct in6_addr **local)
{
	int err;

	if (HIP_REQUIRE(info, HIP_A_ASSOC_PEER_HIT, "give the HIT of the peer"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_ASSOC_PEER_HIT, &hits->peer,
			      info->extack);
	if (err)
		return err;
	*local = NULL;
	err = hip_netlink_hit(info->attrs, HIP_A_ASSOC_LOCAL_HIT, &hits->local,
			      info->extack);
	if (!err)
		*local = &hits->local;
	return err == -ENOENT ? 0 : err;
}

static int hip_netlink_assoc_new(struct sk_buff *skb, struct genl_info *info)
{
	const struct in6_addr *local;
	struct hip_hits hits;
	int err;

	if (info->attrs[HIP_A_ASSOC_PEER_ADDR])
		return hip_netlink_assoc_ask(info);
	err = hip_netlink_hits(info, &hits, &local);
	if (err)
		return err;
	return hip_assoc_connect(hip_info_net(info), local, &hits.peer,
				 info->extack);
}

static int hip_netlink_assoc_del(struct sk_buff *skb, struct genl_info *info)
{
	const struct in6_addr *local;
	struct hip_hits hits;
	int err;

	err = hip_netlink_hits(info, &hits, &local);
	if (err)
		return err;
	return hip_assoc_close(hip_info_net(info), local, &hits.peer,
			       info->extack);
}

static int hip_netlink_assoc_rekey(struct sk_buff *skb, struct genl_info *info)
{
	const struct in6_addr *local;
	struct hip_hits hits;
	int err;

	err = hip_netlink_hits(info, &hits, &local);
	if (err)
		return err;
	return hip_assoc_rekey(hip_info_net(info), local, &hits.peer,
			       info->attrs[HIP_A_ASSOC_REKEY_DH], info->extack);
}

/* --- settings ---------------------------------------------------------- */

/* RFC 7401 section 5.2.7 */
static bool hip_dh_group_known(u8 group)
{
	switch (group) {
	case 3:		/* MODP 1536 */
	case 4:		/* MODP 3072 */
	case 7:		/* NIST P-256 */
	case 8:		/* NIST P-384 */
	case 9:		/* NIST P-521 */
	case 10:	/* SECP160R1 */
	case 11:	/* MODP 2048 */
		return true;
	default:
		return false;
	}
}

static int hip_config_dh_groups(struct genl_info *info,
				struct hip_config *config)
{
	struct nlattr *attr = info->attrs[HIP_A_CONFIG_DH_GROUPS];
	unsigned int i, n = nla_len(attr);
	const u8 *group = nla_data(attr);

	for (i = 0; i < n; i++) {
		if (!hip_dh_group_known(group[i])) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "unknown DH group: 3, 4 and 7 to 11 are known");
			return -EOPNOTSUPP;
		}
		if (memchr(group, group[i], i)) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "a DH group is given twice");
			return -EINVAL;
		}
		config->dh_groups[i] = group[i];
	}
	config->n_dh_groups = n;
	return 0;
}

static int hip_config_esp_suites(struct genl_info *info,
				 struct hip_config *config)
{
	struct nlattr *attr = info->attrs[HIP_A_CONFIG_ESP_SUITES];
	unsigned int i, j, n = nla_len(attr) / sizeof(u16);

	if (nla_len(attr) % sizeof(u16)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "not an array of 16-bit suite numbers");
		return -EINVAL;
	}
	memcpy(config->esp_suites, nla_data(attr), nla_len(attr));
	for (i = 0; i < n; i++) {
		u16 suite = config->esp_suites[i];

		if (!hip_esp_suite_info(suite)) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "unknown ESP suite: see RFC 7402 section 5.1.2");
			return -EOPNOTSUPP;
		}
		/* Who wants no encryption has to say so without doubt. */
		if (suite == HIP_ESP_NULL_HMAC_SHA256 && n > 1) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "suite 7 does not encrypt: give it alone or not at all");
			return -EINVAL;
		}
		for (j = 0; j < i; j++) {
			if (config->esp_suites[j] != suite)
				continue;
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "an ESP suite is given twice");
			return -EINVAL;
		}
	}
	config->n_esp_suites = n;
	return 0;
}

/* Rekeying is not to be all that hosts do. */
static int hip_config_check_rekey(struct genl_info *info)
{
	const struct nlattr *attr;

	attr = info->attrs[HIP_A_CONFIG_REKEY_TIME];
	if (attr && nla_get_u32(attr) && nla_get_u32(attr) < HIP_REKEY_MIN_TIME) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "rekey_time is 10 to 604800, or 0 for never");
		return -ERANGE;
	}
	attr = info->attrs[HIP_A_CONFIG_REKEY_BYTES];
	if (attr && nla_get_u64(attr) &&
	    (nla_get_u64(attr) < HIP_REKEY_MIN_BYTES ||
	     nla_get_u64(attr) > HIP_REKEY_MAX_COUNT)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "rekey_bytes is 65536 to 2^62, or 0 for never");
		return -ERANGE;
	}
	attr = info->attrs[HIP_A_CONFIG_REKEY_PACKETS];
	if (attr && nla_get_u64(attr) &&
	    (nla_get_u64(attr) < HIP_REKEY_MIN_PACKETS ||
	     nla_get_u64(attr) > HIP_REKEY_MAX_COUNT)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "rekey_packets is 100 to 2^62, or 0 for never");
		return -ERANGE;
	}
	return 0;
}

/* Lists of @info to a copy, before anything is changed. */
static int hip_config_check(struct genl_info *info, struct hip_config *new)
{
	const struct nlattr *timeout;
	int err = 0;

	memset(new, 0, sizeof(*new));
	if (info->attrs[HIP_A_CONFIG_DH_GROUPS])
		err = hip_config_dh_groups(info, new);
	if (!err && info->attrs[HIP_A_CONFIG_ESP_SUITES])
		err = hip_config_esp_suites(info, new);
	if (!err && info->attrs[HIP_A_CONFIG_HIP_CIPHERS])
		err = hip_netlink_hip_ciphers(info, new);
	timeout = info->attrs[HIP_A_CONFIG_PATH_TIMEOUT_MS];
	if (!err && timeout && nla_get_u32(timeout) &&
	    nla_get_u32(timeout) < HIP_PATH_TIMEOUT_MIN_MS) {
		NL_SET_ERR_MSG_ATTR(info->extack, timeout,
				    "path_timeout_ms is 200 to 10000, or 0 for never");
		err = -ERANGE;
	}
	return err ?: hip_config_check_rekey(info);
}

static int hip_netlink_locator_refresh(struct sk_buff *skb,
				       struct genl_info *info)
{
	hip_locator_refresh(hip_info_net(info));
	return 0;
}

static int hip_netlink_config_set(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_net *hn = hip_info_net(info);
	struct hip_config *config = &hn->config;
	struct nlattr **attrs = info->attrs;
	struct hip_config new;
	int err;

	err = hip_config_check(info, &new);
	if (err)
		return err;

	mutex_lock(&config->lock);
	if (attrs[HIP_A_CONFIG_PUZZLE_K])
		WRITE_ONCE(config->puzzle_k,
			   nla_get_u8(attrs[HIP_A_CONFIG_PUZZLE_K]));
	if (attrs[HIP_A_CONFIG_MAX_FIDS])
		WRITE_ONCE(config->max_fids,
			   nla_get_u16(attrs[HIP_A_CONFIG_MAX_FIDS]));
	if (attrs[HIP_A_CONFIG_RETRANSMIT_MS])
		WRITE_ONCE(config->retransmit_ms,
			   nla_get_u32(attrs[HIP_A_CONFIG_RETRANSMIT_MS]));
	if (attrs[HIP_A_CONFIG_RETRIES])
		WRITE_ONCE(config->retries,
			   nla_get_u8(attrs[HIP_A_CONFIG_RETRIES]));
	if (attrs[HIP_A_CONFIG_PATH_TIMEOUT_MS])
		WRITE_ONCE(config->path_timeout_ms,
			   nla_get_u32(attrs[HIP_A_CONFIG_PATH_TIMEOUT_MS]));
	if (attrs[HIP_A_CONFIG_IDLE_TIMEOUT])
		WRITE_ONCE(config->idle_timeout_s,
			   nla_get_u32(attrs[HIP_A_CONFIG_IDLE_TIMEOUT]));
	if (attrs[HIP_A_CONFIG_RELAY_PER_SECOND])
		WRITE_ONCE(config->relay_per_second,
			   nla_get_u32(attrs[HIP_A_CONFIG_RELAY_PER_SECOND]));
	if (attrs[HIP_A_CONFIG_REKEY_TIME])
		config->rekey_time_s =
			nla_get_u32(attrs[HIP_A_CONFIG_REKEY_TIME]);
	if (attrs[HIP_A_CONFIG_REKEY_BYTES])
		config->rekey_bytes =
			nla_get_u64(attrs[HIP_A_CONFIG_REKEY_BYTES]);
	if (attrs[HIP_A_CONFIG_REKEY_PACKETS])
		config->rekey_packets =
			nla_get_u64(attrs[HIP_A_CONFIG_REKEY_PACKETS]);
	if (attrs[HIP_A_CONFIG_REKEY_ON_MOVE])
		WRITE_ONCE(config->rekey_on_move,
			   nla_get_u8(attrs[HIP_A_CONFIG_REKEY_ON_MOVE]));
	if (attrs[HIP_A_CONFIG_OPPORTUNISTIC])
		WRITE_ONCE(config->opportunistic,
			   nla_get_u8(attrs[HIP_A_CONFIG_OPPORTUNISTIC]));
	if (attrs[HIP_A_CONFIG_ENCRYPT_HOST_ID])
		WRITE_ONCE(config->encrypt_host_id,
			   nla_get_u8(attrs[HIP_A_CONFIG_ENCRYPT_HOST_ID]));
	if (new.n_dh_groups) {
		config->n_dh_groups = new.n_dh_groups;
		memcpy(config->dh_groups, new.dh_groups,
		       sizeof(config->dh_groups));
	}
	if (new.n_esp_suites) {
		config->n_esp_suites = new.n_esp_suites;
		memcpy(config->esp_suites, new.esp_suites,
		       sizeof(config->esp_suites));
	}
	if (new.n_hip_ciphers) {
		config->n_hip_ciphers = new.n_hip_ciphers;
		memcpy(config->hip_ciphers, new.hip_ciphers,
		       sizeof(config->hip_ciphers));
	}
	mutex_unlock(&config->lock);

	/* It may be due already. */
	if (attrs[HIP_A_CONFIG_IDLE_TIMEOUT])
		hip_assoc_event_all(hn, HIP_EVENT_TIMER);
	/* Difficulty, groups and suites are in the R1s. */
	hip_identity_r1_refresh(hn);
	return 0;
}

/* --- family ------------------------------------------------------------ */

static const struct genl_ops hip_genl_ops[] = {
	{
		.cmd = HIP_CMD_DAEMON_REGISTER,
		.doit = hip_netlink_register,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = HIP_CMD_UPCALL_REPLY,
		.doit = hip_netlink_reply,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_upcall_reply,
		.maxattr = HIP_A_UPCALL_DH_SECRET,
	}, {
		.cmd = HIP_CMD_IDENTITY_NEW,
		.doit = hip_netlink_identity_new,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_identity_new,
		.maxattr = HIP_A_IDENTITY_R1_COUNTER,
	}, {
		.cmd = HIP_CMD_IDENTITY_DEL,
		.doit = hip_netlink_identity_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_identity_hit,
		.maxattr = HIP_A_IDENTITY_HIT,
	}, {
		.cmd = HIP_CMD_IDENTITY_GET,
		.doit = hip_netlink_identity_get,
		.dumpit = hip_netlink_identity_dump,
		.policy = hip_policy_identity_hit,
		.maxattr = HIP_A_IDENTITY_HIT,
	}, {
		.cmd = HIP_CMD_PEER_NEW,
		.doit = hip_netlink_peer_new,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_peer_new,
		.maxattr = HIP_A_PEER_ADDRS,
	}, {
		.cmd = HIP_CMD_PEER_SET,
		.doit = hip_netlink_peer_new,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_peer_new,
		.maxattr = HIP_A_PEER_ADDRS,
	}, {
		.cmd = HIP_CMD_PEER_DEL,
		.doit = hip_netlink_peer_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_peer_hit,
		.maxattr = HIP_A_PEER_HIT,
	}, {
		.cmd = HIP_CMD_PEER_GET,
		.doit = hip_netlink_peer_get,
		.start = hip_netlink_peer_start,
		.dumpit = hip_netlink_peer_dump,
		.done = hip_netlink_peer_done,
		.policy = hip_policy_peer_hit,
		.maxattr = HIP_A_PEER_HIT,
	}, {
		.cmd = HIP_CMD_ASSOC_NEW,
		.doit = hip_netlink_assoc_new,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_assoc_new,
		.maxattr = HIP_A_ASSOC_PEER_ADDR,
	}, {
		.cmd = HIP_CMD_ASSOC_DEL,
		.doit = hip_netlink_assoc_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_assoc_hits,
		.maxattr = HIP_A_ASSOC_PEER_HIT,
	}, {
		.cmd = HIP_CMD_ASSOC_REKEY,
		.doit = hip_netlink_assoc_rekey,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_assoc_rekey,
		.maxattr = HIP_A_ASSOC_REKEY_DH,
	}, {
		.cmd = HIP_CMD_ASSOC_GET,
		.doit = hip_netlink_assoc_get,
		.dumpit = hip_netlink_assoc_dump,
		.policy = hip_policy_assoc_hits,
		.maxattr = HIP_A_ASSOC_PEER_HIT,
	}, {
		.cmd = HIP_CMD_PATH_GET,
		.dumpit = hip_netlink_path_dump,
		.policy = hip_policy_path_get,
		.maxattr = HIP_A_PATH_PEER_HIT,
	}, {
		.cmd = HIP_CMD_BINDING_NEW,
		.doit = hip_netlink_binding_new,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_binding,
		.maxattr = HIP_A_BINDING_LOCATORS,
	}, {
		.cmd = HIP_CMD_BINDING_SET,
		.doit = hip_netlink_binding_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_binding,
		.maxattr = HIP_A_BINDING_LOCATORS,
	}, {
		.cmd = HIP_CMD_BINDING_DEL,
		.doit = hip_netlink_binding_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_binding_key,
		.maxattr = HIP_A_BINDING_PEER_HIT,
	}, {
		.cmd = HIP_CMD_BINDING_GET,
		.dumpit = hip_netlink_binding_dump,
		.policy = hip_policy_binding_key,
		.maxattr = HIP_A_BINDING_PEER_HIT,
	}, {
		.cmd = HIP_CMD_LOCATOR_GET,
		.dumpit = hip_netlink_locator_dump,
		.policy = hip_policy_locator_get,
		.maxattr = HIP_A_LOCATOR_PEER_HIT,
	}, {
		.cmd = HIP_CMD_LOCATOR_REFRESH,
		.doit = hip_netlink_locator_refresh,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = HIP_CMD_SERVER_GET,
		.doit = hip_netlink_server_get,
	}, {
		.cmd = HIP_CMD_SERVER_SET,
		.doit = hip_netlink_server_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_server,
		.maxattr = HIP_A_SERVER_HITS,
	}, {
		.cmd = HIP_CMD_REGISTRATION_NEW,
		.doit = hip_netlink_registration_new,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_registration,
		.maxattr = HIP_A_REGISTRATION_LIFETIME,
	}, {
		.cmd = HIP_CMD_REGISTRATION_DEL,
		.doit = hip_netlink_registration_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_registration_key,
		.maxattr = HIP_A_REGISTRATION_PEER_HIT,
	}, {
		.cmd = HIP_CMD_REGISTRATION_GET,
		.dumpit = hip_netlink_registration_dump,
		.policy = hip_policy_registration_key,
		.maxattr = HIP_A_REGISTRATION_PEER_HIT,
	}, {
		.cmd = HIP_CMD_STATS_GET,
		.doit = hip_netlink_stats_get,
	}, {
		.cmd = HIP_CMD_CONFIG_GET,
		.doit = hip_netlink_config_get,
	}, {
		.cmd = HIP_CMD_CONFIG_SET,
		.doit = hip_netlink_config_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = hip_policy_config,
		.maxattr = HIP_A_CONFIG_MAX,
	},
};

static const struct genl_multicast_group hip_genl_groups[] = {
	{ .name = HIP_GENL_MCGRP_EVENTS },
};

/*
 * resv_start_op stays 0: the core checks the reserved fields of all commands
 * and refuses attributes where there is no policy.
 */
struct genl_family hip_genl_family __ro_after_init = {
	.name		= HIP_GENL_NAME,
	.version	= HIP_GENL_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= hip_genl_ops,
	.n_ops		= ARRAY_SIZE(hip_genl_ops),
	.mcgrps		= hip_genl_groups,
	.n_mcgrps	= ARRAY_SIZE(hip_genl_groups),
};

/* After the namespaces' data are there: operations begin right away. */
int __init hip_netlink_init(void)
{
	int err;

	err = netlink_register_notifier(&hip_netlink_notifier);
	if (err)
		return err;
	err = genl_register_family(&hip_genl_family);
	if (err)
		netlink_unregister_notifier(&hip_netlink_notifier);
	return err;
}

void hip_netlink_exit(void)
{
	genl_unregister_family(&hip_genl_family);
	netlink_unregister_notifier(&hip_netlink_notifier);
}
