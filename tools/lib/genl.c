// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/hip.h>

#include "compiler.h"
#include "genl.h"

#define DUMP_TRIES 8

/* Messages of a dump, kept until it is known to be whole. */
struct dump {
	char *data;
	size_t used;
	size_t size;
	bool torn;
};

__printf(3, 4)
static int fail(struct hip_genl *g, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(g->error, sizeof(g->error), format, args);
	va_end(args);
	return err;
}

static int attr_to_table(const struct nlattr *attr,
			 const struct nlattr **table, uint16_t max)
{
	uint16_t type = mnl_attr_get_type(attr);

	if (type <= max)
		table[type] = attr;
	return MNL_CB_OK;
}

int hip_genl_attrs(const struct nlmsghdr *nlh, const struct nlattr **table,
		   uint16_t max)
{
	const struct nlattr *attr;

	memset(table, 0, (max + 1) * sizeof(*table));
	if (mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN)
		return -EINVAL;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		attr_to_table(attr, table, max);
	return 0;
}

int hip_genl_nest(const struct nlattr *nest, const struct nlattr **table,
		  uint16_t max)
{
	const struct nlattr *attr;

	memset(table, 0, (max + 1) * sizeof(*table));
	mnl_attr_for_each_nested(attr, nest)
		attr_to_table(attr, table, max);
	return 0;
}

int hip_genl_ack(const struct nlmsghdr *nlh, const char **text)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	size_t skip = sizeof(*err);
	const struct nlattr *attr;

	*text = NULL;
	if (len < sizeof(*err))
		return -EBADMSG;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return err->error;

	/* An uncapped message repeats the request before the attributes. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		if (err->msg.nlmsg_len < sizeof(err->msg))
			return err->error;
		skip += NLMSG_ALIGN(err->msg.nlmsg_len) - sizeof(err->msg);
	}
	if (skip > len)
		return err->error;

	mnl_attr_for_each(attr, nlh, skip)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			*text = mnl_attr_get_str(attr);
	return err->error;
}

static int ack_to_error(struct hip_genl *g, const struct nlmsghdr *nlh)
{
	const char *text;
	int err = hip_genl_ack(nlh, &text);

	if (!err)
		return 0;
	if (text)
		return fail(g, err, "%s", text);
	if (err == -EPERM)
		return fail(g, err,
			    "not permitted: this needs CAP_NET_ADMIN, try as root");
	return fail(g, err, "%s", strerror(-err));
}

int hip_genl_open_ctrl(struct hip_genl *g)
{
	int one = 1;

	memset(g, 0, sizeof(*g));
	g->nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!g->nl)
		return fail(g, -errno, "cannot open a netlink socket: %s",
			    strerror(errno));
	if (mnl_socket_bind(g->nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		int err = -errno;

		fail(g, err, "cannot bind a netlink socket: %s",
		     strerror(-err));
		mnl_socket_close(g->nl);
		g->nl = NULL;
		return err;
	}
	/* All of these only make messages better: kernels may lack them. */
	mnl_socket_setsockopt(g->nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(g->nl, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(g->nl, NETLINK_GET_STRICT_CHK, &one,
			      sizeof(one));
	g->family = GENL_ID_CTRL;
	return 0;
}

void hip_genl_close(struct hip_genl *g)
{
	if (g->nl)
		mnl_socket_close(g->nl);
	g->nl = NULL;
}

int hip_genl_fd(const struct hip_genl *g)
{
	return mnl_socket_get_fd(g->nl);
}

static void groups_from_attr(struct hip_genl *g, const struct nlattr *groups)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1];
	const struct nlattr *group;

	mnl_attr_for_each_nested(group, groups) {
		struct hip_genl_group *to = &g->groups[g->n_groups];

		if (g->n_groups == HIP_GENL_GROUPS)
			return;
		hip_genl_nest(group, tb, CTRL_ATTR_MCAST_GRP_MAX);
		if (!tb[CTRL_ATTR_MCAST_GRP_NAME] ||
		    !tb[CTRL_ATTR_MCAST_GRP_ID])
			continue;
		snprintf(to->name, sizeof(to->name), "%s",
			 mnl_attr_get_str(tb[CTRL_ATTR_MCAST_GRP_NAME]));
		to->id = mnl_attr_get_u32(tb[CTRL_ATTR_MCAST_GRP_ID]);
		g->n_groups++;
	}
}

struct resolved {
	struct hip_genl *g;
	uint16_t family;
};

static int family_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct resolved *r = data;

	hip_genl_attrs(nlh, tb, CTRL_ATTR_MAX);
	if (!tb[CTRL_ATTR_FAMILY_ID])
		return -EBADMSG;
	r->family = mnl_attr_get_u16(tb[CTRL_ATTR_FAMILY_ID]);
	r->g->n_groups = 0;
	if (tb[CTRL_ATTR_MCAST_GROUPS])
		groups_from_attr(r->g, tb[CTRL_ATTR_MCAST_GROUPS]);
	return 0;
}

int hip_genl_resolve(struct hip_genl *g, const char *family)
{
	struct resolved r = { .g = g };
	struct nlmsghdr *nlh;
	int err;

	g->family = GENL_ID_CTRL;
	nlh = hip_genl_msg(g, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, family);
	err = hip_genl_talk(g, nlh, family_cb, &r);
	if (!err)
		g->family = r.family;
	return err;
}

int hip_genl_open_family(struct hip_genl *g, const char *family,
			 const char *hint)
{
	int err = hip_genl_open_ctrl(g);

	if (err)
		return err;
	err = hip_genl_resolve(g, family);
	if (!err)
		return 0;
	if (err == -ENOENT)
		fail(g, err, "%s", hint);
	hip_genl_close(g);
	return err;
}

int hip_genl_open(struct hip_genl *g)
{
	return hip_genl_open_family(g, HIP_GENL_NAME,
			"the kernel module is not loaded: run 'modprobe hip'");
}

int hip_genl_join(struct hip_genl *g, const char *group)
{
	unsigned int i;

	for (i = 0; i < g->n_groups; i++) {
		if (strcmp(g->groups[i].name, group))
			continue;
		if (mnl_socket_setsockopt(g->nl, NETLINK_ADD_MEMBERSHIP,
					  &g->groups[i].id,
					  sizeof(g->groups[i].id)) < 0)
			return fail(g, -errno, "cannot join group '%s': %s",
				    group, strerror(errno));
		return 0;
	}
	return fail(g, -ENOENT, "the kernel module has no group '%s'", group);
}

struct nlmsghdr *hip_genl_msg(struct hip_genl *g, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(g->buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = g->family;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = ++g->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = HIP_GENL_VERSION;
	return nlh;
}

int hip_genl_send(struct hip_genl *g, struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(g->nl, nlh, nlh->nlmsg_len) < 0)
		return fail(g, -errno, "cannot send to the kernel: %s",
			    strerror(errno));
	return 0;
}

/* Returns the octets received, into a buffer of HIP_GENL_RECV_SIZE. */
static int recv_once(struct hip_genl *g, char *buf)
{
	ssize_t n;

	do {
		n = mnl_socket_recvfrom(g->nl, buf, HIP_GENL_RECV_SIZE);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	if (errno == ENOBUFS)
		return fail(g, -ENOBUFS,
			    "messages of the kernel were lost: too many at once");
	return fail(g, -errno, "cannot receive from the kernel: %s",
		    strerror(errno));
}

static int deliver(struct hip_genl *g, const struct nlmsghdr *nlh,
		   hip_genl_cb cb, void *data)
{
	int err = cb(nlh, data);

	if (err >= 0)
		return 0;
	if (!g->error[0])
		fail(g, err, "cannot make sense of the kernel's answer");
	return err;
}

/*
 * Reads until the end of the answer to the request @seq: its acknowledgment
 * or, of a dump, NLMSG_DONE. Everything else on the socket is skipped.
 */
static int answer(struct hip_genl *g, uint32_t seq, hip_genl_cb cb, void *data,
		  bool *torn)
{
	char *buf = malloc(HIP_GENL_RECV_SIZE);
	const struct nlmsghdr *nlh;
	int err = 0;
	int len;

	if (!buf)
		return fail(g, -ENOMEM, "out of memory");
again:
	len = recv_once(g, buf);
	if (len < 0) {
		err = len;
		goto out;
	}
	for (nlh = (const void *)buf; mnl_nlmsg_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_seq != seq)
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			*torn = true;
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			int status = ack_to_error(g, nlh);

			err = err ? err : status;
			goto out;
		}
		if (nlh->nlmsg_type == NLMSG_DONE) {
			if (!err && mnl_nlmsg_get_payload_len(nlh) >= sizeof(int))
				err = *(int *)mnl_nlmsg_get_payload(nlh);
			if (err < 0 && !g->error[0])
				fail(g, err, "%s", strerror(-err));
			goto out;
		}
		if (nlh->nlmsg_type < NLMSG_MIN_TYPE || !cb || err)
			continue;
		/* After a refusal of @cb the rest is only drained. */
		err = deliver(g, nlh, cb, data);
	}
	goto again;
out:
	free(buf);
	return err < 0 ? err : 0;
}

int hip_genl_talk(struct hip_genl *g, struct nlmsghdr *nlh, hip_genl_cb cb,
		  void *data)
{
	bool torn;
	int err;

	g->error[0] = '\0';
	nlh->nlmsg_flags |= NLM_F_ACK;
	err = hip_genl_send(g, nlh);
	return err ? err : answer(g, nlh->nlmsg_seq, cb, data, &torn);
}

static int keep_cb(const struct nlmsghdr *nlh, void *data)
{
	size_t len = NLMSG_ALIGN(nlh->nlmsg_len);
	struct dump *d = data;

	if (!d->data || d->size - d->used < len) {
		size_t size = (d->size + len) * 2;
		char *more = realloc(d->data, size);

		if (!more)
			return -ENOMEM;
		d->data = more;
		d->size = size;
	}
	memcpy(d->data + d->used, nlh, nlh->nlmsg_len);
	d->used += len;
	return 0;
}

int hip_genl_dump(struct hip_genl *g, struct nlmsghdr *nlh, hip_genl_cb cb,
		  void *data, bool *torn)
{
	const struct nlmsghdr *msg;
	struct dump d = { 0 };
	int tries = 0;
	int left;
	int err;

	g->error[0] = '\0';
	nlh->nlmsg_flags |= NLM_F_DUMP;
	do {
		d.used = 0;
		d.torn = false;
		nlh->nlmsg_seq = tries ? ++g->seq : nlh->nlmsg_seq;
		err = hip_genl_send(g, nlh);
		if (!err)
			err = answer(g, nlh->nlmsg_seq, keep_cb, &d, &d.torn);
	} while (!err && d.torn && ++tries < DUMP_TRIES);

	left = d.used;
	for (msg = (const void *)d.data; !err && d.used && cb &&
	     mnl_nlmsg_ok(msg, left); msg = mnl_nlmsg_next(msg, &left))
		err = deliver(g, msg, cb, data);
	free(d.data);
	if (torn)
		*torn = d.torn;
	return err;
}

int hip_genl_recv(struct hip_genl *g, hip_genl_cb cb, void *data)
{
	char *buf = malloc(HIP_GENL_RECV_SIZE);
	const struct nlmsghdr *nlh;
	int err = 0;
	int len;

	if (!buf)
		return fail(g, -ENOMEM, "out of memory");
	g->error[0] = '\0';
	len = recv_once(g, buf);
	if (len < 0)
		err = len;
	for (nlh = (const void *)buf; err >= 0 && mnl_nlmsg_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len))
		if (nlh->nlmsg_type == g->family)
			err = cb(nlh, data);
	free(buf);
	return err < 0 ? err : 0;
}
