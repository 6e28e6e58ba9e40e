/* net/credentials_reply.h - the JSON in which the container endpoint and the instance metadata give credentials. */
#ifndef INNKEEPER_NET_CREDENTIALS_REPLY_H
#define INNKEEPER_NET_CREDENTIALS_REPLY_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/credentials_found.h"

/* Fills keys and expiry of *out, whose place is set. Members that are not known are skipped, one that comes twice is refused. */
MUST_CHECK enum err credentials_reply_parse(struct cx *cx, struct str body,
					    struct credentials_found *out);

/* The instant at which an answer says that its keys expire. */
MUST_CHECK enum err credentials_reply_expiry(struct cx *cx, struct str text,
					     struct credentials_found *out);

#endif
