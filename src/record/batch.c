#include "record/batch.h"

#include <string.h>

#include "port/item_size.h"
#include "record/item.h"

#define TOKEN_BYTES 16
#define TRIES_MAX 3

void batch_init(struct batch *batch, struct cx *cx)
{
	*batch = (struct batch){ .cx = cx, .token = rand_hex(cx->rand, cx->arena, TOKEN_BYTES) };
}

static size_t size_of(const struct write *write)
{
	const struct item item = { .key = write->key, .rev = write->rev, .attrs = write->attrs };

	return write->op == WRITE_PUT ? item_size(&item) : 0;
}

static void count_size(struct batch *batch, const struct write *write)
{
	size_t size = size_of(write);

	batch->bytes += size;
	if (size > ITEM_BYTES_MAX)
		batch->err =
			fail(batch->cx, ERR_LIMIT, "too_large",
			     "a record of %zu bytes is past the limit of %d", size, ITEM_BYTES_MAX);
}

void batch_put(struct batch *batch, struct key key, struct str type, uint64_t if_rev, uint64_t rev,
	       struct vec *attrs)
{
	struct arena *arena = batch->cx->arena;
	struct write *write = vec_push(&batch->writes, arena, sizeof(*write));

	if (!write)
		return;
	item_add_text(arena, attrs, STR("wt"), batch->token);
	item_add_text(arena, attrs, STR("et"), type);
	item_add_u64(arena, attrs, STR("sv"), ITEM_VERSION);
	*write = (struct write){ .op = WRITE_PUT, .key = key, .if_rev = if_rev, .rev = rev };
	write->attrs = (struct attrs){ attrs->items, attrs->n };
	count_size(batch, write);
}

void batch_if_token(struct batch *batch, struct str token)
{
	struct write *write;

	if (batch->writes.n == 0)
		return; /* memory was refused: nothing is committed */
	write = vec_at(&batch->writes, batch->writes.n - 1, sizeof(*write));
	write->if_token = token;
}

void batch_put_item(struct batch *batch, const struct item *item, uint64_t if_rev)
{
	struct write *write = vec_push(&batch->writes, batch->cx->arena, sizeof(*write));

	if (!write)
		return;
	*write = (struct write){ .op = WRITE_PUT,
				 .key = item->key,
				 .if_rev = if_rev,
				 .rev = item->rev,
				 .attrs = item->attrs };
	count_size(batch, write);
}

void batch_check(struct batch *batch, struct key key, uint64_t if_rev)
{
	struct write *write = vec_push(&batch->writes, batch->cx->arena, sizeof(*write));

	if (write)
		*write = (struct write){ .op = WRITE_CHECK, .key = key, .if_rev = if_rev };
}

const struct write *batch_find(const struct batch *batch, struct key key)
{
	for (size_t i = 0; i < batch->writes.n; i++) {
		const struct write *write = vec_at(&batch->writes, i, sizeof(*write));

		if (str_eq(write->key.item_type, key.item_type) &&
		    str_eq(write->key.code, key.code))
			return write;
	}
	return NULL;
}

void batch_drop(struct batch *batch, struct key key)
{
	const struct write *found = batch_find(batch, key);
	struct write *first = batch->writes.items;
	size_t i = found ? (size_t)(found - first) : 0;

	if (!found)
		return;
	batch->bytes -= size_of(found);
	memmove(first + i, first + i + 1, (batch->writes.n - i - 1) * sizeof(*first));
	batch->writes.n--;
}

void batch_delete(struct batch *batch, struct key key, uint64_t if_rev)
{
	struct write *write = vec_push(&batch->writes, batch->cx->arena, sizeof(*write));

	if (write)
		*write = (struct write){ .op = WRITE_DELETE, .key = key, .if_rev = if_rev };
}

/* What became of a commit whose answer was unclear: OK, CONFLICT, or UNCERTAIN still (not there, or not to be read). */
static enum err ask_witness(struct batch *batch, struct store *store, struct key witness)
{
	struct cx reading = *batch->cx;
	struct item item;

	cx_clear(&reading);
	if (witness.code.len == 0 || store_get(store, &reading, witness, &item) != OK)
		return ERR_UNCERTAIN;
	return str_eq(item_text(&item, STR("wt")), batch->token) ? OK : ERR_CONFLICT;
}

bool batch_fits(const struct batch *batch, const struct store *store, size_t more)
{
	return batch->writes.n + more <= store->api->max_writes &&
	       batch->bytes + more * BATCH_MORE_BYTES <= store->api->max_bytes;
}

enum err batch_commit(struct batch *batch, struct store *store, struct key witness,
		      size_t *conflict)
{
	const struct commit commit = { batch->writes.items, batch->writes.n, batch->token };
	struct cx *cx = batch->cx;
	enum err err = batch->err;
	bool unclear = false;

	if (err == OK)
		err = cx_check_memory(cx);
	if (err != OK)
		return err;
	if (commit.n > store->api->max_writes)
		return fail(cx, ERR_LIMIT, "too_large", "one commit holds at most %zu records",
			    store->api->max_writes);
	for (unsigned try = 0; try < TRIES_MAX; try++) {
		*conflict = 0;
		err = store_commit(store, cx, &commit, conflict);
		/* Once an answer was unclear, a later refusal may be of our own first try. */
		if (unclear && err != OK)
			err = ERR_UNCERTAIN;
		if (err != ERR_UNCERTAIN)
			break;
		unclear = true;
		err = ask_witness(batch, store, witness);
		if (err != ERR_UNCERTAIN)
			break;
	}
	if (unclear && err != ERR_UNCERTAIN)
		cx_clear(cx);
	return err;
}

/* As many of the writes as the store takes at once, at least one. */
static struct batch first_piece(const struct batch *batch, const struct store *store)
{
	struct batch piece = { .cx = batch->cx, .err = batch->err };

	piece.writes = (struct vec){ batch->writes.items, 0, 0 };
	while (piece.writes.n < batch->writes.n && piece.writes.n < store->api->max_writes) {
		const struct write *next = vec_at(&batch->writes, piece.writes.n, sizeof(*next));
		size_t size = size_of(next);

		if (piece.writes.n != 0 && piece.bytes + size > store->api->max_bytes)
			break;
		piece.bytes += size;
		piece.writes.n++;
	}
	return piece;
}

enum err batch_commit_pieces(struct batch *batch, struct store *store)
{
	const struct key none = { STR(""), STR("") };
	struct batch rest = *batch;
	enum err err = cx_check_memory(batch->cx);

	while (err == OK && rest.writes.n != 0) {
		struct batch piece = first_piece(&rest, store);
		size_t conflict;

		piece.token = rand_hex(batch->cx->rand, batch->cx->arena, TOKEN_BYTES);
		err = batch_commit(&piece, store, none, &conflict);
		rest.writes.items = (struct write *)rest.writes.items + piece.writes.n;
		rest.writes.n -= piece.writes.n;
	}
	if (err != ERR_UNCERTAIN)
		return err;
	cx_clear(batch->cx);
	return fail(batch->cx, ERR_UNAVAILABLE, "unavailable",
		    "the store does not say whether it has what comes before the write");
}
