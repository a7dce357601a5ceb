/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests to the kernel module over generic netlink.
 *
 * Functions that return int give 0 or a negative errno, and then @error of the
 * socket holds a sentence for the user, without a full stop: the kernel's own
 * (extack) if it gave one.
 */
#ifndef HIP_TOOLS_GENL_H
#define HIP_TOOLS_GENL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler.h"

#define HIP_GENL_ERROR_LEN	256
#define HIP_GENL_GROUPS		8
/* Requests are built in here; HOST_IDs are the largest part of any. */
#define HIP_GENL_MSG_SIZE	8192
/* The kernel fills at most 32 KiB of a dump at a time. */
#define HIP_GENL_RECV_SIZE	65536

struct hip_genl_group {
	char name[GENL_NAMSIZ];
	uint32_t id;
};

/**
 * struct hip_genl - a generic netlink socket and the family it talks to
 * @nl: the socket; NULL when closed
 * @family: message type of the family
 * @seq: of the last request
 * @groups: multicast groups of the family
 * @error: what went wrong last
 * @buf: the last message made by hip_genl_msg()
 */
struct hip_genl {
	struct mnl_socket *nl;
	uint16_t family;
	uint32_t seq;
	unsigned int n_groups;
	struct hip_genl_group groups[HIP_GENL_GROUPS];
	char error[HIP_GENL_ERROR_LEN];
	char buf[HIP_GENL_MSG_SIZE] __aligned(8);
};

/*
 * Called for each message of an answer. The attributes begin behind the
 * generic netlink header: mnl_attr_parse(nlh, GENL_HDRLEN, cb, data). A
 * negative errno ends the request with that error.
 */
typedef int (*hip_genl_cb)(const struct nlmsghdr *nlh, void *data);

/*
 * Opens a socket and looks up family "hip". Without the module: -ENOENT and a
 * sentence that says to load it.
 */
int hip_genl_open(struct hip_genl *g);

/* The same for another family, of which @hint says what to do without it. */
int hip_genl_open_family(struct hip_genl *g, const char *family,
			 const char *hint);

/* Only opens the socket, with family = GENL_ID_CTRL. */
int hip_genl_open_ctrl(struct hip_genl *g);

/* Looks up a family and its groups on an open socket. */
int hip_genl_resolve(struct hip_genl *g, const char *family);

void hip_genl_close(struct hip_genl *g);

int hip_genl_fd(const struct hip_genl *g);

/*
 * Joins a multicast group of the family. Use a socket of its own for events:
 * requests skip, and so lose, events that come in between.
 */
int hip_genl_join(struct hip_genl *g, const char *group);

/*
 * Begins a request in @buf. There is no way to give NLM_F_CREATE, NLM_F_EXCL or
 * NLM_F_REPLACE: generic netlink refuses them, the command says what is meant.
 */
struct nlmsghdr *hip_genl_msg(struct hip_genl *g, uint8_t cmd);

/* Sends what hip_genl_msg() began, and does not wait. */
int hip_genl_send(struct hip_genl *g, struct nlmsghdr *nlh);

/*
 * Sends a request, hands the answers, if any, to @cb (may be NULL), and waits
 * for the acknowledgment. NLM_F_ACK is set.
 */
int hip_genl_talk(struct hip_genl *g, struct nlmsghdr *nlh, hip_genl_cb cb,
		  void *data);

/*
 * The same for a dump. Messages reach @cb when the dump is complete. If the
 * objects changed while it ran (NLM_F_DUMP_INTR) it is done over; when that
 * does not help the last one is used and *@torn (may be NULL) set.
 */
int hip_genl_dump(struct hip_genl *g, struct nlmsghdr *nlh, hip_genl_cb cb,
		  void *data, bool *torn);

/*
 * Receives once and hands each message of the family to @cb: for events.
 * -ENOBUFS: events were lost; go on receiving. -EAGAIN: nothing there (only on
 * a socket set to O_NONBLOCK).
 */
int hip_genl_recv(struct hip_genl *g, hip_genl_cb cb, void *data);

/**
 * hip_genl_ack - what an NLMSG_ERROR message says
 * @nlh: the message
 * @text: the kernel's sentence (NLMSGERR_ATTR_MSG), or NULL; points into @nlh
 *
 * Return: 0 for an acknowledgment, or a negative errno.
 */
int hip_genl_ack(const struct nlmsghdr *nlh, const char **text);

/* The command of a message of the family. */
static inline uint8_t hip_genl_cmd(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return genl->cmd;
}

/*
 * Sorts the attributes of a message, or of a nest, into @table by type; those
 * above @max are skipped. The table is cleared first. 0 or -EINVAL.
 */
int hip_genl_attrs(const struct nlmsghdr *nlh, const struct nlattr **table,
		   uint16_t max);
int hip_genl_nest(const struct nlattr *nest, const struct nlattr **table,
		  uint16_t max);

#endif /* HIP_TOOLS_GENL_H */
