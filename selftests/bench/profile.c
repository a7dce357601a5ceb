// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU plugin: instructions by address, between the marks that a program in the
 * guest sets (packet.c). Each second mark appends "= N" for the Nth pair and then
 * lines ADDRESS INSTRUCTIONS, of what was run block by block, to the file that is
 * its argument. profile.py gives them names.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin.h"

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* nopl with a displacement that nobody else uses; the last octet is 1 or 2. */
static const unsigned char mark[] = { 0x0f, 0x1f, 0x80, 'H', 'I', 'P' };

struct block {
	struct block		*next;
	unsigned long long	addr;
	unsigned long long	count;
};

static struct block *blocks;
static const char *output;
static unsigned int pairs;

static void on_mark(unsigned int cpu, void *data)
{
	bool end = data;
	struct block *b;
	FILE *f = NULL;

	(void)cpu;
	if (end) {
		f = fopen(output, "a");
		if (!f)
			return;
		fprintf(f, "= %u\n", ++pairs);
	}
	for (b = blocks; b; b = b->next) {
		if (f && b->count)
			fprintf(f, "%llx %llu\n", b->addr, b->count);
		b->count = 0;
	}
	if (f)
		fclose(f);
}

static void on_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);
	struct block *b = calloc(1, sizeof(*b));

	(void)id;
	if (!b)
		abort();
	b->addr = qemu_plugin_tb_vaddr(tb);
	b->next = blocks;
	blocks = b;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, 0, &b->count, n);
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const unsigned char *data = qemu_plugin_insn_data(insn);

		if (qemu_plugin_insn_size(insn) == sizeof(mark) + 1 &&
		    !memcmp(data, mark, sizeof(mark)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, 0,
							       data[6] == 2 ? &pairs : NULL);
	}
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "to=", 3)) {
		fprintf(stderr, "profile: to=FILE is needed\n");
		return 1;
	}
	output = strdup(argv[0] + 3);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
	return output ? 0 : 1;
}
