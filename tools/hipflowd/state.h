/* SPDX-License-Identifier: GPL-2.0-only */
/* Files in the state directory. */
#ifndef HIPFLOWD_STATE_H
#define HIPFLOWD_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_R1_FILE	"r1-counter"
/* Generations of R1 that may pass before the file has to be written again. */
#define STATE_R1_STEP	0x100000ULL

/*
 * Opens the directory, and makes it (mode 0700) if it is not there. A file
 * descriptor, or a negative errno after a message in the log. Refused is one
 * that others than its owner may write to.
 */
int state_open(const char *path);

/*
 * Writes a file whole or not at all: it survives a crash at any moment. With
 * @replace false a file that is there is kept: -EEXIST. 0 or a negative errno.
 */
int state_write(int dir, const char *name, const void *data, size_t len,
		bool replace);

/*
 * Reads a file of at most @size octets: octets or a negative errno. With
 * @secret, -EPERM for one that others may read or that is not ours.
 */
int state_read(int dir, const char *name, void *data, size_t size,
	       bool secret);

/*
 * A number that no R1 generation of earlier runs has reached; 1 at first. 0, or
 * a negative errno after a message in the log.
 */
int state_r1_read(int dir, uint64_t *counter);

/* Notes that generations below @limit may be used. */
int state_r1_write(int dir, uint64_t limit);

#endif /* HIPFLOWD_STATE_H */
