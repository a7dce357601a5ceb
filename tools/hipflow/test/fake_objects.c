// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel that is stood in for has to tell.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/hip.h>

#include "addr.h"
#include "fake_kernel.h"

static char buf[HIP_GENL_MSG_SIZE];

static struct nlmsghdr *begin(uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = GENL_ID_CTRL + 1;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	return nlh;
}

static void put(struct nlmsghdr *nlh, uint16_t type, const char *text)
{
	struct in6_addr addr;

	if (hip_addr_parse(text, &addr))
		abort();
	mnl_attr_put(nlh, type, sizeof(addr), &addr);
}

static void identities(hip_genl_cb cb, void *data)
{
	/* ECDSA, P-256, a key of 64 octets and the FQDN "host.example" */
	static const uint8_t header[] = { 0, 66, 0x10, 14, 0, 7, 0, 1 };
	static const char domain[14] = "\4host\7example";
	uint8_t host_id[sizeof(header) + 64 + sizeof(domain)] = { 0 };
	struct nlmsghdr *nlh = begin(HIP_CMD_IDENTITY_GET);

	memcpy(host_id, header, sizeof(header));
	memcpy(host_id + sizeof(header) + 64, domain,
	       sizeof(domain));
	put(nlh, HIP_A_IDENTITY_HIT, "2001:21::a");
	mnl_attr_put(nlh, HIP_A_IDENTITY_HOST_ID, sizeof(host_id), host_id);
	mnl_attr_put_u64(nlh, HIP_A_IDENTITY_R1_COUNTER, 7);
	mnl_attr_put_u8(nlh, HIP_A_IDENTITY_R1_READY, 1);
	cb(nlh, data);
}

static void peers(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_PEER_GET);
	struct in6_addr addrs[2];

	hip_addr_parse("192.0.2.1", &addrs[0]);
	hip_addr_parse("2001:db8::1", &addrs[1]);
	put(nlh, HIP_A_PEER_HIT, "2001:21::1");
	mnl_attr_put(nlh, HIP_A_PEER_ADDRS, sizeof(addrs), addrs);
	cb(nlh, data);
}

static void assoc(uint8_t cmd, const char *peer, uint8_t state,
		  uint8_t reason, hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(cmd);

	put(nlh, HIP_A_ASSOC_LOCAL_HIT, "2001:21::a");
	put(nlh, HIP_A_ASSOC_PEER_HIT, peer);
	mnl_attr_put_u8(nlh, HIP_A_ASSOC_STATE, state);
	if (reason)
		mnl_attr_put_u8(nlh, HIP_A_ASSOC_FAIL_REASON, reason);
	mnl_attr_put(nlh, HIP_A_ASSOC_INITIATOR, 0, NULL);
	if (state == HIP_STATE_ESTABLISHED) {
		mnl_attr_put(nlh, HIP_A_ASSOC_FLOWS, 0, NULL);
		mnl_attr_put_u16(nlh, HIP_A_ASSOC_ESP_SUITE, 13);
		mnl_attr_put_u8(nlh, HIP_A_ASSOC_DH_GROUP, 7);
		mnl_attr_put_u16(nlh, HIP_A_ASSOC_HIP_CIPHER, 2);
	}
	mnl_attr_put_u64(nlh, HIP_A_ASSOC_AGE_MS, 125500);
	mnl_attr_put_u64(nlh, HIP_A_ASSOC_TX_PACKETS, 10);
	mnl_attr_put_u64(nlh, HIP_A_ASSOC_TX_BYTES, 2000);
	mnl_attr_put_u64(nlh, HIP_A_ASSOC_RX_PACKETS, 20);
	mnl_attr_put_u64(nlh, HIP_A_ASSOC_RX_BYTES, 5000000000);
	cb(nlh, data);
}

static void assocs(unsigned int scenario, hip_genl_cb cb, void *data)
{
	uint8_t state = HIP_STATE_I1_SENT;

	/* Out of order: hipflow sorts. */
	assoc(HIP_CMD_ASSOC_GET, "2001:21::2", HIP_STATE_E_FAILED,
	      HIP_FAIL_NO_ANSWER, cb, data);
	if (scenario == FAKE_NONE)
		assoc(HIP_CMD_ASSOC_GET, "2001:21::1", HIP_STATE_ESTABLISHED,
		      0, cb, data);
	if (scenario == FAKE_LOST) {
		/* Not yet there when it is looked at first. */
		static bool again;

		if (again)
			state = HIP_STATE_ESTABLISHED;
		again = true;
		assoc(HIP_CMD_ASSOC_GET, "2001:21::3", state, 0, cb, data);
	}
	if (scenario == FAKE_SILENT)
		assoc(HIP_CMD_ASSOC_GET, "2001:21::4", state, 0, cb, data);
}

static void path(uint8_t cmd, uint32_t id, uint32_t ifindex, hip_genl_cb cb,
		 void *data)
{
	struct nlmsghdr *nlh = begin(cmd);

	mnl_attr_put_u32(nlh, HIP_A_PATH_ID, id);
	put(nlh, HIP_A_PATH_LOCAL_HIT, "2001:21::a");
	put(nlh, HIP_A_PATH_PEER_HIT, "2001:21::1");
	put(nlh, HIP_A_PATH_LOCAL_ADDR,
	    ifindex == FAKE_ETH0 ? "198.51.100.1" : "2001:db8:1::1");
	put(nlh, HIP_A_PATH_PEER_ADDR,
	    ifindex == FAKE_ETH0 ? "192.0.2.1" : "2001:db8::1");
	mnl_attr_put_u32(nlh, HIP_A_PATH_IFINDEX, ifindex);
	mnl_attr_put_u8(nlh, HIP_A_PATH_STATE, HIP_LOCATOR_ACTIVE);
	if (ifindex == FAKE_ETH0)
		mnl_attr_put(nlh, HIP_A_PATH_DEFAULT, 0, NULL);
	mnl_attr_put_u32(nlh, HIP_A_PATH_SPI_IN, 0x00c0ffee);
	mnl_attr_put_u32(nlh, HIP_A_PATH_SPI_OUT, 0xdeadbeef);
	mnl_attr_put_u64(nlh, HIP_A_PATH_TX_PACKETS, 4);
	mnl_attr_put_u64(nlh, HIP_A_PATH_TX_BYTES, 256);
	mnl_attr_put_u64(nlh, HIP_A_PATH_RX_PACKETS, 3);
	mnl_attr_put_u64(nlh, HIP_A_PATH_RX_BYTES, 192);
	cb(nlh, data);
}

static void locators(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_LOCATOR_GET);

	put(nlh, HIP_A_LOCATOR_ADDR, "2001:db8::1");
	put(nlh, HIP_A_LOCATOR_PEER_HIT, "2001:21::1");
	put(nlh, HIP_A_LOCATOR_LOCAL_HIT, "2001:21::a");
	mnl_attr_put_u8(nlh, HIP_A_LOCATOR_STATE, HIP_LOCATOR_UNVERIFIED);
	mnl_attr_put_u32(nlh, HIP_A_LOCATOR_LIFETIME, 300);
	cb(nlh, data);

	nlh = begin(HIP_CMD_LOCATOR_GET);
	put(nlh, HIP_A_LOCATOR_ADDR, "198.51.100.1");
	mnl_attr_put_u32(nlh, HIP_A_LOCATOR_IFINDEX, FAKE_ETH0);
	mnl_attr_put_u8(nlh, HIP_A_LOCATOR_STATE, HIP_LOCATOR_ACTIVE);
	mnl_attr_put(nlh, HIP_A_LOCATOR_PREFERRED, 0, NULL);
	cb(nlh, data);
}

static void put_locator(struct nlmsghdr *nlh, uint32_t ifindex,
			const char *addr)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_LOCATOR);

	if (ifindex)
		mnl_attr_put_u32(nlh, HIP_A_BINDING_LOCATOR_IFINDEX, ifindex);
	else
		put(nlh, HIP_A_BINDING_LOCATOR_ADDR, addr);
	mnl_attr_nest_end(nlh, nest);
}

static void put_counters(struct nlmsghdr *nlh)
{
	mnl_attr_put_u64(nlh, HIP_A_BINDING_TX_PACKETS, 1);
	mnl_attr_put_u64(nlh, HIP_A_BINDING_TX_BYTES, 64);
	mnl_attr_put_u64(nlh, HIP_A_BINDING_RX_PACKETS, 2);
	mnl_attr_put_u64(nlh, HIP_A_BINDING_RX_BYTES, 128);
}

static void binding_event(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_BINDING_NTF);

	mnl_attr_put_u16(nlh, HIP_A_BINDING_FID, 10);
	put(nlh, HIP_A_BINDING_PEER_HIT, "2001:21::1");
	put(nlh, HIP_A_BINDING_LOCAL_HIT, "2001:21::a");
	mnl_attr_put_u32(nlh, HIP_A_BINDING_PATH, 2);
	mnl_attr_put_u8(nlh, HIP_A_BINDING_STATUS, 0);
	cb(nlh, data);
}

/* One port, one interface */
static void binding_simple(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_BINDING_GET);
	struct nlattr *nest;

	mnl_attr_put_u16(nlh, HIP_A_BINDING_FID, 10);
	mnl_attr_put_u16(nlh, HIP_A_BINDING_PRIORITY, 20);
	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_SELECTOR);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_FAMILY, AF_INET6);
	mnl_attr_put_u16(nlh, HIP_A_SELECTOR_DPORT_MIN, 5001);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_PROTO_MIN, 17);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_LOCATORS);
	put_locator(nlh, FAKE_ETH1, NULL);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put_u32(nlh, HIP_A_BINDING_PATH, 2);
	put_counters(nlh);
	cb(nlh, data);
}

/* Everything that there is in a selector, as ranges */
static void binding_full(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_BINDING_GET);
	struct nlattr *nest;

	mnl_attr_put_u16(nlh, HIP_A_BINDING_FID, 11);
	mnl_attr_put_u16(nlh, HIP_A_BINDING_PRIORITY, 5);
	put(nlh, HIP_A_BINDING_PEER_HIT, "2001:21::1");
	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_SELECTOR);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_FAMILY, AF_INET6);
	put(nlh, HIP_A_SELECTOR_SRC_MIN, "2001:21::");
	put(nlh, HIP_A_SELECTOR_SRC_MAX, "2001:21::ffff");
	put(nlh, HIP_A_SELECTOR_DST_MIN, "2001:21::a");
	mnl_attr_put_u32(nlh, HIP_A_SELECTOR_SPI_MIN, 256);
	mnl_attr_put_u32(nlh, HIP_A_SELECTOR_SPI_MAX, 0xffffffff);
	mnl_attr_put_u32(nlh, HIP_A_SELECTOR_FLOW_LABEL_MIN, 0xfffff);
	mnl_attr_put_u16(nlh, HIP_A_SELECTOR_SPORT_MIN, 0);
	mnl_attr_put_u16(nlh, HIP_A_SELECTOR_SPORT_MAX, 1023);
	mnl_attr_put_u16(nlh, HIP_A_SELECTOR_DPORT_MIN, 80);
	mnl_attr_put_u16(nlh, HIP_A_SELECTOR_DPORT_MAX, 443);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_TCLASS_MIN, 0xb8);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_PROTO_MIN, 6);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_PROTO_MAX, 17);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_LOCATORS);
	put_locator(nlh, FAKE_ETH1, NULL);
	put_locator(nlh, FAKE_ETH0, NULL);
	put_locator(nlh, 0, "198.51.100.1");
	put_locator(nlh, 0, "2001:db8:1::1");
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put_u8(nlh, HIP_A_BINDING_STATUS, 128);
	cb(nlh, data);
}

/* A peer's, of LSIs */
static void binding_remote(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_BINDING_GET);
	struct nlattr *nest;

	mnl_attr_put_u16(nlh, HIP_A_BINDING_FID, 10);
	mnl_attr_put_u16(nlh, HIP_A_BINDING_PRIORITY, 1);
	put(nlh, HIP_A_BINDING_PEER_HIT, "2001:21::1");
	put(nlh, HIP_A_BINDING_LOCAL_HIT, "2001:21::a");
	mnl_attr_put(nlh, HIP_A_BINDING_REMOTE, 0, NULL);
	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_SELECTOR);
	mnl_attr_put_u8(nlh, HIP_A_SELECTOR_FAMILY, AF_INET);
	put(nlh, HIP_A_SELECTOR_SRC_MIN, "1.0.0.1");
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_LOCATORS);
	put_locator(nlh, 0, "192.0.2.1");
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put_u32(nlh, HIP_A_BINDING_PATH, 1);
	put_counters(nlh);
	cb(nlh, data);
}

/* Every packet of a peer */
static void binding_any(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_BINDING_GET);
	struct nlattr *nest;

	mnl_attr_put_u16(nlh, HIP_A_BINDING_FID, 99);
	mnl_attr_put_u16(nlh, HIP_A_BINDING_PRIORITY, 65535);
	nest = mnl_attr_nest_start(nlh, HIP_A_BINDING_LOCATORS);
	put_locator(nlh, FAKE_ETH0, NULL);
	mnl_attr_nest_end(nlh, nest);
	cb(nlh, data);
}

static void stats(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_STATS_GET);
	unsigned int i;

	for (i = 1; i < HIP_STAT_PAD; i++)
		mnl_attr_put_u64(nlh, i, i == HIP_STAT_RX_I1 ? 3 :
				 i == HIP_STAT_DROP_MAC ? 5000000000 : 0);
	cb(nlh, data);
}

static void config(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_CONFIG_GET);
	uint8_t groups[] = { 8, 7 };
	uint16_t suites[] = { 13, 8 };

	mnl_attr_put_u8(nlh, HIP_A_CONFIG_PUZZLE_K, 10);
	mnl_attr_put(nlh, HIP_A_CONFIG_DH_GROUPS, sizeof(groups), groups);
	mnl_attr_put(nlh, HIP_A_CONFIG_ESP_SUITES, sizeof(suites), suites);
	mnl_attr_put_u16(nlh, HIP_A_CONFIG_MAX_FIDS, 1024);
	mnl_attr_put_u32(nlh, HIP_A_CONFIG_RETRANSMIT_MS, 1000);
	mnl_attr_put_u8(nlh, HIP_A_CONFIG_RETRIES, 5);
	cb(nlh, data);
}

static void server(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_SERVER_GET);

	mnl_attr_put_u8(nlh, HIP_A_SERVER_RVS, 1);
	mnl_attr_put_u32(nlh, HIP_A_SERVER_LIFETIME_MIN, 10);
	mnl_attr_put_u32(nlh, HIP_A_SERVER_LIFETIME_MAX, 3600);
	mnl_attr_put_u32(nlh, HIP_A_SERVER_LIMIT, 100000);
	mnl_attr_put_u8(nlh, HIP_A_SERVER_ALLOW, HIP_SERVER_ALLOW_LISTED);
	put(nlh, HIP_A_SERVER_HITS, "2001:21::1");
	mnl_attr_put_u32(nlh, HIP_A_SERVER_COUNT, 1);
	cb(nlh, data);
}

/* One with us, one of ours that was refused, one of ours that works. */
static void registrations(hip_genl_cb cb, void *data)
{
	struct nlmsghdr *nlh = begin(HIP_CMD_REGISTRATION_GET);

	put(nlh, HIP_A_REGISTRATION_PEER_HIT, "2001:21::1");
	put(nlh, HIP_A_REGISTRATION_LOCAL_HIT, "2001:21::a");
	put(nlh, HIP_A_REGISTRATION_ADDRS, "192.0.2.1");
	mnl_attr_put(nlh, HIP_A_REGISTRATION_SERVER, 0, NULL);
	mnl_attr_put_u8(nlh, HIP_A_REGISTRATION_STATE,
			HIP_REGISTRATION_REGISTERED);
	mnl_attr_put_u32(nlh, HIP_A_REGISTRATION_LIFETIME, 600);
	mnl_attr_put_u64(nlh, HIP_A_REGISTRATION_EXPIRES_MS, 123456);
	mnl_attr_put_u64(nlh, HIP_A_REGISTRATION_RELAYED, 5);
	cb(nlh, data);

	nlh = begin(HIP_CMD_REGISTRATION_GET);
	put(nlh, HIP_A_REGISTRATION_PEER_HIT, "2001:21::3");
	put(nlh, HIP_A_REGISTRATION_ADDRS, "203.0.113.3");
	mnl_attr_put_u8(nlh, HIP_A_REGISTRATION_STATE,
			HIP_REGISTRATION_REFUSED);
	mnl_attr_put_u8(nlh, HIP_A_REGISTRATION_FAILURE, 2);
	mnl_attr_put_u32(nlh, HIP_A_REGISTRATION_LIFETIME, 60);
	cb(nlh, data);

	nlh = begin(HIP_CMD_REGISTRATION_GET);
	put(nlh, HIP_A_REGISTRATION_PEER_HIT, "2001:21::2");
	put(nlh, HIP_A_REGISTRATION_LOCAL_HIT, "2001:21::a");
	put(nlh, HIP_A_REGISTRATION_ADDRS, "2001:db8::53");
	mnl_attr_put_u8(nlh, HIP_A_REGISTRATION_STATE,
			HIP_REGISTRATION_REGISTERED);
	mnl_attr_put_u32(nlh, HIP_A_REGISTRATION_LIFETIME, 600);
	mnl_attr_put_u64(nlh, HIP_A_REGISTRATION_EXPIRES_MS, 99999);
	cb(nlh, data);
}

void fake_objects(uint8_t cmd, unsigned int scenario, hip_genl_cb cb,
		  void *data)
{
	switch (cmd) {
	case HIP_CMD_IDENTITY_GET:
		identities(cb, data);
		break;
	case HIP_CMD_PEER_GET:
		peers(cb, data);
		break;
	case HIP_CMD_ASSOC_GET:
		assocs(scenario, cb, data);
		break;
	case HIP_CMD_PATH_GET:
		path(cmd, 2, FAKE_ETH1, cb, data);
		path(cmd, 1, FAKE_ETH0, cb, data);
		break;
	case HIP_CMD_LOCATOR_GET:
		locators(cb, data);
		break;
	case HIP_CMD_BINDING_GET:
		binding_any(cb, data);
		binding_remote(cb, data);
		binding_simple(cb, data);
		binding_full(cb, data);
		break;
	case HIP_CMD_STATS_GET:
		stats(cb, data);
		break;
	case HIP_CMD_CONFIG_GET:
		config(cb, data);
		break;
	case HIP_CMD_SERVER_GET:
		server(cb, data);
		break;
	case HIP_CMD_REGISTRATION_GET:
		registrations(cb, data);
		break;
	}
}

/* What the monitor sees. */
static int monitor_event(unsigned int step, hip_genl_cb cb, void *data)
{
	switch (step) {
	case 0:
		assoc(HIP_CMD_ASSOC_NTF, "2001:21::1", HIP_STATE_ESTABLISHED,
		      0, cb, data);
		return 0;
	case 1:
		path(HIP_CMD_PATH_NTF, 1, FAKE_ETH0, cb, data);
		return 0;
	case 2:
		binding_event(cb, data);
		return 0;
	case 3:
		return -ENOBUFS;
	default:
		return -EPIPE;
	}
}

int fake_event(unsigned int scenario, unsigned int step, hip_genl_cb cb,
	       void *data)
{
	uint8_t end = HIP_STATE_ESTABLISHED;

	switch (scenario) {
	case FAKE_NONE:
		return monitor_event(step, cb, data);
	case FAKE_LOST:
		return -ENOBUFS;
	case FAKE_FAILED:
		end = HIP_STATE_E_FAILED;
		break;
	case FAKE_CLOSED:
		end = HIP_STATE_CLOSED;
		break;
	}
	/* Somebody else's, which is not to be taken for ours. */
	assoc(HIP_CMD_ASSOC_NTF, "2001:21::77", HIP_STATE_ESTABLISHED, 0, cb,
	      data);
	assoc(HIP_CMD_ASSOC_NTF, scenario == FAKE_FAILED ? "2001:21::2" :
	      scenario == FAKE_CLOSED ? "2001:21::5" : "2001:21::1",
	      step < 2 ? HIP_STATE_I1_SENT + step : end,
	      step >= 2 && scenario == FAKE_FAILED ? HIP_FAIL_NO_ANSWER : 0,
	      cb, data);
	return 0;
}
