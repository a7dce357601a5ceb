// SPDX-License-Identifier: GPL-2.0-only
/*
 * E-LOCATOR and LOCATOR_SET: sub-parameters one after the other, each
 *
 *   0 traffic type   1 locator type   2 locator length (words)   3 flags F, P
 *   4 lifetime, seconds
 *   8 locator: address, or SPI and address
 *
 * and behind an E-LOCATOR's with F set one Flow Identification Mobility option
 * (RFC 6089 section 4.2):
 *
 *   0 type 45   1 length (behind these two)   2 FID   4 FID-PRI
 *   6 reserved   7 status   8 sub-options
 */
#include "elocator.h"

#define HIP_SUB_HDR_LEN		8
#define HIP_FIM_HDR_LEN		8
#define HIP_FIM_MAX_LEN		(2 + 255)
/* A traffic selector sub-option: type, length, TS format, reserved. */
#define HIP_FIM_SELECTOR_HDR	4

/* --- reading ----------------------------------------------------------- */

static int hip_elocator_read_addr(struct hip_elocator_item *item,
				  const u8 *data, unsigned int len)
{
	switch (item->type) {
	case HIP_LOCATOR_TYPE_ADDR:
		if (len != sizeof(item->addr))
			return -EINVAL;
		memcpy(&item->addr, data, sizeof(item->addr));
		return 0;
	case HIP_LOCATOR_TYPE_SPI:
		if (len != 4 + sizeof(item->addr))
			return -EINVAL;
		item->spi = get_unaligned_be32(data);
		memcpy(&item->addr, data + 4, sizeof(item->addr));
		return 0;
	default:
		/* Of a type to come: the length tells how to go on. */
		return 0;
	}
}

static void hip_elocator_read_selector(struct hip_elocator_item *item,
				       const u8 *data, unsigned int len)
{
	int err = -EINVAL;

	/* TS format, reserved, flags; and one selector only (RFC 6089 4.2.1.4) */
	if (len >= HIP_FIM_SELECTOR_HDR - 2 + 4 && !item->has_selector)
		err = hip_selector_decode(&item->sel, data[0], data + 2,
					  len - 2);
	item->has_selector = true;
	if (err && !item->status)
		item->status = err == -EPROTONOSUPPORT ?
			       HIP_FLOW_TS_UNSUPPORTED : HIP_FLOW_MALFORMED;
}

/* Sub-options; a length that runs over the end spoils the parameter. */
static int hip_elocator_read_suboptions(struct hip_elocator_item *item,
					const u8 *data, unsigned int len)
{
	unsigned int sub;

	while (len) {
		if (data[0] == HIP_FIM_PAD1) {
			data++;
			len--;
			continue;
		}
		if (len < 2 || len - 2 < data[1])
			return -EINVAL;
		sub = data[1];
		if (data[0] == HIP_FIM_TRAFFIC_SEL)
			hip_elocator_read_selector(item, data + 2, sub);
		data += 2 + sub;
		len -= 2 + sub;
	}
	return 0;
}

/* Return: octets of the option, or -EINVAL. */
static int hip_elocator_read_flow(struct hip_elocator_item *item,
				  const u8 *data, unsigned int len)
{
	unsigned int total;

	if (len < HIP_FIM_HDR_LEN || data[0] != HIP_FIM_OPTION)
		return -EINVAL;
	total = 2 + data[1];
	/* Locators before it are whole words: so is the option. */
	if (total < HIP_FIM_HDR_LEN || total > len || total % 4)
		return -EINVAL;
	item->fid = get_unaligned_be16(data + 2);
	item->priority = get_unaligned_be16(data + 4);
	if (!item->fid || !item->priority)
		item->status = HIP_FLOW_MALFORMED;
	if (hip_elocator_read_suboptions(item, data + HIP_FIM_HDR_LEN,
					 total - HIP_FIM_HDR_LEN))
		return -EINVAL;
	return total;
}

int hip_elocator_next(struct hip_elocator_iter *it,
		      struct hip_elocator_item *item)
{
	const u8 *data = it->data;
	unsigned int len;
	int flow = 0;

	memset(item, 0, sizeof(*item));
	if (!it->len)
		return 0;
	if (it->len < HIP_SUB_HDR_LEN)
		return -EINVAL;
	item->traffic = data[0];
	item->type = data[1];
	len = data[2] * 4;
	item->preferred = data[3] & HIP_LOCATOR_FLAG_P;
	item->flow = !it->set && (data[3] & HIP_LOCATOR_FLAG_F);
	item->lifetime = get_unaligned_be32(data + 4);
	if (!item->lifetime || item->traffic > HIP_TRAFFIC_DATA ||
	    it->len - HIP_SUB_HDR_LEN < len ||
	    hip_elocator_read_addr(item, data + HIP_SUB_HDR_LEN, len))
		return -EINVAL;

	len += HIP_SUB_HDR_LEN;
	if (item->flow) {
		flow = hip_elocator_read_flow(item, data + len, it->len - len);
		if (flow < 0)
			return flow;
	}
	it->data += len + flow;
	it->len -= len + flow;
	return 1;
}

/* --- writing ----------------------------------------------------------- */

/* Pad1 or PadN; a PadN's length does not count its type and length. */
static unsigned int hip_elocator_pad(u8 *buf, unsigned int len)
{
	if (!len)
		return 0;
	memset(buf, 0, len);
	if (len > 1) {
		buf[0] = HIP_FIM_PADN;
		buf[1] = len - 2;
	}
	return len;
}

/*
 * Fields of the selector have to lie on their natural boundary, counted from
 * the start of the option. The flags word is four octets behind the start of
 * the sub-option; addresses of an IPv6 selector want both it and what follows
 * on eight.
 */
static unsigned int hip_elocator_put_selector(u8 *buf, unsigned int at,
					      const struct hip_selector *sel)
{
	unsigned int align = hip_selector_align(sel), start = at;
	u8 body[HIP_SELECTOR_MAX_LEN];
	int len;

	at += hip_elocator_pad(buf + at, -at & (align - 1));
	len = hip_selector_encode(sel, body);
	buf[at] = HIP_FIM_TRAFFIC_SEL;
	buf[at + 1] = 2 + len;
	buf[at + 2] = sel->format;
	buf[at + 3] = 0;
	memcpy(buf + at + HIP_FIM_SELECTOR_HDR, body, len);
	return at + HIP_FIM_SELECTOR_HDR + len - start;
}

static unsigned int hip_elocator_put_flow(u8 *buf,
					  const struct hip_elocator_item *item)
{
	unsigned int len = HIP_FIM_HDR_LEN;

	buf[0] = HIP_FIM_OPTION;
	put_unaligned_be16(item->fid, buf + 2);
	put_unaligned_be16(item->priority, buf + 4);
	buf[6] = 0;
	buf[7] = 0;
	if (item->has_selector)
		len += hip_elocator_put_selector(buf, len, &item->sel);
	len += hip_elocator_pad(buf + len, -len & 3);
	buf[1] = len - 2;
	return len;
}

int hip_elocator_put(u8 *buf, unsigned int room,
		     const struct hip_elocator_item *item)
{
	u8 option[HIP_FIM_MAX_LEN + 3];
	unsigned int words, len, flow = 0;

	if (item->type > HIP_LOCATOR_TYPE_SPI || !item->lifetime ||
	    item->traffic > HIP_TRAFFIC_DATA ||
	    (item->flow && (!item->fid || !item->priority)) ||
	    (item->flow && item->has_selector &&
	     hip_selector_valid(&item->sel)))
		return -EINVAL;
	words = item->type == HIP_LOCATOR_TYPE_SPI ? 5 : 4;
	len = HIP_SUB_HDR_LEN + words * 4;
	if (item->flow)
		flow = hip_elocator_put_flow(option, item);
	if (room < len + flow)
		return -ENOSPC;

	buf[0] = item->traffic;
	buf[1] = item->type;
	buf[2] = words;
	buf[3] = (item->preferred ? HIP_LOCATOR_FLAG_P : 0) |
		 (item->flow ? HIP_LOCATOR_FLAG_F : 0);
	put_unaligned_be32(item->lifetime, buf + 4);
	buf += HIP_SUB_HDR_LEN;
	if (item->type == HIP_LOCATOR_TYPE_SPI) {
		put_unaligned_be32(item->spi, buf);
		buf += 4;
	}
	memcpy(buf, &item->addr, sizeof(item->addr));
	memcpy(buf + sizeof(item->addr), option, flow);
	return len + flow;
}
