/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How hard our puzzles are: harder under load (RFC 7401 sections 4.1.1 and 7),
 * so that whoever makes many exchanges pays for it.
 */
#ifndef _NET_HIP_LOAD_H
#define _NET_HIP_LOAD_H

#include "types.h"

/* I1s in a second, and associations that are not yet established, from which on
 * a puzzle has one bit more; another one for each doubling.
 */
#define HIP_LOAD_I1S		256
#define HIP_LOAD_HALF_OPEN	64

/* No load makes puzzles harder than this, unless the setting itself is. */
#define HIP_LOAD_MAX_K		16

/* Puzzles get harder after a second, easier after so many: R1s at hand serve for
 * two generations, and these are not to pass in a hurry.
 */
#define HIP_LOAD_EASE		10

/**
 * struct hip_load - what we see of it; races of CPUs cost a few counts
 * @second: of @i1s, low bits
 * @i1s: in this second
 * @last: in the second before
 * @calm: second since when puzzles are harder than they have to be
 * @harder: they are; @calm is valid
 */
struct hip_load {
	u32	second;
	u32	i1s;
	u32	last;
	u32	calm;
	bool	harder;
};

struct hip_net;

/* softirq: an I1 came. */
void hip_load_i1(struct hip_net *hn, u8 k);
/* #K of the next generation of R1s. */
u8 hip_load_next_k(struct hip_net *hn);

#endif /* _NET_HIP_LOAD_H */
