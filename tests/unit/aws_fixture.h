/* aws_fixture.h - what a process finds on a machine of AWS: an environment, a home folder, servers for STS, container endpoint and
 * instance metadata on 127.0.0.1, and a clock that stands still until it is moved.
 *
 * Every secret of these tests has SECRET in it; what fails is looked through for that.
 */
#ifndef INNKEEPER_TESTS_AWS_FIXTURE_H
#define INNKEEPER_TESTS_AWS_FIXTURE_H

#include "cx_fixture.h"

#include "net/credentials.h"
#include "net/credentials_found.h"

/* 2026-11-23T00:00:00Z, where the clock begins. */
#define AWS_NOW_MS INT64_C(1795392000000)

#define MINUTES(n) ((int64_t)(n)*60 * 1000)

struct aws;

struct aws *aws_open(void);
void aws_close(struct aws *aws);

struct cx *aws_cx(struct aws *aws);
const struct credentials_options *aws_options(struct aws *aws);
const struct clock *aws_clock(const struct aws *aws);

/* From now on aws_options() have the product's own limits of a call; before they are a minute's. */
void aws_limit_calls(struct aws *aws);

/* Both clocks. */
void aws_pass(struct aws *aws, int64_t ms);
void aws_set_wall(struct aws *aws, int64_t wall_ms);

/* NULL takes it away. %s in the value stands for http://127.0.0.1:PORT of the server. */
void aws_set(struct aws *aws, const char *name, const char *value);

/* Writes a file in the home folder, whose folders are made; its path. NULL removes it. */
const char *aws_write(struct aws *aws, const char *name, const char *text);

/* What requests whose first line begins so are answered with; the newest counts, all else is 404. Status 0: the connection is closed; 1: no
 * answer until the client has gone. Texts are copied. */
void aws_answer(struct aws *aws, const char *start, unsigned status, const char *body);

/* The same with JSON of the container's form; the expiry so long after now. */
void aws_answer_keys(struct aws *aws, const char *start, const char *access_key, int64_t life_ms);

/* So many requests began so. */
unsigned aws_count(struct aws *aws, const char *start);

/* The last request that came, head and body. */
const char *aws_last(struct aws *aws);

/* From now on answers wait until they are released. */
void aws_hold(struct aws *aws);
void aws_release(struct aws *aws);

/* What the chain comes to: the place, a blank and the access key; or the text of the failure, in which no secret may be. */
const char *aws_fetch(struct aws *aws);

/* The same text of a failure in cx, checked. */
const char *aws_failure(struct cx *cx);

#endif
