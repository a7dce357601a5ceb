/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages to stderr, one line each. */
#ifndef HIPFLOWD_LOG_H
#define HIPFLOWD_LOG_H

#include <stdbool.h>
#include <syslog.h>

#include "compiler.h"

/* Reads the environment once; @verbose lets debug messages through. */
void log_init(bool verbose);

/* @priority is LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO or LOG_DEBUG. */
void log_line(int priority, const char *format, ...) __printf(2, 3);

/*
 * False if messages that strangers can cause came too often of late: then keep
 * silent.
 */
bool log_allowed(void);

#define log_err(...)	log_line(LOG_ERR, __VA_ARGS__)
#define log_warning(...)	log_line(LOG_WARNING, __VA_ARGS__)
#define log_notice(...)	log_line(LOG_NOTICE, __VA_ARGS__)
#define log_info(...)	log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...)	log_line(LOG_DEBUG, __VA_ARGS__)

#endif /* HIPFLOWD_LOG_H */
