// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registration with the kernel module and its coming and going. The kernel is
 * played by this program, which is linked with --wrap for the functions
 * __wrap_*: sockets are socket pairs, and a request is answered as it is sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/hip.h>

#include "addr.h"
#include "compiler.h"
#include "kernel.h"
#include "ktap.h"
#include "state.h"
#include "wrapped.h"

#define FAMILY		40
#define SOCKETS_MAX	16
#define LOG_MAX		64

/* --- the kernel --------------------------------------------------------- */

/* What was asked of it, in order */
struct asked {
	uint8_t cmd;
	bool registered;	/* on the socket of the daemon */
	uint32_t seq;
	uint32_t status;	/* of UPCALL_REPLY */
	uint32_t dh_key;
	uint64_t r1_counter;
	uint16_t n_attrs;
	struct in6_addr hit;
};

static struct {
	bool present;
	int pairs[SOCKETS_MAX][2];	/* theirs, ours */
	int daemon;			/* ours of the registered socket, or -1 */
	int ctrl;
	int errors[HIP_CMD_MAX + 1];
	bool lose;			/* the next message that is received */
	size_t n_hits;
	struct in6_addr hits[8];
	uint64_t r1_counter;
	size_t n_asked;
	struct asked asked[LOG_MAX];
} kernel;

static struct mnl_socket *fake_socket(int *ours)
{
	int fds[2];
	size_t i;

	CHECK(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds));
	for (i = 0; i < SOCKETS_MAX - 1; i++) {
		/* A number that comes again was closed on the other side. */
		if (kernel.pairs[i][1] && kernel.pairs[i][0] == fds[0])
			close(kernel.pairs[i][1]);
		if (!kernel.pairs[i][1] || kernel.pairs[i][0] == fds[0])
			break;
	}
	kernel.pairs[i][0] = fds[0];
	kernel.pairs[i][1] = fds[1];
	*ours = fds[1];
	return mnl_socket_fdopen(fds[0]);
}

static int ours_of(const struct mnl_socket *nl)
{
	size_t i;

	for (i = 0; i < SOCKETS_MAX; i++)
		if (kernel.pairs[i][0] == mnl_socket_get_fd(nl))
			return kernel.pairs[i][1];
	return -1;
}

int __wrap_hip_genl_open(struct hip_genl *g)
{
	int ours;

	memset(g, 0, sizeof(*g));
	if (!kernel.present) {
		strcpy(g->error, "the kernel module is not loaded");
		return -ENOENT;
	}
	g->nl = fake_socket(&ours);
	g->family = FAMILY;
	return 0;
}

int __wrap_hip_genl_open_ctrl(struct hip_genl *g)
{
	memset(g, 0, sizeof(*g));
	g->nl = fake_socket(&kernel.ctrl);
	g->family = GENL_ID_CTRL;
	return 0;
}

int __wrap_hip_genl_resolve(struct hip_genl *g, const char *family)
{
	(void)g;
	CHECK(!strcmp(family, "nlctrl"));
	return 0;
}

int __wrap_hip_genl_join(struct hip_genl *g, const char *group)
{
	(void)g;
	CHECK(!strcmp(group, "notify"));
	return 0;
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf,
				   size_t size)
{
	ssize_t n = recv(mnl_socket_get_fd(nl), buf, size, 0);

	if (n > 0 && kernel.lose) {
		kernel.lose = false;
		errno = ENOBUFS;
		return -1;
	}
	return n;
}

static void answer_error(int ours, const struct nlmsghdr *request, int err)
{
	char buf[256] __aligned(8);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *msg;

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_seq = request->nlmsg_seq;
	nlh->nlmsg_flags = NLM_F_CAPPED;
	msg = mnl_nlmsg_put_extra_header(nlh, sizeof(*msg));
	msg->error = err;
	msg->msg = *request;
	CHECK(send(ours, buf, nlh->nlmsg_len, 0) == (ssize_t)nlh->nlmsg_len);
}

static void answer_dump(int ours, const struct nlmsghdr *request)
{
	char buf[1024] __aligned(8);
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;
	size_t i;

	for (i = 0; i < kernel.n_hits; i++) {
		nlh = mnl_nlmsg_put_header(buf);
		nlh->nlmsg_type = FAMILY;
		nlh->nlmsg_seq = request->nlmsg_seq;
		genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
		genl->cmd = HIP_CMD_IDENTITY_GET;
		mnl_attr_put(nlh, HIP_A_IDENTITY_HIT, 16, &kernel.hits[i]);
		mnl_attr_put_u64(nlh, HIP_A_IDENTITY_R1_COUNTER,
				 kernel.r1_counter);
		send(ours, buf, nlh->nlmsg_len, 0);
	}
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = NLMSG_DONE;
	nlh->nlmsg_seq = request->nlmsg_seq;
	mnl_nlmsg_put_extra_header(nlh, sizeof(int));
	send(ours, buf, nlh->nlmsg_len, 0);
}

static bool hit_is_there(const struct in6_addr *hit, size_t *at)
{
	for (*at = 0; *at < kernel.n_hits; ++*at)
		if (IN6_ARE_ADDR_EQUAL(&kernel.hits[*at], hit))
			return true;
	return false;
}

static int add_identity(struct asked *a, const struct nlattr **tb)
{
	const struct nlattr *attr = tb[HIP_A_IDENTITY_HOST_ID];
	struct host_id id;
	size_t at;

	CHECK(a->registered && attr && tb[HIP_A_IDENTITY_R1_COUNTER]);
	CHECK(!host_id_parse(&id, mnl_attr_get_payload(attr),
			     mnl_attr_get_payload_len(attr)));
	CHECK(!host_id_hit(&id, &a->hit));
	a->r1_counter = mnl_attr_get_u64(tb[HIP_A_IDENTITY_R1_COUNTER]);
	if (hit_is_there(&a->hit, &at))
		return -EEXIST;
	kernel.hits[kernel.n_hits++] = a->hit;
	kernel.r1_counter = a->r1_counter;
	return 0;
}

static int del_identity(struct asked *a)
{
	size_t at;

	if (!hit_is_there(&a->hit, &at))
		return -ENOENT;
	kernel.hits[at] = kernel.hits[--kernel.n_hits];
	return 0;
}

static int serve(struct asked *a, int ours, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[32];
	size_t i;

	/* Generic netlink refuses all others: NLM_F_CREATE, for instance. */
	if (nlh->nlmsg_flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO))
		return -EINVAL;
	hip_genl_attrs(nlh, tb, ARRAY_SIZE(tb) - 1);
	for (i = 0; i < ARRAY_SIZE(tb); i++)
		a->n_attrs += !!tb[i];
	/* The HIT is the first attribute of all that have one as key. */
	if (tb[1] && mnl_attr_get_payload_len(tb[1]) == 16)
		memcpy(&a->hit, mnl_attr_get_payload(tb[1]), 16);
	switch (a->cmd) {
	case HIP_CMD_DAEMON_REGISTER:
		if (!kernel.errors[a->cmd])
			kernel.daemon = ours;
		break;
	case HIP_CMD_IDENTITY_NEW:
		return add_identity(a, tb);
	case HIP_CMD_IDENTITY_DEL:
		return del_identity(a);
	case HIP_CMD_UPCALL_REPLY:
		a->status = mnl_attr_get_u32(tb[HIP_A_UPCALL_STATUS]);
		if (tb[HIP_A_UPCALL_DH_KEY])
			a->dh_key = mnl_attr_get_u32(tb[HIP_A_UPCALL_DH_KEY]);
		break;
	}
	return kernel.errors[a->cmd];
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
				 size_t len)
{
	const struct nlmsghdr *nlh = buf;
	int ours = ours_of(nl);
	struct asked *a;
	int err;

	CHECK(ours >= 0 && nlh->nlmsg_type == FAMILY);
	CHECK(kernel.n_asked < LOG_MAX);
	a = &kernel.asked[kernel.n_asked++ % LOG_MAX];
	memset(a, 0, sizeof(*a));
	a->cmd = hip_genl_cmd(nlh);
	a->seq = nlh->nlmsg_seq;
	a->registered = ours == kernel.daemon;
	if ((nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
		answer_dump(ours, nlh);
		return len;
	}
	err = serve(a, ours, nlh);
	if (err || nlh->nlmsg_flags & NLM_F_ACK)
		answer_error(ours, nlh, err);
	return len;
}

static void tell_family(uint8_t cmd, const char *name)
{
	char buf[256] __aligned(8);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = GENL_ID_CTRL;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, name);
	send(kernel.ctrl, buf, nlh->nlmsg_len, 0);
}

static void send_upcall(uint8_t op, uint8_t group)
{
	char buf[256] __aligned(8);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = FAMILY;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = HIP_CMD_UPCALL;
	mnl_attr_put_u64(nlh, HIP_A_UPCALL_COOKIE, 7);
	mnl_attr_put_u8(nlh, HIP_A_UPCALL_OP, op);
	mnl_attr_put_u8(nlh, HIP_A_UPCALL_DH_GROUP, group);
	CHECK(send(kernel.daemon, buf, nlh->nlmsg_len, 0) > 0);
}

/* --- the daemon --------------------------------------------------------- */

static char root[32];
static int dir;
static uv_loop_t loop;
static struct config config;
static struct identities ids;
static struct kernel daemon_side;
static int n_ready, n_gone, n_fatal, n_identity_gone;

static void on_ready(void *data)
{
	(void)data;
	n_ready++;
}

static void on_gone(void *data)
{
	(void)data;
	n_gone++;
}

static void on_fatal(void *data)
{
	(void)data;
	n_fatal++;
}

static void on_identity_gone(void *data, const struct in6_addr *hit)
{
	(void)data;
	(void)hit;
	n_identity_gone++;
}

static bool looked_up;

static bool on_looked_up(void *data, const struct in6_addr *hit)
{
	(void)data;
	CHECK(hit);
	return looked_up;
}

static const struct kernel_events events = {
	.ready = on_ready,
	.gone = on_gone,
	.fatal = on_fatal,
	.identity_gone = on_identity_gone,
	.looked_up = on_looked_up,
};

/*
 * Lets all happen that can without waiting long; for what other threads compute, a
 * minute, as others may have the processors.
 */
static void settle(void)
{
	int i, waited = 0;

	for (i = 0; i < 50; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		if (daemon_side.upcalls.jobs && waited < 30000) {
			usleep(2000);
			waited++;
			i = 0;
		}
	}
}

static void begin(bool present)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.daemon = -1;
	kernel.present = present;
	n_ready = 0;
	n_gone = 0;
	n_fatal = 0;
	n_identity_gone = 0;
}

static void start(void)
{
	kernel.n_asked = 0;
	CHECK(!kernel_start(&daemon_side, &loop, &config, &ids, dir, &events,
			    NULL));
	settle();
}

static void stop(void)
{
	size_t i;

	kernel_stop(&daemon_side);
	uv_run(&loop, UV_RUN_DEFAULT);
	for (i = 0; i < SOCKETS_MAX; i++)
		if (kernel.pairs[i][1])
			close(kernel.pairs[i][1]);
	memset(kernel.pairs, 0, sizeof(kernel.pairs));
	kernel.daemon = -1;
}

static unsigned int count(uint8_t cmd)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < kernel.n_asked; i++)
		n += kernel.asked[i].cmd == cmd;
	return n;
}

static const struct asked *first(uint8_t cmd)
{
	static const struct asked none;
	size_t i;

	for (i = 0; i < kernel.n_asked; i++)
		if (kernel.asked[i].cmd == cmd)
			return &kernel.asked[i];
	return &none;
}

static uint64_t r1_in_file(void)
{
	uint64_t counter = 0;

	state_r1_read(dir, &counter);
	return counter;
}

/* --- tests -------------------------------------------------------------- */

static void registers(void)
{
	static const uint8_t order[] = {
		HIP_CMD_DAEMON_REGISTER, HIP_CMD_CONFIG_SET,
		HIP_CMD_IDENTITY_NEW, HIP_CMD_IDENTITY_NEW, HIP_CMD_PEER_SET,
		HIP_CMD_PEER_SET, HIP_CMD_IDENTITY_GET,
	};
	size_t i;

	begin(true);
	config.kernel.has_puzzle_k = true;
	config.kernel.n_dh_groups = 1;
	config.kernel.dh_groups[0] = 8;
	start();
	CHECK(kernel.n_asked == ARRAY_SIZE(order));
	for (i = 0; i < ARRAY_SIZE(order); i++)
		CHECK(kernel.asked[i].cmd == order[i]);
	/* Only what is given in the configuration */
	CHECK(kernel.asked[1].n_attrs == 2);
	CHECK(kernel.n_hits == ids.count);
	CHECK(IN6_ARE_ADDR_EQUAL(&kernel.hits[0], &ids.list[0].hit));
	CHECK(IN6_ARE_ADDR_EQUAL(&kernel.asked[4].hit, &config.peers[0].hit));
	CHECK(n_ready == 1 && !n_fatal && !n_gone);
	stop();
	memset(&config.kernel, 0, sizeof(config.kernel));
	start();
	CHECK(!count(HIP_CMD_CONFIG_SET));
	stop();
}

static void after_a_restart(void)
{
	uint64_t before;

	begin(true);
	start();
	before = first(HIP_CMD_IDENTITY_NEW)->r1_counter;
	CHECK(r1_in_file() > before);
	stop();
	/* The kernel still has the identities: no error. */
	start();
	CHECK(n_ready == 2 && !n_fatal);
	CHECK(first(HIP_CMD_IDENTITY_NEW)->r1_counter >=
	      before + STATE_R1_STEP);
	stop();
}

static void another_daemon(void)
{
	begin(true);
	kernel.errors[HIP_CMD_DAEMON_REGISTER] = -EBUSY;
	start();
	CHECK(n_fatal == 1 && !n_ready);
	CHECK(kernel.n_asked == 1);
	stop();
}

static void refusals_are_survived(void)
{
	begin(true);
	config.kernel.has_retries = true;
	kernel.errors[HIP_CMD_CONFIG_SET] = -EOPNOTSUPP;
	kernel.errors[HIP_CMD_PEER_SET] = -EINVAL;
	start();
	CHECK(n_ready == 1 && !n_fatal);
	stop();
	config.kernel.has_retries = false;
}

static void module_comes_and_goes(void)
{
	uint64_t before;

	begin(false);
	start();
	CHECK(!kernel.n_asked && !n_ready && !n_fatal);
	kernel.present = true;
	tell_family(CTRL_CMD_NEWFAMILY, "other");
	settle();
	CHECK(!kernel.n_asked);
	tell_family(CTRL_CMD_NEWFAMILY, "hip");
	settle();
	CHECK(n_ready == 1);
	before = first(HIP_CMD_IDENTITY_NEW)->r1_counter;

	send_upcall(HIP_UPCALL_DH_GENERATE, 7);
	settle();
	CHECK(daemon_side.upcalls.dh.used == 1);
	tell_family(CTRL_CMD_DELFAMILY, "other");
	settle();
	CHECK(!n_gone);
	tell_family(CTRL_CMD_DELFAMILY, "hip");
	settle();
	CHECK(n_gone == 1 && !daemon_side.session);
	CHECK(!daemon_side.upcalls.dh.used);

	kernel.n_hits = 0;
	kernel.n_asked = 0;
	tell_family(CTRL_CMD_NEWFAMILY, "hip");
	settle();
	CHECK(n_ready == 2);
	CHECK(first(HIP_CMD_IDENTITY_NEW)->r1_counter >=
	      before + STATE_R1_STEP);
	stop();
}

/* Events about families are lost: it must look by itself. */
static void family_events_lost(void)
{
	begin(false);
	start();
	kernel.present = true;
	kernel.lose = true;
	tell_family(CTRL_CMD_NEWFAMILY, "other");
	settle();
	CHECK(n_ready == 1);
	kernel.present = false;
	kernel.lose = true;
	tell_family(CTRL_CMD_NEWFAMILY, "other");
	settle();
	CHECK(n_gone == 1 && !daemon_side.session);
	stop();
}

static void acknowledgments_lost(void)
{
	begin(true);
	start();
	stop();
	begin(true);
	CHECK(!kernel_start(&daemon_side, &loop, &config, &ids, dir, &events,
			    NULL));
	/* Registered; what comes next is lost. */
	uv_run(&loop, UV_RUN_NOWAIT);
	if (!n_ready) {
		kernel.lose = true;
		settle();
	}
	CHECK(n_ready == 1);
	/* It goes on. */
	kernel.lose = true;
	send_upcall(HIP_UPCALL_DH_GENERATE, 7);
	settle();
	CHECK(!count(HIP_CMD_UPCALL_REPLY));
	send_upcall(HIP_UPCALL_DH_GENERATE, 7);
	settle();
	CHECK(count(HIP_CMD_UPCALL_REPLY) == 1);
	CHECK(n_ready == 1);
	stop();
}

static void replies(void)
{
	begin(true);
	start();
	send_upcall(HIP_UPCALL_DH_GENERATE, 7);
	settle();
	CHECK(count(HIP_CMD_UPCALL_REPLY) == 1);
	CHECK(!first(HIP_CMD_UPCALL_REPLY)->status);
	CHECK(first(HIP_CMD_UPCALL_REPLY)->dh_key);
	CHECK(first(HIP_CMD_UPCALL_REPLY)->registered);
	CHECK(daemon_side.upcalls.dh.used == 1);
	/* The kernel did not wait any longer: the pair is of no use. */
	kernel.errors[HIP_CMD_UPCALL_REPLY] = -ENOENT;
	send_upcall(HIP_UPCALL_DH_GENERATE, 7);
	settle();
	CHECK(count(HIP_CMD_UPCALL_REPLY) == 2);
	CHECK(daemon_side.upcalls.dh.used == 1);
	stop();
}

static void strange_identity(void)
{
	begin(true);
	hip_hit_parse("2001:22::bad", &kernel.hits[0]);
	kernel.n_hits = 1;
	start();
	CHECK(n_ready == 1 && n_identity_gone == 1);
	CHECK(count(HIP_CMD_IDENTITY_DEL) == 1);
	CHECK(kernel.n_hits == ids.count);
	stop();
}

static void r1_counter_stays_ahead(void)
{
	begin(true);
	start();
	stop();
	/* The kernel used up more than we thought. */
	kernel.r1_counter = r1_in_file() + 5 * STATE_R1_STEP;
	start();
	CHECK(r1_in_file() >= kernel.r1_counter + STATE_R1_STEP / 2);
	stop();
}

static void r1_counter_cannot_be_kept(void)
{
	begin(true);
	CHECK(!state_write(dir, STATE_R1_FILE, "x", 1, true));
	CHECK(kernel_start(&daemon_side, &loop, &config, &ids, dir, &events,
			   NULL) == -EINVAL);
	CHECK(!kernel.n_asked);
	unlinkat(dir, STATE_R1_FILE, 0);
}

static void reconfigures(void)
{
	struct config new = config;
	struct config_peer peers[2];
	struct config old;

	begin(true);
	start();
	kernel.n_asked = 0;
	peers[0] = config.peers[1];
	hip_hit_parse("2001:21::3", &peers[1].hit);
	peers[1].n_addrs = 1;
	hip_addr_parse("192.0.2.3", &peers[1].addrs[0]);
	new.peers = peers;
	new.kernel.has_max_fids = true;
	old = config;
	config = new;
	kernel_reconfigure(&daemon_side, &old);
	settle();
	CHECK(count(HIP_CMD_CONFIG_SET) == 1);
	CHECK(count(HIP_CMD_PEER_DEL) == 1 && count(HIP_CMD_PEER_SET) == 2);
	CHECK(IN6_ARE_ADDR_EQUAL(&first(HIP_CMD_PEER_DEL)->hit,
				 &old.peers[0].hit));
	CHECK(n_ready == 1);
	config = old;
	stop();

	/* Without the module there is nobody to tell. */
	begin(false);
	start();
	kernel_reconfigure(&daemon_side, &new);
	CHECK(!kernel.n_asked);
	stop();
}

static void known_peers(void)
{
	struct in6_addr hit;

	hip_hit_parse("2001:21::77", &hit);
	begin(true);
	start();
	CHECK(daemon_side.upcalls.known(&daemon_side, &hit));
	/* Not if the kernel only knows it from a name. */
	looked_up = true;
	CHECK(!daemon_side.upcalls.known(&daemon_side, &hit));
	looked_up = false;
	kernel.errors[HIP_CMD_PEER_GET] = -ENOENT;
	CHECK(!daemon_side.upcalls.known(&daemon_side, &hit));
	CHECK(count(HIP_CMD_PEER_GET) == 3);
	stop();
}

static void looked_up_peers(void)
{
	struct in6_addr hit, addr;

	hip_hit_parse("2001:21::77", &hit);
	hip_addr_parse("192.0.2.1", &addr);
	begin(true);
	start();
	CHECK(!kernel_peer(&daemon_side, HIP_CMD_PEER_NEW, &hit, &addr, 1));
	CHECK(count(HIP_CMD_PEER_NEW) == 1);
	kernel.errors[HIP_CMD_PEER_NEW] = -EEXIST;
	CHECK(kernel_peer(&daemon_side, HIP_CMD_PEER_NEW, &hit, &addr, 1) ==
	      -EEXIST);
	CHECK(!kernel_peer(&daemon_side, HIP_CMD_PEER_DEL, &hit, NULL, 0));
	CHECK(count(HIP_CMD_PEER_DEL) == 1);
	stop();

	begin(false);
	start();
	CHECK(kernel_peer(&daemon_side, HIP_CMD_PEER_NEW, &hit, &addr, 1) ==
	      -ENOENT);
	stop();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(registers),
		TEST(after_a_restart),
		TEST(another_daemon),
		TEST(refusals_are_survived),
		TEST(module_comes_and_goes),
		TEST(family_events_lost),
		TEST(acknowledgments_lost),
		TEST(replies),
		TEST(strange_identity),
		TEST(r1_counter_stays_ahead),
		TEST(r1_counter_cannot_be_kept),
		TEST(reconfigures),
		TEST(known_peers),
		TEST(looked_up_peers),
	};
	struct config_peer peers[2] = {
		{ .name = "a", .n_addrs = 1 },
		{ .name = "b", .n_addrs = 2 },
	};
	int status;

	strcpy(root, "/tmp/hipflowd-test-XXXXXX");
	if (!mkdtemp(root))
		return EXIT_FAILURE;
	dir = state_open(root);
	hip_hit_parse("2001:21::1", &peers[0].hit);
	hip_hit_parse("2001:21::2", &peers[1].hit);
	config.peers = peers;
	config.n_peers = ARRAY_SIZE(peers);
	config.n_files = 2;
	strcpy(config.files[0], "a.pem");
	strcpy(config.files[1], "b.pem");
	if (identities_load(&ids, dir, &config))
		return EXIT_FAILURE;
	uv_loop_init(&loop);
	status = tests_run(tests, ARRAY_SIZE(tests));
	uv_loop_close(&loop);
	identities_free(&ids);
	unlinkat(dir, "a.pem", 0);
	unlinkat(dir, "b.pem", 0);
	unlinkat(dir, STATE_R1_FILE, 0);
	close(dir);
	rmdir(root);
	return status;
}
