/* net/http_chars.h - the character classes of HTTP and of URIs (RFC 9110 section 5.6, RFC 3986), as pure functions.
 *
 * Those that look at one character are in line: every byte of every head goes through them.
 */
#ifndef INNKEEPER_NET_HTTP_CHARS_H
#define INNKEEPER_NET_HTTP_CHARS_H

#include <stdbool.h>

#include "base/str.h"

enum http_chars_class {
	HTTP_CHARS_TOKEN = 1,
	HTTP_CHARS_URI = 2,
	HTTP_CHARS_HOST = 4,
	HTTP_CHARS_CONTROL = 8,
};

extern const unsigned char http_chars_classes[256];

/* What may stand in a token: a method, a field's name, a list's element. */
static inline bool is_token_char(char byte)
{
	return http_chars_classes[(unsigned char)byte] & HTTP_CHARS_TOKEN;
}

/* What may stand in a path or a query, the percent sign included. */
static inline bool is_uri_char(char byte)
{
	return http_chars_classes[(unsigned char)byte] & HTTP_CHARS_URI;
}

/* What may stand in the name of a host: unreserved characters; the sub-delimiters that URIs allow there are refused. */
static inline bool is_host_char(char byte)
{
	return http_chars_classes[(unsigned char)byte] & HTTP_CHARS_HOST;
}

/* Neither a control character nor DEL; the tab is plain, and so is all beyond ASCII. */
static inline bool is_plain_char(char byte)
{
	return !(http_chars_classes[(unsigned char)byte] & HTTP_CHARS_CONTROL);
}

/* 0 to 15, or -1. */
int http_chars_hex(char byte);

/* At least one character, all of tokens. */
bool is_token(struct str s);

/* Without the blanks and tabs at both ends. */
struct str http_chars_trim(struct str s);

/* Takes the next element, trimmed, off a list separated by commas; false at its end. */
bool http_chars_element(struct str *list, struct str *element);

#endif
