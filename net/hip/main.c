// SPDX-License-Identifier: GPL-2.0-only
/* Module and namespace: what is set up and torn down, in which order. */
#include <linux/init.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "assoc.h"
#include "device.h"
#include "fragment.h"
#include "exchange.h"
#include "identity.h"
#include "input.h"
#include "locator.h"
#include "netlink.h"
#include "netns.h"
#include "path.h"
#include "peer.h"
#include "registration.h"
#include "upcall.h"

unsigned int hip_net_id __read_mostly;

/* Work of all namespaces; each has a queue of its own to flush. */
#define HIP_WQ_MAX_ACTIVE	128

void hip_count_sum(struct hip_count __percpu *pcpu, struct hip_count_sum *sum)
{
	unsigned int start;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		struct hip_count *c = per_cpu_ptr(pcpu, cpu);
		struct hip_count_sum one;

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			one.tx_packets = u64_stats_read(&c->tx_packets);
			one.tx_bytes = u64_stats_read(&c->tx_bytes);
			one.rx_packets = u64_stats_read(&c->rx_packets);
			one.rx_bytes = u64_stats_read(&c->rx_bytes);
		} while (u64_stats_fetch_retry(&c->syncp, start));
		sum->tx_packets += one.tx_packets;
		sum->tx_bytes += one.tx_bytes;
		sum->rx_packets += one.rx_packets;
		sum->rx_bytes += one.rx_bytes;
	}
}

u64 hip_stat_read(struct hip_net *hn, enum hip_stat stat)
{
	unsigned int start;
	u64 value, sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct hip_mib *mib = per_cpu_ptr(hn->mib, cpu);

		do {
			start = u64_stats_fetch_begin(&mib->syncp);
			value = mib->count[stat];
		} while (u64_stats_fetch_retry(&mib->syncp, start));
		sum += value;
	}
	return sum;
}

bool hip_limit_ok(struct hip_limit *limit, unsigned int per_second)
{
	u32 second = jiffies / HZ;

	if (READ_ONCE(limit->second) != second) {
		WRITE_ONCE(limit->second, second);
		WRITE_ONCE(limit->n, 0);
	}
	if (READ_ONCE(limit->n) >= per_second)
		return false;
	WRITE_ONCE(limit->n, READ_ONCE(limit->n) + 1);
	return true;
}

static void hip_config_init(struct hip_config *config)
{
	/* P-384 first, then the groups that every host has (5.2.7). */
	static const u8 dh_groups[] = { 8, 7, 4, 3 };
	static const u16 esp_suites[] = { HIP_ESP_AES_GCM_16,
					  HIP_ESP_AES_128_CBC_HMAC_SHA256,
					  HIP_ESP_AES_256_CBC_HMAC_SHA256 };
	static const u16 hip_ciphers[] = { HIP_CIPHER_AES_128_CBC,
					   HIP_CIPHER_AES_256_CBC };

	mutex_init(&config->lock);
	config->puzzle_k = 10;
	config->max_fids = HIP_MAX_FIDS;
	config->retransmit_ms = 500;
	config->path_timeout_ms = 5000;
	config->idle_timeout_s = 900;
	config->relay_per_second = 1000;
	config->rekey_time_s = 3600;
	config->retries = 5;
	config->n_dh_groups = ARRAY_SIZE(dh_groups);
	memcpy(config->dh_groups, dh_groups, sizeof(dh_groups));
	config->n_esp_suites = ARRAY_SIZE(esp_suites);
	memcpy(config->esp_suites, esp_suites, sizeof(esp_suites));
	config->n_hip_ciphers = ARRAY_SIZE(hip_ciphers);
	memcpy(config->hip_ciphers, hip_ciphers, sizeof(hip_ciphers));
}

static int hip_net_alloc(struct hip_net *hn)
{
	int cpu;

	hn->mib = alloc_percpu(struct hip_mib);
	if (!hn->mib)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(hn->mib, cpu)->syncp);
	hn->r1_scratch = __alloc_percpu(HIP_PACKET_MAX_LEN, 8);
	if (!hn->r1_scratch)
		goto err_mib;
	if (hip_fragment_net_init(hn))
		goto err_scratch;
	if (dst_cache_init(&hn->local_route, GFP_KERNEL))
		goto err_fragment;
	if (hip_path_net_init(hn))
		goto err_route;
	hn->wq = alloc_workqueue("hip", WQ_UNBOUND, HIP_WQ_MAX_ACTIVE);
	if (!hn->wq)
		goto err_paths;
	return 0;

err_paths:
	hip_path_net_exit(hn);
err_route:
	dst_cache_destroy(&hn->local_route);
err_fragment:
	hip_fragment_net_exit(hn);
err_scratch:
	free_percpu(hn->r1_scratch);
err_mib:
	free_percpu(hn->mib);
	return -ENOMEM;
}

static void hip_net_free(struct hip_net *hn)
{
	destroy_workqueue(hn->wq);
	hip_path_net_exit(hn);
	dst_cache_destroy(&hn->local_route);
	hip_fragment_net_exit(hn);
	free_percpu(hn->r1_scratch);
	free_percpu(hn->mib);
}

static int __net_init hip_net_init(struct net *net)
{
	struct hip_net *hn = hip_net(net);
	int err;

	hn->net = net;
	mutex_init(&hn->lock);
	INIT_LIST_HEAD(&hn->identities);
	INIT_LIST_HEAD(&hn->bindings);
	hn->bindings_by_rank = RB_ROOT;
	hn->bindings_by_fid = RB_ROOT;
	hn->bindings_by_priority = RB_ROOT;
	hn->bindings_by_gen = RB_ROOT;
	atomic_set(&hn->half_open, 0);
	get_random_bytes(&hn->limit_key, sizeof(hn->limit_key));
	hip_config_init(&hn->config);
	INIT_DELAYED_WORK(&hn->r1_work, hip_identity_r1_work);
	hip_upcall_net_init(hn);
	hip_registration_net_init(hn);

	err = hip_net_alloc(hn);
	if (err)
		return err;
	err = hip_peer_net_init(hn);
	if (err)
		goto err_peer;
	err = hip_rendezvous_net_init(hn);
	if (err)
		goto err_rendezvous;
	err = hip_assoc_net_init(hn);
	if (err)
		goto err_assoc;
	err = hip_guard_net_init(hn);
	if (err)
		goto err_guard;
	err = hip_locator_net_init(hn);
	if (err)
		goto err_locator;
	return 0;

err_locator:
	hip_guard_net_exit(hn);
err_guard:
	hip_assoc_net_exit(hn);
err_assoc:
	hip_rendezvous_net_exit(hn);
err_rendezvous:
	hip_peer_net_exit(hn);
err_peer:
	hip_net_free(hn);
	return err;
}

/*
 * Before devices of the namespace go, and while its routes still stand: what
 * holds them. A worker that waits for the daemon is woken first.
 */
static void __net_exit hip_net_pre_exit(struct net *net)
{
	struct hip_net *hn = hip_net(net);

	hip_upcall_net_close(hn);
}

/*
 * 1. Nothing new: on module exit protocol handlers, notifiers, device and
 *    netlink are gone; with a namespace, nobody is left to use them.
 * 2. Works that start others, then associations with their SAs and timers.
 * 3. The guard, then what only memory holds.
 */
static void __net_exit hip_net_exit(struct net *net)
{
	struct hip_net *hn = hip_net(net);

	hip_locator_net_exit(hn);
	cancel_delayed_work_sync(&hn->r1_work);
	hip_registration_net_stop(hn);
	hip_assoc_net_exit(hn);
	/* An association that ended may have asked for new R1s, or was one with
	 * a server. Without hipflowd neither starts anything.
	 */
	cancel_delayed_work_sync(&hn->r1_work);
	hip_registration_net_stop(hn);
	hip_registration_net_exit(hn);
	hip_guard_net_exit(hn);
	hip_binding_flush(hn);
	hip_identity_flush(hn);
	rcu_barrier();
	flush_workqueue(hn->wq);
	hip_rendezvous_net_exit(hn);
	hip_peer_net_exit(hn);
	hip_net_free(hn);
}

static struct pernet_operations hip_net_ops = {
	.init		= hip_net_init,
	.pre_exit	= hip_net_pre_exit,
	.exit		= hip_net_exit,
	.id		= &hip_net_id,
	.size		= sizeof(struct hip_net),
};

static int __init hip_init(void)
{
	int err;

	/* Its routes are not even initialized then. */
	if (!ipv6_mod_enabled()) {
		pr_err("hip: HITs are IPv6 addresses, and IPv6 is disabled: boot without ipv6.disable=1\n");
		return -EAFNOSUPPORT;
	}
	err = hip_rhash_init();
	if (err)
		return err;
	err = hip_assoc_init();
	if (err)
		goto err_rhash;
	err = hip_path_init();
	if (err)
		goto err_assoc;
	err = hip_bundle_init();
	if (err)
		goto err_path;
	err = register_pernet_subsys(&hip_net_ops);
	if (err)
		goto err_bundle;
	err = hip_locator_init();
	if (err)
		goto err_pernet;
	hip_sa_init();
	err = hip_receive_init();
	if (err)
		goto err_sa;
	err = hip_device_init();
	if (err)
		goto err_receive;
	err = hip_netlink_init();
	if (err)
		goto err_device;
	err = hip_input_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	hip_netlink_exit();
err_device:
	hip_device_exit();
err_receive:
	hip_receive_exit();
err_sa:
	hip_sa_exit();
	hip_locator_exit();
err_pernet:
	unregister_pernet_subsys(&hip_net_ops);
	rcu_barrier();
err_bundle:
	hip_bundle_exit();
err_path:
	hip_path_exit();
err_assoc:
	hip_assoc_exit();
err_rhash:
	hip_rhash_exit();
	return err;
}

static void __exit hip_exit(void)
{
	hip_input_exit();
	hip_netlink_exit();
	hip_device_exit();
	hip_receive_exit();
	hip_sa_exit();
	hip_locator_exit();
	unregister_pernet_subsys(&hip_net_ops);
	rcu_barrier();
	hip_bundle_exit();
	hip_path_exit();
	hip_assoc_exit();
	hip_rhash_exit();
}

module_init(hip_init);
module_exit(hip_exit);

MODULE_DESCRIPTION("Host Identity Protocol with flow mobility");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(HIP_GENL_NAME);
MODULE_ALIAS_RTNL_LINK("hip");
