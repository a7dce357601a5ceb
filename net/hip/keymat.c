// SPDX-License-Identifier: GPL-2.0-only
/*
 * KEYMAT: HKDF with RHASH, and the order in which keys are drawn of it
 * (RFC 7401 section 6.5, RFC 7402 section 7).
 */
#include "keymat.h"
#include "packet.h"

/* HKDF-Expand counts its blocks in one octet (RFC 5869 section 2.3). */
#define HIP_KEYMAT_MAX_BLOCKS	255

#define HIP_SALT_GCM	4
#define HIP_SALT_CCM	3

/* The RFC leaves the size of AES keys of the combined modes open: 128 bits is
 * what RFC 4106, 4309 and 4543 require. The salt is drawn as their tail, which
 * is where the kernel expects it too.
 */
static const struct hip_esp_suite_info hip_esp_suites[] = {
	{
		.id = HIP_ESP_NULL_HMAC_SHA256,
		.auth_len = 32,
		.icv_len = 16,
		.ealg = "ecb(cipher_null)",
		.aalg = "hmac(sha256)",
	}, {
		.id = HIP_ESP_AES_128_CBC_HMAC_SHA256,
		.enc_len = 16,
		.auth_len = 32,
		.icv_len = 16,
		.ealg = "cbc(aes)",
		.aalg = "hmac(sha256)",
	}, {
		.id = HIP_ESP_AES_256_CBC_HMAC_SHA256,
		.enc_len = 32,
		.auth_len = 32,
		.icv_len = 16,
		.ealg = "cbc(aes)",
		.aalg = "hmac(sha256)",
	}, {
		.id = HIP_ESP_AES_CCM_8,
		.enc_len = 16 + HIP_SALT_CCM,
		.icv_len = 8,
		.aead = "rfc4309(ccm(aes))",
	}, {
		.id = HIP_ESP_AES_CCM_16,
		.enc_len = 16 + HIP_SALT_CCM,
		.icv_len = 16,
		.aead = "rfc4309(ccm(aes))",
	}, {
		.id = HIP_ESP_AES_GCM_8,
		.enc_len = 16 + HIP_SALT_GCM,
		.icv_len = 8,
		.aead = "rfc4106(gcm(aes))",
	}, {
		.id = HIP_ESP_AES_GCM_16,
		.enc_len = 16 + HIP_SALT_GCM,
		.icv_len = 16,
		.aead = "rfc4106(gcm(aes))",
	}, {
		.id = HIP_ESP_AES_GMAC,
		.enc_len = 16 + HIP_SALT_GCM,
		.icv_len = 16,
		.aead = "rfc4543(gcm(aes))",
	},
};

const struct hip_esp_suite_info *hip_esp_suite_info(u16 id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hip_esp_suites); i++)
		if (hip_esp_suites[i].id == id)
			return &hip_esp_suites[i];
	return NULL;
}

int hip_cipher_key_len(u16 cipher)
{
	switch (cipher) {
	case HIP_CIPHER_NULL:
		return 0;
	case HIP_CIPHER_AES_128_CBC:
		return 16;
	case HIP_CIPHER_AES_256_CBC:
		return 32;
	default:
		return -EOPNOTSUPP;
	}
}

/* HKDF-Extract: HMAC(I | J, Kij), left in @prk. */
static int hip_keymat_extract(enum hip_rhash rhash, const u8 *kij,
			      unsigned int kij_len, const u8 *i, const u8 *j,
			      u8 *prk)
{
	unsigned int len = hip_rhash_len(rhash);
	struct hip_iov iov = { kij, kij_len };
	u8 salt[2 * HIP_RHASH_MAX_LEN];
	struct hip_hmac *hmac;
	int err;

	memcpy(salt, i, len);
	memcpy(salt + len, j, len);
	hmac = hip_hmac_new(rhash, salt, 2 * len);
	if (IS_ERR(hmac))
		return PTR_ERR(hmac);
	err = hip_hmac_digest(hmac, &iov, 1, prk);
	hip_hmac_free(hmac);
	return err;
}

int hip_keymat_init(struct hip_keymat *km, enum hip_rhash rhash, const u8 *kij,
		    unsigned int kij_len, const u8 *i, const u8 *j,
		    const struct in6_addr *hit_a, const struct in6_addr *hit_b)
{
	bool swap = hip_hit_greater(hit_a, hit_b);
	u8 prk[HIP_RHASH_MAX_LEN];
	struct hip_hmac *hmac;
	int err;

	/* Whatever happens, it can be wiped. */
	km->prk = NULL;
	km->info[swap] = *hit_a;
	km->info[!swap] = *hit_b;
	err = hip_keymat_extract(rhash, kij, kij_len, i, j, prk);
	if (err)
		goto out;
	hmac = hip_hmac_new(rhash, prk, hip_rhash_len(rhash));
	if (IS_ERR(hmac))
		err = PTR_ERR(hmac);
	else
		km->prk = hmac;
out:
	memzero_explicit(prk, sizeof(prk));
	return err;
}

void hip_keymat_wipe(struct hip_keymat *km)
{
	hip_hmac_free(km->prk);
	memzero_explicit(km, sizeof(*km));
}

unsigned int hip_keymat_max(enum hip_rhash rhash)
{
	return HIP_KEYMAT_MAX_BLOCKS * hip_rhash_len(rhash);
}

int hip_keymat_draw(const struct hip_keymat *km, unsigned int index, u8 *out,
		    unsigned int len)
{
	unsigned int hlen, start = 0, skip, take;
	u8 block[HIP_RHASH_MAX_LEN], count = 0;
	struct hip_iov iov[] = {
		{ block, 0 },			/* T(n - 1); none before T(1) */
		{ km->info, sizeof(km->info) },
		{ &count, sizeof(count) },
	};
	int err = 0;

	hlen = hip_rhash_len(hip_hmac_rhash(km->prk));
	if (index > HIP_KEYMAT_MAX_BLOCKS * hlen ||
	    len > HIP_KEYMAT_MAX_BLOCKS * hlen - index)
		return -ENODATA;

	for (; len; start += hlen) {
		count++;
		err = hip_hmac_digest(km->prk, iov, ARRAY_SIZE(iov), block);
		if (err)
			break;
		iov[0].len = hlen;
		if (index >= start + hlen)
			continue;
		skip = index - start;
		take = min(len, hlen - skip);
		memcpy(out, block + skip, take);
		out += take;
		index += take;
		len -= take;
	}
	memzero_explicit(block, sizeof(block));
	return err;
}

/**
 * struct hip_keymat_piece - one key in the order of drawing
 * @out: where it goes
 * @len: octets
 */
struct hip_keymat_piece {
	u8		*out;
	unsigned int	len;
};

static int hip_keymat_draw_pieces(const struct hip_keymat *km,
				  unsigned int index,
				  const struct hip_keymat_piece *piece,
				  unsigned int n)
{
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		err = hip_keymat_draw(km, index, piece[i].out, piece[i].len);
		if (err)
			return err;
		index += piece[i].len;
	}
	return index;
}

int hip_keymat_hip_keys(const struct hip_keymat *km,
			const struct in6_addr *local,
			const struct in6_addr *peer, u16 cipher, u8 *enc_out,
			u8 *mac_out, u8 *enc_in, u8 *mac_in)
{
	int mac = hip_rhash_len(hip_hmac_rhash(km->prk));
	int enc = hip_cipher_key_len(cipher);
	/* Host_g's outgoing traffic first. */
	bool first = hip_hit_greater(local, peer);
	struct hip_keymat_piece piece[] = {
		{ first ? enc_out : enc_in, enc },
		{ first ? mac_out : mac_in, mac },
		{ first ? enc_in : enc_out, enc },
		{ first ? mac_in : mac_out, mac },
	};

	if (enc < 0)
		return enc;
	return hip_keymat_draw_pieces(km, 0, piece, ARRAY_SIZE(piece));
}

int hip_keymat_esp_keys(const struct hip_keymat *km,
			const struct in6_addr *local,
			const struct in6_addr *peer, u16 suite,
			unsigned int index, struct hip_esp_keys *out,
			struct hip_esp_keys *in)
{
	const struct hip_esp_suite_info *info = hip_esp_suite_info(suite);
	bool first = hip_hit_greater(local, peer);
	struct hip_esp_keys *gl = first ? out : in;
	struct hip_esp_keys *lg = first ? in : out;

	if (!info)
		return -EOPNOTSUPP;
	return hip_keymat_draw_pieces(km, index, (struct hip_keymat_piece []) {
			{ gl->enc, info->enc_len },
			{ gl->auth, info->auth_len },
			{ lg->enc, info->enc_len },
			{ lg->auth, info->auth_len },
		}, 4);
}
