/* tests/fault/sqlite_rig.h - a SQLite store under test: numbered commits, and what must be found of them.
 *
 * Commit i steps `h`/ctl from rev i - 1 to i and adds an item `step-<i>` of its own. Works in a folder of the test's
 * own; scenarios that end badly run in a child process, which speaks through struct sqlite_rig_report.
 */
#ifndef FAULT_SQLITE_RIG_H
#define FAULT_SQLITE_RIG_H

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/cx.h"
#include "port/store.h"

/* Last: it has a macro `fail`. */
#include <cmocka.h>

struct sqlite_rig {
	struct store *store; /* NULL while it is not open */
	struct arena arena;
	struct cx cx;
	char folder[64];
	char path[96]; /* of the database */
};

/* What a child process tells, in memory that it shares with its parent. */
struct sqlite_rig_report {
	unsigned acked;     /* commits answered OK, 1 to this */
	unsigned uncertain; /* the commit that was answered UNCERTAIN, or 0 */
	unsigned full;      /* answers `storage_full` */
	unsigned unavailable;
	unsigned fired; /* calls that the plan made fail */
	bool opened;
	char problem[256]; /* empty: all as it should be */
};

/* Set-up and tear-down of a test: the folder is made, the store opened in it or not; then removed with all that is in it, and no
 * fault is planned any more. */
int sqlite_rig_set_up(void **state);
int sqlite_rig_set_up_open(void **state);
int sqlite_rig_tear_down(void **state);

MUST_CHECK enum err sqlite_rig_open(struct sqlite_rig *rig);
void sqlite_rig_close(struct sqlite_rig *rig);

/* A connection of the engine's own to the file, which keeps the sums of its pages; the caller closes it. */
sqlite3 *sqlite_rig_connect(const struct sqlite_rig *rig);

/* The same, in a transaction that keeps all others from writing. */
sqlite3 *sqlite_rig_hold_write_lock(const struct sqlite_rig *rig);

/* A whole file. */
struct str sqlite_rig_read_file(struct arena *arena, const char *path);
void sqlite_rig_write_file(const char *path, struct str bytes);

/* Commit `i` with `text_bytes` of text in its item; for any thread. */
enum err sqlite_rig_commit(struct store *store, struct cx *cx, unsigned i, size_t text_bytes);

/* The rev of `h`/ctl; 0 when it is not there, UINT64_MAX when it can not be read. */
uint64_t sqlite_rig_rev(struct store *store, struct cx *cx);

/* Commits 1 to the one of ctl are there, whole, and no other; returns NULL or what is wrong. */
const char *sqlite_rig_check(struct store *store, struct cx *cx);

/* Runs `play` in a child with a clean report; returns how the child ended as waitpid tells. */
int sqlite_rig_play(struct sqlite_rig *rig, struct sqlite_rig_report *report,
		    void (*play)(struct sqlite_rig *, struct sqlite_rig_report *));

/* Runs `play` in a child up to its n-th entry into the system or return from it, in the thread that it begins in, and kills it there;
 * false when it came to its end. */
bool sqlite_rig_run_until(struct sqlite_rig *rig, void (*play)(struct sqlite_rig *), unsigned n);

/* Memory for a report. */
struct sqlite_rig_report *sqlite_rig_report_open(void);

#endif
