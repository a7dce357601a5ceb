/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HIPFLOW_TEST_FAKE_KERNEL_H
#define HIPFLOW_TEST_FAKE_KERNEL_H

#include "genl.h"

#define FAKE_ETH0	2
#define FAKE_ETH1	3

/* A binding that is there already. */
#define FAKE_FID_TAKEN	666

/* What the last octet of a peer's HIT makes of "assoc add". */
enum fake_scenario {
	FAKE_NONE,
	FAKE_ESTABLISHED,	/* all goes well */
	FAKE_FAILED,		/* no answer */
	FAKE_LOST,		/* events are lost, but it goes well */
	FAKE_SILENT,		/* stays in I1-SENT */
	FAKE_CLOSED,		/* closed while it is waited for */
	FAKE_REFUSED,		/* by the kernel, at once */
};

/* Answers of the kernel to the GET command @cmd. */
void fake_objects(uint8_t cmd, unsigned int scenario, hip_genl_cb cb,
		  void *data);

/* One event after the other; -ENOBUFS or -EPIPE as hip_genl_recv(). */
int fake_event(unsigned int scenario, unsigned int step, hip_genl_cb cb,
	       void *data);

/* Linked in the place of the functions without __wrap_. */
int __wrap_hip_genl_open(struct hip_genl *g);
void __wrap_hip_genl_close(struct hip_genl *g);
int __wrap_hip_genl_fd(const struct hip_genl *g);
int __wrap_hip_genl_join(struct hip_genl *g, const char *group);
int __wrap_hip_genl_talk(struct hip_genl *g, struct nlmsghdr *nlh,
			 hip_genl_cb cb, void *data);
int __wrap_hip_genl_dump(struct hip_genl *g, struct nlmsghdr *nlh,
			 hip_genl_cb cb, void *data, bool *torn);
int __wrap_hip_genl_recv(struct hip_genl *g, hip_genl_cb cb, void *data);
unsigned int __wrap_if_nametoindex(const char *name);
char *__wrap_if_indextoname(unsigned int ifindex, char *name);

#endif /* HIPFLOW_TEST_FAKE_KERNEL_H */
