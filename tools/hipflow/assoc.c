// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow assoc: associations with peers.
 */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <linux/hip.h>

#include "addr.h"
#include "names.h"
#include "show.h"

#define MAX_WAIT 86400

/* The names are lower case in the table, capitals in the RFCs. */
static const char *capitals(const char *name, char buf[STATE_LEN])
{
	size_t i;

	for (i = 0; i < STATE_LEN - 1 && name[i]; i++)
		buf[i] = toupper((unsigned char)name[i]);
	buf[i] = '\0';
	return buf;
}

const char *assoc_state(uint8_t state, char buf[STATE_LEN])
{
	char number[HIP_NAME_LEN];

	if (state == HIP_STATE_E_FAILED)
		return "E-FAILED";
	return capitals(hip_name(hip_state_names, state, number), buf);
}

const char *locator_state(uint8_t state, char buf[STATE_LEN])
{
	char number[HIP_NAME_LEN];

	return capitals(hip_name(hip_locator_state_names, state, number), buf);
}

const char *fail_reason(uint8_t reason, uint16_t notify, char buf[REASON_LEN])
{
	const char *text = hip_name_text(hip_fail_names, reason);
	char number[HIP_NAME_LEN];
	int n;

	n = snprintf(buf, REASON_LEN, "%s", text ? text :
		     hip_name(hip_fail_names, reason, number));
	if (notify && n > 0 && n < REASON_LEN)
		snprintf(buf + n, REASON_LEN - n, " (its last NOTIFY: %s)",
			 hip_name(hip_notify_names, notify, number));
	return buf;
}

int assoc_read(const struct nlmsghdr *nlh, void *item)
{
	const struct nlattr *tb[HIP_A_ASSOC_MAX + 1];
	struct assoc *a = item;

	if (hip_genl_attrs(nlh, tb, HIP_A_ASSOC_MAX) ||
	    !attr_addr(tb[HIP_A_ASSOC_PEER_HIT], &a->peer_hit))
		return -EBADMSG;
	attr_addr(tb[HIP_A_ASSOC_LOCAL_HIT], &a->local_hit);
	a->peer_addr.set = attr_addr(tb[HIP_A_ASSOC_PEER_ADDR],
				     &a->peer_addr.hit);
	a->state = attr_u8(tb[HIP_A_ASSOC_STATE]);
	a->reason = attr_u8(tb[HIP_A_ASSOC_FAIL_REASON]);
	a->initiator = tb[HIP_A_ASSOC_INITIATOR];
	a->flows = tb[HIP_A_ASSOC_FLOWS];
	a->esp_suite = attr_u16(tb[HIP_A_ASSOC_ESP_SUITE]);
	a->dh_group = attr_u8(tb[HIP_A_ASSOC_DH_GROUP]);
	a->hip_cipher = attr_u16(tb[HIP_A_ASSOC_HIP_CIPHER]);
	a->notify = attr_u16(tb[HIP_A_ASSOC_NOTIFY]);
	a->updates_pending = attr_u32(tb[HIP_A_ASSOC_UPDATES_PENDING]);
	a->age_ms = attr_u64(tb[HIP_A_ASSOC_AGE_MS]);
	a->count.tx_packets = attr_u64(tb[HIP_A_ASSOC_TX_PACKETS]);
	a->count.tx_bytes = attr_u64(tb[HIP_A_ASSOC_TX_BYTES]);
	a->count.rx_packets = attr_u64(tb[HIP_A_ASSOC_RX_PACKETS]);
	a->count.rx_bytes = attr_u64(tb[HIP_A_ASSOC_RX_BYTES]);
	return 0;
}

int assoc_compare(const void *a, const void *b)
{
	const struct assoc *x = a, *y = b;
	int order = memcmp(&x->peer_hit, &y->peer_hit, sizeof(x->peer_hit));

	return order ? order : memcmp(&x->local_hit, &y->local_hit,
				      sizeof(x->local_hit));
}

static enum out_colour state_colour(uint8_t state)
{
	switch (state) {
	case HIP_STATE_ESTABLISHED:
		return OUT_GOOD;
	case HIP_STATE_E_FAILED:
		return OUT_BAD;
	default:
		return OUT_PLAIN;
	}
}

static void print_reason(const struct assoc *a)
{
	char number[HIP_NAME_LEN];
	char words[REASON_LEN];

	if (a->state != HIP_STATE_E_FAILED)
		return;
	out_line("    ");
	out_colour(OUT_BAD);
	out_string("reason", "reason",
		   hip_name(hip_fail_names, a->reason, number));
	out_string("reason_text", "-",
		   fail_reason(a->reason, a->notify, words));
}

static void print_algorithms(const struct hipflow *hf, const struct assoc *a)
{
	char number[HIP_NAME_LEN];

	if (hf->details)
		out_line("    ");
	/* Before they are agreed on there is nothing to tell. */
	if (a->esp_suite)
		out_string("esp", hf->details ? "esp" : NULL,
			   hip_name(hip_esp_suite_names, a->esp_suite, number));
	if (a->dh_group)
		out_string("dh_group", hf->details ? "dh_group" : NULL,
			   hip_name(hip_dh_group_names, a->dh_group, number));
	if (a->hip_cipher)
		out_string("hip_cipher", hf->details ? "hip_cipher" : NULL,
			   hip_name(hip_cipher_names, a->hip_cipher, number));
	if (a->notify)
		out_string("notify", hf->details ? "notify" : NULL,
			   hip_name(hip_notify_names, a->notify, number));
	out_uint("updates_pending", hf->details ? "updates_pending" : NULL,
		 a->updates_pending);
}

void assoc_print(const struct hipflow *hf, const struct assoc *a)
{
	char state[STATE_LEN];
	char age[AGO_LEN];

	out_hit("peer_hit", "peer", &a->peer_hit);
	if (a->peer_addr.set)
		out_addr("peer_addr", "addr", &a->peer_addr.hit);
	out_hit("local_hit", "local", &a->local_hit);
	out_colour(state_colour(a->state));
	out_string("state", "state", assoc_state(a->state, state));
	out_string("role", "", a->initiator ? "initiator" : "responder");
	out_flag("flows", "flows", a->flows);
	out_uint_as("age_ms", "", a->age_ms, time_ago(a->age_ms, age));
	print_reason(a);
	print_algorithms(hf, a);
	if (hf->statistics)
		out_line("    ");
	out_counters(&a->count, hf->statistics);
}

static int assoc_show(struct hipflow *hf, struct args *args)
{
	struct list list = LIST(assoc, assoc_read);
	struct opt_hit peer = { 0 };
	const struct assoc *a;
	int status;

	status = parse_peer_filter(args, &peer);
	if (status)
		return status;
	status = query_list(hf, HIP_CMD_ASSOC_GET, &list, assoc_compare);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		list_for_each(a, &list) {
			if (!hit_wanted(&peer, &a->peer_hit))
				continue;
			out_open();
			assoc_print(hf, a);
			out_close();
		}
		status = out_end();
	}
	list_free(&list);
	return status;
}

/**
 * struct wait - for a base exchange to end
 * @hf: options
 * @peer: with whom
 * @addr: or with whoever is there
 * @local: our HIT, if it matters
 * @limit: seconds
 * @seen: state last printed, -1: none
 * @last: the association as it was then
 * @over: no need to wait any longer
 */
struct wait {
	struct hipflow *hf;
	struct opt_hit peer;
	struct opt_hit addr;
	struct opt_hit local;
	struct range limit;
	int seen;
	struct assoc last;
	bool over;
};

/* An exchange that is on its way, or done. */
static bool is_alive(const struct assoc *a)
{
	return a->state >= HIP_STATE_I1_SENT &&
	       a->state <= HIP_STATE_ESTABLISHED;
}

/*
 * With an address, the one that asks there, until there is news of the HIT that
 * was met: from then on that. Others may have been met there before.
 */
static bool wait_wants(struct wait *w, const struct assoc *a, bool news)
{
	if (!hit_wanted(&w->peer, &a->peer_hit) ||
	    !hit_wanted(&w->local, &a->local_hit))
		return false;
	if (!w->addr.set || w->peer.set)
		return true;
	if (!a->peer_addr.set || !hit_wanted(&w->addr, &a->peer_addr.hit))
		return false;
	if (IN6_IS_ADDR_UNSPECIFIED(&a->peer_hit))
		return a->state != HIP_STATE_UNASSOCIATED;
	if (!news || !is_alive(a))
		return false;
	w->peer.set = true;
	w->peer.hit = a->peer_hit;
	w->seen = -1;
	return true;
}

static void wait_state(struct wait *w, const struct assoc *a)
{
	w->last = *a;
	if (w->seen != a->state) {
		w->seen = a->state;
		out_open();
		assoc_print(w->hf, a);
		out_close();
		fflush(stdout);
	}
	w->over = a->state == HIP_STATE_ESTABLISHED ||
		  a->state == HIP_STATE_E_FAILED ||
		  a->state == HIP_STATE_CLOSING ||
		  a->state == HIP_STATE_CLOSED;
}

static int wait_event(const struct nlmsghdr *nlh, void *data)
{
	struct wait *w = data;
	struct assoc a;

	memset(&a, 0, sizeof(a));
	if (w->over || hip_genl_cmd(nlh) != HIP_CMD_ASSOC_NTF ||
	    assoc_read(nlh, &a))
		return 0;
	if (wait_wants(w, &a, true))
		wait_state(w, &a);
	return 0;
}

/*
 * Looks at the association itself: what is true before the first event, and
 * after some were lost. @failed: failures count, and are not what a former
 * attempt left behind.
 */
static int wait_look(struct wait *w, bool failed)
{
	struct list list = LIST(assoc, assoc_read);
	const struct assoc *a;
	int status;

	status = query_list(w->hf, HIP_CMD_ASSOC_GET, &list, assoc_compare);
	if (!status) {
		list_for_each(a, &list) {
			if (w->over || !wait_wants(w, a, failed))
				continue;
			if (failed || is_alive(a))
				wait_state(w, a);
		}
	}
	list_free(&list);
	return status;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static int wait_loop(struct wait *w, struct hip_genl *events)
{
	int64_t end = now_ms() + w->limit.min * 1000LL;
	struct pollfd fd = { .fd = hip_genl_fd(events), .events = POLLIN };
	int status = wait_look(w, false);
	int64_t left;
	int err;

	while (!status && !w->over) {
		left = end - now_ms();
		if (left <= 0)
			return wait_look(w, true);
		err = poll(&fd, 1, left);
		if (err < 0 && errno != EINTR)
			return complain("cannot wait: %s", strerror(errno));
		if (err <= 0)
			continue;
		err = hip_genl_recv(events, wait_event, w);
		if (err == -ENOBUFS)
			status = wait_look(w, true);
		else if (err && err != -EAGAIN)
			return complain_kernel(events);
	}
	return status;
}

static int wait_result(const struct wait *w)
{
	char peer[HIP_ADDR_STRLEN];
	char words[REASON_LEN];
	char state[STATE_LEN];

	hip_addr_print(w->addr.set ? &w->addr.hit : &w->peer.hit, peer);
	if (w->seen == HIP_STATE_ESTABLISHED)
		return STATUS_OK;
	if (w->seen == HIP_STATE_E_FAILED)
		complain("no association with %s: %s", peer,
			 fail_reason(w->last.reason, w->last.notify, words));
	else if (w->over)
		complain("no association with %s: it was closed meanwhile",
			 peer);
	else
		complain("no association with %s after %u s: its state is %s",
			 peer, w->limit.min, w->seen < 0 ? "not known" :
			 assoc_state(w->seen, state));
	return STATUS_KERNEL;
}

static struct nlmsghdr *assoc_msg(struct hipflow *hf, uint8_t cmd,
				  const struct opt_hit *peer,
				  const struct opt_hit *local)
{
	struct nlmsghdr *nlh = hip_genl_msg(&hf->genl, cmd);

	if (peer->set)
		put_addr(nlh, HIP_A_ASSOC_PEER_HIT, &peer->hit);
	if (local->set)
		put_addr(nlh, HIP_A_ASSOC_LOCAL_HIT, &local->hit);
	return nlh;
}

static int assoc_send_new(struct wait *w)
{
	struct nlmsghdr *nlh;
	int err;

	nlh = assoc_msg(w->hf, HIP_CMD_ASSOC_NEW, &w->peer, &w->local);
	if (w->addr.set)
		put_addr(nlh, HIP_A_ASSOC_PEER_ADDR, &w->addr.hit);
	err = hip_genl_talk(&w->hf->genl, nlh, NULL, NULL);
	/* One that is on its way, or there, is worth waiting for as well. */
	if (err && !(err == -EEXIST && w->limit.set))
		return complain_kernel(&w->hf->genl);
	return STATUS_OK;
}

static int assoc_add_wait(struct wait *w)
{
	struct hip_genl *events = malloc(sizeof(*events));
	int status;

	if (!events)
		return complain("out of memory");
	/* Before the request, or its first events would be missed. */
	if (hip_genl_open(events)) {
		status = complain_kernel(events);
		goto free;
	}
	if (hip_genl_join(events, HIP_GENL_MCGRP_EVENTS)) {
		status = complain_kernel(events);
		goto close;
	}
	status = assoc_send_new(w);
	if (status)
		goto close;
	out_begin(w->hf, OUT_ARRAY);
	status = wait_loop(w, events);
	if (out_end() && !status)
		status = STATUS_USAGE;
	if (!status)
		status = wait_result(w);
close:
	hip_genl_close(events);
free:
	free(events);
	return status;
}

static int assoc_addr(struct args *args, struct wait *w)
{
	struct addr_list list = { 0 };
	int err = arg_addrs(args, &list);

	if (!err && (list.n != 1 || w->addr.set))
		err = complain("'addr' is one address, given once");
	if (err)
		return err;
	w->addr.set = true;
	w->addr.hit = list.addr[0];
	return 0;
}

/* @dh: whether that is given, or NULL where it has no meaning. */
static int assoc_words(struct args *args, struct wait *w, bool may_wait,
		       bool *dh)
{
	int err = 0;

	while (!err && args->left) {
		if (arg_is(args, "peer"))
			err = arg_hit(args, "peer", &w->peer);
		else if (arg_is(args, "local"))
			err = arg_hit(args, "local", &w->local);
		else if (may_wait && arg_is(args, "addr"))
			err = assoc_addr(args, w);
		else if (may_wait && arg_is(args, "wait"))
			err = arg_number(args, "wait", 1, MAX_WAIT, &w->limit);
		else if (dh && arg_is(args, "dh"))
			*dh = true;
		else
			err = arg_end(args);
	}
	if (!err && w->peer.set && w->addr.set)
		err = complain("give a peer or an address, not both: see 'hipflow peer help'");
	if (!err && !w->peer.set && !w->addr.set)
		err = complain("'peer HIT' is missing");
	return err;
}

static int assoc_add(struct hipflow *hf, struct args *args)
{
	struct wait w = { .hf = hf, .seen = -1 };
	int status;

	status = assoc_words(args, &w, true, NULL);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	return w.limit.set ? assoc_add_wait(&w) : assoc_send_new(&w);
}

static int assoc_del(struct hipflow *hf, struct args *args)
{
	struct wait w = { .hf = hf };
	int status;

	status = assoc_words(args, &w, false, NULL);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	return query_send(hf, assoc_msg(hf, HIP_CMD_ASSOC_DEL, &w.peer,
					&w.local));
}

static int assoc_rekey(struct hipflow *hf, struct args *args)
{
	struct wait w = { .hf = hf, .seen = -1 };
	struct nlmsghdr *nlh;
	bool dh = false;
	int status;

	status = assoc_words(args, &w, false, &dh);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	nlh = assoc_msg(hf, HIP_CMD_ASSOC_REKEY, &w.peer, &w.local);
	if (dh)
		mnl_attr_put(nlh, HIP_A_ASSOC_REKEY_DH, 0, NULL);
	return query_send(hf, nlh);
}

static const struct command commands[] = {
	{ "show", assoc_show },
	{ "add", assoc_add },
	{ "del", assoc_del },
	{ "rekey", assoc_rekey },
	{ 0 }
};

const struct object assoc_object = {
	.name = "assoc",
	.commands = commands,
	.help =
"Usage: hipflow assoc [ show [ peer HIT ] ]\n"
"       hipflow assoc add { peer HIT | addr ADDR } [ local HIT ] [ wait SECONDS ]\n"
"       hipflow assoc del peer HIT [ local HIT ]\n"
"       hipflow assoc rekey peer HIT [ local HIT ] [ dh ]\n"
"\n"
"add starts a base exchange; with wait, prints its states and ends when it is\n"
"ESTABLISHED (status 0) or has failed (status 2). With addr, the peer is whoever\n"
"is there: see opportunistic in hipflow(8). rekey gives all paths new keys;\n"
"with dh, from new Diffie-Hellman values.\n",
};
