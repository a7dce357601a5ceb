/* SPDX-License-Identifier: GPL-2.0-only */
/* Registration (RFC 8003), for rendezvous: both the server and the client. */
#ifndef _NET_HIP_REGISTRATION_H
#define _NET_HIP_REGISTRATION_H

#include "assoc.h"
#include "input.h"
#include "rendezvous.h"

#define HIP_MAX_REGISTRATIONS		8	/* of ours, with servers */
#define HIP_MAX_REGISTRATION_ADDRS	8
#define HIP_MAX_SERVER_HITS		1024
#define HIP_REGISTRATION_LIFETIME	600	/* seconds, asked for */

/**
 * struct hip_registration - ours with a server
 * @list: in hip_net->registrations, RCU; changed under hip_net->lock, as all
 *	that follows
 * @rcu: frees it
 * @hit: of the server
 * @local: of ours
 * @any_local: the first that we have, when it is needed
 * @state: &enum hip_registration_state; READ_ONCE
 * @cancel: a user wants it to end
 * @failure: if refused
 * @tries: failed since it was last granted
 * @asked: lifetime on the wire
 * @granted: lifetime on the wire, if registered
 * @expires: jiffies, if registered
 * @next: jiffies when something is to be done
 * @n: entries of @addr
 * @addr: of the server
 */
struct hip_registration {
	struct list_head	list;
	struct rcu_head		rcu;
	struct in6_addr		hit;
	struct in6_addr		local;
	bool			any_local;
	u8			state;
	bool			cancel;
	u8			failure;
	u8			tries;
	u8			asked;
	u8			granted;
	unsigned long		expires;
	unsigned long		next;
	unsigned int		n;
	struct in6_addr		addr[HIP_MAX_REGISTRATION_ADDRS];
};

void hip_registration_net_init(struct hip_net *hn);
/* No more work. */
void hip_registration_net_stop(struct hip_net *hn);
void hip_registration_net_exit(struct hip_net *hn);

/* --- hooks in the base exchange and in UPDATE; under the lock ------------ */

/* R1: what we offer. No lock. */
void hip_registration_offer(struct hip_net *hn, struct hip_builder *b);
/* Addresses of a server, for the I1. Return: how many. */
unsigned int hip_registration_addrs(struct hip_net *hn,
				    const struct in6_addr *hit,
				    struct in6_addr *addr);
/* I2 in answer to @r1: what we ask for. */
void hip_registration_request(struct hip_assoc *assoc,
			      const struct hip_packet *r1,
			      struct hip_builder *b);
/* R2, or an UPDATE with REG_RESPONSE. @asked: it answers a request of ours */
void hip_registration_rx_answer(struct hip_assoc *assoc,
				const struct hip_packet *p, bool asked);
/* Our UPDATE is answered, whatever it was about. */
void hip_registration_rx_acked(struct hip_assoc *assoc,
			       const struct hip_packet *p);
/* I2, or an UPDATE that the peer began. @seq: its Update ID */
void hip_registration_rx_request(struct hip_assoc *assoc,
				 const struct hip_packet *p, u32 seq);
/* What came of it, to R2 or UPDATE. */
void hip_registration_answer(struct hip_assoc *assoc,
			     const struct hip_packet *p, u32 seq,
			     struct hip_builder *b);
/* UPDATE of ours. Return: -ENOENT if none is due, 0, or an error. */
int hip_registration_update(struct hip_assoc *assoc, struct hip_path *path);
/* The server says that it knows no association, and quotes @p of ours. */
void hip_registration_rx_unknown(struct hip_assoc *assoc,
				 const struct hip_packet *p);
/* All that the association agreed on is gone. */
void hip_registration_reset(struct hip_assoc *assoc);
/* It has failed. */
void hip_registration_failed(struct hip_assoc *assoc);
/* Time passes, or who may register has changed. */
void hip_registration_run(struct hip_assoc *assoc);
/* The association is needed although it carries no data. */
bool hip_registration_holds(struct hip_assoc *assoc);

/* --- softirq, under RCU -------------------------------------------------- */

/*
 * A packet that a server of ours relayed: was it? @from is set to where it comes
 * from. Return: 0 also if it has no FROM at all, or how to count the drop.
 */
enum hip_stat hip_registration_check_from(struct hip_net *hn,
					  const struct hip_packet *p,
					  const struct hip_skb_cb *cb,
					  struct in6_addr *from);

/* --- netlink --------------------------------------------------------------*/

int hip_registration_add(struct hip_net *hn, const struct hip_registration *new,
			 struct netlink_ext_ack *extack);
int hip_registration_del(struct hip_net *hn, const struct in6_addr *hit,
			 struct netlink_ext_ack *extack);
/* After a change of hip_net->registrar. */
void hip_registration_server_changed(struct hip_net *hn);

#endif /* _NET_HIP_REGISTRATION_H */
