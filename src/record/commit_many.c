#include "record/commit_many.h"

#include "port/item_size.h"
#include "record/intent.h"
#include "record/intent_record.h"
#include "record/item.h"
#include "record/key.h"

#define TOKEN_BYTES 16

/* What the seal's own attributes add to ctl. */
#define SEAL_BYTES 100

struct sealing {
	struct batch *batch;
	struct store *store;
	struct cx
		cx; /* with an arena of its own: what was allowed to the request is for the batch */
	struct key witness;
	size_t ctl;  /* index of its write */
	bool *waits; /* of each write */
	struct str token;
	struct intent intent;
};

static const struct write *write_at(const struct sealing *sealing, size_t i)
{
	return vec_at(&sealing->batch->writes, i, sizeof(struct write));
}

static bool is_key(struct key a, struct key b)
{
	return str_eq(a.item_type, b.item_type) && str_eq(a.code, b.code);
}

static bool is_ctl_put(const struct write *write)
{
	return write->op == WRITE_PUT && str_eq(write->key.item_type, KEY_CTL);
}

/* The one write of a ctl. */
static bool find_ctl(struct sealing *sealing)
{
	size_t found = 0;

	for (size_t i = 0; i < sealing->batch->writes.n; i++) {
		if (is_ctl_put(write_at(sealing, i))) {
			sealing->ctl = i;
			found++;
		}
	}
	return found == 1;
}

/* First the hotel's own records, which readers of a sealed hotel look for; listings only where nothing else helps. */
enum turn { OWN_RECORDS, OTHER_RECORDS, TURNS };

static bool may_wait(const struct sealing *sealing, size_t i, enum turn turn)
{
	const struct write *write = write_at(sealing, i);
	bool own = str_eq(write->key.code, write_at(sealing, sealing->ctl)->key.code);

	if (i == sealing->ctl || write->op == WRITE_CHECK || is_key(write->key, sealing->witness) ||
	    intent_record_entry_bytes(write) > INTENT_PART_BYTES_MAX)
		return false;
	return turn == OWN_RECORDS ? own : !own && write->if_rev == REV_ANY;
}

static size_t size_of(const struct write *write)
{
	const struct item item = { write->key, write->rev, write->attrs };

	return write->op == WRITE_PUT ? item_size(&item) : 0;
}

/* What the batch ends with waits first: history's parts, then objects. False when the seal does not fit even so. */
static bool choose_waiting(struct sealing *sealing)
{
	const struct store_api *api = sealing->store->api;
	size_t n = sealing->batch->writes.n + 1; /* the header is looked at too */
	size_t bytes = sealing->batch->bytes + SEAL_BYTES;

	for (enum turn turn = OWN_RECORDS; turn < TURNS; turn++) {
		for (size_t i = sealing->batch->writes.n; i-- > 0;) {
			if (n <= api->max_writes && bytes <= api->max_bytes)
				return true;
			if (sealing->waits[i] || !may_wait(sealing, i, turn))
				continue;
			sealing->waits[i] = true;
			n--;
			bytes -= size_of(write_at(sealing, i));
		}
	}
	return n <= api->max_writes && bytes <= api->max_bytes;
}

static struct vec pick(struct sealing *sealing, bool waiting)
{
	struct vec picked = { NULL, 0, 0 };

	for (size_t i = 0; i < sealing->batch->writes.n; i++) {
		struct write *slot;

		if (sealing->waits[i] != waiting)
			continue;
		slot = vec_push(&picked, sealing->cx.arena, sizeof(*slot));
		*slot = *write_at(sealing, i);
	}
	return picked;
}

/* Reachable from nothing. */
static enum err write_parts(struct sealing *sealing)
{
	const struct vec waiting = pick(sealing, true);
	const size_t most = sealing->store->api->max_bytes / 4;
	struct batch parts;

	batch_init(&parts, &sealing->cx);
	intent_record_add(&parts, sealing->token, write_at(sealing, sealing->ctl)->key.code,
			  &waiting, most < INTENT_PART_BYTES_MAX ? most : INTENT_PART_BYTES_MAX,
			  &sealing->intent);
	return batch_commit_pieces(&parts, sealing->store);
}

/* The index in the whole batch of a write of the seal; ctl's for what is in no batch. */
static size_t index_of(const struct sealing *sealing, size_t of_seal)
{
	for (size_t i = 0; i < sealing->batch->writes.n; i++) {
		if (!sealing->waits[i] && of_seal-- == 0)
			return i;
	}
	return sealing->ctl;
}

/* The header must be there still: `check` removes what nobody has sealed for long. */
static enum err commit_seal(struct sealing *sealing, size_t *conflict)
{
	struct batch seal = *sealing->batch;
	size_t own = 0;
	enum err err;

	seal.writes = pick(sealing, false);
	for (size_t i = 0; i < seal.writes.n; i++) {
		struct write *write = vec_at(&seal.writes, i, sizeof(*write));

		if (is_ctl_put(write))
			*write = intent_record_seal(sealing->cx.arena, write, sealing->token);
	}
	*(struct write *)vec_push(&seal.writes, sealing->cx.arena, sizeof(struct write)) =
		(struct write){ .op = WRITE_CHECK,
				.key = key_intent(sealing->cx.arena, sealing->token, 0),
				.if_rev = sealing->intent.next };
	err = batch_commit(&seal, sealing->store, sealing->witness, &own);
	*conflict = err == ERR_CONFLICT ? index_of(sealing, own) : 0;
	return err;
}

/* Nothing leads to them, and nothing ever will; what is left of them `check` removes. */
static void drop_parts(struct sealing *sealing)
{
	struct batch parts;

	cx_clear(&sealing->cx);
	batch_init(&parts, &sealing->cx);
	for (unsigned i = 0; i <= sealing->intent.hashes.n; i++)
		batch_delete(&parts, key_intent(sealing->cx.arena, sealing->token, i), REV_ANY);
	if (batch_commit_pieces(&parts, sealing->store) != OK)
		cx_clear(&sealing->cx);
}

static enum err seal(struct sealing *sealing, size_t *conflict)
{
	struct str code = write_at(sealing, sealing->ctl)->key.code;
	enum err err = write_parts(sealing);

	if (err != OK) {
		fail_as(sealing->batch->cx, err, &sealing->cx.failure);
		drop_parts(sealing);
		return err;
	}
	err = commit_seal(sealing, conflict);
	if (err == OK) {
		cx_clear(&sealing->cx);
		if (intent_finish(&sealing->cx, sealing->store, code, sealing->token) != OK)
			cx_clear(&sealing->cx);
	} else if (err != ERR_UNCERTAIN) {
		drop_parts(sealing);
	}
	return err;
}

static enum err commit_by_intent(struct batch *batch, struct store *store, struct key witness,
				 size_t *conflict)
{
	struct sealing sealing = {
		.batch = batch, .store = store, .cx = *batch->cx, .witness = witness
	};
	struct arena arena;
	enum err err = cx_check_memory(batch->cx);

	if (err != OK)
		return err;
	arena_init(&arena, 0); /* bounded by what waits */
	sealing.cx.arena = &arena;
	sealing.waits = arena_array(&arena, batch->writes.n, sizeof(*sealing.waits));
	sealing.token = rand_hex(sealing.cx.rand, &arena, TOKEN_BYTES);
	if (find_ctl(&sealing) && choose_waiting(&sealing))
		err = seal(&sealing, conflict);
	else
		err = fail(batch->cx, ERR_LIMIT, "too_large",
			   "one commit of %s holds at most %zu records and %zu bytes",
			   store->api->name, store->api->max_writes, store->api->max_bytes);
	arena_close(&arena);
	return err;
}

enum err commit_many(struct batch *batch, struct store *store, struct key witness, size_t *conflict)
{
	if (batch->err != OK || batch_fits(batch, store, 0))
		return batch_commit(batch, store, witness, conflict);
	return commit_by_intent(batch, store, witness, conflict);
}
