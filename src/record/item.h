/* record/item.h - described structs as attributes: the seed's names, scalars flat, lists of objects as lists of maps.
 *
 * Identities stand in the key alone; lists with routes of their own are records of their own; objects marked FLAT lend
 * their attributes to their owner. Reading forgives what the sample program wrote: booleans as text, empty text as null.
 */
#ifndef INNKEEPER_RECORD_ITEM_H
#define INNKEEPER_RECORD_ITEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/shape.h"
#include "port/item_size.h"
#include "port/store.h"

/* Version of the record format: `sv` of every item. Newer ones are refused when read. */
#define ITEM_VERSION 1

/* Domain limit of one record by DynamoDB's own size formula (domain.md 1). */
#define ITEM_BYTES_MAX 409600

/* Appends the object's attributes to attrs (a vec of struct attr). */
void item_write(struct arena *arena, const struct shape *shape, const void *object,
		struct vec *attrs);

/* Fills *object (zeroed) from an item's attributes; identities are left to the caller. INTERNAL when an attribute is not
 * what its field needs, or the item is of a newer version. */
MUST_CHECK enum err item_read(struct cx *cx, const struct shape *shape, const struct item *item,
			      void *object);

/* INTERNAL unless what the key of a record names, `id`, is a code: what somebody else wrote there is not passed on. */
MUST_CHECK enum err item_check_id(struct cx *cx, const struct item *item, struct str id);

/* One attribute of each type. */
void item_add_text(struct arena *arena, struct vec *attrs, struct str name, struct str text);
void item_add_u64(struct arena *arena, struct vec *attrs, struct str name, uint64_t number);
void item_add_texts(struct arena *arena, struct vec *attrs, struct str name,
		    const struct vec *texts);

/* An attribute that is a text, else empty; a number that is a whole one, else 0. */
struct str item_text(const struct item *item, struct str name);
uint64_t item_u64(const struct item *item, struct str name);

/* SHA-256 of key, rev and attributes, 64 hexadecimal digits in the arena: the same on every engine, whatever order it gives attributes
 * and whatever zeros it leaves away from a number. */
struct str item_hash(struct arena *arena, const struct item *item);

#endif
