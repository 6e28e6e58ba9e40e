#include "main/settings.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum setting_kind {
	SETTING_TEXT,
	SETTING_SWITCH,
	SETTING_BYTES,
	SETTING_COUNT,
	SETTING_MS,
	SETTING_UNBUILT
};

struct setting {
	const char
		*flag; /* without the dashes; its variable is INNKEEPER_ and the same in capitals */
	enum setting_kind kind;
	size_t offset;
	const char *initial; /* "" = none */
	const char *meaning;
};

#define AT(member) offsetof(struct settings, member)

static const struct setting table[] = {
	{ "listen", SETTING_TEXT, AT(listen), "127.0.0.1:8080",
	  "address and port; port 0 takes any free one" },
	{ "data", SETTING_TEXT, AT(data), "./data", "folder of everything that is embedded" },
	{ "store", SETTING_TEXT, AT(store), "",
	  "URL of the configuration records: sqlite:PATH (default: innkeeper.db under --data)" },
	{ "cache-size", SETTING_BYTES, AT(cache_bytes), "256M",
	  "memory for encoded documents; 0 keeps none" },
	{ "base-path", SETTING_TEXT, AT(base_path), "",
	  "stripped from paths that begin with it, such as /prod" },
	{ "auth", SETTING_TEXT, AT(auth), "open",
	  "open: every caller has every role; on a loopback address only" },
	{ "cors-origin", SETTING_TEXT, AT(cors_origin), "",
	  "origins that may write from a browser, separated by commas" },
	{ "public-host", SETTING_TEXT, AT(public_host), "",
	  "names that Host may be beside the loopback ones, separated by commas" },
	{ "require-if-match", SETTING_SWITCH, AT(require_if_match), "false",
	  "writes to what exists need If-Match" },
	{ "max-body", SETTING_BYTES, AT(body_max_bytes), "4M", "of a JSON body" },
	{ "max-bodies", SETTING_BYTES, AT(bodies_max_bytes), "256M",
	  "of all bodies that are being read at a time" },
	{ "max-connections", SETTING_COUNT, AT(connections_max), "20000", "open at a time" },
	{ "event-threads", SETTING_COUNT, AT(event_threads), "0",
	  "threads that serve connections; 0 = one a core" },
	{ "workers", SETTING_COUNT, AT(workers), "64",
	  "threads for requests that wait for a store" },
	{ "header-timeout", SETTING_MS, AT(header_timeout_ms), "10s", "for the head of a request" },
	{ "body-timeout", SETTING_MS, AT(body_timeout_ms), "20s",
	  "for a body, and 1 s more for each 1,000 bytes" },
	{ "idle-timeout", SETTING_MS, AT(idle_timeout_ms), "60s",
	  "between two requests of a connection" },
	{ "write-timeout", SETTING_MS, AT(write_timeout_ms), "20s",
	  "for taking an answer, and 1 s more for each 10,000 bytes" },
	{ "handler-timeout", SETTING_MS, AT(handler_timeout_ms), "5s",
	  "for a request's work; whole documents have 30 s" },
	{ "sales", SETTING_UNBUILT, 0, "", "" },
	{ "blob", SETTING_UNBUILT, 0, "", "" },
	{ "cache", SETTING_UNBUILT, 0, "", "" },
	{ "hold-ttl", SETTING_UNBUILT, 0, "", "" },
	{ "offer-ttl", SETTING_UNBUILT, 0, "", "" },
	{ "tls-cert", SETTING_UNBUILT, 0, "", "" },
	{ "tls-key", SETTING_UNBUILT, 0, "", "" },
};

#define SETTINGS (sizeof(table) / sizeof(table[0]))

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit byte_units[] = {
	{ "", 1 }, { "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 }, { NULL, 0 }
};
static const struct unit ms_units[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { NULL, 0 }
};
static const struct unit no_units[] = { { "", 1 }, { NULL, 0 } };

/* Digits and one of the units. */
static bool parse_quantity(const char *text, const struct unit *units, int64_t *out)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t number;

	if (!str_to_u64((struct str){ text, digits }, &number) || number > INT64_MAX)
		return false;
	for (; units->name; units++) {
		if (strcmp(text + digits, units->name) == 0)
			return !__builtin_mul_overflow((int64_t)number, units->factor, out);
	}
	return false;
}

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

static enum err set(struct cx *cx, const struct setting *setting, const char *name,
		    const char *text, struct settings *out)
{
	void *at = (char *)out + setting->offset;
	int64_t number = 0;
	bool fits = true;

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
		fits = parse_quantity(text, setting->kind == SETTING_BYTES ? byte_units : no_units,
				      &number);
		*(uint64_t *)at = (uint64_t)number;
		break;
	case SETTING_MS:
		fits = parse_quantity(text, ms_units, &number);
		*(int64_t *)at = number;
		break;
	case SETTING_UNBUILT:
		return fail(cx, ERR_INVALID, "invalid", "%s is not built yet", name);
	}
	return fits ? OK
		    : fail(cx, ERR_INVALID, "invalid", "%s must be %s, not \"%s\"", name,
			   kind_text(setting->kind), text);
}

static const struct setting *find(struct str flag)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		if (str_eq(str_of(table[i].flag), flag))
			return &table[i];
	}
	return NULL;
}

static enum err set_initial(struct cx *cx, struct settings *out)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < SETTINGS; i++) {
		if (table[i].kind != SETTING_UNBUILT)
			err = set(cx, &table[i], table[i].flag, table[i].initial, out);
	}
	return err;
}

static enum err read_environment(struct cx *cx, struct settings *out)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < SETTINGS; i++) {
		char name[64] = "INNKEEPER_";
		size_t at = strlen(name);
		const char *value;

		for (const char *c = table[i].flag; *c != '\0' && at + 1 < sizeof(name); c++)
			name[at++] = *c == '-' ? '_' : (char)(*c - ('a' - 'A'));
		name[at] = '\0';
		value = getenv(name);
		if (value)
			err = set(cx, &table[i], str_c(cx->arena, str_of(name)), value, out);
	}
	return err;
}

/* `--flag value`, `--flag=value`, and `--flag` alone for a switch. */
static enum err read_flag(struct cx *cx, char **argv, int argc, int *i, struct settings *out)
{
	struct str argument = str_of(argv[*i]);
	struct str flag = str_sub(argument, 2, str_index(argument, '=') - 2);
	const struct setting *setting = str_starts(argument, STR("--")) ? find(flag) : NULL;

	if (!setting)
		return fail(cx, ERR_INVALID, "invalid", "there is no setting %s: see --help",
			    argv[*i]);
	if (flag.len + 2 < argument.len)
		return set(cx, setting, argv[*i], argv[*i] + flag.len + 3, out);
	if (setting->kind == SETTING_SWITCH)
		return set(cx, setting, argv[*i], "true", out);
	if (*i + 1 == argc && setting->kind != SETTING_UNBUILT)
		return fail(cx, ERR_INVALID, "invalid", "%s needs a value", argv[*i]);
	*i += 1;
	return set(cx, setting, argv[*i - 1], argv[*i], out);
}

enum err settings_read(struct cx *cx, int argc, char **argv, struct settings *out)
{
	enum err err = set_initial(cx, out);

	if (err == OK)
		err = read_environment(cx, out);
	for (int i = 0; err == OK && i < argc; i++)
		err = read_flag(cx, argv, argc, &i, out);
	return err;
}

void settings_print_help(FILE *out)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *setting = &table[i];

		if (setting->kind == SETTING_UNBUILT)
			continue;
		fprintf(out, "  --%-17s %s%s%s%s\n", setting->flag, setting->meaning,
			setting->initial[0] != '\0' ? " [" : "", setting->initial,
			setting->initial[0] != '\0' ? "]" : "");
	}
}
