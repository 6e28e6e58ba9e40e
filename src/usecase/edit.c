#include "usecase/edit.h"

#include "audit/history.h"
#include "port/cache.h"
#include "record/commit_many.h"
#include "record/document.h"
#include "record/intent.h"
#include "record/key.h"
#include "usecase/adopt_hotel.h"
#include "usecase/answer.h"
#include "usecase/etag.h"
#include "usecase/gate.h"
#include "usecase/idempotency.h"
#include "usecase/known_state.h"
#include "usecase/membership.h"

/* Losing the race against other processes so often means that the hotel is too contended (domain.md 2.2). */
#define TRIES_MAX 10

/* What an answer takes once its body and ETag are there: headers. */
#define ANSWER_BYTES_MAX 4096

/* What a try stands on. */
enum footing { MAY_GUESS, MUST_READ, NOTHING_THERE };

/* The cached document, where it is that of the edit's ctl. */
static bool find_document(const struct edit *edit, struct document *out)
{
	struct arena *arena = edit->cx->arena;
	struct str packed;

	if (!cache_get(edit->app->cache, arena, edit->head.hotel.code, edit->ctl.rev, &packed) ||
	    !document_is_of(packed, edit->ctl.token))
		return false;
	*out = document_unpack(packed, arena);
	return true;
}

/* A cached document takes the changes over before anybody is answered; one that is not cached stays so, and one that
 * there is no memory for becomes so: no reader wants its old revision. */
static void update_cache(struct edit *edit)
{
	struct arena *arena = edit->cx->arena;
	struct str code = edit->head.hotel.code;
	struct document document;
	struct str packed;

	if (edit->rewritten) {
		cache_drop(edit->app->cache, code);
		return;
	}
	if (!find_document(edit, &document))
		return;
	document.token = edit->next.token;
	if (edit->head_changed)
		document_put_head(&document, arena, &edit->head.hotel);
	for (size_t i = 0; i < edit->objects.n; i++) {
		const struct edit_object *object = vec_at(&edit->objects, i, sizeof(*object));

		document_put_object(&document, arena, object->kind, object->id, object->text);
	}
	packed = document_pack(&document, arena);
	if (!arena->refused)
		cache_put(edit->app->cache, code, edit->next.rev, packed);
}

/* What is new by what was known is known from now on; of a hotel that was just made everything is. */
static void add_names(struct edit *edit)
{
	if (edit->ctl.rev == 0 && !edit->rewritten)
		edit->names = known_names_none();
	for (size_t i = 0; i < edit->objects.n; i++) {
		const struct edit_object *object = vec_at(&edit->objects, i, sizeof(*object));

		if (!known_names_may_have(&edit->names, object->kind, object->id))
			known_names_add(&edit->names, edit->cx->arena, object->kind, object->id);
	}
}

/* What this process knows of the hotel, for those who read and write it next. */
static void remember(struct edit *edit)
{
	add_names(edit);
	update_cache(edit);
	if (edit->next.deleted)
		known_state_drop(edit->app, edit->cx, edit->head.hotel.code);
	else
		known_state_put(edit->app, edit->cx, &edit->next, &edit->head, &edit->names);
}

/* ctl, head and objects were read one after the other, and no commit proves them to be of one revision: that there is
 * nothing to write holds only when ctl is still the same. */
static enum err check_unmoved(struct edit *edit)
{
	struct ctl now;
	enum err err = record_get_ctl(edit->cx, edit->app->store, edit->head.hotel.code, &now);

	if (err == ERR_NOT_FOUND || (err == OK && !record_is_same_ctl(&edit->ctl, &now)))
		return ERR_CONFLICT;
	return err;
}

/* Commits what the plan has gathered. CONFLICT, not noted: somebody was faster, read again. */
static enum err finish(struct edit *edit, struct result *result, uint64_t if_rev)
{
	struct str code = edit->head.hotel.code;
	struct key witness;
	size_t conflict = 0;
	enum err err = edit->changes.n != 0 ? edit_check_limits(edit, edit->next.objects,
								edit->next.document_bytes)
					    : check_unmoved(edit);

	if (err != OK)
		return err;
	if (edit->changes.n != 0) {
		edit_record_revision(edit);
		if (!edit->on_object)
			result->etag = etag_hotel(edit->cx->arena, &edit->next);
		witness = history_key(edit->cx->arena, code, edit->next.rev);
	} else {
		witness = key_idempotency(edit->cx->arena, edit->cx->user,
					  edit->command->idempotency_key);
	}
	err = answer_check(edit->cx, result->body, edit->command->answer_max_bytes);
	if (err == OK)
		err = idempotency_record(edit->app, &edit->batch, edit->command, result, if_rev);
	if (err != OK || edit->batch.writes.n == 0)
		return err;
	/* What waits in an intent has no condition of its own, so it must have been read. */
	if (edit->is_unread && !batch_fits(&edit->batch, edit->app->store, 0))
		return ERR_CONFLICT;
	err = commit_many(&edit->batch, edit->app->store, witness, &conflict);
	if (err == ERR_CONFLICT && edit->name_key.code.len != 0) {
		const struct write *write = vec_at(&edit->batch.writes, conflict, sizeof(*write));

		/* Of the names in that partition only the new one has a condition. */
		if (str_eq(write->key.code, edit->name_key.code))
			return fail(edit->cx, ERR_CONFLICT, "exists",
				    "this user has another hotel of that name");
	}
	if (err != OK)
		return err;
	if (edit->changes.n != 0)
		remember(edit);
	/* What is written is answered, whatever the cache has left of the memory. */
	arena_extend(edit->cx->arena, ANSWER_BYTES_MAX);
	return OK;
}

static enum err read_stored(struct edit *edit)
{
	struct str code = edit->head.hotel.code;
	struct store *store = edit->app->store;
	enum err err = record_find_ctl(edit->cx, store, code, &edit->ctl);

	if (err == OK && edit->ctl.intent.len != 0)
		err = intent_settle(edit->cx, store, code, &edit->ctl);
	if (err == OK && !edit->ctl.deleted)
		err = record_get_head(edit->cx, store, code, &edit->head);
	return err;
}

static enum err check_condition(struct edit *edit, struct result *result)
{
	struct cx *cx = edit->cx;

	return edit->on_object
		       ? OK
		       : etag_check(cx, edit->command, etag_hotel(cx->arena, &edit->ctl), result);
}

/* What another program wrote becomes ours before it is changed. A hotel shows the same then as before, so its condition is that of before;
 * what was done behind our back is a revision of its own. */
static enum err take_over(struct edit *edit, struct result *result)
{
	bool is_new = edit->ctl.rev == 0;
	enum err err = is_new ? check_condition(edit, result) : OK;
	enum adoption adoption = ADOPTION_NONE;
	struct ctl left;

	if (err == OK)
		err = adopt_hotel(edit->app, edit->cx, edit->head.hotel.code, &adoption, &left);
	if (err == OK)
		err = read_stored(edit);
	/* uncovered: another process writes between the two calls above */
	if (err == OK && !record_is_same_ctl(&left, &edit->ctl))
		return ERR_CONFLICT;
	/* uncovered: another process adopts the hotel before we do */
	if (err == OK && is_new != (adoption == ADOPTION_MADE))
		return ERR_CONFLICT;
	return err != OK || is_new ? err : check_condition(edit, result);
}

static enum err read_hotel(struct edit *edit, bool may_guess, struct result *result)
{
	struct str code = edit->head.hotel.code;
	struct cx *cx = edit->cx;
	struct document document;
	enum err err;

	edit->guessed = may_guess &&
			known_state_get(edit->app, cx, code, &edit->ctl, &edit->head, &edit->names);
	err = edit->guessed ? OK : read_stored(edit);
	if (err == ERR_NOT_FOUND || (err == OK && edit->ctl.deleted))
		return fail(cx, ERR_NOT_FOUND, "not_found", "there is no hotel " STR_FMT,
			    STR_ARG(code));
	if (err == OK && (edit->ctl.rev == 0 || edit->head.rev == REV_NONE))
		err = take_over(edit, result);
	else if (err == OK)
		err = check_condition(edit, result);
	/* A change costs what it replaces as well as what the request brought. */
	arena_allow(cx->arena, 4 * edit->ctl.document_bytes);
	if (err == OK && may_guess && !edit->names.complete && find_document(edit, &document))
		edit->names = known_names_of(&document, cx->arena);
	return err;
}

/* What came of a guess counts only when the commit's conditions have proven it, or when the store itself failed. */
static enum err settle_guess(struct edit *edit, enum err err)
{
	if (!edit->guessed || err == OK || err == ERR_UNCERTAIN || err == ERR_UNAVAILABLE)
		return err;
	known_state_drop(edit->app, edit->cx, edit->head.hotel.code);
	cx_clear(edit->cx);
	arena_extend(edit->cx->arena,
		     0); /* memory by the size of what was guessed may have been too little */
	return ERR_CONFLICT;
}

/* What was done behind our back is a revision of its own; then the write is done again. */
static enum err enter_foreign(struct edit *edit)
{
	enum adoption adoption;
	struct ctl left;
	enum err err = adopt_hotel(edit->app, edit->cx, edit->head.hotel.code, &adoption, &left);

	/* uncovered: how an adoption fails is tested where take_over begins one */
	return err == OK ? ERR_CONFLICT : err;
}

static enum err try_once(struct app *app, struct cx *cx, const struct command *command,
			 struct str code, enum footing footing, const struct edit_plan *plan,
			 struct result *result)
{
	struct edit edit = edit_begin(app, cx, command, code);
	uint64_t if_rev;
	bool done;
	enum err err;

	edit.on_object = plan->on_object;
	*result = (struct result){ .status = 200 };
	err = idempotency_find(app, cx, command, result, &done, &if_rev);
	if (err != OK || done)
		return err;
	err = footing == NOTHING_THERE ? etag_check(cx, command, STR(""), result)
				       : read_hotel(&edit, footing == MAY_GUESS, result);
	edit.next = edit.ctl;
	edit.next.rev++;
	edit.next.token = edit.batch.token;
	if (err == OK)
		err = plan->apply(plan, &edit, result);
	if (err == OK && !edit.has_foreign)
		err = finish(&edit, result, if_rev);
	if (edit.in_chain_gate)
		gate_leave(app->chain_gates, CHAIN_GATE);
	if (err == OK && edit.has_foreign)
		err = enter_foreign(&edit);
	return settle_guess(&edit, err);
}

/* One try inside the hotel's gate. */
static enum err try_alone(struct app *app, struct cx *cx, const struct command *command,
			  struct str code, enum footing footing, const struct edit_plan *plan,
			  struct result *result)
{
	enum err err = gate_enter(app->gates, cx, code);

	if (err != OK)
		return err;
	err = try_once(app, cx, command, code, footing, plan, result);
	gate_leave(app->gates, code);
	return err;
}

static enum err retry(struct app *app, struct cx *cx, const struct command *command,
		      struct str code, const struct edit_plan *plan, struct result *result)
{
	for (unsigned try = 0; try < TRIES_MAX; try++) {
		size_t used_bytes = cx->arena->used_bytes;
		enum err err = try_alone(app, cx, command, code, try == 0 ? MAY_GUESS : MUST_READ,
					 plan, result);

		if (err != ERR_CONFLICT || cx->failure.code)
			return err;
		/* Others made this try vain: the next one has as much memory. */
		arena_allow(cx->arena, cx->arena->used_bytes - used_bytes);
	}
	cx->failure.retry_after_s = 1;
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is written by too many at once", STR_ARG(code));
}

enum err edit_run(struct app *app, struct cx *cx, const struct command *command, struct str code,
		  const struct edit_plan *plan, struct result *result)
{
	struct claim claim;
	enum err err = idempotency_claim(app, cx, command, &claim);

	if (err != OK)
		return err;
	err = retry(app, cx, command, code, plan, result);
	idempotency_release(app, &claim);
	return err;
}

enum err edit_create(struct app *app, struct cx *cx, const struct command *command, struct str code,
		     const struct edit_plan *plan, struct result *result)
{
	return try_alone(app, cx, command, code, NOTHING_THERE, plan, result);
}
