/* api/exchange.h - one request on its way through the layer, with the answer that is being made. */
#ifndef INNKEEPER_API_EXCHANGE_H
#define INNKEEPER_API_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "api/message.h"
#include "api/route.h"
#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "usecase/app.h"
#include "usecase/command.h"

struct exchange {
	struct app *app;
	const struct route *routes; /* all of them */
	const struct api_options *options;
	struct cx *cx;
	const struct api_request *request;
	struct api_answer *answer;
	struct route_match match;
	struct str_pair
		query[ROUTE_QUERY_MAX]; /* decoded; each name once, all known to the route */
	size_t nquery;
	bool may_wait;   /* false: only what needs no waiting is to be answered */
	bool deferred;   /* set by a handler that would have to wait */
	struct str link; /* path of the request without base path: for Link and Location */
	bool is_seed;    /* it is the seed's event: a failure is its wrapper */
};

/* The value of a header that is sent at most once, else of the first; a NULL pointer = not sent. */
struct str exchange_header(const struct exchange *exchange, struct str name);

/* The value of a header that is a list: several are one, joined by commas (RFC 9110 section 5.3). */
struct str exchange_list_header(const struct exchange *exchange, struct str name);

/* The value of a query parameter; false when it was not given. */
bool exchange_query(const struct exchange *exchange, struct str name, struct str *out);

/* Adds a header to the answer; the texts live as long as the arena. */
void exchange_add_header(struct exchange *exchange, struct str name, struct str value);

/* Decodes the query and checks that the route takes all of it, and each value against its parameter's row. */
MUST_CHECK enum err exchange_read_query(struct exchange *exchange);

/* Fills in what every write has in common from the headers. */
MUST_CHECK enum err exchange_read_command(struct exchange *exchange, struct command *out);

/* True, and deferred, where a write whose request is in order would have to wait for the store, and may not. */
bool exchange_defers(struct exchange *exchange);

/* What clients put before every path of ours: mount and base path. */
struct str exchange_root(const struct exchange *exchange);

/* Makes a JSON answer of a use case's result. */
void exchange_answer(struct exchange *exchange, const struct result *result);

/* Makes a 200 of a finished text that is no JSON. */
void exchange_answer_text(struct exchange *exchange, struct str type, struct str text);

/* As exchange_answer, for a resource that is read: 304 when If-None-Match names its tag. */
void exchange_answer_read(struct exchange *exchange, const struct result *result);

/* The same for a write that ended so; a refused condition gets the current tag. Returns err. */
MUST_CHECK enum err exchange_answer_write(struct exchange *exchange, enum err err,
					  const struct result *result);

#endif
