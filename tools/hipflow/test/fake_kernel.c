// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for the kernel, so that hipflow can be tested where there is no
 * module: the program is linked with --wrap for the functions below. Requests
 * are written to stdout as lines that begin with "> ", and dumps are answered
 * from the objects in fake_objects.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/hip.h>

#include "addr.h"
#include "fake_kernel.h"

static const char *const commands[HIP_CMD_MAX + 1] = {
	[HIP_CMD_PEER_NEW] = "peer-new",
	[HIP_CMD_PEER_SET] = "peer-set",
	[HIP_CMD_PEER_DEL] = "peer-del",
	[HIP_CMD_ASSOC_NEW] = "assoc-new",
	[HIP_CMD_ASSOC_DEL] = "assoc-del",
	[HIP_CMD_ASSOC_REKEY] = "assoc-rekey",
	[HIP_CMD_BINDING_NEW] = "binding-new",
	[HIP_CMD_BINDING_SET] = "binding-set",
	[HIP_CMD_BINDING_DEL] = "binding-del",
	[HIP_CMD_CONFIG_SET] = "config-set",
	[HIP_CMD_SERVER_SET] = "server-set",
	[HIP_CMD_REGISTRATION_NEW] = "registration-new",
	[HIP_CMD_REGISTRATION_DEL] = "registration-del",
};

static const char *const peer_attrs[HIP_A_PEER_MAX + 1] = {
	[HIP_A_PEER_HIT] = "hit",
	[HIP_A_PEER_ADDRS] = "addrs",
};

static const char *const assoc_attrs[HIP_A_ASSOC_MAX + 1] = {
	[HIP_A_ASSOC_LOCAL_HIT] = "local-hit",
	[HIP_A_ASSOC_PEER_HIT] = "peer-hit",
	[HIP_A_ASSOC_REKEY_DH] = "rekey-dh",
	[HIP_A_ASSOC_PEER_ADDR] = "peer-addr",
};

static const char *const binding_attrs[HIP_A_BINDING_MAX + 1] = {
	[HIP_A_BINDING_FID] = "fid",
	[HIP_A_BINDING_PRIORITY] = "priority",
	[HIP_A_BINDING_PEER_HIT] = "peer-hit",
	[HIP_A_BINDING_SELECTOR] = "selector",
	[HIP_A_BINDING_LOCATORS] = "locators",
};

static const char *const locator_attrs[HIP_A_BINDING_LOCATOR_MAX + 1] = {
	[HIP_A_BINDING_LOCATOR_IFINDEX] = "ifindex",
	[HIP_A_BINDING_LOCATOR_ADDR] = "addr",
};

static const char *const selector_attrs[HIP_A_SELECTOR_MAX + 1] = {
	[HIP_A_SELECTOR_FAMILY] = "family",
	[HIP_A_SELECTOR_SRC_MIN] = "src-min",
	[HIP_A_SELECTOR_SRC_MAX] = "src-max",
	[HIP_A_SELECTOR_DST_MIN] = "dst-min",
	[HIP_A_SELECTOR_DST_MAX] = "dst-max",
	[HIP_A_SELECTOR_SPI_MIN] = "spi-min",
	[HIP_A_SELECTOR_SPI_MAX] = "spi-max",
	[HIP_A_SELECTOR_FLOW_LABEL_MIN] = "flow-label-min",
	[HIP_A_SELECTOR_FLOW_LABEL_MAX] = "flow-label-max",
	[HIP_A_SELECTOR_SPORT_MIN] = "sport-min",
	[HIP_A_SELECTOR_SPORT_MAX] = "sport-max",
	[HIP_A_SELECTOR_DPORT_MIN] = "dport-min",
	[HIP_A_SELECTOR_DPORT_MAX] = "dport-max",
	[HIP_A_SELECTOR_TCLASS_MIN] = "tclass-min",
	[HIP_A_SELECTOR_TCLASS_MAX] = "tclass-max",
	[HIP_A_SELECTOR_PROTO_MIN] = "proto-min",
	[HIP_A_SELECTOR_PROTO_MAX] = "proto-max",
};

static const char *const config_attrs[HIP_A_CONFIG_MAX + 1] = {
	[HIP_A_CONFIG_PUZZLE_K] = "puzzle-k",
	[HIP_A_CONFIG_DH_GROUPS] = "dh-groups",
	[HIP_A_CONFIG_ESP_SUITES] = "esp-suites",
	[HIP_A_CONFIG_MAX_FIDS] = "max-fids",
	[HIP_A_CONFIG_RETRANSMIT_MS] = "retransmit-ms",
	[HIP_A_CONFIG_RETRIES] = "retries",
	[HIP_A_CONFIG_PATH_TIMEOUT_MS] = "path-timeout-ms",
	[HIP_A_CONFIG_IDLE_TIMEOUT] = "idle-timeout",
	[HIP_A_CONFIG_REKEY_TIME] = "rekey-time",
	[HIP_A_CONFIG_REKEY_BYTES] = "rekey-bytes",
	[HIP_A_CONFIG_REKEY_PACKETS] = "rekey-packets",
	[HIP_A_CONFIG_REKEY_ON_MOVE] = "rekey-on-move",
	[HIP_A_CONFIG_HIP_CIPHERS] = "hip-ciphers",
	[HIP_A_CONFIG_ENCRYPT_HOST_ID] = "encrypt-host-id",
	[HIP_A_CONFIG_OPPORTUNISTIC] = "opportunistic",
	[HIP_A_CONFIG_RELAY_PER_SECOND] = "relay-per-second",
};

static const char *const server_attrs[HIP_A_SERVER_MAX + 1] = {
	[HIP_A_SERVER_RVS] = "rvs",
	[HIP_A_SERVER_LIFETIME_MIN] = "lifetime-min",
	[HIP_A_SERVER_LIFETIME_MAX] = "lifetime-max",
	[HIP_A_SERVER_LIMIT] = "limit",
	[HIP_A_SERVER_ALLOW] = "allow",
	[HIP_A_SERVER_HITS] = "hits",
};

static const char *const registration_attrs[HIP_A_REGISTRATION_MAX + 1] = {
	[HIP_A_REGISTRATION_PEER_HIT] = "peer-hit",
	[HIP_A_REGISTRATION_LOCAL_HIT] = "local-hit",
	[HIP_A_REGISTRATION_ADDRS] = "addrs",
	[HIP_A_REGISTRATION_LIFETIME] = "lifetime",
};

static const char *const *attrs_of(uint8_t cmd)
{
	switch (cmd) {
	case HIP_CMD_PEER_NEW:
	case HIP_CMD_PEER_SET:
	case HIP_CMD_PEER_DEL:
		return peer_attrs;
	case HIP_CMD_ASSOC_NEW:
	case HIP_CMD_ASSOC_DEL:
	case HIP_CMD_ASSOC_REKEY:
		return assoc_attrs;
	case HIP_CMD_CONFIG_SET:
		return config_attrs;
	case HIP_CMD_SERVER_SET:
		return server_attrs;
	case HIP_CMD_REGISTRATION_NEW:
	case HIP_CMD_REGISTRATION_DEL:
		return registration_attrs;
	default:
		return binding_attrs;
	}
}

/* Lists of addresses and of numbers have the lengths of single values. */
static bool is_list(const char *name)
{
	return !strcmp(name, "addrs") || !strcmp(name, "hits") ||
	       !strcmp(name, "dh-groups") || !strcmp(name, "esp-suites") ||
	       !strcmp(name, "hip-ciphers");
}

static void show_list(const char *name, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);
	const uint8_t *data = mnl_attr_get_payload(attr);
	size_t size = !strcmp(name, "addrs") || !strcmp(name, "hits") ? 16 :
		      !strcmp(name, "esp-suites") ||
		      !strcmp(name, "hip-ciphers") ? 2 : 1;
	char text[HIP_ADDR_STRLEN];
	size_t i;

	for (i = 0; i + size <= len; i += size) {
		uint16_t number = data[i];

		if (i)
			putchar(',');
		if (size == 16) {
			fputs(hip_addr_print((const void *)(data + i), text),
			      stdout);
			continue;
		}
		if (size == 2)
			memcpy(&number, data + i, size);
		printf("%u", number);
	}
}

static void show_value(const struct nlattr *attr)
{
	char text[HIP_ADDR_STRLEN];

	switch (mnl_attr_get_payload_len(attr)) {
	case 0:
		putchar('1');
		break;
	case 1:
		printf("%u", mnl_attr_get_u8(attr));
		break;
	case 2:
		printf("%u", mnl_attr_get_u16(attr));
		break;
	case 4:
		printf("%u", mnl_attr_get_u32(attr));
		break;
	case 8:
		printf("%llu", (unsigned long long)mnl_attr_get_u64(attr));
		break;
	case 16:
		fputs(hip_addr_print(mnl_attr_get_payload(attr), text),
		      stdout);
		break;
	default:
		printf("%u octets", mnl_attr_get_payload_len(attr));
	}
}

static void show_locators(const struct nlattr *nest)
{
	const struct nlattr *locator, *attr;

	printf(" {");
	mnl_attr_for_each_nested(locator, nest) {
		mnl_attr_for_each_nested(attr, locator) {
			printf(" %s ", locator_attrs[mnl_attr_get_type(attr)]);
			show_value(attr);
		}
	}
	printf(" }");
}

static void show_selector(const struct nlattr *nest)
{
	const struct nlattr *attr;

	printf(" {");
	mnl_attr_for_each_nested(attr, nest) {
		printf(" %s ", selector_attrs[mnl_attr_get_type(attr)]);
		show_value(attr);
	}
	printf(" }");
}

static void show_request(const struct nlmsghdr *nlh)
{
	uint8_t cmd = hip_genl_cmd(nlh);
	const char *const *names = attrs_of(cmd);
	const struct nlattr *attr;

	printf("> %s", commands[cmd]);
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		const char *name = names[mnl_attr_get_type(attr)];

		printf(" %s", name);
		if (!strcmp(name, "locators")) {
			show_locators(attr);
		} else if (!strcmp(name, "selector")) {
			show_selector(attr);
		} else {
			putchar(' ');
			if (is_list(name))
				show_list(name, attr);
			else
				show_value(attr);
		}
	}
	putchar('\n');
}

static int refuse(struct hip_genl *g, int err, const char *text)
{
	snprintf(g->error, sizeof(g->error), "%s", text);
	return err;
}

/* As generic netlink does for families that are newer than its strictness. */
static int check_flags(struct hip_genl *g, const struct nlmsghdr *nlh,
		       uint16_t allowed)
{
	if (nlh->nlmsg_flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO | allowed))
		return refuse(g, -EINVAL,
			      "ambiguous or reserved bits set in nlmsg_flags");
	return 0;
}

int __wrap_hip_genl_open(struct hip_genl *g)
{
	memset(g, 0, sizeof(*g));
	g->family = GENL_ID_CTRL + 1;
	return 0;
}

void __wrap_hip_genl_close(struct hip_genl *g)
{
	(void)g;
}

int __wrap_hip_genl_join(struct hip_genl *g, const char *group)
{
	if (strcmp(group, HIP_GENL_MCGRP_EVENTS))
		return refuse(g, -ENOENT, "no such group");
	return 0;
}

static uint64_t hit_tail(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == type)
			return ((const uint8_t *)mnl_attr_get_payload(attr))[15];
	return 0;
}

/* Which of the peers is called; decides how the base exchange goes. */
static unsigned int scenario;

int __wrap_hip_genl_talk(struct hip_genl *g, struct nlmsghdr *nlh,
			 hip_genl_cb cb, void *data)
{
	const struct nlattr *tb[HIP_A_BINDING_MAX + 1];
	uint8_t cmd = hip_genl_cmd(nlh);

	g->error[0] = '\0';
	if (check_flags(g, nlh, 0))
		return -EINVAL;
	if (cmd == HIP_CMD_STATS_GET || cmd == HIP_CMD_CONFIG_GET ||
	    cmd == HIP_CMD_SERVER_GET) {
		fake_objects(cmd, scenario, cb, data);
		return 0;
	}
	show_request(nlh);
	fflush(stdout);
	switch (cmd) {
	case HIP_CMD_BINDING_NEW:
		hip_genl_attrs(nlh, tb, HIP_A_BINDING_MAX);
		if (mnl_attr_get_u16(tb[HIP_A_BINDING_FID]) == FAKE_FID_TAKEN)
			return refuse(g, -EEXIST,
				      "this FID is taken: use 'set' to change it");
		break;
	case HIP_CMD_ASSOC_NEW:
		scenario = hit_tail(nlh, HIP_A_ASSOC_PEER_HIT);
		if (scenario == FAKE_REFUSED)
			return refuse(g, -EHOSTUNREACH,
				      "no address is known for this peer");
		break;
	}
	return 0;
}

int __wrap_hip_genl_dump(struct hip_genl *g, struct nlmsghdr *nlh,
			 hip_genl_cb cb, void *data, bool *torn)
{
	*torn = false;
	g->error[0] = '\0';
	if (check_flags(g, nlh, NLM_F_DUMP))
		return -EINVAL;
	fake_objects(hip_genl_cmd(nlh), scenario, cb, data);
	return 0;
}

int __wrap_hip_genl_recv(struct hip_genl *g, hip_genl_cb cb, void *data)
{
	static unsigned int step;
	int err = fake_event(scenario, step++, cb, data);

	if (err == -EPIPE)
		return refuse(g, err, "the events of the test are over");
	return err;
}

/* Ready to be read, unless it is about events that do not come. */
int __wrap_hip_genl_fd(const struct hip_genl *g)
{
	static int silent[2] = { -1, -1 };
	static int ready = -1;

	(void)g;
	if (scenario == FAKE_SILENT) {
		if (silent[0] < 0 && pipe2(silent, O_CLOEXEC))
			abort();
		return silent[0];
	}
	if (ready < 0)
		ready = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return ready;
}

unsigned int __wrap_if_nametoindex(const char *name)
{
	if (!strcmp(name, "eth0"))
		return FAKE_ETH0;
	return strcmp(name, "eth1") ? 0 : FAKE_ETH1;
}

char *__wrap_if_indextoname(unsigned int ifindex, char *name)
{
	if (ifindex != FAKE_ETH0 && ifindex != FAKE_ETH1)
		return NULL;
	snprintf(name, IF_NAMESIZE, "eth%d", ifindex == FAKE_ETH1);
	return name;
}
