/* lambda_events.h - events in the shapes that are documented, and what is read of one, in a line. */
#ifndef INNKEEPER_TESTS_LAMBDA_EVENTS_H
#define INNKEEPER_TESTS_LAMBDA_EVENTS_H

#include "base/cx.h"
#include "runtime/lambda_event.h"

struct lambda_events_sample {
	const char *name;
	const char *event;   /* JSON with ' for " */
	const char *summary; /* as lambda_events_read says */
};

extern const struct lambda_events_sample lambda_events_samples[];
extern const size_t lambda_events_sample_count;

/* JSON with ' for ", as JSON. */
struct str lambda_events_json(struct arena *arena, const char *text);

/* `failed: …` with what was noted, which is forgotten, or all that was read. */
struct str lambda_events_read(struct cx *cx, struct str json);

#endif
