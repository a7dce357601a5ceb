// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"
#include "name_server.h"

#define TICK_MS		1000
/* To send the request; then the look-up has a time-out of its own. */
#define CLIENT_MS	2000

/**
 * struct name_client - a connection, of one request
 * @poll: of @fd; first, so that closing frees all
 * @next: of the server's list
 * @s: the server
 * @fd: the connection
 * @uid: who asks
 * @op: what, 0 before the request is there
 * @deadline: for the request
 */
struct name_client {
	uv_poll_t poll;
	struct name_client *next;
	struct name_server *s;
	int fd;
	uid_t uid;
	uint32_t op;
	uint64_t deadline;
};

static void server_resume(struct name_server *s);

static void client_closed(uv_handle_t *handle)
{
	struct name_client *c = (struct name_client *)handle;

	close(c->fd);
	free(c);
}

static void client_end(struct name_client *c)
{
	struct name_server *s = c->s;
	struct name_client **at = &s->clients;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	s->n_clients--;
	resolver_forget(&s->resolver, c);
	uv_close((uv_handle_t *)&c->poll, client_closed);
	server_resume(s);
}

/* There is room for an answer in any socket that was never written to. */
static void answer_send(int fd, const struct hip_name_answer *answer)
{
	if (send(fd, answer, sizeof(*answer), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("cannot answer about a name: %s", strerror(errno));
}

static void refuse(int fd, uint32_t status, const char *text)
{
	struct hip_name_answer answer;

	answer_init(&answer, status, "");
	answer_text(&answer, "%s", text);
	answer_send(fd, &answer);
}

static void on_answer(void *data, const struct hip_name_answer *found)
{
	struct name_client *c = data;
	struct hip_name_answer answer = *found;
	const char *why = NULL;

	if (answer.status == HIP_NAME_OK && c->op != HIP_NAME_SHOW &&
	    name_table_put(&c->s->table, found, c->uid,
			   c->op == HIP_NAME_FOLLOW, &why)) {
		answer.status = HIP_NAME_AGAIN;
		answer_text(&answer, "%s", why);
	}
	answer_send(c->fd, &answer);
	client_end(c);
}

static void reverse(struct name_client *c, const struct in6_addr *hit)
{
	struct name_server *s = c->s;
	struct hip_name_answer answer;
	const struct host *host = NULL;
	const char *name;

	name = name_table_reverse(&s->table, hit, c->uid);
	if (!name) {
		hosts_update(&s->resolver.hosts, s->config->hosts);
		host = hosts_find_hit(&s->resolver.hosts, hit);
		name = host ? host->name : NULL;
	}
	answer_init(&answer, name ? HIP_NAME_OK : HIP_NAME_ABSENT,
		    name ? : "");
	answer.hit = *hit;
	answer_send(c->fd, &answer);
	client_end(c);
}

static void forget(struct name_client *c, const struct in6_addr *hit)
{
	name_table_forget(&c->s->table, hit);
	refuse(c->fd, HIP_NAME_OK, "");
	client_end(c);
}

static bool is_valid(const struct hip_name_request *request, ssize_t n)
{
	return n == sizeof(*request) && request->magic == HIP_NAME_MAGIC &&
	       memchr(request->name, '\0', sizeof(request->name));
}

static void handle(struct name_client *c, const struct hip_name_request *request)
{
	char name[HIP_NAME_MAX + 1];

	c->op = request->op;
	switch (c->op) {
	case HIP_NAME_FOLLOW:
	case HIP_NAME_FORGET:
		if (c->uid) {
			refuse(c->fd, HIP_NAME_INVALID, "only root may do this");
			client_end(c);
			return;
		}
		break;
	case HIP_NAME_SHOW:
	case HIP_NAME_REACH:
	case HIP_NAME_REACH_LISTED:
	case HIP_NAME_REVERSE:
		break;
	default:
		refuse(c->fd, HIP_NAME_INVALID,
		       "hipflowd is older than what asks it");
		client_end(c);
		return;
	}
	if (c->op == HIP_NAME_FORGET) {
		forget(c, &request->hit);
	} else if (c->op == HIP_NAME_REVERSE) {
		reverse(c, &request->hit);
	} else if (!hip_name_copy(name, request->name)) {
		refuse(c->fd, HIP_NAME_INVALID, "this is not the name of a host");
		client_end(c);
	} else {
		resolver_lookup(&c->s->resolver, name,
				c->op == HIP_NAME_REACH_LISTED, on_answer, c);
	}
}

static void on_client(uv_poll_t *poll, int status, int events)
{
	struct name_client *c = (struct name_client *)poll;
	struct hip_name_request request;
	ssize_t n;

	/* Somebody who has asked can only go away. */
	if (status < 0 || c->op || !(events & UV_READABLE)) {
		client_end(c);
		return;
	}
	n = recv(c->fd, &request, sizeof(request), MSG_DONTWAIT | MSG_TRUNC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (!is_valid(&request, n)) {
		if (n > 0)
			refuse(c->fd, HIP_NAME_INVALID,
			       "hipflowd is of another version");
		client_end(c);
		return;
	}
	handle(c, &request);
}

/* A bucket of the user; that of the one who has been silent longest goes. */
static struct name_user *find_user(struct name_server *s, uid_t uid)
{
	struct name_user *oldest = &s->users[0];
	size_t i;

	for (i = 0; i < NAME_USERS_MAX; i++) {
		if (s->users[i].stamp && s->users[i].uid == uid)
			return &s->users[i];
		if (s->users[i].stamp < oldest->stamp)
			oldest = &s->users[i];
	}
	oldest->uid = uid;
	oldest->tokens = NAME_BURST;
	oldest->stamp = uv_now(s->loop);
	return oldest;
}

static bool rate_allows(struct name_server *s, uid_t uid)
{
	struct name_user *user = find_user(s, uid);
	uint64_t now = uv_now(s->loop);
	uint64_t more = (now - user->stamp) * NAME_RATE / 1000;

	if (more) {
		user->tokens = user->tokens + more > NAME_BURST ?
			NAME_BURST : user->tokens + more;
		user->stamp = now;
	}
	if (!user->tokens)
		return false;
	user->tokens--;
	return true;
}

static bool may_connect(struct name_server *s, uid_t uid)
{
	const struct name_client *c;
	unsigned int n = 0;

	if (!uid)
		return true;
	for (c = s->clients; c; c = c->next)
		n += c->uid == uid;
	return s->n_clients < NAME_CLIENTS_USERS && n < NAME_CLIENTS_USER &&
	       rate_allows(s, uid);
}

static void client_begin(struct name_server *s, int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	struct name_client *c;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len)) {
		close(fd);
		return;
	}
	c = may_connect(s, cred.uid) ? calloc(1, sizeof(*c)) : NULL;
	if (c && uv_poll_init(s->loop, &c->poll, fd)) {
		free(c);
		c = NULL;
	}
	if (!c) {
		refuse(fd, HIP_NAME_AGAIN, "too many requests");
		close(fd);
		return;
	}
	c->s = s;
	c->fd = fd;
	c->uid = cred.uid;
	c->deadline = uv_now(s->loop) + CLIENT_MS;
	c->next = s->clients;
	s->clients = c;
	s->n_clients++;
	uv_poll_start(&c->poll, UV_READABLE | UV_DISCONNECT, on_client);
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
	struct name_server *s = poll->data;
	int fd;

	(void)status;
	(void)events;
	while (s->n_clients < NAME_CLIENTS_MAX) {
		fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			if (errno == EAGAIN)
				return;
			break;
		}
		client_begin(s, fd);
	}
	/* The next ones wait in the backlog until there is room. */
	uv_poll_stop(poll);
	s->paused = true;
}

static void server_resume(struct name_server *s)
{
	if (s->poll && s->paused && s->n_clients < NAME_CLIENTS_MAX) {
		s->paused = false;
		uv_poll_start(s->poll, UV_READABLE, on_connection);
	}
}

static void on_tick(uv_timer_t *timer)
{
	struct name_server *s = timer->data;
	struct name_client *c, *next;
	uint64_t now = uv_now(s->loop);

	for (c = s->clients; c; c = next) {
		next = c->next;
		if (!c->op && c->deadline <= now)
			client_end(c);
	}
	resolver_tick(&s->resolver);
	name_table_tick(&s->table);
	server_resume(s);
}

/* A socket file that nobody listens at any more is of one who crashed. */
static int remove_stale(const struct sockaddr_un *addr)
{
	int err = 0;
	int fd;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) ||
	    errno == EAGAIN)
		err = -EADDRINUSE;
	else if (errno == ECONNREFUSED)
		unlink(addr->sun_path);
	close(fd);
	return err;
}

/* A listening socket or a negative errno. */
static int socket_open(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int err;
	int fd;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	err = remove_stale(&addr);
	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		err = -errno;
	} else if (chmod(path, 0666) || listen(fd, NAME_BACKLOG)) {
		/* The mode of the file says who may connect: everybody. */
		err = -errno;
		unlink(path);
	}
	if (err)
		close(fd);
	return err ? err : fd;
}

static int make_directory(void)
{
	if (mkdir(HIP_NAME_DIR, 0755))
		return errno == EEXIST ? 0 : -errno;
	/* Whatever the umask. */
	return chmod(HIP_NAME_DIR, 0755) ? -errno : 0;
}

static void listen_begin(struct name_server *s)
{
	int err = 0;

	if (s->poll || !s->config->listen)
		return;
	if (!s->path[0])
		err = hip_name_path(s->path) ? : make_directory();
	if (!err) {
		s->fd = socket_open(s->path);
		err = s->fd < 0 ? s->fd : 0;
	}
	if (!err) {
		s->poll = calloc(1, sizeof(*s->poll));
		err = s->poll ? uv_poll_init(s->loop, s->poll, s->fd) : -ENOMEM;
		if (err) {
			free(s->poll);
			s->poll = NULL;
			unlink(s->path);
			close(s->fd);
		}
	}
	if (err) {
		log_warning("cannot answer about names at %s: %s", s->path,
			    strerror(-err));
		return;
	}
	s->poll->data = s;
	s->paused = false;
	uv_poll_start(s->poll, UV_READABLE, on_connection);
	log_debug("answers about names at %s", s->path);
}

static void poll_closed(uv_handle_t *handle)
{
	free(handle);
}

static void listen_end(struct name_server *s)
{
	if (!s->poll)
		return;
	uv_close((uv_handle_t *)s->poll, poll_closed);
	s->poll = NULL;
	close(s->fd);
	unlink(s->path);
}

void name_server_start(struct name_server *s, uv_loop_t *loop,
		       const struct config_names *config, int state_dir,
		       const char *path, name_tell_fn tell, void *data)
{
	memset(s, 0, sizeof(*s));
	s->loop = loop;
	s->config = config;
	if (path)
		snprintf(s->path, sizeof(s->path), "%s", path);
	resolver_init(&s->resolver, loop, config);
	name_table_init(&s->table, loop, &s->resolver, state_dir, tell, data);
	uv_timer_init(loop, &s->tick);
	s->tick.data = s;
	uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
	listen_begin(s);
}

void name_server_reconfigure(struct name_server *s)
{
	resolver_reconfigure(&s->resolver);
	if (s->config->listen)
		listen_begin(s);
	else
		listen_end(s);
}

void name_server_stop(struct name_server *s)
{
	listen_end(s);
	name_table_free(&s->table);
	/* Those that wait for an answer get one. */
	resolver_stop(&s->resolver);
	while (s->clients)
		client_end(s->clients);
	uv_close((uv_handle_t *)&s->tick, NULL);
}
