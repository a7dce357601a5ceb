// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow, bare: everything there is, for people.
 */
#include <stdio.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "names.h"
#include "show.h"
#include "stats.h"

struct everything {
	struct list identities;
	struct list assocs;
	struct list paths;
	struct list bindings;
};

static unsigned int paragraphs;

/* A blank line in front of each but the first. */
static void paragraph(const char *title)
{
	if (paragraphs++)
		out_line("\n");
	out_colour(OUT_NAME);
	out_word(title);
}

static void line(const char *title)
{
	out_line("  ");
	out_word(title);
}

static void print_transfer(const struct counters *c)
{
	char received[SIZE_LEN], sent[SIZE_LEN];
	char text[2 * SIZE_LEN + 32];

	snprintf(text, sizeof(text), "%s received, %s sent",
		 human_size(c->rx_bytes, received),
		 human_size(c->tx_bytes, sent));
	out_word(text);
}

static void show_identity(const struct identity *id)
{
	out_open();
	paragraph("identity:");
	out_hit(NULL, "", &id->hit);
	if (id->type[0]) {
		line("type:");
		out_word(id->type);
	}
	if (id->domain[0]) {
		line("name:");
		out_word(id->domain);
	}
	line("peers can call:");
	out_word(id->r1_ready ? "yes" : "not yet, hipflowd has to sign for it");
	out_close();
}

static void show_path(const struct path *p)
{
	char state[STATE_LEN];

	line("path:");
	out_addr(NULL, "", &p->local);
	if (p->ifindex)
		out_ifname(NULL, "dev", p->ifindex);
	out_addr(NULL, "to", &p->peer);
	if (p->is_default)
		out_word("default");
	if (p->state != HIP_LOCATOR_ACTIVE)
		out_word(locator_state(p->state, state));
	out_word("-");
	print_transfer(&p->count);
}

static void show_flow(const struct binding *b, const struct list *paths)
{
	const struct path *p;

	binding_print_rule(b);
	if (b->status) {
		char number[HIP_NAME_LEN];

		out_colour(OUT_BAD);
		out_string(NULL, "- refused:",
			   hip_name(hip_fid_status_names, b->status, number));
	}
	list_for_each(p, paths) {
		if (!b->has_path || p->id != b->path)
			continue;
		out_addr(NULL, "- now", &p->local);
		out_addr(NULL, "to", &p->peer);
	}
	out_word("-");
	print_transfer(&b->count);
}

static bool same_pair(const struct in6_addr *local, const struct in6_addr *peer,
		      const struct assoc *a)
{
	return IN6_ARE_ADDR_EQUAL(local, &a->local_hit) &&
	       IN6_ARE_ADDR_EQUAL(peer, &a->peer_hit);
}

static void show_assoc(const struct hipflow *hf, const struct assoc *a,
		       const struct everything *e)
{
	char text[REASON_LEN], state[STATE_LEN], age[AGO_LEN];
	char number[HIP_NAME_LEN];
	const struct binding *b;
	const struct path *p;

	out_open();
	paragraph("peer:");
	out_hit(NULL, "", &a->peer_hit);
	if (e->identities.n > 1 || hf->details) {
		line("our identity:");
		out_hit(NULL, "", &a->local_hit);
	}
	line("state:");
	out_colour(a->state == HIP_STATE_ESTABLISHED ? OUT_GOOD :
		   a->state == HIP_STATE_E_FAILED ? OUT_BAD : OUT_PLAIN);
	out_word(assoc_state(a->state, state));
	if (a->state == HIP_STATE_E_FAILED) {
		line("reason:");
		out_word(fail_reason(a->reason, a->notify, text));
	}
	line(a->state == HIP_STATE_ESTABLISHED ? "established:" : "since:");
	out_word(time_ago(a->age_ms, age));
	if (a->esp_suite && hf->details) {
		line("cipher:");
		out_word(hip_name(hip_esp_suite_names, a->esp_suite, number));
	}
	if (a->state == HIP_STATE_ESTABLISHED) {
		line("flow mobility:");
		out_word(a->flows ? "yes" : "no, the peer does not know it");
	}
	line("transfer:");
	print_transfer(&a->count);
	list_for_each(p, &e->paths)
		if (same_pair(&p->local_hit, &p->peer_hit, a))
			show_path(p);
	list_for_each(b, &e->bindings) {
		if (!b->remote || !same_pair(&b->local_hit, &b->peer_hit, a))
			continue;
		line("the peer wants:");
		show_flow(b, &e->paths);
	}
	out_close();
}

static void show_binding(const struct binding *b, const struct list *paths)
{
	char text[32];

	out_open();
	snprintf(text, sizeof(text), "binding: fid %u prio %u", b->fid,
		 b->priority);
	paragraph(text);
	if (b->for_peer)
		out_hit(NULL, "peer", &b->peer_hit);
	out_line("  ");
	show_flow(b, paths);
	out_close();
}

static void show_stats(const struct stats *stats)
{
	const struct hip_name *stat;
	char name[STAT_NAME_LEN];
	bool any = false;

	out_open();
	for (stat = hip_stat_names; stat->name; stat++) {
		if (!stats->value[stat->number])
			continue;
		if (!any)
			paragraph("counters:");
		any = true;
		out_line("  ");
		stat_name(stat, name);
		out_uint(NULL, name, stats->value[stat->number]);
		if (stat->text) {
			out_word("-");
			out_word(stat->text);
		}
	}
	out_close();
}

static void show_text(const struct hipflow *hf, const struct everything *e,
		      const struct stats *stats)
{
	const struct identity *id;
	const struct binding *b;
	const struct assoc *a;

	paragraphs = 0;
	list_for_each(id, &e->identities)
		show_identity(id);
	if (!e->identities.n) {
		out_open();
		paragraph("no identity:");
		out_word("hipflowd adds one when it starts");
		out_close();
	}
	list_for_each(b, &e->bindings)
		if (!b->remote)
			show_binding(b, &e->paths);
	list_for_each(a, &e->assocs)
		show_assoc(hf, a, e);
	if (hf->statistics)
		show_stats(stats);
}

static void open_object(const char *name)
{
	out_open();
	out_string("object", NULL, name);
}

static void show_json(const struct hipflow *hf, const struct everything *e)
{
	const struct identity *id;
	const struct binding *b;
	const struct assoc *a;
	const struct path *p;

	list_for_each(id, &e->identities) {
		open_object("identity");
		identity_print(hf, id);
		out_close();
	}
	list_for_each(a, &e->assocs) {
		open_object("assoc");
		assoc_print(hf, a);
		out_close();
	}
	list_for_each(p, &e->paths) {
		open_object("path");
		path_print(hf, p);
		out_close();
	}
	list_for_each(b, &e->bindings) {
		open_object("binding");
		binding_print(hf, b, &e->paths);
		out_close();
	}
}

static int ask_everything(struct hipflow *hf, struct everything *e)
{
	int status;

	status = query_list(hf, HIP_CMD_IDENTITY_GET, &e->identities,
			    identity_compare);
	if (!status)
		status = query_list(hf, HIP_CMD_ASSOC_GET, &e->assocs,
				    assoc_compare);
	if (!status)
		status = query_list(hf, HIP_CMD_PATH_GET, &e->paths,
				    path_compare);
	if (!status)
		status = query_list(hf, HIP_CMD_BINDING_GET, &e->bindings,
				    binding_compare);
	return status;
}

int overview(struct hipflow *hf)
{
	struct everything e = {
		.identities = LIST(identity, identity_read),
		.assocs = LIST(assoc, assoc_read),
		.paths = LIST(path, path_read),
		.bindings = LIST(binding, binding_read),
	};
	struct stats stats;
	int status;

	status = ask_everything(hf, &e);
	if (!status)
		status = stats_get(hf, &stats);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		if (hf->json)
			show_json(hf, &e);
		else
			show_text(hf, &e, &stats);
		status = out_end();
	}
	list_free(&e.identities);
	list_free(&e.assocs);
	list_free(&e.paths);
	list_free(&e.bindings);
	return status;
}
