#include "net/http_field.h"

#include "net/http_chars.h"

bool is_plain_text(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_plain_char(text.ptr[i]))
			return false;
	}
	return true;
}

/* What the client writes itself. */
static bool is_framing(struct str name)
{
	static const struct str names[] = {
		STR_INIT("content-length"),
		STR_INIT("transfer-encoding"),
		STR_INIT("connection"),
		STR_INIT("expect"),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq_nocase(name, names[i]))
			return true;
	}
	return false;
}

bool http_field_check(struct str name, struct str value)
{
	return is_token(name) && !is_framing(name) && is_plain_text(value);
}
