/* store_fixture.h - a SQLite store in a folder of the test's own, behind a plan of faults, and a cx to use it. */
#ifndef INNKEEPER_TESTS_STORE_FIXTURE_H
#define INNKEEPER_TESTS_STORE_FIXTURE_H

#include "cx_fixture.h"

#include "adapter/store_fault.h"
#include "base/clock.h"
#include "port/store.h"

struct store_fixture {
	struct arena arena;
	struct cx cx;
	struct store *store;
	struct store_fault_plan plan;
	struct clock clock;
	int64_t wall_ms; /* the clock's; it stands still unless the test moves it */
	char folder[64];
};

int store_fixture_open(void **state);
int store_fixture_close(void **state);

/* From now on the n-th call of these kinds answers err; 0 = none. */
void store_fixture_plan(struct store_fixture *fixture, unsigned kinds, unsigned nth, enum err err,
			bool applied);

#endif
