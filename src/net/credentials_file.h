/* net/credentials_file.h - files that hold credentials or tokens, read whole.
 *
 * Limits: CREDENTIALS_FILE_BYTES_MAX; regular files alone, so that no pipe is waited for.
 */
#ifndef INNKEEPER_NET_CREDENTIALS_FILE_H
#define INNKEEPER_NET_CREDENTIALS_FILE_H

#include <stdbool.h>

#include "base/cx.h"
#include "base/err.h"
#include "base/str.h"

#define CREDENTIALS_FILE_BYTES_MAX ((size_t)1024 * 1024)

/* The bytes, in cx's arena. Where there is no such file: UNAVAILABLE, or when it may be missing OK with a NULL pointer. */
MUST_CHECK enum err credentials_file_read(struct cx *cx, struct str place, struct str path,
					  bool may_be_missing, struct str *out);

/* A file that a variable names and that is a token from its first byte to its last, for a header. */
MUST_CHECK enum err credentials_file_token(struct cx *cx, struct str place, const char *variable,
					   struct str path, struct str *out);

#endif
