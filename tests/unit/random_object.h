/* random_object.h - random JSON of a described struct, in the one form in which it is written: made from the field
 * table alone, by rules of its own, so that it can judge reading and writing.
 */
#ifndef INNKEEPER_TESTS_RANDOM_OBJECT_H
#define INNKEEPER_TESTS_RANDOM_OBJECT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/shape.h"

/* A small generator whose seed is printed by the test that uses it. */
struct dice {
	uint64_t state;
};

/* Seeded by INNKEEPER_SEED, else by the clock; prints the seed. */
struct dice dice_open(void);

/* 0 to n - 1. */
unsigned dice_roll(struct dice *dice, unsigned n);

/* 1 to 64 characters of a code. */
struct str dice_code(struct dice *dice, struct arena *arena);

struct random_object {
	struct dice *dice;
	struct arena *arena;
	bool own_lists; /* fill the lists that have routes of their own too */
};

/* An object that shape_read takes and shape_write writes alike, byte for byte. */
struct str random_object_json(const struct random_object *random, const struct shape *shape);

#endif
