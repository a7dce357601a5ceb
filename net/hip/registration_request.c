// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink requests about the services that we offer, and about our registrations
 * with servers.
 */
#include <linux/slab.h>
#include <linux/sort.h>
#include <net/genetlink.h>

#include "locator.h"
#include "netlink.h"
#include "registration.h"

static struct netlink_range_validation hip_range_lifetime = {
	.min = 1,
	.max = HIP_REG_LIFETIME_MAX_S,
};

const struct nla_policy hip_policy_server[HIP_A_SERVER_HITS + 1] = {
	[HIP_A_SERVER_RVS]	= NLA_POLICY_MAX(NLA_U8, 1),
	[HIP_A_SERVER_LIFETIME_MIN] = NLA_POLICY_FULL_RANGE(NLA_U32,
							&hip_range_lifetime),
	[HIP_A_SERVER_LIFETIME_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32,
							&hip_range_lifetime),
	[HIP_A_SERVER_LIMIT]	= { .type = NLA_U32 },
	[HIP_A_SERVER_ALLOW]	= NLA_POLICY_MAX(NLA_U8, HIP_SERVER_ALLOW_NONE),
	[HIP_A_SERVER_HITS]	= NLA_POLICY_RANGE(NLA_BINARY,
				sizeof(struct in6_addr),
				HIP_MAX_SERVER_HITS * sizeof(struct in6_addr)),
};

const struct nla_policy
hip_policy_registration[HIP_A_REGISTRATION_LIFETIME + 1] = {
	[HIP_A_REGISTRATION_PEER_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_REGISTRATION_LOCAL_HIT]	= HIP_POLICY_ADDR,
	[HIP_A_REGISTRATION_ADDRS]	= NLA_POLICY_RANGE(NLA_BINARY,
			sizeof(struct in6_addr),
			HIP_MAX_REGISTRATION_ADDRS * sizeof(struct in6_addr)),
	[HIP_A_REGISTRATION_LIFETIME]	= NLA_POLICY_FULL_RANGE(NLA_U32,
							&hip_range_lifetime),
};

/* Key of DEL, filter of GET. */
const struct nla_policy
hip_policy_registration_key[HIP_A_REGISTRATION_PEER_HIT + 1] = {
	[HIP_A_REGISTRATION_PEER_HIT]	= HIP_POLICY_ADDR,
};

/* --- server ------------------------------------------------------------ */

static int hip_server_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct in6_addr));
}

/* Return: the HITs, sorted, to be freed; NULL: not given; ERR_PTR. */
static struct in6_addr *hip_server_hits(struct genl_info *info, unsigned int *n)
{
	struct nlattr *attr = info->attrs[HIP_A_SERVER_HITS];
	struct in6_addr *hits;
	unsigned int i;

	if (!attr)
		return NULL;
	if (nla_len(attr) % sizeof(*hits)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "not an array of HITs of 16 octets");
		return ERR_PTR(-EINVAL);
	}
	*n = nla_len(attr) / sizeof(*hits);
	hits = kmemdup(nla_data(attr), nla_len(attr), GFP_KERNEL);
	if (!hits)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < *n; i++) {
		if (hip_hit_is_valid(&hits[i]))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "not a HIT: HITs are addresses in 2001:20::/28");
		kfree(hits);
		return ERR_PTR(-EINVAL);
	}
	sort(hits, *n, sizeof(*hits), hip_server_compare, NULL);
	return hits;
}

static int hip_server_check(struct genl_info *info,
			    const struct hip_registrar *new)
{
	if (new->min_s > new->max_s) {
		GENL_SET_ERR_MSG(info,
				 "the shortest lifetime is longer than the longest");
		return -EINVAL;
	}
	if (new->allow == HIP_SERVER_ALLOW_LISTED && !new->n) {
		GENL_SET_ERR_MSG(info, "give the HITs that may register");
		return -EINVAL;
	}
	if (new->allow != HIP_SERVER_ALLOW_LISTED &&
	    info->attrs[HIP_A_SERVER_HITS]) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[HIP_A_SERVER_HITS],
				    "HITs are listed only if not all or none may register");
		return -EINVAL;
	}
	return 0;
}

static void hip_server_read(struct nlattr **attrs, struct hip_registrar *new)
{
	if (attrs[HIP_A_SERVER_RVS])
		new->rvs = nla_get_u8(attrs[HIP_A_SERVER_RVS]);
	if (attrs[HIP_A_SERVER_LIFETIME_MIN])
		new->min_s = nla_get_u32(attrs[HIP_A_SERVER_LIFETIME_MIN]);
	if (attrs[HIP_A_SERVER_LIFETIME_MAX])
		new->max_s = nla_get_u32(attrs[HIP_A_SERVER_LIFETIME_MAX]);
	if (attrs[HIP_A_SERVER_LIMIT])
		new->limit = nla_get_u32(attrs[HIP_A_SERVER_LIMIT]);
	if (attrs[HIP_A_SERVER_ALLOW])
		new->allow = nla_get_u8(attrs[HIP_A_SERVER_ALLOW]);
	new->min = hip_reg_lifetime_floor(new->min_s);
	new->max = hip_reg_lifetime_floor(new->max_s);
}

int hip_netlink_server_set(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_net *hn = hip_info_net(info);
	struct in6_addr *hits, *old = NULL;
	struct hip_registrar new;
	unsigned int n = 0;
	int err;

	hits = hip_server_hits(info, &n);
	if (IS_ERR(hits))
		return PTR_ERR(hits);
	mutex_lock(&hn->lock);
	new = hn->registrar;
	hip_server_read(info->attrs, &new);
	if (hits || new.allow != HIP_SERVER_ALLOW_LISTED) {
		old = new.hits;
		new.hits = hits;
		new.n = n;
	}
	err = hip_server_check(info, &new);
	if (!err)
		hn->registrar = new;
	mutex_unlock(&hn->lock);
	kfree(err ? hits : old);
	if (!err)
		hip_registration_server_changed(hn);
	return err;
}

static int hip_fill_server(struct sk_buff *skb, struct hip_net *hn)
{
	const struct hip_registrar *registrar = &hn->registrar;

	if (nla_put_u8(skb, HIP_A_SERVER_RVS, registrar->rvs) ||
	    nla_put_u32(skb, HIP_A_SERVER_LIFETIME_MIN, registrar->min_s) ||
	    nla_put_u32(skb, HIP_A_SERVER_LIFETIME_MAX, registrar->max_s) ||
	    nla_put_u32(skb, HIP_A_SERVER_LIMIT, registrar->limit) ||
	    nla_put_u8(skb, HIP_A_SERVER_ALLOW, registrar->allow) ||
	    (registrar->n &&
	     nla_put(skb, HIP_A_SERVER_HITS,
		     registrar->n * sizeof(registrar->hits[0]),
		     registrar->hits)) ||
	    nla_put_u32(skb, HIP_A_SERVER_COUNT,
			atomic_read(&hn->rendezvous.nelems)))
		return -EMSGSIZE;
	return 0;
}

int hip_netlink_server_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_net *hn = hip_info_net(info);
	int err = -EMSGSIZE;
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(NLMSG_GOODSIZE + nla_total_size(HIP_MAX_SERVER_HITS *
						sizeof(struct in6_addr)),
			  GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &hip_genl_family, 0,
				HIP_CMD_SERVER_GET);
	if (hdr) {
		mutex_lock(&hn->lock);
		err = hip_fill_server(msg, hn);
		mutex_unlock(&hn->lock);
	}
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* --- registrations of ours --------------------------------------------- */

static int hip_registration_read_addrs(struct genl_info *info,
				       struct hip_registration *reg)
{
	struct nlattr *attr = info->attrs[HIP_A_REGISTRATION_ADDRS];
	unsigned int i;

	if (nla_len(attr) % sizeof(reg->addr[0])) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "not an array of addresses of 16 octets");
		return -EINVAL;
	}
	reg->n = nla_len(attr) / sizeof(reg->addr[0]);
	memcpy(reg->addr, nla_data(attr), nla_len(attr));
	for (i = 0; i < reg->n; i++) {
		if (hip_addr_is_locator(&reg->addr[i]))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "an address is not global unicast, or is a HIT itself");
		return -EINVAL;
	}
	return 0;
}

int hip_netlink_registration_new(struct sk_buff *skb, struct genl_info *info)
{
	u32 lifetime = HIP_REGISTRATION_LIFETIME;
	struct hip_registration reg = {};
	struct nlattr *attr;
	int err;

	if (HIP_REQUIRE(info, HIP_A_REGISTRATION_PEER_HIT,
			"give the HIT of the server") ||
	    HIP_REQUIRE(info, HIP_A_REGISTRATION_ADDRS,
			"give the addresses at which the server is met"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_REGISTRATION_PEER_HIT,
			      &reg.hit, info->extack);
	if (err)
		return err;
	err = hip_netlink_hit(info->attrs, HIP_A_REGISTRATION_LOCAL_HIT,
			      &reg.local, info->extack);
	if (err && err != -ENOENT)
		return err;
	reg.any_local = err == -ENOENT;
	attr = info->attrs[HIP_A_REGISTRATION_LIFETIME];
	if (attr)
		lifetime = nla_get_u32(attr);
	reg.asked = hip_reg_lifetime_ceil(lifetime);
	err = hip_registration_read_addrs(info, &reg);
	return err ?: hip_registration_add(hip_info_net(info), &reg,
					   info->extack);
}

int hip_netlink_registration_del(struct sk_buff *skb, struct genl_info *info)
{
	struct in6_addr hit;
	int err;

	if (HIP_REQUIRE(info, HIP_A_REGISTRATION_PEER_HIT,
			"give the HIT of the server"))
		return -EINVAL;
	err = hip_netlink_hit(info->attrs, HIP_A_REGISTRATION_PEER_HIT, &hit,
			      info->extack);
	return err ?: hip_registration_del(hip_info_net(info), &hit,
					   info->extack);
}
