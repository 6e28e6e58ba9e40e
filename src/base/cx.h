/* base/cx.h - what a call carries down: its arena, its deadline, who asks; and the failure up.
 *
 * Owner:   made at the edge (a request, a command, a test), lives as long as its arena.
 * Threads: one at a time.
 * Errors:  the first note wins: whoever knows the reason calls fail() once and everybody above
 *          returns the code. The text is for people; `code` is the contract's (api.md "Errors").
 */
#ifndef INNKEEPER_BASE_CX_H
#define INNKEEPER_BASE_CX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/rand.h"
#include "base/str.h"

/* Adapters keep per-thread resources in tables of this size. */
#define CX_THREADS_MAX 256

/* More fields to blame than this are not listed. */
#define CX_BLAMES_MAX 20

#define CX_OUTCOME_MS 2000

/* One field that is wrong: a JSON Pointer into the body, or a query parameter's or header's name. */
struct blame {
	enum blame_kind { BLAME_POINTER, BLAME_PARAMETER, BLAME_HEADER } kind;
	struct str where;
	struct str detail;
};

struct failure {
	enum err err;
	const char *code; /* api.md's code; NULL while nothing failed */
	struct str detail;
	bool is_private; /* the detail names parts of the deployment: for log and command line, not for clients */
	struct blame blames[CX_BLAMES_MAX];
	unsigned nblames;
	unsigned retry_after_s; /* 0 = say nothing */
};

struct cx {
	struct arena *arena;
	const struct clock *clock;
	const struct rand *rand;
	unsigned thread;          /* the running thread's number, < CX_THREADS_MAX */
	int64_t deadline_mono_ms; /* checked before each call of a store; 0 = none */
	int64_t outcome_ms;       /* behind the deadline, for the outcome of a write under way */
	struct str request_id;
	struct str trace_id; /* 32 hex digits, of the caller's traceparent; empty = none came */
	struct str
		traceparent; /* to be sent on: that trace, a parent id of our own; empty with it */
	struct str tracestate; /* to be sent on with it, as it came; empty = none */
	struct str user;       /* empty: the caller of `--auth open` */
	struct failure failure;
};

/* Fills in the system's clock and chance, thread 0, no deadline, CX_OUTCOME_MS. */
void cx_init(struct cx *cx, struct arena *arena);

/* Notes a failure, unless one is noted, and returns err. */
enum err fail(struct cx *cx, enum err err, const char *code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Notes what another cx has noted, but for blames, unless a failure is noted or there is none there; returns err. */
enum err fail_as(struct cx *cx, enum err err, const struct failure *other);

/* Notes ERR_INVALID `invalid` and one more field to blame; returns ERR_INVALID. */
enum err fail_field(struct cx *cx, enum blame_kind kind, struct str where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* OK, or ERR_LIMIT `too_large` when the arena has refused a piece. */
MUST_CHECK enum err cx_check_memory(struct cx *cx);

/* OK, or ERR_UNAVAILABLE when the deadline has passed: for the moment before a call that blocks. */
MUST_CHECK enum err cx_check_deadline(struct cx *cx);

/* Forgets a failure that the caller has dealt with. */
void cx_clear(struct cx *cx);

#endif
