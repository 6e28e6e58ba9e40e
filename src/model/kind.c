#include "model/kind.h"

#include <assert.h>
#include <string.h>

#include "model/pricing.h"

const struct kind kind_room_type = {
	.name = STR_INIT("roomType"),
	.title = STR_INIT("RoomType"),
	.noun = "room type",
	.nouns = "Room types",
	.meaning = "Rooms that are alike and are sold under one name, with the prices of a night.",
	.path = STR_INIT("rooms/type"),
	.prefix = STR_INIT("cfg-roomType-"),
	.old_prefix = STR_INIT("cfg-room-type-"),
	.list = STR_INIT("roomTypes"),
	.target = STR_INIT("RoomType"),
	.shape = &room_type_shape,
};

const struct kind kind_tag = {
	.name = STR_INIT("tag"),
	.title = STR_INIT("Tag"),
	.noun = "tag",
	.nouns = "Tags",
	.meaning =
		"Qualities of rooms and sellables that guests may ask for, such as a sea view; the seed calls them attributes too.",
	.path = STR_INIT("tags"),
	.prefix = STR_INIT("cfg-tag-"),
	.list = STR_INIT("tags"),
	.target = STR_INIT("Attribute"),
	.shape = &tag_shape,
};

/* saveRooms replaces all of them at once; JSON nests them in buildings and floors. */
const struct kind kind_room = {
	.name = STR_INIT("room"),
	.title = STR_INIT("Room"),
	.prefix = STR_INIT("cfg-room-"),
	.list = STR_INIT("buildings"),
	.target = STR_INIT("Room"),
	.shape = &room_shape,
	.references = { { STR_INIT("type"), &kind_room_type, GOES_WITH },
			{ STR_INIT("attributes"), &kind_tag, LOSES_ENTRY } },
};

static const struct kind kind_sellable = {
	.name = STR_INIT("sellable"),
	.title = STR_INIT("Sellable"),
	.noun = "sellable",
	.nouns = "Sellables",
	.meaning = "What is sold beside the room, such as breakfast or parking.",
	.path = STR_INIT("sellables"),
	.prefix = STR_INIT("cfg-sellable-"),
	.list = STR_INIT("sellables"),
	.target = STR_INIT("Sellable"),
	.shape = &sellable_shape,
	.references = { { STR_INIT("optionalTags"), &kind_tag, LOSES_ENTRY } },
};

static const struct kind kind_rule = {
	.name = STR_INIT("rule"),
	.title = STR_INIT("Rule"),
	.noun = "rule",
	.nouns = "Rules",
	.meaning =
		"When and where availability, prices or quantities are changed, for what they apply to.",
	.path = STR_INIT("rules"),
	.prefix = STR_INIT("cfg-rule-"),
	.list = STR_INIT("businessRules"),
	.shape = &rule_shape,
	.references = { { STR_INIT("appliesTo"), NULL, GOES_WITH_LAST } },
};

static const struct kind kind_rate_plan = {
	.name = STR_INIT("ratePlan"),
	.title = STR_INIT("RatePlan"),
	.noun = "rate plan",
	.nouns = "Rate plans",
	.meaning =
		"Conditions under which rooms are sold: the price, and what a cancellation costs. Without any a hotel sells at its own prices.",
	.path = STR_INIT("rateplans"),
	.prefix = STR_INIT("cfg-ratePlan-"),
	.list = STR_INIT("ratePlans"),
	.target = STR_INIT("RatePlan"),
	.shape = &rate_plan_shape,
	.references = { { STR_INIT("roomTypes"), &kind_room_type, GOES_WITH_LAST } },
};

static const struct kind kind_tax = {
	.name = STR_INIT("tax"),
	.title = STR_INIT("Tax"),
	.noun = "tax",
	.nouns = "Taxes",
	.meaning = "Taxes and fees on rooms and sellables.",
	.path = STR_INIT("taxes"),
	.prefix = STR_INIT("cfg-tax-"),
	.list = STR_INIT("taxes"),
	.shape = &tax_shape,
};

const struct kind *const kinds[] = { &kind_room, &kind_room_type, &kind_tag, &kind_sellable,
				     &kind_rule, &kind_rate_plan, &kind_tax, NULL };

size_t kind_field(const struct kind *kind)
{
	size_t index = 0;
	const struct field *field = shape_find(&hotel_shape, kind->list, &index);

	assert(field);
	return index;
}

struct str *kind_id(const struct kind *kind, void *object)
{
	return shape_identity_at(kind->shape, object);
}

const struct kind *kind_of_list(struct str list)
{
	for (size_t i = 0; kinds[i]; i++) {
		if (str_eq(kinds[i]->list, list))
			return kinds[i];
	}
	return NULL;
}

const struct kind *kind_of_key(struct str item_type)
{
	for (size_t i = 0; kinds[i]; i++) {
		size_t start = kinds[i]->prefix.len;
		struct str id = str_sub(item_type, start, item_type.len);

		/* A `-` behind the prefix joins more than an id, as in `cfg-roomType-picture-1`. */
		if (str_starts(item_type, kinds[i]->prefix) && str_index(id, '-') == id.len)
			return kinds[i];
	}
	return NULL;
}

static const struct kind *kind_of_target(struct str type)
{
	for (size_t i = 0; kinds[i]; i++) {
		if (kinds[i]->target.len != 0 && str_eq(kinds[i]->target, type))
			return kinds[i];
	}
	return NULL;
}

/* The list's element, as a name of something. */
static struct reference name_at(const struct reference_row *row, const struct field *field,
				const struct vec *list, size_t i)
{
	struct reference reference = { .row = row, .kind = row->kind, .index = i, .is_list = true };

	if (field->kind == FIELD_CODES) {
		reference.id = *(const struct str *)vec_at(list, i, sizeof(struct str));
	} else if (row->kind) {
		reference.id =
			*shape_identity(field->shape, vec_at(list, i, field->shape->size_bytes));
	} else {
		const struct rule_target *target = vec_at(list, i, sizeof(*target));

		reference.kind = kind_of_target(target->type);
		if (reference.kind || str_eq(target->type, STR("Hotel")))
			reference.id = target->id;
	}
	return reference;
}

static void add(struct arena *arena, struct vec *out, struct reference reference)
{
	struct reference *slot;

	if (reference.id.len == 0)
		return;
	slot = vec_push(out, arena, sizeof(*slot));
	if (slot)
		*slot = reference;
}

static const struct field *member_of(const struct kind *kind, const struct reference_row *row)
{
	size_t index = 0;
	const struct field *field = shape_find(kind->shape, row->member, &index);

	assert(field);
	return field;
}

void kind_references(struct arena *arena, const struct kind *kind, const void *object,
		     struct vec *out)
{
	for (const struct reference_row *row = kind->references; row->member.len != 0; row++) {
		const struct field *field = member_of(kind, row);
		const struct vec *list = field_of(field, object);

		if (field->kind == FIELD_CODE) {
			add(arena, out,
			    (struct reference){
				    .row = row,
				    .kind = row->kind,
				    .id = *(const struct str *)field_of(field, object) });
			continue;
		}
		for (size_t i = 0; i < list->n; i++)
			add(arena, out, name_at(row, field, list, i));
	}
}

bool kind_drop_reference(struct arena *arena, const struct kind *kind, void *object,
			 const struct reference *reference)
{
	const struct field *field = member_of(kind, reference->row);
	size_t size = field->shape ? field->shape->size_bytes : sizeof(struct str);
	struct vec *list = field_at(field, object);
	char *kept;

	assert(reference->is_list && reference->index < list->n);
	kept = arena_array(arena, list->n, size);
	if (!kept)
		return false;
	memcpy(kept, list->items, list->n * size);
	memmove(kept + reference->index * size, kept + (reference->index + 1) * size,
		(list->n - reference->index - 1) * size);
	*list = (struct vec){ kept, list->n - 1, list->n };
	return list->n == 0;
}

int object_order(const struct kind *kind, struct str id, const struct kind *other_kind,
		 struct str other_id)
{
	int order = kind == other_kind ? 0 : str_cmp(kind->prefix, other_kind->prefix);

	return order != 0 ? order : str_cmp(id, other_id);
}

bool kind_is_embedded(const struct kind *kind)
{
	for (size_t i = 0; kinds[i]; i++) {
		for (const struct reference_row *row = kinds[i]->references; row->member.len != 0;
		     row++) {
			if (row->kind == kind && (member_of(kinds[i], row)->flags & BY_CODE))
				return true;
		}
	}
	return false;
}

void kind_embed(const struct kind *kind, void *value,
		const void *(*find)(const void *set, const struct kind *kind, struct str id),
		const void *set)
{
	for (const struct reference_row *row = kind->references; row->member.len != 0; row++) {
		const struct field *field = member_of(kind, row);
		const struct vec *list = field_of(field, value);

		if (!(field->flags & BY_CODE))
			continue;
		for (size_t i = 0; i < list->n; i++) {
			void *slot = vec_at(list, i, field->shape->size_bytes);
			const void *found =
				find(set, row->kind, *shape_identity(field->shape, slot));

			if (found)
				memcpy(slot, found, field->shape->size_bytes);
		}
	}
}
