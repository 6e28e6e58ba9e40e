/* runtime/lambda_event_caller.h - who asks, as the gateway's authorizer says; whether that name can be one is api/caller.h's to say.
 *
 * The first of these that is a text and not empty: `cognito:username`, `username`, `sub` of the claims (Cognito; a token's under `jwt`); the
 * `principalId` of a Lambda authorizer, or of what it adds under `lambda`; the `userArn` of IAM under `iam`; `cognitoIdentityId`, `userArn` of a
 * REST API's identity (the role that an identity pool gives to all of its users says nothing of one). A Lambda authorizer that lets
 * somebody pass without a name leaves him unauthenticated: each change is somebody's.
 */
#ifndef INNKEEPER_RUNTIME_LAMBDA_EVENT_CALLER_H
#define INNKEEPER_RUNTIME_LAMBDA_EVENT_CALLER_H

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

/* `authorizer` and `identity` are JSON, empty where there is none. `user` is empty when nobody is named; what is no text is no error.
 * INVALID where one thing is said twice. */
MUST_CHECK enum err lambda_event_caller_read(struct cx *cx, struct str authorizer,
					     struct str identity, struct str *user);

#endif
