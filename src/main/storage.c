#include "main/storage.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "adapter/store_dynamodb.h"
#include "adapter/store_narrow.h"
#include "main/store_url.h"

#define SETTING "--store"

#define OPEN_MS 10000

/* Without a URL everything is embedded under --data. */
static enum err read_settings(struct cx *cx, const struct settings *settings, struct store_url *out)
{
	if (settings->store[0] != '\0')
		return store_url_parse(cx, SETTING, str_of(settings->store), out);
	*out = (struct store_url){ .engine = STORE_ENGINE_SQLITE,
				   .path = str_printf(cx->arena, "%s/innkeeper.db",
						      settings->data) };
	return cx_check_memory(cx);
}

static enum err make_folder(struct cx *cx, const struct settings *settings)
{
	if (settings->store[0] != '\0' || mkdir(settings->data, 0700) == 0 || errno == EEXIST)
		return OK;
	return fail(cx, ERR_INVALID, "invalid", "--data %s: %s", settings->data, strerror(errno));
}

/* With a folder in it always: files are made beside it. */
static struct str path_of(struct cx *cx, const struct store_url *url)
{
	if (str_index(url->path, '/') < url->path.len)
		return url->path;
	return str_printf(cx->arena, "./" STR_FMT, STR_ARG(url->path));
}

static enum err open_sqlite(struct cx *cx, const struct store_url *url, bool may_make,
			    struct storage *out)
{
	enum err err = embedded_open(cx, path_of(cx, url), may_make, &out->embedded, &out->store);

	if (err == OK && url->max_writes != 0)
		out->store = store_narrow_open(out->store, url->max_writes);
	return err;
}

/* Within a time of its own: a service that does not answer lets nobody wait at a start. */
static enum err open_dynamodb(struct cx *cx, const struct store_url *url, enum storage_makes makes,
			      struct store **out)
{
	const struct store_dynamodb_options options = {
		.table = str_c(cx->arena, url->table),
		.region = str_c(cx->arena, url->region),
		.endpoint = str_c(cx->arena, url->endpoint),
		.creates = makes == STORAGE_MAKES_ALL,
		.asks_later = makes == STORAGE_ASKS_LATER,
	};
	enum err err = cx_check_memory(cx);

	if (err != OK)
		return err;
	if (!options.creates)
		cx->deadline_mono_ms = clock_mono_ms(cx->clock) + OPEN_MS;
	err = store_dynamodb_open(cx, &options, out);
	cx->deadline_mono_ms = 0;
	return err;
}

static enum err open_parsed(struct cx *cx, const struct store_url *url, enum storage_makes makes,
			    struct storage *out)
{
	*out = (struct storage){ .store = NULL };
	switch (url->engine) {
	case STORE_ENGINE_DYNAMODB:
		return open_dynamodb(cx, url, makes, &out->store);
	default:
		return open_sqlite(cx, url, makes != STORAGE_MAKES_NOTHING, out);
	}
}

enum err storage_check(struct cx *cx, const struct settings *settings)
{
	struct store_url url;

	return read_settings(cx, settings, &url);
}

enum err storage_open(struct cx *cx, const struct settings *settings, enum storage_makes makes,
		      struct storage *out)
{
	struct store_url url;
	enum err err = read_settings(cx, settings, &url);

	if (err == OK && makes != STORAGE_MAKES_NOTHING)
		err = make_folder(cx, settings);
	return err == OK ? open_parsed(cx, &url, makes, out) : err;
}

enum err storage_open_url(struct cx *cx, const char *name, struct str text,
			  enum storage_makes makes, struct storage *out)
{
	struct store_url url;
	enum err err = store_url_parse(cx, name, text, &url);

	return err == OK ? open_parsed(cx, &url, makes, out) : err;
}

enum err storage_exclude(struct cx *cx, const struct settings *settings, struct storage *out)
{
	struct store_url url;
	enum err err = read_settings(cx, settings, &url);

	if (err == OK && url.engine != STORE_ENGINE_SQLITE)
		err = fail(cx, ERR_INVALID, "invalid",
			   SETTING " names no embedded store: its engine has backups of its own");
	if (err == OK)
		err = make_folder(cx, settings);
	return err == OK ? embedded_exclude(cx, path_of(cx, &url), &out->embedded) : err;
}

void storage_close(struct storage *storage)
{
	store_close(storage->store);
	embedded_close(&storage->embedded);
	*storage = (struct storage){ .store = NULL };
}
