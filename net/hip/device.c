// SPDX-License-Identifier: GPL-2.0-only
/* hip0: the virtual network device to which HITs are routed. */
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/rtnetlink.h>
#include <net/xfrm.h>

#include "device.h"

/*
 * What ESP BEET adds. An IPv6 header is not counted: BEET sends one, the inner or
 * the outer.
 *
 * By AES-GCM, which hosts agree on unless they are told otherwise: header 8, IV 8,
 * two octets of trailer, ICV 16. It is also right over IPv4, where 20 octets more
 * would fit: flows move between families, and nothing is to be lost by it. Who has
 * more overhead is told, as on any path.
 *
 * Four octets less than fit: in those that TCP is segmented into the trailer has no
 * room else behind the packet, in 2 KB with the headroom that TCP leaves, and takes a
 * page of its own, which the receiver has to deal with as well (8 % of a stream).
 */
#define HIP_DEVICE_OVERHEAD	(8 + 8 + 2 + 16 + 4)
/* At most, by AES-CBC with HMAC-SHA-256: IV 16, padding up to 15. */
#define HIP_DEVICE_MAX_TRAILER	(15 + 2 + 16)

#define HIP_DEVICE_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | \
				 NETIF_F_GSO_SOFTWARE | NETIF_F_HW_CSUM | \
				 NETIF_F_HIGHDMA)

static struct rtnl_link_ops hip_link_ops;

static int hip_device_init_stats(struct net_device *dev)
{
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return dev->tstats ? 0 : -ENOMEM;
}

static void hip_device_uninit(struct net_device *dev)
{
	struct hip_net *hn = hip_net(dev_net(dev));

	if (rtnl_dereference(hn->dev) == dev)
		RCU_INIT_POINTER(hn->dev, NULL);
}

static void hip_device_free(struct net_device *dev)
{
	free_percpu(dev->tstats);
}

static const struct net_device_ops hip_device_ops = {
	.ndo_init		= hip_device_init_stats,
	.ndo_uninit		= hip_device_uninit,
	.ndo_start_xmit		= hip_output_xmit,
	.ndo_get_stats64	= dev_get_tstats64,
};

static const struct device_type hip_device_type = {
	.name = "hip",
};

static void hip_device_setup(struct net_device *dev)
{
	dev->netdev_ops = &hip_device_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = hip_device_free;
	SET_NETDEV_DEVTYPE(dev, &hip_device_type);
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->hard_header_len = 0;
	dev->addr_len = 0;
	dev->needed_tailroom = HIP_DEVICE_MAX_TRAILER;
	dev->mtu = ETH_DATA_LEN - HIP_DEVICE_OVERHEAD;
	dev->min_mtu = IPV6_MIN_MTU;
	dev->max_mtu = IP_MAX_MTU;
	dev->tx_queue_len = 0;
	dev->priv_flags |= IFF_NO_QUEUE;
	hip_dev_set_lltx(dev);
	hip_dev_set_netns_local(dev);
	dev->features |= HIP_DEVICE_FEATURES;
	dev->hw_features |= HIP_DEVICE_FEATURES;
	/* Path MTUs are told to the route of the inner packet. */
	netif_keep_dst(dev);
}

static int hip_device_newlink(struct net *src_net, struct net_device *dev,
			      struct nlattr *tb[], struct nlattr *data[],
			      struct netlink_ext_ack *extack)
{
	struct hip_net *hn = hip_net(dev_net(dev));
	struct inet6_dev *idev;
	int err;

	if (rtnl_dereference(hn->dev)) {
		NL_SET_ERR_MSG(extack, "A network namespace has one device of type hip");
		return -EEXIST;
	}
	dev->rtnl_link_ops = &hip_link_ops;
	err = register_netdevice(dev);
	if (err)
		return err;
	/*
	 * Its addresses are HITs; it has no link of its own to be local to. What
	 * comes to them is judged by the guard: XFRM's policies need not, too.
	 */
	idev = __in6_dev_get(dev);
	if (idev) {
		idev->cnf.addr_gen_mode = IN6_ADDR_GEN_MODE_NONE;
		idev->cnf.disable_policy = 1;
	}
	rcu_assign_pointer(hn->dev, dev);
	return 0;
}

static struct rtnl_link_ops hip_link_ops = {
	.kind		= "hip",
	.setup		= hip_device_setup,
	.newlink	= hip_device_newlink,
};

int hip_device_init(void)
{
	return rtnl_link_register(&hip_link_ops);
}

/* Deletes the devices of all namespaces. */
void hip_device_exit(void)
{
	rtnl_link_unregister(&hip_link_ops);
}
