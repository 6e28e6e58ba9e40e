/* layer: net */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "http_client_fixture.h"

#define THREADS 64
#define CALLS_EACH 10

/* Answers with the body, or with `nothing` where there is none. */
static bool echo(struct http_stub_request *request)
{
	http_stub_answer(request->fd, request->body_bytes ? request->body : "nothing");
	return true;
}

static void kept_connections_are_used_again(void **state)
{
	struct http_client_fixture *f = open_client(echo, NULL);

	(void)state;
	for (int i = 0; i < 5; i++) {
		f->call.method = STR("POST");
		f->call.body = STR("{\"a\":1}");
		assert_answered(f, "{\"a\":1}");
		f->call.method = STR("GET");
		f->call.body = STR("");
		assert_answered(f, "nothing");
	}
	assert_int_equal(http_stub_connections(f->stub), 1);
	assert_int_equal(http_stub_requests(f->stub), 10);
	close_client(f);
}

static bool answer_and_close(struct http_stub_request *request)
{
	http_stub_say(request->fd,
		      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
	return false;
}

static void a_connection_that_the_server_gives_up_is_not_used_again(void **state)
{
	struct http_client_fixture *f = open_client(answer_and_close, NULL);

	(void)state;
	assert_answered(f, "ok");
	assert_answered(f, "ok");
	assert_int_equal(http_stub_connections(f->stub), 2);
	assert_int_equal(http_stub_requests(f->stub), 2);
	close_client(f);
}

struct caller {
	pthread_t thread;
	struct http_client_fixture *f;
	unsigned number;
};

static void *call_often(void *user)
{
	struct caller *caller = user;
	struct arena arena;
	struct cx cx;
	uintptr_t nwrong = 0;

	arena_init(&arena, 0);
	for (unsigned i = 0; i < CALLS_EACH; i++) {
		struct http_client_call call = caller->f->call;
		struct http_client_reply reply;

		cx_init(&cx, &arena);
		call.body = str_printf(&arena, "call %u of %u", i, caller->number);
		if (http_client_call(caller->f->client, &cx, &call, &reply) != OK ||
		    !str_eq(reply.body, call.body))
			nwrong++;
	}
	arena_close(&arena);
	return (void *)nwrong;
}

static void sixty_four_call_at_once_and_each_hears_its_own_answer(void **state)
{
	struct http_client_fixture *f = open_client(echo, NULL);
	struct caller callers[THREADS];
	unsigned after;

	(void)state;
	f->call.method = STR("POST");
	for (unsigned i = 0; i < THREADS; i++) {
		callers[i].f = f;
		callers[i].number = i;
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]),
				 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		void *nwrong;

		pthread_join(callers[i].thread, &nwrong);
		assert_int_equal((uintptr_t)nwrong, 0);
	}
	assert_int_equal(http_stub_requests(f->stub), THREADS * CALLS_EACH);
	after = http_stub_connections(f->stub);
	assert_in_range(after, 1, THREADS);
	f->call.body = STR("once more");
	assert_answered(f, "once more");
	assert_int_equal(http_stub_connections(f->stub), after);
	close_client(f);
}

/* Answers with the request as it came, head and body. */
static bool show(struct http_stub_request *request)
{
	char head[64];

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
		 strlen(request->head) + 2 + request->body_bytes);
	http_stub_say(request->fd, head);
	http_stub_say(request->fd, request->head);
	http_stub_say(request->fd, "\r\n");
	http_stub_send(request->fd, request->body, request->body_bytes);
	return true;
}

static void nothing_is_sent_but_what_was_given_host_accept_and_length(void **state)
{
	struct http_client_fixture *f = open_client(show, NULL);
	static const struct {
		const char *method, *body, *rest;
	} cases[] = {
		{ "GET", "", "" },
		{ "DELETE", "", "" },
		{ "POST", "x=1", "Content-Length: 3\r\n" },
		{ "POST", "", "Content-Length: 0\r\n" },
		{ "PUT", "", "Content-Length: 0\r\n" },
		{ "PUT", "{}", "Content-Length: 2\r\n" },
		{ "PATCH", "{}", "Content-Length: 2\r\n" },
		{ "GET", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f->call.method = str_of(cases[i].method);
		f->call.body = str_of(cases[i].body);
		assert_answered(f, str_printf(&f->arena,
					      "%s / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
					      "Accept: */*\r\n%s\r\n%s%c",
					      cases[i].method, http_stub_port(f->stub),
					      cases[i].rest, cases[i].body, 0)
					   .ptr);
	}
	close_client(f);
}

static bool head_only(struct http_stub_request *request)
{
	bool is_head = strncmp(request->head, "HEAD / ", 7) == 0;

	http_stub_say(request->fd, is_head ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
					   : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
	return true;
}

static void HEAD_has_no_body_and_the_next_call_has(void **state)
{
	struct http_client_fixture *f = open_client(head_only, NULL);

	(void)state;
	f->call.method = STR("HEAD");
	assert_answered(f, "");
	f->call.method = STR("GET");
	assert_answered(f, "hello");
	assert_int_equal(http_stub_connections(f->stub), 1);
	close_client(f);
}

static bool lines_are_there(struct http_stub_request *request)
{
	const char *const *lines = request->user;

	for (size_t i = 0; lines[i]; i++) {
		if (!http_stub_has_line(request, lines[i])) {
			http_stub_answer(request->fd, lines[i]);
			return true;
		}
	}
	http_stub_answer(request->fd, "all");
	return true;
}

static void headers_are_sent_as_given_empty_ones_too(void **state)
{
	static const char *const lines[] = { "X-Amz-Target: DynamoDB_20120810.GetItem",
					     "content-type: application/x-amz-json-1.0",
					     "X-Empty:",
					     "X-Blank:",
					     "X-Trimmed: a  b",
					     "X-Bytes: \xc3\xa9\ttab",
					     NULL };
	struct http_client_fixture *f = open_client(lines_are_there, (void *)(uintptr_t)lines);
	struct str_pair headers[] = {
		{ STR("X-Amz-Target"), STR("DynamoDB_20120810.GetItem") },
		{ STR("content-type"), STR("application/x-amz-json-1.0") },
		{ STR("X-Empty"), STR("") },
		{ STR("X-Blank"), STR(" \t") },
		{ STR("X-Trimmed"), STR(" a  b ") },
		{ STR("X-Bytes"), STR("\xc3\xa9\ttab") },
	};

	(void)state;
	f->call.method = STR("POST");
	f->call.headers = headers;
	f->call.nheaders = sizeof(headers) / sizeof(headers[0]);
	assert_answered(f, "all");
	close_client(f);
}

static void the_trace_goes_with_each_call_that_has_one(void **state)
{
	static const char *const lines[] = {
		"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"tracestate: a=1,b=2", NULL
	};
	struct http_client_fixture *f = open_client(lines_are_there, (void *)(uintptr_t)lines);

	(void)state;
	f->cx.traceparent = STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	f->cx.tracestate = STR("a=1,b=2");
	assert_answered(f, "all");
	assert_answered(f, "all");
	f->cx.tracestate = STR("");
	assert_answered(f, "tracestate: a=1,b=2");
	close_client(f);
}

static bool answer_headers(struct http_stub_request *request)
{
	http_stub_say(request->fd, "HTTP/1.1 418 I'm a teapot\r\n"
				   "x-amzn-RequestId:  ABC \r\nX-AMZ-CRC32: 42\r\nEmpty:\r\n"
				   "Twice: one\r\nTwice: two\r\n"
				   "Content-Length: 3\r\n\r\nhot");
	return true;
}

static void an_answer_of_any_status_has_its_headers_by_name(void **state)
{
	struct http_client_fixture *f = open_client(answer_headers, NULL);

	(void)state;
	assert_int_equal(send_call(f), OK);
	assert_int_equal(f->reply.status, 418);
	assert_says(&f->cx, f->reply.body, "hot");
	assert_says(&f->cx, http_client_find(&f->reply, STR("X-Amzn-Requestid")), "ABC");
	assert_says(&f->cx, http_client_find(&f->reply, STR("x-amz-crc32")), "42");
	assert_says(&f->cx, http_client_find(&f->reply, STR("empty")), "");
	assert_says(&f->cx, http_client_find(&f->reply, STR("twice")), "one");
	assert_says(&f->cx, http_client_find(&f->reply, STR("absent")), "");
	assert_int_equal(f->reply.nheaders, 6);
	close_client(f);
}

static bool answer_in_chunks(struct http_stub_request *request)
{
	http_stub_say(request->fd,
		      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: 1\r\n\r\n"
		      "5\r\nhello\r\n1;x=y\r\n \r\n5\r\nworld\r\n0\r\nA: 2\r\nB: 3\r\n\r\n");
	return true;
}

static void chunks_are_joined_and_trailers_dropped(void **state)
{
	struct http_client_fixture *f = open_client(answer_in_chunks, NULL);

	(void)state;
	assert_answered(f, "hello world");
	assert_says(&f->cx, http_client_find(&f->reply, STR("a")), "1");
	assert_says(&f->cx, http_client_find(&f->reply, STR("b")), "");
	assert_answered(f, "hello world");
	assert_int_equal(http_stub_connections(f->stub), 1);
	close_client(f);
}

static bool answer_after_interim_heads(struct http_stub_request *request)
{
	http_stub_say(request->fd, "HTTP/1.1 100 Continue\r\nA: interim\r\n\r\n"
				   "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
	http_stub_say(request->fd, "HTTP/1.1 200 OK\r\nB: final\r\nContent-Length: 2\r\n\r\nok");
	return true;
}

static void interim_answers_are_not_the_answer(void **state)
{
	struct http_client_fixture *f = open_client(answer_after_interim_heads, NULL);

	(void)state;
	f->call.method = STR("POST");
	f->call.body = STR("{}");
	assert_answered(f, "ok");
	assert_says(&f->cx, http_client_find(&f->reply, STR("a")), "");
	assert_says(&f->cx, http_client_find(&f->reply, STR("link")), "");
	assert_says(&f->cx, http_client_find(&f->reply, STR("b")), "final");
	assert_int_equal(f->reply.nheaders, 2);
	close_client(f);
}

static bool say_whether_it_expects(struct http_stub_request *request)
{
	http_stub_answer(request->fd,
			 strcasestr(request->head, "\r\nexpect:") ? "expects" : "sends");
	return true;
}

static void a_long_body_goes_at_once_without_Expect(void **state)
{
	struct http_client_fixture *f = open_client(say_whether_it_expects, NULL);
	size_t len = 3u << 20;
	char *body = arena_bytes(&f->arena, len);

	(void)state;
	memset(body, 'x', len);
	f->call.method = STR("POST");
	f->call.body = (struct str){ body, len };
	assert_answered(f, "sends");
	close_client(f);
}

static bool redirect(struct http_stub_request *request)
{
	http_stub_say(request->fd, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
				   "Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
	return true;
}

static void a_redirect_is_an_answer_like_any(void **state)
{
	struct http_client_fixture *f = open_client(redirect, NULL);

	(void)state;
	assert_int_equal(send_call(f), OK);
	assert_int_equal(f->reply.status, 302);
	assert_says(&f->cx, http_client_find(&f->reply, STR("location")), "/elsewhere");
	assert_int_equal(http_stub_requests(f->stub), 1);
	close_client(f);
}

static void cookies_are_not_kept(void **state)
{
	struct http_client_fixture *f = open_client(show, NULL);
	struct http_stub *setter = http_stub_open(redirect, NULL);
	struct str own = f->call.url;

	(void)state;
	f->call.url = str_printf(&f->arena, "http://127.0.0.1:%d/", http_stub_port(setter));
	assert_int_equal(send_call(f), OK);
	f->call.url = own;
	assert_int_equal(send_call(f), OK);
	assert_null(strstr(str_c(&f->arena, f->reply.body), "Cookie"));
	http_stub_close(setter);
	close_client(f);
}

static void proxies_in_the_environment_are_ignored(void **state)
{
	static const char *const names[] = { "http_proxy", "HTTP_PROXY", "https_proxy",
					     "all_proxy",  "ALL_PROXY",  "no_proxy" };
	struct http_stub *proxy = http_stub_open(redirect, NULL);
	struct http_client_fixture *f;
	char url[64];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", http_stub_port(proxy));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		setenv(names[i], strcmp(names[i], "no_proxy") == 0 ? "nobody" : url, 1);
	f = open_client(echo, NULL);
	assert_answered(f, "nothing");
	assert_int_equal(http_stub_requests(proxy), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	close_client(f);
	http_stub_close(proxy);
}

static bool answer_zipped(struct http_stub_request *request)
{
	if (strcasestr(request->head, "\r\naccept-encoding:"))
		return false;
	http_stub_say(request->fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
				   "Content-Length: 4\r\n\r\n\x1f\x8b\x08!");
	return true;
}

static void a_body_that_was_zipped_unasked_stays_as_sent(void **state)
{
	struct http_client_fixture *f = open_client(answer_zipped, NULL);

	(void)state;
	assert_answered(f, "\x1f\x8b\x08!");
	close_client(f);
}

static void dots_in_a_path_and_a_query_are_sent_as_they_are(void **state)
{
	struct http_client_fixture *f = open_client(show, NULL);

	(void)state;
	f->call.url =
		str_printf(&f->arena, STR_FMT "a/../b/./c%%2e?x=/../&y", STR_ARG(f->call.url));
	assert_int_equal(send_call(f), OK);
	assert_true(str_starts(f->reply.body, STR("GET /a/../b/./c%2e?x=/../&y HTTP/1.1\r\n")));
	close_client(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_connections_are_used_again),
		cmocka_unit_test(a_connection_that_the_server_gives_up_is_not_used_again),
		cmocka_unit_test(sixty_four_call_at_once_and_each_hears_its_own_answer),
		cmocka_unit_test(nothing_is_sent_but_what_was_given_host_accept_and_length),
		cmocka_unit_test(HEAD_has_no_body_and_the_next_call_has),
		cmocka_unit_test(headers_are_sent_as_given_empty_ones_too),
		cmocka_unit_test(the_trace_goes_with_each_call_that_has_one),
		cmocka_unit_test(an_answer_of_any_status_has_its_headers_by_name),
		cmocka_unit_test(chunks_are_joined_and_trailers_dropped),
		cmocka_unit_test(interim_answers_are_not_the_answer),
		cmocka_unit_test(a_long_body_goes_at_once_without_Expect),
		cmocka_unit_test(a_redirect_is_an_answer_like_any),
		cmocka_unit_test(cookies_are_not_kept),
		cmocka_unit_test(proxies_in_the_environment_are_ignored),
		cmocka_unit_test(a_body_that_was_zipped_unasked_stays_as_sent),
		cmocka_unit_test(dots_in_a_path_and_a_query_are_sent_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
