#include "record/objects.h"

#include <string.h>

#include "model/shape_read.h"
#include "record/item.h"
#include "record/key.h"
#include "record/object_key.h"

/* A page of items takes several times its JSON: it has an arena of its own, so that the caller's holds only what stays. */
#define PAGE_BYTES_MAX ((size_t)32 << 20)

struct reading {
	struct cx page; /* what a page needs */
	struct arena *arena;
	struct head *head;
	struct objects *objects;
};

static struct object *object_at(const struct objects *objects, size_t i)
{
	return vec_at(&objects->list, i, sizeof(struct object));
}

static int by_name(const void *a, const void *b)
{
	const struct object *one = a, *other = b;

	return object_order(one->kind, one->id, other->kind, other->id);
}

static size_t lower_bound(const struct objects *objects, const struct kind *kind, struct str id)
{
	const struct object key = { .kind = kind, .id = id };

	return vec_lower_bound(&objects->list, sizeof(key), &key, by_name);
}

const struct object *objects_find(const struct objects *objects, const struct kind *kind,
				  struct str id)
{
	size_t at = lower_bound(objects, kind, id);
	const struct object *object = at < objects->list.n ? object_at(objects, at) : NULL;

	return object && object->kind == kind && str_eq(object->id, id) ? object : NULL;
}

const struct object *objects_of(const struct objects *objects, const struct kind *kind, size_t *n)
{
	size_t first = lower_bound(objects, kind, STR("")), end = first;

	while (end < objects->list.n && object_at(objects, end)->kind == kind)
		end++;
	*n = end - first;
	return *n != 0 ? object_at(objects, first) : NULL;
}

static const void *find_value(const void *set, const struct kind *kind, struct str id)
{
	const struct object *found = objects_find(set, kind, id);

	return found ? found->value : NULL;
}

void objects_embed(const struct objects *objects, const struct kind *kind, void *value)
{
	kind_embed(kind, value, find_value, objects);
}

/* Keys come in order as a rule, so this is a push. */
void objects_add(struct objects *objects, struct arena *arena, const struct object *object)
{
	size_t i = lower_bound(objects, object->kind, object->id);
	struct object *slot = vec_insert(&objects->list, arena, i, sizeof(*slot));

	if (slot)
		*slot = *object;
}

static enum err add_head(struct reading *reading, const struct item *item)
{
	struct head head;
	enum err err = record_read_head(&reading->page, item, &head);

	if (err == OK)
		*reading->head = record_copy_head(reading->arena, &head);
	return err;
}

/* Where both are there ours counts: it comes behind the other in the order of the keys. */
static void add_or_replace(struct reading *reading, const struct object *object)
{
	const struct object *known = objects_find(reading->objects, object->kind, object->id);
	struct object *there;

	if (!known) {
		objects_add(reading->objects, reading->arena, object);
		return;
	}
	there = object_at(reading->objects, (size_t)(known - object_at(reading->objects, 0)));
	there->value = object->value;
	there->stored.rev = object->stored.rev;
	there->stored.last_updated_by = object->stored.last_updated_by;
}

static enum err add_object(struct reading *reading, const struct object_key *key,
			   const struct item *item)
{
	struct cx *page = &reading->page;
	void *value = arena_alloc(page->arena, key->kind->shape->size_bytes);
	struct object object = { .kind = key->kind };
	enum err err;

	if (!value)
		return cx_check_memory(page);
	*kind_id(key->kind, value) = key->id;
	err = item_read(page, key->kind->shape, item, value);
	if (err != OK)
		return err;
	object.value = shape_copy(reading->arena, key->kind->shape, value);
	if (!object.value)
		return OK;
	object.id = *kind_id(key->kind, object.value);
	*(key->is_old ? &object.stored.old_rev : &object.stored.rev) = item->rev;
	object.stored.last_updated_by =
		str_dup(reading->arena, item_text(item, STR("lastUpdatedBy")));
	add_or_replace(reading, &object);
	return cx_check_memory(page);
}

/* Keys that the encoder can not produce are reported, not guessed at. */
static enum err add_item(struct reading *reading, const struct item *item)
{
	struct object_key key;

	if (str_eq(item->key.item_type, KEY_HEAD))
		return add_head(reading, item);
	if (object_key_parse(reading->page.arena, item->key.item_type, &key))
		return add_object(reading, &key, item);
	return item_check_id(&reading->page, item, STR(""));
}

static enum err read_range(struct reading *reading, struct store *store, struct query query)
{
	struct page page = { .more = true };

	while (page.more) {
		enum err err = store_query(store, &reading->page, &query, &page);

		for (size_t i = 0; err == OK && i < page.n; i++)
			err = add_item(reading, &page.items[i]);
		if (err != OK)
			return err;
		if (page.n != 0)
			query.after = str_dup(reading->arena, page.items[page.n - 1].key.item_type);
		if (reading->arena->refused)
			return OK;
		arena_reset(reading->page.arena, PAGE_BYTES_MAX);
	}
	return OK;
}

enum err objects_read(struct cx *cx, struct store *store, struct str code, struct arena *arena,
		      struct head *head, struct objects *out)
{
	struct query query = { .code = code, .from = KEY_DOCUMENT_FROM, .to = KEY_DOCUMENT_PAUSE };
	struct reading reading = { .page = *cx, .arena = arena, .head = head, .objects = out };
	struct arena scratch;
	enum err err;

	*head = (struct head){ .rev = 0 };
	*out = (struct objects){ { NULL, 0, 0 } };
	arena_init(&scratch, PAGE_BYTES_MAX);
	reading.page.arena = &scratch;
	err = read_range(&reading, store, query);
	query.from = KEY_DOCUMENT_RESUME;
	query.to = KEY_DOCUMENT_TO;
	if (err == OK)
		err = read_range(&reading, store, query);
	if (err != OK && reading.page.failure.code)
		fail_as(cx, err, &reading.page.failure);
	arena_close(&scratch);
	if (err != OK)
		return err;
	return arena->refused ? fail(cx, ERR_LIMIT, "too_large",
				     "the hotel takes more memory than a request may have")
			      : OK;
}
