// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands behind the IPv6 header of an inner packet: extension headers, and
 * the first octets of what they lead to. Anything may stand there, whole or not.
 * Of what is cut off, or leads through more headers than anybody has use for,
 * only that is known which the IPv6 header tells.
 */
#include <linux/skbuff.h>
#include <net/ipv6.h>

#include "fragment.h"
#include "headers.h"

#define HIP_HEADERS_MAX		16

/**
 * struct hip_headers - where we are in a chain
 * @type: of the header at @offset
 * @offset: of the next header
 * @id: identification of the packet, if @fragment
 * @fragment: it is one of several
 * @later: it is not the first of them: nothing more can be read
 */
struct hip_headers {
	u8		type;
	unsigned int	offset;
	__be32		id;
	bool		fragment;
	bool		later;
};

static bool hip_headers_is_extension(u8 type)
{
	switch (type) {
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_FRAGMENT:
	case NEXTHDR_AUTH:
	case NEXTHDR_DEST:
		return true;
	default:
		return false;
	}
}

/* The outermost one counts. */
static void hip_headers_spi(const struct sk_buff *skb, unsigned int offset,
			    struct hip_flow_key *key)
{
	const __be32 *spi;
	__be32 room;

	spi = skb_header_pointer(skb, offset, sizeof(room), &room);
	if (!spi || key->fields & HIP_SELECT_SPI)
		return;
	key->spi = ntohl(*spi);
	key->fields |= HIP_SELECT_SPI;
}

static void hip_headers_ports(const struct sk_buff *skb, unsigned int offset,
			      struct hip_flow_key *key)
{
	const __be16 *ports;
	__be16 room[2];

	ports = skb_header_pointer(skb, offset, sizeof(room), room);
	if (!ports)
		return;
	key->sport = ntohs(ports[0]);
	key->dport = ntohs(ports[1]);
	key->fields |= HIP_SELECT_SPORT | HIP_SELECT_DPORT;
}

/* One in another is nothing that anybody would send. */
static bool hip_headers_fragment(const struct sk_buff *skb,
				 struct hip_headers *h)
{
	const struct frag_hdr *fh;
	struct frag_hdr room;

	fh = skb_header_pointer(skb, h->offset, sizeof(room), &room);
	if (!fh || h->fragment)
		return false;
	h->id = fh->identification;
	h->fragment = fh->frag_off & htons(IP6_OFFSET | IP6_MF);
	h->later = fh->frag_off & htons(IP6_OFFSET);
	h->type = fh->nexthdr;
	h->offset += sizeof(*fh);
	return true;
}

/* Over an extension header. Return: false if it is not whole. */
static bool hip_headers_step(const struct sk_buff *skb, struct hip_headers *h,
			     struct hip_flow_key *key)
{
	const struct ipv6_opt_hdr *hdr;
	struct ipv6_opt_hdr room;
	unsigned int len;

	if (h->type == NEXTHDR_FRAGMENT)
		return hip_headers_fragment(skb, h);
	hdr = skb_header_pointer(skb, h->offset, sizeof(room), &room);
	if (!hdr)
		return false;
	len = h->type == NEXTHDR_AUTH ? ipv6_authlen(hdr) : ipv6_optlen(hdr);
	if (h->offset + len > skb->len)
		return false;
	/* Behind a length and a reserved word. */
	if (h->type == NEXTHDR_AUTH)
		hip_headers_spi(skb, h->offset + 4, key);
	h->type = hdr->nexthdr;
	h->offset += len;
	return true;
}

static void hip_headers_transport(const struct sk_buff *skb,
				  const struct hip_headers *h,
				  struct hip_flow_key *key)
{
	key->proto = h->type;
	key->fields |= HIP_SELECT_PROTO;
	if (h->later)
		return;
	switch (h->type) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		hip_headers_ports(skb, h->offset, key);
		break;
	case IPPROTO_ESP:
		hip_headers_spi(skb, h->offset, key);
		break;
	}
}

void hip_headers_key(struct hip_net *hn, const struct sk_buff *skb,
		     unsigned int offset, u8 type, struct hip_flow_key *key)
{
	struct hip_headers h = { .type = type, .offset = offset };
	unsigned int n = 0;

	while (!h.later && hip_headers_is_extension(h.type) &&
	       n++ < HIP_HEADERS_MAX)
		if (!hip_headers_step(skb, &h, key))
			goto out;
	if (!hip_headers_is_extension(h.type))
		hip_headers_transport(skb, &h, key);
out:
	if (h.fragment)
		hip_fragment_key(hn, h.id, !h.later, key);
}
