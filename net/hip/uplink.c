// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of several links the administrator, or a daemon for her, wants to be
 * used: the one that has the best default route. Its addresses are preferred
 * where no binding says anything else, and if the default route changes while
 * addresses stay, peers are told and data follows.
 *
 * The kernel tells of all routes. Only default routes matter here: a router with
 * a million of others is not kept busy.
 */
#include <linux/inetdevice.h>
#include <net/fib_notifier.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>

#include "uplink.h"

static int hip_uplink_v4(struct net *net)
{
	/* Only a default route leads to the address that there is none for. */
	struct flowi4 fl4 = {};
	struct fib_result res;
	int ifindex = 0;

	rcu_read_lock();
	if (!fib_lookup(net, &fl4, &res, 0) && res.type == RTN_UNICAST)
		ifindex = FIB_RES_DEV(res)->ifindex;
	rcu_read_unlock();
	return ifindex;
}

static int hip_uplink_v6(struct net *net)
{
	struct dst_entry *dst;
	struct flowi6 fl6 = {};
	int ifindex = 0;

	dst = ip6_route_output(net, NULL, &fl6);
	if (!dst->error && dst->dev && !(dst->dev->flags & IFF_LOOPBACK))
		ifindex = dst->dev->ifindex;
	dst_release(dst);
	return ifindex;
}

void hip_uplink_choose_v4(struct net *net, struct flowi4 *fl4)
{
	struct fib_result res;

	if (!fl4->flowi4_oif || !IPV4_DEVCONF_ALL(net, FORWARDING))
		return;
	/* Without a route by it, IPv4 takes the peer for a neighbour there. */
	fl4->flowi4_iif = LOOPBACK_IFINDEX;
	rcu_read_lock();
	if (fib_lookup(net, fl4, &res, 0))
		fl4->flowi4_oif = 0;
	rcu_read_unlock();
}

struct dst_entry *hip_uplink_route_v6(struct net *net, struct flowi6 *fl6)
{
	struct dst_entry *dst;

	/* With a source address IPv6 takes the interface for a wish only. */
	dst = ip6_route_output_flags(net, NULL, fl6, fl6->flowi6_oif ?
				     RT6_LOOKUP_F_IFACE : 0);
	if (!dst->error || !fl6->flowi6_oif ||
	    !READ_ONCE(net->ipv6.devconf_all->forwarding))
		return dst;
	dst_release(dst);
	fl6->flowi6_oif = 0;
	return ip6_route_output(net, NULL, fl6);
}

bool hip_uplink_look(struct hip_net *hn)
{
	int now[2] = { hip_uplink_v6(hn->net), hip_uplink_v4(hn->net) };

	ASSERT_RTNL();
	if (now[0] == hn->uplink[0] && now[1] == hn->uplink[1])
		return false;
	WRITE_ONCE(hn->uplink[0], now[0]);
	WRITE_ONCE(hn->uplink[1], now[1]);
	WRITE_ONCE(hn->uplink_gen, hn->uplink_gen + 1);
	return true;
}

const struct in6_addr *hip_uplink_first(const struct hip_net *hn,
					const struct hip_local *local,
					unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (hip_uplink_is(hn, &local[i].addr, local[i].ifindex))
			return &local[i].addr;
	return &local[0].addr;
}

static bool hip_uplink_concerns(const struct fib_notifier_info *info)
{
	if (info->family == AF_INET)
		return !container_of(info, struct fib_entry_notifier_info,
				     info)->dst_len;
	if (info->family == AF_INET6)
		return !container_of(info, struct fib6_entry_notifier_info,
				     info)->rt->fib6_dst.plen;
	return false;
}

/* Atomic context. */
static int hip_uplink_event(struct notifier_block *nb, unsigned long event,
			    void *ptr)
{
	struct hip_net *hn = container_of(nb, struct hip_net, uplink_nb);

	switch (event) {
	case FIB_EVENT_ENTRY_REPLACE:
	case FIB_EVENT_ENTRY_APPEND:
	case FIB_EVENT_ENTRY_ADD:
	case FIB_EVENT_ENTRY_DEL:
		if (hip_uplink_concerns(ptr))
			hip_locator_refresh(hn);
		break;
	}
	return NOTIFY_DONE;
}

int hip_uplink_net_init(struct hip_net *hn)
{
	hn->uplink_nb.notifier_call = hip_uplink_event;
	return register_fib_notifier(hn->net, &hn->uplink_nb, NULL, NULL);
}

void hip_uplink_net_exit(struct hip_net *hn)
{
	unregister_fib_notifier(hn->net, &hn->uplink_nb);
}
