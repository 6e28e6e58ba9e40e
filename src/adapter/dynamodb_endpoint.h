/* adapter/dynamodb_endpoint.h - where DynamoDB is asked: the region, the URL, the host as it is signed, and who vouches for it. */
#ifndef INNKEEPER_ADAPTER_DYNAMODB_ENDPOINT_H
#define INNKEEPER_ADAPTER_DYNAMODB_ENDPOINT_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "net/credentials.h"

struct dynamodb_endpoint {
	struct str region;
	struct str url; /* ends with a slash */
	struct str host;
	const char *trusted; /* as http_client_open takes it */
};

/* Options that are empty are looked up in the environment and the profile, without a client; texts live in cx's arena. INVALID when
 * there is no region, or the endpoint is no `http(s)://HOST[:PORT]`. */
MUST_CHECK enum err dynamodb_endpoint_find(struct cx *cx, const struct credentials_options *options,
					   struct str endpoint, struct dynamodb_endpoint *out);

#endif
