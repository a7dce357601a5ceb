// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data that leaves by hip0: association by HIT pair, path by flow, and the
 * path's cached XFRM bundle. What finds no association starts one and waits.
 */
#include <linux/icmpv6.h>
#include <linux/skbuff.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "device.h"
#include "headers.h"
#include "identity.h"
#include "peer.h"
#include "probe.h"
#include "uplink.h"

/* --- flow -------------------------------------------------------------- */

bool hip_output_flow_key(struct hip_net *hn, const struct sk_buff *skb,
			 struct hip_flow_key *key)
{
	const struct ipv6hdr *ip6h;
	struct ipv6hdr room;

	ip6h = skb_header_pointer(skb, skb_network_offset(skb), sizeof(room),
				  &room);
	if (!ip6h || ip6h->version != 6)
		return false;
	memset(key, 0, sizeof(*key));
	key->format = HIP_TS_FORMAT_IPV6;
	key->src = ip6h->saddr;
	key->dst = ip6h->daddr;
	key->tclass = ipv6_get_dsfield(ip6h) & ~INET_ECN_MASK;
	key->flow_label = ntohl(ip6_flowlabel(ip6h));
	key->fields = HIP_SELECT_SRC | HIP_SELECT_DST | HIP_SELECT_TCLASS |
		      HIP_SELECT_FLOW_LABEL;

	hip_headers_key(hn, skb, skb_network_offset(skb) + sizeof(*ip6h),
			ip6h->nexthdr, key);
	return true;
}

/* --- errors ------------------------------------------------------------ */

/*
 * Tell the sender of @skb. Not where that is ICMPv6 itself (an echo reply): it
 * sends under its socket's lock, which the error would have to take again.
 */
static void hip_output_icmp(struct sk_buff *skb, u8 type, u8 code, u32 info)
{
	const struct sock *sk = skb->sk;

	if (sk && sk_fullsock(sk) && sk->sk_kern_sock &&
	    sk->sk_protocol == IPPROTO_ICMPV6)
		return;
	icmpv6_ndo_send(skb, type, code, info);
}

/* --- path -------------------------------------------------------------- */

/* Route of the outer packet, by the interface that has our address. */
static struct dst_entry *hip_output_outer(struct hip_net *hn,
					  const struct hip_path *path,
					  int ifindex)
{
	struct flowi6 fl6 = {
		.saddr = path->local,
		.daddr = path->peer,
		.flowi6_oif = ifindex,
	};
	struct flowi4 fl4 = {
		.saddr = path->local.s6_addr32[3],
		.daddr = path->peer.s6_addr32[3],
		.flowi4_oif = ifindex,
	};
	struct dst_entry *dst;
	struct rtable *rt;
	int err;

	if (hip_addr_is_v4(&path->local)) {
		hip_uplink_choose_v4(hn->net, &fl4);
		rt = ip_route_output_key(hn->net, &fl4);
		return IS_ERR(rt) ? ERR_CAST(rt) : &rt->dst;
	}
	dst = hip_uplink_route_v6(hn->net, &fl6);
	err = dst->error;
	if (err) {
		dst_release(dst);
		return ERR_PTR(err);
	}
	return dst;
}

/*
 * XFRM routes the outer packet without regard to the interface (it looks at
 * its VRF only): with two default routes all paths would leave by one link.
 * Nobody else has seen the bundle @dst yet.
 */
static int hip_output_by_link(struct hip_net *hn, const struct hip_path *path,
			      struct dst_entry *dst)
{
	struct xfrm_dst *xdst = (struct xfrm_dst *)dst;
	int ifindex = READ_ONCE(path->ifindex);
	struct dst_entry *outer, *child = xdst->child;

	if (!ifindex || child != xdst->path || child->dev->ifindex == ifindex)
		return 0;
	outer = hip_output_outer(hn, path, ifindex);
	if (IS_ERR(outer))
		return PTR_ERR(outer);
	xfrm_dst_set_child(xdst, outer);
	xdst->path = outer;
	if (outer->ops->family == AF_INET6)
		xdst->path_cookie = rt6_get_cookie((struct rt6_info *)outer);
	dst_release(child);
	/* Takes the MTU over. */
	return dst_check(dst, 0) ? 0 : -ENETUNREACH;
}

static struct dst_entry *hip_output_bundle(struct hip_net *hn,
					   struct hip_path *path,
					   struct sk_buff *skb)
{
	struct dst_entry *dst, *orig;
	struct flowi fl;
	int err;

	dst = dst_cache_get(&path->dst);
	if (dst)
		return dst;

	memset(&fl, 0, sizeof(fl));
	hip_xfrm_decode_session(hn->net, skb, &fl);
	fl.flowi_oif = 0;
	/*
	 * The bundle is kept for others, and with it the route that it is built
	 * on. That of this packet may be its sender's alone (as with raw sockets),
	 * and would not let go of the device when that goes.
	 */
	orig = ip6_route_output(hn->net, NULL, &fl.u.ip6);
	if (orig->error) {
		dst_release(orig);
		return ERR_PTR(-ENETUNREACH);
	}
	dst = hip_bundle_lookup(path, orig, &fl);
	if (IS_ERR(dst))
		return dst;
	err = hip_output_by_link(hn, path, dst);
	if (err) {
		dst_release(dst);
		return ERR_PTR(err);
	}
	dst_cache_set_ip6(&path->dst, dst, &in6addr_any);
	return dst;
}

/*
 * Too long for the path: its sender is told. No IPv6 sender goes below 1280: on
 * a path that has less the outer packets are fragmented.
 */
static bool hip_output_fits(struct sk_buff *skb, const struct dst_entry *dst)
{
	unsigned int mtu = max_t(unsigned int, dst_mtu(dst), IPV6_MIN_MTU);

	if (skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) :
			      skb->len <= mtu)
		return true;
	skb_dst_update_pmtu_no_confirm(skb, mtu);
	hip_output_icmp(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	return false;
}

/*
 * Senders leave room for what is put before a packet as it was needed before, as
 * with tunnels. What nobody needs costs them: memory is zeroed.
 */
static void hip_output_headroom(struct net_device *dev,
				const struct dst_entry *dst)
{
	unsigned int need = dst->header_len + LL_RESERVED_SPACE(dst->dev);

	if (unlikely(need > LL_RESERVED_SPACE(dev)) &&
	    need <= HIP_DEVICE_MAX_HEADROOM)
		WRITE_ONCE(dev->needed_headroom, need - 1);
}

/*
 * @path has no bundle: its address has just gone, and the table that says so is
 * being made. What comes meanwhile takes another way. Return: it, with @path set,
 * or the error.
 */
static struct dst_entry *hip_output_detour(struct hip_net *hn,
					   const struct hip_table *table,
					   struct hip_path **path,
					   struct sk_buff *skb,
					   struct dst_entry *error)
{
	unsigned int i, n = table->n_local * table->n_peer;
	struct dst_entry *dst;

	for (i = 0; i < n && !table->credit; i++) {
		if (!table->path[i] || table->path[i] == *path ||
		    ipv6_addr_equal(&table->path[i]->local, &(*path)->local))
			continue;
		dst = hip_output_bundle(hn, table->path[i], skb);
		if (IS_ERR(dst))
			continue;
		*path = table->path[i];
		return dst;
	}
	return error;
}

/* Consumes @skb. BH disabled, under RCU. */
static void hip_output_path(struct hip_net *hn, struct net_device *dev,
			    const struct hip_table *table,
			    struct hip_path *path, struct sk_buff *skb,
			    struct hip_count __percpu *count[2])
{
	unsigned int packets = hip_device_packets(skb);
	unsigned int bytes = skb->len;
	struct dst_entry *dst;
	int err;

	dst = hip_output_bundle(hn, path, skb);
	if (IS_ERR(dst))
		dst = hip_output_detour(hn, table, &path, skb, dst);
	if (IS_ERR(dst))
		goto error;
	if (xfrm_dst_path(dst)->dev == dev) {
		net_warn_ratelimited("%s: routing loop: the peer's address is routed to the device itself\n",
				     dev->name);
		dst_release(dst);
		goto error;
	}
	if (!hip_output_fits(skb, dst)) {
		dst_release(dst);
		goto drop;
	}
	hip_output_headroom(dev, dst);
	hip_device_scrub(skb);
	if (unlikely(dst_mtu(dst) < IPV6_MIN_MTU)) {
		skb->ignore_df = 1;
		hip_guard_need(hn, HIP_GUARD_IDENT);
	}
	skb_dst_set(skb, dst);
	skb->dev = dst->dev;
	/*
	 * Not by dst_output(): the inner packet has been in POST_ROUTING, with hip0,
	 * and is none of those that a rule about the link has in mind.
	 */
	err = xfrm_output(skb->sk, skb);
	if (net_xmit_eval(err)) {
		DEV_STATS_INC(dev, tx_errors);
		hip_stat_inc(hn, HIP_STAT_DATA_TX_ERROR);
		return;
	}
	hip_probe_tx(path);
	hip_count_tx(path->count, packets, bytes);
	if (count[0])
		hip_count_tx(count[0], packets, bytes);
	if (count[1])
		hip_count_tx(count[1], packets, bytes);
	dev_sw_netstats_tx_add(dev, packets, bytes);
	return;

error:
	hip_stat_inc(hn, HIP_STAT_DATA_TX_ERROR);
	hip_output_icmp(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH, 0);
drop:
	DEV_STATS_INC(dev, tx_errors);
	kfree_skb(skb);
}

/* Consumes @skb. Return: false, with @skb untouched, if there is no path. */
static bool hip_output_data(struct hip_net *hn, struct net_device *dev,
			    struct hip_assoc *assoc, struct sk_buff *skb)
{
	struct hip_count __percpu *count[2] = {};
	const struct hip_table *table;
	struct hip_flow_key key;
	struct hip_path *path;

	table = rcu_dereference(assoc->table);
	if (!table || !table->def)
		return false;
	path = table->def;
	if ((table->theirs || table->ours) &&
	    hip_output_flow_key(hn, skb, &key))
		path = hip_table_select(table, &key, count);
	if (!path)
		return false;
	if (unlikely(table->credit) && !hip_credit_spend(assoc, skb->len)) {
		hip_stat_inc(hn, HIP_STAT_DATA_NO_CREDIT);
		DEV_STATS_INC(dev, tx_dropped);
		kfree_skb(skb);
		return true;
	}
	hip_output_path(hn, dev, table, path, skb, count);
	return true;
}

/* --- what waits -------------------------------------------------------- */

/* The peer cannot be reached, as far as is known now. */
static void hip_output_unreachable(struct net_device *dev, struct sk_buff *skb)
{
	if (dev) {
		skb->dev = dev;
		hip_output_icmp(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH,
				0);
		DEV_STATS_INC(dev, tx_dropped);
	}
	kfree_skb(skb);
}

static void hip_output_enqueue(struct hip_net *hn, struct hip_assoc *assoc,
			       struct sk_buff *skb)
{
	struct sk_buff *oldest = NULL;

	/* Neither route nor device is held for as long as it waits. */
	skb_dst_drop(skb);
	skb->dev = NULL;
	spin_lock_bh(&assoc->dataq.lock);
	if (skb_queue_len(&assoc->dataq) >= HIP_MAX_DATAQ)
		oldest = __skb_dequeue(&assoc->dataq);
	__skb_queue_tail(&assoc->dataq, skb);
	spin_unlock_bh(&assoc->dataq.lock);
	if (oldest) {
		hip_stat_inc(hn, HIP_STAT_DATA_QUEUE_FULL);
		kfree_skb(oldest);
	}
}

void hip_output_flush_queue(struct hip_assoc *assoc)
{
	struct hip_net *hn = assoc->hn;
	struct net_device *dev;
	struct sk_buff *skb;

	local_bh_disable();
	rcu_read_lock();
	dev = rcu_dereference(hn->dev);
	while ((skb = skb_dequeue(&assoc->dataq))) {
		if (!dev) {
			kfree_skb(skb);
			continue;
		}
		skb->dev = dev;
		if (hip_output_data(hn, dev, assoc, skb))
			continue;
		hip_stat_inc(hn, HIP_STAT_DATA_NO_PATH);
		kfree_skb(skb);
	}
	rcu_read_unlock();
	local_bh_enable();
}

void hip_output_drop_queue(struct hip_assoc *assoc)
{
	struct hip_net *hn = assoc->hn;
	struct net_device *dev;
	struct sk_buff *skb;

	local_bh_disable();
	rcu_read_lock();
	dev = rcu_dereference(hn->dev);
	while ((skb = skb_dequeue(&assoc->dataq))) {
		hip_stat_inc(hn, HIP_STAT_DATA_NO_ASSOC);
		hip_output_unreachable(dev, skb);
	}
	rcu_read_unlock();
	local_bh_enable();
}

/* No association carries it: start one and wait, or say that it is in vain. */
static void hip_output_wait(struct hip_net *hn, struct net_device *dev,
			    struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct hip_assoc *assoc;
	u8 state;

	assoc = hip_assoc_get(hn, &ip6h->saddr, &ip6h->daddr);
	/* Any user may send to any HIT: for a stranger no memory is taken. */
	if (!assoc && hip_peer_lookup(hn, &ip6h->daddr))
		assoc = hip_assoc_get_or_new(hn, &ip6h->saddr, &ip6h->daddr,
					     false);
	if (IS_ERR_OR_NULL(assoc)) {
		hip_stat_inc(hn, HIP_STAT_DATA_NO_ASSOC);
		hip_output_unreachable(dev, skb);
		return;
	}
	state = READ_ONCE(assoc->state);
	if (state == HIP_STATE_E_FAILED &&
	    get_jiffies_64() - READ_ONCE(assoc->since) < HIP_ASSOC_HOLD_OFF) {
		hip_stat_inc(hn, HIP_STAT_DATA_NO_ASSOC);
		hip_output_unreachable(dev, skb);
		goto out;
	}
	hip_output_enqueue(hn, assoc, skb);
	if (state == HIP_STATE_UNASSOCIATED || state == HIP_STATE_E_FAILED ||
	    state == HIP_STATE_CLOSED)
		hip_assoc_event(assoc, HIP_EVENT_START);
	/*
	 * The exchange may have ended, and flushed, before this was queued. The
	 * queue's lock orders this with hip_assoc_set_state() before the flush.
	 */
	smp_mb();	/* queued before the state is read again */
	state = READ_ONCE(assoc->state);
	if (state == HIP_STATE_ESTABLISHED || state == HIP_STATE_R2_SENT)
		hip_output_flush_queue(assoc);
out:
	hip_assoc_put(assoc);
}

netdev_tx_t hip_output_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct hip_net *hn = hip_net(dev_net(dev));
	const struct ipv6hdr *ip6h;
	struct hip_assoc *assoc;
	u8 state;

	if (skb->protocol != htons(ETH_P_IPV6) ||
	    !pskb_may_pull(skb, skb_network_offset(skb) + sizeof(*ip6h)))
		goto drop;
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	ip6h = ipv6_hdr(skb);

	rcu_read_lock();
	if (!hip_hit_is_valid(&ip6h->daddr) ||
	    !hip_identity_lookup(hn, &ip6h->saddr)) {
		hip_stat_inc(hn, HIP_STAT_DATA_NO_ASSOC);
		hip_output_unreachable(dev, skb);
		goto out;
	}
	assoc = hip_assoc_lookup(hn, &ip6h->saddr, &ip6h->daddr);
	/* Pairs with hip_assoc_set_state(): a state with a table has one. */
	state = assoc ? smp_load_acquire(&assoc->state) :
			HIP_STATE_UNASSOCIATED;
	if (state == HIP_STATE_ESTABLISHED || state == HIP_STATE_R2_SENT) {
		if (!hip_output_data(hn, dev, assoc, skb)) {
			hip_stat_inc(hn, HIP_STAT_DATA_NO_PATH);
			DEV_STATS_INC(dev, tx_dropped);
			kfree_skb(skb);
		}
	} else {
		hip_output_wait(hn, dev, skb);
	}
out:
	rcu_read_unlock();
	return NETDEV_TX_OK;

drop:
	DEV_STATS_INC(dev, tx_dropped);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}
