/* net/credentials.h - AWS credentials from where the platform keeps them: environment, web identity, profile files, container
 * endpoint, instance metadata (IMDSv2), in this order. The first place that is configured counts: what is wrong there is said, and
 * no later place is asked instead.
 *
 * Owner:   who opens it closes it, when no call is under way; the client, and the clocks of those who called, outlive it.
 * Threads: any. A thread of its own fetches, one at a time: from 15 minutes before they expire, while everybody goes on with those
 *          that there are, and when there are none, while those who need them wait.
 * Errors:  UNAVAILABLE: there are none, or they can not be had now or before cx's deadline. After a failure the next attempt waits for
 *          1 s, then 2 s, up to 30 s; who asks meanwhile gets those that there are, or hears the failure again.
 *          No text and no line of the log has anything of a key, a token or a file.
 */
#ifndef INNKEEPER_NET_CREDENTIALS_H
#define INNKEEPER_NET_CREDENTIALS_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/credentials_options.h"
#include "net/sigv4.h"

struct credentials;

/* Asks for nothing yet. Never NULL. */
struct credentials *credentials_open(const struct credentials_options *options);

/* Waits for a fetch that is under way: some seconds where nobody answers. */
void credentials_close(struct credentials *self);

/* Copies of the current ones, in cx's arena. */
MUST_CHECK enum err credentials_get(struct credentials *self, struct cx *cx,
				    struct sigv4_credentials *out);

/* The service does not take this access key any more: if it is still the current one, the next credentials_get waits for others; those
 * it had are given out again only when there are no others, or they have come less than a second ago. */
void credentials_expire(struct credentials *self, struct str access_key);

/* What AWS_REGION, AWS_DEFAULT_REGION or the profile names, in cx's arena; empty = none. UNAVAILABLE when that is wrong. The client is
 * not used. */
MUST_CHECK enum err
credentials_find_region(struct cx *cx, const struct credentials_options *options, struct str *out);

#endif
