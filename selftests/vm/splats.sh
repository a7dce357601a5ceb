#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Search the console of a guest for what the kernel complains of.
# Usage: splats.sh CONSOLE. Status 1, with an excerpt, if there is anything.
if grep -nE -m 1 -A 40 \
	-e '(BUG|WARNING): |BUG [a-z0-9_-]+ |Oops|Kernel panic|general protection fault' \
	-e 'Call Trace:' \
	-e 'possible (recursive|circular|irq) lock|inconsistent lock state' \
	-e 'suspicious RCU usage|sleeping function called' \
	-e 'INFO: (task|rcu|trying)|soft lockup|hard LOCKUP|hung task' \
	-e 'KASAN|UBSAN|KCSAN|KFENCE|ODEBUG|refcount_t:|DEBUG_LOCKS' \
	-e 'unreferenced object|kmemleak: [1-9]' \
	-e 'unregister_netdevice: waiting|leaked reference|list_(add|del) corruption' \
	-e 'still has [0-9]+ users|has pending refs|nf_conntrack.*leak' \
	-e 'scheduling while atomic|workqueue: .* hogged|Bad page' "$1"; then
	exit 1
fi
