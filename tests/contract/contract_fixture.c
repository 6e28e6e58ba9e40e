#include "contract_fixture.h"

#include <string.h>

void contract_cx_open(struct cx *cx, struct arena *arena, unsigned thread)
{
	arena_init(arena, 0);
	cx_init(cx, arena);
	cx->thread = thread;
}

struct key contract_key(const char *code, const char *item_type)
{
	return (struct key){ str_of(code), str_of(item_type) };
}

struct attrs contract_attrs(struct arena *arena, struct str text)
{
	struct attr *attr = arena_alloc(arena, sizeof(*attr));

	attr->name = STR("text");
	attr->value = (struct value){ .kind = VALUE_TEXT, .text = text };
	return (struct attrs){ attr, 1 };
}

struct write contract_put(struct arena *arena, struct key key, uint64_t if_rev, uint64_t rev,
			  const char *text)
{
	return (struct write){ .op = WRITE_PUT,
			       .key = key,
			       .if_rev = if_rev,
			       .rev = rev,
			       .attrs = contract_attrs(arena, str_of(text)) };
}

struct write contract_delete(struct key key, uint64_t if_rev)
{
	return (struct write){ .op = WRITE_DELETE, .key = key, .if_rev = if_rev };
}

struct write contract_check(struct key key, uint64_t if_rev)
{
	return (struct write){ .op = WRITE_CHECK, .key = key, .if_rev = if_rev };
}

enum err contract_commit(struct contract *c, const struct write *writes, size_t n)
{
	struct commit commit = { .writes = writes, .n = n, .token = STR("token-of-the-suite") };

	c->conflict = SIZE_MAX;
	return store_commit(c->store, &c->cx, &commit, &c->conflict);
}

enum err contract_commit_one(struct contract *c, struct write write)
{
	return contract_commit(c, &write, 1);
}

void contract_set(struct contract *c, struct key key, uint64_t rev, const char *text)
{
	struct write write = contract_put(&c->arena, key, REV_ANY, rev, text);

	assert_int_equal(contract_commit_one(c, write), OK);
}

void contract_has(struct contract *c, struct key key, uint64_t rev, const char *text)
{
	struct item item;
	const struct value *value;

	assert_int_equal(store_get(c->store, &c->cx, key, &item), OK);
	assert_true(str_eq(item.key.code, key.code));
	assert_true(str_eq(item.key.item_type, key.item_type));
	assert_int_equal(item.rev, rev);
	value = attrs_find(&item.attrs, STR("text"));
	assert_non_null(value);
	assert_int_equal(value->kind, VALUE_TEXT);
	assert_true(str_eq(value->text, str_of(text)));
}

void contract_has_not(struct contract *c, struct key key)
{
	struct item item;

	assert_int_equal(store_get(c->store, &c->cx, key, &item), ERR_NOT_FOUND);
}

void contract_page_is(const struct page *page, const char *const *item_types)
{
	size_t n = 0;

	for (; item_types[n]; n++) {
		assert_true(n < page->n);
		assert_int_equal(page->items[n].key.item_type.len, strlen(item_types[n]));
		assert_memory_equal(page->items[n].key.item_type.ptr, item_types[n],
				    strlen(item_types[n]));
	}
	assert_int_equal(page->n, n);
}

size_t contract_count(struct store *store, struct cx *cx, const char *code, size_t limit)
{
	struct query query = { .code = str_of(code), .limit = limit };
	struct page page = { .more = true };
	size_t n = 0;

	while (page.more) {
		if (store_query(store, cx, &query, &page) != OK)
			return SIZE_MAX;
		n += page.n;
		if (page.n != 0)
			query.after = page.items[page.n - 1].key.item_type;
	}
	return n;
}

/* mutual recursion: a map holds values, and a value may be a map */
static bool same_value(const struct value *a, const struct value *b);

bool contract_same_attrs(const struct attrs *a, const struct attrs *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct value *other = attrs_find(b, a->items[i].name);

		if (!other || !same_value(&a->items[i].value, other))
			return false;
	}
	return true;
}

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return a->flag == b->flag;
	case VALUE_NUMBER:
	case VALUE_TEXT:
		return str_eq(a->text, b->text);
	case VALUE_LIST:
		for (size_t i = 0; a->n == b->n && i < a->n; i++) {
			if (!same_value(&a->items[i], &b->items[i]))
				return false;
		}
		return a->n == b->n;
	case VALUE_MAP:
		return contract_same_attrs(&a->map, &b->map);
	}
	return false;
}
