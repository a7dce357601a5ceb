// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bundles: the routes by which XFRM sends through an SA. It makes them for
 * policies alone. One in its tables for each path would take as much memory as
 * the SA, and each that is added there makes every route of the namespace be
 * looked up anew. A socket, though, may have a policy that is in no table. So each
 * CPU has a socket that carries nothing but a policy, which names the SA in
 * question for as long as the look-up takes; what is found does not need it.
 */
#include <linux/percpu.h>
#include <net/sock.h>
#include <net/xfrm.h>

#include "compat.h"
#include "path.h"

/**
 * struct hip_bundle_maker - of one CPU
 * @lock: excludes changes of @policy; BH
 * @sk: has @policy for what goes out
 * @policy: ours alone between look-ups
 */
struct hip_bundle_maker {
	spinlock_t		lock;
	struct sock		*sk;
	struct xfrm_policy	*policy;
};

static DEFINE_PER_CPU(struct hip_bundle_maker, hip_bundle_makers);

/* Without an owner: the module could not be removed otherwise. */
static struct proto hip_bundle_proto = {
	.name		= "HIP",
	.obj_size	= sizeof(struct sock),
};

/* The SA has a selector; the policy is for all that gets here. */
static struct xfrm_policy *hip_bundle_policy(void)
{
	struct xfrm_policy *policy = xfrm_policy_alloc(&init_net, GFP_KERNEL);
	struct xfrm_tmpl *tmpl;

	if (!policy)
		return NULL;
	/* It was in no table: whoever puts it last may free it. */
	policy->walk.dead = 1;
	policy->selector.family = AF_INET6;
	policy->family = AF_INET6;
	policy->type = XFRM_POLICY_TYPE_MAIN;
	policy->action = XFRM_POLICY_ALLOW;
	policy->xfrm_nr = 1;
	tmpl = &policy->xfrm_vec[0];
	tmpl->id.proto = IPPROTO_ESP;
	tmpl->mode = XFRM_MODE_BEET;
	tmpl->share = XFRM_SHARE_ANY;
	tmpl->allalgs = 1;
	return policy;
}

static int hip_bundle_maker_init(struct hip_bundle_maker *maker)
{
	spin_lock_init(&maker->lock);
	maker->policy = hip_bundle_policy();
	if (!maker->policy)
		return -ENOMEM;
	maker->sk = sk_alloc(&init_net, AF_UNSPEC, GFP_KERNEL,
			     &hip_bundle_proto, 1);
	if (!maker->sk)
		return -ENOMEM;
	sock_init_data(NULL, maker->sk);
	rcu_assign_pointer(maker->sk->sk_policy[XFRM_POLICY_OUT],
			   maker->policy);
	return 0;
}

int hip_bundle_init(void)
{
	int cpu, err;

	for_each_possible_cpu(cpu) {
		err = hip_bundle_maker_init(per_cpu_ptr(&hip_bundle_makers, cpu));
		if (err) {
			hip_bundle_exit();
			return err;
		}
	}
	return 0;
}

void hip_bundle_exit(void)
{
	struct hip_bundle_maker *maker;
	int cpu;

	for_each_possible_cpu(cpu) {
		maker = per_cpu_ptr(&hip_bundle_makers, cpu);
		if (maker->sk) {
			RCU_INIT_POINTER(maker->sk->sk_policy[XFRM_POLICY_OUT],
					 NULL);
			sk_free(maker->sk);
			maker->sk = NULL;
		}
		if (maker->policy)
			xfrm_pol_put(maker->policy);
		maker->policy = NULL;
	}
}

/* Nobody else has seen @dst yet. */
static void hip_bundle_forget_policy(struct dst_entry *dst)
{
	struct xfrm_dst *xdst = (struct xfrm_dst *)dst;

	xfrm_pols_put(xdst->pols, xdst->num_pols);
	xdst->num_pols = 0;
}

static struct dst_entry *hip_bundle_by(struct hip_bundle_maker *maker,
				       struct xfrm_state *x,
				       struct dst_entry *orig,
				       const struct flowi *fl)
{
	struct xfrm_policy *policy = maker->policy;
	struct xfrm_tmpl *tmpl = &policy->xfrm_vec[0];
	struct net *net = xs_net(x);
	struct dst_entry *dst;

	/* It would be freed behind the list's back, or under another lock. */
	WARN_ON_ONCE(hip_xfrm_policy_caches(policy));
	write_pnet(&policy->xp_net, net);
	policy->if_id = x->if_id;
	tmpl->encap_family = x->props.family;
	tmpl->saddr = x->props.saddr;
	tmpl->id.daddr = x->id.daddr;
	tmpl->reqid = x->props.reqid;
	dst = xfrm_lookup_with_ifid(net, orig, fl, maker->sk, 0, x->if_id);
	if (hip_xfrm_policy_caches(policy))
		hip_xfrm_policy_uncache(net, policy);
	if (!IS_ERR(dst) && dst->xfrm)
		hip_bundle_forget_policy(dst);
	return dst;
}

struct dst_entry *hip_bundle_lookup(const struct hip_path *path,
				    struct dst_entry *orig,
				    const struct flowi *fl)
{
	/* Pairs with the release in hip_sa_set_out(). */
	struct xfrm_state *x = smp_load_acquire(&path->x_out);
	struct hip_bundle_maker *maker;
	struct dst_entry *dst;

	/* For one that is gone XFRM would ask key managers for another. */
	if (!x || x->km.state != XFRM_STATE_VALID) {
		dst_release(orig);
		return ERR_PTR(-ENETUNREACH);
	}
	maker = raw_cpu_ptr(&hip_bundle_makers);
	spin_lock_bh(&maker->lock);
	dst = hip_bundle_by(maker, x, orig, fl);
	spin_unlock_bh(&maker->lock);
	if (IS_ERR(dst) || dst->xfrm == x)
		return dst;
	dst_release(dst);
	return ERR_PTR(-ENETUNREACH);
}
