/* SPDX-License-Identifier: GPL-2.0-only */
/* The least that a test in KTAP needs. */
#ifndef HIPFLOWD_TEST_KTAP_H
#define HIPFLOWD_TEST_KTAP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static bool test_failed;

/* Notes a failure and goes on. */
#define CHECK(condition)						\
	do {								\
		if (!(condition)) {					\
			printf("# %s:%d: not true: %s\n", __FILE__,	\
			       __LINE__, #condition);			\
			test_failed = true;				\
		}							\
	} while (0)

struct test {
	const char *name;
	void (*run)(void);
};

#define TEST(function) { #function, function }

static inline int tests_run(const struct test *tests, size_t count)
{
	int status = EXIT_SUCCESS;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	printf("KTAP version 1\n1..%zu\n", count);
	for (i = 0; i < count; i++) {
		test_failed = false;
		tests[i].run();
		printf("%sok %zu %s\n", test_failed ? "not " : "", i + 1,
		       tests[i].name);
		if (test_failed)
			status = EXIT_FAILURE;
	}
	return status;
}

#endif /* HIPFLOWD_TEST_KTAP_H */
