// SPDX-License-Identifier: GPL-2.0-only
/*
 * Routes of what comes in by hip0. All of it is for a HIT of ours, and the route
 * for that is kept per CPU, so that the next packet need not look it up.
 *
 * It is taken last in PRE_ROUTING, once nobody has routed the packet otherwise,
 * and learned in LOCAL_IN, when the packet has been let in. Rules of the user's
 * and routes by source may tell packets for one HIT apart: then it is not used.
 */
#include <net/dst_cache.h>
#include <net/dst_metadata.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>

#include "device.h"

static bool hip_route_by_address(struct net *net)
{
#ifdef CONFIG_IPV6_MULTIPLE_TABLES
	if (net->ipv6.fib6_has_custom_rules)
		return false;
#endif
	return !fib6_routes_require_src(net);
}

void hip_route_learn(struct hip_net *hn, const struct sk_buff *skb)
{
	const struct in6_addr *daddr = &ipv6_hdr(skb)->daddr;
	struct dst_entry *dst = skb_dst(skb);
	const struct rt6_info *rt;

	/* One of ours has a reference. */
	if (!dst || !skb_dst_is_noref(skb) || dst->ops->family != AF_INET6 ||
	    skb->dev != rcu_access_pointer(hn->dev))
		return;
	rt = (const struct rt6_info *)dst;
	if (!(rt->rt6i_flags & RTF_LOCAL) || rt->rt6i_dst.plen != 128 ||
	    !ipv6_addr_equal(&rt->rt6i_dst.addr, daddr) || !dst_hold_safe(dst))
		return;
	/* In place of a source, of which it has no need, the destination. */
	dst_cache_set_ip6(&hn->local_route, dst, daddr);
	dst_release(dst);
}

unsigned int hip_route_input(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct hip_net *hn = hip_net(state->net);
	struct dst_entry *dst;
	struct in6_addr daddr;

	if (state->in != rcu_access_pointer(hn->dev) || skb_dst(skb) ||
	    skb->sk || !hip_route_by_address(state->net))
		return NF_ACCEPT;
	dst = dst_cache_get_ip6(&hn->local_route, &daddr);
	if (!dst)
		return NF_ACCEPT;
	if (ipv6_addr_equal(&daddr, &ipv6_hdr(skb)->daddr))
		skb_dst_set(skb, dst);
	else
		dst_release(dst);
	return NF_ACCEPT;
}
