/* tests/fault/usecase_wide.h - a hotel with objects of every kind that name each other, and the writes that touch many of
 * them at once.
 */
#ifndef FAULT_USECASE_WIDE_H
#define FAULT_USECASE_WIDE_H

#include "usecase_rig.h"

/* One write, and how its effect shows in the document. */
struct wide_write {
	const char *name;
	const char *method, *path, *body; /* with the code at %s, the name at %n */
	const char *has, *lacks;          /* has NULL: the hotel is gone */
	bool creates;
	bool chained; /* the hotel is of a chain before */
};

#define WIDE_WRITES ((size_t)9)
extern const struct wide_write wide_writes[WIDE_WRITES];

/* A hotel that one write is for, not there yet when the write creates it. Texts live in the process's arena. */
struct wide_hotel {
	const struct wide_write *write;
	struct str name, code;
	struct str before; /* its document; empty = there is none */
	uint64_t revision; /* before; 0 = there is none */
};

struct wide_hotel wide_begin(struct usecase_rig *rig, const struct wide_write *write,
			     struct str name);

/* A hotel of that name, at revision 1; its code. */
struct str wide_make(struct usecase_rig *rig, struct str name);

/* The document now; empty = there is none. Lives in the process's arena. */
struct str wide_document(struct usecase_rig *rig, struct str code);

/* `key` NULL = none. What the hotel was before is not looked at. */
unsigned wide_send(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key);

/* True when the write was done, wholly; false when nothing was: the document is what it was before. Anything else fails the test, as do records that
 * do not agree. */
bool wide_is_done(struct usecase_rig *rig, const struct wide_hotel *hotel);

/* The same again, after it was done or not: there is one effect, whatever the key. What is gone is not found. */
void wide_send_again(struct usecase_rig *rig, const struct wide_hotel *hotel, const char *key,
		     bool done);

#endif
