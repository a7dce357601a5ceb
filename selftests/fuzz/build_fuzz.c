// SPDX-License-Identifier: GPL-2.0-only
/*
 * The builder, driven by the input: whatever it is asked for, it makes packets
 * that our parser reads as what was put in, or says that it did not.
 */
#include "fuzz.h"
#include "packet.h"

#define FUZZ_MAX_PUT	80

/* What was asked for and done. */
struct fuzz_put {
	u16		type;
	u16		len;
	const u8	*data;
};

static struct hip_hmac *hmac;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const u8 key[20] = { 1, 2, 3 };

	FUZZ_CHECK(!hip_rhash_init());
	hmac = hip_hmac_new(HIP_RHASH_SHA256, key, sizeof(key));
	FUZZ_CHECK(!IS_ERR(hmac));
	return 0;
}

/* Commands: type and length, two octets each, then that many of contents. */
static unsigned int fuzz_build(struct hip_builder *b, const u8 *data,
			       size_t size, struct fuzz_put *put)
{
	unsigned int n = 0;

	while (size >= 4 && n < FUZZ_MAX_PUT) {
		put[n].type = get_unaligned_be16(data);
		put[n].len = get_unaligned_be16(data + 2);
		put[n].data = data + 4;
		if (put[n].len > size - 4)
			put[n].len = size - 4;
		hip_build_data(b, put[n].type, put[n].data, put[n].len);
		data += 4 + put[n].len;
		size -= 4 + put[n].len;
		if (b->err)
			break;
		n++;
	}
	return n;
}

static void fuzz_compare(const struct hip_packet *p, const struct fuzz_put *put,
			 unsigned int n)
{
	unsigned int i;

	FUZZ_CHECK(p->n >= n);
	for (i = 0; i < n; i++) {
		FUZZ_CHECK(p->param[i].type == put[i].type);
		FUZZ_CHECK(p->param[i].len == put[i].len);
		FUZZ_CHECK(!memcmp(p->param[i].data, put[i].data, put[i].len));
	}
}

static void fuzz_mac(const struct hip_builder *b, struct hip_packet *p,
		     unsigned int where)
{
	where %= b->len - HIP_PARAM_SPACE(32);
	FUZZ_CHECK(!hip_packet_check_mac(p, hmac));
	/* Neither Checksum nor Header Length as it stands is covered. */
	if (where == 1 || where == 4 || where == 5)
		return;
	b->buf[where] ^= 0x10;
	if (!hip_packet_parse(p, b->buf, b->len))
		FUZZ_CHECK(hip_packet_check_mac(p, hmac));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct in6_addr hit = { };
	struct fuzz_put put[FUZZ_MAX_PUT];
	struct hip_builder b;
	struct hip_packet p;
	unsigned int n, max;
	bool mac;
	u8 *buf;
	int err;

	if (size < 4)
		return 0;
	max = get_unaligned_be16(data) % (HIP_PACKET_MAX_LEN + 64);
	mac = data[2] & 1;
	buf = malloc(max ?: 1);
	FUZZ_CHECK(buf);
	hip_build_begin(&b, buf, max, HIP_UPDATE, data[3], &hit, &hit);
	n = fuzz_build(&b, data + 4, size - 4, put);
	if (mac)
		hip_build_mac(&b, hmac);
	err = hip_build_end(&b);
	if (err < 0) {
		FUZZ_CHECK(err == -ENOSPC || err == -EINVAL);
		free(buf);
		return 0;
	}

	FUZZ_CHECK((unsigned int)err == b.len && b.len <= max);
	err = hip_packet_parse(&p, buf, b.len);
	/* Order, lengths and header are right in any case. */
	FUZZ_CHECK(!err || err == -EINVAL || err == -EPROTONOSUPPORT ||
		   err == -E2BIG);
	if (!err) {
		fuzz_compare(&p, put, n);
		if (mac)
			fuzz_mac(&b, &p, size);
	}
	free(buf);
	return 0;
}
