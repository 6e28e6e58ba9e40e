#include "usecase/check_records.h"

#include "model/kind.h"
#include "record/item.h"
#include "record/key.h"
#include "record/object_key.h"

#define PUBLICATION_PREFIX STR("pub-")
#define PUBLICATION_DIGITS 8

/* A record names another one. */
struct check_reference {
	struct str from, to; /* sort keys */
};

void check_records_init(struct check_records *records, struct cx *cx, struct store *store,
			struct str code, struct findings *findings)
{
	*records = (struct check_records){
		.cx = cx, .store = store, .code = code, .findings = findings
	};
	key_table_init(&records->keys, cx->arena);
}

static void take_keys(struct check_records *records, const struct item *entry, struct str name,
		      uint64_t written)
{
	const struct value *keys = attrs_find(&entry->attrs, name);
	struct arena *arena = records->cx->arena;

	for (size_t i = 0; keys && i < keys->n; i++) {
		struct key_row *row = key_table_put(&records->keys, keys->items[i].text);

		if (!row)
			return;
		row->written = written;
		row->written_token = str_dup(arena, item_text(entry, STR("wt")));
	}
}

void check_records_take_entry(void *records, const struct item *entry)
{
	take_keys(records, entry, STR("removed"), 0);
	take_keys(records, entry, STR("keys"), entry->rev);
}

/* The key of what is named; a hotel's is its head's, another's no key at all. */
static struct str named_key(struct check_records *records, const struct reference *name)
{
	if (name->kind)
		return key_object(records->cx->arena, name->kind->prefix, name->id);
	return str_eq(name->id, records->code)
		       ? KEY_HEAD
		       : str_printf(records->cx->arena, "hotel " STR_FMT, STR_ARG(name->id));
}

static void take_references(struct check_records *records, const struct kind *kind,
			    const void *object, struct str from)
{
	struct arena *arena = records->cx->arena;
	struct vec names = { NULL, 0, 0 };

	kind_references(arena, kind, object, &names);
	for (size_t i = 0; i < names.n; i++) {
		const struct reference *name = vec_at(&names, i, sizeof(*name));
		struct check_reference *slot = vec_push(&records->references, arena, sizeof(*slot));

		if (slot)
			*slot = (struct check_reference){ from, named_key(records, name) };
	}
}

/* What the record says can be read, and whom it names. `page` has an arena of its own. */
static void take_object(struct check_records *records, struct cx *page, const struct kind *kind,
			const struct item *item, struct str id, struct str key)
{
	void *object = arena_alloc(page->arena, kind->shape->size_bytes);

	if (!object)
		return;
	*kind_id(kind, object) = id;
	if (item_read(page, kind->shape, item, object) == OK)
		take_references(records, kind, object, key);
	else
		findings_add(records->findings, FINDING_RECORD, item->key, STR_FMT,
			     STR_ARG(page->failure.detail));
	cx_clear(page);
}

static void take_head(struct check_records *records, struct cx *page, const struct item *item)
{
	struct hotel hotel = { .code = item->key.code };

	if (item_read(page, &hotel_shape, item, &hotel) != OK)
		findings_add(records->findings, FINDING_RECORD, item->key, STR_FMT,
			     STR_ARG(page->failure.detail));
	cx_clear(page);
}

static bool is_publication(struct str item_type)
{
	struct str number = str_sub(item_type, PUBLICATION_PREFIX.len, item_type.len);
	uint64_t value;

	return str_starts(item_type, PUBLICATION_PREFIX) && number.len == PUBLICATION_DIGITS &&
	       str_to_u64(number, &value);
}

/* Counted once, under whichever key; its own comes behind the other in the order of keys. */
static void count_object(struct check_records *records, const struct item *item,
			 const struct object_key *key, const struct key_row *row)
{
	struct key_row *own = key_table_put(
		&records->keys, key_object(records->cx->arena, key->kind->prefix, key->id));

	if (!own)
		return;
	if (key->is_old)
		own->twin = row->key;
	records->objects += own->twin.len == 0 || key->is_old;
	records->uncertain += item->rev == REV_NONE && (own->twin.len == 0 || key->is_old);
	if (!key->is_old && own->twin.len != 0)
		findings_add(records->findings, FINDING_EXTERNAL,
			     (struct key){ records->code, own->twin },
			     "is there beside " STR_FMT
			     ", which counts: innkeeper migrate removes it",
			     STR_ARG(own->key));
}

static void take_item(struct check_records *records, struct cx *page, const struct item *item)
{
	struct str item_type = item->key.item_type;
	struct object_key key;
	struct key_row *row;

	if (str_eq(item_type, KEY_CTL))
		return;
	row = key_table_put(&records->keys, item_type);
	if (!row)
		return;
	row->stored = item->rev;
	row->stored_token = str_dup(records->cx->arena, item_text(item, STR("wt")));
	if (str_eq(item_type, KEY_HEAD)) {
		take_head(records, page, item);
	} else if (object_key_parse(page->arena, item_type, &key)) {
		count_object(records, item, &key, row);
		take_object(records, page, key.kind, item, key.id, row->key);
	} else if (!is_publication(item_type)) {
		findings_add(records->findings, FINDING_KEY, item->key,
			     "is of no kind that is known");
	}
}

static enum err read_range(struct check_records *records, struct cx *scratch, struct query query)
{
	struct page page = { .more = true };
	enum err err = OK;

	while (err == OK && page.more) {
		err = store_query(records->store, scratch, &query, &page);
		for (size_t i = 0; err == OK && i < page.n; i++)
			take_item(records, scratch, &page.items[i]);
		if (err == OK && page.n != 0)
			query.after =
				str_dup(records->cx->arena, page.items[page.n - 1].key.item_type);
		if (err == OK)
			arena_reset(scratch->arena, 0);
	}
	return err;
}

enum err check_records_read(struct check_records *records)
{
	const struct query ranges[] = {
		{ .code = records->code, .to = KEY_DOCUMENT_PAUSE },
		{ .code = records->code, .from = KEY_DOCUMENT_RESUME },
	};
	struct cx scratch = *records->cx;
	struct arena arena;
	enum err err = OK;

	records->objects = records->uncertain = 0;
	records->references = (struct vec){ NULL, 0, 0 };
	for (size_t i = 0; i < records->keys.size; i++) {
		struct key_row *row = key_table_at(&records->keys, i);

		if (row) {
			row->stored = 0;
			row->twin = STR("");
		}
	}
	arena_init(&arena, 0);
	scratch.arena = &arena;
	for (size_t i = 0; err == OK && i < sizeof(ranges) / sizeof(ranges[0]); i++)
		err = read_range(records, &scratch, ranges[i]);
	if (err != OK)
		fail_as(records->cx, err, &scratch.failure);
	arena_close(&arena);
	return err;
}

static void compare_row(struct check_records *records, const struct key_row *row,
			const struct ctl *ctl)
{
	struct findings *findings = records->findings;
	const struct key key = { records->code, row->key };

	if (row->stored == 0 && row->written != 0)
		findings_add(findings, FINDING_LOST, key,
			     "is not there: revision %llu wrote it, and none removed it",
			     (unsigned long long)row->written);
	else if (row->stored == REV_NONE)
		findings_add(findings, FINDING_EXTERNAL, key, "was written by another program: %s",
			     ctl->deleted ? "the hotel is deleted"
					  : "innkeeper migrate takes it over");
	else if (row->stored != 0 && ctl->deleted && str_starts(row->key, KEY_DOCUMENT_FROM))
		findings_add(findings, FINDING_DELETED, key, "is of a hotel that is deleted");
	else if (row->stored > ctl->rev)
		findings_add(findings, FINDING_REVISION, key,
			     "is of revision %llu, the hotel of %llu",
			     (unsigned long long)row->stored, (unsigned long long)ctl->rev);
	else if (row->stored != row->written)
		findings_add(findings, FINDING_REVISION, key,
			     "is of revision %llu, which did not write it last",
			     (unsigned long long)row->stored);
	else if (row->stored != 0 && !str_eq(row->stored_token, row->written_token))
		findings_add(findings, FINDING_REVISION, key,
			     "is of another commit than revision %llu",
			     (unsigned long long)row->stored);
}

void check_records_compare(struct check_records *records, const struct ctl *ctl)
{
	const struct key ctl_key = { records->code, KEY_CTL };

	for (size_t i = 0; i < records->keys.size; i++) {
		const struct key_row *row = key_table_at(&records->keys, i);

		if (row)
			compare_row(records, row, ctl);
	}
	for (size_t i = 0; i < records->references.n; i++) {
		const struct check_reference *reference =
			vec_at(&records->references, i, sizeof(*reference));
		const struct key_row *row = key_table_find(&records->keys, reference->to);

		if (!row || (row->stored == 0 && row->twin.len == 0))
			findings_add(records->findings, FINDING_REFERENCE,
				     (struct key){ records->code, reference->from },
				     "names " STR_FMT ", which is not there",
				     STR_ARG(reference->to));
	}
	if (ctl->objects > records->objects || ctl->objects < records->objects - records->uncertain)
		findings_add(records->findings, FINDING_COUNT, ctl_key,
			     "counts %llu objects, there are %llu",
			     (unsigned long long)ctl->objects,
			     (unsigned long long)records->objects);
}
