// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include <linux/hip.h>

#include "addr.h"
#include "dh.h"
#include "log.h"
#include "signature.h"
#include "upcall.h"

struct octets {
	const uint8_t *data;
	size_t len;
};

/**
 * struct job - one upcall on its way
 * @work: for libuv
 * @u: where it came from
 * @session: registration that it belongs to
 * @cookie: opaque to us
 * @op: &enum hip_upcall_op
 * @group: Diffie-Hellman group
 * @type: of @key, for signatures
 * @status: 0 or a negative errno
 * @hit: ours or the peer's
 * @key: reference: to sign, to derive, or the pair that was made
 * @data: to sign or verify; these point into @message
 * @signature: to verify
 * @host_id: to verify with
 * @public: value of the peer
 * @out_len: octets in @out
 * @out: signature, public value or secret; wiped
 * @message: copy of the upcall
 */
struct job {
	uv_work_t work;
	struct upcalls *u;
	unsigned int session;
	uint64_t cookie;
	uint8_t op;
	uint8_t group;
	enum key_type type;
	int status;
	struct in6_addr hit;
	EVP_PKEY *key;
	struct octets data;
	struct octets signature;
	struct octets host_id;
	struct octets public;
	size_t out_len;
	uint8_t out[SIGNATURE_MAX];
	char message[] __aligned(8);
};

_Static_assert(SIGNATURE_MAX >= DH_PUBLIC_MAX && SIGNATURE_MAX >= DH_SECRET_MAX,
	       "the result of every operation fits");

static void job_free(struct job *job)
{
	EVP_PKEY_free(job->key);
	OPENSSL_cleanse(job->out, sizeof(job->out));
	free(job);
}

/* Keeps a result: octets, or a negative errno. */
static void result(struct job *job, int len)
{
	if (len < 0)
		job->status = len;
	else
		job->out_len = len;
}

static int verify(struct job *job)
{
	struct in6_addr hit;
	struct host_id id;
	EVP_PKEY *key;
	int err;

	if (host_id_parse(&id, job->host_id.data, job->host_id.len))
		return -EBADMSG;
	err = host_id_hit(&id, &hit);
	if (err)
		return err;
	if (!IN6_ARE_ADDR_EQUAL(&hit, &job->hit))
		return -EBADMSG;
	err = host_id_public(&id, &key, &job->type);
	if (err)
		return err == -EINVAL ? -EBADMSG : err;
	err = signature_verify(key, job->type, job->data.data, job->data.len,
			       job->signature.data, job->signature.len);
	EVP_PKEY_free(key);
	return err;
}

/* In a thread of the pool: touches nothing but the job. */
static void job_work(uv_work_t *work)
{
	struct job *job = work->data;

	switch (job->op) {
	case HIP_UPCALL_SIGN:
		result(job, signature_make(job->key, job->type, job->data.data,
					   job->data.len, job->out,
					   sizeof(job->out)));
		break;
	case HIP_UPCALL_VERIFY:
		job->status = verify(job);
		break;
	case HIP_UPCALL_DH_GENERATE:
		job->status = dh_generate(job->group, &job->key);
		if (!job->status)
			result(job, dh_public(job->key, job->group, job->out,
					      sizeof(job->out)));
		break;
	case HIP_UPCALL_DH_DERIVE:
		result(job, dh_derive(job->key, job->group, job->public.data,
				      job->public.len, job->out,
				      sizeof(job->out)));
		break;
	}
	/* What libcrypto left behind is of no use: the status says enough. */
	ERR_clear_error();
}

static void reply(struct upcalls *u, const struct job *job)
{
	struct hip_genl *genl = u->genl;
	struct dh_entry *entry = NULL;
	uint32_t handle = 0;
	struct nlmsghdr *nlh;

	nlh = hip_genl_msg(genl, HIP_CMD_UPCALL_REPLY);
	mnl_attr_put_u64(nlh, HIP_A_UPCALL_COOKIE, job->cookie);
	mnl_attr_put_u32(nlh, HIP_A_UPCALL_STATUS, -job->status);
	if (!job->status && job->op == HIP_UPCALL_SIGN)
		mnl_attr_put(nlh, HIP_A_UPCALL_SIGNATURE, job->out_len,
			     job->out);
	if (!job->status && job->op == HIP_UPCALL_DH_DERIVE)
		mnl_attr_put(nlh, HIP_A_UPCALL_DH_SECRET, job->out_len,
			     job->out);
	if (!job->status && job->op == HIP_UPCALL_DH_GENERATE) {
		EVP_PKEY_up_ref(job->key);
		handle = dh_table_add(&u->dh, job->key, job->group);
		entry = dh_table_find(&u->dh, handle);
		entry->seq = nlh->nlmsg_seq;
		mnl_attr_put_u32(nlh, HIP_A_UPCALL_DH_KEY, handle);
		mnl_attr_put(nlh, HIP_A_UPCALL_DH_PUBLIC, job->out_len,
			     job->out);
	}
	if (u->send(genl, nlh)) {
		if (log_allowed())
			log_warning("cannot answer the kernel: %s",
				    genl->error);
		if (entry)
			dh_table_release(&u->dh, handle);
	}
	/* It may hold a shared secret. */
	OPENSSL_cleanse(genl->buf, nlh->nlmsg_len);
}

static void log_refusal(const struct job *job)
{
	char hit[HIP_ADDR_STRLEN];

	if (job->op != HIP_UPCALL_VERIFY &&
	    (job->op != HIP_UPCALL_DH_DERIVE || job->status != -EACCES))
		return;
	if (!log_allowed())
		return;
	hip_addr_print(&job->hit, hit);
	if (job->status == -EACCES)
		log_notice("peer %s is refused by policy", hit);
	else if (job->status == -EBADMSG)
		log_notice("peer %s does not prove its HIT: wrong signature or host identity",
			   hit);
	else
		log_notice("peer %s cannot be verified: %s", hit,
			   strerror(-job->status));
}

static void job_done(struct job *job)
{
	struct upcalls *u = job->u;

	if (u->genl && job->session == u->session) {
		if (job->status)
			log_refusal(job);
		reply(u, job);
	}
	job_free(job);
}

static void job_after(uv_work_t *work, int status)
{
	struct job *job = work->data;

	if (status)
		job->status = -EINTR;
	job->u->jobs--;
	job_done(job);
}

static void octets_get(struct octets *octets, const struct nlattr *attr)
{
	octets->data = attr ? mnl_attr_get_payload(attr) : NULL;
	octets->len = attr ? mnl_attr_get_payload_len(attr) : 0;
}

static bool has_size(const struct nlattr **tb, uint16_t type, size_t size)
{
	return tb[type] && mnl_attr_get_payload_len(tb[type]) == size;
}

/* Finds what the operation needs, so that the thread need not look. */
static int job_prepare(struct job *job, const struct nlattr **tb)
{
	struct upcalls *u = job->u;
	struct dh_entry *entry;
	struct identity *id;
	uint32_t handle;
	bool has_hit;

	octets_get(&job->data, tb[HIP_A_UPCALL_DATA]);
	octets_get(&job->signature, tb[HIP_A_UPCALL_SIGNATURE]);
	octets_get(&job->host_id, tb[HIP_A_UPCALL_HOST_ID]);
	octets_get(&job->public, tb[HIP_A_UPCALL_DH_PUBLIC]);
	has_hit = has_size(tb, HIP_A_UPCALL_HIT, sizeof(job->hit));
	if (has_hit)
		memcpy(&job->hit, mnl_attr_get_payload(tb[HIP_A_UPCALL_HIT]),
		       sizeof(job->hit));

	switch (job->op) {
	case HIP_UPCALL_SIGN:
		if (!has_hit || !tb[HIP_A_UPCALL_DATA])
			return -EINVAL;
		id = identity_find(u->ids, &job->hit);
		if (!id)
			return -ENOENT;
		EVP_PKEY_up_ref(id->key);
		job->key = id->key;
		job->type = id->type;
		return 0;
	case HIP_UPCALL_VERIFY:
		if (!has_hit || !tb[HIP_A_UPCALL_DATA] ||
		    !tb[HIP_A_UPCALL_SIGNATURE] || !tb[HIP_A_UPCALL_HOST_ID])
			return -EINVAL;
		return policy_check(u->config, &job->hit, u->known,
				    u->known_data);
	case HIP_UPCALL_DH_GENERATE:
		if (!has_size(tb, HIP_A_UPCALL_DH_GROUP, sizeof(uint8_t)))
			return -EINVAL;
		job->group = mnl_attr_get_u8(tb[HIP_A_UPCALL_DH_GROUP]);
		return 0;
	case HIP_UPCALL_DH_DERIVE:
		if (!has_size(tb, HIP_A_UPCALL_DH_KEY, sizeof(uint32_t)) ||
		    !tb[HIP_A_UPCALL_DH_PUBLIC])
			return -EINVAL;
		handle = mnl_attr_get_u32(tb[HIP_A_UPCALL_DH_KEY]);
		entry = dh_table_find(&u->dh, handle);
		if (!entry)
			return -ENOENT;
		if (has_size(tb, HIP_A_UPCALL_DH_GROUP, sizeof(uint8_t)) &&
		    mnl_attr_get_u8(tb[HIP_A_UPCALL_DH_GROUP]) != entry->group)
			return -EINVAL;
		/* Not worth the work, whoever it really is. */
		if (has_hit && policy_check(u->config, &job->hit, u->known,
					    u->known_data))
			return -EACCES;
		EVP_PKEY_up_ref(entry->key);
		job->key = entry->key;
		job->group = entry->group;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static void release(struct upcalls *u, const struct nlattr **tb)
{
	const struct nlattr *key = tb[HIP_A_UPCALL_DH_KEY];

	if (has_size(tb, HIP_A_UPCALL_DH_KEY, sizeof(uint32_t)))
		dh_table_release(&u->dh, mnl_attr_get_u32(key));
}

void upcall_handle(struct upcalls *u, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[HIP_A_UPCALL_MAX + 1];
	const struct nlmsghdr *copy;
	struct job *job;
	int err;

	job = calloc(1, sizeof(*job) + nlh->nlmsg_len);
	if (!job) {
		log_err("out of memory: an upcall is lost");
		return;
	}
	memcpy(job->message, nlh, nlh->nlmsg_len);
	copy = (const void *)job->message;
	job->u = u;
	job->session = u->session;
	job->work.data = job;
	if (hip_genl_attrs(copy, tb, HIP_A_UPCALL_MAX) ||
	    !has_size(tb, HIP_A_UPCALL_OP, sizeof(uint8_t))) {
		log_err("the kernel asks what hipflowd does not understand: are both of one version?");
		free(job);
		return;
	}
	job->op = mnl_attr_get_u8(tb[HIP_A_UPCALL_OP]);
	if (job->op == HIP_UPCALL_DH_RELEASE) {
		release(u, tb);
		free(job);
		return;
	}
	if (!has_size(tb, HIP_A_UPCALL_COOKIE, sizeof(uint64_t))) {
		log_err("the kernel asks without a cookie: it cannot be answered");
		free(job);
		return;
	}
	job->cookie = mnl_attr_get_u64(tb[HIP_A_UPCALL_COOKIE]);
	err = u->jobs < UPCALL_JOBS_MAX ? job_prepare(job, tb) : -EBUSY;
	if (!err)
		err = uv_queue_work(u->loop, &job->work, job_work, job_after);
	if (!err) {
		/* From here on the job, its status too, is the thread's. */
		u->jobs++;
		return;
	}
	job->status = err;
	job_done(job);
}

void upcall_refused(struct upcalls *u, uint32_t seq)
{
	dh_table_release_seq(&u->dh, seq);
}

static bool nobody_known(void *data, const struct in6_addr *hit)
{
	(void)data;
	(void)hit;
	return false;
}

void upcalls_init(struct upcalls *u, uv_loop_t *loop,
		  const struct config *config, struct identities *ids)
{
	memset(u, 0, sizeof(*u));
	u->loop = loop;
	u->config = config;
	u->ids = ids;
	u->known = nobody_known;
	u->send = hip_genl_send;
	dh_table_init(&u->dh);
}

void upcalls_begin(struct upcalls *u, struct hip_genl *genl)
{
	u->session++;
	u->genl = genl;
}

void upcalls_end(struct upcalls *u)
{
	u->genl = NULL;
	dh_table_clear(&u->dh);
}
