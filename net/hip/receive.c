// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data that comes in: XFRM decrypts it, and shows it here before it goes on. What
 * came by an SA of ours was received by hip0; all else is none of our business.
 */
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "assoc.h"
#include "device.h"
#include "path.h"
#include "probe.h"
#include "stray.h"

/*
 * Handlers are asked from the highest number down. Before xfrm_interface, which
 * has 10: a device of its in external mode takes every packet that it is shown.
 */
#define HIP_ESP_PRIORITY	50

/* The path whose incoming SA decrypted a packet. Under RCU. */
static struct hip_path *hip_receive_path(struct hip_net *hn,
					 const struct xfrm_state *x)
{
	struct hip_path *path = hip_path_by_spi_in(hn, ntohl(x->id.spi));

	return path && READ_ONCE(path->x_in) == x ? path : NULL;
}

/*
 * Packets of a binding are counted when GRO has made few of many: each has to be
 * looked up. As in the other direction, what they have in front counts once then.
 */
void hip_receive_count(struct hip_net *hn, const struct sk_buff *skb)
{
	const struct hip_table *table;
	const struct hip_rule *rule;
	struct hip_flow_key key;
	struct hip_path *path;

	if (!READ_ONCE(hn->n_bindings))
		return;
	path = hip_receive_path(hn, xfrm_input_state((struct sk_buff *)skb));
	if (!path)
		return;
	table = rcu_dereference(path->assoc->table);
	if (!table || !table->ours || !hip_output_flow_key(hn, skb, &key))
		return;
	rule = hip_rules_lookup(table->ours, &key);
	if (rule)
		hip_count_rx(rule->count, hip_device_packets(skb), skb->len);
}

/*
 * The inner packet stands in @skb: from now on it was received by hip0. Called
 * under RCU, and in softirq but for what comes back from a crypto engine.
 */
static int hip_receive_decrypted(struct sk_buff *skb, int err)
{
	struct net_device *dev;
	struct hip_path *path;
	struct xfrm_state *x;
	struct hip_net *hn;

	/* What XFRM drops for want of a state has lost its path, too. */
	if (err && !secpath_exists(skb))
		hip_stray_tell(skb);
	if (err || !secpath_exists(skb))
		return 1;
	x = xfrm_input_state(skb);
	if (x->props.mode != XFRM_MODE_BEET)
		return 1;
	hn = hip_net(xs_net(x));
	path = hip_receive_path(hn, x);
	if (!path)
		return 1;
	dev = rcu_dereference(hn->dev);
	if (!dev || !(dev->flags & IFF_UP)) {
		hip_stat_inc(hn, HIP_STAT_DATA_RX_ERROR);
		return -ENETDOWN;
	}

	hip_route_learn_outer(path, skb);
	skb->dev = dev;
	hip_device_scrub(skb);
	local_bh_disable();
	hip_count_rx(path->count, 1, skb->len);
	dev_sw_netstats_rx_add(dev, skb->len);
	local_bh_enable();

	hip_probe_rx(path);
	hip_credit_rx(path->assoc, &path->assoc->credit);
	if (READ_ONCE(path->assoc->state) == HIP_STATE_R2_SENT &&
	    refcount_inc_not_zero(&path->assoc->ref)) {
		hip_assoc_event(path->assoc, HIP_EVENT_DATA);
		hip_assoc_put(path->assoc);
	}
	return 0;
}

/* ESP itself goes its usual way: the next handler takes the packet. */
static int hip_receive_esp(struct sk_buff *skb)
{
	return -EINVAL;
}

static int hip_receive_input(struct sk_buff *skb, int nexthdr, __be32 spi,
			     int encap_type)
{
	return -EINVAL;
}

/* esp4 and esp6 find our states by themselves and update the path's MTU. */
static int hip_receive_err_v4(struct sk_buff *skb, u32 info)
{
	return 1;
}

static int hip_receive_err_v6(struct sk_buff *skb, struct inet6_skb_parm *opt,
			      u8 type, u8 code, int offset, __be32 info)
{
	return 1;
}

static struct xfrm4_protocol hip_esp_v4 = {
	.handler	= hip_receive_esp,
	.input_handler	= hip_receive_input,
	.cb_handler	= hip_receive_decrypted,
	.err_handler	= hip_receive_err_v4,
	.priority	= HIP_ESP_PRIORITY,
};

static struct xfrm6_protocol hip_esp_v6 = {
	.handler	= hip_receive_esp,
	.input_handler	= hip_receive_input,
	.cb_handler	= hip_receive_decrypted,
	.err_handler	= hip_receive_err_v6,
	.priority	= HIP_ESP_PRIORITY,
};

int hip_receive_init(void)
{
	int err;

	err = xfrm4_protocol_register(&hip_esp_v4, IPPROTO_ESP);
	if (err)
		return err;
	err = xfrm6_protocol_register(&hip_esp_v6, IPPROTO_ESP);
	if (err)
		xfrm4_protocol_deregister(&hip_esp_v4, IPPROTO_ESP);
	return err;
}

void hip_receive_exit(void)
{
	xfrm6_protocol_deregister(&hip_esp_v6, IPPROTO_ESP);
	xfrm4_protocol_deregister(&hip_esp_v4, IPPROTO_ESP);
}
