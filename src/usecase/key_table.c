#include "usecase/key_table.h"

#include "codec/hash.h"

#define SIZE_MIN 64

void key_table_init(struct key_table *table, struct arena *arena)
{
	*table = (struct key_table){ .arena = arena };
}

/* Where the key is, or would be. */
static struct key_row **slot_of(struct key_row **slots, size_t size, struct str key)
{
	size_t i = hash_fnv1a64(key) & (size - 1);

	while (slots[i] && !str_eq(slots[i]->key, key))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

/* At most half full, so that a search ends soon. */
static bool grow(struct key_table *table)
{
	size_t size = table->size == 0 ? SIZE_MIN : 2 * table->size;
	struct key_row **slots = arena_array(table->arena, size, sizeof(struct key_row *));

	if (!slots)
		return false;
	for (size_t i = 0; i < table->size; i++) {
		if (table->slots[i])
			*slot_of(slots, size, table->slots[i]->key) = table->slots[i];
	}
	table->slots = slots;
	table->size = size;
	return true;
}

struct key_row *key_table_find(const struct key_table *table, struct str key)
{
	return table->size == 0 ? NULL : *slot_of(table->slots, table->size, key);
}

struct key_row *key_table_put(struct key_table *table, struct str key)
{
	struct key_row *row = key_table_find(table, key);

	if (row)
		return row;
	if (2 * (table->n + 1) > table->size && !grow(table))
		return NULL;
	row = arena_alloc(table->arena, sizeof(*row));
	if (!row)
		return NULL;
	row->key = str_dup(table->arena, key);
	*slot_of(table->slots, table->size, key) = row;
	table->n++;
	return row;
}

struct key_row *key_table_at(const struct key_table *table, size_t i)
{
	return table->slots[i];
}
