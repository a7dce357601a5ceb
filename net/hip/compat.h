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

/*
 * Since states may be for one CPU alone, a policy has a list of those that were
 * found for it, under the lock of its namespace's states. In 6.12 none gets there,
 * as xfrm_state_find() takes all for listed; that may change. A policy that goes
 * from one namespace to the next must not keep any.
 */
#ifdef XFRM_POLICY_CPU_ACQUIRE
static inline bool hip_xfrm_policy_caches(const struct xfrm_policy *policy)
{
	return !hlist_empty(&policy->state_cache_list);
}

static inline void hip_xfrm_policy_uncache(struct net *net,
					   struct xfrm_policy *policy)
{
	struct hlist_node *next;
	struct xfrm_state *x;

	spin_lock_bh(&net->xfrm.xfrm_state_lock);
	hlist_for_each_entry_safe(x, next, &policy->state_cache_list,
				  state_cache)
		hlist_del_init_rcu(&x->state_cache);
	spin_unlock_bh(&net->xfrm.xfrm_state_lock);
}
#else
static inline bool hip_xfrm_policy_caches(const struct xfrm_policy *policy)
{
	return false;
}

static inline void hip_xfrm_policy_uncache(struct net *net,
					   struct xfrm_policy *policy)
{
}
#endif

#ifndef dst_rtable
#define dst_rtable(_ptr) container_of(_ptr, struct rtable, dst)
#endif

#ifndef dst_rt6_info
#define dst_rt6_info(_ptr) container_of(_ptr, struct rt6_info, dst)
#endif

#endif /* _NET_HIP_COMPAT_H */
