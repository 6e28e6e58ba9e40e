/* main/suggest.h - did you mean: the known name that is nearest to a mistyped one. */
#ifndef INNKEEPER_MAIN_SUGGEST_H
#define INNKEEPER_MAIN_SUGGEST_H

#include "base/str.h"

/* Starts with the word and nothing else. */
struct suggestion {
	struct str word;
	const char *name; /* the nearest so far; NULL = none is near */
	size_t distance;
};

/* Takes the name when it is nearer than the last one, and not too far: at most two letters wrong, missing, too many or swapped. */
void suggest_consider(struct suggestion *suggestion, const char *name);

/* `, did you mean NAME`, the name behind `prefix`, or nothing: the end of a sentence, in the arena. */
struct str suggest_text(const struct suggestion *suggestion, struct arena *arena,
			const char *prefix);

#endif
