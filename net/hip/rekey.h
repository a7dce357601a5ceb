/* SPDX-License-Identifier: GPL-2.0-only */
/* Rekeying of a path's SAs (RFC 7402 sections 6.8 to 6.10). */
#ifndef _NET_HIP_REKEY_H
#define _NET_HIP_REKEY_H

#include "assoc.h"
#include "path.h"

/**
 * struct hip_rekey - of a path that is to replace another one
 * @old: that one, or NULL: it went meanwhile
 * @pub: our new Diffie-Hellman value, or NULL
 * @publen: octets
 * @dh_key: the daemon's handle of it, 0 once it was used
 * @peer_dh: the peer's new value, or NULL
 * @peer_dh_len: octets
 * @keymat: another KEYMAT, if @fresh
 * @fresh: it was made
 * @index: its next unused octet
 * @moved: we began, and told our locators with it
 * @acked: we began; the peer acknowledged it, and its own half is on its way
 * @left: the peer began, and began another UPDATE before it confirmed this
 * @answer: Update ID of our answer, if @left
 * @told: the peer has our half; it may have finished when we have not
 * @patience: jiffies until which either may take
 * @poll: when to look again whether data has come, if @left
 */
struct hip_rekey {
	struct hip_path		*old;
	u8			*pub;
	unsigned int		publen;
	u32			dh_key;
	u8			*peer_dh;
	unsigned int		peer_dh_len;
	struct hip_keymat	keymat;
	bool			fresh;
	unsigned int		index;
	bool			moved;
	bool			acked;
	bool			left;
	u32			answer;
	bool			told;
	unsigned long		patience;
	unsigned long		poll;
};

/* All under the association's lock. */

/* A user wants it, of all paths. */
void hip_rekey_ask(struct hip_assoc *assoc, bool dh);
/* The path that wants it most. @dh: and another KEYMAT. NULL: none. */
struct hip_path *hip_rekey_due(struct hip_assoc *assoc, bool *dh);
/* It could not be begun, or came to nothing: not again for a while. */
void hip_rekey_refused(struct hip_assoc *assoc);

/* Beside @old, with an SPI of its own; no SAs yet. ERR_PTR. */
struct hip_path *hip_rekey_new(struct hip_assoc *assoc, struct hip_path *old);
/* A Diffie-Hellman value to go with it. Sleeps. */
int hip_rekey_generate(struct hip_assoc *assoc, struct hip_path *path);
/* Append it, if there is one. */
void hip_rekey_build_dh(struct hip_assoc *assoc, struct hip_builder *b,
			const struct hip_path *path);

/*
 * The peer asks for new SAs of @old. Return: 0 if it may be taken, or how to
 * count the drop. ESP_INFO is there.
 */
enum hip_stat hip_rekey_check(struct hip_assoc *assoc,
			      const struct hip_packet *p,
			      const struct hip_path *old);
/* Have we asked for the same, so that both make one? */
bool hip_rekey_crosses(struct hip_assoc *assoc, const struct hip_packet *p,
		       const struct hip_path *old);
/*
 * Then it is the other half of ours. Return: 0, and it is to be acknowledged,
 * or an error. The association may have failed.
 */
int hip_rekey_cross(struct hip_assoc *assoc, const struct hip_packet *p);
/*
 * Else a new path, with both SAs: @spi is the peer's, @proposed its KEYMAT
 * index. @index: for the answer. ERR_PTR.
 */
struct hip_path *hip_rekey_take(struct hip_assoc *assoc,
				const struct hip_packet *p,
				struct hip_path *old, u32 spi,
				unsigned int proposed, unsigned int *index);
/* It has acknowledged our answer: the new path replaces the old one. */
void hip_rekey_confirmed(struct hip_assoc *assoc, struct hip_path *path);
/*
 * @old has another address: the new SAs, which the peer may use already, go there
 * with it. Return: 0 or an error, with SAs that are of no use.
 */
int hip_rekey_moved(struct hip_path *old);
/*
 * It names the new SPI as one that there is: it has our answer, though we do not
 * have its acknowledgment. The association may have failed.
 */
void hip_rekey_named(struct hip_assoc *assoc, struct hip_path *path);
/*
 * Its UPDATE about @next is answered instead, and our answer not sent again: what
 * confirms it may be lost, but data by the new SAs does as well.
 */
void hip_rekey_leave(struct hip_assoc *assoc, const struct hip_path *next);
/* @p may confirm it all the same, and only have been late. May fail. */
void hip_rekey_rx_ack(struct hip_assoc *assoc, const struct hip_packet *p);
/*
 * One of the peer's is not confirmed: until it is known whether its KEYMAT is in
 * force, no keys are drawn.
 */
bool hip_rekey_unsettled(const struct hip_assoc *assoc);
/*
 * The peer begins a rekey of its SA @spi. If it had the answer to an earlier one it
 * would name the new SA: it has given that up, for it has moved, say.
 */
void hip_rekey_forsaken(struct hip_assoc *assoc, u32 spi);
/* It sends by the new SAs already. */
bool hip_rekey_heard(const struct hip_path *path);
/* Our half is on its way to the peer. */
void hip_rekey_answered(struct hip_path *path);
/* @path goes. Unless it was complete, it is not known which KEYMAT the peer has. */
void hip_rekey_dropped(struct hip_assoc *assoc, const struct hip_path *path);
/*
 * Keys were drawn for @path from a KEYMAT that the peer may not have any more: it
 * is rekeyed when that is settled.
 */
void hip_rekey_drawn(const struct hip_assoc *assoc, struct hip_path *path);

/*
 * Ours is acknowledged. hip_rekey_read_answer() does what may fail: then the
 * packet must count as lost, as to acknowledge it would complete the rekey.
 */
int hip_rekey_read_answer(struct hip_assoc *assoc, const struct hip_packet *p);
void hip_rekey_rx_answer(struct hip_assoc *assoc);
/* Ours came to nothing: the old SAs stay. */
void hip_rekey_failed(struct hip_assoc *assoc);
/* Nobody answers: later, if it is wanted then. */
void hip_rekey_put_off(struct hip_assoc *assoc);
/* Something else comes first; it may be begun again. */
void hip_rekey_cancel(struct hip_assoc *assoc);

/* When hip_rekey_timer() wants to be called. */
bool hip_rekey_next(struct hip_assoc *assoc, unsigned long *due);
void hip_rekey_timer(struct hip_assoc *assoc);

/* For path.c. */
void hip_rekey_free(struct hip_path *path);

#endif /* _NET_HIP_REKEY_H */
