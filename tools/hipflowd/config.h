/* SPDX-License-Identifier: GPL-2.0-only */
/* hipflowd.conf(5) */
#ifndef HIPFLOWD_CONFIG_H
#define HIPFLOWD_CONFIG_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_names.h"
#include "domain.h"
#include "key.h"

#define CONFIG_FILES_MAX	32	/* host identities */
#define CONFIG_ADDRS_MAX	32	/* of a peer */
#define CONFIG_DH_GROUPS_MAX	8
#define CONFIG_ESP_SUITES_MAX	6	/* RFC 7402 section 5.1.2 */
#define CONFIG_HIP_CIPHERS_MAX	6	/* RFC 7401 section 5.2.8 */
#define CONFIG_NAME_MAX		64

struct hit_list {
	struct in6_addr *hits;
	size_t count;
};

enum policy_accept {
	POLICY_ANY,	/* every peer that proves its HIT */
	POLICY_KNOWN,	/* those with an address in the kernel or in [peer] */
	POLICY_NONE,	/* those in the allow list */
};

struct config_peer {
	char name[CONFIG_NAME_MAX];
	unsigned int line;
	bool has_hit;
	struct in6_addr hit;
	size_t n_addrs;
	struct in6_addr addrs[CONFIG_ADDRS_MAX];
};

/* Settings for the kernel; what is not given is left to it. */
struct config_kernel {
	bool has_puzzle_k;
	bool has_max_fids;
	bool has_retransmit_ms;
	bool has_retries;
	bool has_path_timeout_ms;
	bool has_idle_timeout;
	bool has_relay_per_second;
	bool has_rekey_time;
	bool has_rekey_bytes;
	bool has_rekey_packets;
	bool has_rekey_on_move;
	bool has_encrypt_host_id;
	bool has_opportunistic;
	uint8_t puzzle_k;
	uint8_t retries;
	uint16_t max_fids;
	uint32_t retransmit_ms;
	uint32_t path_timeout_ms;
	uint32_t idle_timeout;
	uint32_t relay_per_second;
	uint32_t rekey_time;
	uint64_t rekey_bytes;
	uint64_t rekey_packets;
	uint8_t rekey_on_move;
	bool encrypt_host_id;
	bool opportunistic;
	size_t n_dh_groups;
	uint8_t dh_groups[CONFIG_DH_GROUPS_MAX];
	size_t n_esp_suites;
	uint16_t esp_suites[CONFIG_ESP_SUITES_MAX];
	size_t n_hip_ciphers;
	uint16_t hip_ciphers[CONFIG_HIP_CIPHERS_MAX];
};

struct config {
	enum key_type key_type;
	bool has_key_type;
	size_t n_files;
	char files[CONFIG_FILES_MAX][CONFIG_NAME_MAX];
	/* Of each file, or one for all of them */
	size_t n_domains;
	struct domain domains[CONFIG_FILES_MAX];
	struct config_kernel kernel;
	enum policy_accept accept;
	struct hit_list allow;
	struct hit_list deny;
	size_t n_peers;
	struct config_peer *peers;
	char device[IFNAMSIZ];
	bool create_device;
	struct config_names names;
};

#define CONFIG_ERROR_LEN 512

/*
 * Reads @path; with @may_be_absent a file that is not there stands for an
 * empty one. 0, or a negative errno with the reason in @error: file, line, what
 * is wrong and what is allowed. Call config_free() in either case.
 */
int config_read(struct config *config, const char *path, bool may_be_absent,
		char error[CONFIG_ERROR_LEN]);

void config_free(struct config *config);

bool hit_list_has(const struct hit_list *list, const struct in6_addr *hit);

/* Of the host identity in a file, by its place in the list. */
const struct domain *config_domain(const struct config *config, size_t file);

/* The peer of that HIT, or NULL. */
const struct config_peer *config_peer_find(const struct config *config,
					   const struct in6_addr *hit);

#endif /* HIPFLOWD_CONFIG_H */
