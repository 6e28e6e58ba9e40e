/* with: src/main/settings.c src/main/quantity.c src/main/suggest.c */
/* fuzz_settings.c: any lines as flags, environment and a file of settings. A line that begins with `--` is an argument, one that begins
 * with `INNKEEPER_` a variable (`NAME=value`); all others are the file. The value that counts is the last of the strongest source; what
 * is refused says why; what was read, written into a file, reads as the same.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "main/settings.h"

#define ARGUMENTS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input, sorted. */
struct said {
	char *arguments[ARGUMENTS_MAX + 2];
	int narguments;
	struct vec variables; /* of char *, `NAME=value` */
	struct buf file;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void sort_line(struct arena *arena, struct str line, struct said *said)
{
	char *text = str_c(arena, line);

	if (str_starts(line, STR("--")) && strlen(text) == line.len) {
		if (said->narguments < ARGUMENTS_MAX)
			said->arguments[said->narguments++] = text;
	} else if (str_starts(line, STR("INNKEEPER_")) && strchr(text, '=')) {
		*(char **)vec_push(&said->variables, arena, sizeof(char *)) = text;
	} else {
		buf_add(&said->file, line);
		buf_add_char(&said->file, '\n');
	}
}

/* A file without a name in any folder; *path leads to it. */
static int file_of(struct arena *arena, struct str text, char **path)
{
	int fd = memfd_create("settings", MFD_CLOEXEC);

	require(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len);
	*path = str_c(arena, str_printf(arena, "/proc/self/fd/%d", fd));
	return fd;
}

static void set_variables(const struct vec *variables, bool unset)
{
	for (size_t i = 0; i < variables->n; i++) {
		char *text = *(char **)vec_at(variables, i, sizeof(char *));
		char *equals = strchr(text, '=');

		*equals = '\0';
		require((unset ? unsetenv(text) : setenv(text, equals + 1, 1)) == 0);
		*equals = '=';
	}
}

/* The argument that says it last; NULL when none does. */
static const char *last_flag(const struct said *said, const char *name)
{
	const char *found = NULL;
	size_t len = strlen(name);

	for (int i = 0; i < said->narguments; i++) {
		const char *text = said->arguments[i] + 2;

		if (strncmp(text, name, len) == 0 && text[len] == '=')
			found = text + len + 1;
	}
	return found;
}

static const char *variable(const struct said *said, struct arena *arena, const char *name)
{
	const char *found = NULL;
	struct str wanted;
	char *letters = str_c(arena, str_printf(arena, "INNKEEPER_%s=", name));

	for (char *c = letters + strlen("INNKEEPER_"); *c != '\0'; c++)
		*c = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
	wanted = str_of(letters);
	for (size_t i = 0; i < said->variables.n; i++) {
		const char *text = *(char **)vec_at(&said->variables, i, sizeof(char *));

		if (str_starts(str_of(text), wanted))
			found = text + wanted.len;
	}
	return found;
}

static bool all_have_values(const struct said *said)
{
	for (int i = 0; i < said->narguments; i++) {
		if (!strchr(said->arguments[i], '='))
			return false;
	}
	return true;
}

/* Where flags are all of the form --name=value, the strongest source is easy to tell. */
static void check_sources(struct arena *arena, const struct said *said,
			  const struct settings *settings)
{
	const struct setting_value *value = NULL;
	const char *name;

	for (size_t i = 0; (name = settings_at(settings, i, &value)); i++) {
		const char *flag = last_flag(said, name);
		const char *from = variable(said, arena, name);

		require(value->text && value->source && value->from);
		if (strcmp(name, "config") == 0)
			continue;
		if (flag)
			require(strcmp(value->text, flag) == 0);
		else if (strcmp(value->source, "flag") != 0 && from)
			require(strcmp(value->text, from) == 0 &&
				strcmp(value->source, "environment") == 0);
		else if (strcmp(value->source, "file") == 0)
			require(strchr(value->from, ':') != NULL);
	}
}

/* What can stand in a line. */
static bool is_plain(const char *text)
{
	size_t len = strlen(text);

	return !strchr(text, '\n') &&
	       (len == 0 || (!strchr(" \t\r", text[0]) && !strchr(" \t\r", text[len - 1])));
}

static void check_again(struct arena *arena, const struct settings *settings)
{
	const struct setting_value *value = NULL, *back = NULL;
	struct vec flags = { NULL, 0, 0 }, rest = { NULL, 0, 0 };
	struct settings again;
	const char *name;
	char *arguments[2];
	struct buf text;
	struct cx cx;
	int fd;

	cx_init(&cx, arena);
	buf_init(&text, arena);
	for (size_t i = 0; (name = settings_at(settings, i, &value)); i++) {
		if (strcmp(name, "config") != 0 && is_plain(value->text))
			buf_printf(&text, "\t%s = %s \r\n", name, value->text);
	}
	arguments[0] = str_c(arena, STR("--config"));
	fd = file_of(arena, buf_str(&text), &arguments[1]);
	require(settings_take_flags(&cx, 2, arguments, &flags, &rest) == OK && rest.n == 0);
	require(settings_read(&cx, &flags, &again) == OK);
	for (size_t i = 0; (name = settings_at(settings, i, &value)); i++) {
		settings_at(&again, i, &back);
		require(strcmp(name, "config") == 0 || !is_plain(value->text) ||
			(strcmp(value->text, back->text) == 0 &&
			 strcmp(back->source, "file") == 0));
	}
	require(again.cache_bytes == settings->cache_bytes &&
		again.body_timeout_ms == settings->body_timeout_ms &&
		again.require_if_match == settings->require_if_match &&
		again.workers == settings->workers);
	require(again.body_timeout_ms >= 0 && again.body_max_bytes <= INT64_MAX);
	close(fd);
}

static void check(struct arena *arena, struct said *said)
{
	struct vec flags = { NULL, 0, 0 }, rest = { NULL, 0, 0 };
	struct settings settings;
	char *path;
	int fd = file_of(arena, buf_str(&said->file), &path);
	struct cx cx;
	enum err err;

	cx_init(&cx, arena);
	said->arguments[said->narguments++] = str_c(arena, str_printf(arena, "--config=%s", path));
	set_variables(&said->variables, false);
	err = settings_take_flags(&cx, said->narguments, said->arguments, &flags, &rest);
	if (err == OK)
		err = settings_read(&cx, &flags, &settings);
	set_variables(&said->variables, true);
	if (err == OK) {
		if (all_have_values(said))
			check_sources(arena, said, &settings);
		check_again(arena, &settings);
	} else {
		require(err == ERR_INVALID && cx.failure.code && cx.failure.detail.len != 0);
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct said said = { .narguments = 0 };
	struct arena arena;

	/* What stands in the environment of the test itself must not count. */
	require(clearenv() == 0);
	arena_init(&arena, 0);
	buf_init(&said.file, &arena);
	while (text.len != 0) {
		struct str line = str_sub(text, 0, str_index(text, '\n'));

		sort_line(&arena, line, &said);
		text = str_sub(text, line.len + 1, text.len);
	}
	check(&arena, &said);
	arena_close(&arena);
	return 0;
}
