/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UPDATE (RFC 7401 sections 6.11 and 6.12) for mobility and flow mobility
 * (RFC 8046, RFC 8047, draft-cao-hiprg-flow-mobility section 3.3).
 */
#ifndef _NET_HIP_UPDATE_H
#define _NET_HIP_UPDATE_H

#include "assoc.h"
#include "input.h"

/* All under the association's lock. */
void hip_update_rx(struct hip_assoc *assoc, const struct hip_packet *p,
		   const struct hip_skb_cb *cb);
/* Begin what is due, if nothing of ours is outstanding. */
void hip_update_run(struct hip_assoc *assoc);
void hip_update_locals_changed(struct hip_assoc *assoc);
void hip_update_bindings_changed(struct hip_assoc *assoc);
void hip_update_timer(struct hip_assoc *assoc);
/* Forget what is outstanding. */
void hip_update_reset(struct hip_assoc *assoc);
/* A path goes away: no UPDATE may point to it. */
void hip_update_forget_path(struct hip_assoc *assoc, struct hip_path *path);

/* --- shared by update.c and mobility.c --------------------------------- */

/* A path that could not be brought up is tried again after so long. */
#define HIP_UPDATE_RETRY_PATHS	(60 * HZ)
/* Without an UPDATE of the peer's for so long: it has told what it has. */
#define HIP_UPDATE_SETTLE	(2 * HZ)

int hip_update_begin(struct hip_assoc *assoc, struct hip_builder *b);
/*
 * MAC, signature; then send it along a path and keep it for another time.
 * @p: the UPDATE that is answered, whose unsigned echo is given back, or NULL.
 */
int hip_update_send(struct hip_assoc *assoc, struct hip_builder *b,
		    const struct hip_packet *p, struct hip_sent **sent,
		    const struct hip_path *path);
/* The table anew; without memory for it, none. */
void hip_update_rebuild(struct hip_assoc *assoc);
/*
 * An answer to our UPDATE that is under way. Return: by which path a SEQ in it is
 * acknowledged, or NULL. The association may have failed.
 */
struct hip_path *hip_update_rx_answer(struct hip_assoc *assoc,
				      const struct hip_packet *p);
/* The ACK of our own answer to the peer's. The same. */
void hip_update_rx_confirm(struct hip_assoc *assoc, const struct hip_packet *p);
/* Keys, from @index of KEYMAT, and SAs of a path that both hosts want now. */
int hip_update_add_sas(struct hip_assoc *assoc, struct hip_path *path,
		       unsigned int index);
/* Does @p bring back what was asked for at the path's address? */
bool hip_update_echoes(const struct hip_packet *p, const struct hip_path *path);
/*
 * Where in KEYMAT the keys come from that we asked for: the greater of what we said
 * and the peer says (RFC 7402 section 6.9). -EPROTO if others have come from there
 * meanwhile: AES-GCM must not have one key twice.
 */
int hip_update_agreed_index(const struct hip_assoc *assoc,
			    const struct hip_esp_info *info);
void hip_update_drop_path(struct hip_assoc *assoc, struct hip_path *path);
/*
 * SAs of @path, and of what is to replace it, for the addresses that it has now;
 * an answer that was not acknowledged goes with them. Return: as hip_sa_readdress().
 */
int hip_update_readdress_sas(struct hip_assoc *assoc, struct hip_path *path);
struct hip_path *hip_update_usable(struct hip_assoc *assoc);
/* The path that a packet came by, else any that can be used; or NULL. */
struct hip_path *hip_update_path_back(struct hip_assoc *assoc,
				      const struct hip_skb_cb *cb);
/* For one more. Return: is there any? */
bool hip_update_make_room(struct hip_assoc *assoc);
/* Has the peer been heard in the last minute? */
bool hip_update_peer_alive(struct hip_assoc *assoc);
/* A path of long ago, of which an end is gone. */
void hip_update_reap(struct hip_assoc *assoc);
/* One from @local, that can be used if there is such; or NULL. */
struct hip_path *hip_update_path_of(struct hip_assoc *assoc,
				    const struct in6_addr *local);
/* Is there a path from there to where the peer may be? */
bool hip_update_is_served(struct hip_assoc *assoc,
			  const struct in6_addr *local);
bool hip_update_has_pair(struct hip_assoc *assoc,
			 const struct in6_addr *local,
			 const struct in6_addr *peer);
/* An address of the peer's in the family of @local; those in use first. */
bool hip_update_peer_addr(struct hip_assoc *assoc,
			  const struct in6_addr *local,
			  struct in6_addr *peer);
/* Can @path go on from @local? @peer is set to where to. */
bool hip_update_new_home(struct hip_assoc *assoc, const struct hip_path *path,
			 const struct hip_local *local, struct in6_addr *peer);
/* One of @n addresses where it can: in its own family, if there is one; or NULL. */
const struct hip_local *hip_update_find_home(struct hip_assoc *assoc,
					     const struct hip_path *path,
					     const struct hip_local *local,
					     unsigned int n,
					     struct in6_addr *peer);
/* Has the peer answered an address check at @peer, by any path? */
bool hip_update_verified(const struct hip_assoc *assoc,
			 const struct in6_addr *peer);
/* Was an UPDATE of the peer's with this ID seen, or one so much later? */
bool hip_update_is_old(const struct hip_assoc *assoc, u32 id);
void hip_update_mark(struct hip_assoc *assoc, u32 id);
/* It was not acted upon: another copy is not to be taken for a repetition. */
void hip_update_unmark(struct hip_assoc *assoc, u32 id);
/*
 * Of those that tell of locators and SAs, has a later one come before @id? The peer
 * has given up this one, or it would not have begun the other. Else @id is the last.
 */
bool hip_update_is_outdated(struct hip_assoc *assoc, u32 id);
/* Is @id newer than all of those? */
bool hip_update_is_next(const struct hip_assoc *assoc, u32 id);
/* Does it acknowledge our Update ID @id? */
bool hip_update_acks(const struct hip_packet *p, u32 id);
/*
 * An answer to what we have given up since: it asks for nothing. Were it taken
 * for a request, our answer to it would be taken for one by the peer, and so on
 * without end. The peer forgets what it prepared when it hears no more of it.
 */
bool hip_update_is_stale(const struct hip_assoc *assoc,
			 const struct hip_packet *p);
/* Nothing comes back by @path: what is under way there goes another way. */
void hip_update_path_silent(struct hip_assoc *assoc, struct hip_path *path);
/* Is data taken at an address that is told to go? */
bool hip_update_leaves(struct hip_assoc *assoc);

/* --- announce.c: E-LOCATORs as we send and understand them ------------- */

/*
 * Append the complete state: an E-LOCATOR, or a LOCATOR_SET to a peer that
 * knows no flows. Without @assoc, for an R1: locators of type 0 and bindings
 * for all peers. @preferred: the address that gets the P flag, or NULL: the
 * first. @path: whose SPI is told with its address, or NULL: any that is there.
 * As many bindings as fit are told.
 * Return: the generation of bindings up to which all of them were told.
 */
u32 hip_announce_complete(struct hip_net *hn, struct hip_assoc *assoc,
			  struct hip_builder *b,
			  const struct in6_addr *preferred,
			  const struct hip_path *path);
/*
 * Bindings that changed since hip_assoc->bindings_gen: is there one to tell the
 * peer of? @target is set to where the oldest of them goes, if it has an
 * address now. With none, the generation moves on.
 */
bool hip_announce_target(struct hip_assoc *assoc, struct in6_addr *target);
/*
 * Append a flow update (draft 3.3.3) of them: at most HIP_MAX_REDIRECT, the
 * oldest first. @fallback: our preferred locator, for those without any.
 * Return: the generation that the peer knows then.
 */
u32 hip_announce_flows(struct hip_assoc *assoc, struct hip_builder *b,
		       const struct in6_addr *fallback);
/*
 * Check the E-LOCATORs (or the LOCATOR_SET) of a packet without effect: none is
 * malformed. Return: 0 or -EINVAL.
 */
int hip_announce_check(const struct hip_packet *p);
/* Is there any of them? */
bool hip_announce_is_in(const struct hip_packet *p);

/* What an E-LOCATOR said, beside the flows that it changed. */
struct hip_announced {
	bool			present;
	bool			elocator;
	bool			complete;
	struct in6_addr		signal;		/* for control packets alone */
	unsigned int		n;
	struct {
		struct in6_addr	addr;
		time64_t	until;		/* see lifetime.c */
		u32		spi;		/* 0: type 0 */
		u8		traffic;	/* HIP_TRAFFIC_* */
		bool		preferred;
		bool		flow;		/* for flows bound to it alone */
	} locator[HIP_MAX_PEER_LOCATORS];
	/* The first preferred locator of a type that we do not know; in @p. */
	const u8		*unsupported;
	unsigned int		unsupported_len;
	/* More FIDs than this do not fit into a packet. */
	unsigned int		n_refused;
	struct {
		u16		fid;
		u8		status;
	} refused[64];
};

/* Take over what was checked. Under the association's lock. */
void hip_announce_read(struct hip_assoc *assoc, const struct hip_packet *p,
		       struct hip_announced *a);
/* NOTIFICATION of refused FIDs (design 3.14), if there are any. */
void hip_announce_refuse(struct hip_builder *b, const struct hip_announced *a);
/* What the peer refused of ours. */
void hip_announce_refused(struct hip_assoc *assoc, const struct hip_packet *p);

#endif /* _NET_HIP_UPDATE_H */
