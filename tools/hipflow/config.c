// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow config: settings of the namespace.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/hip.h>

#include "names.h"
#include "show.h"

#define MAX_LIST 8

enum kind { NUMBER8, NUMBER16, NUMBER32, NUMBER64, NAME8, LIST8, LIST16 };

/**
 * struct setting - one attribute of the kernel's
 * @name: as typed and printed
 * @attr: type of the attribute
 * @kind: its contents
 * @min: smallest number
 * @max: largest number, or length of the list
 * @names: what a name or a list is of
 */
static const struct setting {
	const char *name;
	uint16_t attr;
	enum kind kind;
	uint64_t min;
	uint64_t max;
	const struct hip_name *names;
} settings[] = {
	{ "puzzle_k", HIP_A_CONFIG_PUZZLE_K, NUMBER8, 0, 20, NULL },
	{ "dh_groups", HIP_A_CONFIG_DH_GROUPS, LIST8, 1, 8,
	  hip_dh_group_names },
	{ "esp_suites", HIP_A_CONFIG_ESP_SUITES, LIST16, 1, 6,
	  hip_esp_suite_names },
	{ "hip_ciphers", HIP_A_CONFIG_HIP_CIPHERS, LIST16, 1, 6,
	  hip_cipher_names },
	{ "encrypt_host_id", HIP_A_CONFIG_ENCRYPT_HOST_ID, NAME8, 0, 0,
	  hip_no_yes_names },
	{ "opportunistic", HIP_A_CONFIG_OPPORTUNISTIC, NAME8, 0, 0,
	  hip_no_yes_names },
	{ "max_fids", HIP_A_CONFIG_MAX_FIDS, NUMBER16, 0, UINT16_MAX, NULL },
	{ "retransmit_ms", HIP_A_CONFIG_RETRANSMIT_MS, NUMBER32, 50, 60000,
	  NULL },
	{ "retries", HIP_A_CONFIG_RETRIES, NUMBER8, 1, 15, NULL },
	{ "path_timeout_ms", HIP_A_CONFIG_PATH_TIMEOUT_MS, NUMBER32, 0, 10000,
	  NULL },
	{ "idle_timeout", HIP_A_CONFIG_IDLE_TIMEOUT, NUMBER32, 0, 604800,
	  NULL },
	{ "relay_per_second", HIP_A_CONFIG_RELAY_PER_SECOND, NUMBER32, 0,
	  1000000, NULL },
	{ "rekey_time", HIP_A_CONFIG_REKEY_TIME, NUMBER32, 0, 604800, NULL },
	{ "rekey_bytes", HIP_A_CONFIG_REKEY_BYTES, NUMBER64, 0, 1ULL << 62,
	  NULL },
	{ "rekey_packets", HIP_A_CONFIG_REKEY_PACKETS, NUMBER64, 0, 1ULL << 62,
	  NULL },
	{ "rekey_on_move", HIP_A_CONFIG_REKEY_ON_MOVE, NAME8, 0, 0,
	  hip_rekey_on_move_names },
};

#define N_SETTINGS ARRAY_SIZE(settings)

/**
 * struct value - of a setting
 * @set: it was given
 * @number: if it is one, or a name
 * @n: length of @list
 * @list: numbers on the wire
 */
struct value {
	bool set;
	uint64_t number;
	unsigned int n;
	uint16_t list[MAX_LIST];
};

static int list_word(const struct setting *s, const char *word,
		     struct value *value)
{
	char names[512];
	int number = hip_name_number(s->names, word);
	unsigned int i;

	if (number < 0)
		return complain("%s: '%s' is not known: choose from %s",
				s->name, word,
				hip_name_list(s->names, ", ", names,
					      sizeof(names)));
	for (i = 0; i < value->n; i++)
		if (value->list[i] == number)
			return complain("%s: '%s' is given twice", s->name,
					word);
	if (value->n == s->max)
		return complain("%s: more than %u names", s->name,
				(unsigned int)s->max);
	value->list[value->n++] = number;
	return 0;
}

static int parse_list(const struct setting *s, const char *text,
		      struct value *value)
{
	char *copy = strdup(text);
	char *rest = copy;
	const char *word;
	int err = 0;

	if (!copy)
		return complain("out of memory");
	while (!err && (word = strsep(&rest, ",")))
		err = list_word(s, word, value);
	free(copy);
	return err;
}

static int parse_name(const struct setting *s, const char *text,
		      struct value *value)
{
	int number = hip_name_number(s->names, text);
	char names[128];

	if (number < 0)
		return complain("%s: '%s' is not known: choose from %s",
				s->name, text,
				hip_name_list(s->names, ", ", names,
					      sizeof(names)));
	value->number = number;
	return 0;
}

static int parse_setting(const struct setting *s, const char *text,
			 struct value *value)
{
	uint64_t number = 0;
	int err;

	if (value->set)
		return complain("'%s' is given twice", s->name);
	value->set = true;
	if (s->kind == NAME8)
		return parse_name(s, text, value);
	if (s->names)
		return parse_list(s, text, value);
	err = parse_number(s->name, text, s->min, s->max, &number);
	value->number = number;
	return err;
}

static int unknown_setting(const char *name)
{
	char names[256] = "";
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < N_SETTINGS && used < sizeof(names); i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s",
				 i ? ", " : "", settings[i].name);
	return complain("there is no setting '%s': choose from %s", name,
			names);
}

static int parse_settings(struct args *args, struct value values[N_SETTINGS])
{
	const char *name, *text;
	unsigned int i;
	int err;

	if (!args->left)
		return complain("a setting and its value are missing: see 'hipflow config help'");
	while ((name = arg_next(args))) {
		for (i = 0; i < N_SETTINGS; i++)
			if (!strcmp(name, settings[i].name))
				break;
		if (i == N_SETTINGS)
			return unknown_setting(name);
		err = arg_value(args, name, &text);
		if (!err)
			err = parse_setting(&settings[i], text, &values[i]);
		if (err)
			return err;
	}
	return 0;
}

static void put_setting(struct nlmsghdr *nlh, const struct setting *s,
			const struct value *value)
{
	uint8_t octets[MAX_LIST];
	unsigned int i;

	switch (s->kind) {
	case NAME8:
	case NUMBER8:
		mnl_attr_put_u8(nlh, s->attr, value->number);
		break;
	case NUMBER16:
		mnl_attr_put_u16(nlh, s->attr, value->number);
		break;
	case NUMBER32:
		mnl_attr_put_u32(nlh, s->attr, value->number);
		break;
	case NUMBER64:
		mnl_attr_put_u64(nlh, s->attr, value->number);
		break;
	case LIST8:
		for (i = 0; i < value->n; i++)
			octets[i] = value->list[i];
		mnl_attr_put(nlh, s->attr, value->n, octets);
		break;
	case LIST16:
		mnl_attr_put(nlh, s->attr, value->n * sizeof(value->list[0]),
			     value->list);
		break;
	}
}

static void get_list(const struct setting *s, const struct nlattr *attr,
		     struct value *value)
{
	size_t size = s->kind == LIST8 ? sizeof(uint8_t) : sizeof(uint16_t);
	size_t n = mnl_attr_get_payload_len(attr) / size;
	const uint8_t *data = mnl_attr_get_payload(attr);

	value->n = n > MAX_LIST ? MAX_LIST : n;
	for (n = 0; n < value->n; n++) {
		if (s->kind == LIST8)
			value->list[n] = data[n];
		else
			memcpy(&value->list[n], data + n * size, size);
	}
}

static int get_settings(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[HIP_A_CONFIG_MAX + 1];
	struct value *values = data;
	unsigned int i;

	hip_genl_attrs(nlh, tb, HIP_A_CONFIG_MAX);
	for (i = 0; i < N_SETTINGS; i++) {
		const struct nlattr *attr = tb[settings[i].attr];
		struct value *value = &values[i];

		if (!attr)
			continue;
		value->set = true;
		switch (settings[i].kind) {
		case NAME8:
		case NUMBER8:
			value->number = attr_u8(attr);
			break;
		case NUMBER16:
			value->number = attr_u16(attr);
			break;
		case NUMBER32:
			value->number = attr_u32(attr);
			break;
		case NUMBER64:
			value->number = attr_u64(attr);
			break;
		case LIST8:
		case LIST16:
			get_list(&settings[i], attr, value);
			break;
		}
	}
	return 0;
}

static void print_setting(const struct setting *s, const struct value *value)
{
	char number[HIP_NAME_LEN];
	unsigned int i;

	if (!s->names) {
		out_uint(s->name, s->name, value->number);
		return;
	}
	if (s->kind == NAME8) {
		out_string(s->name, s->name,
			   hip_name(s->names, value->number, number));
		return;
	}
	out_list(s->name, s->name);
	for (i = 0; i < value->n; i++)
		out_item(NULL, NULL, hip_name(s->names, value->list[i],
					      number));
	out_list_end();
}

static int config_show(struct hipflow *hf, struct args *args)
{
	struct value values[N_SETTINGS] = { 0 };
	unsigned int i;
	int status;

	status = arg_end(args);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	if (hip_genl_talk(&hf->genl,
			  hip_genl_msg(&hf->genl, HIP_CMD_CONFIG_GET),
			  get_settings, values))
		return complain_kernel(&hf->genl);

	out_begin(hf, OUT_ARRAY);
	out_open();
	for (i = 0; i < N_SETTINGS; i++) {
		if (!values[i].set)
			continue;
		print_setting(&settings[i], &values[i]);
		out_line("");
	}
	out_close();
	return out_end();
}

static int config_set(struct hipflow *hf, struct args *args)
{
	struct value values[N_SETTINGS] = { 0 };
	struct nlmsghdr *nlh;
	unsigned int i;
	int status;

	status = parse_settings(args, values);
	if (!status)
		status = query_open(hf);
	if (status)
		return status;
	nlh = hip_genl_msg(&hf->genl, HIP_CMD_CONFIG_SET);
	for (i = 0; i < N_SETTINGS; i++)
		if (values[i].set)
			put_setting(nlh, &settings[i], &values[i]);
	return query_send(hf, nlh);
}

static const struct command commands[] = {
	{ "show", config_show },
	{ "set", config_set },
	{ 0 }
};

const struct object config_object = {
	.name = "config",
	.commands = commands,
	.help =
"Usage: hipflow config [ show ]\n"
"       hipflow config set { KEY VALUE }...\n"
"\n"
"KEY VALUE := { puzzle_k N | dh_groups NAME[,NAME...] |\n"
"               esp_suites NAME[,NAME...] | hip_ciphers NAME[,NAME...] |\n"
"               encrypt_host_id { no | yes } | opportunistic { no | yes } |\n"
"               max_fids N | retransmit_ms N | retries N |\n"
"               path_timeout_ms N | idle_timeout SECONDS |\n"
"               relay_per_second N |\n"
"               rekey_time SECONDS | rekey_bytes N | rekey_packets N |\n"
"               rekey_on_move { no | yes | dh } }\n"
"\n"
"Until the module is unloaded or hipflowd starts anew; what is to last belongs\n"
"in hipflowd.conf.\n",
};
