/* SPDX-License-Identifier: GPL-2.0-only */
/* NOTIFY and CLOSE (RFC 7401 sections 5.3.6 to 5.3.8 and 6.13 to 6.15). */
#ifndef _NET_HIP_NOTIFY_H
#define _NET_HIP_NOTIFY_H

#include "assoc.h"
#include "input.h"

/*
 * Tell a host what is wrong with the packet that came from where @cb says.
 * Rate-limited; never in answer to a NOTIFY. Process context.
 */
void hip_notify_send(struct hip_net *hn, struct hip_identity *id,
		     const struct in6_addr *peer, const struct hip_skb_cb *cb,
		     u16 type, const void *data, unsigned int len);
/* That there is a critical parameter in @p that we do not know. */
void hip_notify_critical(struct hip_net *hn, struct hip_identity *id,
			 const struct hip_packet *p,
			 const struct hip_skb_cb *cb);
void hip_notify_rx(struct hip_assoc *assoc, const struct hip_packet *p);

/* Under the association's lock. */
void hip_close_send(struct hip_assoc *assoc);
void hip_close_rx(struct hip_assoc *assoc, const struct hip_packet *p,
		  const struct hip_skb_cb *cb);
void hip_close_rx_ack(struct hip_assoc *assoc, const struct hip_packet *p);
void hip_close_timer(struct hip_assoc *assoc);

/* Sign what is built so far and append HIP_SIGNATURE. Sleeps. */
int hip_packet_sign(struct hip_net *hn, const struct hip_identity *id,
		    struct hip_builder *b);
/* Verify HIP_SIGNATURE with the peer's key. Sleeps. Counts the drop. */
int hip_packet_verify(struct hip_net *hn, const struct hip_packet *p,
		      const u8 *host_id, unsigned int host_id_len);

#endif /* _NET_HIP_NOTIFY_H */
