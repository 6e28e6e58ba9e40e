/* model/decimal.h - exact decimal numbers: money in major units, percentages, degrees.
 *
 * One value has one form: no trailing zeros after the point, zero is {0, 0}. No floating point.
 */
#ifndef INNKEEPER_MODEL_DECIMAL_H
#define INNKEEPER_MODEL_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* The value is units / 10^decimals. */
struct decimal {
	int64_t units;
	uint8_t decimals;
};

/* Reads a JSON number's text; false with an exponent part or more than 18 significant digits. */
bool decimal_parse(struct str text, struct decimal *out);

/* Sign, 19 digits and a point. */
#define DECIMAL_TEXT_MAX 22

/* The shortest text: `129.5`, `-3`, `0`; a view into room. */
struct str decimal_format(struct decimal value, char room[DECIMAL_TEXT_MAX]);

/* The same in the arena. */
struct str decimal_write(struct arena *arena, struct decimal value);

/* value x 10^exponent as a whole number; false when it is none or does not fit. Minor units of money. */
bool decimal_scale(struct decimal value, unsigned exponent, int64_t *out);

#endif
