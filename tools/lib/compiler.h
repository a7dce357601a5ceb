/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HIP_TOOLS_COMPILER_H
#define HIP_TOOLS_COMPILER_H

#ifndef __printf
#define __printf(a, b) __attribute__((__format__(printf, a, b)))
#endif

#ifndef __aligned
#define __aligned(x) __attribute__((__aligned__(x)))
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

#endif /* HIP_TOOLS_COMPILER_H */
