/* SPDX-License-Identifier: GPL-2.0-only */
/* Extension headers and ports of inner packets. */
#ifndef _NET_HIP_HEADERS_H
#define _NET_HIP_HEADERS_H

#include <linux/skbuff.h>

#include "netns.h"
#include "selector.h"

/*
 * Protocol, ports and SPI of @skb for @key; the header at @offset is of @type.
 * AH is one to pass by: its SPI counts, and the protocol behind it. Any context.
 */
void hip_headers_key(struct hip_net *hn, const struct sk_buff *skb,
		     unsigned int offset, u8 type, struct hip_flow_key *key);

#endif /* _NET_HIP_HEADERS_H */
