#include "lambda_event_mutants.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const others[] = {
	"null", "true", "-7", "\"\"", "\"x\"", "[]", "[7]", "[\"x\"]", "{}", "{\"x\":7}",
};

#define OTHERS (sizeof(others) / sizeof(others[0]))

/* What is left to count down to until the mutant is made. */
struct search {
	size_t left;
	json_t *other; /* what comes in; NULL = the value is left out */
	char *path;
};

/* True when the value at hand is the one. */
static int is_it(struct search *search, const char *path)
{
	if (search->left > OTHERS) {
		search->left -= OTHERS + 1;
		return 0;
	}
	search->other = search->left == OTHERS
				? NULL
				: json_loads(others[search->left], JSON_DECODE_ANY, NULL);
	snprintf(search->path, LAMBDA_EVENT_PATH_MAX, "%.150s = %s", path,
		 search->left == OTHERS ? "(left out)" : others[search->left]);
	return 1;
}

/* recursive as deep as the text; true once the mutant is made */
static int change(json_t *value, const char *path, struct search *search)
{
	char inner[LAMBDA_EVENT_PATH_MAX];
	const char *name;
	json_t *member;
	void *next;
	size_t i;

	json_object_foreach_safe(value, next, name, member)
	{
		snprintf(inner, sizeof(inner), "%.100s/%.60s", path, name);
		if (is_it(search, inner))
			return (search->other ? json_object_set_new(value, name, search->other)
					      : json_object_del(value, name)) == 0;
		if (change(member, inner, search))
			return 1;
	}
	json_array_foreach(value, i, member)
	{
		snprintf(inner, sizeof(inner), "%.100s/%zu", path, i);
		if (is_it(search, inner))
			return (search->other ? json_array_set_new(value, i, search->other)
					      : json_array_remove(value, i)) == 0;
		if (change(member, inner, search))
			return 1;
	}
	return 0;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the search writes to it */
char *lambda_event_mutant(const char *json, size_t len, size_t n, char path[LAMBDA_EVENT_PATH_MAX])
{
	json_t *value = json_loadb(json, len, JSON_DECODE_ANY, NULL);
	struct search search = { .left = n, .path = path };
	char *text;

	if (!value)
		abort();
	text = change(value, "", &search) ? json_dumps(value, JSON_COMPACT) : NULL;
	json_decref(value);
	return text;
}
