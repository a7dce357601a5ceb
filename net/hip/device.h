/* SPDX-License-Identifier: GPL-2.0-only */
/* hip0: the virtual network device to which HITs are routed. */
#ifndef _NET_HIP_DEVICE_H
#define _NET_HIP_DEVICE_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/dst.h>

#include "assoc.h"
#include "netns.h"

/* For what goes before a packet; hip_output_headroom(). */
#define HIP_DEVICE_MAX_HEADROOM	512

/* What is about one side of hip0 is no business of the other. */
static inline void hip_device_scrub(struct sk_buff *skb)
{
	skb->pkt_type = PACKET_HOST;
	skb->skb_iif = 0;
	skb->ignore_df = 0;
	skb_clear_tstamp(skb);
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	nf_reset_trace(skb);
}

/* Large packets are many on the wire. */
static inline unsigned int hip_device_packets(const struct sk_buff *skb)
{
	return skb_is_gso(skb) ? skb_shinfo(skb)->gso_segs : 1;
}

int hip_device_init(void);
void hip_device_exit(void);

/* guard.c: HITs in clear are dropped */
int hip_guard_net_init(struct hip_net *hn);
void hip_guard_net_exit(struct hip_net *hn);
/*
 * Hooks in IPv4 that are not registered until they are needed: outer packets will be
 * fragmented; a path receives by it.
 */
enum hip_guard_hook {
	HIP_GUARD_IDENT,
	HIP_GUARD_ROUTE,
};

/* Any context. */
void hip_guard_need(struct hip_net *hn, enum hip_guard_hook hook);

/* route.c: routes of what comes in are looked up once */
unsigned int hip_route_input_v4(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
unsigned int hip_route_input_v6(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
/* @skb came by our ESP and was let in. Softirq, under RCU. */
void hip_route_learn(struct hip_net *hn, const struct sk_buff *skb);

/* receive.c: @skb came by ESP and was let in. Softirq, under RCU. */
void hip_receive_count(struct hip_net *hn, const struct sk_buff *skb);

/* output.c */
netdev_tx_t hip_output_xmit(struct sk_buff *skb, struct net_device *dev);
/* Send what waited for the base exchange; process context. */
void hip_output_flush_queue(struct hip_assoc *assoc);
/* Tell the senders that the peer cannot be reached, and drop. */
void hip_output_drop_queue(struct hip_assoc *assoc);
/* What a packet has of a flow; safe on any packet. Return: false if not IPv6 */
bool hip_output_flow_key(struct hip_net *hn, const struct sk_buff *skb,
			 struct hip_flow_key *key);

#endif /* _NET_HIP_DEVICE_H */
