// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: what MACs and signatures cover, and the builder, against packets
 * that another program laid out (vectors.py).
 */
#include "packet_kunit.h"

#include "../../net/hip/host_id.h"

/* --- coverage ------------------------------------------------------------ */

static void packet_digest(struct kunit *test, const struct hip_iov *iov, int n,
			  u8 *out)
{
	KUNIT_ASSERT_GT(test, n, 0);
	KUNIT_ASSERT_LE(test, n, HIP_PACKET_COVER_IOV);
	KUNIT_ASSERT_EQ(test, hip_rhash_digest(HIP_RHASH_SHA256, iov, n, out),
			0);
}

static void packet_cover(struct kunit *test)
{
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	struct hip_packet *p;
	struct hip_hdr head;
	u8 digest[32];
	int n;

	p = packet_parsed(test, vector_update, sizeof(vector_update));
	n = hip_packet_cover(p, HIP_PARAM_HIP_MAC, &head, iov);
	packet_digest(test, iov, n, digest);
	KUNIT_EXPECT_MEMEQ(test, digest, vector_update_mac_sha256, 32);
	n = hip_packet_cover(p, HIP_PARAM_HIP_SIGNATURE, &head, iov);
	packet_digest(test, iov, n, digest);
	KUNIT_EXPECT_MEMEQ(test, digest, vector_update_sig_sha256, 32);

	KUNIT_EXPECT_EQ(test, hip_packet_cover(p, HIP_PARAM_RVS_HMAC, &head,
					       iov), -EINVAL);
	/* These two cover more, or less, than what is before them. */
	p = packet_parsed(test, vector_r1, sizeof(vector_r1));
	KUNIT_EXPECT_EQ(test, hip_packet_cover(p, HIP_PARAM_HIP_SIGNATURE_2,
					       &head, iov), -EINVAL);
	p = packet_parsed(test, vector_r2, sizeof(vector_r2));
	KUNIT_EXPECT_EQ(test, hip_packet_cover(p, HIP_PARAM_HIP_MAC_2, &head,
					       iov), -EINVAL);
}

static void packet_cover_mac2(struct kunit *test)
{
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	unsigned int space = HIP_PARAM_SPACE(sizeof(vector_host_id));
	struct hip_packet *p;
	struct hip_hdr head;
	u8 digest[32], *room;
	int n;

	room = kunit_kmalloc(test, space, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, room);
	p = packet_parsed(test, vector_r2, sizeof(vector_r2));
	n = hip_packet_cover_mac2(p, vector_host_id, sizeof(vector_host_id),
				  room, &head, iov);
	packet_digest(test, iov, n, digest);
	KUNIT_EXPECT_MEMEQ(test, digest, vector_r2_mac2_sha256, 32);
	KUNIT_EXPECT_EQ(test, hip_hdr_total(&head), 40 + 16 + space);

	p = packet_parsed(test, vector_update, sizeof(vector_update));
	KUNIT_EXPECT_EQ(test, hip_packet_cover_mac2(p, vector_host_id,
						    sizeof(vector_host_id),
						    room, &head, iov),
			-EINVAL);
}

/* Header Length cannot tell more than 2048 octets, HOST_ID included. */
static void packet_cover_mac2_too_long(struct kunit *test)
{
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	struct raw *raw = raw_begin(test, HIP_R2);
	struct hip_packet *p = packet_room(test);
	struct hip_hdr head;
	u8 *host_id, *room;

	host_id = kunit_kzalloc(test, HIP_HOST_ID_MAX_LEN + 1, GFP_KERNEL);
	room = kunit_kmalloc(test, HIP_PACKET_MAX_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, host_id);
	KUNIT_ASSERT_NOT_NULL(test, room);
	raw_param(raw, HIP_PARAM_ECHO_REQUEST_SIGNED, 892);
	raw_param(raw, HIP_PARAM_HIP_MAC_2, 32);
	KUNIT_ASSERT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_cover_mac2(p, host_id,
						    HIP_HOST_ID_MAX_LEN, room,
						    &head, iov), 3);
	KUNIT_EXPECT_EQ(test, head.hdrlen, 254);
	KUNIT_EXPECT_EQ(test, hip_packet_cover_mac2(p, host_id,
						    HIP_HOST_ID_MAX_LEN + 1,
						    room, &head, iov),
			-EINVAL);

	raw = raw_begin(test, HIP_R2);
	raw_param(raw, HIP_PARAM_ECHO_REQUEST_SIGNED, 908);
	raw_param(raw, HIP_PARAM_HIP_MAC_2, 32);
	KUNIT_ASSERT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_cover_mac2(p, host_id,
						    HIP_HOST_ID_MAX_LEN, room,
						    &head, iov), -EINVAL);
}

static void packet_cover_signature2(struct kunit *test)
{
	struct hip_packet *p;
	u8 *room;

	room = kunit_kmalloc(test, HIP_PACKET_MAX_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, room);
	p = packet_parsed(test, vector_r1, sizeof(vector_r1));
	KUNIT_ASSERT_EQ(test, hip_packet_cover_signature2(p, room),
			(int)sizeof(vector_r1_covered));
	KUNIT_EXPECT_MEMEQ(test, room, vector_r1_covered,
			   sizeof(vector_r1_covered));
	p = packet_parsed(test, vector_update, sizeof(vector_update));
	KUNIT_EXPECT_EQ(test, hip_packet_cover_signature2(p, room), -EINVAL);
}

static void packet_check_macs(struct kunit *test)
{
	u8 room[HIP_PARAM_SPACE(sizeof(vector_host_id))];
	struct hip_hmac *hmac = packet_hmac(test), *other;
	u8 host_id[sizeof(vector_host_id)];
	struct hip_packet *p;

	other = hip_hmac_new(HIP_RHASH_SHA384, vector_mac_key,
			     sizeof(vector_mac_key));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	memcpy(host_id, vector_host_id, sizeof(host_id));

	p = packet_parsed(test, vector_update, sizeof(vector_update));
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac(p, hmac), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac(p, other), -EBADMSG);
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac2(p, hmac, host_id,
						    sizeof(host_id), room),
			-EINVAL);

	p = packet_parsed(test, vector_r2, sizeof(vector_r2));
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac2(p, hmac, host_id,
						    sizeof(host_id), room), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac2(p, other, host_id,
						    sizeof(host_id), room),
			-EBADMSG);
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac(p, hmac), -EINVAL);
	host_id[8] ^= 1;
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac2(p, hmac, host_id,
						    sizeof(host_id), room),
			-EBADMSG);
	hip_hmac_free(hmac);
	hip_hmac_free(other);
}

/* A right MAC with something behind it in the parameter is not a right one. */
static void packet_mac_length(struct kunit *test)
{
	struct hip_hmac *hmac = packet_hmac(test);
	struct raw *raw = raw_begin(test, HIP_UPDATE);
	struct hip_packet *p = packet_room(test);
	u8 digest[HIP_RHASH_MAX_LEN];
	struct hip_iov iov;

	raw_param(raw, HIP_PARAM_SEQ, 4);
	iov.base = raw->data;
	iov.len = raw->len;
	KUNIT_ASSERT_EQ(test, hip_hmac_digest(hmac, &iov, 1, digest), 0);
	memcpy(raw_param(raw, HIP_PARAM_HIP_MAC, 32), digest, 32);
	KUNIT_ASSERT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac(p, hmac), 0);

	raw->len = 48;
	memcpy(raw_param(raw, HIP_PARAM_HIP_MAC, 48), digest, 32);
	KUNIT_ASSERT_EQ(test, raw_parse(test, raw, p), 0);
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac(p, hmac), -EBADMSG);
	hip_hmac_free(hmac);
}

/* Every octet up to the MAC counts, but Checksum; none behind it does. */
static void packet_mac_covers_all(struct kunit *test)
{
	const unsigned int mac = 64, mac_end = 64 + 4 + 32;
	struct hip_hmac *hmac = packet_hmac(test);
	struct hip_packet *p = packet_room(test);
	unsigned int i;
	bool counts;
	u8 *buf;

	buf = packet_exact(test, vector_update, sizeof(vector_update));
	for (i = 0; i < sizeof(vector_update); i++) {
		counts = i < mac_end && i != 4 && i != 5;
		/* What keeps it from being parsed is not of interest here. */
		buf[i] ^= 0x01;
		if (!hip_packet_parse(p, buf, sizeof(vector_update)) &&
		    hip_packet_param(p, HIP_PARAM_HIP_MAC))
			KUNIT_EXPECT_EQ_MSG(test,
					    hip_packet_check_mac(p, hmac),
					    counts ? -EBADMSG : 0,
					    "octet %u", i);
		else
			KUNIT_EXPECT_TRUE(test, i < 40 || i < mac + 4 ||
					  i >= mac_end);
		buf[i] ^= 0x01;
	}
	KUNIT_EXPECT_EQ(test, hip_packet_parse(p, buf, sizeof(vector_update)),
			0);
	KUNIT_EXPECT_EQ(test, hip_packet_check_mac(p, hmac), 0);
	hip_hmac_free(hmac);
}

/* --- builder ------------------------------------------------------------- */

/* The packets of the vectors, made by our builder: the same octets. */
static void packet_build_update(struct kunit *test)
{
	static const u8 sig[5] = { 0xa5, 0xa5, 0xa5, 0xa5, 0xa5 };
	struct hip_hmac *hmac = packet_hmac(test);
	struct hip_builder b;
	u8 *buf;

	buf = kunit_kmalloc(test, sizeof(vector_update), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, sizeof(vector_update), HIP_UPDATE, 0, &hit_a,
			&hit_b);
	hip_build_esp_info(&b, 0x60, 0x11111111, 0x22222222);
	hip_build_u32(&b, HIP_PARAM_SEQ, 7);
	hip_build_mac(&b, hmac);
	hip_build_signature(&b, HIP_PARAM_HIP_SIGNATURE, 7, sig, sizeof(sig));
	hip_build_data(&b, HIP_PARAM_ECHO_REQUEST_UNSIGNED, "nonce", 5);
	KUNIT_ASSERT_EQ(test, hip_build_end(&b), (int)sizeof(vector_update));
	buf[4] = 0xab;
	buf[5] = 0xcd;
	KUNIT_EXPECT_MEMEQ(test, buf, vector_update, sizeof(vector_update));

	/* Not an octet more fits. */
	hip_build_data(&b, HIP_PARAM_FROM, NULL, 0);
	KUNIT_EXPECT_EQ(test, hip_build_end(&b), -ENOSPC);
	hip_hmac_free(hmac);
}

static void packet_build_r2(struct kunit *test)
{
	static const u8 sig[5] = { 0xa5, 0xa5, 0xa5, 0xa5, 0xa5 };
	u8 room[HIP_PARAM_SPACE(sizeof(vector_host_id))];
	struct hip_hmac *hmac = packet_hmac(test);
	struct hip_builder b;
	u8 *buf;

	buf = kunit_kmalloc(test, sizeof(vector_r2), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, sizeof(vector_r2), HIP_R2, 0, &hit_b, &hit_a);
	hip_build_esp_info(&b, 0x60, 0, 0x33333333);
	hip_build_mac2(&b, hmac, vector_host_id, sizeof(vector_host_id), room);
	hip_build_signature(&b, HIP_PARAM_HIP_SIGNATURE, 7, sig, sizeof(sig));
	KUNIT_ASSERT_EQ(test, hip_build_end(&b), (int)sizeof(vector_r2));
	buf[4] = 0x12;
	buf[5] = 0x34;
	KUNIT_EXPECT_MEMEQ(test, buf, vector_r2, sizeof(vector_r2));
	hip_hmac_free(hmac);
}

static void packet_build_params(struct kunit *test)
{
	static const u16 ciphers[] = { 2, 4 };
	static const u8 pub[] = { 9, 8, 7, 6, 5 };
	static const u8 expect[] = {
		0x02, 0x01, 0, 8, 3, 0, 5, 9, 8, 7, 6, 5, 0, 0, 0, 0,
		0x02, 0x43, 0, 4, 0, 2, 0, 4,
		0x03, 0x40, 0, 6, 0, 0, 0, 1, 0xab, 0xcd, 0, 0, 0, 0, 0, 0,
		0x03, 0x40, 0, 4, 0, 0, 0, 28,
	};
	struct hip_packet *p = packet_room(test);
	struct hip_builder b;
	u8 *buf;

	buf = kunit_kmalloc(test, HIP_PACKET_MAX_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, HIP_PACKET_MAX_LEN, HIP_NOTIFY,
			HIP_CONTROL_ANONYMOUS, &hit_a, &hit_b);
	hip_build_dh(&b, 3, pub, sizeof(pub));
	hip_build_u16_list(&b, HIP_PARAM_HIP_CIPHER, ciphers, 2);
	hip_build_notification(&b, 1, "\xab\xcd", 2);
	hip_build_notification(&b, HIP_NOTIFY_HIP_MAC_FAILED, NULL, 0);
	KUNIT_ASSERT_EQ(test, hip_build_end(&b), (int)(40 + sizeof(expect)));
	KUNIT_EXPECT_MEMEQ(test, buf + 40, expect, sizeof(expect));
	KUNIT_EXPECT_EQ(test, hip_packet_parse(p, buf, b.len), 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(p->hdr->controls), 1);
	KUNIT_EXPECT_EQ(test, p->n, 4);
}

static void packet_build_order(struct kunit *test)
{
	struct hip_builder b;
	u8 *buf;

	buf = kunit_kmalloc(test, HIP_PACKET_MAX_LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, HIP_PACKET_MAX_LEN, HIP_UPDATE, 0, &hit_a,
			&hit_b);
	hip_build_u32(&b, HIP_PARAM_ACK, 1);
	hip_build_u32(&b, HIP_PARAM_SEQ, 1);
	KUNIT_EXPECT_EQ(test, b.err, -EINVAL);
	/* The first error stays. */
	KUNIT_EXPECT_NULL(test, hip_build_param(&b, 1000, 4));
	KUNIT_EXPECT_NULL(test, hip_build_param(&b, 1000, 0xffff));
	hip_build_dh(&b, 3, buf, 0xffff);
	KUNIT_EXPECT_EQ(test, hip_build_end(&b), -EINVAL);

	hip_build_begin(&b, buf, HIP_PACKET_MAX_LEN, HIP_UPDATE, 0, &hit_a,
			&hit_b);
	hip_build_u32(&b, HIP_PARAM_SEQ, 1);
	hip_build_u32(&b, HIP_PARAM_SEQ, 1);
	KUNIT_EXPECT_EQ(test, hip_build_end(&b), -EINVAL);
}

/* No length, however large, gets more than there is room for. */
static void packet_build_space(struct kunit *test)
{
	static const unsigned int lens[] = {
		5, 12, 2004, 2005, 0xffff, 0x10000, 0xfffffff8, 0xffffffff,
	};
	struct hip_builder b;
	unsigned int i;
	u8 *buf;

	buf = kunit_kmalloc(test, 48, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		hip_build_begin(&b, buf, 48, HIP_NOTIFY, 0, &hit_a, &hit_b);
		KUNIT_EXPECT_NULL(test, hip_build_param(&b, 832, lens[i]));
		KUNIT_EXPECT_EQ(test, hip_build_end(&b), -ENOSPC);
		hip_build_begin(&b, buf, 48, HIP_NOTIFY, 0, &hit_a, &hit_b);
		hip_build_dh(&b, 3, buf, lens[i]);
		KUNIT_EXPECT_EQ(test, hip_build_end(&b), -ENOSPC);
	}
	hip_build_begin(&b, buf, 48, HIP_NOTIFY, 0, &hit_a, &hit_b);
	KUNIT_EXPECT_NOT_NULL(test, hip_build_param(&b, 832, 4));
	KUNIT_EXPECT_EQ(test, hip_build_end(&b), 48);

	hip_build_begin(&b, buf, 39, HIP_NOTIFY, 0, &hit_a, &hit_b);
	KUNIT_EXPECT_EQ(test, hip_build_end(&b), -ENOSPC);

	/* Room that was taken back for what ends the packet. */
	hip_build_begin(&b, buf, 48, HIP_NOTIFY, 0, &hit_a, &hit_b);
	b.max = 39;
	KUNIT_EXPECT_NULL(test, hip_build_param(&b, 832, 4));
	KUNIT_EXPECT_EQ(test, hip_build_end(&b), -ENOSPC);

	/* 255 units are the most that a header can tell. */
	buf = kunit_kmalloc(test, 4096, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	hip_build_begin(&b, buf, 4096, HIP_NOTIFY, 0, &hit_a, &hit_b);
	KUNIT_EXPECT_NULL(test, hip_build_param(&b, 897, 2005));
	hip_build_begin(&b, buf, 4096, HIP_NOTIFY, 0, &hit_a, &hit_b);
	KUNIT_EXPECT_NOT_NULL(test, hip_build_param(&b, 897, 2004));
	KUNIT_EXPECT_EQ(test, hip_build_end(&b), HIP_PACKET_MAX_LEN);
}

static struct kunit_case packet_build_cases[] = {
	KUNIT_CASE(packet_cover),
	KUNIT_CASE(packet_cover_mac2),
	KUNIT_CASE(packet_cover_mac2_too_long),
	KUNIT_CASE(packet_cover_signature2),
	KUNIT_CASE(packet_check_macs),
	KUNIT_CASE(packet_mac_length),
	KUNIT_CASE(packet_mac_covers_all),
	KUNIT_CASE(packet_build_update),
	KUNIT_CASE(packet_build_r2),
	KUNIT_CASE(packet_build_params),
	KUNIT_CASE(packet_build_order),
	KUNIT_CASE(packet_build_space),
	{}
};

static struct kunit_suite packet_build_suite = {
	.name = "hip_packet_build",
	.suite_init = packet_suite_init,
	.suite_exit = packet_suite_exit,
	.test_cases = packet_build_cases,
};

kunit_test_suites(&packet_build_suite);
