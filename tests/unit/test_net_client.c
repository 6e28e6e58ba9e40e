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

static void the_deadline_of_the_cx_is_the_callers_to_look_at(void **state)
{
	struct http_client_fixture *f = open_client(echo, NULL);

	(void)state;
	f->cx.deadline_mono_ms = 1;
	assert_answered(f, "nothing");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_connections_are_used_again),
		cmocka_unit_test(the_deadline_of_the_cx_is_the_callers_to_look_at),
		cmocka_unit_test(a_connection_that_the_server_gives_up_is_not_used_again),
		cmocka_unit_test(sixty_four_call_at_once_and_each_hears_its_own_answer),
		cmocka_unit_test(an_answer_of_any_status_has_its_headers_by_name),
		cmocka_unit_test(chunks_are_joined_and_trailers_dropped),
		cmocka_unit_test(interim_answers_are_not_the_answer),
		cmocka_unit_test(a_redirect_is_an_answer_like_any),
		cmocka_unit_test(a_body_that_was_zipped_unasked_stays_as_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
