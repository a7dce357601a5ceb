// SPDX-License-Identifier: GPL-2.0-only
#include <openssl/rand.h>
#include <string.h>

#include "dh_table.h"

void dh_table_init(struct dh_table *table)
{
	memset(table, 0, sizeof(*table));
	RAND_bytes((unsigned char *)&table->last, sizeof(table->last));
}

static struct dh_entry *slot_of(struct dh_table *table, uint32_t handle)
{
	return &table->slots[handle & (DH_TABLE_SIZE - 1)];
}

static void drop(struct dh_table *table, struct dh_entry *entry)
{
	EVP_PKEY_free(entry->key);
	memset(entry, 0, sizeof(*entry));
	table->used--;
}

static void drop_oldest(struct dh_table *table)
{
	struct dh_entry *oldest = &table->slots[0];
	unsigned int i;

	/* Handles count up and wrap: the one furthest behind is the oldest. */
	for (i = 1; i < DH_TABLE_SIZE; i++)
		if (table->last - table->slots[i].handle >
		    table->last - oldest->handle)
			oldest = &table->slots[i];
	drop(table, oldest);
}

uint32_t dh_table_add(struct dh_table *table, EVP_PKEY *key, uint8_t group)
{
	struct dh_entry *entry;

	if (table->used == DH_TABLE_SIZE)
		drop_oldest(table);
	do {
		if (!++table->last)
			table->last++;
		entry = slot_of(table, table->last);
	} while (entry->handle);

	entry->handle = table->last;
	entry->seq = 0;
	entry->group = group;
	entry->key = key;
	table->used++;
	return entry->handle;
}

struct dh_entry *dh_table_find(struct dh_table *table, uint32_t handle)
{
	struct dh_entry *entry = slot_of(table, handle);

	return handle && entry->handle == handle ? entry : NULL;
}

void dh_table_release(struct dh_table *table, uint32_t handle)
{
	struct dh_entry *entry = dh_table_find(table, handle);

	if (entry)
		drop(table, entry);
}

void dh_table_release_seq(struct dh_table *table, uint32_t seq)
{
	unsigned int i;

	for (i = 0; i < DH_TABLE_SIZE; i++)
		if (table->slots[i].handle && table->slots[i].seq == seq)
			drop(table, &table->slots[i]);
}

void dh_table_clear(struct dh_table *table)
{
	unsigned int i;

	for (i = 0; i < DH_TABLE_SIZE; i++)
		if (table->slots[i].handle)
			drop(table, &table->slots[i]);
}
