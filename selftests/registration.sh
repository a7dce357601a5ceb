#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Registration (RFC 8003) where it is not all well: lifetimes out of range, a full
# table, a server without its daemon, one that cannot be reached or is not who it
# is taken for, and floods of I1s. See rendezvous.sh for the rest.
#
#	M 10.0.1.1 ---+---+--- 10.0.3.1 S
#	              | R |
#	              +---+--- 10.0.4.1 P
. "$(dirname "$0")/lib.sh"

s0_4=10.0.3.1
p0_4=10.0.4.1

links()
{
	ns_add M S P R
	link_add M v0 "$v0_4/24" R r0 10.0.1.254/24
	link_add S s0 "$s0_4/24" R r2 10.0.3.254/24
	link_add P p0 "$p0_4/24" R r3 10.0.4.254/24
	forwards R
	ip -n M route add default via 10.0.1.254
	ip -n S route add default via 10.0.3.254
	ip -n P route add default via 10.0.4.254
	# Answers to strangers go no farther.
	ip -n R route add blackhole 198.18.0.0/15
}

# reg NS OTHER JQ: of the registration there
reg()
{
	hf "$1" -j registration show "$(hit "$2")" | jq -r ".[0].$3 // \"none\""
}

reg_is()
{
	[ "$(reg "$1" "$2" state)" = "$3" ]
}

# register NS [LIFETIME]
register()
{
	hf "$1" registration add "$(hit S)" addr "$s0_4" ${2:+lifetime "$2"}
}

registered_at()
{
	reg_is "$1" S registered && reg_is S "$1" registered
}

none()
{
	reg_is "$1" S none && reg_is S "$1" none
}

unregister()
{
	hf "$1" registration del "$(hit S)" && wait_for 20 none "$1"
}

refused_for()
{
	reg_is "$1" S refused && [ "$(reg "$1" S failure)" = "$2" ]
}

# failed_for OTHER REASON: M's association
failed_for()
{
	[ "$(hf M -j assoc show peer "$(hit "$1")" | jq -r '.[0].reason')" = "$2" ]
}

gone()
{
	case $(assoc_state "$@") in
	none | CLOSED) ;;
	*) return 1 ;;
	esac
}

# flood HIT|random N: at S
flood()
{
	ns P "$hip_top/selftests/i1.py" "$s0_4" "$1" "$2"
}

slab_kb()
{
	awk '/^SUnreclaim:/ { print $2 }' /proc/meminfo
}

grown_less()
{
	local grown=$(($(slab_kb) - $1))

	diag "$grown KB more than before"
	[ "$grown" -lt "$2" ]
}

# flooded NAME HIT COUNTER: more I1s than all that S has, and others go on
flooded()
{
	local before known pid

	known=$(hf S -j assoc show | jq length)
	# What is made once for all, and lists of what is free.
	flood "$2" 500
	before=$(slab_kb)
	count S "$3"
	flood "$2" "$i1s" &
	pid=$!
	check "$1: others are answered meanwhile" ns M ping -q -i 0.2 -c 10 -W 10 "$s0_4"
	wait $pid
	check "$1: $i1s I1s are counted" wait_for 20 counted "$4"
	check_equal "$1: no associations" "$known" "$(hf S -j assoc show | jq length)"
	# KASAN and its kin keep memory that was freed.
	[ -n "$uml" ] || check "$1: no memory is kept" wait_for 10 grown_less "$before" 1024
}

i1s=10000
[ -z "$uml" ] || i1s=2000
plan $((${uml:-0} ? 30 : 33))
hip_load
links
hip0_add M S P
for name in M S P; do
	hipflowd_start $name
done

# --- lifetimes ---------------------------------------------------------------------

in_r1 S hf S server set rvs on lifetime 30 60
register M
check "M is registered" wait_for 20 registered_at M
# From now on by UPDATE: what is asked for in an I2 is in the range of the R1.
unregister M
register M 10
check "registered again" wait_for 20 registered_at M
check_equal "for 30 s, as less is not granted" 29 "$(reg M S lifetime)"
check_equal "S says so, too" 29 "$(reg S M lifetime)"
unregister M
register M 100000
check "and once more" wait_for 20 registered_at M
check_equal "for a minute, as more is not granted" 59 "$(reg M S lifetime)"

# --- a table that is full -------------------------------------------------------------

hf S server set limit 1
register P
check "a table with one place is full: P is refused" wait_for 20 refused_for P resources
check "M's place is M's" registered_at M
unregister M
check "P gets it when M has left" wait_for 60 registered_at P
hf S server set limit 100
register M
check "there is room for M as well" wait_for 20 registered_at M

# --- the server without its daemon ------------------------------------------------------

hipflowd_stop S KILL
count M tx_r1
flood "$(hit M)" 1
check "without hipflowd S relays, and M answers" wait_for 10 counted
hipflowd_start S
check "S has its registrations still" registered_at M

# --- floods -------------------------------------------------------------------------------

hf S config set idle_timeout 3600
# Without the limit of M's: all of them go on.
hf S config set relay_per_second 0
flooded "flood for M" "$(hit M)" relayed "$i1s"
hf S config set relay_per_second 1000
flooded "flood for nobody" random drop_hit "$i1s"
# Who sends from many addresses gets so many R1s a second.
flooded "flood for S" "$(hit S)" rx_i1 "$i1s"
check "M is registered through all of that" registered_at M
check "and P" registered_at P

# --- a server that cannot be reached, or is another ---------------------------------------

unregister M
hf M assoc del peer "$(hit S)" 2> /dev/null
wait_for 20 gone M S
hf M config set retries 2
ip -n R link set r2 down
register M
check "S cannot be reached: M is told why" wait_for 30 failed_for S no-answer
check "and waits" reg_is M S waiting
ip -n R link set r2 up
check "S is back: M is registered" wait_for 120 registered_at M

# The HIT of P at the address of S, which does not relay for P any more.
unregister P
count S drop_hit
hf M registration add "$(hit P)" addr "$s0_4"
check "S is asked for a HIT that it has not" wait_for 10 counted
check "nobody answers" wait_for 30 failed_for P no-answer
check "and M is not registered with that" reg_is M P waiting
check "M's own registration stays" registered_at M
finish
