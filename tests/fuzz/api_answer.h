/* api_answer.h - what api.md promises about every answer, whatever was asked. */
#ifndef INNKEEPER_TESTS_API_ANSWER_H
#define INNKEEPER_TESTS_API_ANSWER_H

#include "api/message.h"
#include "base/arena.h"

/* Aborts unless the answer is one: a status of the contract, headers that can be sent, a body that is JSON, a problem
 * with its members. */
void api_answer_check(struct arena *arena, const struct api_request *request,
		      const struct api_answer *answer, struct str request_id);

#endif
