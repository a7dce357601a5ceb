/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters of registration on the wire (RFC 8003 section 4). */
#ifndef _NET_HIP_REGISTRATION_PARAMS_H
#define _NET_HIP_REGISTRATION_PARAMS_H

#include "packet.h"

/* Registration types (RFC 8004 section 4.1). */
#define HIP_REG_RENDEZVOUS	1

/* Failure types (section 4.4): those that we tell. */
enum hip_reg_failure {
	HIP_REG_FAILED_CREDENTIALS		= 0,
	HIP_REG_FAILED_UNAVAILABLE		= 1,
	HIP_REG_FAILED_RESOURCES		= 2,
	HIP_REG_FAILED_UNSUPPORTED_CERTIFICATE	= 5,
};

/*
 * Lifetimes are one octet: 0 cancels, x is 2^((x - 64) / 8) seconds. Those below
 * 64 are less than a second: we neither offer nor ask for them. That of 255 is
 * half a year.
 */
#define HIP_REG_LIFETIME_CANCEL	0
#define HIP_REG_LIFETIME_1S	64
#define HIP_REG_LIFETIME_MAX_S	15384774

struct hip_reg_info {
	u8	min;
	u8	max;
	u8	types[];
} __packed;

/* REG_REQUEST and REG_RESPONSE */
struct hip_reg_grant {
	u8	lifetime;
	u8	types[];
} __packed;

struct hip_reg_failed {
	u8	failure;
	u8	types[];
} __packed;

/* Milliseconds, rounded; 0 for what cancels. */
u64 hip_reg_lifetime_ms(u8 code);
/* The longest that is no longer than @seconds (at least 1). */
u8 hip_reg_lifetime_floor(u32 seconds);
/* The shortest that is no shorter than @seconds; 255 if there is none. */
u8 hip_reg_lifetime_ceil(u32 seconds);
/* What is out of range is moved into it, not refused (section 4.2). */
static inline u8 hip_reg_lifetime_clamp(u8 code, u8 min, u8 max)
{
	return code > max ? max : code < min ? min : code;
}

/* Is @type in the list behind the first @skip octets of the contents? */
bool hip_reg_has_type(const struct hip_param *param, unsigned int skip,
		      u8 type);
/* The REG_INFO that offers @type, or NULL. */
const struct hip_reg_info *hip_reg_offer(const struct hip_packet *p, u8 type);
/* The REG_FAILED that names @type, or NULL. */
const struct hip_reg_failed *hip_reg_refusal(const struct hip_packet *p,
					     u8 type);
/*
 * Append a REG_FAILED for all types but @known that a REG_REQUEST has, each
 * once; nothing if there are none.
 */
void hip_reg_refuse_others(struct hip_builder *b,
			   const struct hip_param *request, u8 known);
/* Append REG_REQUEST, REG_RESPONSE (@octet: lifetime) or REG_FAILED (failure) */
void hip_reg_build(struct hip_builder *b, u16 param, u8 octet, u8 type);

#endif /* _NET_HIP_REGISTRATION_PARAMS_H */
