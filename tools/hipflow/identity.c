// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow identity: the HITs of this host. They are added and removed by
 * hipflowd, which holds the private keys.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/hip.h>

#include "show.h"

/* Contents of a HOST_ID parameter, RFC 7401 section 5.2.9 */
#define HOST_ID_HEADER_LEN	6
#define HOST_ID_ALGORITHM_RSA	5
#define HOST_ID_ALGORITHM_ECDSA	7
#define HOST_ID_ALGORITHM_EDDSA	13	/* RFC 9374 section 3.4.1 */
#define HOST_ID_CURVE_P256	1
#define HOST_ID_CURVE_P384	2
#define HOST_ID_CURVE_25519	1
#define HOST_ID_CURVE_448	3
#define HOST_ID_DI_FQDN		1

static uint16_t get_be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

/* Bits of the modulus in an RSA key of RFC 3110; 0: not one. */
static unsigned int rsa_bits(const uint8_t *key, size_t len)
{
	size_t skip;

	if (len < 3)
		return 0;
	skip = key[0] ? 1 + key[0] : 3 + get_be16(key + 1);
	return skip < len ? (len - skip) * 8 : 0;
}

/* As hipflowd.conf names the types. */
static void read_type(struct identity *id, const uint8_t *key, size_t len,
		      uint16_t algorithm)
{
	uint16_t curve = len >= 2 ? get_be16(key) : 0;

	if (algorithm == HOST_ID_ALGORITHM_RSA)
		snprintf(id->type, sizeof(id->type), "rsa-%u",
			 rsa_bits(key, len));
	else if (algorithm == HOST_ID_ALGORITHM_ECDSA &&
		 (curve == HOST_ID_CURVE_P256 || curve == HOST_ID_CURVE_P384))
		snprintf(id->type, sizeof(id->type), "ecdsa-p%s",
			 curve == HOST_ID_CURVE_P256 ? "256" : "384");
	else if (algorithm == HOST_ID_ALGORITHM_EDDSA &&
		 (curve == HOST_ID_CURVE_25519 || curve == HOST_ID_CURVE_448))
		snprintf(id->type, sizeof(id->type), "ed%s",
			 curve == HOST_ID_CURVE_25519 ? "25519" : "448");
	else
		snprintf(id->type, sizeof(id->type), "algorithm-%u",
			 algorithm);
}

/* A name that comes from the key file is not to steer the terminal. */
static void read_domain(struct identity *id, unsigned int type,
			const uint8_t *domain, size_t len)
{
	size_t i, next = 0, n = 0;

	for (i = 0; i < len && n < sizeof(id->domain) - 1; i++) {
		uint8_t c = domain[i];

		/* Labels behind their lengths, and the root (RFC 1035) */
		if (type == HOST_ID_DI_FQDN && i == next) {
			next += 1 + c;
			if (!c && i == len - 1)
				break;
			c = '.';
			if (!i)
				continue;
		}
		id->domain[n++] = c > ' ' && c < 0x7f ? c : '?';
	}
	id->domain[n] = '\0';
}

static void read_host_id(struct identity *id, const struct nlattr *attr)
{
	const uint8_t *data = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	size_t key_len, domain_len;

	if (len < HOST_ID_HEADER_LEN)
		return;
	key_len = get_be16(data);
	domain_len = get_be16(data + 2) & 0x0fff;
	if (len < HOST_ID_HEADER_LEN + key_len + domain_len)
		return;
	read_type(id, data + HOST_ID_HEADER_LEN, key_len, get_be16(data + 4));
	read_domain(id, data[2] >> 4, data + HOST_ID_HEADER_LEN + key_len,
		    domain_len);
}

int identity_read(const struct nlmsghdr *nlh, void *item)
{
	const struct nlattr *tb[HIP_A_IDENTITY_MAX + 1];
	struct identity *id = item;

	if (hip_genl_attrs(nlh, tb, HIP_A_IDENTITY_MAX) ||
	    !attr_addr(tb[HIP_A_IDENTITY_HIT], &id->hit))
		return -EBADMSG;
	if (tb[HIP_A_IDENTITY_HOST_ID])
		read_host_id(id, tb[HIP_A_IDENTITY_HOST_ID]);
	id->r1_counter = attr_u64(tb[HIP_A_IDENTITY_R1_COUNTER]);
	id->r1_ready = attr_u8(tb[HIP_A_IDENTITY_R1_READY]);
	return 0;
}

int identity_compare(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;

	return memcmp(&x->hit, &y->hit, sizeof(x->hit));
}

void identity_print(const struct hipflow *hf, const struct identity *id)
{
	out_hit("hit", "hit", &id->hit);
	if (id->type[0])
		out_string("type", "type", id->type);
	if (id->domain[0])
		out_string("domain", "domain", id->domain);
	out_uint("r1_counter", hf->details ? "r1_counter" : NULL,
		 id->r1_counter);
	out_flag("r1_ready", "r1_ready", id->r1_ready);
}

static int identity_show(struct hipflow *hf, struct args *args)
{
	struct list list = LIST(identity, identity_read);
	const struct identity *id;
	int status;

	status = arg_end(args);
	if (!status)
		status = query_list(hf, HIP_CMD_IDENTITY_GET, &list,
				    identity_compare);
	if (!status) {
		out_begin(hf, OUT_ARRAY);
		list_for_each(id, &list) {
			out_open();
			identity_print(hf, id);
			out_close();
		}
		status = out_end();
	}
	list_free(&list);
	return status;
}

static const struct command commands[] = {
	{ "show", identity_show },
	{ 0 }
};

const struct object identity_object = {
	.name = "identity",
	.alias = "id",
	.commands = commands,
	.help =
"Usage: hipflow identity [ show ]\n"
"\n"
"The HITs of this host. hipflowd makes and adds them. r1_ready: the kernel can\n"
"answer peers that call this HIT.\n",
};
