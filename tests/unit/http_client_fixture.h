/* http_client_fixture.h - a client, a cx and a server that a test tells what to answer. */
#ifndef INNKEEPER_TESTS_HTTP_CLIENT_FIXTURE_H
#define INNKEEPER_TESTS_HTTP_CLIENT_FIXTURE_H

#include "cx_fixture.h"

#include <string.h>

#include "http_stub.h"
#include "net/http_client.h"

#define TIMEOUT_MS 60000
#define BODY_MAX 100000

struct http_client_fixture {
	struct arena arena;
	struct cx cx;
	struct http_client *client;
	struct http_stub *stub;
	struct http_client_call call; /* what the next send() sends */
	struct http_client_reply reply;
};

static inline struct http_client_fixture *open_client(http_stub_serve *serve, void *user)
{
	struct http_client_fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	arena_init(&f->arena, 0);
	cx_init(&f->cx, &f->arena);
	f->client = http_client_open(NULL);
	f->stub = http_stub_open(serve, user);
	f->call = (struct http_client_call){
		.method = STR("GET"),
		.url = str_printf(&f->arena, "http://127.0.0.1:%d/", http_stub_port(f->stub)),
		.timeout_ms = TIMEOUT_MS,
		.reply_bytes_max = BODY_MAX,
	};
	return f;
}

static inline void close_client(struct http_client_fixture *f)
{
	http_client_close(f->client);
	http_stub_close(f->stub);
	arena_close(&f->arena);
	free(f);
}

static inline enum err send_call(struct http_client_fixture *f)
{
	cx_clear(&f->cx);
	return http_client_call(f->client, &f->cx, &f->call, &f->reply);
}

/* Sends f->call, which must be answered with 200 and that body. */
static inline void assert_answered(struct http_client_fixture *f, const char *body)
{
	assert_int_equal(send_call(f), OK);
	assert_int_equal(f->reply.status, 200);
	assert_says(&f->cx, f->reply.body, body);
}

/* Sends f->call, which must fail so, with that in the text. */
static inline void assert_fails(struct http_client_fixture *f, enum err err, const char *text)
{
	assert_string_equal(err_name(send_call(f)), err_name(err));
	assert_int_equal(f->cx.failure.err, err);
	if (!strstr(str_c(&f->arena, f->cx.failure.detail), text))
		assert_says(&f->cx, f->cx.failure.detail, text);
}

#endif
