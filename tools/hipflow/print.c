// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing text and JSON.
 */
#include <errno.h>
#include <json-c/json.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "print.h"

/**
 * struct out - what is being written
 * @json: JSON, otherwise text
 * @use_colour: ANSI sequences
 * @mode: see enum out_mode
 * @flags: for json-c
 * @array: of the objects that are done
 * @object: the one that is open
 * @list: the list in it that is open
 * @colour: of the next value
 * @in_line: something stands in this line, so that a blank is needed
 * @indent: goes in front of the first word of the line, if there comes one
 * @keyword: in front of the last item of a list
 */
static struct out {
	bool json;
	bool use_colour;
	enum out_mode mode;
	int flags;
	struct json_object *array;
	struct json_object *object;
	struct json_object *list;
	enum out_colour colour;
	bool in_line;
	const char *indent;
	const char *keyword;
} out;

static const char *const colours[] = {
	[OUT_PLAIN] = "",
	[OUT_NAME] = "\033[36m",
	[OUT_ADDR] = "\033[35m",
	[OUT_HIT] = "\033[94m",
	[OUT_GOOD] = "\033[32m",
	[OUT_BAD] = "\033[31m",
};

void out_begin(const struct hipflow *hf, enum out_mode mode)
{
	memset(&out, 0, sizeof(out));
	out.json = hf->json;
	out.use_colour = hf->colour && !hf->json;
	out.mode = mode;
	out.flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	if (hf->pretty && mode == OUT_ARRAY)
		out.flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	if (out.json && mode == OUT_ARRAY)
		out.array = json_object_new_array();
}

static void write_json(struct json_object *what)
{
	puts(json_object_to_json_string_ext(what, out.flags));
}

static int flush(void)
{
	if (fflush(stdout) || ferror(stdout))
		return complain("cannot write: %s", strerror(errno));
	return STATUS_OK;
}

int out_end(void)
{
	if (out.array)
		write_json(out.array);
	out_abandon();
	return flush();
}

void out_abandon(void)
{
	json_object_put(out.array);
	json_object_put(out.object);
	out.array = NULL;
	out.object = NULL;
}

void out_open(void)
{
	if (out.json)
		out.object = json_object_new_object();
	out.in_line = false;
}

void out_close(void)
{
	if (!out.json) {
		if (out.in_line)
			putchar('\n');
		out.in_line = false;
		out.indent = NULL;
	} else if (out.mode == OUT_ARRAY) {
		json_object_array_add(out.array, out.object);
	} else {
		write_json(out.object);
		json_object_put(out.object);
	}
	out.object = NULL;
	if (out.mode == OUT_STREAM)
		fflush(stdout);
}

void out_colour(enum out_colour colour)
{
	out.colour = colour;
}

static void begin_word(void)
{
	if (out.in_line)
		putchar(' ');
	else if (out.indent)
		fputs(out.indent, stdout);
	out.in_line = true;
	out.indent = NULL;
}

static void put_text(const char *text)
{
	begin_word();
	fputs(text, stdout);
}

static void put_value(const char *value)
{
	enum out_colour colour = out.colour;

	out.colour = OUT_PLAIN;
	if (!out.use_colour || colour == OUT_PLAIN) {
		put_text(value);
		return;
	}
	begin_word();
	printf("%s%s\033[0m", colours[colour], value);
}

/* Either into the open object, or into the line; takes @value over. */
static void put(const char *key, const char *before, struct json_object *value,
		const char *text)
{
	if (out.json) {
		if (key)
			json_object_object_add(out.object, key, value);
		else
			json_object_put(value);
		out.colour = OUT_PLAIN;
		return;
	}
	if (before) {
		if (*before)
			put_text(before);
		put_value(text);
	}
	out.colour = OUT_PLAIN;
}

void out_string(const char *key, const char *before, const char *value)
{
	put(key, before, out.json ? json_object_new_string(value) : NULL,
	    value);
}

void out_uint_as(const char *key, const char *before, uint64_t value,
		 const char *text)
{
	put(key, before, out.json ? json_object_new_uint64(value) : NULL,
	    text);
}

void out_uint(const char *key, const char *before, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	out_uint_as(key, before, value, text);
}

void out_hex32(const char *key, const char *before, uint32_t value)
{
	char text[12];

	snprintf(text, sizeof(text), "0x%08x", value);
	out_string(key, before, text);
}

void out_flag(const char *key, const char *word, bool on)
{
	if (out.json)
		put(key, NULL, json_object_new_boolean(on), NULL);
	else if (on && word)
		put_value(word);
	out.colour = OUT_PLAIN;
}

void out_addr(const char *key, const char *before, const struct in6_addr *addr)
{
	char text[HIP_ADDR_STRLEN];

	out_colour(OUT_ADDR);
	out_string(key, before, hip_addr_print(addr, text));
}

void out_hit(const char *key, const char *before, const struct in6_addr *hit)
{
	char text[HIP_ADDR_STRLEN];

	out_colour(OUT_HIT);
	out_string(key, before, hip_addr_print(hit, text));
}

void out_ifname(const char *key, const char *before, uint32_t ifindex)
{
	char text[IFNAME_LEN];

	out_colour(OUT_NAME);
	out_string(key, before, ifname(ifindex, text));
}

void out_word(const char *word)
{
	if (!out.json)
		put_value(word);
	out.colour = OUT_PLAIN;
}

void out_line(const char *indent)
{
	if (out.json || out.mode == OUT_STREAM)
		return;
	if (out.in_line)
		putchar('\n');
	out.indent = indent;
	out.in_line = false;
}

void out_list(const char *key, const char *before)
{
	if (out.json) {
		out.list = json_object_new_array();
		json_object_object_add(out.object, key, out.list);
	} else if (before && *before) {
		put_text(before);
	}
	out.keyword = NULL;
	out.colour = OUT_PLAIN;
}

static void put_json_item(const char *key, const char *value)
{
	struct json_object *text = json_object_new_string(value);
	struct json_object *item = text;

	if (key) {
		item = json_object_new_object();
		json_object_object_add(item, key, text);
	}
	json_object_array_add(out.list, item);
}

void out_item(const char *before, const char *key, const char *value)
{
	if (out.json) {
		put_json_item(key, value);
		out.colour = OUT_PLAIN;
		return;
	}
	if (!before)
		before = "";
	if (out.keyword && !strcmp(out.keyword, before)) {
		/* No blank behind the comma: it is one word. */
		putchar(',');
		out.in_line = false;
	} else if (*before) {
		put_text(before);
	}
	put_value(value);
	out.keyword = before;
}

void out_list_end(void)
{
	out.list = NULL;
	out.keyword = NULL;
}

void out_counters(const struct counters *c, bool text)
{
	out_uint("tx_packets", text ? "tx" : NULL, c->tx_packets);
	if (text)
		out_word("packets");
	out_uint("tx_bytes", text ? "" : NULL, c->tx_bytes);
	if (text)
		out_word("bytes");
	out_uint("rx_packets", text ? "rx" : NULL, c->rx_packets);
	if (text)
		out_word("packets");
	out_uint("rx_bytes", text ? "" : NULL, c->rx_bytes);
	if (text)
		out_word("bytes");
}

/* The largest unit and, if that leaves a rest, the one below it. */
const char *time_ago(uint64_t ms, char buf[AGO_LEN])
{
	static const struct {
		const char *name;
		unsigned int seconds;
	} units[] = {
		{ "day", 86400 }, { "hour", 3600 }, { "minute", 60 },
		{ "second", 1 },
	};
	unsigned long long seconds = ms / 1000;
	unsigned long long n, rest = 0;
	unsigned int i = 0;
	int len;

	if (!seconds) {
		snprintf(buf, AGO_LEN, "now");
		return buf;
	}
	while (seconds < units[i].seconds)
		i++;
	n = seconds / units[i].seconds;
	if (units[i].seconds > 1)
		rest = seconds % units[i].seconds / units[i + 1].seconds;
	len = snprintf(buf, AGO_LEN, "%llu %s%s", n, units[i].name,
		       n == 1 ? "" : "s");
	if (rest)
		len += snprintf(buf + len, AGO_LEN - len, ", %llu %s%s", rest,
				units[i + 1].name, rest == 1 ? "" : "s");
	snprintf(buf + len, AGO_LEN - len, " ago");
	return buf;
}

const char *human_size(uint64_t bytes, char buf[SIZE_LEN])
{
	static const char *const units[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB",
	};
	double size = bytes;
	unsigned int i = 0;

	while (size >= 1024 && i < 6) {
		size /= 1024;
		i++;
	}
	if (i)
		snprintf(buf, SIZE_LEN, "%.2f %s", size, units[i]);
	else
		snprintf(buf, SIZE_LEN, "%llu B",
			 (unsigned long long)bytes);
	return buf;
}

const char *ifname(uint32_t ifindex, char buf[IFNAME_LEN])
{
	if (!if_indextoname(ifindex, buf))
		snprintf(buf, IFNAME_LEN, "if%u", ifindex);
	return buf;
}
