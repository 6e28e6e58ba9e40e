#include "usecase/etag.h"

#include "codec/hash.h"

#define TEXT_TAG_DIGITS 16
#define TOKEN_DIGITS 8

/* The token tells a hotel from one that was imported over it with the same revision. */
struct str etag_hotel(struct arena *arena, const struct ctl *ctl)
{
	struct str token = str_sub(ctl->token, 0, TOKEN_DIGITS);

	return str_printf(arena, "\"r%llu.p%llu.draft." STR_FMT "\"", (unsigned long long)ctl->rev,
			  (unsigned long long)ctl->live_number, STR_ARG(token));
}

struct str etag_text(struct arena *arena, struct str json)
{
	struct str hash = str_sub(hash_sha256_hex(arena, json), 0, TEXT_TAG_DIGITS);

	return str_printf(arena, "\"" STR_FMT "\"", STR_ARG(hash));
}

static struct str skip_blanks(struct str rest)
{
	while (rest.len != 0 && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t'))
		rest = str_sub(rest, 1, rest.len);
	return rest;
}

static bool is_tag_byte(char byte)
{
	unsigned char c = (unsigned char)byte;

	return c == 0x21 || (c >= 0x23 && c <= 0x7e) || c >= 0x80;
}

/* Takes the next entity tag, quotes included, and the comma behind it; false when there is none or it is malformed. */
static bool next_tag(struct str *rest, struct str *tag, bool *weak)
{
	size_t len = 1;

	*weak = str_starts(*rest, STR("W/"));
	if (*weak)
		*rest = str_sub(*rest, 2, rest->len);
	if (rest->len == 0 || rest->ptr[0] != '"')
		return false;
	while (len < rest->len && is_tag_byte(rest->ptr[len]))
		len++;
	if (len == rest->len || rest->ptr[len] != '"')
		return false;
	*tag = str_sub(*rest, 0, len + 1);
	*rest = skip_blanks(str_sub(*rest, len + 1, rest->len));
	if (rest->len == 0)
		return true;
	if (rest->ptr[0] != ',')
		return false;
	*rest = skip_blanks(str_sub(*rest, 1, rest->len));
	return rest->len != 0;
}

bool etag_is_list(struct str header)
{
	struct str rest = header, tag;
	bool weak;

	if (str_eq(header, STR("*")))
		return true;
	while (next_tag(&rest, &tag, &weak)) {
		if (rest.len == 0)
			return true;
	}
	return false;
}

bool etag_list_has(struct str header, struct str etag, bool weak)
{
	struct str rest = header, tag;
	bool tag_is_weak;

	if (etag.len == 0)
		return false;
	if (str_eq(header, STR("*")))
		return true;
	while (rest.len != 0 && next_tag(&rest, &tag, &tag_is_weak)) {
		if (str_eq(tag, etag) && (weak || !tag_is_weak))
			return true;
	}
	return false;
}

enum err etag_check(struct cx *cx, const struct command *command, struct str etag,
		    struct result *result)
{
	result->etag = etag;
	if (command->require_if_match && etag.len != 0 && command->if_match.len == 0)
		return fail(cx, ERR_INVALID, "precondition_required",
			    "this server wants an If-Match header on every write to what exists");
	if (command->if_match.len != 0 && !etag_list_has(command->if_match, etag, false))
		return fail(cx, ERR_STALE, "stale",
			    etag.len != 0
				    ? "it has changed since it was read: If-Match does not name "
				      "the current ETag"
				    : "If-Match names what does not exist");
	if (command->if_none_match.len != 0 && etag_list_has(command->if_none_match, etag, true))
		return fail(cx, ERR_STALE, "stale", "it exists already: If-None-Match forbids it");
	return OK;
}
