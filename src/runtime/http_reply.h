/* runtime/http_reply.h - the answering half of a connection: an answer becomes bytes, goes out, is counted and logged.
 *
 * What returns bool says whether there is something to do before the next event.
 */
#ifndef INNKEEPER_RUNTIME_HTTP_REPLY_H
#define INNKEEPER_RUNTIME_HTTP_REPLY_H

#include <stdbool.h>

#include "net/http_parser.h"
#include "runtime/http_connection.h"

/* The exchange's answer is filled: begins to write it. */
bool http_reply_begin(struct http_connection *connection);

/* Answers with what the front has to say itself. */
bool http_reply_refuse(struct http_connection *connection, const struct http_refusal *refusal);

/* The same where nobody can know any more where the next request begins. */
bool http_reply_refuse_and_close(struct http_connection *connection,
				 const struct http_refusal *refusal);

/* Goes on writing; at the end the connection waits for the next request, or lingers. */
bool http_reply_write(struct http_connection *connection);

/* Throws away what a closing connection still gets. */
bool http_reply_linger(struct http_connection *connection);

/* Makes what bodies and waiting answers hold fit their limit, at the cost of this thread's clients that did nothing for longest;
 * false when that does not do. */
bool http_reply_make_room(const struct http_connection *connection);

/* The request is over, answered or not: logs it when it was. */
void http_reply_end(struct http_connection *connection);

#endif
