// SPDX-License-Identifier: GPL-2.0-only
/* hip_kunit.ko: the KUnit suites of the pure files, with those files in it. */
#include <linux/module.h>

MODULE_DESCRIPTION("KUnit tests of the Host Identity Protocol");
MODULE_LICENSE("GPL");
