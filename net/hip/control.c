// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control packets to IP. They go beside XFRM (RFC 7402 section 6: HIP bypasses
 * ESP): no policy is looked up for protocol 139.
 */
#include <linux/icmpv6.h>
#include <linux/skbuff.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "input.h"
#include "locator.h"
#include "uplink.h"

/* Room for the link's header and what tunnels may add. */
#define HIP_CONTROL_HEADROOM	(LL_MAX_HEADER + sizeof(struct ipv6hdr) + 16)

static struct rtable *hip_control_route_v4(struct hip_net *hn, __be32 saddr,
					   __be32 daddr, int ifindex,
					   struct flowi4 *fl4)
{
	/* flowi4_proto stays 0: with it the look-up would ask XFRM. */
	memset(fl4, 0, sizeof(*fl4));
	fl4->saddr = saddr;
	fl4->daddr = daddr;
	fl4->flowi4_oif = ifindex;
	hip_uplink_choose_v4(hn->net, fl4);
	return ip_route_output_key(hn->net, fl4);
}

static struct dst_entry *hip_control_route_v6(struct hip_net *hn,
					      const struct in6_addr *saddr,
					      const struct in6_addr *daddr,
					      int ifindex, struct flowi6 *fl6)
{
	struct dst_entry *dst;
	int err = 0;

	memset(fl6, 0, sizeof(*fl6));
	if (saddr)
		fl6->saddr = *saddr;
	fl6->daddr = *daddr;
	fl6->flowi6_oif = ifindex;
	fl6->flowi6_proto = HIP_PROTO;
	dst = hip_uplink_route_v6(hn->net, fl6);
	if (dst->error)
		err = dst->error;
	else if (ipv6_addr_any(&fl6->saddr))
		err = ipv6_dev_get_saddr(hn->net, dst->dev, daddr, 0,
					 &fl6->saddr);
	/* Where the interface has no fitting address, one of hip0 may be. */
	if (!err && hip_hit_is_valid(&fl6->saddr))
		err = -EADDRNOTAVAIL;
	if (err) {
		dst_release(dst);
		return ERR_PTR(err);
	}
	return dst;
}

/* The skb's data is the packet, its checksum zero; consumes @skb and @rt. */
static void hip_control_xmit_v4(struct sk_buff *skb, struct rtable *rt,
				__be32 saddr, __be32 daddr)
{
	struct hip_hdr *hdr = (struct hip_hdr *)skb->data;

	hdr->checksum = hip_packet_checksum_v4(hdr, skb->len, saddr, daddr);
	skb->protocol = htons(ETH_P_IP);
	iptunnel_xmit(NULL, rt, skb, saddr, daddr, HIP_PROTO, 0,
		      ip4_dst_hoplimit(&rt->dst), 0, false);
}

/*
 * No path is believed to have less than Linux takes for the least path MTU
 * (ip_rt_min_pmtu). A packet that fits is not to be fragmented, and has no need of
 * an identification (RFC 6864), which costs a keyed hash.
 */
#define HIP_CONTROL_WHOLE	552U

/* The same with the route set. Checksum and length of IPv4 are left to IP. */
static int hip_control_forward_v4(struct hip_net *hn, struct sk_buff *skb,
				  const struct dst_entry *dst, __be32 saddr,
				  __be32 daddr)
{
	struct hip_hdr *hdr = (struct hip_hdr *)skb->data;
	struct iphdr *iph;
	int err;

	hdr->checksum = hip_packet_checksum_v4(hdr, skb->len, saddr, daddr);
	skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph = ip_hdr(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = 0;
	iph->id = 0;
	iph->frag_off = htons(IP_DF);
	iph->ttl = ip4_dst_hoplimit(dst);
	iph->protocol = HIP_PROTO;
	iph->saddr = saddr;
	iph->daddr = daddr;
	if (skb->len > min(dst->dev->mtu, HIP_CONTROL_WHOLE)) {
		iph->frag_off = 0;
		__ip_select_ident(hn->net, iph, 1);
	}
	skb->protocol = htons(ETH_P_IP);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	err = ip_local_out(hn->net, NULL, skb);
	return net_xmit_eval(err);
}

/* The same for IPv6. */
static int hip_control_forward_v6(struct hip_net *hn, struct sk_buff *skb,
				  struct dst_entry *dst,
				  const struct in6_addr *saddr,
				  const struct in6_addr *daddr)
{
	struct hip_hdr *hdr = (struct hip_hdr *)skb->data;
	struct ipv6hdr *ip6h;
	int err;

	hdr->checksum = hip_packet_checksum_v6(hdr, skb->len, saddr, daddr);
	skb_push(skb, sizeof(*ip6h));
	skb_reset_network_header(skb);
	ip6h = ipv6_hdr(skb);
	ip6_flow_hdr(ip6h, 0, 0);
	ip6h->payload_len = htons(skb->len - sizeof(*ip6h));
	ip6h->nexthdr = HIP_PROTO;
	ip6h->hop_limit = ip6_dst_hoplimit(dst);
	ip6h->saddr = *saddr;
	ip6h->daddr = *daddr;
	skb->protocol = htons(ETH_P_IPV6);
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	err = ip6_local_out(hn->net, NULL, skb);
	return net_xmit_eval(err);
}

/* The skb's data is the packet, its checksum zero; consumes @skb and @dst. */
static int hip_control_xmit_v6(struct hip_net *hn, struct sk_buff *skb,
			       struct dst_entry *dst,
			       const struct in6_addr *saddr,
			       const struct in6_addr *daddr)
{
	skb_dst_set(skb, dst);
	return hip_control_forward_v6(hn, skb, dst, saddr, daddr);
}

static int hip_control_send_v4(struct hip_net *hn, struct sk_buff *skb,
			       __be32 saddr, __be32 daddr, int ifindex)
{
	struct flowi4 fl4;
	struct rtable *rt;

	rt = hip_control_route_v4(hn, saddr, daddr, ifindex, &fl4);
	if (IS_ERR(rt)) {
		kfree_skb(skb);
		return PTR_ERR(rt);
	}
	hip_control_xmit_v4(skb, rt, fl4.saddr, daddr);
	return 0;
}

static int hip_control_send_v6(struct hip_net *hn, struct sk_buff *skb,
			       const struct in6_addr *saddr,
			       const struct in6_addr *daddr, int ifindex)
{
	struct dst_entry *dst;
	struct flowi6 fl6;

	dst = hip_control_route_v6(hn, saddr, daddr, ifindex, &fl6);
	if (IS_ERR(dst)) {
		kfree_skb(skb);
		return PTR_ERR(dst);
	}
	return hip_control_xmit_v6(hn, skb, dst, &fl6.saddr, daddr);
}

int hip_control_send(struct hip_net *hn, const void *packet, unsigned int len,
		     const struct in6_addr *src, const struct in6_addr *dst,
		     int ifindex)
{
	bool v4 = hip_addr_is_v4(dst);
	struct sk_buff *skb;

	if (src && ipv6_addr_any(src))
		src = NULL;
	if (src && hip_addr_is_v4(src) != v4)
		return -EAFNOSUPPORT;
	skb = alloc_skb(HIP_CONTROL_HEADROOM + len, GFP_ATOMIC);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, HIP_CONTROL_HEADROOM);
	skb_put_data(skb, packet, len);
	((struct hip_hdr *)skb->data)->checksum = 0;
	skb_reset_transport_header(skb);
	/* Longer than the MTU: in fragments, not as an error. */
	skb->ignore_df = 1;
	skb->ip_summed = CHECKSUM_NONE;

	if (v4)
		return hip_control_send_v4(hn, skb, src ? src->s6_addr32[3] : 0,
					   dst->s6_addr32[3], ifindex);
	return hip_control_send_v6(hn, skb, src, dst, ifindex);
}

struct dst_entry *hip_control_route(struct hip_net *hn,
				    const struct in6_addr *src,
				    const struct in6_addr *dst, int ifindex)
{
	struct flowi4 fl4;
	struct flowi6 fl6;
	struct rtable *rt;

	if (!hip_addr_is_v4(dst))
		return hip_control_route_v6(hn, src, dst, ifindex, &fl6);
	rt = hip_control_route_v4(hn, src->s6_addr32[3], dst->s6_addr32[3],
				  ifindex, &fl4);
	return IS_ERR(rt) ? ERR_CAST(rt) : &rt->dst;
}

/* As what IP forwards: who queues it for longer than RCU lasts takes a reference. */
int hip_control_forward(struct hip_net *hn, struct sk_buff *skb,
			struct dst_entry *route, const struct in6_addr *src,
			const struct in6_addr *dst)
{
	if (skb_cow_head(skb, LL_RESERVED_SPACE(route->dev) +
			      sizeof(struct ipv6hdr))) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	/* What it was on its way here says nothing of its way on. */
	skb_orphan(skb);
	skb_clear_tstamp(skb);
	skb->mark = 0;
	skb->priority = 0;
	skb->ip_summed = CHECKSUM_NONE;
	skb_reset_transport_header(skb);
	skb_clear_hash(skb);
	skb_scrub_packet(skb, false);
	skb->ignore_df = 1;
	skb_dst_set_noref(skb, route);
	if (!hip_addr_is_v4(dst))
		return hip_control_forward_v6(hn, skb, route, src, dst);
	return hip_control_forward_v4(hn, skb, route, src->s6_addr32[3],
				      dst->s6_addr32[3]);
}

int hip_control_source(struct hip_net *hn, const struct in6_addr *dst,
		       int ifindex, struct in6_addr *src, int *out_ifindex)
{
	struct flowi4 fl4;
	struct flowi6 fl6;
	struct rtable *rt;
	struct dst_entry *d;

	if (hip_addr_is_v4(dst)) {
		rt = hip_control_route_v4(hn, 0, dst->s6_addr32[3], ifindex,
					  &fl4);
		if (IS_ERR(rt))
			return PTR_ERR(rt);
		ipv6_addr_set_v4mapped(fl4.saddr, src);
		d = &rt->dst;
	} else {
		d = hip_control_route_v6(hn, NULL, dst, ifindex, &fl6);
		if (IS_ERR(d))
			return PTR_ERR(d);
		*src = fl6.saddr;
	}
	*out_ifindex = d->dev->ifindex;
	dst_release(d);
	return 0;
}
