/* SPDX-License-Identifier: GPL-2.0-only */
/* All fragments of a packet go the way of the first. */
#ifndef _NET_HIP_FRAGMENT_H
#define _NET_HIP_FRAGMENT_H

#include "netns.h"
#include "selector.h"

int hip_fragment_net_init(struct hip_net *hn);
void hip_fragment_net_exit(struct hip_net *hn);

/*
 * Of a fragment of packet @id: @key has what its own headers tell. The first one
 * (@first) is remembered; those that follow get in @key what the first one had.
 * Any context.
 */
void hip_fragment_key(struct hip_net *hn, __be32 id, bool first,
		      struct hip_flow_key *key);

#endif /* _NET_HIP_FRAGMENT_H */
