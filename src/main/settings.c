#include "main/settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "main/quantity.h"

enum setting_kind {
	SETTING_TEXT,
	SETTING_SWITCH,
	SETTING_BYTES,
	SETTING_COUNT,
	SETTING_MS,
	SETTING_UNBUILT
};

struct setting {
	struct flag flag; /* its variable is INNKEEPER_ and the same in capitals */
	enum setting_kind kind;
	size_t offset;
};

#define AT(member) offsetof(struct settings, member)

static const struct setting table[] = {
	{ { "config", "FILE", "",
	    "file of settings, a line `name = value` each; # begins a comment" },
	  SETTING_TEXT,
	  AT(config) },
	{ { "listen", "ADDRESS:PORT", "127.0.0.1:8080",
	    "address and port; port 0 takes any free one" },
	  SETTING_TEXT,
	  AT(listen) },
	{ { "data", "FOLDER", "./data", "folder of everything that is embedded" },
	  SETTING_TEXT,
	  AT(data) },
	{ { "store", "URL", "",
	    "URL of the configuration records: sqlite:PATH or dynamodb:TABLE?region=NAME (default: innkeeper.db under --data)" },
	  SETTING_TEXT,
	  AT(store) },
	{ { "cache-size", "SIZE", "256M", "memory for encoded documents; 0 keeps none" },
	  SETTING_BYTES,
	  AT(cache_bytes) },
	{ { "base-path", "PATH", "", "stripped from paths that begin with it, such as /prod" },
	  SETTING_TEXT,
	  AT(base_path) },
	{ { "auth", "open", "open",
	    "open: every caller has every role; on a loopback address only" },
	  SETTING_TEXT,
	  AT(auth) },
	{ { "cors-origin", "ORIGINS", "",
	    "origins that may write from a browser, separated by commas" },
	  SETTING_TEXT,
	  AT(cors_origin) },
	{ { "public-host", "NAMES", "",
	    "names that Host may be beside the loopback ones, separated by commas" },
	  SETTING_TEXT,
	  AT(public_host) },
	{ { "require-if-match", NULL, "false", "writes to what exists need If-Match" },
	  SETTING_SWITCH,
	  AT(require_if_match) },
	{ { "max-body", "SIZE", "4M", "of a JSON body" }, SETTING_BYTES, AT(body_max_bytes) },
	{ { "max-bodies", "SIZE", "256M",
	    "of all bodies being read and answers waiting for slow readers" },
	  SETTING_BYTES,
	  AT(bodies_max_bytes) },
	{ { "max-connections", "NUMBER", "20000", "open at a time" },
	  SETTING_COUNT,
	  AT(connections_max) },
	{ { "event-threads", "NUMBER", "0", "threads that serve connections; 0 = one a core" },
	  SETTING_COUNT,
	  AT(event_threads) },
	{ { "workers", "NUMBER", "64",
	    "threads for requests that wait for a store; over a network, for reads and for writes each" },
	  SETTING_COUNT,
	  AT(workers) },
	{ { "header-timeout", "TIME", "10s", "for the head of a request" },
	  SETTING_MS,
	  AT(header_timeout_ms) },
	{ { "body-timeout", "TIME", "20s", "for a body, and 1 s more for each 1,000 bytes" },
	  SETTING_MS,
	  AT(body_timeout_ms) },
	{ { "idle-timeout", "TIME", "60s", "between two requests of a connection" },
	  SETTING_MS,
	  AT(idle_timeout_ms) },
	{ { "write-timeout", "TIME", "20s",
	    "for taking an answer, and 1 s more for each 10,000 bytes" },
	  SETTING_MS,
	  AT(write_timeout_ms) },
	{ { "handler-timeout", "TIME", "5s", "for a request's work; whole documents have 30 s" },
	  SETTING_MS,
	  AT(handler_timeout_ms) },
	{ { "sales", NULL, "", "" }, SETTING_UNBUILT, 0 },
	{ { "blob", NULL, "", "" }, SETTING_UNBUILT, 0 },
	{ { "cache", NULL, "", "" }, SETTING_UNBUILT, 0 },
	{ { "hold-ttl", NULL, "", "" }, SETTING_UNBUILT, 0 },
	{ { "offer-ttl", NULL, "", "" }, SETTING_UNBUILT, 0 },
	{ { "tls-cert", NULL, "", "" }, SETTING_UNBUILT, 0 },
	{ { "tls-key", NULL, "", "" }, SETTING_UNBUILT, 0 },
};

#define SETTINGS (sizeof(table) / sizeof(table[0]))

_Static_assert(SETTINGS <= SETTINGS_MAX, "struct settings keeps a value for each row");

#define FILE_BYTES_MAX 65536

/* What somebody said: a row of the table, and its text. */
struct saying {
	const struct setting *setting;
	const char *name; /* as it was written, for messages */
	struct setting_value value;
};

static const char *kind_text(enum setting_kind kind)
{
	switch (kind) {
	case SETTING_SWITCH:
		return "true or false";
	case SETTING_BYTES:
		return "a number of bytes, such as 65536, 64K, 256M or 1G";
	case SETTING_MS:
		return "a time, such as 500ms, 10s or 2m";
	default:
		return "a number";
	}
}

/* Whatever was said can be written into a file of settings, and comes out of it the same. */
static bool is_line(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	}
	return len == 0 || (text[0] != ' ' && text[len - 1] != ' ');
}

static enum err set(struct cx *cx, const struct saying *saying, struct settings *out)
{
	const struct setting *setting = saying->setting;
	const char *text = saying->value.text;
	void *at = (char *)out + setting->offset;
	int64_t number = 0;
	bool fits = true;

	if (!is_line(text) && setting->kind != SETTING_UNBUILT)
		return fail(cx, ERR_INVALID, "invalid",
			    "%s must be one line without blanks at its ends", saying->name);
	switch (setting->kind) {
	case SETTING_TEXT:
		*(const char **)at = text;
		break;
	case SETTING_SWITCH:
		*(bool *)at = strcmp(text, "true") == 0;
		fits = *(bool *)at || strcmp(text, "false") == 0;
		break;
	case SETTING_BYTES:
	case SETTING_COUNT:
		fits = quantity_parse(
			text, setting->kind == SETTING_BYTES ? QUANTITY_BYTES : QUANTITY_COUNT,
			&number);
		*(uint64_t *)at = (uint64_t)number;
		break;
	case SETTING_MS:
		fits = quantity_parse(text, QUANTITY_MS, &number);
		*(int64_t *)at = number;
		break;
	case SETTING_UNBUILT:
		return fail(cx, ERR_INVALID, "not_implemented", "%s is not built yet",
			    saying->name);
	}
	out->values[setting - table] = saying->value;
	return fits ? OK
		    : fail(cx, ERR_INVALID, "invalid", "%s must be %s, not \"%s\"", saying->name,
			   kind_text(setting->kind), text);
}

static const struct setting *find(struct str flag)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		if (str_eq(str_of(table[i].flag.name), flag))
			return &table[i];
	}
	return NULL;
}

void settings_suggest(struct suggestion *suggestion)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		if (table[i].kind != SETTING_UNBUILT)
			suggest_consider(suggestion, table[i].flag.name);
	}
}

static void add(struct cx *cx, struct vec *sayings, struct saying saying)
{
	struct saying *slot = vec_push(sayings, cx->arena, sizeof(*slot));

	if (slot)
		*slot = saying;
}

enum err settings_take_flags(struct cx *cx, int argc, char **argv, struct vec *flags,
			     struct vec *rest)
{
	for (int i = 0; i < argc; i++) {
		struct str argument = str_of(argv[i]);
		struct str flag = str_sub(argument, 2, str_index(argument, '=') - 2);
		const struct setting *setting = str_starts(argument, STR("--")) ? find(flag) : NULL;
		struct saying saying = { setting, argv[i], { "true", "flag", argv[i] } };
		const char **other;

		if (!setting) {
			other = vec_push(rest, cx->arena, sizeof(*other));
			if (other)
				*other = argv[i];
			continue;
		}
		saying.value.from = str_c(cx->arena, str_sub(argument, 0, flag.len + 2));
		if (flag.len + 2 < argument.len)
			saying.value.text = argv[i] + flag.len + 3;
		else if (setting->kind != SETTING_SWITCH && i + 1 < argc)
			saying.value.text = argv[++i];
		else if (setting->kind != SETTING_SWITCH && setting->kind != SETTING_UNBUILT)
			return fail(cx, ERR_INVALID, "invalid", "%s needs a value", argv[i]);
		add(cx, flags, saying);
	}
	return cx_check_memory(cx);
}

static void read_environment(struct cx *cx, struct vec *out)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		char name[64] = "INNKEEPER_";
		size_t at = strlen(name);
		struct saying saying = { .setting = &table[i] };

		for (const char *c = table[i].flag.name; *c != '\0' && at + 1 < sizeof(name); c++)
			name[at++] = *c == '-' ? '_' : (char)(*c - ('a' - 'A'));
		name[at] = '\0';
		saying.name = str_c(cx->arena, str_of(name));
		saying.value = (struct setting_value){ getenv(name), "environment", saying.name };
		if (saying.value.text)
			add(cx, out, saying);
	}
}

static struct str trim(struct str text)
{
	while (text.len != 0 && strchr(" \t\r", text.ptr[0]))
		text = str_sub(text, 1, text.len);
	while (text.len != 0 && strchr(" \t\r", text.ptr[text.len - 1]))
		text.len--;
	return text;
}

static enum err read_line(struct cx *cx, const char *where, struct str line, struct vec *out)
{
	size_t equals = str_index(line, '=');
	struct str name = trim(str_sub(line, 0, equals));
	struct suggestion near = { .word = name };
	struct saying saying = { .setting = find(name) };
	struct str hint;

	if (line.len == 0 || line.ptr[0] == '#')
		return OK;
	if (equals == line.len)
		return fail(cx, ERR_INVALID, "invalid", "%s: a line is `name = value`", where);
	settings_suggest(&near);
	hint = suggest_text(&near, cx->arena, "");
	if (!saying.setting || str_eq(name, STR("config")))
		return fail(cx, ERR_INVALID, "invalid", "%s: there is no setting " STR_FMT STR_FMT,
			    where, STR_ARG(name), STR_ARG(hint));
	saying.name =
		str_c(cx->arena, str_printf(cx->arena, "%s: %s", where, saying.setting->flag.name));
	saying.value =
		(struct setting_value){ str_c(cx->arena, trim(str_sub(line, equals + 1, line.len))),
					"file", where };
	add(cx, out, saying);
	return OK;
}

static enum err read_file(struct cx *cx, const char *path, struct vec *out)
{
	char *bytes = arena_bytes(cx->arena, FILE_BYTES_MAX + 1);
	FILE *file = fopen(path, "re");
	struct str text = { bytes, 0 };
	enum err err = OK;
	bool bad;

	if (!file || !bytes) {
		if (file)
			fclose(file);
		return fail(cx, ERR_INVALID, "invalid", "--config %s: %s", path, strerror(errno));
	}
	text.len = fread(bytes, 1, FILE_BYTES_MAX + 1, file);
	bad = ferror(file) != 0;
	fclose(file);
	if (bad || text.len > FILE_BYTES_MAX || memchr(bytes, '\0', text.len))
		return fail(cx, ERR_INVALID, "invalid", "--config %s: this is no file of settings",
			    path);
	for (unsigned number = 1; err == OK && text.len != 0; number++) {
		size_t end = str_index(text, '\n');
		struct str where = str_printf(cx->arena, "%s:%u", path, number);

		err = read_line(cx, str_c(cx->arena, where), trim(str_sub(text, 0, end)), out);
		text = str_sub(text, end + 1, text.len);
	}
	return err;
}

/* The last one wins. */
static enum err set_all(struct cx *cx, const struct vec *sayings, struct settings *out)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < sayings->n; i++)
		err = set(cx, vec_at(sayings, i, sizeof(struct saying)), out);
	return err;
}

static enum err set_initial(struct cx *cx, struct settings *out)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < SETTINGS; i++) {
		const struct saying saying = { &table[i],
					       table[i].flag.name,
					       { table[i].flag.initial, "default", "" } };

		if (table[i].kind != SETTING_UNBUILT)
			err = set(cx, &saying, out);
	}
	return err;
}

enum err settings_read(struct cx *cx, const struct vec *flags, struct settings *out)
{
	struct vec environment = { NULL, 0, 0 }, file = { NULL, 0, 0 };
	enum err err = set_initial(cx, out);

	read_environment(cx, &environment);
	/* The file's name comes from the others, and its lines count less than they do. */
	if (err == OK)
		err = set_all(cx, &environment, out);
	if (err == OK)
		err = set_all(cx, flags, out);
	if (err != OK || out->config[0] == '\0')
		return err;
	err = read_file(cx, out->config, &file);
	if (err == OK)
		err = set_all(cx, &file, out);
	if (err == OK)
		err = set_all(cx, &environment, out);
	return err == OK ? set_all(cx, flags, out) : err;
}

const char *settings_at(const struct settings *settings, size_t i,
			const struct setting_value **value)
{
	for (size_t row = 0; row < SETTINGS; row++) {
		if (table[row].kind == SETTING_UNBUILT || i-- != 0)
			continue;
		*value = &settings->values[row];
		return table[row].flag.name;
	}
	return NULL;
}

bool settings_flag(size_t i, struct flag *out)
{
	for (size_t row = 0; row < SETTINGS; row++) {
		if (table[row].kind == SETTING_UNBUILT || i-- != 0)
			continue;
		*out = table[row].flag;
		return true;
	}
	return false;
}
