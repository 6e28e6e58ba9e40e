/* usecase/gate.h - who waits for whom in this process: writes of one hotel for each other and for a reader whom they left no time,
 * a request for the earlier one with its idempotency key not at all.
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

/* A name that somebody holds; the holder keeps it in place until it is released. */
struct claim {
	struct claim *next;
	struct str name;
};

/* The one name in struct app's chain_gates: whoever is inside a hotel's gate may enter this one, never the other way. */
#define CHAIN_GATE STR("chains")

/* Lives in the process's arena; NULL past its cap. */
struct gates *gates_open(struct arena *arena);

/* Nobody may be inside. NULL is nothing. */
void gates_close(struct gates *gates);

/* Waits until nobody else is inside under that name (a hotel's code), at most to cx's deadline (ERR_UNAVAILABLE). Names may
 * share a gate: hold one of these gates at a time. */
MUST_CHECK enum err gate_enter(struct gates *gates, struct cx *cx, struct str code);
void gate_leave(struct gates *gates, struct str code);

/* False when the name is claimed already; else claim->name is held until gate_release. */
MUST_CHECK bool gate_claim(struct gates *gates, struct claim *claim, struct str name);
void gate_release(struct gates *gates, struct claim *claim);

#endif
