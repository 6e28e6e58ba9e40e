/* layer: runtime */
/* The parts of the server that need no socket: answers as bytes, the access log, the metrics. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#undef fail /* ours is a function */

#include "base/buf.h"
#include "runtime/access_log.h"
#include "runtime/http_answer.h"
#include "runtime/metrics.h"

#define ROUTES ((size_t)2 * METRICS_SERIES)

static const struct str date = STR_INIT("Sun, 22 Nov 2026 16:00:00 GMT");

/* The head as text; the room for it is exactly what was asked for. */
static char *write_head(const struct api_answer *answer, enum http_answer_end end)
{
	size_t max = http_answer_max(answer);
	char *room = malloc(max), *text;
	size_t len;

	assert_non_null(room);
	len = http_answer_write(answer, date, end, room);
	assert_true(len <= max);
	text = calloc(1, len + 1);
	assert_non_null(text);
	memcpy(text, room, len);
	free(room);
	return text;
}

static void an_answer_has_its_fields_and_the_fronts(void **state)
{
	struct api_answer answer = { .status = 201,
				     .body = STR("{}"),
				     .nheaders = 1,
				     .headers = { { STR("ETag"), STR("\"1\"") } } };
	char *text = write_head(&answer, HTTP_ANSWER_OPEN);

	(void)state;
	assert_string_equal(
		text,
		"HTTP/1.1 201 Created\r\nServer: innkeeper\r\nDate: Sun, 22 Nov 2026 16:00:00 GMT\r\n"
		"ETag: \"1\"\r\nContent-Length: 2\r\n\r\n");
	free(text);
	assert_int_equal(http_answer_body(&answer, false).len, 2);
	assert_int_equal(http_answer_body(&answer, true).len, 0);
}

static void answers_without_a_body_announce_none(void **state)
{
	static const unsigned numbers[] = { 204, 304 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct api_answer answer = { .status = numbers[i], .body = STR("no") };
		char *text = write_head(&answer, HTTP_ANSWER_OPEN);

		assert_null(strstr(text, "Content-Length"));
		assert_int_equal(http_answer_body(&answer, false).len, 0);
		free(text);
	}
}

static void the_client_is_told_how_the_connection_goes_on(void **state)
{
	struct api_answer answer = { .status = 200 };
	char *open = write_head(&answer, HTTP_ANSWER_OPEN),
	     *kept = write_head(&answer, HTTP_ANSWER_KEPT);
	char *closed = write_head(&answer, HTTP_ANSWER_CLOSED);

	(void)state;
	assert_null(strstr(open, "Connection"));
	assert_non_null(strstr(kept, "\r\nConnection: keep-alive\r\n\r\n"));
	assert_non_null(strstr(closed, "\r\nConnection: close\r\n\r\n"));
	free(open);
	free(kept);
	free(closed);
}

static void every_status_has_a_status_line(void **state)
{
	(void)state;
	for (unsigned status = 200; status < 600; status++) {
		struct api_answer answer = { .status = status };
		char *text = write_head(&answer, HTTP_ANSWER_CLOSED);
		char *end;

		assert_memory_equal(text, "HTTP/1.1 ", 9);
		assert_int_equal(strtoul(text + 9, &end, 10), status);
		assert_int_equal(*end, ' ');
		free(text);
	}
}

/* What access_log_add writes for the entry, read back from a pipe in the place of stderr. */
static void log_one(const struct access_entry *entry, char *line, size_t max)
{
	struct access_log log;
	int pipe_fds[2], saved = dup(STDERR_FILENO);
	ssize_t len;

	assert_int_equal(pipe(pipe_fds), 0);
	access_log_open(&log);
	log.is_terminal = false;
	access_log_add(&log, entry);
	dup2(pipe_fds[1], STDERR_FILENO);
	access_log_close(&log);
	dup2(saved, STDERR_FILENO);
	len = read(pipe_fds[0], line, max - 1);
	assert_true(len > 0);
	line[len] = '\0';
	close(saved);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

static void a_request_is_one_line_of_the_log(void **state)
{
	const struct access_entry entry = { .wall_ms = 1795363200007,
					    .method = STR("GET"),
					    .path = STR("/config/1"),
					    .route = "/config/{id}",
					    .status = 200,
					    .sent_bytes = 1234,
					    .duration_us = 56,
					    .request_id = STR("abc"),
					    .code = "" };
	char line[2048];

	(void)state;
	log_one(&entry, line, sizeof(line));
	assert_string_equal(
		line,
		"{\"time\":\"2026-11-22T16:00:00.007Z\",\"level\":\"info\",\"event\":\"request\","
		"\"method\":\"GET\",\"path\":\"/config/1\",\"route\":\"/config/{id}\",\"status\":200,"
		"\"bytes\":1234,\"us\":56,\"id\":\"abc\",\"code\":\"\"}\n");
}

static void nothing_a_client_sends_forges_a_line(void **state)
{
	static char path[20000];
	struct access_entry entry = { .method = STR("GET"),
				      .path = { path, sizeof(path) },
				      .route = "",
				      .status = 400,
				      .request_id = STR("\x1b[31m\x7f\xff"),
				      .trace_id = STR("\"\n"),
				      .code = "invalid" };
	char line[8192];

	(void)state;
	memset(path, '\n', sizeof(path));
	log_one(&entry, line, sizeof(line));
	assert_non_null(strstr(line, "\"id\":\"?[31m??\""));
	assert_non_null(strstr(line, "\"code\":\"invalid\",\"trace\":\"??\"}\n"));
	assert_true(strlen(line) < 1500);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	entry.method = STR("A\"\\\nB");
	log_one(&entry, line, sizeof(line));
	assert_non_null(strstr(line, "\"method\":\"?\",\"path\":\"\""));
}

static char *write_metrics(struct metrics *metrics, struct arena *arena)
{
	struct buf out;

	buf_init(&out, arena);
	metrics_write(metrics, &out);
	assert_false(out.failed);
	return str_c(arena, buf_str(&out));
}

static void metrics_are_summed_over_the_slots(void **state)
{
	struct metrics *metrics = metrics_open();
	struct metrics_slot *one = metrics_add_slot(metrics), *two = metrics_add_slot(metrics);
	char same[] = "/a"; /* another address, the same route */
	struct arena arena;
	char *text;

	(void)state;
	arena_init(&arena, 0);
	metrics_count(one, METRICS_OPENED, 3);
	metrics_count(two, METRICS_OPENED, 2);
	metrics_count(two, METRICS_CLOSED, 1);
	metrics_answer(one, "/a", 200, 100);
	metrics_answer(one, "/a", 404, 1);
	metrics_answer(two, same, 204, 20000000);
	text = write_metrics(metrics, &arena);
	assert_non_null(strstr(text, "\ninnkeeper_http_connections_total 5\n"));
	assert_non_null(strstr(text, "\ninnkeeper_http_connections_open 4\n"));
	assert_non_null(strstr(text, "_bucket{route=\"/a\",status=\"2xx\",le=\"0.0001\"} 1\n"));
	assert_non_null(strstr(text, "_bucket{route=\"/a\",status=\"2xx\",le=\"10\"} 1\n"));
	assert_non_null(strstr(text, "_bucket{route=\"/a\",status=\"2xx\",le=\"+Inf\"} 2\n"));
	assert_non_null(strstr(text, "_bucket{route=\"/a\",status=\"2xx\",le=\"0.00005\"} 0\n"));
	assert_non_null(strstr(text, "_sum{route=\"/a\",status=\"2xx\"} 20.0001\n"));
	assert_non_null(strstr(text, "_count{route=\"/a\",status=\"4xx\"} 1\n"));
	arena_close(&arena);
	metrics_close(metrics);
}

static void more_routes_than_there_is_room_for_are_counted_together(void **state)
{
	static char routes[ROUTES][8];
	struct metrics *metrics = metrics_open();
	struct metrics_slot *slot = metrics_add_slot(metrics);
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < ROUTES; i++) {
		snprintf(routes[i], sizeof(routes[i]), "/%zu", i);
		metrics_answer(slot, routes[i], 200, 1);
	}
	assert_non_null(strstr(write_metrics(metrics, &arena),
			       "_count{route=\"other\",status=\"2xx\"} 512\n"));
	arena_close(&arena);
	metrics_close(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_has_its_fields_and_the_fronts),
		cmocka_unit_test(answers_without_a_body_announce_none),
		cmocka_unit_test(the_client_is_told_how_the_connection_goes_on),
		cmocka_unit_test(every_status_has_a_status_line),
		cmocka_unit_test(a_request_is_one_line_of_the_log),
		cmocka_unit_test(nothing_a_client_sends_forges_a_line),
		cmocka_unit_test(metrics_are_summed_over_the_slots),
		cmocka_unit_test(more_routes_than_there_is_room_for_are_counted_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
