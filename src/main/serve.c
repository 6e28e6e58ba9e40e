#include "main/serve.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/cache_memory.h"
#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "main/figures.h"
#include "main/settings.h"
#include "main/storage.h"
#include "port/cache.h"
#include "runtime/http_listener.h"
#include "runtime/http_server.h"
#include "runtime/metrics.h"
#include "runtime/notifier.h"
#include "runtime/signals.h"
#include "usecase/app.h"
#include "usecase/gate.h"

/* All parts of a serving process, in the order in which they are opened. */
struct service {
	struct notifier notifier;
	struct settings settings;
	struct storage storage;
	struct app app;
	struct figures figures;
	struct api *api;
	struct http_server *server;
};

/* There may be two pools of workers, and at least one event thread. */
#define THREADS_MAX (CX_THREADS_MAX / 2 - 1)

enum err serve_check_settings(struct cx *cx, const struct settings *settings)
{
	if (strcmp(settings->auth, "open") != 0)
		return fail(cx, ERR_INVALID, "not_implemented", "--auth %s is not built yet",
			    settings->auth);
	if (!http_listener_is_loopback(settings->listen))
		return fail(cx, ERR_INVALID, "invalid",
			    "--auth open gives everybody every role: it listens on a loopback "
			    "address only, not on %s",
			    settings->listen);
	if (settings->base_path[0] != '\0' &&
	    (settings->base_path[0] != '/' || strlen(settings->base_path) < 2 ||
	     settings->base_path[strlen(settings->base_path) - 1] == '/'))
		return fail(cx, ERR_INVALID, "invalid", "--base-path must look like /prod");
	if (settings->workers < 1 || settings->event_threads + settings->workers > THREADS_MAX)
		return fail(cx, ERR_INVALID, "invalid",
			    "--workers must be from 1, with --event-threads at most %d together",
			    THREADS_MAX);
	return storage_check(cx, settings);
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
		.guards_browsers = true,
		.write_metrics = figures_write,
		.metrics = &service->figures,
	};

	return api_open(cx->arena, &service->app, &options);
}

static enum err open_server(struct cx *cx, struct service *service)
{
	const struct settings *settings = &service->settings;
	struct http_options options;

	http_options_init(&options);
	options.notifier = &service->notifier;
	options.listen = settings->listen;
	options.event_threads = (unsigned)settings->event_threads;
	options.workers = (unsigned)settings->workers;
	options.writes_apart = !service->storage.store->api->is_local;
	options.connections_max = (unsigned)settings->connections_max;
	options.bodies_max_bytes = settings->bodies_max_bytes;
	options.header_timeout_ms = settings->header_timeout_ms;
	options.body_timeout_ms = settings->body_timeout_ms;
	options.idle_timeout_ms = settings->idle_timeout_ms;
	options.write_timeout_ms = settings->write_timeout_ms;
	options.handler_timeout_ms = settings->handler_timeout_ms;
	options.metrics = service->figures.metrics;
	return http_server_open(cx, &options, service->api, &service->server);
}

static enum err open_service(struct cx *cx, struct service *service)
{
	enum err err = storage_open(cx, &service->settings, STORAGE_MAKES_FILE, &service->storage);

	if (err != OK)
		return err;
	service->app.store = service->storage.store;
	service->app.cache = cache_memory_open(service->settings.cache_bytes);
	service->app.gates = gates_open(cx->arena);
	service->app.chain_gates = gates_open(cx->arena);
	service->figures.metrics = metrics_open();
	service->figures.store = service->app.store;
	service->figures.cache = service->app.cache;
	service->api = open_api(cx, service);
	return open_server(cx, service);
}

static void close_service(struct service *service)
{
	if (service->figures.metrics)
		metrics_close(service->figures.metrics);
	gates_close(service->app.gates);
	gates_close(service->app.chain_gates);
	cache_close(service->app.cache);
	storage_close(&service->storage);
	notifier_close(&service->notifier);
}

/* What a large request took goes back to the system, not to the thread that happened to have it: glibc's own bounds move up to the
 * largest piece ever freed. Pieces of an ordinary request are smaller than the first. */
#define MAPPED_FROM_BYTES (512 << 10)
#define KEEP_FREE_BYTES (1 << 20)

int serve(const struct invocation *invocation)
{
	struct service service = { .notifier = { .fd = -1 } };
	struct cx *cx = invocation->cx;
	int code = EXIT_DONE;

	if (settings_read(cx, &invocation->flags, &service.settings) != OK ||
	    serve_check_settings(cx, &service.settings) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	service.figures.start_ms = clock_wall_ms(cx->clock);
	signals_block();
	notifier_open(&service.notifier, getenv("NOTIFY_SOCKET"), getenv("WATCHDOG_USEC"),
		      getenv("WATCHDOG_PID"));
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEEP_FREE_BYTES);
	if (open_service(cx, &service) == OK) {
		/* A request that never ends may still use everything: nothing is closed under it. */
		if (!http_server_run(service.server)) {
			log_event(LOG_LEVEL_WARN, "stopped", "requests were still running");
			_exit(0);
		}
		http_server_close(service.server);
	} else {
		code = invocation_refuse(invocation, EXIT_FAILED);
	}
	close_service(&service);
	if (code == EXIT_DONE)
		log_event(LOG_LEVEL_INFO, "stopped", "everything is closed");
	return code;
}
