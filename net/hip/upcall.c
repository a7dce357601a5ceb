// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests to hipflowd over generic netlink, and its answers.
 *
 * A request lives on the stack of who waits for it. While it is in
 * hip_upcalls->pending, whoever takes it out completes it: the answer, the
 * end of the daemon or of the namespace, or the waiter itself when time is up.
 * Taking out, copying the answer and completing are one step under the lock,
 * and the waiter passes through that lock once more before it returns: nobody
 * holds a pointer to the request then.
 */
#include <linux/completion.h>
#include <linux/random.h>
#include <net/genetlink.h>

#include "host_id.h"
#include "identity.h"
#include "netlink.h"
#include "packet.h"
#include "upcall.h"

#define HIP_UPCALL_TIMEOUT	(5 * HZ)

/**
 * struct hip_upcall - a request under way
 * @list: in hip_upcalls->pending, empty once completed
 * @done: completed when it is taken out of the list
 * @cookie: names it to the daemon
 * @op: &enum hip_upcall_op
 * @result: octets at @out or an error; valid once completed
 * @key: handle of a new key pair
 * @out: where the answer goes
 * @room: octets there
 * @skb: the message, until it is sent
 * @hdr: its generic netlink header
 */
struct hip_upcall {
	struct list_head	list;
	struct completion	done;
	u64			cookie;
	u8			op;
	int			result;
	u32			key;
	u8			*out;
	unsigned int		room;
	struct sk_buff		*skb;
	void			*hdr;
};

/* The attribute of a good answer that is copied to the waiter. */
static const u8 hip_upcall_answer[] = {
	[HIP_UPCALL_SIGN]		= HIP_A_UPCALL_SIGNATURE,
	[HIP_UPCALL_DH_GENERATE]	= HIP_A_UPCALL_DH_PUBLIC,
	[HIP_UPCALL_DH_DERIVE]		= HIP_A_UPCALL_DH_SECRET,
};

void hip_upcall_net_init(struct hip_net *hn)
{
	spin_lock_init(&hn->upcalls.lock);
	INIT_LIST_HEAD(&hn->upcalls.pending);
}

/* Under the lock. */
static void hip_upcall_complete(struct hip_upcalls *ups, struct hip_upcall *up,
				int result)
{
	list_del_init(&up->list);
	ups->n--;
	up->result = result;
	complete(&up->done);
}

/* Under the lock. */
static void hip_upcall_fail_all(struct hip_upcalls *ups, int err)
{
	struct hip_upcall *up, *next;

	list_for_each_entry_safe(up, next, &ups->pending, list)
		hip_upcall_complete(ups, up, err);
}

void hip_upcall_net_close(struct hip_net *hn)
{
	struct hip_upcalls *ups = &hn->upcalls;

	spin_lock_bh(&ups->lock);
	ups->closed = true;
	WRITE_ONCE(ups->portid, 0);
	hip_upcall_fail_all(ups, -ESHUTDOWN);
	spin_unlock_bh(&ups->lock);
}

void hip_upcall_port_closed(struct hip_net *hn, u32 portid)
{
	struct hip_upcalls *ups = &hn->upcalls;

	spin_lock_bh(&ups->lock);
	if (portid && ups->portid == portid) {
		WRITE_ONCE(ups->portid, 0);
		hip_upcall_fail_all(ups, -ENOTCONN);
	}
	spin_unlock_bh(&ups->lock);
}

bool hip_upcall_ready(struct hip_net *hn)
{
	return READ_ONCE(hn->upcalls.portid);
}

bool hip_upcall_is_daemon(struct hip_net *hn, u32 portid)
{
	return portid && READ_ONCE(hn->upcalls.portid) == portid;
}

int hip_upcall_register(struct hip_net *hn, u32 portid,
			struct netlink_ext_ack *extack)
{
	struct hip_upcalls *ups = &hn->upcalls;
	int err = 0;

	spin_lock_bh(&ups->lock);
	if (ups->closed) {
		NL_SET_ERR_MSG(extack, "the network namespace is going away");
		err = -ESHUTDOWN;
	} else if (ups->portid && ups->portid != portid) {
		NL_SET_ERR_MSG(extack,
			       "another daemon serves this network namespace: stop it first");
		err = -EBUSY;
	} else {
		WRITE_ONCE(ups->portid, portid);
		WRITE_ONCE(ups->daemon, ups->daemon + 1);
	}
	spin_unlock_bh(&ups->lock);

	/* The keys behind the R1s at hand were those of another process. */
	if (!err)
		hip_identity_r1_refresh(hn);
	return err;
}

/* Begin the message of a request: @size octets of attributes will follow. */
static int hip_upcall_begin(struct hip_upcall *up, u8 op, unsigned int size,
			    gfp_t gfp)
{
	memset(up, 0, sizeof(*up));
	up->op = op;
	up->cookie = get_random_u64();
	size += nla_total_size_64bit(sizeof(u64)) + nla_total_size(sizeof(u8));
	up->skb = genlmsg_new(size, gfp);
	if (!up->skb)
		return -ENOMEM;
	up->hdr = genlmsg_put(up->skb, 0, 0, &hip_genl_family, 0,
			      HIP_CMD_UPCALL);
	if (!up->hdr ||
	    nla_put_u64_64bit(up->skb, HIP_A_UPCALL_COOKIE, up->cookie,
			      HIP_A_UPCALL_PAD) ||
	    nla_put_u8(up->skb, HIP_A_UPCALL_OP, op)) {
		nlmsg_free(up->skb);
		return -EMSGSIZE;
	}
	return 0;
}

static int hip_upcall_abort(struct hip_upcall *up)
{
	nlmsg_free(up->skb);
	return -EMSGSIZE;
}

/* Make it pending, and tell whom to ask. Return: 0 or an error. */
static int hip_upcall_enqueue(struct hip_upcalls *ups, struct hip_upcall *up,
			      u32 *portid)
{
	int err = 0;

	init_completion(&up->done);
	INIT_LIST_HEAD(&up->list);
	spin_lock_bh(&ups->lock);
	*portid = ups->portid;
	if (ups->closed) {
		err = -ESHUTDOWN;
	} else if (!ups->portid) {
		err = -ENOTCONN;
	} else if (ups->n >= HIP_MAX_UPCALLS) {
		err = -EBUSY;
	} else {
		list_add_tail(&up->list, &ups->pending);
		ups->n++;
	}
	spin_unlock_bh(&ups->lock);
	return err;
}

static int hip_upcall_send_error(int err)
{
	switch (err) {
	case -ECONNREFUSED:	/* its socket closes right now */
		return -ENOTCONN;
	case -EAGAIN:		/* it does not read what it was sent before */
		return -EBUSY;
	default:
		return err;
	}
}

/* Send, sleep and take the request back. Consumes the message. */
static int hip_upcall_ask(struct hip_net *hn, struct hip_upcall *up)
{
	struct hip_upcalls *ups = &hn->upcalls;
	u32 portid;
	int err;

	might_sleep();
	genlmsg_end(up->skb, up->hdr);
	err = hip_upcall_enqueue(ups, up, &portid);
	if (err) {
		nlmsg_free(up->skb);
		return err;
	}

	err = genlmsg_unicast(hn->net, up->skb, portid);
	if (err)
		err = hip_upcall_send_error(err);
	else if (!wait_for_completion_timeout(&up->done, HIP_UPCALL_TIMEOUT))
		err = -ETIMEDOUT;

	spin_lock_bh(&ups->lock);
	if (!list_empty(&up->list))
		hip_upcall_complete(ups, up, err);
	spin_unlock_bh(&ups->lock);
	return up->result;
}

/**
 * hip_upcall_sign - have a packet signed (RFC 7401 section 5.2.14)
 * @hn: namespace
 * @hit: ours
 * @data: what is signed
 * @len: octets
 * @sig: result, %HIP_SIGNATURE_MAX_LEN octets
 *
 * Context: process; sleeps.
 * Return: octets of the signature, or an error.
 */
int hip_upcall_sign(struct hip_net *hn, const struct in6_addr *hit,
		    const void *data, unsigned int len, u8 *sig)
{
	struct hip_upcall up;
	int err;

	err = hip_upcall_begin(&up, HIP_UPCALL_SIGN,
			       nla_total_size(sizeof(*hit)) +
			       nla_total_size(len), GFP_KERNEL);
	if (err)
		return err;
	up.out = sig;
	up.room = HIP_SIGNATURE_MAX_LEN;
	if (nla_put_in6_addr(up.skb, HIP_A_UPCALL_HIT, hit) ||
	    nla_put(up.skb, HIP_A_UPCALL_DATA, len, data))
		return hip_upcall_abort(&up);
	return hip_upcall_ask(hn, &up);
}

/**
 * hip_upcall_verify - have a signature verified and policy asked
 * @hn: namespace
 * @hit: the peer's
 * @host_id: contents of the peer's HOST_ID (RFC 7401 section 5.2.9)
 * @host_id_len: octets
 * @data: what was signed
 * @len: octets
 * @sig: contents of HIP_SIGNATURE or HIP_SIGNATURE_2, which the parser let pass
 * @siglen: octets
 *
 * Context: process; sleeps.
 * Return: 0, -EBADMSG wrong signature, -EACCES refused by policy, or another
 * error.
 */
int hip_upcall_verify(struct hip_net *hn, const struct in6_addr *hit,
		      const u8 *host_id, unsigned int host_id_len,
		      const void *data, unsigned int len, const u8 *sig,
		      unsigned int siglen)
{
	const struct hip_signature *signature = (const void *)sig;
	struct hip_host_id id;
	struct hip_upcall up;
	int err;

	/* The algorithm stands with the key, too (section 5.2.14). */
	if (hip_host_id_parse(&id, host_id, host_id_len) ||
	    be16_to_cpu(signature->algorithm) != id.algorithm)
		return -EBADMSG;
	sig = signature->data;
	siglen -= sizeof(*signature);
	err = hip_upcall_begin(&up, HIP_UPCALL_VERIFY,
			       nla_total_size(sizeof(*hit)) +
			       nla_total_size(host_id_len) +
			       nla_total_size(len) + nla_total_size(siglen),
			       GFP_KERNEL);
	if (err)
		return err;
	if (nla_put_in6_addr(up.skb, HIP_A_UPCALL_HIT, hit) ||
	    nla_put(up.skb, HIP_A_UPCALL_HOST_ID, host_id_len, host_id) ||
	    nla_put(up.skb, HIP_A_UPCALL_DATA, len, data) ||
	    nla_put(up.skb, HIP_A_UPCALL_SIGNATURE, siglen, sig))
		return hip_upcall_abort(&up);
	return hip_upcall_ask(hn, &up);
}

/**
 * hip_upcall_dh_generate - a Diffie-Hellman key pair (RFC 7401 section 5.2.7)
 * @hn: namespace
 * @group: DH group
 * @key: the daemon's handle of it
 * @pub: public value, %HIP_DH_MAX_LEN octets
 *
 * Context: process; sleeps.
 * Return: octets of the public value, or an error.
 */
int hip_upcall_dh_generate(struct hip_net *hn, u8 group, u32 *key, u8 *pub)
{
	struct hip_upcall up;
	int err;

	err = hip_upcall_begin(&up, HIP_UPCALL_DH_GENERATE,
			       nla_total_size(sizeof(group)), GFP_KERNEL);
	if (err)
		return err;
	up.out = pub;
	up.room = HIP_DH_MAX_LEN;
	if (nla_put_u8(up.skb, HIP_A_UPCALL_DH_GROUP, group))
		return hip_upcall_abort(&up);
	err = hip_upcall_ask(hn, &up);
	if (err >= 0)
		*key = up.key;
	return err;
}

/**
 * hip_upcall_dh_derive - the shared secret Kij (RFC 7401 section 6.5)
 * @hn: namespace
 * @group: DH group
 * @key: handle of our key pair
 * @pub: the peer's public value
 * @publen: octets
 * @peer: whom policy is asked about before, or NULL
 * @secret: result, %HIP_DH_MAX_LEN octets; the caller wipes it
 *
 * Context: process; sleeps.
 * Return: octets of the secret, -EACCES refused by policy, or another error.
 */
int hip_upcall_dh_derive(struct hip_net *hn, u8 group, u32 key, const u8 *pub,
			 unsigned int publen, const struct in6_addr *peer,
			 u8 *secret)
{
	struct hip_upcall up;
	int err;

	err = hip_upcall_begin(&up, HIP_UPCALL_DH_DERIVE,
			       nla_total_size(sizeof(group)) +
			       nla_total_size(sizeof(key)) +
			       nla_total_size(sizeof(*peer)) +
			       nla_total_size(publen), GFP_KERNEL);
	if (err)
		return err;
	up.out = secret;
	up.room = HIP_DH_MAX_LEN;
	if (nla_put_u8(up.skb, HIP_A_UPCALL_DH_GROUP, group) ||
	    nla_put_u32(up.skb, HIP_A_UPCALL_DH_KEY, key) ||
	    (peer && nla_put_in6_addr(up.skb, HIP_A_UPCALL_HIT, peer)) ||
	    nla_put(up.skb, HIP_A_UPCALL_DH_PUBLIC, publen, pub))
		return hip_upcall_abort(&up);
	return hip_upcall_ask(hn, &up);
}

/**
 * hip_upcall_dh_release - a key pair is no longer needed
 * @hn: namespace
 * @key: handle
 *
 * If the message is lost, the daemon forgets the pair by its age.
 *
 * Context: any; does not wait.
 */
void hip_upcall_dh_release(struct hip_net *hn, u32 key)
{
	u32 portid = READ_ONCE(hn->upcalls.portid);
	struct hip_upcall up;

	if (!portid || !key)
		return;
	if (hip_upcall_begin(&up, HIP_UPCALL_DH_RELEASE,
			     nla_total_size(sizeof(key)), GFP_ATOMIC))
		return;
	if (nla_put_u32(up.skb, HIP_A_UPCALL_DH_KEY, key)) {
		hip_upcall_abort(&up);
		return;
	}
	genlmsg_end(up.skb, up.hdr);
	genlmsg_unicast(hn->net, up.skb, portid);
}

/*
 * Copy a good answer to the waiter. Under the lock.
 * Return: octets, or -EPROTO if the answer lacks something.
 */
static int hip_upcall_copy(struct hip_upcall *up, struct genl_info *info)
{
	struct nlattr *attr;
	u8 type;

	type = up->op < ARRAY_SIZE(hip_upcall_answer) ?
	       hip_upcall_answer[up->op] : 0;
	if (!type)
		return 0;
	if (HIP_REQUIRE(info, type, "what was asked for is not in the answer"))
		return -EPROTO;
	attr = info->attrs[type];
	if (nla_len(attr) > up->room) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "longer than any value of its kind");
		return -EPROTO;
	}
	if (up->op == HIP_UPCALL_DH_GENERATE) {
		if (HIP_REQUIRE(info, HIP_A_UPCALL_DH_KEY,
				"a key pair needs a handle"))
			return -EPROTO;
		up->key = nla_get_u32(info->attrs[HIP_A_UPCALL_DH_KEY]);
	}
	memcpy(up->out, nla_data(attr), nla_len(attr));
	return nla_len(attr);
}

/* Under the lock. */
static int hip_upcall_answered(struct hip_upcalls *ups, struct genl_info *info)
{
	u64 cookie = nla_get_u64(info->attrs[HIP_A_UPCALL_COOKIE]);
	u32 status = nla_get_u32(info->attrs[HIP_A_UPCALL_STATUS]);
	struct hip_upcall *up;
	int result;

	if (!ups->portid || info->snd_portid != ups->portid) {
		NL_SET_ERR_MSG(info->extack,
			       "only the registered daemon may answer");
		return -EPERM;
	}
	list_for_each_entry(up, &ups->pending, list) {
		if (up->cookie != cookie)
			continue;
		/* A bad answer ends the wait, too: there is no second one. */
		result = status ? -(int)status : hip_upcall_copy(up, info);
		hip_upcall_complete(ups, up, result);
		return result == -EPROTO && !status ? -EINVAL : 0;
	}
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[HIP_A_UPCALL_COOKIE],
			    "no request waits for this: it was answered or timed out");
	return -ENOENT;
}

/**
 * hip_upcall_reply - an answer of the daemon
 * @hn: namespace
 * @info: %HIP_CMD_UPCALL_REPLY
 *
 * A secret in it is wiped before the message is given back to netlink, which
 * may return a copy of the request with its acknowledgment.
 *
 * Return: 0 or an error for the sender.
 */
int hip_upcall_reply(struct hip_net *hn, struct genl_info *info)
{
	struct nlattr *secret = info->attrs[HIP_A_UPCALL_DH_SECRET];
	int err = -EINVAL;

	if (!HIP_REQUIRE(info, HIP_A_UPCALL_COOKIE,
			 "an answer needs the cookie of its request") &&
	    !HIP_REQUIRE(info, HIP_A_UPCALL_STATUS,
			 "an answer needs a status")) {
		spin_lock_bh(&hn->upcalls.lock);
		err = hip_upcall_answered(&hn->upcalls, info);
		spin_unlock_bh(&hn->upcalls.lock);
	}
	if (secret)
		memzero_explicit(nla_data(secret), nla_len(secret));
	return err;
}
