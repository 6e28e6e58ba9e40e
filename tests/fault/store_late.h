/* tests/fault/store_late.h - a store whose calls take time on a clock that a test owns.
 *
 * From the plan's n-th call on each call moves the clock by *late_ms once it is done.
 */
#ifndef FAULT_STORE_LATE_H
#define FAULT_STORE_LATE_H

#include <stdint.h>

#include "adapter/store_fault.h"
#include "port/store.h"

/* Stands below the store_fault of the same plan, which counts. Closing it closes the store below. */
struct store *store_late_open(struct store *below, const struct store_fault_plan *plan,
			      int64_t *mono_ms, const int64_t *late_ms);

#endif
