#include "net/http_target.h"

#include "net/http_chars.h"

#define HOST_MAX 255

static bool check_port(struct str port)
{
	uint64_t number;

	return port.len <= 5 && str_to_u64(port, &number) && number >= 1 && number <= 65535;
}

/* Bytes of `[…]` at the start, 0 when it is none. What stands inside only has to look like an address: nobody connects to it. */
static size_t ipv6_len(struct str host)
{
	size_t close = str_index(host, ']');

	if (close == host.len || close < 3)
		return 0;
	for (size_t i = 1; i < close; i++) {
		if (http_chars_hex(host.ptr[i]) < 0 && host.ptr[i] != ':' && host.ptr[i] != '.')
			return 0;
	}
	return close + 1;
}

static size_t name_len(struct str host)
{
	size_t len = 0;

	while (len < host.len && is_host_char(host.ptr[len]))
		len++;
	return len;
}

bool http_host_check(struct str host)
{
	size_t len;

	if (host.len == 0 || host.len > HOST_MAX)
		return false;
	len = host.ptr[0] == '[' ? ipv6_len(host) : name_len(host);
	if (len == 0)
		return false;
	if (len == host.len)
		return true;
	return host.ptr[len] == ':' && check_port(str_sub(host, len + 1, host.len));
}

static bool check_chars(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_uri_char(s.ptr[i]))
			return false;
		if (s.ptr[i] == '%' && (s.len - i < 3 || http_chars_hex(s.ptr[i + 1]) < 0 ||
					http_chars_hex(s.ptr[i + 2]) < 0))
			return false;
	}
	return true;
}

static bool parse_origin(struct str text, struct http_target *out)
{
	size_t mark = str_index(text, '?');

	if (!check_chars(text))
		return false;
	out->path = str_sub(text, 0, mark);
	out->query = str_sub(text, mark + 1, text.len);
	return true;
}

/* The bytes of `http://` or `https://`, 0 when it begins otherwise. */
static size_t scheme_len(struct str text)
{
	if (str_eq_nocase(str_sub(text, 0, 7), STR("http://")))
		return 7;
	if (str_eq_nocase(str_sub(text, 0, 8), STR("https://")))
		return 8;
	return 0;
}

static bool parse_absolute(struct str method, struct str text, struct http_target *out)
{
	struct str rest = str_sub(text, scheme_len(text), text.len);
	size_t end = 0;

	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
		end++;
	out->host = str_sub(rest, 0, end);
	if (!http_host_check(out->host) || !parse_origin(str_sub(rest, end, rest.len), out))
		return false;
	if (out->path.len == 0)
		out->path = end == rest.len && str_eq(method, STR("OPTIONS")) ? STR("*") : STR("/");
	return true;
}

bool http_target_parse(struct str method, struct str text, struct http_target *out)
{
	*out = (struct http_target){ .path = text };
	if (text.len != 0 && text.ptr[0] == '/')
		return parse_origin(text, out);
	if (str_eq(text, STR("*")))
		return str_eq(method, STR("OPTIONS"));
	return scheme_len(text) != 0 && parse_absolute(method, text, out);
}
