/* main/settings.h - what a process can be told: one table for flags, environment and help.
 *
 * A flag wins over its INNKEEPER_* variable, which wins over the default. Texts are those of argv or the
 * environment, or live in the arena.
 */
#ifndef INNKEEPER_MAIN_SETTINGS_H
#define INNKEEPER_MAIN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cx.h"
#include "base/err.h"

struct settings {
	const char *listen;
	const char *data;
	const char *store;
	const char *auth;
	const char *base_path;
	const char *cors_origin;
	const char *public_host;
	bool require_if_match;
	uint64_t cache_bytes;
	uint64_t body_max_bytes;
	uint64_t bodies_max_bytes;
	uint64_t connections_max;
	uint64_t event_threads;
	uint64_t workers;
	int64_t header_timeout_ms;
	int64_t body_timeout_ms;
	int64_t idle_timeout_ms;
	int64_t write_timeout_ms;
	int64_t handler_timeout_ms;
};

/* Reads the arguments behind the command's name. ERR_INVALID, noted in a line for people: unknown, not built yet, no value, a value
 * that is none. */
MUST_CHECK enum err settings_read(struct cx *cx, int argc, char **argv, struct settings *out);

/* One line a setting: flag, default, meaning. */
void settings_print_help(FILE *out);

#endif
