/* net/http_parser.h - a request's head, strictly: what RFC 9112 lets a server refuse is refused.
 *
 * A function over bytes: no socket, no clock, no memory but the caller's struct. It may be fed a head in any pieces:
 * the outcome is the same, and what can not become a request is refused with the first byte that shows it.
 * Owner:   all strings are views of the bytes fed, or literals.
 * Errors:  a refusal has the status, api.md's code and a sentence; the connection must close after it.
 * Limits:  HTTP_LINE_MAX, HTTP_HEAD_MAX, HTTP_FIELDS_MAX, HTTP_METHOD_MAX.
 *
 * Where the RFCs leave a choice: one empty line before the request line is skipped; minor versions above 1.1 count
 * as 1.1; one Content-Length repeated is refused even when the values agree; `Expect` of a 1.0 client is ignored.
 */
#ifndef INNKEEPER_NET_HTTP_PARSER_H
#define INNKEEPER_NET_HTTP_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define HTTP_LINE_MAX 8192  /* bytes of the request line, without its CRLF */
#define HTTP_HEAD_MAX 16384 /* bytes of request line and fields, with the empty line */
#define HTTP_FIELDS_MAX 100
#define HTTP_METHOD_MAX 32

struct http_refusal {
	unsigned status; /* 0 = nothing was refused */
	const char *code;
	const char *detail;
};

struct http_request {
	struct str method;
	struct str path;                          /* begins with a slash, or is `*` */
	struct str query;                         /* without the question mark */
	struct str host;                          /* empty when HTTP/1.0 sent none */
	struct str_pair headers[HTTP_FIELDS_MAX]; /* values trimmed of blanks */
	size_t nheaders;
	uint64_t body_bytes; /* announced; 0 when chunked */
	bool has_body;
	bool is_chunked;
	bool is_http10;
	bool keeps_alive;
	bool expects_continue;
};

enum http_progress {
	HTTP_MORE,    /* bytes are missing */
	HTTP_DONE,    /* the head is complete: `head_bytes` */
	HTTP_REFUSED, /* see `refusal` */
};

struct http_parser {
	struct http_request request;
	struct http_refusal refusal;
	size_t head_bytes;
	size_t at;   /* bytes looked at */
	size_t line; /* where the line that `at` is in begins */
	bool has_blank, has_line, has_host, has_length, has_coding, has_close, has_keep;
};

void http_parser_init(struct http_parser *parser);

/* Goes on with all bytes of the request that there are: those of the last call, at the same address, and more behind
 * them. Bytes behind the head are not looked at. */
enum http_progress http_parser_feed(struct http_parser *parser, struct str in);

#endif
