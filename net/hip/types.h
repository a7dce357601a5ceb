/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure protocol files (packet, host_id, puzzle, keymat, elocator,
 * selector, classifier) need of the kernel. In user space, fuzzers and quick
 * tests bring small stand-ins under the same names.
 */
#ifndef _NET_HIP_TYPES_H
#define _NET_HIP_TYPES_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/in6.h>
#include <linux/string.h>

#ifdef __KERNEL__
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/version.h>
#include <net/ipv6.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif
#else
#include "user_types.h"
#endif

/* One piece of a message that is hashed without being copied together. */
struct hip_iov {
	const void *base;
	size_t len;
};

#endif /* _NET_HIP_TYPES_H */
