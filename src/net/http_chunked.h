/* net/http_chunked.h - a body in chunks (RFC 9112 section 7.1), strictly.
 *
 * A function over bytes, fed in any pieces with the same outcome. Extensions and trailers are checked and dropped.
 * Blanks around a size or in an extension outside of quotes are refused: nothing sends them but attacks.
 * Errors:  a refusal as in net/http_parser.h; the connection must close after it.
 * Limits:  the caller's for the data; HTTP_CHUNKED_EXTRA_MAX bytes of extensions and trailers, HTTP_FIELDS_MAX trailers.
 */
#ifndef INNKEEPER_NET_HTTP_CHUNKED_H
#define INNKEEPER_NET_HTTP_CHUNKED_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "net/http_parser.h"

#define HTTP_CHUNKED_EXTRA_MAX 8192

enum http_chunked_progress {
	HTTP_CHUNKED_MORE,    /* all was used, bytes are missing */
	HTTP_CHUNKED_DATA,    /* `data` is the next run of the body; call again */
	HTTP_CHUNKED_DONE,    /* the body is complete; what was not used is the next request's */
	HTTP_CHUNKED_REFUSED, /* see `refusal` */
};

struct http_chunked {
	struct http_refusal refusal;
	uint64_t max_bytes;
	uint64_t total_bytes; /* of data, announced so far */
	uint64_t left_bytes;  /* of the chunk that is being read */
	size_t extra_bytes;   /* of extensions and trailers so far */
	unsigned digits;
	unsigned ntrailers;
	int state;
};

void http_chunked_init(struct http_chunked *chunked, uint64_t max_bytes);

/* Goes on with the bytes that follow those used so far. */
enum http_chunked_progress http_chunked_feed(struct http_chunked *chunked, struct str in,
					     size_t *used, struct str *data);

#endif
