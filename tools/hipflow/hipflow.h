/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command hipflow: what its files share.
 *
 * Commands return an exit status and have then printed what was wrong. They
 * read all of their words before they send anything, so that a mistake on the
 * command line changes nothing.
 */
#ifndef HIPFLOW_H
#define HIPFLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler.h"
#include "genl.h"

/* As ip: 1 is a mistake of the user, 2 the kernel's refusal. */
#define STATUS_OK	0
#define STATUS_USAGE	1
#define STATUS_KERNEL	2

/**
 * struct hipflow - options, and the socket
 * @json: print JSON
 * @pretty: with indentation
 * @statistics: print counters where they are not the point
 * @details: print everything
 * @timestamp: print when an event came
 * @force: go on after an error in a batch
 * @colour: of text
 * @opened: @genl is open
 * @genl: for requests; kept open through a batch
 */
struct hipflow {
	bool json;
	bool pretty;
	bool statistics;
	bool details;
	bool timestamp;
	bool force;
	bool colour;
	bool opened;
	struct hip_genl genl;
};

/**
 * struct args - words of a command line that are still to be read
 * @words: the next one first
 * @left: how many
 * @object: whose help tells of them, NULL before there is one
 */
struct args {
	char **words;
	int left;
	const char *object;
};

/**
 * struct command - a verb
 * @name: as typed
 * @run: does it
 */
struct command {
	const char *name;
	int (*run)(struct hipflow *hf, struct args *args);
};

/**
 * struct object - what verbs are applied to
 * @name: as typed
 * @alias: another name, or NULL
 * @help: its grammar
 * @commands: the first one is done if no verb is given; the last has no name
 */
struct object {
	const char *name;
	const char *alias;
	const char *help;
	const struct command *commands;
};

extern const struct object assoc_object;
extern const struct object binding_object;
extern const struct object config_object;
extern const struct object identity_object;
extern const struct object locator_object;
extern const struct object monitor_object;
extern const struct object name_object;
extern const struct object path_object;
extern const struct object peer_object;
extern const struct object registration_object;
extern const struct object server_object;
extern const struct object stats_object;

int overview(struct hipflow *hf);
int batch(struct hipflow *hf, const char *file);
/* One command line, without options. */
int dispatch(struct hipflow *hf, struct args *args);

/* Where we are in a batch; put before what complain() prints. */
#define COMPLAIN_WHERE_LEN 256
extern char complain_where[COMPLAIN_WHERE_LEN];

/* Prints "hipflow: ..." to stderr; returns STATUS_USAGE. */
__printf(1, 2)
int complain(const char *format, ...);

/* Prints what the kernel said; returns STATUS_KERNEL. */
int complain_kernel(const struct hip_genl *g);

#endif /* HIPFLOW_H */
