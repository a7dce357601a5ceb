#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The command line of hipflowd, built in $1, and its life without the kernel
# module, for which it needs root and a network namespace of its own.

daemon=${1:?usage: command.sh BUILD_DIRECTORY}/bin/hipflowd
dir=$(mktemp -d)
n=0
status=0

cleanup() {
	[ -n "$pid" ] && kill "$pid" 2>/dev/null
	rm -rf "$dir"
}
trap cleanup EXIT

# ok NAME RESULT: RESULT is 0 if it went well
ok() {
	n=$((n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $n $1"
	else
		echo "not ok $n $1"
		sed 's/^/# /' "$dir/out" "$dir/err" 2>/dev/null
		status=1
	fi
}

# run EXIT_STATUS ARGUMENTS...
run() {
	want=$1
	shift
	timeout 20 "$daemon" "$@" >"$dir/out" 2>"$dir/err"
	[ $? -eq "$want" ]
}

# until_it COMMAND...: succeeds. Machines may have other things to do for seconds.
until_it() {
	for i in $(seq 600); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

# Waits until $1 is in the log.
wait_for() {
	until_it grep -q "$1" "$dir/err"
}

echo "KTAP version 1"
echo "1..11"

run 0 -V && grep -q '^hipflowd [0-9]' "$dir/out"
ok "prints its version" $?
run 0 -h && grep -q '^Usage:' "$dir/out"
ok "prints help" $?
run 2 -x && run 2 more && grep -q "unexpected argument 'more'" "$dir/err"
ok "refuses unknown options and arguments" $?
run 1 -p -c "$dir/absent" -d "$dir/state" && grep -q "$dir/absent" "$dir/err"
ok "wants the configuration that was named" $?
printf '[identity]\n\ntype = dsa\n' >"$dir/conf"
run 1 -p -c "$dir/conf" -d "$dir/state" && \
	grep -q "$dir/conf:3: type is 'dsa'" "$dir/err" && [ ! -e "$dir/state" ]
ok "names the file and line of a mistake, and does nothing" $?

printf '[identity]\ntype = ecdsa-p256\n[device]\nname = hip0\n' >"$dir/conf"
run 0 -p -c "$dir/conf" -d "$dir/state" && cp "$dir/out" "$dir/first" && \
	grep -q '^2001:22:.* ecdsa-p256 host-identity.pem$' "$dir/first"
ok "makes and prints a host identity" $?
run 0 -p -c "$dir/conf" -d "$dir/state" && cmp -s "$dir/out" "$dir/first"
ok "keeps it" $?
chmod 640 "$dir/state/host-identity.pem"
run 1 -p -c "$dir/conf" -d "$dir/state" && grep -q 'chmod 600' "$dir/err"
ok "refuses a key that others may read" $?
chmod 600 "$dir/state/host-identity.pem"

if [ "$(id -u)" -ne 0 ] || ! unshare -n true 2>/dev/null || \
   [ -d /sys/module/hip ]; then
	for name in "waits" "reloads" "ends"; do
		n=$((n + 1))
		echo "ok $n $name # SKIP needs root, and the module not loaded"
	done
	exit $status
fi

# The route can only be seen from inside.
unshare -n sh -c "
	ip link set lo up
	'$daemon' -c '$dir/conf' -d '$dir/state' -v 2>'$dir/err' &
	echo \$! >'$dir/pid'
	while [ ! -e '$dir/look' ]; do sleep 0.1; done
	ip -6 route show >'$dir/routes'
	touch '$dir/seen'
	wait \$!
	echo \$? >'$dir/status'
	ip -6 route show >'$dir/routes-after'
" &
wait_for "modprobe hip"
ok "waits for the module" $?
until_it [ -s "$dir/pid" ]
pid=$(cat "$dir/pid")
printf '[identity]\ntype = ecdsa-p256\n[kernel]\nretries = x\n' >"$dir/conf"
kill -HUP "$pid"
wait_for "conf:4:.*stays as it was" && \
	printf '[policy]\naccept = none\n' >"$dir/conf" && \
	kill -HUP "$pid" && wait_for "read .* again"
ok "reads its configuration again, unless there is a mistake in it" $?
touch "$dir/look"
until_it [ -e "$dir/seen" ]
kill -TERM "$pid"
wait
pid=
[ "$(cat "$dir/status")" = 0 ] && \
	grep -q '^unreachable 2001:20::/28' "$dir/routes" && \
	! grep -q '2001:20::/28' "$dir/routes-after"
ok "guards HITs by a route while it runs, and ends on SIGTERM" $?
exit $status
