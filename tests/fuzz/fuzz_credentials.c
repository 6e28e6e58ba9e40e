/* fuzz_credentials.c: what a profile file, STS or an endpoint of credentials says is read and, written anew, reads the same. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cx.h"
#include "codec/json_writer.h"
#include "codec/xml_element.h"
#include "net/credentials_ini.h"
#include "net/credentials_reply.h"
#include "net/credentials_web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct str write_setting(struct arena *arena, const struct str_pair *setting)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_add(&buf, STR("[default]\r\n"));
	buf_add(&buf, setting->name);
	buf_add_char(&buf, '=');
	buf_add(&buf, setting->value);
	buf_add(&buf, STR("\r\n"));
	return buf_take(&buf);
}

/* Every line but the sections' is a setting at most, and each comes back alone. */
static void try_ini(struct arena *arena, struct str text, bool is_config)
{
	struct credentials_ini ini, again;
	struct str_pair setting, same;
	enum credentials_ini_step step;
	unsigned lines = 1;

	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	credentials_ini_init(&ini, text, STR("default"), is_config);
	do {
		step = credentials_ini_next(&ini, &setting);
		require(ini.line <= lines && (step == CREDENTIALS_INI_BAD) == !!ini.problem);
		if (step != CREDENTIALS_INI_SETTING)
			continue;
		credentials_ini_init(&again, write_setting(arena, &setting), STR("default"),
				     is_config);
		require(credentials_ini_next(&again, &same) == CREDENTIALS_INI_SETTING);
		require(str_eq(same.name, setting.name) && str_eq(same.value, setting.value));
		require(credentials_ini_next(&again, &same) == CREDENTIALS_INI_END);
	} while (step == CREDENTIALS_INI_SETTING || step == CREDENTIALS_INI_MORE);
}

static struct str escape(struct arena *arena, struct str text)
{
	struct buf buf;

	buf_init(&buf, arena);
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.ptr[i] < 0x80)
			buf_printf(&buf, "&#x%x;", (unsigned)text.ptr[i]);
		else
			buf_add_char(&buf, text.ptr[i]);
	}
	return buf_take(&buf);
}

static void try_xml(struct cx *cx, struct str text)
{
	struct credentials_found found = { .place = STR("x") };
	struct str out, again;

	if (xml_element_read(cx->arena, text, STR("A/B"), &out)) {
		text = str_printf(cx->arena, "<A><B>" STR_FMT "</B></A>",
				  STR_ARG(escape(cx->arena, out)));
		require(xml_element_read(cx->arena, text, STR("A/B"), &again));
		require(str_eq(out, again));
	}
	if (credentials_web_parse(cx, text, &found) == OK)
		require(found.keys.secret_key.len != 0 && found.keys.session_token.len != 0);
	else
		require(cx->failure.err == ERR_UNAVAILABLE);
	cx_clear(cx);
}

static void try_json(struct cx *cx, struct str text)
{
	struct credentials_found found = { .place = STR("x") }, again = found;
	struct json_writer json;
	struct buf buf;

	if (credentials_reply_parse(cx, text, &found) != OK) {
		require(cx->failure.err == ERR_UNAVAILABLE);
		cx_clear(cx);
		return;
	}
	buf_init(&buf, cx->arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	json_name(&json, STR("Expiration"));
	json_string(&json, STR("2026-11-23T00:00:00Z"));
	json_name(&json, STR("Token"));
	json_string(&json, found.keys.session_token);
	json_name(&json, STR("SecretAccessKey"));
	json_string(&json, found.keys.secret_key);
	json_name(&json, STR("AccessKeyId"));
	json_string(&json, found.keys.access_key);
	json_end_object(&json);
	require(credentials_reply_parse(cx, buf_str(&buf), &again) == OK);
	require(str_eq(again.keys.access_key, found.keys.access_key) &&
		str_eq(again.keys.secret_key, found.keys.secret_key) &&
		str_eq(again.keys.session_token, found.keys.session_token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena arena;
	struct cx cx;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	try_ini(&arena, text, true);
	try_ini(&arena, text, false);
	try_xml(&cx, text);
	try_json(&cx, text);
	arena_close(&arena);
	return 0;
}
