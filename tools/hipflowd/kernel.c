// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/hip.h>

#include "addr.h"
#include "kernel.h"
#include "log.h"
#include "state.h"

#define RETRY_MS		1000
#define R1_CHECK_MS		60000
/* Upcalls of a busy responder must not be lost while a thread is slow. */
#define RECEIVE_BUFFER		(4 << 20)
/* Messages read in one turn of the loop */
#define BATCH			64
/* Answers of the kernel to our questions do not wait for anything. */
#define QUERY_TIMEOUT_S		2

struct request;

typedef void (*request_done_fn)(struct kernel *k, int err, const char *text,
				const struct request *request);

/* A request whose acknowledgment is still to come */
struct request {
	struct request *next;
	uint32_t seq;
	char what[80];
	request_done_fn done;
};

/**
 * struct kernel_session - one life of the kernel module
 * @poll: of the socket of @genl
 * @k: owner
 * @genl: the registered socket: requests, acknowledgments, upcalls
 * @query: for questions whose answer is waited for
 * @requests: in the order they were sent
 * @last: where the next one is hung
 * @registered: the kernel took us
 * @told: it has acknowledged all that it is told at first
 * @buf: what is received
 */
struct kernel_session {
	uv_poll_t poll;
	struct kernel *k;
	struct hip_genl genl;
	struct hip_genl query;
	struct request *requests;
	struct request **last;
	bool registered;
	bool told;
	char buf[HIP_GENL_RECV_SIZE] __aligned(8);
};

static void session_begin(struct kernel *k);

static void session_closed(uv_handle_t *handle)
{
	struct kernel_session *s = handle->data;

	hip_genl_close(&s->genl);
	hip_genl_close(&s->query);
	free(s);
}

static void requests_forget(struct kernel_session *s)
{
	while (s->requests) {
		struct request *request = s->requests;

		s->requests = request->next;
		free(request);
	}
	s->last = &s->requests;
}

static void session_end(struct kernel *k)
{
	struct kernel_session *s = k->session;

	if (!s)
		return;
	k->session = NULL;
	uv_timer_stop(&k->r1_timer);
	upcalls_end(&k->upcalls);
	requests_forget(s);
	uv_close((uv_handle_t *)&s->poll, session_closed);
}

static void log_failure(int err, const char *text, const struct request *request)
{
	log_err("%s: %s", request->what, text ? text : strerror(-err));
}

static void done_default(struct kernel *k, int err, const char *text,
			 const struct request *request)
{
	(void)k;
	if (err)
		log_failure(err, text, request);
}

/* After a restart of hipflowd the kernel still has what we told before. */
static void done_identity(struct kernel *k, int err, const char *text,
			  const struct request *request)
{
	(void)k;
	if (err && err != -EEXIST)
		log_failure(err, text, request);
}

static void done_peer_del(struct kernel *k, int err, const char *text,
			  const struct request *request)
{
	(void)k;
	if (err && err != -ENOENT)
		log_failure(err, text, request);
}

/* Sends a request; its acknowledgment will come to @done. */
__printf(4, 5)
static void request_send(struct kernel *k, struct nlmsghdr *nlh,
			 request_done_fn done, const char *what, ...)
{
	struct kernel_session *s = k->session;
	struct request *request = calloc(1, sizeof(*request));
	va_list args;
	int err;

	if (!request) {
		log_err("out of memory: the kernel is not told something");
		return;
	}
	va_start(args, what);
	vsnprintf(request->what, sizeof(request->what), what, args);
	va_end(args);
	request->seq = nlh->nlmsg_seq;
	request->done = done;
	nlh->nlmsg_flags |= NLM_F_ACK;
	err = hip_genl_send(&s->genl, nlh);
	if (err) {
		log_failure(err, s->genl.error, request);
		free(request);
		return;
	}
	*s->last = request;
	s->last = &request->next;
}

static void send_settings(struct kernel *k)
{
	const struct config_kernel *c = &k->config->kernel;
	struct nlmsghdr *nlh;

	if (!c->has_puzzle_k && !c->n_dh_groups && !c->n_esp_suites &&
	    !c->has_max_fids && !c->has_retransmit_ms && !c->has_retries &&
	    !c->has_path_timeout_ms && !c->has_idle_timeout &&
	    !c->has_rekey_time && !c->has_rekey_bytes &&
	    !c->has_rekey_packets && !c->has_rekey_on_move &&
	    !c->n_hip_ciphers && !c->has_encrypt_host_id &&
	    !c->has_opportunistic && !c->has_relay_per_second)
		return;
	nlh = hip_genl_msg(&k->session->genl, HIP_CMD_CONFIG_SET);
	if (c->has_puzzle_k)
		mnl_attr_put_u8(nlh, HIP_A_CONFIG_PUZZLE_K, c->puzzle_k);
	if (c->n_dh_groups)
		mnl_attr_put(nlh, HIP_A_CONFIG_DH_GROUPS, c->n_dh_groups,
			     c->dh_groups);
	if (c->n_esp_suites)
		mnl_attr_put(nlh, HIP_A_CONFIG_ESP_SUITES,
			     c->n_esp_suites * sizeof(c->esp_suites[0]),
			     c->esp_suites);
	if (c->has_max_fids)
		mnl_attr_put_u16(nlh, HIP_A_CONFIG_MAX_FIDS, c->max_fids);
	if (c->has_retransmit_ms)
		mnl_attr_put_u32(nlh, HIP_A_CONFIG_RETRANSMIT_MS,
				 c->retransmit_ms);
	if (c->has_retries)
		mnl_attr_put_u8(nlh, HIP_A_CONFIG_RETRIES, c->retries);
	if (c->has_path_timeout_ms)
		mnl_attr_put_u32(nlh, HIP_A_CONFIG_PATH_TIMEOUT_MS,
				 c->path_timeout_ms);
	if (c->has_idle_timeout)
		mnl_attr_put_u32(nlh, HIP_A_CONFIG_IDLE_TIMEOUT,
				 c->idle_timeout);
	if (c->has_relay_per_second)
		mnl_attr_put_u32(nlh, HIP_A_CONFIG_RELAY_PER_SECOND,
				 c->relay_per_second);
	if (c->has_rekey_time)
		mnl_attr_put_u32(nlh, HIP_A_CONFIG_REKEY_TIME, c->rekey_time);
	if (c->has_rekey_bytes)
		mnl_attr_put_u64(nlh, HIP_A_CONFIG_REKEY_BYTES,
				 c->rekey_bytes);
	if (c->has_rekey_packets)
		mnl_attr_put_u64(nlh, HIP_A_CONFIG_REKEY_PACKETS,
				 c->rekey_packets);
	if (c->has_rekey_on_move)
		mnl_attr_put_u8(nlh, HIP_A_CONFIG_REKEY_ON_MOVE,
				c->rekey_on_move);
	if (c->n_hip_ciphers)
		mnl_attr_put(nlh, HIP_A_CONFIG_HIP_CIPHERS,
			     c->n_hip_ciphers * sizeof(c->hip_ciphers[0]),
			     c->hip_ciphers);
	if (c->has_encrypt_host_id)
		mnl_attr_put_u8(nlh, HIP_A_CONFIG_ENCRYPT_HOST_ID,
				c->encrypt_host_id);
	if (c->has_opportunistic)
		mnl_attr_put_u8(nlh, HIP_A_CONFIG_OPPORTUNISTIC,
				c->opportunistic);
	request_send(k, nlh, done_default, "cannot set [kernel] settings");
}

void kernel_refresh(struct kernel *k)
{
	if (k->session && k->session->told)
		request_send(k, hip_genl_msg(&k->session->genl,
					     HIP_CMD_LOCATOR_REFRESH),
			     done_default, "cannot tell of a changed address");
}

static void send_identity(struct kernel *k, const struct identity *id)
{
	struct nlmsghdr *nlh;

	nlh = hip_genl_msg(&k->session->genl, HIP_CMD_IDENTITY_NEW);
	mnl_attr_put(nlh, HIP_A_IDENTITY_HOST_ID, id->host_id_len,
		     id->host_id);
	mnl_attr_put_u64(nlh, HIP_A_IDENTITY_R1_COUNTER, k->r1_begin);
	request_send(k, nlh, done_identity, "cannot add host identity %s",
		     id->file);
}

static void send_peer(struct kernel *k, const struct config_peer *peer)
{
	struct nlmsghdr *nlh;

	nlh = hip_genl_msg(&k->session->genl, HIP_CMD_PEER_SET);
	mnl_attr_put(nlh, HIP_A_PEER_HIT, sizeof(peer->hit), &peer->hit);
	mnl_attr_put(nlh, HIP_A_PEER_ADDRS,
		     peer->n_addrs * sizeof(peer->addrs[0]), peer->addrs);
	request_send(k, nlh, done_default, "cannot add peer '%s'", peer->name);
}

static void send_peer_del(struct kernel *k, const struct config_peer *peer)
{
	struct nlmsghdr *nlh;

	nlh = hip_genl_msg(&k->session->genl, HIP_CMD_PEER_DEL);
	mnl_attr_put(nlh, HIP_A_PEER_HIT, sizeof(peer->hit), &peer->hit);
	request_send(k, nlh, done_peer_del, "cannot remove peer '%s'",
		     peer->name);
}

static void done_register(struct kernel *k, int err, const char *text,
			  const struct request *request)
{
	size_t i;

	if (err) {
		if (err == -EBUSY)
			log_err("another hipflowd runs in this network namespace");
		else
			log_failure(err, text, request);
		k->events->fatal(k->data);
		return;
	}
	k->session->registered = true;
	send_settings(k);
	for (i = 0; i < k->ids->count; i++)
		send_identity(k, &k->ids->list[i]);
	for (i = 0; i < k->config->n_peers; i++)
		send_peer(k, &k->config->peers[i]);
}

/* What the kernel says of host identities */
struct inventory {
	struct identities *ids;
	bool found[CONFIG_FILES_MAX];
	uint64_t r1_max;
	size_t n_strange;
	struct in6_addr strange[8];
};

static int inventory_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[HIP_A_IDENTITY_MAX + 1];
	struct inventory *inv = data;
	const struct identity *id;
	struct in6_addr hit;
	uint64_t counter;

	if (hip_genl_attrs(nlh, tb, HIP_A_IDENTITY_MAX) ||
	    !tb[HIP_A_IDENTITY_HIT] ||
	    mnl_attr_get_payload_len(tb[HIP_A_IDENTITY_HIT]) != sizeof(hit))
		return -EBADMSG;
	memcpy(&hit, mnl_attr_get_payload(tb[HIP_A_IDENTITY_HIT]), sizeof(hit));
	id = identity_find(inv->ids, &hit);
	if (id)
		inv->found[id - inv->ids->list] = true;
	else if (inv->n_strange < ARRAY_SIZE(inv->strange))
		inv->strange[inv->n_strange++] = hit;
	if (tb[HIP_A_IDENTITY_R1_COUNTER] &&
	    !mnl_attr_validate(tb[HIP_A_IDENTITY_R1_COUNTER], MNL_TYPE_U64)) {
		counter = mnl_attr_get_u64(tb[HIP_A_IDENTITY_R1_COUNTER]);
		if (counter > inv->r1_max)
			inv->r1_max = counter;
	}
	return 0;
}

static int inventory_take(struct kernel *k, struct inventory *inv)
{
	struct hip_genl *query = &k->session->query;
	struct nlmsghdr *nlh;
	int err;

	memset(inv, 0, sizeof(*inv));
	inv->ids = k->ids;
	nlh = hip_genl_msg(query, HIP_CMD_IDENTITY_GET);
	err = hip_genl_dump(query, nlh, inventory_cb, inv, NULL);
	if (err)
		log_warning("cannot list the host identities of the kernel: %s",
			    query->error);
	return err;
}

/* The file must be ahead of the generations in use, whatever happens next. */
static void r1_keep_ahead(struct kernel *k, uint64_t used)
{
	int err;

	if (used + STATE_R1_STEP / 2 <= k->r1_limit)
		return;
	err = state_r1_write(k->state_dir, used + STATE_R1_STEP);
	if (err)
		log_err("cannot write " STATE_R1_FILE ": %s", strerror(-err));
	else
		k->r1_limit = used + STATE_R1_STEP;
}

static void on_r1_timer(uv_timer_t *timer)
{
	struct kernel *k = timer->data;
	struct inventory inv;

	if (k->session && !inventory_take(k, &inv))
		r1_keep_ahead(k, inv.r1_max);
}

/*
 * An identity whose key file was moved away: it can sign nothing more, and
 * peers would go on using it.
 */
static void remove_strange(struct kernel *k, const struct in6_addr *hit)
{
	struct hip_genl *query = &k->session->query;
	char text[HIP_ADDR_STRLEN];
	struct nlmsghdr *nlh;

	hip_addr_print(hit, text);
	nlh = hip_genl_msg(query, HIP_CMD_IDENTITY_DEL);
	mnl_attr_put(nlh, HIP_A_IDENTITY_HIT, sizeof(*hit), hit);
	if (hip_genl_talk(query, nlh, NULL, NULL)) {
		log_warning("cannot remove host identity %s, of which there is no key: %s",
			    text, query->error);
		return;
	}
	log_notice("removed host identity %s from the kernel: there is no key of it",
		   text);
	k->events->identity_gone(k->data, hit);
}

/* All was told and acknowledged. */
static void told(struct kernel *k)
{
	char text[HIP_ADDR_STRLEN];
	struct inventory inv;
	size_t i;

	k->session->told = true;
	if (!inventory_take(k, &inv)) {
		for (i = 0; i < k->ids->count; i++)
			if (!inv.found[i])
				log_err("the kernel does not have host identity %s: does it compute another HIT?",
					hip_addr_print(&k->ids->list[i].hit,
						       text));
		for (i = 0; i < inv.n_strange; i++)
			remove_strange(k, &inv.strange[i]);
		r1_keep_ahead(k, inv.r1_max);
	}
	uv_timer_start(&k->r1_timer, on_r1_timer, R1_CHECK_MS, R1_CHECK_MS);
	log_info("registered with the kernel module");
	k->events->ready(k->data);
}

static void on_ack(struct kernel *k, const struct nlmsghdr *nlh)
{
	struct kernel_session *s = k->session;
	struct request **at = &s->requests;
	struct request *request;
	const char *text;
	int err;

	err = hip_genl_ack(nlh, &text);
	while (*at && (*at)->seq != nlh->nlmsg_seq)
		at = &(*at)->next;
	request = *at;
	if (!request) {
		if (!err)
			return;
		/* A reply that came too late, which is nobody's fault. */
		log_debug("the kernel did not take a reply: %s",
			  text ? text : strerror(-err));
		upcall_refused(&k->upcalls, nlh->nlmsg_seq);
		return;
	}
	*at = request->next;
	if (s->last == &request->next)
		s->last = at;
	request->done(k, err, text, request);
	free(request);
	if (k->session == s && s->registered && !s->told && !s->requests)
		told(k);
}

static void on_message(struct kernel *k, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_type == NLMSG_ERROR)
		on_ack(k, nlh);
	else if (nlh->nlmsg_type == k->session->genl.family &&
		 mnl_nlmsg_get_payload_len(nlh) >= GENL_HDRLEN &&
		 hip_genl_cmd(nlh) == HIP_CMD_UPCALL)
		upcall_handle(&k->upcalls, nlh);
}

/*
 * The kernel repeats upcalls that it needs answered. Acknowledgments may be
 * among what was lost: do not wait for them.
 */
static void on_loss(struct kernel *k)
{
	struct kernel_session *s = k->session;

	if (log_allowed())
		log_warning("the kernel asks faster than hipflowd reads: some upcalls are lost");
	if (!s->registered)
		return;
	requests_forget(s);
	if (!s->told)
		told(k);
}

/* One datagram: false if there is none. */
static bool session_read(struct kernel *k)
{
	struct kernel_session *s = k->session;
	const struct nlmsghdr *nlh;
	ssize_t n;
	int len;

	n = mnl_socket_recvfrom(s->genl.nl, s->buf, sizeof(s->buf));
	if (n < 0) {
		if (errno == ENOBUFS) {
			on_loss(k);
			return true;
		}
		if (errno != EAGAIN && errno != EINTR)
			log_err("cannot receive from the kernel: %s",
				strerror(errno));
		return errno == EINTR;
	}
	len = n;
	for (nlh = (const void *)s->buf; mnl_nlmsg_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len)) {
		on_message(k, nlh);
		if (k->session != s)
			return false;
	}
	return true;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct kernel_session *s = poll->data;
	struct kernel *k = s->k;
	int i;

	(void)status;
	(void)events;
	for (i = 0; i < BATCH && k->session == s; i++)
		if (!session_read(k))
			return;
}

static bool peer_is_known(void *data, const struct in6_addr *hit)
{
	struct kernel *k = data;
	struct hip_genl *query = &k->session->query;
	struct nlmsghdr *nlh = hip_genl_msg(query, HIP_CMD_PEER_GET);

	mnl_attr_put(nlh, HIP_A_PEER_HIT, sizeof(*hit), hit);
	if (hip_genl_talk(query, nlh, NULL, NULL))
		return false;
	/* That somebody asked for its name says nothing for it. */
	return !k->events->looked_up || !k->events->looked_up(k->data, hit);
}

int kernel_peer(struct kernel *k, uint8_t cmd, const struct in6_addr *hit,
		const struct in6_addr *addrs, size_t n_addrs)
{
	struct hip_genl *query;
	struct nlmsghdr *nlh;
	int err;

	if (!k->session)
		return -ENOENT;
	query = &k->session->query;
	nlh = hip_genl_msg(query, cmd);
	mnl_attr_put(nlh, HIP_A_PEER_HIT, sizeof(*hit), hit);
	if (n_addrs)
		mnl_attr_put(nlh, HIP_A_PEER_ADDRS, n_addrs * sizeof(*addrs),
			     addrs);
	err = hip_genl_talk(query, nlh, NULL, NULL);
	if (err && err != -EEXIST && log_allowed())
		log_warning("cannot tell the kernel of a peer: %s",
			    query->error);
	return err;
}

/* 0; -ENOENT without the module; or another error. */
static int session_open(struct kernel_session *s)
{
	struct timeval timeout = { .tv_sec = QUERY_TIMEOUT_S };
	int size = RECEIVE_BUFFER;
	int err;
	int fd;

	err = hip_genl_open(&s->genl);
	if (err)
		return err;
	err = hip_genl_open(&s->query);
	if (err) {
		memcpy(s->genl.error, s->query.error, sizeof(s->genl.error));
		hip_genl_close(&s->genl);
		return err;
	}
	setsockopt(hip_genl_fd(&s->query), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		   sizeof(timeout));
	fd = hip_genl_fd(&s->genl);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return 0;
}

static void on_retry(uv_timer_t *timer)
{
	session_begin(timer->data);
}

static void say_absent(struct kernel *k, int err, const char *text)
{
	if (!k->told_absent)
		log_warning("%s; waiting for it", text);
	k->told_absent = true;
	/* Without the module, its coming is told; other errors may pass. */
	if (err != -ENOENT)
		uv_timer_start(&k->retry, on_retry, RETRY_MS, 0);
}

/* A number for the next registration, which no R1 has had yet. */
static int r1_advance(struct kernel *k)
{
	int err;

	k->r1_begin = k->r1_limit;
	err = state_r1_write(k->state_dir, k->r1_limit + STATE_R1_STEP);
	if (err) {
		log_err("cannot write " STATE_R1_FILE ": %s", strerror(-err));
		return err;
	}
	k->r1_limit += STATE_R1_STEP;
	return 0;
}

static void session_begin(struct kernel *k)
{
	struct kernel_session *s = calloc(1, sizeof(*s));
	int err;

	if (!s) {
		say_absent(k, -ENOMEM, "out of memory");
		return;
	}
	err = session_open(s);
	if (err) {
		say_absent(k, err, s->genl.error);
		free(s);
		return;
	}
	s->k = k;
	s->last = &s->requests;
	s->poll.data = s;
	err = uv_poll_init(k->loop, &s->poll, hip_genl_fd(&s->genl));
	if (err) {
		say_absent(k, err, uv_strerror(err));
		hip_genl_close(&s->genl);
		hip_genl_close(&s->query);
		free(s);
		return;
	}
	k->session = s;
	k->told_absent = false;
	uv_poll_start(&s->poll, UV_READABLE, on_readable);
	upcalls_begin(&k->upcalls, &s->genl);
	if (r1_advance(k)) {
		k->events->fatal(k->data);
		return;
	}
	request_send(k, hip_genl_msg(&s->genl, HIP_CMD_DAEMON_REGISTER),
		     done_register, "cannot register with the kernel module");
}

static void session_lost(struct kernel *k)
{
	if (!k->session)
		return;
	log_notice("the kernel module has gone; waiting for it");
	k->told_absent = true;
	session_end(k);
	k->events->gone(k->data);
}

/* Notifications were lost: look ourselves. */
static void look_again(struct kernel *k)
{
	struct hip_genl genl;
	int err = hip_genl_open(&genl);

	if (k->session && (err || genl.family != k->session->genl.family))
		session_lost(k);
	if (!err && !k->session)
		session_begin(k);
	hip_genl_close(&genl);
}

static int on_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct kernel *k = data;
	uint8_t cmd;

	if (hip_genl_attrs(nlh, tb, CTRL_ATTR_MAX) ||
	    !tb[CTRL_ATTR_FAMILY_NAME] ||
	    strcmp(mnl_attr_get_str(tb[CTRL_ATTR_FAMILY_NAME]),
		   HIP_GENL_NAME))
		return 0;
	cmd = hip_genl_cmd(nlh);
	if (cmd == CTRL_CMD_DELFAMILY)
		session_lost(k);
	if (cmd == CTRL_CMD_NEWFAMILY && !k->session) {
		uv_timer_stop(&k->retry);
		session_begin(k);
	}
	return 0;
}

static void on_ctrl(uv_poll_t *poll, int status, int events)
{
	struct kernel *k = poll->data;

	(void)status;
	(void)events;
	if (hip_genl_recv(&k->ctrl, on_family, k) == -ENOBUFS)
		look_again(k);
}

int kernel_start(struct kernel *k, uv_loop_t *loop,
		 const struct config *config, struct identities *ids,
		 int state_dir, const struct kernel_events *events, void *data)
{
	int err;

	memset(k, 0, sizeof(*k));
	k->loop = loop;
	k->config = config;
	k->ids = ids;
	k->state_dir = state_dir;
	k->events = events;
	k->data = data;
	err = state_r1_read(state_dir, &k->r1_limit);
	if (err)
		return err;
	upcalls_init(&k->upcalls, loop, config, ids);
	k->upcalls.known = peer_is_known;
	k->upcalls.known_data = k;

	err = hip_genl_open_ctrl(&k->ctrl);
	if (!err)
		err = hip_genl_resolve(&k->ctrl, "nlctrl");
	if (!err)
		err = hip_genl_join(&k->ctrl, "notify");
	if (err) {
		log_err("%s", k->ctrl.error);
		hip_genl_close(&k->ctrl);
		return err;
	}
	fcntl(hip_genl_fd(&k->ctrl), F_SETFL,
	      fcntl(hip_genl_fd(&k->ctrl), F_GETFL) | O_NONBLOCK);
	err = uv_poll_init(loop, &k->ctrl_poll, hip_genl_fd(&k->ctrl));
	if (err) {
		log_err("%s", uv_strerror(err));
		hip_genl_close(&k->ctrl);
		return err;
	}
	k->ctrl_poll.data = k;
	uv_poll_start(&k->ctrl_poll, UV_READABLE, on_ctrl);
	uv_timer_init(loop, &k->retry);
	k->retry.data = k;
	uv_timer_init(loop, &k->r1_timer);
	k->r1_timer.data = k;
	session_begin(k);
	return 0;
}

void kernel_reconfigure(struct kernel *k, const struct config *old)
{
	size_t i;

	/* Before registration is done, all will be told then. */
	if (!k->session || !k->session->registered)
		return;
	send_settings(k);
	for (i = 0; i < old->n_peers; i++)
		if (!config_peer_find(k->config, &old->peers[i].hit))
			send_peer_del(k, &old->peers[i]);
	for (i = 0; i < k->config->n_peers; i++)
		send_peer(k, &k->config->peers[i]);
}

static void ctrl_closed(uv_handle_t *handle)
{
	struct kernel *k = handle->data;

	hip_genl_close(&k->ctrl);
}

void kernel_stop(struct kernel *k)
{
	session_end(k);
	upcalls_end(&k->upcalls);
	uv_close((uv_handle_t *)&k->retry, NULL);
	uv_close((uv_handle_t *)&k->r1_timer, NULL);
	uv_close((uv_handle_t *)&k->ctrl_poll, ctrl_closed);
}
