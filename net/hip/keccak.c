// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keccak-f[1600] (FIPS 202 section 3), and cSHAKE128 and KMAC128 made of it
 * (NIST SP 800-185 sections 3 and 4).
 */
#include "keccak.h"

#define HIP_KECCAK_ROUNDS	24

/* The end of a message and the first bit of padding, low bits first. */
#define HIP_SUFFIX_SHAKE	0x1f
#define HIP_SUFFIX_CSHAKE	0x04
#define HIP_PADDING_END		0x80

static const u64 hip_keccak_iota[HIP_KECCAK_ROUNDS] = {
	0x0000000000000001ULL, 0x0000000000008082ULL, 0x800000000000808aULL,
	0x8000000080008000ULL, 0x000000000000808bULL, 0x0000000080000001ULL,
	0x8000000080008081ULL, 0x8000000000008009ULL, 0x000000000000008aULL,
	0x0000000000000088ULL, 0x0000000080008009ULL, 0x000000008000000aULL,
	0x000000008000808bULL, 0x800000000000008bULL, 0x8000000000008089ULL,
	0x8000000000008003ULL, 0x8000000000008002ULL, 0x8000000000000080ULL,
	0x000000000000800aULL, 0x800000008000000aULL, 0x8000000080008081ULL,
	0x8000000000008080ULL, 0x0000000080000001ULL, 0x8000000080008008ULL,
};

/* Rho and pi go round 24 lanes, from lane 1 on: how far the lane is rotated, and
 * where it is put. Lane 0 stays as it is.
 */
static const struct {
	u8	bits;
	u8	to;
} hip_keccak_walk[HIP_KECCAK_LANES - 1] = {
	{ 1, 10 }, { 3, 7 }, { 6, 11 }, { 10, 17 }, { 15, 18 }, { 21, 3 },
	{ 28, 5 }, { 36, 16 }, { 45, 8 }, { 55, 21 }, { 2, 24 }, { 14, 4 },
	{ 27, 15 }, { 41, 23 }, { 56, 19 }, { 8, 13 }, { 25, 12 }, { 43, 2 },
	{ 62, 20 }, { 18, 14 }, { 39, 22 }, { 61, 9 }, { 20, 6 }, { 44, 1 },
};

static void hip_keccak_theta(u64 *lane)
{
	u64 parity[5], d;
	unsigned int x, y;

	for (x = 0; x < 5; x++)
		parity[x] = lane[x] ^ lane[x + 5] ^ lane[x + 10] ^
			    lane[x + 15] ^ lane[x + 20];
	for (x = 0; x < 5; x++) {
		d = parity[(x + 4) % 5] ^ rol64(parity[(x + 1) % 5], 1);
		for (y = 0; y < HIP_KECCAK_LANES; y += 5)
			lane[y + x] ^= d;
	}
}

static void hip_keccak_rho_pi(u64 *lane)
{
	u64 moved = lane[1], there;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hip_keccak_walk); i++) {
		there = lane[hip_keccak_walk[i].to];
		lane[hip_keccak_walk[i].to] = rol64(moved,
						    hip_keccak_walk[i].bits);
		moved = there;
	}
}

static void hip_keccak_chi(u64 *lane)
{
	u64 row[5];
	unsigned int x, y;

	for (y = 0; y < HIP_KECCAK_LANES; y += 5) {
		memcpy(row, lane + y, sizeof(row));
		for (x = 0; x < 5; x++)
			lane[y + x] = row[x] ^
				      (~row[(x + 1) % 5] & row[(x + 2) % 5]);
	}
}

static void hip_keccak_f(u64 *lane)
{
	unsigned int round;

	for (round = 0; round < HIP_KECCAK_ROUNDS; round++) {
		hip_keccak_theta(lane);
		hip_keccak_rho_pi(lane);
		hip_keccak_chi(lane);
		lane[0] ^= hip_keccak_iota[round];
	}
}

/* Octets are the lanes' in little-endian order, whatever the machine has. */
static void hip_keccak_xor(struct hip_keccak *sponge, unsigned int at, u8 octet)
{
	sponge->lane[at / 8] ^= (u64)octet << at % 8 * 8;
}

void hip_keccak_update(struct hip_keccak *sponge, const void *data, size_t len)
{
	const u8 *p = data;

	while (len) {
		if (!(sponge->pos % 8) && len >= 8) {
			sponge->lane[sponge->pos / 8] ^= get_unaligned_le64(p);
			sponge->pos += 8;
			p += 8;
			len -= 8;
		} else {
			hip_keccak_xor(sponge, sponge->pos++, *p++);
			len--;
		}
		if (sponge->pos == HIP_CSHAKE128_RATE) {
			hip_keccak_f(sponge->lane);
			sponge->pos = 0;
		}
	}
}

void hip_keccak_final(struct hip_keccak *sponge, u8 *out, size_t len)
{
	unsigned int i;

	hip_keccak_xor(sponge, sponge->pos, sponge->suffix);
	hip_keccak_xor(sponge, HIP_CSHAKE128_RATE - 1, HIP_PADDING_END);
	while (len) {
		hip_keccak_f(sponge->lane);
		for (i = 0; i < HIP_CSHAKE128_RATE && len; i++, len--)
			*out++ = sponge->lane[i / 8] >> i % 8 * 8;
	}
}

/* SP 800-185 section 2.3.1: a number, and of how many octets it is. */
static unsigned int hip_keccak_octets(u32 number, u8 be[4])
{
	unsigned int n = 4;

	put_unaligned_be32(number, be);
	while (n > 1 && !be[4 - n])
		n--;
	return n;
}

static void hip_keccak_left_encode(struct hip_keccak *sponge, u32 number)
{
	u8 be[4], n = hip_keccak_octets(number, be);

	hip_keccak_update(sponge, &n, 1);
	hip_keccak_update(sponge, be + 4 - n, n);
}

static void hip_keccak_right_encode(struct hip_keccak *sponge, u32 number)
{
	u8 be[4], n = hip_keccak_octets(number, be);

	hip_keccak_update(sponge, be + 4 - n, n);
	hip_keccak_update(sponge, &n, 1);
}

/* Lengths are in bits. */
static void hip_keccak_string(struct hip_keccak *sponge, const void *data,
			      unsigned int len)
{
	hip_keccak_left_encode(sponge, len * 8);
	hip_keccak_update(sponge, data, len);
}

/* What follows bytepad() begins a block of its own. */
static void hip_keccak_pad(struct hip_keccak *sponge)
{
	if (sponge->pos)
		hip_keccak_f(sponge->lane);
	sponge->pos = 0;
}

void hip_cshake128_init(struct hip_keccak *sponge, const char *function,
			const void *custom, unsigned int len)
{
	memset(sponge, 0, sizeof(*sponge));
	sponge->suffix = HIP_SUFFIX_SHAKE;
	if (!*function && !len)
		return;
	sponge->suffix = HIP_SUFFIX_CSHAKE;
	hip_keccak_left_encode(sponge, HIP_CSHAKE128_RATE);
	hip_keccak_string(sponge, function, strlen(function));
	hip_keccak_string(sponge, custom, len);
	hip_keccak_pad(sponge);
}

void hip_kmac128_init(struct hip_keccak *sponge, const void *key,
		      unsigned int keylen, const void *custom,
		      unsigned int len)
{
	hip_cshake128_init(sponge, "KMAC", custom, len);
	hip_keccak_left_encode(sponge, HIP_CSHAKE128_RATE);
	hip_keccak_string(sponge, key, keylen);
	hip_keccak_pad(sponge);
}

void hip_kmac128_final(struct hip_keccak *sponge, u8 *out, unsigned int len)
{
	hip_keccak_right_encode(sponge, len * 8);
	hip_keccak_final(sponge, out, len);
}
