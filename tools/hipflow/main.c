// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow: shows and changes what the Host Identity Protocol does in the
 * kernel, in the manner of ip(8).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hipflow.h"
#include "parse.h"

#define NETNS_DIR "/run/netns"

static const struct object *const objects[] = {
	&identity_object,
	&peer_object,
	&name_object,
	&assoc_object,
	&path_object,
	&locator_object,
	&binding_object,
	&server_object,
	&registration_object,
	&stats_object,
	&config_object,
	&monitor_object,
};

static const char usage[] =
"Usage: hipflow [ OPTIONS ] OBJECT { COMMAND | help }\n"
"       hipflow [ OPTIONS ] [ -force ] -batch FILE\n"
"       hipflow [ OPTIONS ]                          everything, for people\n"
"\n"
"OBJECT := { identity | peer | name | assoc | path | locator | binding | server |\n"
"            registration | stats | config | monitor }\n"
"OPTIONS := { -j[son] | -p[retty] | -s[tatistics] | -d[etails] |\n"
"             -t[imestamp] | -n[etns] NETNS | -c[olor][={always|auto|never}] |\n"
"             -V[ersion] | -h[elp] }\n"
"\n"
"  hipflow binding add fid 10 prio 20 proto udp dport 5001 dev eth1\n"
"                    packets to UDP port 5001 of this host come by eth1\n"
"  hipflow binding set fid 10 dev eth0\n"
"                    from now on by eth0\n"
"  hipflow OBJECT help\n"
"                    grammar of an object\n";

static const struct object *find_object(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(objects); i++) {
		const char *alias = objects[i]->alias;

		if (!strcmp(name, objects[i]->name) ||
		    (alias && !strcmp(name, alias)))
			return objects[i];
	}
	return NULL;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "help") || !strcmp(word, "-h") ||
	       !strcmp(word, "-help") || !strcmp(word, "--help");
}

static int help(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout))
		return complain("cannot write: %s", strerror(errno));
	return STATUS_OK;
}

static int unknown_command(const struct object *object, const char *word)
{
	const struct command *command;
	char names[128] = "";
	size_t used = 0;

	for (command = object->commands; command->name; command++)
		used += snprintf(names + used, sizeof(names) - used, "%s, ",
				 command->name);
	return complain("'%s' has no command '%s': choose from %shelp",
			object->name, word, names);
}

int dispatch(struct hipflow *hf, struct args *args)
{
	const struct object *object;
	const struct command *command;
	const char *word;

	word = arg_next(args);
	if (!word)
		return overview(hf);
	if (is_help(word))
		return help(usage);
	object = find_object(word);
	if (!object)
		return complain("there is no object '%s': see 'hipflow help'",
				word);
	args->object = object->name;
	word = arg_next(args);
	if (!word)
		return object->commands->run(hf, args);
	if (is_help(word))
		return help(object->help);
	for (command = object->commands; command->name; command++)
		if (!strcmp(word, command->name))
			return command->run(hf, args);
	return unknown_command(object, word);
}

static int enter_netns(const char *name)
{
	char path[256];
	int status = STATUS_OK;
	int fd;

	/* As for ip, a name; also what has a place in the file system. */
	if (snprintf(path, sizeof(path), "%s%s%s",
		     strchr(name, '/') ? "" : NETNS_DIR,
		     strchr(name, '/') ? "" : "/", name) >= (int)sizeof(path))
		return complain("the name of the network namespace is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return complain("cannot open network namespace '%s': %s", name,
				strerror(errno));
	if (setns(fd, CLONE_NEWNET))
		status = complain("cannot enter network namespace '%s': %s",
				  name, strerror(errno));
	close(fd);
	return status;
}

static int set_colour(struct hipflow *hf, const char *when)
{
	if (!strcmp(when, "always"))
		hf->colour = true;
	else if (!strcmp(when, "never"))
		hf->colour = false;
	else if (!strcmp(when, "auto"))
		hf->colour = isatty(STDOUT_FILENO);
	else
		return complain("-color is 'always', 'auto' or 'never', not '%s'",
				when);
	return STATUS_OK;
}

static bool is_option(const char *word, const char *letter, const char *name)
{
	return !strcmp(word, letter) || !strcmp(word, name);
}

/**
 * struct options - beside those that commands see
 * @batch: file of command lines, or NULL
 * @version: print it, and end
 * @help: the same
 */
struct options {
	const char *batch;
	bool version;
	bool help;
};

/* @word is what follows the dash. */
static bool set_flag(struct hipflow *hf, struct options *o, const char *word)
{
	const struct {
		const char *letter;
		const char *name;
		bool *flag;
	} flags[] = {
		{ "j", "json", &hf->json },
		{ "p", "pretty", &hf->pretty },
		{ "s", "statistics", &hf->statistics },
		{ "d", "details", &hf->details },
		{ "t", "timestamp", &hf->timestamp },
		{ "f", "force", &hf->force },
		{ "V", "Version", &o->version },
		{ "v", "version", &o->version },
		{ "h", "help", &o->help },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!is_option(word, flags[i].letter, flags[i].name))
			continue;
		*flags[i].flag = true;
		return true;
	}
	return false;
}

static int parse_option(struct hipflow *hf, struct options *o,
			const char *word, struct args *args)
{
	const char *value;
	int err;

	if (set_flag(hf, o, word))
		return STATUS_OK;
	if (is_option(word, "c", "color"))
		return set_colour(hf, "always");
	if (!strncmp(word, "c=", 2))
		return set_colour(hf, word + 2);
	if (!strncmp(word, "color=", 6))
		return set_colour(hf, word + 6);
	if (is_option(word, "b", "batch"))
		return arg_value(args, "-batch", &o->batch);
	if (!is_option(word, "n", "netns"))
		return complain("there is no option '-%s': see 'hipflow help'",
				word);
	err = arg_value(args, "-netns", &value);
	return err ? err : enter_netns(value);
}

static int parse_options(struct hipflow *hf, struct options *o,
			 struct args *args)
{
	const char *word;
	int err = 0;

	while (!err && (word = arg_peek(args)) && word[0] == '-') {
		arg_next(args);
		if (!strcmp(word, "--"))
			break;
		word += word[1] == '-' ? 2 : 1;
		err = parse_option(hf, o, word, args);
	}
	return err;
}

static int run(struct hipflow *hf, struct args *args)
{
	struct options o = { 0 };
	int status;

	status = parse_options(hf, &o, args);
	if (status)
		return status;
	if (o.help)
		return help(usage);
	if (o.version)
		return help("hipflow " HIPFLOW_VERSION "\n");
	if (!o.batch)
		return dispatch(hf, args);
	if (args->left)
		return complain("'%s' is not expected here: the commands are in '%s'",
				args->words[0], o.batch);
	return batch(hf, o.batch);
}

int main(int argc, char **argv)
{
	struct args args = { .words = argv + 1, .left = argc ? argc - 1 : 0 };
	struct hipflow *hf;
	int status;

	hf = calloc(1, sizeof(*hf));
	if (!hf)
		return complain("out of memory");
	status = run(hf, &args);
	if (hf->opened)
		hip_genl_close(&hf->genl);
	free(hf);
	return status;
}
