/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opportunistic mode (RFC 7401 section 4.1.8): an exchange with whoever is at an
 * address. Off unless configured, for both roles.
 *
 * As Initiator the address takes the place of the peer's HIT in an association
 * that only ever sends I1s, so that one address is asked once at a time, and is
 * given up like any peer. What its R1 says begins an association like others.
 */
#ifndef _NET_HIP_OPPORTUNISTIC_H
#define _NET_HIP_OPPORTUNISTIC_H

#include "assoc.h"
#include "input.h"

/* Has it an address for a peer? */
static inline bool hip_opportunistic_is(const struct hip_assoc *assoc)
{
	return !hip_hit_is_valid(&assoc->hits.peer);
}

/* Under RCU: who of us answers an I1 to nobody, of a host with HIT @peer; NULL
 * if nobody.
 */
struct hip_identity *hip_opportunistic_identity(struct hip_net *hn,
						const struct in6_addr *peer);
/* softirq: the one that asked the host at @addr, referenced, or NULL. */
struct hip_assoc *hip_opportunistic_get(struct hip_net *hn,
					const struct in6_addr *local,
					const struct in6_addr *addr);
/*
 * @asked has got the R1 @p, which is genuine and of a peer that policy lets in:
 * the association with that peer takes over. Under the lock of @asked.
 */
void hip_opportunistic_learned(struct hip_assoc *asked,
			       const struct hip_packet *p,
			       const struct hip_skb_cb *cb);
/* netlink; @local NULL: our preferred identity. */
int hip_opportunistic_connect(struct hip_net *hn, const struct in6_addr *local,
			      const struct in6_addr *addr,
			      struct netlink_ext_ack *extack);

#endif /* _NET_HIP_OPPORTUNISTIC_H */
