/* SPDX-License-Identifier: GPL-2.0-only */
/* Differences between the kernels this module builds for; the rest is clean. */
#ifndef _NET_HIP_COMPAT_H
#define _NET_HIP_COMPAT_H

#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/xfrm.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>
#endif

#ifdef NETIF_F_NETNS_LOCAL
#define hip_dev_set_netns_local(dev) \
	((dev)->features |= NETIF_F_NETNS_LOCAL)
#else
#define hip_dev_set_netns_local(dev) ((dev)->netns_immutable = true)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define hip_dev_set_lltx(dev) ((dev)->features |= NETIF_F_LLTX)
#else
#define hip_dev_set_lltx(dev) ((dev)->lltx = true)
#endif

static inline void hip_xfrm_decode_session(struct net *net,
					   struct sk_buff *skb,
					   struct flowi *fl)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
	xfrm_decode_session(skb, fl, AF_INET6);
#else
	xfrm_decode_session(net, skb, fl, AF_INET6);
#endif
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define hip_dump_attrs(cb) (genl_dumpit_info(cb)->attrs)
#else
#define hip_dump_attrs(cb) (genl_info_dump(cb)->attrs)
#endif

#ifndef dst_rtable
#define dst_rtable(_ptr) container_of(_ptr, struct rtable, dst)
#endif

#ifndef dst_rt6_info
#define dst_rt6_info(_ptr) container_of(_ptr, struct rt6_info, dst)
#endif

#endif /* _NET_HIP_COMPAT_H */
