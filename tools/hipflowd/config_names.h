/* SPDX-License-Identifier: GPL-2.0-only */
/* Section [names] of hipflowd.conf(5). */
#ifndef HIPFLOWD_CONFIG_NAMES_H
#define HIPFLOWD_CONFIG_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#define NAMES_SERVERS_MAX	4
#define NAMES_ANCHORS_MAX	8
#define NAMES_SERVER_LEN	64
#define NAMES_FILE_LEN		200

#define NAMES_HOSTS		"/etc/hipflow/hosts"

enum names_dnssec {
	NAMES_DNSSEC_YES,	/* what is signed must be right */
	NAMES_DNSSEC_REQUIRE,	/* all must be signed */
	NAMES_DNSSEC_NO,
};

/**
 * struct config_names - how names are looked up
 * @seen: settings that were given, for those that may stand once
 * @listen: answer hipflow and the NSS module
 * @dnssec: what is asked of answers
 * @n_servers: of @servers; 0: those of /etc/resolv.conf
 * @servers: "ADDRESS" or "ADDRESS@PORT", as libunbound takes them
 * @n_anchors: of @anchors; 0: the key of the root, where packages put it
 * @anchors: files with DS or DNSKEY records
 * @hosts: hosts file
 */
struct config_names {
	unsigned int seen;
	bool listen;
	enum names_dnssec dnssec;
	size_t n_servers;
	char servers[NAMES_SERVERS_MAX][NAMES_SERVER_LEN];
	size_t n_anchors;
	char anchors[NAMES_ANCHORS_MAX][NAMES_FILE_LEN];
	char hosts[NAMES_FILE_LEN];
};

void config_names_init(struct config_names *names);

/*
 * Takes a setting; @value is changed. 0, or -EINVAL with what is wrong, and what
 * is allowed, in @why.
 */
int config_names_set(struct config_names *names, const char *key, char *value,
		     char *why, size_t size);

#endif /* HIPFLOWD_CONFIG_NAMES_H */
