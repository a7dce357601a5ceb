-- SPDX-License-Identifier: GPL-2.0-only
--
-- NAME
--	hip.lua - HIPv2 parameters and flow bindings for Wireshark and tshark
--
-- SYNOPSIS
--	tshark -X lua_script:hip.lua -r FILE -V
--	wireshark -X lua_script:hip.lua
--
-- DESCRIPTION
--	The dissector of HIP that Wireshark has knows little of version 2 (RFC 7401)
--	and nothing of flow mobility. This one runs after it and adds a tree "HIPv2
--	Parameters" to each packet of version 2, also if it is carried in UDP or
--	quoted by ICMP. All parameters are named. What is in them is shown for
--	E-LOCATOR (type 40026, draft-cao-hiprg-flow-mobility), with the flow
--	options of RFC 6089 and the traffic selectors of RFC 6088; for NOTIFICATION
--	about refused flows (type 8237); and for those that Wireshark does not
--	know, or reads as HIP version 1 had them: R1_COUNTER (129), DH_GROUP_LIST,
--	HIT_SUITE_LIST, TRANSPORT_FORMAT_LIST, HIP_SIGNATURE and HIP_SIGNATURE_2.
--	Of ENCRYPTED, the IV is shown, what is behind it, and with NULL-ENCRYPT the
--	parameters that are there; which cipher it is the HIP_CIPHER of the same
--	packet tells.
--
--	What is malformed is said to be, with the reason, by the expert information
--	hip2.malformed. A selector of a format that is not known, which a host
--	refuses without calling it malformed, has hip2.unsupported; a packet that is
--	shorter than its header says, as ICMP and captures with a limit of length
--	make them, has hip2.truncated.
--
-- INSTALL
--	Wireshark and tshark 3.0 or later, with Lua. For one user:
--
--		mkdir -p ~/.local/lib/wireshark/plugins
--		cp hip.lua ~/.local/lib/wireshark/plugins/
--
--	or for all of them in the folder "Global Lua Plugins", which Help, About,
--	Folders or "tshark -G folders" tells. It is read at the next start.
--
-- FIELDS
--	tshark -G fields | grep -P '\thip2\.'
--
-- EXAMPLES
--	Which flows are asked for, and where:
--
--		tshark -X lua_script:hip.lua -r FILE -Y hip2.flow.fid -T fields \
--			-e frame.time -e hip2.flow.fid -e hip2.locator.address
--
--	Anything that is wrong:
--
--		tshark -X lua_script:hip.lua -r FILE -Y hip2.malformed

local HEADER_LEN = 40
local PARAMETER_LEN = 4		-- of type and length
local LOCATOR_LEN = 8		-- of a sub-parameter, in front of the locator
local FLOW_LEN = 8		-- of a flow option, in front of its sub-options
local FLOW_OPTION = 45
local ESTIMATED_INFO = 100	-- octets that a line of the packet list may take

local hip2 = Proto("hip2", "HIPv2 Parameters")

-- Numbers of RFC 7401, 7402, 8003, 8004, 8046, 9374, and what is private use.
local PARAMETERS = {
	[65] = "ESP_INFO",
	[129] = "R1_COUNTER",
	[193] = "LOCATOR_SET",
	[257] = "PUZZLE",
	[321] = "SOLUTION",
	[385] = "SEQ",
	[449] = "ACK",
	[511] = "DH_GROUP_LIST",
	[513] = "DIFFIE_HELLMAN",
	[579] = "HIP_CIPHER",
	[641] = "ENCRYPTED",
	[705] = "HOST_ID",
	[715] = "HIT_SUITE_LIST",
	[768] = "CERT",
	[832] = "NOTIFICATION",
	[897] = "ECHO_REQUEST_SIGNED",
	[930] = "REG_INFO",
	[932] = "REG_REQUEST",
	[934] = "REG_RESPONSE",
	[936] = "REG_FAILED",
	[961] = "ECHO_RESPONSE_SIGNED",
	[2049] = "TRANSPORT_FORMAT_LIST",
	[4095] = "ESP_TRANSFORM",
	[40026] = "E-LOCATOR",
	[61505] = "HIP_MAC",
	[61569] = "HIP_MAC_2",
	[61633] = "HIP_SIGNATURE_2",
	[61697] = "HIP_SIGNATURE",
	[63661] = "ECHO_REQUEST_UNSIGNED",
	[63425] = "ECHO_RESPONSE_UNSIGNED",
	[65498] = "FROM",
	[65499] = "RVS_HMAC",
	[65502] = "VIA_RVS",
}

local DH_GROUPS = {
	[0] = "Reserved",
	[1] = "Deprecated",
	[2] = "Deprecated",
	[3] = "1536-bit MODP group",
	[4] = "3072-bit MODP group",
	[5] = "Deprecated",
	[6] = "Deprecated",
	[7] = "NIST P-256",
	[8] = "NIST P-384",
	[9] = "NIST P-521",
	[10] = "SECP160R1",
	[11] = "2048-bit MODP group",
}

local HIT_SUITES = {
	[0] = "Reserved",
	[1] = "RSA,DSA/SHA-256",
	[2] = "ECDSA/SHA-384",
	[3] = "ECDSA_LOW/SHA-1",
	[5] = "EdDSA/cSHAKE128",
}

local ALGORITHMS = {
	[0] = "Reserved",
	[1] = "Null encryption",
	[3] = "DSA",
	[5] = "RSA",
	[7] = "ECDSA",
	[9] = "ECDSA_LOW",
	[13] = "EdDSA",
}

-- HIP_CIPHER: octets of the IV, which are those of a block
local CIPHERS = {
	[1] = { name = "NULL-ENCRYPT", iv = 0 },
	[2] = { name = "AES-128-CBC", iv = 16 },
	[4] = { name = "AES-256-CBC", iv = 16 },
}
local NULL_ENCRYPT = 1
local HIP_CIPHER = 579

local TRANSPORT_FORMATS = {
	[4095] = "ESP",
}

local TRAFFIC_TYPES = {
	[0] = "Signalling and user data",
	[1] = "Signalling packets only",
	[2] = "Data packets only",
}

local LOCATOR_TYPES = {
	[0] = "Address",
	[1] = "SPI and address",
}

local STATUS = {
	[0] = "Accepted",
	[128] = "Administratively prohibited",
	[129] = "Rejected, reason unspecified",
	[130] = "Malformed option",
	[131] = "Binding identifier not found",
	[132] = "Flow identifier not found",
	[133] = "Traffic selector format not supported",
}

local SUB_OPTIONS = {
	[0] = "Pad1",
	[1] = "PadN",
	[2] = "Binding Reference",
	[3] = "Traffic Selector",
}

local FORMATS = {
	[1] = "IPv4 binary traffic selector",
	[2] = "IPv6 binary traffic selector",
}

local NOTIFICATIONS = {
	[8237] = "Flow bindings refused",
}
local FLOWS_REFUSED = 8237

-- --- fields -------------------------------------------------------------------

local f = {
	type = ProtoField.uint16("hip2.type", "Type", base.DEC, PARAMETERS),
	length = ProtoField.uint16("hip2.length", "Length"),
	contents = ProtoField.bytes("hip2.contents", "Contents"),
	padding = ProtoField.bytes("hip2.padding", "Padding"),

	encrypted_reserved = ProtoField.uint32("hip2.encrypted.reserved", "Reserved", base.HEX),
	iv = ProtoField.bytes("hip2.encrypted.iv", "Initialization vector"),
	encrypted = ProtoField.bytes("hip2.encrypted.data", "Encrypted data"),

	r1_reserved = ProtoField.uint32("hip2.r1_counter.reserved", "Reserved", base.HEX),
	r1_counter = ProtoField.uint64("hip2.r1_counter", "Generation counter"),
	dh_group = ProtoField.uint8("hip2.dh_group", "DH group", base.DEC, DH_GROUPS),
	suite = ProtoField.uint8("hip2.hit_suite", "HIT suite", base.DEC, HIT_SUITES, 0xf0),
	suite_low = ProtoField.uint8("hip2.hit_suite.reserved", "Reserved", base.HEX, nil, 0x0f),
	transport = ProtoField.uint16("hip2.transport_format", "Transport format",
				      base.DEC, TRANSPORT_FORMATS),
	algorithm = ProtoField.uint16("hip2.signature.algorithm", "Algorithm",
				      base.DEC, ALGORITHMS),
	signature = ProtoField.bytes("hip2.signature", "Signature"),

	notify_reserved = ProtoField.uint16("hip2.notification.reserved", "Reserved", base.HEX),
	notify_type = ProtoField.uint16("hip2.notification.type", "Notify message type",
					base.DEC, NOTIFICATIONS),
	refused_fid = ProtoField.uint16("hip2.refused.fid", "FID"),
	refused_status = ProtoField.uint8("hip2.refused.status", "Status", base.DEC, STATUS),
	refused_zero = ProtoField.uint8("hip2.refused.reserved", "Reserved", base.HEX),

	complete = ProtoField.bool("hip2.elocator.complete", "Complete state"),
	traffic = ProtoField.uint8("hip2.locator.traffic_type", "Traffic type",
				   base.DEC, TRAFFIC_TYPES),
	kind = ProtoField.uint8("hip2.locator.type", "Locator type", base.DEC, LOCATOR_TYPES),
	words = ProtoField.uint8("hip2.locator.length", "Locator length, in words of 4 octets"),
	flags = ProtoField.uint8("hip2.locator.flags", "Flags", base.HEX),
	flow_flag = ProtoField.bool("hip2.locator.flags.flow", "F: a flow option follows",
				    8, nil, 0x02),
	preferred = ProtoField.bool("hip2.locator.flags.preferred", "P: preferred",
				    8, nil, 0x01),
	lifetime = ProtoField.uint32("hip2.locator.lifetime", "Lifetime, in seconds"),
	spi = ProtoField.uint32("hip2.locator.spi", "SPI", base.HEX),
	address = ProtoField.ipv6("hip2.locator.address", "Address"),
	locator = ProtoField.bytes("hip2.locator.unknown", "Locator of another type"),

	option = ProtoField.uint8("hip2.flow.type", "Option type", base.DEC,
				  { [FLOW_OPTION] = "Flow Identification Mobility" }),
	option_len = ProtoField.uint8("hip2.flow.length", "Option length"),
	fid = ProtoField.uint16("hip2.flow.fid", "FID"),
	priority = ProtoField.uint16("hip2.flow.priority", "FID-PRI"),
	reserved = ProtoField.uint8("hip2.flow.reserved", "Reserved", base.HEX),
	status = ProtoField.uint8("hip2.flow.status", "Status", base.DEC, STATUS),
	sub = ProtoField.uint8("hip2.flow.option.type", "Sub-option", base.DEC, SUB_OPTIONS),
	sub_len = ProtoField.uint8("hip2.flow.option.length", "Length"),
	sub_data = ProtoField.bytes("hip2.flow.option.data", "Data"),
	bid = ProtoField.uint16("hip2.flow.bid", "BID"),

	format = ProtoField.uint8("hip2.selector.format", "TS format", base.DEC, FORMATS),
	ts_reserved = ProtoField.uint8("hip2.selector.reserved", "Reserved", base.HEX),
	ts_flags = ProtoField.uint32("hip2.selector.flags", "Fields", base.HEX),
	ts_rest = ProtoField.bytes("hip2.selector.unknown", "Selector"),
}

-- Pairs of fields of a selector, in the order of the wire: a start and an end.
local function pair(name, label, size, make, short)
	local p = { label = label, size = size, short = short }

	p.first = make("hip2.selector." .. name, label)
	p.last = make("hip2.selector." .. name .. "_max", label .. ", end")
	f[#f + 1] = p.first
	f[#f + 1] = p.last
	return p
end

local function hex8(abbr, label)
	return ProtoField.uint8(abbr, label, base.HEX)
end

local function hex32(abbr, label)
	return ProtoField.uint32(abbr, label, base.HEX)
end

-- Of its four octets, 20 bits count.
local function label20(abbr, label)
	return ProtoField.uint32(abbr, label, base.HEX, nil, 0x000fffff)
end

local SPI = pair("spi", "SPI", 4, hex32, "spi")
local SPORT = pair("sport", "Source port", 2, ProtoField.uint16, "sport")
local DPORT = pair("dport", "Destination port", 2, ProtoField.uint16, "dport")
local TCLASS = pair("tclass", "Traffic class or DS field", 1, hex8, "tclass")
local PROTO = pair("proto", "Protocol or next header", 1, ProtoField.uint8, "proto")

local SELECTORS = {
	[1] = {
		pair("src4", "Source address", 4, ProtoField.ipv4, "src"),
		pair("dst4", "Destination address", 4, ProtoField.ipv4, "dst"),
		SPI, SPORT, DPORT, TCLASS, PROTO,
	},
	[2] = {
		pair("src6", "Source address", 16, ProtoField.ipv6, "src"),
		pair("dst6", "Destination address", 16, ProtoField.ipv6, "dst"),
		SPI,
		pair("flowlabel", "Flow label", 4, label20, "flowlabel"),
		SPORT, DPORT, TCLASS, PROTO,
	},
}

local all_fields = {}
for _, field in pairs(f) do
	all_fields[#all_fields + 1] = field
end
hip2.fields = all_fields

local malformed = ProtoExpert.new("hip2.malformed", "Malformed",
				  expert.group.MALFORMED, expert.severity.ERROR)
local unsupported = ProtoExpert.new("hip2.unsupported", "Not supported",
				    expert.group.UNDECODED, expert.severity.WARN)
local truncated = ProtoExpert.new("hip2.truncated", "Shorter than its header says",
				  expert.group.UNDECODED, expert.severity.NOTE)
hip2.experts = { malformed, unsupported, truncated }

local hip_field = Field.new("hip")

-- --- helpers ------------------------------------------------------------------

local function bad(tree, text)
	tree:add_proto_expert_info(malformed, text)
end

local function name_of(names, number)
	return names[number] or string.format("Unknown (%d)", number)
end

-- An address as people write it, also if it is one of IPv4 within IPv6.
local function address_text(range)
	local text

	if range:len() == 4 then
		return tostring(range:ipv4())
	end
	text = tostring(range:ipv6())
	return (text:gsub("^::ffff:(%d+%.)", "%1"))
end

-- A list of numbers, each of size octets; what is over is malformed.
local function add_list(tree, field, data, size, each)
	local at = 0

	while data:len() - at >= size do
		tree:add(field, data:range(at, size))
		if each then
			each(data:range(at, size))
		end
		at = at + size
	end
	if at < data:len() then
		bad(tree, string.format("%d octets are left over", data:len() - at))
	elseif at == 0 then
		bad(tree, "The list is empty")
	end
end

-- TvbRange has no ranges without octets: this one has a length of 0, too.
local function part(data, at, len)
	if len == 0 then
		return { len = function() return 0 end }
	end
	return data:range(at, len)
end

-- --- traffic selectors (RFC 6088) -----------------------------------------------

local function compare(a, b)
	local x, y = a:bytes():tohex(), b:bytes():tohex()

	if x == y then
		return 0
	end
	return x < y and -1 or 1
end

-- What is compared of a field: the rest of it is no reason to call a range empty.
local function significant(p, range)
	if p == TCLASS then
		return range:bitfield(0, 6)
	elseif p.short == "flowlabel" then
		return range:bitfield(12, 20)
	end
	return nil
end

local function ends_first(p, first, last)
	local a, b = significant(p, first), significant(p, last)

	if a then
		return b < a
	end
	return compare(last, first) < 0
end

local function value_text(p, range)
	if p.short == "src" or p.short == "dst" then
		return address_text(range)
	elseif p == SPI or p == TCLASS then
		return string.format("0x%0" .. (2 * p.size) .. "x", range:uint())
	elseif p.short == "flowlabel" then
		return string.format("%d", range:bitfield(12, 20))
	end
	return string.format("%d", range:uint())
end

-- Flags have letters, from the most significant bit on.
local function flag_text(selector, number)
	local p = selector[math.floor((number + 2) / 2)]

	return string.format("%s: %s%s", string.char(65 + number), p.label,
			     number % 2 == 0 and "" or ", end")
end

local function add_flags(tree, selector, range)
	local item = tree:add(f.ts_flags, range)

	for number = 0, 2 * #selector - 1 do
		if range:bitfield(number, 1) == 1 then
			item:add(range, flag_text(selector, number))
		end
	end
	return item
end

-- data: the selector from its flags on. Returns what it says in words, or nil.
local function selector_fields(tree, selector, data)
	local flags = data:range(0, 4)
	local texts = {}
	local at = 4

	local function take(field, size)
		local range

		if data:len() - at < size then
			return nil
		end
		range = data:range(at, size)
		tree:add(field, range)
		at = at + size
		return range
	end

	add_flags(tree, selector, flags)
	for number, p in ipairs(selector) do
		local has_first = flags:bitfield(2 * number - 2, 1) == 1
		local has_last = flags:bitfield(2 * number - 1, 1) == 1
		local first, last

		if has_last and not has_first then
			bad(tree, p.label .. " has an end, but no start")
			return nil
		end
		if has_first then
			first = take(p.first, p.size)
			last = has_last and take(p.last, p.size)
			if not first or has_last and not last then
				bad(tree, p.label .. " is cut off by the end of the sub-option")
				return nil
			end
			if last and ends_first(p, first, last) then
				bad(tree, p.label .. " ends before it starts")
				return nil
			end
			texts[#texts + 1] = p.short .. " " .. value_text(p, first) ..
				(last and "-" .. value_text(p, last) or "")
		end
	end
	if at < data:len() then
		bad(tree, string.format("%d octets behind the last field of the selector",
					data:len() - at))
		return nil
	end
	return #texts > 0 and table.concat(texts, " ") or "any"
end

-- data: of the sub-option. Returns what it says in words, or nil.
local function add_selector(tree, data)
	local format

	if data:len() < 6 then
		bad(tree, "A traffic selector is at least 6 octets long")
		return nil
	end
	format = data:range(0, 1):uint()
	tree:add(f.format, data:range(0, 1))
	tree:add(f.ts_reserved, data:range(1, 1))
	if not SELECTORS[format] then
		tree:add(f.ts_rest, data:range(2))
		tree:add_proto_expert_info(unsupported,
			string.format("Traffic selector format %d is not known", format))
		return nil
	end
	return selector_fields(tree, SELECTORS[format], data:range(2))
end

-- --- flow options (RFC 6089) ----------------------------------------------------

local function add_sub_option(tree, kind, data)
	if data:len() == 0 then
		if kind == 3 then
			return add_selector(tree, data)
		end
		return nil
	end
	if kind == 2 then
		add_list(tree, f.bid, data, 2)
	elseif kind == 3 then
		return add_selector(tree, data)
	else
		tree:add(f.sub_data, data)
	end
	return nil
end

-- Returns the words of the selector, or nil, and whether all of it can be read.
local function add_sub_options(tree, data)
	local at, len = 0, data:len()
	local selectors, words = 0, nil

	while at < len do
		local kind = data:range(at, 1):uint()
		local size = 1
		local item

		if kind > 0 then
			if len - at < 2 or len - at - 2 < data:range(at + 1, 1):uint() then
				item = tree:add(f.sub, data:range(at, 1))
				bad(item, "The sub-option runs over the end of the flow option")
				return nil, false
			end
			size = 2 + data:range(at + 1, 1):uint()
		end
		item = tree:add(data:range(at, size),
				"Sub-option: " .. name_of(SUB_OPTIONS, kind))
		item:add(f.sub, data:range(at, 1))
		if kind > 0 then
			item:add(f.sub_len, data:range(at + 1, 1))
			local text = add_sub_option(item, kind,
						    part(data, at + 2, size - 2))
			words = words or text
		end
		if kind == 3 then
			selectors = selectors + 1
			if selectors == 2 then
				bad(item, "A flow option has one traffic selector")
			end
		end
		at = at + size
	end
	return words, true
end

-- data: begins with the option. Returns its octets, or nil, and a text.
local function add_flow(tree, data)
	local item, total, words, whole, fid

	if data:len() < FLOW_LEN then
		bad(tree, "A flow option is at least 8 octets long")
		return nil
	end
	total = 2 + data:range(1, 1):uint()
	item = tree:add(data:range(0, math.max(2, math.min(total, data:len()))),
			"Flow Identification Mobility option")
	item:add(f.option, data:range(0, 1))
	item:add(f.option_len, data:range(1, 1))
	if data:range(0, 1):uint() ~= FLOW_OPTION then
		bad(item, "A flow option (45) has to follow a locator with F set")
		return nil
	elseif total < FLOW_LEN then
		bad(item, "The option is too short")
		return nil
	elseif total > data:len() then
		bad(item, "The option runs over the end of E-LOCATOR")
		return nil
	elseif total % 4 ~= 0 then
		bad(item, "The option does not end on a boundary of 4 octets")
		return nil
	end
	item:add(f.fid, data:range(2, 2))
	item:add(f.priority, data:range(4, 2))
	item:add(f.reserved, data:range(6, 1))
	item:add(f.status, data:range(7, 1))
	fid = data:range(2, 2):uint()
	if fid == 0 or data:range(4, 2):uint() == 0 then
		bad(item, "FID and FID-PRI are not 0")
	end
	words, whole = add_sub_options(item, part(data, FLOW_LEN, total - FLOW_LEN))
	item:append_text(string.format(": FID %d priority %d%s", fid,
				       data:range(4, 2):uint(),
				       words and " " .. words or ""))
	if not whole then
		return nil
	end
	return total, fid
end

-- --- E-LOCATOR ------------------------------------------------------------------

-- Returns the address in words, or nil if it is malformed.
local function add_address(tree, kind, data)
	local sizes = { [0] = 16, [1] = 20 }
	local size = sizes[kind]

	if not size then
		if data:len() > 0 then
			tree:add(f.locator, data)
		end
		return string.format("of type %d", kind)
	elseif size ~= data:len() then
		bad(tree, string.format("A locator of type %d is %d octets long", kind, size))
		return nil
	end
	if kind == 1 then
		tree:add(f.spi, data:range(0, 4))
	end
	tree:add(f.address, data:range(size - 16, 16))
	return address_text(data:range(size - 16, 16))
end

-- data: begins with the sub-parameter. Returns its octets, or nil if what is
-- behind it cannot be found, and its FID, or nil if it serves every flow.
local function add_locator(tree, data)
	local item = tree:add(data, "Locator")
	local len, size, text, flow, fid, flags

	if data:len() < LOCATOR_LEN then
		bad(item, "A locator is at least 8 octets long")
		return nil
	end
	item:add(f.traffic, data:range(0, 1))
	item:add(f.kind, data:range(1, 1))
	item:add(f.words, data:range(2, 1))
	flags = item:add(f.flags, data:range(3, 1))
	flags:add(f.flow_flag, data:range(3, 1))
	flags:add(f.preferred, data:range(3, 1))
	item:add(f.lifetime, data:range(4, 4))
	if data:range(4, 4):uint() == 0 then
		bad(item, "The lifetime is 0")
		return nil
	elseif data:range(0, 1):uint() > 2 then
		bad(item, "There is no such traffic type")
		return nil
	end
	size = 4 * data:range(2, 1):uint()
	if data:len() - LOCATOR_LEN < size then
		bad(item, "The locator runs over the end of E-LOCATOR")
		return nil
	end
	len = LOCATOR_LEN + size
	text = add_address(item, data:range(1, 1):uint(), part(data, LOCATOR_LEN, size))
	if not text then
		return nil
	end
	item:append_text(" " .. text)
	if data:range(3, 1):bitfield(7, 1) == 1 then
		item:append_text(", preferred")
	end
	if data:range(3, 1):bitfield(6, 1) == 1 then
		flow, fid = add_flow(item, part(data, len, data:len() - len))
		if not flow then
			return nil
		end
		len = len + flow
		item:append_text(string.format(", FID %d", fid))
	else
		item:append_text(", every flow")
	end
	item:set_len(len)
	return len, fid
end

-- Without a locator for every flow it is an update of the flows that it names
-- (draft section 3.3.3). Returns words for the packet list.
local function add_elocator(tree, data)
	local fids, seen, texts = {}, {}, {}
	local complete = false
	local at, count = 0, 0
	local item

	while at < data:len() do
		local len, fid = add_locator(tree, data:range(at))

		if not len then
			return "malformed"
		end
		if not fid then
			complete = true
		elseif not seen[fid] then
			seen[fid] = true
			fids[#fids + 1] = fid
		end
		at = at + len
		count = count + 1
	end
	item = tree:add(f.complete, complete)
	item:set_generated()
	item:append_text(complete and ": what is not listed is gone" or
			 ": an update of these flows only")
	texts[1] = string.format("%d locator%s", count, count == 1 and "" or "s")
	if #fids > 0 then
		texts[2] = "FID " .. table.concat(fids, ",")
	end
	return table.concat(texts, " ")
end

-- --- other parameters -------------------------------------------------------------

local function add_r1_counter(tree, data)
	if data:len() ~= 12 then
		bad(tree, "R1_COUNTER is 12 octets long")
		return
	end
	tree:add(f.r1_reserved, data:range(0, 4))
	tree:add(f.r1_counter, data:range(4, 8))
end

local function add_signature(tree, data)
	if data:len() < 3 then
		bad(tree, "There is no signature")
		return
	end
	tree:add(f.algorithm, data:range(0, 2))
	tree:add(f.signature, data:range(2))
	tree:append_text(", " .. name_of(ALGORITHMS, data:range(0, 2):uint()))
end

local function add_dh_groups(tree, data)
	add_list(tree, f.dh_group, data, 1)
end

local function add_suites(tree, data)
	local function low(range)
		tree:add(f.suite_low, range)
		if range:bitfield(4, 4) ~= 0 then
			bad(tree, "The four lower bits of a HIT suite are not 0")
		end
	end

	add_list(tree, f.suite, data, 1, low)
end

local function add_transports(tree, data)
	add_list(tree, f.transport, data, 2)
end

-- A list of FID, status and a zero.
local function add_refused(tree, data)
	local at = 0

	while data:len() - at >= 4 do
		local item = tree:add(data:range(at, 4),
			string.format("FID %d: %s", data:range(at, 2):uint(),
				      name_of(STATUS, data:range(at + 2, 1):uint())))

		item:add(f.refused_fid, data:range(at, 2))
		item:add(f.refused_status, data:range(at + 2, 1))
		item:add(f.refused_zero, data:range(at + 3, 1))
		at = at + 4
	end
	if at < data:len() or at == 0 then
		bad(tree, "Refused flows are told in 4 octets each")
	end
end

local function add_notification(tree, data)
	if data:len() < 4 then
		bad(tree, "A NOTIFICATION is at least 4 octets long")
		return
	end
	tree:add(f.notify_reserved, data:range(0, 2))
	tree:add(f.notify_type, data:range(2, 2))
	if data:range(2, 2):uint() == FLOWS_REFUSED then
		add_refused(tree, part(data, 4, data:len() - 4))
		return "flows refused"
	elseif data:len() > 4 then
		tree:add(f.contents, data:range(4))
	end
end

-- section 5.2.18; cipher: nil if the packet tells none. Returns the parameters in
-- it that are to be shown, if they are.
local function add_encrypted(tree, data, cipher)
	local known = CIPHERS[cipher]
	local iv = known and known.iv

	if data:len() < 4 then
		bad(tree, "ENCRYPTED is at least 4 octets long")
		return nil
	end
	tree:add(f.encrypted_reserved, data:range(0, 4))
	data = part(data, 4, data:len() - 4)
	if not known then
		if data:len() > 0 then
			tree:add(f.encrypted, data:range(0))
		end
		return nil
	end
	tree:append_text(", " .. known.name)
	if cipher == NULL_ENCRYPT then
		return data
	end
	if data:len() < 2 * iv or data:len() % iv ~= 0 then
		bad(tree, "An IV and whole blocks of 16 octets are due")
		return nil
	end
	tree:add(f.iv, data:range(0, iv))
	tree:add(f.encrypted, data:range(iv))
	return nil
end

local DISSECTORS = {
	[129] = add_r1_counter,
	[511] = add_dh_groups,
	[715] = add_suites,
	[832] = add_notification,
	[2049] = add_transports,
	[40026] = add_elocator,
	[61633] = add_signature,
	[61697] = add_signature,
}

-- --- packets ----------------------------------------------------------------------

local ENCRYPTED = 641
local add_parameters

-- Which of these are to be seen in the packet list?
local function add_info(pinfo, kind, words)
	local text = string.format(" [%s: %s]", PARAMETERS[kind], words)

	if #tostring(pinfo.cols.info) < ESTIMATED_INFO then
		pinfo.cols.info:append(text)
	end
end

-- data: the packet from this parameter on; missing: octets that its header tells
-- of, but are not there; seen: what parameters before tell of this one. Returns
-- octets, or nil at the end.
local function add_parameter(tree, pinfo, data, missing, seen)
	local kind, len, total, item, words

	if data:len() < PARAMETER_LEN then
		if missing > 0 then
			tree:add_proto_expert_info(truncated, "The packet ends before this parameter does")
		else
			bad(tree, "A parameter is at least 4 octets long")
		end
		return nil
	end
	kind = data:range(0, 2):uint()
	len = data:range(2, 2):uint()
	total = PARAMETER_LEN + len
	item = tree:add(data:range(0, math.min(total, data:len())),
			string.format("%s (%d octets)", name_of(PARAMETERS, kind), len))
	item:add(f.type, data:range(0, 2))
	item:add(f.length, data:range(2, 2))
	if total > data:len() + missing then
		bad(item, "The parameter runs over the end of the packet")
		return nil
	elseif total > data:len() then
		item:add_proto_expert_info(truncated, "The packet ends before this parameter does")
		return nil
	end
	if kind == HIP_CIPHER and len >= 2 then
		-- A list of them is an offer: nothing is chosen.
		seen.cipher = len == 2 and data:range(PARAMETER_LEN, 2):uint() or nil
	end
	if kind == ENCRYPTED then
		local inner = add_encrypted(item, part(data, PARAMETER_LEN, len), seen.cipher)

		if inner and inner:len() > 0 and not seen.inside then
			add_parameters(item, pinfo, inner:range(0), 0, { inside = true })
		end
	elseif DISSECTORS[kind] then
		words = DISSECTORS[kind](item, part(data, PARAMETER_LEN, len))
		if words then
			add_info(pinfo, kind, words)
		end
	elseif len > 0 then
		item:add(f.contents, data:range(PARAMETER_LEN, len))
	end
	-- To a multiple of 8, with what fills it.
	len = math.ceil(total / 8) * 8
	if len > data:len() + missing then
		bad(item, "The padding of the parameter is not there")
		return nil
	elseif len > total and len <= data:len() then
		item:add(f.padding, data:range(total, len - total))
	end
	return len
end

function add_parameters(tree, pinfo, data, missing, seen)
	local at = 0

	while at < data:len() do
		local len = add_parameter(tree, pinfo, data:range(at), missing, seen)

		if not len then
			return
		end
		at = at + len
	end
end

-- range: what the dissector of HIP was given
local function add_packet(range, pinfo, tree)
	local total, data, missing

	if range:len() < HEADER_LEN or range:range(3, 1):bitfield(0, 4) ~= 2 then
		return
	end
	total = 8 * (range:range(1, 1):uint() + 1)
	if total <= HEADER_LEN then
		return
	end
	missing = math.max(0, total - range:len())
	if range:len() == HEADER_LEN then
		return
	end
	data = range:range(0, math.min(total, range:len()))
	tree = tree:add(hip2, data:range(HEADER_LEN))
	add_parameters(tree, pinfo, data:range(HEADER_LEN), missing, {})
end

function hip2.dissector(tvb, pinfo, tree)
	for _, info in ipairs({ hip_field() }) do
		add_packet(info.range, pinfo, tree)
	end
end

register_postdissector(hip2)
