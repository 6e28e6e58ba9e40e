/* port/item_size.h - how large an item is by DynamoDB's own formula, which is the limit on every store (domain.md 1). */
#ifndef INNKEEPER_PORT_ITEM_SIZE_H
#define INNKEEPER_PORT_ITEM_SIZE_H

#include <stddef.h>

#include "port/store.h"

/* Bytes, key and rev included. */
size_t item_size(const struct item *item);

#endif
