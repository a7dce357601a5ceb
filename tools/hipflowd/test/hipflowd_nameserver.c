// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local socket: hipflowd's side in the loop of this thread, the NSS module
 * and other clients in other threads and processes. Names are of a hosts file,
 * and the kernel is played by tell().
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <nss.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/hip.h>

#include "addr.h"
#include "ktap.h"
#include "name_server.h"

#define NOBODY 65534

enum nss_status
_nss_hip_gethostbyname4_r(const char *name, struct gaih_addrtuple **pat,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop, int32_t *ttlp);
enum nss_status
_nss_hip_gethostbyname2_r(const char *name, int af, struct hostent *host,
			  char *buffer, size_t size, int *errnop,
			  int *h_errnop);
enum nss_status
_nss_hip_gethostbyaddr_r(const void *addr, socklen_t len, int af,
			 struct hostent *host, char *buffer, size_t size,
			 int *errnop, int *h_errnop);
int __wrap_hip_name_path(char path[HIP_NAME_PATH]);

static char dir[] = "/tmp/hipflowd-socket-XXXXXX";
static char socket_path[HIP_NAME_PATH];
static int state_dir;
static struct config_names config;
static struct name_server server;
static uv_loop_t loop;
static const char *expect_dir;

int __wrap_hip_name_path(char path[HIP_NAME_PATH])
{
	strcpy(path, socket_path);
	return 0;
}

/* --- the kernel --- */

static struct {
	uint8_t cmd;
	struct in6_addr hit;
	size_t n;
	struct in6_addr addrs[NAME_ADDRS_MAX];
	unsigned int calls;
	int err;
} told;

static int tell(void *data, uint8_t cmd, const struct in6_addr *hit,
		const struct in6_addr *addrs, size_t n_addrs)
{
	(void)data;
	told.calls++;
	told.cmd = cmd;
	told.hit = *hit;
	told.n = n_addrs;
	if (n_addrs)
		memcpy(told.addrs, addrs, n_addrs * sizeof(*addrs));
	return told.err;
}

static bool told_addr(size_t i, const char *text)
{
	char buf[HIP_ADDR_STRLEN];

	return i < told.n && !strcmp(hip_addr_print(&told.addrs[i], buf), text);
}

static struct in6_addr address(const char *text)
{
	struct in6_addr addr;

	CHECK(!hip_addr_parse(text, &addr));
	return addr;
}

/* --- the loop, while something runs beside it --- */

static void put_hosts(const char *text)
{
	FILE *file;

	snprintf(config.hosts, sizeof(config.hosts), "%s/hosts", expect_dir);
	unlink(config.hosts);
	file = fopen(config.hosts, "we");
	CHECK(file && fputs(text, file) >= 0);
	fclose(file);
}

static void begin_with(const char *text)
{
	put_hosts(text);
	config.listen = true;
	memset(&told, 0, sizeof(told));
	name_server_start(&server, &loop, &config, state_dir, socket_path,
			  tell, NULL);
	CHECK(server.poll);
}

static void begin(void)
{
	begin_with("peer 2001:22::1 192.0.2.1 rvs 192.0.2.9\n"
		   "Other.Example 2001:22::2 2001:db8::2\n"
		   "alias.example 2001:22::1 192.0.2.8\n");
}

static void end(void)
{
	name_server_stop(&server);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(access(socket_path, F_OK));
}

struct job {
	void (*run)(void *data);
	void *data;
	volatile bool done;
};

static void *job_thread(void *data)
{
	struct job *job = data;

	job->run(job->data);
	__atomic_store_n(&job->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static void wake(uv_timer_t *timer)
{
	(void)timer;
}

/* Runs it in a thread, and the loop until it is done. */
static void beside(void (*run)(void *data), void *data)
{
	struct job job = { .run = run, .data = data };
	uv_timer_t timer;
	pthread_t thread;

	uv_timer_init(&loop, &timer);
	uv_timer_start(&timer, wake, 5, 5);
	CHECK(!pthread_create(&thread, NULL, job_thread, &job));
	while (!__atomic_load_n(&job.done, __ATOMIC_ACQUIRE))
		uv_run(&loop, UV_RUN_ONCE);
	pthread_join(thread, NULL);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&loop, UV_RUN_NOWAIT);
}

struct question {
	struct hip_name_request request;
	struct hip_name_answer answer;
	int err;
};

static void ask_job(void *data)
{
	struct question *q = data;

	q->err = hip_name_ask(&q->request, &q->answer, 10000);
}

/*
 * Who says nothing for a while is dropped, which may be one who had no processor:
 * asks once more then.
 */
static void ask_again_job(void *data)
{
	struct question *q = data;
	int i;

	for (i = 0, q->err = -ECONNRESET; i < 5 && q->err == -ECONNRESET; i++)
		ask_job(q);
}

static uint32_t ask(struct question *q, uint32_t op, const char *name)
{
	memset(q, 0, sizeof(*q));
	q->request.op = op;
	snprintf(q->request.name, sizeof(q->request.name), "%s", name);
	beside(ask_again_job, q);
	CHECK(!q->err);
	return q->answer.status;
}

/* Runs it as a user who is not root, in a process: its exit status. */
struct user_job {
	int (*run)(void);
	int status;
};

static void user_run(void *data)
{
	struct user_job *job = data;
	int status = -1;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(!getuid() && setuid(NOBODY) ? 99 : job->run());
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		job->status = WEXITSTATUS(status);
}

static int as_user(int (*run)(void))
{
	struct user_job job = { .run = run, .status = -1 };

	beside(user_run, &job);
	return job.status;
}

/* --- tests --- */

static void operations(void)
{
	struct question q;

	begin();
	CHECK(ask(&q, HIP_NAME_SHOW, "PEER.") == HIP_NAME_OK);
	CHECK(q.answer.listed && q.answer.n_addrs == 1 &&
	      q.answer.n_rvs_addrs == 1 && !strcmp(q.answer.name, "peer"));
	CHECK(!told.calls);
	CHECK(ask(&q, HIP_NAME_REACH_LISTED, "nobody") == HIP_NAME_ABSENT);
	CHECK(ask(&q, HIP_NAME_REACH, "bad..name") == HIP_NAME_INVALID);
	CHECK(ask(&q, 99, "peer") == HIP_NAME_INVALID);

	CHECK(ask(&q, HIP_NAME_REACH_LISTED, "peer") == HIP_NAME_OK);
	CHECK(told.calls == 1 && told.cmd == HIP_CMD_PEER_NEW && told.n == 2);
	/* The rendezvous server is asked first. */
	CHECK(told_addr(0, "192.0.2.9") && told_addr(1, "192.0.2.1"));
	CHECK(ask(&q, HIP_NAME_REACH, "peer") == HIP_NAME_OK);
	CHECK(told.calls == 1);

	CHECK(ask(&q, HIP_NAME_REACH, "alias.example") == HIP_NAME_OK);
	CHECK(told.calls == 2 && told.cmd == HIP_CMD_PEER_SET && told.n == 3 &&
	      told_addr(0, "192.0.2.8"));
	end();
}

static void administrator(void)
{
	struct question q;

	begin();
	CHECK(ask(&q, HIP_NAME_REACH, "other.example") == HIP_NAME_OK);
	q.request.hit = address("2001:22::2");
	CHECK(server.table.count == 2);
	if (!getuid()) {
		q.request.op = HIP_NAME_FORGET;
		beside(ask_again_job, &q);
		CHECK(!q.err && q.answer.status == HIP_NAME_OK);
		CHECK(server.table.count == 1);
		told.err = -EEXIST;
		/* Known to the kernel, and not from us: not changed */
		CHECK(ask(&q, HIP_NAME_REACH, "other.example") == HIP_NAME_OK);
		CHECK(server.table.count == 1 && told.cmd == HIP_CMD_PEER_NEW);
		CHECK(ask(&q, HIP_NAME_FOLLOW, "other.example") ==
		      HIP_NAME_AGAIN);
		told.err = 0;
		CHECK(ask(&q, HIP_NAME_REACH, "other.example") == HIP_NAME_OK);
		CHECK(server.table.count == 2);
		/* What is ours until then may become the administrator's. */
		put_hosts("other.example 2001:22::2 2001:db8::3\n");
		told.err = -EEXIST;
		CHECK(ask(&q, HIP_NAME_REACH, "other.example") == HIP_NAME_OK);
		CHECK(server.table.count == 1);
		told.err = 0;
		CHECK(ask(&q, HIP_NAME_FOLLOW, "other.example") == HIP_NAME_OK);
		CHECK(told.cmd == HIP_CMD_PEER_SET && server.table.count == 2);
	}
	told.err = -ENOENT;
	put_hosts("third 2001:22::3 192.0.2.3\n");
	CHECK(ask(&q, HIP_NAME_REACH, "third") == HIP_NAME_AGAIN);
	CHECK(strstr(q.answer.text, "not loaded"));
	end();
}

static int user_forbidden(void)
{
	struct question q = { .request.op = HIP_NAME_FOLLOW };

	strcpy(q.request.name, "peer");
	ask_again_job(&q);
	if (q.err || q.answer.status != HIP_NAME_INVALID)
		return 1;
	q.request.op = HIP_NAME_FORGET;
	ask_again_job(&q);
	return q.err || q.answer.status != HIP_NAME_INVALID;
}

static int user_reach(void)
{
	struct question q = { .request.op = HIP_NAME_REACH };

	strcpy(q.request.name, "other.example");
	ask_again_job(&q);
	return q.err || q.answer.status != HIP_NAME_OK;
}

static int user_flood(void)
{
	struct question q;
	int busy = 0;
	int i;

	for (i = 0; i < 4 * NAME_BURST; i++) {
		memset(&q, 0, sizeof(q));
		q.request.op = HIP_NAME_REACH_LISTED;
		strcpy(q.request.name, "other.example");
		ask_job(&q);
		if (q.err == -ECONNRESET ||
		    (!q.err && q.answer.status == HIP_NAME_AGAIN))
			busy++;
	}
	return !busy;
}

static void users(void)
{
	struct in6_addr hit = address("2001:22::2");
	struct question q;

	begin();
	name_table_forget(&server.table, &hit);
	CHECK(as_user(user_forbidden) == 0);
	CHECK(as_user(user_reach) == 0);
	CHECK(told.calls == 1);
	/* Of the hosts file, so it is the administrator's word. */
	CHECK(!name_table_unvouched(&server.table, &hit));
	CHECK(as_user(user_flood) == 0);
	if (!getuid()) {
		/* Others' names are not told, and root is not held up. */
		CHECK(!name_table_reverse(&server.table, &hit, 1));
		CHECK(name_table_reverse(&server.table, &hit, NOBODY));
		CHECK(ask(&q, HIP_NAME_SHOW, "peer") == HIP_NAME_OK);
	}
	end();
}

static int raw_connect(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct timeval timeout = { .tv_sec = 30 };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	strcpy(addr.sun_path, socket_path);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Sends that much of a request: status of the answer, or -1 if there is none */
static int raw_ask_once(const void *data, size_t len)
{
	struct hip_name_answer answer = { 0 };
	int fd = raw_connect();
	ssize_t n = -1;

	if (fd < 0)
		return -2;
	if (send(fd, data, len, MSG_NOSIGNAL) == (ssize_t)len)
		n = recv(fd, &answer, sizeof(answer), 0);
	close(fd);
	return n == sizeof(answer) ? (int)answer.status : -1;
}

/* As above: who was too slow to say it is dropped, and says it again. */
static int raw_ask(const void *data, size_t len)
{
	int status = -1;
	int i;

	for (i = 0; i < 5 && status == -1; i++)
		status = raw_ask_once(data, len);
	return status;
}

static void strange_job(void *data)
{
	struct hip_name_request request = {
		.magic = HIP_NAME_MAGIC,
		.op = HIP_NAME_SHOW,
		.name = "peer",
	};
	char large[8192] = { 0 };
	int *bad = data;
	char byte;
	int fd;

	*bad += raw_ask(&request, sizeof(request)) != HIP_NAME_OK;
	*bad += raw_ask(&request, sizeof(request) - 1) != HIP_NAME_INVALID;
	memcpy(large, &request, sizeof(request));
	*bad += raw_ask(large, sizeof(large)) != HIP_NAME_INVALID;
	request.magic++;
	*bad += raw_ask(&request, sizeof(request)) != HIP_NAME_INVALID;
	request.magic--;
	memset(request.name, 'a', sizeof(request.name));
	*bad += raw_ask(&request, sizeof(request)) != HIP_NAME_INVALID;
	/* One who goes at once, and one who says nothing, which has an end. */
	fd = raw_connect();
	close(fd);
	fd = raw_connect();
	*bad += recv(fd, &byte, 1, 0) != 0;
	close(fd);
}

static void strangers(void)
{
	int bad = 0;

	begin();
	beside(strange_job, &bad);
	CHECK(!bad);
	CHECK(!server.n_clients);
	end();
}

/* As many as the server takes and the kernel keeps for it, which is one more. */
static void full_job(void *data)
{
	int fds[NAME_CLIENTS_MAX + NAME_BACKLOG + 1];
	struct question q = { .request.op = HIP_NAME_SHOW };
	int *bad = data;
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(fds); i++)
		fds[i] = raw_connect();
	/* They are dropped after a while, and then it is our turn. */
	strcpy(q.request.name, "peer");
	for (i = 0, q.err = -ECONNRESET; i < 5 && q.err == -ECONNRESET; i++)
		q.err = hip_name_ask(&q.request, &q.answer, 60000);
	*bad = q.err || q.answer.status != HIP_NAME_OK;
	for (i = 0; i < (int)ARRAY_SIZE(fds); i++)
		close(fds[i]);
}

static void crowded(void)
{
	int bad = 0;

	begin();
	if (!getuid())
		beside(full_job, &bad);
	CHECK(!bad);
	end();
}

/* A server that twice hangs up instead of an answer. */
static void *dropping_thread(void *data)
{
	struct hip_name_request request;
	struct hip_name_answer answer;
	int listener = *(int *)data;
	int fd;
	int i;

	answer_init(&answer, HIP_NAME_ABSENT, "peer");
	for (i = 0; i < 3; i++) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (recv(fd, &request, sizeof(request), 0) ==
		    sizeof(request) && i == 2)
			send(fd, &answer, sizeof(answer), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void dropped(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct question q = { .request.op = HIP_NAME_SHOW };
	pthread_t thread;
	int listener;

	strcpy(addr.sun_path, socket_path);
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	CHECK(!bind(listener, (struct sockaddr *)&addr, sizeof(addr)));
	CHECK(!listen(listener, 1));
	CHECK(!pthread_create(&thread, NULL, dropping_thread, &listener));
	CHECK(!hip_name_ask(&q.request, &q.answer, 60000));
	CHECK(q.answer.status == HIP_NAME_ABSENT);
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	unlink(socket_path);
}

static void lasting(void)
{
	struct in6_addr hit = address("2001:22::1");
	struct question q;

	unlinkat(state_dir, NAME_FILE, 0);
	begin();
	CHECK(ask(&q, HIP_NAME_REACH, "peer") == HIP_NAME_OK);
	CHECK(told.cmd == HIP_CMD_PEER_NEW);
	end();
	/* The next one knows whose the kernel's entry is. */
	begin();
	CHECK(server.table.count == 1);
	CHECK(name_table_reverse(&server.table, &hit, getuid()));
	CHECK(ask(&q, HIP_NAME_REACH, "peer") == HIP_NAME_OK);
	CHECK(told.cmd == HIP_CMD_PEER_SET);
	/* A kernel module that is new is told again. */
	told.calls = 0;
	name_table_tell_all(&server.table);
	CHECK(told.calls == 1 && told.cmd == HIP_CMD_PEER_SET && told.n == 2);
	end();
}

static void until_told(unsigned int calls)
{
	int i;

	for (i = 0; i < 1000 && told.calls < calls; i++)
		uv_run(&loop, UV_RUN_ONCE);
}

/* What is followed is looked up again, here because hipflowd is new. */
static void followed(void)
{
	struct in6_addr hit = address("2001:22::3");
	struct question q;

	unlinkat(state_dir, NAME_FILE, 0);
	begin();
	if (getuid()) {
		end();
		return;
	}
	CHECK(ask(&q, HIP_NAME_FOLLOW, "peer") == HIP_NAME_OK);
	CHECK(told.cmd == HIP_CMD_PEER_SET && told.n == 2);
	end();
	begin_with("peer 2001:22::1 192.0.2.111\n");
	until_told(1);
	CHECK(told.calls == 1 && told.cmd == HIP_CMD_PEER_SET &&
	      told.n == 1 && told_addr(0, "192.0.2.111"));
	end();
	/* The name is another host now: the old one goes. */
	begin_with("peer 2001:22::3 192.0.2.112\n");
	until_told(2);
	CHECK(told.calls == 2 && told.cmd == HIP_CMD_PEER_SET &&
	      IN6_ARE_ADDR_EQUAL(&told.hit, &hit));
	CHECK(server.table.count == 1);
	CHECK(name_table_reverse(&server.table, &hit, NOBODY));
	end();
	/* A name that is gone, or a file that cannot be read: all stays. */
	begin_with("peer\n");
	uv_run(&loop, UV_RUN_ONCE);
	uv_run(&loop, UV_RUN_ONCE);
	CHECK(!told.calls && server.table.count == 1);
	end();
	unlinkat(state_dir, NAME_FILE, 0);
}

static void eviction(void)
{
	struct hip_name_answer answer;
	const char *why;
	int i;

	unlinkat(state_dir, NAME_FILE, 0);
	begin();
	answer_init(&answer, HIP_NAME_OK, "x");
	answer.n_addrs = 1;
	answer.addrs[0] = address("192.0.2.1");
	answer.hit = address("2001:22::");
	for (i = 0; i < NAME_ENTRIES_USER; i++) {
		answer.hit.s6_addr[15] = i;
		CHECK(!name_table_put(&server.table, &answer, 1000, false,
				      &why));
	}
	CHECK(name_table_unvouched(&server.table, &answer.hit));
	/* Root's count apart, and one that is followed is nobody's to push out. */
	answer.hit.s6_addr[14] = 1;
	CHECK(!name_table_put(&server.table, &answer, 0, true, &why));
	CHECK(!name_table_unvouched(&server.table, &answer.hit));
	CHECK(server.table.count == NAME_ENTRIES_USER + 1);
	answer.hit.s6_addr[14] = 2;
	told.calls = 0;
	CHECK(!name_table_put(&server.table, &answer, 1000, false, &why));
	CHECK(told.calls == 2 && server.table.count == NAME_ENTRIES_USER + 1);
	answer.hit.s6_addr[14] = 0;
	answer.hit.s6_addr[15] = 0;
	CHECK(!name_table_reverse(&server.table, &answer.hit, 1000));
	/* All users together */
	for (i = 0; i < 2 * NAME_ENTRIES_MAX; i++) {
		answer.hit.s6_addr[12] = 1;
		answer.hit.s6_addr[14] = i >> 8;
		answer.hit.s6_addr[15] = i;
		CHECK(!name_table_put(&server.table, &answer, 2000 + i / 100,
				      false, &why));
	}
	CHECK(server.table.count == NAME_ENTRIES_MAX);
	for (i = 0; i < NAME_FOLLOWED_MAX; i++) {
		answer.hit.s6_addr[12] = 2;
		answer.hit.s6_addr[15] = i;
		if (name_table_put(&server.table, &answer, 0, true, &why))
			break;
	}
	/* One is followed from before. */
	CHECK(i == NAME_FOLLOWED_MAX - 1 && strstr(why, "too many"));
	end();
	unlinkat(state_dir, NAME_FILE, 0);
}

/*
 * Grows the buffer until it is large enough, as glibc does: to what size. On a
 * machine that stands still hipflowd may be too slow for the module, a few times.
 */
static int grow(enum nss_status (*call)(char *, size_t, int *))
{
	size_t size = 0;
	int slow = 0;

	while (size < 1024 && slow < 5) {
		/* Of that size, so that a write behind it is seen. */
		char *buffer = malloc(size ? size : 1);
		int err = 0;
		enum nss_status status = call(buffer, size, &err);

		free(buffer);
		if (status == NSS_STATUS_SUCCESS)
			return size;
		if (status != NSS_STATUS_TRYAGAIN)
			return -1;
		if (err == ERANGE)
			size++;
		else
			slow++;
	}
	return -1;
}

static bool right;

static enum nss_status call4(char *buffer, size_t size, int *err)
{
	struct in6_addr hit = address("2001:22::1");
	struct gaih_addrtuple *tuple = NULL;
	enum nss_status status;
	int h_err;

	status = _nss_hip_gethostbyname4_r("peer.HIP", &tuple, buffer, size,
					   err, &h_err, NULL);
	if (status == NSS_STATUS_SUCCESS)
		right = tuple->family == AF_INET6 && !tuple->next &&
			!memcmp(tuple->addr, &hit, sizeof(hit)) &&
			!strcmp(tuple->name, "peer.HIP");
	return status;
}

static enum nss_status call2(char *buffer, size_t size, int *err)
{
	struct in6_addr hit = address("2001:22::2");
	enum nss_status status;
	struct hostent host;
	int h_err;

	status = _nss_hip_gethostbyname2_r("other.example", AF_INET6, &host,
					   buffer, size, err, &h_err);
	if (status == NSS_STATUS_SUCCESS)
		right = host.h_length == 16 && !host.h_aliases[0] &&
			!host.h_addr_list[1] &&
			!memcmp(host.h_addr_list[0], &hit, sizeof(hit)) &&
			!strcmp(host.h_name, "other.example");
	return status;
}

static enum nss_status call_addr(char *buffer, size_t size, int *err)
{
	struct in6_addr hit = address("2001:22::2");
	enum nss_status status;
	struct hostent host;
	int h_err;

	status = _nss_hip_gethostbyaddr_r(&hit, sizeof(hit), AF_INET6, &host,
					  buffer, size, err, &h_err);
	if (status == NSS_STATUS_SUCCESS)
		right = !strcmp(host.h_name, "other.example");
	return status;
}

static void nss_job(void *data)
{
	struct in6_addr other = address("2001:22::77");
	struct in6_addr plain = address("2001:db8::1");
	enum nss_status status;
	struct hostent host;
	char buffer[1024];
	int err, h_err;

	(void)data;
	CHECK(grow(call4) >= (int)sizeof(struct gaih_addrtuple) && right);
	right = false;
	CHECK(grow(call2) > 0 && right);
	right = false;
	CHECK(grow(call_addr) > 0 && right);
	status = _nss_hip_gethostbyname2_r("nobody", AF_INET6, &host, buffer,
					   sizeof(buffer), &err, &h_err);
	CHECK(status == NSS_STATUS_NOTFOUND && h_err == HOST_NOT_FOUND);
	status = _nss_hip_gethostbyname2_r("peer", AF_INET, &host, buffer,
					   sizeof(buffer), &err, &h_err);
	CHECK(status == NSS_STATUS_NOTFOUND && h_err == NO_DATA);
	status = _nss_hip_gethostbyname2_r(".hip", AF_INET6, &host, buffer,
					   sizeof(buffer), &err, &h_err);
	CHECK(status == NSS_STATUS_NOTFOUND);
	status = _nss_hip_gethostbyaddr_r(&other, sizeof(other), AF_INET6,
					  &host, buffer, sizeof(buffer), &err,
					  &h_err);
	CHECK(status == NSS_STATUS_NOTFOUND);
	status = _nss_hip_gethostbyaddr_r(&plain, sizeof(plain), AF_INET6,
					  &host, buffer, sizeof(buffer), &err,
					  &h_err);
	CHECK(status == NSS_STATUS_NOTFOUND);
}

static void nss(void)
{
	enum nss_status status;
	struct hostent host;
	char buffer[1024];
	int err, h_err;

	begin();
	beside(nss_job, NULL);
	end();
	/* Without hipflowd others are asked at once. */
	status = _nss_hip_gethostbyname2_r("peer", AF_INET6, &host, buffer,
					   sizeof(buffer), &err, &h_err);
	CHECK(status == NSS_STATUS_UNAVAIL);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(operations),
		TEST(administrator),
		TEST(users),
		TEST(strangers),
		TEST(crowded),
		TEST(dropped),
		TEST(lasting),
		TEST(followed),
		TEST(eviction),
		TEST(nss),
	};
	char command[64];
	int status;

	if (!mkdtemp(dir) || chmod(dir, 0755))
		return EXIT_FAILURE;
	expect_dir = dir;
	snprintf(socket_path, sizeof(socket_path), "%s/sock", dir);
	snprintf(command, sizeof(command), "%s/state", dir);
	mkdir(command, 0700);
	state_dir = open(command, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uv_loop_init(&loop);
	status = tests_run(tests, ARRAY_SIZE(tests));
	if (uv_loop_close(&loop))
		status = EXIT_FAILURE;
	close(state_dir);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) ? EXIT_FAILURE : status;
}
