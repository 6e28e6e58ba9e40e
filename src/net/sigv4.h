/* net/sigv4.h - AWS Signature Version 4 of one request, in its headers; HMAC-SHA256 by OpenSSL.
 *
 * Pure: time and credentials are the caller's. All results live in the arena; past its cap they are empty.
 */
#ifndef INNKEEPER_NET_SIGV4_H
#define INNKEEPER_NET_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct sigv4_credentials {
	struct str access_key;
	struct str secret_key;
	struct str session_token; /* empty = none */
};

struct sigv4_request {
	struct str method;
	struct str path;  /* percent-encoded as it is sent; begins with / */
	struct str query; /* likewise, without the ?; empty = none; `+` is a plus */
	/* All that are to be signed: host among them, neither date nor token. The value of X-Amz-Content-Sha256, if it is there,
	 * stands for the hash of the body (S3). */
	const struct str_pair *headers;
	size_t nheaders;
	struct str body;
	bool path_is_final; /* S3: signed as it is; else dots and slashes are normalised and it is encoded once more */
};

struct sigv4_scope {
	struct str region;
	struct str service;
	int64_t time_ms; /* since 1970, in the years 1970 to 9999 */
};

#define SIGV4_HEADERS_MAX 3

/* The headers to send beside those of the request: X-Amz-Date, Authorization and, with a session token, X-Amz-Security-Token.
 * Returns how many; 0 when the arena refuses. */
size_t sigv4_sign(struct arena *arena, const struct sigv4_request *request,
		  const struct sigv4_credentials *credentials, const struct sigv4_scope *scope,
		  struct str_pair out[SIGV4_HEADERS_MAX]);

/* What is signed, for those who compare it with what a service says it should be. */
struct sigv4_text {
	struct str canonical_request;
	struct str signed_headers; /* names in lower case, a semicolon between them */
	struct str string_to_sign;
};

/* `headers` are all that are signed, date and token among them. */
struct sigv4_text sigv4_write(struct arena *arena, const struct sigv4_request *request,
			      const struct sigv4_scope *scope);

/* 64 hexadecimal digits, of a string to sign in that scope. */
struct str sigv4_signature(struct arena *arena, struct str secret_key,
			   const struct sigv4_scope *scope, struct str string_to_sign);

#endif
