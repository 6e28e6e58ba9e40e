/* base/heap.h - memory with the lifetime of the process or of a resource, for those below the business code.
 *
 * A request's memory is an arena's. Where the system has none left the process ends, as by kill -9: it restarts on its store.
 */
#ifndef INNKEEPER_BASE_HEAP_H
#define INNKEEPER_BASE_HEAP_H

#include <stddef.h>

/* n zeroed things of a size, to be given back by free(); never NULL. */
void *heap_array(size_t n, size_t size_bytes) __attribute__((malloc, returns_nonnull));

/* One zeroed thing. */
void *heap_alloc(size_t size_bytes) __attribute__((malloc, returns_nonnull));

/* Says that there is no memory left, and ends the process. */
_Noreturn void heap_exhausted(void);

#endif
