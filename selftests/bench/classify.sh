# SPDX-License-Identifier: GPL-2.0-only
# What other classifiers of Linux do with the rules that hip0 and XFRM have, between
# namespaces bareA and bareB with no cipher: nftables and tc flower. To be sourced by
# packet.sh.
# shellcheck shell=bash disable=SC2154

# port_rules N: one for any port, or for the ports of flows; lines of SPORT, and all
# have DPORT 5001-5002
port_rules()
{
	local i port

	for ((i = 0; i < $1; i++)); do
		rule_port $i "$1"
		echo "$port"
	done
}

# A list in the order of priority, as bindings and policies are one.
nft_list()
{
	nft_table
	if [ "$1" -eq 1 ]; then
		echo 'udp dport 5001-5002 counter meta mark set 1 accept'
	else
		port_rules "$1" | awk '{
			print "udp sport", $1, "udp dport 5001-5002 counter meta mark set", NR, "accept"
		}'
	fi
	printf '}\n}\n'
}

# nft_table [SET]: as far as the rules of what leaves
nft_table()
{
	printf '%s\n' 'table ip bench {' "$@" 'chain out {' \
		'type filter hook output priority 0;'
}

# A set of pairs of ranges (pipapo), which cannot overlap.
nft_set()
{
	local set='0-65535 . 5001-5002'

	[ "$1" -eq 1 ] || set=$(port_rules "$1" | sed 's/$/ . 5001-5002,/')
	nft_table "set r {
		typeof udp sport . udp dport
		flags interval
		elements = { $set }
	}"
	printf '%s\n' 'udp sport . udp dport @r counter meta mark set 1 accept' '}' '}'
}

# nft_do NS: take the rules
nft_do()
{
	ns "$1" nft -f - || abort "nftables: no rules"
}

# nft_gone NS: there was a rule that matched
nft_gone()
{
	ns "$1" nft list table ip bench | grep -q 'counter packets [1-9]' ||
		abort "nftables has matched nothing"
	ns "$1" nft delete table ip bench
}

# tc_filters: of lines SPORT DPORT PROTOCOL, SPORT may be "any". A range from 0 on is
# none to tc, nor one of a single port.
tc_filters()
{
	awk '
	function range(word, ports) {
		sub(/^0-/, "1-", word)
		return split(word, ports, "-") == 2 && ports[1] == ports[2] ? ports[1] : word
	}
	{
		print "filter add dev v0 egress protocol ip prio 1 flower ip_proto", $3,
			($1 == "any" ? "" : "src_port " range($1)), "dst_port", range($2),
			"action ok"
	}'
}

# tc_do NS
tc_do()
{
	tc -n "$1" qdisc add dev v0 clsact && tc -n "$1" -batch - ||
		abort "tc: no filters"
}

tc_gone()
{
	tc -n "$1" -s filter show dev v0 egress | grep -q 'Sent [1-9]' ||
		abort "tc flower has matched nothing"
	tc -n "$1" qdisc del dev v0 clsact
}

# flows_of N: as XFRM has them
flows_of()
{
	echo $(($1 > 1 && $1 < flows ? $1 : flows))
}

# classifiers: the cost of a packet with more and more rules for ports
classifiers()
{
	local n

	for n in $rules; do
		nft_list "$n" | nft_do bareA || exit 1
		row nft-list "$n" bareA $a bareB $b 64 "$(flows_of "$n")"
		nft_gone bareA
		{
			if [ "$n" -eq 1 ]; then
				echo any 5001-5002 udp
			else
				port_rules "$n" | sed 's/$/ 5001-5002 udp/'
			fi
		} | tc_filters | tc_do bareA || exit 1
		row tc-flower "$n" bareA $a bareB $b 64 "$(flows_of "$n")"
		tc_gone bareA
	done
}

# classifier_sets N...: the same in a set
classifier_sets()
{
	local n

	for n; do
		nft_set "$n" | nft_do bareA || exit 1
		row nft-set "$n" bareA $a bareB $b 64 "$(flows_of "$n")"
		nft_gone bareA
	done
}

# classifier_cost NAME RULES BASE: what a packet costs more than without
classifier_cost()
{
	local cost

	next_packet "$1" "$2" bareA $a bareB $b
	diag "$1, $2 ranges: $cost, without $3"
	echo "$1 $2 64 500 $((cost - $3))" >> "$output"
}

# The ranges of hip_ranges(), in nftables and tc flower, which have no cache.
# two_ranges N [nft]
two_ranges()
{
	local n=$1 base cost

	next_packet veth 0 bareA $a bareB $b
	base=$cost
	if [ "${2:-}" = nft ]; then
		{
			nft_table "set r {
				typeof th sport . th dport
				flags interval
				elements = { $(ranges "$n" | sed 's/ / . /; s/$/,/') }
			}"
			printf '%s\n' 'meta l4proto 132 th sport . th dport @r counter' '}' '}'
		} | nft_do bareA || exit 1
		classifier_cost nft "$n" "$base"
		nft_gone bareA
		return
	fi
	ranges "$n" | sed 's/$/ sctp/' | tc_filters | tc_do bareA || exit 1
	classifier_cost tc "$n" "$base"
	tc_gone bareA
}

# The ranges of one port alone, as many: sets of one field are another kind (rbtree).
one_range()
{
	local n=$1 base cost

	next_packet veth 0 bareA $a bareB $b
	base=$cost
	{
		nft_table "set r {
			typeof th sport
			flags interval
			elements = { $(awk -v n="$n" 'BEGIN {
				step = int(65536 / n)
				for (i = 0; i < n; i++)
					print i * step "-" (i == n - 1 ? 65535 : i * step + step - 2) ","
			}') }
		}"
		printf '%s\n' 'meta l4proto 132 th sport @r counter' '}' '}'
	} | nft_do bareA || exit 1
	classifier_cost nft-one "$n" "$base"
	nft_gone bareA
}
