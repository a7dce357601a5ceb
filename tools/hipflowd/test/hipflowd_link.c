// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device, addresses and routes, in a network namespace of its own. A device of
 * another kind stands in for that of the module, which may not be there.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "compiler.h"
#include "ktap.h"
#include "link.h"

#define KIND "ifb"
#define SKIP 4

static uv_loop_t loop;
static struct config config;
static struct identities ids;
static struct link daemon_link;
static int addresses;

__printf(1, 2)
static int shell(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	fflush(stdout);
	return system(command);
}

/* True if a line of what @command prints has @part in it. */
static bool shows(const char *command, const char *part)
{
	FILE *out = popen(command, "r");
	char line[512];
	bool found = false;

	while (out && fgets(line, sizeof(line), out))
		if (strstr(line, part))
			found = true;
	if (out)
		pclose(out);
	return found;
}

static bool has_address(const char *dev, const char *hit)
{
	char command[128];
	char part[64];

	snprintf(command, sizeof(command), "ip -6 -o addr show dev %s", dev);
	snprintf(part, sizeof(part), " %s/128 ", hit);
	return shows(command, part);
}

static bool has_route(const char *dev)
{
	char part[64];

	snprintf(part, sizeof(part), "2001:20::/28 dev %s ", dev);
	return shows("ip -6 route show", part) &&
	       shows("ip -6 route get 2001:22::99", "src 2001:22::1");
}

static bool is_guarded(void)
{
	return shows("ip -6 route show", "unreachable 2001:20::/28 ");
}

/* Events of rtnetlink come at once. */
static void settle(void)
{
	int i;

	for (i = 0; i < 20; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
}

static void on_address(void *data)
{
	(void)data;
	addresses++;
}

static void start(void)
{
	CHECK(!link_start(&daemon_link, &loop, &config, &ids, KIND,
			  on_address, NULL));
	settle();
}

static void stop(void)
{
	link_stop(&daemon_link);
	uv_run(&loop, UV_RUN_DEFAULT);
}

static void guards_without_device(void)
{
	start();
	CHECK(is_guarded());
	CHECK(!shows("ip -6 route get 2001:22::99 2>&1", " dev ") ||
	      shows("ip -6 route get 2001:22::99 2>&1", "unreachable"));
	link_kernel_ready(&daemon_link);
	CHECK(!daemon_link.ifindex);
	stop();
	CHECK(!is_guarded());
	/* A second time, as after a crash */
	CHECK(!shell("ip -6 route add unreachable 2001:20::/28 metric 4294967295"));
	start();
	CHECK(is_guarded());
	stop();
}

static void device_is_there(void)
{
	shell("ip link add h0 type " KIND "; ip link set h0 up");
	start();
	CHECK(has_address("h0", "2001:22::1"));
	CHECK(has_address("h0", "2001:22::2"));
	CHECK(!shows("ip -6 addr show dev h0", "tentative 2001:22"));
	CHECK(has_route("h0"));
	CHECK(is_guarded());
	/* Associations go on: everything stays. */
	stop();
	CHECK(has_address("h0", "2001:22::1") && has_route("h0"));
	CHECK(is_guarded());
	/* And is no obstacle to the next one. */
	start();
	CHECK(has_address("h0", "2001:22::1") && has_route("h0"));
	shell("ip link del h0");
	settle();
	CHECK(!daemon_link.ifindex);
	stop();
	CHECK(!is_guarded());
}

static void device_comes_and_goes(void)
{
	start();
	shell("ip link add h0 type " KIND);
	settle();
	CHECK(daemon_link.ifindex && !has_address("h0", "2001:22::1"));
	shell("ip link set h0 up");
	settle();
	CHECK(has_address("h0", "2001:22::1") && has_route("h0"));
	/* Down takes them; meanwhile nothing leaves by a default route. */
	shell("ip link set h0 down");
	settle();
	CHECK(!has_route("h0") && is_guarded());
	shell("ip link set h0 up");
	settle();
	CHECK(has_address("h0", "2001:22::1") && has_route("h0"));
	/* What the administrator removes by hand stays away. */
	shell("ip addr del 2001:22::2/128 dev h0; ip link set h0 mtu 1400");
	settle();
	CHECK(!has_address("h0", "2001:22::2"));
	shell("ip link set h0 down; ip link set h0 name h1; ip link set h1 up");
	settle();
	CHECK(has_address("h1", "2001:22::2") && has_route("h1"));
	/* Others are none of our business. */
	shell("ip link add h2 type " KIND "; ip link set h2 up");
	shell("ip link add h3 type veth; ip link set h3 up");
	settle();
	CHECK(!has_address("h2", "2001:22::1"));
	CHECK(!has_address("h3", "2001:22::1"));
	/* But for their addresses: a preferred lifetime may be over. */
	shell("ip addr add 192.0.2.1/24 dev h3");
	settle();
	addresses = 0;
	shell("ip addr change 192.0.2.1/24 dev h3 preferred_lft 0 valid_lft 100");
	settle();
	CHECK(addresses);
	addresses = 0;
	shell("ip addr change 2001:22::1/128 dev h1 preferred_lft 0 valid_lft 100");
	settle();
	CHECK(!addresses);
	shell("ip link del h1; ip link del h2; ip link del h3");
	settle();
	CHECK(!daemon_link.ifindex);
	stop();
}

static void makes_device(void)
{
	config.create_device = true;
	start();
	CHECK(!daemon_link.ifindex);
	link_kernel_ready(&daemon_link);
	settle();
	CHECK(daemon_link.ifindex);
	CHECK(has_address("hip0", "2001:22::1") && has_route("hip0"));
	/* Down, and asked again: up */
	shell("ip link set hip0 down");
	settle();
	link_kernel_ready(&daemon_link);
	settle();
	CHECK(has_address("hip0", "2001:22::1") && has_route("hip0"));
	link_remove_hit(&daemon_link, &ids.list[1].hit);
	CHECK(has_address("hip0", "2001:22::1"));
	CHECK(!has_address("hip0", "2001:22::2"));
	shell("ip link del hip0");
	settle();

	/* Its name is taken by a device of another kind. */
	shell("ip link add hip0 type veth");
	link_kernel_ready(&daemon_link);
	settle();
	CHECK(!daemon_link.ifindex && daemon_link.told_failure);
	shell("ip link del hip0");
	/* It tries again. */
	usleep(1100000);
	settle();
	CHECK(daemon_link.ifindex && has_route("hip0"));
	shell("ip link del hip0");
	settle();
	stop();
	config.create_device = false;
}

static void ipv6_is_disabled(void)
{
	start();
	shell("ip link add h0 type " KIND);
	shell("echo 1 >/proc/sys/net/ipv6/conf/h0/disable_ipv6");
	shell("ip link set h0 up");
	settle();
	CHECK(daemon_link.ifindex && !has_address("h0", "2001:22::1"));
	CHECK(is_guarded());
	shell("ip link del h0");
	settle();
	stop();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(guards_without_device),
		TEST(device_is_there),
		TEST(device_comes_and_goes),
		TEST(makes_device),
		TEST(ipv6_is_disabled),
	};
	int status;

	if (unshare(CLONE_NEWNET) ||
	    shell("ip link set lo up && ip link add x type " KIND
		  " && ip link del x")) {
		puts("KTAP version 1");
		puts("1..0 # SKIP needs root and ip(8) with kind " KIND);
		return SKIP;
	}
	hip_hit_parse("2001:22::1", &ids.list[0].hit);
	hip_hit_parse("2001:22::2", &ids.list[1].hit);
	ids.count = 2;
	strcpy(config.device, "hip0");
	/* Loading ifb makes these. */
	shell("ip link del ifb0 2>/dev/null; ip link del ifb1 2>/dev/null");
	uv_loop_init(&loop);
	status = tests_run(tests, ARRAY_SIZE(tests));
	uv_loop_close(&loop);
	return status;
}
