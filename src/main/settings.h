/* main/settings.h - what a process can be told: one table for flags, environment, file and help.
 *
 * A flag wins over its INNKEEPER_* variable, which wins over the file, which wins over the default; a value that is wrong is
 * refused wherever it stands. A value is one line without blanks at its ends, so that each can stand in a file. Texts are those of
 * argv or the environment, or live in the arena.
 * No setting is a secret: other processes read flags, and `config show` prints every value. One that is will name a file or a variable.
 */
#ifndef INNKEEPER_MAIN_SETTINGS_H
#define INNKEEPER_MAIN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "main/flag.h"
#include "main/suggest.h"

#define SETTINGS_MAX 32

/* A value as it was said, and by whom. */
struct setting_value {
	const char *text;
	const char *source; /* `default`, `file`, `environment` or `flag` */
	const char *from;   /* FILE:LINE, the variable, the flag; empty for a default */
};

struct settings {
	const char *config;
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
	struct setting_value values[SETTINGS_MAX]; /* by the row of the table */
};

/* Sorts the arguments behind the command's name: settings go to *flags, all others to *rest (of const char *). ERR_INVALID, noted in a
 * line for people, when a value is missing. */
MUST_CHECK enum err settings_take_flags(struct cx *cx, int argc, char **argv, struct vec *flags,
					struct vec *rest);

/* Reads defaults, file, environment and those flags. ERR_INVALID, noted in a line for people: an unknown name in the file, a value
 * that is none; `not_implemented`: a setting that is not built yet. */
MUST_CHECK enum err settings_read(struct cx *cx, const struct vec *flags, struct settings *out);

/* The name of the i-th setting that is built, and its value; NULL behind the last. */
const char *settings_at(const struct settings *settings, size_t i,
			const struct setting_value **value);

/* Compares a mistyped flag, its dashes taken away, with the names. */
void settings_suggest(struct suggestion *suggestion);

/* The i-th setting that is built, as people are shown it; false behind the last. */
bool settings_flag(size_t i, struct flag *out);

#endif
