/* SPDX-License-Identifier: GPL-2.0-only */
/* ESP that belongs to no SA. */
#ifndef _NET_HIP_STRAY_H
#define _NET_HIP_STRAY_H

struct sk_buff;

/* RCU, softirq: XFRM has found no state for @skb, and drops it. */
void hip_stray_tell(struct sk_buff *skb);

#endif /* _NET_HIP_STRAY_H */
