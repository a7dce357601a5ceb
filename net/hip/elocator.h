/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * E-LOCATOR (draft-cao-hiprg-flow-mobility section 4) and LOCATOR_SET (RFC 8046
 * section 4), with the Flow Identification Mobility option of RFC 6089.
 */
#ifndef _NET_HIP_ELOCATOR_H
#define _NET_HIP_ELOCATOR_H

#include "selector.h"
#include "types.h"

#define HIP_TRAFFIC_BOTH	0
#define HIP_TRAFFIC_SIGNALLING	1
#define HIP_TRAFFIC_DATA	2

#define HIP_LOCATOR_TYPE_ADDR	0	/* address, IPv4 is v4-mapped */
#define HIP_LOCATOR_TYPE_SPI	1	/* SPI and address */

#define HIP_LOCATOR_FLAG_P	0x01	/* preferred */
#define HIP_LOCATOR_FLAG_F	0x02	/* a flow option follows */

#define HIP_LOCATOR_UNBOUNDED	0xffffffffu

/* Flow Identification Mobility option (RFC 6089 section 4.2) */
#define HIP_FIM_OPTION		45
#define HIP_FIM_PAD1		0
#define HIP_FIM_PADN		1
#define HIP_FIM_BINDING_REF	2
#define HIP_FIM_TRAFFIC_SEL	3

/* Status of a flow (RFC 6089 section 4.2) */
enum hip_flow_status {
	HIP_FLOW_OK			= 0,
	HIP_FLOW_PROHIBITED		= 128,
	HIP_FLOW_REJECTED		= 129,
	HIP_FLOW_MALFORMED		= 130,
	HIP_FLOW_BID_NOT_FOUND		= 131,
	HIP_FLOW_FID_NOT_FOUND		= 132,
	HIP_FLOW_TS_UNSUPPORTED		= 133,
};

/**
 * struct hip_elocator_item - one sub-parameter
 * @traffic: HIP_TRAFFIC_*
 * @type: HIP_LOCATOR_TYPE_*; others are reported with @addr unset
 * @preferred: P
 * @flow: F: the flow members count
 * @has_selector: the option brought a traffic selector
 * @status: of the option: HIP_FLOW_OK, or why it cannot be used
 *	(HIP_FLOW_MALFORMED, HIP_FLOW_TS_UNSUPPORTED)
 * @lifetime: seconds
 * @spi: host byte order; of HIP_LOCATOR_TYPE_SPI
 * @addr: address
 * @fid: FID, not 0 unless malformed
 * @priority: FID-PRI
 * @sel: the selector
 */
struct hip_elocator_item {
	u8			traffic;
	u8			type;
	bool			preferred;
	bool			flow;
	bool			has_selector;
	u8			status;
	u32			lifetime;
	u32			spi;
	struct in6_addr		addr;
	u16			fid;
	u16			priority;
	struct hip_selector	sel;
};

/**
 * struct hip_elocator_iter - where reading stands; set @data, @len, @set
 * @data: contents of the parameter
 * @len: octets left
 * @set: it is a LOCATOR_SET: F is a reserved bit there
 */
struct hip_elocator_iter {
	const u8	*data;
	unsigned int	len;
	bool		set;
};

/**
 * hip_elocator_next - read one sub-parameter
 * @it: moves on
 * @item: result
 *
 * Return: 1 with @item filled in, 0 at the end, -EINVAL if what follows is
 * malformed (a length runs over the end, an option that does not end on a
 * 4-octet boundary, F without an option, a locator length that does not fit
 * its type, a zero lifetime): the parameter as a whole is then to be refused.
 * A flow option that is well-formed as TLV but cannot be used (zero FID or
 * FID-PRI, malformed selector, unknown format) is reported by @item->status.
 */
int hip_elocator_next(struct hip_elocator_iter *it,
		      struct hip_elocator_item *item);

/**
 * hip_elocator_put - write one sub-parameter
 * @buf: where
 * @room: octets at @buf
 * @item: what; @flow only in an E-LOCATOR
 *
 * The option is padded by PadN so that an IPv6 selector with addresses is
 * aligned as RFC 6088 asks, counted from the start of the option, and the
 * whole ends on a 4-octet boundary.
 *
 * Return: octets written (a multiple of 4), -ENOSPC, or -EINVAL.
 */
int hip_elocator_put(u8 *buf, unsigned int room,
		     const struct hip_elocator_item *item);

#endif /* _NET_HIP_ELOCATOR_H */
