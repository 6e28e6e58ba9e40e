#include "seed_fixture.h"

#include <string.h>

const struct api_options seed_fixture_opened = { .body_max_bytes = 1 << 20, .auth_open = true };
static const struct api_options closed = { .body_max_bytes = 1 << 20 };

int seed_fixture_open(void **state)
{
	*state = api_fixture_open(&seed_fixture_opened);
	return 0;
}

int seed_fixture_open_closed(void **state)
{
	*state = api_fixture_open(&closed);
	return 0;
}

int seed_fixture_close(void **state)
{
	api_fixture_close(*state);
	return 0;
}

unsigned seed_fixture_tell(struct api_fixture *fixture, const char *sub_function, const char *id,
			   const char *request)
{
	const struct seed_event event = { .sub_function = str_of(sub_function),
					  .id = str_of(id),
					  .request = str_of(request) };

	return api_fixture_event(fixture, &event);
}

json_t *seed_fixture_body(const struct api_fixture *fixture)
{
	json_t *root = json_loadb(fixture->answer.body.ptr, fixture->answer.body.len,
				  JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(root);
	return root;
}

struct str seed_fixture_failure(struct api_fixture *fixture, const char *code)
{
	json_t *root = seed_fixture_body(fixture), *error = json_object_get(root, "error");
	const char *said = json_string_value(json_object_get(error, "code"));
	struct str msg = str_dup(&fixture->base->arena,
				 str_of(json_string_value(json_object_get(error, "msg"))));
	struct str begin =
		str_printf(&fixture->arena, "{\"error\":{\"code\":\"%s\",\"msg\":\"", code);
	const struct str end = STR("},\"subFunction\":\"\",\"response\":[]}");
	struct str body = fixture->answer.body;

	assert_non_null(said);
	assert_string_equal(said, code);
	assert_string_equal(fixture->answer.code, code);
	assert_true(str_starts(body, begin));
	assert_text(str_sub(body, body.len - end.len, end.len), end);
	assert_int_equal(json_object_size(root), 3);
	assert_int_equal(json_object_size(error), 2);
	assert_text(api_fixture_header(fixture, "Content-Type"), STR("application/json"));
	json_decref(root);
	return msg;
}
