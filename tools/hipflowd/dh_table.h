/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Diffie-Hellman key pairs that the kernel holds handles of.
 *
 * A pair is made for a pool of R1s or for one exchange, used any number of
 * times and then released. The kernel may also go away without releasing; so
 * the table is bounded, and when it is full the oldest pair goes. It belongs
 * to the thread of the event loop.
 */
#ifndef HIPFLOWD_DH_TABLE_H
#define HIPFLOWD_DH_TABLE_H

#include <openssl/evp.h>
#include <stdint.h>

#define DH_TABLE_SIZE 4096	/* a power of two */

struct dh_entry {
	uint32_t handle;	/* 0: the slot is free */
	uint32_t seq;		/* of the reply that told the kernel */
	uint8_t group;
	EVP_PKEY *key;
};

struct dh_table {
	uint32_t last;
	unsigned int used;
	struct dh_entry slots[DH_TABLE_SIZE];
};

/*
 * Handles begin at a random number, so that one of a daemon that ran before is
 * not taken for one of ours.
 */
void dh_table_init(struct dh_table *table);

/* Takes over @key; the handle, never 0. */
uint32_t dh_table_add(struct dh_table *table, EVP_PKEY *key, uint8_t group);

/* NULL if there is none. */
struct dh_entry *dh_table_find(struct dh_table *table, uint32_t handle);

void dh_table_release(struct dh_table *table, uint32_t handle);

/* Releases the pair whose handle was told by the reply @seq, if there is one. */
void dh_table_release_seq(struct dh_table *table, uint32_t seq);

void dh_table_clear(struct dh_table *table);

#endif /* HIPFLOWD_DH_TABLE_H */
