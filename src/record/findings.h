/* record/findings.h - what a check has found wrong, as a list.
 *
 * Owner: lives in the arena it was started with. Sticky: look at arena->refused.
 */
#ifndef INNKEEPER_RECORD_FINDINGS_H
#define INNKEEPER_RECORD_FINDINGS_H

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "port/store.h"

enum finding_kind {
	FINDING_PAGE,      /* of the store itself; no key */
	FINDING_CONTROL,   /* ctl is missing or can not be read */
	FINDING_HISTORY,   /* a gap, a broken link, an entry that was edited */
	FINDING_KEY,       /* a record of no kind that is known */
	FINDING_RECORD,    /* a record that can not be read */
	FINDING_LOST,      /* a record that history says is there */
	FINDING_REVISION,  /* a record that history did not write so */
	FINDING_REFERENCE, /* a name of something that does not exist */
	FINDING_DELETED,   /* a record of a deleted hotel */
	FINDING_COUNT,     /* ctl's number of objects */
	FINDING_EXTERNAL,  /* what another program wrote: no damage */
	FINDING_LISTING,   /* an entry of a listing */
	FINDING_NAME,      /* a user's name of a hotel */
	FINDING_LEFTOVER,  /* of a write that never happened: no damage */
};

struct finding {
	enum finding_kind kind;
	struct key key; /* of the record concerned; item_type empty: of the partition */
	struct str detail;
};

struct findings {
	struct arena *arena;
	struct vec list; /* of struct finding */
};

void findings_init(struct findings *findings, struct arena *arena);

/* The key is copied; the format gives the detail, a sentence without its end. */
void findings_add(struct findings *findings, enum finding_kind kind, struct key key,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

const struct finding *findings_at(const struct findings *findings, size_t i);

/* In lower case; never empty. */
struct str finding_name(enum finding_kind kind);

/* True when it is said, and is no damage. */
bool finding_is_harmless(enum finding_kind kind);

/* True when it follows from the hotels and can be written anew, or removed. */
bool finding_is_derived(enum finding_kind kind);

#endif
