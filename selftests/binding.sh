#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Flow bindings (draft section 3.1): H's binding puts a flow on its second link,
# in both directions, and nothing else.
. "$(dirname "$0")/lib.sh"

rate=1000
[ -z "$uml" ] || rate=100

# esp_on DEVICE: ESP packets over a link of R's so far, from $from if that is set
from=
esp_on()
{
	capture_count "$1" "esp ${from:+and src net $from}"
}

seen()
{
	[ "$(($(esp_on r0) + $(esp_on r1)))" -ge "$1" ]
}

# stream FROM TO PORT COUNT: numbered packets; the receiver's JSON
stream()
{
	rm -f "$hip_tmp/ready"
	ns "$2" "$hip_top/selftests/stream.py" recv "$(hit "$2")" "$3" "$4" 20 \
		"$hip_tmp/ready" > "$hip_tmp/stream.json" &
	local receiver=$!
	wait_for 10 [ -e "$hip_tmp/ready" ]
	ns "$1" "$hip_top/selftests/stream.py" send "$(hit "$2")" "$3" "$4" $rate
	wait "$receiver"
	cat "$hip_tmp/stream.json"
}

# over N COMMAND...: packets that the command put on r0 and r1; N at least
over()
{
	local b0 b1 n=$1

	b0=$(esp_on r0)
	b1=$(esp_on r1)
	shift
	"$@" > /dev/null
	wait_for 10 seen "$((b0 + b1 + n))"
	on_r0=$(($(esp_on r0) - b0))
	on_r1=$(($(esp_on r1) - b1))
}

peer_knows()
{
	hf P -j binding show fid "$1" |
		jq -e '[.[] | select(.remote)] | length == 1'
}

refused_is()
{
	hf H -j binding show fid "$1" |
		jq -e "[.[] | select(.remote | not)][0].status == $2"
}

plan 27
topology_up
check "ping" ns H ping -6 -c 1 -W 60 "$(hit P)"
check "a path is up" wait_for 20 paths_up H 1
check "four paths are up" wait_for 30 paths_up H 4
capture_start r0 R r0
capture_start r1 R r1

over 50 stream P H 5001 50
check "without a binding the flow comes over the first link" [ "$on_r0" -ge 50 ]
check "and nothing over the second" [ "$on_r1" -eq 0 ]

check "binding add" hf H binding add fid 10 prio 20 proto udp dport 5001 dev v1
check "P learns of it" wait_for 10 peer_knows 10
check "P sends the flow to the second link" wait_for 10 sends_by P 10 "$v1_4"
over 50 stream P H 5001 50
check "the flow comes over the second link" [ "$on_r1" -ge 50 ]
check "and not over the first" [ "$on_r0" -eq 0 ]
over 50 stream P H 5002 50
check "another port stays on the first" [ "$on_r0" -ge 50 ]
check "alone" [ "$on_r1" -eq 0 ]

# Only the first fragment of a packet has ports.
long_packets()
{
	ns P python3 - "$(hit H)" <<-END
	import socket, sys, time
	s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	for i in range(10):
	    s.sendto(bytes(4000), (sys.argv[1], 5001))
	    time.sleep(0.05)
	END
}
from="$w0_4"
over 30 long_packets
from=
check "all fragments go where the first goes" [ "$on_r1" -ge 30 ]
check "none goes by the first link" [ "$on_r0" -eq 0 ]

# H's own packets of the flow have port 5001 as their source.
answer()
{
	ns H python3 - "$(hit P)" <<-END
	import socket, sys
	s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	s.bind(('::', 5001))
	for i in range(50):
	    s.sendto(b'answer', (sys.argv[1], 7000))
	END
}
# P says by ICMPv6 that nobody listens; that does not count here.
from="10.0.0.0/16 and not src $w0_4"
over 50 answer
from=
diag "r0 $on_r0, r1 $on_r1"
check "H sends its side of the flow by the second link" [ "$on_r1" -ge 50 ]
over 6 ns H ping -6 -c 3 -W 60 "$(hit P)"
check "ping stays on the first" [ "$on_r1" -eq 0 ]

check "counters of the binding" [ "$(hf H -j binding show fid 10 | jq '.[0].rx_packets')" -ge 50 ]
check "counters at the peer" [ "$(hf P -j binding show fid 10 | jq '.[0].tx_packets')" -ge 50 ]

# A lower number wins.
hf H binding add fid 11 prio 10 proto udp dport 5000-5010 dev v0
wait_for 10 sends_by P 11 "$v0_4"
over 50 stream P H 5001 50
check "the binding of the better priority counts" [ "$on_r0" -ge 50 ]
hf H binding del fid 11
check "binding del: P forgets it" wait_for 10 sh -c "hipflow -n P -j binding show fid 11 | jq -e 'length == 0'"
over 50 stream P H 5001 50
check "and the other one counts again" [ "$on_r1" -ge 50 ]

# What P does not want is refused, not dropped in silence.
hf P config set max_fids 1
hf H binding add fid 12 prio 30 proto udp dport 6000 dev v1
check "a FID too many is refused with status 128" wait_for 10 refused_is 12 128
check_not "P has not taken it" peer_knows 12

# Bad input is refused and changes nothing.
check_not "a FID twice" hf H binding add fid 10 prio 40 proto udp dport 1 dev v1
check_not "a priority twice" hf H binding add fid 13 prio 20 proto udp dport 1 dev v1
check_not "no such device" hf H binding add fid 13 prio 50 proto udp dport 1 dev v9
check_equal "the bindings are as they were" "10 12" \
	"$(hf H -j binding show | jq -r '[.[].fid] | sort | join(" ")')"

finish
