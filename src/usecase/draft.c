#include "usecase/draft.h"

#include <stdlib.h>
#include <string.h>

#include "model/shape_write.h"
#include "record/objects.h"

/* Conditions that a write of ninety room types has room for in one commit of a hundred. */
#define UNREAD_CHECKS_MAX 4

static struct draft_object *at(const struct draft *draft, size_t i)
{
	return vec_at(&draft->objects, i, sizeof(struct draft_object));
}

/* Of two records ours counts: nothing is to be entered. */
static void note_foreign(struct edit *edit, const struct stored *stored)
{
	edit->has_foreign |= stored->rev == REV_NONE ||
			     (stored->rev == REV_ABSENT && stored->old_rev != REV_ABSENT);
}

void draft_begin(struct draft *draft, struct edit *edit)
{
	*draft = (struct draft){ .edit = edit };
}

enum err draft_begin_whole(struct draft *draft, struct edit *edit)
{
	struct cx *cx = edit->cx;
	struct objects objects = { { NULL, 0, 0 } };
	struct head head;
	enum err err = OK;

	*draft = (struct draft){ .edit = edit, .whole = true };
	edit->is_unread = false;
	if (edit->ctl.rev == 0)
		return OK;
	arena_allow(cx->arena, edit->ctl.objects * DRAFT_OBJECT_BYTES);
	err = objects_read(cx, edit->app->store, edit->head.hotel.code, cx->arena, &head, &objects);
	for (size_t i = 0; err == OK && i < objects.list.n; i++) {
		const struct object *object = vec_at(&objects.list, i, sizeof(*object));
		struct draft_object *slot = vec_push(&draft->objects, cx->arena, sizeof(*slot));

		if (!slot)
			return cx_check_memory(cx);
		*slot = (struct draft_object){ .kind = object->kind,
					       .id = object->id,
					       .stored = object->stored,
					       .before = object->value,
					       .after = object->value };
		note_foreign(edit, &object->stored);
	}
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct draft_object *one = a, *other = b;

	return object_order(one->kind, one->id, other->kind, other->id);
}

/* Among the first n, which are in order. */
static struct draft_object *find_known(const struct draft *draft, size_t n, const struct kind *kind,
				       struct str id)
{
	const struct draft_object key = { .kind = kind, .id = id };
	const struct vec known = { draft->objects.items, n, n };
	size_t i = vec_lower_bound(&known, sizeof(key), &key, by_name);

	return i < n && by_name(at(draft, i), &key) == 0 ? at(draft, i) : NULL;
}

static struct draft_object *insert(struct draft *draft, struct draft_object object)
{
	size_t i = vec_lower_bound(&draft->objects, sizeof(object), &object, by_name);
	struct draft_object *slot =
		vec_insert(&draft->objects, draft->edit->cx->arena, i, sizeof(object));

	if (slot)
		*slot = object;
	return slot;
}

/* The object, read first where it is not known; *out is NULL only in a whole draft, or a hotel that is not there yet. */
static enum err find_record(struct draft *draft, const struct kind *kind, struct str id,
			    struct draft_object **out)
{
	struct edit *edit = draft->edit;
	struct draft_object object = { .kind = kind, .id = id };
	void *value;
	enum err err;

	*out = find_known(draft, draft->objects.n, kind, id);
	if (*out || draft->whole || edit->ctl.rev == 0)
		return OK;
	value = arena_alloc(edit->cx->arena, kind->shape->size_bytes);
	if (!value)
		return cx_check_memory(edit->cx);
	err = record_get_object(edit->cx, edit->app->store, kind, edit->head.hotel.code, id, value,
				&object.stored);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	note_foreign(edit, &object.stored);
	object.before = err == OK ? value : NULL;
	object.after = err == OK ? value : NULL;
	*out = insert(draft, object);
	return cx_check_memory(edit->cx);
}

static const void *find_after(const void *set, const struct kind *kind, struct str id)
{
	const struct draft *draft = set;
	const struct draft_object *found = find_known(draft, draft->objects.n, kind, id);

	return found ? found->after : NULL;
}

/* Completes the tags that the value embeds, which are read first where the draft is partial. */
static enum err complete(struct draft *draft, const struct kind *kind, void *value)
{
	struct vec references = { NULL, 0, 0 };
	enum err err = OK;

	kind_references(draft->edit->cx->arena, kind, value, &references);
	for (size_t i = 0; err == OK && i < references.n; i++) {
		const struct reference *reference = vec_at(&references, i, sizeof(*reference));
		struct draft_object *ignored;

		if (reference->kind && kind_is_embedded(reference->kind))
			err = find_record(draft, reference->kind, reference->id, &ignored);
	}
	kind_embed(kind, value, find_after, draft);
	return err;
}

enum err draft_find(struct draft *draft, const struct kind *kind, struct str id,
		    struct draft_object **out)
{
	size_t known = draft->objects.n;
	enum err err = find_record(draft, kind, id, out);

	if (err != OK || draft->objects.n == known || !(*out)->after)
		return err;
	err = complete(draft, kind, (*out)->after);
	*out = find_known(draft, draft->objects.n, kind, id);
	return err;
}

/* New by the names that are known. Where the sample program has a key of its own, nothing may stand there either, which takes one
 * more condition: of these only as many as never make two commits of one. */
static bool is_new(const struct draft *draft, const struct kind *kind, struct str id,
		   bool *old_unread)
{
	struct edit *edit = draft->edit;
	bool has_old_key = kind->old_prefix.len != 0 && edit->app->store->api->has_strangers;

	if (draft->whole || known_names_may_have(&edit->names, kind, id) ||
	    (has_old_key && edit->unread_checks == UNREAD_CHECKS_MAX))
		return false;
	edit->guessed = true;
	edit->is_unread = true;
	edit->unread_checks += has_old_key;
	*old_unread = has_old_key;
	return true;
}

enum err draft_find_to_put(struct draft *draft, const struct kind *kind, struct str id,
			   struct draft_object **out)
{
	struct draft_object object = { .kind = kind, .id = id };

	*out = find_known(draft, draft->objects.n, kind, id);
	if (*out || !is_new(draft, kind, id, &object.old_unread))
		return draft_find(draft, kind, id, out);
	*out = insert(draft, object);
	return cx_check_memory(draft->edit->cx);
}

static enum err blame_twice(struct draft *draft, const struct kind *kind, struct str pointer)
{
	const struct field *identity = shape_identity_field(kind->shape);
	struct cx *cx = draft->edit->cx;

	if (!(identity->flags & RECORD_ONLY))
		pointer = str_printf(cx->arena, STR_FMT "/" STR_FMT, STR_ARG(pointer),
				     STR_ARG(identity->name));
	return fail_field(cx, BLAME_POINTER, pointer, "stands in the list twice");
}

enum err draft_put(struct draft *draft, const struct kind *kind, void *value, struct str pointer)
{
	struct draft_object *object;
	enum err err = draft_find_to_put(draft, kind, *kind_id(kind, value), &object);

	if (err != OK)
		return err;
	if (!object)
		object = insert(draft,
				(struct draft_object){ .kind = kind, .id = *kind_id(kind, value) });
	if (!object)
		return cx_check_memory(draft->edit->cx);
	if (object->given)
		return blame_twice(draft, kind, pointer);
	object->after = value;
	object->given = true;
	object->pointer = pointer;
	return OK;
}

/* Of two alike the one that the list gives first stands first, so that the later is to blame. */
static int by_name_and_place(const void *a, const void *b)
{
	const struct draft_object *one = a, *other = b;
	int order = by_name(a, b);

	if (order != 0 || one->after == other->after)
		return order;
	return (uintptr_t)one->after < (uintptr_t)other->after ? -1 : 1;
}

enum err draft_replace(struct draft *draft, const struct kind *kind, const struct vec *values,
		       const struct vec *pointers)
{
	size_t known = draft->objects.n;
	struct cx *cx = draft->edit->cx;

	for (size_t i = 0; i < known; i++) {
		if (at(draft, i)->kind == kind)
			at(draft, i)->after = NULL;
	}
	for (size_t i = 0; i < values->n; i++) {
		void *value = vec_at(values, i, kind->shape->size_bytes);
		struct str pointer = *(struct str *)vec_at(pointers, i, sizeof(struct str));
		struct draft_object *object = find_known(draft, known, kind, *kind_id(kind, value));

		if (!object)
			object = vec_push(&draft->objects, cx->arena, sizeof(*object));
		if (!object)
			return cx_check_memory(cx);
		if (object->given)
			blame_twice(draft, kind, pointer);
		object->kind = kind;
		object->id = *kind_id(kind, value);
		object->after = value;
		object->given = true;
		object->pointer = pointer;
	}
	if (draft->objects.n != 0)
		qsort(draft->objects.items, draft->objects.n, sizeof(struct draft_object),
		      by_name_and_place);
	for (size_t i = 1; i < draft->objects.n; i++) {
		if (by_name(at(draft, i - 1), at(draft, i)) == 0)
			blame_twice(draft, at(draft, i)->kind, at(draft, i)->pointer);
	}
	return cx->failure.code ? cx->failure.err : cx_check_memory(cx);
}

enum err draft_remove(struct draft *draft, const struct kind *kind, struct str id)
{
	struct draft_object *object = find_known(draft, draft->objects.n, kind, id);

	if (!object || !object->before)
		return ERR_NOT_FOUND;
	object->after = NULL;
	return OK;
}

void draft_remove_all(struct draft *draft)
{
	for (size_t i = 0; i < draft->objects.n; i++)
		at(draft, i)->after = NULL;
}

bool draft_wants_whole(const struct draft *draft)
{
	for (size_t i = 0; i < draft->objects.n; i++) {
		const struct draft_object *object = at(draft, i);

		if (object->before && object->after != object->before &&
		    kind_is_embedded(object->kind))
			return true;
	}
	return false;
}

void draft_embed(const struct draft *draft, const struct kind *kind, void *value)
{
	kind_embed(kind, value, find_after, draft);
}

/* The bytes of the value's JSON, whose text is given back at once. */
static size_t text_bytes(const struct draft *draft, const struct kind *kind, const void *value)
{
	struct arena *arena = draft->edit->cx->arena;
	struct str text = shape_text(arena, kind->shape, value);

	arena_trim(arena, text.ptr, text.len, 0);
	return text.len;
}

/* The cached document takes the object over: a partial draft changes nothing that others embed. */
static void show(struct draft *draft, const struct draft_object *object)
{
	struct edit *edit = draft->edit;
	size_t before = object->before ? text_bytes(draft, object->kind, object->before) : 0;
	struct edit_object *shown = vec_push(&edit->objects, edit->cx->arena, sizeof(*shown));

	if (!shown)
		return;
	draft_embed(draft, object->kind, object->after);
	*shown = (struct edit_object){ object->kind, object->id,
				       shape_text(edit->cx->arena, object->kind->shape,
						  object->after) };
	edit_count_bytes(edit, before, shown->text.len);
}

static bool write_one(struct draft *draft, const struct draft_object *object)
{
	struct edit *edit = draft->edit;

	if (object->after == object->before)
		return false;
	if (object->after && object->old_unread)
		record_expect_no_old(&edit->batch, object->kind, edit->head.hotel.code, object->id);
	if (object->after)
		return edit_put_object(edit, object->kind, object->before, object->stored,
				       object->after);
	edit_remove_object(edit, object->kind, object->before, object->id, &object->stored);
	return true;
}

/* Counted anew, because what changed may be embedded anywhere: up to the limit, for a few tags make any number of objects long. */
static enum err count_document(struct draft *draft)
{
	struct edit *edit = draft->edit;
	enum err err = OK;

	edit->rewritten = true;
	edit->names = known_names_none();
	edit->next.document_bytes =
		shape_own_text(edit->cx->arena, &hotel_shape, &edit->head.hotel).len;
	for (size_t i = 0; err == OK && i < draft->objects.n; i++) {
		const struct draft_object *object = at(draft, i);

		if (!object->after)
			continue;
		known_names_add(&edit->names, edit->cx->arena, object->kind, object->id);
		draft_embed(draft, object->kind, object->after);
		edit_count_bytes(edit, 0, text_bytes(draft, object->kind, object->after));
		err = edit_check_limits(edit, 0, edit->next.document_bytes);
	}
	return err;
}

enum err draft_write(struct draft *draft)
{
	bool changed = false;
	enum err err = OK;

	for (size_t i = 0; i < draft->objects.n; i++) {
		if (!write_one(draft, at(draft, i)))
			continue;
		changed = true;
		if (!draft->whole)
			show(draft, at(draft, i));
	}
	if (changed && draft->whole)
		err = count_document(draft);
	return err != OK ? err : cx_check_memory(draft->edit->cx);
}

struct vec draft_given(const struct draft *draft, const struct kind *kind)
{
	struct vec given = { NULL, 0, 0 };

	for (size_t i = 0; i < draft->objects.n; i++) {
		const struct draft_object *object = at(draft, i);
		void *slot;

		if (!object->given || object->kind != kind)
			continue;
		slot = vec_push(&given, draft->edit->cx->arena, kind->shape->size_bytes);
		if (!slot)
			break;
		draft_embed(draft, kind, object->after);
		memcpy(slot, object->after, kind->shape->size_bytes);
	}
	return given;
}
