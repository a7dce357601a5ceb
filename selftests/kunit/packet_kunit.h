/* SPDX-License-Identifier: GPL-2.0-only */
/* What the suites of packets share: setting up, and packets made by hand. */
#ifndef _HIP_PACKET_KUNIT_H
#define _HIP_PACKET_KUNIT_H

#include <kunit/test.h>

#include "../../net/hip/packet.h"
#include "packet_vectors.h"

static struct in6_addr hit_a, hit_b;

static inline int packet_suite_init(struct kunit_suite *suite)
{
	memcpy(&hit_a, vector_hit_a, sizeof(hit_a));
	memcpy(&hit_b, vector_hit_b, sizeof(hit_b));
	return hip_rhash_init();
}

static inline void packet_suite_exit(struct kunit_suite *suite)
{
	hip_rhash_exit();
}

/* A copy with nothing behind it: reading on is seen by the sanitizer. */
static inline void *packet_exact(struct kunit *test, const void *data,
				 size_t len)
{
	void *copy = kunit_kmalloc(test, len ?: 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, data, len);
	return copy;
}

static inline struct hip_packet *packet_room(struct kunit *test)
{
	struct hip_packet *p;

	p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static inline struct hip_packet *
packet_parsed(struct kunit *test, const void *data, size_t len)
{
	struct hip_packet *p = packet_room(test);

	KUNIT_ASSERT_EQ(test, hip_packet_parse(p, packet_exact(test, data, len),
					       len), 0);
	return p;
}

static inline struct hip_hmac *packet_hmac(struct kunit *test)
{
	struct hip_hmac *hmac;

	hmac = hip_hmac_new(HIP_RHASH_SHA256, vector_mac_key,
			    sizeof(vector_mac_key));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, hmac);
	return hmac;
}

/* --- a packet made octet by octet --------------------------------------- */

struct raw {
	u8		data[HIP_PACKET_MAX_LEN];
	unsigned int	len;
};

static inline struct raw *raw_begin(struct kunit *test, u8 type)
{
	struct raw *raw = kunit_kzalloc(test, sizeof(*raw), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, raw);
	raw->data[0] = 59;
	raw->data[1] = 4;
	raw->data[2] = type;
	raw->data[3] = 0x21;
	memcpy(raw->data + 8, vector_hit_a, 16);
	memcpy(raw->data + 24, vector_hit_b, 16);
	raw->len = 40;
	return raw;
}

/* Return: the contents, zeroes. */
static inline u8 *raw_param(struct raw *raw, u16 type, unsigned int len)
{
	u8 *p = raw->data + raw->len;

	put_unaligned_be16(type, p);
	put_unaligned_be16(len, p + 2);
	raw->len += 11 + len - (len + 3) % 8;
	raw->data[1] = raw->len / 8 - 1;
	return p + 4;
}

static inline int raw_parse(struct kunit *test, const struct raw *raw,
			    struct hip_packet *p)
{
	return hip_packet_parse(p, packet_exact(test, raw->data, raw->len),
				raw->len);
}

#endif /* _HIP_PACKET_KUNIT_H */
