/* audit/history_walk.h - a hotel's history as the chain that it is: revisions without gap, each entry with its own hash and that of the
 * one before, times that never go back (domain.md 3).
 *
 * Owner: keeps copies in an arena of its own; findings are the caller's.
 */
#ifndef INNKEEPER_AUDIT_HISTORY_WALK_H
#define INNKEEPER_AUDIT_HISTORY_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "record/findings.h"
#include "base/arena.h"
#include "base/str.h"
#include "codec/hash.h"
#include "port/store.h"
#include "record/hotel_record.h"

struct history_walk {
	struct findings *findings;
	struct str code;
	struct str seek; /* a hash to look for; empty = none */
	bool found;      /* some entry has it */
	/* Called with each entry that is whole, its parts' changes appended; NULL = nobody listens. */
	void (*take)(void *context, const struct item *entry);
	void *context;
	/* What follows is the chain's own. */
	uint64_t revision; /* of the last entry begun; 0 = none */
	int64_t time_ms;   /* of the last whole one */
	struct str hash;   /* likewise; empty = not known */
	char hash_text[2 * HASH_SHA256_BYTES];
	bool is_open;   /* an entry is begun: parts may follow */
	bool follows;   /* the one before it is known */
	unsigned parts; /* of the entry, the first not counted */
	struct item entry;
	struct arena arena; /* of the entry */
};

/* Starts before revision 1. The members above `revision` but findings and code may be set afterwards. */
void history_walk_open(struct history_walk *walk, struct str code, struct findings *findings);

/* Takes the next item whose key is a history key, in the order of the keys. */
void history_walk_take(struct history_walk *walk, const struct item *item);

/* All parts of the last entry were taken. More entries may follow. */
void history_walk_settle(struct history_walk *walk);

/* Compares the last entry with what ctl says of it. */
void history_walk_compare(struct history_walk *walk, const struct ctl *ctl);

void history_walk_close(struct history_walk *walk);

#endif
