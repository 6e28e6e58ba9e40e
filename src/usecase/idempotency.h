/* usecase/idempotency.h - one request has one effect, however often it is sent with its key (api.md "Conventions").
 *
 * The answer is stored in the same commit as the effect, for 24 h, per caller. Within this process a second request finds the key
 * claimed; between processes the record's condition decides.
 */
#ifndef INNKEEPER_USECASE_IDEMPOTENCY_H
#define INNKEEPER_USECASE_IDEMPOTENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "port/store.h"
#include "record/batch.h"
#include "usecase/app.h"
#include "usecase/command.h"
#include "usecase/gate.h"

/* Claims the command's key until idempotency_release; ERR_CONFLICT `in_flight` when its first request is still running. Without a
 * key: OK, an empty claim. */
MUST_CHECK enum err idempotency_claim(struct app *app, struct cx *cx, const struct command *command,
				      struct claim *claim);
void idempotency_release(struct app *app, struct claim *claim);

/* Looks the key up: *done and the stored answer, or the revision that the record's write is conditioned on. ERR_CONFLICT
 * `key_reused` when the key belongs to another request. Without a key: OK, not done. */
MUST_CHECK enum err idempotency_find(struct app *app, struct cx *cx, const struct command *command,
				     struct result *result, bool *done, uint64_t *if_rev);

/* A stored answer, or a part of one, that counts no more. */
bool idempotency_is_expired(const struct cx *cx, const struct item *item);

/* Adds the record of the answer to the batch (long answers' parts are committed first) and removes a few that have expired. Without a
 * key: OK, nothing. */
MUST_CHECK enum err idempotency_record(struct app *app, struct batch *batch,
				       const struct command *command, const struct result *result,
				       uint64_t if_rev);

#endif
