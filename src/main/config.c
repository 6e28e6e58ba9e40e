#include "main/config.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "codec/json_writer.h"
#include "main/serve.h"
#include "main/settings.h"
#include "main/storage.h"

static void write_member(struct json_writer *json, struct str name, const char *text)
{
	json_name(json, name);
	json_string(json, str_of(text));
}

static void show_json(struct cx *cx, const char *name, const struct setting_value *value)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, cx->arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	write_member(&json, STR("name"), name);
	write_member(&json, STR("value"), value->text);
	write_member(&json, STR("source"), value->source);
	write_member(&json, STR("from"), value->from);
	json_end_object(&json);
	printf(STR_FMT "\n", STR_ARG(buf_str(&buf)));
}

/* A line that a file of settings takes. It can not name another file: with the origins that one is shown as well. */
static void show_line(const char *name, const struct setting_value *value, bool origin)
{
	if (origin)
		printf("%-17s = %-22s # %s%s%s\n", name, value->text, value->source,
		       value->from[0] != '\0' ? " " : "", value->from);
	else if (strcmp(name, "config") != 0)
		printf("%s = %s\n", name, value->text);
}

static int show(const struct invocation *invocation)
{
	const struct setting_value *value;
	struct settings settings;
	const char *name;

	/* What is no URL of a store may hold a password. */
	if (settings_read(invocation->cx, &invocation->flags, &settings) != OK ||
	    storage_check(invocation->cx, &settings) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	for (size_t i = 0; (name = settings_at(&settings, i, &value)) != NULL; i++) {
		if (invocation->options.json)
			show_json(invocation->cx, name, value);
		else
			show_line(name, value, invocation->options.origin);
	}
	return EXIT_DONE;
}

static int check(const struct invocation *invocation)
{
	struct cx *cx = invocation->cx;
	struct settings settings;

	if (settings_read(cx, &invocation->flags, &settings) == OK &&
	    serve_check_settings(cx, &settings) == OK) {
		puts(invocation->options.json ? "{\"ok\":true}"
					      : "innkeeper serve takes these settings");
		return EXIT_DONE;
	}
	return invocation_refuse(invocation, strcmp(cx->failure.code, "not_implemented") == 0
						     ? EXIT_USAGE
						     : EXIT_FAILED);
}

int config(const struct invocation *invocation)
{
	const char *word = invocation->words[0];

	if (strcmp(word, "show") == 0)
		return show(invocation);
	if (strcmp(word, "check") == 0)
		return check(invocation);
	fprintf(stderr, "innkeeper config: %s is neither show nor check\n", word);
	return EXIT_USAGE;
}
