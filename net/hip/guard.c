// SPDX-License-Identifier: GPL-2.0-only
/*
 * A HIT in a packet is the name of a host only if our ESP carried it: what comes
 * in clear with one, or by somebody else's SA, is dropped, and nothing with one
 * is sent or forwarded in clear. XFRM's policies cannot say this. On input their
 * selector's interface is that of the route, which is the loopback for all that
 * is delivered here, so one that lets a host speak to itself would let everybody
 * in; and a user may flush them.
 *
 * So hip0 needs no policy to tell what our ESP did carry (device.c); where the HIT
 * is an address of another device, it goes on to our inbound policy.
 */
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip.h>
#include <net/xfrm.h>

#include "device.h"
#include "identity.h"
#include "path.h"

static bool hip_guard_has_hit(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	return hip_hit_is_valid(&ip6h->saddr) || hip_hit_is_valid(&ip6h->daddr);
}

static unsigned int hip_guard_drop(struct hip_net *hn, enum hip_stat stat)
{
	hip_stat_inc(hn, stat);
	return NF_DROP;
}

/* Hooks run under RCU. */
static unsigned int hip_guard_input(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct hip_net *hn = hip_net(state->net);
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (!hip_guard_has_hit(skb))
		return NF_ACCEPT;
	if (hip_sa_carried(skb)) {
		hip_receive_count(hn, skb);
		hip_route_learn(hn, skb);
		return NF_ACCEPT;
	}
	/* What a host tells itself, in its own name. */
	if (state->in->flags & IFF_LOOPBACK &&
	    (!hip_hit_is_valid(&ip6h->saddr) ||
	     hip_identity_lookup(hn, &ip6h->saddr)))
		return NF_ACCEPT;
	return hip_guard_drop(hn, HIP_STAT_DATA_RX_ERROR);
}

static unsigned int hip_guard_forward(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	if (!hip_guard_has_hit(skb))
		return NF_ACCEPT;
	return hip_guard_drop(hip_net(state->net), HIP_STAT_DATA_RX_ERROR);
}

/* A socket that is bound to another device, a rule, a route of the user's. */
static unsigned int hip_guard_output(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	struct hip_net *hn = hip_net(state->net);

	if (!hip_guard_has_hit(skb) || state->out->flags & IFF_LOOPBACK ||
	    state->out == rcu_access_pointer(hn->dev))
		return NF_ACCEPT;
	return hip_guard_drop(hn, HIP_STAT_DATA_TX_ERROR);
}

/*
 * BEET gives IPv4 packets that carry IPv6 no identification, as none may be
 * fragmented. Ours may where a path has too little for IPv6's 1280, and without
 * one the fragments of two packets would be taken for one. Few hosts have such a
 * path: the others' IPv4 is not to pay for it.
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

static const struct nf_hook_ops hip_guard_v4_ops[] = {
	[HIP_GUARD_IDENT] = {
		.hook		= hip_guard_ident,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_FIRST,
	},
	[HIP_GUARD_ROUTE] = {
		.hook		= hip_route_input_v4,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_LAST,
	},
};

static void hip_guard_work(struct work_struct *work)
{
	struct hip_net *hn = container_of(work, struct hip_net, guard_work);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hip_guard_v4_ops); i++) {
		if (!test_bit(i, &hn->hooks_needed) ||
		    test_bit(i, &hn->hooks))
			continue;
		if (!nf_register_net_hook(hn->net, &hip_guard_v4_ops[i]))
			set_bit(i, &hn->hooks);
		else
			clear_bit(i, &hn->hooks_needed);
	}
}

void hip_guard_need(struct hip_net *hn, enum hip_guard_hook hook)
{
	if (!test_bit(hook, &hn->hooks_needed) &&
	    !test_and_set_bit(hook, &hn->hooks_needed))
		queue_work(hn->wq, &hn->guard_work);
}

static const struct nf_hook_ops hip_guard_ops[] = {
	{
		.hook		= hip_route_input_v6,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_LAST,
	}, {
		.hook		= hip_guard_output,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP6_PRI_LAST,
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
	INIT_WORK(&hn->guard_work, hip_guard_work);
	return nf_register_net_hooks(hn->net, hip_guard_ops,
				     ARRAY_SIZE(hip_guard_ops));
}

void hip_guard_net_exit(struct hip_net *hn)
{
	unsigned int i;

	cancel_work_sync(&hn->guard_work);
	for_each_set_bit(i, &hn->hooks, ARRAY_SIZE(hip_guard_v4_ops))
		nf_unregister_net_hook(hn->net, &hip_guard_v4_ops[i]);
	nf_unregister_net_hooks(hn->net, hip_guard_ops,
				ARRAY_SIZE(hip_guard_ops));
}
