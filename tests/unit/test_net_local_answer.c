/* layer: net */
#include "local_answer_feed.h"

struct taken {
	const char *text;
	unsigned status;
	const char *body;
	bool keeps_alive;
};

static const struct taken taken[] = {
	{ OK_LINE "Content-Length: 2\r\n\r\nok", 200, "ok", true },
	{ OK_LINE "CONTENT-LENGTH:\t 2 \t\r\n\r\nok", 200, "ok", true },
	{ OK_LINE "Content-Length:2\r\n\r\nok", 200, "ok", true },
	{ OK_LINE "Content-Length: 1\r\n\r\n1", 200, "1", true },
	{ OK_LINE "Content-Length: 0002\r\n\r\nok", 200, "ok", true },
	{ OK_LINE "Content-Length: 0\r\n\r\n", 200, "", true },
	{ OK_LINE "Content-Length: 20\r\n\r\n12345678901234567890", 200, "12345678901234567890",
	  true },
	{ OK_LINE "Content-Length: 2\r\nConnection: close\r\n\r\nok", 200, "ok", false },
	{ OK_LINE "Content-Length: 2\r\nConnection: x, CLOSE\r\n\r\nok", 200, "ok", false },
	{ OK_LINE "Content-Length: 2\r\nConnection: keep-alive, x\r\n\r\nok", 200, "ok", true },
	{ OK_LINE "Content-Length: 2\r\nConnection: , @\r\n\r\nok", 200, "ok", true },
	{ OK_LINE "Content-Length: 2\r\nX-Content-Length: 3\r\n\r\nok", 200, "ok", true },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nok", 200, "ok",
	  true },
	{ "HTTP/1.9 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true },
	{ "HTTP/1.1 599\r\nContent-Length: 2\r\n\r\nok", 599, "ok", true },
	{ "HTTP/1.1 404 \r\nContent-Length: 2\r\n\r\nok", 404, "ok", true },
	{ "HTTP/1.1 500 N\xc3\xb6 \t!\r\nContent-Length: 2\r\n\r\nok", 500, "ok", true },
	{ "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true },
	{ "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", 204, "", true },
	{ "HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", 304, "", true },
	{ OK_LINE "\r\nuntil the end", 200, "until the end", false },
	{ OK_LINE "\r\n", 200, "", false },
	{ CHUNKED "0\r\n\r\n", 200, "", true },
	{ CHUNKED "5\r\nhello\r\n1;x=y\r\n \r\n5\r\nworld\r\n0\r\nA: 2\r\n\r\n", 200, "hello world",
	  true },
	{ CHUNKED "14\r\n12345678901234567890\r\n0\r\n\r\n", 200, "12345678901234567890", true },
	{ OK_LINE "Transfer-Encoding: CHUNKED\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\n\r\n", 200,
	  "a", false },
	{ "HTTP/1.1 100 Continue\r\nA: 1\r\nConnection: close\r\n\r\n"
	  "HTTP/1.1 103 Hints\r\nContent-Length: 7\r\n\r\n" OK_LINE "Content-Length: 2\r\n\r\nok",
	  200, "ok", true },
	{ "HTTP/1.1 199 ?\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.0 200 OK\r\n"
	  "Connection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
	  200, "ok", true },
};

static void a_whole_answer_is_taken_in_whatever_pieces_it_comes(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 1000 };
	struct cx *cx = *state;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		for (size_t j = 0; j < sizeof(pieces) / sizeof(pieces[0]); j++) {
			struct local_answer answer;
			struct str text = str_of(taken[i].text);

			assert_int_equal(feed(&answer, cx, text, pieces[j]), text.len);
			if (answer.problem)
				print_message("# %s: %s\n", taken[i].text, answer.problem);
			assert_true(answer.is_done);
			assert_null(answer.problem);
			assert_int_equal(answer.reply.status, taken[i].status);
			assert_says(cx, answer.reply.body, taken[i].body);
			assert_int_equal(answer.keeps_alive, taken[i].keeps_alive);
		}
	}
}

struct refused {
	const char *text;
	const char *problem; /* begins so */
};

#define NO_STATUS "the answer does not begin with HTTP/1.1"
#define NO_END "the connection ended within"
#define CONTROL "the answer's head has a control character"
#define NO_FIELD "a line of the answer is not a name"

static const struct refused refused[] = {
	{ "", "the connection ended before" },
	{ "HTTP/1.1 200 OK", NO_END },
	{ OK_LINE, NO_END },
	{ OK_LINE "Content-Length: 5\r\n", NO_END },
	{ OK_LINE "Content-Length: 5\r\n\r", NO_END },
	{ OK_LINE "Content-Length: 5\r\n\r\n", NO_END },
	{ OK_LINE "Content-Length: 5\r\n\r\nhell", NO_END },
	{ CHUNKED, NO_END },
	{ CHUNKED "5\r\nhel", NO_END },
	{ CHUNKED "5\r\nhello\r\n", NO_END },
	{ CHUNKED "5\r\nhello\r\n0\r\n", NO_END },
	{ "HTTP/1.1 100 Continue\r\n\r\n", NO_END },
	{ "HTTP/1.1 100 Continue\r\n\r\nhello\r\n", NO_STATUS },
	{ "hello\r\n", NO_STATUS },
	{ "\r\n" OK_LINE, NO_STATUS },
	{ " " OK_LINE, NO_STATUS },
	{ "SSH-2.0-OpenSSH_9.2\r\n", NO_STATUS },
	{ "HTTP/2 200 OK\r\n", NO_STATUS },
	{ "HTTP/2.0 200 OK\r\n", NO_STATUS },
	{ "http/1.1 200 OK\r\n", NO_STATUS },
	{ "HTTP/1.10 200 OK\r\n", NO_STATUS },
	{ "HTTP/1.x 200 OK\r\n", NO_STATUS },
	{ "HTTP/1.1  200 OK\r\n", NO_STATUS },
	{ "HTTP/1.1\t200 OK\r\n", NO_STATUS },
	{ "HTTP/1.1 20\r\n", NO_STATUS },
	{ "HTTP/1.1 2000 OK\r\n", NO_STATUS },
	{ "HTTP/1.1 200OK\r\n", NO_STATUS },
	{ "HTTP/1.1 200O\r\n", NO_STATUS },
	{ "HTTP/1.1 x00 OK\r\n", NO_STATUS },
	{ "HTTP/1.1 2x0 OK\r\n", NO_STATUS },
	{ "HTTP/1.1 20x OK\r\n", NO_STATUS },
	{ "HTTP/1.1 +20 OK\r\n", NO_STATUS },
	{ "HTTP/1.1 2/0 OK\r\n", NO_STATUS },
	{ "HTTP/1.1 2:0 OK\r\n", NO_STATUS },
	{ "HTTP/1.1 099 OK\r\n", "the answer has a status that is none" },
	{ "HTTP/1.1 600 OK\r\n", "the answer has a status that is none" },
	{ "HTTP/1.1 101 Switching Protocols\r\n", "the answer changes to a protocol" },
	{ "\x15\x03\x01", CONTROL },
	{ "HTTP/1.1 200 OK\n", CONTROL },
	{ "HTTP/1.1 200 OK\r\r\n", CONTROL },
	{ OK_LINE "A: 1\n\r\n", CONTROL },
	{ OK_LINE "A: \x01\r\n", CONTROL },
	{ OK_LINE "A: \x7f\r\n", CONTROL },
	{ OK_LINE "A: 1\r\rB: 1\r\n", CONTROL },
	{ OK_LINE "no field\r\n", NO_FIELD },
	{ OK_LINE ": 1\r\n", NO_FIELD },
	{ OK_LINE "A : 1\r\n", NO_FIELD },
	{ OK_LINE "A B: 1\r\n", NO_FIELD },
	{ OK_LINE " A: 1\r\n", NO_FIELD },
	{ OK_LINE "A: 1\r\n folded\r\n", NO_FIELD },
	{ OK_LINE "A: 1\r\n\tfolded: 1\r\n", NO_FIELD },
	{ OK_LINE "Content-Length: 5\r\nContent-Length: 6\r\n",
	  "the answer has Content-Length twice" },
	{ OK_LINE "Content-Length: 5\r\ncontent-length: 5\r\n",
	  "the answer has Content-Length twice" },
	{ OK_LINE "Content-Length: 5, 5\r\n", "the answer has a Content-Length that is not" },
	{ OK_LINE "Content-Length: -5\r\n", "the answer has a Content-Length that is not" },
	{ OK_LINE "Content-Length: +5\r\n", "the answer has a Content-Length that is not" },
	{ OK_LINE "Content-Length: 0x5\r\n", "the answer has a Content-Length that is not" },
	{ OK_LINE "Content-Length: 5 5\r\n", "the answer has a Content-Length that is not" },
	{ OK_LINE "Content-Length:\r\n", "the answer has a Content-Length that is not" },
	{ OK_LINE "Content-Length: 18446744073709551616\r\n",
	  "the answer has a Content-Length that is not" },
	{ OK_LINE "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
	  "the answer has Transfer-Encoding twice" },
	{ OK_LINE "Transfer-Encoding: gzip, chunked\r\n", "the answer has a transfer coding" },
	{ OK_LINE "Transfer-Encoding: identity\r\n", "the answer has a transfer coding" },
	{ OK_LINE "Transfer-Encoding:\r\n", "the answer has a transfer coding" },
	{ OK_LINE "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
	  "the answer has Content-Length and" },
	{ OK_LINE "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "the answer has Content-Length and" },
	{ "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "the answer is of HTTP/1.0" },
	{ "HTTP/1.1 100 Continue\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
	  "the answer has Content-Length twice" },
	{ CHUNKED "x", "a chunk has no size" },
	{ CHUNKED "1\r\nab", "a line or the data of a chunk" },
	{ CHUNKED "11111111111111111", "the size of a chunk has more" },
};

static const struct refused too_long[] = {
	{ OK_LINE "Content-Length: 21\r\n\r\n", "the answer's body is longer" },
	{ OK_LINE "Content-Length: 21\r\n\r\n123456789012345678901",
	  "the answer's body is longer" },
	{ OK_LINE "Content-Length: 18446744073709551615\r\n\r\n", "the answer's body is longer" },
	{ CHUNKED "15\r\n", "the body is too large" },
	{ CHUNKED "1\r\na\r\n14\r\n", "the body is too large" },
	{ CHUNKED "ffffffffffffffff\r\n", "the body is too large" },
	{ OK_LINE "\r\n123456789012345678901", "the answer's body is longer" },
};

static void check_refused(struct cx *cx, const struct refused *row, bool is_too_long)
{
	static const size_t pieces[] = { 1, 2, 1000 };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct local_answer answer;

		feed(&answer, cx, str_of(row->text), pieces[i]);
		assert_false(answer.is_done);
		if (!answer.problem || !str_starts(str_of(answer.problem), str_of(row->problem)))
			print_message("# %s: %s\n", row->text,
				      answer.problem ? answer.problem : "taken");
		assert_true(str_starts(str_of(answer.problem), str_of(row->problem)));
		assert_int_equal(answer.is_too_long, is_too_long);
	}
}

static void what_is_no_answer_is_refused_with_a_reason(void **state)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		check_refused(*state, &refused[i], false);
}

static void what_is_longer_than_is_taken_is_told_apart(void **state)
{
	for (size_t i = 0; i < sizeof(too_long) / sizeof(too_long[0]); i++)
		check_refused(*state, &too_long[i], true);
}

static void a_refusal_comes_with_the_first_line_that_shows_it(void **state)
{
	struct str text = STR(OK_LINE "Content-Length: x\r\nA: 1\r\n\r\n");
	struct local_answer answer;

	assert_int_equal(feed(&answer, *state, text, 1), strlen(OK_LINE "Content-Length: x\r\n"));
	assert_non_null(answer.problem);
}

static void what_stands_behind_an_answer_costs_the_connection(void **state)
{
	static const char *const texts[] = {
		OK_LINE "Content-Length: 2\r\n\r\nok!",
		OK_LINE "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
		CHUNKED "2\r\nok\r\n0\r\n\r\n!",
		"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok",
		OK_LINE "Content-Length: 0\r\n\r\nok",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct local_answer answer;

		feed(&answer, *state, str_of(texts[i]), 1000);
		assert_true(answer.is_done);
		assert_false(answer.keeps_alive);
		assert_int_equal(answer.reply.body.len, i < 3 ? 2 : 0);
	}
}

static void the_fields_of_an_interim_answer_are_not_the_answers(void **state)
{
	struct cx *cx = *state;
	struct local_answer answer;

	feed(&answer, cx,
	     STR("HTTP/1.1 103 Hints\r\nA: 1\r\nB: 2\r\n\r\n" OK_LINE
		 "C: 3\r\nContent-Length: 0\r\n\r\n"),
	     1000);
	assert_int_equal(answer.reply.nheaders, 2);
	assert_says(cx, answer.reply.headers[0].name, "C");
	assert_says(cx, answer.reply.headers[0].value, "3");
}

static void a_body_has_room_for_what_its_length_announces_and_no_more(void **state)
{
	static const struct str text = STR_INIT(OK_LINE "Content-Length: 20\r\n\r\n12345");
	struct cx *cx = *state;
	struct local_answer answer;
	size_t room;

	local_answer_init(&answer, cx->arena, arena_bytes(cx->arena, LOCAL_ANSWER_WINDOW), false,
			  BODY_MAX);
	memcpy(local_answer_room(&answer, &room), text.ptr, text.len);
	assert_int_equal(room, LOCAL_ANSWER_WINDOW);
	local_answer_take(&answer, text.len);
	memset(local_answer_room(&answer, &room), 'x', 5);
	assert_int_equal(room, 15);
	local_answer_take(&answer, 5);
	local_answer_room(&answer, &room);
	assert_int_equal(room, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_fields_of_an_interim_answer_are_not_the_answers,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(
			a_body_has_room_for_what_its_length_announces_and_no_more, open_cx,
			close_cx),
		cmocka_unit_test_setup_teardown(a_whole_answer_is_taken_in_whatever_pieces_it_comes,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(what_is_no_answer_is_refused_with_a_reason, open_cx,
						close_cx),
		cmocka_unit_test_setup_teardown(what_is_longer_than_is_taken_is_told_apart, open_cx,
						close_cx),
		cmocka_unit_test_setup_teardown(a_refusal_comes_with_the_first_line_that_shows_it,
						open_cx, close_cx),
		cmocka_unit_test_setup_teardown(what_stands_behind_an_answer_costs_the_connection,
						open_cx, close_cx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
