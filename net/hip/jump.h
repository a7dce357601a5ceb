/* SPDX-License-Identifier: GPL-2.0-only */
/* Double jump: both hosts move at once (RFC 8046 section 3.2.3). */
#ifndef _NET_HIP_JUMP_H
#define _NET_HIP_JUMP_H

#include "assoc.h"
#include "input.h"

/* All under the association's lock, but for hip_jump_check(). */

/* An R1: if it came by a server, that is where the peer can be asked for. */
void hip_jump_learn(struct hip_assoc *assoc, const struct hip_packet *r1,
		    const struct hip_skb_cb *cb);
/* An address in the family of @local where the peer may be asked for. */
bool hip_jump_server(struct hip_assoc *assoc, const struct in6_addr *local,
		     struct in6_addr *server);
/* Our UPDATE was sent again: also by way of the peer's servers. */
void hip_jump_resend(struct hip_assoc *assoc);
/*
 * softirq, under RCU: may an UPDATE have come by a server? Return: 0, or how to
 * count the drop. One with FROM that passes was relayed by a server of ours.
 */
enum hip_stat hip_jump_check(struct hip_net *hn, const struct hip_packet *p,
			     const struct hip_skb_cb *cb);
/*
 * An UPDATE that passed hip_jump_check(): @cb is set to whom it is from, and to
 * an address of ours for the answer. Until hip_jump_end() answers tell by which
 * server it came. Return: 0, or an error if there is no way back.
 */
int hip_jump_begin(struct hip_assoc *assoc, const struct hip_packet *p,
		   struct hip_skb_cb *cb);
void hip_jump_end(struct hip_assoc *assoc);
/* Append VIA_RVS to an answer, if what it answers was relayed. */
void hip_jump_build_via(const struct hip_assoc *assoc, struct hip_builder *b);
/* Our UPDATE is answered, perhaps from where the peer is now. */
int hip_jump_answered(struct hip_assoc *assoc, const struct hip_skb_cb *cb);
/* The peer is somewhere else: what is under way along @path goes there. */
void hip_jump_follow(struct hip_assoc *assoc, const struct hip_path *path);

#endif /* _NET_HIP_JUMP_H */
