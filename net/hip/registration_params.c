// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters of registration on the wire (RFC 8003 section 4). The parser has
 * seen to their minimal lengths; lists of types may be empty.
 */
#include "registration_params.h"

/* --- lifetimes --------------------------------------------------------- */

/* 2^(i / 8) in units of 2^-32. */
static const u64 hip_reg_roots[] = {
	0x100000000ULL, 0x1172b83c8ULL, 0x1306fe0a3ULL, 0x14bfdad53ULL,
	0x16a09e668ULL, 0x18ace5423ULL, 0x1ae89f996ULL, 0x1d5818dd0ULL,
};

u64 hip_reg_lifetime_ms(u8 code)
{
	int shift = code / 8 - HIP_REG_LIFETIME_1S / 8;
	u64 ms;

	if (code == HIP_REG_LIFETIME_CANCEL)
		return 0;
	/* At most 2^33 * 2^23, times 1000 behind the point. */
	ms = hip_reg_roots[code % 8] * 1000;
	shift = 32 - shift;
	return (ms + (1ULL << (shift - 1))) >> shift;
}

u8 hip_reg_lifetime_ceil(u32 seconds)
{
	u64 ms = (u64)seconds * 1000;
	unsigned int code;

	for (code = HIP_REG_LIFETIME_1S; code < U8_MAX; code++)
		if (hip_reg_lifetime_ms(code) >= ms)
			break;
	return code;
}

u8 hip_reg_lifetime_floor(u32 seconds)
{
	u64 ms = (u64)seconds * 1000;
	unsigned int code;

	for (code = U8_MAX; code > HIP_REG_LIFETIME_1S; code--)
		if (hip_reg_lifetime_ms(code) <= ms)
			break;
	return code;
}

/* --- lists of types ---------------------------------------------------- */

bool hip_reg_has_type(const struct hip_param *param, unsigned int skip, u8 type)
{
	return param && param->len > skip &&
	       memchr(param->data + skip, type, param->len - skip);
}

const struct hip_reg_info *hip_reg_offer(const struct hip_packet *p, u8 type)
{
	const struct hip_param *param;
	const struct hip_reg_info *info;

	param = hip_packet_param(p, HIP_PARAM_REG_INFO);
	if (!hip_reg_has_type(param, sizeof(*info), type))
		return NULL;
	info = (const struct hip_reg_info *)param->data;
	/* Nothing can be asked for that is in no range. */
	return info->min <= info->max && info->max ? info : NULL;
}

const struct hip_reg_failed *hip_reg_refusal(const struct hip_packet *p,
					     u8 type)
{
	const struct hip_param *param;

	for (param = hip_packet_param(p, HIP_PARAM_REG_FAILED); param;
	     param = hip_packet_next(p, param))
		if (hip_reg_has_type(param, sizeof(struct hip_reg_failed),
				     type))
			return (const struct hip_reg_failed *)param->data;
	return NULL;
}

void hip_reg_refuse_others(struct hip_builder *b,
			   const struct hip_param *request, u8 known)
{
	const u8 *types = request->data + sizeof(struct hip_reg_grant);
	unsigned int n = request->len - sizeof(struct hip_reg_grant);
	u8 list[1 + U8_MAX + 1];
	unsigned int i, len = 1;

	list[0] = HIP_REG_FAILED_UNAVAILABLE;
	for (i = 0; i < n; i++)
		if (types[i] != known && !memchr(list + 1, types[i], len - 1))
			list[len++] = types[i];
	if (len > 1)
		hip_build_data(b, HIP_PARAM_REG_FAILED, list, len);
}

void hip_reg_build(struct hip_builder *b, u16 param, u8 octet, u8 type)
{
	const u8 contents[] = { octet, type };

	hip_build_data(b, param, contents, sizeof(contents));
}
