/* model/shape_read.h - JSON into described structs, and what is checked on the way.
 *
 * Errors: INVALID with one blame a wrong field (JSON Pointer), all that are found up to the limit of
 *         cx; text that is no JSON ends at once.
 */
#ifndef INNKEEPER_MODEL_SHAPE_READ_H
#define INNKEEPER_MODEL_SHAPE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"
#include "model/shape.h"

enum shape_mode {
	SHAPE_WHOLE, /* null means absent */
	SHAPE_PATCH, /* null removes (RFC 7396) */
};

/* Reads one JSON object into *object, which must be zeroed. Types, ranges and formats are checked; what is missing
 * is for shape_check. */
MUST_CHECK enum err shape_read(struct cx *cx, struct str json, const struct shape *shape,
			       enum shape_mode mode, void *object);

/* One check of one object under way. */
struct shape_check {
	struct cx *cx;
	unsigned decimals; /* of the hotel's currency */
	bool money_only;
};

/* Blames the member `name` of the object at `pointer`. */
void shape_blame(const struct shape_check *check, struct str pointer, const char *name,
		 const char *why);

/* The place of the i-th element of the list `name` of the object at `pointer`. */
struct str shape_element(const struct shape_check *check, struct str pointer, struct str name,
			 size_t i);

/* Checks an object that is to be stored whole: required fields are there, exactly one of those that exclude each other,
 * what holds between fields, and money has at most `decimals` decimals and 10^15 minor units. `pointer` is the object's
 * place in the body; lists with routes of their own are not entered. */
MUST_CHECK enum err shape_check(struct cx *cx, const struct shape *shape, const void *object,
				unsigned decimals, struct str pointer);

/* Checks the money of an object that is stored already against other `decimals`, and nothing else. */
MUST_CHECK enum err shape_check_money(struct cx *cx, const struct shape *shape, const void *object,
				      unsigned decimals);

/* A copy that shares nothing with the object; when the arena refuses, NULL or with texts and lists left empty. */
void *shape_copy(struct arena *arena, const struct shape *shape, const void *object);

/* Lays the given fields of `from` over *onto, objects member by member; nulls empty a field. */
void shape_merge(const struct shape *shape, void *onto, const void *from);

#endif
