/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reachability of paths: one that swallows packets is found by its silence, its
 * flows go elsewhere, and it is used again when it answers.
 */
#ifndef _NET_HIP_PROBE_H
#define _NET_HIP_PROBE_H

#include "assoc.h"

/* Range of path_timeout_ms; 0 turns it off. */
#define HIP_PATH_TIMEOUT_MIN_MS	200
#define HIP_PATH_TIMEOUT_MAX_MS	10000

struct hip_packet;

/* Look for silence from now on; data keeps it going. Any context, under RCU. */
void hip_probe_watch(struct hip_assoc *assoc);

/*
 * Data leaves by @path. Under RCU, and with the association's table still to be
 * seen, so that its end (hip_probe_end()) has yet to wait for us.
 */
static inline void hip_probe_tx(struct hip_path *path)
{
	unsigned long now = jiffies, since = READ_ONCE(path->tx_since);

	/* Silence begins with the first packet that nothing has answered. */
	if (time_after(now, since) &&
	    time_after_eq(READ_ONCE(path->last_rx), since))
		WRITE_ONCE(path->tx_since, now);
	if (!READ_ONCE(path->assoc->watched))
		hip_probe_watch(path->assoc);
}

/* Something authentic came by @path. Any context. */
static inline void hip_probe_rx(struct hip_path *path)
{
	unsigned long now = jiffies;

	if (time_after(now, READ_ONCE(path->last_rx)))
		WRITE_ONCE(path->last_rx, now);
}

/* The association's timer that looks for silence. */
void hip_probe_timer(struct timer_list *t);

/* No timer runs or will run. Process context. */
void hip_probe_end(struct hip_assoc *assoc);

/* The following under the association's lock. */

/* Begin, repeat and judge probes. */
void hip_probe_run(struct hip_assoc *assoc);
/* An UPDATE with ACK, its MAC verified: does it answer a probe? */
void hip_probe_rx_ack(struct hip_assoc *assoc, const struct hip_packet *p);
/* The peer knows no association that @p, an UPDATE of ours, could be for. */
void hip_probe_rx_unknown(struct hip_assoc *assoc, const struct hip_packet *p);
/* When hip_probe_run() is to be called next. Return: false if never. */
bool hip_probe_due(struct hip_assoc *assoc, unsigned long *due);
/* Forget what is known of the path: it has moved. */
void hip_probe_reset(struct hip_path *path);

#endif /* _NET_HIP_PROBE_H */
