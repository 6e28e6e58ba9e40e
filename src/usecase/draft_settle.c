#include <string.h>

#include "base/buf.h"
#include "usecase/draft.h"

/* A refusal names so many referrers and counts the others. */
#define NAMED_MAX 10

/* What is removed and still named by others. */
struct referrers {
	struct buf names;
	size_t n;
};

static struct draft_object *at(const struct draft *draft, size_t i)
{
	return vec_at(&draft->objects, i, sizeof(struct draft_object));
}

static struct str entry_pointer(struct draft *draft, const struct draft_object *object,
				const struct reference *reference)
{
	struct arena *arena = draft->edit->cx->arena;
	const struct reference_row *row = reference->row;
	struct str pointer = str_printf(arena, STR_FMT "/" STR_FMT, STR_ARG(object->pointer),
					STR_ARG(row->member));
	size_t index = 0;
	const struct field *field = shape_find(object->kind->shape, row->member, &index);

	if (!reference->is_list)
		return pointer;
	pointer = str_printf(arena, STR_FMT "/%zu", STR_ARG(pointer), reference->index);
	if (field->kind != FIELD_LIST)
		return pointer;
	return str_printf(arena, STR_FMT "/%s", STR_ARG(pointer), row->kind ? "code" : "id");
}

/* A name in what the request gives must lead to something that will be there. */
static enum err check_given(struct draft *draft, const struct draft_object *object,
			    const struct reference *reference)
{
	struct cx *cx = draft->edit->cx;
	struct draft_object *target = NULL;
	enum err err = OK;
	bool leads;

	if (reference->kind) {
		err = draft_find(draft, reference->kind, reference->id, &target);
		leads = target && target->after;
	} else {
		leads = str_eq(reference->id, draft->edit->head.hotel.code);
	}
	if (err != OK || leads)
		return err;
	fail_field(cx, BLAME_POINTER, entry_pointer(draft, object, reference),
		   "there is no " STR_FMT " " STR_FMT,
		   STR_ARG(reference->kind ? reference->kind->name : STR("hotel")),
		   STR_ARG(reference->id));
	return OK;
}

/* Finding a target may move the objects: they are gathered first. */
static enum err check_all_given(struct draft *draft)
{
	struct cx *cx = draft->edit->cx;
	struct vec given = { NULL, 0, 0 }, references = { NULL, 0, 0 };
	enum err err = OK;

	for (size_t i = 0; i < draft->objects.n; i++) {
		struct draft_object *slot;

		if (!at(draft, i)->given)
			continue;
		slot = vec_push(&given, cx->arena, sizeof(*slot));
		if (slot)
			*slot = *at(draft, i);
	}
	for (size_t i = 0; err == OK && i < given.n; i++) {
		const struct draft_object *object = vec_at(&given, i, sizeof(*object));

		references.n = 0;
		kind_references(cx->arena, object->kind, object->after, &references);
		for (size_t j = 0; err == OK && j < references.n; j++)
			err = check_given(draft, object,
					  vec_at(&references, j, sizeof(struct reference)));
	}
	if (err != OK)
		return err;
	return cx->failure.code ? cx->failure.err : cx_check_memory(cx);
}

/* True when the name led to an object that this write removes. */
static bool is_removed(struct draft *draft, const struct reference *reference)
{
	struct draft_object *target = NULL;

	/* A whole draft reads nothing more. */
	if (reference->kind && draft_find(draft, reference->kind, reference->id, &target) != OK)
		return false;
	return target && target->before && !target->after;
}

static void note_referrer(struct referrers *referrers, const struct draft_object *object,
			  const struct reference *reference)
{
	if (referrers->n++ < NAMED_MAX)
		buf_printf(&referrers->names,
			   "%s" STR_FMT " " STR_FMT " names " STR_FMT " " STR_FMT,
			   referrers->n > 1 ? ", " : "", STR_ARG(object->kind->name),
			   STR_ARG(object->id), STR_ARG(reference->kind->name),
			   STR_ARG(reference->id));
}

/* The object loses the name, or goes. */
static void follow(struct draft *draft, struct draft_object *object,
		   const struct reference *reference)
{
	struct arena *arena = draft->edit->cx->arena;
	const size_t size = object->kind->shape->size_bytes;
	bool none_left = true;

	if (reference->row->when_gone != GOES_WITH) {
		void *copy = arena_alloc(arena, size);

		if (!copy)
			return;
		memcpy(copy, object->after, size);
		none_left = kind_drop_reference(arena, object->kind, copy, reference) &&
			    reference->row->when_gone == GOES_WITH_LAST;
		object->after = copy;
	}
	if (none_left)
		object->after = NULL;
}

/* One object's names; true when it changed. `references` is room that is used again. */
static bool settle_object(struct draft *draft, struct draft_object *object, bool cascade,
			  struct vec *references, struct referrers *referrers)
{
	bool changed = false;

	references->n = 0;
	kind_references(draft->edit->cx->arena, object->kind, object->after, references);
	/* From the last on: taking an entry out moves those behind it. */
	for (size_t i = references->n; i-- > 0 && object->after;) {
		const struct reference *reference = vec_at(references, i, sizeof(*reference));

		if (!is_removed(draft, reference))
			continue;
		changed = true;
		if (cascade)
			follow(draft, object, reference);
		else
			note_referrer(referrers, object, reference);
	}
	return changed;
}

/* What goes may be named itself: once more until nothing changes. */
static enum err settle_removed(struct draft *draft, bool cascade)
{
	struct cx *cx = draft->edit->cx;
	struct vec references = { NULL, 0, 0 };
	struct referrers referrers = { .n = 0 };
	bool changed = true;

	buf_init(&referrers.names, cx->arena);
	while (changed && referrers.n == 0) {
		changed = false;
		for (size_t i = 0; i < draft->objects.n; i++) {
			struct draft_object *object = at(draft, i);

			if (object->after && !object->given)
				changed |= settle_object(draft, object, cascade, &references,
							 &referrers);
		}
		if (cx->arena->refused)
			return cx_check_memory(cx);
	}
	if (referrers.n == 0)
		return cx_check_memory(cx);
	if (referrers.n > NAMED_MAX)
		buf_printf(&referrers.names, " and %zu more", referrers.n - NAMED_MAX);
	return fail(cx, ERR_CONFLICT, "in_use", STR_FMT, STR_ARG(buf_str(&referrers.names)));
}

/* Before anything is compared or written, which takes far more memory than to be given. */
static enum err check_count(struct draft *draft)
{
	size_t n = 0, given = 0;
	enum err err;

	for (size_t i = 0; i < draft->objects.n; i++) {
		n += at(draft, i)->after ? 1 : 0;
		given += at(draft, i)->given ? 1 : 0;
	}
	err = draft->whole ? edit_check_limits(draft->edit, n, 0) : OK;
	if (err == OK)
		arena_allow(draft->edit->cx->arena, given * DRAFT_OBJECT_BYTES);
	return err;
}

enum err draft_settle(struct draft *draft, bool cascade)
{
	enum err err = check_count(draft);

	if (err == OK)
		err = check_all_given(draft);
	if (err == OK && draft->whole)
		err = settle_removed(draft, cascade);
	return err;
}
