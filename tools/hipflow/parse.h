/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words of the command line.
 *
 * Functions that return int give 0, or STATUS_USAGE and have then told the
 * user what was expected.
 */
#ifndef HIPFLOW_PARSE_H
#define HIPFLOW_PARSE_H

#include <netinet/in.h>

#include "hipflow.h"

/* A number or, inclusive, several. */
struct range {
	bool set;
	uint32_t min;
	uint32_t max;
};

struct addr_range {
	bool set;
	struct in6_addr min;
	struct in6_addr max;
};

#define MAX_ADDRS 32

struct addr_list {
	unsigned int n;
	struct in6_addr addr[MAX_ADDRS];
};

/* The next word, or NULL at the end. */
const char *arg_peek(const struct args *args);
const char *arg_next(struct args *args);
/* Takes the next word if it is @word. */
bool arg_is(struct args *args, const char *word);
/* The word behind a keyword. */
int arg_value(struct args *args, const char *keyword, const char **value);
/* Nothing may follow; of an object that is known. */
int arg_end(const struct args *args);

/* Decimal, or hexadecimal behind 0x; nothing else in the word. */
int parse_number(const char *what, const char *text, uint64_t min,
		 uint64_t max, uint64_t *number);
/* N or MIN-MAX */
int parse_range(const char *what, const char *text, uint32_t min, uint32_t max,
		struct range *range);
/* A HIT of RFC 7343. */
int parse_hit(const char *what, const char *text, struct in6_addr *hit);
/* ADDR[,ADDR...], where packets can be sent: no HIT, no multicast. */
int parse_addrs(const char *what, const char *text, struct addr_list *list);
/* ADDR, ADDR/LEN or ADDR-ADDR; HITs, or IPv4 for LSIs. */
int parse_addr_range(const char *what, const char *text,
		     struct addr_range *range);
/* Name, number or MIN-MAX of a protocol of IP. */
int parse_proto(const char *text, struct range *range);

/* "keyword VALUE", once; keeps whether it was given. */
int arg_number(struct args *args, const char *keyword, uint64_t min,
	       uint64_t max, struct range *number);

struct opt_hit {
	bool set;
	struct in6_addr hit;
};

int arg_hit(struct args *args, const char *keyword, struct opt_hit *hit);

/* The next word, of @what; it is the object's key and has no keyword. */
int arg_key_hit(struct args *args, const char *what, struct opt_hit *hit);
/* addr ADDR[,ADDR...], once; the caller saw the keyword. */
int arg_addrs(struct args *args, struct addr_list *list);

/* No keyword was given that has this value, or it is @hit. */
bool hit_wanted(const struct opt_hit *filter, const struct in6_addr *hit);

/* Only "[peer HIT]", up to the end: what most show commands take. */
int parse_peer_filter(struct args *args, struct opt_hit *peer);

/* Name of a protocol number, or NULL. */
const char *proto_name(uint8_t proto);

#endif /* HIPFLOW_PARSE_H */
