#include "command/copy_answers.h"

#include "record/batch.h"
#include "record/commit_many.h"
#include "record/item.h"
#include "usecase/idempotency.h"

/* Enough to make a commit worth its while. */
#define COMMIT_RECORDS 100

/* A partition from its last key to its first: the parts of a long answer stand behind the record that leads to them, and so come first. */
struct reverse {
	struct store *store;
	struct cx *cx;
	struct arena last; /* has the key that the page at hand was asked for by */
	struct query query;
	struct page page;
	size_t at;
};

static void reverse_open(struct reverse *walk, struct store *store, struct cx *cx, struct str code)
{
	*walk = (struct reverse){ .store = store, .cx = cx, .page = { .more = true } };
	walk->query = (struct query){ .code = code, .backwards = true };
	arena_init(&walk->last, 0);
}

static bool reverse_has_page_left(const struct reverse *walk)
{
	return walk->at < walk->page.n;
}

/* The next page in place of the one before, in an arena emptied; *out NULL behind the last item. */
static enum err reverse_look(struct reverse *walk, const struct item **out)
{
	*out = NULL;
	while (!reverse_has_page_left(walk) && walk->page.more) {
		enum err err;

		if (walk->page.n != 0) {
			struct str last = walk->page.items[walk->page.n - 1].key.item_type;

			arena_reset(&walk->last, 0);
			walk->query.after = str_dup(&walk->last, last);
		}
		arena_reset(walk->cx->arena, walk->cx->arena->cap_bytes);
		err = store_query(walk->store, walk->cx, &walk->query, &walk->page);
		if (err != OK)
			return err;
		walk->at = 0;
	}
	if (reverse_has_page_left(walk))
		*out = &walk->page.items[walk->at];
	return OK;
}

static void reverse_close(struct reverse *walk)
{
	arena_close(&walk->last);
}

struct answers {
	struct copier *copier;
	struct copied *out;
	struct reverse source, target;
	struct cx cx; /* of the batch: what is in it is of one page of the source */
	struct batch batch;
	bool has_others; /* the target has another answer to some key */
};

static bool is_same(struct arena *arena, const struct item *a, const struct item *b)
{
	return str_eq(item_hash(arena, a), item_hash(arena, b));
}

static enum err flush(struct answers *answers)
{
	struct batch *batch = &answers->batch;
	struct key witness = { STR(""), STR("") };
	size_t conflict;
	enum err err = OK;

	if (batch->writes.n != 0) {
		answers->out->state = COPIED_WRITTEN;
		err = commit_many(batch, answers->copier->target->store, witness, &conflict);
	}
	arena_reset(answers->cx.arena, 0);
	batch_init(batch, &answers->cx);
	return err;
}

/* The target's record under the source's key; NULL: there is none. */
static enum err find(struct answers *answers, struct str item_type, const struct item **found)
{
	while (true) {
		enum err err = reverse_look(&answers->target, found);
		int order = *found ? str_cmp((*found)->key.item_type, item_type) : -1;

		if (order < 0)
			*found = NULL;
		if (err != OK || order <= 0)
			return err;
		answers->target.at++;
	}
}

static enum err take(struct answers *answers, const struct item *item)
{
	struct copier *copier = answers->copier;
	const size_t max_writes = copier->target->store->api->max_writes;
	const struct item *found;
	enum err err = find(answers, item->key.item_type, &found);

	if (err != OK || idempotency_is_expired(&copier->from, item))
		return err;
	if (found && is_same(answers->cx.arena, found, item)) {
		answers->out->records++;
		return OK;
	}
	if (found && !copier->replaces && !idempotency_is_expired(&copier->to, found)) {
		answers->has_others = true;
		return OK;
	}
	batch_put_item(&answers->batch, item, found ? found->rev : REV_ABSENT);
	return answers->batch.writes.n < COMMIT_RECORDS && answers->batch.writes.n < max_writes
		       ? OK
		       : flush(answers);
}

static enum err take_all(struct answers *answers)
{
	while (true) {
		const struct item *item = NULL;
		enum err err = OK;

		if (!reverse_has_page_left(&answers->source))
			err = flush(answers);
		if (err == OK)
			err = reverse_look(&answers->source, &item);
		if (err != OK || !item)
			return err;
		err = take(answers, item);
		answers->source.at++;
		if (err != OK)
			return err;
	}
}

enum err copy_answers(struct copier *copier, struct str partition, struct copied *out)
{
	struct answers answers = { .copier = copier, .out = out, .cx = copier->to };
	struct arena arena;
	enum err err;

	*out = (struct copied){ .state = COPIED_NOTHING };
	arena_init(&arena, 0);
	answers.cx.arena = &arena;
	batch_init(&answers.batch, &answers.cx);
	reverse_open(&answers.source, copier->source, &copier->from, partition);
	reverse_open(&answers.target, copier->target->store, &copier->to, partition);
	err = take_all(&answers);
	if (err != OK && answers.cx.failure.code)
		fail_as(&copier->to, err, &answers.cx.failure);
	if (err == OK && answers.has_others) {
		out->state = COPIED_REFUSED;
		out->why = STR("the target has another answer to the same Idempotency-Key");
	}
	reverse_close(&answers.source);
	reverse_close(&answers.target);
	arena_close(&arena);
	return copier_settle(copier, err, out);
}
