/* adapter/store_decorator.h - what stores over another store begin with: every call passes through, until a decorator puts its own
 * function in api's place.
 *
 * Owner: made by heap_alloc, which is free()d, as the first member of the decorator's struct; closing it closes the store below and frees it.
 */
#ifndef INNKEEPER_ADAPTER_STORE_DECORATOR_H
#define INNKEEPER_ADAPTER_STORE_DECORATOR_H

#include "port/store.h"

struct store_decorator {
	struct store store;
	struct store_api api;
	struct store *below;
};

void store_decorator_init(struct store_decorator *decorator, struct store *below);

#endif
