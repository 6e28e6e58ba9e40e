/* layer: net */
#include <stdio.h>
#include <string.h>

#include "http_client_fixture.h"

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
	f = open_client(show, NULL);
	assert_int_equal(send_call(f), OK);
	assert_int_equal(f->reply.status, 200);
	assert_int_equal(http_stub_requests(proxy), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	close_client(f);
	http_stub_close(proxy);
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
		cmocka_unit_test(nothing_is_sent_but_what_was_given_host_accept_and_length),
		cmocka_unit_test(HEAD_has_no_body_and_the_next_call_has),
		cmocka_unit_test(headers_are_sent_as_given_empty_ones_too),
		cmocka_unit_test(the_trace_goes_with_each_call_that_has_one),
		cmocka_unit_test(a_long_body_goes_at_once_without_Expect),
		cmocka_unit_test(cookies_are_not_kept),
		cmocka_unit_test(proxies_in_the_environment_are_ignored),
		cmocka_unit_test(dots_in_a_path_and_a_query_are_sent_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
