/* SPDX-License-Identifier: GPL-2.0-only */
/* ENCRYPTED: a parameter that only the peer is to read (RFC 7401 5.2.18). */
#ifndef _NET_HIP_ENCRYPTED_H
#define _NET_HIP_ENCRYPTED_H

#include "keymat.h"
#include "packet.h"

/**
 * hip_encrypted_build - append an ENCRYPTED parameter with another one in it
 * @b: the packet so far
 * @km: the exchange's
 * @local: our HIT
 * @peer: the peer's
 * @cipher: HIP_CIPHER that was agreed on
 * @type: of the inner parameter
 * @data: its contents
 * @len: octets
 *
 * Context: process; allocates.
 * Return: 0 or an error. That the packet is full is for hip_build_end() to say.
 */
int hip_encrypted_build(struct hip_builder *b, const struct hip_keymat *km,
			const struct in6_addr *local,
			const struct in6_addr *peer, u16 cipher, u16 type,
			const void *data, unsigned int len);

/**
 * hip_encrypted_open - decrypt an ENCRYPTED parameter of the peer's
 * @param: it; its MAC was checked, or the padding would tell who asks of the key
 * @km: the exchange's
 * @local: our HIT
 * @peer: the peer's
 * @cipher: HIP_CIPHER that was agreed on
 * @inner: the first parameter in it, which points into what is returned
 *
 * Context: process; allocates.
 * Return: for the caller to kfree(), or ERR_PTR: -EINVAL if it is malformed.
 */
void *hip_encrypted_open(const struct hip_param *param,
			 const struct hip_keymat *km,
			 const struct in6_addr *local,
			 const struct in6_addr *peer, u16 cipher,
			 struct hip_param *inner);

#endif /* _NET_HIP_ENCRYPTED_H */
