/* SPDX-License-Identifier: GPL-2.0-only */
/* Generic netlink family "hip". */
#ifndef _NET_HIP_NETLINK_H
#define _NET_HIP_NETLINK_H

#include <net/genetlink.h>

#include "assoc.h"
#include "netns.h"
#include "peer.h"

extern struct genl_family hip_genl_family;

int hip_netlink_init(void);
void hip_netlink_exit(void);

/*
 * Events to the multicast group; not built when nobody listens. Under the
 * association's lock; they allocate with GFP_KERNEL.
 */
void hip_netlink_event_assoc(struct hip_assoc *assoc);
void hip_netlink_event_path(struct hip_path *path);
/* A flow of the peer's changed its path, or a binding of ours was refused. */
void hip_netlink_event_flow(struct hip_assoc *assoc, u16 fid, bool remote,
			    u8 status);
struct hip_registration;
/* Ours with a server; under hip_net->lock. */
void hip_netlink_event_registration(struct hip_net *hn,
				    const struct hip_registration *reg);
/* The peer's with us; @state: what becomes of it. */
void hip_netlink_event_registered(struct hip_assoc *assoc, u8 state);

static inline struct hip_net *hip_info_net(struct genl_info *info)
{
	return hip_net(genl_info_net(info));
}

/* Say which attribute is missing, for programs and for people. */
#define HIP_REQUIRE(info, attr, msg) ({					\
	struct genl_info *_info = (info);				\
	bool _missing = GENL_REQ_ATTR_CHECK(_info, attr);		\
									\
	if (_missing)							\
		GENL_SET_ERR_MSG(_info, msg);				\
	_missing;							\
})

#define HIP_POLICY_ADDR		NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr))

/*
 * A HIT from an attribute: an address that is none is refused with a message.
 * Return: 0, -ENOENT if it was not given, or -EINVAL.
 */
int hip_netlink_hit(struct nlattr **attrs, int type, struct in6_addr *hit,
		    struct netlink_ext_ack *extack);

/*
 * The HITs of an association; @local is NULL if it was not given.
 * Return: 0 or an error.
 */
int hip_netlink_hits(struct genl_info *info, struct hip_hits *hits,
		     const struct in6_addr **local);

/* --- request.c: flow bindings ------------------------------------------- */

extern const struct nla_policy hip_policy_binding[HIP_A_BINDING_LOCATORS + 1];
/* Key of DEL, filter of GET. */
extern const struct nla_policy
hip_policy_binding_key[HIP_A_BINDING_PEER_HIT + 1];

int hip_netlink_binding_new(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_binding_set(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_binding_del(struct sk_buff *skb, struct genl_info *info);

/* --- exchange_request.c: base exchanges ---------------------------------- */

/* An association with whoever is at an address. */
int hip_netlink_assoc_ask(struct genl_info *info);
/* HIP_CIPHERs of @info to @config. */
int hip_netlink_hip_ciphers(struct genl_info *info, struct hip_config *config);

/* --- registration_request.c: services and registrations ------------------ */

extern const struct nla_policy hip_policy_server[HIP_A_SERVER_HITS + 1];
extern const struct nla_policy
hip_policy_registration[HIP_A_REGISTRATION_LIFETIME + 1];
extern const struct nla_policy
hip_policy_registration_key[HIP_A_REGISTRATION_PEER_HIT + 1];

int hip_netlink_server_get(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_server_set(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_registration_new(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_registration_del(struct sk_buff *skb, struct genl_info *info);

/* --- get.c: one object ------------------------------------------------- */

int hip_netlink_identity_get(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_peer_get(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_assoc_get(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_stats_get(struct sk_buff *skb, struct genl_info *info);
int hip_netlink_config_get(struct sk_buff *skb, struct genl_info *info);

/* --- dump.c: all objects of a kind --------------------------------------- */

int hip_netlink_identity_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hip_netlink_peer_start(struct netlink_callback *cb);
int hip_netlink_peer_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hip_netlink_peer_done(struct netlink_callback *cb);
int hip_netlink_assoc_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hip_netlink_path_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hip_netlink_binding_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hip_netlink_locator_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hip_netlink_registration_dump(struct sk_buff *skb,
				  struct netlink_callback *cb);

/* --- fill.c: objects as attributes, shared by dumps and events ----------- */

/* Return: 0 or -EMSGSIZE. */
int hip_fill_identity(struct sk_buff *skb, const struct hip_identity *id);
int hip_fill_peer(struct sk_buff *skb, const struct hip_peer *peer);
int hip_fill_assoc(struct sk_buff *skb, struct hip_assoc *assoc);
int hip_fill_path(struct sk_buff *skb, const struct hip_path *path);
int hip_fill_binding(struct sk_buff *skb, const struct hip_binding *b,
		     const struct hip_path *path);
int hip_fill_registration(struct sk_buff *skb,
			  const struct hip_registration *reg);
int hip_fill_registered(struct sk_buff *skb, const struct hip_assoc *assoc,
			u8 state);
int hip_fill_flow(struct sk_buff *skb, const struct hip_assoc *assoc,
		  const struct hip_flow *flow, const struct hip_path *path);

#endif /* _NET_HIP_NETLINK_H */
