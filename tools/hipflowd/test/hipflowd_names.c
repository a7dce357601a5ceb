// SPDX-License-Identifier: GPL-2.0-only
/* HIP records, the hosts file, and settings of names. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addr.h"
#include "compiler.h"
#include "config.h"
#include "hip_rr.h"
#include "hosts.h"
#include "ktap.h"

static char dir[] = "/tmp/hipflowd-names-XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	static int age;
	struct timespec times[2] = { { .tv_sec = ++age }, { .tv_sec = age } };
	FILE *file = fopen(in_dir(name), "we");

	CHECK(file && fputs(text, file) >= 0);
	fclose(file);
	/* Another time than before, however fast we are. */
	utimensat(AT_FDCWD, in_dir(name), times, 0);
}

/* --- records --- */

struct record {
	uint8_t data[1024];
	size_t len;
};

static void add(struct record *r, const void *data, size_t len)
{
	memcpy(r->data + r->len, data, len);
	r->len += len;
}

/* HI without its first @skip octets as key */
static void make_record(struct record *r, enum key_type type, size_t skip,
			bool bare_hit)
{
	uint8_t buf[HOST_ID_MAX], hi[HOST_ID_MAX];
	EVP_PKEY *key = key_generate(type);
	struct host_id id;
	struct in6_addr hit;
	int len;

	CHECK(key);
	len = host_id_make(key, buf, sizeof(buf));
	EVP_PKEY_free(key);
	CHECK(len > 0 && !host_id_parse(&id, buf, len));
	memcpy(hi, id.hi, id.hi_len);
	if (bare_hit) {
		/* The HIT of curve | x | y, without the 4 */
		memmove(hi + 2, hi + 3, id.hi_len - 3);
		id.hi_len--;
	}
	id.hi = hi;
	CHECK(!host_id_hit(&id, &hit));
	r->len = 0;
	add(r, (uint8_t[]){ 16, type == KEY_RSA ? HIP_RR_RSA :
			    key_is_eddsa(type) ? HIP_RR_EDDSA : HIP_RR_ECDSA,
			    (id.hi_len - skip) >> 8,
			    (id.hi_len - skip) & 0xff }, 4);
	add(r, &hit, sizeof(hit));
	add(r, hi + skip, id.hi_len - skip);
}

/* From memory of just that size, so that reads behind it are seen. */
static int parse(struct hip_rr *rr, const struct record *r, size_t len,
		 uint8_t **copy)
{
	*copy = malloc(len ? len : 1);
	memcpy(*copy, r->data, len);
	return hip_rr_parse(rr, *copy, len);
}

static int verify(const struct record *r)
{
	uint8_t hi[HIP_NAME_HI_MAX];
	uint16_t algorithm, hi_len;
	struct hip_rr rr;
	uint8_t *copy;
	int err;

	err = parse(&rr, r, r->len, &copy);
	if (!err)
		err = hip_rr_verify(&rr, &algorithm, hi, &hi_len);
	free(copy);
	return err;
}

static void record_keys(void)
{
	struct record r;

	make_record(&r, KEY_RSA, 0, false);
	CHECK(!verify(&r));
	make_record(&r, KEY_ECDSA_P256, 3, false);	/* x | y */
	CHECK(r.len == 4 + 16 + 64 && !verify(&r));
	make_record(&r, KEY_ECDSA_P384, 3, false);
	CHECK(r.len == 4 + 16 + 96 && !verify(&r));
	make_record(&r, KEY_ECDSA_P256, 2, false);	/* 4 | x | y */
	CHECK(!verify(&r));
	make_record(&r, KEY_ECDSA_P384, 0, false);	/* curve | 4 | x | y */
	CHECK(!verify(&r));
	make_record(&r, KEY_ECDSA_P256, 2, true);
	CHECK(r.len == 4 + 16 + 64 && !verify(&r));
	make_record(&r, KEY_ECDSA_P384, 0, true);
	CHECK(!verify(&r));
	make_record(&r, KEY_ED25519, 4, false);		/* the key alone */
	CHECK(r.len == 4 + 16 + 32 && !verify(&r));
	make_record(&r, KEY_ED448, 4, false);
	CHECK(r.len == 4 + 16 + 57 && !verify(&r));
	make_record(&r, KEY_ED25519, 0, false);		/* curve | NULL | key */
	CHECK(!verify(&r));
	make_record(&r, KEY_ED448, 0, false);
	CHECK(!verify(&r));
}

static void record_lies(void)
{
	struct record r;
	size_t i;

	make_record(&r, KEY_ECDSA_P256, 3, false);
	for (i = 8; i < r.len; i++) {
		r.data[i] ^= 1;
		CHECK(verify(&r) == -EPERM);
		r.data[i] ^= 1;
	}
	CHECK(!verify(&r));
	r.data[1] = HIP_RR_RSA;
	CHECK(verify(&r) == -EPERM);
	r.data[1] = 99;
	CHECK(verify(&r) == -EOPNOTSUPP);
	r.data[1] = HIP_RR_ECDSA;
	r.data[4 + 3] = 0x10;
	CHECK(verify(&r) == -ERANGE);

	/* The curve in front is of another size */
	make_record(&r, KEY_ECDSA_P256, 0, false);
	r.data[4 + 16 + 1] = 2;
	CHECK(verify(&r) == -EINVAL);
	make_record(&r, KEY_ECDSA_P256, 2, false);
	r.data[4 + 16] = 3;
	CHECK(verify(&r) == -EINVAL);

	/* EdDSA: other octets, of another curve, too few or too many */
	make_record(&r, KEY_ED25519, 4, false);
	for (i = 8; i < r.len; i++) {
		r.data[i] ^= 1;
		CHECK(verify(&r) == -EPERM);
		r.data[i] ^= 1;
	}
	r.data[3]--;
	r.len--;
	CHECK(verify(&r) == -EOPNOTSUPP);
	make_record(&r, KEY_ED448, 0, false);
	r.data[4 + 16 + 1] = 1;
	CHECK(verify(&r) == -EOPNOTSUPP);

	/* No key at all */
	make_record(&r, KEY_ECDSA_P256, 3, false);
	r.data[3] = 0;
	r.len = 4 + 16;
	CHECK(verify(&r) == -EINVAL);
}

static void record_servers(void)
{
	static const char one[] = "\3rVs\7example";
	static const char two[] = "\1b\1c";
	struct hip_rr rr;
	struct record r;
	uint8_t *copy;
	size_t bare;
	int i;

	make_record(&r, KEY_ECDSA_P256, 3, false);
	bare = r.len;
	add(&r, one, sizeof(one));
	add(&r, two, sizeof(two));
	CHECK(!parse(&rr, &r, r.len, &copy));
	CHECK(rr.n_rvs == 2 && !strcmp(rr.rvs[0], "rvs.example") &&
	      !strcmp(rr.rvs[1], "b.c"));
	free(copy);
	CHECK(!verify(&r));

	/* More than we take are read over, but read. */
	for (i = 0; i < 10; i++)
		add(&r, two, sizeof(two));
	CHECK(!parse(&rr, &r, r.len, &copy) && rr.n_rvs == 12);
	free(copy);

	r.len = bare;
	add(&r, "", 1);			/* the root */
	CHECK(verify(&r) == -EINVAL);
	r.len = bare;
	add(&r, "\3a.b", 5);		/* not a.b */
	CHECK(verify(&r) == -EINVAL);
	r.len = bare;
	add(&r, "\3a\0b", 5);
	CHECK(verify(&r) == -EINVAL);
	r.len = bare;
	add(&r, "\xc0\x0c", 2);		/* compressed */
	CHECK(verify(&r) == -EINVAL);
	r.len = bare;
	for (i = 0; i < 5; i++)		/* longer than names are */
		add(&r, "\77xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 64);
	add(&r, "", 1);
	CHECK(verify(&r) == -EINVAL);
}

static void record_truncated(void)
{
	static const char name[] = "\3rvs\7example";
	struct hip_rr rr;
	struct record r;
	uint8_t *copy;
	size_t bare;
	size_t len;

	make_record(&r, KEY_ECDSA_P384, 3, false);
	bare = r.len;
	add(&r, name, sizeof(name));
	for (len = 0; len < r.len; len++) {
		CHECK((parse(&rr, &r, len, &copy) == 0) == (len == bare));
		free(copy);
	}
}

static void record_random(void)
{
	static const char name[] = "\3rvs\7example";
	uint8_t hi[HIP_NAME_HI_MAX];
	uint16_t algorithm, hi_len;
	struct record r, bad;
	struct hip_rr rr;
	uint8_t *copy;
	size_t len;
	int i, j;

	srand(1);
	make_record(&r, KEY_ECDSA_P256, 3, false);
	add(&r, name, sizeof(name));
	for (i = 0; i < 100000; i++) {
		bad = r;
		for (j = rand() % 8; j >= 0; j--)
			bad.data[rand() % bad.len] = rand();
		len = rand() % 4 ? bad.len : rand() % (bad.len + 1);
		if (!parse(&rr, &bad, len, &copy) &&
		    !hip_rr_verify(&rr, &algorithm, hi, &hi_len))
			CHECK(!memcmp(bad.data + 4, r.data + 4, 16 + 64));
		free(copy);
	}
}

/* --- hosts --- */

static struct hosts hosts;

static int update(const char *text)
{
	put("hosts", text);
	return hosts_update(&hosts, in_dir("hosts"));
}

/* Refused with that, and what was before stays. */
static bool refuses(const char *text, const char *why)
{
	size_t before = hosts.count;
	int err = update(text);

	if (err == -EINVAL && strstr(hosts.error, why) &&
	    hosts.count == before &&
	    hosts_update(&hosts, in_dir("hosts")) == -EINVAL)
		return true;
	printf("# %d: %s\n", err, hosts.error);
	return false;
}

static void hosts_good(void)
{
	const struct host *host;
	struct in6_addr hit;

	CHECK(hosts_update(&hosts, in_dir("hosts")) == 1 && !hosts.count);
	CHECK(update("# all\n\n"
		     "Peer.Example.\t2001:22::1 192.0.2.1 2001:db8::1 # two\n"
		     "  mobile 2001:22::2 rvs 192.0.2.9 2001:db8::9\n"
		     "both 2001:22::3 192.0.2.3 rvs 192.0.2.9") == 1);
	CHECK(hosts_update(&hosts, in_dir("hosts")) == 0);
	CHECK(hosts.count == 3);
	host = hosts_find(&hosts, "peer.example");
	CHECK(host && host->n_addrs == 2 && !host->n_rvs);
	host = hosts_find(&hosts, "mobile");
	CHECK(host && !host->n_addrs && host->n_rvs == 2);
	inet_pton(AF_INET6, "2001:22::3", &hit);
	host = hosts_find_hit(&hosts, &hit);
	CHECK(host && !strcmp(host->name, "both") && host->n_addrs == 1 &&
	      host->n_rvs == 1);
	CHECK(!hosts_find(&hosts, "nobody"));
}

static void hosts_bad(void)
{
	char many[4096] = "a 2001:22::1";
	size_t used = strlen(many);
	int i;

	CHECK(update("ok 2001:22::1 192.0.2.1\n") == 1);
	CHECK(refuses("ok 2001:22::1 192.0.2.1\n\nx\n", "hosts:3: behind 'x' its HIT is missing"));
	CHECK(refuses("x 2001:db8::1 192.0.2.1\n", ":1: '2001:db8::1' is not a HIT"));
	CHECK(refuses("x 2001:22::1\n", ":1: 'x' has no address"));
	CHECK(refuses("x 2001:22::1 host\n", "'host' is not an IPv4 or IPv6"));
	CHECK(refuses("x 2001:22::1 127.0.0.1\n", "other networks"));
	CHECK(refuses("x 2001:22::1 fe80::1\n", "other networks"));
	CHECK(refuses("x 2001:22::1 2001:22::1\n", "other networks"));
	CHECK(refuses("x 2001:22::1 192.0.2.1 rvs\n", "behind 'rvs'"));
	CHECK(refuses("x 2001:22::1 rvs 192.0.2.1 rvs 192.0.2.2\n", "'rvs' stands twice"));
	CHECK(refuses("x 2001:22::1 192.0.2.1\nX 2001:22::2 192.0.2.2\n", ":2: 'x' stands twice"));
	CHECK(refuses("a..b 2001:22::1 192.0.2.1\n", "'a..b' is not the name"));
	for (i = 0; i <= HIP_NAME_ADDRS; i++)
		used += sprintf(many + used, " 192.0.2.%d", i + 1);
	CHECK(refuses(many, "more than 16 addresses"));
	memset(many, 'x', sizeof(many) - 1);
	CHECK(refuses(many, "longer than"));
	CHECK(hosts_find(&hosts, "ok"));
	unlink(in_dir("hosts"));
	CHECK(hosts_update(&hosts, in_dir("hosts")) == 1 && !hosts.count);
	hosts_free(&hosts);
}

/* --- names and settings --- */

static void names_valid(void)
{
	char name[HIP_NAME_MAX + 1], text[300];

	CHECK(hip_name_copy(name, "Host.EXAMPLE.") &&
	      !strcmp(name, "host.example"));
	CHECK(hip_name_copy(name, "_a-b.c_d") && !strcmp(name, "_a-b.c_d"));
	CHECK(!hip_name_copy(name, "") && !hip_name_copy(name, ".") &&
	      !hip_name_copy(name, "a..b") && !hip_name_copy(name, ".a") &&
	      !hip_name_copy(name, "a b") && !hip_name_copy(name, "a\\.b") &&
	      !hip_name_copy(name, "a\x80"));
	memset(text, 'a', sizeof(text));
	text[63] = '\0';
	CHECK(hip_name_copy(name, text));
	text[63] = 'a';
	text[64] = '\0';
	CHECK(!hip_name_copy(name, text));
	memset(text, 'a', sizeof(text));
	text[63] = text[127] = text[191] = '.';
	text[253] = '\0';
	CHECK(hip_name_copy(name, text));
	text[253] = 'a';
	text[255] = '\0';
	CHECK(!hip_name_copy(name, text));
}

static int configure(struct config *config, const char *text, char *error)
{
	put("conf", text);
	return config_read(config, in_dir("conf"), false, error);
}

static void check_refused(const char *text, const char *why)
{
	char error[CONFIG_ERROR_LEN] = "";
	struct config config;

	CHECK(configure(&config, text, error) == -EINVAL);
	if (!strstr(error, why))
		printf("# '%s' is not in: %s\n", why, error);
	CHECK(strstr(error, why));
	config_free(&config);
}

static void settings(void)
{
	char error[CONFIG_ERROR_LEN] = "";
	struct config config;
	char text[512];

	CHECK(!configure(&config, "", error));
	CHECK(config.names.listen && !strcmp(config.names.hosts, NAMES_HOSTS) &&
	      config.names.dnssec == NAMES_DNSSEC_YES);
	config_free(&config);
	snprintf(text, sizeof(text),
		 "[names]\nserver = 192.0.2.1, 2001:db8::1@5353\n"
		 "trust_anchor = %s\ndnssec = require\nhosts = /h\n"
		 "listen = no\nserver = 127.0.0.1\n", in_dir("conf"));
	CHECK(!configure(&config, text, error));
	CHECK(config.names.n_servers == 3 && config.names.n_anchors == 1 &&
	      !strcmp(config.names.servers[1], "2001:db8::1@5353") &&
	      config.names.dnssec == NAMES_DNSSEC_REQUIRE &&
	      !config.names.listen && !strcmp(config.names.hosts, "/h"));
	config_free(&config);
	check_refused("[names]\nserver = dns.example\n", ":2: server is 'dns.example'");
	check_refused("[names]\nserver = 192.0.2.1@0\n", "@PORT");
	check_refused("[names]\nserver = 192.0.2.1@65536\n", "@PORT");
	check_refused("[names]\nserver = 192.0.2.1@+1\n", "@PORT");
	check_refused("[names]\nserver = 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5\n",
		      "at most 4");
	check_refused("[names]\ntrust_anchor = /nonexistent\n", "cannot be read");
	check_refused("[names]\ntrust_anchor = key\n", "whole path");
	check_refused("[names]\ndnssec = maybe\n", "'yes', 'require' or 'no'");
	check_refused("[names]\ndnssec = no\ndnssec = no\n", ":3: dnssec stands twice");
	check_refused("[names]\nlisten = 1\n", "'yes' or 'no'");
	check_refused("[names]\nfrog = 1\n", "unknown setting 'frog' in [names]");
	check_refused("[name]\n", "[names]");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(record_keys),
		TEST(record_lies),
		TEST(record_servers),
		TEST(record_truncated),
		TEST(record_random),
		TEST(hosts_good),
		TEST(hosts_bad),
		TEST(names_valid),
		TEST(settings),
	};
	char command[64];
	int status;

	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	status = tests_run(tests, ARRAY_SIZE(tests));
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) ? EXIT_FAILURE : status;
}
