#include "record/findings.h"

#include <stdarg.h>
#include <stdio.h>

void findings_init(struct findings *findings, struct arena *arena)
{
	*findings = (struct findings){ .arena = arena };
}

void findings_add(struct findings *findings, enum finding_kind kind, struct key key,
		  const char *format, ...)
{
	struct finding *finding = vec_push(&findings->list, findings->arena, sizeof(*finding));
	char text[512];
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	finding->kind = kind;
	finding->key.code = str_dup(findings->arena, key.code);
	finding->key.item_type = str_dup(findings->arena, key.item_type);
	finding->detail = str_dup(findings->arena, str_of(text));
}

const struct finding *findings_at(const struct findings *findings, size_t i)
{
	return vec_at(&findings->list, i, sizeof(struct finding));
}

struct str finding_name(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_PAGE:
		return STR("page");
	case FINDING_CONTROL:
		return STR("control");
	case FINDING_HISTORY:
		return STR("history");
	case FINDING_KEY:
		return STR("key");
	case FINDING_RECORD:
		return STR("record");
	case FINDING_LOST:
		return STR("lost");
	case FINDING_REVISION:
		return STR("revision");
	case FINDING_REFERENCE:
		return STR("reference");
	case FINDING_DELETED:
		return STR("deleted");
	case FINDING_COUNT:
		return STR("count");
	case FINDING_EXTERNAL:
		return STR("external");
	case FINDING_LISTING:
		return STR("listing");
	case FINDING_NAME:
		return STR("name");
	case FINDING_LEFTOVER:
		return STR("leftover");
	}
	return STR("other");
}

bool finding_is_derived(enum finding_kind kind)
{
	return kind == FINDING_COUNT || kind == FINDING_LISTING || kind == FINDING_NAME ||
	       kind == FINDING_LEFTOVER;
}

bool finding_is_harmless(enum finding_kind kind)
{
	return kind == FINDING_EXTERNAL || kind == FINDING_LEFTOVER;
}
