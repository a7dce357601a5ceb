// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traffic selectors (RFC 6088).
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/hip.h>

#include "addr.h"
#include "print.h"
#include "query.h"
#include "selector.h"

enum width { U8, U16, U32 };
enum style { DECIMAL, HEX2, HEX8, PROTO };

/**
 * struct field - one of selector.field
 * @name: as typed, and in JSON
 * @max_name: of the end of a range in JSON
 * @max: largest value
 * @attr: of the start; the end is the next one
 * @width: of the attributes
 * @style: how it is printed
 */
static const struct field {
	const char *name;
	const char *max_name;
	uint32_t max;
	uint16_t attr;
	enum width width;
	enum style style;
} fields[SELECTOR_FIELDS] = {
	[SELECTOR_SPI] = { "spi", "spi_max", UINT32_MAX,
			   HIP_A_SELECTOR_SPI_MIN, U32, HEX8 },
	[SELECTOR_FLOW_LABEL] = { "flowlabel", "flowlabel_max", 0xfffff,
				  HIP_A_SELECTOR_FLOW_LABEL_MIN, U32, DECIMAL },
	[SELECTOR_SPORT] = { "sport", "sport_max", UINT16_MAX,
			     HIP_A_SELECTOR_SPORT_MIN, U16, DECIMAL },
	[SELECTOR_DPORT] = { "dport", "dport_max", UINT16_MAX,
			     HIP_A_SELECTOR_DPORT_MIN, U16, DECIMAL },
	[SELECTOR_TCLASS] = { "tclass", "tclass_max", UINT8_MAX,
			      HIP_A_SELECTOR_TCLASS_MIN, U8, HEX2 },
	[SELECTOR_PROTO] = { "proto", "proto_max", UINT8_MAX,
			     HIP_A_SELECTOR_PROTO_MIN, U8, PROTO },
};

static int given_twice(const char *keyword)
{
	return complain("'%s' is given twice", keyword);
}

static int addr_word(struct args *args, const char *keyword,
		     struct addr_range *range)
{
	const char *value;
	int err;

	if (range->set)
		return given_twice(keyword);
	err = arg_value(args, keyword, &value);
	return err ? err : parse_addr_range(keyword, value, range);
}

static int field_word(struct args *args, const char *keyword,
		      enum selector_field i, struct range *range)
{
	const char *value;
	int err;

	if (range->set)
		return given_twice(keyword);
	err = arg_value(args, keyword, &value);
	if (err)
		return err;
	if (i == SELECTOR_PROTO)
		return parse_proto(value, range);
	return parse_range(keyword, value, 0, fields[i].max, range);
}

static int any_word(struct selector *s, struct args *args, bool *mine)
{
	unsigned int i;

	*mine = true;
	if (arg_is(args, "any")) {
		s->any = true;
		return 0;
	}
	if (arg_is(args, "src"))
		return addr_word(args, "src", &s->src);
	if (arg_is(args, "dst"))
		return addr_word(args, "dst", &s->dst);
	/* What RFC 6088 calls the traffic class in packets of IPv4. */
	if (arg_is(args, "dsfield"))
		return field_word(args, "dsfield", SELECTOR_TCLASS,
				  &s->field[SELECTOR_TCLASS]);
	for (i = 0; i < SELECTOR_FIELDS; i++)
		if (arg_is(args, fields[i].name))
			return field_word(args, fields[i].name, i,
					  &s->field[i]);
	*mine = false;
	return 0;
}

int selector_word(struct selector *s, struct args *args, bool *mine)
{
	int err = any_word(s, args, mine);

	s->given |= *mine;
	return err;
}

static bool is_empty(const struct selector *s)
{
	unsigned int i;

	for (i = 0; i < SELECTOR_FIELDS; i++)
		if (s->field[i].set)
			return false;
	return !s->src.set && !s->dst.set;
}

static bool is_ipv4(const struct selector *s)
{
	return (s->src.set && hip_addr_is_ipv4(&s->src.min)) ||
	       (s->dst.set && hip_addr_is_ipv4(&s->dst.min));
}

int selector_check(const struct selector *s)
{
	if (s->any && !is_empty(s))
		return complain("'any' stands for all packets: leave it out, or everything else");
	if (s->src.set && s->dst.set &&
	    hip_addr_is_ipv4(&s->src.min) != hip_addr_is_ipv4(&s->dst.min))
		return complain("'src' and 'dst' are of two families: no packet has both");
	if (is_ipv4(s) && s->field[SELECTOR_FLOW_LABEL].set)
		return complain("'flowlabel' is of IPv6, but the addresses are of IPv4");
	return 0;
}

static void put_number(struct nlmsghdr *nlh, enum width width, uint16_t type,
		       uint32_t value)
{
	switch (width) {
	case U8:
		mnl_attr_put_u8(nlh, type, value);
		break;
	case U16:
		mnl_attr_put_u16(nlh, type, value);
		break;
	case U32:
		mnl_attr_put_u32(nlh, type, value);
		break;
	}
}

/* The attribute of the end follows that of the start; exact values have none. */
static void put_addr_range(struct nlmsghdr *nlh, uint16_t type,
			   const struct addr_range *range)
{
	if (!range->set)
		return;
	put_addr(nlh, type, &range->min);
	if (!IN6_ARE_ADDR_EQUAL(&range->min, &range->max))
		put_addr(nlh, type + 1, &range->max);
}

void selector_put(struct nlmsghdr *nlh, const struct selector *s)
{
	struct nlattr *nest;
	unsigned int i;

	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_SELECTOR);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_FAMILY,
			is_ipv4(s) ? AF_INET : AF_INET6);
	put_addr_range(nlh, HIP_A_SELECTOR_SRC_MIN, &s->src);
	put_addr_range(nlh, HIP_A_SELECTOR_DST_MIN, &s->dst);
	for (i = 0; i < SELECTOR_FIELDS; i++) {
		const struct range *range = &s->field[i];

		if (!range->set)
			continue;
		put_number(nlh, fields[i].width, fields[i].attr, range->min);
		if (range->min != range->max)
			put_number(nlh, fields[i].width, fields[i].attr + 1,
				   range->max);
	}
	mnl_attr_nest_end(nlh, nest);
}

static uint32_t read_number(const struct nlattr *attr, enum width width)
{
	switch (width) {
	case U8:
		return attr_u8(attr);
	case U16:
		return attr_u16(attr);
	default:
		return attr_u32(attr);
	}
}

static void read_addr_range(const struct nlattr **tb, uint16_t type,
			    struct addr_range *range)
{
	range->set = attr_addr(tb[type], &range->min);
	if (!attr_addr(tb[type + 1], &range->max))
		range->max = range->min;
}

void selector_read(const struct nlattr *nest, struct selector *s)
{
	const struct nlattr *tb[HIP_A_SELECTOR_MAX + 1];
	unsigned int i;

	memset(s, 0, sizeof(*s));
	if (nest) {
		hip_genl_nest(nest, tb, HIP_A_SELECTOR_MAX);
		read_addr_range(tb, HIP_A_SELECTOR_SRC_MIN, &s->src);
		read_addr_range(tb, HIP_A_SELECTOR_DST_MIN, &s->dst);
		for (i = 0; i < SELECTOR_FIELDS; i++) {
			const struct field *f = &fields[i];
			const struct nlattr *max = tb[f->attr + 1];
			struct range *range = &s->field[i];

			if (!tb[f->attr])
				continue;
			range->set = true;
			range->min = read_number(tb[f->attr], f->width);
			range->max = max ? read_number(max, f->width) :
					   range->min;
		}
	}
	s->any = is_empty(s);
}

/*
 * Ranges are one word of text, MIN-MAX, and two members of JSON, so that
 * numbers stay numbers there.
 */
static void print_addr_range(const char *name, const char *max_name,
			     const struct addr_range *range)
{
	char text[2 * HIP_ADDR_STRLEN + 1];
	char addr[HIP_ADDR_STRLEN];
	size_t len;

	if (!range->set)
		return;
	out_hit(name, NULL, &range->min);
	if (IN6_ARE_ADDR_EQUAL(&range->min, &range->max)) {
		out_string(NULL, name, hip_addr_print(&range->min, addr));
		return;
	}
	out_hit(max_name, NULL, &range->max);
	hip_addr_print(&range->min, text);
	len = strlen(text);
	snprintf(text + len, sizeof(text) - len, "-%s",
		 hip_addr_print(&range->max, addr));
	out_string(NULL, name, text);
}

#define NUMBER_LEN 16

static const char *number_text(const struct field *f, uint32_t value,
			       char buf[NUMBER_LEN])
{
	snprintf(buf, NUMBER_LEN, f->style == HEX8 ? "0x%08x" :
		 f->style == HEX2 ? "0x%02x" : "%u", value);
	return buf;
}

static void print_json(const struct field *f, const char *key, uint32_t value)
{
	char buf[NUMBER_LEN];

	if (f->style == HEX8 || f->style == PROTO)
		out_string(key, NULL, number_text(f, value, buf));
	else
		out_uint(key, NULL, value);
}

static void print_range(const struct field *f, const struct range *range)
{
	char text[2 * NUMBER_LEN + 1];
	char min[NUMBER_LEN], max[NUMBER_LEN];
	const char *name = NULL;

	if (!range->set)
		return;
	if (range->min == range->max) {
		if (f->style == PROTO)
			name = proto_name(range->min);
		if (name)
			out_string(f->name, f->name, name);
		else if (f->style == HEX8 || f->style == PROTO)
			out_string(f->name, f->name,
				   number_text(f, range->min, min));
		else
			out_uint_as(f->name, f->name, range->min,
				    number_text(f, range->min, min));
		return;
	}
	print_json(f, f->name, range->min);
	print_json(f, f->max_name, range->max);
	snprintf(text, sizeof(text), "%s-%s", number_text(f, range->min, min),
		 number_text(f, range->max, max));
	out_string(NULL, f->name, text);
}

void selector_print(const struct selector *s)
{
	static const enum selector_field order[SELECTOR_FIELDS] = {
		SELECTOR_PROTO, SELECTOR_SPORT, SELECTOR_DPORT,
		SELECTOR_TCLASS, SELECTOR_FLOW_LABEL, SELECTOR_SPI,
	};
	unsigned int i;

	if (s->any)
		out_word("any");
	print_addr_range("src", "src_max", &s->src);
	print_addr_range("dst", "dst_max", &s->dst);
	for (i = 0; i < SELECTOR_FIELDS; i++)
		print_range(&fields[order[i]], &s->field[order[i]]);
}
