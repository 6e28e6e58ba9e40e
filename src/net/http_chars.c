#include "net/http_chars.h"

#define TOKEN HTTP_CHARS_TOKEN
#define URI HTTP_CHARS_URI
#define CONTROL HTTP_CHARS_CONTROL
#define BOTH (TOKEN | URI)
#define ALL (BOTH | HTTP_CHARS_HOST)

const unsigned char http_chars_classes[256] = {
	[0 ... 8] = CONTROL, [10 ... 31] = CONTROL, [127] = CONTROL, ['0' ... '9'] = ALL,
	['A' ... 'Z'] = ALL, ['a' ... 'z'] = ALL,   ['-'] = ALL,     ['.'] = ALL,
	['_'] = ALL,         ['~'] = ALL,           ['!'] = BOTH,    ['$'] = BOTH,
	['%'] = BOTH,        ['&'] = BOTH,          ['\''] = BOTH,   ['*'] = BOTH,
	['+'] = BOTH,        ['#'] = TOKEN,         ['^'] = TOKEN,   ['`'] = TOKEN,
	['|'] = TOKEN,       ['('] = URI,           [')'] = URI,     [','] = URI,
	['/'] = URI,         [':'] = URI,           [';'] = URI,     ['='] = URI,
	['?'] = URI,         ['@'] = URI,
};

int http_chars_hex(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	return -1;
}

bool is_token(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_token_char(s.ptr[i]))
			return false;
	}
	return s.len != 0;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

struct str http_chars_trim(struct str s)
{
	while (s.len != 0 && is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len != 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool http_chars_element(struct str *list, struct str *element)
{
	size_t comma = str_index(*list, ',');

	if (!list->ptr)
		return false;
	*element = http_chars_trim(str_sub(*list, 0, comma));
	if (comma == list->len)
		*list = (struct str){ NULL, 0 };
	else
		*list = (struct str){ list->ptr + comma + 1, list->len - comma - 1 };
	return true;
}
