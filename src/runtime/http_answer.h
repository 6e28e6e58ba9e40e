/* runtime/http_answer.h - an answer's head as bytes: the status line and the fields that are the front's to add. */
#ifndef INNKEEPER_RUNTIME_HTTP_ANSWER_H
#define INNKEEPER_RUNTIME_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "api/api.h"
#include "base/str.h"

/* How the connection goes on, as the client has to be told. */
enum http_answer_end {
	HTTP_ANSWER_OPEN, /* what HTTP/1.1 means without a word */
	HTTP_ANSWER_KEPT, /* open, and a 1.0 client asked for it */
	HTTP_ANSWER_CLOSED,
};

/* Bytes that http_answer_write needs at most. */
size_t http_answer_max(const struct api_answer *answer);

/* Writes the head to `out`; `date` is as for the Date field. Returns its length. */
size_t http_answer_write(const struct api_answer *answer, struct str date, enum http_answer_end end,
			 char *out);

/* The body as it goes over the wire: none for HEAD, 204 and 304. */
struct str http_answer_body(const struct api_answer *answer, bool is_head);

#endif
