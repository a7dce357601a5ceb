/* SPDX-License-Identifier: GPL-2.0-only */
/* Association: two HITs, their state (RFC 7401 section 4.4), keys and paths. */
#ifndef _NET_HIP_ASSOC_H
#define _NET_HIP_ASSOC_H

#include <linux/skbuff.h>
#include <linux/timer.h>

#include "identity.h"
#include "credit.h"
#include "keymat.h"
#include "netns.h"
#include "path.h"

/* After a failed base exchange data does not start another one so soon. */
#define HIP_ASSOC_HOLD_OFF	(5 * HZ)

struct hip_hits {
	struct in6_addr local;
	struct in6_addr peer;
};

/* Why an association's work runs; bits of hip_assoc->events. */
enum hip_assoc_event {
	HIP_EVENT_START,	/* data or a user wants it: base exchange */
	HIP_EVENT_TIMER,	/* a timer ran out */
	HIP_EVENT_DATA,		/* first data in R2-SENT */
	HIP_EVENT_LOCALS,	/* our locators changed */
	HIP_EVENT_BINDINGS,	/* our bindings changed */
	HIP_EVENT_CLOSE,	/* a user wants it closed */
	HIP_EVENT_SA,		/* an SA vanished behind our back */
	HIP_EVENT_PROBE,	/* a path may be silent */
	HIP_EVENT_WORN,		/* an SA reached a limit */
	HIP_EVENT_REKEY,	/* a user wants new keys */
	HIP_EVENT_REKEY_DH,	/* and another KEYMAT */
	HIP_EVENT_REGISTER,	/* a registration is due, or to be looked at */
};

/* HMACs of the HIP keys; RCU, for the check in softirq. */
struct hip_macs {
	struct hip_hmac		*in;
	struct hip_hmac		*out;
	struct rcu_head		rcu;
};

/* What an UPDATE that we began is about. */
enum hip_update_kind {
	HIP_UPDATE_NONE,
	HIP_UPDATE_ANNOUNCE,	/* complete E-LOCATOR, no new SA */
	HIP_UPDATE_REDIRECT,	/* some FIDs only (draft 3.3.3) */
	HIP_UPDATE_READDRESS,	/* a path at a new address, OLD SPI == NEW */
	HIP_UPDATE_NEW_PATH,	/* a new SA pair, OLD SPI == 0 */
	HIP_UPDATE_REKEY,	/* new SAs for a path (RFC 7402 section 6.8) */
	HIP_UPDATE_REGISTER,	/* REG_REQUEST, or the end of a registration */
};

/* SPIs to tell of that are gone. */
#define HIP_MAX_GONE		8

/* FIDs in one flow update. */
#define HIP_MAX_REDIRECT	16

/**
 * struct hip_update_out - the UPDATE that we began and that is not yet acked
 * @kind: what it is about
 * @id: Update ID
 * @path: of the SPI in its ESP_INFO
 * @keymat_index: that we proposed
 * @bindings_gen: what the peer knows of bindings when it is acknowledged
 * @reg_asked: with %HIP_UPDATE_REGISTER: it has a REG_REQUEST
 * @reg_revoked: and a REG_RESPONSE that ends the peer's registration
 * @asked: it was sent by way of the peer's servers as well (jump.c)
 * @gone: with %HIP_UPDATE_ANNOUNCE: the SPI that it says is gone, or 0
 * @sent: the packet, or NULL
 */
struct hip_update_out {
	enum hip_update_kind	kind;
	u32			id;
	struct hip_path		*path;
	u16			keymat_index;
	u32			bindings_gen;
	bool			reg_asked;
	bool			reg_revoked;
	bool			asked;
	u32			gone;
	struct hip_sent		*sent;
};

/**
 * struct hip_update_in - the UPDATE of the peer that we answered last
 * @peer_id: its Update ID
 * @valid: there was one
 * @id: our Update ID in the answer
 * @acked: the peer acknowledged our answer
 * @path: that is under address check
 * @keymat_index: where the keys of a new path came from
 * @sent: the answer, or NULL
 */
struct hip_update_in {
	u32			peer_id;
	u16			keymat_index;
	bool			valid;
	u32			id;
	bool			acked;
	struct hip_path		*path;
	struct hip_sent		*sent;
};

/**
 * struct hip_registered - what came of the last REG_REQUEST for rendezvous
 * @valid: there was one
 * @refused: by @failure
 * @seq: Update ID that it came with, 0 for I2
 * @lifetime: granted, 0: cancelled
 * @failure: RFC 8003 section 4.4
 * @revoke: it ended for another reason; the host is to be told
 */
struct hip_registered {
	bool	valid;
	bool	refused;
	u32	seq;
	u8	lifetime;
	u8	failure;
	bool	revoke;
};

/**
 * struct hip_assoc - an association
 * @node: in hip_net->assocs
 * @list: in hip_net->assoc_list
 * @hn: namespace
 * @serial: order of birth in hip_net->assoc_list, by which dumps resume
 * @ref: table, work and whoever looked it up hold one each
 * @rwork: frees it
 * @hits: key
 * @asked: the address at which it was met in opportunistic mode, or any
 * @lock: excludes all below but for what says otherwise; process context
 * @dead: taken out of the table; no more events
 * @state: &enum hip_assoc_state; WRITE_ONCE, read anywhere
 * @fail_reason: &enum hip_fail_reason
 * @initiator: we are the Initiator
 * @flows: the peer sent an E-LOCATOR
 * @half_open: counted in hip_net->half_open
 * @any_hit: nobody said which HIT of ours to use
 * @policy: it uses hip_net->policy
 * @since: jiffies64 of the last change of state
 * @work: runs the state machine; on hip_net->wq
 * @events: bits of &enum hip_assoc_event
 * @rxq: control packets for @work; has its own lock
 * @dataq: data that waits for the exchange; has its own lock
 * @timer: the next of all that are due
 * @silent_since: jiffies since when all paths are silent, 0 if one is not
 * @idle_since: jiffies when it was looked at for data last
 * @idle_packets: packets in and out then
 * @watch: looks for silent paths while data waits for an answer (probe.c)
 * @watch_lock: excludes the two that follow
 * @watched: @watch is armed; READ_ONCE
 * @watch_end: it will not be armed again
 * @retry_at: jiffies when E-FAILED or CLOSED is forgotten; when ESTABLISHED and
 *	not 0, when an UPDATE that could not be begun is tried again
 * @identity: ours, referenced, or NULL
 * @peer_host_id: contents of the peer's HOST_ID, once verified
 * @peer_host_id_len: octets
 * @rhash: of the Responder's HIT suite
 * @cipher: HIP_CIPHER
 * @esp_suite: RFC 7402
 * @dh_group: RFC 7401 section 5.2.7
 * @dh_key: daemon's handle of our Initiator key pair, 0 if none
 * @r1_counter: of the peer's last R1
 * @r1_refused: &enum hip_fail_reason: why an R1 was not answered, though better
 *	ones are waited for
 * @puzzle_i: #I of the exchange that made this association, for another KEYMAT
 * @puzzle_j: #J of it, by which the Responder knows a repeated I2 from a new one
 * @peer_dh: the peer's last Diffie-Hellman value, for the same
 * @peer_dh_len: octets
 * @keymat: keys are drawn from it
 * @keymat_index: next unused octet
 * @keymat_doubt: the peer may have another one (rekey.c)
 * @macs: RCU
 * @sent: I1, I2 or CLOSE under retransmission, or NULL
 * @other_local: our end of the other pair of addresses that the I2 may go by
 * @other_peer: and the peer's
 * @r2: R2 to be sent again on a repeated I2
 * @r2_len: octets
 * @r2_until: jiffies when R2-SENT ends by itself
 * @next_update_id: of ours
 * @peer_update_seen: Update IDs of the peer were received
 * @peer_update_max: the highest
 * @peer_update_mask: bit n: @peer_update_max - n was processed
 * @peer_request_seen: one of those told of locators or SAs
 * @peer_request: the last that did
 * @update_out: the UPDATE that we began
 * @update_in: the UPDATE that we answered, expecting an acknowledgment
 * @update_ack: the one that we answered by an acknowledgment alone
 * @announce: the complete state is to be told
 * @gone: SPIs of ours that the peer may still send to, the newest first; 0: none
 * @bindings_gen: bindings changed up to here are known to the peer
 * @uplink_gen: hip_net->uplink_gen that was taken note of
 * @retry_paths: jiffies before which no further path is tried, 0 if any time
 * @rekey_dh: a rekey that a user wants makes another KEYMAT
 * @rekey_fails: rekeys that came to nothing since the last that did not
 * @rekey_wait: jiffies before which no path is rekeyed, 0 if any time
 * @failed_paths: pairs of addresses that were tried in vain since they changed
 * @homes: addresses that a path was told to have moved to, one after the other, or
 *	paths that have told it, and no answer
 * @settled: jiffies when the peer seems to have told all of its addresses
 * @credit: data for addresses that are not verified; has its own lock
 * @notify: last NOTIFICATION type from the peer
 * @n_peer_locators: how many of the two that follow
 * @max_peer_locators: room there
 * @peer_locators: from R1 or I2, candidates and their order of preference
 * @peer_until: for how long, see lifetime.c
 * @peer_signal: where the peer wants control packets, if elsewhere than data
 * @tell_again: when ours are to be told again, 0: never
 * @paths: of struct hip_path
 * @flow_list: the peer's flows, struct hip_flow, by priority
 * @flow_ranks: the same; struct hip_rank
 * @flows_by_fid: the same; HIP_FLOW_CHANGED marks those that @theirs has not as
 *	they are
 * @flow_mark: counts the E-LOCATORs that were read
 * @flow_serial: of the last that took its place in @flow_list
 * @n_flows: how many
 * @theirs: the peer's flows as data finds them; HIP_FLOW_CHANGED marks those
 *	that are gone
 * @ours: our bindings for this peer as data finds them
 * @ours_gen: hip_net->bindings_gen of @ours
 * @table: for data; RCU
 * @rendezvous: the peer is registered with us, or NULL
 * @registered: what it was told of that
 * @rvs: a server by which the peer was met, or any (jump.c)
 * @update_via: the server that relayed the UPDATE at hand, or any
 */
struct hip_assoc {
	struct rhash_head		node;
	struct list_head		list;
	struct hip_net			*hn;
	u64				serial;
	refcount_t			ref;
	struct rcu_work			rwork;
	struct hip_hits			hits;
	struct in6_addr			asked;

	struct mutex			lock;
	bool				dead;
	u8				state;
	u8				fail_reason;
	bool				initiator;
	bool				flows;
	bool				half_open;
	bool				any_hit;
	u64				since;

	bool				policy;

	struct work_struct		work;
	unsigned long			events;
	struct sk_buff_head		rxq;
	struct sk_buff_head		dataq;
	struct timer_list		timer;
	unsigned long			silent_since;
	unsigned long			idle_since;
	u64				idle_packets;
	struct timer_list		watch;
	spinlock_t			watch_lock;
	bool				watched;
	bool				watch_end;
	unsigned long			retry_at;

	struct hip_identity		*identity;
	u8				*peer_host_id;
	unsigned int			peer_host_id_len;
	enum hip_rhash			rhash;
	u16				cipher;
	u16				esp_suite;
	u8				dh_group;
	u32				dh_key;
	u64				r1_counter;
	u8				r1_refused;
	u8				puzzle_i[HIP_RHASH_MAX_LEN];
	u8				puzzle_j[HIP_RHASH_MAX_LEN];
	u8				*peer_dh;
	unsigned int			peer_dh_len;
	struct hip_keymat		keymat;
	unsigned int			keymat_index;
	bool				keymat_doubt;
	struct hip_macs __rcu		*macs;

	struct hip_sent			*sent;
	struct in6_addr			other_local;
	struct in6_addr			other_peer;
	u8				*r2;
	unsigned int			r2_len;
	unsigned long			r2_until;

	u32				next_update_id;
	bool				peer_update_seen;
	u32				peer_update_max;
	u32				peer_update_mask;
	bool				peer_request_seen;
	u32				peer_request;
	struct hip_update_out		update_out;
	struct hip_update_in		update_in;
	struct hip_update_in		update_ack;
	bool				announce;
	u32				gone[HIP_MAX_GONE];
	u32				bindings_gen;
	u32				uplink_gen;
	unsigned long			retry_paths;
	unsigned int			failed_paths;
	unsigned int			homes;
	bool				rekey_dh;
	unsigned int			rekey_fails;
	unsigned long			rekey_wait;
	unsigned long			settled;
	u16				notify;
	struct hip_credit		credit;

	u8				n_peer_locators;
	u8				max_peer_locators;
	struct in6_addr			*peer_locators;
	time64_t			*peer_until;
	struct in6_addr			peer_signal;
	time64_t			tell_again;
	struct list_head		paths;
	struct list_head		flow_list;
	struct rb_root			flow_ranks;
	struct xarray			flows_by_fid;
	u32				flow_mark;
	u32				flow_serial;
	unsigned int			n_flows;
	struct hip_ruleset		theirs;
	struct hip_ruleset		ours;
	u32				ours_gen;
	struct hip_table __rcu		*table;
	struct hip_rendezvous		*rendezvous;
	struct hip_registered		registered;
	struct in6_addr			rvs;
	struct in6_addr			update_via;
};

/* A packet of ours under retransmission: keep a copy, send, set when it is due
 * again. Under the association's lock.
 */
int hip_sent_set(struct hip_assoc *assoc, struct hip_sent **sent,
		 const void *packet, unsigned int len,
		 const struct in6_addr *src, const struct in6_addr *dst,
		 int ifindex);
/*
 * Send once more if it is due; @sent may be NULL. Return: -ETIMEDOUT when tries are
 * exhausted.
 */
int hip_sent_again(struct hip_assoc *assoc, struct hip_sent *sent);
void hip_sent_clear(struct hip_sent **sent);
static inline bool hip_sent_pending(const struct hip_sent *sent)
{
	return sent;
}

int hip_assoc_init(void);
void hip_assoc_exit(void);
int hip_assoc_net_init(struct hip_net *hn);
/* All associations go, silently (namespace or module exit). */
void hip_assoc_net_exit(struct hip_net *hn);

/* Under RCU, no reference. */
struct hip_assoc *hip_assoc_lookup(struct hip_net *hn,
				   const struct in6_addr *local,
				   const struct in6_addr *peer);
/* With a reference, or NULL. */
struct hip_assoc *hip_assoc_get(struct hip_net *hn,
				const struct in6_addr *local,
				const struct in6_addr *peer);
/*
 * The same, made (UNASSOCIATED) if there is none; any context. @half_open: a new
 * one counts in hip_net->half_open until it is established. ERR_PTR.
 */
struct hip_assoc *hip_assoc_get_or_new(struct hip_net *hn,
				       const struct in6_addr *local,
				       const struct in6_addr *peer,
				       bool half_open);
void hip_assoc_put(struct hip_assoc *assoc);
static inline void hip_assoc_hold(struct hip_assoc *assoc)
{
	refcount_inc(&assoc->ref);
}

/* Any context: run the association's work for @event. */
void hip_assoc_event(struct hip_assoc *assoc, enum hip_assoc_event event);
/* Every association of the namespace. */
void hip_assoc_event_all(struct hip_net *hn, enum hip_assoc_event event);
/*
 * A control packet for the work; consumes @skb. Any context. @authentic: its MAC
 * is right; what has none yet leaves room for those.
 */
void hip_assoc_rx(struct hip_assoc *assoc, struct sk_buff *skb, bool authentic);

/* The following under hip_assoc->lock. */

/* Room for @n of the peer's locators; those that there are stay. */
int hip_assoc_locator_room(struct hip_assoc *assoc, unsigned int n);
void hip_assoc_set_state(struct hip_assoc *assoc, u8 state);
void hip_assoc_fail(struct hip_assoc *assoc, u8 reason);
/* Drop keys, SAs, paths and flows; the association itself stays. */
void hip_assoc_reset(struct hip_assoc *assoc);
/* All but the keys that control packets are known by. */
void hip_assoc_reset_paths(struct hip_assoc *assoc);
/* Data finds no path until the table is rebuilt. */
void hip_assoc_drop_table(struct hip_assoc *assoc);
/* Take it out of the table; the caller's reference keeps the memory. */
void hip_assoc_kill(struct hip_assoc *assoc);
void hip_assoc_set_macs(struct hip_assoc *assoc, struct hip_macs *macs);
/* Set the timer to the earliest of what is due. */
void hip_assoc_arm(struct hip_assoc *assoc);

/* netlink: start (as data would) or close. */
int hip_assoc_connect(struct hip_net *hn, const struct in6_addr *local,
		      const struct in6_addr *peer,
		      struct netlink_ext_ack *extack);
int hip_assoc_close(struct hip_net *hn, const struct in6_addr *local,
		    const struct in6_addr *peer,
		    struct netlink_ext_ack *extack);
/* New keys for all paths; @dh: from another KEYMAT. */
int hip_assoc_rekey(struct hip_net *hn, const struct in6_addr *local,
		    const struct in6_addr *peer, bool dh,
		    struct netlink_ext_ack *extack);

#endif /* _NET_HIP_ASSOC_H */
