/* layer: net */
#include <stdio.h>
#include <string.h>

#include "http_client_fixture.h"

#define BODY_BYTES 1000

static bool answer(struct http_stub_request *request)
{
	http_stub_answer(request->fd, "ok");
	return true;
}

struct too_much {
	const char *head;
	const char *piece; /* said again and again, until the client closes or it was enough */
	unsigned npieces;
	const char *end;
};

/* Says it until the client has had enough. */
static bool say_pieces(struct http_stub_request *request)
{
	const struct too_much *much = request->user;

	http_stub_say(request->fd, much->head);
	for (unsigned i = 0; i < much->npieces; i++)
		http_stub_say(request->fd, much->piece);
	http_stub_say(request->fd, much->end);
	return true;
}

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void a_body_longer_than_the_caller_takes_is_refused_and_its_connection_closed(void **state)
{
	static const struct too_much cases[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", HUNDRED, 10, "x" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "64\r\n" HUNDRED "\r\n",
		  10, "1\r\nx\r\n0\r\n\r\n" },
		{ "HTTP/1.1 200 OK\r\n\r\n", HUNDRED, 11, "" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n", HUNDRED, 1000,
		  "" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
		  HUNDRED, 1000, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_client_fixture *f =
			open_client(say_pieces, (void *)(uintptr_t)&cases[i]);

		f->call.reply_bytes_max = BODY_BYTES;
		assert_fails(f, ERR_LIMIT, "http://127.0.0.1:");
		assert_string_equal(f->cx.failure.code, "too_large");
		assert_fails(f, ERR_LIMIT, "http://127.0.0.1:");
		assert_int_equal(http_stub_connections(f->stub), 2);
		close_client(f);
	}
}

static void a_body_of_just_what_the_caller_takes_is_read(void **state)
{
	static const struct too_much cases[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", HUNDRED, 10, "" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "64\r\n" HUNDRED "\r\n",
		  10, "0\r\n\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_client_fixture *f =
			open_client(say_pieces, (void *)(uintptr_t)&cases[i]);

		f->call.reply_bytes_max = BODY_BYTES;
		assert_int_equal(send_call(f), OK);
		assert_int_equal(f->reply.body.len, BODY_BYTES);
		assert_int_equal(send_call(f), OK);
		assert_int_equal(http_stub_connections(f->stub), 1);
		close_client(f);
	}
}

static void who_takes_no_body_gets_none(void **state)
{
	static const struct too_much empty = { "HTTP/1.1 204 No Content\r\n\r\n", "", 0, "" };
	struct http_client_fixture *f = open_client(say_pieces, (void *)(uintptr_t)&empty);

	(void)state;
	f->call.reply_bytes_max = 0;
	assert_int_equal(send_call(f), OK);
	assert_int_equal(f->reply.status, 204);
	close_client(f);
	f = open_client(answer, NULL);
	f->call.reply_bytes_max = 0;
	assert_fails(f, ERR_LIMIT, "127.0.0.1");
	close_client(f);
}

static void heads_without_measure_are_refused(void **state)
{
	static const struct too_much cases[] = {
		{ "HTTP/1.1 200 OK\r\n", "A: 1\r\n", 101, "\r\n" },
		{ "HTTP/1.1 200 OK\r\n",
		  "A: " HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "\r\n", 99,
		  "\r\n" },
		{ "HTTP/1.1 200 OK\r\nA: ", HUNDRED, 700, "\r\n\r\n" },
		{ "", "HTTP/1.1 100 Continue\r\n\r\n", 100000, "" },
		{ "", "HTTP/1.1 103 Early Hints\r\nA: 1\r\n\r\n", 101, "" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: 1\r\n", 101,
		  "\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_client_fixture *f =
			open_client(say_pieces, (void *)(uintptr_t)&cases[i]);

		assert_fails(f, ERR_LIMIT, "127.0.0.1");
		assert_string_equal(f->cx.failure.code, "too_large");
		close_client(f);
	}
}

static void a_hundred_headers_are_read(void **state)
{
	static const struct too_much hundred = { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
						 "A: 1\r\n", 99, "\r\n" };
	struct http_client_fixture *f = open_client(say_pieces, (void *)(uintptr_t)&hundred);

	(void)state;
	assert_int_equal(send_call(f), OK);
	assert_int_equal(f->reply.nheaders, 100);
	close_client(f);
}

static void an_answer_past_the_arena_is_too_large_and_the_client_goes_on(void **state)
{
	struct http_client_fixture *f = open_client(answer, NULL);
	struct str url = str_of(strdup(str_c(&f->arena, f->call.url)));
	unsigned nrefused = 0;

	(void)state;
	f->call.url = url;
	for (unsigned nth = 1; nth < 50; nth++) {
		arena_close(&f->arena);
		arena_init(&f->arena, 0);
		f->arena.refuse_chunk = nth;
		if (send_call(f) == OK)
			continue;
		assert_int_equal(f->cx.failure.err, ERR_LIMIT);
		nrefused++;
	}
	assert_int_not_equal(nrefused, 0);
	f->arena.refuse_chunk = 0;
	arena_reset(&f->arena, 8192);
	f->call.reply_bytes_max = SIZE_MAX;
	assert_answered(f, "ok");
	close_client(f);
	free((char *)(uintptr_t)url.ptr);
}

static void a_url_that_can_not_be_called_is_invalid(void **state)
{
	static const char *const urls[] = {
		"",
		"http:",
		"http://",
		"http:///",
		"https://?a",
		"127.0.0.1/",
		"//127.0.0.1/",
		"ftp://127.0.0.1/",
		"file:///etc/passwd",
		"HTTP://127.0.0.1/",
		"http://user:password@127.0.0.1/",
		"http://user@127.0.0.1/",
		"http://127.0.0.1:99999/",
		"http://127.0.0.1:-1/",
		"http://127.0.0.1:x/",
		"http://127.0.0.1/a b",
		"http://127.0.0.1/\r\nHost: other\r\n",
		"http://127.0.0.1/\n",
		"http://127.0.0.1/\x01",
		"http://[::1/",
		"http://[nonsense]/",
		"http://a\tb/",
	};
	struct http_client_fixture *f = open_client(answer, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		f->call.url = str_of(urls[i]);
		if (send_call(f) != ERR_INVALID)
			print_message("# %s: %s\n", urls[i], err_name(f->cx.failure.err));
		assert_int_equal(f->cx.failure.err, ERR_INVALID);
	}
	f->call.url = str_printf(&f->arena, "http://127.0.0.1:%d/%c/", http_stub_port(f->stub), 0);
	assert_int_equal(send_call(f), ERR_INVALID);
	assert_int_equal(http_stub_connections(f->stub), 0);
	close_client(f);
}

static void a_header_or_method_that_would_be_more_than_one_is_invalid(void **state)
{
	static const struct str_pair headers[] = {
		{ STR_INIT("A"), STR_INIT("1\r\nB: 2") },
		{ STR_INIT("A"), STR_INIT("1\n") },
		{ STR_INIT("A"), STR_INIT("\r") },
		{ STR_INIT("A"), STR_INIT("1\0") },
		{ STR_INIT("A\r\nB"), STR_INIT("1") },
		{ STR_INIT("A:"), STR_INIT("1") },
		{ STR_INIT("A B"), STR_INIT("1") },
		{ STR_INIT("A;"), STR_INIT("") },
		{ STR_INIT(""), STR_INIT("1") },
		{ STR_INIT("Content-Length"), STR_INIT("5") },
		{ STR_INIT("transfer-encoding"), STR_INIT("chunked") },
		{ STR_INIT("Connection"), STR_INIT("close") },
		{ STR_INIT("EXPECT"), STR_INIT("100-continue") },
	};
	static const struct str methods[] = { STR_INIT(""), STR_INIT("GET /x HTTP/1.1\r\nA: b"),
					      STR_INIT("GET "), STR_INIT("GE\0T") };
	struct http_client_fixture *f = open_client(answer, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		f->call.headers = &headers[i];
		f->call.nheaders = 1;
		assert_fails(f, ERR_INVALID, "header");
	}
	f->call.nheaders = 0;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		f->call.method = methods[i];
		assert_fails(f, ERR_INVALID, "method");
	}
	f->call.method = STR("GET");
	f->cx.traceparent = STR("00-1\r\nA: b");
	assert_fails(f, ERR_INVALID, "header");
	assert_int_equal(http_stub_connections(f->stub), 0);
	close_client(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_body_longer_than_the_caller_takes_is_refused_and_its_connection_closed),
		cmocka_unit_test(a_body_of_just_what_the_caller_takes_is_read),
		cmocka_unit_test(who_takes_no_body_gets_none),
		cmocka_unit_test(heads_without_measure_are_refused),
		cmocka_unit_test(a_hundred_headers_are_read),
		cmocka_unit_test(an_answer_past_the_arena_is_too_large_and_the_client_goes_on),
		cmocka_unit_test(a_url_that_can_not_be_called_is_invalid),
		cmocka_unit_test(a_header_or_method_that_would_be_more_than_one_is_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
