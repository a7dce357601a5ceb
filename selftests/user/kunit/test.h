/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of KUnit that our suites use, for user space: the same test sources
 * then run in a second, with the compiler's sanitizers. kunit.c has main().
 */
#ifndef _HIP_USER_KUNIT_TEST_H
#define _HIP_USER_KUNIT_TEST_H

#include <linux/types.h>
#include <linux/in6.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <setjmp.h>

#include "../user_types.h"

struct kunit_alloc;

/**
 * struct kunit - a running test
 * @priv: the suite's
 * @param_value: of KUNIT_CASE_PARAM
 * @name: of the case
 * @failed: an expectation was not met
 * @skipped: by kunit_skip()
 * @allocs: memory freed at the end
 * @abort: where a failed assertion goes
 */
struct kunit {
	void			*priv;
	const void		*param_value;
	const char		*name;
	bool			failed;
	bool			skipped;
	struct kunit_alloc	*allocs;
	jmp_buf			abort;
};

#define KUNIT_PARAM_DESC_SIZE	128

struct kunit_case {
	void		(*run_case)(struct kunit *test);
	const char	*name;
	const void	*(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char		name[256];
	int			(*suite_init)(struct kunit_suite *suite);
	void			(*suite_exit)(struct kunit_suite *suite);
	int			(*init)(struct kunit *test);
	void			(*exit)(struct kunit *test);
	struct kunit_case	*test_cases;
};

void kunit_register(struct kunit_suite **suites, unsigned int n);
void kunit_fail(struct kunit *test, bool fatal, const char *file, int line,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void kunit_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void kunit_mark_skipped_and_leave(struct kunit *test);
void *kunit_kmalloc(struct kunit *test, size_t size, int gfp);
void *kunit_kzalloc(struct kunit *test, size_t size, int gfp);
void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, int gfp);
void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, int gfp);
void get_random_bytes(void *buf, size_t len);
u32 get_random_u32(void);

#define KUNIT_CASE(test_name) { .run_case = test_name, .name = #test_name }
#define KUNIT_CASE_SLOW(test_name) KUNIT_CASE(test_name)
#define KUNIT_CASE_PARAM(test_name, gen) \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen }

#define KUNIT_ARRAY_PARAM(name, array, get_desc) \
	static const void *name##_gen_params(const void *prev, char *desc) \
	{ \
		__typeof__((array)[0]) *next = prev ? \
			(__typeof__(next))prev + 1 : (array); \
		void (*describe)(__typeof__(next), char *) = get_desc; \
		if (next - (array) >= (long)ARRAY_SIZE(array)) \
			return NULL; \
		if (describe) \
			describe(next, desc); \
		return next; \
	}

#define kunit_test_suites(...) \
	static struct kunit_suite *kunit_suites_here[] = { __VA_ARGS__ }; \
	static void __attribute__((constructor)) kunit_register_here(void) \
	{ \
		kunit_register(kunit_suites_here, \
			       ARRAY_SIZE(kunit_suites_here)); \
	}
#define kunit_test_suite(suite) kunit_test_suites(&(suite))

#define kunit_info(test, fmt, ...) \
	((void)(test), kunit_say(fmt, ##__VA_ARGS__))
#define kunit_skip(test, fmt, ...) \
	do { \
		kunit_say(fmt, ##__VA_ARGS__); \
		kunit_mark_skipped_and_leave(test); \
	} while (0)

#define KUNIT_FAIL(test, fmt, ...) \
	kunit_fail(test, false, __FILE__, __LINE__, fmt, ##__VA_ARGS__)

#define _KUNIT_BINARY(test, fatal, l, op, r, fmt, ...) \
	do { \
		__typeof__(l) _l = (l); \
		__typeof__(r) _r = (r); \
		if (!(_l op _r)) \
			kunit_fail(test, fatal, __FILE__, __LINE__, \
				   "%s %s %s: %lld, %lld " fmt, #l, #op, #r, \
				   (long long)_l, (long long)_r, \
				   ##__VA_ARGS__); \
	} while (0)
#define _KUNIT_UNARY(test, fatal, cond, what, fmt, ...) \
	do { \
		if (!(cond)) \
			kunit_fail(test, fatal, __FILE__, __LINE__, \
				   what " " fmt, ##__VA_ARGS__); \
	} while (0)
#define _KUNIT_MEM(test, fatal, l, op, r, n, fmt, ...) \
	_KUNIT_UNARY(test, fatal, memcmp(l, r, n) op 0, \
		     "octets of " #l " " #op " " #r, fmt, ##__VA_ARGS__)

#define KUNIT_EXPECT_EQ(t, l, r)	_KUNIT_BINARY(t, false, l, ==, r, "")
#define KUNIT_EXPECT_NE(t, l, r)	_KUNIT_BINARY(t, false, l, !=, r, "")
#define KUNIT_EXPECT_LT(t, l, r)	_KUNIT_BINARY(t, false, l, <, r, "")
#define KUNIT_EXPECT_LE(t, l, r)	_KUNIT_BINARY(t, false, l, <=, r, "")
#define KUNIT_EXPECT_GT(t, l, r)	_KUNIT_BINARY(t, false, l, >, r, "")
#define KUNIT_EXPECT_GE(t, l, r)	_KUNIT_BINARY(t, false, l, >=, r, "")
#define KUNIT_EXPECT_TRUE(t, c)		_KUNIT_UNARY(t, false, c, #c, "")
#define KUNIT_EXPECT_FALSE(t, c)	_KUNIT_UNARY(t, false, !(c), "!" #c, "")
#define KUNIT_EXPECT_NULL(t, p)		KUNIT_EXPECT_TRUE(t, !(p))
#define KUNIT_EXPECT_NOT_NULL(t, p)	KUNIT_EXPECT_TRUE(t, p)
#define KUNIT_EXPECT_PTR_EQ(t, l, r)	KUNIT_EXPECT_TRUE(t, (l) == (r))
#define KUNIT_EXPECT_PTR_NE(t, l, r)	KUNIT_EXPECT_TRUE(t, (l) != (r))
#define KUNIT_EXPECT_STREQ(t, l, r)	KUNIT_EXPECT_TRUE(t, !strcmp(l, r))
#define KUNIT_EXPECT_MEMEQ(t, l, r, n)	_KUNIT_MEM(t, false, l, ==, r, n, "")
#define KUNIT_EXPECT_MEMNEQ(t, l, r, n)	_KUNIT_MEM(t, false, l, !=, r, n, "")
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(t, p) \
	KUNIT_EXPECT_TRUE(t, !IS_ERR_OR_NULL(p))

#define KUNIT_EXPECT_EQ_MSG(t, l, r, ...) \
	_KUNIT_BINARY(t, false, l, ==, r, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(t, l, r, ...) \
	_KUNIT_BINARY(t, false, l, !=, r, __VA_ARGS__)
#define KUNIT_EXPECT_LE_MSG(t, l, r, ...) \
	_KUNIT_BINARY(t, false, l, <=, r, __VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(t, l, r, ...) \
	_KUNIT_BINARY(t, false, l, >=, r, __VA_ARGS__)
#define KUNIT_EXPECT_TRUE_MSG(t, c, ...) \
	_KUNIT_UNARY(t, false, c, #c, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(t, c, ...) \
	_KUNIT_UNARY(t, false, !(c), "!" #c, __VA_ARGS__)
#define KUNIT_EXPECT_NULL_MSG(t, p, ...) \
	KUNIT_EXPECT_TRUE_MSG(t, !(p), __VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL_MSG(t, p, ...) \
	KUNIT_EXPECT_TRUE_MSG(t, p, __VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ_MSG(t, l, r, n, ...) \
	_KUNIT_MEM(t, false, l, ==, r, n, __VA_ARGS__)

#define KUNIT_ASSERT_EQ(t, l, r)	_KUNIT_BINARY(t, true, l, ==, r, "")
#define KUNIT_ASSERT_NE(t, l, r)	_KUNIT_BINARY(t, true, l, !=, r, "")
#define KUNIT_ASSERT_LT(t, l, r)	_KUNIT_BINARY(t, true, l, <, r, "")
#define KUNIT_ASSERT_LE(t, l, r)	_KUNIT_BINARY(t, true, l, <=, r, "")
#define KUNIT_ASSERT_GT(t, l, r)	_KUNIT_BINARY(t, true, l, >, r, "")
#define KUNIT_ASSERT_GE(t, l, r)	_KUNIT_BINARY(t, true, l, >=, r, "")
#define KUNIT_ASSERT_TRUE(t, c)		_KUNIT_UNARY(t, true, c, #c, "")
#define KUNIT_ASSERT_FALSE(t, c)	_KUNIT_UNARY(t, true, !(c), "!" #c, "")
#define KUNIT_ASSERT_NULL(t, p)		KUNIT_ASSERT_TRUE(t, !(p))
#define KUNIT_ASSERT_NOT_NULL(t, p)	KUNIT_ASSERT_TRUE(t, p)
#define KUNIT_ASSERT_PTR_EQ(t, l, r)	KUNIT_ASSERT_TRUE(t, (l) == (r))
#define KUNIT_ASSERT_MEMEQ(t, l, r, n)	_KUNIT_MEM(t, true, l, ==, r, n, "")
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(t, p) \
	KUNIT_ASSERT_TRUE(t, !IS_ERR_OR_NULL(p))
#define KUNIT_ASSERT_EQ_MSG(t, l, r, ...) \
	_KUNIT_BINARY(t, true, l, ==, r, __VA_ARGS__)
#define KUNIT_ASSERT_TRUE_MSG(t, c, ...) \
	_KUNIT_UNARY(t, true, c, #c, __VA_ARGS__)

#endif /* _HIP_USER_KUNIT_TEST_H */
