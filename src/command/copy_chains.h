/* command/copy_chains.h - the chains and brands of a copy.
 *
 * They have no history. One that differs in the target may be replaced when it is what the source had in an earlier pass.
 */
#ifndef INNKEEPER_COMMAND_COPY_CHAINS_H
#define INNKEEPER_COMMAND_COPY_CHAINS_H

#include "base/vec.h"
#include "command/copier.h"

/* One that was the same on both sides. */
struct known_chain {
	struct key key;
	struct str hash; /* of its content */
};

struct copy_chains {
	struct copier *copier;
	struct arena *arena;
	struct vec known; /* of struct known_chain; in the arena, which outlives the passes */
	/* Told of each. */
	void (*take)(void *state, struct key key, const struct copied *copied);
	void *state;
};

/* All that the source has, chains before brands. UNAVAILABLE, LIMIT `storage_full`: a store fails, noted in copier->from. */
MUST_CHECK enum err copy_chains(struct copy_chains *run);

/* Tells of those that the target has and the source has not. */
MUST_CHECK enum err copy_chains_find_others(struct copy_chains *run);

#endif
