// SPDX-License-Identifier: GPL-2.0-only
/*
 * Routes of what comes in, which is for us: they are kept, so that the next packet need
 * not look its own up. As the kernel does for packets that have a socket
 * (ip_early_demux), and as these have an SA.
 *
 * That of a packet by hip0 is kept per CPU. It is learned in LOCAL_IN, when the packet
 * has been let in, and is for our HIT. That of the ESP packets in which it comes is
 * kept with their path: between its addresses, by one link, to its SPI. It is learned
 * from what was decrypted.
 *
 * They are taken last in PRE_ROUTING, once nobody has routed the packet otherwise.
 * Rules of the user's and routes by source may tell packets for one address apart:
 * then they are not used.
 */
#include <net/dst_cache.h>
#include <net/dst_metadata.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/route.h>

#include "device.h"
#include "path.h"

/* --- by hip0 ------------------------------------------------------------ */

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

static void hip_route_inner(struct hip_net *hn, struct sk_buff *skb)
{
	struct dst_entry *dst;
	struct in6_addr daddr;

	if (!hip_route_by_address(hn->net))
		return;
	dst = dst_cache_get_ip6(&hn->local_route, &daddr);
	if (!dst)
		return;
	if (ipv6_addr_equal(&daddr, &ipv6_hdr(skb)->daddr))
		skb_dst_set(skb, dst);
	else
		dst_release(dst);
}

/* --- by ESP ------------------------------------------------------------- */

static bool hip_route_v4_by_address(struct net *net)
{
#ifdef CONFIG_IP_MULTIPLE_TABLES
	return !net->ipv4.fib_has_custom_rules;
#else
	return true;
#endif
}

/* What is no other packet's, too, is not worth keeping: it has a class of its own. */
static bool hip_route_is_local(const struct dst_entry *dst, u8 family)
{
	if (dst->ops->family != family)
		return false;
	if (family == AF_INET6)
		return ((const struct rt6_info *)dst)->rt6i_flags & RTF_LOCAL;
#ifdef CONFIG_IP_ROUTE_CLASSID
	if (dst->tclassid)
		return false;
#endif
	return ((const struct rtable *)dst)->rt_type == RTN_LOCAL;
}

static void hip_route_keep(struct hip_path *path, struct dst_entry *dst)
{
	dst_release(unrcu_pointer(xchg(&path->route_in, RCU_INITIALIZER(dst))));
}

void hip_route_forget(struct hip_path *path)
{
	hip_route_keep(path, NULL);
}

void hip_route_learn_outer(struct hip_path *path, const struct sk_buff *skb)
{
	int ifindex = skb->dev->ifindex;
	struct dst_entry *dst;
	u32 cookie = 0;

	dst = skb_dst(skb);
	if (dst == rcu_access_pointer(path->route_in) &&
	    ifindex == READ_ONCE(path->route_in_ifindex))
		return;
	if (!dst || !skb_valid_dst(skb) ||
	    !hip_route_is_local(dst, hip_addr_is_v4(&path->local) ? AF_INET :
								    AF_INET6) ||
	    !dst_hold_safe(dst))
		return;
	if (dst->ops->family == AF_INET6)
		cookie = rt6_get_cookie((const struct rt6_info *)dst);
	/* With what another CPU writes meanwhile: then it does not hold good. */
	WRITE_ONCE(path->route_in_cookie, cookie);
	WRITE_ONCE(path->route_in_ifindex, ifindex);
	hip_route_keep(path, dst);
}

/* The header is of @len octets. Return: the path, with a route that may be valid. */
static struct hip_path *hip_route_path(struct hip_net *hn,
				       const struct sk_buff *skb, int len)
{
	struct hip_path *path;
	const __be32 *spi;
	__be32 room;

	/* It comes first in ESP. */
	spi = skb_header_pointer(skb, skb_network_offset(skb) + len,
				 sizeof(room), &room);
	path = spi ? hip_path_by_spi_in(hn, ntohl(*spi)) : NULL;
	if (!path || READ_ONCE(path->route_in_ifindex) != skb->dev->ifindex ||
	    !READ_ONCE(hn->net->ipv4.sysctl_ip_early_demux))
		return NULL;
	return path;
}

static void hip_route_take(struct sk_buff *skb, struct hip_path *path,
			   u8 family)
{
	struct dst_entry *dst = rcu_dereference(path->route_in);

	if (!dst || dst->ops->family != family)
		return;
	if (dst_check(dst, READ_ONCE(path->route_in_cookie)))
		skb_dst_set_noref(skb, dst);
	else
		hip_route_forget(path);
}

unsigned int hip_route_input_v4(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct hip_path *path;

	if (iph->protocol != IPPROTO_ESP || ip_is_fragment(iph) ||
	    skb_dst(skb) || skb->sk || !hip_route_v4_by_address(state->net))
		return NF_ACCEPT;
	path = hip_route_path(hip_net(state->net), skb, ip_hdrlen(skb));
	if (path && path->local.s6_addr32[3] == iph->daddr &&
	    path->peer.s6_addr32[3] == iph->saddr)
		hip_route_take(skb, path, AF_INET);
	return NF_ACCEPT;
}

static void hip_route_outer_v6(struct hip_net *hn, struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct hip_path *path;

	if (ip6h->nexthdr != IPPROTO_ESP || !hip_route_by_address(hn->net))
		return;
	path = hip_route_path(hn, skb, sizeof(*ip6h));
	if (path && ipv6_addr_equal(&path->local, &ip6h->daddr) &&
	    ipv6_addr_equal(&path->peer, &ip6h->saddr))
		hip_route_take(skb, path, AF_INET6);
}

/* --- both ----------------------------------------------------------------- */

unsigned int hip_route_input_v6(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct hip_net *hn = hip_net(state->net);

	if (skb_dst(skb) || skb->sk)
		return NF_ACCEPT;
	if (state->in == rcu_access_pointer(hn->dev))
		hip_route_inner(hn, skb);
	else
		hip_route_outer_v6(hn, skb);
	return NF_ACCEPT;
}
