/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HITs and addresses as people write them.
 *
 * Addresses of either family are kept as 16 octets, IPv4 as IPv4-mapped IPv6,
 * which is how the kernel module carries them.
 */
#ifndef HIP_TOOLS_ADDR_H
#define HIP_TOOLS_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>

#define HIP_ADDR_STRLEN INET6_ADDRSTRLEN

/* 2001:20::/28, RFC 7343 section 2 */
bool hip_addr_is_hit(const struct in6_addr *addr);

bool hip_addr_is_ipv4(const struct in6_addr *addr);

/* An address at which other networks reach one host: no HIT, no multicast. */
bool hip_addr_is_locator(const struct in6_addr *addr);

/* 0, or -EINVAL if @text is not an address of either family. */
int hip_addr_parse(const char *text, struct in6_addr *addr);

/* 0, -EINVAL if @text is not an IPv6 address, -ERANGE if it is not a HIT. */
int hip_hit_parse(const char *text, struct in6_addr *hit);

/* Writes to @buf and returns it. IPv4 comes out as a dotted quad. */
const char *hip_addr_print(const struct in6_addr *addr,
			   char buf[HIP_ADDR_STRLEN]);

#endif /* HIP_TOOLS_ADDR_H */
