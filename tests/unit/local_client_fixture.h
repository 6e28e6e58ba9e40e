/* local_client_fixture.h - a local client and the server that it calls. */
#ifndef INNKEEPER_TESTS_LOCAL_CLIENT_FIXTURE_H
#define INNKEEPER_TESTS_LOCAL_CLIENT_FIXTURE_H

#include "cx_fixture.h"

#include <stdio.h>
#include <string.h>

#include "http_stub.h"
#include "net/local_client.h"
#include "patience.h"

#define SHORT_MS 300
#define MUCH_LATER_MS 20000 /* a busy machine takes its time */

struct local_client_fixture {
	struct arena arena;
	struct cx cx;
	struct http_stub *stub;
	struct local_client *client;
	struct http_client_call call;
	struct http_client_reply reply;
};

static inline struct local_client *client_of(const struct http_stub *stub)
{
	char address[32];

	snprintf(address, sizeof(address), "127.0.0.1:%d", http_stub_port(stub));
	return local_client_open(str_of(address));
}

static inline struct local_client_fixture *open_local(http_stub_serve *serve, const void *user)
{
	struct local_client_fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	arena_init(&f->arena, 0);
	cx_init(&f->cx, &f->arena);
	f->stub = http_stub_open(serve, (void *)(uintptr_t)user);
	f->client = client_of(f->stub);
	f->call = (struct http_client_call){
		.method = STR("GET"),
		.url = STR("/"),
		.timeout_ms = 60000,
		.reply_bytes_max = 1000000,
	};
	return f;
}

/* The same with a client of another address; port 0 = the server's. */
static inline struct local_client_fixture *open_local_at(http_stub_serve *serve, const char *host,
							 int port)
{
	struct local_client_fixture *f = open_local(serve, NULL);

	local_client_close(f->client);
	f->client = local_client_open(
		str_printf(&f->arena, "%s:%d", host, port ? port : http_stub_port(f->stub)));
	return f;
}

static inline void close_local(struct local_client_fixture *f)
{
	local_client_close(f->client);
	http_stub_close(f->stub);
	arena_close(&f->arena);
	free(f);
}

static inline enum err send_local(struct local_client_fixture *f)
{
	cx_clear(&f->cx);
	return local_client_call(f->client, &f->cx, &f->call, &f->reply);
}

/* Sends f->call, which must be answered with 200 and that body. */
static inline void assert_local(struct local_client_fixture *f, const char *body)
{
	enum err err = send_local(f);

	if (err != OK)
		assert_says(&f->cx, f->cx.failure.detail, "no failure");
	assert_int_equal(f->reply.status, 200);
	assert_says(&f->cx, f->reply.body, body);
}

/* Sends f->call, which must fail so, with that in the text. */
static inline void assert_local_fails(struct local_client_fixture *f, enum err err,
				      const char *text)
{
	assert_string_equal(err_name(send_local(f)), err_name(err));
	assert_int_equal(f->cx.failure.err, err);
	if (!strstr(str_c(&f->arena, f->cx.failure.detail), text))
		assert_says(&f->cx, f->cx.failure.detail, text);
}

/* The call fails so, and not before SHORT_MS or much later. */
static inline void assert_fails_in_time(struct local_client_fixture *f, enum err err)
{
	int64_t began = clock_mono_ms(&clock_system);
	struct stopwatch watch;

	stopwatch_begin(&watch);
	assert_local_fails(f, err, "");
	assert_in_range(stopwatch_end_ms(&watch), 0, MUCH_LATER_MS);
	assert_true(clock_mono_ms(&clock_system) - began >= SHORT_MS - 20);
}

#endif
