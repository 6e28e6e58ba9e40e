/* main/invocation.h - a command as it was called: its row of the table, its options, words and settings.
 *
 * Owner: all lives in cx's arena, or is argv's.
 */
#ifndef INNKEEPER_MAIN_INVOCATION_H
#define INNKEEPER_MAIN_INVOCATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "main/flag.h"

#define EXIT_DONE 0
#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define EXIT_DAMAGE 3

struct command_options {
	bool json;
	bool quiet;
	bool replace;
	bool repair;
	bool origin;
	const char *head; /* NULL = not given */
	const char *only; /* likewise */
	const char *from; /* likewise */
	const char *to;   /* likewise */
};

enum option_bit {
	TAKES_JSON = 1,
	TAKES_QUIET = 2,
	TAKES_REPLACE = 4,
	TAKES_REPAIR = 8,
	TAKES_HEAD = 16,
	TAKES_ONLY = 32,
	TAKES_ORIGIN = 64,
	TAKES_STORES = 128, /* from and to */
};

struct invocation;

struct command_row {
	const char *name;
	const char *arguments; /* behind the name, for people: FILE, or `a|b`; NULL = none */
	const char *meaning;
	const char *example;
	unsigned takes;  /* of enum option_bit */
	size_t words;    /* words it takes; it needs all of them */
	bool words_free; /* it takes fewer, too */
	bool no_settings;
	int (*run)(const struct invocation *invocation); /* NULL: not built yet */
};

/* Everything that the program can be asked. */
struct command_table {
	const struct command_row *rows;
	size_t n;
};

struct invocation {
	struct cx *cx;
	const struct command_table *table;
	const struct command_row *row;
	struct command_options options;
	struct vec flags; /* settings_take_flags */
	const char **words;
	size_t nwords;
};

/* Takes the arguments behind the command's name. ERR_INVALID, noted in a line for people. */
MUST_CHECK enum err invocation_read(struct invocation *invocation, int argc, char **argv);

/* Says on stderr what cx has noted, behind the command's name; returns `code`. */
int invocation_refuse(const struct invocation *invocation, int code);

/* The i-th option that the command takes beside the settings; false behind the last. */
bool invocation_option(const struct command_row *row, size_t i, struct flag *out);

#endif
