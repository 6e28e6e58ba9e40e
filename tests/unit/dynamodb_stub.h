/* dynamodb_stub.h - a store on a DynamoDB that answers as a test tells it, and what it was asked.
 *
 * Waits between tries are none: chance is always its least.
 */
#ifndef INNKEEPER_TESTS_DYNAMODB_STUB_H
#define INNKEEPER_TESTS_DYNAMODB_STUB_H

#include "base/cx.h"
#include "http_stub.h"
#include "port/store.h"

#define DYNAMODB_STUB_CALLS 64

/* One answer; `status` 0 = none: the connection stays as it is until the client closes it. */
struct dynamodb_answer {
	int status;
	const char *headers; /* each ends with \r\n; NULL = none */
	const char *body;    /* NULL = {} */
};

#define DYNAMODB_ERROR(name) "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" name "\"}"

struct dynamodb_stub {
	struct arena arena;
	struct cx cx;
	struct http_stub *http;
	struct store *store;
	const struct dynamodb_answer *answers; /* in turn; the last one for ever */
	size_t nanswers;
	_Atomic size_t ncalls; /* since the script was set */
	char *heads[DYNAMODB_STUB_CALLS];
	char *bodies[DYNAMODB_STUB_CALLS];
};

/* A store on a table that is described as it should be. */
struct dynamodb_stub *dynamodb_stub_open(void);
void dynamodb_stub_close(struct dynamodb_stub *stub);

/* What is answered from now on. */
void dynamodb_stub_script(struct dynamodb_stub *stub, const struct dynamodb_answer *answers,
			  size_t n);

#define DYNAMODB_SCRIPT(stub, answers) \
	dynamodb_stub_script(stub, answers, sizeof(answers) / sizeof((answers)[0]))

#endif
