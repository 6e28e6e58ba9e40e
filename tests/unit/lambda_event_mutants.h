/* lambda_event_mutants.h - a JSON text with one of its values changed: for what must stand any text. jansson makes them, in a file of
 * its own: it shares our names.
 */
#ifndef INNKEEPER_TESTS_LAMBDA_EVENT_MUTANTS_H
#define INNKEEPER_TESTS_LAMBDA_EVENT_MUTANTS_H

#include <stddef.h>

#define LAMBDA_EVENT_PATH_MAX 200

/* The n-th of all: each member and element is left out once, and replaced once by a value of each type. `path` tells what was done. NULL behind the
 * last; else to be freed. */
char *lambda_event_mutant(const char *json, size_t len, size_t n, char path[LAMBDA_EVENT_PATH_MAX]);

#endif
