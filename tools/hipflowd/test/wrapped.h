/* SPDX-License-Identifier: GPL-2.0-only */
/* What hipflowd_kernel is linked with --wrap for. */
#ifndef HIPFLOWD_TEST_WRAPPED_H
#define HIPFLOWD_TEST_WRAPPED_H

#include "genl.h"

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
				 size_t len);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf,
				   size_t size);
int __wrap_hip_genl_open(struct hip_genl *g);
int __wrap_hip_genl_open_ctrl(struct hip_genl *g);
int __wrap_hip_genl_resolve(struct hip_genl *g, const char *family);
int __wrap_hip_genl_join(struct hip_genl *g, const char *group);

#endif /* HIPFLOWD_TEST_WRAPPED_H */
