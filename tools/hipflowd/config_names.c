// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "compiler.h"
#include "config_names.h"

/* Where the sentence is written. */
struct why {
	char *text;
	size_t size;
};

__printf(2, 3)
static int refuse(const struct why *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->text, why->size, format, args);
	va_end(args);
	return -EINVAL;
}

static char *next_word(char **rest)
{
	char *word;

	do {
		word = strsep(rest, ", \t");
	} while (word && !*word);
	return word;
}

void config_names_init(struct config_names *names)
{
	memset(names, 0, sizeof(*names));
	names->listen = true;
	strcpy(names->hosts, NAMES_HOSTS);
}

static int set_dnssec(struct config_names *names, char *value,
		      const struct why *why)
{
	static const char *const words[] = {
		[NAMES_DNSSEC_YES] = "yes",
		[NAMES_DNSSEC_REQUIRE] = "require",
		[NAMES_DNSSEC_NO] = "no",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i], value)) {
			names->dnssec = i;
			return 0;
		}
	}
	return refuse(why, "dnssec is '%.60s', but must be 'yes', 'require' or 'no'",
		      value);
}

static int set_listen(struct config_names *names, char *value,
		      const struct why *why)
{
	names->listen = !strcmp(value, "yes");
	if (!names->listen && strcmp(value, "no"))
		return refuse(why, "listen is '%.60s', but must be 'yes' or 'no'",
			      value);
	return 0;
}

/* ADDRESS or ADDRESS@PORT */
static bool is_server(const char *word)
{
	char text[NAMES_SERVER_LEN];
	struct in6_addr addr;
	unsigned long port;
	char *at, *end;

	if (strlen(word) >= sizeof(text))
		return false;
	strcpy(text, word);
	at = strchr(text, '@');
	if (at) {
		*at++ = '\0';
		port = strtoul(at, &end, 10);
		if (*at < '1' || *at > '9' || *end || port > 65535)
			return false;
	}
	return !hip_addr_parse(text, &addr);
}

static int set_server(struct config_names *names, char *value,
		      const struct why *why)
{
	char *word;

	while ((word = next_word(&value))) {
		if (!is_server(word))
			return refuse(why, "server is '%.60s', but must be the address of a DNS server, maybe with @PORT behind it",
				      word);
		if (names->n_servers == NAMES_SERVERS_MAX)
			return refuse(why, "server holds at most %d addresses",
				      NAMES_SERVERS_MAX);
		strcpy(names->servers[names->n_servers++], word);
	}
	return 0;
}

static int set_file(char *to, const char *key, const char *value,
		    const struct why *why)
{
	if (value[0] != '/')
		return refuse(why, "%s is '%.60s', but must be a file with its whole path",
			      key, value);
	if (strlen(value) >= NAMES_FILE_LEN)
		return refuse(why, "%s is longer than %d characters", key,
			      NAMES_FILE_LEN - 1);
	strcpy(to, value);
	return 0;
}

static int set_anchor(struct config_names *names, char *value,
		      const struct why *why)
{
	char *word;

	while ((word = next_word(&value))) {
		if (names->n_anchors == NAMES_ANCHORS_MAX)
			return refuse(why, "trust_anchor holds at most %d files",
				      NAMES_ANCHORS_MAX);
		if (set_file(names->anchors[names->n_anchors], "trust_anchor",
			     word, why))
			return -EINVAL;
		if (access(word, R_OK))
			return refuse(why, "trust_anchor '%.100s' cannot be read: %s",
				      word, strerror(errno));
		names->n_anchors++;
	}
	return 0;
}

static int set_hosts(struct config_names *names, char *value,
		     const struct why *why)
{
	return set_file(names->hosts, "hosts", value, why);
}

static const struct {
	const char *key;
	bool many;
	int (*set)(struct config_names *names, char *value,
		   const struct why *why);
} settings[] = {
	{ "server", true, set_server },
	{ "trust_anchor", true, set_anchor },
	{ "dnssec", false, set_dnssec },
	{ "hosts", false, set_hosts },
	{ "listen", false, set_listen },
};

int config_names_set(struct config_names *names, const char *key, char *value,
		     char *text, size_t size)
{
	const struct why why = { text, size };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (!strcmp(settings[i].key, key))
			break;
	if (i == ARRAY_SIZE(settings))
		return refuse(&why, "unknown setting '%.60s' in [names]: there are server, trust_anchor, dnssec, hosts, listen",
			      key);
	if (names->seen & 1U << i && !settings[i].many)
		return refuse(&why, "%s stands twice", key);
	names->seen |= 1U << i;
	return settings[i].set(names, value, &why);
}
