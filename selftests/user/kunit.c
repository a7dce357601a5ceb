// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the KUnit suites in user space and prints KTAP, as the kernel does.
 * Arguments: names of suites to run; none means all.
 */
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>

#include <kunit/test.h>

#define KUNIT_MAX_SUITES	32

/* Memory of a test, each piece by itself so that its bounds are watched. */
struct kunit_alloc {
	struct kunit_alloc	*next;
	void			*mem;
};

long user_allocs = -1;

static struct kunit_suite *suites[KUNIT_MAX_SUITES];
static unsigned int n_suites;

void kunit_register(struct kunit_suite **list, unsigned int n)
{
	while (n-- && n_suites < KUNIT_MAX_SUITES)
		suites[n_suites++] = *list++;
}

void kunit_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("    # ");
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
}

void kunit_fail(struct kunit *test, bool fatal, const char *file, int line,
		const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("    # %s: EXPECTATION FAILED at %s:%d: ", test->name, file,
	       line);
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
	test->failed = true;
	if (fatal)
		longjmp(test->abort, 1);
}

void kunit_mark_skipped_and_leave(struct kunit *test)
{
	test->skipped = true;
	longjmp(test->abort, 1);
}

void *kunit_kzalloc(struct kunit *test, size_t size, int gfp)
{
	struct kunit_alloc *alloc = malloc(sizeof(*alloc));

	(void)gfp;
	if (!alloc)
		return NULL;
	alloc->mem = calloc(1, size);
	alloc->next = test->allocs;
	test->allocs = alloc;
	return alloc->mem;
}

void *kunit_kmalloc(struct kunit *test, size_t size, int gfp)
{
	void *mem = kunit_kzalloc(test, size, gfp);

	if (mem)
		memset(mem, 0x5a, size);
	return mem;
}

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, int gfp)
{
	return kunit_kmalloc(test, n * size, gfp);
}

void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, int gfp)
{
	return kunit_kzalloc(test, n * size, gfp);
}

void get_random_bytes(void *buf, size_t len)
{
	u8 *p = buf;
	ssize_t n;

	for (; len; p += n, len -= n) {
		n = getrandom(p, len < 256 ? len : 256, 0);
		if (n < 0)
			abort();
	}
}

u32 get_random_u32(void)
{
	u32 x;

	get_random_bytes(&x, sizeof(x));
	return x;
}

bool user_pauses;

void hip_user_pause(void)
{
	static __thread u32 n;

	if (__atomic_load_n(&user_pauses, __ATOMIC_RELAXED) && !(++n % 61))
		sched_yield();
}

static void kunit_free(struct kunit *test)
{
	struct kunit_alloc *alloc = test->allocs;

	while (alloc) {
		test->allocs = alloc->next;
		free(alloc->mem);
		free(alloc);
		alloc = test->allocs;
	}
}

/* Once, with one parameter or none. */
static void kunit_run_once(struct kunit *test, struct kunit_suite *suite,
			   struct kunit_case *c)
{
	if (!setjmp(test->abort)) {
		if (suite->init && suite->init(test))
			kunit_fail(test, true, __FILE__, __LINE__, "init");
		c->run_case(test);
	}
	if (suite->exit)
		suite->exit(test);
	kunit_free(test);
}

static bool kunit_run_case(struct kunit_suite *suite, struct kunit_case *c,
			   unsigned int number)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	struct kunit test = { .name = c->name };

	if (c->generate_params) {
		for (test.param_value = c->generate_params(NULL, desc);
		     test.param_value;
		     test.param_value = c->generate_params(test.param_value,
							   desc)) {
			bool before = test.failed;

			test.failed = false;
			kunit_run_once(&test, suite, c);
			if (test.failed)
				kunit_say("%s: with %s", c->name, desc);
			test.failed |= before;
		}
	} else {
		kunit_run_once(&test, suite, c);
	}
	printf("    %s %u %s%s\n", test.failed ? "not ok" : "ok", number,
	       c->name, test.skipped ? " # SKIP" : "");
	fflush(stdout);
	return !test.failed;
}

static bool kunit_run_suite(struct kunit_suite *suite, unsigned int number)
{
	struct kunit_case *c;
	unsigned int n = 0;
	bool ok = true;

	for (c = suite->test_cases; c->run_case; c++)
		n++;
	printf("    KTAP version 1\n    # Subtest: %s\n    1..%u\n",
	       suite->name, n);
	if (suite->suite_init && suite->suite_init(suite)) {
		printf("not ok %u %s\n", number, suite->name);
		return false;
	}
	n = 0;
	for (c = suite->test_cases; c->run_case; c++)
		ok &= kunit_run_case(suite, c, ++n);
	if (suite->suite_exit)
		suite->suite_exit(suite);
	printf("%s %u %s\n", ok ? "ok" : "not ok", number, suite->name);
	return ok;
}

static bool kunit_wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(name, argv[i]))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	unsigned int i, n = 0;
	bool ok = true;

	for (i = 0; i < n_suites; i++)
		n += kunit_wanted(suites[i]->name, argc, argv);
	printf("KTAP version 1\n1..%u\n", n);
	n = 0;
	for (i = 0; i < n_suites; i++)
		if (kunit_wanted(suites[i]->name, argc, argv))
			ok &= kunit_run_suite(suites[i], ++n);
	return !ok || !n;
}
