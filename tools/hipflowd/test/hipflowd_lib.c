// SPDX-License-Identifier: GPL-2.0-only
/* Addresses, names, and what the kernel says in errors. */
#include <errno.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "compiler.h"
#include "genl.h"
#include "ktap.h"
#include "names.h"

static void addresses(void)
{
	char text[HIP_ADDR_STRLEN];
	struct in6_addr addr;

	CHECK(!hip_addr_parse("192.0.2.1", &addr));
	CHECK(hip_addr_is_ipv4(&addr));
	CHECK(!strcmp(hip_addr_print(&addr, text), "192.0.2.1"));
	CHECK(!hip_addr_parse("2001:db8::1", &addr));
	CHECK(!hip_addr_is_ipv4(&addr));
	CHECK(!strcmp(hip_addr_print(&addr, text), "2001:db8::1"));
	CHECK(hip_addr_parse("192.0.2", &addr) == -EINVAL);
	CHECK(hip_addr_parse("", &addr) == -EINVAL);
	CHECK(hip_addr_parse("fe80::1%eth0", &addr) == -EINVAL);
}

static void hits(void)
{
	struct in6_addr hit;

	CHECK(!hip_hit_parse("2001:20::", &hit));
	CHECK(!hip_hit_parse("2001:2f:ffff::1", &hit));
	CHECK(hip_hit_parse("2001:1f:ffff::1", &hit) == -ERANGE);
	CHECK(hip_hit_parse("2001:30::", &hit) == -ERANGE);
	/* ORCHID of version 1 */
	CHECK(hip_hit_parse("2001:10::1", &hit) == -ERANGE);
	CHECK(hip_hit_parse("192.0.2.1", &hit) == -EINVAL);
}

/* The table has a line for each number from @first to @last. */
static bool is_complete(const struct hip_name *table, int first, int last)
{
	int i;

	for (i = first; i <= last; i++)
		if (!hip_name_find(table, i) || !hip_name_text(table, i))
			return false;
	return true;
}

static void names(void)
{
	char text[HIP_NAME_LEN];
	char small[8];
	char list[128];

	CHECK(is_complete(hip_state_names, 0, __HIP_STATE_MAX - 1));
	CHECK(is_complete(hip_fail_names, 0, __HIP_FAIL_MAX - 1));
	CHECK(is_complete(hip_stat_names, 1, HIP_STAT_PAD - 1));
	CHECK(is_complete(hip_stat_names, HIP_STAT_PAD + 1, HIP_STAT_MAX));
	CHECK(is_complete(hip_registration_state_names, 0, 4));
	CHECK(is_complete(hip_server_allow_names, 0, 2));
	CHECK(is_complete(hip_reg_failure_names, 0, 8));
	CHECK(is_complete(hip_locator_state_names, 0, 2));
	CHECK(is_complete(hip_fid_status_names, 128, 133));
	CHECK(hip_name_number(hip_esp_suite_names, "aes-128-gcm-16") == 13);
	CHECK(hip_name_number(hip_esp_suite_names, "aes") == -1);
	CHECK(!strcmp(hip_name(hip_dh_group_names, 8, text), "p384"));
	CHECK(!strcmp(hip_name(hip_dh_group_names, 255, text), "255"));
	CHECK(!strcmp(hip_name_list(hip_cipher_names, "|", list, sizeof(list)),
		      "null|aes-128-cbc|aes-256-cbc"));
	CHECK(strlen(hip_name_list(hip_cipher_names, "|", small,
				   sizeof(small))) == sizeof(small) - 1);
}

/* As the kernel writes it: with the request repeated, or capped. */
static struct nlmsghdr *error_message(char *buf, int error, bool capped,
				      const char *text)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *err;

	nlh->nlmsg_type = NLMSG_ERROR;
	err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));
	err->error = error;
	err->msg.nlmsg_len = NLMSG_HDRLEN + 24;
	if (capped)
		nlh->nlmsg_flags |= NLM_F_CAPPED;
	else
		mnl_nlmsg_put_extra_header(nlh, 24);
	if (text) {
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
		mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, 20);
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, text);
	}
	return nlh;
}

static void kernel_errors(void)
{
	char buf[512] __aligned(8);
	struct nlmsghdr *nlh;
	const char *text;

	nlh = error_message(buf, -EINVAL, false, "give a peer");
	CHECK(hip_genl_ack(nlh, &text) == -EINVAL);
	CHECK(text && !strcmp(text, "give a peer"));
	nlh = error_message(buf, -EINVAL, true, "give a peer");
	CHECK(hip_genl_ack(nlh, &text) == -EINVAL);
	CHECK(text && !strcmp(text, "give a peer"));
	nlh = error_message(buf, 0, true, NULL);
	CHECK(!hip_genl_ack(nlh, &text) && !text);
	nlh = error_message(buf, -EINVAL, false, "x");
	((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->msg.nlmsg_len = 4096;
	CHECK(hip_genl_ack(nlh, &text) == -EINVAL && !text);
	nlh->nlmsg_len = NLMSG_HDRLEN;
	CHECK(hip_genl_ack(nlh, &text) == -EBADMSG && !text);
}

static void without_module(void)
{
	static struct hip_genl genl;
	int err = hip_genl_open(&genl);

	/* Both are fine; but without it the sentence must say what to do. */
	if (!err)
		hip_genl_close(&genl);
	else if (err == -ENOENT)
		CHECK(strstr(genl.error, "modprobe hip"));
	else
		printf("# generic netlink is not available: %s\n", genl.error);
}

static void family_of_the_controller(void)
{
	static struct hip_genl genl;
	int err = hip_genl_open_family(&genl, "nlctrl", "absent");

	if (err) {
		printf("# generic netlink is not available: %s\n", genl.error);
		return;
	}
	CHECK(genl.family == GENL_ID_CTRL);
	CHECK(!hip_genl_join(&genl, "notify"));
	CHECK(hip_genl_join(&genl, "nothing") == -ENOENT);
	hip_genl_close(&genl);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(addresses),
		TEST(hits),
		TEST(names),
		TEST(kernel_errors),
		TEST(without_module),
		TEST(family_of_the_controller),
	};

	return tests_run(tests, ARRAY_SIZE(tests));
}
