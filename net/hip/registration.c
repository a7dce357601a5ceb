// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registration (RFC 8003), the client: a host of ours with its rendezvous
 * servers. It is asked for in the I2 of the base exchange with the server, or
 * by UPDATE, and renewed at half of its lifetime. The association with the
 * server is one like all others: it moves with us, and so the server knows
 * where we are.
 *
 * A single work looks at what is due. It makes the association or wakes it up;
 * all else happens under the association's lock, hip_net->lock inside.
 */
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "exchange.h"
#include "netlink.h"
#include "registration.h"
#include "update.h"
#include "upcall.h"

/* While an exchange with the server is under way: look again. */
#define HIP_REGISTRATION_POLL		(2 * HZ)
/* After a refusal or without an answer, doubled each time. */
#define HIP_REGISTRATION_RETRY		(5 * HZ)
#define HIP_REGISTRATION_MAX_TRIES	6
/* A server may grant milliseconds, but each renewal costs a signature. */
#define HIP_REGISTRATION_MIN_RENEW	HZ

/* Of an association, under hip_net->lock; NULL if there is none. */
static struct hip_registration *hip_registration_of(struct hip_assoc *assoc)
{
	struct hip_registration *reg;

	list_for_each_entry_rcu(reg, &assoc->hn->registrations, list,
				lockdep_is_held(&assoc->hn->lock))
		if (ipv6_addr_equal(&reg->hit, &assoc->hits.peer) &&
		    ipv6_addr_equal(&reg->local, &assoc->hits.local))
			return reg;
	return NULL;
}

static void hip_registration_kick(struct hip_net *hn)
{
	mod_delayed_work(hn->wq, &hn->registration_work, 0);
}

static void hip_registration_later(struct hip_registration *reg)
{
	unsigned int tries = min_t(unsigned int, reg->tries,
				   HIP_REGISTRATION_MAX_TRIES);

	reg->next = jiffies + (HIP_REGISTRATION_RETRY << tries);
	if (reg->tries < HIP_REGISTRATION_MAX_TRIES)
		reg->tries++;
}

static void hip_registration_set_state(struct hip_net *hn,
				       struct hip_registration *reg, u8 state)
{
	bool same = reg->state == state;

	WRITE_ONCE(reg->state, state);
	if (!same || state == HIP_REGISTRATION_REGISTERED)
		hip_netlink_event_registration(hn, reg);
}

static void hip_registration_forget(struct hip_net *hn,
				    struct hip_registration *reg)
{
	hip_registration_set_state(hn, reg, HIP_REGISTRATION_CANCELLED);
	list_del_rcu(&reg->list);
	kfree_rcu(reg, rcu);
}

/* --- what is asked for ------------------------------------------------- */

unsigned int hip_registration_addrs(struct hip_net *hn,
				    const struct in6_addr *hit,
				    struct in6_addr *addr)
{
	struct hip_registration *reg;
	unsigned int n = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(reg, &hn->registrations, list) {
		if (!ipv6_addr_equal(&reg->hit, hit))
			continue;
		n = reg->n;
		memcpy(addr, reg->addr, n * sizeof(*addr));
		break;
	}
	rcu_read_unlock();
	return n;
}

static void hip_registration_refuse(struct hip_net *hn,
				    struct hip_registration *reg, u8 failure)
{
	reg->failure = failure;
	hip_registration_later(reg);
	hip_registration_set_state(hn, reg, HIP_REGISTRATION_REFUSED);
}

void hip_registration_request(struct hip_assoc *assoc,
			      const struct hip_packet *r1,
			      struct hip_builder *b)
{
	const struct hip_reg_info *info;
	struct hip_registration *reg;
	struct hip_net *hn = assoc->hn;

	mutex_lock(&hn->lock);
	reg = hip_registration_of(assoc);
	if (!reg || reg->cancel)
		goto out;
	info = hip_reg_offer(r1, HIP_REG_RENDEZVOUS);
	if (info)
		hip_reg_build(b, HIP_PARAM_REG_REQUEST,
			      hip_reg_lifetime_clamp(reg->asked, info->min,
						     info->max),
			      HIP_REG_RENDEZVOUS);
	else
		hip_registration_refuse(hn, reg, HIP_REG_FAILED_UNAVAILABLE);
out:
	mutex_unlock(&hn->lock);
}

/* Lifetime to ask for by UPDATE, 0 to cancel. Return: -ENOENT: nothing is due */
static int hip_registration_due(struct hip_assoc *assoc)
{
	struct hip_registration *reg;
	int lifetime = -ENOENT;

	mutex_lock(&assoc->hn->lock);
	reg = hip_registration_of(assoc);
	if (reg && reg->cancel)
		lifetime = HIP_REG_LIFETIME_CANCEL;
	else if (reg && time_after_eq(jiffies, reg->next))
		lifetime = reg->asked;
	mutex_unlock(&assoc->hn->lock);
	return lifetime;
}

int hip_registration_update(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_update_out *out = &assoc->update_out;
	bool revoke = assoc->registered.revoke;
	struct hip_builder b = {};
	int lifetime, err;
	__be32 *seq;

	lifetime = hip_registration_due(assoc);
	if (lifetime < 0 && !revoke)
		return -ENOENT;
	err = hip_update_begin(assoc, &b);
	if (err)
		return err;
	seq = hip_build_param(&b, HIP_PARAM_SEQ, sizeof(*seq));
	if (seq)
		*seq = htonl(assoc->next_update_id);
	if (lifetime >= 0)
		hip_reg_build(&b, HIP_PARAM_REG_REQUEST, lifetime,
			      HIP_REG_RENDEZVOUS);
	if (revoke)
		hip_reg_build(&b, HIP_PARAM_REG_RESPONSE,
			      HIP_REG_LIFETIME_CANCEL, HIP_REG_RENDEZVOUS);
	err = hip_update_send(assoc, &b, NULL, &out->sent, path);
	kfree(b.buf);
	if (err)
		return err;
	out->kind = HIP_UPDATE_REGISTER;
	out->asked = false;
	out->gone = 0;
	out->reg_asked = lifetime >= 0;
	out->reg_revoked = revoke;
	out->id = assoc->next_update_id++;
	out->path = path;
	out->keymat_index = assoc->keymat_index;
	out->bindings_gen = assoc->bindings_gen;
	return 0;
}

/* --- what comes of it -------------------------------------------------- */

static void hip_registration_granted(struct hip_net *hn,
				     struct hip_registration *reg, u8 lifetime)
{
	unsigned long length = hip_reg_lifetime_jiffies(lifetime);

	reg->granted = lifetime;
	reg->failure = 0;
	reg->tries = 0;
	reg->expires = jiffies + length;
	reg->next = jiffies + max_t(unsigned long, length / 2,
				    HIP_REGISTRATION_MIN_RENEW);
	hip_registration_set_state(hn, reg, HIP_REGISTRATION_REGISTERED);
}

/* The server ends it: it may be starting anew. */
static void hip_registration_ended(struct hip_net *hn,
				   struct hip_registration *reg)
{
	hip_registration_later(reg);
	hip_registration_set_state(hn, reg, HIP_REGISTRATION_WAITING);
}

void hip_registration_rx_answer(struct hip_assoc *assoc,
				const struct hip_packet *p, bool asked)
{
	const struct hip_reg_failed *failed;
	const struct hip_reg_grant *grant;
	const struct hip_param *response;
	struct hip_net *hn = assoc->hn;
	struct hip_registration *reg;

	response = hip_packet_param(p, HIP_PARAM_REG_RESPONSE);
	failed = hip_reg_refusal(p, HIP_REG_RENDEZVOUS);
	mutex_lock(&hn->lock);
	reg = hip_registration_of(assoc);
	if (!reg)
		goto out;
	if (hip_reg_has_type(response, sizeof(*grant), HIP_REG_RENDEZVOUS)) {
		grant = (const struct hip_reg_grant *)response->data;
		if (grant->lifetime)
			hip_registration_granted(hn, reg, grant->lifetime);
		else if (reg->cancel)
			hip_registration_forget(hn, reg);
		else
			hip_registration_ended(hn, reg);
	} else if (reg->cancel && (failed || asked)) {
		/* Whatever the server makes of it, we are not served. */
		hip_registration_forget(hn, reg);
	} else if (failed) {
		hip_registration_refuse(hn, reg, failed->failure);
	} else if (asked) {
		/* An acknowledgment alone: it knows no registrations. */
		hip_registration_refuse(hn, reg, HIP_REG_FAILED_UNAVAILABLE);
	}
	hip_registration_kick(hn);
out:
	mutex_unlock(&hn->lock);
}

void hip_registration_rx_acked(struct hip_assoc *assoc,
			       const struct hip_packet *p)
{
	const struct hip_update_out *out = &assoc->update_out;
	bool ours = out->kind == HIP_UPDATE_REGISTER;

	if (ours && out->reg_revoked)
		assoc->registered.revoke = false;
	hip_registration_rx_answer(assoc, p, ours && out->reg_asked);
}

/*
 * Does our UPDATE concern the server? A host that moves has to tell that first,
 * and is not found while a server that started anew does not understand it.
 */
static bool hip_registration_concerns(struct hip_assoc *assoc)
{
	bool ours;

	switch (assoc->update_out.kind) {
	case HIP_UPDATE_REGISTER:
		return true;
	case HIP_UPDATE_ANNOUNCE:
	case HIP_UPDATE_READDRESS:
		rcu_read_lock();
		ours = hip_registration_of(assoc);
		rcu_read_unlock();
		return ours;
	default:
		return false;
	}
}

/* The MAC of the quoted packet is ours. It has to be open, and repeated. */
void hip_registration_rx_unknown(struct hip_assoc *assoc,
				 const struct hip_packet *p)
{
	const struct hip_update_out *out = &assoc->update_out;
	const struct hip_param *seq = hip_packet_param(p, HIP_PARAM_SEQ);

	if (assoc->state != HIP_STATE_ESTABLISHED ||
	    !hip_registration_concerns(assoc) || !out->sent ||
	    !out->sent->tries || !seq ||
	    hip_param_u32(seq, 0) != out->id || !hip_upcall_ready(assoc->hn))
		return;
	hip_exchange_initiate(assoc);
}

/*
 * A new association has no registration yet, whoever of both began it. With one
 * that we begin, the I2 asks for it; else an UPDATE has to.
 */
void hip_registration_reset(struct hip_assoc *assoc)
{
	struct hip_net *hn = assoc->hn;
	struct hip_registration *reg;

	hip_rendezvous_del(assoc);
	memset(&assoc->registered, 0, sizeof(assoc->registered));
	if (list_empty(&hn->registrations))
		return;
	mutex_lock(&hn->lock);
	reg = hip_registration_of(assoc);
	if (reg && reg->cancel) {
		hip_registration_forget(hn, reg);
	} else if (reg && reg->state == HIP_REGISTRATION_REGISTERED) {
		reg->next = jiffies;
		hip_registration_set_state(hn, reg, HIP_REGISTRATION_WAITING);
		mod_delayed_work(hn->wq, &hn->registration_work, HZ / 2);
	}
	mutex_unlock(&hn->lock);
}

void hip_registration_failed(struct hip_assoc *assoc)
{
	struct hip_net *hn = assoc->hn;
	struct hip_registration *reg;

	if (list_empty(&hn->registrations))
		return;
	mutex_lock(&hn->lock);
	reg = hip_registration_of(assoc);
	if (reg) {
		hip_registration_later(reg);
		hip_registration_set_state(hn, reg, HIP_REGISTRATION_WAITING);
	}
	mutex_unlock(&hn->lock);
}

bool hip_registration_holds(struct hip_assoc *assoc)
{
	bool holds;

	if (assoc->rendezvous)
		return true;
	rcu_read_lock();
	holds = hip_registration_of(assoc);
	rcu_read_unlock();
	return holds;
}

/* --- time -------------------------------------------------------------- */

/* Our HIT for it. Under hip_net->lock. Return: we have one. */
static bool hip_registration_local(struct hip_net *hn,
				   struct hip_registration *reg)
{
	struct hip_identity *id;

	if (!reg->any_local || hip_identity_lookup(hn, &reg->local))
		return true;
	id = hip_identity_choose(hn, NULL, &reg->hit);
	if (!id)
		return false;
	reg->local = id->hit;
	hip_identity_put(id);
	return true;
}

/* Under hip_net->lock. */
static void hip_registration_wake(struct hip_net *hn,
				  struct hip_registration *reg)
{
	struct hip_assoc *assoc;

	if (!hip_registration_local(hn, reg) || !hip_upcall_ready(hn))
		return;
	assoc = hip_assoc_get_or_new(hn, &reg->local, &reg->hit, false);
	if (IS_ERR(assoc))
		return;
	hip_assoc_event(assoc, HIP_EVENT_START);
	hip_assoc_event(assoc, HIP_EVENT_REGISTER);
	hip_assoc_put(assoc);
}

/* Under hip_net->lock. Return: jiffies from now to look again. */
static unsigned long hip_registration_look(struct hip_net *hn,
					   struct hip_registration *reg)
{
	if (reg->state == HIP_REGISTRATION_REGISTERED &&
	    time_after_eq(jiffies, reg->expires))
		hip_registration_set_state(hn, reg, HIP_REGISTRATION_WAITING);
	if (!reg->cancel && time_before(jiffies, reg->next))
		return reg->next - jiffies;
	hip_registration_wake(hn, reg);
	return HIP_REGISTRATION_POLL;
}

static void hip_registration_work(struct work_struct *work)
{
	struct hip_net *hn = container_of(to_delayed_work(work),
					  struct hip_net, registration_work);
	unsigned long when = MAX_JIFFY_OFFSET;
	struct hip_registration *reg;

	mutex_lock(&hn->lock);
	list_for_each_entry(reg, &hn->registrations, list)
		when = min(when, hip_registration_look(hn, reg));
	if (when != MAX_JIFFY_OFFSET)
		queue_delayed_work(hn->wq, &hn->registration_work, when);
	mutex_unlock(&hn->lock);
}

/* --- packets that a server relayed, softirq ---------------------------- */

static bool hip_registration_is_from(struct hip_net *hn,
				     const struct hip_packet *p)
{
	struct hip_registration *reg;
	struct hip_assoc *assoc;
	struct hip_macs *macs;

	list_for_each_entry_rcu(reg, &hn->registrations, list) {
		if (READ_ONCE(reg->state) != HIP_REGISTRATION_REGISTERED ||
		    !ipv6_addr_equal(&reg->local, &p->hdr->receiver))
			continue;
		assoc = hip_assoc_lookup(hn, &reg->local, &reg->hit);
		macs = assoc ? rcu_dereference(assoc->macs) : NULL;
		if (macs && !hip_packet_check_rvs(p, macs->in))
			return true;
	}
	return false;
}

enum hip_stat hip_registration_check_from(struct hip_net *hn,
					  const struct hip_packet *p,
					  const struct hip_skb_cb *cb,
					  struct in6_addr *from)
{
	const struct hip_param *param = hip_packet_param(p, HIP_PARAM_FROM);

	*from = cb->src;
	if (!param && !hip_packet_param(p, HIP_PARAM_RVS_HMAC))
		return 0;
	/* Several servers in a row are out of the scope of RFC 8004. */
	if (!param || hip_packet_next(p, param))
		return HIP_STAT_DROP_MALFORMED;
	memcpy(from, param->data, sizeof(*from));
	if (!hip_addr_is_locator(from))
		return HIP_STAT_DROP_MALFORMED;
	return hip_registration_is_from(hn, p) ? 0 : HIP_STAT_DROP_MAC;
}

/* --- changes ----------------------------------------------------------- */

int hip_registration_add(struct hip_net *hn, const struct hip_registration *new,
			 struct netlink_ext_ack *extack)
{
	struct hip_registration *reg, *old;
	unsigned int n = 0;
	int err = 0;

	reg = kmemdup(new, sizeof(*new), GFP_KERNEL);
	if (!reg)
		return -ENOMEM;
	mutex_lock(&hn->lock);
	list_for_each_entry(old, &hn->registrations, list) {
		n++;
		if (ipv6_addr_equal(&old->hit, &reg->hit)) {
			NL_SET_ERR_MSG(extack, "there is a registration with this server: see 'hipflow registration show'");
			err = -EEXIST;
		}
	}
	if (!err && n >= HIP_MAX_REGISTRATIONS) {
		NL_SET_ERR_MSG(extack, "a host registers with at most 8 servers");
		err = -ENOSPC;
	}
	if (!err && hip_identity_lookup(hn, &reg->hit)) {
		NL_SET_ERR_MSG(extack, "the HIT is our own");
		err = -EINVAL;
	}
	if (!err) {
		reg->next = jiffies;
		list_add_tail_rcu(&reg->list, &hn->registrations);
		hip_registration_kick(hn);
	}
	mutex_unlock(&hn->lock);
	if (err)
		kfree(reg);
	return err;
}

int hip_registration_del(struct hip_net *hn, const struct in6_addr *hit,
			 struct netlink_ext_ack *extack)
{
	struct hip_registration *reg;
	int err = -ENOENT;

	mutex_lock(&hn->lock);
	list_for_each_entry(reg, &hn->registrations, list) {
		if (!ipv6_addr_equal(&reg->hit, hit))
			continue;
		err = 0;
		if (reg->state == HIP_REGISTRATION_REGISTERED) {
			/* The server is told first. */
			reg->cancel = true;
			hip_registration_kick(hn);
		} else {
			hip_registration_forget(hn, reg);
		}
		break;
	}
	mutex_unlock(&hn->lock);
	if (err)
		NL_SET_ERR_MSG(extack, "no registration with this server: see 'hipflow registration show'");
	return err;
}

/* --- namespace --------------------------------------------------------- */

void hip_registration_net_init(struct hip_net *hn)
{
	struct hip_registrar *registrar = &hn->registrar;

	INIT_LIST_HEAD(&hn->registrations);
	INIT_DELAYED_WORK(&hn->registration_work, hip_registration_work);
	/* RFC 8003 section 4.1: 10 s must be supported. */
	registrar->min_s = 10;
	registrar->max_s = 3600;
	registrar->min = hip_reg_lifetime_floor(registrar->min_s);
	registrar->max = hip_reg_lifetime_floor(registrar->max_s);
	registrar->limit = 100000;
}

void hip_registration_net_stop(struct hip_net *hn)
{
	cancel_delayed_work_sync(&hn->registration_work);
}

void hip_registration_net_exit(struct hip_net *hn)
{
	struct hip_registration *reg, *next;

	mutex_lock(&hn->lock);
	list_for_each_entry_safe(reg, next, &hn->registrations, list) {
		list_del_rcu(&reg->list);
		kfree_rcu(reg, rcu);
	}
	mutex_unlock(&hn->lock);
	kfree(hn->registrar.hits);
}
