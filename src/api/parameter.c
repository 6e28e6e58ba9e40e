#include "api/parameter.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "model/code.h"

#define PAGE_LIMIT_MAX 1000
/* As long as a name or a city may be. */
#define FILTER_BYTES_MAX 255

static const char *const booleans[] = { "true", "false", NULL };
static const char *const views[] = { "draft", "published", NULL };

static const struct parameter rows[] = {
	{ .name = "limit",
	  .kind = PARAMETER_NUMBER,
	  .min = 1,
	  .max = PAGE_LIMIT_MAX,
	  .initial = PAGE_LIMIT_DEFAULT,
	  .meaning = "how many a page has at most; a page may be shorter and still have `next`" },
	{ .name = "cursor",
	  .kind = PARAMETER_TEXT,
	  .meaning = "`next` of the page before; bound to this path and the other parameters" },
	{ .name = "q",
	  .kind = PARAMETER_TEXT,
	  .min = 1,
	  .max = FILTER_BYTES_MAX,
	  .meaning = "a part of the name; upper and lower case of ASCII are alike" },
	{ .name = "city",
	  .kind = PARAMETER_TEXT,
	  .min = 1,
	  .max = FILTER_BYTES_MAX,
	  .meaning = "the city of the address" },
	{ .name = "chain", .kind = PARAMETER_CODE, .meaning = "code of the chain" },
	{ .name = "brand", .kind = PARAMETER_CODE, .meaning = "code of the brand" },
	{ .name = "view",
	  .kind = PARAMETER_CHOICE,
	  .choices = views,
	  .meaning = "the draft, which is what editors see, or what was published last" },
	{ .name = "publication",
	  .kind = PARAMETER_NUMBER,
	  .min = 1,
	  .max = INT64_MAX,
	  .meaning = "number of a publication" },
	{ .name = "cascade",
	  .kind = PARAMETER_CHOICE,
	  .choices = booleans,
	  .meaning = "also change or delete what names the object; without it that is `in_use`" },
	{ .name = "verbose", .kind = PARAMETER_FLAG, .meaning = "name what was looked at" },
};

const struct parameter *parameter_of(const char *name)
{
	size_t i = 0;

	while (i < sizeof(rows) / sizeof(rows[0]) && strcmp(rows[i].name, name) != 0)
		i++;
	assert(i < sizeof(rows) / sizeof(rows[0]));
	return &rows[i];
}

static bool is_choice(const struct parameter *parameter, struct str value)
{
	for (size_t i = 0; parameter->choices[i]; i++) {
		if (str_eq(str_of(parameter->choices[i]), value))
			return true;
	}
	return false;
}

static void check_number(struct cx *cx, const struct parameter *parameter, struct str value)
{
	struct str name = str_of(parameter->name);
	uint64_t number;

	if (str_to_u64(value, &number) && number >= parameter->min && number <= parameter->max)
		return;
	if (parameter->max == INT64_MAX)
		fail_field(cx, BLAME_PARAMETER, name, "must be a number from %" PRIu64,
			   parameter->min);
	else
		fail_field(cx, BLAME_PARAMETER, name, "must be from %" PRIu64 " to %" PRIu64,
			   parameter->min, parameter->max);
}

void parameter_check(struct cx *cx, const struct parameter *parameter, struct str value)
{
	struct str name = str_of(parameter->name);

	switch (parameter->kind) {
	case PARAMETER_NUMBER:
		check_number(cx, parameter, value);
		break;
	case PARAMETER_TEXT:
		if (value.len < parameter->min ||
		    (parameter->max != 0 && value.len > parameter->max))
			fail_field(cx, BLAME_PARAMETER, name,
				   "must have %" PRIu64 " to %" PRIu64 " bytes", parameter->min,
				   parameter->max);
		break;
	case PARAMETER_CODE:
		if (!code_is_valid(value))
			fail_field(cx, BLAME_PARAMETER, name, "is not a code");
		break;
	case PARAMETER_CHOICE:
		if (!is_choice(parameter, value))
			fail_field(cx, BLAME_PARAMETER, name, "must be %s or %s",
				   parameter->choices[0], parameter->choices[1]);
		break;
	case PARAMETER_FLAG:
		break;
	}
}
