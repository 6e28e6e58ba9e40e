#include "main/service.h"

#include <malloc.h>
#include <string.h>

#include "adapter/cache_memory.h"
#include "base/clock.h"
#include "net/http_chars.h"
#include "port/cache.h"
#include "runtime/metrics.h"
#include "usecase/gate.h"

/* What a large request took goes back to the system, not to the thread that happened to have it: glibc's own bounds move up to the
 * largest piece ever freed. Pieces of an ordinary request are smaller than the first. */
#define MAPPED_FROM_BYTES (512 << 10)
#define KEEP_FREE_BYTES (1 << 20)

/* As a browser names one: a scheme, :// and an authority, no more, or the header never equals it. */
static bool is_origin(struct str text)
{
	size_t scheme_len = str_index(text, ':');
	struct str authority = str_sub(text, scheme_len, text.len);

	if (!is_token(str_sub(text, 0, scheme_len)) || !str_starts(authority, STR("://")))
		return false;
	authority = str_sub(authority, strlen("://"), authority.len);
	for (size_t i = 0; i < authority.len; i++) {
		if (!is_host_char(authority.ptr[i]) && !memchr(":[]", authority.ptr[i], 3))
			return false;
	}
	return authority.len != 0;
}

static enum err check_origins(struct cx *cx, struct str list)
{
	struct str origin;

	while (http_chars_element(&list, &origin)) {
		if (origin.len != 0 && !is_origin(origin))
			return fail(cx, ERR_INVALID, "invalid",
				    "--cors-origin must be origins like https://desk.example:8443, "
				    "separated by commas");
	}
	return OK;
}

enum err service_check_settings(struct cx *cx, const struct settings *settings)
{
	size_t len = strlen(settings->base_path);

	if (strcmp(settings->auth, "open") != 0)
		return fail(cx, ERR_INVALID, "not_implemented", "--auth %s is not built yet",
			    settings->auth);
	if (len != 0 &&
	    (settings->base_path[0] != '/' || len < 2 || settings->base_path[len - 1] == '/'))
		return fail(cx, ERR_INVALID, "invalid", "--base-path must look like /prod");
	if (check_origins(cx, str_of(settings->cors_origin)) != OK)
		return ERR_INVALID;
	return storage_check(cx, settings);
}

static struct api *open_api(struct cx *cx, const struct settings *settings,
			    const struct api_options *given, struct service *service)
{
	struct api_options options = *given;

	options.base_path = str_of(settings->base_path);
	options.cors_origins = str_of(settings->cors_origin);
	options.public_hosts = str_of(settings->public_host);
	options.require_if_match = settings->require_if_match;
	options.write_metrics = figures_write;
	options.metrics = &service->figures;
	return api_open(cx->arena, &service->app, &options);
}

enum err service_open(struct cx *cx, const struct settings *settings, enum storage_makes makes,
		      const struct api_options *options, struct service *out)
{
	enum err err;

	*out = (struct service){ .figures = { .start_ms = clock_wall_ms(cx->clock) } };
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEEP_FREE_BYTES);
	err = storage_open(cx, settings, makes, &out->storage);
	if (err != OK)
		return err;
	out->app.store = out->storage.store;
	out->app.cache = cache_memory_open(settings->cache_bytes);
	out->app.gates = gates_open(cx->arena);
	out->app.chain_gates = gates_open(cx->arena);
	out->figures.metrics = metrics_open();
	out->figures.store = out->app.store;
	out->figures.cache = out->app.cache;
	out->api = open_api(cx, settings, options, out);
	return cx_check_memory(cx);
}

void service_close(struct service *service)
{
	if (service->figures.metrics)
		metrics_close(service->figures.metrics);
	gates_close(service->app.gates);
	gates_close(service->app.chain_gates);
	cache_close(service->app.cache);
	storage_close(&service->storage);
}
