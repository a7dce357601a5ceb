// SPDX-License-Identifier: GPL-2.0-only
/*
 * HIP packets, writing (RFC 7401 section 5). The packet in the builder's
 * buffer is complete after each call: Header Length right, checksum zero. That
 * is what MACs and signatures are computed over.
 */
#include "host_id.h"
#include "packet.h"

unsigned int hip_tlv_fill(u8 *room, u16 type, const void *data,
			  unsigned int len)
{
	struct hip_tlv *tlv = (struct hip_tlv *)room;
	unsigned int space = HIP_PARAM_SPACE(len);

	tlv->type = cpu_to_be16(type);
	tlv->len = cpu_to_be16(len);
	if (len)
		memcpy(tlv->data, data, len);
	memset(tlv->data + len, 0, space - sizeof(*tlv) - len);
	return space;
}

static void hip_build_fail(struct hip_builder *b, int err)
{
	if (!b->err)
		b->err = err;
}

void hip_build_begin(struct hip_builder *b, void *buf, unsigned int max,
		     u8 type, u16 controls, const struct in6_addr *sender,
		     const struct in6_addr *receiver)
{
	struct hip_hdr *hdr = buf;

	b->buf = buf;
	b->max = min_t(unsigned int, max, HIP_PACKET_MAX_LEN);
	b->len = 0;
	b->last = 0;
	b->err = 0;
	if (b->max < sizeof(*hdr)) {
		hip_build_fail(b, -ENOSPC);
		return;
	}

	b->len = sizeof(*hdr);
	hdr->nexthdr = HIP_NEXTHDR_NONE;
	hdr->hdrlen = hip_hdr_units(b->len);
	hdr->type = type;
	hdr->version = HIP_VERSION << 4 | 1;
	hdr->checksum = 0;
	hdr->controls = cpu_to_be16(controls);
	hdr->sender = *sender;
	hdr->receiver = *receiver;
}

void *hip_build_param(struct hip_builder *b, u16 type, unsigned int len)
{
	struct hip_hdr *hdr = (struct hip_hdr *)b->buf;
	struct hip_tlv *tlv;

	if (b->err)
		return NULL;
	if (type < b->last || (type == b->last && !hip_param_repeats(type))) {
		hip_build_fail(b, -EINVAL);
		return NULL;
	}
	/* The caller may have lowered @max below what stands already. */
	if (b->len > b->max || len > HIP_PACKET_MAX_LEN ||
	    HIP_PARAM_SPACE(len) > b->max - b->len) {
		hip_build_fail(b, -ENOSPC);
		return NULL;
	}

	tlv = (struct hip_tlv *)(b->buf + b->len);
	memset(tlv, 0, HIP_PARAM_SPACE(len));
	tlv->type = cpu_to_be16(type);
	tlv->len = cpu_to_be16(len);
	b->len += HIP_PARAM_SPACE(len);
	b->last = type;
	hdr->hdrlen = hip_hdr_units(b->len);
	return tlv->data;
}

void hip_build_data(struct hip_builder *b, u16 type, const void *data,
		    unsigned int len)
{
	void *room = hip_build_param(b, type, len);

	if (room && len)
		memcpy(room, data, len);
}

void hip_build_u32(struct hip_builder *b, u16 type, u32 value)
{
	__be32 data = cpu_to_be32(value);

	hip_build_data(b, type, &data, sizeof(data));
}

void hip_build_u16_list(struct hip_builder *b, u16 type, const u16 *list,
			unsigned int n)
{
	u8 *room = hip_build_param(b, type, 2 * n);
	unsigned int i;

	if (!room)
		return;
	for (i = 0; i < n; i++)
		put_unaligned_be16(list[i], room + 2 * i);
}

void hip_build_esp_info(struct hip_builder *b, u16 keymat_index, u32 old_spi,
			u32 new_spi)
{
	struct hip_esp_info info = {
		.keymat_index = cpu_to_be16(keymat_index),
		.old_spi = cpu_to_be32(old_spi),
		.new_spi = cpu_to_be32(new_spi),
	};

	hip_build_data(b, HIP_PARAM_ESP_INFO, &info, sizeof(info));
}

void hip_build_dh(struct hip_builder *b, u8 group, const u8 *pub,
		  unsigned int publen)
{
	struct hip_dh *dh;

	if (publen > HIP_PACKET_MAX_LEN) {
		hip_build_fail(b, -ENOSPC);
		return;
	}
	dh = hip_build_param(b, HIP_PARAM_DIFFIE_HELLMAN, sizeof(*dh) + publen);
	if (!dh)
		return;
	dh->group = group;
	dh->publen = cpu_to_be16(publen);
	memcpy(dh->pub, pub, publen);
}

void hip_build_notification(struct hip_builder *b, u16 type, const void *data,
			    unsigned int len)
{
	struct hip_notification *notification;

	if (len > HIP_PACKET_MAX_LEN) {
		hip_build_fail(b, -ENOSPC);
		return;
	}
	notification = hip_build_param(b, HIP_PARAM_NOTIFICATION,
				       sizeof(*notification) + len);
	if (!notification)
		return;
	notification->type = cpu_to_be16(type);
	if (len)
		memcpy(notification->data, data, len);
}

/* Append the MAC of @iov as parameter @type. */
static void hip_build_digest(struct hip_builder *b, u16 type,
			     const struct hip_hmac *hmac,
			     const struct hip_iov *iov, unsigned int n)
{
	u8 digest[HIP_RHASH_MAX_LEN];
	int err;

	err = hip_hmac_digest(hmac, iov, n, digest);
	if (err)
		hip_build_fail(b, err);
	hip_build_data(b, type, digest, hip_rhash_len(hip_hmac_rhash(hmac)));
}

void hip_build_mac(struct hip_builder *b, const struct hip_hmac *hmac)
{
	struct hip_iov iov = { b->buf, b->len };

	if (!b->err)
		hip_build_digest(b, HIP_PARAM_HIP_MAC, hmac, &iov, 1);
}

int hip_build_relayed(void *buf, unsigned int len, unsigned int max,
		      const struct in6_addr *from, const struct hip_hmac *hmac)
{
	unsigned int mac_len = hip_rhash_len(hip_hmac_rhash(hmac));
	unsigned int covered = len + HIP_PARAM_SPACE(sizeof(*from));
	unsigned int total = covered + HIP_PARAM_SPACE(mac_len);
	struct hip_iov iov = { buf, covered };
	struct hip_hdr *hdr = buf;
	struct hip_tlv *tlv;
	int err;

	if (total > max || total > HIP_PACKET_MAX_LEN)
		return -ENOSPC;
	tlv = (struct hip_tlv *)((u8 *)buf + len);
	tlv->type = cpu_to_be16(HIP_PARAM_FROM);
	tlv->len = cpu_to_be16(sizeof(*from));
	memcpy(tlv->data, from, sizeof(*from));
	memset(tlv->data + sizeof(*from), 0,
	       HIP_PARAM_SPACE(sizeof(*from)) - sizeof(*tlv) - sizeof(*from));
	hdr->hdrlen = hip_hdr_units(covered);
	hdr->checksum = 0;

	tlv = (struct hip_tlv *)((u8 *)buf + covered);
	tlv->type = cpu_to_be16(HIP_PARAM_RVS_HMAC);
	tlv->len = cpu_to_be16(mac_len);
	/* What fills up is among the last 8 octets; the MAC has the others. */
	memset((u8 *)buf + total - 8, 0, 8);
	err = hip_hmac_digest(hmac, &iov, 1, tlv->data);
	if (err)
		return err;
	hdr->hdrlen = hip_hdr_units(total);
	return total;
}

void hip_build_mac2(struct hip_builder *b, const struct hip_hmac *hmac,
		    const u8 *host_id, unsigned int host_id_len, u8 *room)
{
	struct hip_iov iov[3];
	struct hip_hdr head;

	if (b->err)
		return;
	if (host_id_len > HIP_HOST_ID_MAX_LEN ||
	    b->len + HIP_PARAM_SPACE(host_id_len) > HIP_PACKET_MAX_LEN) {
		hip_build_fail(b, -EINVAL);
		return;
	}

	iov[2].base = room;
	iov[2].len = hip_tlv_fill(room, HIP_PARAM_HOST_ID, host_id,
				  host_id_len);
	memcpy(&head, b->buf, sizeof(head));
	head.hdrlen = hip_hdr_units(b->len + iov[2].len);
	iov[0].base = &head;
	iov[0].len = sizeof(head);
	iov[1].base = b->buf + sizeof(head);
	iov[1].len = b->len - sizeof(head);
	hip_build_digest(b, HIP_PARAM_HIP_MAC_2, hmac, iov, ARRAY_SIZE(iov));
}

void hip_build_signature(struct hip_builder *b, u16 type, u16 algorithm,
			 const u8 *sig, unsigned int siglen)
{
	struct hip_signature *signature;

	if (siglen > HIP_PACKET_MAX_LEN) {
		hip_build_fail(b, -ENOSPC);
		return;
	}
	signature = hip_build_param(b, type, sizeof(*signature) + siglen);
	if (!signature)
		return;
	signature->algorithm = cpu_to_be16(algorithm);
	memcpy(signature->data, sig, siglen);
}

int hip_build_end(struct hip_builder *b)
{
	if (b->err)
		return b->err;
	((struct hip_hdr *)b->buf)->hdrlen = hip_hdr_units(b->len);
	return b->len;
}
