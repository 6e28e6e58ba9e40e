/* net/credentials_web.h - web identity: a token of the platform for credentials of a role, by STS AssumeRoleWithWebIdentity, which is
 * not signed. */
#ifndef INNKEEPER_NET_CREDENTIALS_WEB_H
#define INNKEEPER_NET_CREDENTIALS_WEB_H

#include "base/cx.h"
#include "base/err.h"
#include "net/credentials_found.h"

/* AWS_WEB_IDENTITY_TOKEN_FILE (read anew each time), AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME; at AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, or the
 * STS of the region. */
MUST_CHECK enum err credentials_web_fetch(const struct credentials_options *options, struct cx *cx,
					  struct credentials_found *out);

/* The URL of STS. */
MUST_CHECK enum err credentials_web_url(const struct credentials_options *options, struct cx *cx,
					struct str *url);

/* The XML of the answer, into keys and expiry of *out, whose place is set. */
MUST_CHECK enum err credentials_web_parse(struct cx *cx, struct str body,
					  struct credentials_found *out);

#endif
