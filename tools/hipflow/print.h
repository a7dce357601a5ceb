/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Printing: each value is named once, by one call, for text and for JSON.
 *
 * @key is the member of the JSON object, NULL to leave the value out of JSON.
 * @before is the word in front of the value in text, "" for none, NULL to
 * leave the value out of text. Words of text are separated by blanks, of JSON
 * nothing but whole documents is written: what fails half way prints none.
 */
#ifndef HIPFLOW_PRINT_H
#define HIPFLOW_PRINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "hipflow.h"

enum out_colour {
	OUT_PLAIN,
	OUT_NAME,	/* interfaces, headings */
	OUT_ADDR,
	OUT_HIT,
	OUT_GOOD,
	OUT_BAD,
};

/**
 * enum out_mode - what is written
 * @OUT_ARRAY: a list of objects; in JSON an array even if it is empty
 * @OUT_STREAM: objects of one line each, written at once; JSON has no array
 */
enum out_mode {
	OUT_ARRAY,
	OUT_STREAM,
};

void out_begin(const struct hipflow *hf, enum out_mode mode);
/* Writes what is left; returns an exit status. */
int out_end(void);
/* Ends it without having been whole: JSON is not written. */
void out_abandon(void);

void out_open(void);
void out_close(void);

/* Colour of the next value. */
void out_colour(enum out_colour colour);

void out_string(const char *key, const char *before, const char *value);
void out_uint(const char *key, const char *before, uint64_t value);
/* A number that is written otherwise in text. */
void out_uint_as(const char *key, const char *before, uint64_t value,
		 const char *text);
/* A string of JSON, "0x" and 8 digits. */
void out_hex32(const char *key, const char *before, uint32_t value);
/* true and false in JSON, @word or nothing in text. */
void out_flag(const char *key, const char *word, bool on);
void out_addr(const char *key, const char *before,
	      const struct in6_addr *addr);
void out_hit(const char *key, const char *before, const struct in6_addr *hit);
void out_ifname(const char *key, const char *before, uint32_t ifindex);

/* Text alone. */
void out_word(const char *word);
/* Goes on in a new line, or in the same one of a stream. */
void out_line(const char *indent);

/*
 * A list, A,B,C in text, behind the word @before unless that is NULL. Items
 * are strings; with @key they are objects of this one member. A @before of an
 * item that differs from the one of the item in front begins anew in text:
 * "dev A,B via C".
 */
void out_list(const char *key, const char *before);
void out_item(const char *before, const char *key, const char *value);
void out_list_end(void);

/* Packets and bytes of both directions. */
struct counters {
	uint64_t tx_packets;
	uint64_t tx_bytes;
	uint64_t rx_packets;
	uint64_t rx_bytes;
};

/* @text: in text, too */
void out_counters(const struct counters *c, bool text);

/* "2 minutes, 3 seconds ago" */
#define AGO_LEN 64
const char *time_ago(uint64_t ms, char buf[AGO_LEN]);
/* "1.25 MiB" */
#define SIZE_LEN 32
const char *human_size(uint64_t bytes, char buf[SIZE_LEN]);

/* Name of an interface, "if7" if it has none. */
#define IFNAME_LEN 20
const char *ifname(uint32_t ifindex, char buf[IFNAME_LEN]);

#endif /* HIPFLOW_PRINT_H */
