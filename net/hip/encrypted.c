// SPDX-License-Identifier: GPL-2.0-only
/*
 * ENCRYPTED (RFC 7401 section 5.2.18): inner parameters, padded to the blocks of
 * the cipher as PKCS #5 says, behind a reserved word and the IV. It is met in an
 * I2 only, so that keys are drawn and a transform is made for each one.
 */
#include <crypto/aes.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "encrypted.h"

#define HIP_ENCRYPTED_RESERVED	4

/* The cipher, keyed for what we send (@out) or receive. ERR_PTR. */
static struct crypto_sync_skcipher *
hip_encrypted_tfm(const struct hip_keymat *km, const struct in6_addr *local,
		  const struct in6_addr *peer, u16 cipher, bool out)
{
	u8 enc[2][AES_MAX_KEY_SIZE], mac[2][HIP_KEYMAT_MAX_KEY];
	struct crypto_sync_skcipher *tfm;
	int err;

	tfm = crypto_alloc_sync_skcipher("cbc(aes)", 0, 0);
	if (IS_ERR(tfm))
		return tfm;
	err = hip_keymat_hip_keys(km, local, peer, cipher, enc[0], mac[0],
				  enc[1], mac[1]);
	if (err >= 0)
		err = crypto_sync_skcipher_setkey(tfm, enc[!out],
						  hip_cipher_key_len(cipher));
	memzero_explicit(enc, sizeof(enc));
	memzero_explicit(mac, sizeof(mac));
	if (err < 0) {
		crypto_free_sync_skcipher(tfm);
		return ERR_PTR(err);
	}
	return tfm;
}

/* In place; @data is of kmalloc(), whole blocks. */
static int hip_encrypted_crypt(struct crypto_sync_skcipher *tfm, bool out,
			       u8 iv[AES_BLOCK_SIZE], u8 *data,
			       unsigned int len)
{
	SYNC_SKCIPHER_REQUEST_ON_STACK(req, tfm);
	struct scatterlist sg;
	int err;

	sg_init_one(&sg, data, len);
	skcipher_request_set_sync_tfm(req, tfm);
	skcipher_request_set_callback(req, 0, NULL, NULL);
	skcipher_request_set_crypt(req, &sg, &sg, len, iv);
	err = out ? crypto_skcipher_encrypt(req) : crypto_skcipher_decrypt(req);
	skcipher_request_zero(req);
	return err;
}

int hip_encrypted_build(struct hip_builder *b, const struct hip_keymat *km,
			const struct in6_addr *local,
			const struct in6_addr *peer, u16 cipher, u16 type,
			const void *data, unsigned int len)
{
	unsigned int space = HIP_PARAM_SPACE(len), iv_len = 0, fill = 0;
	struct crypto_sync_skcipher *tfm;
	u8 iv[AES_BLOCK_SIZE];
	u8 *room, *param;
	int err = 0;

	if (cipher != HIP_CIPHER_NULL) {
		iv_len = AES_BLOCK_SIZE;
		fill = AES_BLOCK_SIZE - space % AES_BLOCK_SIZE;
	}
	room = kmalloc(space + fill, GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	hip_tlv_fill(room, type, data, len);
	memset(room + space, fill, fill);
	param = hip_build_param(b, HIP_PARAM_ENCRYPTED,
				HIP_ENCRYPTED_RESERVED + iv_len + space + fill);
	if (!param)
		goto out;
	if (iv_len) {
		tfm = hip_encrypted_tfm(km, local, peer, cipher, true);
		err = PTR_ERR_OR_ZERO(tfm);
		if (err)
			goto out;
		get_random_bytes(iv, sizeof(iv));
		memcpy(param + HIP_ENCRYPTED_RESERVED, iv, iv_len);
		err = hip_encrypted_crypt(tfm, true, iv, room, space + fill);
		crypto_free_sync_skcipher(tfm);
	}
	memcpy(param + HIP_ENCRYPTED_RESERVED + iv_len, room, space + fill);
out:
	kfree(room);
	return err;
}

/* PKCS #5: n octets of value n. Return: octets in front, 0 if it is not so. */
static unsigned int hip_encrypted_unpad(const u8 *data, unsigned int len)
{
	unsigned int fill = data[len - 1], i;

	if (!fill || fill > AES_BLOCK_SIZE)
		return 0;
	for (i = len - fill; i < len; i++)
		if (data[i] != fill)
			return 0;
	return len - fill;
}

static int hip_encrypted_inner(const u8 *data, unsigned int len,
			       struct hip_param *inner)
{
	const struct hip_tlv *tlv = (const struct hip_tlv *)data;

	if (len < sizeof(*tlv))
		return -EINVAL;
	inner->type = be16_to_cpu(tlv->type);
	inner->len = be16_to_cpu(tlv->len);
	inner->data = tlv->data;
	return HIP_PARAM_SPACE(inner->len) <= len ? 0 : -EINVAL;
}

void *hip_encrypted_open(const struct hip_param *param,
			 const struct hip_keymat *km,
			 const struct in6_addr *local,
			 const struct in6_addr *peer, u16 cipher,
			 struct hip_param *inner)
{
	unsigned int iv_len = cipher == HIP_CIPHER_NULL ? 0 : AES_BLOCK_SIZE;
	struct crypto_sync_skcipher *tfm;
	u8 iv[AES_BLOCK_SIZE];
	unsigned int len;
	u8 *room;
	int err;

	if (param->len <= HIP_ENCRYPTED_RESERVED + iv_len)
		return ERR_PTR(-EINVAL);
	len = param->len - HIP_ENCRYPTED_RESERVED - iv_len;
	if (iv_len && len % AES_BLOCK_SIZE)
		return ERR_PTR(-EINVAL);
	room = kmemdup(param->data + HIP_ENCRYPTED_RESERVED + iv_len, len,
		       GFP_KERNEL);
	if (!room)
		return ERR_PTR(-ENOMEM);
	if (iv_len) {
		tfm = hip_encrypted_tfm(km, local, peer, cipher, false);
		err = PTR_ERR_OR_ZERO(tfm);
		if (err)
			goto err;
		memcpy(iv, param->data + HIP_ENCRYPTED_RESERVED, iv_len);
		err = hip_encrypted_crypt(tfm, false, iv, room, len);
		crypto_free_sync_skcipher(tfm);
		if (err)
			goto err;
		len = hip_encrypted_unpad(room, len);
	}
	err = hip_encrypted_inner(room, len, inner);
	if (!err)
		return room;
err:
	kfree(room);
	return ERR_PTR(err);
}
