#include "api/hotel_routes.h"

#include "api/cursor.h"
#include "api/exchange.h"
#include "model/hotel.h"
#include "model/shape_read.h"
#include "usecase/add_room_type.h"
#include "usecase/etag.h"
#include "usecase/get_hotel.h"
#include "usecase/list_hotels.h"
#include "usecase/save_hotel.h"
#include "usecase/wrapper.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000
#define OBJECTS_A_REQUEST_MAX 90

static enum err not_built(struct exchange *exchange, const char *what)
{
	return fail(exchange->cx, ERR_INVALID, "not_implemented", "%s is not built yet", what);
}

static enum err read_limit(struct exchange *exchange, size_t *out)
{
	struct str text;
	uint64_t limit;

	*out = LIMIT_DEFAULT;
	if (!exchange_query(exchange, STR("limit"), &text))
		return OK;
	if (!str_to_u64(text, &limit) || limit < 1 || limit > LIMIT_MAX)
		return fail_field(exchange->cx, BLAME_PARAMETER, STR("limit"),
				  "must be from 1 to %d", LIMIT_MAX);
	*out = (size_t)limit;
	return OK;
}

static enum err refuse_filters(struct exchange *exchange)
{
	static const struct str filters[] = { STR_INIT("q"), STR_INIT("chain"), STR_INIT("brand"),
					      STR_INIT("city") };
	struct str value;

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		if (exchange_query(exchange, filters[i], &value))
			return not_built(exchange, "filtering hotels");
	}
	return OK;
}

static void add_link(struct exchange *exchange, size_t limit, struct str cursor)
{
	exchange_add_header(exchange, STR("Link"),
			    str_printf(exchange->cx->arena,
				       "<" STR_FMT STR_FMT "?limit=%zu&cursor=" STR_FMT
				       ">; rel=\"next\"",
				       STR_ARG(exchange->options->base_path),
				       STR_ARG(exchange->link), limit, STR_ARG(cursor)));
}

enum err hotel_routes_list(struct exchange *exchange)
{
	const struct str listing = STR("listHotels");
	struct cx *cx = exchange->cx;
	struct result result = { .status = 200 };
	struct str cursor = STR(""), after = STR("");
	struct hotel_list list;
	size_t limit;
	enum err err = read_limit(exchange, &limit);

	if (err == OK)
		err = refuse_filters(exchange);
	if (err == OK && exchange_query(exchange, STR("cursor"), &cursor))
		err = cursor_parse(cx, cursor, listing, &after);
	if (err == OK)
		err = list_hotels(exchange->app, cx, after, limit, &list);
	if (err != OK)
		return err;
	cursor = list.more ? cursor_write(cx->arena, listing, list.hotels[list.n - 1]->code)
			   : STR("");
	result.body = wrapper_write_list(cx->arena, list.hotels, list.n, cursor);
	exchange_answer(exchange, &result);
	if (list.more)
		add_link(exchange, limit, cursor);
	return OK;
}

/* A snapshot of a publication: none has been made, so there is none. */
static enum err check_view(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct str text;
	uint64_t number;

	if (exchange_query(exchange, STR("publication"), &text)) {
		if (!str_to_u64(text, &number) || number == 0)
			return fail_field(cx, BLAME_PARAMETER, STR("publication"),
					  "must be a number from 1");
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is no such publication");
	}
	if (!exchange_query(exchange, STR("view"), &text) || str_eq(text, STR("draft")))
		return OK;
	if (str_eq(text, STR("published")))
		return fail(cx, ERR_NOT_FOUND, "not_found", "the hotel was never published");
	return fail_field(cx, BLAME_PARAMETER, STR("view"), "must be draft or published");
}

enum err hotel_routes_get(struct exchange *exchange)
{
	struct str code = exchange->match.params[0];
	struct str if_none_match = exchange_list_header(exchange, STR("If-None-Match"));
	struct result result;
	bool known = true;
	enum err err = check_view(exchange);

	if (err != OK)
		return err;
	if (exchange->may_wait)
		err = get_hotel(exchange->app, exchange->cx, code, &result);
	else
		err = get_hotel_at_once(exchange->app, exchange->cx, code, &result, &known);
	exchange->deferred = !known;
	if (err != OK || !known)
		return err;
	exchange_answer(exchange, &result);
	exchange_add_header(exchange, STR("Cache-Control"), STR("no-cache"));
	if (if_none_match.len != 0 && etag_list_has(if_none_match, result.etag, true)) {
		exchange->answer->status = 304;
		exchange->answer->body = STR("");
	}
	return OK;
}

/* Reads the body as a hotel; a code in it must be the path's, where the path has one. */
static enum err read_hotel(struct exchange *exchange, enum shape_mode mode, struct hotel *out)
{
	struct cx *cx = exchange->cx;
	enum err err = shape_read(cx, exchange->request->body, &hotel_shape, mode, out);

	if (err != OK)
		return err;
	if (exchange->match.nparams != 0 && out->code.len != 0 &&
	    !str_eq(out->code, exchange->match.params[0]))
		return fail_field(cx, BLAME_POINTER, STR("/code"), "is not the code of the path");
	return OK;
}

/* Nested lists are saved with the head once that is built; until then nothing of such a request is. */
static enum err refuse_lists(struct exchange *exchange, const struct hotel *hotel)
{
	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		const struct field *field = &hotel_shape.fields[i];

		if ((field->flags & OWN_ROUTES) && (hotel->marks.given & (uint64_t)1 << i))
			return not_built(exchange, "saving nested lists with the hotel");
	}
	return OK;
}

static enum err answer_result(struct exchange *exchange, enum err err, const struct result *result)
{
	if (err == OK)
		exchange_answer(exchange, result);
	else if (result->etag.len != 0 && err == ERR_STALE)
		exchange_add_header(exchange, STR("ETag"), result->etag);
	return err;
}

static enum err save_head(struct exchange *exchange, enum shape_mode read_mode,
			  enum save_mode save_mode)
{
	struct cx *cx = exchange->cx;
	struct hotel hotel = { .code = STR("") };
	struct result result = { .status = 200 };
	struct command command;
	enum err err = exchange_read_command(exchange, &command);

	if (err == OK)
		err = read_hotel(exchange, read_mode, &hotel);
	if (err == OK)
		err = refuse_lists(exchange, &hotel);
	if (err != OK)
		return err;
	if (exchange->match.nparams != 0)
		err = save_hotel_head(exchange->app, cx, &command, exchange->match.params[0],
				      &hotel, save_mode, &result);
	else if (hotel.code.len != 0)
		err = save_hotel_head(exchange->app, cx, &command, hotel.code, &hotel, save_mode,
				      &result);
	else
		err = save_hotel_create(exchange->app, cx, &command, &hotel, &result);
	return answer_result(exchange, err, &result);
}

enum err hotel_routes_save(struct exchange *exchange)
{
	return save_head(exchange, SHAPE_WHOLE, SAVE_MERGE);
}

enum err hotel_routes_put(struct exchange *exchange)
{
	return save_head(exchange, SHAPE_WHOLE, SAVE_REPLACE);
}

enum err hotel_routes_patch(struct exchange *exchange)
{
	return save_head(exchange, SHAPE_PATCH, SAVE_MERGE);
}

/* Only `code` and the list concerned may be there, with 1 to 90 objects and no code twice. */
static enum err check_room_types(struct exchange *exchange, struct hotel *hotel)
{
	const struct vec *list = &hotel->room_types;
	struct cx *cx = exchange->cx;

	for (size_t i = 0; i < hotel_shape.nfields; i++) {
		const struct str name = hotel_shape.fields[i].name;

		if ((hotel->marks.given & (uint64_t)1 << i) && !str_eq(name, STR("code")) &&
		    !str_eq(name, STR("roomTypes")))
			fail_field(cx, BLAME_POINTER,
				   str_printf(cx->arena, "/" STR_FMT, STR_ARG(name)),
				   "does not belong into this request");
	}
	if (list->n == 0 || list->n > OBJECTS_A_REQUEST_MAX)
		fail_field(cx, BLAME_POINTER, STR("/roomTypes"), "must have 1 to %d objects",
			   OBJECTS_A_REQUEST_MAX);
	for (size_t i = 1; i < list->n && i < OBJECTS_A_REQUEST_MAX; i++) {
		const struct room_type *one = vec_at(list, i, sizeof(*one));

		for (size_t j = 0; j < i; j++) {
			const struct room_type *other = vec_at(list, j, sizeof(*other));

			if (one->code.len != 0 && str_eq(one->code, other->code))
				fail_field(cx, BLAME_POINTER,
					   str_printf(cx->arena, "/roomTypes/%zu/code", i),
					   "stands in the list twice");
		}
	}
	return cx->failure.code ? cx->failure.err : OK;
}

enum err hotel_routes_add_room_type(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct hotel hotel = { .code = STR("") };
	struct result result = { .status = 200 };
	struct command command;
	enum err err = exchange_read_command(exchange, &command);

	/* On a collection `*` concerns the objects that are added, not the hotel. */
	if (err == OK && str_eq(command.if_none_match, STR("*"))) {
		command.add_only = true;
		command.if_none_match = STR("");
	}
	if (err == OK)
		err = read_hotel(exchange, SHAPE_WHOLE, &hotel);
	if (err == OK)
		err = check_room_types(exchange, &hotel);
	if (err != OK)
		return err;
	err = add_room_type(exchange->app, cx, &command, exchange->match.params[0],
			    &hotel.room_types, &result);
	return answer_result(exchange, err, &result);
}
