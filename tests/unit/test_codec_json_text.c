/* layer: codec */
#include "arena_fixture.h"

#include <string.h>

#include "codec/json_reader.h"
#include "codec/json_text.h"
#include "codec/json_writer.h"
#include "codec/utf8.h"

static bool read_whole(void **state, const char *text, struct str *out)
{
	struct json_reader reader;

	json_reader_init(&reader, *state, str_of(text), 0);
	return json_read_string(&reader, out) && json_reader_finish(&reader);
}

static void escapes_are_resolved(void **state)
{
	static const struct {
		const char *text;
		struct str value;
	} cases[] = {
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", STR_INIT("\"\\/\b\f\n\r\t") },
		{ "\"\\u0041\\u00e9\\u20AC\"", STR_INIT("Aé€") },
		{ "\"\\ud83d\\uDE00\"", STR_INIT("😀") },
		{ "\"\\uDBFF\\uDFFF\"", STR_INIT("\xf4\x8f\xbf\xbf") },
		{ "\"a\\u0000b\"", STR_INIT("a\0b") },
		{ "\"before \\n and behind, long enough\"",
		  STR_INIT("before \n and behind, long enough") },
		{ "\"\\\\u0041\"", STR_INIT("\\u0041") },
		{ "\"\"", STR_INIT("") },
		{ "\"\x7f é € 😀\"", STR_INIT("\x7f é € 😀") },
	};
	struct str got;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(read_whole(state, cases[i].text, &got));
		assert_text(got, cases[i].value);
	}
}

static void bad_strings_are_refused(void **state)
{
	static const char *const cases[] = {
		"\"\\ud83d\"",
		"\"\\ude00\"",
		"\"\\ud83d\\n\"",
		"\"\\ud83d\\n and more\"",
		"\"\\ud83d\\ud83d\"",
		"\"\\ud83d\\ue000\"",
		"\"\\ud83dxu1234\"",
		"\"\\u12\"",
		"\"\\u12g4\"",
		"\"\\u 123\"",
		"\"\\u+123\"",
		"\"\\U0041\"",
		"\"\\a\"",
		"\"\\v\"",
		"\"\\x41\"",
		"\"\\'\"",
		"\"\\0\"",
		"\"\\",
		"\"\\\"",
		"\"",
		"\"\n\"",
		"\"\t\"",
		"\"\x1f\"",
		"'a'",
		"\"a",
		"a\"",
		"\"\\\n\"",
		"\"\\\xc3\xa9\"",
	};
	struct str got;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_false(read_whole(state, cases[i], &got));
}

static void a_nul_in_a_string_must_be_escaped(void **state)
{
	struct json_reader reader;
	struct str got;

	json_reader_init(&reader, *state, STR("\"a\0b\""), 0);
	assert_false(json_read_string(&reader, &got));
	assert_string_equal(reader.problem, "a control character must be escaped");
}

static void names_have_their_escapes_resolved(void **state)
{
	struct json_reader reader;
	struct str name;

	json_reader_init(&reader, *state, STR("{\"n\\u0061me\":1}"), 0);
	assert_true(json_enter_object(&reader));
	assert_true(json_next_member(&reader, &name));
	assert_text(name, STR("name"));
}

static void ill_formed_utf8_is_refused_at_every_place(void **state)
{
	char text[40];
	struct str got;

	for (size_t at = 1; at < 20; at++) {
		memset(text, 'a', sizeof(text));
		text[0] = '"';
		text[30] = '"';
		text[31] = '\0';
		assert_true(read_whole(state, text, &got));
		text[at] = '\xff';
		assert_false(read_whole(state, text, &got));
	}
}

/* Every byte at every place ends the run where it must, whether found by eights or one by one. */
static void runs_end_at_every_special_byte(void **state)
{
	char text[24];

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		bool special = byte < 0x20 || byte == '"' || byte == '\\';

		for (size_t at = 0; at < sizeof(text); at++) {
			const char *end = text + sizeof(text);

			memset(text, byte % 2 ? 0x20 : 0x7f, sizeof(text));
			text[at] = (char)byte;
			if (at + 1 < sizeof(text))
				text[at + 1] = '"';
			else
				end = text + at + 1;
			assert_ptr_equal(json_text_run_end(text, end, 0),
					 text + at + (special ? 0 : 1));
			assert_ptr_equal(json_text_run_end(text, end, JSON_TEXT_HIGH),
					 text + at + (special || byte >= 0x80 ? 0 : 1));
		}
	}
}

/* What a special byte does to the marks behind it must not hide or move the first one. */
static void of_two_special_bytes_the_first_counts(void **state)
{
	static const char specials[] = { 0,   1,   0x1f, '"', '\\',   '!',
					 '#', '[', ']',  ' ', '\x80', '\xff' };
	char text[8];

	(void)state;
	for (size_t i = 0; i < sizeof(specials); i++) {
		for (size_t j = 0; j < sizeof(specials); j++) {
			const char *slow = text;

			memset(text, 'a', sizeof(text));
			text[2] = specials[i];
			text[3] = specials[j];
			while (slow < text + 8 && (unsigned char)*slow >= 0x20 && *slow != '"' &&
			       *slow != '\\')
				slow++;
			assert_ptr_equal(json_text_run_end(text, text + 8, 0), slow);
		}
	}
}

static void every_code_point_survives_writing_and_reading(void **state)
{
	struct arena *arena = *state;

	for (uint32_t from = 0; from < 0x110000; from += 0x1000) {
		struct str all = { arena_bytes(arena, (size_t)4 * 0x1000), 0 }, got;
		struct json_writer writer;
		struct json_reader reader;
		struct buf buf;

		for (uint32_t c = from; c < from + 0x1000; c++) {
			if (c < 0xd800 || c > 0xdfff)
				all.len += utf8_write(c, (char *)(uintptr_t)all.ptr + all.len);
		}
		buf_init(&buf, arena);
		json_writer_init(&writer, &buf);
		json_string(&writer, all);
		json_reader_init(&reader, arena, buf_str(&buf), 0);
		assert_true(json_read_string(&reader, &got));
		assert_text(got, all);
		arena_reset(arena, 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(escapes_are_resolved),
		TEST(bad_strings_are_refused),
		TEST(a_nul_in_a_string_must_be_escaped),
		TEST(names_have_their_escapes_resolved),
		TEST(ill_formed_utf8_is_refused_at_every_place),
		TEST(runs_end_at_every_special_byte),
		TEST(of_two_special_bytes_the_first_counts),
		TEST(every_code_point_survives_writing_and_reading),
	};

	return cmocka_run_group_tests_name("codec_json_text", tests, NULL, NULL);
}
