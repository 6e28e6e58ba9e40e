#include "main/serve.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "main/service.h"
#include "main/settings.h"
#include "runtime/http_listener.h"
#include "runtime/http_server.h"
#include "runtime/notifier.h"
#include "runtime/signals.h"

/* All parts of a serving process, in the order in which they are opened. */
struct serving {
	struct notifier notifier;
	struct settings settings;
	struct service service;
	struct http_server *server;
};

/* There may be two pools of workers, and at least one event thread. */
#define THREADS_MAX (CX_THREADS_MAX / 2 - 1)

enum err serve_check_settings(struct cx *cx, const struct settings *settings)
{
	if (!http_listener_is_loopback(settings->listen))
		return fail(cx, ERR_INVALID, "invalid",
			    "--auth open gives everybody every role: it listens on a loopback "
			    "address only, not on %s",
			    settings->listen);
	if (settings->workers < 1 || settings->event_threads + settings->workers > THREADS_MAX)
		return fail(cx, ERR_INVALID, "invalid",
			    "--workers must be from 1, with --event-threads at most %d together",
			    THREADS_MAX);
	return service_check_settings(cx, settings);
}

static enum err open_server(struct cx *cx, struct serving *serving)
{
	const struct settings *settings = &serving->settings;
	struct http_options options;

	http_options_init(&options);
	options.notifier = &serving->notifier;
	options.listen = settings->listen;
	options.event_threads = (unsigned)settings->event_threads;
	options.workers = (unsigned)settings->workers;
	options.writes_apart = !serving->service.storage.store->api->is_local;
	options.connections_max = (unsigned)settings->connections_max;
	options.bodies_max_bytes = settings->bodies_max_bytes;
	options.header_timeout_ms = settings->header_timeout_ms;
	options.body_timeout_ms = settings->body_timeout_ms;
	options.idle_timeout_ms = settings->idle_timeout_ms;
	options.write_timeout_ms = settings->write_timeout_ms;
	options.handler_timeout_ms = settings->handler_timeout_ms;
	options.metrics = serving->service.figures.metrics;
	return http_server_open(cx, &options, serving->service.api, &serving->server);
}

static enum err open_all(struct cx *cx, struct serving *serving)
{
	const struct api_options options = {
		.body_max_bytes = serving->settings.body_max_bytes,
		.auth_open = true,
		.guards_browsers = true,
	};
	enum err err = service_open(cx, &serving->settings, STORAGE_MAKES_FILE, &options,
				    &serving->service);

	return err == OK ? open_server(cx, serving) : err;
}

int serve(const struct invocation *invocation)
{
	struct serving serving = { .notifier = { .fd = -1 } };
	struct cx *cx = invocation->cx;
	int code = EXIT_DONE;

	if (settings_read(cx, &invocation->flags, &serving.settings) != OK ||
	    serve_check_settings(cx, &serving.settings) != OK)
		return invocation_refuse(invocation, EXIT_USAGE);
	signals_block();
	notifier_open(&serving.notifier, getenv("NOTIFY_SOCKET"), getenv("WATCHDOG_USEC"),
		      getenv("WATCHDOG_PID"));
	if (open_all(cx, &serving) == OK) {
		/* A request that never ends may still use everything: nothing is closed under it. */
		if (!http_server_run(serving.server)) {
			log_event(LOG_LEVEL_WARN, "stopped", "requests were still running");
			_exit(0);
		}
		http_server_close(serving.server);
	} else {
		code = invocation_refuse(invocation, EXIT_FAILED);
	}
	service_close(&serving.service);
	notifier_close(&serving.notifier);
	if (code == EXIT_DONE)
		log_event(LOG_LEVEL_INFO, "stopped", "everything is closed");
	return code;
}
