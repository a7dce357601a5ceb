// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "identity.h"
#include "log.h"
#include "state.h"

/* An RSA key of 4096 bits takes 3.3 kB. */
#define KEY_FILE_MAX 16384

/* Files under a passphrase are refused: nobody is there to type it. */
static int no_passphrase(char *buf, int size, int writing, void *data)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)data;
	return -1;
}

static int key_write(int dir, const char *file, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *data;
	long len;
	int err;

	if (!bio)
		return -ENOMEM;
	if (PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL,
					  NULL) != 1) {
		BIO_free(bio);
		return -EIO;
	}
	len = BIO_get_mem_data(bio, &data);
	err = state_write(dir, file, data, len, false);
	BIO_free(bio);
	return err;
}

static int key_make(int dir, const char *file, enum key_type type)
{
	EVP_PKEY *key = key_generate(type);
	char why[128];
	int err;

	if (!key) {
		log_err("cannot make a key of type %s%s", key_type_name(type),
			key_error(why, sizeof(why)));
		return -EIO;
	}
	err = key_write(dir, file, key);
	EVP_PKEY_free(key);
	if (err && err != -EEXIST)
		log_err("cannot write the host identity %s: %s", file,
			strerror(-err));
	else if (!err)
		log_notice("made a host identity of type %s: %s",
			   key_type_name(type), file);
	return err;
}

/* 0, -ENOENT without a message, or a negative errno after one. */
static int key_read(int dir, const char *file, EVP_PKEY **key)
{
	char *pem = malloc(KEY_FILE_MAX);
	char why[128];
	BIO *bio;
	int len;

	*key = NULL;
	if (!pem)
		return -ENOMEM;
	len = state_read(dir, file, pem, KEY_FILE_MAX, true);
	if (len == -EPERM)
		log_err("others than its owner may read the private key %s: run 'chown root %s; chmod 600 %s' in the state directory",
			file, file, file);
	else if (len < 0 && len != -ENOENT)
		log_err("cannot read the host identity %s: %s", file,
			strerror(-len));
	if (len >= 0) {
		bio = BIO_new_mem_buf(pem, len);
		if (bio)
			*key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase,
						       NULL);
		BIO_free(bio);
		if (!*key) {
			log_err("%s is not a private key in PEM without a passphrase%s",
				file, key_error(why, sizeof(why)));
			len = -EINVAL;
		}
	}
	OPENSSL_cleanse(pem, KEY_FILE_MAX);
	free(pem);
	return len < 0 ? len : 0;
}

static int describe(struct identity *id, const struct domain *domain)
{
	struct host_id parsed;
	int len;

	if (key_type_of(id->key, &id->type)) {
		log_err("the key in %s cannot be a host identity: it must be ECDSA on P-256 or P-384, Ed25519, Ed448, or RSA of %d to %d bits",
			id->file, KEY_RSA_MIN_BITS, KEY_RSA_MAX_BITS);
		return -EOPNOTSUPP;
	}
	len = host_id_make(id->key, id->host_id, sizeof(id->host_id));
	if (len < 0) {
		log_err("the key in %s cannot be a host identity: %s",
			id->file, strerror(-len));
		return len;
	}
	len = host_id_add_domain(id->host_id, len, sizeof(id->host_id), domain);
	if (len < 0)
		return len;
	id->host_id_len = len;
	len = host_id_parse(&parsed, id->host_id, id->host_id_len);
	return len ? len : host_id_hit(&parsed, &id->hit);
}

static int identity_load(struct identity *id, int dir,
			 const struct config *config,
			 const struct domain *domain)
{
	char hit[HIP_ADDR_STRLEN];
	char kind[32];
	int err;

	err = key_read(dir, id->file, &id->key);
	if (err == -ENOENT) {
		err = key_make(dir, id->file, config->key_type);
		/* Somebody else made it in between: fine, take that. */
		if (err && err != -EEXIST)
			return err;
		err = key_read(dir, id->file, &id->key);
		if (err == -ENOENT)
			log_err("the host identity %s has gone", id->file);
	}
	if (err)
		return err;
	err = describe(id, domain);
	if (err)
		return err;

	if (config->has_key_type && id->type != config->key_type)
		log_warning("%s holds a key of type %s, not %s as configured: move the file away to get a new identity",
			    id->file, key_type_name(id->type),
			    key_type_name(config->key_type));
	if (id->type == KEY_RSA)
		snprintf(kind, sizeof(kind), "rsa-%d",
			 EVP_PKEY_get_bits(id->key));
	else
		snprintf(kind, sizeof(kind), "%s", key_type_name(id->type));
	log_info("host identity %s, %s, %s", hip_addr_print(&id->hit, hit),
		 kind, id->file);
	return 0;
}

int identities_load(struct identities *ids, int dir,
		    const struct config *config)
{
	size_t i;
	int err;

	memset(ids, 0, sizeof(*ids));
	for (i = 0; i < config->n_files; i++) {
		struct identity *id = &ids->list[i];

		strcpy(id->file, config->files[i]);
		err = identity_load(id, dir, config, config_domain(config, i));
		if (!err && identity_find(ids, &id->hit)) {
			log_err("%s holds the same key as another file of [identity]",
				id->file);
			err = -EEXIST;
		}
		if (err) {
			EVP_PKEY_free(id->key);
			identities_free(ids);
			return err;
		}
		ids->count++;
	}
	return 0;
}

void identities_free(struct identities *ids)
{
	size_t i;

	for (i = 0; i < ids->count; i++)
		EVP_PKEY_free(ids->list[i].key);
	memset(ids, 0, sizeof(*ids));
}

struct identity *identity_find(struct identities *ids,
			       const struct in6_addr *hit)
{
	size_t i;

	for (i = 0; i < ids->count; i++)
		if (IN6_ARE_ADDR_EQUAL(&ids->list[i].hit, hit))
			return &ids->list[i];
	return NULL;
}
