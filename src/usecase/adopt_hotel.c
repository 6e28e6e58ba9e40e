#include "usecase/adopt_hotel.h"

#include "audit/history.h"
#include "model/shape_write.h"
#include "record/commit_many.h"
#include "record/intent.h"
#include "record/item.h"
#include "record/key.h"
#include "record/object_key.h"
#include "record/objects.h"
#include "usecase/edit_changes.h"
#include "usecase/gate.h"

/* Losing the race against other processes so often means that the hotel is too contended. */
#define TRIES_MAX 10

/* A hotel of 4 MiB takes some 40; another program knows no limit. */
#define BYTES_MAX ((size_t)256 << 20)

static const struct command migrate = { .use_case = STR_INIT("migrate") };
static const struct command external = { .use_case = STR_INIT("external") };

struct adopting {
	struct edit edit;
	struct head head; /* as it is stored */
	struct objects objects;
};

static struct object *object_at(const struct adopting *adopting, size_t i)
{
	return vec_at(&adopting->objects.list, i, sizeof(struct object));
}

static bool is_foreign(const struct object *object)
{
	return object->stored.rev == REV_NONE || object->stored.old_rev != REV_ABSENT;
}

static bool has_foreign(const struct adopting *adopting)
{
	bool found = adopting->head.rev == REV_NONE;

	for (size_t i = 0; !found && i < adopting->objects.list.n; i++)
		found = is_foreign(object_at(adopting, i));
	return found;
}

/* A change that nobody saw happen; both values may be empty. */
static void note(struct edit *edit, const struct kind *kind, struct str id, struct str old_value,
		 struct str new_value, const char *what)
{
	struct arena *arena = edit->cx->arena;
	struct history_change *change = vec_push(&edit->changes, arena, sizeof(*change));
	struct str kind_name = kind ? kind->name : STR("hotel");

	if (!change)
		return;
	*change = (struct history_change){
		.object_name =
			str_printf(arena, STR_FMT " " STR_FMT, STR_ARG(kind_name), STR_ARG(id)),
		.field_name = STR(""),
		.old_value = old_value,
		.new_value = new_value,
	};
	change->comment = str_printf(arena, STR_FMT " %s.", STR_ARG(change->object_name), what);
}

/* What we wrote last, as far as it is known. */
static enum err find_listed(struct adopting *adopting, struct head *out)
{
	struct edit *edit = &adopting->edit;
	enum err err = record_get_listed(edit->cx, edit->app->store, edit->head.hotel.code, out);

	if (err == ERR_NOT_FOUND)
		*out = adopting->head;
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err put_head(struct adopting *adopting)
{
	struct edit *edit = &adopting->edit;
	const struct head *head = &adopting->head;
	enum err err = OK;

	if (edit->ctl.rev == 0)
		edit->head.owner = head->owner;
	else
		err = find_listed(adopting, &edit->head);
	edit->head.rev = head->rev;
	edit->author = head->last_updated_by;
	if (err == OK)
		err = edit_put_head(edit, &head->hotel);
	if (err != OK || edit->head_changed)
		return err;
	note(edit, NULL, head->hotel.code, STR(""), STR(""),
	     "was written by another program, and says the same");
	edit->head.last_updated_by = head->last_updated_by;
	record_put_head(&edit->batch, &edit->head, head->rev, edit->next.rev);
	record_put_listings(&edit->batch, &edit->head, edit->next.rev);
	return OK;
}

/* Two hotels of one name are two hotels: the one that has it keeps it. */
static enum err settle_name(struct edit *edit)
{
	struct item item;
	enum err err = ERR_NOT_FOUND;

	if (edit->name_key.code.len != 0)
		err = store_get(edit->app->store, edit->cx, edit->name_key, &item);
	if (err == OK)
		batch_drop(&edit->batch, edit->name_key);
	return err == ERR_NOT_FOUND ? OK : err;
}

/* Ours counts; history keeps what the other record says. */
static enum err remove_twin(struct edit *edit, const struct object *object)
{
	struct cx *cx = edit->cx;
	const struct stored twin = { .rev = REV_ABSENT, .old_rev = object->stored.old_rev };
	struct key key = { edit->head.hotel.code,
			   object_key_old(cx->arena, object->kind, object->id) };
	void *value = arena_alloc(cx->arena, object->kind->shape->size_bytes);
	struct item item;
	enum err err = value ? store_get(edit->app->store, cx, key, &item) : cx_check_memory(cx);

	if (err == ERR_NOT_FOUND)
		return ERR_CONFLICT;
	if (err != OK)
		return err;
	*kind_id(object->kind, value) = object->id;
	err = item_read(cx, object->kind->shape, &item, value);
	note(edit, object->kind, object->id, shape_own_text(cx->arena, object->kind->shape, value),
	     STR(""), "was written by another program under its own key: ours counts");
	record_remove_object(&edit->batch, object->kind, key.code, object->id, &twin);
	return err;
}

static enum err put_object(struct edit *edit, const struct object *object)
{
	const struct stored *stored = &object->stored;

	edit->author = stored->last_updated_by;
	if (edit->ctl.rev == 0) {
		edit_put_object(edit, object->kind, NULL, *stored, object->value);
		return OK;
	}
	if (stored->old_rev != REV_ABSENT && stored->rev != REV_ABSENT && stored->rev != REV_NONE)
		return remove_twin(edit, object);
	note(edit, object->kind, object->id, STR(""),
	     shape_own_text(edit->cx->arena, object->kind->shape, object->value),
	     "was written by another program");
	record_put_object(&edit->batch, object->kind, edit->head.hotel.code, object->value, stored,
			  edit->next.rev);
	return OK;
}

/* What is there now, whatever ctl has counted. */
static void count(struct adopting *adopting)
{
	struct arena *arena = adopting->edit.cx->arena;
	struct ctl *next = &adopting->edit.next;

	next->objects = adopting->objects.list.n;
	next->document_bytes = shape_own_text(arena, &hotel_shape, &adopting->head.hotel).len;
	for (size_t i = 0; i < adopting->objects.list.n; i++) {
		const struct object *object = object_at(adopting, i);

		objects_embed(&adopting->objects, object->kind, object->value);
		next->document_bytes += shape_text(arena, object->kind->shape, object->value).len;
	}
}

static enum err gather(struct adopting *adopting)
{
	struct edit *edit = &adopting->edit;
	enum err err = OK;

	edit->next = edit->ctl;
	edit->next.rev++;
	edit->next.token = edit->batch.token;
	if (adopting->head.rev == REV_NONE)
		err = put_head(adopting);
	else
		edit->head = adopting->head;
	for (size_t i = 0; err == OK && i < adopting->objects.list.n; i++) {
		if (edit->ctl.rev == 0 || is_foreign(object_at(adopting, i)))
			err = put_object(edit, object_at(adopting, i));
	}
	if (err == OK)
		err = settle_name(edit);
	if (err != OK)
		return err;
	count(adopting);
	return edit_check_limits(edit, edit->next.objects, edit->next.document_bytes);
}

static enum err commit(struct edit *edit)
{
	struct key witness = history_key(edit->cx->arena, edit->head.hotel.code, edit->next.rev);
	size_t conflict = 0;

	edit_record_revision(edit);
	return commit_many(&edit->batch, edit->app->store, witness, &conflict);
}

/* A head that was ours, or history that is: then ctl is not missing but lost. */
static enum err check_unowned(struct adopting *adopting)
{
	const struct edit *edit = &adopting->edit;
	struct str code = edit->head.hotel.code;
	struct item item;
	enum err err = adopting->head.rev != REV_NONE
			       ? OK
			       : store_get(edit->app->store, edit->cx,
					   history_key(edit->cx->arena, code, 1), &item);

	if (err == OK)
		return fail(edit->cx, ERR_INTERNAL, "internal",
			    "hotel " STR_FMT " has lost its control record ctl", STR_ARG(code));
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err adopt(struct adopting *adopting, enum adoption *out)
{
	struct edit *edit = &adopting->edit;
	struct store *store = edit->app->store;
	struct str code = edit->head.hotel.code;
	enum err err = intent_settle(edit->cx, store, code, &edit->ctl);
	bool has_ctl = err == OK;

	*out = ADOPTION_NONE;
	if ((!has_ctl && err != ERR_NOT_FOUND) || edit->ctl.deleted)
		return err;
	err = objects_read(edit->cx, store, code, edit->cx->arena, &adopting->head,
			   &adopting->objects);
	if (err != OK)
		return err;
	if (adopting->head.rev == 0 && !has_ctl)
		*out = ADOPTION_NO_HOTEL;
	if (adopting->head.rev == 0 || (has_ctl && !has_foreign(adopting)))
		return OK;
	edit->command = has_ctl ? &external : &migrate;
	if (!has_ctl)
		err = check_unowned(adopting);
	if (err == OK)
		err = gather(adopting);
	if (err == OK)
		err = commit(edit);
	if (edit->in_chain_gate)
		gate_leave(edit->app->chain_gates, CHAIN_GATE);
	if (err == OK)
		*out = has_ctl ? ADOPTION_TAKEN : ADOPTION_MADE;
	if (err == OK)
		edit->ctl = edit->next;
	return err;
}

enum err adopt_hotel(struct app *app, struct cx *cx, struct str code, enum adoption *out,
		     struct ctl *ctl)
{
	struct adopting adopting;
	struct cx own = *cx;
	struct arena arena;
	enum err err;

	/* What a request may take is for what it asks, not for what others have left. */
	arena_init(&arena, BYTES_MAX);
	own.arena = &arena;
	cx_clear(&own);
	adopting = (struct adopting){ .edit = edit_begin(app, &own, &migrate, code) };
	err = adopt(&adopting, out);
	*ctl = adopting.edit.ctl;
	ctl->token = str_dup(cx->arena, ctl->token);
	ctl->history_hash = str_dup(cx->arena, ctl->history_hash);
	if (err != OK && own.failure.code)
		fail(cx, err, own.failure.code, STR_FMT,
		     STR_ARG(own.failure.nblames != 0 ? own.failure.blames[0].detail
						      : own.failure.detail));
	arena_close(&arena);
	return err;
}

enum err migrate_hotel(struct app *app, struct cx *cx, struct str code, enum adoption *out)
{
	for (unsigned try = 0; try < TRIES_MAX; try++) {
		struct ctl ctl;
		enum err err = gate_enter(app->gates, cx, code);

		if (err != OK)
			return err;
		err = adopt_hotel(app, cx, code, out, &ctl);
		gate_leave(app->gates, code);
		if (err != ERR_CONFLICT || cx->failure.code)
			return err;
	}
	return fail(cx, ERR_UNAVAILABLE, "unavailable",
		    "hotel " STR_FMT " is written by too many at once", STR_ARG(code));
}
