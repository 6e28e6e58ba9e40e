#include "api/kind_routes.h"

#include "api/exchange.h"
#include "api/hotel_body.h"
#include "api/paging.h"
#include "usecase/read_objects.h"
#include "usecase/save_objects.h"

#define OBJECTS_A_REQUEST_MAX 90
#define PATH_BEGIN "/config/{id}/"

/* The kind that the route's path names: whole segments of it, so that no kind's path hides a longer one's. */
static const struct kind *kind_of(const struct exchange *exchange)
{
	struct str path = str_of(exchange->match.route->path);
	size_t i = 0;

	path = str_sub(path, sizeof(PATH_BEGIN) - 1, path.len);
	while (kinds[i]->path.len == 0 || !str_starts(path, kinds[i]->path) ||
	       (path.len != kinds[i]->path.len && path.ptr[kinds[i]->path.len] != '/'))
		i++;
	return kinds[i];
}

static struct object_address address_of(const struct exchange *exchange)
{
	return (struct object_address){ .kind = kind_of(exchange),
					.hotel = exchange->match.params[0],
					.id = exchange->match.params[1] };
}

static enum err add(struct exchange *exchange)
{
	const struct kind *kind = kind_of(exchange);
	const struct field *field = &hotel_shape.fields[kind_field(kind)];
	struct hotel hotel = { .code = STR("") };
	struct result result = { .status = 200 };
	struct cx *cx = exchange->cx;
	const struct vec *list = field_of(field, &hotel);
	struct command command;
	enum err err = exchange_read_command(exchange, &command);

	/* On a collection `*` concerns the objects that are added, not the hotel. */
	if (err == OK && str_eq(command.if_none_match, STR("*"))) {
		command.add_only = true;
		command.if_none_match = STR("");
	}
	if (err == OK)
		err = hotel_body_read_list(exchange, kind->list, &hotel);
	if (err == OK && (list->n == 0 || list->n > OBJECTS_A_REQUEST_MAX))
		err = fail_field(cx, BLAME_POINTER,
				 str_printf(cx->arena, "/" STR_FMT, STR_ARG(kind->list)),
				 "must have 1 to %d objects", OBJECTS_A_REQUEST_MAX);
	if (err != OK || exchange_defers(exchange))
		return err;
	err = add_objects(exchange->app, cx, &command, kind, exchange->match.params[0], list,
			  &result);
	return exchange_answer_write(exchange, err, &result);
}

static enum err list(struct exchange *exchange)
{
	const struct kind *kind = kind_of(exchange);
	struct result result = { .status = 200 };
	struct cx *cx = exchange->cx;
	struct str next = STR("");
	struct object_page page;
	struct paging paging;
	enum err err = paging_read(exchange, &paging);

	if (err == OK)
		err = list_objects(exchange->app, cx, kind, exchange->match.params[0], paging.after,
				   paging.limit, &page);
	if (err != OK)
		return err;
	if (page.more)
		next = paging_next(exchange, &paging, page.last);
	result.body = paging_write(cx->arena, kind->list, &page.texts, next);
	exchange_answer(exchange, &result);
	return OK;
}

static enum err get(struct exchange *exchange)
{
	struct result result;
	enum err err = get_object(exchange->app, exchange->cx, kind_of(exchange),
				  exchange->match.params[0], exchange->match.params[1], &result);

	if (err != OK)
		return err;
	exchange_answer_read(exchange, &result);
	return OK;
}

/* Reads the body as one object, whose identity, when given, must be the path's. */
static enum err read_object(struct exchange *exchange, const struct object_address *address,
			    enum shape_mode mode, void **out)
{
	const struct kind *kind = address->kind;
	struct cx *cx = exchange->cx;
	enum err err;

	*out = arena_alloc(cx->arena, kind->shape->size_bytes);
	if (!*out)
		return cx_check_memory(cx);
	err = shape_read(cx, exchange->request->body, kind->shape, mode, *out);
	if (err != OK)
		return err;
	if (kind_id(kind, *out)->len != 0 && !str_eq(*kind_id(kind, *out), address->id))
		return fail_field(cx, BLAME_POINTER,
				  str_printf(cx->arena, "/" STR_FMT,
					     STR_ARG(shape_identity_field(kind->shape)->name)),
				  "is not the code of the path");
	return OK;
}

static enum err save(struct exchange *exchange, enum shape_mode mode)
{
	const struct object_address address = address_of(exchange);
	struct result result = { .status = 200 };
	struct cx *cx = exchange->cx;
	struct command command;
	void *given = NULL;
	enum err err = exchange_read_command(exchange, &command);

	if (err == OK)
		err = read_object(exchange, &address, mode, &given);
	if (err != OK || exchange_defers(exchange))
		return err;
	if (mode == SHAPE_PATCH)
		err = patch_object(exchange->app, cx, &command, &address, given, &result);
	else
		err = put_object(exchange->app, cx, &command, &address, given, &result);
	return exchange_answer_write(exchange, err, &result);
}

static enum err put(struct exchange *exchange)
{
	return save(exchange, SHAPE_WHOLE);
}

static enum err patch(struct exchange *exchange)
{
	return save(exchange, SHAPE_PATCH);
}

static enum err delete (struct exchange *exchange) {
	const struct object_address address = address_of(exchange);
	struct result result = { .status = 200 };
	struct command command;
	struct str text;
	bool cascade = exchange_query(exchange, STR("cascade"), &text) && str_eq(text, STR("true"));
	enum err err = exchange_read_command(exchange, &command);

	if (err != OK || exchange_defers(exchange)) return err;
	err = delete_object(exchange->app, exchange->cx, &command, &address, cascade, &result);
	return exchange_answer_write(exchange, err, &result);
}

/* What the routes of every kind have in common. */
static const struct kind_route {
	const char *method;
	bool is_one;      /* of an object, not of the collection */
	const char *verb; /* of the operation: putRoomType */
	const char *use_case_verb;
	const char *before, *after; /* the noun, in the summary */
	unsigned flags;
	enum err (*handle)(struct exchange *exchange);
	const char *query[ROUTE_QUERY_MAX];
	enum form_kind takes, answers;
} kind_routes[KIND_ROUTES] = {
	/* clang-format off: a row a route */
	{ "GET",
	  false,
	  "list",
	  "",
	  "List a hotel's objects of the kind ",
	  ", by code",
	  0,
	  list,
	  { "limit", "cursor" },
	  FORM_NONE,
	  FORM_PAGE },
	{ "POST",
	  false,
	  "add",
	  "add",
	  "Add or replace 1 to 90 objects of the kind ",
	  ", all or none",
	  ROUTE_BODY | ROUTE_TAGGED,
	  add,
	  { NULL },
	  FORM_LIST,
	  FORM_WRAPPER },
	{ "GET",
	  true,
	  "get",
	  "",
	  "Read a ",
	  "",
	  ROUTE_TAGGED,
	  get,
	  { NULL },
	  FORM_NONE,
	  FORM_OBJECT },
	{ "PUT",
	  true,
	  "put",
	  "save",
	  "Make or replace a ",
	  "",
	  ROUTE_BODY | ROUTE_TAGGED | ROUTE_CREATES,
	  put,
	  { NULL },
	  FORM_PUT,
	  FORM_OBJECT },
	{ "PATCH",
	  true,
	  "patch",
	  "save",
	  "Merge a patch into a ",
	  " (RFC 7396)",
	  ROUTE_BODY | ROUTE_TAGGED | ROUTE_PATCH,
	  patch,
	  { NULL },
	  FORM_PATCH,
	  FORM_OBJECT },
	{ "DELETE",
	  true,
	  "delete",
	  "delete",
	  "Delete a ",
	  "",
	  ROUTE_TAGGED,
	  delete,
	  { "cascade" },
	  FORM_NONE,
	  FORM_WRAPPER },
	/* clang-format on */
};

static const char *join(struct arena *arena, const char *before, struct str name, const char *after)
{
	return str_c(arena, str_printf(arena, "%s" STR_FMT "%s", before, STR_ARG(name), after));
}

/* listRoomTypes of `roomTypes`, else putRoomType. */
static const char *operation_id(struct arena *arena, const struct kind *kind, const char *verb,
				bool is_list)
{
	struct str list = kind->list;

	if (!is_list)
		return join(arena, verb, kind->title, "");
	return str_c(arena, str_printf(arena, "%s%c" STR_FMT, verb, list.ptr[0] - 'a' + 'A',
				       STR_ARG(str_sub(list, 1, list.len))));
}

static struct route make(struct arena *arena, const struct kind *kind,
			 const struct route_group *group, const struct kind_route *row)
{
	bool has_use_case = row->use_case_verb[0] != '\0';
	const char *list = str_c(arena, kind->list);
	struct route route = {
		.method = row->method,
		.path = join(arena, PATH_BEGIN, kind->path, row->is_one ? "/{code}" : ""),
		.use_case = has_use_case ? join(arena, row->use_case_verb, kind->title, "") : "",
		.flags = ROUTE_WRAPPED | row->flags,
		.handle = row->handle,
		.id = operation_id(arena, kind, row->verb, row->answers == FORM_PAGE),
		.group = group,
		.summary = join(arena, row->before, str_of(kind->noun), row->after),
		.takes = { row->takes, kind->shape, list, 0 },
		.answers = { row->answers, kind->shape, list, 0 },
	};

	if (row->takes == FORM_LIST)
		route.takes.max = OBJECTS_A_REQUEST_MAX;
	for (size_t i = 0; i < ROUTE_QUERY_MAX; i++)
		route.query[i] = row->query[i];
	return route;
}

void kind_routes_make(struct arena *arena, const struct kind *kind, struct route out[KIND_ROUTES])
{
	struct route_group *group = arena_alloc(arena, sizeof(*group));

	if (group)
		*group = (struct route_group){ kind->nouns, kind->meaning };
	for (size_t i = 0; i < KIND_ROUTES; i++)
		out[i] = make(arena, kind, group, &kind_routes[i]);
}
