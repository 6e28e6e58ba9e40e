#include "agree_objects.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/kind.h"
#include "model/shape_write.h"
#include "record/key.h"
#include "record/objects.h"

__attribute__((format(printf, 2, 3), noreturn)) static void disagree(struct str code,
								     const char *format, ...)
{
	va_list args;

	fprintf(stderr, "hotel " STR_FMT ": ", STR_ARG(code));
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* recursion: values nest */
bool agree_same_value(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->flag != b->flag || !str_eq(a->text, b->text) || a->n != b->n ||
	    a->map.n != b->map.n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!agree_same_value(&a->items[i], &b->items[i]))
			return false;
	}
	for (size_t i = 0; i < a->map.n; i++) {
		const struct value *other = attrs_find(&b->map, a->map.items[i].name);

		if (!other || !agree_same_value(&a->map.items[i].value, other))
			return false;
	}
	return true;
}

static void check_references(struct cx *cx, struct str code, const struct objects *objects,
			     const struct object *object)
{
	struct vec references = { NULL, 0, 0 };

	kind_references(cx->arena, object->kind, object->value, &references);
	for (size_t i = 0; i < references.n; i++) {
		const struct reference *reference = vec_at(&references, i, sizeof(*reference));
		bool leads = reference->kind
				     ? objects_find(objects, reference->kind, reference->id) != NULL
				     : str_eq(reference->id, code);

		if (!leads)
			disagree(code, STR_FMT " " STR_FMT " names " STR_FMT ", which is not there",
				 STR_ARG(object->kind->name), STR_ARG(object->id),
				 STR_ARG(reference->id));
	}
}

size_t agree_objects(struct cx *cx, struct store *store, struct str code, const struct ctl *ctl)
{
	struct objects objects;
	struct head head;
	unsigned long long bytes;

	if (objects_read(cx, store, code, cx->arena, &head, &objects) != OK)
		disagree(code, "its objects can not be read: " STR_FMT,
			 STR_ARG(cx->failure.detail));
	bytes = shape_own_text(cx->arena, &hotel_shape, &head.hotel).len;
	for (size_t i = 0; i < objects.list.n; i++) {
		const struct object *object = vec_at(&objects.list, i, sizeof(*object));

		check_references(cx, code, &objects, object);
		objects_embed(&objects, object->kind, object->value);
		bytes += shape_text(cx->arena, object->kind->shape, object->value).len;
	}
	if (objects.list.n != ctl->objects || bytes != ctl->document_bytes)
		disagree(code, "ctl counts %llu objects of %llu bytes, there are %zu of %llu",
			 (unsigned long long)ctl->objects, (unsigned long long)ctl->document_bytes,
			 objects.list.n, bytes);
	return objects.list.n;
}

void agree_deleted(struct cx *cx, struct store *store, struct str code, const struct ctl *ctl)
{
	const struct key listing = { key_list_all(cx->arena, key_list_shard(code)), code };
	struct query query = { .code = code };
	struct page page = { .more = true };
	struct item item;

	if (ctl->objects != 0 || ctl->document_bytes != 0)
		disagree(code, "deleted, and ctl counts objects");
	if (store_get(store, cx, listing, &item) != ERR_NOT_FOUND)
		disagree(code, "deleted, and listed");
	while (page.more) {
		if (store_query(store, cx, &query, &page) != OK)
			disagree(code, "its records can not be read");
		for (size_t i = 0; i < page.n; i++) {
			struct str type = page.items[i].key.item_type;

			if (!str_eq(type, KEY_CTL) && !str_starts(type, KEY_HISTORY_PREFIX))
				disagree(code, "deleted, and has " STR_FMT, STR_ARG(type));
			query.after = type;
		}
	}
}
