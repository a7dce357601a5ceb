/* SPDX-License-Identifier: GPL-2.0-only */
/* What hip0 sends comes back: packets to receive, by any number of SAs. */
#ifndef _SELFTESTS_BENCH_REFLECT_H
#define _SELFTESTS_BENCH_REFLECT_H

#include <linux/netdevice.h>

/* Of what leaves by @dev, and for what then arrives on hip0. One at a time. */
int bench_reflect_begin(struct net_device *dev);
/* Return: how many UDP packets have arrived. */
unsigned int bench_reflect_end(void);

/*
 * Let hip0 send @skb. Return: the packet that has left, with addresses changed
 * round, as @dev's driver would hand it on; NULL if none has, or without memory.
 */
struct sk_buff *bench_reflect(struct sk_buff *skb);

#endif /* _SELFTESTS_BENCH_REFLECT_H */
