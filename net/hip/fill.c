// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects as netlink attributes, for dumps and for events.
 */
#include <linux/jiffies.h>
#include <net/genetlink.h>

#include "binding.h"
#include "identity.h"
#include "netlink.h"
#include "opportunistic.h"
#include "registration.h"

/* In all objects these four follow each other: @first is TX_PACKETS. */
static int hip_fill_sum(struct sk_buff *skb, const struct hip_count_sum *sum,
			int first, int pad)
{
	if (nla_put_u64_64bit(skb, first, sum->tx_packets, pad) ||
	    nla_put_u64_64bit(skb, first + 1, sum->tx_bytes, pad) ||
	    nla_put_u64_64bit(skb, first + 2, sum->rx_packets, pad) ||
	    nla_put_u64_64bit(skb, first + 3, sum->rx_bytes, pad))
		return -EMSGSIZE;
	return 0;
}

static int hip_fill_count(struct sk_buff *skb, struct hip_count __percpu *count,
			  int first, int pad)
{
	struct hip_count_sum sum;

	if (!count)
		return 0;
	hip_count_sum(count, &sum);
	return hip_fill_sum(skb, &sum, first, pad);
}

int hip_fill_identity(struct sk_buff *skb, const struct hip_identity *id)
{
	if (nla_put_in6_addr(skb, HIP_A_IDENTITY_HIT, &id->hit) ||
	    nla_put(skb, HIP_A_IDENTITY_HOST_ID, id->host_id_len,
		    id->host_id) ||
	    nla_put_u64_64bit(skb, HIP_A_IDENTITY_R1_COUNTER,
			      READ_ONCE(id->counter), HIP_A_IDENTITY_PAD) ||
	    nla_put_u8(skb, HIP_A_IDENTITY_R1_READY,
		       !!rcu_access_pointer(id->pool)))
		return -EMSGSIZE;
	return 0;
}

int hip_fill_peer(struct sk_buff *skb, const struct hip_peer *peer)
{
	if (nla_put_in6_addr(skb, HIP_A_PEER_HIT, &peer->hit) ||
	    nla_put(skb, HIP_A_PEER_ADDRS, peer->n * sizeof(peer->addr[0]),
		    peer->addr))
		return -EMSGSIZE;
	return 0;
}

static void hip_assoc_sum(struct hip_assoc *assoc, struct hip_count_sum *sum)
{
	struct hip_count_sum one;
	struct hip_path *path;

	memset(sum, 0, sizeof(*sum));
	rcu_read_lock();
	list_for_each_entry_rcu(path, &assoc->paths, list) {
		hip_count_sum(path->count, &one);
		sum->tx_packets += one.tx_packets;
		sum->tx_bytes += one.tx_bytes;
		sum->rx_packets += one.rx_packets;
		sum->rx_bytes += one.rx_bytes;
	}
	rcu_read_unlock();
}

/* What was agreed on, once there is something. */
static int hip_fill_assoc_suites(struct sk_buff *skb,
				 const struct hip_assoc *assoc)
{
	u16 esp = READ_ONCE(assoc->esp_suite);
	u16 cipher = READ_ONCE(assoc->cipher);
	u8 group = READ_ONCE(assoc->dh_group);

	if ((esp && nla_put_u16(skb, HIP_A_ASSOC_ESP_SUITE, esp)) ||
	    (group && nla_put_u8(skb, HIP_A_ASSOC_DH_GROUP, group)) ||
	    (cipher && nla_put_u16(skb, HIP_A_ASSOC_HIP_CIPHER, cipher)))
		return -EMSGSIZE;
	return 0;
}

/*
 * Without the association's lock, or with it: all is single words. An
 * association that waits for a daemon which hangs can still be looked at.
 */
int hip_fill_assoc(struct sk_buff *skb, struct hip_assoc *assoc)
{
	const struct in6_addr *peer = &assoc->hits.peer, *asked = &assoc->asked;
	u64 age = get_jiffies_64() - READ_ONCE(assoc->since);
	u16 notify = READ_ONCE(assoc->notify);
	struct hip_count_sum sum;
	u32 pending;

	/* An address in place of a HIT: who asks is told that it is one. */
	if (hip_opportunistic_is(assoc)) {
		asked = peer;
		peer = &in6addr_any;
	}
	/* An answer is kept after it was acknowledged, to be given again. */
	pending = !!READ_ONCE(assoc->update_out.sent) +
		  (READ_ONCE(assoc->update_in.sent) &&
		   !READ_ONCE(assoc->update_in.acked));
	if (nla_put_in6_addr(skb, HIP_A_ASSOC_LOCAL_HIT, &assoc->hits.local) ||
	    nla_put_in6_addr(skb, HIP_A_ASSOC_PEER_HIT, peer) ||
	    (!ipv6_addr_any(asked) &&
	     nla_put_in6_addr(skb, HIP_A_ASSOC_PEER_ADDR, asked)) ||
	    nla_put_u8(skb, HIP_A_ASSOC_STATE, READ_ONCE(assoc->state)) ||
	    nla_put_u8(skb, HIP_A_ASSOC_FAIL_REASON,
		       READ_ONCE(assoc->fail_reason)) ||
	    (READ_ONCE(assoc->initiator) &&
	     nla_put_flag(skb, HIP_A_ASSOC_INITIATOR)) ||
	    (READ_ONCE(assoc->flows) &&
	     nla_put_flag(skb, HIP_A_ASSOC_FLOWS)) ||
	    hip_fill_assoc_suites(skb, assoc) ||
	    nla_put_u64_64bit(skb, HIP_A_ASSOC_AGE_MS,
			      jiffies64_to_msecs(age), HIP_A_ASSOC_PAD) ||
	    nla_put_u32(skb, HIP_A_ASSOC_UPDATES_PENDING, pending) ||
	    (notify && nla_put_u16(skb, HIP_A_ASSOC_NOTIFY, notify)))
		return -EMSGSIZE;
	hip_assoc_sum(assoc, &sum);
	return hip_fill_sum(skb, &sum, HIP_A_ASSOC_TX_PACKETS,
			    HIP_A_ASSOC_PAD);
}

/* Of the worse end: one that is going away, else one that is not yet proven. */
static u8 hip_path_state(const struct hip_path *path)
{
	if (path->local_state == HIP_LOCATOR_DEPRECATED ||
	    path->peer_state == HIP_LOCATOR_DEPRECATED)
		return HIP_LOCATOR_DEPRECATED;
	if (path->local_state == HIP_LOCATOR_ACTIVE)
		return path->peer_state;
	return HIP_LOCATOR_UNVERIFIED;
}

static bool hip_path_is_default(const struct hip_path *path)
{
	const struct hip_table *table;
	bool is;

	rcu_read_lock();
	table = rcu_dereference(path->assoc->table);
	is = table && table->def == path;
	rcu_read_unlock();
	return is;
}

/* Under the association's lock: addresses may change. */
int hip_fill_path(struct sk_buff *skb, const struct hip_path *path)
{
	const struct hip_hits *hits = &path->assoc->hits;

	if (nla_put_u32(skb, HIP_A_PATH_ID, path->id) ||
	    nla_put_in6_addr(skb, HIP_A_PATH_LOCAL_HIT, &hits->local) ||
	    nla_put_in6_addr(skb, HIP_A_PATH_PEER_HIT, &hits->peer) ||
	    nla_put_in6_addr(skb, HIP_A_PATH_LOCAL_ADDR, &path->local) ||
	    nla_put_in6_addr(skb, HIP_A_PATH_PEER_ADDR, &path->peer) ||
	    nla_put_u32(skb, HIP_A_PATH_IFINDEX, READ_ONCE(path->ifindex)) ||
	    nla_put_u8(skb, HIP_A_PATH_STATE, hip_path_state(path)) ||
	    (hip_path_is_default(path) &&
	     nla_put_flag(skb, HIP_A_PATH_DEFAULT)) ||
	    (READ_ONCE(path->silent) &&
	     nla_put_flag(skb, HIP_A_PATH_SILENT)) ||
	    nla_put_u32(skb, HIP_A_PATH_SPI_IN, path->spi_in) ||
	    nla_put_u32(skb, HIP_A_PATH_SPI_OUT, path->spi_out))
		return -EMSGSIZE;
	return hip_fill_count(skb, path->count, HIP_A_PATH_TX_PACKETS,
			      HIP_A_PATH_PAD);
}

/* --- bindings and flows ------------------------------------------------ */

static int hip_fill_addrs(struct sk_buff *skb, int attr, bool has,
			  const struct in6_addr *min,
			  const struct in6_addr *max)
{
	if (!has)
		return 0;
	if (nla_put_in6_addr(skb, attr, min))
		return -EMSGSIZE;
	if (ipv6_addr_equal(min, max))
		return 0;
	return nla_put_in6_addr(skb, attr + 1, max);
}

static int hip_fill_u32s(struct sk_buff *skb, int attr, bool has, u32 min,
			 u32 max)
{
	if (!has)
		return 0;
	if (nla_put_u32(skb, attr, min))
		return -EMSGSIZE;
	return min == max ? 0 : nla_put_u32(skb, attr + 1, max);
}

static int hip_fill_u16s(struct sk_buff *skb, int attr, bool has, u16 min,
			 u16 max)
{
	if (!has)
		return 0;
	if (nla_put_u16(skb, attr, min))
		return -EMSGSIZE;
	return min == max ? 0 : nla_put_u16(skb, attr + 1, max);
}

static int hip_fill_u8s(struct sk_buff *skb, int attr, bool has, u8 min, u8 max)
{
	if (!has)
		return 0;
	if (nla_put_u8(skb, attr, min))
		return -EMSGSIZE;
	return min == max ? 0 : nla_put_u8(skb, attr + 1, max);
}

static int hip_fill_ranges(struct sk_buff *skb, const struct hip_selector *sel)
{
	u8 has = sel->fields;

	if (hip_fill_addrs(skb, HIP_A_SELECTOR_SRC_MIN, has & HIP_SELECT_SRC,
			   &sel->src_min, &sel->src_max) ||
	    hip_fill_addrs(skb, HIP_A_SELECTOR_DST_MIN, has & HIP_SELECT_DST,
			   &sel->dst_min, &sel->dst_max) ||
	    hip_fill_u32s(skb, HIP_A_SELECTOR_SPI_MIN, has & HIP_SELECT_SPI,
			  sel->spi_min, sel->spi_max) ||
	    hip_fill_u32s(skb, HIP_A_SELECTOR_FLOW_LABEL_MIN,
			  has & HIP_SELECT_FLOW_LABEL, sel->flow_label_min,
			  sel->flow_label_max) ||
	    hip_fill_u16s(skb, HIP_A_SELECTOR_SPORT_MIN,
			  has & HIP_SELECT_SPORT, sel->sport_min,
			  sel->sport_max) ||
	    hip_fill_u16s(skb, HIP_A_SELECTOR_DPORT_MIN,
			  has & HIP_SELECT_DPORT, sel->dport_min,
			  sel->dport_max) ||
	    hip_fill_u8s(skb, HIP_A_SELECTOR_TCLASS_MIN,
			 has & HIP_SELECT_TCLASS, sel->tclass_min,
			 sel->tclass_max) ||
	    hip_fill_u8s(skb, HIP_A_SELECTOR_PROTO_MIN,
			 has & HIP_SELECT_PROTO, sel->proto_min,
			 sel->proto_max))
		return -EMSGSIZE;
	return 0;
}

/* What fails leaves a nest open: the caller cancels the whole message. */
static int hip_fill_selector(struct sk_buff *skb,
			     const struct hip_selector *sel)
{
	u8 family = sel->format == HIP_TS_FORMAT_IPV4 ? AF_INET : AF_INET6;
	struct nlattr *nest;

	nest = nla_nest_start(skb, HIP_A_BINDING_SELECTOR);
	if (!nest || nla_put_u8(skb, HIP_A_SELECTOR_FAMILY, family) ||
	    hip_fill_ranges(skb, sel))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int hip_fill_locator(struct sk_buff *skb, int ifindex,
			    const struct in6_addr *addr)
{
	struct nlattr *nest;
	int err;

	nest = nla_nest_start(skb, HIP_A_BINDING_LOCATOR);
	if (!nest)
		return -EMSGSIZE;
	if (ipv6_addr_any(addr))
		err = nla_put_u32(skb, HIP_A_BINDING_LOCATOR_IFINDEX, ifindex);
	else
		err = nla_put_in6_addr(skb, HIP_A_BINDING_LOCATOR_ADDR, addr);
	if (err)
		return err;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * hip_fill_binding - a binding of ours
 * @skb: message
 * @b: binding
 * @path: that carries it, or NULL if none or if there are several peers
 *
 * Return: 0 or -EMSGSIZE.
 */
int hip_fill_binding(struct sk_buff *skb, const struct hip_binding *b,
		     const struct hip_path *path)
{
	struct nlattr *nest;
	unsigned int i;

	if (nla_put_u16(skb, HIP_A_BINDING_FID, b->fid) ||
	    nla_put_u16(skb, HIP_A_BINDING_PRIORITY, b->priority) ||
	    (!b->any_peer &&
	     nla_put_in6_addr(skb, HIP_A_BINDING_PEER_HIT, &b->peer)) ||
	    hip_fill_selector(skb, &b->sel))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, HIP_A_BINDING_LOCATORS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < b->n; i++)
		if (hip_fill_locator(skb, b->locator[i].ifindex,
				     &b->locator[i].addr))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	if ((path && nla_put_u32(skb, HIP_A_BINDING_PATH, path->id)) ||
	    nla_put_u8(skb, HIP_A_BINDING_STATUS, READ_ONCE(b->status)))
		return -EMSGSIZE;
	return hip_fill_count(skb, b->count ? b->count->pcpu : NULL,
			      HIP_A_BINDING_TX_PACKETS, HIP_A_BINDING_PAD);
}

/**
 * hip_fill_flow - a binding that a peer asked of us
 * @skb: message
 * @assoc: association, locked
 * @flow: flow
 * @path: that carries it, or NULL
 *
 * Return: 0 or -EMSGSIZE.
 */
int hip_fill_flow(struct sk_buff *skb, const struct hip_assoc *assoc,
		  const struct hip_flow *flow, const struct hip_path *path)
{
	struct nlattr *nest;
	unsigned int i;

	if (nla_put_u16(skb, HIP_A_BINDING_FID, flow->fid) ||
	    nla_put_u16(skb, HIP_A_BINDING_PRIORITY, flow->priority) ||
	    nla_put_in6_addr(skb, HIP_A_BINDING_PEER_HIT, &assoc->hits.peer) ||
	    nla_put_in6_addr(skb, HIP_A_BINDING_LOCAL_HIT,
			     &assoc->hits.local) ||
	    nla_put_flag(skb, HIP_A_BINDING_REMOTE) ||
	    hip_fill_selector(skb, &flow->sel))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, HIP_A_BINDING_LOCATORS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < flow->n; i++)
		if (hip_fill_locator(skb, 0, &flow->addr[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	if ((path && nla_put_u32(skb, HIP_A_BINDING_PATH, path->id)) ||
	    nla_put_u8(skb, HIP_A_BINDING_STATUS, 0))
		return -EMSGSIZE;
	return hip_fill_count(skb, flow->count, HIP_A_BINDING_TX_PACKETS,
			      HIP_A_BINDING_PAD);
}

/* --- registrations ----------------------------------------------------- */

static int hip_fill_reg_times(struct sk_buff *skb, u8 lifetime, bool granted,
			      unsigned long expires)
{
	u32 seconds = div_u64(hip_reg_lifetime_ms(lifetime) + 500, 1000);
	long left = expires - jiffies;

	if (nla_put_u32(skb, HIP_A_REGISTRATION_LIFETIME, seconds))
		return -EMSGSIZE;
	if (!granted)
		return 0;
	return nla_put_u64_64bit(skb, HIP_A_REGISTRATION_EXPIRES_MS,
				 left > 0 ? jiffies64_to_msecs(left) : 0,
				 HIP_A_REGISTRATION_PAD);
}

/* Ours with a server; under hip_net->lock. */
int hip_fill_registration(struct sk_buff *skb,
			  const struct hip_registration *reg)
{
	u8 state = READ_ONCE(reg->state);
	bool granted = state == HIP_REGISTRATION_REGISTERED;

	if (reg->cancel)
		state = HIP_REGISTRATION_CANCELLED;
	if (nla_put_in6_addr(skb, HIP_A_REGISTRATION_PEER_HIT, &reg->hit) ||
	    (!ipv6_addr_any(&reg->local) &&
	     nla_put_in6_addr(skb, HIP_A_REGISTRATION_LOCAL_HIT,
			      &reg->local)) ||
	    nla_put(skb, HIP_A_REGISTRATION_ADDRS,
		    reg->n * sizeof(reg->addr[0]), reg->addr) ||
	    nla_put_u8(skb, HIP_A_REGISTRATION_STATE, state) ||
	    (state == HIP_REGISTRATION_REFUSED &&
	     nla_put_u8(skb, HIP_A_REGISTRATION_FAILURE, reg->failure)))
		return -EMSGSIZE;
	return hip_fill_reg_times(skb, granted ? reg->granted : reg->asked,
				  granted, reg->expires);
}

/* A peer's with us; under the association's lock. */
int hip_fill_registered(struct sk_buff *skb, const struct hip_assoc *assoc,
			u8 state)
{
	const struct hip_rendezvous *r = assoc->rendezvous;
	struct in6_addr addr[ARRAY_SIZE(r->way)];
	unsigned int i;

	for (i = 0; i < r->n; i++)
		addr[i] = r->way[i].peer;
	if (nla_put_in6_addr(skb, HIP_A_REGISTRATION_PEER_HIT,
			     &assoc->hits.peer) ||
	    nla_put_in6_addr(skb, HIP_A_REGISTRATION_LOCAL_HIT,
			     &assoc->hits.local) ||
	    nla_put_flag(skb, HIP_A_REGISTRATION_SERVER) ||
	    nla_put(skb, HIP_A_REGISTRATION_ADDRS, i * sizeof(addr[0]),
		    addr) ||
	    nla_put_u8(skb, HIP_A_REGISTRATION_STATE, state) ||
	    nla_put_u64_64bit(skb, HIP_A_REGISTRATION_RELAYED,
			      atomic64_read(&r->relayed),
			      HIP_A_REGISTRATION_PAD))
		return -EMSGSIZE;
	return hip_fill_reg_times(skb, r->lifetime,
				  state == HIP_REGISTRATION_REGISTERED,
				  r->expires);
}

/* --- events ------------------------------------------------------------ */

#define HIP_GROUP_EVENTS	0

/* Return: a message to be filled and sent, or NULL: nobody listens. */
static struct sk_buff *hip_event_new(struct hip_net *hn, u8 cmd, void **hdr)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&hip_genl_family, hn->net, HIP_GROUP_EVENTS))
		return NULL;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, 0, 0, &hip_genl_family, 0, cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static void hip_event_send(struct hip_net *hn, struct sk_buff *skb, void *hdr,
			   int err)
{
	if (err) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&hip_genl_family, hn->net, skb, 0,
				HIP_GROUP_EVENTS, GFP_KERNEL);
}

void hip_netlink_event_assoc(struct hip_assoc *assoc)
{
	struct sk_buff *skb;
	void *hdr;

	skb = hip_event_new(assoc->hn, HIP_CMD_ASSOC_NTF, &hdr);
	if (skb)
		hip_event_send(assoc->hn, skb, hdr,
			       hip_fill_assoc(skb, assoc));
}

void hip_netlink_event_path(struct hip_path *path)
{
	struct hip_net *hn = path->assoc->hn;
	struct sk_buff *skb;
	void *hdr;

	skb = hip_event_new(hn, HIP_CMD_PATH_NTF, &hdr);
	if (skb)
		hip_event_send(hn, skb, hdr, hip_fill_path(skb, path));
}

/* Of the path that carries a FID now, 0 if none. */
static u32 hip_event_path_id(struct hip_assoc *assoc, u16 fid, bool remote)
{
	struct hip_path *path;
	u32 id;

	rcu_read_lock();
	path = hip_table_path_of(assoc, fid, remote, NULL);
	id = path ? path->id : 0;
	rcu_read_unlock();
	return id;
}

static int hip_event_fill_flow(struct sk_buff *skb, struct hip_assoc *assoc,
			       u16 fid, bool remote, u8 status)
{
	u32 id = hip_event_path_id(assoc, fid, remote);

	if (nla_put_u16(skb, HIP_A_BINDING_FID, fid) ||
	    nla_put_in6_addr(skb, HIP_A_BINDING_PEER_HIT, &assoc->hits.peer) ||
	    nla_put_in6_addr(skb, HIP_A_BINDING_LOCAL_HIT,
			     &assoc->hits.local) ||
	    (remote && nla_put_flag(skb, HIP_A_BINDING_REMOTE)) ||
	    (id && nla_put_u32(skb, HIP_A_BINDING_PATH, id)) ||
	    nla_put_u8(skb, HIP_A_BINDING_STATUS, status))
		return -EMSGSIZE;
	return 0;
}

void hip_netlink_event_flow(struct hip_assoc *assoc, u16 fid, bool remote,
			    u8 status)
{
	struct sk_buff *skb;
	void *hdr;

	skb = hip_event_new(assoc->hn, HIP_CMD_BINDING_NTF, &hdr);
	if (skb)
		hip_event_send(assoc->hn, skb, hdr,
			       hip_event_fill_flow(skb, assoc, fid, remote,
						   status));
}

void hip_netlink_event_registration(struct hip_net *hn,
				    const struct hip_registration *reg)
{
	struct sk_buff *skb;
	void *hdr;

	skb = hip_event_new(hn, HIP_CMD_REGISTRATION_NTF, &hdr);
	if (skb)
		hip_event_send(hn, skb, hdr, hip_fill_registration(skb, reg));
}

void hip_netlink_event_registered(struct hip_assoc *assoc, u8 state)
{
	struct sk_buff *skb;
	void *hdr;

	skb = hip_event_new(assoc->hn, HIP_CMD_REGISTRATION_NTF, &hdr);
	if (skb)
		hip_event_send(assoc->hn, skb, hdr,
			       hip_fill_registered(skb, assoc, state));
}
