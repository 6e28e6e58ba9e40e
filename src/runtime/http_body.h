/* runtime/http_body.h - a request's body, gathered as it arrives.
 *
 * Owner:   the exchange has the bytes until http_body_close.
 * Limits:  the caller's for this body; what all of them have is counted in http_shared.held_bytes, for the caller to look at.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_BODY_H
#define INNKEEPER_RUNTIME_HTTP_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/http_parser.h"
#include "runtime/http_exchange.h"
#include "runtime/http_input.h"

enum http_body_progress {
	HTTP_BODY_DONE,    /* exchange->request.body is all of it */
	HTTP_BODY_LATER,   /* an event will come */
	HTTP_BODY_PAUSED,  /* there is more, but others have their turn */
	HTTP_BODY_GONE,    /* the client went away before its end */
	HTTP_BODY_REFUSED, /* the connection must close */
};

/* True when all of a body by its length is in the buffer already; chunks always have to be gathered. */
bool http_body_is_here(const struct http_exchange *exchange, const struct http_input *input);

/* Uses the body up where it is: for http_body_is_here. */
void http_body_take(struct http_exchange *exchange, struct http_input *input);

/* Before the first http_body_read. */
void http_body_open(struct http_exchange *exchange, uint64_t max_bytes);

/* Goes on with what there is; `refusal` is filled when it is refused. */
enum http_body_progress http_body_read(struct http_exchange *exchange, struct http_input *input,
				       struct http_loop *loop, struct http_refusal *refusal);

/* Frees what was gathered, if anything. */
void http_body_close(struct http_exchange *exchange, struct http_loop *loop);

#endif
