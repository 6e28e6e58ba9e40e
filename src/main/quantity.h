/* main/quantity.h - numbers with a unit, as people write them: 256M, 500ms. */
#ifndef INNKEEPER_MAIN_QUANTITY_H
#define INNKEEPER_MAIN_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

enum quantity_kind {
	QUANTITY_COUNT, /* digits alone */
	QUANTITY_BYTES, /* and K, M, G: 1,024 of the one before */
	QUANTITY_MS,    /* and one of ms, s, m, h */
};

/* False when it is none, or past INT64_MAX. */
bool quantity_parse(const char *text, enum quantity_kind kind, int64_t *out);

#endif
