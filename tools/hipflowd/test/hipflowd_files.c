// SPDX-License-Identifier: GPL-2.0-only
/* Key files, the R1 counter, the configuration and the policy in it. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addr.h"
#include "compiler.h"
#include "config.h"
#include "identity.h"
#include "ktap.h"
#include "policy.h"
#include "state.h"

static char root[32] = "/tmp/hipflowd-test-XXXXXX";
static char state_path[64];
static int dir;

static void put(const char *name, const char *text, mode_t mode)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, mode);

	CHECK(fd >= 0 &&
	      write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	fchmod(fd, mode);
	close(fd);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) ? 0 : st.st_mode & 07777;
}

static unsigned int count_files(void)
{
	char command[128];
	unsigned int count = 0;
	FILE *ls;

	snprintf(command, sizeof(command), "ls -A %s | wc -l", state_path);
	ls = popen(command, "r");
	CHECK(ls && fscanf(ls, "%u", &count) == 1);
	pclose(ls);
	return count;
}

static void state_directory(void)
{
	struct stat st;
	int fd;

	umask(0);
	fd = state_open(state_path);
	umask(022);
	CHECK(fd >= 0);
	CHECK(!fstat(fd, &st) && (st.st_mode & 07777) == 0700);
	close(fd);
	chmod(state_path, 0777);
	CHECK(state_open(state_path) == -EPERM);
	chmod(state_path, 0700);
	CHECK(state_open("/dev/null") == -ENOTDIR);
	CHECK(state_open("/nonexistent/below") == -ENOENT);
	dir = state_open(state_path);
	CHECK(dir >= 0);
}

static void state_files(void)
{
	char data[8];

	umask(0);
	CHECK(!state_write(dir, "f", "one", 3, false));
	umask(022);
	CHECK(mode_of("f") == 0600);
	CHECK(state_write(dir, "f", "two", 3, false) == -EEXIST);
	CHECK(state_read(dir, "f", data, sizeof(data), true) == 3);
	CHECK(!memcmp(data, "one", 3));
	CHECK(!state_write(dir, "f", "three", 5, true));
	CHECK(state_read(dir, "f", data, sizeof(data), true) == 5);
	CHECK(!memcmp(data, "three", 5));
	CHECK(state_read(dir, "f", data, 4, true) == -EFBIG);
	CHECK(state_read(dir, "absent", data, 4, true) == -ENOENT);
	CHECK(count_files() == 1);
	fchmodat(dir, "f", 0640, 0);
	CHECK(state_read(dir, "f", data, sizeof(data), true) == -EPERM);
	CHECK(state_read(dir, "f", data, sizeof(data), false) == 5);
	unlinkat(dir, "f", 0);
	mkdirat(dir, "f", 0700);
	CHECK(state_read(dir, "f", data, sizeof(data), false) == -EINVAL);
	unlinkat(dir, "f", AT_REMOVEDIR);
	mkfifoat(dir, "f", 0600);
	CHECK(state_read(dir, "f", data, sizeof(data), true) == -EINVAL);
	unlinkat(dir, "f", 0);
}

static void r1_counter(void)
{
	uint64_t counter;

	CHECK(!state_r1_read(dir, &counter) && counter == 1);
	CHECK(!state_r1_write(dir, 0xffffffffffffffff));
	CHECK(!state_r1_read(dir, &counter) && counter == 0xffffffffffffffff);
	put("r1-counter", "17\n", 0600);
	CHECK(!state_r1_read(dir, &counter) && counter == 17);
	/* Never begin anew because of a file that makes no sense. */
	put("r1-counter", "", 0600);
	CHECK(state_r1_read(dir, &counter) == -EINVAL);
	put("r1-counter", "-1\n", 0600);
	CHECK(state_r1_read(dir, &counter) == -EINVAL);
	put("r1-counter", "17 18\n", 0600);
	CHECK(state_r1_read(dir, &counter) == -EINVAL);
	put("r1-counter", "99999999999999999999\n", 0600);
	CHECK(state_r1_read(dir, &counter) == -EINVAL);
	put("r1-counter", "17", 0600);
	CHECK(state_r1_read(dir, &counter) == -EINVAL);
	unlinkat(dir, "r1-counter", 0);
}

static void identity_files(void)
{
	struct config config = {
		.key_type = KEY_ECDSA_P384,
		.n_files = 2,
		.files = { "a.pem", "b.pem" },
	};
	struct in6_addr hits[2];
	struct identities ids;

	/* Made at first */
	umask(0);
	CHECK(!identities_load(&ids, dir, &config));
	umask(022);
	CHECK(ids.count == 2);
	CHECK(mode_of("a.pem") == 0600 && mode_of("b.pem") == 0600);
	CHECK(count_files() == 2);
	hits[0] = ids.list[0].hit;
	hits[1] = ids.list[1].hit;
	CHECK(!IN6_ARE_ADDR_EQUAL(&hits[0], &hits[1]));
	CHECK(identity_find(&ids, &hits[1]) == &ids.list[1]);
	CHECK(!identity_find(&ids, &in6addr_loopback));
	identities_free(&ids);

	/* And loaded later, whatever type is asked for new ones */
	config.key_type = KEY_RSA;
	config.has_key_type = true;
	CHECK(!identities_load(&ids, dir, &config));
	CHECK(IN6_ARE_ADDR_EQUAL(&hits[0], &ids.list[0].hit));
	CHECK(IN6_ARE_ADDR_EQUAL(&hits[1], &ids.list[1].hit));
	CHECK(ids.list[0].type == KEY_ECDSA_P384);
	identities_free(&ids);
	CHECK(count_files() == 2);

	/* Others may read it */
	fchmodat(dir, "b.pem", 0644, 0);
	CHECK(identities_load(&ids, dir, &config) == -EPERM);
	fchmodat(dir, "b.pem", 0620, 0);
	CHECK(identities_load(&ids, dir, &config) == -EPERM);
	/* The same key twice */
	unlinkat(dir, "b.pem", 0);
	linkat(dir, "a.pem", dir, "b.pem", 0);
	CHECK(identities_load(&ids, dir, &config) == -EEXIST);
	CHECK(!ids.count);
	unlinkat(dir, "b.pem", 0);
	config.n_files = 1;
	/* No key at all; never overwritten */
	put("a.pem", "nonsense\n", 0600);
	CHECK(identities_load(&ids, dir, &config) == -EINVAL);
	put("a.pem", "", 0600);
	CHECK(identities_load(&ids, dir, &config) == -EINVAL);
	CHECK(mode_of("a.pem") == 0600);
	unlinkat(dir, "a.pem", 0);
}

static void identity_types(void)
{
	static const enum key_type types[] = {
		KEY_ECDSA_P256, KEY_ECDSA_P384, KEY_ED25519, KEY_ED448,
		KEY_RSA,
	};
	struct config config = { .n_files = 1, .files = { "k.pem" } };
	struct identities ids;
	char pem[8192];
	size_t i;
	int len;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		config.key_type = types[i];
		CHECK(!identities_load(&ids, dir, &config));
		CHECK(ids.list[0].type == types[i]);
		identities_free(&ids);
		len = state_read(dir, "k.pem", pem, sizeof(pem) - 1, true);
		CHECK(len > 0);
		pem[len > 0 ? len : 0] = '\0';
		/* PKCS#8, and not the older form of each algorithm */
		CHECK(!strncmp(pem, "-----BEGIN PRIVATE KEY-----\n", 28));
		unlinkat(dir, "k.pem", 0);
	}
}

/* What the HOST_ID of an identity has behind the key */
static bool domain_is(const struct identity *id, unsigned int type,
		      const char *data, size_t len)
{
	struct host_id parsed;

	return !host_id_parse(&parsed, id->host_id, id->host_id_len) &&
	       parsed.di_type == type && parsed.di_len == len &&
	       !memcmp(parsed.di, data, len);
}

static void identity_domains(void)
{
	struct config config = {
		.key_type = KEY_ECDSA_P256,
		.n_files = 3,
		.files = { "a.pem", "b.pem", "c.pem" },
		.n_domains = 3,
	};
	struct identities ids;
	struct in6_addr hit;

	CHECK(!domain_parse(&config.domains[0], "Host.example."));
	CHECK(!domain_parse(&config.domains[1], "none"));
	CHECK(!domain_parse(&config.domains[2], "who.ever@example.org"));
	CHECK(!identities_load(&ids, dir, &config));
	CHECK(domain_is(&ids.list[0], 1, "\4Host\7example\0", 14));
	CHECK(domain_is(&ids.list[1], 0, "", 0));
	CHECK(domain_is(&ids.list[2], 2, "who.ever@example.org", 20));
	hit = ids.list[2].hit;
	identities_free(&ids);

	/* One for all of them; the HIT is that of the key alone. */
	config.n_domains = 1;
	CHECK(!identities_load(&ids, dir, &config));
	CHECK(domain_is(&ids.list[2], 1, "\4Host\7example\0", 14));
	CHECK(IN6_ARE_ADDR_EQUAL(&hit, &ids.list[2].hit));
	identities_free(&ids);
	config.n_domains = 0;
	CHECK(!identities_load(&ids, dir, &config));
	CHECK(domain_is(&ids.list[0], 0, "", 0));
	identities_free(&ids);
	unlinkat(dir, "a.pem", 0);
	unlinkat(dir, "b.pem", 0);
	unlinkat(dir, "c.pem", 0);
}

static void domain_names(void)
{
	static const char label[] =
		"a23456789-123456789-123456789-123456789-123456789-123456789-123";
	static const char *const bad[] = {
		"", ".", "host", "host.", "a..b", ".a.b", "a.b..", "a_b.c",
		"-a.b", "a-.b", "a b.c", "h\xc3\xb6st.example", "@", "user@",
		"user@host", "us er@a.b", ".u@a.b", "u.@a.b", "u..v@a.b",
		"u@a.b.", "u@v@a.b", "u@-a.b", "u,v@a.b", "NONE",
	};
	struct domain domain;
	char name[300];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(domain_parse(&domain, bad[i]));
	CHECK(!domain_parse(&domain, "@a.b") && domain.type == DOMAIN_NAI);
	CHECK(!domain_parse(&domain, "a+b=c@d.e") && domain.len == 9);
	CHECK(!domain_parse(&domain, "1.a-b") && domain.len == 7);
	/* Labels of 63 are the longest, and 253 characters. */
	CHECK(sizeof(label) == 64);
	snprintf(name, sizeof(name), "%sx.example", label);
	CHECK(domain_parse(&domain, name));
	snprintf(name, sizeof(name), "%s.%s.%s.%.61s", label, label, label,
		 label);
	name[252] = 'x';
	CHECK(strlen(name) == 253 && !domain_parse(&domain, name));
	CHECK(domain.len == 255 && domain.data[254] == 0);
	strcat(name, "x");
	CHECK(domain_parse(&domain, name));
	name[250] = '@';
	memcpy(name + 251, "a.b", 4);
	CHECK(domain_parse(&domain, name));
	name[249] = '@';
	memcpy(name + 250, "a.b", 4);
	CHECK(!domain_parse(&domain, name) && domain.len == 253);
}

static char config_path[80];

static void write_config(const char *text)
{
	FILE *file = fopen(config_path, "w");

	fputs(text, file);
	fclose(file);
}

/* True if reading @text fails in @line with a message that holds @part. */
static bool refused(const char *text, unsigned int line, const char *part)
{
	char error[CONFIG_ERROR_LEN] = "";
	struct config config;
	char where[128];
	int err;

	write_config(text);
	err = config_read(&config, config_path, false, error);
	config_free(&config);
	snprintf(where, sizeof(where), "%s:%u: ", config_path, line);
	if (err == -EINVAL && !strncmp(error, where, strlen(where)) &&
	    strstr(error, part))
		return true;
	printf("# %d, '%s' instead of '%s...%s'\n", err, error, where, part);
	return false;
}

static void config_full(void)
{
	char error[CONFIG_ERROR_LEN] = "";
	struct config config;
	struct in6_addr hit;

	write_config("# comment\n"
		     "[identity]\n"
		     "type = ecdsa-p256\n"
		     "domain = none user@example.org\n"
		     "file = one.pem, two.pem\n"
		     "[kernel]\n"
		     "puzzle_k = 12 ; comment\n"
		     "dh_groups = p384, modp3072\n"
		     "  modp1536\n"
		     "esp_suites = aes-128-gcm-16 aes-256-cbc-hmac-sha256\n"
		     "max_fids = 100\n"
		     "retransmit_ms = 500\n"
		     "retries = 5\n"
		     "path_timeout_ms = 0\n"
		     "hip_ciphers = aes-256-cbc, aes-128-cbc\n"
		     "encrypt_host_id = yes\n"
		     "opportunistic = no\n"
		     "relay_per_second = 50\n"
		     "[policy]\n"
		     "accept = known\n"
		     "allow = 2001:21::1, 2001:22::2\n"
		     "allow = 2001:21::1\n"
		     "deny = 2001:23::1\n"
		     "[peer a]\n"
		     "hit = 2001:24::1\n"
		     "address = 192.0.2.1, 2001:db8::1\n"
		     "address = 192.0.2.2\n"
		     "[peer b.example]\n"
		     "hit = 2001:24::2\n"
		     "address = 192.0.2.3\n"
		     "[device]\n"
		     "name = hip7\n"
		     "create = yes\n");
	CHECK(!config_read(&config, config_path, false, error));
	CHECK(!error[0]);
	CHECK(config.key_type == KEY_ECDSA_P256 && config.has_key_type);
	CHECK(config.n_files == 2 && !strcmp(config.files[1], "two.pem"));
	CHECK(config_domain(&config, 0)->type == DOMAIN_NONE &&
	      config_domain(&config, 1)->type == DOMAIN_NAI);
	CHECK(config.kernel.has_puzzle_k && config.kernel.puzzle_k == 12);
	CHECK(config.kernel.n_dh_groups == 3);
	CHECK(config.kernel.dh_groups[0] == 8 &&
	      config.kernel.dh_groups[1] == 4 &&
	      config.kernel.dh_groups[2] == 3);
	CHECK(config.kernel.n_esp_suites == 2 &&
	      config.kernel.esp_suites[0] == 13 &&
	      config.kernel.esp_suites[1] == 9);
	CHECK(config.kernel.max_fids == 100);
	CHECK(config.kernel.retransmit_ms == 500);
	CHECK(config.kernel.retries == 5);
	CHECK(config.kernel.has_path_timeout_ms &&
	      !config.kernel.path_timeout_ms);
	CHECK(config.kernel.n_hip_ciphers == 2 &&
	      config.kernel.hip_ciphers[0] == 4 &&
	      config.kernel.hip_ciphers[1] == 2);
	CHECK(config.kernel.has_encrypt_host_id &&
	      config.kernel.encrypt_host_id);
	CHECK(config.kernel.has_relay_per_second &&
	      config.kernel.relay_per_second == 50);
	CHECK(config.kernel.has_opportunistic &&
	      !config.kernel.opportunistic);
	CHECK(config.accept == POLICY_KNOWN);
	CHECK(config.allow.count == 2 && config.deny.count == 1);
	CHECK(config.n_peers == 2 && config.peers[0].n_addrs == 3);
	CHECK(hip_addr_is_ipv4(&config.peers[0].addrs[2]));
	hip_hit_parse("2001:24::2", &hit);
	CHECK(config_peer_find(&config, &hit) == &config.peers[1]);
	CHECK(!strcmp(config.peers[1].name, "b.example"));
	CHECK(!strcmp(config.device, "hip7") && config.create_device);
	config_free(&config);
}

static void config_defaults(void)
{
	char error[CONFIG_ERROR_LEN] = "";
	struct config config;

	CHECK(config_read(&config, "/nonexistent", false, error) == -ENOENT);
	config_free(&config);
	CHECK(!config_read(&config, "/nonexistent", true, error));
	CHECK(config.key_type == KEY_ECDSA_P384 && !config.has_key_type);
	CHECK(config.n_files == 1 &&
	      !strcmp(config.files[0], "host-identity.pem"));
	CHECK(config.accept == POLICY_ANY);
	CHECK(!config.kernel.has_puzzle_k && !config.kernel.n_dh_groups);
	CHECK(!strcmp(config.device, "hip0") && !config.create_device);
	config_free(&config);
	write_config("");
	CHECK(!config_read(&config, config_path, false, error));
	config_free(&config);
}

static void config_errors(void)
{
	static char text[400];

	CHECK(refused("[identity]\ntype = dsa\n", 2, "'ecdsa-p384'"));
	CHECK(refused("[identity]\ntype = ecdsa-low\n", 2, "'ecdsa-p384'"));
	CHECK(refused("[identity]\nfile = ../key\n", 2, "without '/'"));
	CHECK(refused("[identity]\nfile = a a\n", 2, "twice"));
	CHECK(refused("[identity]\nfile = a b c d e f g h i j k l m n o p q r "
		      "s t u v w x y z aa bb cc dd ee ff gg\n", 2, "at most 32"));
	CHECK(refused("[identity]\ndomain = host\n", 2, "host.example"));
	CHECK(refused("[identity]\ndomain = a@b\n", 2, "user@example.org"));
	CHECK(refused("[identity]\ndomain = a.b\n c.d\nfile = e, f, g\n", 3,
		      "2 names for 3 files"));
	CHECK(refused("[identity]\ndomain = a.b, c.d\n", 2, "for 1 files"));
	CHECK(refused("[kernel]\n\npuzzle_k = 21\n", 3, "from 0 to 20"));
	CHECK(refused("[kernel]\npuzzle_k = x\n", 2, "from 0 to 20"));
	CHECK(refused("[kernel]\npuzzle_k = -1\n", 2, "from 0 to 20"));
	CHECK(refused("[kernel]\npuzzle_k =\n", 2, "from 0 to 20"));
	CHECK(refused("[kernel]\npuzzle_k = 1\npuzzle_k = 2\n", 3,
		      "first in line 2"));
	CHECK(refused("[kernel]\ndh_groups = p384 p999\n", 2, "modp1536"));
	CHECK(refused("[kernel]\ndh_groups = p384 p384\n", 2, "twice"));
	CHECK(refused("[kernel]\ndh_groups = ,\n", 2, "empty"));
	CHECK(refused("[kernel]\nesp_suites = aes\n", 2, "aes-128-gcm-16"));
	CHECK(refused("[kernel]\nhip_ciphers = des\n", 2, "aes-128-cbc"));
	CHECK(refused("[kernel]\nencrypt_host_id = 1\n", 2, "'yes' or 'no'"));
	CHECK(refused("[kernel]\nopportunistic = maybe\n", 2, "'yes' or 'no'"));
	CHECK(refused("[kernel]\nrelay_per_second = 1000001\n", 2,
		      "1000000"));
	CHECK(refused("[kernel]\nretries = 0\n", 2, "from 1 to 15"));
	CHECK(refused("[kernel]\npath_timeout_ms = 199\n", 2,
		      "0 or 200 to 10000"));
	CHECK(refused("[kernel]\nmax_fids = 65536\n", 2, "65535"));
	CHECK(refused("[kernel]\nretransmit_ms = 99999999999999999999\n", 2,
		      "from 50"));
	CHECK(refused("[kernel]\nspeed = 1\n", 2, "there are puzzle_k, dh_"));
	CHECK(refused("[kernl]\n", 1, "[kernel]"));
	CHECK(refused("[policy]\naccept = some\n", 2, "'known'"));
	CHECK(refused("[policy]\nallow = 2001:db8::1\n", 2, "2001:20::/28"));
	CHECK(refused("[policy]\ndeny = 192.0.2.1\n", 2, "2001:20::/28"));
	CHECK(refused("[peer]\nhit = 2001:21::1\n", 2, "[peer NAME]"));
	CHECK(refused("[peer a]\nhit = 2001:21::1\n", 2, "no address"));
	CHECK(refused("[peer a]\naddress = 192.0.2.1\n", 2, "no hit"));
	CHECK(refused("[peer a]\nhit = 2001:21::1\nhit = 2001:21::2\n", 3,
		      "twice"));
	CHECK(refused("[peer a]\nhit = 2001:21::1\naddress = 192.0.2.1\n"
		      "[peer b]\nhit = 2001:21::1\n", 5, "same HIT"));
	CHECK(refused("[peer a]\naddress = example.org\n", 2, "not an IPv4"));
	CHECK(refused("[peer a]\naddress = 2001:21::1\n", 2, "is a HIT"));
	CHECK(refused("[peer a]\naddress = fe80::1\n", 2, "link-local"));
	CHECK(refused("[peer a]\naddress = ff02::1\n", 2, "one host"));
	CHECK(refused("[peer a]\naddress = 224.0.0.1\n", 2, "one host"));
	CHECK(refused("[peer a]\naddress = ::\n", 2, "reached"));
	CHECK(refused("[peer a]\naddress = 0.0.0.0\n", 2, "reached"));
	CHECK(refused("[peer a]\naddress = 127.0.0.1\n", 2, "reached"));
	CHECK(refused("[peer a]\naddress = ::1\n", 2, "reached"));
	CHECK(refused("[peer a]\nport = 1\n", 2, "hit, address"));
	CHECK(refused("[device]\nname = a/b\n", 2, "network device"));
	CHECK(refused("[device]\nname = abcdefghijklmnop\n", 2, "at most 15"));
	CHECK(refused("[device]\ncreate = 1\n", 2, "'yes' or 'no'"));
	CHECK(refused("type = rsa-3072\n", 1, "before any section"));
	CHECK(refused("[kernel]\nnonsense\n", 2, "neither"));
	CHECK(refused("[kernel\n", 1, "neither"));
	/* The first of several is told. */
	CHECK(refused("[kernel]\nnonsense\nretries = 0\n", 2, "neither"));
	CHECK(refused("[kernel]\nretries = 0\nnonsense\n", 2, "from 1"));

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "[policy]\ndeny = ", 16);
	CHECK(refused(text, 2, "longer than"));
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "[peer ", 6);
	memcpy(text + 100, "]\n", 3);
	CHECK(refused(text, 1, "longer than 49"));
}

static void config_addresses_at_most(void)
{
	char text[1024] = "[peer a]\nhit = 2001:21::1\n";
	char error[CONFIG_ERROR_LEN] = "";
	struct config config;
	int i;

	for (i = 0; i < CONFIG_ADDRS_MAX; i++)
		strcat(text, "address = 192.0.2.1\n");
	write_config(text);
	CHECK(!config_read(&config, config_path, false, error));
	CHECK(config.peers[0].n_addrs == CONFIG_ADDRS_MAX);
	config_free(&config);
	strcat(text, "address = 192.0.2.1\n");
	CHECK(refused(text, 3 + CONFIG_ADDRS_MAX, "at most 32"));
}

static bool known_answer;
static int known_asked;

static bool known(void *data, const struct in6_addr *hit)
{
	(void)data;
	(void)hit;
	known_asked++;
	return known_answer;
}

static void policy_order(void)
{
	struct in6_addr allowed, denied, both, peer, other;
	char error[CONFIG_ERROR_LEN] = "";
	struct config config;

	hip_hit_parse("2001:21::a", &allowed);
	hip_hit_parse("2001:21::d", &denied);
	hip_hit_parse("2001:21::b", &both);
	hip_hit_parse("2001:21::e", &peer);
	hip_hit_parse("2001:21::f", &other);
	write_config("[policy]\n"
		     "allow = 2001:21::a 2001:21::b\n"
		     "deny = 2001:21::d 2001:21::b\n"
		     "[peer e]\nhit = 2001:21::e\naddress = 192.0.2.1\n");
	CHECK(!config_read(&config, config_path, false, error));

	CHECK(!policy_check(&config, &other, known, NULL));
	CHECK(policy_check(&config, &denied, known, NULL) == -EACCES);
	CHECK(policy_check(&config, &both, known, NULL) == -EACCES);
	CHECK(!known_asked);

	config.accept = POLICY_KNOWN;
	CHECK(!policy_check(&config, &allowed, known, NULL));
	CHECK(!policy_check(&config, &peer, known, NULL));
	CHECK(!known_asked);
	CHECK(policy_check(&config, &other, known, NULL) == -EACCES);
	known_answer = true;
	CHECK(!policy_check(&config, &other, known, NULL));
	CHECK(known_asked == 2);
	CHECK(policy_check(&config, &denied, known, NULL) == -EACCES);

	config.accept = POLICY_NONE;
	CHECK(!policy_check(&config, &allowed, known, NULL));
	CHECK(policy_check(&config, &peer, known, NULL) == -EACCES);
	CHECK(policy_check(&config, &other, known, NULL) == -EACCES);
	config_free(&config);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(state_directory),
		TEST(state_files),
		TEST(r1_counter),
		TEST(identity_files),
		TEST(identity_types),
		TEST(identity_domains),
		TEST(domain_names),
		TEST(config_full),
		TEST(config_defaults),
		TEST(config_errors),
		TEST(config_addresses_at_most),
		TEST(policy_order),
	};
	int status;

	if (!mkdtemp(root))
		return EXIT_FAILURE;
	snprintf(state_path, sizeof(state_path), "%s/state", root);
	snprintf(config_path, sizeof(config_path), "%s/conf", root);
	status = tests_run(tests, ARRAY_SIZE(tests));
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return status;
}
