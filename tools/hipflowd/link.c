// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "addr.h"
#include "genl.h"
#include "link.h"
#include "log.h"

#define RETRY_MS	1000
#define BUF_SIZE	32768
#define TIMEOUT_S	5
#define HIT_PREFIX_LEN	28
#define SUITE_PREFIX_LEN 32	/* of the HITs of one suite */

/* Metrics: what 'ip -6 route add' takes if none is given, and the worst one */
#define METRIC_DEVICE	1024
#define METRIC_UNREACHABLE 0xffffffffU

static const struct in6_addr hit_prefix = { { { 0x20, 0x01, 0x00, 0x20 } } };

typedef void (*message_fn)(struct link *link, const struct nlmsghdr *nlh);

static struct nlmsghdr *request_begin(struct link *link, char *buf,
				      uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++link->seq;
	return nlh;
}

/*
 * Sends a request and waits for the answer: 0 or a negative errno, with the
 * kernel's sentence in @text.
 */
static int request_talk(struct link *link, struct nlmsghdr *nlh, message_fn fn,
			char *text, size_t size)
{
	struct mnl_socket *nl = link->requests;
	const uint32_t seq = nlh->nlmsg_seq;
	const char *said = NULL;
	int err = -ENOMEM;
	ssize_t n;
	char *buf;

	/* NLM_F_REPLACE and others have the same bits. */
	if ((nlh->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		nlh->nlmsg_flags |= NLM_F_ACK;
	buf = malloc(BUF_SIZE);
	if (!buf || mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0) {
		err = buf ? -errno : -ENOMEM;
		goto out;
	}
	for (;;) {
		int len;

		n = mnl_socket_recvfrom(nl, buf, BUF_SIZE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = -errno;
			goto out;
		}
		len = n;
		for (nlh = (struct nlmsghdr *)buf; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_seq != seq)
				continue;
			if (nlh->nlmsg_type == NLMSG_DONE) {
				err = 0;
				goto out;
			}
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				err = hip_genl_ack(nlh, &said);
				goto out;
			}
			if (fn)
				fn(link, nlh);
		}
	}
out:
	snprintf(text, size, "%s", said ? said : strerror(-err));
	free(buf);
	return err;
}

static int add_hit(struct link *link, const struct in6_addr *hit)
{
	char buf[256] __aligned(8);
	char addr[HIP_ADDR_STRLEN];
	struct ifaddrmsg *ifa;
	struct nlmsghdr *nlh;
	char text[256];
	int err;

	nlh = request_begin(link, buf, RTM_NEWADDR,
			    NLM_F_CREATE | NLM_F_REPLACE);
	ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	ifa->ifa_family = AF_INET6;
	ifa->ifa_prefixlen = 128;
	ifa->ifa_scope = RT_SCOPE_UNIVERSE;
	ifa->ifa_index = link->ifindex;
	/* A HIT is ours by its key: nothing to detect on a virtual device. */
	mnl_attr_put_u32(nlh, IFA_FLAGS, IFA_F_NODAD | IFA_F_NOPREFIXROUTE);
	mnl_attr_put(nlh, IFA_LOCAL, sizeof(*hit), hit);
	mnl_attr_put(nlh, IFA_ADDRESS, sizeof(*hit), hit);
	err = request_talk(link, nlh, NULL, text, sizeof(text));
	if (!err || err == -EEXIST)
		return 0;
	hip_addr_print(hit, addr);
	if (err == -EACCES)
		log_err("cannot add %s to %s, IPv6 is disabled there: run 'sysctl net.ipv6.conf.%s.disable_ipv6=0'",
			addr, link->name, link->name);
	else
		log_err("cannot add %s to %s: %s", addr, link->name, text);
	return err;
}

void link_remove_hit(struct link *link, const struct in6_addr *hit)
{
	char buf[256] __aligned(8);
	struct ifaddrmsg *ifa;
	struct nlmsghdr *nlh;
	char text[256];

	if (!link->ifindex)
		return;
	nlh = request_begin(link, buf, RTM_DELADDR, 0);
	ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	ifa->ifa_family = AF_INET6;
	ifa->ifa_prefixlen = 128;
	ifa->ifa_index = link->ifindex;
	mnl_attr_put(nlh, IFA_LOCAL, sizeof(*hit), hit);
	if (request_talk(link, nlh, NULL, text, sizeof(text)))
		log_debug("cannot remove an address from %s: %s", link->name,
			  text);
}

static struct rtmsg *route_begin(struct nlmsghdr *nlh, uint8_t type,
				 const struct in6_addr *prefix, uint8_t len,
				 uint32_t metric)
{
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));

	rtm->rtm_family = AF_INET6;
	rtm->rtm_dst_len = len;
	rtm->rtm_table = RT_TABLE_MAIN;
	rtm->rtm_protocol = RTPROT_STATIC;
	rtm->rtm_scope = RT_SCOPE_UNIVERSE;
	rtm->rtm_type = type;
	mnl_attr_put(nlh, RTA_DST, sizeof(*prefix), prefix);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, metric);
	return rtm;
}

static int add_route(struct link *link, const struct in6_addr *hit,
		     const struct in6_addr *prefix, uint8_t len)
{
	char buf[256] __aligned(8);
	struct nlmsghdr *nlh;
	char text[256];
	int err;

	nlh = request_begin(link, buf, RTM_NEWROUTE,
			    NLM_F_CREATE | NLM_F_REPLACE);
	route_begin(nlh, RTN_UNICAST, prefix, len, METRIC_DEVICE);
	mnl_attr_put_u32(nlh, RTA_OIF, link->ifindex);
	mnl_attr_put(nlh, RTA_PREFSRC, sizeof(*hit), hit);
	err = request_talk(link, nlh, NULL, text, sizeof(text));
	if (err)
		log_err("cannot route 2001:20::/28 to %s: %s", link->name,
			text);
	return err;
}

static void unreachable_route(struct link *link, bool present)
{
	char buf[256] __aligned(8);
	struct nlmsghdr *nlh;
	char text[256];
	int err;

	nlh = request_begin(link, buf, present ? RTM_NEWROUTE : RTM_DELROUTE,
			    present ? NLM_F_CREATE | NLM_F_REPLACE : 0);
	route_begin(nlh, RTN_UNREACHABLE, &hit_prefix, HIT_PREFIX_LEN,
		    METRIC_UNREACHABLE);
	err = request_talk(link, nlh, NULL, text, sizeof(text));
	if (err && present)
		log_err("cannot add 'unreachable 2001:20::/28', HITs may go in clear: %s",
			text);
}

/*
 * Peers take HITs of their own suite, whatever else they take (RFC 7401 section
 * 5.2.10): where we have one, it is the source of what is sent to them.
 */
static void add_suite_routes(struct link *link)
{
	const struct identity *ids = link->ids->list;
	struct in6_addr prefix = hit_prefix;
	size_t i, j;

	for (i = 1; i < link->ids->count; i++) {
		for (j = 0; j < i; j++)
			if (ids[j].hit.s6_addr[3] == ids[i].hit.s6_addr[3])
				break;
		if (j < i)
			continue;
		prefix.s6_addr[3] = ids[i].hit.s6_addr[3];
		add_route(link, &ids[i].hit, &prefix, SUITE_PREFIX_LEN);
	}
}

/*
 * When the device has come up: its addresses, and the routes. The kernel takes
 * them away when it goes down.
 */
static void equip(struct link *link)
{
	char hit[HIP_ADDR_STRLEN];
	size_t i;
	int err = 0;

	if (!link->bare)
		return;
	link->bare = false;
	for (i = 0; i < link->ids->count; i++)
		err = add_hit(link, &link->ids->list[i].hit) ? : err;
	if (err || !link->ids->count)
		return;
	add_suite_routes(link);
	if (!add_route(link, &link->ids->list[0].hit, &hit_prefix,
		       HIT_PREFIX_LEN))
		log_info("HITs are routed to %s from %s", link->name,
			 hip_addr_print(&link->ids->list[0].hit, hit));
}

static void set_up(struct link *link)
{
	char buf[256] __aligned(8);
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh;
	char text[256];

	nlh = request_begin(link, buf, RTM_NEWLINK, 0);
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	ifi->ifi_index = link->ifindex;
	ifi->ifi_flags = IFF_UP;
	ifi->ifi_change = IFF_UP;
	if (request_talk(link, nlh, NULL, text, sizeof(text)))
		log_err("cannot set %s up: %s", link->name, text);
}

static bool is_of_kind(const struct nlmsghdr *nlh, const char *kind,
		       char name[IFNAMSIZ])
{
	const struct nlattr *attr;
	const struct nlattr *info;
	bool found = false;

	name[0] = '\0';
	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			snprintf(name, IFNAMSIZ, "%s", mnl_attr_get_str(attr));
			break;
		case IFLA_LINKINFO:
			mnl_attr_for_each_nested(info, attr)
				if (mnl_attr_get_type(info) == IFLA_INFO_KIND &&
				    !strcmp(mnl_attr_get_str(info), kind))
					found = true;
			break;
		}
	}
	return found;
}

static void on_link(struct link *link, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	char name[IFNAMSIZ];
	bool was_up;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifi) ||
	    ifi->ifi_family == AF_BRIDGE)
		return;
	if (nlh->nlmsg_type == RTM_DELLINK) {
		if (ifi->ifi_index != link->ifindex)
			return;
		log_notice("%s has gone", link->name);
		link->ifindex = 0;
		link->up = false;
		return;
	}
	if (nlh->nlmsg_type != RTM_NEWLINK || !is_of_kind(nlh, link->kind, name))
		return;
	if (link->ifindex && ifi->ifi_index != link->ifindex)
		return;

	was_up = link->ifindex && link->up;
	link->ifindex = ifi->ifi_index;
	memcpy(link->name, name, sizeof(name));
	link->up = ifi->ifi_flags & IFF_UP;
	if (link->up && !was_up)
		link->bare = true;
}

/* Looks at all devices. */
static void look(struct link *link)
{
	char buf[256] __aligned(8);
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh;
	char text[256];
	int err;

	nlh = request_begin(link, buf, RTM_GETLINK, NLM_F_DUMP);
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	err = request_talk(link, nlh, on_link, text, sizeof(text));
	if (err)
		log_err("cannot list network devices: %s", text);
	equip(link);
}

static void on_retry(uv_timer_t *timer)
{
	link_kernel_ready(timer->data);
}

static int create(struct link *link, char *text, size_t size)
{
	char buf[256] __aligned(8);
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh;
	struct nlattr *info;

	nlh = request_begin(link, buf, RTM_NEWLINK,
			    NLM_F_CREATE | NLM_F_EXCL);
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	ifi->ifi_flags = IFF_UP;
	ifi->ifi_change = IFF_UP;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, link->config->device);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_str(nlh, IFLA_INFO_KIND, link->kind);
	mnl_attr_nest_end(nlh, info);
	return request_talk(link, nlh, NULL, text, size);
}

void link_kernel_gone(struct link *link)
{
	uv_timer_stop(&link->retry);
}

void link_kernel_ready(struct link *link)
{
	const char *name = link->config->device;
	char text[256];
	int err;

	if (!link->config->create_device)
		return;
	if (link->ifindex) {
		if (!link->up)
			set_up(link);
		return;
	}
	err = create(link, text, sizeof(text));
	if (!err) {
		log_notice("made the network device %s", name);
		link->told_failure = false;
		return;
	}
	if (!link->told_failure) {
		if (err == -EEXIST)
			log_err("cannot make the network device %s: one of that name is of another kind",
				name);
		else
			log_err("cannot make the network device %s: %s", name,
				text);
	}
	link->told_failure = true;
	uv_timer_start(&link->retry, on_retry, RETRY_MS, 0);
}

/* An address of another device is new, or has other flags or lifetimes. */
static bool is_address(const struct link *link, const struct nlmsghdr *nlh)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);

	return nlh->nlmsg_type == RTM_NEWADDR &&
	       mnl_nlmsg_get_payload_len(nlh) >= sizeof(*ifa) &&
	       (int)ifa->ifa_index != link->ifindex;
}

static void on_events(uv_poll_t *poll, int status, int events)
{
	struct link *link = poll->data;
	const struct nlmsghdr *nlh;
	bool address = false;
	bool lost = false;
	ssize_t n;
	char *buf;
	int len;

	(void)status;
	(void)events;
	buf = malloc(BUF_SIZE);
	if (!buf)
		return;
	for (;;) {
		n = mnl_socket_recvfrom(link->events, buf, BUF_SIZE);
		if (n < 0 && errno == ENOBUFS)
			lost = true;
		else if (n < 0 && errno != EINTR)
			break;
		len = n < 0 ? 0 : n;
		for (nlh = (const void *)buf; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			on_link(link, nlh);
			address |= is_address(link, nlh);
		}
	}
	free(buf);
	equip(link);
	if ((address || lost) && link->on_address)
		link->on_address(link->data);
	if (lost) {
		link->ifindex = 0;
		look(link);
	}
}

static struct mnl_socket *socket_open(unsigned int groups)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	struct timeval timeout = { .tv_sec = TIMEOUT_S };
	int one = 1;

	if (!nl)
		return NULL;
	if (mnl_socket_bind(nl, groups, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(nl);
		return NULL;
	}
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		   sizeof(timeout));
	return nl;
}

int link_start(struct link *link, uv_loop_t *loop, const struct config *config,
	       struct identities *ids, const char *kind,
	       void (*on_address)(void *data), void *data)
{
	int err;
	int fd;

	memset(link, 0, sizeof(*link));
	link->loop = loop;
	link->config = config;
	link->ids = ids;
	link->kind = kind;
	link->on_address = on_address;
	link->data = data;
	link->events = socket_open(RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
				   RTMGRP_IPV6_IFADDR);
	link->requests = socket_open(0);
	if (!link->events || !link->requests) {
		err = -errno;
		log_err("cannot open a netlink socket: %s", strerror(-err));
		goto fail;
	}
	fd = mnl_socket_get_fd(link->events);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	err = uv_poll_init(loop, &link->poll, fd);
	if (err) {
		log_err("%s", uv_strerror(err));
		goto fail;
	}
	link->poll.data = link;
	uv_poll_start(&link->poll, UV_READABLE, on_events);
	uv_timer_init(loop, &link->retry);
	link->retry.data = link;

	unreachable_route(link, true);
	look(link);
	return 0;
fail:
	if (link->events)
		mnl_socket_close(link->events);
	if (link->requests)
		mnl_socket_close(link->requests);
	return err;
}

static void poll_closed(uv_handle_t *handle)
{
	struct link *link = handle->data;

	mnl_socket_close(link->events);
}

void link_stop(struct link *link)
{
	/* With the device there, associations go on: so must what guards them. */
	if (!link->ifindex)
		unreachable_route(link, false);
	mnl_socket_close(link->requests);
	uv_close((uv_handle_t *)&link->retry, NULL);
	uv_close((uv_handle_t *)&link->poll, poll_closed);
}
