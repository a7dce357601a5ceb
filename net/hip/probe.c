// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reachability of paths. An address event tells of a link that goes down, but
 * nothing tells of a router behind it that swallows packets. Such a path is
 * found by its silence: data has left by it, and for half of path_timeout_ms
 * nothing has come back. It is then asked, by an UPDATE with an ECHO_REQUEST
 * that goes by this path and is answered by it; flows in one direction only
 * would look like silence otherwise. Without an answer within the other half
 * the path is silent: what it carried goes to the next locator of its flow.
 *
 *   data ... last packet in | silence ....... | probe . again . again | silent
 *                           0           timeout / 2             timeout
 *
 * A silent path is asked from time to time, and used again when it has answered
 * several times in a row; the more often it failed lately, the more answers it
 * takes, so that a path that comes and goes does not make its flows jump.
 *
 * When the first question gets no answer at once, the other paths are asked as
 * well: those that share what broke are not to be tried one after the other.
 *
 * Each path judges for itself; both hosts do, and need not tell each other.
 *
 * A peer that started anew has no association to answer for, and says so by
 * ICMP (RFC 7401 section 5.4.4). Anybody on the way may say so, too: it counts if
 * the question then stays without an answer. So does the silence of all paths
 * for minutes. Data then needs another base exchange.
 */
#include <crypto/algapi.h>
#include <linux/jiffies.h>
#include <linux/random.h>

#include "device.h"
#include "exchange.h"
#include "netlink.h"
#include "probe.h"
#include "update.h"
#include "upcall.h"

/* Answers in a row that a path needs at first, and at most. */
#define HIP_PROBE_NEED		3
#define HIP_PROBE_NEED_MAX	24
/* A path that fails within this time after it came back needs twice as many. */
#define HIP_PROBE_FLAP		(60 * HZ)
#define HIP_PROBE_MIN_INTERVAL	HZ
#define HIP_PROBE_MAX_INTERVAL	(30 * HZ)
/* An address check that nobody waits for: how long a question, how many. */
#define HIP_PROBE_CHECK		(4 * HZ)
#define HIP_PROBE_MAX_CHECKS	5
/* All paths silent for so long: the peer is not there any more. */
#define HIP_PROBE_GONE		(300 * HZ)
/*
 * Update IDs that a probe may be ahead of an UPDATE that is not answered yet:
 * the peer knows old from new within 32 of them.
 */
#define HIP_PROBE_AHEAD		16

/* path_timeout_ms; 0: nobody wants to know. */
static unsigned long hip_probe_timeout(const struct hip_assoc *assoc)
{
	return msecs_to_jiffies(READ_ONCE(assoc->hn->config.path_timeout_ms));
}

static bool hip_probe_unanswered(const struct hip_path *path)
{
	return time_before(READ_ONCE(path->last_rx), READ_ONCE(path->tx_since));
}

static bool hip_probe_suspicious(const struct hip_path *path,
				 unsigned long timeout)
{
	return hip_probe_unanswered(path) &&
	       time_after_eq(jiffies, READ_ONCE(path->tx_since) + timeout / 2);
}

/* --- looking for silence ----------------------------------------------- */

void hip_probe_watch(struct hip_assoc *assoc)
{
	unsigned long timeout = hip_probe_timeout(assoc);

	if (!timeout)
		return;
	spin_lock_bh(&assoc->watch_lock);
	if (!assoc->watched && !assoc->watch_end) {
		WRITE_ONCE(assoc->watched, true);
		hip_assoc_hold(assoc);		/* the timer's */
		mod_timer(&assoc->watch, jiffies + max(timeout / 4, 1UL));
	}
	spin_unlock_bh(&assoc->watch_lock);
}

/* The association ends: whoever comes later finds nothing to watch. */
void hip_probe_end(struct hip_assoc *assoc)
{
	spin_lock_bh(&assoc->watch_lock);
	assoc->watch_end = true;
	spin_unlock_bh(&assoc->watch_lock);
	if (del_timer_sync(&assoc->watch))
		hip_assoc_put(assoc);		/* the timer's */
}

void hip_probe_timer(struct timer_list *t)
{
	struct hip_assoc *assoc = container_of(t, struct hip_assoc, watch);
	unsigned long timeout = hip_probe_timeout(assoc);
	bool waits = false, suspicious = false;
	struct hip_path *path;

	rcu_read_lock();
	list_for_each_entry_rcu(path, &assoc->paths, list) {
		waits |= hip_probe_unanswered(path);
		suspicious |= hip_probe_suspicious(path, timeout);
	}
	rcu_read_unlock();

	/* With nothing that waits for an answer, the next data begins anew. */
	spin_lock(&assoc->watch_lock);
	WRITE_ONCE(assoc->watched, false);
	spin_unlock(&assoc->watch_lock);
	if (timeout && suspicious)
		hip_assoc_event(assoc, HIP_EVENT_PROBE);
	if (timeout && waits)
		hip_probe_watch(assoc);
	hip_assoc_put(assoc);			/* the timer's */
}

/* --- asking ------------------------------------------------------------ */

void hip_probe_reset(struct hip_path *path)
{
	struct hip_probe *probe = &path->probe;

	hip_sent_clear(&probe->sent);
	memset(probe, 0, sizeof(*probe));
	probe->next = jiffies;
	WRITE_ONCE(path->silent, false);
	WRITE_ONCE(path->tx_since, jiffies);
	WRITE_ONCE(path->last_rx, jiffies);
}

/* How long an answer may take. */
static unsigned long hip_probe_patience(const struct hip_path *path,
					unsigned long timeout)
{
	return max(timeout / 2, 2 * path->probe.rtt);
}

static unsigned long hip_probe_again(unsigned long timeout)
{
	return max(timeout / 8, 1UL);
}

/* UPDATE(SEQ, ECHO_REQUEST) along the path. */
static void hip_probe_send(struct hip_assoc *assoc, struct hip_path *path,
			   unsigned long timeout)
{
	struct hip_probe *probe = &path->probe;
	struct hip_builder b = {};
	__be32 *seq;

	probe->next = jiffies + max(timeout / 2, 1UL);
	if (assoc->update_out.kind != HIP_UPDATE_NONE &&
	    assoc->next_update_id - assoc->update_out.id >= HIP_PROBE_AHEAD)
		return;
	if (!hip_upcall_ready(assoc->hn) || hip_update_begin(assoc, &b))
		return;
	get_random_bytes(probe->nonce, sizeof(probe->nonce));
	seq = hip_build_param(&b, HIP_PARAM_SEQ, sizeof(*seq));
	if (seq)
		*seq = htonl(assoc->next_update_id);
	hip_build_data(&b, HIP_PARAM_ECHO_REQUEST_SIGNED, probe->nonce,
		       sizeof(probe->nonce));
	if (!hip_update_send(assoc, &b, NULL, &probe->sent, path)) {
		probe->id = assoc->next_update_id++;
		probe->first = jiffies;
		probe->sent->due = jiffies + hip_probe_again(timeout);
		probe->deadline = jiffies + hip_probe_patience(path, timeout);
	}
	kfree(b.buf);
}

/* They are judged with @asked, if their answers can be here by then. */
static void hip_probe_others(struct hip_assoc *assoc, struct hip_path *asked,
			     unsigned long timeout)
{
	struct hip_probe *probe;
	struct hip_path *path;
	unsigned long enough;

	list_for_each_entry(path, &assoc->paths, list) {
		probe = &path->probe;
		if (path->silent || !hip_path_usable(path) ||
		    hip_sent_pending(probe->sent))
			continue;
		hip_probe_send(assoc, path, timeout);
		enough = jiffies + max(timeout / 8, 2 * asked->probe.rtt);
		probe->deadline = time_after(asked->probe.deadline, enough) ?
				  asked->probe.deadline : enough;
	}
}

static void hip_probe_repeat(struct hip_assoc *assoc, struct hip_path *path,
			     unsigned long timeout)
{
	struct hip_sent *sent = path->probe.sent;

	sent->tries++;
	sent->due = jiffies + (hip_probe_again(timeout) << min(sent->tries, 8U));
	hip_stat_inc(assoc->hn, HIP_STAT_RETRANSMITS);
	hip_control_send(assoc->hn, sent->packet, sent->len, &sent->src,
			 &sent->dst, sent->ifindex);
	if (sent->tries == 1 && hip_path_usable(path) && !path->silent)
		hip_probe_others(assoc, path, timeout);
}

/* --- is the peer where it says? ---------------------------------------- */

/*
 * An address check that no UPDATE of the peer's is waiting for any more, or that
 * none began: the I2 came from where no R1 went.
 */
static bool hip_probe_checks(const struct hip_assoc *assoc,
			     const struct hip_path *path)
{
	return path->x_out && path->local_state == HIP_LOCATOR_ACTIVE &&
	       path->peer_state == HIP_LOCATOR_UNVERIFIED && !path->rekey &&
	       assoc->update_out.path != path && assoc->update_in.path != path;
}

static void hip_probe_verified(struct hip_assoc *assoc, struct hip_path *path)
{
	hip_path_verified(path);
	path->probe.checks = 0;
	hip_update_rebuild(assoc);
	hip_netlink_event_path(path);
	hip_output_flush_queue(assoc);
}

/* Nothing is sent to an address that does not answer. */
static void hip_probe_check(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_probe *probe = &path->probe;

	if (!hip_sent_pending(probe->sent)) {
		if (time_after_eq(jiffies, probe->next))
			hip_probe_send(assoc, path, HIP_PROBE_CHECK);
	} else if (time_before(jiffies, probe->deadline)) {
		if (time_after_eq(jiffies, probe->sent->due))
			hip_probe_repeat(assoc, path, HIP_PROBE_CHECK);
	} else if (++probe->checks < HIP_PROBE_MAX_CHECKS) {
		hip_sent_clear(&probe->sent);
		probe->next = jiffies + HIP_PROBE_CHECK;
	} else {
		hip_update_drop_path(assoc, path);
	}
}

/* --- judging ----------------------------------------------------------- */

static void hip_probe_set_silent(struct hip_assoc *assoc, struct hip_path *path,
				 bool silent)
{
	WRITE_ONCE(path->silent, silent);
	/* What is under way along it is told by another one. */
	if (silent)
		hip_update_path_silent(assoc, path);
	hip_update_rebuild(assoc);
	hip_netlink_event_path(path);
}

static void hip_probe_failed(struct hip_assoc *assoc, struct hip_path *path,
			     unsigned long timeout)
{
	struct hip_probe *probe = &path->probe;

	probe->good = 0;
	if (path->silent) {
		hip_sent_clear(&probe->sent);
		probe->interval = clamp(2 * probe->interval,
					HIP_PROBE_MIN_INTERVAL,
					HIP_PROBE_MAX_INTERVAL);
		probe->next = jiffies + probe->interval;
		return;
	}
	if (!probe->need || time_after(jiffies, probe->back + HIP_PROBE_FLAP))
		probe->need = HIP_PROBE_NEED;
	else
		probe->need = min(2 * probe->need, HIP_PROBE_NEED_MAX);
	probe->interval = 0;
	/* A late answer to this one counts, and tells how slow the path is. */
	probe->deadline = jiffies + max_t(unsigned long, timeout, HZ);
	hip_probe_set_silent(assoc, path, true);
}

static void hip_probe_answered(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_probe *probe = &path->probe;
	unsigned long timeout = hip_probe_timeout(assoc);

	probe->rtt = jiffies - probe->first;
	probe->unknown = false;
	hip_sent_clear(&probe->sent);
	hip_probe_rx(path);
	if (path->peer_state == HIP_LOCATOR_UNVERIFIED) {
		hip_probe_verified(assoc, path);
		return;
	}
	if (!path->silent)
		return;
	probe->interval = 0;
	probe->next = jiffies + max(timeout / 4, 1UL);
	if (++probe->good < probe->need)
		return;
	probe->good = 0;
	probe->back = jiffies;
	hip_probe_set_silent(assoc, path, false);
}

void hip_probe_rx_ack(struct hip_assoc *assoc, const struct hip_packet *p)
{
	const struct hip_param *echo;
	struct hip_path *path;

	echo = hip_packet_param(p, HIP_PARAM_ECHO_RESPONSE_SIGNED) ?:
	       hip_packet_param(p, HIP_PARAM_ECHO_RESPONSE_UNSIGNED);
	if (!echo)
		return;
	list_for_each_entry(path, &assoc->paths, list) {
		struct hip_probe *probe = &path->probe;

		if (!hip_sent_pending(probe->sent) ||
		    !hip_update_acks(p, probe->id) ||
		    echo->len != sizeof(probe->nonce) ||
		    crypto_memneq(echo->data, probe->nonce,
				  sizeof(probe->nonce)))
			continue;
		hip_probe_answered(assoc, path);
		return;
	}
}

/*
 * Without hipflowd there can be no base exchange, and what may still work of
 * the association is better than nothing.
 */
static void hip_probe_restart(struct hip_assoc *assoc)
{
	if (!hip_upcall_ready(assoc->hn))
		return;
	net_dbg_ratelimited("hip: %pI6c: has lost its state, or is gone\n",
			    &assoc->hits.peer);
	hip_exchange_initiate(assoc);
}

void hip_probe_rx_unknown(struct hip_assoc *assoc, const struct hip_packet *p)
{
	const struct hip_param *echo;
	struct hip_path *path;

	echo = hip_packet_param(p, HIP_PARAM_ECHO_REQUEST_SIGNED);
	if (!echo)
		return;
	/* Only of a question that is open: an old quotation is no news. */
	list_for_each_entry(path, &assoc->paths, list) {
		if (!hip_sent_pending(path->probe.sent) ||
		    echo->len != sizeof(path->probe.nonce) ||
		    crypto_memneq(echo->data, path->probe.nonce,
				  sizeof(path->probe.nonce)))
			continue;
		path->probe.unknown = true;
		return;
	}
}

static void hip_probe_judge_peer(struct hip_assoc *assoc)
{
	bool silent = false, spoken = false, unknown = false;
	struct hip_path *path;

	/* The last one did not pass its address check. */
	if (list_empty(&assoc->paths)) {
		hip_assoc_fail(assoc, HIP_FAIL_NO_ANSWER);
		return;
	}
	list_for_each_entry(path, &assoc->paths, list) {
		if (!hip_path_usable(path))
			continue;
		silent |= path->silent;
		spoken |= !path->silent;
		unknown |= path->silent && path->probe.unknown;
	}
	if (unknown)
		hip_probe_restart(assoc);
	else if (spoken || !silent)
		assoc->silent_since = 0;
	else if (!assoc->silent_since)
		assoc->silent_since = jiffies ?: 1;
	else if (time_after(jiffies, assoc->silent_since + HIP_PROBE_GONE))
		hip_probe_restart(assoc);
}

static void hip_probe_path(struct hip_assoc *assoc, struct hip_path *path,
			   unsigned long timeout)
{
	struct hip_probe *probe = &path->probe;

	if (hip_sent_pending(probe->sent)) {
		/* Data that comes is an answer, too, where it was not silent. */
		if (!path->silent &&
		    time_after(READ_ONCE(path->last_rx), probe->first))
			hip_sent_clear(&probe->sent);
		else if (time_after_eq(jiffies, probe->deadline))
			hip_probe_failed(assoc, path, timeout);
		else if (time_after_eq(jiffies, probe->sent->due))
			hip_probe_repeat(assoc, path, timeout);
		return;
	}
	if (path->silent ? time_after_eq(jiffies, probe->next) :
			   hip_probe_suspicious(path, timeout))
		hip_probe_send(assoc, path, timeout);
}

void hip_probe_run(struct hip_assoc *assoc)
{
	unsigned long timeout = hip_probe_timeout(assoc);
	struct hip_path *path, *next;

	lockdep_assert_held(&assoc->lock);
	list_for_each_entry_safe(path, next, &assoc->paths, list) {
		if (timeout && hip_path_usable(path)) {
			hip_probe_path(assoc, path, timeout);
			continue;
		}
		if (hip_probe_checks(assoc, path)) {
			hip_probe_check(assoc, path);
			continue;
		}
		hip_sent_clear(&path->probe.sent);
		if (path->silent)
			hip_probe_set_silent(assoc, path, false);
	}
	hip_probe_judge_peer(assoc);
}

bool hip_probe_due(struct hip_assoc *assoc, unsigned long *due)
{
	struct hip_path *path;
	unsigned long when;
	bool any = false;

	list_for_each_entry(path, &assoc->paths, list) {
		const struct hip_probe *probe = &path->probe;

		if (hip_sent_pending(probe->sent))
			when = time_before(probe->sent->due, probe->deadline) ?
			       probe->sent->due : probe->deadline;
		else if (path->silent || hip_probe_checks(assoc, path))
			when = probe->next;
		else
			continue;
		if (!any || time_before(when, *due))
			*due = when;
		any = true;
	}
	return any;
}
