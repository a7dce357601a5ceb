// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control packets from IP, in softirq. Everything that can be told of a packet
 * without sleeping is told here: lengths, version, checksum, order of the
 * parameters, HITs, puzzle and MAC. I1s are answered from here; what remains
 * goes to the association's work. No memory is taken before an I2 has shown
 * that its puzzle is solved.
 */
#include <linux/icmpv6.h>
#include <linux/skbuff.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/protocol.h>

#include "assoc.h"
#include "exchange.h"
#include "identity.h"
#include "input.h"
#include "jump.h"
#include "locator.h"
#include "opportunistic.h"
#include "rendezvous.h"

static enum hip_stat hip_input_drop_stat(int err)
{
	switch (err) {
	case -EMSGSIZE:
		return HIP_STAT_DROP_TRUNCATED;
	case -ENOMSG:
		return HIP_STAT_DROP_TYPE;
	case -EBADMSG:
		return HIP_STAT_DROP_ORDER;
	case -EPROTONOSUPPORT:
		return HIP_STAT_DROP_CRITICAL;
	default:
		return HIP_STAT_DROP_MALFORMED;
	}
}

static enum hip_stat hip_input_rx_stat(u8 type)
{
	switch (type) {
	case HIP_I1:
		return HIP_STAT_RX_I1;
	case HIP_R1:
		return HIP_STAT_RX_R1;
	case HIP_I2:
		return HIP_STAT_RX_I2;
	case HIP_R2:
		return HIP_STAT_RX_R2;
	case HIP_UPDATE:
		return HIP_STAT_RX_UPDATE;
	case HIP_NOTIFY:
		return HIP_STAT_RX_NOTIFY;
	case HIP_CLOSE:
		return HIP_STAT_RX_CLOSE;
	default:
		return HIP_STAT_RX_CLOSE_ACK;
	}
}

/*
 * May it reach the association's work? Under RCU. Anybody can send what has no
 * MAC: an R1 and an R2 have to be waited for, and a NOTIFY, which costs hipflowd
 * a verification (it is signed only, RFC 7401 section 5.3.6), comes by drops.
 */
static enum hip_stat hip_input_check(struct hip_net *hn,
				     struct hip_assoc *assoc,
				     const struct hip_packet *p,
				     const struct hip_skb_cb *cb)
{
	struct hip_macs *macs = rcu_dereference(assoc->macs);
	u8 state = READ_ONCE(assoc->state);
	u8 type = hip_hdr_type(p->hdr);

	if ((type == HIP_R1 && state != HIP_STATE_I1_SENT &&
	     state != HIP_STATE_I2_SENT) ||
	    (type == HIP_R2 && state != HIP_STATE_I2_SENT))
		return HIP_STAT_DROP_STATE;
	if (type == HIP_NOTIFY &&
	    !hip_limit_ok(&hn->notify_rx_limit, HIP_NOTIFY_PER_SECOND))
		return HIP_STAT_DROP_LIMIT;
	if (hip_packet_has_mac(p) &&
	    (!macs || hip_packet_check_mac(p, macs->in)))
		return HIP_STAT_DROP_MAC;
	return hip_jump_check(hn, p, cb);
}

/* Of one with an unknown critical parameter the cause is counted already. */
static void hip_input_count_drop(struct hip_net *hn, const struct hip_packet *p,
				 enum hip_stat drop)
{
	if (!p->error_param)
		hip_stat_inc(hn, drop);
}

/* For an I2: the association, made if there is room for one. */
static struct hip_assoc *hip_input_i2_assoc(struct hip_net *hn,
					    const struct hip_packet *p)
{
	struct hip_assoc *assoc;

	assoc = hip_assoc_get(hn, &p->hdr->receiver, &p->hdr->sender);
	if (assoc)
		return assoc;
	if (atomic_read(&hn->half_open) >= HIP_MAX_HALF_OPEN ||
	    atomic_read(&hn->assocs.nelems) >= HIP_MAX_ASSOCS) {
		hip_input_count_drop(hn, p, HIP_STAT_DROP_LIMIT);
		return NULL;
	}
	assoc = hip_assoc_get_or_new(hn, &p->hdr->receiver, &p->hdr->sender,
				     true);
	return IS_ERR(assoc) ? NULL : assoc;
}

/*
 * The peer believes in an association that we do not have (we started anew): it
 * is told of the first HIT that does not match, the sender's (RFC 7401 section
 * 5.4.4). ICMP limits the rate.
 */
static void hip_input_tell_unknown(struct sk_buff *skb,
				   const struct hip_packet *p)
{
	unsigned int at = skb_network_header_len(skb) +
			  offsetof(struct hip_hdr, sender);

	if (!hip_packet_has_mac(p))
		return;
	if (skb->protocol == htons(ETH_P_IP))
		icmp_send(skb, ICMP_PARAMETERPROB, 0, htonl(at << 24));
	else
		icmpv6_send(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, at);
}

/* Another version of HIP (RFC 7401 section 5.4.1). ICMP limits the rate. */
static void hip_input_tell_version(struct sk_buff *skb)
{
	unsigned int at = skb_network_header_len(skb) +
			  offsetof(struct hip_hdr, version);

	if (skb->protocol == htons(ETH_P_IP))
		icmp_send(skb, ICMP_PARAMETERPROB, 0, htonl(at << 24));
	else
		icmpv6_send(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, at);
}

/*
 * A puzzle of ours that is not solved (section 5.4.3). In an ICMPv4 error there
 * is no room for as much of an I2.
 */
static void hip_input_tell_unsolved(struct sk_buff *skb,
				    const struct hip_packet *p)
{
	const struct hip_param *param;
	const struct hip_solution *solution;
	unsigned int at;

	param = hip_packet_param(p, HIP_PARAM_SOLUTION);
	if (skb->protocol == htons(ETH_P_IP) || !param)
		return;
	solution = (const struct hip_solution *)param->data;
	at = solution->ij + (param->len - sizeof(*solution)) / 2 -
	     skb_network_header(skb);
	icmpv6_send(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, at);
}

/*
 * With an unknown critical parameter nothing is done, but who sent it is told
 * (section 5.2.19), if the packet can be known for what it is: it has a MAC, or
 * a puzzle was solved for it.
 */
static bool hip_input_tells_critical(const struct hip_packet *p)
{
	u8 type = hip_hdr_type(p->hdr);

	return hip_packet_has_mac(p) || type == HIP_I2 || type == HIP_R2;
}

/* An I2 before anything is kept of it. */
static bool hip_input_check_i2(struct hip_net *hn, struct sk_buff *skb,
			       const struct hip_packet *p)
{
	enum hip_stat drop = HIP_STAT_DROP_PUZZLE;
	int err;

	/* Of a suite that we do not have (section 6.9 step 3). */
	if (hip_rhash_of_suite(hip_hit_suite(&p->hdr->sender)) < 0) {
		hip_input_count_drop(hn, p, HIP_STAT_DROP_HIT);
		return false;
	}
	err = hip_exchange_check_puzzle(hn, p);
	if (!err)
		return true;
	if (err == -EBADMSG)
		hip_input_tell_unsolved(skb, p);
	else if (err == -EINVAL)
		drop = HIP_STAT_DROP_MALFORMED;
	hip_input_count_drop(hn, p, drop);
	return false;
}

/*
 * For a host that is registered with us: an I1 (RFC 8004 section 4.3.1), or an
 * UPDATE of one that does not find it any more (RFC 8046 section 3.2.3). Consumes
 * @skb if so.
 */
static bool hip_input_relay(struct hip_net *hn, struct sk_buff *skb,
			    const struct hip_packet *p,
			    const struct hip_skb_cb *cb)
{
	u8 type = hip_hdr_type(p->hdr);

	return (type == HIP_I1 || type == HIP_UPDATE) &&
	       hip_hit_is_valid(&p->hdr->sender) &&
	       hip_rendezvous_relay(hn, skb, p, cb);
}

/* An I1 to nobody is for whoever is here (section 4.1.8). */
static bool hip_input_is_for_us(struct hip_net *hn, const struct hip_hdr *hdr)
{
	if (!hip_hit_is_valid(&hdr->sender))
		return false;
	if (ipv6_addr_any(&hdr->receiver))
		return hip_hdr_type(hdr) == HIP_I1 &&
		       hip_opportunistic_identity(hn, &hdr->sender);
	return hip_identity_lookup(hn, &hdr->receiver);
}

/* With a reference: by its HITs, or who asked for an R1 of that address. */
static struct hip_assoc *hip_input_assoc(struct hip_net *hn,
					 const struct hip_packet *p,
					 const struct hip_skb_cb *cb)
{
	struct hip_assoc *assoc, *asked;

	assoc = hip_assoc_get(hn, &p->hdr->receiver, &p->hdr->sender);
	if (hip_hdr_type(p->hdr) != HIP_R1 ||
	    (assoc && (READ_ONCE(assoc->state) == HIP_STATE_I1_SENT ||
		       READ_ONCE(assoc->state) == HIP_STATE_I2_SENT)))
		return assoc;
	asked = hip_opportunistic_get(hn, &p->hdr->receiver, &cb->src);
	if (!asked)
		return assoc;
	if (assoc)
		hip_assoc_put(assoc);
	return asked;
}

/* Consumes @skb, which is linear. Under RCU. */
static void hip_input_dispatch(struct hip_net *hn, struct sk_buff *skb,
			       const struct hip_packet *p,
			       const struct hip_skb_cb *cb)
{
	const struct hip_hdr *hdr = p->hdr;
	struct hip_assoc *assoc;
	enum hip_stat drop;
	bool authentic;

	if (!hip_input_is_for_us(hn, hdr)) {
		if (hip_input_relay(hn, skb, p, cb))
			return;
		hip_input_count_drop(hn, p, HIP_STAT_DROP_HIT);
		goto drop;
	}
	if (p->error_param && !hip_input_tells_critical(p))
		goto drop;
	if (hip_hdr_type(hdr) == HIP_I1) {
		hip_exchange_rx_i1(hn, p, cb);
		consume_skb(skb);
		return;
	}
	if (hip_hdr_type(hdr) == HIP_I2) {
		if (!hip_input_check_i2(hn, skb, p))
			goto drop;
		assoc = hip_input_i2_assoc(hn, p);
	} else {
		assoc = hip_input_assoc(hn, p, cb);
		if (!assoc) {
			hip_input_count_drop(hn, p, HIP_STAT_DROP_STATE);
			hip_input_tell_unknown(skb, p);
		}
	}
	if (!assoc)
		goto drop;
	drop = hip_input_check(hn, assoc, p, cb);
	if (drop) {
		hip_input_count_drop(hn, p, drop);
		hip_assoc_put(assoc);
		goto drop;
	}
	authentic = hip_packet_has_mac(p);

	/* It outlives this softirq, and perhaps the device. */
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	skb_orphan(skb);
	skb->dev = NULL;
	/* The network layer is done with its own use of it. */
	*HIP_SKB_CB(skb) = *cb;
	hip_assoc_rx(assoc, skb, authentic);
	hip_assoc_put(assoc);
	return;
drop:
	kfree_skb(skb);
}

static bool hip_input_checksum_ok(const struct sk_buff *skb,
				  const struct hip_packet *p)
{
	if (skb->protocol == htons(ETH_P_IP))
		return !hip_packet_checksum_v4(p->hdr, p->len,
					       ip_hdr(skb)->saddr,
					       ip_hdr(skb)->daddr);
	return !hip_packet_checksum_v6(p->hdr, p->len, &ipv6_hdr(skb)->saddr,
				       &ipv6_hdr(skb)->daddr);
}

/*
 * skb->data is at the HIP header; the IP header was checked by IP, which holds RCU
 * meanwhile.
 */
static int hip_input(struct sk_buff *skb)
{
	struct hip_net *hn = hip_net(dev_net(skb->dev));
	const struct hip_hdr *hdr;
	/* The parser fills in what is read; to zero a kilobyte for each packet costs. */
	struct hip_packet p __uninitialized;
	struct hip_skb_cb cb = {};
	unsigned int len;
	int err;

	if (!pskb_may_pull(skb, sizeof(*hdr)))
		goto truncated;
	hdr = (const struct hip_hdr *)skb->data;
	/* The rest of another version may look like anything. */
	if (hdr->version >> 4 != HIP_VERSION) {
		hip_stat_inc(hn, HIP_STAT_DROP_VERSION);
		hip_input_tell_version(skb);
		goto drop;
	}
	len = (hdr->hdrlen + 1) * 8;
	if (len < sizeof(*hdr) || !pskb_may_pull(skb, len))
		goto truncated;
	/* What follows the packet is no business of ours. */
	if (pskb_trim(skb, len) || skb_linearize(skb))
		goto drop;

	err = hip_packet_parse(&p, skb->data, len);
	if (err && err != -EPROTONOSUPPORT) {
		hip_stat_inc(hn, hip_input_drop_stat(err));
		goto drop;
	}
	if (!hip_input_checksum_ok(skb, &p)) {
		hip_stat_inc(hn, HIP_STAT_DROP_CHECKSUM);
		goto drop;
	}
	__hip_stat_inc(hn, hip_input_rx_stat(hip_hdr_type(p.hdr)));
	if (err)
		hip_stat_inc(hn, hip_input_drop_stat(err));

	if (skb->protocol == htons(ETH_P_IP)) {
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, &cb.src);
		ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, &cb.dst);
	} else {
		cb.src = ipv6_hdr(skb)->saddr;
		cb.dst = ipv6_hdr(skb)->daddr;
	}
	cb.ifindex = skb->dev->ifindex;
	/* Not inside of ESP, and not to many. */
	if (!hip_addr_is_locator(&cb.src) || !hip_addr_is_locator(&cb.dst)) {
		hip_stat_inc(hn, HIP_STAT_DROP_MALFORMED);
		goto drop;
	}
	hip_input_dispatch(hn, skb, &p, &cb);
	return 0;

truncated:
	hip_stat_inc(hn, HIP_STAT_DROP_TRUNCATED);
drop:
	kfree_skb(skb);
	return 0;
}

/* --- ICMP about packets of ours ---------------------------------------- */

/*
 * "No such association", says somebody, and quotes a packet of ours at
 * @offset. With our MAC, it is one that was really sent; whether there is
 * anything to do, the association knows. Under RCU.
 */
static void hip_input_quoted(struct sk_buff *skb, unsigned int offset)
{
	struct hip_net *hn = hip_net(dev_net(skb->dev));
	const struct hip_hdr *hdr;
	struct hip_assoc *assoc;
	struct hip_macs *macs;
	struct hip_packet p;
	struct sk_buff *copy;
	unsigned int len;

	if (!pskb_may_pull(skb, offset + sizeof(*hdr)))
		return;
	hdr = (const struct hip_hdr *)(skb->data + offset);
	len = (hdr->hdrlen + 1) * 8;
	if (len < sizeof(*hdr) || !pskb_may_pull(skb, offset + len) ||
	    hip_packet_parse(&p, skb->data + offset, len) ||
	    hip_hdr_type(p.hdr) != HIP_UPDATE)
		return;
	assoc = hip_assoc_get(hn, &p.hdr->sender, &p.hdr->receiver);
	if (!assoc)
		return;
	macs = rcu_dereference(assoc->macs);
	copy = macs && !hip_packet_check_mac(&p, macs->out) ?
	       alloc_skb(len, GFP_ATOMIC) : NULL;
	if (copy) {
		skb_put_data(copy, skb->data + offset, len);
		memset(HIP_SKB_CB(copy), 0, sizeof(struct hip_skb_cb));
		HIP_SKB_CB(copy)->unknown = true;
		hip_assoc_rx(assoc, copy, true);
	}
	hip_assoc_put(assoc);
}

/* skb->data is at the header of the packet that is quoted. */
static int hip_input_err_v4(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;

	if (icmp_hdr(skb)->type == ICMP_PARAMETERPROB)
		hip_input_quoted(skb, iph->ihl * 4);
	return 0;
}

/*
 * IPv6 fragments at the source alone: an R1 or an I2 that is larger than the path
 * takes would never arrive. Who sends it again knows the path MTU then. That the
 * packet was ours is all that can be told of an R1.
 */
static void hip_input_too_big(struct sk_buff *skb, unsigned int offset,
			      __be32 mtu)
{
	struct net *net = dev_net(skb->dev);
	const struct hip_hdr *hdr;

	if (!pskb_may_pull(skb, offset + sizeof(*hdr)))
		return;
	hdr = (const struct hip_hdr *)(skb->data + offset);
	if (hip_identity_lookup(hip_net(net), &hdr->sender))
		ip6_update_pmtu(skb, net, mtu, skb->dev->ifindex, 0,
				sock_net_uid(net, NULL));
}

static int hip_input_err_v6(struct sk_buff *skb, struct inet6_skb_parm *opt,
			    u8 type, u8 code, int offset, __be32 info)
{
	if (type == ICMPV6_PKT_TOOBIG)
		hip_input_too_big(skb, offset, info);
	if (type == ICMPV6_PARAMPROB && code == ICMPV6_HDR_FIELD)
		hip_input_quoted(skb, offset);
	return 0;
}

static const struct net_protocol hip_protocol_v4 = {
	.handler	= hip_input,
	.err_handler	= hip_input_err_v4,
	.no_policy	= 1,
};

static const struct inet6_protocol hip_protocol_v6 = {
	.handler	= hip_input,
	.err_handler	= hip_input_err_v6,
	.flags		= INET6_PROTO_NOPOLICY | INET6_PROTO_FINAL,
};

int hip_input_init(void)
{
	int err;

	BUILD_BUG_ON(sizeof(struct hip_skb_cb) >
		     sizeof_field(struct sk_buff, cb));

	err = inet_add_protocol(&hip_protocol_v4, HIP_PROTO);
	if (err)
		return err;
	err = inet6_add_protocol(&hip_protocol_v6, HIP_PROTO);
	if (err)
		inet_del_protocol(&hip_protocol_v4, HIP_PROTO);
	return err;
}

void hip_input_exit(void)
{
	inet6_del_protocol(&hip_protocol_v6, HIP_PROTO);
	inet_del_protocol(&hip_protocol_v4, HIP_PROTO);
}
