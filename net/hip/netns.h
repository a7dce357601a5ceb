/* SPDX-License-Identifier: GPL-2.0-only */
/* What this module keeps for a network namespace. */
#ifndef _NET_HIP_NETNS_H
#define _NET_HIP_NETNS_H

#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <net/dst_cache.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/sock.h>
#include <uapi/linux/hip.h>

#include "compat.h"
#include "load.h"
#include "packet.h"

/* Limits on memory (design: never dropped in silence, always counted). */
#define HIP_MAX_IDENTITIES	64	/* ours */
#define HIP_MAX_PEER_LOCATORS	32
#define HIP_MAX_LOCALS		32
#define HIP_MAX_PATHS		64	/* of one association */
#define HIP_MAX_FLOW_LOCATORS	8
#define HIP_MAX_FIDS		1024	/* default of the setting */
#define HIP_MAX_BINDINGS	65535	/* ours: FIDs are 16 bits */
#define HIP_BINDINGS_LOG	256	/* changes that are remembered one by one */
#define HIP_MAX_ASSOCS		BIT(18)	/* of a namespace: made by peers */
#define HIP_MAX_HALF_OPEN	1024	/* responder's, not yet ESTABLISHED */
#define HIP_MAX_RXQ		16	/* control packets of an association */
#define HIP_MAX_DATAQ		64	/* data packets that wait for it */
#define HIP_MAX_UPCALLS		4096
#define HIP_MAX_DH_GROUPS	8
#define HIP_MAX_ESP_SUITES	6	/* RFC 7402 section 5.1.2 */
#define HIP_MAX_HIP_CIPHERS	6	/* RFC 7401 section 5.2.8 */

/* Of SAs; 0 is no limit. */
#define HIP_REKEY_MIN_TIME	10	/* seconds */
#define HIP_REKEY_MIN_BYTES	65536
#define HIP_REKEY_MIN_PACKETS	100
#define HIP_REKEY_MAX_COUNT	BIT_ULL(62)

struct hip_mib {
	u64			count[HIP_STAT_MAX + 1];
	struct u64_stats_sync	syncp;
};

/* Packets and bytes, per CPU. */
struct hip_count {
	u64_stats_t		tx_packets;
	u64_stats_t		tx_bytes;
	u64_stats_t		rx_packets;
	u64_stats_t		rx_bytes;
	struct u64_stats_sync	syncp;
};

struct hip_count_sum {
	u64 tx_packets, tx_bytes, rx_packets, rx_bytes;
};

/* Settings; single words are read with READ_ONCE, lists under @lock. */
struct hip_config {
	struct mutex	lock;
	u8		puzzle_k;
	u8		retries;
	u16		max_fids;
	u32		retransmit_ms;
	u32		path_timeout_ms;
	u32		idle_timeout_s;
	u32		rekey_time_s;
	u64		rekey_bytes;
	u64		rekey_packets;
	u8		rekey_on_move;	/* enum hip_rekey_on_move */
	bool		encrypt_host_id;
	bool		opportunistic;
	u32		relay_per_second;
	u8		n_dh_groups;
	u8		n_esp_suites;
	u8		n_hip_ciphers;
	u8		dh_groups[HIP_MAX_DH_GROUPS];
	u16		esp_suites[HIP_MAX_ESP_SUITES];
	u16		hip_ciphers[HIP_MAX_HIP_CIPHERS];
};

/**
 * struct hip_upcalls - requests to hipflowd
 * @lock: excludes all that follows
 * @portid: netlink port of the registered daemon, 0 if none
 * @daemon: counts registrations: keys of an earlier daemon are gone
 * @pending: requests sent and not yet answered
 * @n: length of @pending
 * @closed: the namespace goes away; no new requests
 */
struct hip_upcalls {
	spinlock_t		lock;
	u32			portid;
	u32			daemon;
	struct list_head	pending;
	unsigned int		n;
	bool			closed;
};

/**
 * struct hip_registrar - services that we offer (RFC 8003)
 * @min: shortest lifetime, as on the wire
 * @max: longest
 * @rvs: rendezvous is offered
 * @allow: &enum hip_server_allow
 * @limit: registrations
 * @min_s: what the user said of @min
 * @max_s: the same of @max
 * @n: entries of @hits
 * @hits: who may register, with HIP_SERVER_ALLOW_LISTED; sorted
 *
 * Under hip_net->lock.
 */
struct hip_registrar {
	u8		min;
	u8		max;
	bool		rvs;
	u8		allow;
	u32		limit;
	u32		min_s;
	u32		max_s;
	unsigned int	n;
	struct in6_addr	*hits;
};

struct hip_fragment;
struct hip_locals;

/* So much in a second; a race of two CPUs lets a few more pass. */
struct hip_limit {
	u32	second;
	u32	n;
};

#define HIP_R1_BUCKETS		256
#define HIP_R1_PER_SECOND	100	/* of one bucket */
#define HIP_NOTIFY_PER_SECOND	10

bool hip_limit_ok(struct hip_limit *limit, unsigned int per_second);

/**
 * struct hip_net - per namespace
 * @net: the namespace; this structure lives no longer than it
 * @mib: counters by &enum hip_stat
 * @dev: hip0, or NULL; changed under RTNL
 * @lock: excludes changes of identities, peers and bindings. Taken inside an
 *	association's lock, never the other way round
 * @identities: of struct hip_identity, RCU
 * @peers: of struct hip_peer, by HIT, RCU
 * @n_peers: entries
 * @bindings: ours, of struct hip_binding, by FID-PRI; under @lock
 * @bindings_by_rank: the same, in the same order
 * @bindings_by_fid: by FID and peer
 * @bindings_by_priority: by FID-PRI and peer
 * @bindings_by_gen: by their last change
 * @n_bindings: entries; WRITE_ONCE
 * @n_peer_bindings: those for one peer
 * @bindings_changes: counts their changes
 * @bindings_gen: the same for who has no @lock, without the upper half
 * @bindings_del_gen: value of it at the last removal
 * @bindings_log: FIDs of the last changes, by @bindings_gen
 * @assocs: of struct hip_assoc, by HIT pair, RCU
 * @assoc_list: the same, in order of birth; RCU to read, @assoc_lock to change
 * @assoc_lock: see there
 * @assoc_serial: hip_assoc->serial of the last one added; under @assoc_lock
 * @half_open: responder's associations that are not yet ESTABLISHED
 * @sas: incoming SAs by SPI, of struct hip_path, RCU
 * @policy: inbound policy, referenced, or NULL; under @lock
 * @n_policy: associations that use it; under @lock
 * @locals: our locators, a snapshot; RCU, replaced by @locals_work
 * @locals_gen: counts the snapshots; under RTNL
 * @locals_work: looks at our addresses after an event
 * @uplink: interfaces of the default routes by IPv6 and by IPv4, or 0
 * @uplink_gen: counts its changes; both are written under RTNL
 * @uplink_nb: hears of routes
 * @config: settings
 * @upcalls: requests to the daemon
 * @r1_work: makes new R1s after a change of identity, locators or bindings
 * @wq: where associations' work runs
 * @r1_scratch: room for an R1 in softirq, per CPU
 * @limit_key: hashes sources of I1s to buckets of @r1_limit
 * @r1_limit: R1s sent in this second, by source (RFC 7401 section 6.7)
 * @load: of exchanges, by which puzzles get harder
 * @fragments: first fragments, for those that follow (fragment.c)
 * @local_route: of what comes in by @dev (route.c)
 * @hooks_needed: in IPv4, bits of enum hip_guard_hook
 * @hooks: those of them that are registered
 * @guard_work: registers the others (guard.c)
 * @notify_limit: NOTIFYs sent in this second
 * @notify_rx_limit: NOTIFYs taken in this second
 * @registrar: services that we offer
 * @rendezvous: who is registered with us, struct hip_rendezvous by HIT, RCU;
 *	changed under @lock
 * @registrations: ours with servers, struct hip_registration, RCU; changed
 *	under @lock
 * @registration_work: renews them
 */
struct hip_net {
	struct net			*net;
	struct hip_mib __percpu		*mib;
	struct net_device __rcu		*dev;
	struct mutex			lock;
	struct list_head		identities;
	struct rhashtable		peers;
	unsigned int			n_peers;
	struct list_head		bindings;
	struct rb_root			bindings_by_rank;
	struct rb_root			bindings_by_fid;
	struct rb_root			bindings_by_priority;
	struct rb_root			bindings_by_gen;
	unsigned int			n_bindings;
	unsigned int			n_peer_bindings;
	u64				bindings_changes;
	u32				bindings_gen;
	u32				bindings_del_gen;
	u16				bindings_log[HIP_BINDINGS_LOG];
	struct rhashtable		assocs;
	struct list_head		assoc_list;
	spinlock_t			assoc_lock;
	u64				assoc_serial;
	atomic_t			half_open;
	struct rhashtable		sas;
	struct xfrm_policy		*policy;
	unsigned int			n_policy;
	struct hip_locals __rcu		*locals;
	u32				locals_gen;
	struct delayed_work		locals_work;
	int				uplink[2];
	u32				uplink_gen;
	struct notifier_block		uplink_nb;
	struct hip_config		config;
	struct hip_upcalls		upcalls;
	struct delayed_work		r1_work;
	struct workqueue_struct		*wq;
	u8 __percpu			*r1_scratch;
	siphash_key_t			limit_key;
	struct hip_limit		r1_limit[HIP_R1_BUCKETS];
	struct hip_load			load;
	struct hip_fragment		*fragments;
	struct dst_cache		local_route;
	unsigned long			hooks_needed;
	unsigned long			hooks;
	struct work_struct		guard_work;
	struct hip_limit		notify_limit;
	struct hip_limit		notify_rx_limit;
	struct hip_registrar		registrar;
	struct rhashtable		rendezvous;
	struct list_head		registrations;
	struct delayed_work		registration_work;
};

extern unsigned int hip_net_id;

static inline struct hip_net *hip_net(struct net *net)
{
	return net_generic(net, hip_net_id);
}

/* With softirqs off, as for each packet that comes. */
static inline void __hip_stat_inc(struct hip_net *hn, enum hip_stat stat)
{
	struct hip_mib *mib = this_cpu_ptr(hn->mib);

	u64_stats_update_begin(&mib->syncp);
	mib->count[stat]++;
	u64_stats_update_end(&mib->syncp);
}

static inline void hip_stat_inc(struct hip_net *hn, enum hip_stat stat)
{
	local_bh_disable();
	__hip_stat_inc(hn, stat);
	local_bh_enable();
}

static inline void hip_count_tx(struct hip_count __percpu *pcpu,
				unsigned int packets, unsigned int bytes)
{
	struct hip_count *c = this_cpu_ptr(pcpu);

	u64_stats_update_begin(&c->syncp);
	u64_stats_add(&c->tx_packets, packets);
	u64_stats_add(&c->tx_bytes, bytes);
	u64_stats_update_end(&c->syncp);
}

static inline void hip_count_rx(struct hip_count __percpu *pcpu,
				unsigned int packets, unsigned int bytes)
{
	struct hip_count *c = this_cpu_ptr(pcpu);

	u64_stats_update_begin(&c->syncp);
	u64_stats_add(&c->rx_packets, packets);
	u64_stats_add(&c->rx_bytes, bytes);
	u64_stats_update_end(&c->syncp);
}

/* main.c */
void hip_count_sum(struct hip_count __percpu *pcpu, struct hip_count_sum *sum);
u64 hip_stat_read(struct hip_net *hn, enum hip_stat stat);

#endif /* _NET_HIP_NETNS_H */
