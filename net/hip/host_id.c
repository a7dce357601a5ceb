// SPDX-License-Identifier: GPL-2.0-only
/* HOST_ID and the HIT made of it (RFC 7401 sections 3.2 and 5.2.9). */
#include "host_id.h"
#include "packet.h"

/* What is in front of the Host Identity. */
struct hip_host_id_head {
	__be16	hi_len;
	__be16	di;		/* 4 bits of type, 12 of length */
	__be16	algorithm;
} __packed;

#define HIP_DI_TYPE_SHIFT	12
#define HIP_DI_LEN_MASK		0x0fff

/* Section 3.2: keeps HITs apart from all other uses of ORCHIDs. */
static const u8 hip_orchid_context[16] = {
	0xf0, 0xef, 0xf0, 0x2f, 0xbf, 0xf4, 0x3d, 0x0f,
	0xe7, 0x93, 0x0c, 0x3c, 0x6e, 0x61, 0x74, 0xea,
};

#define HIP_ORCHID_HASH_LEN	12

int hip_host_id_parse(struct hip_host_id *id, const u8 *data, unsigned int len)
{
	const struct hip_host_id_head *head = (const void *)data;
	u16 di;

	if (len < sizeof(*head) || len > HIP_HOST_ID_MAX_LEN)
		return -EINVAL;
	di = be16_to_cpu(head->di);
	id->algorithm = be16_to_cpu(head->algorithm);
	id->hi_len = be16_to_cpu(head->hi_len);
	id->di_len = di & HIP_DI_LEN_MASK;
	id->di_type = di >> HIP_DI_TYPE_SHIFT;
	if (!id->hi_len || sizeof(*head) + id->hi_len + id->di_len != len ||
	    (!id->di_type && id->di_len))
		return -EINVAL;
	id->hi = data + sizeof(*head);
	id->di = id->hi + id->hi_len;
	return 0;
}

static int hip_host_id_suite(u16 algorithm)
{
	switch (algorithm) {
	case HIP_HI_ALGORITHM_DSA:
	case HIP_HI_ALGORITHM_RSA:
		return HIP_HIT_SUITE_RSA_SHA256;
	case HIP_HI_ALGORITHM_ECDSA:
		return HIP_HIT_SUITE_ECDSA_SHA384;
	case HIP_HI_ALGORITHM_ECDSA_LOW:
		return HIP_HIT_SUITE_ECDSA_LOW_SHA1;
	case HIP_HI_ALGORITHM_EDDSA:
		return HIP_HIT_SUITE_EDDSA_CSHAKE128;
	default:
		return -EOPNOTSUPP;
	}
}

/* Encode_96 is the middle of the hash (RFC 7343 section 2). Of one as long as one
 * likes it is 96 bits (RFC 9374 section 3.5.2.1), with which longer ones begin.
 */
static unsigned int hip_orchid_skip(enum hip_rhash rhash)
{
	if (rhash == HIP_RHASH_CSHAKE128)
		return 0;
	return (hip_rhash_len(rhash) - HIP_ORCHID_HASH_LEN) / 2;
}

int hip_host_id_hit(const struct hip_host_id *id, struct in6_addr *hit)
{
	struct hip_iov iov[] = {
		{ hip_orchid_context, sizeof(hip_orchid_context) },
		{ id->hi, id->hi_len },
	};
	u8 digest[HIP_RHASH_MAX_LEN];
	int suite, rhash, err;

	suite = hip_host_id_suite(id->algorithm);
	if (suite < 0)
		return suite;
	rhash = hip_rhash_of_suite(suite);
	if (rhash < 0)
		return rhash;
	err = hip_rhash_digest(rhash, iov, ARRAY_SIZE(iov), digest);
	if (err)
		return err;

	hit->s6_addr[0] = 0x20;
	hit->s6_addr[1] = 0x01;
	hit->s6_addr[2] = 0x00;
	hit->s6_addr[3] = 0x20 | suite;
	memcpy(&hit->s6_addr[4], digest + hip_orchid_skip(rhash),
	       HIP_ORCHID_HASH_LEN);
	return 0;
}
