/* tests/fault/usecase_wide.h - a hotel with objects of every kind that name each other, and the writes that touch many of
 * them at once.
 */
#ifndef FAULT_USECASE_WIDE_H
#define FAULT_USECASE_WIDE_H

#include "usecase_rig.h"

/* One write, and how its effect shows in the document. */
struct wide_write {
	const char *name;
	const char *method, *path, *body; /* with the code at %s */
	const char *has, *lacks;          /* NULL: the hotel is gone */
};

#define WIDE_WRITES 6
extern const struct wide_write wide_writes[WIDE_WRITES];

/* A hotel of that name, at revision 1. */
struct str wide_make(struct usecase_rig *rig, struct str name);

/* Its document; empty = it is gone. Lives in the process's arena. */
struct str wide_document(struct usecase_rig *rig, struct str code);

unsigned wide_send(struct usecase_rig *rig, const struct wide_write *write, struct str code,
		   const char *key);

/* True when the write was done, wholly; false when nothing was: the document is `before`'s. Anything else fails the test. */
bool wide_is_done(struct usecase_rig *rig, const struct wide_write *write, struct str code,
		  struct str before);

/* The same again: what is gone is not found. */
void wide_send_again(struct usecase_rig *rig, const struct wide_write *write, struct str code,
		     const char *key, bool done);

#endif
