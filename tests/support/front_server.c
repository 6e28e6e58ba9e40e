/* The real front before the API of front_api.c, for tests/api/front.test.mjs: front_server [--flag value]... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/arena.h"
#include "base/cx.h"
#include "runtime/http_server.h"
#include "runtime/metrics.h"
#include "runtime/signals.h"

static int usage(void)
{
	fprintf(stderr,
		"usage: front_server [--listen A:P] [--threads N] [--workers N] [--writes-apart 1] [--queue N] [--connections N]\n"
		"  [--max-body BYTES] [--bodies BYTES] [--header-ms N] [--body-ms N] [--idle-ms N] [--write-ms N]\n"
		"  [--write-rate BYTES_A_SECOND] [--stop-ms N]\n");
	return 2;
}

static bool set(struct http_options *options, struct api_options *api, const char *flag,
		const char *value)
{
	uint64_t number = strtoull(value, NULL, 10);

	if (strcmp(flag, "--listen") == 0)
		options->listen = value;
	else if (strcmp(flag, "--threads") == 0)
		options->event_threads = (unsigned)number;
	else if (strcmp(flag, "--workers") == 0)
		options->workers = (unsigned)number;
	else if (strcmp(flag, "--writes-apart") == 0)
		options->writes_apart = number != 0;
	else if (strcmp(flag, "--queue") == 0)
		options->queue_max = (unsigned)number;
	else if (strcmp(flag, "--connections") == 0)
		options->connections_max = (unsigned)number;
	else if (strcmp(flag, "--max-body") == 0)
		api->body_max_bytes = number;
	else if (strcmp(flag, "--bodies") == 0)
		options->bodies_max_bytes = number;
	else if (strcmp(flag, "--header-ms") == 0)
		options->header_timeout_ms = (int64_t)number;
	else if (strcmp(flag, "--body-ms") == 0)
		options->body_timeout_ms = (int64_t)number;
	else if (strcmp(flag, "--idle-ms") == 0)
		options->idle_timeout_ms = (int64_t)number;
	else if (strcmp(flag, "--write-ms") == 0)
		options->write_timeout_ms = (int64_t)number;
	else if (strcmp(flag, "--write-rate") == 0)
		options->write_bytes_a_second = number;
	else if (strcmp(flag, "--stop-ms") == 0)
		options->stop_timeout_ms = (int64_t)number;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct api_options api_options = { .body_max_bytes = (uint64_t)4 * 1024 * 1024,
					   .write_metrics = metrics_write };
	struct http_options options;
	struct http_server *server;
	struct arena arena;
	struct cx cx;

	signals_block();
	http_options_init(&options);
	options.listen = "127.0.0.1:0";
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc || !set(&options, &api_options, argv[i], argv[i + 1]))
			return usage();
	}
	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	options.metrics = metrics_open();
	api_options.metrics = options.metrics;
	if (http_server_open(&cx, &options, api_open(&arena, NULL, &api_options), &server) != OK) {
		fprintf(stderr, STR_FMT "\n", STR_ARG(cx.failure.detail));
		return 1;
	}
	if (!http_server_run(server))
		_Exit(0); /* what is being handled uses all of it */
	http_server_close(server);
	metrics_close(options.metrics);
	arena_close(&arena);
	return 0;
}
