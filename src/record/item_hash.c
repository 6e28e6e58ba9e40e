#include <stdlib.h>

#include "base/buf.h"
#include "codec/hash.h"
#include "record/item.h"

/* mutual recursion: a value holds values, as deep as the tables that wrote it */
static void add_attrs(struct buf *buf, const struct attrs *attrs);

/* Every text with its length before it, so that no two items have one form. */
static void add_text(struct buf *buf, char kind, struct str text)
{
	buf_add_char(buf, kind);
	buf_add_u64(buf, text.len);
	buf_add_char(buf, ':');
	buf_add(buf, text);
}

/* Engines may write 1.50 as 1.5, 007 as 7 and -0 as 0. */
static void add_number(struct buf *buf, struct str text)
{
	bool minus = str_starts(text, STR("-"));

	text = str_sub(text, minus ? 1 : 0, text.len);
	while (text.len != 0 && text.ptr[0] == '0')
		text = str_sub(text, 1, text.len);
	if (str_index(text, '.') != text.len) {
		while (text.ptr[text.len - 1] == '0')
			text.len--;
		if (text.ptr[text.len - 1] == '.')
			text.len--;
	}
	add_text(buf, minus && text.len != 0 ? '-' : '+', text);
}

static void add_value(struct buf *buf, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		buf_add_char(buf, '0');
		return;
	case VALUE_BOOL:
		buf_add_char(buf, value->flag ? 't' : 'f');
		return;
	case VALUE_NUMBER:
		add_number(buf, value->text);
		return;
	case VALUE_TEXT:
		add_text(buf, '"', value->text);
		return;
	case VALUE_LIST:
		buf_add_char(buf, '[');
		for (size_t i = 0; i < value->n; i++)
			add_value(buf, &value->items[i]);
		buf_add_char(buf, ']');
		return;
	case VALUE_MAP:
		add_attrs(buf, &value->map);
		return;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct attr *const *one = a, *const *other = b;

	return str_cmp((*one)->name, (*other)->name);
}

static void add_attrs(struct buf *buf, const struct attrs *attrs)
{
	const struct attr **order = arena_array(buf->arena, attrs->n, sizeof(const struct attr *));

	for (size_t i = 0; i < attrs->n; i++)
		order[i] = &attrs->items[i];
	if (attrs->n != 0)
		qsort(order, attrs->n, sizeof(const struct attr *), by_name);
	buf_add_char(buf, '{');
	for (size_t i = 0; i < attrs->n; i++) {
		add_text(buf, '"', order[i]->name);
		add_value(buf, &order[i]->value);
	}
	buf_add_char(buf, '}');
}

struct str item_hash(struct arena *arena, const struct item *item)
{
	struct arena scratch;
	struct buf buf;
	struct str hash;

	arena_init(&scratch, 0); /* bounded by the limits of an item */
	buf_init(&buf, &scratch);
	add_text(&buf, '"', item->key.code);
	add_text(&buf, '"', item->key.item_type);
	buf_add_u64(&buf, item->rev);
	add_attrs(&buf, &item->attrs);
	hash = hash_sha256_hex(arena, buf_str(&buf));
	arena_close(&scratch);
	return hash;
}
