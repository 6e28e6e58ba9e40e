/* adapter/dynamodb_client.h - calls of DynamoDB's operations: signed, sent, checked, and tried again while that may help.
 *
 * Owner:   who opens it closes it, when no call is under way. What a call returns lives in cx's arena.
 * Threads: any; a call blocks its own.
 * Time:    no try begins behind cx's deadline. A read ends at it, a write under way is awaited cx's outcome_ms more.
 * Errors:  of a call, noted but for CONFLICT: UNAVAILABLE, UNCERTAIN (writes alone), LIMIT `too_large` and `storage_full`. Texts bear the
 *          service's name of the error and the request's id, never what was sent.
 */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_CLIENT_H
#define INNKEEPER_ADAPTER_DYNAMODB_CLIENT_H

#include <stdbool.h>

#include "adapter/dynamodb_error.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "port/store_stats.h"

struct dynamodb_client;

/* As store_dynamodb_options. INVALID when there is no region, or the endpoint is none. Nothing is asked yet. */
MUST_CHECK enum err dynamodb_client_open(struct cx *cx, const char *region, const char *endpoint,
					 struct dynamodb_client **out);
void dynamodb_client_close(struct dynamodb_client *client);

struct dynamodb_call {
	const char *operation; /* `GetItem` */
	struct str body;
	bool writes;
	bool is_question; /* to be refused is an answer too: it is not logged */
};

struct dynamodb_reply {
	struct str body;             /* OK: JSON, its sum checked */
	struct dynamodb_error error; /* else: what the last try met */
	bool is_unclear;             /* some try of a write may have been done all the same */
};

/* CONFLICT: a condition did not hold. */
MUST_CHECK enum err dynamodb_client_call(struct dynamodb_client *client, struct cx *cx,
					 const struct dynamodb_call *call,
					 struct dynamodb_reply *out);

/* Adds retries and throttled. */
void dynamodb_client_stats(struct dynamodb_client *client, struct store_stats *out);

#endif
