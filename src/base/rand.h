/* base/rand.h - chance, replaceable so that tests own it.
 *
 * The system's source is the kernel's: fit for tokens that nobody may guess.
 */
#ifndef INNKEEPER_BASE_RAND_H
#define INNKEEPER_BASE_RAND_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct rand {
	void (*fill)(const struct rand *rand, void *out, size_t len);
};

extern const struct rand rand_system;

void rand_fill(const struct rand *rand, void *out, size_t len);

/* 2 x nbytes (at most 32) lower-case hexadecimal digits in the arena. */
struct str rand_hex(const struct rand *rand, struct arena *arena, size_t nbytes);

#endif
