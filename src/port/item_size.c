#include "port/item_size.h"

/* mutual recursion: a value holds values, as deep as the tables that wrote it */
static size_t attrs_size(const struct attrs *attrs);

/* DynamoDB: text its bytes; a number a byte for two digits, one, and one for a minus; list and map 3 and one an
 * element. */
static size_t value_size(const struct value *value)
{
	size_t minus = str_starts(value->text, STR("-")) ? 1 : 0;
	size_t size = 3 + value->n;

	switch (value->kind) {
	case VALUE_NULL:
	case VALUE_BOOL:
		return 1;
	case VALUE_NUMBER:
		return (value->text.len - minus + 1) / 2 + 1 + minus;
	case VALUE_TEXT:
		return value->text.len;
	case VALUE_LIST:
		for (size_t i = 0; i < value->n; i++)
			size += value_size(&value->items[i]);
		return size;
	case VALUE_MAP:
		return 3 + value->map.n + attrs_size(&value->map);
	}
	return 0;
}

static size_t attrs_size(const struct attrs *attrs)
{
	size_t size = 0;

	for (size_t i = 0; i < attrs->n; i++)
		size += attrs->items[i].name.len + value_size(&attrs->items[i].value);
	return size;
}

size_t item_size(const struct item *item)
{
	const size_t names = sizeof("code") - 1 + sizeof("itemType") - 1 + sizeof("rev") - 1;

	return names + item->key.code.len + item->key.item_type.len + 12 + attrs_size(&item->attrs);
}
