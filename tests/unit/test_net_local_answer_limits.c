/* layer: net */
#include "local_answer_feed.h"

static void an_answer_to_head_has_no_body_whatever_it_announces(void **state)
{
	static const struct str texts[] = {
		STR_INIT(OK_LINE "Content-Length: 2000\r\n\r\n"),
		STR_INIT(CHUNKED),
		STR_INIT(OK_LINE "\r\n"),
	};
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct local_answer answer;
		size_t room;

		local_answer_init(&answer, cx->arena, arena_bytes(cx->arena, LOCAL_ANSWER_WINDOW),
				  true, 0);
		memcpy(local_answer_room(&answer, &room), texts[i].ptr, texts[i].len);
		local_answer_take(&answer, texts[i].len);
		assert_true(answer.is_done);
		assert_true(answer.keeps_alive);
		assert_int_equal(answer.reply.body.len, 0);
	}
}

static struct str repeat(struct cx *cx, const char *text, size_t times, const char *end)
{
	struct buf buf;

	buf_init(&buf, cx->arena);
	buf_add(&buf, STR(OK_LINE));
	for (size_t i = 0; i < times; i++)
		buf_add(&buf, str_of(text));
	buf_add(&buf, str_of(end));
	return buf_take(&buf);
}

static void a_hundred_fields_are_taken_and_one_more_is_not(void **state)
{
	struct cx *cx = *state;
	struct local_answer answer;

	feed(&answer, cx, repeat(cx, "A: 1\r\n", 99, "Content-Length: 0\r\n\r\n"), 1000);
	assert_true(answer.is_done);
	assert_int_equal(answer.reply.nheaders, 100);
	feed(&answer, cx, repeat(cx, "A: 1\r\n", 100, "Content-Length: 0\r\n\r\n"), 1000);
	assert_true(answer.is_too_long);
	assert_says(cx, str_of(answer.problem), "the answer has more than 100 fields");
}

static void the_fields_of_interim_answers_count(void **state)
{
	struct cx *cx = *state;
	struct local_answer answer;
	struct str all = repeat(cx, "A: 1\r\n", 60, "\r\n");
	char *text = str_c(cx->arena, all);

	memcpy(text, "HTTP/1.1 102 OK", strlen("HTTP/1.1 102 OK"));
	feed(&answer, cx,
	     str_printf(cx->arena, "%s" STR_FMT, text, STR_ARG(repeat(cx, "A: 1\r\n", 41, "\r\n"))),
	     1000);
	assert_says(cx, str_of(answer.problem), "the answer has more than 100 fields");
}

/* A head of so many bytes in all. */
static struct str head_of(struct cx *cx, size_t nbytes)
{
	const char *rest = "Content-Length: 2\r\nA: \r\n\r\nok";
	size_t npad = nbytes - strlen(OK_LINE) - strlen(rest) + strlen("ok");
	char *pad = arena_alloc(cx->arena, npad + 1);

	memset(pad, 'x', npad);
	return str_printf(cx->arena, OK_LINE "Content-Length: 2\r\nA: %s\r\n\r\nok", pad);
}

static void a_head_of_64_kib_is_taken_and_one_more_byte_is_not(void **state)
{
	static const size_t pieces[] = { 1000, 65535, 65536, 70000 };
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct local_answer answer;

		feed(&answer, cx, head_of(cx, ANSWER_HEAD_MAX), pieces[i]);
		assert_true(answer.is_done);
		assert_says(cx, answer.reply.body, "ok");
		assert_int_equal(answer.reply.headers[1].value.len, ANSWER_HEAD_MAX - 17 - 19 - 7);
		feed(&answer, cx, head_of(cx, ANSWER_HEAD_MAX + 1), pieces[i]);
		assert_true(answer.is_too_long);
		assert_says(cx, str_of(answer.problem), "the answer's head has more than 64 KiB");
	}
}

static void what_stands_behind_a_head_does_not_make_it_longer(void **state)
{
	struct cx *cx = *state;
	struct answer_parser parser;

	answer_parser_init(&parser, false);
	assert_int_equal(answer_parser_feed(&parser, head_of(cx, ANSWER_HEAD_MAX)), HTTP_DONE);
	assert_int_equal(parser.head_bytes, ANSWER_HEAD_MAX);
	answer_parser_init(&parser, false);
	assert_int_equal(answer_parser_feed(&parser, head_of(cx, ANSWER_HEAD_MAX + 1)),
			 HTTP_REFUSED);
	assert_true(parser.is_too_long);
}

static void the_head_stays_while_the_body_uses_its_place(void **state)
{
	struct cx *cx = *state;
	struct local_answer answer;

	feed(&answer, cx,
	     STR(OK_LINE "First: one \r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n1\r\nd\r\n1\r\ne\r\n1\r\nf\r\n"
			 "1\r\ng\r\n1\r\nh\r\n1\r\ni\r\n1\r\nj\r\n0\r\n\r\n"),
	     5);
	assert_true(answer.is_done);
	assert_says(cx, answer.reply.body, "abcdefghij");
	assert_int_equal(answer.reply.nheaders, 3);
	assert_says(cx, answer.reply.headers[0].name, "First");
	assert_says(cx, answer.reply.headers[0].value, "one");
	assert_says(cx, answer.reply.headers[1].name, "Empty");
	assert_int_equal(answer.reply.headers[1].value.len, 0);
	assert_null(answer.reply.headers[1].value.ptr);
	assert_says(cx, http_client_find(&answer.reply, STR("TRANSFER-encoding")), "chunked");
}

static void memory_that_is_refused_ends_an_answer(void **state)
{
	static const char *const texts[] = {
		OK_LINE "Content-Length: 20\r\n\r\n12345678901234567890",
		CHUNKED "14\r\n12345678901234567890\r\n0\r\n\r\n",
		OK_LINE "\r\n12345678901234567890",
	};
	static char window[LOCAL_ANSWER_WINDOW];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		bool was_refused = true;

		for (size_t cap = 1; was_refused; cap++) {
			struct local_answer answer;
			struct arena arena;
			size_t room;

			arena_init(&arena, cap);
			local_answer_init(&answer, &arena, window, false, BODY_MAX);
			memcpy(local_answer_room(&answer, &room), texts[i], strlen(texts[i]));
			local_answer_take(&answer, strlen(texts[i]));
			if (!arena.refused && !answer.is_done)
				local_answer_end(&answer);
			assert_int_equal(answer.is_done, !arena.refused);
			was_refused = arena.refused;
			assert_true(was_refused || cap > 20);
			arena_close(&arena);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer_to_head_has_no_body_whatever_it_announces,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(a_hundred_fields_are_taken_and_one_more_is_not,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(the_fields_of_interim_answers_count, open_cx,
						close_cx),
		cmocka_unit_test_setup_teardown(a_head_of_64_kib_is_taken_and_one_more_byte_is_not,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(what_stands_behind_a_head_does_not_make_it_longer,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(the_head_stays_while_the_body_uses_its_place,
						open_cx, close_cx),
		cmocka_unit_test(memory_that_is_refused_ends_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
