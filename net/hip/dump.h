/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink: dumps.
 *
 * A dump is many messages, between which no lock is held. Associations are
 * found again by their serial number: one that lives all along is told exactly
 * once, whatever comes and goes around it. Other lists are resumed by position,
 * and if what stood before that position has changed, the messages say so
 * (NLM_F_DUMP_INTR) and the reader begins anew.
 *
 * Paths, flows and locators are read under their association's lock, of one
 * association at a time and without RCU, as that lock sleeps. hip_net->lock is
 * never held when it is taken.
 */
#ifndef _NET_HIP_DUMP_H
#define _NET_HIP_DUMP_H

#include "netlink.h"

/**
 * struct hip_dump - where a dump goes on, in netlink_callback->ctx
 * @serial: hip_assoc->serial: the one under way, of associations the last told
 * @gen: counts what disturbed the dump
 * @index: entries told of the list under way
 * @last: what the last of them was
 * @hit: the same, of identities
 * @peers: our own are told, peers' follow
 */
struct hip_dump {
	u64			serial;
	u32			gen;
	u32			index;
	u32			last;
	struct in6_addr		hit;
	bool			peers;
};

/* What is wanted; zeroes where anything is. */
struct hip_filter {
	bool			has_local;
	bool			has_peer;
	struct hip_hits		hits;
	u16			fid;
};

static inline struct hip_dump *hip_dump(struct netlink_callback *cb)
{
	struct hip_dump *d = (struct hip_dump *)cb->ctx;

	BUILD_BUG_ON(sizeof(*d) > sizeof(cb->ctx));
	cb->seq = d->gen + 1;
	return d;
}

static inline struct hip_net *hip_dump_net(struct netlink_callback *cb)
{
	return hip_net(sock_net(cb->skb->sk));
}

static inline void hip_dump_told(struct hip_dump *d, u32 index, u32 last)
{
	d->index = index;
	d->last = last;
}

/* Go on with another list. */
static inline void hip_dump_list(struct hip_dump *d)
{
	hip_dump_told(d, 0, 0);
}

/* What was told is not what is there any more: the reader is to begin anew. */
void hip_dump_disturbed(struct netlink_callback *cb);

/* A message of its own for each entry. Return: NULL if there is no more room. */
void *hip_dump_begin(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);
/* @err: of what filled it, which is returned. */
int hip_dump_end(struct sk_buff *skb, void *hdr, int err);
/* What a dumpit returns: more to come if the message is full. */
int hip_dump_result(const struct sk_buff *skb, int err);

/*
 * From the attributes of these types; 0 for @local if there is none such. Return:
 * an error, told by @extack, if one is no HIT.
 */
int hip_filter_hits(struct hip_filter *f, struct nlattr **attrs, int local,
		    int peer, struct netlink_ext_ack *extack);
bool hip_filter_match(const struct hip_filter *f, const struct hip_assoc *assoc);

/**
 * struct hip_assoc_dump - a dump of a list that each association has
 * @any: there may be something to tell; without the lock
 * @one: tell it, from hip_dump->index on; under the lock
 */
struct hip_assoc_dump {
	bool (*any)(const struct hip_assoc *assoc);
	int (*one)(struct sk_buff *skb, struct netlink_callback *cb,
		   struct hip_assoc *assoc, const struct hip_filter *f);
};

static inline bool hip_assoc_has_paths(const struct hip_assoc *assoc)
{
	return !list_empty(&assoc->paths);
}

int hip_dump_assocs(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct hip_assoc_dump *ops, const struct hip_filter *f);

#endif /* _NET_HIP_DUMP_H */
