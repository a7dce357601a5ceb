/* SPDX-License-Identifier: GPL-2.0-only */
/* Lifetimes of locators, ours and the peer's (RFC 8046 section 5.2). */
#ifndef _NET_HIP_LIFETIME_H
#define _NET_HIP_LIFETIME_H

#include "assoc.h"

/* Seconds from now, as told to peers, to a time of the boot clock; 0: no end. */
u32 hip_lifetime_left(time64_t until);
time64_t hip_lifetime_until(u32 left);

/* The following under the association's lock. */

/* The complete state was told: when is it to be told again? */
void hip_lifetime_told(struct hip_assoc *assoc);
/* The peer's end of @path was named again. */
void hip_lifetime_renewed(struct hip_path *path);

/* When hip_lifetime_timer() wants to be called. */
bool hip_lifetime_next(const struct hip_assoc *assoc, unsigned long *due);
void hip_lifetime_timer(struct hip_assoc *assoc);

#endif /* _NET_HIP_LIFETIME_H */
