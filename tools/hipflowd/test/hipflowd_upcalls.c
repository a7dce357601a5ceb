// SPDX-License-Identifier: GPL-2.0-only
/*
 * Upcalls: messages as of the kernel go in, and what would be sent to it is
 * caught. Each upcall has exactly one reply.
 */
#include <errno.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "compiler.h"
#include "dh.h"
#include "ktap.h"
#include "log.h"
#include "signature.h"
#include "upcall.h"

#define REPLIES_MAX 8192

struct caught {
	uint64_t cookie;
	uint32_t status;
	uint32_t seq;
	uint32_t dh_key;
	size_t signature_len;
	size_t public_len;
	size_t secret_len;
	uint8_t signature[SIGNATURE_MAX];
	uint8_t public[DH_PUBLIC_MAX];
	uint8_t secret[DH_SECRET_MAX];
};

static uv_loop_t loop;
static struct upcalls upcalls;
static struct hip_genl genl;
static struct config config;
static struct identities ids;
static struct caught replies[REPLIES_MAX];
static size_t n_replies;
static bool fail_send;

static char message[HIP_GENL_MSG_SIZE] __aligned(8);
static struct nlmsghdr *upcall;
static uint64_t cookie;

static size_t take(const struct nlattr *attr, uint8_t *to, size_t size)
{
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	CHECK(len <= size);
	if (len)
		memcpy(to, mnl_attr_get_payload(attr), len);
	return len;
}

static int catch(struct hip_genl *g, struct nlmsghdr *nlh)
{
	const struct nlattr *tb[HIP_A_UPCALL_MAX + 1];
	struct caught *c = &replies[n_replies];

	CHECK(g == &genl && hip_genl_cmd(nlh) == HIP_CMD_UPCALL_REPLY);
	if (fail_send) {
		strcpy(g->error, "as the test wants");
		return -ENOENT;
	}
	if (n_replies == REPLIES_MAX)
		return 0;
	n_replies++;
	hip_genl_attrs(nlh, tb, HIP_A_UPCALL_MAX);
	memset(c, 0, sizeof(*c));
	CHECK(tb[HIP_A_UPCALL_COOKIE] && tb[HIP_A_UPCALL_STATUS]);
	c->cookie = mnl_attr_get_u64(tb[HIP_A_UPCALL_COOKIE]);
	c->status = mnl_attr_get_u32(tb[HIP_A_UPCALL_STATUS]);
	c->seq = nlh->nlmsg_seq;
	c->signature_len = take(tb[HIP_A_UPCALL_SIGNATURE], c->signature,
				sizeof(c->signature));
	c->public_len = take(tb[HIP_A_UPCALL_DH_PUBLIC], c->public,
			     sizeof(c->public));
	c->secret_len = take(tb[HIP_A_UPCALL_DH_SECRET], c->secret,
			     sizeof(c->secret));
	if (tb[HIP_A_UPCALL_DH_KEY])
		c->dh_key = mnl_attr_get_u32(tb[HIP_A_UPCALL_DH_KEY]);
	return 0;
}

static void begin(uint8_t op)
{
	struct genlmsghdr *hdr;

	upcall = mnl_nlmsg_put_header(message);
	upcall->nlmsg_type = 30;
	hdr = mnl_nlmsg_put_extra_header(upcall, sizeof(*hdr));
	hdr->cmd = HIP_CMD_UPCALL;
	mnl_attr_put_u64(upcall, HIP_A_UPCALL_COOKIE, ++cookie);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_OP, op);
}

/* Hands it over and waits for all that runs; the only reply, or NULL. */
static struct caught *ask(void)
{
	n_replies = 0;
	upcall_handle(&upcalls, upcall);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (n_replies != 1)
		return NULL;
	CHECK(replies[0].cookie == cookie);
	return &replies[0];
}

/* The status of the only reply, or -1. */
static int ask_status(void)
{
	const struct caught *c = ask();

	return c ? (int)c->status : -1;
}

static void begin_sign(const struct in6_addr *hit, const char *data)
{
	begin(HIP_UPCALL_SIGN);
	mnl_attr_put(upcall, HIP_A_UPCALL_HIT, sizeof(*hit), hit);
	mnl_attr_put(upcall, HIP_A_UPCALL_DATA, strlen(data), data);
}

static void begin_verify(const struct in6_addr *hit, const char *data,
			 const struct caught *c, const uint8_t *host_id,
			 size_t host_id_len)
{
	begin(HIP_UPCALL_VERIFY);
	mnl_attr_put(upcall, HIP_A_UPCALL_HIT, sizeof(*hit), hit);
	mnl_attr_put(upcall, HIP_A_UPCALL_DATA, strlen(data), data);
	mnl_attr_put(upcall, HIP_A_UPCALL_SIGNATURE, c->signature_len,
		     c->signature);
	mnl_attr_put(upcall, HIP_A_UPCALL_HOST_ID, host_id_len, host_id);
}

static void sign_and_verify(void)
{
	size_t i;

	for (i = 0; i < ids.count; i++) {
		struct identity *id = &ids.list[i];
		uint8_t host_id[HOST_ID_MAX];
		struct in6_addr hit = id->hit;
		struct caught sig;

		begin_sign(&hit, "data");
		CHECK(!ask_status());
		sig = replies[0];
		CHECK(sig.signature_len);
		CHECK(!signature_verify(id->key, id->type, (uint8_t *)"data",
					4, sig.signature, sig.signature_len));

		begin_verify(&hit, "data", &sig, id->host_id, id->host_id_len);
		CHECK(!ask_status());
		begin_verify(&hit, "Data", &sig, id->host_id, id->host_id_len);
		CHECK(ask_status() == EBADMSG);
		/* Another's host identity; a HIT that is not its own */
		begin_verify(&hit, "data", &sig,
			     ids.list[(i + 1) % ids.count].host_id,
			     ids.list[(i + 1) % ids.count].host_id_len);
		CHECK(ask_status() == EBADMSG);
		hit.s6_addr[15] ^= 1;
		begin_verify(&hit, "data", &sig, id->host_id, id->host_id_len);
		CHECK(ask_status() == EBADMSG);
		hit = id->hit;
		begin_verify(&hit, "data", &sig, id->host_id,
			     id->host_id_len - 1);
		CHECK(ask_status() == EBADMSG);
		begin_verify(&hit, "data", &sig, id->host_id, 0);
		CHECK(ask_status() == EBADMSG);
		memcpy(host_id, id->host_id, id->host_id_len);
		host_id[5] = 3;
		begin_verify(&hit, "data", &sig, host_id, id->host_id_len);
		CHECK(ask_status() == EOPNOTSUPP);
		sig.signature_len--;
		begin_verify(&hit, "data", &sig, id->host_id, id->host_id_len);
		CHECK(ask_status() == EBADMSG);
	}
}

static void sign_refused(void)
{
	struct in6_addr hit;

	hip_hit_parse("2001:22::1", &hit);
	begin_sign(&hit, "data");
	CHECK(ask_status() == ENOENT);
	begin(HIP_UPCALL_SIGN);
	mnl_attr_put(upcall, HIP_A_UPCALL_HIT, sizeof(hit), &hit);
	CHECK(ask_status() == EINVAL);
	begin(HIP_UPCALL_SIGN);
	CHECK(ask_status() == EINVAL);
}

static bool known_to_kernel;

static bool known(void *data, const struct in6_addr *hit)
{
	(void)data;
	(void)hit;
	return known_to_kernel;
}

static void verify_policy(void)
{
	struct identity *id = &ids.list[0];
	struct caught sig;

	begin_sign(&id->hit, "data");
	CHECK(!ask_status());
	sig = replies[0];
	config.accept = POLICY_NONE;
	begin_verify(&id->hit, "data", &sig, id->host_id, id->host_id_len);
	CHECK(ask_status() == EACCES);
	config.accept = POLICY_KNOWN;
	begin_verify(&id->hit, "data", &sig, id->host_id, id->host_id_len);
	CHECK(ask_status() == EACCES);
	known_to_kernel = true;
	begin_verify(&id->hit, "data", &sig, id->host_id, id->host_id_len);
	CHECK(!ask_status());
	config.accept = POLICY_ANY;
}

static uint32_t generate(uint8_t group, struct caught *c)
{
	begin(HIP_UPCALL_DH_GENERATE);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_GROUP, group);
	if (ask_status())
		return 0;
	*c = replies[0];
	CHECK(c->dh_key && c->public_len);
	return c->dh_key;
}

static void begin_derive(uint32_t handle, const struct caught *peer)
{
	begin(HIP_UPCALL_DH_DERIVE);
	mnl_attr_put_u32(upcall, HIP_A_UPCALL_DH_KEY, handle);
	mnl_attr_put(upcall, HIP_A_UPCALL_DH_PUBLIC, peer->public_len,
		     peer->public);
}

static void dh_other_group(void)
{
	struct caught a;

	generate(7, &a);
	begin_derive(a.dh_key, &a);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_GROUP, 7);
	CHECK(!ask_status());
	begin_derive(a.dh_key, &a);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_GROUP, 8);
	CHECK(ask_status() == EINVAL);
	dh_table_release(&upcalls.dh, a.dh_key);
}

static void begin_release(uint32_t handle)
{
	begin(HIP_UPCALL_DH_RELEASE);
	mnl_attr_put_u32(upcall, HIP_A_UPCALL_DH_KEY, handle);
}

static void dh(void)
{
	static const uint8_t groups[] = { 3, 4, 7, 8, 9, 11 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		struct caught a, b, secret;

		CHECK(generate(groups[i], &a) != generate(groups[i], &b));
		begin_derive(a.dh_key, &b);
		CHECK(!ask_status());
		secret = replies[0];
		/* Twice, as R1s share a pair */
		begin_derive(a.dh_key, &b);
		CHECK(!ask_status());
		begin_derive(b.dh_key, &a);
		CHECK(!ask_status());
		CHECK(secret.secret_len &&
		      secret.secret_len == replies[0].secret_len &&
		      !memcmp(secret.secret, replies[0].secret,
			      secret.secret_len));
		/* No reply to a release; the handle is gone */
		begin_release(a.dh_key);
		CHECK(!ask() && !n_replies);
		begin_derive(a.dh_key, &b);
		CHECK(ask_status() == ENOENT);
		b.public_len--;
		begin_derive(b.dh_key, &b);
		/* A number may lack octets in front, a point may not. */
		CHECK(ask_status() == (groups[i] >= 7 && groups[i] <= 9 ?
				       EINVAL : 0));
		begin_release(b.dh_key);
		ask();
	}
	CHECK(!upcalls.dh.used);
}

static void dh_refused(void)
{
	begin(HIP_UPCALL_DH_GENERATE);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_GROUP, 12);
	CHECK(ask_status() == EOPNOTSUPP);
	begin(HIP_UPCALL_DH_GENERATE);
	CHECK(ask_status() == EINVAL);
	begin(HIP_UPCALL_DH_DERIVE);
	CHECK(ask_status() == EINVAL);
	begin(HIP_UPCALL_DH_RELEASE);
	CHECK(!ask() && !n_replies);
	CHECK(!upcalls.dh.used);
}

/* The pair is released while a thread derives with it. */
static void dh_release_in_flight(void)
{
	struct caught a, b;

	generate(4, &a);
	generate(4, &b);
	begin_derive(a.dh_key, &b);
	upcall_handle(&upcalls, upcall);
	begin_release(a.dh_key);
	n_replies = 0;
	upcall_handle(&upcalls, upcall);
	CHECK(upcalls.dh.used == 1);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(n_replies == 1 && !replies[0].status);
	begin_release(b.dh_key);
	ask();
}

/* The kernel did not get or want the handle: the pair must not stay. */
static void dh_not_taken(void)
{
	struct caught a;

	fail_send = true;
	begin(HIP_UPCALL_DH_GENERATE);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_GROUP, 7);
	CHECK(!ask());
	fail_send = false;
	CHECK(!upcalls.dh.used);

	generate(7, &a);
	CHECK(upcalls.dh.used == 1);
	upcall_refused(&upcalls, a.seq + 1);
	CHECK(upcalls.dh.used == 1);
	upcall_refused(&upcalls, a.seq);
	CHECK(!upcalls.dh.used);
}

static void not_understood(void)
{
	struct genlmsghdr *hdr;

	begin(HIP_UPCALL_MAX + 1);
	CHECK(ask_status() == EOPNOTSUPP);
	begin(HIP_UPCALL_UNSPEC);
	CHECK(ask_status() == EOPNOTSUPP);

	/* Of the wrong size */
	begin(HIP_UPCALL_SIGN);
	mnl_attr_put_u32(upcall, HIP_A_UPCALL_HIT, 1);
	mnl_attr_put_u32(upcall, HIP_A_UPCALL_DATA, 1);
	CHECK(ask_status() == EINVAL);
	begin(HIP_UPCALL_DH_GENERATE);
	mnl_attr_put_u32(upcall, HIP_A_UPCALL_DH_GROUP, 7);
	CHECK(ask_status() == EINVAL);
	begin(HIP_UPCALL_DH_DERIVE);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_KEY, 7);
	mnl_attr_put_u32(upcall, HIP_A_UPCALL_DH_PUBLIC, 7);
	CHECK(ask_status() == EINVAL);
	begin(HIP_UPCALL_DH_RELEASE);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_KEY, 1);
	CHECK(!ask() && !n_replies);

	/* Without cookie, or operation */
	upcall = mnl_nlmsg_put_header(message);
	hdr = mnl_nlmsg_put_extra_header(upcall, sizeof(*hdr));
	hdr->cmd = HIP_CMD_UPCALL;
	CHECK(!ask() && !n_replies);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_OP, HIP_UPCALL_SIGN);
	CHECK(!ask() && !n_replies);

	/* Shorter than its header */
	upcall = mnl_nlmsg_put_header(message);
	CHECK(!ask() && !n_replies);
}

/* More at once than is taken: all are answered, some at once with EBUSY. */
static void flood(void)
{
	static bool seen[REPLIES_MAX];
	uint64_t first = cookie + 1;
	unsigned int busy = 0;
	size_t i;
	int n;

	n_replies = 0;
	for (n = 0; n < UPCALL_JOBS_MAX + 500; n++) {
		begin(HIP_UPCALL_DH_GENERATE);
		mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_GROUP, 7);
		upcall_handle(&upcalls, upcall);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(n_replies == UPCALL_JOBS_MAX + 500);
	for (i = 0; i < n_replies; i++) {
		busy += replies[i].status == EBUSY;
		CHECK(replies[i].cookie >= first &&
		      replies[i].cookie < first + n_replies);
		CHECK(!seen[replies[i].cookie - first]);
		seen[replies[i].cookie - first] = true;
	}
	CHECK(busy == 500);
	CHECK(upcalls.dh.used == UPCALL_JOBS_MAX);
}

/* The module goes and comes back: nothing of before must reach it. */
static void session_ends(void)
{
	struct caught a;

	generate(7, &a);
	n_replies = 0;
	begin(HIP_UPCALL_DH_GENERATE);
	mnl_attr_put_u8(upcall, HIP_A_UPCALL_DH_GROUP, 4);
	upcall_handle(&upcalls, upcall);
	upcalls_end(&upcalls);
	CHECK(!upcalls.dh.used);
	upcalls_begin(&upcalls, &genl);
	uv_run(&loop, UV_RUN_DEFAULT);
	CHECK(!n_replies && !upcalls.dh.used && !upcalls.jobs);
	begin_derive(a.dh_key, &a);
	CHECK(ask_status() == ENOENT);
}

static void make_identities(void)
{
	static const enum key_type types[] = {
		KEY_ECDSA_P256, KEY_ECDSA_P384, KEY_ED25519, KEY_ED448,
		KEY_RSA,
	};
	struct host_id parsed;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct identity *id = &ids.list[ids.count++];

		id->type = types[i];
		id->key = key_generate(types[i]);
		id->host_id_len = host_id_make(id->key, id->host_id,
					       sizeof(id->host_id));
		host_id_parse(&parsed, id->host_id, id->host_id_len);
		host_id_hit(&parsed, &id->hit);
	}
}

int main(void)
{
	static const struct test tests[] = {
		TEST(sign_and_verify),
		TEST(sign_refused),
		TEST(verify_policy),
		TEST(dh),
		TEST(dh_refused),
		TEST(dh_other_group),
		TEST(dh_release_in_flight),
		TEST(dh_not_taken),
		TEST(not_understood),
		TEST(flood),
		TEST(session_ends),
	};
	int status;

	uv_loop_init(&loop);
	make_identities();
	upcalls_init(&upcalls, &loop, &config, &ids);
	upcalls.send = catch;
	upcalls.known = known;
	genl.family = 30;
	upcalls_begin(&upcalls, &genl);
	status = tests_run(tests, ARRAY_SIZE(tests));
	upcalls_end(&upcalls);
	identities_free(&ids);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return status;
}
