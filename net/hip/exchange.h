/* SPDX-License-Identifier: GPL-2.0-only */
/* Base exchange (RFC 7401 sections 4.1 and 6.6 to 6.10). */
#ifndef _NET_HIP_EXCHANGE_H
#define _NET_HIP_EXCHANGE_H

#include "assoc.h"
#include "input.h"

/* Under the association's lock unless said otherwise. */
void hip_exchange_initiate(struct hip_assoc *assoc);
void hip_exchange_rx_r1(struct hip_assoc *assoc, const struct hip_packet *p,
			const struct hip_skb_cb *cb);
void hip_exchange_rx_i2(struct hip_assoc *assoc, const struct hip_packet *p,
			const struct hip_skb_cb *cb);
void hip_exchange_rx_r2(struct hip_assoc *assoc, const struct hip_packet *p,
			const struct hip_skb_cb *cb);
/* R2-SENT: the peer has shown that it is established. */
void hip_exchange_established(struct hip_assoc *assoc);
/* Retransmission of I1, I2 or the end of R2-SENT. */
void hip_exchange_timer(struct hip_assoc *assoc);

/* softirq, no association: I1 to R1; the puzzle of an I2. */
void hip_exchange_rx_i1(struct hip_net *hn, const struct hip_packet *p,
			const struct hip_skb_cb *cb);
int hip_exchange_check_puzzle(struct hip_net *hn, const struct hip_packet *p);

/* --- shared by exchange.c, initiator.c and responder.c ----------------- */

/* Another address of the peer's for an I1 that was not answered. */
void hip_exchange_next_address(struct hip_assoc *assoc);
/* The path of an I2 that answers the R1 @p; ERR_PTR. */
struct hip_path *hip_exchange_r1_path(struct hip_assoc *assoc,
				      const struct hip_packet *p,
				      const struct hip_skb_cb *cb);
/*
 * The I2 is to be sent again: it goes by where the R1 came by and by the way that
 * was chosen for it in turn, as either may swallow packets. Return: 0, or an error
 * with SAs that are of no use.
 */
int hip_exchange_i2_again(struct hip_assoc *assoc);
/*
 * The R2 came, maybe by the other one of them. The path is verified if it says that
 * the peer is there. Return: the same.
 */
int hip_exchange_r2_path(struct hip_assoc *assoc, struct hip_path *path,
			 const struct hip_skb_cb *cb);
int hip_exchange_choose(const struct hip_param *offer, unsigned int from,
			const u16 *have, unsigned int n);
bool hip_exchange_offers_esp(const struct hip_packet *p);
/* Contents of a HOST_ID, held against the HIT of the packet's sender. */
int hip_exchange_host_id(const struct hip_packet *p,
			 const struct hip_param *param);
struct hip_macs *hip_exchange_macs(const struct hip_keymat *km,
				   const struct hip_hits *hits,
				   enum hip_rhash rhash, u16 cipher,
				   unsigned int *index);
void hip_exchange_free_macs(struct hip_macs *macs);
int hip_exchange_keep_host_id(struct hip_assoc *assoc,
			      const struct hip_param *param);
int hip_exchange_keep_dh(struct hip_assoc *assoc, const struct hip_dh *dh,
			 const u8 *i, const u8 *j, enum hip_rhash rhash);
/* @keys: outgoing, incoming; the caller wipes them. Moves keymat_index on. */
int hip_exchange_esp_keys(struct hip_assoc *assoc, unsigned int index,
			  struct hip_esp_keys keys[2]);
void hip_exchange_echo(struct hip_builder *b, const struct hip_packet *p,
		       u16 request, u16 response);

/* Of ciphers and of ESP suites. */
#define HIP_MAX_OFFER		6U

/* SPIs 1 to 255 are reserved (RFC 4303 section 2.1). */
#define HIP_SPI_MIN		256

/* Parts of packets that identity.c needs to make an R1. */
#define HIP_PUZZLE_LIFETIME	39	/* 2^(39 - 32) = 128 s */
#define HIP_R1_LIFETIME		(120 * HZ)

#endif /* _NET_HIP_EXCHANGE_H */
