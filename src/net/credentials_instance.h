/* net/credentials_instance.h - the role of an EC2 instance, from its metadata, by IMDSv2 alone: a server that gives no session token is
 * refused. */
#ifndef INNKEEPER_NET_CREDENTIALS_INSTANCE_H
#define INNKEEPER_NET_CREDENTIALS_INSTANCE_H

#include "base/cx.h"
#include "base/err.h"
#include "net/credentials_found.h"

/* At AWS_EC2_METADATA_SERVICE_ENDPOINT, or where EC2 has it; not at all when AWS_EC2_METADATA_DISABLED is `true`. */
MUST_CHECK enum err credentials_instance_fetch(const struct credentials_options *options,
					       struct cx *cx, struct credentials_found *out);

#endif
