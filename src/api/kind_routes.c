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
	if (err != OK)
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
	if (err != OK)
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

static enum err read_cascade(struct exchange *exchange, bool *out)
{
	struct str text;

	*out = false;
	if (!exchange_query(exchange, STR("cascade"), &text))
		return OK;
	*out = str_eq(text, STR("true"));
	return *out || str_eq(text, STR("false"))
		       ? OK
		       : fail_field(exchange->cx, BLAME_PARAMETER, STR("cascade"),
				    "must be true or false");
}

static enum err delete (struct exchange *exchange) {
	const struct object_address address = address_of(exchange);
	struct result result = { .status = 200 };
	struct command command;
	bool cascade;
	enum err err = read_cascade(exchange, &cascade);

	if (err == OK) err = exchange_read_command(exchange, &command);
	if (err != OK) return err;
	err = delete_object(exchange->app, exchange->cx, &command, &address, cascade, &result);
	return exchange_answer_write(exchange, err, &result);
}

static const char *name_of(struct arena *arena, const char *verb, const struct kind *kind)
{
	return str_c(arena, str_printf(arena, "%s" STR_FMT, verb, STR_ARG(kind->title)));
}

void kind_routes_make(struct arena *arena, const struct kind *kind, struct route out[KIND_ROUTES])
{
	const char *all = str_c(arena, str_printf(arena, PATH_BEGIN STR_FMT, STR_ARG(kind->path)));
	const char *one = str_c(arena, str_printf(arena, "%s/{code}", all));
	const char *saves = name_of(arena, "save", kind);
	const struct route rows[KIND_ROUTES] = {
		{ "GET", all, "", ROUTE_WRAPPED, list, { "limit", "cursor" } },
		{ "POST",
		  all,
		  name_of(arena, "add", kind),
		  ROUTE_WRAPPED | ROUTE_BODY,
		  add,
		  { NULL } },
		{ "GET", one, "", ROUTE_WRAPPED, get, { NULL } },
		{ "PUT", one, saves, ROUTE_WRAPPED | ROUTE_BODY, put, { NULL } },
		{ "PATCH", one, saves, ROUTE_WRAPPED | ROUTE_BODY | ROUTE_PATCH, patch, { NULL } },
		{ "DELETE",
		  one,
		  name_of(arena, "delete", kind),
		  ROUTE_WRAPPED,
		  delete,
		  { "cascade" } },
	};

	for (size_t i = 0; i < KIND_ROUTES; i++)
		out[i] = rows[i];
}
