#include "api_answer.h"

#include "api/status.h"
#include "api_world.h"
#include "codec/json_reader.h"
#include "codec/utf8.h"
#include "net/http_chars.h"

/* The next member, which must have this name and this text. */
static void take_text(struct json_reader *json, struct str name, struct str wanted)
{
	struct str found = STR(""), text = STR("");

	require(json_next_member(json, &found) && str_eq(found, name));
	require(json_read_string(json, &text));
	require(wanted.ptr ? str_eq(text, wanted) : text.len != 0);
}

static void check_error(struct json_reader *json)
{
	static const struct str any = { NULL, 0 };
	struct str name = STR(""), where = STR("");

	require(json_enter_object(json) && json_next_member(json, &name));
	require(json_read_string(json, &where));
	if (str_eq(name, STR("pointer")))
		require(where.len == 0 || where.ptr[0] == '/');
	else
		require(str_eq(name, STR("parameter")) ||
			(str_eq(name, STR("header")) && is_token(where)));
	take_text(json, STR("detail"), any);
	require(!json_next_member(json, &name));
}

static void check_errors(struct json_reader *json)
{
	size_t n = 0;

	require(json_enter_array(json));
	for (; json_next_element(json); n++)
		check_error(json);
	require(n != 0);
}

/* The members that the seed has; `error` is at hand. */
static void check_seed_members(struct json_reader *json, const struct status_row *row)
{
	static const struct str any = { NULL, 0 };
	struct str name = STR("");

	require(json_enter_object(json));
	take_text(json, STR("code"), str_of(row->code));
	take_text(json, STR("msg"), any);
	require(!json_next_member(json, &name));
	take_text(json, STR("subFunction"), STR(""));
	require(json_next_member(json, &name) && str_eq(name, STR("response")));
	require(json_enter_array(json) && !json_next_element(json));
}

static void check_problem(struct arena *arena, const struct api_request *request,
			  const struct api_answer *answer, struct str request_id)
{
	static const struct str any = { NULL, 0 };
	const struct status_row *row = status_of(answer->code);
	bool wrapped =
		str_eq(request->path, STR("/config")) || str_starts(request->path, STR("/config/"));
	struct json_reader json;
	struct str name = STR(""), number = STR("");

	require(str_eq(str_of(row->code), str_of(answer->code)) && row->status == answer->status);
	json_reader_init(&json, arena, answer->body, 0);
	require(json_enter_object(&json));
	take_text(&json, STR("type"), str_printf(arena, "/problems/%s", row->code));
	take_text(&json, STR("title"), str_of(row->title));
	require(json_next_member(&json, &name) && str_eq(name, STR("status")));
	require(json_read_number(&json, &number) &&
		str_eq(number, str_printf(arena, "%u", row->status)));
	take_text(&json, STR("detail"), any);
	take_text(&json, STR("instance"), request_id);
	take_text(&json, STR("code"), str_of(row->code));
	while (json_next_member(&json, &name)) {
		if (str_eq(name, STR("errors"))) {
			check_errors(&json);
			continue;
		}
		require(wrapped && str_eq(name, STR("error")));
		check_seed_members(&json, row);
		wrapped = false;
	}
	require(!wrapped && json_reader_finish(&json));
}

static void check_headers(const struct api_answer *answer, struct str request_id)
{
	for (size_t i = 0; i < answer->nheaders; i++) {
		struct str_pair header = answer->headers[i];

		require(is_token(header.name));
		for (size_t j = 0; j < header.value.len; j++)
			require(is_plain_char(header.value.ptr[j]));
		require(str_eq(http_chars_trim(header.value), header.value));
		for (size_t j = 0; j < i; j++)
			require(!str_eq_nocase(answer->headers[j].name, header.name));
	}
	require(str_eq(api_world_header(answer, STR("X-Request-Id")), request_id));
	require(api_world_header(answer, STR("Access-Control-Allow-Origin")).len != 0);
	require(api_world_header(answer, STR("Access-Control-Expose-Headers")).len != 0);
}

static void check_json(struct arena *arena, struct str body)
{
	struct json_reader json;

	require(utf8_is_valid(body));
	json_reader_init(&json, arena, body, SIZE_MAX);
	require(json_skip(&json) && json_reader_finish(&json));
}

void api_answer_check(struct arena *arena, const struct api_request *request,
		      const struct api_answer *answer, struct str request_id)
{
	struct str type = api_world_header(answer, STR("Content-Type"));

	require(request_id.len >= 1 && request_id.len <= 64);
	check_headers(answer, request_id);
	if (answer->status >= 400) {
		require(str_eq(type, STR("application/problem+json")));
		require((answer->status == 405) ==
			(api_world_header(answer, STR("Allow")).len != 0));
		check_problem(arena, request, answer, request_id);
		return;
	}
	require(answer->code[0] == '\0');
	require(answer->status == 200 || answer->status == 201 || answer->status == 204 ||
		answer->status == 304);
	if (answer->status == 204 || answer->status == 304)
		require(answer->body.len == 0);
	else if (str_eq(type, STR("application/json")))
		check_json(arena, answer->body);
	else
		require(str_starts(type, STR("text/plain")));
}
