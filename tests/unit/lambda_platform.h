/* lambda_platform.h - a platform that answers each request as a test tells it, and keeps what it was asked. */
#ifndef INNKEEPER_TESTS_LAMBDA_PLATFORM_H
#define INNKEEPER_TESTS_LAMBDA_PLATFORM_H

#include "cx_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "http_stub.h"
#include "patience.h"
#include "runtime/lambda_api.h"

#define ASKED_MAX 16

struct platform {
	const char *const
		*script; /* what begins with ! is said without it, and the connection closed */
	size_t nscript;
	pthread_mutex_t lock;
	size_t nasked; /* requests beyond the script included, which are not answered */
	char asked[ASKED_MAX][2048];
};

struct world {
	struct arena arena;
	struct cx cx;
	struct platform platform;
	struct http_stub *stub;
	struct lambda_api *api;
	struct lambda_invocation invocation;
};

#define OPEN_WORLD(script) open_world(script, sizeof(script) / sizeof((script)[0]))

#define INVOCATION                                                        \
	"HTTP/1.1 200 OK\r\nlambda-runtime-aws-REQUEST-id: abc-1_2.3\r\n" \
	"Lambda-Runtime-Deadline-Ms: 1763876543210\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
#define ACCEPTED "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"
#define STATUS(line) "HTTP/1.1 " line "\r\nContent-Length: 0\r\n\r\n"

static inline bool play(struct http_stub_request *request)
{
	struct platform *platform = request->user;
	const char *line = "!";

	pthread_mutex_lock(&platform->lock);
	if (platform->nasked < ASKED_MAX)
		snprintf(platform->asked[platform->nasked], sizeof(platform->asked[0]), "%s\r\n%s",
			 request->head, request->body);
	if (platform->nasked < platform->nscript)
		line = platform->script[platform->nasked];
	platform->nasked++;
	pthread_mutex_unlock(&platform->lock);
	http_stub_say(request->fd, line[0] == '!' ? line + 1 : line);
	return line[0] != '!';
}

/* Time stands still: no failure comes so late that those before it count no more. */
static inline int64_t standing_ms(const struct clock *clock)
{
	(void)clock;
	return 0;
}

static inline struct world *open_world(const char *const *script, size_t nscript)
{
	static const struct clock standing = { .mono_ms = standing_ms };
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	arena_init(&w->arena, 0);
	cx_init(&w->cx, &w->arena);
	w->cx.clock = &standing;
	w->platform.script = script;
	w->platform.nscript = nscript;
	pthread_mutex_init(&w->platform.lock, NULL);
	w->stub = http_stub_open(play, &w->platform);
	w->api = lambda_api_open(str_printf(&w->arena, "127.0.0.1:%d", http_stub_port(w->stub)));
	return w;
}

static inline size_t count_asked(struct world *w)
{
	size_t n;

	pthread_mutex_lock(&w->platform.lock);
	n = w->platform.nasked;
	pthread_mutex_unlock(&w->platform.lock);
	return n;
}

/* All of the script has been asked for, and nothing else. */
static inline void close_world(struct world *w)
{
	assert_int_equal(count_asked(w), w->platform.nscript);
	lambda_api_close(w->api);
	http_stub_close(w->stub);
	pthread_mutex_destroy(&w->platform.lock);
	arena_close(&w->arena);
	free(w);
}

static inline enum err next(struct world *w)
{
	cx_clear(&w->cx);
	return lambda_api_next(w->api, &w->cx, &w->invocation);
}

/* What comes next is the invocation above. */
static inline void assert_invoked(struct world *w)
{
	assert_int_equal(next(w), OK);
	assert_says(&w->cx, w->invocation.id, "abc-1_2.3");
	assert_says(&w->cx, w->invocation.event, "{\"a\":1}");
	assert_int_equal(w->invocation.deadline_wall_ms, 1763876543210);
}

static inline enum err answer(struct world *w, const char *body)
{
	cx_clear(&w->cx);
	return lambda_api_answer(w->api, &w->cx, STR("abc-1_2.3"), str_of(body));
}

static inline void assert_failure(struct world *w, enum err got, enum err err, const char *text)
{
	assert_string_equal(err_name(got), err_name(err));
	assert_int_equal(w->cx.failure.err, err);
	if (!strstr(str_c(&w->arena, w->cx.failure.detail), text))
		assert_says(&w->cx, w->cx.failure.detail, text);
}

/* The nth request has that in it. */
static inline void assert_asked(struct world *w, size_t nth, const char *text)
{
	assert_in_range(nth, 0, count_asked(w) - 1);
	if (!strstr(w->platform.asked[nth], text))
		assert_string_equal(w->platform.asked[nth], text);
}

#endif
