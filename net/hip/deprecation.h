/* SPDX-License-Identifier: GPL-2.0-only */
/* SAs that a host has given up (RFC 8047 section 5.2). */
#ifndef _NET_HIP_DEPRECATION_H
#define _NET_HIP_DEPRECATION_H

#include "assoc.h"
#include "path.h"

/* All under the association's lock. */

/*
 * Another path has the place of @path: it sends nothing more, and goes when nothing
 * has come by it for HIP_PATH_LINGER. The table is to be rebuilt then.
 */
void hip_path_retire(struct hip_path *path);
/* All others between the same addresses as @path, which both hosts have now. */
void hip_path_retire_twins(struct hip_path *path);
/* The peer has it still. */
void hip_path_recall(struct hip_path *path);

/*
 * Of paths between the same addresses, as moves have left them, one is enough: the
 * Initiator gives up the others. Return: was there one? Then the peer is to be told.
 */
bool hip_deprecation_twin(struct hip_assoc *assoc);
/* @path goes, and the peer may not know it: it is to be told. */
void hip_deprecation_note(struct hip_assoc *assoc, const struct hip_path *path);
/* The SPI to tell of next, or 0. */
u32 hip_deprecation_due(const struct hip_assoc *assoc);
/* The peer knows that @spi is gone. */
void hip_deprecation_told(struct hip_assoc *assoc, u32 spi);
/*
 * The peer has given up the SAs of @path. The association's table is to be
 * rebuilt.
 */
void hip_deprecation_rx(struct hip_assoc *assoc, struct hip_path *path);

#endif
