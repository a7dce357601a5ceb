// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registration (RFC 8003), the registrar: what we offer, to whom, and the
 * answers to requests. There is one service, rendezvous.
 */
#include <linux/bsearch.h>
#include <linux/jiffies.h>

#include "netlink.h"
#include "registration.h"
#include "update.h"

void hip_registration_offer(struct hip_net *hn, struct hip_builder *b)
{
	struct hip_registrar *registrar = &hn->registrar;
	struct hip_reg_info *info;

	mutex_lock(&hn->lock);
	if (registrar->rvs) {
		info = hip_build_param(b, HIP_PARAM_REG_INFO,
				       sizeof(*info) + 1);
		if (info) {
			info->min = registrar->min;
			info->max = registrar->max;
			info->types[0] = HIP_REG_RENDEZVOUS;
		}
	}
	mutex_unlock(&hn->lock);
}

static int hip_registrar_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct in6_addr));
}

/* Under hip_net->lock. */
static bool hip_registrar_allows(const struct hip_registrar *registrar,
				 const struct in6_addr *hit)
{
	switch (registrar->allow) {
	case HIP_SERVER_ALLOW_ANY:
		return true;
	case HIP_SERVER_ALLOW_LISTED:
		return bsearch(hit, registrar->hits, registrar->n,
			       sizeof(*hit), hip_registrar_compare);
	default:
		return false;
	}
}

/* Return: 0, or -1 - the failure type (section 4.4). */
static int hip_registrar_judge(struct hip_assoc *assoc,
			       const struct hip_packet *p, u8 *lifetime,
			       u32 *limit)
{
	struct hip_registrar *registrar = &assoc->hn->registrar;
	int err = 0;

	mutex_lock(&assoc->hn->lock);
	if (!registrar->rvs)
		err = -1 - HIP_REG_FAILED_UNAVAILABLE;
	else if (hip_registrar_allows(registrar, &assoc->hits.peer))
		*lifetime = hip_reg_lifetime_clamp(*lifetime, registrar->min,
						   registrar->max);
	/* Who brings a certificate is told that it cannot help. */
	else if (hip_packet_param(p, HIP_PARAM_CERT))
		err = -1 - HIP_REG_FAILED_UNSUPPORTED_CERTIFICATE;
	else
		err = -1 - HIP_REG_FAILED_CREDENTIALS;
	*limit = registrar->limit;
	mutex_unlock(&assoc->hn->lock);
	return err;
}

static void hip_registrar_end(struct hip_assoc *assoc, u8 state)
{
	if (!assoc->rendezvous)
		return;
	hip_netlink_event_registered(assoc, state);
	hip_rendezvous_del(assoc);
	/* Now it has to carry data, as all others. */
	assoc->idle_since = jiffies;
}

void hip_registration_rx_request(struct hip_assoc *assoc,
				 const struct hip_packet *p, u32 seq)
{
	struct hip_registered *done = &assoc->registered;
	const struct hip_param *param;
	const struct hip_reg_grant *request;
	u8 lifetime;
	u32 limit;
	int err;

	param = hip_packet_param(p, HIP_PARAM_REG_REQUEST);
	if (!hip_reg_has_type(param, sizeof(*request), HIP_REG_RENDEZVOUS))
		return;
	request = (const struct hip_reg_grant *)param->data;
	lifetime = request->lifetime;
	memset(done, 0, sizeof(*done));
	done->valid = true;
	done->seq = seq;
	if (lifetime == HIP_REG_LIFETIME_CANCEL) {
		hip_registrar_end(assoc, HIP_REGISTRATION_CANCELLED);
		return;
	}

	err = hip_registrar_judge(assoc, p, &lifetime, &limit);
	if (!err && hip_rendezvous_add(assoc, lifetime, limit))
		err = -1 - HIP_REG_FAILED_RESOURCES;
	if (err) {
		done->refused = true;
		done->failure = -1 - err;
		/* One that is refused now was granted by other rules. */
		hip_registrar_end(assoc, HIP_REGISTRATION_REFUSED);
		return;
	}
	done->lifetime = lifetime;
	hip_netlink_event_registered(assoc, HIP_REGISTRATION_REGISTERED);
}

void hip_registration_answer(struct hip_assoc *assoc,
			     const struct hip_packet *p, u32 seq,
			     struct hip_builder *b)
{
	const struct hip_registered *done = &assoc->registered;
	const struct hip_param *request;

	request = hip_packet_param(p, HIP_PARAM_REG_REQUEST);
	if (!request)
		return;
	/* Not to what was sent before, and may be a replay. */
	if (done->valid && done->seq == seq &&
	    hip_reg_has_type(request, sizeof(struct hip_reg_grant),
			     HIP_REG_RENDEZVOUS)) {
		if (done->refused)
			hip_reg_build(b, HIP_PARAM_REG_FAILED, done->failure,
				      HIP_REG_RENDEZVOUS);
		else
			hip_reg_build(b, HIP_PARAM_REG_RESPONSE,
				      done->lifetime, HIP_REG_RENDEZVOUS);
	}
	hip_reg_refuse_others(b, request, HIP_REG_RENDEZVOUS);
}

/* One that is over, or is no longer granted; the host is told of the latter. */
void hip_registration_run(struct hip_assoc *assoc)
{
	struct hip_registrar *registrar = &assoc->hn->registrar;
	bool allowed;

	if (!assoc->rendezvous)
		return;
	if (time_after_eq(jiffies, assoc->rendezvous->expires)) {
		hip_registrar_end(assoc, HIP_REGISTRATION_EXPIRED);
		return;
	}
	mutex_lock(&assoc->hn->lock);
	allowed = registrar->rvs &&
		  hip_registrar_allows(registrar, &assoc->hits.peer);
	mutex_unlock(&assoc->hn->lock);
	if (allowed)
		return;
	hip_registrar_end(assoc, HIP_REGISTRATION_REFUSED);
	assoc->registered.revoke = true;
}

void hip_registration_server_changed(struct hip_net *hn)
{
	hip_identity_r1_refresh(hn);
	hip_assoc_event_all(hn, HIP_EVENT_REGISTER);
}
