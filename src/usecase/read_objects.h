/* usecase/read_objects.h - the nested objects of a hotel as resources of their own: one, or a page of a collection. */
#ifndef INNKEEPER_USECASE_READ_OBJECTS_H
#define INNKEEPER_USECASE_READ_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/kind.h"
#include "usecase/app.h"
#include "usecase/command.h"

/* The object with the tags that it embeds, all of one revision, and its ETag. */
MUST_CHECK enum err get_object(struct app *app, struct cx *cx, const struct kind *kind,
			       struct str hotel, struct str id, struct result *result);

struct object_page {
	struct vec texts; /* of struct str: the objects as JSON, by id */
	struct str last;  /* id of the last one */
	bool more;
};

/* At most `limit` objects whose id is behind `after` (empty = from the first), all of one revision. */
MUST_CHECK enum err list_objects(struct app *app, struct cx *cx, const struct kind *kind,
				 struct str hotel, struct str after, size_t limit,
				 struct object_page *out);

#endif
