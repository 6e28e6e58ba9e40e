#include "model/code.h"

static bool is_code_byte(char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
}

bool code_is_valid(struct str code)
{
	if (code.len == 0 || code.len > CODE_BYTES_MAX)
		return false;
	for (size_t i = 0; i < code.len; i++) {
		if (!is_code_byte(code.ptr[i]))
			return false;
	}
	return !str_eq(code, STR(".")) && !str_eq(code, STR(".."));
}
