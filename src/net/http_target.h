/* net/http_target.h - the target of a request line and the grammar of Host (RFC 9112 section 3.2, RFC 3986).
 *
 * Pure functions over bytes; what they fill are views of their input or literals.
 */
#ifndef INNKEEPER_NET_HTTP_TARGET_H
#define INNKEEPER_NET_HTTP_TARGET_H

#include <stdbool.h>

#include "base/str.h"

struct http_target {
	struct str path;  /* begins with a slash, or is `*` */
	struct str query; /* without the question mark */
	struct str host;  /* of the absolute form; else empty */
};

/* Origin form, absolute form (http, https), and `*` for OPTIONS alone; false for all else: the authority form,
 * fragments, characters that no URI has, and bad escapes. */
bool http_target_parse(struct str method, struct str text, struct http_target *out);

/* A name, an IPv4 address or an IPv6 one in brackets, and a port if any: 1 to 65535. */
bool http_host_check(struct str host);

#endif
