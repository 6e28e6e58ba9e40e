/* usecase/gate.h - who waits for whom in this process: writes of one hotel for each other, a request for
 * the earlier one with its idempotency key not at all.
 *
 * Threads: any. Between processes the store's conditions decide (domain.md 2.2).
 */
#ifndef INNKEEPER_USECASE_GATE_H
#define INNKEEPER_USECASE_GATE_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

struct gates;

struct gates *gates_open(void);

/* Nobody may be inside. NULL is nothing. */
void gates_close(struct gates *gates);

/* Waits until no other write of the hotel is under way, at most to cx's deadline (ERR_UNAVAILABLE). Hotels may share a gate: hold one at a
 * time. */
MUST_CHECK enum err gate_enter(struct gates *gates, struct cx *cx, struct str code);
void gate_leave(struct gates *gates, struct str code);

/* False when the name is claimed already; a claimed name is released once. */
bool gate_claim(struct gates *gates, struct str name);
void gate_release(struct gates *gates, struct str name);

#endif
