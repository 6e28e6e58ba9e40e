#include "usecase/idempotency.h"

#include "base/buf.h"
#include "codec/instant.h"
#include "record/item.h"
#include "record/key.h"

#define KEPT_MS ((int64_t)24 * 60 * 60 * 1000)
#define PART_BYTES_MAX ((size_t)300 * 1000)
/* Expired records removed with each new one: more than come, so that they do not pile up. */
#define SWEPT_MAX 4

static struct key record_key(struct cx *cx, const struct command *command)
{
	return key_idempotency(cx->arena, cx->user, command->idempotency_key);
}

enum err idempotency_claim(struct app *app, struct cx *cx, const struct command *command,
			   struct claim *claim)
{
	struct buf buf;
	enum err err;

	*claim = (struct claim){ .next = NULL };
	if (command->idempotency_key.len == 0)
		return OK;
	buf_init(&buf, cx->arena);
	buf_add(&buf, cx->user);
	buf_add_char(&buf, '\0'); /* users have none: one name for caller and key */
	buf_add(&buf, command->idempotency_key);
	err = cx_check_memory(cx);
	if (err != OK)
		return err;
	if (gate_claim(app->gates, claim, buf_str(&buf)))
		return OK;
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_CONFLICT, "in_flight",
		    "the first request with this Idempotency-Key is still running");
}

void idempotency_release(struct app *app, struct claim *claim)
{
	if (claim->name.len != 0)
		gate_release(app->gates, claim);
}

bool idempotency_is_expired(const struct cx *cx, const struct item *item)
{
	int64_t expires_ms;

	return !instant_parse(item_text(item, STR("expires")), &expires_ms) ||
	       expires_ms <= clock_wall_ms(cx->clock);
}

static enum err read_body(struct app *app, struct cx *cx, const struct item *record,
			  struct str *out)
{
	struct str token = item_text(record, STR("wt"));
	uint64_t parts = item_u64(record, STR("parts"));
	struct buf buf;

	if (parts == 0) {
		*out = item_text(record, STR("body"));
		return OK;
	}
	buf_init(&buf, cx->arena);
	for (unsigned part = 1; part <= parts; part++) {
		struct key key = key_idempotency_part(cx->arena, record->key, token, part);
		struct item item;
		enum err err = store_get(app->store, cx, key, &item);

		if (err == ERR_NOT_FOUND)
			return fail(cx, ERR_INTERNAL, "internal", "a stored answer lacks part %u",
				    part);
		if (err != OK)
			return err;
		buf_add(&buf, item_text(&item, STR("body")));
	}
	*out = buf_str(&buf);
	return cx_check_memory(cx);
}

enum err idempotency_find(struct app *app, struct cx *cx, const struct command *command,
			  struct result *result, bool *done, uint64_t *if_rev)
{
	struct item record;
	enum err err;

	*done = false;
	*if_rev = REV_ABSENT;
	if (command->idempotency_key.len == 0)
		return OK;
	err = store_get(app->store, cx, record_key(cx, command), &record);
	if (err == ERR_NOT_FOUND)
		return OK;
	if (err != OK)
		return err;
	*if_rev = record.rev;
	if (idempotency_is_expired(cx, &record))
		return OK;
	if (!str_eq(item_text(&record, STR("request")), command->request_hash))
		return fail(cx, ERR_CONFLICT, "key_reused",
			    "this Idempotency-Key belongs to another request");
	*done = true;
	*result = (struct result){
		.status = (unsigned)item_u64(&record, STR("status")),
		.etag = item_text(&record, STR("etag")),
		.location = item_text(&record, STR("location")),
		.replayed = true,
	};
	return read_body(app, cx, &record, &result->body);
}

/* Long answers: parts of commits before, under the record's token, and so reachable only once the record is there. */
static enum err write_parts(struct app *app, struct cx *cx, struct key record, struct str token,
			    struct str body, struct str expires, uint64_t *parts)
{
	struct batch batch;

	batch_init(&batch, cx);
	for (*parts = 0; body.len != 0; (*parts)++) {
		struct vec attrs = { NULL, 0, 0 };
		size_t len = body.len < PART_BYTES_MAX ? body.len : PART_BYTES_MAX;

		while (len < body.len && ((unsigned char)body.ptr[len] & 0xc0) == 0x80)
			len--; /* a part is a text: never cut inside a character */
		item_add_text(cx->arena, &attrs, STR("body"), str_sub(body, 0, len));
		item_add_text(cx->arena, &attrs, STR("expires"), expires);
		batch_put(&batch,
			  key_idempotency_part(cx->arena, record, token, (unsigned)*parts + 1),
			  STR("idempotency"), REV_ANY, 1, &attrs);
		body = str_sub(body, len, body.len);
	}
	return batch_commit_pieces(&batch, app->store);
}

/* A few records of the same partition, wherever chance looks, are removed when they have expired: as many as the commit has room for
 * beside the answer's own. */
static enum err sweep(struct app *app, struct batch *batch, struct key own)
{
	struct cx *cx = batch->cx;
	struct query query = { .code = own.code, .limit = SWEPT_MAX };
	struct page page;
	enum err err;

	if (!batch_fits(batch, app->store, SWEPT_MAX + 1))
		return OK;
	query.after = rand_hex(cx->rand, cx->arena, 2);
	err = store_query(app->store, cx, &query, &page);
	if (err == OK && page.n == 0) {
		query.after = STR("");
		err = store_query(app->store, cx, &query, &page);
	}
	for (size_t i = 0; err == OK && i < page.n; i++) {
		const struct item *item = &page.items[i];

		if (!str_starts(item->key.item_type, own.item_type) &&
		    idempotency_is_expired(cx, item))
			batch_delete(batch, item->key, item->rev);
	}
	return err;
}

enum err idempotency_record(struct app *app, struct batch *batch, const struct command *command,
			    const struct result *result, uint64_t if_rev)
{
	struct cx *cx = batch->cx;
	struct arena *arena = cx->arena;
	struct str expires = instant_write(arena, clock_wall_ms(cx->clock) + KEPT_MS);
	struct key key = record_key(cx, command);
	struct vec attrs = { NULL, 0, 0 };
	uint64_t parts = 0;
	enum err err = OK;

	if (command->idempotency_key.len == 0)
		return OK;
	if (result->body.len > PART_BYTES_MAX)
		err = write_parts(app, cx, key, batch->token, result->body, expires, &parts);
	if (err == OK)
		err = sweep(app, batch, key);
	if (err != OK)
		return err;
	item_add_text(arena, &attrs, STR("request"), command->request_hash);
	item_add_u64(arena, &attrs, STR("status"), result->status);
	item_add_text(arena, &attrs, STR("etag"), result->etag);
	item_add_text(arena, &attrs, STR("location"), result->location);
	item_add_text(arena, &attrs, STR("expires"), expires);
	item_add_u64(arena, &attrs, STR("parts"), parts);
	item_add_text(arena, &attrs, STR("body"), parts == 0 ? result->body : STR(""));
	batch_put(batch, key, STR("idempotency"), if_rev, if_rev + 1, &attrs);
	return OK;
}
