/* SPDX-License-Identifier: GPL-2.0-only */
/* Traffic selectors (RFC 6088). */
#ifndef _NET_HIP_SELECTOR_H
#define _NET_HIP_SELECTOR_H

#include "types.h"

/* TS Format (RFC 6089 section 4.2.1.4) */
#define HIP_TS_FORMAT_IPV4	1
#define HIP_TS_FORMAT_IPV6	2

/* Longest encoding: format 2 with every range, RFC 6088 section 3.2. */
#define HIP_SELECTOR_MAX_LEN	96

/* Which fields a selector or a key has. */
#define HIP_SELECT_SRC		0x01
#define HIP_SELECT_DST		0x02
#define HIP_SELECT_SPI		0x04
#define HIP_SELECT_FLOW_LABEL	0x08
#define HIP_SELECT_SPORT	0x10
#define HIP_SELECT_DPORT	0x20
#define HIP_SELECT_TCLASS	0x40
#define HIP_SELECT_PROTO	0x80

/* Two low bits of a traffic class are ECN's. */
#define HIP_SELECTOR_DS_MASK	0xfc

/**
 * struct hip_selector - ranges, inclusive, host byte order but for addresses
 * @fields: HIP_SELECT_* that are compared; the others hold zeroes
 * @format: HIP_TS_FORMAT_*
 *
 * An exact value has its minimum equal to its maximum. Addresses are 16
 * octets; of format 1, IPv4-mapped. Two low bits (ECN) of a traffic class are
 * zero. Flow labels have 20 bits.
 */
struct hip_selector {
	u8		fields;
	u8		format;
	u8		tclass_min, tclass_max;
	u8		proto_min, proto_max;
	u16		sport_min, sport_max;
	u16		dport_min, dport_max;
	u32		spi_min, spi_max;
	u32		flow_label_min, flow_label_max;
	struct in6_addr	src_min, src_max;
	struct in6_addr	dst_min, dst_max;
};

/**
 * struct hip_flow_key - what a packet has of it
 * @fields: HIP_SELECT_* that this packet has; a selector that asks for another
 *	does not match (ports of a protocol without, SPI of what is not IPsec)
 * @format: HIP_TS_FORMAT_IPV6, or _IPV4 for LSIs
 */
struct hip_flow_key {
	u8		fields;
	u8		format;
	u8		tclass;
	u8		proto;
	u16		sport;
	u16		dport;
	u32		spi;
	u32		flow_label;
	struct in6_addr	src;
	struct in6_addr	dst;
} __aligned(8);

/**
 * hip_selector_decode - binary traffic selector to ranges
 * @sel: result
 * @format: TS Format
 * @data: from the flags word on
 * @len: octets; must be just what the flags say
 *
 * End without Start, or End below Start: malformed.
 *
 * Return: 0, -EINVAL if malformed, -EPROTONOSUPPORT for another format.
 */
int hip_selector_decode(struct hip_selector *sel, u8 format, const u8 *data,
			unsigned int len);

/**
 * hip_selector_encode - ranges to a binary traffic selector
 * @sel: a valid selector
 * @buf: HIP_SELECTOR_MAX_LEN octets
 *
 * Return: octets written, from the flags word on.
 */
int hip_selector_encode(const struct hip_selector *sel, u8 *buf);

/* Alignment that RFC 6088 asks for the sub-option: 8, 4, 2 or 1. */
unsigned int hip_selector_align(const struct hip_selector *sel);

bool hip_selector_match(const struct hip_selector *sel,
			const struct hip_flow_key *key);
bool hip_selector_equal(const struct hip_selector *a,
			const struct hip_selector *b);
/* 0, or -EINVAL if a range is upside down or a field out of its bounds. */
int hip_selector_valid(const struct hip_selector *sel);

/* The same flow in the other direction: source and destination exchanged. */
void hip_flow_key_reverse(struct hip_flow_key *key);

#endif /* _NET_HIP_SELECTOR_H */
