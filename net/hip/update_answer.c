// SPDX-License-Identifier: GPL-2.0-only
/* The peer's answers to our UPDATEs: what we asked for comes true. */
#include "deprecation.h"
#include "exchange.h"
#include "netlink.h"
#include "registration.h"
#include "rekey.h"
#include "update.h"

static int hip_update_new_path_up(struct hip_assoc *assoc,
				  const struct hip_packet *p)
{
	struct hip_update_out *out = &assoc->update_out;
	const struct hip_param *param;
	const struct hip_esp_info *info;
	struct hip_path *path = out->path;
	int index, err;

	param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	if (!param)
		return -EINVAL;
	info = (const struct hip_esp_info *)param->data;
	if (info->old_spi || ntohl(info->new_spi) < HIP_SPI_MIN)
		return -EINVAL;
	path->spi_out = ntohl(info->new_spi);
	index = hip_update_agreed_index(assoc, info);
	if (index < 0)
		return index;
	path->announced = true;
	/* It is known to be there; or our packet was seen there, and not only
	 * foreseen. Else it is asked once more (probe.c).
	 */
	if (!path->checking || hip_update_echoes(p, path))
		hip_path_verified(path);
	path->checking = false;
	err = hip_update_add_sas(assoc, path, index);
	if (!err)
		hip_path_retire_twins(path);
	return err;
}

/* An answer about a path by its new SPI: of this rekey no more has to come. */
static void hip_update_rx_named(struct hip_assoc *assoc,
				const struct hip_packet *p)
{
	const struct hip_param *param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	const struct hip_esp_info *info;
	struct hip_path *path;

	if (!param)
		return;
	info = (const struct hip_esp_info *)param->data;
	path = hip_path_by_spi_out(assoc, ntohl(info->new_spi));
	if (path)
		hip_rekey_named(assoc, path);
}

struct hip_path *hip_update_rx_answer(struct hip_assoc *assoc,
				      const struct hip_packet *p)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_path *path = out->path;

	if (out->kind == HIP_UPDATE_REKEY) {
		assoc->bindings_gen = out->bindings_gen;
		hip_announce_refused(assoc, p);
		hip_rekey_rx_answer(assoc);
		/* By the new path, if that was all. */
		return path;
	}
	if (out->kind == HIP_UPDATE_READDRESS &&
	    hip_packet_param(p, HIP_PARAM_SEQ)) {
		path->answered = true;
		path->answer = hip_param_u32(hip_packet_param(p, HIP_PARAM_SEQ),
					     0);
	}
	if (out->kind != HIP_UPDATE_NEW_PATH) {
		hip_update_rx_named(assoc, p);
		if (assoc->state != HIP_STATE_ESTABLISHED)
			return NULL;
		path = out->path;
	}
	if (out->kind == HIP_UPDATE_NEW_PATH &&
	    hip_update_new_path_up(assoc, p)) {
		assoc->failed_paths++;
		hip_update_drop_path(assoc, path);
		path = hip_update_usable(assoc);
	} else {
		assoc->bindings_gen = out->bindings_gen;
		hip_update_rebuild(assoc);
		hip_netlink_event_path(path);
	}
	hip_announce_refused(assoc, p);
	hip_registration_rx_acked(assoc, p);
	if (out->gone)
		hip_deprecation_told(assoc, out->gone);
	assoc->homes = 0;
	hip_sent_clear(&out->sent);
	out->kind = HIP_UPDATE_NONE;
	out->path = NULL;
	if (hip_update_leaves(assoc))
		hip_assoc_event(assoc, HIP_EVENT_LOCALS);
	return path;
}

/* UPDATE(ACK, ECHO_RESPONSE): the peer is where it says. */
void hip_update_rx_confirm(struct hip_assoc *assoc, const struct hip_packet *p)
{
	struct hip_update_in *in = &assoc->update_in;
	struct hip_path *path = in->path;

	in->acked = true;
	in->path = NULL;
	if (!path)
		return;
	if (path->checking && hip_update_echoes(p, path)) {
		/* Where it was begun; elsewhere the peer may have others. */
		if (path->fresh && !path->strayed)
			hip_path_retire_twins(path);
		hip_path_verified(path);
	} else if (!path->rekey) {
		return;
	}
	/* It has the new SAs, wherever it may be. */
	if (path->rekey) {
		hip_rekey_confirmed(assoc, path);
		return;
	}
	hip_update_rebuild(assoc);
	hip_netlink_event_path(path);
}
