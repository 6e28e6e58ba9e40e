/* net/http_field.h - which header fields of a caller a client sends. */
#ifndef INNKEEPER_NET_HTTP_FIELD_H
#define INNKEEPER_NET_HTTP_FIELD_H

#include <stdbool.h>

#include "base/str.h"

/* No control character is in it. */
bool is_plain_text(struct str text);

/* A name and a value that are fields, and not how a request is cut into messages: Content-Length, Transfer-Encoding, Connection, Expect. */
bool http_field_check(struct str name, struct str value);

#endif
