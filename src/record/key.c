#include "record/key.h"

#include "base/buf.h"
#include "codec/hash.h"

#define HISTORY_DIGITS 12
#define PART_DIGITS 4

struct str key_escape(struct arena *arena, struct str id)
{
	struct buf buf;

	buf_init(&buf, arena);
	for (size_t i = 0; i < id.len; i++) {
		if (id.ptr[i] == '%')
			buf_add(&buf, STR("%25"));
		else if (id.ptr[i] == '-')
			buf_add(&buf, STR("%2D"));
		else
			buf_add_char(&buf, id.ptr[i]);
	}
	return buf_str(&buf);
}

bool key_unescape(struct arena *arena, struct str text, struct str *out)
{
	struct buf buf;

	buf_init(&buf, arena);
	for (size_t i = 0; i < text.len; i++) {
		struct str escape = str_sub(text, i, 3);

		if (text.ptr[i] == '-')
			return false;
		if (text.ptr[i] != '%') {
			buf_add_char(&buf, text.ptr[i]);
			continue;
		}
		if (str_eq(escape, STR("%25")))
			buf_add_char(&buf, '%');
		else if (str_eq(escape, STR("%2D")))
			buf_add_char(&buf, '-');
		else
			return false;
		i += 2;
	}
	*out = buf_str(&buf);
	return !buf.failed;
}

struct str key_object(struct arena *arena, struct str prefix, struct str id)
{
	struct str escaped = key_escape(arena, id);

	return str_printf(arena, STR_FMT STR_FMT, STR_ARG(prefix), STR_ARG(escaped));
}

struct str key_history(struct arena *arena, uint64_t revision, unsigned part)
{
	if (part == 0)
		return str_printf(arena, "cfg-history-%012llu", (unsigned long long)revision);
	return str_printf(arena, "cfg-history-%012llu-%04u", (unsigned long long)revision, part);
}

bool key_parse_history(struct str item_type, uint64_t *revision, unsigned *part)
{
	const size_t start = KEY_HISTORY_PREFIX.len, end = start + HISTORY_DIGITS;
	uint64_t number = 0;

	if (!str_starts(item_type, KEY_HISTORY_PREFIX) ||
	    !str_to_u64(str_sub(item_type, start, HISTORY_DIGITS), revision))
		return false;
	if (item_type.len != end &&
	    (item_type.len != end + 1 + PART_DIGITS || item_type.ptr[end] != '-' ||
	     !str_to_u64(str_sub(item_type, end + 1, PART_DIGITS), &number) || number == 0))
		return false;
	*part = (unsigned)number;
	return true;
}

struct str key_list_all(struct arena *arena, unsigned shard)
{
	return str_printf(arena, "~list-all-%02u", shard);
}

unsigned key_list_shard(struct str code)
{
	return hash_fnv1a32(code, STR("")) % KEY_LIST_SHARDS;
}

struct str key_list_user(struct arena *arena, struct str user)
{
	struct str hash = hash_sha256_hex(arena, user);

	return str_printf(arena, "~list-user-" STR_FMT, STR_ARG(hash));
}

struct key key_chain(struct arena *arena, struct str kind, struct str code)
{
	return (struct key){ str_printf(arena, "~" STR_FMT, STR_ARG(kind)), code };
}

struct str key_list_chain(struct arena *arena, struct str kind, struct str code)
{
	return str_printf(arena, "~list-" STR_FMT "-" STR_FMT, STR_ARG(kind), STR_ARG(code));
}

struct key key_name(struct arena *arena, struct str user, struct str name)
{
	struct str hash = hash_sha256_hex(arena, user);

	return (struct key){ str_printf(arena, "~name-" STR_FMT, STR_ARG(hash)),
			     hash_sha256_hex(arena, name) };
}

struct key key_idempotency(struct arena *arena, struct str caller, struct str key)
{
	struct str caller_hash = hash_sha256_hex(arena, caller);
	struct str key_hash = str_sub(hash_sha256_hex(arena, key), 0, 2);
	struct str code = str_printf(arena, "~idem-" STR_FMT "-" STR_FMT, STR_ARG(caller_hash),
				     STR_ARG(key_hash));

	return (struct key){ code, key };
}

struct key key_idempotency_part(struct arena *arena, struct key record, struct str token,
				unsigned part)
{
	record.item_type = str_printf(arena, STR_FMT " " STR_FMT "-%04u", STR_ARG(record.item_type),
				      STR_ARG(token), part);
	return record;
}

struct key key_intent(struct arena *arena, struct str token, unsigned part)
{
	return (struct key){ str_printf(arena, STR_FMT STR_FMT, STR_ARG(KEY_INTENT_PREFIX),
					STR_ARG(token)),
			     str_printf(arena, "%04u", part) };
}
