/* SPDX-License-Identifier: GPL-2.0-only */
/* Cookie mechanism of the base exchange (RFC 7401 sections 4.1.2 and 6.3). */
#ifndef _NET_HIP_PUZZLE_H
#define _NET_HIP_PUZZLE_H

#include "rhash.h"
#include "types.h"

/* The hardest puzzle that we solve: 2^20 hashes. */
#define HIP_PUZZLE_MAX_K	20

/**
 * hip_puzzle_check - Ltrunc(RHASH(I | HIT-I | HIT-R | J), K) == 0
 * @rhash: of the Responder's HIT suite
 * @k: difficulty; 0 is solved by anything
 * @i: #I, hip_rhash_len() octets
 * @hit_i: the Initiator's
 * @hit_r: the Responder's
 * @j: #J, hip_rhash_len() octets
 *
 * Return: 0 if solved, -EBADMSG if not, or an error of the hash.
 */
int hip_puzzle_check(enum hip_rhash rhash, u8 k, const u8 *i,
		     const struct in6_addr *hit_i,
		     const struct in6_addr *hit_r, const u8 *j);

/**
 * hip_puzzle_solve - look for #J
 * @rhash: of the Responder's HIT suite
 * @k: difficulty
 * @i: #I
 * @hit_i: the Initiator's
 * @hit_r: the Responder's
 * @j: in: a random start; out: the solution
 * @tries: at most so many hashes in this call
 *
 * The caller loops, so that it can yield and watch the puzzle's lifetime.
 *
 * Return: 0 if found, -EAGAIN if not within @tries (go on with @j as it is),
 * -ERANGE if @k exceeds %HIP_PUZZLE_MAX_K, or an error of the hash.
 */
int hip_puzzle_solve(enum hip_rhash rhash, u8 k, const u8 *i,
		     const struct in6_addr *hit_i,
		     const struct in6_addr *hit_r, u8 *j, unsigned int tries);

/**
 * hip_puzzle_make - #I of a Responder that keeps no state (appendix A)
 * @secret: keyed with a secret of the Responder, of the right RHASH
 * @hit_i: the Initiator's
 * @hit_r: the Responder's
 * @opaque: Opaque field, 2 octets, which tells the secret's generation
 * @i: result, hip_rhash_len() octets
 */
int hip_puzzle_make(const struct hip_hmac *secret,
		    const struct in6_addr *hit_i, const struct in6_addr *hit_r,
		    const u8 *opaque, u8 *i);

#endif /* _NET_HIP_PUZZLE_H */
