/* adapter/dynamodb_retry.h - when to try again: how long to wait, and whether the store's budget of retries still allows it.
 *
 * Threads: any; a budget has a lock of its own. It is shared by all calls of a store, so that a service in trouble is not asked the more
 *          for it; what succeeds fills it again.
 */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_RETRY_H
#define INNKEEPER_ADAPTER_DYNAMODB_RETRY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "adapter/dynamodb_error.h"

/* Of one call; the deadline and the budget mostly end it before. */
#define DYNAMODB_TRIES_MAX 10

#define DYNAMODB_BUDGET 500

struct dynamodb_retry {
	enum dynamodb_class class; /* of what has gone wrong */
	unsigned tries;            /* made so far, from 1 */
	uint32_t chance;           /* random */
	int64_t asked_ms;          /* what the service asks for; 0 = nothing */
	int64_t left_ms;           /* until the deadline; INT64_MAX = there is none */
};

/* Milliseconds to wait before the next try; -1: no other. */
int64_t dynamodb_retry_wait_ms(const struct dynamodb_retry *retry);

struct dynamodb_budget {
	pthread_mutex_t lock;
	unsigned left;
};

void dynamodb_budget_open(struct dynamodb_budget *budget);
void dynamodb_budget_close(struct dynamodb_budget *budget);

/* Takes what a retry for this reason costs: 0 when it is not there. */
unsigned dynamodb_budget_take(struct dynamodb_budget *budget, enum dynamodb_class class);

/* A call has succeeded; `taken` is what its last retry cost, 0 = it had none. */
void dynamodb_budget_give(struct dynamodb_budget *budget, unsigned taken);

#endif
