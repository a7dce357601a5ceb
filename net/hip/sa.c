// SPDX-License-Identifier: GPL-2.0-only
/*
 * Security associations: the kernel's own ESP, in BEET mode (RFC 7402 appendix
 * B). For XFRM each path is an if_id of its own with one state to go out by, and
 * no policy (bundle.c); what comes in is found by SPI, and passes the one inbound
 * policy of the namespace, which asks for ESP and takes nothing else.
 *
 * What claims a HIT without ESP is the matter of guard.c.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "assoc.h"
#include "device.h"
#include "exchange.h"
#include "locator.h"
#include "path.h"

/* Of all our policies; lower numbers, the strongest is 0, are a user's. */
#define HIP_POLICY_PRIORITY	0x1000

/* Packets that may overtake each other and are still taken (RFC 4303 3.4.3). */
#define HIP_REPLAY_WINDOW	1024

static unsigned short hip_sa_family(const struct in6_addr *addr)
{
	return hip_addr_is_v4(addr) ? AF_INET : AF_INET6;
}

static void hip_sa_addr(xfrm_address_t *xaddr, const struct in6_addr *addr)
{
	memset(xaddr, 0, sizeof(*xaddr));
	if (hip_addr_is_v4(addr))
		xaddr->a4 = addr->s6_addr32[3];
	else
		xaddr->in6 = *addr;
}

static void hip_sa_selector(struct xfrm_selector *sel,
			    const struct in6_addr *saddr, u8 slen,
			    const struct in6_addr *daddr, u8 dlen)
{
	memset(sel, 0, sizeof(*sel));
	sel->family = AF_INET6;
	if (saddr)
		sel->saddr.in6 = *saddr;
	if (daddr)
		sel->daddr.in6 = *daddr;
	sel->prefixlen_s = slen;
	sel->prefixlen_d = dlen;
}

/* --- policies ---------------------------------------------------------- */

static struct xfrm_policy *hip_policy_new(struct hip_net *hn,
					  const struct xfrm_selector *sel)
{
	struct xfrm_policy *pol = xfrm_policy_alloc(hn->net, GFP_KERNEL);

	if (!pol)
		return NULL;
	pol->selector = *sel;
	pol->family = AF_INET6;
	pol->type = XFRM_POLICY_TYPE_MAIN;
	pol->action = XFRM_POLICY_ALLOW;
	pol->priority = HIP_POLICY_PRIORITY;
	pol->lft.soft_byte_limit = XFRM_INF;
	pol->lft.hard_byte_limit = XFRM_INF;
	pol->lft.soft_packet_limit = XFRM_INF;
	pol->lft.hard_packet_limit = XFRM_INF;
	return pol;
}

static void hip_policy_require_esp(struct xfrm_policy *pol)
{
	struct xfrm_tmpl *tmpl = &pol->xfrm_vec[0];

	pol->xfrm_nr = 1;
	tmpl->id.proto = IPPROTO_ESP;
	tmpl->mode = XFRM_MODE_BEET;
	tmpl->encap_family = AF_INET6;
	tmpl->share = XFRM_SHARE_ANY;
	tmpl->aalgos = ~0;
	tmpl->ealgos = ~0;
	tmpl->calgos = ~0;
	tmpl->allalgs = 1;
}

/* Return: the policy with a reference for the caller, or ERR_PTR. */
static struct xfrm_policy *hip_policy_insert(struct xfrm_policy *pol, int dir)
{
	int err;

	/* It takes a reference of its own. */
	err = xfrm_policy_insert(dir, pol, 1);
	if (!err)
		return pol;
	pol->walk.dead = 1;
	xfrm_policy_destroy(pol);
	return ERR_PTR(err);
}

/* It may be gone already: `ip xfrm policy flush`. */
static void hip_policy_del(struct xfrm_policy *pol, int dir)
{
	if (!pol)
		return;
	xfrm_policy_delete(pol, dir);
	xfrm_pol_put(pol);
}

/*
 * One for all pairs of HITs: which of them an SA may carry, its selector says, and
 * one for each would cost as much memory as an SA. Under hip_net->lock.
 */
static int hip_sa_policy_add(struct hip_net *hn)
{
	/* 2001:20::/28 */
	static const struct in6_addr hits = {
		.s6_addr = { 0x20, 0x01, 0x00, 0x20 },
	};
	struct xfrm_selector sel;
	struct xfrm_policy *pol;

	hip_sa_selector(&sel, &hits, 28, &hits, 28);
	pol = hip_policy_new(hn, &sel);
	if (!pol)
		return -ENOMEM;
	/* No address in the template: any path, of either family. */
	hip_policy_require_esp(pol);
	pol = hip_policy_insert(pol, XFRM_POLICY_IN);
	if (IS_ERR(pol))
		return PTR_ERR(pol);
	hn->policy = pol;
	return 0;
}

int hip_sa_policy_get(struct hip_assoc *assoc)
{
	struct hip_net *hn = assoc->hn;
	int err = 0;

	lockdep_assert_held(&assoc->lock);
	if (assoc->policy)
		return 0;
	mutex_lock(&hn->lock);
	if (!hn->policy)
		err = hip_sa_policy_add(hn);
	if (!err) {
		assoc->policy = true;
		hn->n_policy++;
	}
	mutex_unlock(&hn->lock);
	return err;
}

void hip_sa_policy_put(struct hip_assoc *assoc)
{
	struct hip_net *hn = assoc->hn;

	if (!assoc->policy)
		return;
	assoc->policy = false;
	mutex_lock(&hn->lock);
	if (!--hn->n_policy) {
		hip_policy_del(hn->policy, XFRM_POLICY_IN);
		hn->policy = NULL;
	}
	mutex_unlock(&hn->lock);
}

/* --- states ------------------------------------------------------------ */

static int hip_sa_set_aead(struct xfrm_state *x,
			   const struct hip_esp_suite_info *info,
			   const struct hip_esp_keys *keys)
{
	struct xfrm_algo_desc *desc;

	desc = xfrm_aead_get_byname(info->aead, info->icv_len * 8, 1);
	if (!desc)
		return -ENOENT;
	x->aead = kzalloc(sizeof(*x->aead) + info->enc_len, GFP_KERNEL);
	if (!x->aead)
		return -ENOMEM;
	strscpy(x->aead->alg_name, desc->name, sizeof(x->aead->alg_name));
	x->aead->alg_icv_len = info->icv_len * 8;
	x->aead->alg_key_len = info->enc_len * 8;
	memcpy(x->aead->alg_key, keys->enc, info->enc_len);
	x->geniv = desc->uinfo.aead.geniv;
	x->props.ealgo = desc->desc.sadb_alg_id;
	return 0;
}

static int hip_sa_set_algs(struct xfrm_state *x,
			   const struct hip_esp_suite_info *info,
			   const struct hip_esp_keys *keys)
{
	struct xfrm_algo_desc *desc;

	desc = xfrm_ealg_get_byname(info->ealg, 1);
	if (!desc)
		return -ENOENT;
	x->ealg = kzalloc(sizeof(*x->ealg) + info->enc_len, GFP_KERNEL);
	if (!x->ealg)
		return -ENOMEM;
	strscpy(x->ealg->alg_name, desc->name, sizeof(x->ealg->alg_name));
	x->ealg->alg_key_len = info->enc_len * 8;
	memcpy(x->ealg->alg_key, keys->enc, info->enc_len);
	x->geniv = desc->uinfo.encr.geniv;
	x->props.ealgo = desc->desc.sadb_alg_id;

	desc = xfrm_aalg_get_byname(info->aalg, 1);
	if (!desc)
		return -ENOENT;
	x->aalg = kzalloc(sizeof(*x->aalg) + info->auth_len, GFP_KERNEL);
	if (!x->aalg)
		return -ENOMEM;
	strscpy(x->aalg->alg_name, desc->name, sizeof(x->aalg->alg_name));
	x->aalg->alg_key_len = info->auth_len * 8;
	x->aalg->alg_trunc_len = info->icv_len * 8;
	memcpy(x->aalg->alg_key, keys->auth, info->auth_len);
	x->props.aalgo = desc->desc.sadb_alg_id;
	return 0;
}

/*
 * 64-bit sequence numbers (RFC 7402 section 3.3.6). What goes out has no use for a
 * window, but none at all is refused.
 */
static int hip_sa_set_replay(struct xfrm_state *x, bool out)
{
	unsigned int words = out ? 1 : HIP_REPLAY_WINDOW / 32;
	struct xfrm_replay_state_esn *esn;

	esn = kzalloc(struct_size(esn, bmp, words), GFP_KERNEL);
	if (!esn)
		return -ENOMEM;
	esn->bmp_len = words;
	esn->replay_window = words * 32;
	x->replay_esn = esn;
	x->preplay_esn = kmemdup(esn, struct_size(esn, bmp, words),
				 GFP_KERNEL);
	return x->preplay_esn ? 0 : -ENOMEM;
}

/*
 * XFRM tells when they are reached (hip_sa_notify()); traffic goes on. The
 * Responder waits a little longer, or both would always begin at once.
 */
static void hip_sa_set_limits(struct xfrm_state *x, struct hip_assoc *assoc)
{
	struct hip_config *config = &assoc->hn->config;
	unsigned int more = assoc->initiator ? 0 : 3;

	mutex_lock(&config->lock);
	if (config->rekey_bytes)
		x->lft.soft_byte_limit = config->rekey_bytes +
					 (more ? config->rekey_bytes >> more : 0);
	if (config->rekey_packets)
		x->lft.soft_packet_limit = config->rekey_packets +
					(more ? config->rekey_packets >> more : 0);
	if (config->rekey_time_s)
		x->lft.soft_add_expires_seconds = config->rekey_time_s +
					(more ? config->rekey_time_s >> more : 0);
	mutex_unlock(&config->lock);
}

static struct xfrm_state *hip_sa_alloc(struct hip_path *path, bool out)
{
	const struct hip_hits *hits = &path->assoc->hits;
	struct xfrm_state *x = xfrm_state_alloc(path->assoc->hn->net);

	if (!x)
		return NULL;
	x->id.proto = IPPROTO_ESP;
	x->id.spi = htonl(out ? path->spi_out : path->spi_in);
	hip_sa_addr(&x->props.saddr, out ? &path->local : &path->peer);
	hip_sa_addr(&x->id.daddr, out ? &path->peer : &path->local);
	x->props.family = hip_sa_family(&path->peer);
	x->props.mode = XFRM_MODE_BEET;
	x->props.flags = XFRM_STATE_ESN;
	hip_sa_set_limits(x, path->assoc);
	if (out)
		x->if_id = path->id;
	else if (x->props.family == AF_INET)
		hip_guard_need(path->assoc->hn, HIP_GUARD_ROUTE);
	/*
	 * XFRM hashes states by addresses and this. All HITs of a peer that has
	 * very many would be one chain, to be gone through under a lock.
	 */
	x->props.reqid = path->id;
	hip_sa_selector(&x->sel, out ? &hits->local : &hits->peer, 128,
			out ? &hits->peer : &hits->local, 128);
	return x;
}

static void hip_sa_discard(struct xfrm_state *x)
{
	x->km.state = XFRM_STATE_DEAD;
	xfrm_state_put(x);
}

static struct xfrm_state *hip_sa_new(struct hip_path *path, bool out, u16 suite,
				     const struct hip_esp_keys *keys)
{
	const struct hip_esp_suite_info *info = hip_esp_suite_info(suite);
	struct xfrm_state *x;
	int err;

	if (!info)
		return ERR_PTR(-EOPNOTSUPP);
	x = hip_sa_alloc(path, out);
	if (!x)
		return ERR_PTR(-ENOMEM);
	err = info->aead ? hip_sa_set_aead(x, info, keys) :
			   hip_sa_set_algs(x, info, keys);
	if (!err)
		err = hip_sa_set_replay(x, out);
	if (!err)
		err = xfrm_init_state(x);
	if (!err) {
		/* Ours, beside the one of XFRM's tables. */
		xfrm_state_hold(x);
		err = xfrm_state_add(x);
		if (err)
			xfrm_state_put(x);
	}
	if (err) {
		hip_sa_discard(x);
		return ERR_PTR(err);
	}
	return x;
}

int hip_sa_add_in(struct hip_path *path, u16 suite,
		  const struct hip_esp_keys *keys)
{
	struct xfrm_state *x = hip_sa_new(path, false, suite, keys);

	if (IS_ERR(x))
		return PTR_ERR(x);
	WRITE_ONCE(path->x_in, x);
	return 0;
}

static void hip_sa_set_out(struct hip_path *path, struct xfrm_state *x)
{
	/* Pairs with the acquire in hip_bundle_lookup(). */
	smp_store_release(&path->x_out, x);
}

int hip_sa_add_out(struct hip_path *path, u16 suite,
		   const struct hip_esp_keys *keys)
{
	struct xfrm_state *x = hip_sa_new(path, true, suite, keys);

	if (IS_ERR(x))
		return PTR_ERR(x);
	hip_sa_set_out(path, x);
	return 0;
}

static void hip_sa_del_state(struct xfrm_state *x)
{
	if (!x)
		return;
	xfrm_state_delete(x);
	xfrm_state_put(x);
}

void hip_sa_del(struct hip_path *path)
{
	struct xfrm_state *in = path->x_in, *out = path->x_out;

	WRITE_ONCE(path->x_out, NULL);
	hip_sa_del_state(out);
	WRITE_ONCE(path->x_in, NULL);
	hip_sa_del_state(in);
}

/* --- readdress --------------------------------------------------------- */

static bool hip_sa_moved(const struct xfrm_state *x, const struct xfrm_state *y)
{
	return x->props.family != y->props.family ||
	       memcmp(&x->id.daddr, &y->id.daddr, sizeof(x->id.daddr)) ||
	       memcmp(&x->props.saddr, &y->props.saddr,
		      sizeof(x->props.saddr));
}

static int hip_sa_copy_algs(struct xfrm_state *x, const struct xfrm_state *old)
{
	if (old->aead)
		x->aead = kmemdup(old->aead, aead_len(old->aead), GFP_KERNEL);
	if (old->ealg)
		x->ealg = kmemdup(old->ealg, xfrm_alg_len(old->ealg),
				  GFP_KERNEL);
	if (old->aalg)
		x->aalg = kmemdup(old->aalg, xfrm_alg_auth_len(old->aalg),
				  GFP_KERNEL);
	x->geniv = old->geniv;
	x->props.ealgo = old->props.ealgo;
	x->props.aalgo = old->props.aalgo;
	if ((old->aead && !x->aead) || (old->ealg && !x->ealg) ||
	    (old->aalg && !x->aalg))
		return -ENOMEM;
	return 0;
}

/*
 * A state at the path's new addresses with the keys of @old. An ESP sequence
 * number must not be used twice, or the nonce of AES-GCM would be: @old is dead
 * before its counters are read, and dead states send and take nothing. Return:
 * the new state, with @old left to be put, @old itself if nothing moved, or
 * ERR_PTR with @old gone.
 */
static struct xfrm_state *hip_sa_move(struct hip_path *path, bool out,
				      struct xfrm_state *old)
{
	struct xfrm_state *x;
	int err;

	x = hip_sa_alloc(path, out);
	if (!x)
		return ERR_PTR(-ENOMEM);
	if (!hip_sa_moved(x, old)) {
		hip_sa_discard(x);
		return old;
	}
	err = hip_sa_copy_algs(x, old);
	if (!err)
		err = hip_sa_set_replay(x, out);
	if (!err)
		err = xfrm_init_state(x);
	if (err)
		goto discard;

	xfrm_state_delete(old);
	spin_lock_bh(&old->lock);
	memcpy(x->replay_esn, old->replay_esn,
	       xfrm_replay_state_esn_len(old->replay_esn));
	memcpy(x->preplay_esn, old->replay_esn,
	       xfrm_replay_state_esn_len(old->replay_esn));
	x->curlft = old->curlft;
	spin_unlock_bh(&old->lock);

	/* What it receives from its first moment on is seen on hip0. */
	if (!out)
		WRITE_ONCE(path->x_in, x);
	xfrm_state_hold(x);
	err = xfrm_state_add(x);
	if (err) {
		if (!out)
			WRITE_ONCE(path->x_in, old);
		xfrm_state_put(x);
		/* Without @old the association does not work any more. */
		hip_assoc_event(path->assoc, HIP_EVENT_SA);
		goto discard;
	}
	return x;

discard:
	hip_sa_discard(x);
	return ERR_PTR(err);
}

int hip_sa_readdress(struct hip_path *path)
{
	struct xfrm_state *x, *old = path->x_in;

	if (old) {
		x = hip_sa_move(path, false, old);
		if (IS_ERR(x))
			return PTR_ERR(x);
		if (x != old) {
			xfrm_state_put(old);
			hip_route_forget(path);
		}
	}
	old = path->x_out;
	if (old) {
		x = hip_sa_move(path, true, old);
		if (IS_ERR(x))
			return PTR_ERR(x);
		if (x != old) {
			hip_sa_set_out(path, x);
			xfrm_state_put(old);
			dst_cache_reset(&path->dst);
		}
	}
	return 0;
}

/* --- what came by them ------------------------------------------------- */

/*
 * By the SA's selector, not by our paths: what was decrypted just before a path
 * moved or went is still on its way.
 */
bool hip_sa_carried(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct xfrm_state *x;

	if (!secpath_exists(skb))
		return false;
	x = xfrm_input_state((struct sk_buff *)skb);
	return x->props.mode == XFRM_MODE_BEET &&
	       x->id.proto == IPPROTO_ESP && x->sel.family == AF_INET6 &&
	       x->sel.prefixlen_s == 128 && x->sel.prefixlen_d == 128 &&
	       ipv6_addr_equal(&x->sel.saddr.in6, &ip6h->saddr) &&
	       ipv6_addr_equal(&x->sel.daddr.in6, &ip6h->daddr);
}

/* --- what vanishes behind our back: `ip xfrm state flush`, `policy flush` --- */

static bool hip_sa_state_lost(const struct xfrm_state *x)
{
	return x && x->km.state != XFRM_STATE_VALID;
}

static bool hip_sa_policy_lost(const struct xfrm_policy *pol)
{
	return pol && pol->walk.dead;
}

static int hip_sa_policy_repair(struct hip_net *hn)
{
	int err = 0;

	mutex_lock(&hn->lock);
	if (hip_sa_policy_lost(hn->policy)) {
		hip_policy_del(hn->policy, XFRM_POLICY_IN);
		hn->policy = NULL;
	}
	if (hn->n_policy && !hn->policy)
		err = hip_sa_policy_add(hn);
	mutex_unlock(&hn->lock);
	return err;
}

int hip_sa_repair(struct hip_assoc *assoc)
{
	struct hip_path *path;

	lockdep_assert_held(&assoc->lock);
	list_for_each_entry(path, &assoc->paths, list)
		if (hip_sa_state_lost(path->x_in) ||
		    hip_sa_state_lost(path->x_out))
			return -ESRCH;
	return hip_sa_policy_repair(assoc->hn);
}

/* Softirq, under the state's lock: new keys are due (RFC 7402 section 6.8). */
static void hip_sa_worn(struct xfrm_state *x)
{
	bool out = x->if_id >= HIP_IF_ID_BASE && x->if_id <= HIP_IF_ID_MAX;
	const struct in6_addr *from = &x->sel.saddr.in6;
	const struct in6_addr *to = &x->sel.daddr.in6;
	struct hip_assoc *assoc;

	if (x->props.mode != XFRM_MODE_BEET || x->sel.family != AF_INET6)
		return;
	assoc = hip_assoc_get(hip_net(xs_net(x)), out ? from : to,
			      out ? to : from);
	if (!assoc)
		return;
	hip_assoc_event(assoc, HIP_EVENT_WORN);
	hip_assoc_put(assoc);
}

/* Our own deletions are not announced: xfrm_state_delete() tells nobody. */
static int hip_sa_notify(struct xfrm_state *x, const struct km_event *c)
{
	if (c->event == XFRM_MSG_EXPIRE && !c->data.hard)
		hip_sa_worn(x);
	/* Only a flush, which is about no state, tells the namespace. */
	if (c->event == XFRM_MSG_FLUSHSA)
		hip_assoc_event_all(hip_net(c->net), HIP_EVENT_SA);
	else if (c->event == XFRM_MSG_DELSA && x->props.mode == XFRM_MODE_BEET)
		hip_assoc_event_all(hip_net(xs_net(x)), HIP_EVENT_SA);
	return 0;
}

/* An update may have taken the place of one of ours. */
static int hip_sa_notify_policy(struct xfrm_policy *pol, int dir,
				const struct km_event *c)
{
	switch (c->event) {
	case XFRM_MSG_FLUSHPOLICY:
		hip_assoc_event_all(hip_net(c->net), HIP_EVENT_SA);
		break;
	case XFRM_MSG_DELPOLICY:
	case XFRM_MSG_UPDPOLICY:
		if (pol->priority == HIP_POLICY_PRIORITY)
			hip_assoc_event_all(hip_net(xp_net(pol)), HIP_EVENT_SA);
		break;
	}
	return 0;
}

static int hip_sa_acquire(struct xfrm_state *x, struct xfrm_tmpl *tmpl,
			  struct xfrm_policy *pol)
{
	return -EOPNOTSUPP;
}

static struct xfrm_policy *hip_sa_compile_policy(struct sock *sk, int opt,
						 u8 *data, int len, int *dir)
{
	*dir = -EOPNOTSUPP;
	return NULL;
}

static struct xfrm_mgr hip_sa_mgr = {
	.notify		= hip_sa_notify,
	.acquire	= hip_sa_acquire,
	.compile_policy	= hip_sa_compile_policy,
	.notify_policy	= hip_sa_notify_policy,
};

void hip_sa_init(void)
{
	xfrm_register_km(&hip_sa_mgr);
}

void hip_sa_exit(void)
{
	xfrm_unregister_km(&hip_sa_mgr);
}
