// SPDX-License-Identifier: GPL-2.0-only
/*
 * What hip0 sends comes back: packets to receive, by any number of SAs. Both SAs
 * of an association have the same key and SPI here (bench.c), so what left by one
 * is good for the other once the addresses are changed round; BEET makes the inner
 * addresses from the SA. What arrives is taken before a socket is looked for.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv6.h>

#include "../../../net/hip/netns.h"
#include "reflect.h"

static struct net_device *reflect_dev;
static struct sk_buff *reflect_left;
static unsigned int reflect_arrived;

/* Softirqs are off between this and who asked for the packet. */
static int reflect_tap(struct sk_buff *skb, struct net_device *dev,
		       struct packet_type *pt, struct net_device *orig_dev)
{
	if (skb->pkt_type == PACKET_OUTGOING && !reflect_left &&
	    skb->protocol == htons(ETH_P_IP) &&
	    ip_hdr(skb)->protocol == IPPROTO_ESP)
		reflect_left = skb;
	else
		consume_skb(skb);
	return 0;
}

static struct packet_type reflect_type = {
	.type = htons(ETH_P_ALL),
	.func = reflect_tap,
};

static unsigned int reflect_arrival(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	if (state->in != rcu_access_pointer(hip_net(state->net)->dev) ||
	    ipv6_hdr(skb)->nexthdr != IPPROTO_UDP)
		return NF_ACCEPT;
	reflect_arrived++;
	return NF_DROP;
}

static const struct nf_hook_ops reflect_ops = {
	.hook		= reflect_arrival,
	.pf		= NFPROTO_IPV6,
	.hooknum	= NF_INET_LOCAL_IN,
	.priority	= NF_IP6_PRI_LAST,
};

int bench_reflect_begin(struct net_device *dev)
{
	int err;

	err = nf_register_net_hook(dev_net(dev), &reflect_ops);
	if (err)
		return err;
	reflect_arrived = 0;
	reflect_dev = dev;
	reflect_type.dev = dev;
	dev_add_pack(&reflect_type);
	return 0;
}

unsigned int bench_reflect_end(void)
{
	dev_remove_pack(&reflect_type);
	nf_unregister_net_hook(dev_net(reflect_dev), &reflect_ops);
	return reflect_arrived;
}

struct sk_buff *bench_reflect(struct sk_buff *skb)
{
	struct sk_buff *left, *back = NULL;
	unsigned int len;
	struct iphdr *iph;

	local_bh_disable();
	dev_queue_xmit(skb);
	left = reflect_left;
	reflect_left = NULL;
	local_bh_enable();
	if (!left)
		return NULL;
	len = left->len - skb_network_offset(left);
	back = netdev_alloc_skb(reflect_dev, ETH_HLEN + len);
	if (back) {
		skb_reserve(back, ETH_HLEN);
		skb_copy_bits(left, skb_network_offset(left), skb_put(back, len),
			      len);
		iph = (struct iphdr *)back->data;
		swap(iph->saddr, iph->daddr);
		skb_push(back, ETH_HLEN);
		skb_reset_mac_header(back);
		skb_pull_inline(back, ETH_HLEN);
		back->protocol = htons(ETH_P_IP);
		back->pkt_type = PACKET_HOST;
	}
	kfree_skb(left);
	return back;
}
