/* SPDX-License-Identifier: GPL-2.0-only */
/* Control packets to and from IP (protocol 139). */
#ifndef _NET_HIP_INPUT_H
#define _NET_HIP_INPUT_H

#include "netns.h"
#include "packet.h"

/* Kept in skb->cb of a control packet: where it came from. */
struct hip_skb_cb {
	struct in6_addr	src;		/* IPv4 is v4-mapped */
	struct in6_addr	dst;
	int		ifindex;
	bool		unknown;	/* ours, quoted: the peer knows us not */
};

#define HIP_SKB_CB(skb) ((struct hip_skb_cb *)((skb)->cb))

int hip_input_init(void);
void hip_input_exit(void);

/* --- control.c: to IP ------------------------------------------------- */

/**
 * hip_control_send - send a control packet
 * @hn: namespace
 * @packet: header and parameters, made by the builder; the checksum is
 *	computed for the addresses in a copy
 * @len: octets
 * @src: our address, or NULL / any: by route
 * @dst: where to
 * @ifindex: interface, 0: by route
 *
 * Any context. Return: 0 or an error (no route ...).
 */
int hip_control_send(struct hip_net *hn, const void *packet, unsigned int len,
		     const struct in6_addr *src, const struct in6_addr *dst,
		     int ifindex);
/* The route that a packet from @src would take. With a reference, or ERR_PTR. */
struct dst_entry *hip_control_route(struct hip_net *hn,
				    const struct in6_addr *src,
				    const struct in6_addr *dst, int ifindex);
/**
 * hip_control_forward - send on a packet that was received
 * @hn: namespace
 * @skb: its data is the packet as it is to go, but for the checksum, which is
 *	zero; linear and of nobody else's; consumed
 * @route: from hip_control_route() for the same addresses; still the caller's
 * @src: our address
 * @dst: where to
 *
 * Softirq, under RCU for as long as @route is known to be held. Return: 0 or an
 * error.
 */
int hip_control_forward(struct hip_net *hn, struct sk_buff *skb,
			struct dst_entry *route, const struct in6_addr *src,
			const struct in6_addr *dst);
/* The source address that the route to @dst has, and its interface. */
int hip_control_source(struct hip_net *hn, const struct in6_addr *dst,
		       int ifindex, struct in6_addr *src, int *out_ifindex);

#endif /* _NET_HIP_INPUT_H */
