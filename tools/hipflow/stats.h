/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of the namespace.
 */
#ifndef HIPFLOW_STATS_H
#define HIPFLOW_STATS_H

#include <linux/hip.h>

#include "hipflow.h"
#include "names.h"

struct stats {
	uint64_t value[HIP_STAT_MAX + 1];
};

/* Asks the kernel; an exit status. */
int stats_get(struct hipflow *hf, struct stats *stats);
int stats_read(const struct nlmsghdr *nlh, void *data);

#define STAT_NAME_LEN 32
const char *stat_name(const struct hip_name *line, char buf[STAT_NAME_LEN]);

#endif /* HIPFLOW_STATS_H */
