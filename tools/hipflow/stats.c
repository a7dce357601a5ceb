// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow stats: counters of the namespace.
 */
#include <stdio.h>
#include <string.h>

#include <linux/hip.h>

#include "names.h"
#include "show.h"
#include "stats.h"

int stats_read(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[HIP_STAT_MAX + 1];
	struct stats *stats = data;
	unsigned int i;

	hip_genl_attrs(nlh, tb, HIP_STAT_MAX);
	for (i = 1; i <= HIP_STAT_MAX; i++)
		if (tb[i])
			stats->value[i] = attr_u64(tb[i]);
	return 0;
}

int stats_get(struct hipflow *hf, struct stats *stats)
{
	int status = query_open(hf);

	memset(stats, 0, sizeof(*stats));
	if (status)
		return status;
	if (hip_genl_talk(&hf->genl,
			  hip_genl_msg(&hf->genl, HIP_CMD_STATS_GET),
			  stats_read, stats))
		return complain_kernel(&hf->genl);
	return STATUS_OK;
}

/* Members of JSON have no dashes, and text is to show the same names. */
const char *stat_name(const struct hip_name *line, char buf[STAT_NAME_LEN])
{
	char *dash;

	snprintf(buf, STAT_NAME_LEN, "%s", line->name);
	while ((dash = strchr(buf, '-')))
		*dash = '_';
	return buf;
}

static int stats_show(struct hipflow *hf, struct args *args)
{
	bool all = arg_is(args, "all") || hf->details;
	const struct hip_name *line;
	char name[STAT_NAME_LEN];
	struct stats stats;
	int status;

	status = arg_end(args);
	if (!status)
		status = stats_get(hf, &stats);
	if (status)
		return status;

	out_begin(hf, OUT_ARRAY);
	out_open();
	for (line = hip_stat_names; line->name; line++) {
		uint64_t value = stats.value[line->number];
		bool shown = all || value;

		stat_name(line, name);
		out_uint(name, shown ? name : NULL, value);
		if (!shown)
			continue;
		if (hf->details && line->text) {
			out_word("-");
			out_word(line->text);
		}
		out_line("");
	}
	out_close();
	return out_end();
}

static const struct command commands[] = {
	{ "show", stats_show },
	{ 0 }
};

const struct object stats_object = {
	.name = "stats",
	.commands = commands,
	.help =
"Usage: hipflow stats [ show [ all ] ]\n"
"\n"
"Counters that are not zero; with all, every one, and with -d what each counts.\n",
};
