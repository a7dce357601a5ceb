// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "log.h"

/* At most BURST messages in PERIOD seconds */
#define BURST	20
#define PERIOD	5

static bool to_journal;
static bool log_verbose;

void log_init(bool verbose)
{
	log_verbose = verbose;
	to_journal = getenv("JOURNAL_STREAM");
	/* One write for a line: threads and other programs share stderr. */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
}

void log_line(int priority, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (priority == LOG_DEBUG && !log_verbose)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (to_journal)
		fprintf(stderr, "<%d>%s\n", priority, text);
	else
		fprintf(stderr, "hipflowd: %s\n", text);
}

bool log_allowed(void)
{
	static time_t begun;
	static int count;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - begun >= PERIOD) {
		if (count > BURST)
			log_warning("%d more messages were left out",
				    count - BURST);
		begun = now.tv_sec;
		count = 0;
	}
	return ++count <= BURST;
}
