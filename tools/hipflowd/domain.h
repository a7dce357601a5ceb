/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domain Identifiers (RFC 7401 section 5.2.9): what a host calls itself in its
 * HOST_ID. Nothing proves them, peers may show them to people.
 */
#ifndef HIPFLOWD_DOMAIN_H
#define HIPFLOWD_DOMAIN_H

#include <stddef.h>
#include <stdint.h>

/* Octets of a name on the wire (RFC 1035 section 2.3.4); a NAI has less. */
#define DOMAIN_MAX	255

enum domain_type {
	DOMAIN_NONE,
	DOMAIN_FQDN,	/* labels, each behind its length (RFC 1035 section 3.1) */
	DOMAIN_NAI,	/* user@realm (RFC 4282) */
};

/**
 * struct domain - a Domain Identifier as it is in HOST_ID
 * @type: DI-Type
 * @len: octets
 * @data: the identifier
 */
struct domain {
	enum domain_type type;
	size_t len;
	uint8_t data[DOMAIN_MAX];
};

/*
 * "none", a name of the DNS, or, with an @, a network access identifier. NULL, or
 * what is wrong with it.
 */
const char *domain_parse(struct domain *domain, const char *text);

#endif /* HIPFLOWD_DOMAIN_H */
