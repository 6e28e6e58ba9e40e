/* net/reply_reader.h - one answer as libcurl brings it: heads line by line, the body in pieces, both within limits.
 *
 * Owner:   all of it lives in the arena; the struct is the caller's.
 * Errors:  whoever takes a piece returns its size, or 0: libcurl stops then and closes the connection. `is_too_long` and the arena
 *          say why.
 */
#ifndef INNKEEPER_NET_REPLY_READER_H
#define INNKEEPER_NET_REPLY_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define REPLY_HEAD_BYTES_MAX 65536 /* of all lines of an answer's heads */
#define REPLY_HEADERS_MAX 100

struct reply_reader {
	struct arena *arena;
	void *curl;        /* asked what length is announced */
	size_t body_max;   /* bytes; 0 = none is taken */
	size_t head_bytes; /* of all heads and trailers so far */
	size_t nfields;    /* likewise */
	struct buf body;
	struct str_pair *headers; /* of the head that came last */
	size_t nheaders;
	bool is_in_head;
	bool is_final;    /* the head that came last is no interim one (1xx) */
	bool is_too_long; /* for the caller, or for REPLY_HEAD_BYTES_MAX or REPLY_HEADERS_MAX */
};

void reply_reader_init(struct reply_reader *answer, struct arena *arena, void *curl,
		       size_t body_max);

/* libcurl's CURLOPT_HEADERFUNCTION and CURLOPT_WRITEFUNCTION; `user` is the answer. */
size_t reply_reader_take_line(char *bytes, size_t one, size_t n, void *user);
size_t reply_reader_take_body(char *bytes, size_t one, size_t n, void *user);

#endif
