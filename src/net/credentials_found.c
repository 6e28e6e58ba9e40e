#include "net/credentials_found.h"

#include <stdarg.h>
#include <stdio.h>

#include "codec/instant.h"
#include "net/http_chars.h"

/* IAM's own limit. */
#define ACCESS_KEY_BYTES_MAX 128

struct str credentials_env(const struct credentials_options *options, const char *name)
{
	return str_of(options->get_env(name));
}

enum err credentials_refuse(struct cx *cx, struct str place, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return fail(cx, ERR_UNAVAILABLE, "unavailable", "AWS credentials, " STR_FMT ": %s",
		    STR_ARG(place), text);
}

static bool is_between(struct str text, char first, char last)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < first || text.ptr[i] > last)
			return false;
	}
	return true;
}

bool credentials_is_token(struct str text)
{
	return text.len != 0 && is_between(text, ' ', '~');
}

bool credentials_is_region(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char byte = text.ptr[i];

		if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '-')
			return false;
	}
	return true;
}

static bool is_access_key(struct str text)
{
	return text.len <= ACCESS_KEY_BYTES_MAX && is_token(text);
}

enum err credentials_check(struct cx *cx, const struct credentials_found *found)
{
	const struct sigv4_credentials *keys = &found->keys;

	if (!is_access_key(keys->access_key))
		return credentials_refuse(cx, found->place, "it has no access key that can be one");
	if (keys->secret_key.len == 0 || !is_between(keys->secret_key, '!', '~'))
		return credentials_refuse(cx, found->place, "it has no secret key that can be one");
	if (!is_between(keys->session_token, '!', '~'))
		return credentials_refuse(cx, found->place,
					  "it has a session token that can not be one");
	if (found->expires_ms <= clock_wall_ms(cx->clock))
		return credentials_refuse(cx, found->place,
					  "they expired at " STR_FMT ", by this machine's clock",
					  STR_ARG(instant_write(cx->arena, found->expires_ms)));
	return OK;
}
