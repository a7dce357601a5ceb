// SPDX-License-Identifier: GPL-2.0-only
/* Puzzles: making, solving and checking (RFC 7401 section 6.3, appendix A). */
#include "puzzle.h"

/* I | HIT-I | HIT-R | J, at most. */
#define HIP_PUZZLE_INPUT_MAX	(2 * HIP_RHASH_MAX_LEN + \
				 2 * sizeof(struct in6_addr))

/* Are the @k low-order bits of @digest, a big-endian number, zero? */
static bool hip_puzzle_is_zero(const u8 *digest, unsigned int len,
			       unsigned int k)
{
	if (k > len * 8)
		return false;
	for (; k >= 8; k -= 8)
		if (digest[--len])
			return false;
	return !k || !(digest[len - 1] & (0xff >> (8 - k)));
}

int hip_puzzle_check(enum hip_rhash rhash, u8 k, const u8 *i,
		     const struct in6_addr *hit_i,
		     const struct in6_addr *hit_r, const u8 *j)
{
	unsigned int len = hip_rhash_len(rhash);
	struct hip_iov iov[] = {
		{ i, len },
		{ hit_i, sizeof(*hit_i) },
		{ hit_r, sizeof(*hit_r) },
		{ j, len },
	};
	u8 digest[HIP_RHASH_MAX_LEN];
	int err;

	if (!k)
		return 0;
	err = hip_rhash_digest(rhash, iov, ARRAY_SIZE(iov), digest);
	if (err)
		return err;
	return hip_puzzle_is_zero(digest, len, k) ? 0 : -EBADMSG;
}

/* Add one, modulo the size of it. */
static void hip_puzzle_next(u8 *j, unsigned int len)
{
	while (len && !++j[len - 1])
		len--;
}

int hip_puzzle_solve(enum hip_rhash rhash, u8 k, const u8 *i,
		     const struct in6_addr *hit_i,
		     const struct in6_addr *hit_r, u8 *j, unsigned int tries)
{
	unsigned int len = hip_rhash_len(rhash);
	u8 input[HIP_PUZZLE_INPUT_MAX], digest[HIP_RHASH_MAX_LEN];
	u8 *next = input + len + 2 * sizeof(struct in6_addr);
	struct hip_iov iov = { input, 0 };
	int err = -EAGAIN;

	if (!k)
		return 0;
	if (k > HIP_PUZZLE_MAX_K)
		return -ERANGE;

	/* One piece of memory: this runs a million times. */
	memcpy(input, i, len);
	memcpy(input + len, hit_i, sizeof(*hit_i));
	memcpy(input + len + sizeof(*hit_i), hit_r, sizeof(*hit_r));
	memcpy(next, j, len);
	iov.len = next + len - input;
	for (; tries; tries--) {
		err = hip_rhash_digest(rhash, &iov, 1, digest);
		if (err)
			break;
		if (hip_puzzle_is_zero(digest, len, k))
			break;
		err = -EAGAIN;
		hip_puzzle_next(next, len);
	}
	memcpy(j, next, len);
	return err;
}

int hip_puzzle_make(const struct hip_hmac *secret,
		    const struct in6_addr *hit_i, const struct in6_addr *hit_r,
		    const u8 *opaque, u8 *i)
{
	struct hip_iov iov[] = {
		{ hit_i, sizeof(*hit_i) },
		{ hit_r, sizeof(*hit_r) },
		{ opaque, 2 },
	};

	/* No addresses: an I2 may well come from another one (RFC 8046). */
	return hip_hmac_digest(secret, iov, ARRAY_SIZE(iov), i);
}
