/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the numbers of the protocol and of the kernel module are called.
 */
#ifndef HIP_TOOLS_NAMES_H
#define HIP_TOOLS_NAMES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct hip_name - one line of a table; the last line has no name
 * @number: as on the wire or in <linux/hip.h>
 * @name: one word, in lower case, as typed and printed
 * @text: a sentence for people, or NULL
 */
struct hip_name {
	uint16_t number;
	const char *name;
	const char *text;
};

extern const struct hip_name hip_state_names[];
extern const struct hip_name hip_fail_names[];		/* text: what to do */
extern const struct hip_name hip_locator_state_names[];
extern const struct hip_name hip_stat_names[];		/* text: what is counted */
extern const struct hip_name hip_server_allow_names[];
extern const struct hip_name hip_registration_state_names[];
extern const struct hip_name hip_reg_failure_names[];	/* RFC 8003 4.4 */
extern const struct hip_name hip_esp_suite_names[];	/* RFC 7402 5.1.2 */
extern const struct hip_name hip_cipher_names[];	/* RFC 7401 5.2.8 */
extern const struct hip_name hip_dh_group_names[];	/* RFC 7401 5.2.7 */
extern const struct hip_name hip_no_yes_names[];	/* a switch */
extern const struct hip_name hip_rekey_on_move_names[];
extern const struct hip_name hip_fid_status_names[];	/* RFC 6089 4.2 */
extern const struct hip_name hip_notify_names[];	/* RFC 7401 5.2.19 */

#define HIP_NAME_LEN 16

/* The line for @number, or NULL. */
const struct hip_name *hip_name_find(const struct hip_name *table,
				     unsigned int number);

/*
 * The name of @number, or the number itself written to @buf if it has none.
 */
const char *hip_name(const struct hip_name *table, unsigned int number,
		     char buf[HIP_NAME_LEN]);

/* The text of @number, or NULL. */
const char *hip_name_text(const struct hip_name *table, unsigned int number);

/* The number called @name, or -1. */
int hip_name_number(const struct hip_name *table, const char *name);

/* Writes all names of @table to @buf, separated by @separator. */
const char *hip_name_list(const struct hip_name *table, const char *separator,
			  char *buf, size_t size);

#endif /* HIP_TOOLS_NAMES_H */
