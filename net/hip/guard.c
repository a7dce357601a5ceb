// SPDX-License-Identifier: GPL-2.0-only
/*
 * A HIT in a packet is the name of a host only if ESP carried it: what comes in
 * clear with one is dropped, and nothing with one is forwarded in clear. XFRM's
 * policies cannot say this. On input their selector's interface is that of the
 * route, which is the loopback for all that is delivered here, so one that lets
 * a host speak to itself would let everybody in; and a user may flush them.
 *
 * What ESP did carry has passed its SA, and goes on to the inbound policy of
 * its HIT pair.
 */
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip.h>
#include <net/xfrm.h>

#include "device.h"

static unsigned int hip_guard(const struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (!hip_hit_is_valid(&ip6h->saddr) && !hip_hit_is_valid(&ip6h->daddr))
		return NF_ACCEPT;
	hip_stat_inc(hip_net(state->net), HIP_STAT_DATA_RX_ERROR);
	return NF_DROP;
}

static unsigned int hip_guard_input(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	/* What ESP carried, and what a host tells itself. */
	if (secpath_exists(skb) || state->in->flags & IFF_LOOPBACK)
		return NF_ACCEPT;
	return hip_guard(skb, state);
}

static unsigned int hip_guard_forward(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	return hip_guard(skb, state);
}

/*
 * BEET gives IPv4 packets that carry IPv6 no identification, as none may be
 * fragmented. Ours may where a path has too little for IPv6's 1280, and without
 * one the fragments of two packets would be taken for one.
 */
static unsigned int hip_guard_ident(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct iphdr *iph = ip_hdr(skb);

	if (skb->ignore_df && iph->protocol == IPPROTO_ESP && !iph->id) {
		__ip_select_ident(state->net, iph, 1);
		ip_send_check(iph);
	}
	return NF_ACCEPT;
}

static const struct nf_hook_ops hip_guard_ops[] = {
	{
		.hook		= hip_guard_ident,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_FIRST,
	}, {
		.hook		= hip_guard_input,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP6_PRI_FIRST,
	}, {
		.hook		= hip_guard_forward,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP6_PRI_FIRST,
	},
};

int hip_guard_net_init(struct hip_net *hn)
{
	return nf_register_net_hooks(hn->net, hip_guard_ops,
				     ARRAY_SIZE(hip_guard_ops));
}

void hip_guard_net_exit(struct hip_net *hn)
{
	nf_unregister_net_hooks(hn->net, hip_guard_ops,
				ARRAY_SIZE(hip_guard_ops));
}
