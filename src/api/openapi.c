#include "api/openapi.h"

#include <string.h>

#include "api/openapi_answers.h"
#include "api/openapi_json.h"
#include "base/buf.h"

struct document {
	struct json_writer json;
	struct schemas schemas;
	struct answers answers;
	struct arena *arena;
	const struct route *routes;
};

/* A list of entity tags, or the tag of anything. */
#define TAG_PATTERN "(W/)?\\\"[!#-~\\u0080-\\u00ff]*\\\""
#define TAGS_PATTERN "^(\\\\*|" TAG_PATTERN "([ \\t]*,[ \\t]*" TAG_PATTERN ")*)$"

/* Headers that requests may have; each operation refers to those that concern it. */
static const struct request_header {
	const char *key; /* in components/parameters */
	const char *value;
} request_headers[] = {
	{ "RequestId",
	  "{\"name\":\"X-Request-Id\",\"in\":\"header\",\"description\":\"Comes back in the answer and "
	  "stands in logs and history, if it is 1 to 64 of `A-Z a-z 0-9 . _ -`; another is replaced\","
	  "\"schema\":{\"type\":\"string\"}}" },
	{ "IfMatch",
	  "{\"name\":\"If-Match\",\"in\":\"header\",\"description\":\"Write only while the resource (of a "
	  "POST the hotel) has one of these tags\",\"schema\":{\"type\":\"string\",\"pattern\":"
	  "\"" TAGS_PATTERN "\"}}" },
	{ "IfNoneMatch",
	  "{\"name\":\"If-None-Match\",\"in\":\"header\",\"description\":\"`*` writes only what does not "
	  "exist, tags only while the resource has none of them\",\"schema\":{\"type\":\"string\","
	  "\"pattern\":\"" TAGS_PATTERN "\"}}" },
	{ "IfNoneMatchOfRead",
	  "{\"name\":\"If-None-Match\",\"in\":\"header\",\"description\":\"304 while the resource still "
	  "has one of these tags\",\"schema\":{\"type\":\"string\"}}" },
	{ "IdempotencyKey",
	  "{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"description\":\"The same request with the same "
	  "key has one effect and one answer for 24 hours. Quoted or bare\",\"schema\":{\"type\":"
	  "\"string\",\"pattern\":\"^(?!\\\"\\\"$)(\\\"[!-~]{1,255}\\\"|[!-~]{1,255})$\"}}" },
};

static void refer_header(struct document *document, const char *key)
{
	json_begin_object(&document->json);
	openapi_ref(&document->json, document->arena, "parameters", str_of(key));
	json_end_object(&document->json);
}

/* The parameters of the path: every `{…}` of the template is a code. */
static void write_path_parameters(struct document *document, struct str path)
{
	struct json_writer *json = &document->json;
	size_t end;

	for (size_t i = str_index(path, '{'); i < path.len; i = str_index(path, '{')) {
		path = str_sub(path, i + 1, path.len);
		end = str_index(path, '}');
		json_begin_object(json);
		openapi_text(json, "name", str_sub(path, 0, end));
		openapi_raw_member(json, "in", "\"path\"");
		openapi_raw_member(json, "required", "true");
		json_name(json, STR("schema"));
		json_begin_object(json);
		openapi_raw_member(json, "type", "\"string\"");
		openapi_text(json, "pattern", STR(SCHEMA_CODE_PATTERN));
		json_end_object(json);
		json_end_object(json);
	}
}

static void write_query(struct document *document, const struct route *route)
{
	struct json_writer *json = &document->json;

	for (size_t i = 0; i < ROUTE_QUERY_MAX && route->query[i]; i++) {
		const struct parameter *parameter = parameter_of(route->query[i]);

		json_begin_object(json);
		openapi_text(json, "name", str_of(parameter->name));
		openapi_raw_member(json, "in", "\"query\"");
		openapi_text(json, "description", str_of(parameter->meaning));
		json_name(json, STR("schema"));
		openapi_parameter_schema(json, parameter);
		json_end_object(json);
	}
}

static void write_parameters(struct document *document, const struct route *route)
{
	bool is_read = strcmp(route->method, "GET") == 0;

	json_name(&document->json, STR("parameters"));
	json_begin_array(&document->json);
	write_path_parameters(document, str_of(route->path));
	write_query(document, route);
	refer_header(document, "RequestId");
	if (!is_read)
		refer_header(document, "IfMatch");
	if (!is_read || (route->flags & ROUTE_TAGGED))
		refer_header(document, is_read ? "IfNoneMatchOfRead" : "IfNoneMatch");
	if (strcmp(route->method, "POST") == 0)
		refer_header(document, "IdempotencyKey");
	json_end_array(&document->json);
}

/* `get` of `GET`. */
static struct str lower(struct arena *arena, struct str method)
{
	char *bytes = arena_bytes(arena, method.len);

	for (size_t i = 0; bytes && i < method.len; i++)
		bytes[i] = (char)(method.ptr[i] - 'A' + 'a');
	return (struct str){ bytes, bytes ? method.len : 0 };
}

static void write_operation(struct document *document, const struct route *route)
{
	struct json_writer *json = &document->json;

	json_name(json, lower(document->arena, str_of(route->method)));
	json_begin_object(json);
	openapi_text(json, "operationId", str_of(route->id));
	json_name(json, STR("tags"));
	json_begin_array(json);
	json_string(json, str_of(route->group->name));
	json_end_array(json);
	openapi_text(json, "summary", str_of(route->summary));
	write_parameters(document, route);
	if (route->takes.kind != FORM_NONE) {
		json_name(json, STR("requestBody"));
		json_begin_object(json);
		openapi_raw_member(json, "required", "true");
		openapi_content(&document->schemas, &route->takes);
		json_end_object(json);
	}
	openapi_answers(&document->answers, route);
	json_end_object(json);
}

/* The first row of a path writes what all rows of it answer. */
static bool is_first(const struct route *routes, const struct route *route)
{
	const struct route *row = routes;

	while (!row->handle || strcmp(row->path, route->path) != 0)
		row++;
	return row == route;
}

static void write_paths(struct document *document)
{
	const struct route *routes = document->routes;
	struct json_writer *json = &document->json;

	json_name(json, STR("paths"));
	json_begin_object(json);
	for (const struct route *route = routes; route->method; route++) {
		if (!route->handle || !is_first(routes, route))
			continue;
		json_name(json, str_of(route->path));
		json_begin_object(json);
		for (const struct route *row = route; row->method; row++) {
			if (row->handle && strcmp(row->path, route->path) == 0)
				write_operation(document, row);
		}
		json_end_object(json);
	}
	json_end_object(json);
}

static void write_components(struct document *document)
{
	struct json_writer *json = &document->json;

	json_name(json, STR("components"));
	json_begin_object(json);
	json_name(json, STR("parameters"));
	json_begin_object(json);
	for (size_t i = 0; i < sizeof(request_headers) / sizeof(request_headers[0]); i++)
		openapi_raw_member(json, request_headers[i].key, request_headers[i].value);
	json_end_object(json);
	openapi_raw_member(
		json, "headers",
		"{\"X-Request-Id\":{\"required\":true,\"schema\":{\"type\":\"string\"}},"
		"\"ETag\":{\"required\":true,\"description\":\"strong; for If-Match and If-None-Match\","
		"\"schema\":{\"type\":\"string\"}},"
		"\"CurrentETag\":{\"description\":\"what it has now, if it is there\",\"schema\":{\"type\":"
		"\"string\"}},"
		"\"Location\":{\"description\":\"path of what was made\",\"schema\":{\"type\":\"string\"}},"
		"\"Link\":{\"description\":\"the next page, while there is one\",\"schema\":{\"type\":"
		"\"string\"}},"
		"\"WWW-Authenticate\":{\"required\":true,\"schema\":{\"type\":\"string\"}},"
		"\"Retry-After\":{\"description\":\"seconds\",\"schema\":{\"type\":\"integer\"}},"
		"\"Idempotency-Replayed\":{\"description\":\"`true`: the stored answer to the first request "
		"with this key\",\"schema\":{\"const\":\"true\"}}}");
	json_name(json, STR("responses"));
	json_begin_object(json);
	openapi_problems(&document->answers);
	json_end_object(json);
	json_name(json, STR("schemas"));
	json_begin_object(json);
	openapi_envelopes(&document->schemas);
	schemas_write_all(&document->schemas);
	json_end_object(json);
	json_end_object(json);
}

static void write_groups(struct document *document)
{
	struct json_writer *json = &document->json;

	json_name(json, STR("tags"));
	json_begin_array(json);
	for (const struct route *route = document->routes; route->method; route++) {
		if (!route_begins_group(document->routes, route))
			continue;
		json_begin_object(json);
		openapi_text(json, "name", str_of(route->group->name));
		openapi_text(json, "description", str_of(route->group->meaning));
		json_end_object(json);
	}
	json_end_array(json);
}

static void write_head(struct document *document, struct str base_path)
{
	struct json_writer *json = &document->json;

	openapi_raw_member(json, "openapi", "\"3.1.0\"");
	openapi_raw_member(
		json, "info",
		"{\"title\":\"innkeeper\",\"version\":\"" INNKEEPER_VERSION "\","
		"\"summary\":\"Hotels of a chain: their configuration, its history\","
		"\"description\":\"Everything that is built. HEAD answers wherever GET does, without the body; "
		"OPTIONS answers preflights. Unknown members and parameters are refused. An empty text stands "
		"for an absent one. A server that wants to know its callers answers 401 to a request without a "
		"valid credential. A write that was answered with 2xx is on disk; 503 means that nothing was "
		"written, 504 that it may have been: send it again with the same key.\"}");
	json_name(json, STR("servers"));
	json_begin_array(json);
	json_begin_object(json);
	openapi_text(json, "url", base_path.len != 0 ? base_path : STR("/"));
	json_end_object(json);
	json_end_array(json);
	openapi_raw_member(json, "security", "[]");
}

struct str openapi_write(struct arena *arena, const struct route *routes, struct str base_path)
{
	struct document document = { .arena = arena, .routes = routes };
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&document.json, &buf);
	document.schemas = (struct schemas){ .json = &document.json, .arena = arena };
	document.answers = (struct answers){ .schemas = &document.schemas, .routes = routes };
	json_begin_object(&document.json);
	write_head(&document, base_path);
	write_groups(&document);
	write_paths(&document);
	write_components(&document);
	json_end_object(&document.json);
	return buf_take(&buf);
}
