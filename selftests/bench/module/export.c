// SPDX-License-Identifier: GPL-2.0-only
/*
 * What hip_bench.ko calls. This file is part of hip.ko in builds with HIP_BENCH
 * alone, which only `make bench` makes; the module that is installed exports
 * nothing.
 */
#include <linux/export.h>

#include "../../../net/hip/rendezvous.h"

EXPORT_SYMBOL_GPL(hip_net_id);
EXPORT_SYMBOL_GPL(hip_hmac_new);
EXPORT_SYMBOL_GPL(hip_hmac_digest);
EXPORT_SYMBOL_GPL(hip_hmac_free);
EXPORT_SYMBOL_GPL(hip_rendezvous_add);
EXPORT_SYMBOL_GPL(hip_rendezvous_del);
