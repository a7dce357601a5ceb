/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host identities of ours, and the R1s signed ahead of time that answer I1s
 * without state (RFC 7401 sections 4.1.4, 6.7.1 and appendix A).
 */
#ifndef _NET_HIP_IDENTITY_H
#define _NET_HIP_IDENTITY_H

#include "host_id.h"
#include "netns.h"

/* Solved puzzles that are remembered against replay, per generation. */
#define HIP_R1_MAX_SOLVED	4096

/* Tells where an R1 went, when it comes back in an I2. */
#define HIP_COOKIE_LEN		16

/**
 * struct hip_r1 - an R1 ready but for the receiver's HIT, #I and Opaque
 * @dh: our key pair, referenced
 * @puzzle: offset of the PUZZLE parameter's contents
 * @cookie: offset of the ECHO_REQUEST_UNSIGNED's contents
 * @len: octets
 * @packet: with checksum zero
 */
struct hip_r1 {
	struct hip_dh_key	*dh;
	u16			puzzle;
	u16			cookie;
	u16			len;
	u8			packet[] __aligned(8);
};

/* A key pair of the daemon's, shared by the generations of R1s. */
struct hip_dh_key {
	refcount_t	ref;
	u32		key;
	u32		daemon;		/* hip_upcalls.daemon that has it */
	unsigned long	born;		/* jiffies */
	u8		group;
	u16		publen;
	u8		pub[];
};

/* What became of the solutions to a pool's puzzles. */
struct hip_solved {
	u64		hash;		/* siphash of #J */
	unsigned int	failed;		/* I2s with it that were bad */
	bool		used;
};

/* An I2 that turns out bad has cost a Diffie-Hellman; so many for a solution. */
#define HIP_SOLVED_MAX_FAILED	4

enum hip_solved_what {
	HIP_SOLVED_CHECK,
	HIP_SOLVED_FAILED,
	HIP_SOLVED_USED,
};

/**
 * struct hip_r1_pool - a generation of R1s
 * @counter: R1 generation counter that they carry
 * @opaque: low 16 bits of it, in the puzzle
 * @k: difficulty
 * @born: jiffies
 * @secret: makes #I
 * @esp_suites: offered
 * @n_esp_suites: how many
 * @hip_ciphers: offered
 * @n_hip_ciphers: how many
 * @solved_lock: excludes changes of @solved
 * @n_solved: entries of @solved
 * @solved: each #J that was accepted, or that came with a bad I2
 * @rwork: frees it
 * @hn: namespace
 * @bindings_gen: bindings up to here are told in its E-LOCATOR
 * @locals_gen: of the locators in it
 * @n: entries of @r1
 * @r1: one for each DH group, in our order of preference
 *
 * Read under RCU; freed by hip_identity_* after a grace period. The previous
 * generation stays for a while, for I2s under way.
 */
struct hip_r1_pool {
	u64			counter;
	__be16			opaque;
	u8			k;
	unsigned long		born;
	struct hip_hmac		*secret;
	u16			esp_suites[HIP_MAX_ESP_SUITES];
	u8			n_esp_suites;
	u16			hip_ciphers[HIP_MAX_HIP_CIPHERS];
	u8			n_hip_ciphers;
	spinlock_t		solved_lock;
	unsigned int		n_solved;
	struct hip_solved	*solved;
	struct rcu_work		rwork;
	struct hip_net		*hn;
	u32			bindings_gen;
	u32			locals_gen;
	unsigned int		n;
	struct hip_r1		*r1[HIP_MAX_DH_GROUPS];
};

/**
 * struct hip_identity - a host identity of ours
 * @list: in hip_net->identities, RCU
 * @ref: association and list hold one each
 * @rcu: frees it
 * @gone: no longer in the list; hip_net->lock
 * @hit: our HIT
 * @rhash: of its suite, if we are the Responder
 * @algorithm: HI algorithm, for the signature parameter
 * @counter: R1 generation of the newest pool
 * @pool: current R1s, NULL until the daemon has signed them; RCU
 * @previous: the generation before
 * @host_id_len: octets
 * @host_id: contents of the HOST_ID parameter
 */
struct hip_identity {
	struct list_head		list;
	refcount_t			ref;
	struct rcu_head			rcu;
	bool				gone;
	struct in6_addr			hit;
	enum hip_rhash			rhash;
	u16				algorithm;
	u64				counter;
	struct hip_r1_pool __rcu	*pool;
	struct hip_r1_pool __rcu	*previous;
	unsigned int			host_id_len;
	u8				host_id[];
};

/* Under RCU. */
struct hip_identity *hip_identity_lookup(struct hip_net *hn,
					 const struct in6_addr *hit);
/* With a reference; @hit NULL: the first, our preferred one. */
struct hip_identity *hip_identity_get(struct hip_net *hn,
				      const struct in6_addr *hit);
void hip_identity_put(struct hip_identity *id);
/* Under RCU: the first of that HIT suite, or just the first; NULL if none. */
struct hip_identity *hip_identity_of_suite(struct hip_net *hn, u8 suite);
/* With a reference: @local, or if that is NULL the one for this peer: a host takes
 * HITs of its own suite, whatever else it takes (RFC 7401 section 5.2.10).
 */
struct hip_identity *hip_identity_choose(struct hip_net *hn,
					 const struct in6_addr *local,
					 const struct in6_addr *peer);

/* netlink: @hit of the new or (-EEXIST is not an error: R1s are made anew)
 * known identity is given back.
 */
int hip_identity_add(struct hip_net *hn, const u8 *host_id, unsigned int len,
		     u64 r1_counter, struct in6_addr *hit,
		     struct netlink_ext_ack *extack);
int hip_identity_del(struct hip_net *hn, const struct in6_addr *hit,
		     struct netlink_ext_ack *extack);
void hip_identity_flush(struct hip_net *hn);

/**
 * struct hip_r1_terms - what an I2 is held against, copied from its pool
 * @dh_key: handle of our key pair in the group of the I2
 * @bindings_gen: see struct hip_r1_pool
 * @locals_gen: see there
 * @n_esp_suites: offered
 * @esp_suites: offered
 * @n_hip_ciphers: offered
 * @hip_ciphers: offered
 */
struct hip_r1_terms {
	u32	dh_key;
	u32	bindings_gen;
	u32	locals_gen;
	u8	n_esp_suites;
	u8	n_hip_ciphers;
	u16	esp_suites[HIP_MAX_ESP_SUITES];
	u16	hip_ciphers[HIP_MAX_HIP_CIPHERS];
};

/* The pool that a puzzle came from, or NULL. Under RCU. */
struct hip_r1_pool *hip_identity_pool(struct hip_identity *id,
				      const u8 *opaque);
/* Terms for an I2, by its SOLUTION's opaque and its DH group; -ENOENT. */
int hip_identity_terms(struct hip_identity *id, const u8 *opaque, u8 group,
		       struct hip_r1_terms *terms);
/*
 * Was #J of a solution used before, or too often in vain? @what says what became
 * of it now. Return: 0, -EEXIST if it was, -ENOENT if its pool is gone or full. A
 * pool that fills is replaced soon.
 */
int hip_identity_solved(struct hip_net *hn, struct hip_identity *id,
			const u8 *opaque, const u8 *j,
			enum hip_solved_what what);

/* New R1s soon: locators, bindings, settings or the daemon changed. */
void hip_identity_r1_refresh(struct hip_net *hn);
void hip_identity_r1_work(struct work_struct *work);

#endif /* _NET_HIP_IDENTITY_H */
