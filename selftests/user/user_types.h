/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure files of net/hip use of the kernel, for user space. Checksums
 * are written for being right, not for being fast.
 */
#ifndef _HIP_USER_TYPES_H
#define _HIP_USER_TYPES_H

#include <endian.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#define __packed		__attribute__((packed))
#define __aligned(n)		__attribute__((aligned(n)))
#define __maybe_unused		__attribute__((unused))
#define __rcu
#define __force
#define fallthrough		__attribute__((fallthrough))
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define static_assert		_Static_assert

#define BIT(n)			(1UL << (n))
#define BITS_PER_LONG		((int)(8 * sizeof(long)))
#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, BITS_PER_LONG)
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define ALIGN(x, a)		(((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a)	(!((x) & ((a) - 1)))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define U8_MAX			((u8)~0U)
#define U16_MAX			((u16)~0U)
#define U32_MAX			((u32)~0U)
#define U64_MAX			((u64)~0ULL)
/* Names of their own: an argument called _a must not meet itself. */
#define min(a, b) ({ \
	__typeof__(a) __min_a = (a); \
	__typeof__(b) __min_b = (b); \
	__min_a < __min_b ? __min_a : __min_b; \
})
#define max(a, b) ({ \
	__typeof__(a) __max_a = (a); \
	__typeof__(b) __max_b = (b); \
	__max_a > __max_b ? __max_a : __max_b; \
})
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define lower_32_bits(n)	((u32)((n) & 0xffffffff))
#define swap(a, b) do { \
	__typeof__(a) _t = (a); \
	(a) = (b); \
	(b) = _t; \
} while (0)
#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define offsetofend(type, member) \
	(offsetof(type, member) + sizeof_field(type, member))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* A warning is a failed test. */
#define WARN_ON(cond) ({ \
	bool _c = !!(cond); \
	if (_c) \
		hip_user_warn(#cond, __FILE__, __LINE__); \
	_c; \
})
#define WARN_ON_ONCE(cond)	WARN_ON(cond)

static inline void hip_user_warn(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: WARN_ON(%s)\n", file, line, what);
	abort();
}

/* --- between threads ----------------------------------------------------- */

#define READ_ONCE(x) \
	(hip_user_pause(), __atomic_load_n(&(x), __ATOMIC_RELAXED))
#define WRITE_ONCE(x, v) \
	(hip_user_pause(), __atomic_store_n(&(x), (v), __ATOMIC_RELAXED))
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, (v), __ATOMIC_RELEASE)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define cmpxchg(p, old, new)	__sync_val_compare_and_swap(p, old, new)

u32 get_random_u32(void);
/* Where others can get in between, in a test that has asked for it. */
void hip_user_pause(void);

/* The kernel's name for another function: any that mixes will do. */
static inline u32 jhash2(const u32 *k, u32 length, u32 initval)
{
	u32 hash = initval ^ 0x9e3779b9;

	while (length--) {
		hash = (hash ^ *k++) * 0x85ebca6b;
		hash ^= hash >> 15;
	}
	return hash ^ hash >> 16;
}

/* --- errors in pointers ------------------------------------------------ */

#define MAX_ERRNO		4095

static inline void *ERR_PTR(long err)
{
	return (void *)err;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= (unsigned long)-MAX_ERRNO;
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

/* --- memory ------------------------------------------------------------ */

#define GFP_KERNEL		0
#define GFP_ATOMIC		0

/* So many more succeed, if not negative: a test takes care that it is in the end. */
extern long user_allocs;

static inline bool user_may_alloc(void)
{
	return user_allocs < 0 || user_allocs-- > 0;
}

#define kmalloc(size, gfp)		(user_may_alloc() ? malloc(size) : NULL)
#define kzalloc(size, gfp)		(user_may_alloc() ? calloc(1, size) : NULL)
#define kcalloc(n, size, gfp)		calloc(n, size)
#define kmalloc_array(n, size, gfp)	reallocarray(NULL, n, size)
#define kvmalloc(size, gfp)		malloc(size)
#define kvzalloc(size, gfp)		calloc(1, size)
#define kvcalloc(n, size, gfp)		calloc(n, size)
#define kvmalloc_array(n, size, gfp)	reallocarray(NULL, n, size)
#define kfree(ptr)			free((void *)(ptr))
#define kvfree(ptr)			free((void *)(ptr))

#define struct_size(p, member, n) \
	(sizeof(*(p)) + sizeof((p)->member[0]) * (size_t)(n))
#define array_size(n, size)	((size_t)(n) * (size))
#define check_add_overflow(a, b, d)	__builtin_add_overflow(a, b, d)
#define check_mul_overflow(a, b, d)	__builtin_mul_overflow(a, b, d)

static inline void *kmemdup(const void *src, size_t len, int gfp)
{
	void *p = kmalloc(len, gfp);

	if (p)
		memcpy(p, src, len);
	return p;
}

static inline void memzero_explicit(void *p, size_t len)
{
	memset(p, 0, len);
	__asm__ __volatile__("" : : "r" (p) : "memory");
}

static inline void kfree_sensitive(const void *p)
{
	free((void *)p);
}

static inline unsigned long crypto_memneq(const void *a, const void *b,
					  size_t len)
{
	return memcmp(a, b, len) != 0;
}

/* --- byte order -------------------------------------------------------- */

#define cpu_to_be16(x)		((__be16)htobe16(x))
#define cpu_to_be32(x)		((__be32)htobe32(x))
#define cpu_to_be64(x)		((__be64)htobe64(x))
#define be16_to_cpu(x)		((u16)be16toh(x))
#define be32_to_cpu(x)		((u32)be32toh(x))
#define be64_to_cpu(x)		((u64)be64toh(x))

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return b[0] << 8 | b[1];
}

static inline u32 get_unaligned_be32(const void *p)
{
	return (u32)get_unaligned_be16(p) << 16 |
	       get_unaligned_be16((const u8 *)p + 2);
}

static inline u64 get_unaligned_be64(const void *p)
{
	return (u64)get_unaligned_be32(p) << 32 |
	       get_unaligned_be32((const u8 *)p + 4);
}

static inline u64 get_unaligned_le64(const void *p)
{
	u64 value;

	memcpy(&value, p, sizeof(value));
	return le64toh(value);
}

static inline void put_unaligned_be16(u16 val, void *p)
{
	u8 *b = p;

	b[0] = val >> 8;
	b[1] = val;
}

static inline void put_unaligned_be32(u32 val, void *p)
{
	put_unaligned_be16(val >> 16, p);
	put_unaligned_be16(val, (u8 *)p + 2);
}

static inline void put_unaligned_be64(u64 val, void *p)
{
	put_unaligned_be32(val >> 32, p);
	put_unaligned_be32(val, (u8 *)p + 4);
}

/* --- bits -------------------------------------------------------------- */

static inline u64 rol64(u64 word, unsigned int shift)
{
	return word << (shift & 63) | word >> (-shift & 63);
}

static inline unsigned int hweight32(u32 x)
{
	return __builtin_popcount(x);
}

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int ffs_long(unsigned long x)
{
	return __builtin_ctzl(x);
}

#define __ffs(x)		ffs_long(x)

static inline u64 div_u64(u64 n, u32 d)
{
	return n / d;
}

/* @swap of the kernel's is for elements that are more than octets. */
static inline void sort(void *base, size_t num, size_t size,
			int (*cmp)(const void *a, const void *b),
			void (*swap)(void *a, void *b, int size))
{
	(void)swap;
	if (num)
		qsort(base, num, size, cmp);
}

/* --- addresses --------------------------------------------------------- */

static inline bool ipv6_addr_equal(const struct in6_addr *a,
				   const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline int ipv6_addr_cmp(const struct in6_addr *a,
				const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

static inline bool ipv6_addr_any(const struct in6_addr *a)
{
	static const struct in6_addr any;

	return ipv6_addr_equal(a, &any);
}

static inline bool ipv6_addr_v4mapped(const struct in6_addr *a)
{
	static const u8 prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a, prefix, sizeof(prefix));
}

static inline void ipv6_addr_set_v4mapped(__be32 addr, struct in6_addr *mapped)
{
	memset(mapped, 0, sizeof(*mapped));
	mapped->s6_addr[10] = 0xff;
	mapped->s6_addr[11] = 0xff;
	memcpy(&mapped->s6_addr[12], &addr, sizeof(addr));
}

/* --- checksum: sums of big-endian words, kept in a u32 ----------------- */

static inline __wsum csum_partial(const void *buf, int len, __wsum sum)
{
	const u8 *p = buf;
	u64 total = sum;

	for (; len > 1; len -= 2, p += 2)
		total += get_unaligned_be16(p);
	if (len)
		total += *p << 8;
	while (total >> 32)
		total = (total & 0xffffffff) + (total >> 32);
	return total;
}

static inline __sum16 csum_fold(__wsum sum)
{
	u32 x = sum;

	x = (x & 0xffff) + (x >> 16);
	x = (x & 0xffff) + (x >> 16);
	return cpu_to_be16(~x & 0xffff);
}

static inline __sum16 csum_ipv6_magic(const struct in6_addr *src,
				      const struct in6_addr *dst, u32 len,
				      u8 proto, __wsum sum)
{
	u8 tail[8] = { 0 };

	put_unaligned_be32(len, tail);
	tail[7] = proto;
	sum = csum_partial(src, sizeof(*src), sum);
	sum = csum_partial(dst, sizeof(*dst), sum);
	return csum_fold(csum_partial(tail, sizeof(tail), sum));
}

static inline __sum16 csum_tcpudp_magic(__be32 src, __be32 dst, u32 len,
					u8 proto, __wsum sum)
{
	u8 tail[4] = { 0, proto };

	put_unaligned_be16(len, tail + 2);
	sum = csum_partial(&src, sizeof(src), sum);
	sum = csum_partial(&dst, sizeof(dst), sum);
	return csum_fold(csum_partial(tail, sizeof(tail), sum));
}

#endif /* _HIP_USER_TYPES_H */
