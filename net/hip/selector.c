// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traffic selectors: the binary encodings of RFC 6088. A flags word says which
 * fields follow, in the order of the flags, without gaps. A field with its
 * start only is an exact value; with an end, a range with both ends in it.
 */
#include "selector.h"

/* Of the traffic class; the other two bits are ECN (RFC 6088 section 3). */
#define HIP_SELECTOR_ECN_MASK		0x03
#define HIP_SELECTOR_FLOW_LABEL_MASK	0xfffff

struct hip_selector_reader {
	const u8	*data;
	unsigned int	len;
	u32		flags;
	bool		err;
};

/* Is the next field there? Flags are taken from the top of the word. */
static bool hip_selector_flag(u32 *flags)
{
	bool set = *flags & 0x80000000;

	*flags <<= 1;
	return set;
}

static const u8 *hip_selector_take(struct hip_selector_reader *r,
				   unsigned int len)
{
	const u8 *data = r->data;

	if (r->len < len) {
		r->err = true;
		return NULL;
	}
	r->data += len;
	r->len -= len;
	return data;
}

static u32 hip_selector_number(struct hip_selector_reader *r, unsigned int len)
{
	const u8 *data = hip_selector_take(r, len);

	if (!data)
		return 0;
	switch (len) {
	case 1:
		return *data;
	case 2:
		return get_unaligned_be16(data);
	default:
		return get_unaligned_be32(data);
	}
}

/*
 * Start and end of a number; true if the field is there. Fields of the wire
 * stand in the order start, end.
 */
static bool hip_selector_range(struct hip_selector_reader *r, unsigned int len,
			       u32 mask, u32 *min, u32 *max)
{
	bool start = hip_selector_flag(&r->flags);
	bool end = hip_selector_flag(&r->flags);

	*min = 0;
	*max = 0;
	if (!start) {
		r->err |= end;
		return false;
	}
	*min = hip_selector_number(r, len) & mask;
	*max = end ? hip_selector_number(r, len) & mask : *min;
	r->err |= *max < *min;
	return true;
}

static void hip_selector_addr(struct hip_selector_reader *r, u8 format,
			      struct in6_addr *addr)
{
	unsigned int len = format == HIP_TS_FORMAT_IPV4 ? 4 : 16;
	const u8 *data = hip_selector_take(r, len);

	if (!data)
		return;
	memset(addr, 0, sizeof(*addr));
	if (len == 4)
		memset(&addr->s6_addr[10], 0xff, 2);
	memcpy(&addr->s6_addr[16 - len], data, len);
}

static bool hip_selector_addr_range(struct hip_selector_reader *r, u8 format,
				    struct in6_addr *min, struct in6_addr *max)
{
	bool start = hip_selector_flag(&r->flags);
	bool end = hip_selector_flag(&r->flags);

	if (!start) {
		r->err |= end;
		return false;
	}
	hip_selector_addr(r, format, min);
	*max = *min;
	if (end)
		hip_selector_addr(r, format, max);
	r->err |= memcmp(min, max, sizeof(*min)) > 0;
	return true;
}

int hip_selector_decode(struct hip_selector *sel, u8 format, const u8 *data,
			unsigned int len)
{
	struct hip_selector_reader r = { .data = data, .len = len };
	u32 min, max;

	memset(sel, 0, sizeof(*sel));
	if (format != HIP_TS_FORMAT_IPV4 && format != HIP_TS_FORMAT_IPV6)
		return -EPROTONOSUPPORT;
	sel->format = format;
	r.flags = hip_selector_number(&r, 4);

	if (hip_selector_addr_range(&r, format, &sel->src_min, &sel->src_max))
		sel->fields |= HIP_SELECT_SRC;
	if (hip_selector_addr_range(&r, format, &sel->dst_min, &sel->dst_max))
		sel->fields |= HIP_SELECT_DST;
	if (hip_selector_range(&r, 4, ~0u, &sel->spi_min, &sel->spi_max))
		sel->fields |= HIP_SELECT_SPI;
	if (format == HIP_TS_FORMAT_IPV6 &&
	    hip_selector_range(&r, 4, HIP_SELECTOR_FLOW_LABEL_MASK,
			       &sel->flow_label_min, &sel->flow_label_max))
		sel->fields |= HIP_SELECT_FLOW_LABEL;
	if (hip_selector_range(&r, 2, ~0u, &min, &max))
		sel->fields |= HIP_SELECT_SPORT;
	sel->sport_min = min;
	sel->sport_max = max;
	if (hip_selector_range(&r, 2, ~0u, &min, &max))
		sel->fields |= HIP_SELECT_DPORT;
	sel->dport_min = min;
	sel->dport_max = max;
	if (hip_selector_range(&r, 1, HIP_SELECTOR_DS_MASK, &min, &max))
		sel->fields |= HIP_SELECT_TCLASS;
	sel->tclass_min = min;
	sel->tclass_max = max;
	if (hip_selector_range(&r, 1, ~0u, &min, &max))
		sel->fields |= HIP_SELECT_PROTO;
	sel->proto_min = min;
	sel->proto_max = max;

	return r.err || r.len ? -EINVAL : 0;
}

/* --- encoding ---------------------------------------------------------- */

struct hip_selector_writer {
	u8	*data;
	u32	flags;
	u32	flag;		/* of the next field */
};

static void hip_selector_put_number(struct hip_selector_writer *w,
				    unsigned int len, u32 value)
{
	switch (len) {
	case 1:
		*w->data = value;
		break;
	case 2:
		put_unaligned_be16(value, w->data);
		break;
	default:
		put_unaligned_be32(value, w->data);
		break;
	}
	w->data += len;
}

static void hip_selector_put_range(struct hip_selector_writer *w, bool there,
				   unsigned int len, u32 min, u32 max)
{
	if (there) {
		w->flags |= w->flag;
		hip_selector_put_number(w, len, min);
	}
	if (there && max != min) {
		w->flags |= w->flag >> 1;
		hip_selector_put_number(w, len, max);
	}
	w->flag >>= 2;
}

static void hip_selector_put_addr(struct hip_selector_writer *w, u8 format,
				  const struct in6_addr *addr)
{
	unsigned int len = format == HIP_TS_FORMAT_IPV4 ? 4 : 16;

	memcpy(w->data, &addr->s6_addr[16 - len], len);
	w->data += len;
}

static void hip_selector_put_addr_range(struct hip_selector_writer *w,
					bool there, u8 format,
					const struct in6_addr *min,
					const struct in6_addr *max)
{
	if (there) {
		w->flags |= w->flag;
		hip_selector_put_addr(w, format, min);
	}
	if (there && memcmp(min, max, sizeof(*min))) {
		w->flags |= w->flag >> 1;
		hip_selector_put_addr(w, format, max);
	}
	w->flag >>= 2;
}

int hip_selector_encode(const struct hip_selector *sel, u8 *buf)
{
	struct hip_selector_writer w = { .data = buf + 4, .flag = 0x80000000 };
	u8 fields = sel->fields;

	hip_selector_put_addr_range(&w, fields & HIP_SELECT_SRC, sel->format,
				    &sel->src_min, &sel->src_max);
	hip_selector_put_addr_range(&w, fields & HIP_SELECT_DST, sel->format,
				    &sel->dst_min, &sel->dst_max);
	hip_selector_put_range(&w, fields & HIP_SELECT_SPI, 4, sel->spi_min,
			       sel->spi_max);
	if (sel->format == HIP_TS_FORMAT_IPV6)
		hip_selector_put_range(&w, fields & HIP_SELECT_FLOW_LABEL, 4,
				       sel->flow_label_min,
				       sel->flow_label_max);
	hip_selector_put_range(&w, fields & HIP_SELECT_SPORT, 2,
			       sel->sport_min, sel->sport_max);
	hip_selector_put_range(&w, fields & HIP_SELECT_DPORT, 2,
			       sel->dport_min, sel->dport_max);
	hip_selector_put_range(&w, fields & HIP_SELECT_TCLASS, 1,
			       sel->tclass_min, sel->tclass_max);
	hip_selector_put_range(&w, fields & HIP_SELECT_PROTO, 1,
			       sel->proto_min, sel->proto_max);
	put_unaligned_be32(w.flags, buf);
	return w.data - buf;
}

unsigned int hip_selector_align(const struct hip_selector *sel)
{
	if (sel->fields & (HIP_SELECT_SRC | HIP_SELECT_DST))
		return sel->format == HIP_TS_FORMAT_IPV6 ? 8 : 4;
	if (sel->fields & (HIP_SELECT_SPI | HIP_SELECT_FLOW_LABEL))
		return 4;
	if (sel->fields & (HIP_SELECT_SPORT | HIP_SELECT_DPORT))
		return 2;
	return 1;
}

/* --- matching ---------------------------------------------------------- */

static bool hip_selector_in(const struct in6_addr *addr,
			    const struct in6_addr *min,
			    const struct in6_addr *max)
{
	return memcmp(addr, min, sizeof(*addr)) >= 0 &&
	       memcmp(addr, max, sizeof(*addr)) <= 0;
}

bool hip_selector_match(const struct hip_selector *sel,
			const struct hip_flow_key *key)
{
	u8 f = sel->fields;
	u8 tclass = key->tclass & HIP_SELECTOR_DS_MASK;

	if (sel->format != key->format || (f & ~key->fields))
		return false;
	if ((f & HIP_SELECT_PROTO) &&
	    (key->proto < sel->proto_min || key->proto > sel->proto_max))
		return false;
	if ((f & HIP_SELECT_DPORT) &&
	    (key->dport < sel->dport_min || key->dport > sel->dport_max))
		return false;
	if ((f & HIP_SELECT_SPORT) &&
	    (key->sport < sel->sport_min || key->sport > sel->sport_max))
		return false;
	if ((f & HIP_SELECT_TCLASS) &&
	    (tclass < sel->tclass_min || tclass > sel->tclass_max))
		return false;
	if ((f & HIP_SELECT_FLOW_LABEL) &&
	    (key->flow_label < sel->flow_label_min ||
	     key->flow_label > sel->flow_label_max))
		return false;
	if ((f & HIP_SELECT_SPI) &&
	    (key->spi < sel->spi_min || key->spi > sel->spi_max))
		return false;
	if ((f & HIP_SELECT_SRC) &&
	    !hip_selector_in(&key->src, &sel->src_min, &sel->src_max))
		return false;
	return !(f & HIP_SELECT_DST) ||
	       hip_selector_in(&key->dst, &sel->dst_min, &sel->dst_max);
}

bool hip_selector_equal(const struct hip_selector *a,
			const struct hip_selector *b)
{
	/* Fields that are not compared hold zeroes, so that all can be looked
	 * at; but not the padding before the SPI, which holds anything.
	 */
	BUILD_BUG_ON(offsetof(struct hip_selector, spi_min) != 16 ||
		     sizeof(*a) != 16 + 16 + 64);
	return !memcmp(a, b, offsetofend(struct hip_selector, dport_max)) &&
	       !memcmp(&a->spi_min, &b->spi_min,
		       sizeof(*a) - offsetof(struct hip_selector, spi_min));
}

static bool hip_selector_v4(const struct in6_addr *addr)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, mapped, sizeof(mapped));
}

static int hip_selector_valid_addrs(const struct hip_selector *sel)
{
	if (memcmp(&sel->src_min, &sel->src_max, sizeof(sel->src_min)) > 0 ||
	    memcmp(&sel->dst_min, &sel->dst_max, sizeof(sel->dst_min)) > 0)
		return -EINVAL;
	if (sel->format != HIP_TS_FORMAT_IPV4)
		return 0;
	if ((sel->fields & HIP_SELECT_SRC) &&
	    (!hip_selector_v4(&sel->src_min) ||
	     !hip_selector_v4(&sel->src_max)))
		return -EINVAL;
	if ((sel->fields & HIP_SELECT_DST) &&
	    (!hip_selector_v4(&sel->dst_min) ||
	     !hip_selector_v4(&sel->dst_max)))
		return -EINVAL;
	return sel->fields & HIP_SELECT_FLOW_LABEL ? -EINVAL : 0;
}

int hip_selector_valid(const struct hip_selector *sel)
{
	if (sel->format != HIP_TS_FORMAT_IPV4 &&
	    sel->format != HIP_TS_FORMAT_IPV6)
		return -EINVAL;
	if (sel->tclass_min > sel->tclass_max ||
	    sel->proto_min > sel->proto_max ||
	    sel->sport_min > sel->sport_max ||
	    sel->dport_min > sel->dport_max ||
	    sel->spi_min > sel->spi_max ||
	    sel->flow_label_min > sel->flow_label_max ||
	    sel->flow_label_max > HIP_SELECTOR_FLOW_LABEL_MASK ||
	    ((sel->tclass_min | sel->tclass_max) & HIP_SELECTOR_ECN_MASK))
		return -EINVAL;
	return hip_selector_valid_addrs(sel);
}

/* Bit @to if @fields has bit @from. */
static u8 hip_flow_key_move(u8 fields, u8 from, u8 to)
{
	return fields & from ? to : 0;
}

void hip_flow_key_reverse(struct hip_flow_key *key)
{
	u8 f = key->fields;

	swap(key->src, key->dst);
	swap(key->sport, key->dport);
	key->fields = (f & ~(HIP_SELECT_SRC | HIP_SELECT_DST |
			     HIP_SELECT_SPORT | HIP_SELECT_DPORT)) |
		      hip_flow_key_move(f, HIP_SELECT_SRC, HIP_SELECT_DST) |
		      hip_flow_key_move(f, HIP_SELECT_DST, HIP_SELECT_SRC) |
		      hip_flow_key_move(f, HIP_SELECT_SPORT, HIP_SELECT_DPORT) |
		      hip_flow_key_move(f, HIP_SELECT_DPORT, HIP_SELECT_SPORT);
}
