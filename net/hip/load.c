// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load, and what it does to puzzles. #K is signed, so that another one means
 * another generation of R1s: it is looked at once in a second, by the I1s
 * themselves, and hipflowd signs only when it changes.
 */
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "identity.h"
#include "load.h"

static unsigned int hip_load_bits(u32 value, u32 first)
{
	return value < first ? 0 : ilog2(value / first) + 1;
}

/* #K for this load. */
static u8 hip_load_k(u8 base, u32 i1s, u32 half_open)
{
	unsigned int bits;

	bits = max(hip_load_bits(i1s, HIP_LOAD_I1S),
		   hip_load_bits(half_open, HIP_LOAD_HALF_OPEN));
	return max_t(unsigned int, base,
		     min_t(unsigned int, base + bits, HIP_LOAD_MAX_K));
}

u8 hip_load_next_k(struct hip_net *hn)
{
	struct hip_load *load = &hn->load;
	u32 now = (u32)(jiffies / HZ), i1s = 0;

	/* Without I1s nothing moves on what was counted last. */
	if (now - READ_ONCE(load->second) <= 1)
		i1s = max(READ_ONCE(load->last), READ_ONCE(load->i1s));
	return hip_load_k(READ_ONCE(hn->config.puzzle_k), i1s,
			  atomic_read(&hn->half_open));
}

/* A second is over: are puzzles of @k what they have to be? */
static void hip_load_judge(struct hip_net *hn, u8 k, u32 now)
{
	struct hip_load *load = &hn->load;
	u8 want = hip_load_next_k(hn);

	if (want >= k) {
		WRITE_ONCE(load->harder, false);
		if (want > k)
			hip_identity_r1_refresh(hn);
		return;
	}
	if (!READ_ONCE(load->harder)) {
		WRITE_ONCE(load->calm, now);
		WRITE_ONCE(load->harder, true);
	} else if (now - READ_ONCE(load->calm) >= HIP_LOAD_EASE) {
		WRITE_ONCE(load->harder, false);
		hip_identity_r1_refresh(hn);
	}
}

void hip_load_i1(struct hip_net *hn, u8 k)
{
	struct hip_load *load = &hn->load;
	u32 now = (u32)(jiffies / HZ), second = READ_ONCE(load->second);

	if (second == now) {
		WRITE_ONCE(load->i1s, READ_ONCE(load->i1s) + 1);
		return;
	}
	/* One CPU does it. */
	if (cmpxchg(&load->second, second, now) != second)
		return;
	WRITE_ONCE(load->last, now - second == 1 ? READ_ONCE(load->i1s) : 0);
	WRITE_ONCE(load->i1s, 1);
	hip_load_judge(hn, k, now);
}
