// SPDX-License-Identifier: GPL-2.0-only
/* Update IDs: which UPDATEs were seen, and which are acknowledged (RFC 7401
 * section 6.12).
 */
#include "update.h"

bool hip_update_is_old(const struct hip_assoc *assoc, u32 id)
{
	u32 behind = assoc->peer_update_max - id;

	if (!assoc->peer_update_seen || (s32)behind < 0)
		return false;
	return behind >= 32 || (assoc->peer_update_mask & BIT(behind));
}

void hip_update_mark(struct hip_assoc *assoc, u32 id)
{
	u32 ahead = id - assoc->peer_update_max;

	if (!assoc->peer_update_seen) {
		assoc->peer_update_max = id;
		assoc->peer_update_mask = 1;
		assoc->peer_update_seen = true;
	} else if ((s32)ahead > 0) {
		assoc->peer_update_mask = ahead < 32 ?
			assoc->peer_update_mask << ahead : 0;
		assoc->peer_update_mask |= 1;
		assoc->peer_update_max = id;
	} else {
		assoc->peer_update_mask |= BIT(-ahead);
	}
}

void hip_update_unmark(struct hip_assoc *assoc, u32 id)
{
	u32 behind = assoc->peer_update_max - id;

	if (behind < 32)
		assoc->peer_update_mask &= ~BIT(behind);
}

bool hip_update_is_next(const struct hip_assoc *assoc, u32 id)
{
	return !assoc->peer_request_seen || (s32)(id - assoc->peer_request) > 0;
}

bool hip_update_is_outdated(struct hip_assoc *assoc, u32 id)
{
	if (assoc->peer_request_seen && (s32)(id - assoc->peer_request) < 0)
		return true;
	assoc->peer_request = id;
	assoc->peer_request_seen = true;
	return false;
}

bool hip_update_acks(const struct hip_packet *p, u32 id)
{
	const struct hip_param *ack = hip_packet_param(p, HIP_PARAM_ACK);
	unsigned int i;

	for (i = 0; ack && i < ack->len / 4; i++)
		if (hip_param_u32(ack, i) == id)
			return true;
	return false;
}

bool hip_update_is_stale(const struct hip_assoc *assoc,
			 const struct hip_packet *p)
{
	const struct hip_update_in *in = &assoc->update_in;

	return hip_packet_param(p, HIP_PARAM_ACK) &&
	       !(in->valid && hip_update_acks(p, in->id));
}
