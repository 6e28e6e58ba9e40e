/* credentials_replies.h - what a server of credentials may answer, and what is made of it. */
#ifndef INNKEEPER_TESTS_CREDENTIALS_REPLIES_H
#define INNKEEPER_TESTS_CREDENTIALS_REPLIES_H

#include "aws_fixture.h"

#define INSTANCE_ROLES "/latest/meta-data/iam/security-credentials/"

struct reply_case {
	unsigned status;
	const char *body;
	const char *outcome; /* a part of what aws_fetch says */
};

/* Requests that begin so are answered with each of the cases. */
void check_replies(struct aws *aws, const char *start, const struct reply_case *list, size_t n);

/* The same with JSON of every kind: sound, wrong, long, deep. */
void check_json_replies(struct aws *aws, const char *start);

/* One whose instance metadata is the server, with the role `my+role@x` and the key `i`. */
struct aws *open_instance(void);

#endif
