#include "main/store_url.h"

#include <stdbool.h>
#include <stdint.h>

#include "codec/url.h"
#include "net/http_target.h"

#define PARAMETERS_MAX 8

#define TABLE_MIN 3
#define TABLE_MAX 255
#define REGION_MAX 63

/* A name of AWS's: in it there is nothing that would mean something else in a host's name or a signature. */
static bool is_name(struct str text, const char *marks)
{
	const struct str others = str_of(marks);

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    str_index(others, c) == others.len)
			return false;
	}
	return true;
}

static bool set_max_writes(struct str value, struct store_url *out)
{
	uint64_t number;

	if (!str_to_u64(value, &number) || number < STORE_URL_WRITES_MIN || number > SIZE_MAX)
		return false;
	out->max_writes = (size_t)number;
	return true;
}

static bool set_region(struct str value, struct store_url *out)
{
	out->region = value;
	return value.len != 0 && value.len <= REGION_MAX && is_name(value, "-");
}

static bool set_endpoint(struct str value, struct store_url *out)
{
	struct str host = str_sub(value, str_starts(value, STR("https://")) ? 8 : 7, value.len);

	if (host.len != 0 && host.ptr[host.len - 1] == '/')
		host.len--;
	out->endpoint = str_sub(value, 0, (size_t)(host.ptr - value.ptr) + host.len);
	return (str_starts(value, STR("http://")) || str_starts(value, STR("https://"))) &&
	       http_host_check(host);
}

struct parameter {
	enum store_engine engine;
	struct str name;
	bool (*set)(struct str value, struct store_url *out);
	const char *form;
};

static const struct parameter parameters[] = {
	{ STORE_ENGINE_SQLITE, STR_INIT("max_writes"), set_max_writes, "a number from 7" },
	{ STORE_ENGINE_DYNAMODB, STR_INIT("region"), set_region, "one such as eu-west-1" },
	{ STORE_ENGINE_DYNAMODB, STR_INIT("endpoint"), set_endpoint,
	  "http://HOST:PORT or https://HOST, and nothing else" },
};

static const struct parameter *find(enum store_engine engine, struct str name)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
		if (parameters[i].engine == engine && str_eq(parameters[i].name, name))
			return &parameters[i];
	}
	return NULL;
}

/* The URL that is being read: who asks, by which flag. */
struct reading {
	struct cx *cx;
	const char *name;
	struct store_url *out;
};

static enum err read_parameter(const struct reading *reading, const struct str_pair *pairs,
			       size_t i)
{
	const struct parameter *parameter = find(reading->out->engine, pairs[i].name);
	const struct str name = pairs[i].name;

	if (!parameter)
		return fail(reading->cx, ERR_INVALID, "invalid",
			    "%s: such a URL has no parameter " STR_FMT, reading->name,
			    STR_ARG(name));
	for (size_t before = 0; before < i; before++) {
		if (str_eq(pairs[before].name, name))
			return fail(reading->cx, ERR_INVALID, "invalid",
				    "%s: the parameter " STR_FMT " is there twice", reading->name,
				    STR_ARG(name));
	}
	if (!parameter->set(pairs[i].value, reading->out))
		return fail(reading->cx, ERR_INVALID, "invalid",
			    "%s: the parameter " STR_FMT " must be %s", reading->name,
			    STR_ARG(name), parameter->form);
	return OK;
}

static enum err read_query(const struct reading *reading, struct str query)
{
	struct str_pair pairs[PARAMETERS_MAX];
	enum err err = OK;
	size_t n;

	if (!url_parse_query(reading->cx->arena, query, pairs, PARAMETERS_MAX, &n))
		return fail(reading->cx, ERR_INVALID, "invalid",
			    "%s: what follows the ? is not percent-encoded well, or too much",
			    reading->name);
	for (size_t i = 0; err == OK && i < n; i++)
		err = read_parameter(reading, pairs, i);
	return err;
}

static enum err read_engine(const struct reading *reading, struct str text, size_t *used)
{
	static const struct {
		struct str scheme;
		enum store_engine engine;
	} engines[] = {
		{ STR_INIT("sqlite:"), STORE_ENGINE_SQLITE },
		{ STR_INIT("dynamodb:"), STORE_ENGINE_DYNAMODB },
	};

	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++) {
		if (str_starts(text, engines[i].scheme)) {
			reading->out->engine = engines[i].engine;
			*used = engines[i].scheme.len;
			return OK;
		}
	}
	if (str_starts(text, STR("postgres:")) || str_starts(text, STR("postgresql:")))
		return fail(reading->cx, ERR_INVALID, "not_implemented",
			    "%s: postgres: is not built yet", reading->name);
	return fail(reading->cx, ERR_INVALID, "invalid",
		    "%s must be sqlite:PATH or dynamodb:TABLE?region=NAME", reading->name);
}

static enum err read_place(const struct reading *reading, struct str text)
{
	struct store_url *out = reading->out;
	struct str place;

	if (!url_decode(reading->cx->arena, text, &place))
		return fail(reading->cx, ERR_INVALID, "invalid",
			    "%s is not percent-encoded UTF-8: a %% is written %%25", reading->name);
	if (out->engine == STORE_ENGINE_SQLITE) {
		out->path = place;
		return place.len != 0 ? OK
				      : fail(reading->cx, ERR_INVALID, "invalid",
					     "%s must be sqlite:PATH", reading->name);
	}
	out->table = place;
	if (place.len >= TABLE_MIN && place.len <= TABLE_MAX && is_name(place, "_.-"))
		return OK;
	return fail(reading->cx, ERR_INVALID, "invalid",
		    "%s: the name of a table has %d to %d characters of A-Z a-z 0-9 _ . -",
		    reading->name, TABLE_MIN, TABLE_MAX);
}

enum err store_url_parse(struct cx *cx, const char *name, struct str text, struct store_url *out)
{
	const struct reading reading = { cx, name, out };
	size_t scheme = 0, end = str_index(text, '?');
	enum err err;

	*out = (struct store_url){ .engine = STORE_ENGINE_SQLITE };
	err = read_engine(&reading, text, &scheme);
	if (err == OK)
		err = read_place(&reading, str_sub(text, scheme, end - scheme));
	if (err == OK)
		err = read_query(&reading, str_sub(text, end + 1, text.len));
	return err == OK ? cx_check_memory(cx) : err;
}
