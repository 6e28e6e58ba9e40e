#include "api/hotel_routes.h"

#include "api/exchange.h"
#include "api/hotel_body.h"
#include "api/paging.h"
#include "model/hotel.h"
#include "model/shape_read.h"
#include "usecase/delete_hotel.h"
#include "usecase/get_hotel.h"
#include "usecase/list_hotels.h"
#include "usecase/save_hotel.h"
#include "usecase/save_rooms.h"
#include "usecase/wrapper.h"

static struct hotel_filter read_filters(const struct exchange *exchange)
{
	struct hotel_filter filter = { .name_part = STR("") };

	exchange_query(exchange, STR("q"), &filter.name_part);
	exchange_query(exchange, STR("city"), &filter.city);
	exchange_query(exchange, STR("chain"), &filter.chain);
	exchange_query(exchange, STR("brand"), &filter.brand);
	return filter;
}

enum err hotel_routes_list(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct result result = { .status = 200 };
	struct str next = STR("");
	const struct hotel_filter filter = read_filters(exchange);
	struct hotel_list list;
	struct paging paging;
	enum err err = paging_read(exchange, &paging);

	if (err == OK)
		err = list_hotels(exchange->app, cx, &filter, paging.after, paging.limit, &list);
	if (err != OK)
		return err;
	if (list.more)
		next = paging_next(exchange, &paging, list.last);
	result.body = wrapper_write_list(cx->arena, list.hotels, list.n, next);
	exchange_answer(exchange, &result);
	return OK;
}

/* A snapshot of a publication: none has been made, so there is none. */
static enum err check_view(struct exchange *exchange)
{
	struct cx *cx = exchange->cx;
	struct str text;

	if (exchange_query(exchange, STR("publication"), &text))
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is no such publication");
	if (exchange_query(exchange, STR("view"), &text) && str_eq(text, STR("published")))
		return fail(cx, ERR_NOT_FOUND, "not_found", "the hotel was never published");
	return OK;
}

enum err hotel_routes_get(struct exchange *exchange)
{
	struct str code = exchange->match.params[0];
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
	exchange_answer_read(exchange, &result);
	return OK;
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
		err = hotel_body_read(exchange, read_mode, &hotel);
	if (err != OK || exchange_defers(exchange))
		return err;
	if (exchange->match.nparams != 0)
		err = save_hotel(exchange->app, cx, &command, exchange->match.params[0], &hotel,
				 save_mode, &result);
	else if (hotel.code.len != 0)
		err = save_hotel(exchange->app, cx, &command, hotel.code, &hotel, save_mode,
				 &result);
	else
		err = save_hotel_create(exchange->app, cx, &command, &hotel, &result);
	return exchange_answer_write(exchange, err, &result);
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

enum err hotel_routes_save_rooms(struct exchange *exchange)
{
	struct hotel hotel = { .code = STR("") };
	struct result result = { .status = 200 };
	struct command command;
	enum err err = exchange_read_command(exchange, &command);

	if (err == OK)
		err = hotel_body_read_list(exchange, STR("buildings"), &hotel);
	if (err != OK || exchange_defers(exchange))
		return err;
	err = save_rooms(exchange->app, exchange->cx, &command, exchange->match.params[0], &hotel,
			 &result);
	return exchange_answer_write(exchange, err, &result);
}

enum err hotel_routes_delete(struct exchange *exchange)
{
	struct result result = { .status = 200 };
	struct command command;
	enum err err = exchange_read_command(exchange, &command);

	if (err != OK || exchange_defers(exchange))
		return err;
	err = delete_hotel(exchange->app, exchange->cx, &command, exchange->match.params[0],
			   &result);
	return exchange_answer_write(exchange, err, &result);
}
