#include "usecase/get_hotel.h"

#include "port/cache.h"
#include "port/store.h"
#include "record/document.h"
#include "usecase/etag.h"
#include "usecase/gate.h"

/* A larger document takes its time to copy, for which the event thread's other clients would wait. */
#define AT_ONCE_MAX_BYTES (256 << 10)
/* A hotel that was written during each of so many readings has writers that leave no time for one: those of this process are kept
 * out then, and what is still written during so many is written by others. */
#define READINGS_MAX 3
#define READINGS_ALONE_MAX 50

static enum err not_found(struct cx *cx, struct str code)
{
	return fail(cx, ERR_NOT_FOUND, "not_found", "there is no hotel " STR_FMT, STR_ARG(code));
}

static void answer(struct cx *cx, const struct ctl *ctl, struct str packed, struct result *result)
{
	*result = (struct result){
		.status = 200,
		.body = document_body(packed),
		.etag = etag_hotel(cx->arena, ctl),
	};
}

/* Reads what every answer is checked against: the cache is believed only for the commit that `ctl` names now. */
static enum err find_cached(struct app *app, struct cx *cx, struct str code, uint64_t max_bytes,
			    struct ctl *ctl, struct result *result, bool *known)
{
	struct str packed;
	enum err err = record_find_ctl(cx, app->store, code, ctl);

	*known = false;
	if (err == ERR_NOT_FOUND || (err == OK && ctl->deleted)) {
		*known = true;
		return not_found(cx, code);
	}
	if (err != OK)
		return err;
	if (ctl->document_bytes > max_bytes || ctl->rev == 0)
		return OK;
	*known = cache_get(app->cache, cx->arena, code, ctl->rev, &packed) &&
		 document_is_of(packed, ctl->token);
	if (*known)
		answer(cx, ctl, packed, result);
	return OK;
}

enum err get_hotel_at_once(struct app *app, struct cx *cx, struct str code, struct result *result,
			   bool *known)
{
	struct ctl ctl;
	enum err err;

	*known = false;
	if (!app->store->api->is_local)
		return OK;
	err = find_cached(app, cx, code, AT_ONCE_MAX_BYTES, &ctl, result, known);
	if (*known || err == OK)
		return err;
	cx_clear(cx); /* the worker that asks again reports it */
	return OK;
}

/* CONFLICT (not noted) when it was written during each of so many readings. */
static enum err find_or_read(struct app *app, struct cx *cx, struct str code, unsigned readings,
			     struct result *result)
{
	struct str packed;
	struct ctl ctl;
	bool known;
	enum err err = find_cached(app, cx, code, UINT64_MAX, &ctl, result, &known);

	if (known || err != OK)
		return err;
	err = document_read(cx, app->store, code, readings, &ctl, &packed);
	if (err == ERR_NOT_FOUND)
		return not_found(cx, code);
	if (err != OK)
		return err;
	answer(cx, &ctl, packed, result);
	if (ctl.rev == 0)
		return OK; /* nobody's commit tells when it is old */
	/* What is there may have this revision or a higher one, of a hotel that was imported over. */
	cache_drop(app->cache, code);
	cache_put(app->cache, code, ctl.rev, packed);
	return OK;
}

/* Of many who wait here the first one reads, and the others find what it has cached. */
static enum err find_or_read_alone(struct app *app, struct cx *cx, struct str code,
				   struct result *result)
{
	enum err err = gate_enter(app->gates, cx, code);

	if (err != OK)
		return err;
	err = find_or_read(app, cx, code, READINGS_ALONE_MAX, result);
	gate_leave(app->gates, code);
	return err;
}

enum err get_hotel(struct app *app, struct cx *cx, struct str code, struct result *result)
{
	enum err err = find_or_read(app, cx, code, READINGS_MAX, result);

	if (err == ERR_CONFLICT)
		err = find_or_read_alone(app, cx, code, result);
	if (err != ERR_CONFLICT)
		return err;
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is being written all the time", STR_ARG(code));
}
