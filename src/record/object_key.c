#include "record/object_key.h"

#include "model/code.h"
#include "record/key.h"

static bool parse_old(struct str item_type, struct object_key *out)
{
	for (size_t i = 0; kinds[i]; i++) {
		struct str prefix = kinds[i]->old_prefix;

		if (prefix.len == 0 || !str_starts(item_type, prefix))
			continue;
		*out = (struct object_key){ kinds[i], str_sub(item_type, prefix.len, item_type.len),
					    true };
		return code_is_valid(out->id);
	}
	return false;
}

bool object_key_parse(struct arena *arena, struct str item_type, struct object_key *out)
{
	const struct kind *kind = kind_of_key(item_type);

	if (!kind)
		return parse_old(item_type, out);
	*out = (struct object_key){ .kind = kind };
	return key_unescape(arena, str_sub(item_type, kind->prefix.len, item_type.len), &out->id) &&
	       code_is_valid(out->id);
}

struct str object_key_old(struct arena *arena, const struct kind *kind, struct str id)
{
	return str_printf(arena, STR_FMT STR_FMT, STR_ARG(kind->old_prefix), STR_ARG(id));
}
