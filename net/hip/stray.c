// SPDX-License-Identifier: GPL-2.0-only
/*
 * ESP that belongs to no SA: its sender believes in an association that we do not
 * have, and is told (RFC 7401 section 4.3, RFC 7402 section 5.4.1). Whose it was
 * cannot be known, so this may also be ESP of another key manager's peer; only a
 * host that has host identities tells.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <net/icmp.h>

#include "netns.h"
#include "stray.h"

void hip_stray_tell(struct sk_buff *skb)
{
	struct hip_net *hn = hip_net(dev_net(skb->dev));
	unsigned int at;

	if (list_empty(&hn->identities))
		return;
	/* The SPI is what ESP begins with. ICMP limits the rate, and leaves out
	 * what was sent to many.
	 */
	at = skb_transport_header(skb) - skb_network_header(skb);
	if (ip_hdr(skb)->version == 4) {
		/* Not in UDP: that is somebody else's. */
		if (ip_hdr(skb)->protocol == IPPROTO_ESP)
			icmp_send(skb, ICMP_PARAMETERPROB, 0, htonl(at << 24));
	} else if (ipv6_hdr(skb)->nexthdr == IPPROTO_ESP) {
		icmpv6_send(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, at);
	}
}
