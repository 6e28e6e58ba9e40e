/* adapter/store_narrow.h - a store that takes fewer writes a commit than the one below it, so that what needs several commits of another
 * engine is seen with the embedded one.
 *
 * Owner:   closing it closes the store below.
 * Threads: as the store below.
 */
#ifndef INNKEEPER_ADAPTER_STORE_NARROW_H
#define INNKEEPER_ADAPTER_STORE_NARROW_H

#include <stddef.h>

#include "port/store.h"

/* `max_writes` is above 0; more than the store below takes changes nothing. */
struct store *store_narrow_open(struct store *below, size_t max_writes);

#endif
