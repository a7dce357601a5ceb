// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "addr.h"

static const uint8_t ipv4_mapped[12] = { [10] = 0xff, [11] = 0xff };

bool hip_addr_is_hit(const struct in6_addr *addr)
{
	const uint8_t *a = addr->s6_addr;

	return a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x00 &&
	       (a[3] & 0xf0) == 0x20;
}

bool hip_addr_is_ipv4(const struct in6_addr *addr)
{
	return !memcmp(addr->s6_addr, ipv4_mapped, sizeof(ipv4_mapped));
}

bool hip_addr_is_locator(const struct in6_addr *addr)
{
	const uint8_t *a = addr->s6_addr + sizeof(ipv4_mapped);

	if (hip_addr_is_ipv4(addr))
		return a[0] && a[0] != 127 && a[0] < 224 &&
		       !(a[0] == 169 && a[1] == 254);
	return !hip_addr_is_hit(addr) && !IN6_IS_ADDR_UNSPECIFIED(addr) &&
	       !IN6_IS_ADDR_LOOPBACK(addr) && !IN6_IS_ADDR_LINKLOCAL(addr) &&
	       !IN6_IS_ADDR_MULTICAST(addr);
}

int hip_addr_parse(const char *text, struct in6_addr *addr)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		memcpy(addr->s6_addr, ipv4_mapped, sizeof(ipv4_mapped));
		memcpy(addr->s6_addr + sizeof(ipv4_mapped), &v4, sizeof(v4));
		return 0;
	}
	return inet_pton(AF_INET6, text, addr) == 1 ? 0 : -EINVAL;
}

int hip_hit_parse(const char *text, struct in6_addr *hit)
{
	if (inet_pton(AF_INET6, text, hit) != 1)
		return -EINVAL;
	return hip_addr_is_hit(hit) ? 0 : -ERANGE;
}

const char *hip_addr_print(const struct in6_addr *addr,
			   char buf[HIP_ADDR_STRLEN])
{
	/* Neither call can fail: the buffer fits the longest address. */
	if (hip_addr_is_ipv4(addr))
		inet_ntop(AF_INET, addr->s6_addr + sizeof(ipv4_mapped), buf,
			  HIP_ADDR_STRLEN);
	else
		inet_ntop(AF_INET6, addr, buf, HIP_ADDR_STRLEN);
	return buf;
}
