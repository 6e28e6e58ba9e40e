/* exact_text.h - a text in memory of its own length: what looks behind its end is found by the sanitizer. */
#ifndef INNKEEPER_TESTS_EXACT_TEXT_H
#define INNKEEPER_TESTS_EXACT_TEXT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* An empty one has no bytes at all. */
static inline struct str exact_text(const char *text)
{
	size_t len = strlen(text);
	char *bytes = len != 0 ? malloc(len) : NULL;

	if (len != 0 && !bytes)
		abort();
	if (bytes)
		memcpy(bytes, text, len);
	return (struct str){ bytes, len };
}

static inline void exact_text_free(struct str text)
{
	free((void *)(uintptr_t)text.ptr);
}

#endif
