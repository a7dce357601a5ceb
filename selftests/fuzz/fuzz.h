/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzz targets share. */
#ifndef _HIP_FUZZ_H
#define _HIP_FUZZ_H

#include <linux/types.h>
#include <linux/in6.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "user_types.h"

/* Not what we promise: stop here. */
#define FUZZ_CHECK(cond) do { \
	if (!(cond)) { \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
		abort(); \
	} \
} while (0)

/* A copy that ends where it ends, as aligned as memory behind an IP header. */
static inline u8 *fuzz_copy(const u8 *data, size_t size)
{
	u8 *copy = malloc(size ?: 1);

	FUZZ_CHECK(copy);
	memcpy(copy, data, size);
	return copy;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif /* _HIP_FUZZ_H */
