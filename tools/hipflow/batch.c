// SPDX-License-Identifier: GPL-2.0-only
/*
 * hipflow -b: command lines from a file.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hipflow.h"

#define MAX_WORDS 256

/*
 * Ends the word that begins at *@text, and takes the quotes off it. A
 * backslash makes the next character an ordinary one.
 */
static int cut_word(char **text)
{
	char *from = *text, *to = *text;
	char quote = '\0';

	for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
		if (quote && *from == quote) {
			quote = '\0';
		} else if (!quote && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else {
			if (*from == '\\' && from[1])
				from++;
			*to++ = *from;
		}
	}
	if (quote)
		return complain("a quotation mark is not closed");
	*text = *from ? from + 1 : from;
	*to = '\0';
	return STATUS_OK;
}

static int split(char *line, char *words[MAX_WORDS], int *n)
{
	int status = STATUS_OK;

	*n = 0;
	for (;;) {
		while (isspace((unsigned char)*line))
			line++;
		if (!*line || *line == '#')
			return STATUS_OK;
		if (*n == MAX_WORDS)
			return complain("the line has more than %d words",
					MAX_WORDS);
		words[(*n)++] = line;
		status = cut_word(&line);
		if (status)
			return status;
	}
}

static int run_line(struct hipflow *hf, char *line)
{
	char *words[MAX_WORDS];
	struct args args = { .words = words };
	int status;

	status = split(line, words, &args.left);
	if (status || !args.left)
		return status;
	return dispatch(hf, &args);
}

static int run_file(struct hipflow *hf, FILE *file, const char *name)
{
	int status = STATUS_OK;
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, file)) >= 0) {
		int err;

		snprintf(complain_where, COMPLAIN_WHERE_LEN, "%s:%u: ", name,
			 ++number);
		if (strlen(line) != (size_t)len)
			err = complain("this is not text");
		else
			err = run_line(hf, line);
		if (err)
			status = err;
		if (err && !hf->force)
			break;
	}
	complain_where[0] = '\0';
	if (ferror(file))
		status = complain("cannot read '%s': %s", name,
				  strerror(errno));
	free(line);
	return status;
}

int batch(struct hipflow *hf, const char *name)
{
	FILE *file = stdin;
	int status;

	if (strcmp(name, "-")) {
		file = fopen(name, "re");
		if (!file)
			return complain("cannot open '%s': %s", name,
					strerror(errno));
	}
	status = run_file(hf, file, name);
	if (file != stdin)
		fclose(file);
	return status;
}
