// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words of the command line.
 */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "parse.h"

/* Systems without /etc/protocols know these, too. */
static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
	{ "icmp", 1 },
	{ "ipip", 4 },
	{ "tcp", 6 },
	{ "udp", 17 },
	{ "dccp", 33 },
	{ "gre", 47 },
	{ "esp", 50 },
	{ "ah", 51 },
	{ "ipv6-icmp", 58 },
	{ "icmpv6", 58 },
	{ "sctp", 132 },
	{ "udplite", 136 },
	{ "hip", 139 },
};

char complain_where[COMPLAIN_WHERE_LEN];

int complain(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "hipflow: %s", complain_where);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return STATUS_USAGE;
}

int complain_kernel(const struct hip_genl *g)
{
	complain("%s", g->error);
	return STATUS_KERNEL;
}

const char *arg_peek(const struct args *args)
{
	return args->left ? args->words[0] : NULL;
}

const char *arg_next(struct args *args)
{
	if (!args->left)
		return NULL;
	args->left--;
	return *args->words++;
}

bool arg_is(struct args *args, const char *word)
{
	if (!args->left || strcmp(args->words[0], word))
		return false;
	arg_next(args);
	return true;
}

int arg_value(struct args *args, const char *keyword, const char **value)
{
	*value = arg_next(args);
	if (!*value)
		return complain("'%s' needs a value", keyword);
	return 0;
}

int arg_end(const struct args *args)
{
	if (args->left)
		return complain("'%s' is not expected here: see 'hipflow %s help'",
				args->words[0], args->object);
	return 0;
}

int parse_number(const char *what, const char *text, uint64_t min,
		 uint64_t max, uint64_t *number)
{
	int base = 10;
	const char *digits = text;
	bool valid;
	char *end;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		digits += 2;
	} else if (text[0] == '0' && text[1]) {
		return complain("%s '%s' begins with 0: octal is not read, and 0x is hexadecimal",
				what, text);
	}
	/* strtoull() would take blanks, signs and a second 0x. */
	valid = isdigit((unsigned char)digits[0]) ||
		(base == 16 && isxdigit((unsigned char)digits[0]));
	if (!valid || digits[1] == 'x')
		return complain("%s '%s' is not a number", what, text);
	errno = 0;
	*number = strtoull(digits, &end, base);
	if (*end)
		return complain("%s '%s' is not a number", what, text);
	if (errno || *number < min || *number > max)
		return complain("%s '%s' is out of range: %llu to %llu", what,
				text, (unsigned long long)min,
				(unsigned long long)max);
	return 0;
}

/* Splits MIN-MAX in two copies; *@second is NULL if there is no dash. */
static int split_range(const char *text, char **first, char **second)
{
	char *dash;

	*second = NULL;
	*first = strdup(text);
	if (!*first)
		return complain("out of memory");
	dash = strchr(*first, '-');
	if (dash) {
		*dash = '\0';
		*second = dash + 1;
	}
	return 0;
}

int parse_range(const char *what, const char *text, uint32_t min, uint32_t max,
		struct range *range)
{
	uint64_t first = 0, last = 0;
	char *a, *b;
	int err;

	err = split_range(text, &a, &b);
	if (err)
		return err;
	err = parse_number(what, a, min, max, &first);
	last = first;
	if (!err && b)
		err = parse_number(what, b, min, max, &last);
	free(a);
	if (err)
		return err;
	if (first > last)
		return complain("%s '%s' ends before it starts", what, text);
	range->set = true;
	range->min = first;
	range->max = last;
	return 0;
}

static int proto_number(const char *text, uint64_t *number)
{
	struct protoent *entry;
	size_t i;

	if (isdigit((unsigned char)text[0]))
		return parse_number("proto", text, 0, 255, number);
	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (!strcmp(text, protocols[i].name)) {
			*number = protocols[i].number;
			return 0;
		}
	}
	entry = getprotobyname(text);
	if (!entry || entry->p_proto < 0 || entry->p_proto > 255)
		return complain("proto '%s' is not known: give its number (0 to 255)",
				text);
	*number = entry->p_proto;
	return 0;
}

const char *proto_name(uint8_t proto)
{
	struct protoent *entry;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		if (protocols[i].number == proto)
			return protocols[i].name;
	entry = getprotobynumber(proto);
	/* Names that cannot be told from a number do not read back. */
	if (entry && !isdigit((unsigned char)entry->p_name[0]))
		return entry->p_name;
	return NULL;
}

int parse_proto(const char *text, struct range *range)
{
	uint64_t number = 0;
	int err;

	/* Names have dashes in them, ranges are of numbers. */
	if (isdigit((unsigned char)text[0]))
		return parse_range("proto", text, 0, 255, range);
	err = proto_number(text, &number);
	if (err)
		return err;
	range->set = true;
	range->min = number;
	range->max = number;
	return 0;
}

int parse_hit(const char *what, const char *text, struct in6_addr *hit)
{
	switch (hip_hit_parse(text, hit)) {
	case 0:
		return 0;
	case -ERANGE:
		return complain("%s '%s' is an address but not a HIT: HITs begin with 2001:20::/28",
				what, text);
	default:
		return complain("%s '%s' is not a HIT: write it as an IPv6 address in 2001:20::/28",
				what, text);
	}
}

/* Not this network, loopback, link-local, multicast or reserved. */
static bool ipv4_is_host(const uint8_t a[4])
{
	return a[0] && a[0] != 127 && a[0] < 224 &&
	       !(a[0] == 169 && a[1] == 254);
}

static int parse_addr(const char *what, const char *text,
		      struct in6_addr *addr)
{
	bool v4;

	if (hip_addr_parse(text, addr))
		return complain("%s '%s' is not an IPv4 or IPv6 address", what,
				text);
	v4 = hip_addr_is_ipv4(addr);
	if (hip_addr_is_hit(addr))
		return complain("%s '%s' is a HIT: an address is needed that routers know",
				what, text);
	if (v4 ? !ipv4_is_host(addr->s6_addr + 12) :
		 IN6_IS_ADDR_UNSPECIFIED(addr) || IN6_IS_ADDR_LOOPBACK(addr) ||
		 IN6_IS_ADDR_LINKLOCAL(addr) || IN6_IS_ADDR_MULTICAST(addr))
		return complain("%s '%s' is not an address at which other networks reach a host",
				what, text);
	return 0;
}

int parse_addrs(const char *what, const char *text, struct addr_list *list)
{
	char *copy = strdup(text);
	char *rest = copy;
	const char *item;
	unsigned int i;
	int err = 0;

	if (!copy)
		return complain("out of memory");
	list->n = 0;
	while (!err && (item = strsep(&rest, ","))) {
		if (list->n == MAX_ADDRS) {
			err = complain("%s: more than %d addresses", what,
				       MAX_ADDRS);
			break;
		}
		err = parse_addr(what, item, &list->addr[list->n]);
		for (i = 0; !err && i < list->n; i++)
			if (IN6_ARE_ADDR_EQUAL(&list->addr[i],
					       &list->addr[list->n]))
				err = complain("%s: '%s' is given twice", what,
					       item);
		list->n++;
	}
	free(copy);
	return err;
}

/* An address as in the headers that a selector looks at. */
static int parse_inner(const char *what, const char *text,
		       struct in6_addr *addr)
{
	if (hip_addr_parse(text, addr))
		return complain("%s '%s' is not a HIT or an LSI", what, text);
	if (!hip_addr_is_ipv4(addr) && !hip_addr_is_hit(addr))
		return complain("%s '%s' is not a HIT: addresses on the wire are not compared",
				what, text);
	return 0;
}

/* Sets the octets of @range that @len leaves open. */
static int apply_prefix(const char *what, const char *text,
			struct addr_range *range, unsigned int len)
{
	unsigned int bit;

	for (bit = len; bit < 128; bit++) {
		uint8_t mask = 0x80 >> (bit % 8);

		if (range->min.s6_addr[bit / 8] & mask)
			return complain("%s '%s' has bits set behind its prefix length",
					what, text);
		range->max.s6_addr[bit / 8] |= mask;
	}
	return 0;
}

static int parse_prefix(const char *what, const char *text,
			struct addr_range *range)
{
	char *copy = strdup(text);
	uint64_t len = 0;
	char *slash;
	bool v4;
	int err;

	if (!copy)
		return complain("out of memory");
	slash = strchr(copy, '/');
	*slash = '\0';
	err = parse_inner(what, copy, &range->min);
	v4 = !err && hip_addr_is_ipv4(&range->min);
	if (!err)
		err = parse_number("prefix length", slash + 1, v4 ? 0 : 28,
				   v4 ? 32 : 128, &len);
	free(copy);
	if (err)
		return err;
	range->max = range->min;
	return apply_prefix(what, text, range, v4 ? len + 96 : len);
}

int parse_addr_range(const char *what, const char *text,
		     struct addr_range *range)
{
	char *a, *b;
	int err;

	if (strchr(text, '/')) {
		err = parse_prefix(what, text, range);
		range->set = !err;
		return err;
	}
	err = split_range(text, &a, &b);
	if (err)
		return err;
	err = parse_inner(what, a, &range->min);
	range->max = range->min;
	if (!err && b)
		err = parse_inner(what, b, &range->max);
	free(a);
	if (err)
		return err;
	if (hip_addr_is_ipv4(&range->min) != hip_addr_is_ipv4(&range->max))
		return complain("%s '%s' begins with one family and ends with another",
				what, text);
	if (memcmp(&range->min, &range->max, sizeof(range->min)) > 0)
		return complain("%s '%s' ends before it starts", what, text);
	range->set = true;
	return 0;
}

int arg_number(struct args *args, const char *keyword, uint64_t min,
	       uint64_t max, struct range *number)
{
	uint64_t value = 0;
	const char *text;
	int err;

	if (number->set)
		return complain("'%s' is given twice", keyword);
	err = arg_value(args, keyword, &text);
	if (!err)
		err = parse_number(keyword, text, min, max, &value);
	if (err)
		return err;
	number->set = true;
	number->min = value;
	number->max = value;
	return 0;
}

int arg_hit(struct args *args, const char *keyword, struct opt_hit *hit)
{
	const char *text;
	int err;

	if (hit->set)
		return complain("'%s' is given twice", keyword);
	err = arg_value(args, keyword, &text);
	if (!err)
		err = parse_hit(keyword, text, &hit->hit);
	if (err)
		return err;
	hit->set = true;
	return 0;
}

int arg_key_hit(struct args *args, const char *what, struct opt_hit *hit)
{
	const char *text = arg_next(args);

	if (!text)
		return complain("the HIT of the %s is missing", what);
	hit->set = true;
	return parse_hit(what, text, &hit->hit);
}

int arg_addrs(struct args *args, struct addr_list *list)
{
	const char *text;
	int err;

	if (list->n)
		return complain("'addr' is given twice: separate addresses by commas");
	err = arg_value(args, "addr", &text);
	return err ? err : parse_addrs("addr", text, list);
}

bool hit_wanted(const struct opt_hit *filter, const struct in6_addr *hit)
{
	return !filter->set || IN6_ARE_ADDR_EQUAL(&filter->hit, hit);
}

int parse_peer_filter(struct args *args, struct opt_hit *peer)
{
	int err = 0;

	while (!err && arg_is(args, "peer"))
		err = arg_hit(args, "peer", peer);
	return err ? err : arg_end(args);
}
