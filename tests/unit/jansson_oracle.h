/* jansson_oracle.h - what jansson says of a JSON text; a file of its own: it shares our names. */
#ifndef INNKEEPER_TESTS_JANSSON_ORACLE_H
#define INNKEEPER_TESTS_JANSSON_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

enum oracle_verdict {
	ORACLE_ACCEPTS,
	ORACLE_REFUSES,
	ORACLE_NUMBER, /* one does not fit a double or a long long: not judged further */
	ORACLE_NUL,    /* a member's name holds NUL: likewise */
};

enum oracle_verdict oracle_judge(const char *text, size_t len);

/* True when both texts are accepted and say the same. */
bool oracle_same(const char *one, size_t one_len, const char *other, size_t other_len);

#endif
