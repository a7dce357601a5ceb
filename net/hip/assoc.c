// SPDX-License-Identifier: GPL-2.0-only
/*
 * Associations: their table, lifetime and the work that runs their state
 * machine, one association at a time.
 *
 * A reference is held by the table, by work that is queued or running, by the
 * timer while it is armed, and by whoever looked the association up. The last
 * put frees memory only: SAs, keys and paths went in hip_assoc_kill(), which
 * must have been called before the table's reference was dropped.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "assoc.h"
#include "device.h"
#include "exchange.h"
#include "lifetime.h"
#include "netlink.h"
#include "notify.h"
#include "probe.h"
#include "rekey.h"
#include "registration.h"
#include "update.h"
#include "upcall.h"

/* How long the reason of a failure can be read. */
#define HIP_ASSOC_FAILED_STAY	(120 * HZ)
/* One that was made, perhaps by a stranger, and carried nothing at all. */
#define HIP_ASSOC_UNUSED	(120 * HZ)
#define HIP_SENT_MAX_BACKOFF	(30 * HZ)

/*
 * Once for each packet, so not of all 32 octets: a HIT is a hash itself, and peers
 * with 8 octets in common are not to be found by trying.
 */
static u32 hip_assoc_hash(const void *data, u32 len, u32 seed)
{
	const struct hip_hits *hits = data;
	const u32 words[] = {
		(__force u32)hits->local.s6_addr32[2],
		(__force u32)hits->local.s6_addr32[3],
		(__force u32)hits->peer.s6_addr32[2],
		(__force u32)hits->peer.s6_addr32[3],
	};

	return jhash2(words, ARRAY_SIZE(words), seed);
}

static int hip_assoc_differs(struct rhashtable_compare_arg *arg,
			     const void *obj)
{
	const struct hip_assoc *assoc = obj;
	const struct hip_hits *hits = arg->key;

	return !ipv6_addr_equal(&assoc->hits.peer, &hits->peer) ||
	       !ipv6_addr_equal(&assoc->hits.local, &hits->local);
}

static const struct rhashtable_params hip_assoc_params = {
	.key_len = sizeof(struct hip_hits),
	.key_offset = offsetof(struct hip_assoc, hits),
	.head_offset = offsetof(struct hip_assoc, node),
	.hashfn = hip_assoc_hash,
	.obj_cmpfn = hip_assoc_differs,
	.automatic_shrinking = true,
};

static void hip_assoc_work(struct work_struct *work);
static void hip_assoc_timer(struct timer_list *t);

/* --- retransmission ---------------------------------------------------- */

static unsigned long hip_sent_interval(struct hip_assoc *assoc,
				       unsigned int tries)
{
	unsigned long first;

	first = msecs_to_jiffies(READ_ONCE(assoc->hn->config.retransmit_ms));
	return min_t(unsigned long, first << min(tries, 10U),
		     HIP_SENT_MAX_BACKOFF);
}

static void hip_sent_transmit(struct hip_assoc *assoc, struct hip_sent *sent)
{
	/* A lost packet and no route look alike: the timer handles both. */
	hip_control_send(assoc->hn, sent->packet, sent->len, &sent->src,
			 &sent->dst, sent->ifindex);
}

void hip_sent_clear(struct hip_sent **sent)
{
	kfree(*sent);
	WRITE_ONCE(*sent, NULL);
}

int hip_sent_set(struct hip_assoc *assoc, struct hip_sent **sent,
		 const void *packet, unsigned int len,
		 const struct in6_addr *src, const struct in6_addr *dst,
		 int ifindex)
{
	struct hip_sent *new = kzalloc(struct_size(new, packet, len), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	new->len = len;
	new->src = *src;
	new->dst = *dst;
	new->ifindex = ifindex;
	new->due = jiffies + hip_sent_interval(assoc, 0);
	memcpy(new->packet, packet, len);
	hip_sent_clear(sent);
	WRITE_ONCE(*sent, new);
	hip_sent_transmit(assoc, new);
	return 0;
}

int hip_sent_again(struct hip_assoc *assoc, struct hip_sent *sent)
{
	if (!hip_sent_pending(sent) || time_before(jiffies, sent->due))
		return 0;
	if (sent->tries >= READ_ONCE(assoc->hn->config.retries))
		return -ETIMEDOUT;

	sent->tries++;
	sent->due = jiffies + hip_sent_interval(assoc, sent->tries);
	hip_stat_inc(assoc->hn, HIP_STAT_RETRANSMITS);
	hip_sent_transmit(assoc, sent);
	return 0;
}

/* --- table ------------------------------------------------------------- */

static struct kmem_cache *hip_assoc_cache;

int hip_assoc_init(void)
{
	/* There may be very many: of their size, not of a power of two. */
	hip_assoc_cache = KMEM_CACHE(hip_assoc, 0);
	return hip_assoc_cache ? 0 : -ENOMEM;
}

void hip_assoc_exit(void)
{
	kmem_cache_destroy(hip_assoc_cache);
}

struct hip_assoc *hip_assoc_lookup(struct hip_net *hn,
				   const struct in6_addr *local,
				   const struct in6_addr *peer)
{
	struct hip_hits hits = { .local = *local, .peer = *peer };

	return rhashtable_lookup(&hn->assocs, &hits, hip_assoc_params);
}

struct hip_assoc *hip_assoc_get(struct hip_net *hn,
				const struct in6_addr *local,
				const struct in6_addr *peer)
{
	struct hip_assoc *assoc;

	rcu_read_lock();
	assoc = hip_assoc_lookup(hn, local, peer);
	if (assoc && !refcount_inc_not_zero(&assoc->ref))
		assoc = NULL;
	rcu_read_unlock();
	return assoc;
}

static void hip_assoc_free_work(struct work_struct *work)
{
	struct hip_assoc *assoc = container_of(to_rcu_work(work),
					       struct hip_assoc, rwork);

	WARN_ON_ONCE(!list_empty(&assoc->paths));
	WARN_ON_ONCE(rcu_access_pointer(assoc->macs));
	skb_queue_purge(&assoc->rxq);
	skb_queue_purge(&assoc->dataq);
	kfree(assoc->peer_until);
	kmem_cache_free(hip_assoc_cache, assoc);
}

void hip_assoc_put(struct hip_assoc *assoc)
{
	if (!refcount_dec_and_test(&assoc->ref))
		return;
	INIT_RCU_WORK(&assoc->rwork, hip_assoc_free_work);
	queue_rcu_work(assoc->hn->wq, &assoc->rwork);
}

static struct hip_assoc *hip_assoc_new(struct hip_net *hn,
				       const struct in6_addr *local,
				       const struct in6_addr *peer)
{
	struct hip_assoc *assoc = kmem_cache_zalloc(hip_assoc_cache,
						    GFP_ATOMIC);

	if (!assoc)
		return NULL;
	assoc->hn = hn;
	assoc->uplink_gen = READ_ONCE(hn->uplink_gen);
	assoc->hits.local = *local;
	assoc->hits.peer = *peer;
	assoc->state = HIP_STATE_UNASSOCIATED;
	assoc->since = get_jiffies_64();
	refcount_set(&assoc->ref, 1);		/* the table's */
	mutex_init(&assoc->lock);
	INIT_WORK(&assoc->work, hip_assoc_work);
	skb_queue_head_init(&assoc->rxq);
	skb_queue_head_init(&assoc->dataq);
	timer_setup(&assoc->timer, hip_assoc_timer, 0);
	timer_setup(&assoc->watch, hip_probe_timer, 0);
	spin_lock_init(&assoc->watch_lock);
	hip_credit_init(&assoc->credit);
	INIT_LIST_HEAD(&assoc->paths);
	INIT_LIST_HEAD(&assoc->flow_list);
	assoc->flow_ranks = RB_ROOT;
	xa_init(&assoc->flows_by_fid);
	hip_table_init(assoc);
	return assoc;
}

struct hip_assoc *hip_assoc_get_or_new(struct hip_net *hn,
				       const struct in6_addr *local,
				       const struct in6_addr *peer,
				       bool half_open)
{
	struct hip_assoc *assoc, *new, *old;

	assoc = hip_assoc_get(hn, local, peer);
	if (assoc)
		return assoc;
	new = hip_assoc_new(hn, local, peer);
	if (!new)
		return ERR_PTR(-ENOMEM);

	refcount_inc(&new->ref);		/* the caller's */
	rcu_read_lock();
	spin_lock_bh(&hn->assoc_lock);
	old = rhashtable_lookup_get_insert_fast(&hn->assocs, &new->node,
						hip_assoc_params);
	if (!old) {
		new->half_open = half_open;
		if (half_open)
			atomic_inc(&hn->half_open);
		new->serial = ++hn->assoc_serial;
		list_add_tail_rcu(&new->list, &hn->assoc_list);
	}
	spin_unlock_bh(&hn->assoc_lock);
	if (old) {
		kmem_cache_free(hip_assoc_cache, new);
		if (!IS_ERR(old) && !refcount_inc_not_zero(&old->ref))
			old = ERR_PTR(-EAGAIN);
		new = old;
	}
	rcu_read_unlock();
	return new;
}

/* --- events ------------------------------------------------------------ */

static void hip_assoc_queue(struct hip_assoc *assoc)
{
	refcount_inc(&assoc->ref);
	if (!queue_work(assoc->hn->wq, &assoc->work))
		hip_assoc_put(assoc);
}

void hip_assoc_event(struct hip_assoc *assoc, enum hip_assoc_event event)
{
	set_bit(event, &assoc->events);
	hip_assoc_queue(assoc);
}

void hip_assoc_event_all(struct hip_net *hn, enum hip_assoc_event event)
{
	struct hip_assoc *assoc;

	rcu_read_lock();
	list_for_each_entry_rcu(assoc, &hn->assoc_list, list) {
		if (!refcount_inc_not_zero(&assoc->ref))
			continue;
		hip_assoc_event(assoc, event);
		hip_assoc_put(assoc);
	}
	rcu_read_unlock();
}

void hip_assoc_rx(struct hip_assoc *assoc, struct sk_buff *skb, bool authentic)
{
	if (skb_queue_len_lockless(&assoc->rxq) >=
	    (authentic ? HIP_MAX_RXQ : HIP_MAX_RXQ / 2)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_LIMIT);
		kfree_skb(skb);
		return;
	}
	skb_queue_tail(&assoc->rxq, skb);
	hip_assoc_queue(assoc);
}

static void hip_assoc_timer(struct timer_list *t)
{
	struct hip_assoc *assoc = container_of(t, struct hip_assoc, timer);

	hip_assoc_event(assoc, HIP_EVENT_TIMER);
	hip_assoc_put(assoc);			/* the timer's */
}

static void hip_assoc_due(struct hip_assoc *assoc, bool *any,
			  unsigned long *due, unsigned long when)
{
	if (!*any || time_before(when, *due))
		*due = when;
	*any = true;
}

/* In jiffies; 0: an association lasts until it is closed. */
static unsigned long hip_assoc_idle_timeout(const struct hip_assoc *assoc)
{
	return READ_ONCE(assoc->hn->config.idle_timeout_s) * (unsigned long)HZ;
}

static unsigned long hip_assoc_idle_due(const struct hip_assoc *assoc)
{
	unsigned long timeout = hip_assoc_idle_timeout(assoc);

	if (!assoc->idle_packets)
		timeout = min_t(unsigned long, timeout, HIP_ASSOC_UNUSED);
	return assoc->idle_since + timeout;
}

void hip_assoc_arm(struct hip_assoc *assoc)
{
	unsigned long due = 0, when = 0;
	bool any = false;

	if (assoc->dead)
		return;
	if (assoc->state == HIP_STATE_ESTABLISHED &&
	    hip_probe_due(assoc, &when))
		hip_assoc_due(assoc, &any, &due, when);
	if (assoc->state == HIP_STATE_ESTABLISHED &&
	    hip_lifetime_next(assoc, &when))
		hip_assoc_due(assoc, &any, &due, when);
	if (assoc->state == HIP_STATE_ESTABLISHED &&
	    hip_rekey_next(assoc, &when))
		hip_assoc_due(assoc, &any, &due, when);
	if (hip_sent_pending(assoc->sent))
		hip_assoc_due(assoc, &any, &due, assoc->sent->due);
	if (hip_sent_pending(assoc->update_out.sent))
		hip_assoc_due(assoc, &any, &due, assoc->update_out.sent->due);
	if (hip_sent_pending(assoc->update_in.sent) &&
	    !assoc->update_in.acked)
		hip_assoc_due(assoc, &any, &due, assoc->update_in.sent->due);
	if (assoc->state == HIP_STATE_R2_SENT)
		hip_assoc_due(assoc, &any, &due, assoc->r2_until);
	if (assoc->state == HIP_STATE_E_FAILED ||
	    assoc->state == HIP_STATE_CLOSED ||
	    (assoc->state == HIP_STATE_ESTABLISHED && assoc->retry_at))
		hip_assoc_due(assoc, &any, &due, assoc->retry_at);
	if (assoc->state == HIP_STATE_ESTABLISHED && assoc->initiator &&
	    time_before(jiffies, assoc->settled))
		hip_assoc_due(assoc, &any, &due, assoc->settled);
	if (assoc->state == HIP_STATE_ESTABLISHED &&
	    hip_assoc_idle_timeout(assoc) && !hip_registration_holds(assoc))
		hip_assoc_due(assoc, &any, &due, hip_assoc_idle_due(assoc));
	if (assoc->rendezvous)
		hip_assoc_due(assoc, &any, &due, assoc->rendezvous->expires);
	/* What is over waits for the daemon, or for another UPDATE to end. */
	if (assoc->retry_paths && time_before(jiffies, assoc->retry_paths))
		hip_assoc_due(assoc, &any, &due, assoc->retry_paths);
	if (!any)
		return;

	refcount_inc(&assoc->ref);
	if (time_before_eq(due, jiffies))
		due = jiffies + 1;
	if (mod_timer(&assoc->timer, due))
		hip_assoc_put(assoc);		/* it was armed already */
}

/* --- unused association lifetime (RFC 7401 section 4.4.4) --------------- */

static u64 hip_assoc_packets(struct hip_assoc *assoc)
{
	struct hip_count_sum sum;
	struct hip_path *path;
	u64 n = 0;

	list_for_each_entry(path, &assoc->paths, list) {
		hip_count_sum(path->count, &sum);
		n += sum.tx_packets + sum.rx_packets;
	}
	return n;
}

/* Nothing came or went since the last look: it is closed. */
static void hip_assoc_idle(struct hip_assoc *assoc)
{
	u64 n;

	if (!hip_assoc_idle_timeout(assoc) || hip_registration_holds(assoc) ||
	    time_before(jiffies, hip_assoc_idle_due(assoc)))
		return;
	n = hip_assoc_packets(assoc);
	assoc->idle_since = jiffies;
	/* Without hipflowd the peer could not be told. */
	if (n != assoc->idle_packets || !hip_upcall_ready(assoc->hn))
		assoc->idle_packets = n;
	else
		hip_close_send(assoc);
}

/* --- state ------------------------------------------------------------- */

void hip_assoc_set_state(struct hip_assoc *assoc, u8 state)
{
	if (assoc->half_open && state != HIP_STATE_R2_SENT) {
		assoc->half_open = false;
		atomic_dec(&assoc->hn->half_open);
	}
	if (assoc->state == state)
		return;
	if (state != HIP_STATE_E_FAILED)
		assoc->fail_reason = HIP_FAIL_NONE;
	assoc->since = get_jiffies_64();
	assoc->idle_since = jiffies;
	assoc->idle_packets = 0;
	/* Pairs with the reader in hip_output_xmit(): the table is published
	 * before the state says that there is one.
	 */
	smp_store_release(&assoc->state, state);
	hip_netlink_event_assoc(assoc);
}

static void hip_macs_free_rcu(struct rcu_head *rcu)
{
	struct hip_macs *macs = container_of(rcu, struct hip_macs, rcu);

	hip_hmac_free(macs->in);
	hip_hmac_free(macs->out);
	kfree(macs);
}

void hip_assoc_set_macs(struct hip_assoc *assoc, struct hip_macs *macs)
{
	macs = rcu_replace_pointer(assoc->macs, macs,
				   lockdep_is_held(&assoc->lock));
	if (macs)
		call_rcu(&macs->rcu, hip_macs_free_rcu);
}

void hip_assoc_drop_table(struct hip_assoc *assoc)
{
	struct hip_table *table;

	table = rcu_replace_pointer(assoc->table, NULL,
				    lockdep_is_held(&assoc->lock));
	if (table)
		hip_table_free(table, assoc->hn->wq);
}

void hip_assoc_reset_paths(struct hip_assoc *assoc)
{
	struct hip_path *path, *next_path;
	struct hip_flow *flow, *next_flow;

	lockdep_assert_held(&assoc->lock);

	hip_registration_reset(assoc);
	hip_update_reset(assoc);
	hip_sent_clear(&assoc->sent);
	hip_assoc_drop_table(assoc);
	list_for_each_entry_safe(path, next_path, &assoc->paths, list)
		hip_path_del(path);
	hip_sa_policy_put(assoc);
	hip_ruleset_drop(&assoc->theirs, assoc->hn->wq);
	hip_ruleset_drop(&assoc->ours, assoc->hn->wq);
	list_for_each_entry_safe(flow, next_flow, &assoc->flow_list, list) {
		list_del(&flow->list);
		hip_flow_put(flow);
	}
	assoc->flow_ranks = RB_ROOT;
	xa_destroy(&assoc->flows_by_fid);
	assoc->n_flows = 0;
	assoc->n_peer_locators = 0;
	assoc->peer_signal = in6addr_any;
	assoc->tell_again = 0;
	assoc->silent_since = 0;
	kfree(assoc->r2);
	assoc->r2 = NULL;
}

void hip_assoc_reset(struct hip_assoc *assoc)
{
	hip_assoc_reset_paths(assoc);
	hip_credit_reset(assoc);
	hip_assoc_set_macs(assoc, NULL);
	hip_keymat_wipe(&assoc->keymat);
	assoc->keymat_index = 0;
	if (assoc->dh_key) {
		hip_upcall_dh_release(assoc->hn, assoc->dh_key);
		assoc->dh_key = 0;
	}
	kfree(assoc->peer_host_id);
	assoc->peer_host_id = NULL;
	assoc->peer_host_id_len = 0;
	if (assoc->identity) {
		hip_identity_put(assoc->identity);
		assoc->identity = NULL;
	}
	memzero_explicit(assoc->puzzle_i, sizeof(assoc->puzzle_i));
	memzero_explicit(assoc->puzzle_j, sizeof(assoc->puzzle_j));
	kfree(assoc->peer_dh);
	assoc->peer_dh = NULL;
	assoc->peer_dh_len = 0;
	assoc->flows = false;
	assoc->initiator = false;
	assoc->r1_refused = HIP_FAIL_NONE;
}

void hip_assoc_fail(struct hip_assoc *assoc, u8 reason)
{
	net_dbg_ratelimited("hip: %pI6c: failed, reason %u\n",
			    &assoc->hits.peer, reason);
	hip_assoc_reset(assoc);
	assoc->fail_reason = reason;
	assoc->retry_at = jiffies + HIP_ASSOC_FAILED_STAY;
	hip_registration_failed(assoc);
	hip_assoc_set_state(assoc, HIP_STATE_E_FAILED);
	hip_output_drop_queue(assoc);
}

void hip_assoc_kill(struct hip_assoc *assoc)
{
	struct hip_net *hn = assoc->hn;

	lockdep_assert_held(&assoc->lock);
	if (assoc->dead)
		return;
	hip_assoc_reset(assoc);
	hip_output_drop_queue(assoc);
	if (assoc->state != HIP_STATE_UNASSOCIATED)
		hip_assoc_set_state(assoc, HIP_STATE_UNASSOCIATED);
	else if (assoc->half_open)
		hip_assoc_set_state(assoc, HIP_STATE_UNASSOCIATED);

	assoc->dead = true;
	spin_lock_bh(&hn->assoc_lock);
	rhashtable_remove_fast(&hn->assocs, &assoc->node, hip_assoc_params);
	list_del_rcu(&assoc->list);
	spin_unlock_bh(&hn->assoc_lock);
	if (del_timer_sync(&assoc->timer))
		hip_assoc_put(assoc);		/* the timer's */
	hip_probe_end(assoc);
	hip_assoc_put(assoc);			/* the table's */
}

/* --- work -------------------------------------------------------------- */

/*
 * Softirq has verified it already, but a base exchange may have changed the keys
 * since: what belongs to the association before is not for this one.
 */
static bool hip_assoc_mac_ok(struct hip_assoc *assoc,
			     const struct hip_packet *p)
{
	struct hip_macs *macs;

	if (!hip_packet_has_mac(p))
		return true;
	macs = rcu_dereference_protected(assoc->macs,
					 lockdep_is_held(&assoc->lock));
	return macs && !hip_packet_check_mac(p, macs->in);
}

static void hip_assoc_process(struct hip_assoc *assoc, struct sk_buff *skb)
{
	const struct hip_skb_cb *cb = HIP_SKB_CB(skb);
	struct hip_packet *p;
	int err;

	p = kmalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		goto out;
	/* Parsed in softirq once; the index did not fit into the skb. */
	err = hip_packet_parse(p, skb->data, skb->len);
	if (err && err != -EPROTONOSUPPORT)
		goto out;

	if (cb->unknown) {
		hip_probe_rx_unknown(assoc, p);
		hip_registration_rx_unknown(assoc, p);
		goto out;
	}
	if (!hip_assoc_mac_ok(assoc, p)) {
		hip_stat_inc(assoc->hn, HIP_STAT_DROP_MAC);
		goto out;
	}
	if (p->error_param && hip_packet_has_mac(p) && assoc->identity) {
		hip_notify_critical(assoc->hn, assoc->identity, p, cb);
		goto out;
	}
	switch (hip_hdr_type(p->hdr)) {
	case HIP_R1:
		hip_exchange_rx_r1(assoc, p, cb);
		break;
	case HIP_I2:
		hip_exchange_rx_i2(assoc, p, cb);
		break;
	case HIP_R2:
		hip_exchange_rx_r2(assoc, p, cb);
		break;
	case HIP_UPDATE:
		hip_update_rx(assoc, p, cb);
		break;
	case HIP_NOTIFY:
		hip_notify_rx(assoc, p);
		break;
	case HIP_CLOSE:
		hip_close_rx(assoc, p, cb);
		break;
	case HIP_CLOSE_ACK:
		hip_close_rx_ack(assoc, p);
		break;
	}
out:
	kfree(p);
	kfree_skb(skb);
}

static void hip_assoc_start(struct hip_assoc *assoc)
{
	if (assoc->state == HIP_STATE_E_FAILED ||
	    assoc->state == HIP_STATE_CLOSED)
		hip_assoc_set_state(assoc, HIP_STATE_UNASSOCIATED);
	if (assoc->state == HIP_STATE_UNASSOCIATED)
		hip_exchange_initiate(assoc);
}

static void hip_assoc_timers(struct hip_assoc *assoc)
{
	switch (assoc->state) {
	case HIP_STATE_I1_SENT:
	case HIP_STATE_I2_SENT:
	case HIP_STATE_R2_SENT:
		hip_exchange_timer(assoc);
		break;
	case HIP_STATE_ESTABLISHED:
		hip_update_timer(assoc);
		if (assoc->state == HIP_STATE_ESTABLISHED)
			hip_rekey_timer(assoc);
		if (assoc->state == HIP_STATE_ESTABLISHED)
			hip_lifetime_timer(assoc);
		if (assoc->state == HIP_STATE_ESTABLISHED)
			hip_assoc_idle(assoc);
		break;
	case HIP_STATE_CLOSING:
		hip_close_timer(assoc);
		break;
	case HIP_STATE_E_FAILED:
	case HIP_STATE_CLOSED:
		if (time_before(jiffies, assoc->retry_at))
			break;
		hip_assoc_reset(assoc);
		hip_assoc_set_state(assoc, HIP_STATE_UNASSOCIATED);
		break;
	}
}

static void hip_assoc_run(struct hip_assoc *assoc, unsigned long events)
{
	if (test_bit(HIP_EVENT_CLOSE, &events))
		hip_close_send(assoc);
	if (test_bit(HIP_EVENT_START, &events))
		hip_assoc_start(assoc);
	if (test_bit(HIP_EVENT_DATA, &events))
		hip_exchange_established(assoc);
	if (test_bit(HIP_EVENT_SA, &events) && hip_sa_repair(assoc))
		hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
	if (test_bit(HIP_EVENT_LOCALS, &events))
		hip_update_locals_changed(assoc);
	if (test_bit(HIP_EVENT_BINDINGS, &events))
		hip_update_bindings_changed(assoc);
	if (test_bit(HIP_EVENT_REKEY, &events))
		hip_rekey_ask(assoc, false);
	if (test_bit(HIP_EVENT_REKEY_DH, &events))
		hip_rekey_ask(assoc, true);
	if (events & (BIT(HIP_EVENT_TIMER) | BIT(HIP_EVENT_REGISTER)))
		hip_registration_run(assoc);
	if (test_bit(HIP_EVENT_TIMER, &events))
		hip_assoc_timers(assoc);
	if (assoc->state == HIP_STATE_ESTABLISHED) {
		hip_probe_run(assoc);
		if (assoc->state == HIP_STATE_ESTABLISHED)
			hip_update_run(assoc);
	}
}

static void hip_assoc_work(struct work_struct *work)
{
	struct hip_assoc *assoc = container_of(work, struct hip_assoc, work);
	struct sk_buff *skb;

	mutex_lock(&assoc->lock);
	while ((skb = skb_dequeue(&assoc->rxq))) {
		if (assoc->dead)
			kfree_skb(skb);
		else
			hip_assoc_process(assoc, skb);
	}
	if (!assoc->dead) {
		hip_assoc_run(assoc, xchg(&assoc->events, 0));
		hip_assoc_arm(assoc);
		/* Nothing to remember or to do: let go of the memory. */
		if (assoc->state == HIP_STATE_UNASSOCIATED &&
		    !READ_ONCE(assoc->events) &&
		    skb_queue_empty_lockless(&assoc->rxq))
			hip_assoc_kill(assoc);
	}
	mutex_unlock(&assoc->lock);
	hip_assoc_put(assoc);
}

/* --- namespace ----------------------------------------------------------- */

int hip_assoc_net_init(struct hip_net *hn)
{
	INIT_LIST_HEAD(&hn->assoc_list);
	spin_lock_init(&hn->assoc_lock);
	return rhashtable_init(&hn->assocs, &hip_assoc_params);
}

/* Packets, netlink and events no longer come here; only timers and works. */
void hip_assoc_net_exit(struct hip_net *hn)
{
	struct hip_assoc *assoc;

	for (;;) {
		rcu_read_lock();
		assoc = list_first_or_null_rcu(&hn->assoc_list,
					       struct hip_assoc, list);
		if (!assoc) {
			rcu_read_unlock();
			break;
		}
		/* Its own work may be about to let go of it. */
		if (!refcount_inc_not_zero(&assoc->ref)) {
			rcu_read_unlock();
			cond_resched();
			continue;
		}
		rcu_read_unlock();
		mutex_lock(&assoc->lock);
		hip_assoc_kill(assoc);
		mutex_unlock(&assoc->lock);
		hip_assoc_put(assoc);
	}
	/* Timers that fired queue work, work puts, puts queue RCU work. */
	flush_workqueue(hn->wq);
	rcu_barrier();
	flush_workqueue(hn->wq);
	rcu_barrier();
	flush_workqueue(hn->wq);
	rhashtable_destroy(&hn->assocs);
}
