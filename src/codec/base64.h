/* codec/base64.h - RFC 4648: section 4 with padding, as events carry bodies; section 5 without, for opaque cursors.
 *
 * What is parsed is the one encoding of some bytes: no letter of the other alphabet, no blank, no stray bits, padding exactly where it
 * belongs.
 */
#ifndef INNKEEPER_CODEC_BASE64_H
#define INNKEEPER_CODEC_BASE64_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Text in the arena; empty past its cap. */
struct str base64_write(struct arena *arena, struct str bytes);
struct str base64url_write(struct arena *arena, struct str bytes);

/* Bytes in the arena; false when the text is no such encoding, or past the cap. */
bool base64_parse(struct arena *arena, struct str text, struct str *out);
bool base64url_parse(struct arena *arena, struct str text, struct str *out);

#endif
