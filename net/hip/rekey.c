// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rekeying (RFC 7402 sections 6.8 to 6.10; draft section 3.3.2 when the host
 * moves as well): a path gets an SA pair with new SPIs and new keys, drawn from
 * KEYMAT where it is not used up, or from another KEYMAT if the hosts exchange
 * Diffie-Hellman values:
 *
 *   UPDATE(ESP_INFO, [E-LOCATOR,] SEQ, [DIFFIE_HELLMAN])      ->
 *           <-  UPDATE(ESP_INFO, SEQ, ACK, [DIFFIE_HELLMAN,] [ECHO_REQUEST])
 *   UPDATE(ACK, [ECHO_RESPONSE])                              ->
 *
 * The new pair is a path of its own (hip_rekey.old is the one that it is for),
 * brought up beside the old one, so that nothing in flight is lost: who began
 * sends by it when the answer is there, the other host when that is
 * acknowledged; its incoming SA works from before it answers. The old path sends
 * nothing then, and goes when what is under way has come.
 *
 * Both hosts may begin at once. Then each acknowledges the other's UPDATE, and
 * the two make one rekey (RFC 7402 section 6.8): "crossing" below. With new
 * Diffie-Hellman values in one of them only, that one is answered, the other is
 * not: the RFC would use the other host's value of old, whose private key is not
 * kept.
 *
 * Another KEYMAT comes into force when the rekey is complete, never before: a
 * host that gives up half way has not lost the one that both know. But the peer may
 * have completed it, if all that was lost is its word for it; then all keys that it
 * draws from there on are others than ours. Who has answered, and gives up, is in
 * doubt (keymat_doubt): it begins an exchange of Diffie-Hellman values at once, and
 * rekeys what was made meanwhile.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "credit.h"
#include "deprecation.h"
#include "exchange.h"
#include "netlink.h"
#include "probe.h"
#include "rekey.h"
#include "update.h"
#include "upcall.h"

/* One that came to nothing is tried again after so long. */
#define HIP_REKEY_WAIT		(60 * HZ)
/* Or after so long, if paths may have keys that do not fit. */
#define HIP_REKEY_WAIT_DOUBT	(5 * HZ)
/* For the peer's half, after it has acknowledged ours, and for its data. */
#define HIP_REKEY_PATIENCE	(10 * HZ)
/* Has data come by new SAs? Looked at so often. */
#define HIP_REKEY_POLL		(HZ / 4)

/* --- what is due ------------------------------------------------------- */

/* A limit of hip_config was reached; XFRM says so once (hip_sa_notify()). */
static bool hip_rekey_worn(const struct hip_path *path)
{
	const struct xfrm_state *in = path->x_in, *out = path->x_out;

	if (!in || !out || (!READ_ONCE(in->km.dying) &&
			    !READ_ONCE(out->km.dying)))
		return false;
	/* Keys that were not used may stay. */
	return READ_ONCE(in->curlft.packets) || READ_ONCE(out->curlft.packets);
}

/* Half of KEYMAT is left to paths that come and go meanwhile. */
static bool hip_rekey_low(const struct hip_assoc *assoc)
{
	return assoc->keymat_index > hip_keymat_max(assoc->rhash) / 2;
}

/* From a KEYMAT that the peer may not have had; data that comes says that it had. */
static bool hip_rekey_misfits(const struct hip_path *path)
{
	return path->doubted && !hip_path_heard(path);
}

struct hip_path *hip_rekey_due(struct hip_assoc *assoc, bool *dh)
{
	bool all = assoc->keymat_doubt || hip_rekey_low(assoc);
	struct hip_path *path, *due = NULL;

	*dh = assoc->rekey_dh || all;
	if (assoc->rekey_wait) {
		if (time_before(jiffies, assoc->rekey_wait))
			return NULL;
		assoc->rekey_wait = 0;
	}
	list_for_each_entry(path, &assoc->paths, list)
		if (hip_path_usable(path) && !path->silent && !path->replaced &&
		    (all || path->rekey_asked || hip_rekey_worn(path) ||
		     hip_rekey_misfits(path)) &&
		    (!due || path->rekey_fails < due->rekey_fails))
			due = path;
	if (!due)
		assoc->rekey_dh = false;
	return due;
}

void hip_rekey_ask(struct hip_assoc *assoc, bool dh)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (!path->replaced && !path->rekey)
			path->rekey_asked = true;
	assoc->rekey_dh = dh;
	assoc->rekey_wait = 0;
}

/* The longer, the more often it came to nothing. */
static unsigned long hip_rekey_wait_doubt(const struct hip_assoc *assoc)
{
	return min_t(unsigned long, HIP_REKEY_WAIT,
		     HIP_REKEY_WAIT_DOUBT << min(assoc->rekey_fails, 8U));
}

void hip_rekey_refused(struct hip_assoc *assoc)
{
	assoc->rekey_wait = jiffies + (assoc->keymat_doubt ?
				       hip_rekey_wait_doubt(assoc) :
				       HIP_REKEY_WAIT);
	assoc->rekey_fails++;
}

void hip_rekey_answered(struct hip_path *path)
{
	path->rekey->told = true;
}

void hip_rekey_dropped(struct hip_assoc *assoc, const struct hip_path *path)
{
	unsigned long soon = jiffies + hip_rekey_wait_doubt(assoc);
	struct hip_rekey *rekey = path->rekey;

	if (!rekey)
		return;
	/* The locators that it told, if any, are told without it. */
	if (rekey->moved && rekey->old)
		rekey->old->announced = false;
	if (!rekey->fresh || !rekey->told)
		return;
	assoc->keymat_doubt = true;
	if (assoc->rekey_wait && time_after(assoc->rekey_wait, soon))
		assoc->rekey_wait = soon;
}

void hip_rekey_drawn(const struct hip_assoc *assoc, struct hip_path *path)
{
	path->doubted = assoc->keymat_doubt;
}

/* --- a pair of SAs in the making --------------------------------------- */

/*
 * A peer that rekeys again and again, or never stops to send by old SAs, has but
 * so many of them kept: the one that was silent for longest goes.
 */
static void hip_rekey_make_room(struct hip_assoc *assoc)
{
	struct hip_path *path, *oldest = NULL;
	unsigned int n = 0;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!path->replaced)
			continue;
		n++;
		if (!oldest || time_before(path->until, oldest->until))
			oldest = path;
	}
	if (n >= HIP_MAX_PATHS)
		hip_update_drop_path(assoc, oldest);
}

struct hip_path *hip_rekey_new(struct hip_assoc *assoc, struct hip_path *old)
{
	struct hip_rekey *rekey;
	struct hip_path *path;

	hip_rekey_make_room(assoc);
	rekey = kzalloc(sizeof(*rekey), GFP_KERNEL);
	if (!rekey)
		return ERR_PTR(-ENOMEM);
	path = hip_path_new_at(assoc, &old->local, old->ifindex, &old->peer,
			       &old->list);
	if (IS_ERR(path)) {
		kfree(rekey);
		return path;
	}
	path->local_state = old->local_state;
	path->announced = true;
	rekey->old = old;
	path->rekey = rekey;
	return path;
}

void hip_rekey_free(struct hip_path *path)
{
	struct hip_rekey *rekey = path->rekey;

	if (!rekey)
		return;
	if (rekey->dh_key)
		hip_upcall_dh_release(path->assoc->hn, rekey->dh_key);
	hip_keymat_wipe(&rekey->keymat);
	kfree(rekey->pub);
	kfree(rekey->peer_dh);
	kfree(rekey);
	path->rekey = NULL;
}

int hip_rekey_generate(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_rekey *rekey = path->rekey;
	int len;

	rekey->pub = kmalloc(HIP_DH_MAX_LEN, GFP_KERNEL);
	if (!rekey->pub)
		return -ENOMEM;
	len = hip_upcall_dh_generate(assoc->hn, assoc->dh_group,
				     &rekey->dh_key, rekey->pub);
	if (len < 0)
		return len;
	rekey->publen = len;
	return 0;
}

void hip_rekey_build_dh(struct hip_assoc *assoc, struct hip_builder *b,
			const struct hip_path *path)
{
	const struct hip_rekey *rekey = path->rekey;

	if (rekey && rekey->publen)
		hip_build_dh(b, assoc->dh_group, rekey->pub, rekey->publen);
}

/*
 * Another KEYMAT, of our new value and the peer's; if it sent none, of the one
 * that it used last (RFC 7402 section 6.10 step 1).
 */
static int hip_rekey_derive(struct hip_assoc *assoc, struct hip_path *path,
			    const struct hip_packet *p)
{
	struct hip_rekey *rekey = path->rekey;
	unsigned int len = assoc->peer_dh_len;
	const u8 *pub = assoc->peer_dh;
	const struct hip_param *param;
	const struct hip_dh *dh;
	u8 *secret;
	int err;

	param = hip_packet_param(p, HIP_PARAM_DIFFIE_HELLMAN);
	if (param) {
		dh = (const struct hip_dh *)param->data;
		if (dh->group != assoc->dh_group)
			return -EINVAL;
		pub = dh->pub;
		len = be16_to_cpu(dh->publen);
		kfree(rekey->peer_dh);
		rekey->peer_dh = kmemdup(pub, len, GFP_KERNEL);
		rekey->peer_dh_len = len;
		if (!rekey->peer_dh)
			return -ENOMEM;
	}
	if (!pub)
		return -EINVAL;
	secret = kmalloc(HIP_DH_MAX_LEN, GFP_KERNEL);
	if (!secret)
		return -ENOMEM;
	err = hip_upcall_dh_derive(assoc->hn, assoc->dh_group, rekey->dh_key,
				   pub, len, NULL, secret);
	/* There is another daemon now. */
	if (err == -ENOENT)
		err = -ESTALE;
	if (err > 0)
		err = hip_keymat_init(&rekey->keymat, assoc->rhash, secret, err,
				      assoc->puzzle_i, assoc->puzzle_j,
				      &assoc->hits.local, &assoc->hits.peer);
	kfree_sensitive(secret);
	if (err)
		return err;
	rekey->fresh = true;
	hip_upcall_dh_release(assoc->hn, rekey->dh_key);
	rekey->dh_key = 0;
	return 0;
}

/* Both SAs, with keys from @index of KEYMAT, or from the start of another. */
static int hip_rekey_add_sas(struct hip_assoc *assoc, struct hip_path *path,
			     unsigned int index)
{
	struct hip_rekey *rekey = path->rekey;
	const struct hip_keymat *km = &assoc->keymat;
	struct hip_esp_keys keys[2] = {};
	int next, err;

	if (rekey->fresh) {
		km = &rekey->keymat;
		index = 0;
	}
	next = hip_keymat_esp_keys(km, &assoc->hits.local, &assoc->hits.peer,
				   assoc->esp_suite, index, &keys[0], &keys[1]);
	err = min(next, 0);
	if (!err)
		err = hip_sa_add_in(path, assoc->esp_suite, &keys[1]);
	if (!err)
		err = hip_sa_add_out(path, assoc->esp_suite, &keys[0]);
	memzero_explicit(keys, sizeof(keys));
	if (err)
		return err;
	if (rekey->fresh) {
		rekey->index = next;
		return 0;
	}
	assoc->keymat_index = max_t(unsigned int, assoc->keymat_index, next);
	hip_rekey_drawn(assoc, path);
	return 0;
}

/* The old path may have moved while this was under way. */
static int hip_rekey_follow(struct hip_path *path, struct hip_path *old)
{
	path->local_state = old->local_state;
	if (ipv6_addr_equal(&path->local, &old->local) &&
	    ipv6_addr_equal(&path->peer, &old->peer))
		return 0;
	hip_path_set_peer(path, &old->peer);
	path->local = old->local;
	WRITE_ONCE(path->ifindex, old->ifindex);
	return hip_sa_readdress(path);
}

int hip_rekey_moved(struct hip_path *old)
{
	struct hip_path *path;
	int err = 0;

	list_for_each_entry(path, &old->assoc->paths, list)
		if (!err && path->rekey && path->rekey->old == old)
			err = hip_rekey_follow(path, old);
	return err;
}

/* What a user counts goes on counting: the new path has carried little yet. */
static void hip_rekey_keep_count(struct hip_path *path, struct hip_path *old)
{
	struct hip_count_sum sum;
	struct hip_count *count;

	hip_count_sum(path->count, &sum);
	local_bh_disable();
	count = this_cpu_ptr(old->count);
	u64_stats_update_begin(&count->syncp);
	u64_stats_add(&count->tx_packets, sum.tx_packets);
	u64_stats_add(&count->tx_bytes, sum.tx_bytes);
	u64_stats_add(&count->rx_packets, sum.rx_packets);
	u64_stats_add(&count->rx_bytes, sum.rx_bytes);
	u64_stats_update_end(&count->syncp);
	local_bh_enable();
	swap(path->count, old->count);
	/* They are in both now, but came once. */
	hip_credit_discount(path->assoc, sum.rx_bytes);
}

/* The new path takes the place of the old one. */
static void hip_rekey_done(struct hip_assoc *assoc, struct hip_path *path)
{
	struct hip_rekey *rekey = path->rekey;
	struct hip_path *old = rekey->old;

	if (rekey->fresh) {
		swap(assoc->keymat, rekey->keymat);
		assoc->keymat_index = rekey->index;
		assoc->keymat_doubt = false;
		if (rekey->peer_dh) {
			swap(assoc->peer_dh, rekey->peer_dh);
			assoc->peer_dh_len = rekey->peer_dh_len;
		}
	}
	assoc->rekey_fails = 0;
	hip_rekey_free(path);
	if (old) {
		/* Seen at its address now, or with the old SAs, or moved. */
		if (path->peer_state != HIP_LOCATOR_ACTIVE ||
		    !ipv6_addr_equal(&path->peer, &old->peer))
			path->peer_state = old->peer_state;
		if (hip_rekey_follow(path, old)) {
			hip_assoc_fail(assoc, HIP_FAIL_INTERNAL);
			return;
		}
		path->spi_out_old = old->spi_out;
		path->spi_in_old = old->spi_in;
		path->probe.need = old->probe.need;
		path->probe.back = old->probe.back;
		path->probe.rtt = old->probe.rtt;
		hip_rekey_keep_count(path, old);
		hip_path_retire(old);
		if (assoc->update_out.path == old)
			assoc->update_out.path = path;
		if (assoc->update_in.path == old) {
			assoc->update_in.path = path;
			path->checking = old->checking;
			memcpy(path->echo, old->echo, sizeof(path->echo));
		}
	}
	hip_stat_inc(assoc->hn, HIP_STAT_REKEYS);
	hip_update_rebuild(assoc);
	hip_netlink_event_path(path);
	if (old)
		hip_netlink_event_path(old);
}

/* --- the peer begins --------------------------------------------------- */

/* Have we asked for new SAs of @old? */
static bool hip_rekey_same(const struct hip_assoc *assoc,
			   const struct hip_path *old)
{
	const struct hip_update_out *out = &assoc->update_out;

	return out->kind == HIP_UPDATE_REKEY && out->path->rekey->old == old;
}

enum hip_stat hip_rekey_check(struct hip_assoc *assoc,
			      const struct hip_packet *p,
			      const struct hip_path *old)
{
	struct hip_update_out *out = &assoc->update_out;
	const struct hip_esp_info *info;
	const struct hip_param *param;
	const struct hip_dh *dh;

	param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	info = (const struct hip_esp_info *)param->data;
	param = hip_packet_param(p, HIP_PARAM_DIFFIE_HELLMAN);
	if (param) {
		dh = (const struct hip_dh *)param->data;
		if (info->keymat_index || dh->group != assoc->dh_group)
			return HIP_STAT_DROP_PROPOSAL;
		if (!hip_upcall_ready(assoc->hn))
			return HIP_STAT_DROP_NO_DAEMON;
	}
	if (hip_rekey_same(assoc, old)) {
		/* With new values in one of them only, that one counts. */
		return out->path->rekey->publen && !param ?
		       HIP_STAT_DROP_STATE : 0;
	}
	/* Keys of two pairs are not drawn at once: see update.c. */
	if ((out->kind == HIP_UPDATE_NEW_PATH || out->kind == HIP_UPDATE_REKEY) &&
	    hip_hit_greater(&assoc->hits.local, &assoc->hits.peer))
		return HIP_STAT_DROP_STATE;
	return 0;
}

bool hip_rekey_crosses(struct hip_assoc *assoc, const struct hip_packet *p,
		       const struct hip_path *old)
{
	return hip_rekey_same(assoc, old) &&
	       !assoc->update_out.path->rekey->publen ==
	       !hip_packet_param(p, HIP_PARAM_DIFFIE_HELLMAN);
}

/*
 * What we have asked for, and the peer's rekey, which makes another KEYMAT: the peer
 * would answer ours from the one or the other, as packets fall.
 */
static void hip_rekey_give_way(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;

	if (out->kind == HIP_UPDATE_REKEY) {
		hip_rekey_cancel(assoc);
	} else if (out->kind == HIP_UPDATE_NEW_PATH) {
		/* What it told as well may not have arrived. */
		assoc->announce = true;
		hip_update_drop_path(assoc, out->path);
	}
}

struct hip_path *hip_rekey_take(struct hip_assoc *assoc,
				const struct hip_packet *p,
				struct hip_path *old, u32 spi,
				unsigned int proposed, unsigned int *index)
{
	struct hip_path *path;
	int err = 0;

	/* Ours cannot be joined with it, and is no longer needed. */
	if (hip_rekey_same(assoc, old))
		hip_update_drop_path(assoc, assoc->update_out.path);
	path = hip_rekey_new(assoc, old);
	if (IS_ERR(path))
		return path;
	path->spi_out = spi;
	*index = max(assoc->keymat_index, proposed);
	if (hip_packet_param(p, HIP_PARAM_DIFFIE_HELLMAN)) {
		*index = 0;
		err = hip_rekey_generate(assoc, path);
		if (!err)
			err = hip_rekey_derive(assoc, path, p);
		if (!err)
			hip_rekey_give_way(assoc);
		if (assoc->state != HIP_STATE_ESTABLISHED)
			return ERR_PTR(-ENOTCONN);
	}
	if (!err)
		err = hip_rekey_add_sas(assoc, path, *index);
	if (!err)
		return path;
	hip_update_drop_path(assoc, path);
	return ERR_PTR(err);
}

/* --- the peer answers -------------------------------------------------- */

/* Its half, in an answer or in a request that crossed ours. */
static int hip_rekey_other_half(struct hip_assoc *assoc,
				const struct hip_packet *p)
{
	struct hip_update_out *out = &assoc->update_out;
	const struct hip_esp_info *info;
	struct hip_path *path = out->path;
	const struct hip_param *param;
	int index = 0, err = 0;

	param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	info = (const struct hip_esp_info *)param->data;
	if (ntohl(info->new_spi) < HIP_SPI_MIN)
		return -EINVAL;
	path->spi_out = ntohl(info->new_spi);
	if (path->rekey->publen && !path->rekey->fresh)
		err = hip_rekey_derive(assoc, path, p);
	if (!err && !path->rekey->fresh) {
		index = hip_update_agreed_index(assoc, info);
		err = min(index, 0);
	}
	if (!err && path->rekey->old)
		err = hip_rekey_follow(path, path->rekey->old);
	if (!err)
		err = hip_rekey_add_sas(assoc, path, index);
	if (err) {
		hip_sa_del(path);
		/* It is of no SA: an UPDATE that names it is not about this path. */
		path->spi_out = 0;
	}
	/* Our private value is used. */
	return err && path->rekey->fresh ? -ESTALE : err;
}

static void hip_rekey_finish(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_path *path = out->path;

	hip_sent_clear(&out->sent);
	out->kind = HIP_UPDATE_NONE;
	out->path = NULL;
	path->rekeyed = true;
	hip_rekey_done(assoc, path);
}

int hip_rekey_cross(struct hip_assoc *assoc, const struct hip_packet *p)
{
	struct hip_path *path = assoc->update_out.path;
	int err;

	/* It is told twice, as our acknowledgment was lost. */
	if (path->x_out)
		return 0;
	err = hip_rekey_other_half(assoc, p);
	if (err == -ESTALE)
		hip_rekey_cancel(assoc);
	if (err)
		return err;
	/* Of what we asked it may have the acknowledgment of its own by now. */
	hip_rekey_answered(path);
	if (path->rekey->acked)
		hip_rekey_finish(assoc);
	return 0;
}

int hip_rekey_read_answer(struct hip_assoc *assoc, const struct hip_packet *p)
{
	const struct hip_param *param = hip_packet_param(p, HIP_PARAM_ESP_INFO);
	const struct hip_path *path = assoc->update_out.path;
	const struct hip_esp_info *info;
	int err;

	if (!param)
		return 0;
	/*
	 * By a request that crossed ours it may have come before. If the peer has
	 * given up that one it answers with another half, and ours was used.
	 */
	if (path->x_out) {
		info = (const struct hip_esp_info *)param->data;
		if (ntohl(info->new_spi) == path->spi_out || !path->rekey->old ||
		    ntohl(info->old_spi) != path->rekey->old->spi_out ||
		    ntohl(info->new_spi) < HIP_SPI_MIN ||
		    info->new_spi == info->old_spi)
			return 0;
		hip_rekey_cancel(assoc);
		return -EAGAIN;
	}
	err = hip_rekey_other_half(assoc, p);
	/* Our private value went with the daemon that had it, or so: begun anew. */
	if (err == -ESTALE)
		hip_rekey_cancel(assoc);
	return err;
}

void hip_rekey_rx_answer(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_rekey *rekey = out->path->rekey;

	if (out->path->x_out) {
		hip_rekey_finish(assoc);
		return;
	}
	rekey->acked = true;
	rekey->patience = jiffies + HIP_REKEY_PATIENCE;
	hip_sent_clear(&out->sent);
}

void hip_rekey_confirmed(struct hip_assoc *assoc, struct hip_path *path)
{
	hip_rekey_done(assoc, path);
}

void hip_rekey_named(struct hip_assoc *assoc, struct hip_path *path)
{
	if (!path->rekey || !path->x_out)
		return;
	if (assoc->update_out.path == path)
		hip_rekey_finish(assoc);
	else
		hip_rekey_done(assoc, path);
}

bool hip_rekey_heard(const struct hip_path *path)
{
	return path->rekey && hip_path_heard(path);
}

static bool hip_rekey_is_left(const struct hip_path *path)
{
	return path->rekey && path->rekey->left;
}

bool hip_rekey_unsettled(const struct hip_assoc *assoc)
{
	const struct hip_update_out *out = &assoc->update_out;
	const struct hip_update_in *in = &assoc->update_in;
	const struct hip_path *path;

	if (in->path && in->path->rekey && !in->acked)
		return true;
	/* Crossing, and only the acknowledgment of ours is missing. */
	if (out->kind == HIP_UPDATE_REKEY && out->path->rekey->fresh &&
	    out->path->rekey->told)
		return true;
	list_for_each_entry(path, &assoc->paths, list)
		if (hip_rekey_is_left(path))
			return true;
	return false;
}

void hip_rekey_forsaken(struct hip_assoc *assoc, u32 spi)
{
	const struct hip_update_in *in = &assoc->update_in;
	struct hip_path *path, *next;

	list_for_each_entry_safe(path, next, &assoc->paths, list)
		if (path->rekey && path->rekey->old &&
		    path->rekey->old->spi_out == spi &&
		    (path->rekey->left || (in->path == path && !in->acked) ||
		     (assoc->update_out.path == path && path->rekey->told))) {
			/* It did not finish. */
			path->rekey->told = false;
			hip_update_drop_path(assoc, path);
		}
}

void hip_rekey_leave(struct hip_assoc *assoc, const struct hip_path *next)
{
	struct hip_update_in *in = &assoc->update_in;

	if (in->acked || !in->path || in->path == next || !in->path->rekey)
		return;
	in->path->rekey->left = true;
	in->path->rekey->answer = in->id;
	in->path->rekey->patience = jiffies + HIP_REKEY_PATIENCE;
	in->path->rekey->poll = jiffies + HIP_REKEY_POLL;
}

void hip_rekey_rx_ack(struct hip_assoc *assoc, const struct hip_packet *p)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list)
		if (hip_rekey_is_left(path) &&
		    hip_update_acks(p, path->rekey->answer)) {
			hip_rekey_confirmed(assoc, path);
			return;
		}
}

void hip_rekey_cancel(struct hip_assoc *assoc)
{
	struct hip_path *path = assoc->update_out.path;

	/* The peer has all that it needs, and only we do not know it. */
	if (hip_rekey_heard(path))
		hip_rekey_finish(assoc);
	else
		hip_update_drop_path(assoc, path);
}

void hip_rekey_put_off(struct hip_assoc *assoc)
{
	struct hip_path *old = assoc->update_out.path->rekey->old;

	if (old && old->rekey_fails < U8_MAX)
		old->rekey_fails++;
	hip_rekey_refused(assoc);
	hip_rekey_cancel(assoc);
}

void hip_rekey_failed(struct hip_assoc *assoc)
{
	struct hip_path *old = assoc->update_out.path->rekey->old;

	if (old)
		old->rekey_asked = false;
	hip_rekey_put_off(assoc);
}

/* --- time -------------------------------------------------------------- */

bool hip_rekey_next(struct hip_assoc *assoc, unsigned long *due)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_path *path;
	bool any = false;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!path->replaced ||
		    (any && !time_before(path->until, *due)))
			continue;
		*due = path->until;
		any = true;
	}
	list_for_each_entry(path, &assoc->paths, list)
		if (hip_rekey_is_left(path) &&
		    (!any || time_before(path->rekey->poll, *due))) {
			*due = path->rekey->poll;
			any = true;
		}
	if (out->kind == HIP_UPDATE_REKEY && out->path->rekey->acked &&
	    (!any || time_before(out->path->rekey->patience, *due))) {
		*due = out->path->rekey->patience;
		any = true;
	}
	/* When it is over, hip_rekey_due() is called by what it waits for. */
	if (assoc->rekey_wait && time_before(jiffies, assoc->rekey_wait) &&
	    (!any || time_before(assoc->rekey_wait, *due))) {
		*due = assoc->rekey_wait;
		any = true;
	}
	return any;
}

/* What the peer did not confirm: there is at most one. */
static void hip_rekey_timer_left(struct hip_assoc *assoc)
{
	struct hip_path *path;

	list_for_each_entry(path, &assoc->paths, list) {
		if (!hip_rekey_is_left(path))
			continue;
		path->rekey->poll = jiffies + HIP_REKEY_POLL;
		if (hip_rekey_heard(path))
			hip_rekey_confirmed(assoc, path);
		else if (time_after_eq(jiffies, path->rekey->patience))
			hip_update_drop_path(assoc, path);
		return;
	}
}

void hip_rekey_timer(struct hip_assoc *assoc)
{
	struct hip_update_out *out = &assoc->update_out;
	struct hip_path *path, *next;

	list_for_each_entry_safe(path, next, &assoc->paths, list) {
		if (!path->replaced || time_before(jiffies, path->until))
			continue;
		/* Our acknowledgment may not have arrived yet. */
		path->until = READ_ONCE(path->last_rx) + HIP_PATH_LINGER;
		if (time_after_eq(jiffies, path->until))
			hip_update_drop_path(assoc, path);
	}
	if (out->kind == HIP_UPDATE_REKEY && out->path->rekey->acked &&
	    time_after_eq(jiffies, out->path->rekey->patience))
		hip_rekey_failed(assoc);
	hip_rekey_timer_left(assoc);
}
