/* net/credentials_container.h - the container endpoint of ECS, EKS Pod Identity and others that speak as they do. */
#ifndef INNKEEPER_NET_CREDENTIALS_CONTAINER_H
#define INNKEEPER_NET_CREDENTIALS_CONTAINER_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/credentials_found.h"

/* AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else AWS_CONTAINER_CREDENTIALS_FULL_URI. The token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is
 * read anew each time; else that of AWS_CONTAINER_AUTHORIZATION_TOKEN is sent. */
MUST_CHECK enum err credentials_container_fetch(const struct credentials_options *options,
						struct cx *cx, struct credentials_found *out);

/* The URL that would be asked; empty when there is none. Over http only hosts are taken that are this machine's, or the platform's own on
 * this machine's link. */
MUST_CHECK enum err credentials_container_url(const struct credentials_options *options,
					      struct cx *cx, struct str *url);

#endif
