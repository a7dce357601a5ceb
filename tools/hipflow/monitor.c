// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow monitor: events as they come, one in a line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/hip.h>

#include "show.h"

#define STAMP_LEN 80

/**
 * struct monitor - what the callback of events needs
 * @hf: options, and the socket for requests
 * @paths: as last listed, to say where a flow is carried
 * @stale: a path has changed since
 */
struct monitor {
	struct hipflow *hf;
	struct list paths;
	bool stale;
};

/* ISO 8601, with microseconds and the offset from UTC. */
static void print_timestamp(const struct hipflow *hf)
{
	char date[32], zone[8], stamp[STAMP_LEN];
	struct timespec now;
	struct tm tm;

	if (!hf->timestamp)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(date, sizeof(date), "%FT%T", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(stamp, sizeof(stamp), "%s.%06ld%s", date, now.tv_nsec / 1000,
		 zone);
	out_string("timestamp", "", stamp);
}

/* @word: that of text, NULL if what follows begins with it. */
static void begin_event(const struct hipflow *hf, const char *event,
			const char *word, bool resync)
{
	out_open();
	print_timestamp(hf);
	out_string("event", NULL, event);
	if (resync)
		out_flag("resync", "still", true);
	out_colour(OUT_NAME);
	if (word)
		out_word(word);
}

static void assoc_event(const struct hipflow *hf, const struct assoc *a,
			bool resync)
{
	begin_event(hf, "assoc", "assoc", resync);
	assoc_print(hf, a);
	out_close();
}

static void path_event(const struct hipflow *hf, const struct path *p,
		       bool resync)
{
	begin_event(hf, "path", NULL, resync);
	path_print(hf, p);
	out_close();
}

static void binding_event(const struct hipflow *hf, const struct binding *b,
			  const struct list *paths, bool resync)
{
	begin_event(hf, "binding", "binding", resync);
	binding_print(hf, b, paths);
	out_close();
}

static void registration_event(const struct hipflow *hf,
			       const struct registration *r, bool resync)
{
	begin_event(hf, "registration", "registration", resync);
	registration_print(hf, r);
	out_close();
}

/* What is there now, after some events of how it came to be were lost. */
static int resync(struct hipflow *hf)
{
	struct list assocs = LIST(assoc, assoc_read);
	struct list paths = LIST(path, path_read);
	struct list bindings = LIST(binding, binding_read);
	struct list registrations = LIST(registration, registration_read);
	const struct registration *r;
	const struct assoc *a;
	const struct path *p;
	const struct binding *b;
	int status;

	begin_event(hf, "lost", "lost", false);
	out_word("- too many events at once, here is how things are now:");
	out_close();

	status = query_list(hf, HIP_CMD_ASSOC_GET, &assocs, assoc_compare);
	if (!status)
		status = query_list(hf, HIP_CMD_PATH_GET, &paths,
				    path_compare);
	if (!status)
		status = query_list(hf, HIP_CMD_BINDING_GET, &bindings,
				    binding_compare);
	if (!status)
		status = query_list(hf, HIP_CMD_REGISTRATION_GET,
				    &registrations, registration_compare);
	if (!status) {
		list_for_each(a, &assocs)
			assoc_event(hf, a, true);
		list_for_each(p, &paths)
			path_event(hf, p, true);
		list_for_each(b, &bindings)
			binding_event(hf, b, &paths, true);
		list_for_each(r, &registrations)
			registration_event(hf, r, true);
	}
	list_free(&assocs);
	list_free(&paths);
	list_free(&bindings);
	list_free(&registrations);
	return status;
}

static bool knows_path(const struct monitor *m, uint32_t id)
{
	const struct path *p;

	list_for_each(p, &m->paths)
		if (p->id == id)
			return true;
	return false;
}

/* Events of bindings name their path by number. */
static void list_paths(struct monitor *m, const struct binding *b)
{
	if (!b->has_path || (!m->stale && knows_path(m, b->path)))
		return;
	list_free(&m->paths);
	m->paths = LIST(path, path_read);
	m->stale = query_list(m->hf, HIP_CMD_PATH_GET, &m->paths,
			      path_compare);
}

static int print_event(const struct nlmsghdr *nlh, void *data)
{
	struct monitor *m = data;
	const struct hipflow *hf = m->hf;
	union {
		struct assoc assoc;
		struct path path;
		struct binding binding;
		struct registration registration;
	} o;

	memset(&o, 0, sizeof(o));
	switch (hip_genl_cmd(nlh)) {
	case HIP_CMD_ASSOC_NTF:
		if (!assoc_read(nlh, &o.assoc))
			assoc_event(hf, &o.assoc, false);
		break;
	case HIP_CMD_PATH_NTF:
		m->stale = true;
		if (!path_read(nlh, &o.path))
			path_event(hf, &o.path, false);
		break;
	case HIP_CMD_BINDING_NTF:
		if (binding_read(nlh, &o.binding))
			break;
		list_paths(m, &o.binding);
		binding_event(hf, &o.binding, &m->paths, false);
		break;
	case HIP_CMD_REGISTRATION_NTF:
		if (!registration_read(nlh, &o.registration))
			registration_event(hf, &o.registration, false);
		break;
	}
	return 0;
}

static int listen_to(struct hipflow *hf, struct hip_genl *events)
{
	struct monitor m = {
		.hf = hf,
		.paths = LIST(path, path_read),
	};
	int status = STATUS_OK;
	int err;

	if (hip_genl_join(events, HIP_GENL_MCGRP_EVENTS))
		return complain_kernel(events);
	out_begin(hf, OUT_STREAM);
	while (!status && !ferror(stdout)) {
		err = hip_genl_recv(events, print_event, &m);
		if (err == -ENOBUFS)
			status = resync(hf);
		else if (err && err != -EAGAIN)
			status = complain_kernel(events);
	}
	list_free(&m.paths);
	return status ? status : out_end();
}

static int monitor_show(struct hipflow *hf, struct args *args)
{
	struct hip_genl *events;
	int status;

	status = arg_end(args);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	/* Answers to requests must not hide events, so these have their own. */
	events = malloc(sizeof(*events));
	if (!events)
		return complain("out of memory");
	if (hip_genl_open(events)) {
		status = complain_kernel(events);
	} else {
		status = listen_to(hf, events);
		hip_genl_close(events);
	}
	free(events);
	return status;
}

static const struct command commands[] = {
	{ "show", monitor_show },
	{ 0 }
};

const struct object monitor_object = {
	.name = "monitor",
	.commands = commands,
	.help =
"Usage: hipflow [ -j ] [ -t ] monitor [ show ]\n"
"\n"
"Prints associations and registrations that change their state, paths that come,\n"
"change and go, and bindings that are carried by another path or refused, one in\n"
"a line.\n",
};
