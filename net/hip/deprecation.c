// SPDX-License-Identifier: GPL-2.0-only
/*
 * SAs that a host has given up (RFC 8047 section 5.2, ESP_INFO case 4). Both hosts
 * may move at once, or one be without its daemon while the other moves, and one
 * gives up a path that the other believes in: packets by it would vanish. So who
 * drops SAs that the peer may still have says so, with the next complete state:
 *
 *   UPDATE(ESP_INFO(OLD SPI = gone, NEW SPI = 0), E-LOCATOR, SEQ)    ->
 *                                                   <-  UPDATE(ACK)
 *
 * The peer sends nothing more by its end of that path, which goes when nothing has
 * come by it for a while.
 */
#include <linux/jiffies.h>

#include "deprecation.h"
#include "netlink.h"
#include "rekey.h"
#include "update.h"

void hip_path_retire(struct hip_path *path)
{
	hip_sent_clear(&path->probe.sent);
	path->replaced = true;
	path->until = jiffies + HIP_PATH_LINGER;
	hip_path_deprecate(path);
}

/*
 * Who begins a path between two addresses has none there: what the other host
 * has is of before a move, and its SAs may be gone at the other end. One that is
 * on its way to another place is left alone; it will be told of.
 */
void hip_path_retire_twins(struct hip_path *path)
{
	struct hip_assoc *assoc = path->assoc;
	struct hip_path *twin;

	list_for_each_entry(twin, &assoc->paths, list) {
		if (twin == path || !twin->x_out || twin->replaced ||
		    twin->rekey || assoc->update_out.path == twin ||
		    assoc->update_in.path == twin ||
		    !ipv6_addr_equal(&twin->local, &path->local) ||
		    !ipv6_addr_equal(&twin->peer, &path->peer))
			continue;
		hip_path_retire(twin);
	}
}

/* Its address is checked before anything is sent there. */
void hip_path_recall(struct hip_path *path)
{
	if (!path->replaced)
		return;
	path->replaced = false;
	hip_path_doubt(path);
}

/* --- what we give up --------------------------------------------------- */

/*
 * Has the peer SAs of it? If they were asked for, the answer may be on its way; who
 * knows no flows may not know more than one pair of SAs either, and is not bothered.
 */
static bool hip_deprecation_matters(const struct hip_assoc *assoc,
				    const struct hip_path *path)
{
	const struct hip_update_out *out = &assoc->update_out;

	if (out->kind == HIP_UPDATE_NEW_PATH && out->path == path)
		return assoc->flows;
	/* One that was replaced goes at both ends. */
	return path->x_in && path->spi_out && !path->replaced;
}

static void hip_deprecation_tell(struct hip_assoc *assoc, u32 spi)
{
	unsigned int n = ARRAY_SIZE(assoc->gone);

	/* Older ones are most likely known. */
	memmove(&assoc->gone[1], &assoc->gone[0],
		(n - 1) * sizeof(assoc->gone[0]));
	assoc->gone[0] = spi;
}

void hip_deprecation_note(struct hip_assoc *assoc, const struct hip_path *path)
{
	if (!hip_deprecation_matters(assoc, path))
		return;
	hip_deprecation_tell(assoc, path->spi_in);
	/* As long as they are not used by both, the peer may take back the old. */
	if (path->spi_in_old && !(hip_path_heard(path) && hip_path_sent(path)))
		hip_deprecation_tell(assoc, path->spi_in_old);
}

static bool hip_deprecation_has_twin(const struct hip_path *path)
{
	const struct hip_path *twin;

	list_for_each_entry(twin, &path->assoc->paths, list) {
		if (twin == path)
			return false;
		if (hip_path_usable(twin) && !twin->replaced && !twin->rekey &&
		    ipv6_addr_equal(&twin->local, &path->local) &&
		    ipv6_addr_equal(&twin->peer, &path->peer))
			return true;
	}
	return false;
}

bool hip_deprecation_twin(struct hip_assoc *assoc)
{
	struct hip_path *path;

	if (!assoc->initiator || time_before(jiffies, assoc->settled))
		return false;
	list_for_each_entry(path, &assoc->paths, list) {
		if (!hip_path_usable(path) || path->replaced || path->rekey ||
		    assoc->update_in.path == path ||
		    !hip_deprecation_has_twin(path))
			continue;
		hip_deprecation_note(assoc, path);
		hip_path_retire(path);
		hip_update_rebuild(assoc);
		hip_netlink_event_path(path);
		return true;
	}
	return false;
}

u32 hip_deprecation_due(const struct hip_assoc *assoc)
{
	unsigned int i = ARRAY_SIZE(assoc->gone);

	while (i-- > 0)
		if (assoc->gone[i])
			return assoc->gone[i];
	return 0;
}

void hip_deprecation_told(struct hip_assoc *assoc, u32 spi)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(assoc->gone); i++)
		if (assoc->gone[i] == spi)
			assoc->gone[i] = 0;
}

/* --- what the peer gives up -------------------------------------------- */

/*
 * New SAs that we asked for, and that the peer drops before it has used them, were to
 * replace others, which it kept: they are taken back. If it is too late for that it
 * is told, or it would go on by them. If it was the peer who asked, it had the new
 * ones in use, and this is the end of the path.
 */
static void hip_deprecation_old(struct hip_assoc *assoc,
				const struct hip_path *path)
{
	struct hip_path *old;

	if (!path->spi_out_old || !path->rekeyed || hip_path_heard(path))
		return;
	list_for_each_entry(old, &assoc->paths, list)
		if (old->replaced && old->spi_out == path->spi_out_old) {
			hip_path_recall(old);
			return;
		}
	hip_deprecation_tell(assoc, path->spi_in_old);
}

void hip_deprecation_rx(struct hip_assoc *assoc, struct hip_path *path)
{
	if (path->rekey) {
		/* If it has used them it was complete, and both end here. */
		if (!hip_rekey_heard(path)) {
			hip_update_drop_path(assoc, path);
			return;
		}
		hip_rekey_named(assoc, path);
		if (assoc->state != HIP_STATE_ESTABLISHED)
			return;
	}
	if (path->replaced)
		return;
	/* What we have begun along it, the peer would not know. */
	if (assoc->update_out.path == path)
		assoc->announce = true;
	hip_update_forget_path(assoc, path);
	hip_path_retire(path);
	hip_deprecation_old(assoc, path);
	hip_netlink_event_path(path);
}
