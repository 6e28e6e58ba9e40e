/* command/copy_answers.h - a partition of answers that are kept for repeated requests: a retry after the move finds its answer.
 *
 * An answer never changes while it is kept: one that the target has under the same key, and that is another one, is the target's own.
 */
#ifndef INNKEEPER_COMMAND_COPY_ANSWERS_H
#define INNKEEPER_COMMAND_COPY_ANSWERS_H

#include "command/copier.h"

/* What such partitions are called. */
#define COPY_ANSWERS_PREFIX STR("~idem-")

/* What has expired stays behind. UNAVAILABLE, LIMIT `storage_full`: a store fails. */
MUST_CHECK enum err copy_answers(struct copier *copier, struct str partition, struct copied *out);

#endif
