// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink requests about flow bindings: their attributes checked and turned
 * into struct hip_binding_request.
 */
#include <net/genetlink.h>
#include <net/inet_ecn.h>

#include "binding.h"
#include "netlink.h"

static struct netlink_range_validation hip_range_ifindex = {
	.min = 1,
	.max = INT_MAX,
};

static const struct nla_policy hip_policy_selector[HIP_A_SELECTOR_MAX + 1] = {
	[HIP_A_SELECTOR_FAMILY]		= { .type = NLA_U8 },
	[HIP_A_SELECTOR_SRC_MIN]	= HIP_POLICY_ADDR,
	[HIP_A_SELECTOR_SRC_MAX]	= HIP_POLICY_ADDR,
	[HIP_A_SELECTOR_DST_MIN]	= HIP_POLICY_ADDR,
	[HIP_A_SELECTOR_DST_MAX]	= HIP_POLICY_ADDR,
	[HIP_A_SELECTOR_SPI_MIN]	= { .type = NLA_U32 },
	[HIP_A_SELECTOR_SPI_MAX]	= { .type = NLA_U32 },
	[HIP_A_SELECTOR_FLOW_LABEL_MIN]	= NLA_POLICY_MASK(NLA_U32, 0xfffff),
	[HIP_A_SELECTOR_FLOW_LABEL_MAX]	= NLA_POLICY_MASK(NLA_U32, 0xfffff),
	[HIP_A_SELECTOR_SPORT_MIN]	= { .type = NLA_U16 },
	[HIP_A_SELECTOR_SPORT_MAX]	= { .type = NLA_U16 },
	[HIP_A_SELECTOR_DPORT_MIN]	= { .type = NLA_U16 },
	[HIP_A_SELECTOR_DPORT_MAX]	= { .type = NLA_U16 },
	[HIP_A_SELECTOR_TCLASS_MIN]	= { .type = NLA_U8 },
	[HIP_A_SELECTOR_TCLASS_MAX]	= { .type = NLA_U8 },
	[HIP_A_SELECTOR_PROTO_MIN]	= { .type = NLA_U8 },
	[HIP_A_SELECTOR_PROTO_MAX]	= { .type = NLA_U8 },
};

static const struct nla_policy
hip_policy_binding_locator[HIP_A_BINDING_LOCATOR_MAX + 1] = {
	[HIP_A_BINDING_LOCATOR_IFINDEX]	= NLA_POLICY_FULL_RANGE(NLA_U32,
							&hip_range_ifindex),
	[HIP_A_BINDING_LOCATOR_ADDR]	= HIP_POLICY_ADDR,
};

static const struct nla_policy
hip_policy_binding_locators[HIP_A_BINDING_LOCATOR + 1] = {
	[HIP_A_BINDING_LOCATOR]	= NLA_POLICY_NESTED(hip_policy_binding_locator),
};

const struct nla_policy hip_policy_binding[HIP_A_BINDING_LOCATORS + 1] = {
	[HIP_A_BINDING_FID]	= NLA_POLICY_MIN(NLA_U16, 1),
	[HIP_A_BINDING_PRIORITY] = NLA_POLICY_MIN(NLA_U16, 1),
	[HIP_A_BINDING_PEER_HIT] = HIP_POLICY_ADDR,
	[HIP_A_BINDING_SELECTOR] = NLA_POLICY_NESTED(hip_policy_selector),
	[HIP_A_BINDING_LOCATORS] = NLA_POLICY_NESTED(hip_policy_binding_locators),
};

/* Key of DEL, filter of GET. */
const struct nla_policy
hip_policy_binding_key[HIP_A_BINDING_PEER_HIT + 1] = {
	[HIP_A_BINDING_FID]	= NLA_POLICY_MIN(NLA_U16, 1),
	[HIP_A_BINDING_PEER_HIT] = HIP_POLICY_ADDR,
};

/* A range of a selector: attributes, and where it is kept. */
struct hip_selector_range {
	u8	attr;		/* of the minimum; the maximum is the next */
	u8	field;
	u8	len;
	u8	min, max;
};

#define HIP_RANGE(_attr, _field, _name) {				\
	.attr	= HIP_A_SELECTOR_##_attr##_MIN,				\
	.field	= HIP_SELECT_##_field,					\
	.len	= sizeof_field(struct hip_selector, _name##_min),	\
	.min	= offsetof(struct hip_selector, _name##_min),		\
	.max	= offsetof(struct hip_selector, _name##_max),		\
}

static const struct hip_selector_range hip_selector_ranges[] = {
	HIP_RANGE(SRC, SRC, src),
	HIP_RANGE(DST, DST, dst),
	HIP_RANGE(SPI, SPI, spi),
	HIP_RANGE(FLOW_LABEL, FLOW_LABEL, flow_label),
	HIP_RANGE(SPORT, SPORT, sport),
	HIP_RANGE(DPORT, DPORT, dport),
	HIP_RANGE(TCLASS, TCLASS, tclass),
	HIP_RANGE(PROTO, PROTO, proto),
};

static int hip_selector_set_format(struct hip_selector *sel,
				   const struct nlattr *family,
				   struct netlink_ext_ack *extack)
{
	sel->format = HIP_TS_FORMAT_IPV6;
	if (!family || nla_get_u8(family) == AF_INET6)
		return 0;
	if (nla_get_u8(family) == AF_INET) {
		sel->format = HIP_TS_FORMAT_IPV4;
		return 0;
	}
	NL_SET_ERR_MSG_ATTR(extack, family,
			    "the family is AF_INET6 (HITs) or AF_INET (LSIs)");
	return -EINVAL;
}

/* Addresses in a selector are of its own family. */
static bool hip_selector_addr_fits(const struct hip_selector *sel,
				   const struct nlattr *attr)
{
	struct in6_addr addr = nla_get_in6_addr(attr);

	return hip_addr_is_v4(&addr) == (sel->format == HIP_TS_FORMAT_IPV4);
}

static int hip_selector_set_range(struct hip_selector *sel,
				  const struct hip_selector_range *r,
				  const struct nlattr *min,
				  const struct nlattr *max,
				  struct netlink_ext_ack *extack)
{
	if (!min && !max)
		return 0;
	if (!min) {
		NL_SET_ERR_MSG_ATTR(extack, max,
				    "a maximum needs its minimum: give both");
		return -EINVAL;
	}
	if (!max)
		max = min;
	if (r->len == sizeof(struct in6_addr)) {
		if (!hip_selector_addr_fits(sel, min)) {
			NL_SET_ERR_MSG_ATTR(extack, min,
					    "the address is not of the selector's family");
			return -EINVAL;
		}
		if (!hip_selector_addr_fits(sel, max)) {
			NL_SET_ERR_MSG_ATTR(extack, max,
					    "the address is not of the selector's family");
			return -EINVAL;
		}
	}

	memcpy((u8 *)sel + r->min, nla_data(min), r->len);
	memcpy((u8 *)sel + r->max, nla_data(max), r->len);
	sel->fields |= r->field;
	sel->tclass_min &= ~INET_ECN_MASK;
	sel->tclass_max &= ~INET_ECN_MASK;
	/* All before this one was found valid, so this is the wrong one. */
	if (hip_selector_valid(sel)) {
		NL_SET_ERR_MSG_ATTR(extack, max,
				    "the range ends before it begins, or the selector's family has no such field");
		return -EINVAL;
	}
	return 0;
}

static int hip_netlink_selector(struct nlattr *nest, struct hip_selector *sel,
				struct netlink_ext_ack *extack)
{
	struct nlattr *tb[HIP_A_SELECTOR_MAX + 1];
	unsigned int i;
	int err;

	err = nla_parse_nested(tb, HIP_A_SELECTOR_MAX, nest,
			       hip_policy_selector, extack);
	if (err)
		return err;
	memset(sel, 0, sizeof(*sel));
	err = hip_selector_set_format(sel, tb[HIP_A_SELECTOR_FAMILY], extack);
	for (i = 0; !err && i < ARRAY_SIZE(hip_selector_ranges); i++) {
		const struct hip_selector_range *r = &hip_selector_ranges[i];

		err = hip_selector_set_range(sel, r, tb[r->attr],
					     tb[r->attr + 1], extack);
	}
	return err;
}

static int hip_netlink_locator(struct nlattr *nest,
			       struct hip_binding_locator *loc,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[HIP_A_BINDING_LOCATOR_MAX + 1];
	int err;

	err = nla_parse_nested(tb, HIP_A_BINDING_LOCATOR_MAX, nest,
			       hip_policy_binding_locator, extack);
	if (err)
		return err;
	memset(loc, 0, sizeof(*loc));
	if (!tb[HIP_A_BINDING_LOCATOR_IFINDEX] ==
	    !tb[HIP_A_BINDING_LOCATOR_ADDR]) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "a locator is either an interface or an address");
		return -EINVAL;
	}
	if (tb[HIP_A_BINDING_LOCATOR_IFINDEX]) {
		loc->ifindex = nla_get_u32(tb[HIP_A_BINDING_LOCATOR_IFINDEX]);
		return 0;
	}
	loc->addr = nla_get_in6_addr(tb[HIP_A_BINDING_LOCATOR_ADDR]);
	if (!hip_addr_is_locator(&loc->addr)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[HIP_A_BINDING_LOCATOR_ADDR],
				    "the address is not global unicast, or is a HIT itself");
		return -EINVAL;
	}
	return 0;
}

static int hip_netlink_locators(struct nlattr *nest,
				struct hip_binding_request *req,
				struct netlink_ext_ack *extack)
{
	struct nlattr *attr;
	unsigned int i;
	int rem, err;

	nla_for_each_nested(attr, nest, rem) {
		if (req->n == HIP_MAX_FLOW_LOCATORS) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "a binding has at most 8 locators");
			return -E2BIG;
		}
		err = hip_netlink_locator(attr, &req->locator[req->n], extack);
		if (err)
			return err;
		for (i = 0; i < req->n; i++) {
			if (memcmp(&req->locator[i], &req->locator[req->n],
				   sizeof(req->locator[i])))
				continue;
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "the locator is given twice");
			return -EINVAL;
		}
		req->n++;
	}
	if (!req->n) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "a binding has at least one locator");
		return -EINVAL;
	}
	return 0;
}

static int hip_netlink_binding_key(struct genl_info *info,
				   struct hip_binding_request *req)
{
	int err;

	if (HIP_REQUIRE(info, HIP_A_BINDING_FID, "give the FID of the binding"))
		return -EINVAL;
	req->fid = nla_get_u16(info->attrs[HIP_A_BINDING_FID]);
	err = hip_netlink_hit(info->attrs, HIP_A_BINDING_PEER_HIT, &req->peer,
			      info->extack);
	req->any_peer = err == -ENOENT;
	return req->any_peer ? 0 : err;
}

static int hip_netlink_binding_request(struct genl_info *info,
				       struct hip_binding_request *req)
{
	struct nlattr **attrs = info->attrs;
	int err;

	memset(req, 0, sizeof(*req));
	err = hip_netlink_binding_key(info, req);
	if (err)
		return err;
	if (attrs[HIP_A_BINDING_PRIORITY]) {
		req->has |= HIP_BINDING_HAS_PRIORITY;
		req->priority = nla_get_u16(attrs[HIP_A_BINDING_PRIORITY]);
	}
	if (attrs[HIP_A_BINDING_SELECTOR]) {
		req->has |= HIP_BINDING_HAS_SELECTOR;
		err = hip_netlink_selector(attrs[HIP_A_BINDING_SELECTOR],
					   &req->sel, info->extack);
		if (err)
			return err;
	}
	if (attrs[HIP_A_BINDING_LOCATORS]) {
		req->has |= HIP_BINDING_HAS_LOCATORS;
		err = hip_netlink_locators(attrs[HIP_A_BINDING_LOCATORS], req,
					   info->extack);
	}
	return err;
}

int hip_netlink_binding_new(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_binding_request req;
	int err;

	if (HIP_REQUIRE(info, HIP_A_BINDING_PRIORITY,
			"a new binding needs a priority") ||
	    HIP_REQUIRE(info, HIP_A_BINDING_SELECTOR,
			"a new binding needs a selector") ||
	    HIP_REQUIRE(info, HIP_A_BINDING_LOCATORS,
			"a new binding needs locators"))
		return -EINVAL;
	err = hip_netlink_binding_request(info, &req);
	if (err)
		return err;
	return hip_binding_add(hip_info_net(info), &req, info->extack);
}

int hip_netlink_binding_set(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_binding_request req;
	int err;

	err = hip_netlink_binding_request(info, &req);
	if (err)
		return err;
	if (!req.has) {
		GENL_SET_ERR_MSG(info,
				 "nothing to change: give a priority, a selector or locators");
		return -EINVAL;
	}
	return hip_binding_set(hip_info_net(info), &req, info->extack);
}

int hip_netlink_binding_del(struct sk_buff *skb, struct genl_info *info)
{
	struct hip_binding_request req;
	int err;

	memset(&req, 0, sizeof(req));
	err = hip_netlink_binding_key(info, &req);
	if (err)
		return err;
	return hip_binding_del(hip_info_net(info), req.fid,
			       req.any_peer ? NULL : &req.peer, info->extack);
}
