// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our own locators: addresses of this namespace that a peer can reach us at.
 * The kernel tells of each change; a snapshot is made of all of them soon after
 * and every association hears of it. No daemon takes part.
 */
#include <linux/inetdevice.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "assoc.h"
#include "identity.h"
#include "locator.h"
#include "uplink.h"

/* Duplicate address detection is not announced when it ends: look again. */
#define HIP_LOCATOR_DAD_POLL	(HZ / 5)
/* Without memory for a look. */
#define HIP_LOCATOR_RETRY	HZ
/* INFINITY_LIFE_TIME, which 6.1 keeps to itself. */
#define HIP_LOCATOR_FOREVER	U32_MAX

bool hip_addr_is_locator(const struct in6_addr *addr)
{
	int type;

	if (ipv6_addr_v4mapped(addr)) {
		__be32 v4 = addr->s6_addr32[3];

		return !ipv4_is_multicast(v4) && !ipv4_is_lbcast(v4) &&
		       !ipv4_is_zeronet(v4) && !ipv4_is_loopback(v4) &&
		       !ipv4_is_linklocal_169(v4);
	}
	type = ipv6_addr_type(addr);
	return (type & IPV6_ADDR_UNICAST) &&
	       !(type & (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_LOOPBACK |
			 IPV6_ADDR_MAPPED)) &&
	       !hip_hit_is_valid(addr);
}

unsigned int hip_locator_locals(struct hip_net *hn,
				struct hip_local local[HIP_MAX_LOCALS])
{
	struct hip_locals *locals;
	unsigned int n = 0;

	rcu_read_lock();
	locals = rcu_dereference(hn->locals);
	if (locals) {
		n = locals->n;
		memcpy(local, locals->local, n * sizeof(local[0]));
	}
	rcu_read_unlock();
	return n;
}

unsigned int hip_locator_leaving(struct hip_net *hn,
				 struct hip_local leaving[HIP_MAX_LOCALS])
{
	struct hip_locals *locals;
	unsigned int n = 0;

	rcu_read_lock();
	locals = rcu_dereference(hn->locals);
	if (locals) {
		n = locals->n_leaving;
		memcpy(leaving, locals->leaving, n * sizeof(leaving[0]));
	}
	rcu_read_unlock();
	return n;
}

u32 hip_locator_gen(struct hip_net *hn)
{
	struct hip_locals *locals;
	u32 gen;

	rcu_read_lock();
	locals = rcu_dereference(hn->locals);
	gen = locals ? locals->gen : 0;
	rcu_read_unlock();
	return gen;
}

int hip_locator_ifindex(struct hip_net *hn, const struct in6_addr *addr)
{
	struct hip_locals *locals;
	int ifindex = 0;
	unsigned int i;

	rcu_read_lock();
	locals = rcu_dereference(hn->locals);
	for (i = 0; locals && i < locals->n; i++)
		if (ipv6_addr_equal(&locals->local[i].addr, addr)) {
			ifindex = locals->local[i].ifindex;
			break;
		}
	for (i = 0; locals && !ifindex && i < locals->n_leaving; i++)
		if (ipv6_addr_equal(&locals->leaving[i].addr, addr))
			ifindex = locals->leaving[i].ifindex;
	rcu_read_unlock();
	return ifindex;
}

/* --- the snapshot, under RTNL ------------------------------------------ */

/* @lifetime: seconds from @stamp, jiffies; HIP_LOCATOR_FOREVER: for good. */
static void hip_locator_take(struct hip_locals *locals, int ifindex,
			     const struct in6_addr *addr, u32 lifetime,
			     unsigned long stamp)
{
	struct hip_local *local = &locals->local[locals->n];
	time64_t now = ktime_get_boottime_seconds();

	if (locals->n == HIP_MAX_LOCALS || !hip_addr_is_locator(addr))
		return;
	local->addr = *addr;
	local->ifindex = ifindex;
	local->until = lifetime == HIP_LOCATOR_FOREVER ? 0 :
		       max_t(time64_t, now + lifetime - (jiffies - stamp) / HZ,
			     1);
	locals->n++;
}

static void hip_locator_take_v4(struct hip_locals *locals,
				struct net_device *dev, bool deprecated)
{
	struct in_device *in_dev = __in_dev_get_rtnl(dev);
	const struct in_ifaddr *ifa;
	struct in6_addr addr;

	if (!in_dev)
		return;
	in_dev_for_each_ifa_rtnl(ifa, in_dev) {
		if (ifa->ifa_scope > RT_SCOPE_SITE ||
		    !!(ifa->ifa_flags & IFA_F_DEPRECATED) != deprecated)
			continue;
		ipv6_addr_set_v4mapped(ifa->ifa_local, &addr);
		hip_locator_take(locals, dev->ifindex, &addr,
				 ifa->ifa_flags & IFA_F_PERMANENT ?
				 HIP_LOCATOR_FOREVER : ifa->ifa_valid_lft,
				 ifa->ifa_tstamp);
	}
}

/* Return: some address is still under duplicate address detection. */
static bool hip_locator_take_v6(struct hip_locals *locals,
				struct net_device *dev, bool deprecated)
{
	struct inet6_dev *idev = __in6_dev_get(dev);
	struct inet6_ifaddr *ifa;
	bool tentative = false;

	if (!idev)
		return false;
	read_lock_bh(&idev->lock);
	list_for_each_entry(ifa, &idev->addr_list, if_list) {
		if (!hip_addr_is_locator(&ifa->addr) ||
		    ifa->flags & IFA_F_DADFAILED ||
		    !!(ifa->flags & IFA_F_DEPRECATED) != deprecated)
			continue;
		if (ifa->flags & IFA_F_TENTATIVE &&
		    !(ifa->flags & IFA_F_OPTIMISTIC)) {
			tentative = true;
			continue;
		}
		hip_locator_take(locals, dev->ifindex, &ifa->addr,
				 ifa->flags & IFA_F_PERMANENT ?
				 HIP_LOCATOR_FOREVER : ifa->valid_lft,
				 ifa->tstamp);
	}
	read_unlock_bh(&idev->lock);
	return tentative;
}

static bool hip_locator_scan_for(struct hip_net *hn, struct hip_locals *locals,
				 bool deprecated)
{
	struct net_device *hip0 = rtnl_dereference(hn->dev);
	struct net_device *dev;
	bool tentative = false;

	for_each_netdev(hn->net, dev) {
		if (dev == hip0 || dev->flags & IFF_LOOPBACK ||
		    !netif_running(dev) || !netif_carrier_ok(dev))
			continue;
		hip_locator_take_v4(locals, dev, deprecated);
		tentative |= hip_locator_take_v6(locals, dev, deprecated);
	}
	return tentative;
}

/*
 * An address whose preferred lifetime is over is about to go: flows leave it
 * while it still receives what is on its way. It serves if there is no other.
 */
static bool hip_locator_scan(struct hip_net *hn, struct hip_locals *locals)
{
	bool tentative = hip_locator_scan_for(hn, locals, false);
	unsigned int fresh = locals->n;

	tentative |= hip_locator_scan_for(hn, locals, true);
	if (fresh) {
		locals->n_leaving = locals->n - fresh;
		memcpy(locals->leaving, locals->local + fresh,
		       locals->n_leaving * sizeof(locals->local[0]));
		locals->n = fresh;
	}
	return tentative;
}

static bool hip_locator_same_list(const struct hip_local *a, unsigned int n_a,
				  const struct hip_local *b, unsigned int n_b)
{
	unsigned int i;

	if (n_a != n_b)
		return false;
	for (i = 0; i < n_a; i++)
		if (a[i].ifindex != b[i].ifindex ||
		    !ipv6_addr_equal(&a[i].addr, &b[i].addr))
			return false;
	return true;
}

/* A longer lifetime is no change: it is told when half of the old one is over. */
static bool hip_locator_same(const struct hip_locals *a,
			     const struct hip_locals *b)
{
	return a && hip_locator_same_list(a->local, a->n, b->local, b->n) &&
	       hip_locator_same_list(a->leaving, a->n_leaving,
				     b->leaving, b->n_leaving);
}

static void hip_locator_work(struct work_struct *work)
{
	struct hip_net *hn = container_of(to_delayed_work(work),
					  struct hip_net, locals_work);
	struct hip_locals *new, *old;
	bool tentative, same;

	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new) {
		/* No other event may come. */
		queue_delayed_work(hn->wq, &hn->locals_work, HIP_LOCATOR_RETRY);
		return;
	}
	rtnl_lock();
	tentative = hip_locator_scan(hn, new);
	old = rtnl_dereference(hn->locals);
	same = !hip_uplink_look(hn);
	same &= hip_locator_same(old, new);
	new->gen = hn->locals_gen + !same;
	WRITE_ONCE(hn->locals_gen, new->gen);
	rcu_assign_pointer(hn->locals, new);
	rtnl_unlock();
	if (old)
		kfree_rcu(old, rcu);
	if (!same) {
		hip_assoc_event_all(hn, HIP_EVENT_LOCALS);
		hip_identity_r1_refresh(hn);
	}
	if (tentative)
		queue_delayed_work(hn->wq, &hn->locals_work,
				   HIP_LOCATOR_DAD_POLL);
}

/* --- events ------------------------------------------------------------ */

static void hip_locator_changed(struct net *net)
{
	struct hip_net *hn = hip_net(net);

	/* Now, also when a look is due later; atomic context is fine. */
	mod_delayed_work(hn->wq, &hn->locals_work, 0);
}

void hip_locator_refresh(struct hip_net *hn)
{
	hip_locator_changed(hn->net);
}

static int hip_locator_inetaddr_event(struct notifier_block *nb,
				      unsigned long event, void *ptr)
{
	struct in_ifaddr *ifa = ptr;

	if (event == NETDEV_UP || event == NETDEV_DOWN)
		hip_locator_changed(dev_net(ifa->ifa_dev->dev));
	return NOTIFY_DONE;
}

static int hip_locator_inet6addr_event(struct notifier_block *nb,
				       unsigned long event, void *ptr)
{
	struct inet6_ifaddr *ifa = ptr;

	if (event == NETDEV_UP || event == NETDEV_DOWN)
		hip_locator_changed(dev_net(ifa->idev->dev));
	return NOTIFY_DONE;
}

/* Cached bundles must not hold a device that goes away. */
static void hip_locator_device_gone(struct net *net, int ifindex)
{
	struct hip_net *hn = hip_net(net);
	struct hip_assoc *assoc;
	struct hip_path *path;

	rcu_read_lock();
	list_for_each_entry_rcu(assoc, &hn->assoc_list, list)
		list_for_each_entry_rcu(path, &assoc->paths, list)
			if (READ_ONCE(path->ifindex) == ifindex)
				dst_cache_reset(&path->dst);
	rcu_read_unlock();
}

static int hip_locator_netdev_event(struct notifier_block *nb,
				    unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_DOWN:
	case NETDEV_UNREGISTER:
		hip_locator_device_gone(dev_net(dev), dev->ifindex);
		fallthrough;
	case NETDEV_UP:
	case NETDEV_CHANGE:
		hip_locator_changed(dev_net(dev));
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block hip_locator_inetaddr_nb = {
	.notifier_call = hip_locator_inetaddr_event,
};

static struct notifier_block hip_locator_inet6addr_nb = {
	.notifier_call = hip_locator_inet6addr_event,
};

static struct notifier_block hip_locator_netdev_nb = {
	.notifier_call = hip_locator_netdev_event,
};

int hip_locator_init(void)
{
	int err;

	err = register_inetaddr_notifier(&hip_locator_inetaddr_nb);
	if (err)
		return err;
	err = register_inet6addr_notifier(&hip_locator_inet6addr_nb);
	if (err)
		goto err_inet6addr;
	err = register_netdevice_notifier(&hip_locator_netdev_nb);
	if (err)
		goto err_netdev;
	return 0;

err_netdev:
	unregister_inet6addr_notifier(&hip_locator_inet6addr_nb);
err_inet6addr:
	unregister_inetaddr_notifier(&hip_locator_inetaddr_nb);
	return err;
}

void hip_locator_exit(void)
{
	unregister_netdevice_notifier(&hip_locator_netdev_nb);
	unregister_inet6addr_notifier(&hip_locator_inet6addr_nb);
	unregister_inetaddr_notifier(&hip_locator_inetaddr_nb);
}

int hip_locator_net_init(struct hip_net *hn)
{
	int err;

	INIT_DELAYED_WORK(&hn->locals_work, hip_locator_work);
	err = hip_uplink_net_init(hn);
	if (err)
		cancel_delayed_work_sync(&hn->locals_work);
	else
		queue_delayed_work(hn->wq, &hn->locals_work, 0);
	return err;
}

/* No more events: the namespace is going, or the notifiers are gone. */
void hip_locator_net_exit(struct hip_net *hn)
{
	struct hip_locals *locals;

	hip_uplink_net_exit(hn);
	cancel_delayed_work_sync(&hn->locals_work);
	locals = rcu_replace_pointer(hn->locals, NULL, true);
	if (locals)
		kfree_rcu(locals, rcu);
}
