/* codec/base64url.h - RFC 4648 section 5, without padding: opaque cursors. */
#ifndef INNKEEPER_CODEC_BASE64URL_H
#define INNKEEPER_CODEC_BASE64URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Text in the arena; empty past its cap. */
struct str base64url_write(struct arena *arena, struct str bytes);

/* False when the text is not the one encoding of some bytes (bad letter, padding, stray bits). */
bool base64url_parse(struct arena *arena, struct str text, struct str *out);

#endif
