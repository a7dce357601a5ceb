/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Path: a locator of ours, a locator of the peer's and an SA pair with keys
 * and replay windows of its own (RFC 8047 section 4.3).
 */
#ifndef _NET_HIP_PATH_H
#define _NET_HIP_PATH_H

#include <net/dst_cache.h>
#include <net/xfrm.h>

#include "binding.h"
#include "keymat.h"
#include "netns.h"
#include "rules.h"

struct hip_assoc;
struct hip_rekey;

/* A control packet of ours that is sent again until it is answered. */
struct hip_sent {
	unsigned int		len;
	unsigned int		tries;
	unsigned long		due;		/* jiffies */
	struct in6_addr		src;
	struct in6_addr		dst;
	int			ifindex;
	u8			packet[];
};

/* One that was replaced: nothing came by it for so long. */
#define HIP_PATH_LINGER		(5 * HZ)

/* XFRM if_id range of ours, so that XFRM interfaces of the user are not met. */
#define HIP_IF_ID_BASE		0x48000000u
#define HIP_IF_ID_MAX		0x48ffffffu

/**
 * struct hip_probe - is a path there? See probe.c
 * @sent: the UPDATE that asks, or NULL
 * @id: its Update ID
 * @nonce: its ECHO_REQUEST
 * @first: jiffies when it was sent first
 * @deadline: jiffies when it has failed
 * @next: jiffies before which a silent path is not asked again
 * @interval: between questions to a silent path
 * @rtt: jiffies that the last answer took
 * @good: answers in a row of a silent path
 * @need: how many it needs
 * @back: jiffies when it was used again
 * @checks: address checks in vain
 * @unknown: by ICMP the peer has no such association
 */
struct hip_probe {
	struct hip_sent		*sent;
	u32			id;
	u8			nonce[16];
	unsigned long		first;
	unsigned long		deadline;
	unsigned long		next;
	unsigned long		interval;
	unsigned long		rtt;
	unsigned int		good;
	unsigned int		need;
	unsigned long		back;
	unsigned int		checks;
	bool			unknown;
};

/**
 * struct hip_path - see above
 * @list: in hip_assoc->paths; the association's lock, RCU to read
 * @node: in hip_net->sas by @spi_in; RCU
 * @assoc: its association; the path holds no reference: it is gone first
 * @id: if_id of the outgoing SA, which names the path
 * @ifindex: interface of @local, 0 if the address is gone; WRITE_ONCE
 * @local: our address
 * @peer: the peer's address
 * @local_state: &enum hip_locator_state of our end (ACTIVE or DEPRECATED)
 * @peer_state: of the peer's end; see hip_path_verified()
 * @announced: the peer has been told of @local as it is
 * @turn: of those that are to be told, the one with the least is the next
 * @spi_in: host byte order
 * @spi_out: host byte order; 0 until the peer told it
 * @x_in: incoming SA, referenced; NULL when taken down. RCU readers compare
 *	the pointer only
 * @x_out: outgoing SA, referenced; RCU to read its addresses
 * @checking: an address check of the peer's end is under way
 * @echo: nonce of the check
 * @strayed: it went to other addresses while it was @fresh
 * @expired: DEPRECATED because the lifetime of @peer is over
 * @fresh: UNVERIFIED, and the peer has yet to show that it has the SAs, too
 * @dst: bundles for transmission
 * @route_in: of ESP that comes in, referenced; replaced by xchg()
 * @route_in_cookie: for dst_check() of it; WRITE_ONCE
 * @route_in_ifindex: the link it came by; WRITE_ONCE
 * @count: packets and bytes
 * @last_rx: jiffies of the last packet; WRITE_ONCE
 * @tx_since: jiffies of the first packet sent that none has come after, if it
 *	is behind @last_rx; WRITE_ONCE
 * @silent: nothing comes back by it: for want of a better one only; WRITE_ONCE
 * @probe: how that is found out
 * @ended: jiffies when one of the addresses was found gone
 * @answered: the peer has followed when we moved
 * @answer: its Update ID when it did
 * @rekey: it is to replace another one, and this is how far it is; or NULL
 * @rekey_asked: a user wants new keys
 * @rekey_fails: how often they came to nothing
 * @spi_out_old: SPI of the path that it replaced, which the peer may still name
 * @spi_in_old: the same of ours
 * @rekeyed: it was us who began the rekey by which it replaced that path
 * @doubted: its keys are of a KEYMAT that the peer may not have
 * @replaced: another one has its place; it receives what is under way
 * @until: jiffies until which it does
 * @rwork: frees it
 */
struct hip_path {
	struct list_head		list;
	struct rhash_head		node;
	struct hip_assoc		*assoc;
	u32				id;
	int				ifindex;
	struct in6_addr			local;
	struct in6_addr			peer;
	u8				local_state;
	u8				peer_state;
	bool				announced;
	u8				turn;
	u32				spi_in;
	u32				spi_out;
	struct xfrm_state		*x_in;
	struct xfrm_state		*x_out;
	bool				checking;
	bool				fresh;
	bool				strayed;
	bool				expired;
	u8				echo[16];
	struct dst_cache		dst;
	struct dst_entry __rcu		*route_in;
	u32				route_in_cookie;
	int				route_in_ifindex;
	struct hip_count __percpu	*count;
	unsigned long			last_rx;
	unsigned long			tx_since;
	bool				silent;
	struct hip_probe		probe;
	unsigned long			ended;
	bool				answered;
	u32				answer;
	struct hip_rekey		*rekey;
	bool				rekey_asked;
	u8				rekey_fails;
	u32				spi_out_old;
	u32				spi_in_old;
	bool				rekeyed;
	bool				doubted;
	bool				replaced;
	unsigned long			until;
	struct rcu_work			rwork;
};

static inline bool hip_path_usable(const struct hip_path *path)
{
	return path->local_state == HIP_LOCATOR_ACTIVE &&
	       path->peer_state == HIP_LOCATOR_ACTIVE && path->x_out;
}

/*
 * May data go there if there is no other place, as far as credit reaches? The
 * peer has to have the SA: it says so when it answers the address check.
 */
static inline bool hip_path_creditable(const struct hip_path *path)
{
	return path->local_state == HIP_LOCATOR_ACTIVE &&
	       path->peer_state == HIP_LOCATOR_UNVERIFIED && path->x_out &&
	       !path->fresh && !path->rekey && !path->replaced;
}

/* Has anything come by its own incoming SA? */
static inline bool hip_path_heard(const struct hip_path *path)
{
	return path->x_in && READ_ONCE(path->x_in->curlft.packets);
}

/* And has anything been sent by the other? */
static inline bool hip_path_sent(const struct hip_path *path)
{
	return path->x_out && READ_ONCE(path->x_out->curlft.packets);
}

int hip_path_init(void);
void hip_path_exit(void);
int hip_path_net_init(struct hip_net *hn);
/* No path is left. */
void hip_path_net_exit(struct hip_net *hn);

/* Of our own SPIs, retired ones among them. Under RCU. NULL if it is none. */
struct hip_path *hip_path_by_spi_in(struct hip_net *hn, u32 spi);

/* Make a path with an unused SPI and id; no SAs yet. ERR_PTR. */
struct hip_path *hip_path_new(struct hip_assoc *assoc,
			      const struct in6_addr *local, int ifindex,
			      const struct in6_addr *peer);
/* The same, in the association's list behind @at. */
struct hip_path *hip_path_new_at(struct hip_assoc *assoc,
				 const struct in6_addr *local, int ifindex,
				 const struct in6_addr *peer,
				 struct list_head *at);
/* Unpublish, take the SAs down, free after a grace period. The association's
 * table must have been rebuilt without it first, or be so right after.
 */
void hip_path_del(struct hip_path *path);
/* The path itself, if @spi is of one that it replaced. */
struct hip_path *hip_path_by_spi_out(struct hip_assoc *assoc, u32 spi);

/*
 * What is known of the peer's end (RFC 8046 section 5.1). A path begins UNVERIFIED;
 * only what was sent to its address and came back says that the peer is there.
 *
 *	UNVERIFIED	asked there; data as credit allows, unless the peer may not
 *			have the SAs yet (@fresh)
 *	ACTIVE		it has answered
 *	DEPRECATED	given up by the peer, or its lifetime is over (@expired);
 *			UNVERIFIED when it is named again
 *
 * Under the association's lock. The caller rebuilds the table, and tells users.
 */
void hip_path_verified(struct hip_path *path);
void hip_path_doubt(struct hip_path *path);
void hip_path_deprecate(struct hip_path *path);
/*
 * It is at @addr, of which the state is the caller's to say. What the peer is
 * still to echo was asked elsewhere, and says nothing of this address.
 */
void hip_path_set_peer(struct hip_path *path, const struct in6_addr *addr);

/**
 * struct hip_table - by which data finds its path; immutable, read under RCU.
 *	Made anew whenever anything of paths, flows or bindings changed
 * @rwork: frees it after a grace period
 * @theirs: the peer's flows, matched by packets as they leave; their locators
 *	are columns of @path. NULL if there are none
 * @ours: our bindings, matched by the reverse of what leaves, and by what comes
 *	(to count it); their locators are rows of @path. NULL if there are none
 * @axis: addresses of the rows, then of the columns; the writer's
 * @locals_gen: of the addresses by which rows were chosen; the writer's
 * @n_local: rows
 * @n_peer: columns
 * @credit: no peer's end is verified: credit decides
 * @def_peer: column of @def
 * @def_local: row of @def
 * @def: what no binding matches, or NULL if no path is usable
 * @best: for a column, the path if the row has none; behind @path
 * @path: rows * columns, NULL where there is no usable path
 *
 * The association's struct hip_ruleset own @theirs and @ours.
 */
struct hip_table {
	struct rcu_work		rwork;
	struct hip_rules	*theirs;
	struct hip_rules	*ours;
	struct in6_addr		*axis;
	u32			locals_gen;
	u8			def_peer;
	u8			def_local;
	u8			n_local;
	u8			n_peer;
	bool			credit;
	struct hip_path		*def;
	struct hip_path		**best;
	struct hip_path		*path[];
};

/* What tables of it are made of. */
void hip_table_init(struct hip_assoc *assoc);
/* Rebuild and publish hip_assoc->table. Under the association's lock. */
int hip_table_rebuild(struct hip_assoc *assoc);
/* After a grace period, on @wq. */
void hip_table_free(struct hip_table *table, struct workqueue_struct *wq);
/*
 * Which path a packet takes. Under RCU. @count: the flow's counters and the
 * binding's, NULL where none matched. Return: the path, or NULL.
 */
struct hip_path *hip_table_select(const struct hip_table *table,
				  const struct hip_flow_key *key,
				  struct hip_count __percpu *count[2]);

/*
 * Which path carries a FID: one of the peer's if @remote, else one of ours. For
 * netlink; under RCU. @owner: the flow or binding that it has to be, or NULL for
 * any. NULL if none does.
 */
struct hip_path *hip_table_path_of(struct hip_assoc *assoc, u16 fid,
				   bool remote, const void *owner);

/* --- route.c ----------------------------------------------------------- */

/* @skb was decrypted and has the route of its ESP still. Under RCU. */
void hip_route_learn_outer(struct hip_path *path, const struct sk_buff *skb);
/* Any context. */
void hip_route_forget(struct hip_path *path);

/* --- bundle.c ---------------------------------------------------------- */

int hip_bundle_init(void);
void hip_bundle_exit(void);
/*
 * What packets of @fl are sent by through the path's outgoing SA, over @orig, of
 * which it takes the reference. Under RCU. ERR_PTR if it has no SA just now.
 */
struct dst_entry *hip_bundle_lookup(const struct hip_path *path,
				    struct dst_entry *orig,
				    const struct flowi *fl);

/* --- sa.c: XFRM ------------------------------------------------------- */

void hip_sa_init(void);		/* what XFRM tells of states and policies */
void hip_sa_exit(void);

/*
 * Inbound policy of the namespace: only ESP BEET passes. Added for the first
 * association that has SAs, removed with the last.
 */
int hip_sa_policy_get(struct hip_assoc *assoc);
void hip_sa_policy_put(struct hip_assoc *assoc);

/*
 * Make the SAs of a path with keys from hip_keymat_esp_keys(). The incoming
 * one works from then on; the outgoing one is used as soon as the table names the
 * path. Process context; the association's lock.
 * ESN and a replay window as RFC 7402 section 3.3.6 asks.
 */
int hip_sa_add_in(struct hip_path *path, u16 suite,
		  const struct hip_esp_keys *keys);
int hip_sa_add_out(struct hip_path *path, u16 suite,
		   const struct hip_esp_keys *keys);
/*
 * Move the SAs to the path's addresses as they are now: keys, sequence numbers
 * and replay windows stay, none is used twice (readdress without rekey).
 */
int hip_sa_readdress(struct hip_path *path);
void hip_sa_del(struct hip_path *path);
/* Was @skb carried by an SA of just its two HITs? */
bool hip_sa_carried(const struct sk_buff *skb);
/*
 * After something of XFRM's went without us: the policy is put back. Under the
 * association's lock. Return: an error if an SA is gone, or the policy for good.
 */
int hip_sa_repair(struct hip_assoc *assoc);

/* --- receive.c: data that XFRM has decrypted ----------------------------- */

int hip_receive_init(void);	/* ESP protocol handlers */
void hip_receive_exit(void);

#endif /* _NET_HIP_PATH_H */
