/* codec/utf8.h - the one place that knows what well-formed UTF-8 is (RFC 3629). */
#ifndef INNKEEPER_CODEC_UTF8_H
#define INNKEEPER_CODEC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* No overlong form, no surrogate, nothing above U+10FFFF. */
bool utf8_is_valid(struct str text);

/* How many bytes at the start are well-formed code points beyond ASCII; 0 when there is none. */
size_t utf8_run(struct str text);

/* Writes a code point (no surrogate, at most U+10FFFF) as 1 to 4 bytes; returns how many. */
size_t utf8_write(uint32_t code_point, char out[4]);

#endif
