#include "command/copy_chains.h"

#include "command/chain_content.h"
#include "record/item.h"
#include "usecase/import_chain.h"

static const struct str partitions[] = { STR_INIT("~chain"), STR_INIT("~brand") };

#define PARTITIONS (sizeof(partitions) / sizeof(partitions[0]))

static struct str hash_of(struct arena *arena, const struct item *record)
{
	const struct item content = chain_content(arena, record);

	return item_hash(arena, &content);
}

static struct known_chain *find_known(const struct copy_chains *run, struct key key)
{
	for (size_t i = 0; i < run->known.n; i++) {
		struct known_chain *known = vec_at(&run->known, i, sizeof(*known));

		if (str_eq(known->key.item_type, key.item_type) &&
		    str_eq(known->key.code, key.code))
			return known;
	}
	return NULL;
}

static void remember(struct copy_chains *run, struct key key, struct str hash)
{
	struct known_chain *known = find_known(run, key);

	if (known && str_eq(known->hash, hash))
		return;
	if (!known) {
		known = vec_push(&run->known, run->arena, sizeof(*known));
		if (!known)
			return;
		known->key.code = str_dup(run->arena, key.code);
		known->key.item_type = str_dup(run->arena, key.item_type);
	}
	known->hash = str_dup(run->arena, hash);
}

/* The target's is what the source had. */
static bool is_earlier(const struct copy_chains *run, const struct item *ours, struct str hash)
{
	const struct known_chain *known = find_known(run, ours->key);

	return known && str_eq(known->hash, hash);
}

static enum err look(struct copy_chains *run, const struct item *theirs, struct copied *out)
{
	struct copier *copier = run->copier;
	struct cx *to = &copier->to;
	struct str hash = hash_of(to->arena, theirs), our_hash = STR("");
	struct item ours, content = chain_content(to->arena, theirs);
	enum err err = store_get(copier->target->store, to, theirs->key, &ours);

	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	if (err == OK)
		our_hash = hash_of(to->arena, &ours);
	if (err == OK && str_eq(hash, our_hash)) {
		remember(run, theirs->key, hash);
		return OK;
	}
	if (err == OK && !copier->replaces && !is_earlier(run, &ours, our_hash))
		return fail(to, ERR_CONFLICT, "exists",
			    "there is another one of that code, which --replace replaces");
	err = import_chain(copier->target, to, &content, true);
	if (err != OK)
		return err;
	out->state = COPIED_WRITTEN;
	remember(run, theirs->key, hash);
	return OK;
}

static enum err copy_one(struct copy_chains *run, const struct item *theirs)
{
	struct copier *copier = run->copier;
	struct copied copied = { .state = COPIED_NOTHING };
	enum err err;

	arena_reset(copier->to.arena, copier->to.arena->cap_bytes);
	err = copier_settle(copier, look(run, theirs, &copied), &copied);
	if (err == OK)
		run->take(run->state, theirs->key, &copied);
	return err;
}

static enum err find_other(struct copy_chains *run, const struct item *ours)
{
	struct copied copied = { .state = COPIED_DIFFERS,
				 .why = STR("the source has none of that code") };
	struct copier *copier = run->copier;
	struct item theirs;
	enum err err;

	arena_reset(copier->from.arena, copier->from.arena->cap_bytes);
	err = store_get(copier->source, &copier->from, ours->key, &theirs);
	if (err != ERR_NOT_FOUND)
		return copier_settle(copier, err, &copied);
	run->take(run->state, ours->key, &copied);
	return OK;
}

/* `pages` is the cx that reads; the other one is free while a record is looked at. */
static enum err walk(struct copy_chains *run, struct store *store, struct cx *pages,
		     struct str partition,
		     enum err (*each)(struct copy_chains *, const struct item *))
{
	struct query query = { .code = partition };
	struct page page = { .more = true };
	struct arena last;
	enum err err = OK;

	arena_init(&last, 0);
	while (err == OK && page.more) {
		arena_reset(pages->arena, pages->arena->cap_bytes);
		err = store_query(store, pages, &query, &page);
		for (size_t i = 0; err == OK && i < page.n; i++)
			err = each(run, &page.items[i]);
		if (err == OK && page.n != 0) {
			arena_reset(&last, 0);
			query.after = str_dup(&last, page.items[page.n - 1].key.item_type);
		}
	}
	arena_close(&last);
	return err;
}

enum err copy_chains(struct copy_chains *run)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < PARTITIONS; i++)
		err = walk(run, run->copier->source, &run->copier->from, partitions[i], copy_one);
	return err;
}

enum err copy_chains_find_others(struct copy_chains *run)
{
	struct copier *copier = run->copier;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < PARTITIONS; i++)
		err = walk(run, copier->target->store, &copier->to, partitions[i], find_other);
	if (err != OK && copier->to.failure.code)
		fail_as(&copier->from, err, &copier->to.failure);
	return err;
}
