#include "usecase/check_hotel.h"

#include "record/commit_many.h"
#include "record/intent.h"
#include "record/item.h"
#include "record/key.h"

/* A name that leads to another hotel is taken from it only when that hotel has another one. */
static enum err may_take_name(struct cx *cx, struct store *store, struct key key, bool *may,
			      uint64_t *rev)
{
	struct head other;
	struct item item;
	struct key others;
	struct ctl ctl;
	enum err err = store_get(store, cx, key, &item);

	*may = err == ERR_NOT_FOUND;
	*rev = REV_ABSENT;
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	*rev = item.rev;
	err = intent_settle(cx, store, item_text(&item, STR("hotel")), &ctl);
	if (err == OK || err == ERR_NOT_FOUND)
		err = record_get_head(cx, store, item_text(&item, STR("hotel")), &other);
	*may = err == ERR_NOT_FOUND;
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	others = key_name(cx->arena, other.owner, other.hotel.name);
	*may = !str_eq(others.code, key.code) || !str_eq(others.item_type, key.item_type);
	return OK;
}

static enum err repair_name(struct batch *batch, struct store *store, const struct head *head)
{
	struct arena *arena = batch->cx->arena;
	struct key key = key_name(arena, head->owner, head->hotel.name);
	struct vec attrs = { NULL, 0, 0 };
	uint64_t rev;
	bool may;
	enum err err = may_take_name(batch->cx, store, key, &may, &rev);

	if (err != OK || !may)
		return err;
	item_add_text(arena, &attrs, STR("hotel"), head->hotel.code);
	batch_put(batch, key, STR("name"), rev, head->rev, &attrs);
	return OK;
}

enum err check_hotel_repair(struct cx *cx, struct store *store, struct str code,
			    const struct hotel_check *check)
{
	bool wrong[FINDING_LEFTOVER + 1] = { false };
	const struct key none = { STR(""), STR("") };
	struct ctl ctl = check->ctl;
	struct batch batch;
	struct str token;
	size_t conflict;
	enum err err = OK;

	/* Somebody has begun a write since the hotel was settled for the check. */
	if (check->has_ctl && check->ctl.intent.len != 0)
		return ERR_CONFLICT;
	for (size_t i = 0; i < check->findings.list.n; i++)
		wrong[findings_at(&check->findings, i)->kind] = true;
	batch_init(&batch, cx);
	/* What is derived from the head is of the head's commit. */
	token = batch.token;
	batch.token = check->head_token;
	if (wrong[FINDING_LISTING] && check->has_head)
		record_put_listings(&batch, &check->head, check->head.rev);
	if (wrong[FINDING_NAME] && check->has_head)
		err = repair_name(&batch, store, &check->head);
	batch.token = token;
	wrong[FINDING_COUNT] = wrong[FINDING_COUNT] && check->has_ctl;
	if (err != OK || !check->has_ctl || (batch.writes.n == 0 && !wrong[FINDING_COUNT]))
		return err;
	if (wrong[FINDING_COUNT]) {
		ctl.objects = check->objects;
		record_put_ctl(&batch, code, &check->ctl, &ctl);
	} else {
		batch_check(&batch, (struct key){ code, KEY_CTL }, check->ctl.rev);
		batch_if_token(&batch, check->ctl.token);
	}
	return commit_many(&batch, store, none, &conflict);
}
