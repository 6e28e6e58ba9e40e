/* layer: codec */
#include "arena_fixture.h"

#include "../fuzz/json_copy.h"

static void a_document_is_compact(void **state)
{
	struct json_writer writer;
	struct buf buf;

	buf_init(&buf, *state);
	json_writer_init(&writer, &buf);
	json_begin_object(&writer);
	json_name(&writer, STR("name"));
	json_string(&writer, STR("Inn"));
	json_name(&writer, STR("empty"));
	json_begin_object(&writer);
	json_end_object(&writer);
	json_name(&writer, STR("list"));
	json_begin_array(&writer);
	json_null(&writer);
	json_bool(&writer, true);
	json_bool(&writer, false);
	json_begin_array(&writer);
	json_end_array(&writer);
	json_raw(&writer, STR("129.5"));
	json_raw(&writer, STR("{\"done\":1}"));
	json_end_array(&writer);
	json_name(&writer, STR("last"));
	json_u64(&writer, 7);
	json_end_object(&writer);
	assert_text(buf_str(&buf),
		    STR("{\"name\":\"Inn\",\"empty\":{},\"list\":[null,true,false,[],129.5,"
			"{\"done\":1}],\"last\":7}"));
}

static void integers_are_written_to_their_limits(void **state)
{
	struct json_writer writer;
	struct buf buf;

	buf_init(&buf, *state);
	json_writer_init(&writer, &buf);
	json_begin_array(&writer);
	json_u64(&writer, 0);
	json_u64(&writer, UINT64_MAX);
	json_i64(&writer, 0);
	json_i64(&writer, -1);
	json_i64(&writer, INT64_MIN);
	json_i64(&writer, INT64_MAX);
	json_end_array(&writer);
	assert_text(buf_str(&buf), STR("[0,18446744073709551615,0,-1,-9223372036854775808,"
				       "9223372036854775807]"));
}

static struct str written(void **state, struct str text)
{
	struct json_writer writer;
	struct buf buf;

	buf_init(&buf, *state);
	json_writer_init(&writer, &buf);
	json_string(&writer, text);
	return buf_str(&buf);
}

static void only_what_must_be_is_escaped(void **state)
{
	assert_text(written(state, STR("")), STR("\"\""));
	assert_text(written(state, str_of(NULL)), STR("\"\""));
	assert_text(written(state, STR("a \"b\" \\ / \x7f é 😀")),
		    STR("\"a \\\"b\\\" \\\\ / \x7f é 😀\""));
	assert_text(written(state, STR("\b\f\n\r\t")), STR("\"\\b\\f\\n\\r\\t\""));
	assert_text(written(state, STR("\0\x01\x1f")), STR("\"\\u0000\\u0001\\u001f\""));
	assert_text(written(state, STR("plain for eight bytes, then \n")),
		    STR("\"plain for eight bytes, then \\n\""));
}

static void names_are_escaped_too(void **state)
{
	struct json_writer writer;
	struct buf buf;

	buf_init(&buf, *state);
	json_writer_init(&writer, &buf);
	json_begin_object(&writer);
	json_name(&writer, STR("a\"b"));
	json_null(&writer);
	json_name(&writer, STR("\n"));
	json_null(&writer);
	json_end_object(&writer);
	assert_text(buf_str(&buf), STR("{\"a\\\"b\":null,\"\\n\":null}"));
}

static void what_is_written_reads_as_the_same(void **state)
{
	static const char *const texts[] = {
		"null",
		"true",
		"0",
		"-0",
		"1.50",
		"1e9",
		"\"\"",
		"[]",
		"{}",
		"[[],{},\"a\",1]",
		"{\"\":{\"\":[null]},\"b\":\"\\u0000\\n\"}",
	};
	struct str copy;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_null(json_copy(*state, str_of(texts[i]), &copy));
		assert_text(copy, str_of(texts[i]));
	}
}

static void blanks_and_needless_escapes_are_gone_from_a_copy(void **state)
{
	struct str copy;

	assert_null(
		json_copy(*state, STR(" { \"a\\/b\" : [ 1 , \"\\u0041\\u000A\" ] } \n"), &copy));
	assert_text(copy, STR("{\"a/b\":[1,\"A\\n\"]}"));
}

static void a_full_buffer_fails_wherever_it_is_full(void **state)
{
	struct str text = STR("{\"name\":\"In\\nn\",\"rooms\":[1,null,true,\"x\"]}"), copy;

	for (size_t max = 1; max <= text.len; max++) {
		struct json_writer writer;
		struct json_reader reader;
		struct buf buf;

		buf_init(&buf, *state);
		buf.max_bytes = max;
		json_writer_init(&writer, &buf);
		json_reader_init(&reader, *state, text, 0);
		json_copy_value(&reader, &writer);
		assert_int_equal(buf.failed, max < text.len);
		assert_true(buf.len <= max);
		assert_memory_equal(buf.ptr ? buf.ptr : "", text.ptr, buf.len);
	}
	assert_null(json_copy(*state, text, &copy));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_document_is_compact),
		TEST(integers_are_written_to_their_limits),
		TEST(only_what_must_be_is_escaped),
		TEST(names_are_escaped_too),
		TEST(what_is_written_reads_as_the_same),
		TEST(blanks_and_needless_escapes_are_gone_from_a_copy),
		TEST(a_full_buffer_fails_wherever_it_is_full),
	};

	return cmocka_run_group_tests_name("codec_json_writer", tests, NULL, NULL);
}
