/* tests/fault/store_late.h - a store whose calls take time on a clock that a test owns, and where others act between them.
 *
 * Owner: closing it closes the store below; the plan is the caller's and outlives it. One thread.
 */
#ifndef FAULT_STORE_LATE_H
#define FAULT_STORE_LATE_H

#include <stdbool.h>
#include <stdint.h>

#include "port/store.h"

struct store_late_plan {
	unsigned from;    /* the first call that is late; every later one is too; 0 = none */
	int64_t late_ms;  /* what each of them takes */
	int64_t *mono_ms; /* the clock */
	unsigned calls;   /* so far */
	unsigned between; /* `act` is called once, behind this call; 0 = never */
	void (*act)(void *context);
	void *context;
	bool has_strangers; /* when it is opened: other programs may write too, as on a shared table */
};

struct store *store_late_open(struct store *below, struct store_late_plan *plan);

#endif
