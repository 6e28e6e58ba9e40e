#include "jansson_oracle.h"

#include <jansson.h>

#define FLAGS (JSON_DECODE_ANY | JSON_ALLOW_NUL)

enum oracle_verdict oracle_judge(const char *text, size_t len)
{
	json_error_t error;
	json_t *value = json_loadb(text, len, FLAGS, &error);

	if (value) {
		json_decref(value);
		return ORACLE_ACCEPTS;
	}
	switch (json_error_code(&error)) {
	case json_error_numeric_overflow:
		return ORACLE_NUMBER;
	case json_error_null_byte_in_key:
		return ORACLE_NUL;
	default:
		return ORACLE_REFUSES;
	}
}

bool oracle_same(const char *one, size_t one_len, const char *other, size_t other_len)
{
	json_t *a = json_loadb(one, one_len, FLAGS, NULL);
	json_t *b = json_loadb(other, other_len, FLAGS, NULL);
	bool same = a && b && json_equal(a, b);

	json_decref(a);
	json_decref(b);
	return same;
}
