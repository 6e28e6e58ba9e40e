#include "main/serve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapter/cache_memory.h"
#include "adapter/store_sqlite.h"
#include "api/api.h"
#include "base/log.h"
#include "main/settings.h"
#include "port/cache.h"
#include "port/store.h"
#include "runtime/http_listener.h"
#include "runtime/http_server.h"
#include "runtime/metrics.h"
#include "runtime/signals.h"
#include "usecase/app.h"
#include "usecase/gate.h"

#define EXIT_FAILED 1
#define EXIT_USAGE 2

#define SQLITE_SCHEME STR("sqlite:")

/* All parts of a serving process, in the order in which they are opened. */
struct service {
	struct settings settings;
	struct app app;
	struct metrics *metrics;
	struct api *api;
	struct http_server *server;
};

static bool is_sqlite(struct str url)
{
	return str_starts(url, SQLITE_SCHEME) && url.len > SQLITE_SCHEME.len;
}

static enum err check_settings(struct cx *cx, const struct settings *settings)
{
	if (strcmp(settings->auth, "open") != 0)
		return fail(cx, ERR_INVALID, "invalid", "--auth %s is not built yet",
			    settings->auth);
	if (settings->store[0] != '\0' && !is_sqlite(str_of(settings->store)))
		return fail(cx, ERR_INVALID, "invalid", "--store %s: only sqlite:PATH is built yet",
			    settings->store);
	if (!http_listener_is_loopback(settings->listen))
		return fail(cx, ERR_INVALID, "invalid",
			    "--auth open gives everybody every role: it listens on a loopback "
			    "address only, not on %s",
			    settings->listen);
	if (settings->base_path[0] != '\0' &&
	    (settings->base_path[0] != '/' || strlen(settings->base_path) < 2 ||
	     settings->base_path[strlen(settings->base_path) - 1] == '/'))
		return fail(cx, ERR_INVALID, "invalid", "--base-path must look like /prod");
	if (settings->workers < 1 ||
	    settings->event_threads + settings->workers > CX_THREADS_MAX / 2)
		return fail(cx, ERR_INVALID, "invalid",
			    "--workers must be from 1, with --event-threads at most %d together",
			    CX_THREADS_MAX / 2);
	return OK;
}

static enum err open_store(struct cx *cx, const struct settings *settings, struct store **out)
{
	struct str url = str_of(settings->store);

	if (url.len == 0) {
		if (mkdir(settings->data, 0700) != 0 && errno != EEXIST)
			return fail(cx, ERR_INVALID, "invalid", "--data %s: %s", settings->data,
				    strerror(errno));
		return store_sqlite_open(
			cx, str_printf(cx->arena, "%s/innkeeper.db", settings->data), out);
	}
	return store_sqlite_open(cx, str_sub(url, SQLITE_SCHEME.len, url.len), out);
}

static void write_metrics(void *context, struct buf *out)
{
	struct service *service = context;
	struct cache_usage usage = cache_usage(service->app.cache);

	metrics_write(service->metrics, out);
	buf_printf(out,
		   "# HELP innkeeper_cache_bytes Memory that the cache takes.\n"
		   "# TYPE innkeeper_cache_bytes gauge\ninnkeeper_cache_bytes %llu\n"
		   "# HELP innkeeper_cache_entries Documents and states of hotels in the cache.\n"
		   "# TYPE innkeeper_cache_entries gauge\ninnkeeper_cache_entries %llu\n",
		   (unsigned long long)usage.bytes, (unsigned long long)usage.entries);
}

static struct api *open_api(struct cx *cx, struct service *service)
{
	const struct settings *settings = &service->settings;
	const struct api_options options = {
		.base_path = str_of(settings->base_path),
		.cors_origins = str_of(settings->cors_origin),
		.public_hosts = str_of(settings->public_host),
		.body_max_bytes = settings->body_max_bytes,
		.require_if_match = settings->require_if_match,
		.auth_open = true,
		.write_metrics = write_metrics,
		.metrics = service,
	};

	return api_open(cx->arena, &service->app, &options);
}

static enum err open_server(struct cx *cx, struct service *service)
{
	const struct settings *settings = &service->settings;
	struct http_options options;

	http_options_init(&options);
	options.listen = settings->listen;
	options.event_threads = (unsigned)settings->event_threads;
	options.workers = (unsigned)settings->workers;
	options.connections_max = (unsigned)settings->connections_max;
	options.bodies_max_bytes = settings->bodies_max_bytes;
	options.header_timeout_ms = settings->header_timeout_ms;
	options.body_timeout_ms = settings->body_timeout_ms;
	options.idle_timeout_ms = settings->idle_timeout_ms;
	options.write_timeout_ms = settings->write_timeout_ms;
	options.handler_timeout_ms = settings->handler_timeout_ms;
	options.metrics = service->metrics;
	return http_server_open(cx, &options, service->api, &service->server);
}

static enum err open_service(struct cx *cx, struct service *service)
{
	enum err err = open_store(cx, &service->settings, &service->app.store);

	if (err != OK)
		return err;
	service->app.cache = cache_memory_open(service->settings.cache_bytes);
	service->app.gates = gates_open(cx->arena);
	service->app.chain_gates = gates_open(cx->arena);
	service->metrics = metrics_open();
	service->api = open_api(cx, service);
	return open_server(cx, service);
}

static void close_service(struct service *service)
{
	if (service->metrics)
		metrics_close(service->metrics);
	gates_close(service->app.gates);
	gates_close(service->app.chain_gates);
	cache_close(service->app.cache);
	store_close(service->app.store);
}

static int refuse(const struct cx *cx, int code)
{
	fprintf(stderr, "innkeeper serve: " STR_FMT "\n", STR_ARG(cx->failure.detail));
	return code;
}

int serve(int argc, char **argv)
{
	struct service service = { .server = NULL };
	struct arena arena;
	struct cx cx;
	int code = 0;

	arena_init(&arena, 0);
	cx_init(&cx, &arena);
	if (settings_read(&cx, argc, argv, &service.settings) != OK ||
	    check_settings(&cx, &service.settings) != OK) {
		code = refuse(&cx, EXIT_USAGE);
		arena_close(&arena);
		return code;
	}
	signals_block();
	if (open_service(&cx, &service) == OK) {
		/* A request that never ends may still use everything: nothing is closed under it. */
		if (!http_server_run(service.server)) {
			log_event(LOG_LEVEL_WARN, "stopped", "requests were still running");
			_exit(0);
		}
		http_server_close(service.server);
	} else {
		code = refuse(&cx, EXIT_FAILED);
	}
	close_service(&service);
	if (code == 0)
		log_event(LOG_LEVEL_INFO, "stopped", "everything is closed");
	arena_close(&arena);
	return code;
}
