#include "usecase/edit_changes.h"

#include "audit/history.h"
#include "model/shape_write.h"
#include "record/item.h"
#include "record/key.h"
#include "usecase/gate.h"
#include "usecase/membership.h"

#define OBJECTS_MAX 10000
#define DOCUMENT_BYTES_MAX ((uint64_t)4 << 20)

struct edit edit_begin(struct app *app, struct cx *cx, const struct command *command,
		       struct str code)
{
	struct edit edit = { .app = app, .cx = cx, .command = command };

	edit.ctl.next_number = 1;
	edit.head.hotel.code = code;
	edit.head.owner = cx->user;
	edit.author = cx->user;
	batch_init(&edit.batch, cx);
	return edit;
}

void edit_count_bytes(struct edit *edit, size_t before, size_t after)
{
	uint64_t *bytes = &edit->next.document_bytes;

	/* What came in behind our back was never counted: the sum must not wrap for it. */
	*bytes -= before < *bytes ? before : *bytes;
	*bytes += after;
}

enum err edit_check_limits(const struct edit *edit, uint64_t objects, uint64_t document_bytes)
{
	if (objects > OBJECTS_MAX && objects > edit->ctl.objects)
		return fail(edit->cx, ERR_LIMIT, "too_large", "a hotel holds at most %d objects",
			    OBJECTS_MAX);
	if (document_bytes > DOCUMENT_BYTES_MAX && document_bytes > edit->ctl.document_bytes)
		return fail(edit->cx, ERR_LIMIT, "too_large",
			    "a hotel's document holds at most %llu bytes",
			    (unsigned long long)DOCUMENT_BYTES_MAX);
	return OK;
}

/* Adds what differs to the edit's changes; false when nothing does. */
static bool note_changes(struct edit *edit, struct str kind, struct str id,
			 const struct shape *shape, const void *before, const void *after)
{
	size_t changes = edit->changes.n;

	history_compare(edit->cx->arena, kind, id, shape, before, after, &edit->changes);
	return edit->changes.n != changes;
}

/* Another hotel of the user may have the name, where another program made one of the two: then it is not this one's to give up. */
static enum err drop_name(struct edit *edit, struct str name)
{
	struct key key = key_name(edit->cx->arena, edit->head.owner, name);
	struct item item;
	enum err err = store_get(edit->app->store, edit->cx, key, &item);

	if (err == OK && str_eq(item_text(&item, STR("hotel")), edit->head.hotel.code))
		batch_delete(&edit->batch, key, REV_ANY);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err put_names(struct edit *edit, struct str old_name, const struct hotel *hotel)
{
	struct arena *arena = edit->cx->arena;
	struct vec attrs = { NULL, 0, 0 };
	enum err err = OK;

	if (edit->ctl.rev != 0 && str_eq(old_name, hotel->name))
		return OK;
	if (edit->ctl.rev != 0)
		err = drop_name(edit, old_name);
	edit->name_key = key_name(arena, edit->head.owner, hotel->name);
	item_add_text(arena, &attrs, STR("hotel"), hotel->code);
	batch_put(&edit->batch, edit->name_key, STR("name"), REV_ABSENT, edit->next.rev, &attrs);
	return err;
}

/* Who writes the counts of chains and brands waits for each other: between processes the counts' conditions decide. */
static enum err put_membership(struct edit *edit, const struct hotel *before,
			       const struct hotel *after)
{
	struct app *app = edit->app;
	enum err err = OK;

	if (!membership_differs(before, after))
		return OK;
	if (!edit->in_chain_gate)
		err = gate_enter(app->chain_gates, edit->cx, CHAIN_GATE);
	if (err != OK)
		return err;
	edit->in_chain_gate = true;
	return membership_change(edit->cx, app->store, &edit->batch, before, after);
}

enum err edit_put_head(struct edit *edit, const struct hotel *hotel)
{
	const struct hotel *before = edit->ctl.rev == 0 ? NULL : &edit->head.hotel;
	const struct head old = edit->head;
	enum err err;

	if (!note_changes(edit, STR("hotel"), hotel->code, &hotel_shape, before, hotel))
		return OK;
	err = put_membership(edit, before, hotel);
	if (err != OK)
		return err;
	edit_count_bytes(edit,
			 before ? shape_own_text(edit->cx->arena, &hotel_shape, before).len : 0,
			 shape_own_text(edit->cx->arena, &hotel_shape, hotel).len);
	edit->head.hotel = *hotel;
	edit->head.last_updated_by = edit->author;
	edit->head_changed = true;
	record_put_head(&edit->batch, &edit->head, edit->head.rev, edit->next.rev);
	edit->head.rev = edit->next.rev;
	record_drop_listings(&edit->batch, &old, &edit->head);
	record_put_listings(&edit->batch, &edit->head, edit->next.rev);
	return put_names(edit, old.hotel.name, hotel);
}

bool edit_put_object(struct edit *edit, const struct kind *kind, const void *before,
		     struct stored stored, void *after)
{
	if (!note_changes(edit, kind->name, *kind_id(kind, after), kind->shape, before, after))
		return false;
	/* What another program put under its own key was never counted. */
	edit->next.objects += stored.rev == REV_ABSENT ? 1 : 0;
	stored.last_updated_by = edit->author;
	record_put_object(&edit->batch, kind, edit->head.hotel.code, after, &stored,
			  edit->next.rev);
	return true;
}

void edit_remove_object(struct edit *edit, const struct kind *kind, const void *before,
			struct str id, const struct stored *stored)
{
	note_changes(edit, kind->name, id, kind->shape, before, NULL);
	edit->next.objects -= stored->rev != REV_ABSENT && edit->next.objects != 0 ? 1 : 0;
	record_remove_object(&edit->batch, kind, edit->head.hotel.code, id, stored);
}

enum err edit_remove_head(struct edit *edit)
{
	const struct hotel *hotel = &edit->head.hotel;
	enum err err;

	note_changes(edit, STR("hotel"), hotel->code, &hotel_shape, hotel, NULL);
	record_remove_head(&edit->batch, &edit->head);
	record_drop_listings(&edit->batch, &edit->head, NULL);
	err = drop_name(edit, hotel->name);
	if (err != OK)
		return err;
	edit->next.deleted = true;
	edit->next.objects = 0;
	edit->next.document_bytes = 0;
	edit->rewritten = true;
	return put_membership(edit, hotel, NULL);
}

void edit_record_revision(struct edit *edit)
{
	struct str code = edit->head.hotel.code;
	const struct history_entry entry = {
		.event_name = edit->command->use_case,
		.user = edit->cx->user,
		.request_id = edit->cx->request_id,
		.changes = edit->changes,
	};

	history_record(&edit->batch, code, &edit->next, &entry);
	record_put_ctl(&edit->batch, code, &edit->ctl, &edit->next);
}
