/* net/http_curl_answer.h - one answer as libcurl brings it: heads line by line, the body in pieces, both within limits.
 *
 * Owner:   all of it lives in the arena; the struct is the caller's.
 * Errors:  whoever takes a piece returns its size, or 0: libcurl stops then and closes the connection. `is_too_long` and the arena
 *          say why.
 */
#ifndef INNKEEPER_NET_HTTP_CURL_ANSWER_H
#define INNKEEPER_NET_HTTP_CURL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "net/curl_library.h"

#define HTTP_CURL_ANSWER_HEAD_MAX 65536 /* bytes of all lines of heads and trailers */
#define HTTP_CURL_ANSWER_FIELDS_MAX 100

struct http_curl_answer {
	struct arena *arena;
	const struct curl_library *library;
	void *curl;        /* asked what length is announced */
	size_t body_max;   /* bytes; 0 = none is taken */
	size_t head_bytes; /* of all heads and trailers so far */
	size_t nfields;    /* likewise */
	struct buf body;
	struct str_pair *headers; /* of the head that came last */
	size_t nheaders;
	bool is_in_head;
	bool is_final;    /* the head that came last is no interim one (1xx) */
	bool is_complete; /* and has come to its end */
	bool is_too_long; /* for the caller, or for the limits above */
};

void http_curl_answer_init(struct http_curl_answer *answer, struct arena *arena,
			   const struct curl_library *library, void *curl, size_t body_max);

/* libcurl's CURLOPT_HEADERFUNCTION and CURLOPT_WRITEFUNCTION; `user` is the answer. */
size_t http_curl_answer_take_line(char *bytes, size_t one, size_t n, void *user);
size_t http_curl_answer_take_body(char *bytes, size_t one, size_t n, void *user);

#endif
