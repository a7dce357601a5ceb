// SPDX-License-Identifier: GPL-2.0-only
/*
 * HIP packets, reading: header, parameters, checksum, and what MACs and
 * signatures cover (RFC 7401 sections 5 and 6.4).
 */
#include "host_id.h"
#include "packet.h"

#ifdef __KERNEL__
#include <crypto/algapi.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>
#endif

/* --- rules of parameters ----------------------------------------------- */

/**
 * struct hip_param_rule - what contents of a parameter have to look like
 * @type: which; the table is in ascending order of it
 * @min: octets, at least
 * @max: octets, at most
 * @step: what exceeds @min is a multiple of this
 * @repeats: may share its type with others
 * @check: consistency of inner lengths, once @min to @step hold; 0 or -EINVAL
 */
struct hip_param_rule {
	u16	type;
	u16	min;
	u16	max;
	u8	step;
	bool	repeats;
	int	(*check)(const u8 *data, unsigned int len);
};

static bool hip_is_rhash_len(unsigned int len)
{
	unsigned int i;

	for (i = 0; i < HIP_RHASH_MAX; i++)
		if (len == hip_rhash_len(i))
			return true;
	return false;
}

/* Which of the hashes it is, the HITs tell: that is for the base exchange. */
static int hip_check_puzzle(const u8 *data, unsigned int len)
{
	len -= sizeof(struct hip_puzzle);
	return hip_is_rhash_len(len) ? 0 : -EINVAL;
}

static int hip_check_solution(const u8 *data, unsigned int len)
{
	len -= sizeof(struct hip_solution);
	return !(len % 2) && hip_is_rhash_len(len / 2) ? 0 : -EINVAL;
}

static int hip_check_dh(const u8 *data, unsigned int len)
{
	const struct hip_dh *dh = (const struct hip_dh *)data;

	return be16_to_cpu(dh->publen) == len - sizeof(*dh) ? 0 : -EINVAL;
}

static int hip_check_mac(const u8 *data, unsigned int len)
{
	return hip_is_rhash_len(len) ? 0 : -EINVAL;
}

static int hip_check_host_id(const u8 *data, unsigned int len)
{
	struct hip_host_id id;

	return hip_host_id_parse(&id, data, len);
}

#define HIP_LIST(type_, min_, step_) \
	{ .type = (type_), .min = (min_), .max = HIP_PACKET_MAX_LEN, \
	  .step = (step_) }
#define HIP_REPEATED(type_, min_, step_) \
	{ .type = (type_), .min = (min_), .max = HIP_PACKET_MAX_LEN, \
	  .step = (step_), .repeats = true }
#define HIP_SIZED(type_, min_, max_, check_) \
	{ .type = (type_), .min = (min_), .max = (max_), .step = 1, \
	  .check = (check_) }

/* Inside LOCATOR_SET and E_LOCATOR nothing is checked here: what is wrong
 * there is answered, not dropped.
 */
static const struct hip_param_rule hip_param_rules[] = {
	HIP_SIZED(HIP_PARAM_ESP_INFO, sizeof(struct hip_esp_info),
		  sizeof(struct hip_esp_info), NULL),
	HIP_SIZED(HIP_PARAM_R1_COUNTER, sizeof(struct hip_r1_counter),
		  sizeof(struct hip_r1_counter), NULL),
	HIP_LIST(HIP_PARAM_LOCATOR_SET, 0, 1),
	HIP_SIZED(HIP_PARAM_PUZZLE, sizeof(struct hip_puzzle),
		  sizeof(struct hip_puzzle) + HIP_RHASH_MAX_LEN,
		  hip_check_puzzle),
	HIP_SIZED(HIP_PARAM_SOLUTION, sizeof(struct hip_solution),
		  sizeof(struct hip_solution) + 2 * HIP_RHASH_MAX_LEN,
		  hip_check_solution),
	HIP_SIZED(HIP_PARAM_SEQ, 4, 4, NULL),
	HIP_LIST(HIP_PARAM_ACK, 4, 4),
	HIP_LIST(HIP_PARAM_DH_GROUP_LIST, 1, 1),
	HIP_SIZED(HIP_PARAM_DIFFIE_HELLMAN, sizeof(struct hip_dh) + 1,
		  HIP_PACKET_MAX_LEN, hip_check_dh),
	HIP_LIST(HIP_PARAM_HIP_CIPHER, 2, 2),
	HIP_LIST(HIP_PARAM_ENCRYPTED, 4, 1),
	HIP_SIZED(HIP_PARAM_HOST_ID, HIP_HOST_ID_MIN_LEN,
		  HIP_HOST_ID_MAX_LEN, hip_check_host_id),
	HIP_LIST(HIP_PARAM_HIT_SUITE_LIST, 1, 1),
	HIP_REPEATED(HIP_PARAM_CERT, 4, 1),
	HIP_REPEATED(HIP_PARAM_NOTIFICATION, sizeof(struct hip_notification),
		     1),
	HIP_LIST(HIP_PARAM_ECHO_REQUEST_SIGNED, 0, 1),
	HIP_LIST(HIP_PARAM_REG_INFO, 2, 1),
	HIP_LIST(HIP_PARAM_REG_REQUEST, 1, 1),
	HIP_LIST(HIP_PARAM_REG_RESPONSE, 1, 1),
	HIP_REPEATED(HIP_PARAM_REG_FAILED, 1, 1),
	HIP_LIST(HIP_PARAM_ECHO_RESPONSE_SIGNED, 0, 1),
	HIP_LIST(HIP_PARAM_TRANSPORT_FORMAT_LIST, 2, 2),
	HIP_LIST(HIP_PARAM_ESP_TRANSFORM, 4, 2),
	HIP_REPEATED(HIP_PARAM_E_LOCATOR, 0, 1),
	HIP_SIZED(HIP_PARAM_HIP_MAC, 1, HIP_RHASH_MAX_LEN, hip_check_mac),
	HIP_SIZED(HIP_PARAM_HIP_MAC_2, 1, HIP_RHASH_MAX_LEN, hip_check_mac),
	HIP_SIZED(HIP_PARAM_HIP_SIGNATURE_2, sizeof(struct hip_signature) + 1,
		  sizeof(struct hip_signature) + HIP_SIGNATURE_MAX_LEN, NULL),
	HIP_SIZED(HIP_PARAM_HIP_SIGNATURE, sizeof(struct hip_signature) + 1,
		  sizeof(struct hip_signature) + HIP_SIGNATURE_MAX_LEN, NULL),
	HIP_REPEATED(HIP_PARAM_ECHO_RESPONSE_UNSIGNED, 0, 1),
	HIP_REPEATED(HIP_PARAM_ECHO_REQUEST_UNSIGNED, 0, 1),
	{ .type = HIP_PARAM_FROM, .min = 16, .max = 16, .step = 1,
	  .repeats = true },
	HIP_SIZED(HIP_PARAM_RVS_HMAC, 1, HIP_RHASH_MAX_LEN, hip_check_mac),
	HIP_REPEATED(HIP_PARAM_VIA_RVS, 16, 16),
};

static const struct hip_param_rule *hip_param_rule(u16 type)
{
	unsigned int low = 0, high = ARRAY_SIZE(hip_param_rules), mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (hip_param_rules[mid].type < type)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < ARRAY_SIZE(hip_param_rules) &&
	    hip_param_rules[low].type == type)
		return &hip_param_rules[low];
	return NULL;
}

bool hip_param_repeats(u16 type)
{
	const struct hip_param_rule *rule = hip_param_rule(type);

	/* What we do not know counts as absent (section 5.2.1). */
	return !rule || rule->repeats;
}

static int hip_param_check(const struct hip_param_rule *rule,
			   const struct hip_param *param)
{
	if (param->len < rule->min || param->len > rule->max ||
	    (param->len - rule->min) % rule->step)
		return -EINVAL;
	return rule->check ? rule->check(param->data, param->len) : 0;
}

/* --- parser ------------------------------------------------------------ */

static bool hip_packet_type_known(u8 type)
{
	return (type >= HIP_I1 && type <= HIP_R2) ||
	       (type >= HIP_UPDATE && type <= HIP_CLOSE_ACK);
}

static int hip_packet_check_header(const struct hip_hdr *hdr, size_t len)
{
	if (len < sizeof(*hdr))
		return -EMSGSIZE;
	/* Of another version, nothing else is known. */
	if (hdr->version >> 4 != HIP_VERSION)
		return -EPROTO;
	if (hdr->hdrlen < HIP_HDR_LEN_MIN || hip_hdr_total(hdr) > len)
		return -EMSGSIZE;
	if (!hip_packet_type_known(hip_hdr_type(hdr)))
		return -ENOMSG;
	return 0;
}

/* Index the parameter at @pos. Return: octets that it takes, or an error; that
 * of an unknown critical one is kept in @unknown, so that a packet which is
 * malformed behind it is told as malformed.
 */
static int hip_packet_index(struct hip_packet *p, const u8 *pos,
			    unsigned int left, u16 *unknown)
{
	const struct hip_tlv *tlv = (const struct hip_tlv *)pos;
	u16 type = be16_to_cpu(tlv->type), last;
	const struct hip_param_rule *rule;
	struct hip_param *param;

	p->error_param = type;
	if (p->n == HIP_PACKET_MAX_PARAMS)
		return -E2BIG;
	param = &p->param[p->n];
	param->type = type;
	param->len = be16_to_cpu(tlv->len);
	param->data = tlv->data;

	last = p->n ? param[-1].type : 0;
	if (type < last || (p->n && type == last && !hip_param_repeats(type)))
		return -EBADMSG;
	if (HIP_PARAM_SPACE(param->len) > left)
		return -EINVAL;

	rule = hip_param_rule(type);
	if (rule && hip_param_check(rule, param))
		return -EINVAL;
	if (!rule && type & 1 && !*unknown)
		*unknown = type;
	p->n++;
	return HIP_PARAM_SPACE(param->len);
}

int hip_packet_parse(struct hip_packet *p, const void *buf, size_t len)
{
	unsigned int off = sizeof(struct hip_hdr);
	u16 unknown = 0;
	int err;

	p->hdr = buf;
	p->n = 0;
	p->len = 0;
	p->error_param = 0;
	err = hip_packet_check_header(p->hdr, len);
	if (err)
		return err;

	/* What is behind Header Length is ignored (section 5.1). */
	p->len = hip_hdr_total(p->hdr);
	while (off < p->len) {
		err = hip_packet_index(p, (const u8 *)buf + off, p->len - off,
				       &unknown);
		if (err < 0)
			return err;
		off += err;
	}
	p->error_param = unknown;
	return unknown ? -EPROTONOSUPPORT : 0;
}

const struct hip_param *hip_packet_param(const struct hip_packet *p, u16 type)
{
	unsigned int i;

	for (i = 0; i < p->n && p->param[i].type <= type; i++)
		if (p->param[i].type == type)
			return &p->param[i];
	return NULL;
}

const struct hip_param *hip_packet_next(const struct hip_packet *p,
					const struct hip_param *param)
{
	const struct hip_param *next = param + 1;

	if (next < p->param + p->n && next->type == param->type)
		return next;
	return NULL;
}

const char *hip_packet_type_name(u8 type)
{
	switch (type) {
	case HIP_I1:
		return "I1";
	case HIP_R1:
		return "R1";
	case HIP_I2:
		return "I2";
	case HIP_R2:
		return "R2";
	case HIP_UPDATE:
		return "UPDATE";
	case HIP_NOTIFY:
		return "NOTIFY";
	case HIP_CLOSE:
		return "CLOSE";
	case HIP_CLOSE_ACK:
		return "CLOSE_ACK";
	default:
		return "?";
	}
}

/* --- checksum ---------------------------------------------------------- */

__sum16 hip_packet_checksum_v6(const void *buf, size_t len,
			       const struct in6_addr *src,
			       const struct in6_addr *dst)
{
	return csum_ipv6_magic(src, dst, len, HIP_PROTO,
			       csum_partial(buf, len, 0));
}

__sum16 hip_packet_checksum_v4(const void *buf, size_t len, __be32 src,
			       __be32 dst)
{
	return csum_tcpudp_magic(src, dst, len, HIP_PROTO,
				 csum_partial(buf, len, 0));
}

/* --- what MACs and signatures cover ------------------------------------ */

/* Everything before @param, behind a header that says so. */
static int hip_packet_cover_until(const struct hip_packet *p,
				  const struct hip_param *param,
				  struct hip_hdr *head, struct hip_iov *iov)
{
	const u8 *start = (const u8 *)p->hdr;
	unsigned int len = param->data - sizeof(struct hip_tlv) - start;

	*head = *p->hdr;
	head->checksum = 0;
	head->hdrlen = hip_hdr_units(len);
	iov[0] = (struct hip_iov) { head, sizeof(*head) };
	iov[1] = (struct hip_iov) { start + sizeof(*head),
				    len - sizeof(*head) };
	return 2;
}

int hip_packet_cover(const struct hip_packet *p, u16 type, struct hip_hdr *head,
		     struct hip_iov *iov)
{
	const struct hip_param *param = hip_packet_param(p, type);

	/* These two cover something else. */
	if (!param || type == HIP_PARAM_HIP_MAC_2 ||
	    type == HIP_PARAM_HIP_SIGNATURE_2)
		return -EINVAL;
	return hip_packet_cover_until(p, param, head, iov);
}

int hip_packet_cover_mac2(const struct hip_packet *p, const u8 *host_id,
			  unsigned int host_id_len, u8 *room,
			  struct hip_hdr *head, struct hip_iov *iov)
{
	const struct hip_param *mac;
	unsigned int len;
	int n;

	mac = hip_packet_param(p, HIP_PARAM_HIP_MAC_2);
	if (!mac)
		return -EINVAL;
	n = hip_packet_cover_until(p, mac, head, iov);
	len = hip_hdr_total(head) + HIP_PARAM_SPACE(host_id_len);
	if (host_id_len > HIP_HOST_ID_MAX_LEN || len > HIP_PACKET_MAX_LEN)
		return -EINVAL;

	head->hdrlen = hip_hdr_units(len);
	iov[n].base = room;
	iov[n].len = hip_tlv_fill(room, HIP_PARAM_HOST_ID, host_id,
				  host_id_len);
	return n + 1;
}

int hip_packet_cover_signature2(const struct hip_packet *p, u8 *room)
{
	const struct hip_param *signature, *param;
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	struct hip_puzzle *puzzle;
	struct hip_hdr head;
	const u8 *start = (const u8 *)p->hdr;

	signature = hip_packet_param(p, HIP_PARAM_HIP_SIGNATURE_2);
	if (!signature)
		return -EINVAL;
	hip_packet_cover_until(p, signature, &head, iov);
	memset(&head.receiver, 0, sizeof(head.receiver));
	memcpy(room, &head, sizeof(head));
	memcpy(room + sizeof(head), iov[1].base, iov[1].len);

	param = hip_packet_param(p, HIP_PARAM_PUZZLE);
	if (param) {
		puzzle = (struct hip_puzzle *)(room + (param->data - start));
		memset(puzzle->opaque, 0,
		       param->len - offsetof(struct hip_puzzle, opaque));
	}
	return hip_hdr_total(&head);
}

static int hip_packet_check_digest(const struct hip_param *mac,
				   const struct hip_hmac *hmac,
				   const struct hip_iov *iov, unsigned int n)
{
	unsigned int len = hip_rhash_len(hip_hmac_rhash(hmac));
	u8 digest[HIP_RHASH_MAX_LEN];
	int err;

	if (mac->len != len)
		return -EBADMSG;
	err = hip_hmac_digest(hmac, iov, n, digest);
	if (!err && crypto_memneq(digest, mac->data, len))
		err = -EBADMSG;
	/* The right MAC of a wrong packet is nobody else's business. */
	memzero_explicit(digest, sizeof(digest));
	return err;
}

/* Of those that cover all that is before them. */
static int hip_packet_check_simple(const struct hip_packet *p, u16 type,
				   const struct hip_hmac *hmac)
{
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	struct hip_hdr head;
	int n;

	n = hip_packet_cover(p, type, &head, iov);
	if (n < 0)
		return n;
	return hip_packet_check_digest(hip_packet_param(p, type), hmac, iov, n);
}

int hip_packet_check_mac(const struct hip_packet *p,
			 const struct hip_hmac *hmac)
{
	return hip_packet_check_simple(p, HIP_PARAM_HIP_MAC, hmac);
}

int hip_packet_check_rvs(const struct hip_packet *p,
			 const struct hip_hmac *hmac)
{
	return hip_packet_check_simple(p, HIP_PARAM_RVS_HMAC, hmac);
}

int hip_packet_check_mac2(const struct hip_packet *p,
			  const struct hip_hmac *hmac, const u8 *host_id,
			  unsigned int host_id_len, u8 *room)
{
	struct hip_iov iov[HIP_PACKET_COVER_IOV];
	struct hip_hdr head;
	int n;

	n = hip_packet_cover_mac2(p, host_id, host_id_len, room, &head, iov);
	if (n < 0)
		return n;
	return hip_packet_check_digest(hip_packet_param(p, HIP_PARAM_HIP_MAC_2),
				       hmac, iov, n);
}
