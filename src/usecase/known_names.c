#include "usecase/known_names.h"

#include <stdint.h>

#include "codec/hash.h"

struct known_names known_names_none(void)
{
	return (struct known_names){ .complete = true };
}

void known_names_add(struct known_names *names, struct arena *arena, const struct kind *kind,
		     struct str id)
{
	uint32_t *hash;

	if (kind == &kind_room)
		return;
	hash = vec_push(&names->hashes, arena, sizeof(*hash));
	if (hash)
		*hash = hash_fnv1a32(kind->prefix, id);
	else
		names->complete = false;
}

struct known_names known_names_of(const struct document *document, struct arena *arena)
{
	struct known_names names = known_names_none();

	for (size_t i = 0; i < document->parts.n; i++) {
		struct str id;
		const struct kind *kind = document_object(document, i, &id);

		if (kind)
			known_names_add(&names, arena, kind, id);
	}
	return names;
}

bool known_names_may_have(const struct known_names *names, const struct kind *kind, struct str id)
{
	const uint32_t *hashes = names->hashes.items;
	uint32_t wanted = hash_fnv1a32(kind->prefix, id);

	for (size_t i = 0; i < names->hashes.n; i++) {
		if (hashes[i] == wanted)
			return true;
	}
	return !names->complete;
}
