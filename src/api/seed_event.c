#include "api/seed_event.h"

#include <string.h>

#include "api/exchange.h"
#include "api/hotel_body.h"
#include "codec/json_reader.h"
#include "model/code.h"

static bool has_request(const struct seed_event *event)
{
	return event->request.len != 0 && !str_eq(event->request, STR("null"));
}

struct api_request seed_event_request(const struct seed_event *event)
{
	/* The event has no place for a cursor: its list is the longest page. */
	bool is_list = str_eq(event->sub_function, STR("listHotels"));

	return (struct api_request){
		.query = is_list ? STR("limit=1000") : STR(""),
		.body = event->request,
		.body_bytes = event->request.len,
		.has_body = has_request(event),
		.user = event->username,
	};
}

/* PUT and PATCH save as well, but the seed does not know them. */
static bool is_of_seed(const struct route *route)
{
	return strcmp(route->method, "PUT") != 0 && strcmp(route->method, "PATCH") != 0;
}

enum err seed_event_find(struct cx *cx, const struct route *routes, const struct seed_event *event,
			 const struct route **out)
{
	if (event->refusal.len != 0)
		return fail(cx, ERR_INVALID, "invalid", STR_FMT, STR_ARG(event->refusal));
	for (const struct route *row = routes; row->method; row++) {
		if (event->sub_function.len != 0 && is_of_seed(row) &&
		    str_eq(str_of(row->use_case), event->sub_function)) {
			*out = row;
			return OK;
		}
	}
	return fail_field(cx, BLAME_PARAMETER, STR("subFunction"), "is no use case");
}

/* The request's `code`, without a look at the rest; empty when there is none, or no telling. */
static struct str find_code(struct arena *arena, struct str json)
{
	struct json_reader reader;
	struct str name, code;

	json_reader_init(&reader, arena, json, json.len + 1);
	if (!json_enter_object(&reader))
		return STR("");
	while (json_next_member(&reader, &name)) {
		if (str_eq(name, STR("code")))
			return json_read_string(&reader, &code) ? code : STR("");
		json_skip(&reader);
	}
	return STR("");
}

/* The request is of no hotel: what is wrong with its text is said first. */
static enum err refuse_without_hotel(struct exchange *exchange, const struct seed_event *event)
{
	struct hotel ignored = { .code = STR("") };
	enum err err = OK;

	if (has_request(event))
		err = hotel_body_read(exchange, SHAPE_WHOLE, &ignored);
	if (err == OK)
		err = fail_field(exchange->cx, BLAME_POINTER, STR("/code"),
				 "is required, or `id` beside the request");
	return err;
}

/* saveHotel creates without one; a listing is of none. */
static enum err read_hotel(struct exchange *exchange, const struct seed_event *event)
{
	const struct route *route = exchange->match.route;
	struct route_match *match = &exchange->match;
	struct cx *cx = exchange->cx;
	struct str code = STR("");

	if (!strchr(route->path, '{') && !(route->flags & ROUTE_BODY))
		return OK;
	if (has_request(event))
		code = find_code(cx->arena, event->request);
	if (event->id.len != 0 && code.len != 0 && !str_eq(event->id, code))
		return fail_field(cx, BLAME_POINTER, STR("/code"), "is another hotel than `id`");
	if (event->id.len != 0 && !code_is_valid(event->id))
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is no hotel of that id");
	match->params[0] = event->id.len != 0 ? event->id : code;
	match->nparams = match->params[0].len != 0;
	if (match->nparams == 0 && strchr(route->path, '{'))
		return refuse_without_hotel(exchange, event);
	return OK;
}

/* The one object that the list names. */
static enum err read_object(struct exchange *exchange, const struct hotel *hotel)
{
	const struct form *form = &exchange->match.route->takes;
	struct cx *cx = exchange->cx;
	struct str pointer = str_printf(cx->arena, "/%s", form->list);
	size_t i = 0;
	const struct field *field = shape_find(&hotel_shape, str_of(form->list), &i);
	const struct vec *list = field_of(field, hotel);
	struct str id;

	if (list->n != 1)
		return fail_field(cx, BLAME_POINTER, pointer, "must name one object");
	id = *shape_identity(form->shape, vec_at(list, 0, form->shape->size_bytes));
	if (id.len == 0)
		return fail_field(cx, BLAME_POINTER,
				  str_printf(cx->arena, STR_FMT "/0/" STR_FMT, STR_ARG(pointer),
					     STR_ARG(shape_identity_field(form->shape)->name)),
				  "is required");
	exchange->match.params[1] = id;
	exchange->match.nparams = 2;
	return OK;
}

/* What has no body over HTTP has the rest of its path in the request. */
static enum err read_path(struct exchange *exchange, const struct seed_event *event)
{
	const struct form *form = &exchange->match.route->takes;
	struct hotel hotel = { .code = STR("") };
	enum err err = OK;

	if (has_request(event))
		err = hotel_body_read_list(exchange, str_of(form->list), &hotel);
	if (err != OK || !form->list)
		return err;
	return read_object(exchange, &hotel);
}

enum err seed_event_read(struct exchange *exchange, const struct seed_event *event)
{
	const struct route *route = exchange->match.route;
	uint64_t max = exchange->options->body_max_bytes;
	enum err err;

	exchange->link = str_of(route->path);
	if (event->request.len > max)
		return fail(exchange->cx, ERR_LIMIT, "too_large",
			    "a request holds at most %llu bytes", (unsigned long long)max);
	err = read_hotel(exchange, event);
	if (err == OK && !(route->flags & ROUTE_BODY))
		err = read_path(exchange, event);
	return err;
}
