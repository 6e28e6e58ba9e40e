#include "usecase/check_intent.h"

#include "codec/instant.h"
#include "record/batch.h"
#include "record/hotel_record.h"
#include "record/intent.h"
#include "record/item.h"
#include "record/key.h"

/* No write takes so long between its first part and its seal (domain.md 2.4). */
#define YOUNG_MS ((int64_t)60 * 60 * 1000)

struct leftover {
	struct str token;
	struct str hotel;
	struct ctl ctl; /* rev 0: the hotel has none */
};

static bool is_young(struct cx *cx, const struct item *item)
{
	int64_t at_ms;

	return instant_parse(item_text(item, STR("at")), &at_ms) &&
	       clock_wall_ms(cx->clock) - at_ms < YOUNG_MS;
}

/* *is: it is old, and no ctl names it. A ctl that can not be read may. */
static enum err judge(struct cx *cx, struct store *store, struct str partition,
		      struct leftover *leftover, bool *is)
{
	const struct query query = { .code = partition, .limit = 1 };
	struct page page;
	enum err err = store_query(store, cx, &query, &page);

	*is = false;
	if (err != OK || page.n == 0 || is_young(cx, &page.items[0]))
		return err;
	*leftover = (struct leftover){
		.token = str_sub(partition, KEY_INTENT_PREFIX.len, partition.len),
		.hotel = item_text(&page.items[0], STR("hotel")),
	};
	err = leftover->hotel.len == 0 ? ERR_NOT_FOUND
				       : record_get_ctl(cx, store, leftover->hotel, &leftover->ctl);
	if (err == ERR_INTERNAL)
		cx_clear(cx);
	*is = err == ERR_NOT_FOUND || (err == OK && !str_eq(leftover->ctl.intent, leftover->token));
	return err == ERR_NOT_FOUND || err == ERR_INTERNAL ? OK : err;
}

enum err check_intent(struct cx *cx, struct store *store, struct str partition,
		      struct findings *findings)
{
	struct leftover leftover;
	bool is;
	enum err err = judge(cx, store, partition, &leftover, &is);

	if (err == OK && is)
		findings_add(findings, FINDING_LEFTOVER, (struct key){ partition, STR("") },
			     "is of a write of hotel " STR_FMT " that never happened",
			     STR_ARG(leftover.hotel));
	return err;
}

/* Without its header no ctl may name it any more. */
static enum err remove_header(struct cx *cx, struct store *store, const struct leftover *leftover)
{
	const struct key none = { STR(""), STR("") };
	struct batch batch;
	size_t conflict;

	batch_init(&batch, cx);
	batch_delete(&batch, key_intent(cx->arena, leftover->token, 0), REV_ANY);
	if (leftover->hotel.len != 0)
		batch_check(&batch, (struct key){ leftover->hotel, KEY_CTL }, leftover->ctl.rev);
	if (leftover->ctl.rev != REV_ABSENT)
		batch_if_token(&batch, leftover->ctl.token);
	return batch_commit(&batch, store, none, &conflict);
}

static enum err remove_rest(struct cx *cx, struct store *store, struct str partition)
{
	struct query query = { .code = partition };
	struct page page = { .more = true };
	enum err err = OK;

	while (err == OK && page.more) {
		struct batch batch;

		batch_init(&batch, cx);
		err = store_query(store, cx, &query, &page);
		for (size_t i = 0; err == OK && i < page.n; i++)
			batch_delete(&batch, page.items[i].key, REV_ANY);
		if (err == OK && page.n != 0) {
			query.after = page.items[page.n - 1].key.item_type;
			err = batch_commit_pieces(&batch, store);
		}
	}
	return err;
}

enum err check_intent_remove(struct cx *cx, struct store *store, struct str partition)
{
	struct leftover leftover;
	bool is;
	enum err err = judge(cx, store, partition, &leftover, &is);

	/* Another intent of the hotel's is finished first: a check of ctl needs a settled one. */
	if (err == OK && is && leftover.ctl.intent.len != 0) {
		err = intent_settle(cx, store, leftover.hotel, &leftover.ctl);
		if (err == ERR_NOT_FOUND)
			err = ERR_CONFLICT;
	}
	if (err == OK && is)
		err = remove_header(cx, store, &leftover);
	if (err == OK && is)
		err = remove_rest(cx, store, partition);
	return err;
}
