// SPDX-License-Identifier: GPL-2.0-only
/*
 * What comes in from the network: parse it, read every parameter the way the
 * module does, gather what MACs and signatures cover.
 */
#include "elocator.h"
#include "fuzz.h"
#include "host_id.h"
#include "keymat.h"
#include "packet.h"

static struct hip_hmac *hmac;
static volatile unsigned int sink;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	u8 key[32];
	int i;

	FUZZ_CHECK(!hip_rhash_init());
	for (i = 0; i < (int)sizeof(key); i++)
		key[i] = i;
	hmac = hip_hmac_new(HIP_RHASH_SHA256, key, sizeof(key));
	FUZZ_CHECK(!IS_ERR(hmac));
	return 0;
}

/* Read them all: the sanitizer tells whether they are there. */
static void fuzz_touch(const void *data, size_t len)
{
	const u8 *p = data;
	unsigned int sum = 0;

	while (len--)
		sum += *p++;
	sink = sum;
}

static void fuzz_locators(const struct hip_param *param, bool set)
{
	struct hip_elocator_iter it = { param->data, param->len, set };
	struct hip_elocator_item item;
	unsigned int left = it.len;
	int err;

	while ((err = hip_elocator_next(&it, &item)) == 1) {
		FUZZ_CHECK(it.len < left);
		left = it.len;
		fuzz_touch(&item, sizeof(item));
	}
	FUZZ_CHECK(err == -EINVAL || (!err && !it.len));
}

static void fuzz_host_id(const struct hip_param *param)
{
	struct hip_host_id id;
	struct in6_addr hit;

	FUZZ_CHECK(!hip_host_id_parse(&id, param->data, param->len));
	fuzz_touch(id.hi, id.hi_len);
	fuzz_touch(id.di, id.di_len);
	if (!hip_host_id_hit(&id, &hit))
		FUZZ_CHECK(hip_hit_is_valid(&hit));
}

static void fuzz_param(const struct hip_param *param)
{
	const void *data = param->data;
	const struct hip_dh *dh = data;
	const struct hip_puzzle *puzzle = data;
	const struct hip_solution *solution = data;

	fuzz_touch(param->data, param->len);
	switch (param->type) {
	case HIP_PARAM_ESP_INFO:
		fuzz_touch(data, sizeof(struct hip_esp_info));
		break;
	case HIP_PARAM_R1_COUNTER:
		fuzz_touch(data, sizeof(struct hip_r1_counter));
		break;
	case HIP_PARAM_LOCATOR_SET:
		fuzz_locators(param, true);
		break;
	case HIP_PARAM_E_LOCATOR:
		fuzz_locators(param, false);
		break;
	case HIP_PARAM_PUZZLE:
		fuzz_touch(puzzle->i, hip_rhash_len(HIP_RHASH_SHA1));
		break;
	case HIP_PARAM_SOLUTION:
		fuzz_touch(solution->ij, 2 * hip_rhash_len(HIP_RHASH_SHA1));
		break;
	case HIP_PARAM_SEQ:
	case HIP_PARAM_ACK:
		sink = hip_param_u32(param, param->len / 4 - 1);
		break;
	case HIP_PARAM_HIP_CIPHER:
	case HIP_PARAM_ESP_TRANSFORM:
	case HIP_PARAM_TRANSPORT_FORMAT_LIST:
		sink = hip_param_u16(param, param->len / 2 - 1);
		break;
	case HIP_PARAM_DIFFIE_HELLMAN:
		fuzz_touch(dh->pub, be16_to_cpu(dh->publen));
		break;
	case HIP_PARAM_HOST_ID:
		fuzz_host_id(param);
		break;
	case HIP_PARAM_HIP_SIGNATURE:
	case HIP_PARAM_HIP_SIGNATURE_2:
		FUZZ_CHECK(param->len <= 2 + HIP_SIGNATURE_MAX_LEN);
		FUZZ_CHECK(param->len > 2);
		break;
	}
}

static void fuzz_pieces(const struct hip_hdr *head, const struct hip_iov *iov,
			int n)
{
	size_t total = 0;
	int i;

	FUZZ_CHECK(n <= HIP_PACKET_COVER_IOV);
	for (i = 0; i < n; i++) {
		fuzz_touch(iov[i].base, iov[i].len);
		total += iov[i].len;
	}
	FUZZ_CHECK(total == hip_hdr_total(head));
}

static void fuzz_coverage(const struct hip_packet *p)
{
	static const u16 types[] = {
		HIP_PARAM_HIP_MAC, HIP_PARAM_HIP_SIGNATURE, HIP_PARAM_RVS_HMAC,
	};
	static u8 host_id[HIP_HOST_ID_MAX_LEN];
	u8 room[HIP_PACKET_MAX_LEN];
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	struct hip_hdr head;
	unsigned int i;
	int n;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		n = hip_packet_cover(p, types[i], &head, iov);
		FUZZ_CHECK((n > 0) == !!hip_packet_param(p, types[i]));
		if (n > 0)
			fuzz_pieces(&head, iov, n);
	}
	for (i = 1; i <= sizeof(host_id); i += 700) {
		n = hip_packet_cover_mac2(p, host_id, i, room, &head, iov);
		if (n > 0)
			fuzz_pieces(&head, iov, n);
	}
	n = hip_packet_cover_signature2(p, room);
	if (n > 0) {
		FUZZ_CHECK((unsigned int)n < p->len);
		fuzz_touch(room, n);
	}
	hip_packet_check_mac(p, hmac);
	hip_packet_check_mac2(p, hmac, host_id, 100, room);
}

static void fuzz_params(const struct hip_packet *p)
{
	const u8 *end = (const u8 *)p->hdr + p->len;
	const struct hip_param *param;
	unsigned int i, seen = 0;
	u32 last = 0;

	for (i = 0; i < p->n; i++) {
		param = &p->param[i];
		FUZZ_CHECK(param->type >= last);
		FUZZ_CHECK(param->data + param->len <= end);
		if (!i || param->type != last)
			for (param = hip_packet_param(p, p->param[i].type);
			     param; param = hip_packet_next(p, param))
				seen++;
		last = p->param[i].type;
		fuzz_param(&p->param[i]);
	}
	FUZZ_CHECK(seen == p->n);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct in6_addr addr = { };
	u8 *buf = fuzz_copy(data, size);
	struct hip_packet p;
	int err;

	err = hip_packet_parse(&p, buf, size);
	if (!err) {
		FUZZ_CHECK(p.len <= size && p.len <= HIP_PACKET_MAX_LEN);
		FUZZ_CHECK(!p.error_param);
		sink = (__u16)hip_packet_checksum_v6(buf, p.len, &addr, &addr);
		sink = (__u16)hip_packet_checksum_v4(buf, p.len, 0, 0);
		fuzz_params(&p);
		fuzz_coverage(&p);
		sink = *hip_packet_type_name(hip_hdr_type(p.hdr));
	} else if (err == -EPROTONOSUPPORT) {
		FUZZ_CHECK(p.error_param & 1);
		fuzz_touch(p.hdr, sizeof(*p.hdr));
	}
	free(buf);
	return 0;
}
