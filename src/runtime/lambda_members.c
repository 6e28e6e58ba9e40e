#include "runtime/lambda_members.h"

#include <assert.h>
#include <string.h>

void lambda_members_open(struct json_reader *json, struct cx *cx, struct str text)
{
	json_reader_init(json, cx->arena, text, text.len);
	json_reader_allow(json, JSON_FRAMES_MAX, text.len);
}

enum err lambda_members_refuse(struct cx *cx, const char *where, const struct json_reader *json)
{
	enum err err = cx_check_memory(cx);

	assert(json->problem);
	return err != OK ? err : fail(cx, ERR_INVALID, "invalid", "%s: %s", where, json->problem);
}

static struct lambda_member *find(struct lambda_member *members, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(name, str_of(members[i].name)))
			return &members[i];
	}
	return NULL;
}

/* Reads over the value at hand: its text, empty for null. */
static struct str take_value(struct json_reader *json)
{
	bool is_null = json_peek(json) == JSON_NULL;
	size_t begin = json_offset(json);

	if (!json_skip(json) || is_null)
		return (struct str){ NULL, 0 };
	return (struct str){ json->start + begin, json_offset(json) - begin };
}

enum err lambda_members_read(struct cx *cx, const char *where, struct str text,
			     struct lambda_member *members, size_t n)
{
	uint32_t seen = 0;
	struct json_reader json;
	struct str name;

	assert(n <= 32);
	if (text.len == 0)
		return OK;
	lambda_members_open(&json, cx, text);
	json_enter_object(&json);
	while (json_next_member(&json, &name)) {
		struct lambda_member *member = find(members, n, name);
		struct str value = take_value(&json);

		if (!member)
			continue;
		if (seen & 1u << (member - members))
			return fail(cx, ERR_INVALID, "invalid", "%s: %s stands there twice", where,
				    member->name);
		seen |= 1u << (member - members);
		member->text = value;
	}
	return json_reader_finish(&json) ? OK : lambda_members_refuse(cx, where, &json);
}

enum err lambda_members_text(struct cx *cx, const struct lambda_member *member, struct str *out)
{
	struct json_reader json;

	*out = (struct str){ NULL, 0 };
	if (member->text.len == 0)
		return OK;
	lambda_members_open(&json, cx, member->text);
	if (!json_read_string(&json, out))
		return lambda_members_refuse(cx, member->name, &json);
	return OK;
}

enum err lambda_members_flag(struct cx *cx, const struct lambda_member *member, bool *out)
{
	*out = str_eq(member->text, STR("true"));
	if (*out || member->text.len == 0 || str_eq(member->text, STR("false")))
		return OK;
	return fail(cx, ERR_INVALID, "invalid", "%s: true or false is expected here", member->name);
}

/* False when the reader or the arena refuses. */
static bool read_string(struct json_reader *json, struct str name, struct vec *out)
{
	struct str_pair *pair;
	struct str value;

	if (json_peek(json) == JSON_NULL)
		return json_read_null(json);
	if (!json_read_string(json, &value))
		return false;
	pair = vec_push(out, json->arena, sizeof(*pair));
	if (pair)
		*pair = (struct str_pair){ name, value };
	return pair;
}

static bool read_strings(struct json_reader *json, struct str name, struct vec *out)
{
	json_enter_array(json);
	while (json_next_element(json)) {
		if (!read_string(json, name, out))
			return false;
	}
	return true;
}

static enum err finish(struct cx *cx, const struct lambda_member *member, struct json_reader *json)
{
	enum err err = cx_check_memory(cx);

	if (err != OK)
		return err;
	return json_reader_finish(json) ? OK : lambda_members_refuse(cx, member->name, json);
}

enum err lambda_members_pairs(struct cx *cx, const struct lambda_member *member, struct vec *out)
{
	struct json_reader json;
	struct str name;

	if (member->text.len == 0)
		return OK;
	lambda_members_open(&json, cx, member->text);
	json_enter_object(&json);
	while (json_next_member(&json, &name)) {
		bool is_array = json_peek(&json) == JSON_ARRAY;

		if (!(is_array ? read_strings : read_string)(&json, name, out))
			break;
	}
	return finish(cx, member, &json);
}

enum err lambda_members_list(struct cx *cx, const struct lambda_member *member, struct vec *out)
{
	struct json_reader json;

	if (member->text.len == 0)
		return OK;
	lambda_members_open(&json, cx, member->text);
	read_strings(&json, STR(""), out);
	return finish(cx, member, &json);
}
