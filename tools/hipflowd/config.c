// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "compiler.h"
#include "config.h"
#include "names.h"

/* inih keeps section names in a buffer of 50. */
#define SECTION_MAX	49

/*
 * inih does not tell its handler the line, only gives the first bad one when
 * all is read: so count lines as it asks for them.
 */
struct reader {
	struct config *config;
	FILE *file;
	unsigned int line;
	unsigned int error_line;
	char *error;		/* CONFIG_ERROR_LEN */
	const char *section;	/* of the setting that is being read */
	const char *key;
	unsigned int domain_line;
	unsigned int seen[32];	/* line of each setting that may stand once */
};

struct setting {
	const char *section;
	const char *key;
	bool many;		/* may stand several times, values add up */
	int (*parse)(struct reader *r, char *value);
};

__printf(2, 3)
static int refuse(struct reader *r, const char *format, ...)
{
	va_list args;

	if (r->error_line)
		return -EINVAL;
	r->error_line = r->line;
	va_start(args, format);
	vsnprintf(r->error, CONFIG_ERROR_LEN, format, args);
	va_end(args);
	return -EINVAL;
}

bool hit_list_has(const struct hit_list *list, const struct in6_addr *hit)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (IN6_ARE_ADDR_EQUAL(&list->hits[i], hit))
			return true;
	return false;
}

const struct domain *config_domain(const struct config *config, size_t file)
{
	static const struct domain none;

	if (config->n_domains == 1)
		return &config->domains[0];
	return file < config->n_domains ? &config->domains[file] : &none;
}

const struct config_peer *config_peer_find(const struct config *config,
					   const struct in6_addr *hit)
{
	size_t i;

	for (i = 0; i < config->n_peers; i++)
		if (IN6_ARE_ADDR_EQUAL(&config->peers[i].hit, hit))
			return &config->peers[i];
	return NULL;
}

static int parse_number(struct reader *r, const char *value, unsigned long min,
			unsigned long max, unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || *end || errno ||
	    *number < min || *number > max)
		return refuse(r, "%s is '%s', but must be a number from %lu to %lu",
			      r->key, value, min, max);
	return 0;
}

static int parse_bool(struct reader *r, const char *value, bool *result)
{
	if (!strcmp(value, "yes"))
		*result = true;
	else if (!strcmp(value, "no"))
		*result = false;
	else
		return refuse(r, "%s is '%s', but must be 'yes' or 'no'",
			      r->key, value);
	return 0;
}

/* The next word of a list separated by commas or spaces, or NULL. */
static char *next_word(char **rest)
{
	char *word;

	do {
		word = strsep(rest, ", \t");
	} while (word && !*word);
	return word;
}

/* Words of @table as numbers; each may stand once. */
static int parse_names(struct reader *r, char *value,
		       const struct hip_name *table, const char *what,
		       uint16_t *numbers, size_t *count, size_t max)
{
	char allowed[CONFIG_ERROR_LEN / 2];
	char *word;
	size_t i;

	while ((word = next_word(&value))) {
		int number = hip_name_number(table, word);

		if (number < 0)
			return refuse(r, "'%s' is not %s: choose from %s", word,
				      what, hip_name_list(table, ", ", allowed,
							  sizeof(allowed)));
		for (i = 0; i < *count; i++)
			if (numbers[i] == number)
				return refuse(r, "'%s' stands twice in %s",
					      word, r->key);
		if (*count == max)
			return refuse(r, "%s holds at most %zu names", r->key,
				      max);
		numbers[(*count)++] = number;
	}
	if (!*count)
		return refuse(r, "%s is empty: leave it out, or choose from %s",
			      r->key, hip_name_list(table, ", ", allowed,
						    sizeof(allowed)));
	return 0;
}

static int parse_hit(struct reader *r, const char *text, struct in6_addr *hit)
{
	if (hip_hit_parse(text, hit))
		return refuse(r, "'%s' is not a HIT: HITs are IPv6 addresses in 2001:20::/28",
			      text);
	return 0;
}

static int parse_hits(struct reader *r, char *value, struct hit_list *list)
{
	struct in6_addr *more;
	struct in6_addr hit;
	char *word;

	while ((word = next_word(&value))) {
		if (parse_hit(r, word, &hit))
			return -EINVAL;
		if (hit_list_has(list, &hit))
			continue;
		more = reallocarray(list->hits, list->count + 1, sizeof(hit));
		if (!more)
			return refuse(r, "out of memory");
		list->hits = more;
		list->hits[list->count++] = hit;
	}
	return 0;
}

static int parse_type(struct reader *r, char *value)
{
	if (key_type_parse(value, &r->config->key_type))
		return refuse(r,
			      "type is '%s', but must be 'ecdsa-p384', 'ecdsa-p256', 'ed25519', 'ed448' or 'rsa-3072'",
			      value);
	r->config->has_key_type = true;
	return 0;
}

static int parse_file(struct reader *r, char *value)
{
	struct config *c = r->config;
	char *word;
	size_t i;

	while ((word = next_word(&value))) {
		if (strchr(word, '/') || word[0] == '.')
			return refuse(r,
				      "file is '%s', but must be the name of a file in the state directory, without '/' or a leading '.'",
				      word);
		if (strlen(word) >= CONFIG_NAME_MAX)
			return refuse(r, "the file name '%.20s...' is longer than %d characters",
				      word, CONFIG_NAME_MAX - 1);
		for (i = 0; i < c->n_files; i++)
			if (!strcmp(c->files[i], word))
				return refuse(r, "'%s' stands twice in file",
					      word);
		if (c->n_files == CONFIG_FILES_MAX)
			return refuse(r, "file holds at most %d names",
				      CONFIG_FILES_MAX);
		strcpy(c->files[c->n_files++], word);
	}
	return 0;
}

static int parse_domain(struct reader *r, char *value)
{
	struct config *c = r->config;
	const char *why;
	char *word;

	r->domain_line = r->line;
	while ((word = next_word(&value))) {
		if (c->n_domains == CONFIG_FILES_MAX)
			return refuse(r, "domain holds at most %d names",
				      CONFIG_FILES_MAX);
		why = domain_parse(&c->domains[c->n_domains++], word);
		if (why)
			return refuse(r, "domain '%.80s' %s", word, why);
	}
	return 0;
}

/* Files may be told behind them. */
static void check_domains(struct reader *r)
{
	struct config *c = r->config;
	size_t n = c->n_files ? c->n_files : 1;

	if (c->n_domains < 2 || c->n_domains == n)
		return;
	r->line = r->domain_line;
	refuse(r, "domain has %zu names for %zu files: give one for all of them, or one for each ('none' is one, too)",
	       c->n_domains, n);
}

static int parse_puzzle_k(struct reader *r, char *value)
{
	struct config_kernel *k = &r->config->kernel;
	unsigned long number;

	if (parse_number(r, value, 0, 20, &number))
		return -EINVAL;
	k->puzzle_k = number;
	k->has_puzzle_k = true;
	return 0;
}

static int parse_dh_groups(struct reader *r, char *value)
{
	struct config_kernel *k = &r->config->kernel;
	uint16_t numbers[CONFIG_DH_GROUPS_MAX];
	size_t i;

	for (i = 0; i < k->n_dh_groups; i++)
		numbers[i] = k->dh_groups[i];
	if (parse_names(r, value, hip_dh_group_names, "a Diffie-Hellman group",
			numbers, &k->n_dh_groups, CONFIG_DH_GROUPS_MAX))
		return -EINVAL;
	for (i = 0; i < k->n_dh_groups; i++)
		k->dh_groups[i] = numbers[i];
	return 0;
}

static int parse_esp_suites(struct reader *r, char *value)
{
	struct config_kernel *k = &r->config->kernel;

	return parse_names(r, value, hip_esp_suite_names, "an ESP suite",
			   k->esp_suites, &k->n_esp_suites,
			   CONFIG_ESP_SUITES_MAX);
}

static int parse_hip_ciphers(struct reader *r, char *value)
{
	struct config_kernel *k = &r->config->kernel;

	return parse_names(r, value, hip_cipher_names, "a HIP cipher",
			   k->hip_ciphers, &k->n_hip_ciphers,
			   CONFIG_HIP_CIPHERS_MAX);
}

static int parse_encrypt_host_id(struct reader *r, char *value)
{
	struct config_kernel *k = &r->config->kernel;

	k->has_encrypt_host_id = true;
	return parse_bool(r, value, &k->encrypt_host_id);
}

static int parse_opportunistic(struct reader *r, char *value)
{
	struct config_kernel *k = &r->config->kernel;

	k->has_opportunistic = true;
	return parse_bool(r, value, &k->opportunistic);
}

static int parse_max_fids(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_number(r, value, 0, UINT16_MAX, &number))
		return -EINVAL;
	r->config->kernel.max_fids = number;
	r->config->kernel.has_max_fids = true;
	return 0;
}

static int parse_retransmit_ms(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_number(r, value, 50, 60000, &number))
		return -EINVAL;
	r->config->kernel.retransmit_ms = number;
	r->config->kernel.has_retransmit_ms = true;
	return 0;
}

static int parse_retries(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_number(r, value, 1, 15, &number))
		return -EINVAL;
	r->config->kernel.retries = number;
	r->config->kernel.has_retries = true;
	return 0;
}

static int parse_path_timeout_ms(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_number(r, value, 0, 10000, &number))
		return -EINVAL;
	if (number && number < 200)
		return refuse(r,
			      "path_timeout_ms is %lu, but must be 0 or 200 to 10000",
			      number);
	r->config->kernel.path_timeout_ms = number;
	r->config->kernel.has_path_timeout_ms = true;
	return 0;
}

static int parse_idle_timeout(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_number(r, value, 0, 604800, &number))
		return -EINVAL;
	r->config->kernel.idle_timeout = number;
	r->config->kernel.has_idle_timeout = true;
	return 0;
}

static int parse_relay_per_second(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_number(r, value, 0, 1000000, &number))
		return -EINVAL;
	r->config->kernel.relay_per_second = number;
	r->config->kernel.has_relay_per_second = true;
	return 0;
}

/* 0, or within limits. */
static int parse_limit(struct reader *r, char *value, unsigned long min,
		       unsigned long max, unsigned long *number)
{
	if (parse_number(r, value, 0, max, number))
		return -EINVAL;
	if (*number && *number < min)
		return refuse(r, "%s is too small: at least %lu, or 0 for never",
			      value, min);
	return 0;
}

static int parse_rekey_time(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_limit(r, value, 10, 604800, &number))
		return -EINVAL;
	r->config->kernel.rekey_time = number;
	r->config->kernel.has_rekey_time = true;
	return 0;
}

static int parse_rekey_bytes(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_limit(r, value, 65536, 1UL << 62, &number))
		return -EINVAL;
	r->config->kernel.rekey_bytes = number;
	r->config->kernel.has_rekey_bytes = true;
	return 0;
}

static int parse_rekey_packets(struct reader *r, char *value)
{
	unsigned long number;

	if (parse_limit(r, value, 100, 1UL << 62, &number))
		return -EINVAL;
	r->config->kernel.rekey_packets = number;
	r->config->kernel.has_rekey_packets = true;
	return 0;
}

static int parse_rekey_on_move(struct reader *r, char *value)
{
	int number = hip_name_number(hip_rekey_on_move_names, value);

	if (number < 0)
		return refuse(r, "rekey_on_move is no, yes or dh");
	r->config->kernel.rekey_on_move = number;
	r->config->kernel.has_rekey_on_move = true;
	return 0;
}

static int parse_accept(struct reader *r, char *value)
{
	static const char *const names[] = {
		[POLICY_ANY] = "any",
		[POLICY_KNOWN] = "known",
		[POLICY_NONE] = "none",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], value)) {
			r->config->accept = i;
			return 0;
		}
	}
	return refuse(r, "accept is '%s', but must be 'any', 'known' or 'none'",
		      value);
}

static int parse_allow(struct reader *r, char *value)
{
	return parse_hits(r, value, &r->config->allow);
}

static int parse_deny(struct reader *r, char *value)
{
	return parse_hits(r, value, &r->config->deny);
}

static int parse_device(struct reader *r, char *value)
{
	const char *p;

	for (p = value; *p; p++)
		if (*p == '/' || *p == ':' || isspace((unsigned char)*p))
			break;
	if (!*value || *p || strlen(value) >= IFNAMSIZ ||
	    !strcmp(value, ".") || !strcmp(value, ".."))
		return refuse(r,
			      "name is '%s', which cannot be the name of a network device: at most %d characters, no '/', ':' or space",
			      value, IFNAMSIZ - 1);
	strcpy(r->config->device, value);
	return 0;
}

static int parse_create(struct reader *r, char *value)
{
	return parse_bool(r, value, &r->config->create_device);
}

static const struct setting settings[] = {
	{ "identity", "type", false, parse_type },
	{ "identity", "file", true, parse_file },
	{ "identity", "domain", true, parse_domain },
	{ "kernel", "puzzle_k", false, parse_puzzle_k },
	{ "kernel", "dh_groups", true, parse_dh_groups },
	{ "kernel", "esp_suites", true, parse_esp_suites },
	{ "kernel", "hip_ciphers", true, parse_hip_ciphers },
	{ "kernel", "encrypt_host_id", false, parse_encrypt_host_id },
	{ "kernel", "opportunistic", false, parse_opportunistic },
	{ "kernel", "max_fids", false, parse_max_fids },
	{ "kernel", "retransmit_ms", false, parse_retransmit_ms },
	{ "kernel", "retries", false, parse_retries },
	{ "kernel", "path_timeout_ms", false, parse_path_timeout_ms },
	{ "kernel", "idle_timeout", false, parse_idle_timeout },
	{ "kernel", "relay_per_second", false, parse_relay_per_second },
	{ "kernel", "rekey_time", false, parse_rekey_time },
	{ "kernel", "rekey_bytes", false, parse_rekey_bytes },
	{ "kernel", "rekey_packets", false, parse_rekey_packets },
	{ "kernel", "rekey_on_move", false, parse_rekey_on_move },
	{ "policy", "accept", false, parse_accept },
	{ "policy", "allow", true, parse_allow },
	{ "policy", "deny", true, parse_deny },
	{ "device", "name", false, parse_device },
	{ "device", "create", false, parse_create },
};

static int check_addr(struct reader *r, const char *text,
		      struct in6_addr *addr)
{
	const char *why = NULL;
	uint8_t first;

	if (hip_addr_parse(text, addr))
		return refuse(r, "'%s' is not an IPv4 or IPv6 address", text);
	first = addr->s6_addr[12];
	if (hip_addr_is_hit(addr))
		why = "is a HIT: give the addresses at which the peer is met";
	else if (IN6_IS_ADDR_LINKLOCAL(addr))
		why = "is a link-local address: give one of a wider scope";
	else if (IN6_IS_ADDR_MULTICAST(addr) ||
		 (hip_addr_is_ipv4(addr) && first >= 224))
		why = "is not the address of one host";
	else if (IN6_IS_ADDR_UNSPECIFIED(addr) ||
		 IN6_IS_ADDR_LOOPBACK(addr) ||
		 (hip_addr_is_ipv4(addr) && (first == 0 || first == 127)))
		why = "is not an address at which another host can be reached";
	return why ? refuse(r, "'%s' %s", text, why) : 0;
}

static struct config_peer *peer_get(struct reader *r, const char *name)
{
	struct config *c = r->config;
	struct config_peer *more;
	size_t i;

	for (i = 0; i < c->n_peers; i++)
		if (!strcmp(c->peers[i].name, name))
			return &c->peers[i];
	more = reallocarray(c->peers, c->n_peers + 1, sizeof(*more));
	if (!more)
		return NULL;
	c->peers = more;
	more = &c->peers[c->n_peers++];
	memset(more, 0, sizeof(*more));
	snprintf(more->name, sizeof(more->name), "%s", name);
	more->line = r->line;
	return more;
}

static int peer_addresses(struct reader *r, struct config_peer *peer,
			  char *value)
{
	struct in6_addr addr;
	char *word;

	while ((word = next_word(&value))) {
		if (check_addr(r, word, &addr))
			return -EINVAL;
		if (peer->n_addrs == CONFIG_ADDRS_MAX)
			return refuse(r, "a peer has at most %d addresses",
				      CONFIG_ADDRS_MAX);
		peer->addrs[peer->n_addrs++] = addr;
	}
	return 0;
}

static int parse_peer(struct reader *r, const char *name, char *value)
{
	const struct config_peer *other;
	struct config_peer *peer;
	struct in6_addr hit;

	if (!*name)
		return refuse(r, "a peer section needs a name: [peer NAME]");
	peer = peer_get(r, name);
	if (!peer)
		return refuse(r, "out of memory");
	if (!strcmp(r->key, "address"))
		return peer_addresses(r, peer, value);
	if (strcmp(r->key, "hit"))
		return refuse(r, "unknown setting '%s' of a peer: there are hit, address",
			      r->key);
	if (peer->has_hit)
		return refuse(r, "hit of peer '%s' stands twice", name);
	if (parse_hit(r, value, &hit))
		return -EINVAL;
	other = config_peer_find(r->config, &hit);
	if (other)
		return refuse(r, "peers '%s' and '%s' have the same HIT",
			      other->name, name);
	peer->hit = hit;
	peer->has_hit = true;
	return 0;
}

static int parse_names_section(struct reader *r, char *value)
{
	char why[CONFIG_ERROR_LEN / 2];

	if (config_names_set(&r->config->names, r->key, value, why, sizeof(why)))
		return refuse(r, "%s", why);
	return 0;
}

static int refuse_setting(struct reader *r)
{
	char allowed[CONFIG_ERROR_LEN / 2] = "";
	size_t used = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (!strcmp(settings[i].section, r->section))
			used += snprintf(allowed + used,
					 sizeof(allowed) - used, "%s%s",
					 used ? ", " : "", settings[i].key);
	return refuse(r, "unknown setting '%s' in [%s]: there are %s", r->key,
		      r->section, allowed);
}

static bool section_is_known(const char *section)
{
	size_t i;

	if (!strcmp(section, "peer") || !strncmp(section, "peer ", 5) ||
	    !strcmp(section, "names"))
		return true;
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (!strcmp(settings[i].section, section))
			return true;
	return false;
}

static int refuse_section(struct reader *r, const char *section)
{
	return refuse(r,
		      "unknown section [%s]: there are [identity], [kernel], [policy], [device], [names], [peer NAME]",
		      section);
}

/* Called by inih for each setting; 0 is an error there. */
static int on_setting(void *user, const char *section, const char *key,
		      const char *text)
{
	struct reader *r = user;
	char value[INI_MAX_LINE];
	size_t i;

	snprintf(value, sizeof(value), "%s", text);
	r->section = section;
	r->key = key;
	if (!*section) {
		refuse(r, "'%s' stands before any section", key);
		return 0;
	}
	if (!strcmp(section, "peer") || !strncmp(section, "peer ", 5)) {
		section += strlen("peer");
		section += strspn(section, " \t");
		return !parse_peer(r, section, value);
	}
	if (!strcmp(section, "names"))
		return !parse_names_section(r, value);
	if (!section_is_known(section)) {
		refuse_section(r, section);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (!strcmp(settings[i].section, section) &&
		    !strcmp(settings[i].key, key))
			break;
	if (i == ARRAY_SIZE(settings)) {
		refuse_setting(r);
		return 0;
	}
	_Static_assert(ARRAY_SIZE(settings) <= ARRAY_SIZE(r->seen),
		       "a line for each setting");
	if (r->seen[i] && !settings[i].many) {
		refuse(r, "%s stands twice, first in line %u", key, r->seen[i]);
		return 0;
	}
	r->seen[i] = r->line;
	return !settings[i].parse(r, value);
}

/* inih calls its handler only for settings: empty sections are seen here. */
static void check_section(struct reader *r, const char *text)
{
	char section[INI_MAX_LINE];
	size_t len = strcspn(text, "]");

	if (!text[len])
		return;
	if (len > SECTION_MAX) {
		refuse(r, "the name of the section is longer than %d characters",
		       SECTION_MAX);
		return;
	}
	memcpy(section, text, len);
	section[len] = '\0';
	if (!section_is_known(section))
		refuse_section(r, section);
}

/* As fgets(), for inih. */
static char *next_line(char *buf, int size, void *stream)
{
	struct reader *r = stream;
	char *start;
	size_t len;

	if (!fgets(buf, size, r->file))
		return NULL;
	r->line++;
	len = strlen(buf);
	if (len && buf[len - 1] != '\n' && len == (size_t)size - 1)
		refuse(r,
		       "the line is longer than %d characters: continue lists on lines that begin with a space",
		       size - 2);
	start = buf + strspn(buf, " \t");
	if (*start == '[')
		check_section(r, start + 1);
	return buf;
}

static int check_peers(struct reader *r)
{
	const struct config *c = r->config;
	size_t i;

	for (i = 0; i < c->n_peers; i++) {
		r->line = c->peers[i].line;
		if (!c->peers[i].has_hit)
			return refuse(r, "peer '%s' has no hit",
				      c->peers[i].name);
		if (!c->peers[i].n_addrs)
			return refuse(r, "peer '%s' has no address",
				      c->peers[i].name);
	}
	return 0;
}

int config_read(struct config *config, const char *path, bool may_be_absent,
		char error[CONFIG_ERROR_LEN])
{
	char text[CONFIG_ERROR_LEN] = "";
	struct reader r = { .config = config, .error = text };
	int line;

	memset(config, 0, sizeof(*config));
	config->key_type = KEY_ECDSA_P384;
	strcpy(config->device, "hip0");
	config_names_init(&config->names);

	r.file = fopen(path, "re");
	if (!r.file && (errno != ENOENT || !may_be_absent)) {
		int err = -errno;

		snprintf(error, CONFIG_ERROR_LEN, "cannot read %s: %s", path,
			 strerror(-err));
		return err;
	}
	if (r.file) {
		line = ini_parse_stream(next_line, &r, on_setting, &r);
		fclose(r.file);
		if (!line)
			check_peers(&r);
		if (!line)
			check_domains(&r);
		/* What inih itself did not like, unless it came later. */
		if (line > 0 && (!r.error_line || line < (int)r.error_line)) {
			r.error_line = line;
			strcpy(text, "this is neither '[section]' nor 'name = value'");
		}
		if (r.error_line) {
			snprintf(error, CONFIG_ERROR_LEN, "%.200s:%u: %.*s",
				 path, r.error_line, CONFIG_ERROR_LEN - 220,
				 text);
			return -EINVAL;
		}
	}
	if (!config->n_files)
		strcpy(config->files[config->n_files++], "host-identity.pem");
	return 0;
}

void config_free(struct config *config)
{
	free(config->allow.hits);
	free(config->deny.hits);
	free(config->peers);
	memset(config, 0, sizeof(*config));
}
