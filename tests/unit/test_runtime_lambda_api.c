/* layer: runtime */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cx.h"
#include "http_stub.h"
#include "runtime/lambda_api.h"

#include <cmocka.h>

/* A platform that answers each request as the script says, one after the other, and keeps what it was asked. */
struct platform {
	const char *const *script; /* "" = the connection is closed without a word */
	size_t nscript;
	pthread_mutex_t lock;
	size_t nasked;
	char asked[16][2048];
};

static bool play(struct http_stub_request *request)
{
	struct platform *platform = request->user;
	const char *line;

	pthread_mutex_lock(&platform->lock);
	assert_true(platform->nasked < platform->nscript);
	snprintf(platform->asked[platform->nasked], sizeof(platform->asked[0]), "%s\r\n%s",
		 request->head, request->body);
	line = platform->script[platform->nasked++];
	pthread_mutex_unlock(&platform->lock);
	http_stub_say(request->fd, line);
	return line[0] != '\0';
}

struct world {
	struct arena arena;
	struct cx cx;
	struct platform platform;
	struct http_stub *stub;
	struct lambda_api *api;
	struct lambda_invocation invocation;
};

static struct world *open_world(const char *const *script, size_t nscript)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	arena_init(&w->arena, 0);
	cx_init(&w->cx, &w->arena);
	w->platform.script = script;
	w->platform.nscript = nscript;
	pthread_mutex_init(&w->platform.lock, NULL);
	w->stub = http_stub_open(play, &w->platform);
	w->api = lambda_api_open(str_printf(&w->arena, "127.0.0.1:%d", http_stub_port(w->stub)));
	return w;
}

static void close_world(struct world *w)
{
	assert_int_equal(w->platform.nasked, w->platform.nscript);
	lambda_api_close(w->api);
	http_stub_close(w->stub);
	pthread_mutex_destroy(&w->platform.lock);
	arena_close(&w->arena);
	free(w);
}

#define OPEN_WORLD(script) open_world(script, sizeof(script) / sizeof((script)[0]))

#define INVOCATION                                                        \
	"HTTP/1.1 200 OK\r\nlambda-runtime-aws-REQUEST-id: abc-1_2.3\r\n" \
	"Lambda-Runtime-Deadline-Ms: 1763876543210\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
#define ACCEPTED "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"

static void an_invocation_is_taken_and_answered_on_one_connection(void **state)
{
	static const char *const script[] = { INVOCATION, ACCEPTED };
	struct world *w = OPEN_WORLD(script);

	(void)state;
	assert_int_equal(lambda_api_next(w->api, &w->cx, &w->invocation), OK);
	assert_string_equal(str_c(&w->arena, w->invocation.id), "abc-1_2.3");
	assert_string_equal(str_c(&w->arena, w->invocation.event), "{\"a\":1}");
	assert_int_equal(w->invocation.deadline_wall_ms, 1763876543210);
	assert_int_equal(lambda_api_answer(w->api, &w->cx, w->invocation.id, STR("[2]")), OK);
	assert_non_null(strstr(w->platform.asked[0],
			       "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"));
	assert_non_null(
		strstr(w->platform.asked[1],
		       "POST /2018-06-01/runtime/invocation/abc-1_2.3/response HTTP/1.1\r\n"));
	assert_non_null(strstr(w->platform.asked[1], "Content-Length: 3\r\n\r\n[2]"));
	assert_int_equal(http_stub_connections(w->stub), 1);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invocation_is_taken_and_answered_on_one_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
