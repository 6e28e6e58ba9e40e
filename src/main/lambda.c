#include "main/lambda.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "codec/url.h"
#include "main/build.h"
#include "main/quantity.h"
#include "main/service.h"
#include "main/settings.h"
#include "net/http_client.h"
#include "runtime/lambda_api.h"
#include "runtime/lambda_loop.h"
#include "runtime/signals.h"

/* The seed's name for its table (sample-defects.md "Stack"). */
#define TABLE_PREFIX "aws-crud-demo-config-"

/* Lambda takes 6 MB of JSON, in which a body may be a string with escapes, or base64. */
#define BYTES_MAX ((uint64_t)4 << 20)

static const char *get_env(const char *name)
{
	const char *text = getenv(name);

	return text ? text : "";
}

/* Lambda has no disk to keep anything: without a store named it is the seed's table of this environment. */
static enum err choose_store(struct cx *cx, struct settings *settings)
{
	const char *env = get_env("LAMBDA_ENV");

	if (settings->store[0] != '\0')
		return OK;
	if (env[0] == '\0')
		return fail(cx, ERR_INVALID, "invalid",
			    "LAMBDA_ENV or INNKEEPER_STORE must name the table");
	settings->store = str_c(cx->arena, str_printf(cx->arena, "dynamodb:" TABLE_PREFIX STR_FMT,
						      STR_ARG(url_encode(cx->arena, str_of(env)))));
	return cx_check_memory(cx);
}

/* An instance that outgrows its memory is killed with what it was doing: documents that are kept get half of it at most. */
static enum err bound_cache(struct cx *cx, struct settings *settings)
{
	const char *text = get_env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
	uint64_t half;
	int64_t mb;

	if (text[0] == '\0')
		return OK;
	if (!quantity_parse(text, QUANTITY_COUNT, &mb) || mb < 1 || mb > UINT32_MAX)
		return fail(cx, ERR_INVALID, "invalid",
			    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE must be a number of MB");
	half = ((uint64_t)mb << 20) / 2;
	if (settings->cache_bytes > half)
		settings->cache_bytes = half;
	return OK;
}

/* As many as the platform sends at once: one, where it says nothing. */
static enum err read_loops(struct cx *cx, unsigned *out)
{
	const char *text = get_env("AWS_LAMBDA_MAX_CONCURRENCY");
	int64_t n = 1;

	if (text[0] != '\0' && (!quantity_parse(text, QUANTITY_COUNT, &n) || n < 1))
		return fail(cx, ERR_INVALID, "invalid",
			    "AWS_LAMBDA_MAX_CONCURRENCY must be a number from 1");
	*out = n > LAMBDA_LOOPS_MAX ? LAMBDA_LOOPS_MAX : (unsigned)n;
	return OK;
}

/* The zip brings the time zones: Lambda's system need not have any. */
static void find_zones(struct cx *cx)
{
	const char *root = get_env("LAMBDA_TASK_ROOT");
	const char *path = str_c(cx->arena, str_printf(cx->arena, "%s/zoneinfo", root));

	if (root[0] != '\0' && access(path, R_OK) == 0)
		setenv("TZDIR", path, 0);
}

static enum err open_all(const struct invocation *invocation, struct settings *settings,
			 struct lambda_options *lambda, struct service *service,
			 struct lambda_loops **loops)
{
	struct cx *cx = invocation->cx;
	struct api_options options = {
		.auth_open = strcmp(get_env("INNKEEPER_INSECURE"), "1") == 0,
		.answer_max_bytes = BYTES_MAX,
	};
	enum err err = settings_read(cx, &invocation->flags, settings);

	if (err == OK)
		err = choose_store(cx, settings);
	if (err == OK)
		err = service_check_settings(cx, settings);
	if (err == OK)
		err = bound_cache(cx, settings);
	if (err == OK)
		err = read_loops(cx, &lambda->loops);
	if (err != OK)
		return err;
	options.body_max_bytes =
		settings->body_max_bytes < BYTES_MAX ? settings->body_max_bytes : BYTES_MAX;
	err = service_open(cx, settings, STORAGE_ASKS_LATER, &options, service);
	if (err != OK)
		return err;
	lambda->handler_timeout_ms = settings->handler_timeout_ms;
	lambda->metrics = service->figures.metrics;
	return lambda_open(cx, service->api, lambda, loops);
}

/* Was it started before there is an event, provisioned say? Then the first one is not to wait for what can be loaded now. On demand it
 * is there already, and may need none of it (decision 009). */
static bool is_ahead(void)
{
	const char *type = get_env("AWS_LAMBDA_INITIALIZATION_TYPE");

	return type[0] != '\0' && strcmp(type, "on-demand") != 0;
}

/* The platform shows it to whoever invoked. */
static int refuse(const struct invocation *invocation, struct str address)
{
	struct lambda_api *platform = lambda_api_open(address);
	struct cx *cx = invocation->cx;
	struct str detail = cx->failure.detail;

	log_event(LOG_LEVEL_ERROR, "start_failed", STR_FMT, STR_ARG(detail));
	cx_clear(cx);
	if (lambda_api_fail_init(platform, cx, "Runtime.InitFailed", detail) != OK)
		log_event(LOG_LEVEL_ERROR, "platform_failed", STR_FMT, STR_ARG(cx->failure.detail));
	lambda_api_close(platform);
	return EXIT_FAILED;
}

int lambda(const struct invocation *invocation)
{
	struct str address = str_of(get_env("AWS_LAMBDA_RUNTIME_API"));
	struct lambda_options options = { .runtime_api = address };
	struct service service = { .api = NULL };
	struct lambda_loops *loops;
	struct settings settings;
	bool is_told, is_idle;

	if (address.len == 0) {
		fail(invocation->cx, ERR_INVALID, "invalid",
		     "AWS_LAMBDA_RUNTIME_API is not set: this is for AWS Lambda to start");
		return invocation_refuse(invocation, EXIT_USAGE);
	}
	signals_block();
	find_zones(invocation->cx);
	if (open_all(invocation, &settings, &options, &service, &loops) != OK) {
		service_close(&service);
		return refuse(invocation, address);
	}
	if (!service.storage.store->api->is_local && is_ahead())
		http_client_preload();
	log_event(LOG_LEVEL_INFO, "started", "innkeeper " BUILD_VERSION ", invocations at once: %u",
		  options.loops);
	is_told = lambda_run(loops, &is_idle);
	/* What never ends may still use everything: nothing is closed under it. */
	if (!is_idle)
		_exit(is_told ? EXIT_DONE : EXIT_FAILED);
	service_close(&service);
	if (is_told)
		log_event(LOG_LEVEL_INFO, "stopped", "everything is closed");
	return is_told ? EXIT_DONE : EXIT_FAILED;
}
