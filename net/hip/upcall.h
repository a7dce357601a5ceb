/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests to hipflowd. Each call sleeps until the daemon has answered, the
 * time is up, the daemon's socket closes or the namespace goes away.
 *
 * Errors, beyond what the daemon says: -ENOTCONN no daemon is registered,
 * -ETIMEDOUT, -EBUSY too many requests under way, -ESHUTDOWN.
 */
#ifndef _NET_HIP_UPCALL_H
#define _NET_HIP_UPCALL_H

#include "host_id.h"
#include "netns.h"

/* MODP 3072, the longest public value and secret. */
#define HIP_DH_MAX_LEN		384

struct genl_info;

void hip_upcall_net_init(struct hip_net *hn);
/* Fail what is pending with -ESHUTDOWN and take nothing new. */
void hip_upcall_net_close(struct hip_net *hn);
bool hip_upcall_ready(struct hip_net *hn);

/* Return: octets of the signature at @sig (HIP_SIGNATURE_MAX_LEN), or error. */
int hip_upcall_sign(struct hip_net *hn, const struct in6_addr *hit,
		    const void *data, unsigned int len, u8 *sig);
/* Return: 0, -EBADMSG wrong signature, -EACCES refused by policy, or error. */
int hip_upcall_verify(struct hip_net *hn, const struct in6_addr *hit,
		      const u8 *host_id, unsigned int host_id_len,
		      const void *data, unsigned int len, const u8 *sig,
		      unsigned int siglen);
/* Return: octets of the public value at @pub (HIP_DH_MAX_LEN), or error. */
int hip_upcall_dh_generate(struct hip_net *hn, u8 group, u32 *key, u8 *pub);
/* Return: octets of the secret at @secret (HIP_DH_MAX_LEN), -EACCES refused by
 * policy, or error.
 */
int hip_upcall_dh_derive(struct hip_net *hn, u8 group, u32 key, const u8 *pub,
			 unsigned int publen, const struct in6_addr *peer,
			 u8 *secret);
/* Does not wait. */
void hip_upcall_dh_release(struct hip_net *hn, u32 key);

/* For netlink.c: the daemon's side. */
int hip_upcall_register(struct hip_net *hn, u32 portid,
			struct netlink_ext_ack *extack);
int hip_upcall_reply(struct hip_net *hn, struct genl_info *info);
/* Is @portid that of the registered daemon? */
bool hip_upcall_is_daemon(struct hip_net *hn, u32 portid);
/* A netlink socket of the namespace closed. */
void hip_upcall_port_closed(struct hip_net *hn, u32 portid);

#endif /* _NET_HIP_UPCALL_H */
