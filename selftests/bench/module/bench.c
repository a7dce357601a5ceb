// SPDX-License-Identifier: GPL-2.0-only
/*
 * hip_bench.ko: what a host does with a packet, from the device that it comes in
 * by until it, or the answer, is handed to a device; and registrations at a
 * rendezvous server by the million. Goes with a hip.ko of the same build
 * (export.c). In a guest in virtual time a nanosecond is an instruction.
 *
 * Commands are lines written to /sys/kernel/debug/hip_bench; they are about the
 * network namespace of who writes:
 *
 *   register NUMBER DEVICE	so many hosts behind that device are registered
 *   KIND FAMILY DEVICE COUNT	put in COUNT packets at DEVICE, one after the other
 *   hmac 4 DEVICE COUNT	the RVS_HMAC of an I1 alone, by two keys in turn
 *   associate NUMBER DEVICE	so many associations with hosts behind that device,
 *				established, each with a path that has been used
 *   data 4 hip0 COUNT		UDP to one of them at a time, from hip0 to the
 *				device that it leaves by
 *   receive 4 DEVICE COUNT	UDP of one of them at a time, from the device until
 *				hip0's is let in
 *
 * What is read then is the mean of what one has cost, without the hundredth that
 * cost most (an interrupt came between), and the median.
 *
 * Registrations have one association for all, which is in no table, and two keys in
 * turn: a million whole associations are more than a guest has memory for, and more
 * than hip.ko admits. Nothing else of them differs from what hosts ask for.
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/random.h>
#include <linux/sort.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/uaccess.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "../../../net/hip/exchange.h"
#include "../../../net/hip/rendezvous.h"
#include "reflect.h"

#define BENCH_MAX_COUNT		1000000
#define BENCH_MAX_REGISTERED	2000000
#define BENCH_I1_LEN		(sizeof(struct hip_hdr) + 8)
#define BENCH_PORT		80

enum bench_kind {
	BENCH_RELAY,
	BENCH_FORWARD,
	BENCH_UNKNOWN,
	BENCH_ANSWER,
	BENCH_LIMITED,
	BENCH_SYN,
	BENCH_ECHO,
	BENCH_HMAC,
	BENCH_DATA,
	BENCH_RECEIVE,
	BENCH_KINDS
};

static const char * const bench_names[BENCH_KINDS] = {
	[BENCH_RELAY]	= "relay",	/* I1 for a host that is registered */
	[BENCH_FORWARD]	= "forward",	/* UDP to that host, as long */
	[BENCH_UNKNOWN]	= "unknown",	/* I1 for a HIT that nobody knows */
	[BENCH_ANSWER]	= "answer",	/* I1 for us */
	[BENCH_LIMITED]	= "limited",	/* the same, from one address */
	[BENCH_SYN]	= "syn",	/* to a socket that listens */
	[BENCH_ECHO]	= "echo",	/* request */
	[BENCH_HMAC]	= "hmac",
	[BENCH_DATA]	= "data",
	[BENCH_RECEIVE]	= "receive",
};

/* Under bench_lock, all of it. */
static DEFINE_MUTEX(bench_lock);
static struct dentry *bench_file;
static struct in6_addr bench_hit;	/* of the host under test */
static u64 bench_mean, bench_median;

/* The registrations, and what they have in common. */
static struct hip_rendezvous **bench_registered;
static unsigned int bench_n;
static struct net *bench_net;
static struct hip_assoc *bench_assoc;
static struct hip_macs bench_macs[2];
static struct hip_path bench_path[2];
static struct xfrm_state bench_sa;	/* that there is one */

/* Peers with an association; it lives as long as its namespace. */
static struct in6_addr *bench_peers;
static unsigned int bench_n_peers;

/* --- addresses --------------------------------------------------------- */

/* Where what is put in comes from: the ranges for benchmarks. */
static __be32 bench_source_v4(bool one)
{
	return htonl(0xc6120000 | (one ? 1 : get_random_u32() & 0x1ffff));
}

static void bench_source_v6(struct in6_addr *addr, bool one)
{
	memset(addr, 0, sizeof(*addr));
	addr->s6_addr32[0] = htonl(0x20010002);
	addr->s6_addr32[2] = htonl(one ? 0 : get_random_u32());
	addr->s6_addr32[3] = htonl(one ? 1 : get_random_u32());
}

/* Addresses of host @i that is registered; of ours on the way to it. */
static __be32 bench_host_v4(unsigned int i)
{
	return htonl(0x0a800001 + i);
}

static void bench_host_v6(struct in6_addr *addr, unsigned int i)
{
	memset(addr, 0, sizeof(*addr));
	addr->s6_addr32[0] = htonl(0xfd000080);
	addr->s6_addr32[3] = htonl(1 + i);
}

#define BENCH_OURS_V4	htonl(0x0a000102)	/* 10.0.1.2 */

static const struct in6_addr bench_ours_v6 = {	/* fd00:1::2 */
	.s6_addr = { 0xfd, 0, 0, 1, [15] = 2 },
};

/* --- packets ----------------------------------------------------------- */

static void bench_random_hit(struct in6_addr *hit)
{
	get_random_bytes(hit, sizeof(*hit));
	hit->s6_addr32[0] = htonl(0x20010022);
}

static void bench_fill_i1(struct sk_buff *skb, const struct in6_addr *receiver)
{
	static const u8 groups[] = { 511 >> 8, 511 & 0xff, 0, 3, 8, 7, 4, 0 };
	struct hip_hdr *hdr = skb_put_zero(skb, sizeof(*hdr));

	hdr->nexthdr = HIP_NEXTHDR_NONE;
	hdr->hdrlen = hip_hdr_units(BENCH_I1_LEN);
	hdr->type = HIP_I1;
	hdr->version = HIP_VERSION << 4 | 1;
	bench_random_hit(&hdr->sender);
	hdr->receiver = *receiver;
	skb_put_data(skb, groups, sizeof(groups));
}

static void bench_fill_udp(struct sk_buff *skb)
{
	struct udphdr *udph = skb_put_zero(skb, BENCH_I1_LEN);

	udph->source = htons(5000);
	udph->dest = htons(5001);
	udph->len = htons(BENCH_I1_LEN);
}

static void bench_fill_syn(struct sk_buff *skb)
{
	static const u8 mss[] = { TCPOPT_MSS, TCPOLEN_MSS, 5, 0xb4 };
	struct tcphdr *th = skb_put_zero(skb, sizeof(*th));

	th->source = htons(1024 + get_random_u32() % 60000);
	th->dest = htons(BENCH_PORT);
	th->seq = (__force __be32)get_random_u32();
	th->doff = (sizeof(*th) + sizeof(mss)) / 4;
	th->syn = 1;
	th->window = htons(65535);
	skb_put_data(skb, mss, sizeof(mss));
}

static void bench_fill_echo(struct sk_buff *skb)
{
	struct icmp6hdr *icmph = skb_put_zero(skb, BENCH_I1_LEN);

	icmph->icmp6_type = ICMPV6_ECHO_REQUEST;
}

static u8 bench_proto(enum bench_kind kind)
{
	switch (kind) {
	case BENCH_FORWARD:
		return IPPROTO_UDP;
	case BENCH_SYN:
		return IPPROTO_TCP;
	case BENCH_ECHO:
		return IPPROTO_ICMPV6;
	default:
		return HIP_PROTO;
	}
}

/* Where the sum is in the header, behind the start of the transport header. */
static unsigned int bench_sum_at(u8 proto)
{
	switch (proto) {
	case IPPROTO_UDP:
		return offsetof(struct udphdr, check);
	case IPPROTO_TCP:
		return offsetof(struct tcphdr, check);
	case IPPROTO_ICMPV6:
		return offsetof(struct icmp6hdr, icmp6_cksum);
	default:
		return offsetof(struct hip_hdr, checksum);
	}
}

static void bench_push_v4(struct sk_buff *skb, u8 proto, __be32 saddr,
			  __be32 daddr)
{
	__sum16 *sum = (__sum16 *)(skb->data + bench_sum_at(proto));
	struct iphdr *iph;

	*sum = csum_tcpudp_magic(saddr, daddr, skb->len, proto,
				 csum_partial(skb->data, skb->len, 0));
	iph = skb_push(skb, sizeof(*iph));
	memset(iph, 0, sizeof(*iph));
	iph->version = 4;
	iph->ihl = 5;
	iph->tot_len = htons(skb->len);
	iph->ttl = 64;
	iph->protocol = proto;
	iph->saddr = saddr;
	iph->daddr = daddr;
	ip_send_check(iph);
	skb->protocol = htons(ETH_P_IP);
}

static void bench_push_v6(struct sk_buff *skb, u8 proto,
			  const struct in6_addr *saddr,
			  const struct in6_addr *daddr)
{
	__sum16 *sum = (__sum16 *)(skb->data + bench_sum_at(proto));
	struct ipv6hdr *ip6h;

	*sum = csum_ipv6_magic(saddr, daddr, skb->len, proto,
			       csum_partial(skb->data, skb->len, 0));
	ip6h = skb_push(skb, sizeof(*ip6h));
	ip6_flow_hdr(ip6h, 0, 0);
	ip6h->payload_len = htons(skb->len - sizeof(*ip6h));
	ip6h->nexthdr = proto;
	ip6h->hop_limit = 64;
	ip6h->saddr = *saddr;
	ip6h->daddr = *daddr;
	skb->protocol = htons(ETH_P_IPV6);
}

static void bench_fill(struct sk_buff *skb, enum bench_kind kind,
		       unsigned int host)
{
	struct in6_addr hit = bench_hit;

	switch (kind) {
	case BENCH_FORWARD:
		bench_fill_udp(skb);
		return;
	case BENCH_SYN:
		bench_fill_syn(skb);
		return;
	case BENCH_ECHO:
		bench_fill_echo(skb);
		return;
	case BENCH_RELAY:
		hit = bench_registered[host]->hit;
		break;
	case BENCH_UNKNOWN:
		bench_random_hit(&hit);
		break;
	default:
		break;
	}
	bench_fill_i1(skb, &hit);
}

/* As UDP hands it on, to hip0. */
static struct sk_buff *bench_data(struct net_device *dev,
				  const struct in6_addr *peer)
{
	struct sk_buff *skb = alloc_skb(512, GFP_KERNEL);

	if (!skb)
		return NULL;
	skb_reserve(skb, 256);
	bench_fill_udp(skb);
	skb_reset_transport_header(skb);
	bench_push_v6(skb, IPPROTO_UDP, &bench_hit, peer);
	skb_reset_network_header(skb);
	skb_reset_mac_header(skb);
	skb->dev = dev;
	return skb;
}

/* As a driver hands it on: no more room than it has by chance. */
static struct sk_buff *bench_packet(struct net_device *dev, bool v6,
				    enum bench_kind kind)
{
	unsigned int host = bench_n ? get_random_u32() % bench_n : 0;
	bool forward = kind == BENCH_FORWARD;
	bool one = kind == BENCH_LIMITED;
	u8 proto = bench_proto(kind);
	struct in6_addr src, dst;
	struct sk_buff *skb;

	skb = netdev_alloc_skb(dev, ETH_HLEN + sizeof(struct ipv6hdr) +
			       BENCH_I1_LEN);
	if (!skb)
		return NULL;
	skb_reserve(skb, ETH_HLEN + (v6 ? sizeof(struct ipv6hdr) :
					  sizeof(struct iphdr)));
	bench_fill(skb, kind, host);
	if (v6) {
		bench_source_v6(&src, one);
		dst = bench_ours_v6;
		if (forward)
			bench_host_v6(&dst, host);
		bench_push_v6(skb, proto, &src, &dst);
	} else {
		bench_push_v4(skb, proto, bench_source_v4(one),
			      forward ? bench_host_v4(host) : BENCH_OURS_V4);
	}
	skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	skb_pull_inline(skb, ETH_HLEN);
	skb->pkt_type = PACKET_HOST;
	return skb;
}

/* --- measuring --------------------------------------------------------- */

static int bench_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Nothing else of this CPU's runs in between but interrupts. */
static u64 bench_packet_cost(struct sk_buff *skb, bool out)
{
	u64 begin, end;

	local_bh_disable();
	begin = ktime_get_ns();
	if (skb && out)
		dev_queue_xmit(skb);
	else if (skb)
		netif_receive_skb(skb);
	end = ktime_get_ns();
	local_bh_enable();
	return end - begin;
}

/* And what a softirq does with what is inside of it. */
static u64 bench_receive_cost(struct sk_buff *skb)
{
	u64 begin;

	begin = ktime_get_ns();
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
	return ktime_get_ns() - begin;
}

static u64 bench_hmac_cost(const struct hip_macs *macs)
{
	u8 data[BENCH_I1_LEN + HIP_PARAM_SPACE(sizeof(struct in6_addr))];
	struct hip_iov iov = { data, sizeof(data) };
	u8 digest[HIP_RHASH_MAX_LEN];
	u64 begin, end;

	get_random_bytes(data, sizeof(data));
	local_bh_disable();
	begin = ktime_get_ns();
	hip_hmac_digest(macs->out, &iov, 1, digest);
	end = ktime_get_ns();
	local_bh_enable();
	return end - begin;
}

static void bench_sum_up(u64 *cost, unsigned int count)
{
	unsigned int i, n = count - count / 100;
	u64 clock = U64_MAX, sum = 0;

	for (i = 0; i < 100; i++)
		clock = min(clock, bench_packet_cost(NULL, false));
	sort(cost, count, sizeof(*cost), bench_compare, NULL);
	for (i = 0; i < n; i++)
		sum += cost[i];
	bench_mean = div_u64(sum, n) - clock;
	bench_median = cost[count / 2] - clock;
}

static const struct in6_addr *bench_any_peer(void)
{
	return &bench_peers[get_random_u32() % bench_n_peers];
}

/* Return: U64_MAX without memory. */
static u64 bench_one(enum bench_kind kind, bool v6, struct net_device *dev,
		     struct net_device *hip)
{
	struct sk_buff *skb;

	switch (kind) {
	case BENCH_HMAC:
		return bench_hmac_cost(rcu_dereference_protected(bench_assoc->macs,
								 true));
	case BENCH_DATA:
		skb = bench_data(dev, bench_any_peer());
		return skb ? bench_packet_cost(skb, true) : U64_MAX;
	case BENCH_RECEIVE:
		skb = bench_data(hip, bench_any_peer());
		skb = skb ? bench_reflect(skb) : NULL;
		return skb ? bench_receive_cost(skb) : U64_MAX;
	default:
		skb = bench_packet(dev, v6, kind);
		return skb ? bench_packet_cost(skb, false) : U64_MAX;
	}
}

static int bench_run_all(enum bench_kind kind, bool v6, struct net_device *dev,
			 struct net_device *hip, unsigned int count)
{
	unsigned int i;
	u64 *cost;

	cost = kvmalloc_array(count, sizeof(*cost), GFP_KERNEL);
	if (!cost)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		/* Of many hosts hardly ever two are the same in a row. */
		if (bench_assoc)
			rcu_assign_pointer(bench_assoc->macs,
					   &bench_macs[i & 1]);
		cost[i] = bench_one(kind, v6, dev, hip);
		if (cost[i] == U64_MAX)
			break;
		cond_resched();
	}
	if (i == count)
		bench_sum_up(cost, count);
	kvfree(cost);
	return i == count ? 0 : -ENOMEM;
}

static int bench_receive(struct net_device *dev, unsigned int count)
{
	struct net_device *hip;
	int err;

	rtnl_lock();
	hip = rtnl_dereference(hip_net(dev_net(dev))->dev);
	err = hip ? bench_reflect_begin(dev) : -ENODEV;
	if (!err) {
		err = bench_run_all(BENCH_RECEIVE, false, dev, hip, count);
		/* One that was not let in has cost less. */
		if (bench_reflect_end() != count && !err)
			err = -EIO;
	}
	rtnl_unlock();
	return err;
}

static int bench_run(enum bench_kind kind, bool v6, struct net_device *dev,
		     unsigned int count)
{
	if ((!bench_n && (kind == BENCH_RELAY || kind == BENCH_HMAC)) ||
	    (!bench_n_peers && (kind == BENCH_DATA || kind == BENCH_RECEIVE)))
		return -ENOENT;
	if (kind == BENCH_RECEIVE)
		return bench_receive(dev, count);
	return bench_run_all(kind, v6, dev, NULL, count);
}

/* --- registrations ----------------------------------------------------- */

static void bench_free_macs(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bench_macs); i++) {
		hip_hmac_free(bench_macs[i].out);
		bench_macs[i].out = NULL;
	}
}

static void bench_unregister(void)
{
	if (!bench_assoc)
		return;
	mutex_lock(&bench_assoc->lock);
	while (bench_n) {
		bench_assoc->rendezvous = bench_registered[--bench_n];
		hip_rendezvous_del(bench_assoc);
		cond_resched();
	}
	mutex_unlock(&bench_assoc->lock);
	/* Packets still look at its keys. */
	synchronize_net();
	bench_free_macs();
	kfree(bench_assoc);
	bench_assoc = NULL;
	kvfree(bench_registered);
	bench_registered = NULL;
	put_net(bench_net);
}

static int bench_new_macs(void)
{
	struct hip_hmac *hmac;
	unsigned int i;
	u8 key[32];

	for (i = 0; i < ARRAY_SIZE(bench_macs); i++) {
		get_random_bytes(key, sizeof(key));
		hmac = hip_hmac_new(HIP_RHASH_SHA256, key, sizeof(key));
		if (IS_ERR(hmac))
			return PTR_ERR(hmac);
		hip_hmac_prepare(hmac);
		bench_macs[i].out = hmac;
	}
	return 0;
}

static int bench_new_assoc(struct net *net)
{
	bench_assoc = kzalloc(sizeof(*bench_assoc), GFP_KERNEL);
	if (!bench_assoc || bench_new_macs())
		goto err_free;
	bench_net = get_net(net);
	bench_assoc->hn = hip_net(net);
	mutex_init(&bench_assoc->lock);
	INIT_LIST_HEAD(&bench_assoc->paths);
	rcu_assign_pointer(bench_assoc->macs, &bench_macs[0]);
	return 0;

err_free:
	bench_free_macs();
	kfree(bench_assoc);
	bench_assoc = NULL;
	return -ENOMEM;
}

/* As if its address had been verified on that device. */
static void bench_add_path(struct hip_path *path, struct net_device *dev)
{
	memset(path, 0, sizeof(*path));
	path->ifindex = dev->ifindex;
	path->peer_state = HIP_LOCATOR_ACTIVE;
	path->local_state = HIP_LOCATOR_ACTIVE;
	path->x_out = &bench_sa;
	list_add_tail(&path->list, &bench_assoc->paths);
}

static int bench_register(struct net *net, unsigned int n,
			  struct net_device *dev)
{
	int err = 0;

	bench_unregister();
	if (!n)
		return 0;
	err = bench_new_assoc(net);
	if (err)
		return err;
	bench_registered = kvmalloc_array(n, sizeof(*bench_registered),
					  GFP_KERNEL);
	if (!bench_registered)
		err = -ENOMEM;
	mutex_lock(&bench_assoc->lock);
	bench_add_path(&bench_path[0], dev);
	bench_add_path(&bench_path[1], dev);
	ipv6_addr_set_v4mapped(BENCH_OURS_V4, &bench_path[0].local);
	bench_path[1].local = bench_ours_v6;
	while (!err && bench_n < n) {
		bench_random_hit(&bench_assoc->hits.peer);
		ipv6_addr_set_v4mapped(bench_host_v4(bench_n),
				       &bench_path[0].peer);
		bench_host_v6(&bench_path[1].peer, bench_n);
		bench_assoc->rendezvous = NULL;
		err = hip_rendezvous_add(bench_assoc, 255, n);
		if (!err)
			bench_registered[bench_n++] = bench_assoc->rendezvous;
		cond_resched();
	}
	mutex_unlock(&bench_assoc->lock);
	if (err)
		bench_unregister();
	return err;
}

/* --- associations ------------------------------------------------------ */

/* What a base exchange leaves behind, with lengths as with P-256 and P-384. */
static int bench_keep(struct hip_assoc *assoc)
{
	struct hip_param param = { .len = 80 };
	u8 room[128];
	struct hip_dh *dh = (struct hip_dh *)room;

	memset(room, 0, sizeof(room));
	param.data = room;
	dh->publen = cpu_to_be16(97);
	return hip_exchange_keep_host_id(assoc, &param) ?:
	       hip_exchange_keep_dh(assoc, dh, room, room, HIP_RHASH_SHA256);
}

static int bench_keys(struct hip_assoc *assoc, struct hip_path *path)
{
	u8 secret[48], i[HIP_RHASH_MAX_LEN] = {};
	struct hip_esp_keys keys[2];
	struct hip_macs *macs;
	int err;

	get_random_bytes(secret, sizeof(secret));
	err = hip_keymat_init(&assoc->keymat, HIP_RHASH_SHA256, secret,
			      sizeof(secret), i, i, &assoc->hits.local,
			      &assoc->hits.peer);
	if (err)
		return err;
	macs = hip_exchange_macs(&assoc->keymat, &assoc->hits, HIP_RHASH_SHA256,
				 HIP_CIPHER_AES_128_CBC, &assoc->keymat_index);
	if (IS_ERR(macs))
		return PTR_ERR(macs);
	hip_assoc_set_macs(assoc, macs);
	assoc->esp_suite = HIP_ESP_AES_GCM_16;
	err = hip_exchange_esp_keys(assoc, assoc->keymat_index, keys);
	if (err)
		return err;
	/* What leaves is what can be received, too (reflect.c). */
	path->spi_out = path->spi_in;
	return hip_sa_add_in(path, assoc->esp_suite, &keys[0]) ?:
	       hip_sa_add_out(path, assoc->esp_suite, &keys[0]);
}

static int bench_establish(struct hip_assoc *assoc, unsigned int i,
			   struct net_device *dev)
{
	struct in6_addr local, peer;
	struct hip_path *path;
	int err;

	ipv6_addr_set_v4mapped(BENCH_OURS_V4, &local);
	ipv6_addr_set_v4mapped(bench_host_v4(i), &peer);
	path = hip_path_new(assoc, &local, dev->ifindex, &peer);
	if (IS_ERR(path))
		return PTR_ERR(path);
	err = hip_sa_policy_get(assoc) ?: bench_keep(assoc) ?:
	      bench_keys(assoc, path);
	if (err)
		return err;
	path->peer_state = HIP_LOCATOR_ACTIVE;
	path->announced = true;
	err = hip_assoc_locator_room(assoc, 1);
	if (err)
		return err;
	assoc->peer_locators[assoc->n_peer_locators++] = peer;
	assoc->flows = true;
	assoc->uplink_gen = assoc->hn->uplink_gen;
	err = hip_table_rebuild(assoc);
	if (!err)
		hip_assoc_set_state(assoc, HIP_STATE_ESTABLISHED);
	return err;
}

static int bench_associate_one(struct hip_net *hn, unsigned int i,
			       struct net_device *dev)
{
	struct in6_addr *peer = &bench_peers[i];
	struct hip_assoc *assoc;
	int err;

	bench_random_hit(peer);
	assoc = hip_assoc_get_or_new(hn, &bench_hit, peer, false);
	if (IS_ERR(assoc))
		return PTR_ERR(assoc);
	mutex_lock(&assoc->lock);
	err = bench_establish(assoc, i, dev);
	mutex_unlock(&assoc->lock);
	hip_assoc_put(assoc);
	return err;
}

/* Each has sent something. */
static int bench_visit(struct hip_net *hn)
{
	struct net_device *dev;
	struct sk_buff *skb;
	unsigned int i;

	rtnl_lock();
	dev = rtnl_dereference(hn->dev);
	for (i = 0; dev && i < bench_n_peers; i++) {
		skb = bench_data(dev, &bench_peers[i]);
		if (!skb)
			break;
		bench_packet_cost(skb, true);
		cond_resched();
	}
	rtnl_unlock();
	return dev && i == bench_n_peers ? 0 : -ENOMEM;
}

/* So many in all; those that there are stay. */
static int bench_associate(struct net *net, unsigned int n,
			   struct net_device *dev)
{
	struct in6_addr *peers;
	int err = 0;

	if (!rcu_access_pointer(hip_net(net)->dev))
		return -ENODEV;
	peers = kvcalloc(n, sizeof(*peers), GFP_KERNEL);
	if (!peers)
		return -ENOMEM;
	if (bench_n_peers > n)
		bench_n_peers = n;
	if (bench_n_peers)
		memcpy(peers, bench_peers, bench_n_peers * sizeof(*peers));
	kvfree(bench_peers);
	bench_peers = peers;
	for (; !err && bench_n_peers < n; cond_resched()) {
		err = bench_associate_one(hip_net(net), bench_n_peers, dev);
		bench_n_peers += !err;
	}
	return err ?: bench_visit(hip_net(net));
}

/* --- commands ---------------------------------------------------------- */

static int bench_command(struct net *net, char *line)
{
	char name[16], device[IFNAMSIZ], hit[48];
	unsigned int n, family;
	struct net_device *dev;
	int (*many)(struct net *net, unsigned int n, struct net_device *dev);
	int kind = 0, err;

	if (sscanf(line, "hit %47s", hit) == 1)
		return in6_pton(hit, -1, bench_hit.s6_addr, -1, NULL) ? 0 :
		       -EINVAL;
	many = NULL;
	if (sscanf(line, "register %u %15s", &n, device) == 2) {
		many = bench_register;
	} else if (sscanf(line, "associate %u %15s", &n, device) == 2) {
		many = bench_associate;
	} else if (sscanf(line, "%15s %u %15s %u", name, &family, device,
			  &n) == 4) {
		kind = match_string(bench_names, BENCH_KINDS, name);
		if (kind < 0 || !n || n > BENCH_MAX_COUNT)
			return -EINVAL;
	} else {
		return -EINVAL;
	}
	if (many && n > BENCH_MAX_REGISTERED)
		return -E2BIG;
	dev = dev_get_by_name(net, device);
	if (!dev)
		return -ENODEV;
	if (many)
		err = many(net, n, dev);
	else
		err = bench_run(kind, family == 6, dev, n);
	dev_put(dev);
	return err;
}

static ssize_t bench_write(struct file *file, const char __user *buf,
			   size_t len, loff_t *pos)
{
	char line[80];
	int err;

	if (len >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, buf, len))
		return -EFAULT;
	line[len] = 0;
	mutex_lock(&bench_lock);
	err = bench_command(current->nsproxy->net_ns, line);
	mutex_unlock(&bench_lock);
	return err ?: len;
}

static ssize_t bench_read(struct file *file, char __user *buf, size_t len,
			  loff_t *pos)
{
	char line[48];
	int n;

	mutex_lock(&bench_lock);
	n = scnprintf(line, sizeof(line), "%llu %llu\n", bench_mean,
		      bench_median);
	mutex_unlock(&bench_lock);
	return simple_read_from_buffer(buf, len, pos, line, n);
}

static const struct file_operations bench_ops = {
	.owner	= THIS_MODULE,
	.open	= nonseekable_open,
	.read	= bench_read,
	.write	= bench_write,
};

static int __init bench_init(void)
{
	bench_file = debugfs_create_file("hip_bench", 0600, NULL, NULL,
					 &bench_ops);
	return PTR_ERR_OR_ZERO(bench_file);
}

static void __exit bench_exit(void)
{
	debugfs_remove(bench_file);
	bench_unregister();
	kvfree(bench_peers);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("What packets cost that hip.ko looks at");
MODULE_LICENSE("GPL");
