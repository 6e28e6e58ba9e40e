#include "memory_store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapter/sqlite_attrs.h"
#include "base/heap.h"
#include "base/vec.h"

#define WRITES_MAX 25000
#define NESTING_MAX 30
#define PAGE_BYTES ((size_t)1 << 20)

struct row {
	struct key key;
	uint64_t rev;
	struct str attrs;
};

struct memory_store {
	struct store store;
	pthread_mutex_t mutex;
	struct arena arena; /* of the rows; nothing is given back before the end */
	struct vec rows;    /* of struct row, by key */
	struct sqlite_attrs_parser parser;
	uint64_t changes;
};

static int compare_rows(const void *left, const void *right)
{
	const struct key *a = &((const struct row *)left)->key;
	const struct key *b = &((const struct row *)right)->key;
	int order = str_cmp(a->code, b->code);

	return order != 0 ? order : str_cmp(a->item_type, b->item_type);
}

static size_t lower_bound(const struct memory_store *self, struct key key)
{
	const struct row row = { .key = key };

	return vec_lower_bound(&self->rows, sizeof(row), &row, compare_rows);
}

static struct row *row_at(const struct memory_store *self, size_t i)
{
	return vec_at(&self->rows, i, sizeof(struct row));
}

static struct row *find(const struct memory_store *self, struct key key)
{
	const struct row wanted = { .key = key };
	size_t i = lower_bound(self, key);

	return i < self->rows.n && compare_rows(row_at(self, i), &wanted) == 0 ? row_at(self, i)
									       : NULL;
}

static enum err read_row(struct memory_store *self, struct cx *cx, const struct row *row,
			 struct item *out)
{
	struct str text = str_dup(cx->arena, row->attrs);

	out->key.code = str_dup(cx->arena, row->key.code);
	out->key.item_type = str_dup(cx->arena, row->key.item_type);
	out->rev = row->rev;
	if (cx->arena->refused)
		return cx_check_memory(cx);
	if (out->rev != 0 && sqlite_attrs_parse(&self->parser, cx->arena, text, &out->attrs))
		return OK;
	return cx->arena->refused ? cx_check_memory(cx)
				  : fail(cx, ERR_UNAVAILABLE, "unavailable",
					 "an item is damaged: " STR_FMT "/" STR_FMT,
					 STR_ARG(out->key.code), STR_ARG(out->key.item_type));
}

static enum err get(struct store *store, struct cx *cx, struct key key, struct item *out)
{
	struct memory_store *self = (struct memory_store *)store;
	enum err err = cx_check_deadline(cx);
	const struct row *row;

	if (err != OK)
		return err;
	pthread_mutex_lock(&self->mutex);
	row = find(self, key);
	err = row ? read_row(self, cx, row, out) : ERR_NOT_FOUND;
	pthread_mutex_unlock(&self->mutex);
	return err;
}

static bool is_asked(const struct query *query, struct str item_type)
{
	int behind = str_cmp(item_type, query->after);

	return str_cmp(item_type, query->from) >= 0 &&
	       (query->to.len == 0 || str_cmp(item_type, query->to) < 0) &&
	       (query->after.len == 0 || (query->backwards ? behind < 0 : behind > 0));
}

static enum err read_page(struct memory_store *self, struct cx *cx, const struct query *query,
			  struct page *out)
{
	struct vec items = { NULL, 0, 0 };
	size_t bytes = 0;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < self->rows.n; i++) {
		const struct row *row = row_at(self, query->backwards ? self->rows.n - 1 - i : i);
		struct item *item;

		if (!str_eq(row->key.code, query->code) || !is_asked(query, row->key.item_type))
			continue;
		out->more = bytes >= PAGE_BYTES || (query->limit != 0 && items.n == query->limit);
		if (out->more)
			break;
		item = vec_push(&items, cx->arena, sizeof(*item));
		if (!item)
			return cx_check_memory(cx);
		err = read_row(self, cx, row, item);
		bytes += sizeof(*item) + row->attrs.len;
	}
	out->items = items.items;
	out->n = items.n;
	return err;
}

static enum err query(struct store *store, struct cx *cx, const struct query *query,
		      struct page *out)
{
	struct memory_store *self = (struct memory_store *)store;
	enum err err = cx_check_deadline(cx);

	*out = (struct page){ .items = NULL };
	if (err != OK)
		return err;
	pthread_mutex_lock(&self->mutex);
	err = read_page(self, cx, query, out);
	pthread_mutex_unlock(&self->mutex);
	return err;
}

static enum err partitions(struct store *store, struct cx *cx, struct str after, size_t limit,
			   struct codes *out)
{
	struct memory_store *self = (struct memory_store *)store;
	struct str last = after;
	struct vec codes = { NULL, 0, 0 };
	enum err err = cx_check_deadline(cx);

	*out = (struct codes){ .items = NULL };
	if (err != OK)
		return err;
	pthread_mutex_lock(&self->mutex);
	for (size_t i = 0; i < self->rows.n && !cx->arena->refused; i++) {
		struct str code = row_at(self, i)->key.code, *slot;

		if (str_cmp(code, last) <= 0)
			continue;
		out->more = limit != 0 && codes.n == limit;
		if (out->more)
			break;
		slot = vec_push(&codes, cx->arena, sizeof(*slot));
		last = str_dup(cx->arena, code);
		if (slot)
			*slot = last;
	}
	pthread_mutex_unlock(&self->mutex);
	out->items = codes.items;
	out->n = codes.n;
	return cx_check_memory(cx);
}

static bool holds(struct memory_store *self, struct arena *arena, const struct write *write)
{
	const struct row *row = find(self, write->key);
	struct attrs attrs;
	const struct value *token;

	if (write->if_rev == REV_ANY)
		return true;
	if (!row || write->if_rev == REV_ABSENT)
		return !row && write->if_rev == REV_ABSENT;
	if (row->rev != write->if_rev)
		return false;
	if (write->if_token.len == 0)
		return true;
	if (!sqlite_attrs_parse(&self->parser, arena, row->attrs, &attrs))
		return false;
	token = attrs_find(&attrs, STR("wt"));
	return token && token->kind == VALUE_TEXT && str_eq(token->text, write->if_token);
}

static void put(struct memory_store *self, struct key key, uint64_t rev, struct str attrs)
{
	size_t i = lower_bound(self, key);
	struct row *row = find(self, key);

	if (!row) {
		row = vec_insert(&self->rows, &self->arena, i, sizeof(*row));
		row->key.code = str_dup(&self->arena, key.code);
		row->key.item_type = str_dup(&self->arena, key.item_type);
	}
	row->rev = rev;
	row->attrs = str_dup(&self->arena, attrs);
	self->changes++;
}

static void delete_row(struct memory_store *self, struct key key)
{
	size_t i = lower_bound(self, key);
	struct row *row = find(self, key);

	if (!row)
		return;
	self->rows.n--;
	memmove(row, row + 1, (self->rows.n - i) * sizeof(*row));
	self->changes++;
}

static void apply(struct memory_store *self, struct arena *arena, const struct write *write)
{
	struct buf attrs;

	if (write->op == WRITE_DELETE)
		delete_row(self, write->key);
	if (write->op != WRITE_PUT)
		return;
	buf_init(&attrs, arena);
	sqlite_attrs_write(&attrs, &write->attrs);
	put(self, write->key, write->rev, buf_str(&attrs));
}

/* recursion: values nest */
static bool is_too_deep(const struct value *value, unsigned depth)
{
	bool deep = depth > NESTING_MAX;

	for (size_t i = 0; !deep && value->kind == VALUE_LIST && i < value->n; i++)
		deep = is_too_deep(&value->items[i], depth + 1);
	for (size_t i = 0; !deep && value->kind == VALUE_MAP && i < value->map.n; i++)
		deep = is_too_deep(&value->map.items[i].value, depth + 1);
	return deep;
}

static enum err check_limits(struct cx *cx, const struct commit *commit)
{
	enum err err = cx_check_memory(cx);

	if (err == OK)
		err = cx_check_deadline(cx);
	if (err == OK && commit->n > WRITES_MAX)
		err = fail(cx, ERR_LIMIT, "too_large", "too many writes");
	for (size_t i = 0; err == OK && i < commit->n; i++) {
		const struct attrs *attrs = &commit->writes[i].attrs;

		for (size_t j = 0; j < attrs->n; j++) {
			if (is_too_deep(&attrs->items[j].value, 0))
				return fail(cx, ERR_LIMIT, "too_large", "values nest too deep");
		}
	}
	return err;
}

static enum err commit(struct store *store, struct cx *cx, const struct commit *commit,
		       size_t *conflict)
{
	struct memory_store *self = (struct memory_store *)store;
	enum err err = check_limits(cx, commit);
	struct arena arena;

	if (err != OK)
		return err;
	arena_init(&arena, 0);
	pthread_mutex_lock(&self->mutex);
	for (size_t i = 0; err == OK && i < commit->n; i++) {
		if (holds(self, &arena, &commit->writes[i]))
			continue;
		*conflict = i;
		err = ERR_CONFLICT;
	}
	for (size_t i = 0; err == OK && i < commit->n; i++)
		apply(self, &arena, &commit->writes[i]);
	pthread_mutex_unlock(&self->mutex);
	arena_close(&arena);
	return err;
}

static void close_store(struct store *store)
{
	struct memory_store *self = (struct memory_store *)store;

	sqlite_attrs_close(&self->parser);
	arena_close(&self->arena);
	pthread_mutex_destroy(&self->mutex);
	free(self);
}

static const struct store_api api = {
	.name = "memory",
	.max_writes = WRITES_MAX,
	.max_bytes = SIZE_MAX,
	.is_local = true,
	.get = get,
	.query = query,
	.commit = commit,
	.partitions = partitions,
	.close = close_store,
};

struct store *memory_store_open(void)
{
	struct memory_store *self = heap_alloc(sizeof(*self));

	self->store.api = &api;
	pthread_mutex_init(&self->mutex, NULL);
	arena_init(&self->arena, 0);
	return &self->store;
}

bool memory_store_put_raw(struct store *store, struct key key, uint64_t rev, struct str attrs)
{
	struct memory_store *self = (struct memory_store *)store;

	if (find(self, key))
		return false;
	put(self, key, rev, attrs);
	return true;
}

uint64_t memory_store_changes(const struct store *store)
{
	return ((const struct memory_store *)store)->changes;
}
