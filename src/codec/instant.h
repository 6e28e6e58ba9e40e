/* codec/instant.h - instants, milliseconds since 1970, as RFC 3339 in UTC; years 0001 to 9999. */
#ifndef INNKEEPER_CODEC_INSTANT_H
#define INNKEEPER_CODEC_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* `2026-11-22T16:00:00.000Z`, in the arena; empty past its cap or outside those years. */
struct str instant_write(struct arena *arena, int64_t wall_ms);

/*
 * Any offset and 0 to 9 digits of a second are read (cut to milliseconds), T and Z in lower case
 * too; a leap second, an impossible date, and what is outside those years in UTC are refused.
 */
bool instant_parse(struct str text, int64_t *wall_ms);

/* `Sun, 22 Nov 2026 16:00:00 GMT` (RFC 9110, 5.6.7), for the Date header; not before 1970. */
void instant_write_http(int64_t wall_ms, char out[29]);

/* Reads that form alone, whatever the day of the week says. */
bool instant_parse_http(struct str text, int64_t *wall_ms);

#endif
