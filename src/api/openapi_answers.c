#include "api/openapi_answers.h"

#include <string.h>

#include "api/openapi_json.h"
#include "api/status.h"
#include "base/buf.h"
#include "model/shape.h"

struct problem_answer {
	unsigned status;
	bool wrapped;
};

static bool is_write(const struct route *route)
{
	return strcmp(route->method, "GET") != 0;
}

bool answers_may_be(const struct route *route, unsigned status)
{
	switch (status) {
	case 401:
		return !(route->flags & ROUTE_PUBLIC);
	case 405: /* a path's other methods are not in the document */
		return false;
	case 404:
		return strchr(route->path, '{') || is_write(route);
	case 406:
		return !(route->flags & ROUTE_ANY_TYPE);
	case 415:
		return route->flags & ROUTE_BODY;
	case 422:
		return strcmp(route->method, "POST") == 0;
	case 403:
	case 409:
	case 412:
	case 428:
	case 504:
	case 507:
		return is_write(route);
	default:
		return true;
	}
}

static struct str problem_name(struct arena *arena, struct problem_answer problem)
{
	return str_printf(arena, "%s%u", problem.wrapped ? "ConfigProblem" : "Problem",
			  problem.status);
}

/* What the front refuses before it knows the path has no members of the seed. */
static bool is_wrapped(const struct route *route, unsigned status)
{
	return status != 414 && status != 505 && (route->flags & ROUTE_WRAPPED);
}

static void refer(struct answers *answers, struct problem_answer problem)
{
	struct schemas *schemas = answers->schemas;
	struct json_writer *json = schemas->json;
	struct problem_answer *slot = NULL;

	for (size_t i = 0; i < answers->problems.n && !slot; i++) {
		struct problem_answer *there = vec_at(&answers->problems, i, sizeof(*there));

		if (there->status == problem.status && there->wrapped == problem.wrapped)
			slot = there;
	}
	if (!slot)
		slot = vec_push(&answers->problems, schemas->arena, sizeof(*slot));
	if (slot)
		*slot = problem;
	json_name(json, str_printf(schemas->arena, "%u", problem.status));
	json_begin_object(json);
	openapi_ref(json, schemas->arena, "responses", problem_name(schemas->arena, problem));
	json_end_object(json);
}

/* `key` is that of components/headers. */
static void add_header_as(struct json_writer *json, struct arena *arena, const char *name,
			  const char *key)
{
	json_name(json, str_of(name));
	json_begin_object(json);
	openapi_ref(json, arena, "headers", str_of(key));
	json_end_object(json);
}

static void add_header(struct json_writer *json, struct arena *arena, const char *name)
{
	add_header_as(json, arena, name, name);
}

static bool is_create_of_hotel(const struct route *route)
{
	return strcmp(route->method, "POST") == 0 && strcmp(route->path, "/config") == 0;
}

static void write_headers(struct answers *answers, const struct route *route, unsigned status)
{
	struct json_writer *json = answers->schemas->json;
	struct arena *arena = answers->schemas->arena;
	bool is_post = strcmp(route->method, "POST") == 0;

	json_name(json, STR("headers"));
	json_begin_object(json);
	add_header(json, arena, "X-Request-Id");
	if (route->flags & ROUTE_TAGGED)
		add_header(json, arena, "ETag");
	if (status == 201 || is_create_of_hotel(route))
		add_header(json, arena, "Location");
	if (is_post)
		add_header(json, arena, "Idempotency-Replayed");
	if (strcmp(route->query[0] ? route->query[0] : "", "limit") == 0)
		add_header(json, arena, "Link");
	json_end_object(json);
}

/* Whether the answer of a write names all that the path of the other route has in braces. */
static bool leads_to(struct arena *arena, const struct route *route, const struct route *other)
{
	struct str path = str_of(other->path);
	const struct str hotel = STR("/config/{id}");

	if (!other->handle || other == route)
		return false;
	if (is_create_of_hotel(route))
		return str_starts(path, hotel) && !strchr(other->path + hotel.len, '{');
	if (route->flags & ROUTE_CREATES)
		return strcmp(other->path, route->path) == 0;
	return route->takes.kind == FORM_LIST &&
	       str_eq(path, str_printf(arena, "%s/{code}", route->path));
}

/* Where the value of a name in braces is to be found: in the request's path, or in the wrapper that was answered. */
static struct str find_value(struct arena *arena, const struct route *route, struct str name)
{
	struct str braced = str_printf(arena, "{" STR_FMT "}", STR_ARG(name));
	const struct form *form = &route->takes;

	if (strstr(route->path, str_c(arena, braced)))
		return str_printf(arena, "$request.path." STR_FMT, STR_ARG(name));
	if (is_create_of_hotel(route))
		return STR("$response.body#/response/0/code");
	return str_printf(arena, "$response.body#/response/0/%s/0/" STR_FMT, form->list,
			  STR_ARG(shape_identity_field(form->shape)->name));
}

static void write_link(struct answers *answers, const struct route *route,
		       const struct route *other)
{
	struct json_writer *json = answers->schemas->json;
	struct arena *arena = answers->schemas->arena;
	struct str path = str_of(other->path), name;

	json_name(json, str_of(other->id));
	json_begin_object(json);
	openapi_text(json, "operationId", str_of(other->id));
	json_name(json, STR("parameters"));
	json_begin_object(json);
	for (size_t i = str_index(path, '{'); i < path.len; i = str_index(path, '{')) {
		path = str_sub(path, i + 1, path.len);
		name = str_sub(path, 0, str_index(path, '}'));
		json_name(json, name);
		json_string(json, find_value(arena, route, name));
	}
	json_end_object(json);
	json_end_object(json);
}

/* What can be asked next of what was made. */
static void write_links(struct answers *answers, const struct route *route)
{
	struct json_writer *json = answers->schemas->json;
	bool any = false;

	for (const struct route *other = answers->routes; other->method; other++) {
		if (!leads_to(answers->schemas->arena, route, other))
			continue;
		if (!any) {
			json_name(json, STR("links"));
			json_begin_object(json);
		}
		any = true;
		write_link(answers, route, other);
	}
	if (any)
		json_end_object(json);
}

static void write_success(struct answers *answers, const struct route *route, unsigned status,
			  const char *description)
{
	struct json_writer *json = answers->schemas->json;

	json_name(json, str_printf(answers->schemas->arena, "%u", status));
	json_begin_object(json);
	openapi_text(json, "description", str_of(description));
	write_headers(answers, route, status);
	if (status != 304)
		openapi_content(answers->schemas, &route->answers);
	write_links(answers, route);
	json_end_object(json);
}

void openapi_answers(struct answers *answers, const struct route *route)
{
	struct json_writer *json = answers->schemas->json;
	unsigned before = 0;

	json_name(json, STR("responses"));
	json_begin_object(json);
	write_success(answers, route, 200, "Done");
	if (route->flags & ROUTE_CREATES)
		write_success(answers, route, 201, "Made: there was none");
	if ((route->flags & ROUTE_TAGGED) && !is_write(route))
		write_success(answers, route, 304, "Unchanged: `If-None-Match` names its tag");
	for (const struct status_row *row = status_rows; row->code; row++) {
		if (row->status != before && answers_may_be(route, row->status))
			refer(answers, (struct problem_answer){ row->status,
								is_wrapped(route, row->status) });
		before = row->status;
	}
	json_end_object(json);
}

/* `code` (Title), … of a status. */
static struct str describe(struct arena *arena, unsigned status)
{
	struct buf buf;

	buf_init(&buf, arena);
	for (const struct status_row *row = status_rows; row->code; row++) {
		if (row->status == status)
			buf_printf(&buf, "%s%s: `%s`", buf.len != 0 ? ". " : "", row->title,
				   row->code);
	}
	return buf_take(&buf);
}

void openapi_problems(struct answers *answers)
{
	struct json_writer *json = answers->schemas->json;
	struct arena *arena = answers->schemas->arena;

	for (size_t i = 0; i < answers->problems.n; i++) {
		const struct problem_answer *problem =
			vec_at(&answers->problems, i, sizeof(*problem));

		json_name(json, problem_name(arena, *problem));
		json_begin_object(json);
		openapi_text(json, "description", describe(arena, problem->status));
		json_name(json, STR("headers"));
		json_begin_object(json);
		add_header(json, arena, "X-Request-Id");
		if (problem->status == 401)
			add_header(json, arena, "WWW-Authenticate");
		if (problem->status == 412)
			add_header_as(json, arena, "ETag", "CurrentETag");
		if (problem->status == 409 || problem->status == 503)
			add_header(json, arena, "Retry-After");
		json_end_object(json);
		openapi_raw_member(json, "content",
				   problem->wrapped
					   ? "{\"application/problem+json\":{\"schema\":{\"$ref\":"
					     "\"#/components/schemas/ConfigProblem\"}}}"
					   : "{\"application/problem+json\":{\"schema\":{\"$ref\":"
					     "\"#/components/schemas/Problem\"}}}");
		json_end_object(json);
	}
}
