/* SPDX-License-Identifier: GPL-2.0-only */
/* Uplink: the interface that the default route of a family goes by. */
#ifndef _NET_HIP_UPLINK_H
#define _NET_HIP_UPLINK_H

#include <net/flow.h>

#include "locator.h"

struct hip_path;

/* Changes of the default route are a reason for hip_locator_refresh(). */
int hip_uplink_net_init(struct hip_net *hn);
void hip_uplink_net_exit(struct hip_net *hn);

/* Look again. Under RTNL. Return: it is another one than before. */
bool hip_uplink_look(struct hip_net *hn);

/* Is @ifindex, 0 for none, that of the addresses of this family? */
static inline bool hip_uplink_is(const struct hip_net *hn,
				 const struct in6_addr *addr, int ifindex)
{
	return ifindex &&
	       ifindex == READ_ONCE(hn->uplink[hip_addr_is_v4(addr)]);
}

/* Of @n > 0 locators, the one to be preferred. */
const struct in6_addr *hip_uplink_first(const struct hip_net *hn,
					const struct hip_local *local,
					unsigned int n);

/*
 * A route by the interface that has our address; a router may use any that leads
 * there, as all of its addresses are reached by all of its links. For IPv4 @fl4 is
 * made ready; for IPv6 a referenced route is returned, maybe with ->error.
 */
void hip_uplink_choose_v4(struct net *net, struct flowi4 *fl4);
struct dst_entry *hip_uplink_route_v6(struct net *net, struct flowi6 *fl6);

#endif /* _NET_HIP_UPLINK_H */
