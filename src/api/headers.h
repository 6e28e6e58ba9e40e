/* api/headers.h - what a request's headers must be, and those that every answer has. */
#ifndef INNKEEPER_API_HEADERS_H
#define INNKEEPER_API_HEADERS_H

#include "api/exchange.h"
#include "base/err.h"

/* Takes the client's request id into cx, in place of the front's, where it is 1 to 64 safe characters. */
void headers_take_request_id(struct exchange *exchange);

/* Takes the caller's traceparent and tracestate into cx, to be logged and sent on. What is no traceparent counts as none, given twice as well; none is
 * made up. A tracestate counts with a traceparent alone, and up to 512 bytes of ASCII: beyond it is dropped as a whole. */
void headers_take_trace(struct exchange *exchange);

/* Adds what every answer has: request id, CORS. */
void headers_add_common(struct exchange *exchange);

/* MISDIRECTED `misdirected` when auth is open and Host is not ours; FORBIDDEN for a write from another origin that is not listed. A
 * browser must not become a way in. */
MUST_CHECK enum err headers_check_origin(struct exchange *exchange);

/* `not_acceptable` unless the client takes JSON. */
MUST_CHECK enum err headers_check_accept(struct exchange *exchange);

/* `unsupported_media_type` unless the body is JSON (or a merge patch, where the route takes those). */
MUST_CHECK enum err headers_check_content_type(struct exchange *exchange);

/* Fills the answer to a preflight. */
void headers_answer_options(struct exchange *exchange);

#endif
