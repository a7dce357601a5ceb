/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a peer is met before there is an association with it. */
#ifndef _NET_HIP_PEER_H
#define _NET_HIP_PEER_H

#include "netns.h"

#define HIP_MAX_PEERS		1000000

/* In hip_net->peers; immutable, replaced as a whole; freed by RCU. */
struct hip_peer {
	struct rhash_head	node;
	struct in6_addr		hit;
	struct rcu_head		rcu;
	unsigned int		n;
	struct in6_addr		addr[];		/* IPv4 is v4-mapped */
};

int hip_peer_net_init(struct hip_net *hn);
void hip_peer_net_exit(struct hip_net *hn);

/* Under RCU. */
struct hip_peer *hip_peer_lookup(struct hip_net *hn,
				 const struct in6_addr *hit);
int hip_peer_set(struct hip_net *hn, const struct in6_addr *hit,
		 const struct in6_addr *addr, unsigned int n,
		 struct netlink_ext_ack *extack);
int hip_peer_del(struct hip_net *hn, const struct in6_addr *hit,
		 struct netlink_ext_ack *extack);

#endif /* _NET_HIP_PEER_H */
