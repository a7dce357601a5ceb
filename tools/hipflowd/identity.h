/* SPDX-License-Identifier: GPL-2.0-only */
/* Our host identities: key files in the state directory. */
#ifndef HIPFLOWD_IDENTITY_H
#define HIPFLOWD_IDENTITY_H

#include "config.h"
#include "host_id.h"

struct identity {
	struct in6_addr hit;
	enum key_type type;
	EVP_PKEY *key;
	char file[CONFIG_NAME_MAX];
	size_t host_id_len;
	uint8_t host_id[HOST_ID_MAX];
};

struct identities {
	size_t count;
	struct identity list[CONFIG_FILES_MAX];
};

/*
 * Loads the key files that @config names and makes those that are not there.
 * 0, or a negative errno after a message in the log.
 */
int identities_load(struct identities *ids, int dir,
		    const struct config *config);

void identities_free(struct identities *ids);

/* NULL if the HIT is not ours. */
struct identity *identity_find(struct identities *ids,
			       const struct in6_addr *hit);

#endif /* HIPFLOWD_IDENTITY_H */
