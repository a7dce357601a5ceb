// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: one object, counters and settings are read.
 */
#include <net/genetlink.h>

#include "identity.h"
#include "netlink.h"

static struct sk_buff *hip_reply_begin(struct genl_info *info, u8 cmd,
				       void **hdr)
{
	struct sk_buff *msg;

	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return NULL;
	*hdr = genlmsg_put_reply(msg, info, &hip_genl_family, 0, cmd);
	if (*hdr)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

static int hip_reply_end(struct genl_info *info, struct sk_buff *msg,
			 void *hdr, int err)
{
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int hip_netlink_identity_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_net *hn = hip_info_net(info);
	struct hip_identity *id;
	struct in6_addr hit;
	struct sk_buff *msg;
	void *hdr;
	int err;

	if (HIP_REQUIRE(info, HIP_A_IDENTITY_HIT,
			"give the HIT of the identity, or dump all"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_IDENTITY_HIT, &hit,
			      info->extack);
	if (err)
		return err;
	msg = hip_reply_begin(info, HIP_CMD_IDENTITY_GET, &hdr);
	if (!msg)
		return -ENOMEM;
	rcu_read_lock();
	id = hip_identity_lookup(hn, &hit);
	err = id ? hip_fill_identity(msg, id) : -ENOENT;
	rcu_read_unlock();
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[HIP_A_IDENTITY_HIT],
				    "no host identity of ours has this HIT");
	return hip_reply_end(info, msg, hdr, err);
}

int hip_netlink_peer_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_net *hn = hip_info_net(info);
	struct hip_peer *peer;
	struct in6_addr hit;
	struct sk_buff *msg;
	void *hdr;
	int err;

	if (HIP_REQUIRE(info, HIP_A_PEER_HIT,
			"give the HIT of the peer, or dump all"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_PEER_HIT, &hit, info->extack);
	if (err)
		return err;
	msg = hip_reply_begin(info, HIP_CMD_PEER_GET, &hdr);
	if (!msg)
		return -ENOMEM;
	rcu_read_lock();
	peer = hip_peer_lookup(hn, &hit);
	err = peer ? hip_fill_peer(msg, peer) : -ENOENT;
	rcu_read_unlock();
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[HIP_A_PEER_HIT],
				    "no addresses of this peer were told");
	return hip_reply_end(info, msg, hdr, err);
}

/* Under RCU. */
static struct hip_assoc *hip_get_assoc(struct hip_net *hn,
				       const struct in6_addr *local,
				       const struct in6_addr *peer)
{
	struct hip_assoc *assoc;

	if (local)
		return hip_assoc_lookup(hn, local, peer);
	list_for_each_entry_rcu(assoc, &hn->assoc_list, list)
		if (ipv6_addr_equal(&assoc->hits.peer, peer))
			return assoc;
	return NULL;
}

int hip_netlink_assoc_get(struct sk_buff *skb, struct genl_info *info)
{
	const struct in6_addr *local;
	struct hip_assoc *assoc;
	struct hip_hits hits;
	struct sk_buff *msg;
	void *hdr;
	int err;

	err = hip_netlink_hits(info, &hits, &local);
	if (err)
		return err;
	msg = hip_reply_begin(info, HIP_CMD_ASSOC_GET, &hdr);
	if (!msg)
		return -ENOMEM;
	rcu_read_lock();
	assoc = hip_get_assoc(hip_info_net(info), local, &hits.peer);
	err = assoc ? hip_fill_assoc(msg, assoc) : -ENOENT;
	rcu_read_unlock();
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[HIP_A_ASSOC_PEER_HIT],
				    "no association with this peer");
	return hip_reply_end(info, msg, hdr, err);
}

int hip_netlink_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_net *hn = hip_info_net(info);
	struct sk_buff *msg;
	int err = 0;
	void *hdr;
	int i;

	msg = hip_reply_begin(info, HIP_CMD_STATS_GET, &hdr);
	if (!msg)
		return -ENOMEM;
	for (i = HIP_STAT_UNSPEC + 1; !err && i <= HIP_STAT_MAX; i++)
		if (i != HIP_STAT_PAD)
			err = nla_put_u64_64bit(msg, i, hip_stat_read(hn, i),
						HIP_STAT_PAD);
	return hip_reply_end(info, msg, hdr, err);
}

int hip_netlink_config_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_config *config = &hip_info_net(info)->config;
	struct sk_buff *msg;
	int err = 0;
	void *hdr;

	msg = hip_reply_begin(info, HIP_CMD_CONFIG_GET, &hdr);
	if (!msg)
		return -ENOMEM;
	mutex_lock(&config->lock);
	if (nla_put_u8(msg, HIP_A_CONFIG_PUZZLE_K, config->puzzle_k) ||
	    nla_put(msg, HIP_A_CONFIG_DH_GROUPS, config->n_dh_groups,
		    config->dh_groups) ||
	    nla_put(msg, HIP_A_CONFIG_ESP_SUITES,
		    config->n_esp_suites * sizeof(u16), config->esp_suites) ||
	    nla_put_u16(msg, HIP_A_CONFIG_MAX_FIDS, config->max_fids) ||
	    nla_put_u32(msg, HIP_A_CONFIG_RETRANSMIT_MS,
			config->retransmit_ms) ||
	    nla_put_u8(msg, HIP_A_CONFIG_RETRIES, config->retries) ||
	    nla_put_u32(msg, HIP_A_CONFIG_PATH_TIMEOUT_MS,
			config->path_timeout_ms) ||
	    nla_put_u32(msg, HIP_A_CONFIG_IDLE_TIMEOUT,
			config->idle_timeout_s) ||
	    nla_put_u32(msg, HIP_A_CONFIG_REKEY_TIME, config->rekey_time_s) ||
	    nla_put_u64_64bit(msg, HIP_A_CONFIG_REKEY_BYTES,
			      config->rekey_bytes, HIP_A_CONFIG_PAD) ||
	    nla_put_u64_64bit(msg, HIP_A_CONFIG_REKEY_PACKETS,
			      config->rekey_packets, HIP_A_CONFIG_PAD) ||
	    nla_put_u8(msg, HIP_A_CONFIG_REKEY_ON_MOVE,
		       config->rekey_on_move) ||
	    nla_put(msg, HIP_A_CONFIG_HIP_CIPHERS,
		    config->n_hip_ciphers * sizeof(u16), config->hip_ciphers) ||
	    nla_put_u8(msg, HIP_A_CONFIG_ENCRYPT_HOST_ID,
		       config->encrypt_host_id) ||
	    nla_put_u8(msg, HIP_A_CONFIG_OPPORTUNISTIC, config->opportunistic) ||
	    nla_put_u32(msg, HIP_A_CONFIG_RELAY_PER_SECOND,
			config->relay_per_second))
		err = -EMSGSIZE;
	mutex_unlock(&config->lock);
	return hip_reply_end(info, msg, hdr, err);
}
