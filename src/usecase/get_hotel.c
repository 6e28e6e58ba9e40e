#include "usecase/get_hotel.h"

#include "port/cache.h"
#include "port/store.h"
#include "record/document.h"
#include "usecase/etag.h"

/* A larger document takes its time to copy, for which the event thread's other clients would wait. */
#define AT_ONCE_MAX_BYTES (256 << 10)

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

enum err get_hotel(struct app *app, struct cx *cx, struct str code, struct result *result)
{
	struct str packed;
	struct ctl ctl;
	bool known;
	enum err err = find_cached(app, cx, code, UINT64_MAX, &ctl, result, &known);

	if (known || err != OK)
		return err;
	err = document_read(cx, app->store, code, &ctl, &packed);
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
