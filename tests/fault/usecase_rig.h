/* tests/fault/usecase_rig.h - the whole server but its sockets: requests go in at api_begin and api_handle, the store
 * is SQLite behind a plan of faults, and what must hold of it afterwards is checked.
 *
 * Works in a folder of the test's own. The clock is the rig's: it stands still unless a test moves it.
 */
#ifndef FAULT_USECASE_RIG_H
#define FAULT_USECASE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapter/store_fault.h"
#include "api/api.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/cx.h"
#include "port/cache.h"
#include "port/store.h"
#include "store_late.h"
#include "usecase/app.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

struct rig_clock {
	struct clock base;
	int64_t wall_ms, mono_ms;
};

struct usecase_rig {
	char folder[64];
	char path[96];
	struct arena process;         /* what lives as long as the rig */
	struct store_fault_plan plan; /* set it with usecase_rig_plan */
	struct rig_clock clock;
	struct store_late_plan late;
	size_t max_writes; /* of a commit; 0 = as many as the engine takes */
	struct app app;
	struct api *api;

	struct arena arena; /* of the last request */
	struct cx cx;
	struct api_answer answer;
	size_t cap_bytes;      /* of the request's arena; 0 = none */
	unsigned refuse_chunk; /* of the request's arena; 0 = none */
	int64_t timeout_ms;    /* of the request; 0 = none */
};

int usecase_rig_set_up(void **state);
/* The same on a store that takes seven writes in a commit: most writes go by an intent. */
int usecase_rig_set_up_narrow(void **state);
/* A hundred, as DynamoDB takes. */
int usecase_rig_set_up_hundred(void **state);
int usecase_rig_tear_down(void **state);

/* Another process on the rig's file: its own store, cache and gates. It ends before the rig does. */
void usecase_rig_open_other(struct usecase_rig *rig, struct usecase_rig *other);
void usecase_rig_close_other(struct usecase_rig *other);

/* Closes and opens the store, with an empty cache. In between a process may be forked, which opens it for itself. */
void usecase_rig_close(struct usecase_rig *rig);
void usecase_rig_open(struct usecase_rig *rig);
void usecase_rig_restart(struct usecase_rig *rig);

/* The n-th store call from now on, and every later one if so, answers err; 0 = none. `applied`: it is done all the same. */
void usecase_rig_plan(struct usecase_rig *rig, unsigned kinds, unsigned nth, bool and_all_after,
		      enum err err, bool applied);

/* Sends a request and returns its status; a query stands behind the path's `?`. `key` NULL = none. The answer is valid until the next request. */
unsigned usecase_rig_ask(struct usecase_rig *rig, const char *method, struct str path,
			 struct str body, const char *key);

/* The same without a key. */
static inline unsigned usecase_rig_send(struct usecase_rig *rig, const char *method,
					const char *path, const char *body)
{
	return usecase_rig_ask(rig, method, str_of(path), str_of(body), NULL);
}

/* The value of an answer's header; empty = none. Fails the test when it is there twice. */
struct str usecase_rig_header(const struct usecase_rig *rig, const char *name);

bool usecase_rig_says(const struct usecase_rig *rig, const char *text);

/* The code that the hotel of this name has, unless it was taken. Lives in the process's arena. */
struct str usecase_rig_code(struct usecase_rig *rig, struct str name);

/* The hotel's revision; 0 = there is none. */
uint64_t usecase_rig_revision(struct usecase_rig *rig, struct str code);

/* ctl, history and its chain, head and listing agree, names lead somewhere, ctl counts right, what is cached is what is stored; a
 * deleted hotel has ctl and history alone. Fails the test when not. */
void usecase_rig_check(struct usecase_rig *rig, struct str code);

#endif
