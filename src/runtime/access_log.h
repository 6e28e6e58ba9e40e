/* runtime/access_log.h - one line a request: JSON, or readable text when stderr is a terminal.
 *
 * Owner:   one an event thread, which writes what it gathered in a turn at once.
 * Threads: one.
 * Never logged: query values, bodies, fields. The path is as sent, its odd characters replaced; method and path of a
 * request whose method is not known are not shown: they may be a piece of anything.
 */
#ifndef INNKEEPER_RUNTIME_ACCESS_LOG_H
#define INNKEEPER_RUNTIME_ACCESS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct access_log {
	char *text;
	size_t len;
	int64_t stamp_s; /* the second that `stamp` is of */
	char stamp[20];  /* 2026-11-22T16:00:00 */
	bool is_terminal;
};

struct access_entry {
	int64_t wall_ms;
	struct str method; /* empty = the head could not be read; so with the path */
	struct str path;
	const char *route;    /* the template, "" = none */
	const char *use_case; /* NULL or "" = is not shown: method and route say it */
	unsigned status;
	uint64_t sent_bytes;
	uint64_t duration_us;
	struct str request_id;
	struct str trace_id; /* empty = none came */
	const char *code;    /* "" = no error */
};

void access_log_open(struct access_log *log);

void access_log_add(struct access_log *log, const struct access_entry *entry);

void access_log_flush(struct access_log *log);

/* Flushes and frees. */
void access_log_close(struct access_log *log);

#endif
