/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How hipflow and the NSS module ask hipflowd about names: by a local socket of
 * type SOCK_SEQPACKET, one request and one answer of fixed size for each
 * connection, in the byte order of the machine.
 *
 * The socket is named after the network namespace, as each may have a hipflowd
 * of its own and they may share a file system.
 */
#ifndef HIP_TOOLS_NAME_PROTO_H
#define HIP_TOOLS_NAME_PROTO_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HIP_NAME_DIR	"/run/hipflow"
#define HIP_NAME_MAGIC	0x48495001	/* the last octet is the version */

#define HIP_NAME_MAX	255		/* octets of a name, RFC 1035 */
#define HIP_NAME_HI_MAX	520		/* RSA-4096 with the largest exponent */
#define HIP_NAME_ADDRS	16		/* of the host; as many of its servers */
#define HIP_NAME_RVS	4
#define HIP_NAME_TEXT	256

/**
 * enum hip_name_op - what is asked
 * @HIP_NAME_SHOW: what is known of a name
 * @HIP_NAME_REACH: the same, and let the kernel know
 * @HIP_NAME_REACH_LISTED: the same, only for names of the hosts file
 * @HIP_NAME_REVERSE: the name of a HIT, as far as one was asked for
 * @HIP_NAME_FOLLOW: for root: keep the kernel's addresses of it up to date
 * @HIP_NAME_FORGET: for root: not any more, of a HIT
 */
enum hip_name_op {
	HIP_NAME_SHOW = 1,
	HIP_NAME_REACH,
	HIP_NAME_REACH_LISTED,
	HIP_NAME_REVERSE,
	HIP_NAME_FOLLOW,
	HIP_NAME_FORGET,
};

/**
 * enum hip_name_status - how it went
 * @HIP_NAME_OK: well
 * @HIP_NAME_ABSENT: there is no such name
 * @HIP_NAME_NO_HIP: the name has no HIP record
 * @HIP_NAME_REFUSED: bogus, unsigned although that is required, or the HIT is
 *	not the hash of the key
 * @HIP_NAME_AGAIN: not now: no resolver, no kernel module, too many requests
 * @HIP_NAME_INVALID: the request makes no sense, or is not for this user
 */
enum hip_name_status {
	HIP_NAME_OK,
	HIP_NAME_ABSENT,
	HIP_NAME_NO_HIP,
	HIP_NAME_REFUSED,
	HIP_NAME_AGAIN,
	HIP_NAME_INVALID,
};

/**
 * struct hip_name_request - what is sent
 * @magic: HIP_NAME_MAGIC
 * @op: enum hip_name_op
 * @hit: to be reversed or forgotten
 * @name: without a dot at its end
 */
struct hip_name_request {
	uint32_t magic;
	uint32_t op;
	struct in6_addr hit;
	char name[HIP_NAME_MAX + 1];
};

/**
 * struct hip_name_answer - what comes back
 * @magic: HIP_NAME_MAGIC
 * @status: enum hip_name_status
 * @ttl: seconds that it holds
 * @secure: all of it was validated by DNSSEC
 * @listed: it is of the hosts file
 * @n_addrs: of @addrs
 * @n_rvs: of @rvs
 * @n_rvs_addrs: of @rvs_addrs
 * @algorithm: HI algorithm as in HOST_ID; 0 without @hi
 * @hi_len: octets of @hi
 * @hit: of the host
 * @addrs: its addresses
 * @rvs_addrs: those of its rendezvous servers
 * @name: the host's
 * @rvs: names of its rendezvous servers
 * @hi: its host identity
 * @text: why it failed, or what is to be known besides, as a sentence without
 *	full stop
 */
struct hip_name_answer {
	uint32_t magic;
	uint32_t status;
	uint32_t ttl;
	uint8_t secure;
	uint8_t listed;
	uint8_t n_addrs;
	uint8_t n_rvs;
	uint8_t n_rvs_addrs;
	uint8_t reserved;
	uint16_t algorithm;
	uint16_t hi_len;
	uint16_t reserved2;
	struct in6_addr hit;
	struct in6_addr addrs[HIP_NAME_ADDRS];
	struct in6_addr rvs_addrs[HIP_NAME_ADDRS];
	char name[HIP_NAME_MAX + 1];
	char rvs[HIP_NAME_RVS][HIP_NAME_MAX + 1];
	uint8_t hi[HIP_NAME_HI_MAX];
	char text[HIP_NAME_TEXT];
};

/* Room for HIP_NAME_DIR, "/name-", a number of 64 bits and ".sock". */
#define HIP_NAME_PATH	64

/* Where the socket of this network namespace is; 0 or a negative errno. */
int hip_name_path(char path[HIP_NAME_PATH]);

/*
 * A name of RFC 1035 in its usual form, which may end in a dot; lower case and
 * without that dot it is written to @to. False if it is none.
 */
bool hip_name_copy(char to[HIP_NAME_MAX + 1], const char *name);

/* Strings end, and counts are within bounds. */
bool hip_name_answer_valid(const struct hip_name_answer *answer);

/*
 * Asks, and waits at most @timeout_ms for the answer. 0 or a negative errno:
 * -ENOENT and -ECONNREFUSED without hipflowd, -ETIMEDOUT, -ECONNRESET, -EBADMSG.
 * Allocates nothing and may be called by any thread.
 */
int hip_name_ask(struct hip_name_request *request,
		 struct hip_name_answer *answer, int timeout_ms);

#endif /* HIP_TOOLS_NAME_PROTO_H */
