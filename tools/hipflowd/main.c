// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflowd - does for the kernel's Host Identity Protocol what needs a private
 * key or an opinion. See hipflowd(8).
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <uv.h>

#include "addr.h"
#include "config.h"
#include "identity.h"
#include "kernel.h"
#include "link.h"
#include "log.h"
#include "name_server.h"
#include "state.h"

#define DEFAULT_CONFIG	"/etc/hipflow/hipflowd.conf"
#define DEFAULT_STATE	"/var/lib/hipflow"

struct options {
	const char *config;
	const char *state;
	bool config_given;
	bool verbose;
	bool print;
};

struct daemon {
	uv_loop_t loop;
	uv_signal_t signals[3];
	const struct options *options;
	struct config config;
	struct identities ids;
	struct kernel kernel;
	struct link link;
	struct name_server names;
	bool stopping;
	int status;
};

static void usage(FILE *out)
{
	fputs("Usage: hipflowd [-c FILE] [-d DIR] [-f] [-p] [-v]\n"
	      "       hipflowd -V | -h\n"
	      "  -c FILE  configuration (" DEFAULT_CONFIG ")\n"
	      "  -d DIR   host identity keys and state (" DEFAULT_STATE ")\n"
	      "  -f       stay in the foreground, as it always does\n"
	      "  -p       print the host identities, made if need be, and end\n"
	      "  -v       log more\n"
	      "  -V       print the version\n"
	      "  -h       print this help\n", out);
}

static void parse_options(struct options *options, int argc, char **argv)
{
	int opt;

	*options = (struct options){
		.config = DEFAULT_CONFIG,
		.state = DEFAULT_STATE,
	};
	while ((opt = getopt(argc, argv, "c:d:fhpvV")) != -1) {
		switch (opt) {
		case 'c':
			options->config = optarg;
			options->config_given = true;
			break;
		case 'd':
			options->state = optarg;
			break;
		case 'f':
			break;
		case 'h':
			usage(stdout);
			exit(EXIT_SUCCESS);
		case 'p':
			options->print = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'V':
			puts("hipflowd " HIPFLOW_VERSION);
			exit(EXIT_SUCCESS);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind != argc) {
		fprintf(stderr, "hipflowd: unexpected argument '%s'\n",
			argv[optind]);
		usage(stderr);
		exit(2);
	}
}

static void stop(struct daemon *d)
{
	size_t i;

	if (d->stopping)
		return;
	d->stopping = true;
	name_server_stop(&d->names);
	kernel_stop(&d->kernel);
	link_stop(&d->link);
	for (i = 0; i < ARRAY_SIZE(d->signals); i++)
		uv_close((uv_handle_t *)&d->signals[i], NULL);
}

static bool same_identities(const struct config *a, const struct config *b)
{
	size_t i;

	if (a->n_files != b->n_files || a->key_type != b->key_type)
		return false;
	for (i = 0; i < a->n_files; i++)
		if (strcmp(a->files[i], b->files[i]) ||
		    memcmp(config_domain(a, i), config_domain(b, i),
			   sizeof(struct domain)))
			return false;
	return true;
}

static void reload(struct daemon *d)
{
	char error[CONFIG_ERROR_LEN];
	struct config config;
	struct config old;

	if (config_read(&config, d->options->config, !d->options->config_given,
			error)) {
		log_err("%s; the configuration stays as it was", error);
		config_free(&config);
		return;
	}
	if (!same_identities(&config, &d->config))
		log_warning("[identity] has changed: this takes effect when hipflowd is started again");
	old = d->config;
	d->config = config;
	kernel_reconfigure(&d->kernel, &old);
	if (d->kernel.session)
		link_kernel_ready(&d->link);
	name_server_reconfigure(&d->names);
	config_free(&old);
	log_notice("read %s again", d->options->config);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct daemon *d = signal->data;

	if (number == SIGHUP) {
		reload(d);
		return;
	}
	log_info("ends on signal %d; associations go on in the kernel",
		 number);
	stop(d);
}

static void on_ready(void *data)
{
	struct daemon *d = data;

	link_kernel_ready(&d->link);
	name_table_tell_all(&d->names.table);
}

static void on_gone(void *data)
{
	struct daemon *d = data;

	link_kernel_gone(&d->link);
}

static void on_fatal(void *data)
{
	struct daemon *d = data;

	d->status = EXIT_FAILURE;
	/* Not from inside the kernel's own callback. */
	uv_stop(&d->loop);
}

static void on_identity_gone(void *data, const struct in6_addr *hit)
{
	struct daemon *d = data;

	link_remove_hit(&d->link, hit);
}

static void on_address(void *data)
{
	struct daemon *d = data;

	kernel_refresh(&d->kernel);
}

static bool on_looked_up(void *data, const struct in6_addr *hit)
{
	struct daemon *d = data;

	return name_table_unvouched(&d->names.table, hit);
}

/* What the configuration says of a peer is not changed by names. */
static int tell_peer(void *data, uint8_t cmd, const struct in6_addr *hit,
		     const struct in6_addr *addrs, size_t n_addrs)
{
	struct daemon *d = data;

	if (config_peer_find(&d->config, hit))
		return -EEXIST;
	return kernel_peer(&d->kernel, cmd, hit, addrs, n_addrs);
}

static const struct kernel_events kernel_events = {
	.ready = on_ready,
	.gone = on_gone,
	.fatal = on_fatal,
	.identity_gone = on_identity_gone,
	.looked_up = on_looked_up,
};

/* As many threads as there are processors: all that they do is compute. */
static void size_thread_pool(void)
{
	unsigned int n = uv_available_parallelism();
	char text[16];

	n = n < 2 ? 2 : n;
	n = n > 16 ? 16 : n;
	snprintf(text, sizeof(text), "%u", n);
	setenv("UV_THREADPOOL_SIZE", text, 0);
}

static int load(struct daemon *d, int *state_dir)
{
	char error[CONFIG_ERROR_LEN];
	int err;

	err = config_read(&d->config, d->options->config,
			  !d->options->config_given, error);
	if (err) {
		log_err("%s", error);
		return err;
	}
	*state_dir = state_open(d->options->state);
	if (*state_dir < 0)
		return *state_dir;
	return identities_load(&d->ids, *state_dir, &d->config);
}

static void print_identities(const struct identities *ids)
{
	char hit[HIP_ADDR_STRLEN];
	size_t i;

	for (i = 0; i < ids->count; i++)
		printf("%s %s %s\n", hip_addr_print(&ids->list[i].hit, hit),
		       key_type_name(ids->list[i].type), ids->list[i].file);
}

static int start(struct daemon *d, int state_dir)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	size_t i;
	int err;

	err = link_start(&d->link, &d->loop, &d->config, &d->ids, LINK_KIND,
			 on_address, d);
	if (err)
		return err;
	err = kernel_start(&d->kernel, &d->loop, &d->config, &d->ids,
			   state_dir, &kernel_events, d);
	if (err) {
		link_stop(&d->link);
		return err;
	}
	name_server_start(&d->names, &d->loop, &d->config.names, state_dir,
			  NULL, tell_peer, d);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		uv_signal_init(&d->loop, &d->signals[i]);
		d->signals[i].data = d;
		uv_signal_start(&d->signals[i], on_signal, numbers[i]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct daemon d;
	struct options options;
	int state_dir = -1;
	int err;

	parse_options(&options, argc, argv);
	log_init(options.verbose);
	/* Neither core dumps nor ptrace() of others: there are keys inside. */
	prctl(PR_SET_DUMPABLE, 0);
	signal(SIGPIPE, SIG_IGN);
	size_thread_pool();

	d.options = &options;
	d.status = EXIT_FAILURE;
	uv_loop_init(&d.loop);
	err = load(&d, &state_dir);
	if (!err && options.print) {
		print_identities(&d.ids);
		d.status = EXIT_SUCCESS;
	} else if (!err && !start(&d, state_dir)) {
		d.status = EXIT_SUCCESS;
		uv_run(&d.loop, UV_RUN_DEFAULT);
		/* After a fatal error the loop was left with all still open. */
		stop(&d);
	}
	uv_run(&d.loop, UV_RUN_DEFAULT);
	uv_loop_close(&d.loop);
	identities_free(&d.ids);
	config_free(&d.config);
	if (state_dir >= 0)
		close(state_dir);
	return d.status;
}
