/* api_fixture.h - the whole of api/ on a SQLite store in a folder of the test's own: a request goes in, its answer comes out. */
#ifndef INNKEEPER_TESTS_API_FIXTURE_H
#define INNKEEPER_TESTS_API_FIXTURE_H

#include "store_fixture.h"

#include "api/api.h"
#include "api/seed_event.h"
#include "usecase/app.h"

struct api_fixture {
	struct store_fixture *base; /* store, faults, clock */
	struct app app;
	struct api *api;
	/* Of the last request: */
	struct arena arena;
	struct cx cx;
	struct api_answer answer;
};

struct api_fixture *api_fixture_open(const struct api_options *options);
void api_fixture_close(struct api_fixture *fixture);

/* As the front does: begins, and handles unless it was answered then. `path` may have a query behind a question mark, `request` the rest.
 * Returns the status; the answer is valid until the next request. */
unsigned api_fixture_send(struct api_fixture *fixture, const char *method, const char *path,
			  struct api_request request);

/* The same with a JSON body ("" = none) of a user (NULL = nobody is known). */
unsigned api_fixture_ask(struct api_fixture *fixture, const char *method, const char *path,
			 const char *body, const char *user);

/* The seed's event. Returns the status that HTTP would have had. */
unsigned api_fixture_event(struct api_fixture *fixture, const struct seed_event *event);

/* The answer's header; empty = none. */
struct str api_fixture_header(const struct api_fixture *fixture, const char *name);

/* True when the answer's body has the text. */
bool api_fixture_says(const struct api_fixture *fixture, const char *text);

#endif
