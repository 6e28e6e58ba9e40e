/* net/credentials.h - AWS credentials from where the platform keeps them: environment, web identity, profile files, container
 * endpoint, instance metadata (IMDSv2), in this order; the first place that is configured counts, and what is wrong there is said.
 *
 * Owner:   who opens it closes it; the client outlives it.
 * Threads: any. Ahead of the expiry one thread fetches new ones while the others go on with the old; those who have none wait.
 * Errors:  UNAVAILABLE: there are none, or they can not be had now; nothing secret is in any text.
 */
#ifndef INNKEEPER_NET_CREDENTIALS_H
#define INNKEEPER_NET_CREDENTIALS_H

#include "base/cx.h"
#include "base/err.h"
#include "net/http_client.h"
#include "net/sigv4.h"

struct credentials;

/* Where a variable of the environment is looked up: getenv, or a test's. */
struct credentials_options {
	const char *(*get_env)(const char *name);
	struct http_client *client;
	const char *region; /* for STS; empty = its global endpoint */
};

struct credentials *credentials_open(const struct credentials_options *options);
void credentials_close(struct credentials *credentials);

/* Copies of the current ones, in cx's arena. */
MUST_CHECK enum err credentials_get(struct credentials *credentials, struct cx *cx,
				    struct sigv4_credentials *out);

/* The service says that this access key has expired: the next credentials_get fetches others, if these are still the current. */
void credentials_expire(struct credentials *credentials, struct str access_key);

/* The region that environment or profile name; empty = none. */
struct str credentials_find_region(struct cx *cx, const struct credentials_options *options);

#endif
