/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Traffic selectors (RFC 6088): typed, printed, and as netlink attributes.
 */
#ifndef HIPFLOW_SELECTOR_H
#define HIPFLOW_SELECTOR_H

#include "parse.h"

enum selector_field {
	SELECTOR_SPI,
	SELECTOR_FLOW_LABEL,
	SELECTOR_SPORT,
	SELECTOR_DPORT,
	SELECTOR_TCLASS,
	SELECTOR_PROTO,
	SELECTOR_FIELDS,
};

/**
 * struct selector - which packets
 * @given: there was a word of it on the command line
 * @any: every packet; no field is set
 * @src: HITs or LSIs
 * @dst: HITs or LSIs
 * @field: everything else
 */
struct selector {
	bool given;
	bool any;
	struct addr_range src;
	struct addr_range dst;
	struct range field[SELECTOR_FIELDS];
};

/*
 * Reads a keyword and its value if the next word is one of a selector's, and
 * tells so by *@mine. Returns 0 or STATUS_USAGE.
 */
int selector_word(struct selector *s, struct args *args, bool *mine);

/* Does it fit together? 0 or STATUS_USAGE. */
int selector_check(const struct selector *s);

void selector_put(struct nlmsghdr *nlh, const struct selector *s);
void selector_read(const struct nlattr *nest, struct selector *s);
void selector_print(const struct selector *s);

#endif /* HIPFLOW_SELECTOR_H */
