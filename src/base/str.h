/* base/str.h - a borrowed run of bytes, passed by value.
 *
 * Not terminated and may hold NUL; whoever owns the bytes (an arena, a literal) outlives the view.
 * An empty string may have a NULL pointer.
 */
#ifndef INNKEEPER_BASE_STR_H
#define INNKEEPER_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct str {
	const char *ptr;
	size_t len;
};

/* A name and its value: a header field, a query parameter. */
struct str_pair {
	struct str name;
	struct str value;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_INIT(literal)                      \
	{                                      \
		(literal), sizeof(literal) - 1 \
	} /* for const tables */
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).ptr

/* A view of a C string; NULL gives the empty string. */
struct str str_of(const char *text);

bool str_eq(struct str a, struct str b);

/* Like memcmp over the bytes, a prefix being smaller: the order of every store's sort keys. */
int str_cmp(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);

/* Equal but for the case of A-Z. */
bool str_eq_nocase(struct str a, struct str b);

/* What is left of s from `start` on, at most `len` bytes; never outside s. */
struct str str_sub(struct str s, size_t start, size_t len);

/* The index of the first `byte` in s, or s.len. */
size_t str_index(struct str s, char byte);

/* A copy in the arena; the empty string past its cap. */
struct str str_dup(struct arena *arena, struct str s);

/* A terminated copy in the arena, for libraries; NULL past its cap. */
char *str_c(struct arena *arena, struct str s);

/* Formatted text in the arena; the empty string past its cap. */
struct str str_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Digits only, no sign, no blank; false when it is none or does not fit. */
bool str_to_u64(struct str s, uint64_t *out);

#endif
