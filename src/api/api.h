/* api/api.h - from a request's bytes to an answer's: routes, checks, decoding, errors.
 *
 * Knows no socket: `serve` and `lambda` both stand on it. One HTTP request is one api_request and one
 * api_answer, both in cx->arena. cx->request_id is what the front calls it, empty = nothing: then, unless the client names it, a name is made.
 * Threads: one struct api serves any number of threads, one cx is one thread's.
 */
#ifndef INNKEEPER_API_API_H
#define INNKEEPER_API_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/message.h"
#include "base/cx.h"
#include "base/str.h"

struct app;
struct seed_event;

/* What the front may do with a request once it has the head. */
enum api_next {
	API_ANSWERED,  /* the answer is ready: refusals, probes, cached documents; never blocked */
	API_READ_BODY, /* read at most api_body_max bytes of body, then api_handle on a worker */
};

struct api;

/* Lives in the arena, which the process keeps; app outlives it. */
struct api *api_open(struct arena *arena, struct app *app, const struct api_options *options);

/* Looks at the head alone; never blocks, so event threads may call it. */
enum api_next api_begin(struct api *api, struct cx *cx, const struct api_request *request,
			struct api_answer *answer);

/* Changes nothing, so that nobody's commit is waited for: GET and HEAD. */
bool api_is_read(const struct api_request *request);

/* Looks at a write whose body has been read as far as no store is needed: answers what is refused (API_ANSWERED), else nothing is done
 * but the work, which api_handle does again. Takes time and memory with the body, never blocks. */
enum api_next api_check(struct api *api, struct cx *cx, const struct api_request *request,
			struct api_answer *answer);

/* Answers a request whose body has been read; may block on a store. Always fills the answer. */
void api_handle(struct api *api, struct cx *cx, const struct api_request *request,
		struct api_answer *answer);

/* Answers the seed's own event through the route that has its use case; may block on a store. Always fills the answer: its body is the
 * bare wrapper, also of a failure; status and code are what HTTP would have said. */
void api_handle_seed(struct api *api, struct cx *cx, const struct seed_event *event,
		     struct api_answer *answer);

/* The answer to what the front itself has to refuse (grammar, limits, timers), before or without a request: status and
 * code from api.md (one code may have several statuses), request NULL where not even the target could be read. Sends
 * Retry-After where cx->failure.retry_after_s says so. Never blocks. */
void api_refuse(struct api *api, struct cx *cx, const struct api_request *request, unsigned status,
		const char *code, const char *detail, struct api_answer *answer);

/* Bytes of body that the request may have: past it the front refuses with `too_large`. */
uint64_t api_body_max(const struct api *api, const struct api_request *request);

/* What requests may have to wait for each other: writes of one hotel, reads of one hotel. Equal numbers say nothing. */
uint64_t api_lane(const struct api *api, const struct api_request *request);

/* Milliseconds a handler may take, by api.md "Limits": 5 s, 30 s for whole documents. */
int64_t api_handler_timeout_ms(const struct api *api, const struct api_request *request,
			       int64_t normal_timeout_ms);

#endif
