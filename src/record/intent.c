#include "record/intent.h"

#include "record/batch.h"
#include "record/intent_record.h"
#include "record/item.h"
#include "record/key.h"

/* A hotel that others seal anew each time has writers that never rest. */
#define SETTLES_MAX 50

/* What the chunk that ends a part writes beside it: ctl, the header and the part. */
#define MARKS 3

struct finishing {
	struct cx cx; /* with an arena for one part */
	struct store *store;
	struct item ctl; /* sealed */
	struct intent intent;
};

static enum err commit_writes(struct finishing *finishing, struct batch *batch,
			      const struct write *writes, size_t n)
{
	const struct key none = { STR(""), STR("") };
	size_t conflict;

	for (size_t i = 0; i < n; i++) {
		struct write *slot = vec_push(&batch->writes, finishing->cx.arena, sizeof(*slot));

		*slot = writes[i];
	}
	return batch_commit(batch, finishing->store, none, &conflict);
}

/* Only while ctl is as it was sealed: whoever finished it, or has written since, has changed its token. */
static void check_ctl(struct batch *batch, const struct item *ctl)
{
	batch_check(batch, ctl->key, ctl->rev);
	batch_if_token(batch, item_text(ctl, STR("wt")));
}

static enum err commit_chunk(struct finishing *finishing, const struct write *writes, size_t n)
{
	struct batch batch;

	batch_init(&batch, &finishing->cx);
	check_ctl(&batch, &finishing->ctl);
	return commit_writes(finishing, &batch, writes, n);
}

/* Whoever loads the parts that are left, and then what is there, has it all: the part goes together with its last writes. */
static enum err commit_last_chunk(struct finishing *finishing, const struct write *writes, size_t n)
{
	const struct item *ctl = &finishing->ctl;
	struct arena *arena = finishing->cx.arena;
	const uint64_t part = finishing->intent.next;
	struct intent left = finishing->intent;
	struct item settled;
	struct batch batch;

	batch_init(&batch, &finishing->cx);
	batch_delete(&batch, key_intent(arena, left.token, (unsigned)part), REV_ANY);
	left.next++;
	if (part < left.hashes.n) {
		check_ctl(&batch, ctl);
		intent_record_put_header(&batch, &left, part);
	} else {
		settled = intent_record_unseal(arena, ctl);
		batch_put_item(&batch, &settled, ctl->rev);
		batch_if_token(&batch, item_text(ctl, STR("wt")));
		batch_delete(&batch, key_intent(arena, left.token, 0), part);
	}
	return commit_writes(finishing, &batch, writes, n);
}

static enum err apply_part(struct finishing *finishing)
{
	const size_t most = finishing->store->api->max_writes;
	struct vec part = { NULL, 0, 0 };
	const struct write *writes;
	size_t done = 0;
	enum err err = intent_record_get_part(&finishing->cx, finishing->store, &finishing->intent,
					      finishing->intent.next, &part);

	writes = part.items;
	while (err == OK && part.n - done + MARKS > most) {
		size_t n = part.n - done < most - 1 ? part.n - done : most - 1;

		err = commit_chunk(finishing, writes + done, n);
		done += n;
	}
	return err == OK ? commit_last_chunk(finishing, writes + done, part.n - done) : err;
}

/* Not the store's failure but somebody who is at the same, or was; or a part that is lost. */
static bool is_overtaken(enum err err)
{
	return err == ERR_NOT_FOUND || err == ERR_CONFLICT || err == ERR_UNCERTAIN;
}

static enum err fail_stuck(struct finishing *finishing, struct str token, enum err err)
{
	if (err == ERR_NOT_FOUND)
		return fail(&finishing->cx, ERR_INTERNAL, "internal",
			    "intent " STR_FMT ": a part is missing", STR_ARG(token));
	finishing->cx.failure.retry_after_s = 1;
	return fail(&finishing->cx, ERR_UNAVAILABLE, "unavailable",
		    "the write before this one can not be finished yet");
}

/* Part by part, each time from what ctl and header say then: somebody else may be at the same. */
static enum err finish_parts(struct finishing *finishing, struct str code, struct str token)
{
	const struct key ctl = { code, KEY_CTL };
	uint64_t stuck = UINT64_MAX; /* where the last try was overtaken */

	for (;;) {
		struct intent *intent = &finishing->intent;
		enum err err;

		arena_reset(finishing->cx.arena, 0);
		cx_clear(&finishing->cx);
		err = store_get(finishing->store, &finishing->cx, ctl, &finishing->ctl);
		if (err == ERR_NOT_FOUND ||
		    (err == OK && !str_eq(item_text(&finishing->ctl, STR("intent")), token)))
			return OK;
		if (err != OK)
			return err;
		err = intent_record_get(&finishing->cx, finishing->store, token, intent);
		if (err == OK)
			err = apply_part(finishing);
		if (err != OK && !is_overtaken(err))
			return err;
		if (err != OK && intent->next == stuck)
			return fail_stuck(finishing, token, err);
		if (err != OK)
			stuck = intent->next;
	}
}

enum err intent_finish(struct cx *cx, struct store *store, struct str code, struct str token)
{
	struct finishing finishing = { .cx = *cx, .store = store };
	struct arena arena;
	enum err err;

	arena_init(&arena, 0); /* bounded by a part's limit */
	finishing.cx.arena = &arena;
	err = finish_parts(&finishing, code, token);
	fail_as(cx, err, &finishing.cx.failure);
	arena_close(&arena);
	return err;
}

enum err intent_settle(struct cx *cx, struct store *store, struct str code, struct ctl *out)
{
	for (unsigned i = 0; i < SETTLES_MAX; i++) {
		enum err err = record_get_ctl(cx, store, code, out);

		if (err != OK || out->intent.len == 0)
			return err;
		err = intent_finish(cx, store, code, out->intent);
		if (err != OK)
			return err;
	}
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is being written all the time", STR_ARG(code));
}
