// SPDX-License-Identifier: GPL-2.0-only
/*
 * Covers: the smallest selector that matches whatever one of several matches.
 * Its fields are those that all of them compare, in the least range that has
 * all their ranges; its format may be both.
 */
#include "classifier_node.h"

static void hip_cover_u8(u8 *low, u8 *high, u8 sel_low, u8 sel_high, bool there)
{
	*low = there ? min(*low, sel_low) : 0;
	*high = there ? max(*high, sel_high) : 0;
}

static void hip_cover_u16(u16 *low, u16 *high, u16 sel_low, u16 sel_high,
			  bool there)
{
	*low = there ? min(*low, sel_low) : 0;
	*high = there ? max(*high, sel_high) : 0;
}

static void hip_cover_u32(u32 *low, u32 *high, u32 sel_low, u32 sel_high,
			  bool there)
{
	*low = there ? min(*low, sel_low) : 0;
	*high = there ? max(*high, sel_high) : 0;
}

static void hip_cover_addr(struct in6_addr *min, struct in6_addr *max,
			   const struct in6_addr *sel_min,
			   const struct in6_addr *sel_max, bool there)
{
	if (!there) {
		memset(min, 0, sizeof(*min));
		memset(max, 0, sizeof(*max));
		return;
	}
	if (memcmp(sel_min, min, sizeof(*min)) < 0)
		*min = *sel_min;
	if (memcmp(sel_max, max, sizeof(*max)) > 0)
		*max = *sel_max;
}

void hip_cover_add(struct hip_selector *cover, const struct hip_selector *sel)
{
	u8 before = cover->fields, fields = before & sel->fields;

	cover->fields = fields;
	cover->format |= sel->format;
	hip_cover_u8(&cover->proto_min, &cover->proto_max, sel->proto_min,
		     sel->proto_max, fields & HIP_SELECT_PROTO);
	hip_cover_u16(&cover->sport_min, &cover->sport_max, sel->sport_min,
		      sel->sport_max, fields & HIP_SELECT_SPORT);
	hip_cover_u16(&cover->dport_min, &cover->dport_max, sel->dport_min,
		      sel->dport_max, fields & HIP_SELECT_DPORT);
	if (!(before & HIP_BOX_COLD))
		return;
	hip_cover_u8(&cover->tclass_min, &cover->tclass_max, sel->tclass_min,
		     sel->tclass_max, fields & HIP_SELECT_TCLASS);
	hip_cover_u32(&cover->spi_min, &cover->spi_max, sel->spi_min,
		      sel->spi_max, fields & HIP_SELECT_SPI);
	hip_cover_u32(&cover->flow_label_min, &cover->flow_label_max,
		      sel->flow_label_min, sel->flow_label_max,
		      fields & HIP_SELECT_FLOW_LABEL);
	if (before & HIP_SELECT_SRC)
		hip_cover_addr(&cover->src_min, &cover->src_max,
			       &sel->src_min, &sel->src_max,
			       fields & HIP_SELECT_SRC);
	if (before & HIP_SELECT_DST)
		hip_cover_addr(&cover->dst_min, &cover->dst_max,
			       &sel->dst_min, &sel->dst_max,
			       fields & HIP_SELECT_DST);
}

static bool hip_cover_addr_within(const struct in6_addr *min,
				  const struct in6_addr *max,
				  const struct in6_addr *sel_min,
				  const struct in6_addr *sel_max)
{
	return memcmp(sel_min, min, sizeof(*min)) >= 0 &&
	       memcmp(sel_max, max, sizeof(*max)) <= 0;
}

static bool hip_cover_has(bool there, u32 low, u32 high, u32 sel_low,
			  u32 sel_high)
{
	return !there || (sel_low >= low && sel_high <= high);
}

bool hip_cover_within(const struct hip_selector *cover,
		      const struct hip_selector *sel)
{
	u8 f = cover->fields;

	return !(f & ~sel->fields) && (cover->format & sel->format) &&
	       hip_cover_has(f & HIP_SELECT_SPORT, cover->sport_min,
			     cover->sport_max, sel->sport_min,
			     sel->sport_max) &&
	       hip_cover_has(f & HIP_SELECT_DPORT, cover->dport_min,
			     cover->dport_max, sel->dport_min,
			     sel->dport_max) &&
	       hip_cover_has(f & HIP_SELECT_PROTO, cover->proto_min,
			     cover->proto_max, sel->proto_min,
			     sel->proto_max) &&
	       hip_cover_has(f & HIP_SELECT_TCLASS, cover->tclass_min,
			     cover->tclass_max, sel->tclass_min,
			     sel->tclass_max) &&
	       hip_cover_has(f & HIP_SELECT_SPI, cover->spi_min,
			     cover->spi_max, sel->spi_min, sel->spi_max) &&
	       hip_cover_has(f & HIP_SELECT_FLOW_LABEL, cover->flow_label_min,
			     cover->flow_label_max, sel->flow_label_min,
			     sel->flow_label_max) &&
	       (!(f & HIP_SELECT_SRC) ||
		hip_cover_addr_within(&cover->src_min, &cover->src_max,
				      &sel->src_min, &sel->src_max)) &&
	       (!(f & HIP_SELECT_DST) ||
		hip_cover_addr_within(&cover->dst_min, &cover->dst_max,
				      &sel->dst_min, &sel->dst_max));
}

/* Binary logarithm in eighths, of a number not 0. */
static unsigned int hip_cover_log(u32 n)
{
	unsigned int whole = fls(n) - 1;

	return whole * 8 + ((((u64)n << 3) >> whole) & 7);
}

/* Addresses tell little: those of an association are two. */
static unsigned int hip_cover_addr_size(const struct in6_addr *min,
					const struct in6_addr *max)
{
	unsigned int i;

	for (i = 0; i < sizeof(*min); i++)
		if (min->s6_addr[i] != max->s6_addr[i])
			break;
	return (16 - i) * 8;
}

/* Of a field of @bits; without it, a little more than the full range. */
static unsigned int hip_cover_field_size(bool there, u32 low, u32 high,
					 unsigned int bits)
{
	/* All of 32 bits is one more than fits. */
	return there ? hip_cover_log(high - low + (high - low != U32_MAX)) :
		       8 * bits + 4;
}

unsigned int hip_cover_size(const struct hip_selector *cover)
{
	u8 f = cover->fields;
	unsigned int size;

	size = hip_cover_field_size(f & HIP_SELECT_SPORT, cover->sport_min,
				    cover->sport_max, 16) +
	       hip_cover_field_size(f & HIP_SELECT_DPORT, cover->dport_min,
				    cover->dport_max, 16) +
	       hip_cover_field_size(f & HIP_SELECT_PROTO, cover->proto_min,
				    cover->proto_max, 8) +
	       (cover->format & (cover->format - 1) ? 8 : 0);
	/* That of none of the others. */
	if (!(f & HIP_BOX_COLD))
		return size + (8 + 20 + 32 + 16 + 16) * 8 + 5 * 4;
	size += hip_cover_field_size(f & HIP_SELECT_TCLASS, cover->tclass_min,
				     cover->tclass_max, 8) +
		hip_cover_field_size(f & HIP_SELECT_FLOW_LABEL,
				     cover->flow_label_min,
				     cover->flow_label_max, 20) +
		hip_cover_field_size(f & HIP_SELECT_SPI, cover->spi_min,
				     cover->spi_max, 32);
	size += f & HIP_SELECT_SRC ?
		hip_cover_addr_size(&cover->src_min, &cover->src_max) :
		16 * 8 + 4;
	return size + (f & HIP_SELECT_DST ?
		hip_cover_addr_size(&cover->dst_min, &cover->dst_max) :
		16 * 8 + 4);
}
