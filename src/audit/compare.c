#include "audit/history.h"

#include "model/shape_write.h"

/* Longer values are cut in the sentence for people; old and new keep them whole. */
#define SHOWN_BYTES_MAX 60

static struct str shown(struct arena *arena, struct str text)
{
	size_t len = SHOWN_BYTES_MAX;

	if (text.len == 0)
		return STR("nothing");
	if (text.len <= SHOWN_BYTES_MAX)
		return text;
	while (len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
		len--; /* never inside a character */
	return str_printf(arena, STR_FMT "…", (int)len, text.ptr);
}

static void add(struct arena *arena, struct vec *changes, struct history_change change)
{
	struct history_change *slot = vec_push(changes, arena, sizeof(*slot));

	if (slot)
		*slot = change;
}

static void compare_field(struct arena *arena, struct str object_name, const struct shape *shape,
			  size_t index, struct str prefix, const void *before, const void *after,
			  struct vec *changes)
{
	struct history_change change = { .object_name = object_name };
	struct str old_shown, new_shown;

	change.old_value = shape_field_text(arena, shape, index, before);
	change.new_value = shape_field_text(arena, shape, index, after);
	if (str_eq(change.old_value, change.new_value))
		return;
	change.field_name = str_printf(arena, STR_FMT STR_FMT, STR_ARG(prefix),
				       STR_ARG(shape->fields[index].name));
	old_shown = shown(arena, change.old_value);
	new_shown = shown(arena, change.new_value);
	change.comment = str_printf(
		arena, STR_FMT " of " STR_FMT " changed from " STR_FMT " to " STR_FMT ".",
		STR_ARG(change.field_name), STR_ARG(object_name), STR_ARG(old_shown),
		STR_ARG(new_shown));
	add(arena, changes, change);
}

/* recursion: objects marked FLAT are compared member by member, as deep as the tables are */
static void compare_fields(struct arena *arena, struct str object_name, const struct shape *shape,
			   struct str prefix, const void *before, const void *after,
			   struct vec *changes)
{
	for (size_t i = 0; i < shape->nfields; i++) {
		const struct field *field = &shape->fields[i];

		if (field->flags & (OWN_ROUTES | WRITE_ONLY))
			continue;
		if (field->flags & FLAT)
			compare_fields(arena, object_name, field->shape,
				       str_printf(arena, STR_FMT ".", STR_ARG(field->name)),
				       field_of(field, before), field_of(field, after), changes);
		else
			compare_field(arena, object_name, shape, i, prefix, before, after, changes);
	}
}

void history_compare(struct arena *arena, struct str kind, struct str id, const struct shape *shape,
		     const void *before, const void *after, struct vec *changes)
{
	struct history_change change = { .object_name = str_printf(arena, STR_FMT " " STR_FMT,
								   STR_ARG(kind), STR_ARG(id)) };

	if (before && after) {
		compare_fields(arena, change.object_name, shape, STR(""), before, after, changes);
		return;
	}
	if (!before && !after)
		return;
	if (after)
		change.new_value = shape_own_text(arena, shape, after);
	else
		change.old_value = shape_own_text(arena, shape, before);
	change.comment = str_printf(arena, STR_FMT " was %s.", STR_ARG(change.object_name),
				    after ? "added" : "removed");
	add(arena, changes, change);
}
