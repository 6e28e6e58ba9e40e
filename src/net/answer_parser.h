/* net/answer_parser.h - the head of an answer, strictly (RFC 9112), and how its body is framed; heads of interim answers (1xx) before it
 * are checked and dropped.
 *
 * A function over bytes: no socket, no clock, no memory but the caller's struct. It may be fed a head in any pieces: the outcome is the
 * same, and what can not become an answer is refused with the first byte that shows it.
 * Owner:   all strings are views of the bytes fed, or literals.
 * Errors:  `refusal` is a sentence; the connection must close after it.
 * Limits:  ANSWER_HEAD_MAX, HTTP_FIELDS_MAX, both of all heads together.
 *
 * Refused where the RFCs leave a choice: a line feed of its own, a folded field, Content-Length twice even when the values agree or
 * beside Transfer-Encoding, any coding but chunked, a status beyond 599, and 101, which nobody asked for. Taken: a status line that ends
 * with the status. What Connection says but `close` and `keep-alive` is not looked at.
 */
#ifndef INNKEEPER_NET_ANSWER_PARSER_H
#define INNKEEPER_NET_ANSWER_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/http_parser.h"

#define ANSWER_HEAD_MAX 65536 /* bytes of heads, with their empty lines */

enum answer_framing {
	ANSWER_WITHOUT_BODY, /* to HEAD, 204, 304, or of the length 0 */
	ANSWER_OF_LENGTH,    /* body_bytes */
	ANSWER_IN_CHUNKS,
	ANSWER_TO_CLOSE, /* the body is what comes until the connection ends */
};

struct answer_parser {
	struct str_pair headers[HTTP_FIELDS_MAX]; /* values trimmed of blanks */
	size_t nheaders;
	size_t nfields;  /* those of interim answers included */
	unsigned status; /* 200 to 599 once the head is complete */
	enum answer_framing framing;
	uint64_t body_bytes; /* at least 1, where there is a length */
	bool keeps_alive;
	const char *refusal; /* NULL = nothing was refused */
	bool is_too_long;    /* what was refused is only that: one of the limits */
	size_t head_bytes;   /* of all heads; 0 = not complete */
	size_t at;           /* bytes looked at */
	size_t line;         /* where the line that `at` is in begins */
	bool is_to_head, has_line, is_http10, has_length, has_coding, has_close, has_keep;
};

/* `is_to_head`: what was asked is HEAD. */
void answer_parser_init(struct answer_parser *parser, bool is_to_head);

/* Goes on with all bytes of the answer that there are: those of the last call, at the same address, and more behind them. Bytes
 * behind the head are not looked at. */
enum http_progress answer_parser_feed(struct answer_parser *parser, struct str in);

#endif
