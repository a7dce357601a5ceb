// SPDX-License-Identifier: GPL-2.0-only
/*
 * What hip_bench.ko calls. This file is part of hip.ko in builds with HIP_BENCH
 * alone, which only `make bench` makes; the module that is installed exports
 * nothing.
 */
#include <linux/export.h>

#include "../../../net/hip/exchange.h"
#include "../../../net/hip/rendezvous.h"

EXPORT_SYMBOL_GPL(hip_net_id);
EXPORT_SYMBOL_GPL(hip_hmac_new);
EXPORT_SYMBOL_GPL(hip_hmac_digest);
EXPORT_SYMBOL_GPL(hip_hmac_free);
EXPORT_SYMBOL_GPL(hip_hmac_prepare);
EXPORT_SYMBOL_GPL(hip_rendezvous_add);
EXPORT_SYMBOL_GPL(hip_rendezvous_del);
EXPORT_SYMBOL_GPL(hip_assoc_get_or_new);
EXPORT_SYMBOL_GPL(hip_assoc_locator_room);
EXPORT_SYMBOL_GPL(hip_assoc_put);
EXPORT_SYMBOL_GPL(hip_assoc_set_macs);
EXPORT_SYMBOL_GPL(hip_assoc_set_state);
EXPORT_SYMBOL_GPL(hip_exchange_esp_keys);
EXPORT_SYMBOL_GPL(hip_exchange_keep_dh);
EXPORT_SYMBOL_GPL(hip_exchange_keep_host_id);
EXPORT_SYMBOL_GPL(hip_exchange_macs);
EXPORT_SYMBOL_GPL(hip_keymat_init);
EXPORT_SYMBOL_GPL(hip_path_new);
EXPORT_SYMBOL_GPL(hip_sa_add_in);
EXPORT_SYMBOL_GPL(hip_sa_add_out);
EXPORT_SYMBOL_GPL(hip_sa_policy_get);
EXPORT_SYMBOL_GPL(hip_table_rebuild);
